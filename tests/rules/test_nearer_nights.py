"""Random nights with and without the rule of a late yes, on the same draws."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.rules.decisions import AlarmCoordinators, DeadlineKind, Decision, SetDeadline
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Area, Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.situation import Nearby
from dispatch.rules.nearer.late_yes import MOST_ASKED
from dispatch.rules.reader.vocabulary import Word
from tests.rules.drawn_nights import TURNOUT, Draw, Played
from tests.rules.situations import CORA, NIGHT, POLICY, ROSTER, Night, callout, minutes

_NAMES = ("ana", "ben", "cleo", "dev", "eva", "fay")


def draw(chance: random.Random) -> list[Draw]:
    return [
        Draw(
            name,
            drive=(drive := chance.randint(5, 100)),
            answers_after=None if chance.random() < 0.4 else chance.uniform(0.2, 8),
            says_no=chance.random() < 0.15,
            says=drive + TURNOUT if chance.random() < 0.6 else None,
        )
        for name in _NAMES
    ]


def _roster(areas: bool = True) -> Roster:
    people = [Person(name, f"{name.title()} Reyes", f"+1562555010{number}") for number, name in enumerate(_NAMES)]
    return replace(
        ROSTER,
        people=(*people, CORA),
        areas=(Area("LBH", "Long Beach", 33.77, -118.19),) if areas else (),
    )


def _play(draws: list[Draw], policy: Policy) -> Played:
    """With everybody's way known as it is."""
    drive = {one.person: int(one.drive) for one in draws}
    near = Nearby(ready={person: count + TURNOUT for person, count in drive.items()}, drive=drive)
    return Played(draws, policy, _roster(), lambda _: near)


_FOUR_MINUTES = replace(POLICY, round_wait_seconds=240)


def _is_never_later(seed: int) -> None:
    draws = draw(random.Random(seed))
    with_rule, without = _play(draws, _FOUR_MINUTES), _play(draws, replace(_FOUR_MINUTES, ask_more=0))
    came, would_have = with_rule.until_somebody_is_there(), without.until_somebody_is_there()
    if would_have is not None:
        assert came is not None
        assert came <= would_have, f"seed {seed}: {came - would_have} later"
    assert len(with_rule.asked) <= MOST_ASKED
    assert not without.asked


@pytest.mark.parametrize("first", range(0, 100, 25))
def test_the_first_arrival_is_never_later(first: int) -> None:
    """Whatever is drawn, as long as nobody turns back; and nobody beyond the fourth is woken."""
    for seed in range(first, first + 25):
        _is_never_later(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100, 2_100, 500))
def test_the_first_arrival_is_never_later_in_two_thousand_nights(first: int) -> None:
    """The same, of more nights than anybody reads."""
    for seed in range(first, first + 500):
        _is_never_later(seed)


def test_it_brings_somebody_sooner_at_times() -> None:
    """Otherwise the law above would hold for a rule that does nothing."""
    sooner = 0
    for seed in range(60):
        draws = draw(random.Random(seed))
        came = _play(draws, _FOUR_MINUTES).until_somebody_is_there()
        would_have = _play(draws, replace(_FOUR_MINUTES, ask_more=0)).until_somebody_is_there()
        sooner += came is not None and (would_have is None or came < would_have)
    assert sooner >= 5


# ---- where nothing is known, nothing is other than it was ----------------------------------------------------------

_WORDS = st.sampled_from((Word.TAKE, Word.OK, Word.ON_MY_WAY, Word.NO, Word.TWO, Word.HERE, Word.LEFT, Word.HOME))
_HAPPENS = st.one_of(
    st.tuples(st.sampled_from(_NAMES), _WORDS),
    st.floats(0.1, 12).map(lambda span: (None, span)),
)


class Written(Night):
    """A night that keeps what was decided."""

    __slots__ = ("decided",)

    def do(self, decisions: Iterable[Decision]) -> None:
        run = list(decisions)
        self.decided = [*getattr(self, "decided", []), run]
        Night.do(self, run)


@given(st.lists(_HAPPENS, max_size=25))
@example([("ana", Word.ON_MY_WAY), *[(None, 12.0)] * 7])  # she never comes, and nothing is heard of her
def test_without_places_and_minutes_every_decision_is_what_it_was(
    happens: list[tuple[str | None, Word | float]],
) -> None:
    """Whoever says what, as if the rule were not there: until somebody's time has passed and nothing is heard of them.
    Then nobody knows when they come, and others are asked by the steps, though nobody's way is known (ADR 54)."""

    def played(ask_more: int) -> list[list[Decision]]:
        policy = replace(POLICY, ask_more=ask_more)
        night = Written(_roster(areas=False), callout(step=0, policy=policy))
        night.opens()
        for who, what in happens:
            if who is None:
                assert isinstance(what, float)
                night.passes(minutes(what))
            elif night.is_open:
                assert isinstance(what, Word)
                night.replies(who, what)
        return night.decided

    with_rule, without = played(2), played(0)
    silent = next((number for number, run in enumerate(without) if _is_silence(run)), len(without))
    assert with_rule[:silent] == without[:silent]
    if silent == len(without):
        assert len(with_rule) == silent
    else:  # what is decided of the silence itself is the same, but that it is looked who may be asked
        rest = [one for one in with_rule[silent] if not _is_look(one)]
        assert rest == without[silent]
        assert len(with_rule[silent]) == len(rest) + 1


