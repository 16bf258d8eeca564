"""Who has which night: the laws of a draft, over drawn people, presences and absences."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.drafting.filling import Availability, DraftNight, fill, parts

FREE, ELSEWHERE, AWAY = Availability
WEEKEND = {4, 5}
HOLIDAYS = {25, 32, 60, 88}


def night(day: int, could: dict[str, Availability], holder: str | None = None, *, outside: bool = False) -> DraftNight:
    return DraftNight(day, day % 7 in WEEKEND, day in HOLIDAYS, could, holder, outside)


def free(*people: str) -> dict[str, Availability]:
    return dict.fromkeys(people, FREE)


def beyond(nights: Sequence[DraftNight], held: Sequence[str | None], kind: int = 0) -> list[float]:
    """How many nights more than their part each has."""
    counted = Counter(
        who for one, who in zip(nights, held, strict=True) if (True, one.weekend, one.holiday)[kind] and not one.outside
    )
    return [counted[person] - part[kind] for person, part in parts(nights).items()]


def in_a_row(nights: Sequence[DraftNight], held: Sequence[str | None]) -> int:
    pairs = zip(nights, nights[1:], held, held[1:], strict=False)
    return sum(one is not None and one == two and a.day + 1 == b.day for a, b, one, two in pairs)


@st.composite
def drawn(draw: st.DrawFn) -> list[DraftNight]:
    """Some people, each a member for a while, qualified for a while, away for a while and on call elsewhere at times;
    some nights are agreed on, some are in no draft at all, as in a pause."""
    people = [f"p{number}" for number in range(draw(st.integers(1, 7)))]
    length = draw(st.integers(1, 40))
    spans = st.tuples(st.integers(0, length), st.integers(0, length)).map(sorted)
    member, away, elsewhere = ({one: draw(spans) for one in people} for _ in range(3))
    nights = []
    for day in range(length):
        if draw(st.integers(0, 19)) == 0:
            continue
        could = {}
        for one in people:
            if member[one][0] <= day < member[one][1] or (one == people[0] and length % 2):
                is_away, is_elsewhere = (spans[one][0] <= day < spans[one][1] for spans in (away, elsewhere))
                could[one] = AWAY if is_away else ELSEWHERE if is_elsewhere else FREE
        agreed = draw(st.sampled_from([*people, "eva"])) if draw(st.integers(0, 9)) == 0 else None
        nights.append(night(day, could, agreed, outside=agreed is not None and day < 2))
    return nights


@given(drawn())
def test_every_night_that_somebody_could_have_is_somebodys(nights: list[DraftNight]) -> None:
    """Somebody qualified, who is there unless everybody is away; and what was agreed on stays."""
    held = fill(nights)
    assert len(held) == len(nights)
    for one, who in zip(nights, held, strict=True):
        if one.holder is not None:
            assert who == one.holder
        elif not one.could:
            assert who is None
        else:
            assert who is not None
            assert one.could[who] is min(one.could.values())


@given(drawn(), st.integers(0, 3))
def test_the_same_nights_are_filled_alike(nights: list[DraftNight], seed: int) -> None:
    """The second press drafts once more what the first one showed."""
    assert fill(nights, seed) == fill(list(nights), seed)


@given(drawn())
def test_no_single_night_would_be_better_somebody_elses(nights: list[DraftNight]) -> None:
    """Nobody could hand a night to somebody who stands to it as they do, has more than one night less beside their
    part, and would be no less rested."""
    held = fill(nights)
    ahead = dict(zip(parts(nights), beyond(nights, held), strict=True))
    for place, (one, who) in enumerate(zip(nights, held, strict=True)):
        if one.holder is not None or who is None:
            continue
        for other, how in one.could.items():
            moved = [*held[:place], other, *held[place + 1 :]]
            if how is one.could[who] and in_a_row(nights, moved) <= in_a_row(nights, held):
                assert ahead[who] - ahead[other] <= 1.5


def _quarter(people: int, weeks: int, seed: int) -> list[DraftNight]:
    """Everybody is away for up to three spells of up to two weeks."""
    chance, nights = Random(seed), range(7 * weeks)
    away = {f"p{number}": set[int]() for number in range(people)}
    for days in away.values():
        for _ in range(chance.randint(0, 3)):
            begins = chance.choice(nights)
            days |= set(range(begins, begins + chance.randint(1, 14)))
    return [night(day, {one: AWAY if day in days else FREE for one, days in away.items()}) for day in nights]


@pytest.mark.parametrize("seed", range(4))
def test_twelve_people_and_half_a_year_are_one_night_apart(seed: int) -> None:
    """Of nights, weekends and holidays; nobody has two nights in a row, and nobody who is away has any."""
    nights = _quarter(12, 26, seed)
    held = fill(nights)
    for kind in range(3):
        apart = beyond(nights, held, kind)
        assert max(apart) - min(apart) <= 1.5
    assert not in_a_row(nights, held)
    assert all(who is not None and one.could[who] is FREE for one, who in zip(nights, held, strict=True))


@pytest.mark.parametrize("seed", range(6))
def test_few_people_are_one_night_apart_as_well(seed: int) -> None:
    nights = _quarter(5, 13, seed)
    apart = beyond(nights, fill(nights))
    assert max(apart) - min(apart) <= 1.5


def test_two_people_take_turns() -> None:
    nights = [night(day, free("ana", "ben")) for day in range(14)]
    held = fill(nights)
    assert not in_a_row(nights, held)
    assert Counter(held) == {"ana": 7, "ben": 7}


def test_rest_comes_before_the_part() -> None:
    """Ana was there for two nights only, and Ben has every second one before he has two in a row."""
    nights = [night(day, free("ana", "ben", "cleo")) for day in range(3)]
    nights += [night(day, free("ben", "cleo")) for day in range(3, 20)]
    assert not in_a_row(nights, fill(nights))


def test_the_night_before_the_draft_counts_for_rest() -> None:
    before = night(0, {}, "ana", outside=True)
    held = fill([before, night(1, free("ana", "ben")), night(2, free("ana", "ben"))])
    assert held == ["ana", "ben", "ana"]


def test_whoever_has_agreed_to_nights_is_asked_for_fewer() -> None:
    agreed = [night(day, free("ana", "ben"), "ana") for day in range(0, 8, 2)]
    rest = [night(day, free("ana", "ben")) for day in range(9, 21, 3)]
    held = fill([*agreed, *rest])
    assert held[len(agreed) :] == ["ben"] * 4


def test_whoever_is_there_for_half_has_half_a_part() -> None:
    nights = [night(day, free("ana", "ben") | (free("cleo") if day >= 20 else {})) for day in range(40)]
    assert {one: round(part[0], 1) for one, part in parts(nights).items()} == {"ana": 16.0, "ben": 16.0, "cleo": 8.0}
    gone = [replace(one, could=one.could | {"ben": AWAY}) if one.day >= 20 else one for one in nights]
    assert parts(gone)["ben"][0] == parts(gone)["cleo"][0]


def test_an_absence_is_broken_only_for_the_whole_night() -> None:
    """Where one is away and the other on call elsewhere, it is the other's."""
    held = fill([night(0, {"ana": AWAY, "ben": ELSEWHERE}), night(1, {"ana": AWAY})])
    assert held == ["ben", "ana"]


def test_nothing_to_draft_is_no_draft() -> None:
    assert fill([]) == []
    assert fill([night(0, {})]) == [None]