def _is_silence(run: list[Decision]) -> bool:
    """Whether coordinators hear for the first time that somebody is not there and is not heard."""
    return any(isinstance(one, AlarmCoordinators) and one.kind is AlarmKind.DRIVER_SILENT for one in run)


def _is_look(decision: Decision) -> bool:
    return isinstance(decision, SetDeadline) and decision.kind is DeadlineKind.NEARER


# ---- laws of any night with places ---------------------------------------------------------------------------------

_SAYS = st.tuples(
    st.sampled_from(_NAMES),
    st.sampled_from((Word.TAKE, Word.ON_MY_WAY, Word.NO, Word.HERE, Word.ETA, Word.LEFT)),
    st.none() | st.integers(3, 120),
)


@given(
    st.lists(_SAYS | st.floats(0.1, 9), max_size=30),
    st.dictionaries(st.sampled_from(_NAMES), st.integers(5, 100)),
    st.integers(0, 4),
    st.sets(st.sampled_from(_NAMES), max_size=2),
)
def test_whatever_is_said_the_laws_hold(
    happens: list[tuple[str, Word, int | None] | float], drives: dict[str, int], ask_more: int, away: set[str]
) -> None:
    """At most four are asked, nobody twice, nobody who declined or is out; whoever is asked is on nobody's way to it;
    and once somebody is there nobody is asked any more. (What `Night` checks of every page is not repeated here.)"""
    ready = {person: drive + TURNOUT for person, drive in drives.items()}
    about = replace(callout(step=0, policy=replace(POLICY, ask_more=ask_more)), out=frozenset(away))
    night = Night(_roster(), about, nearby=lambda _: Nearby(ready=ready, drive=drives))
    night.opens()
    for one in happens:
        if isinstance(one, float):
            night.passes(minutes(one))
        elif night.is_open and one[0] not in away:
            night.replies(*one)
    night.passes(minutes(5))
    asked = [page for page in night.pages.values() if page.purpose is Purpose.ASK_ALONG]
    people = {page.person for page in asked}
    assert len(people) <= (MOST_ASKED if ask_more else 0)
    assert not people & away
    if night.callout.arrived_at is not None or night.callout.status is Status.PAGING:
        assert not [page for page in asked if page.wants_answer], "nobody is asked along any more"


def test_the_first_step_takes_the_nearest_along_when_all_of_it_is_far() -> None:
    """Two of them, at once, as if they stood in the step; and not where somebody's way is unknown, or within reach."""
    far = replace(POLICY, far_minutes=45)
    drives = {"ana": 80, "ben": 30, "cleo": 20, "dev": 25, "eva": 90}

    def paged(known: dict[str, int], policy: Policy = far, **facts: object) -> list[str | None]:
        where: Callable[[Night], Nearby] = lambda _: Nearby(ready=known, drive=known)  # noqa: E731
        night = Night(_roster(), replace(callout(step=0, policy=policy), **facts), nearby=where)  # type: ignore[arg-type]
        night.opens()
        pages = [page for page in night.pages.values() if page.purpose.pages and page.step == 1]
        return list(dict.fromkeys(page.person for page in pages))

    assert paged(drives) == ["ana", "cleo", "dev"]
    assert paged(drives, out=frozenset({"cleo"})) == ["ana", "dev", "ben"]
    assert paged(drives | {"ana": 45}) == ["ana"]
    assert paged({person: drives[person] for person in ("ben", "cleo")}) == ["ana"]
    assert paged(dict.fromkeys(drives, 80)) == ["ana"]
    assert paged(drives, POLICY) == ["ana"]


def test_in_a_step_the_much_nearer_are_paged_a_minute_before_the_others() -> None:
    """By fifteen minutes; whoever's way is unknown is paged at once, and the step ends when it did."""
    everyone = PolicyStep((Target(TargetKind.EVERYONE),), 300)
    known = {"ana": 35, "ben": 20, "cleo": 34, "dev": 60}

    def starts(nearest_first: bool, wait: int = 300) -> dict[str | None, timedelta]:
        policy = Policy("default", (replace(everyone, wait_seconds=wait),), 300, nearest_first=nearest_first)
        night = Night(_roster(), callout(step=0, policy=policy), nearby=lambda _: Nearby(ready=known, drive=known))
        night.opens()
        ends = min(one.due_at for one in night.deadlines.values())
        assert ends == NIGHT + timedelta(seconds=wait)
        first: dict[str | None, timedelta] = {}
        for page in night.pages.values():
            if page.purpose.pages and page.due_at is not None:
                first.setdefault(page.person, page.due_at - NIGHT)
        return first

    late = timedelta(seconds=60)
    assert {person for person, after in starts(True).items() if after == late} == {"ana", "dev"}
    assert set(starts(False).values()) == set(starts(True, wait=60).values()) == {timedelta(0)}
    assert len(starts(True)) == len([one for one in _roster().people if Role.SPECIALIST in one.roles])
