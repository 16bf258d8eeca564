"""Covers: what is asked for, whom a wave asks, who may take one, and when coordinators hear."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.access import own_link
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence, Override, OverrideKind, Rotation, RotationUnit, Shift
from dispatch.rules.roster.on_call import coverage_gaps, on_call, shifts
from dispatch.rules.roster.rest import Rests
from dispatch.rules.schedule.differing import differing
from dispatch.rules.schedule.edits import AddOverride, after
from dispatch.rules.schedule.shift_texts import is_quiet
from dispatch.rules.shifts import cover_texts, wanting
from dispatch.rules.shifts.cover import Cover, CoverState, WantedCover
from dispatch.rules.shifts.taking import (
    NoCover,
    NotTaken,
    given_back,
    is_standing,
    override_of,
    refused,
    what_became,
    who_has,
)
from dispatch.rules.shifts.wanting import SpanRefused
from dispatch.rules.shifts.waves import wave
from dispatch.rules.shifts.who_is_on import now_and_next
from dispatch.rules.wording.alphabet import segments
from dispatch.rules.wording.languages import Words

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # Tuesday 10:00 in Los Angeles
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEOPLE = tuple(
    Person(id_, f"{id_.title()} Long", f"+156255501{at:02}")
    for at, id_ in enumerate(["ana", "ben", "cleo", "dev", "eva", "finn"])
)
ROSTER = Roster(
    people=(*PEOPLE, Person("cora", "Cora Lind", "+15625550110", frozenset({Role.COORDINATOR}))),
    rotations=(
        Rotation("primary", ("ana", "ben", "cleo"), RotationUnit.DAYS, 1, time(18), date(2026, 11, 23)),
        Rotation("backup", ("finn",), RotationUnit.WEEKS, 1, time(9), date(2026, 11, 23), weekday=0),
    ),
)
WEDNESDAY = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)  # 18:00: Cleo's


def cover(**other: object) -> Cover:
    wanted = WantedCover("primary", "cleo", WEDNESDAY, WEDNESDAY + DAY)
    named = {name: other.pop(name) for name in list(other) if name in WantedCover.__slots__}
    return replace(Cover(4, replace(wanted, **named)), **other)  # type: ignore[arg-type]


CLEOS = cover()
RESTS = Rests({}, 10 * HOUR)


# ---- what is asked for ---------------------------------------------------------------------------------------------


def test_a_shift_that_goes_on_beyond_what_is_looked_at_is_told_whole() -> None:
    """Who reads that their week ends on Saturday at ten would not come on Sunday."""
    weekly = Rotation("primary", ("ana", "ben"), RotationUnit.WEEKS, 1, time(9), date(2026, 11, 23), weekday=0)
    roster = replace(ROSTER, rotations=(weekly,))
    monday, week = datetime(2026, 11, 30, 17, 0, tzinfo=UTC), timedelta(weeks=1)
    assert wanting.whole(roster, "ben", NOW, NOW + week) == [Shift("primary", "ben", monday, monday + week)]
    assert wanting.whole(roster, "ben", NOW, NOW + timedelta(days=5)) == []


def test_nothing_is_asked_for_twice() -> None:
    shift = Shift("primary", "cleo", WEDNESDAY, WEDNESDAY + DAY)
    assert len(wanting.wanted([shift], [], NOW)) == 1
    assert wanting.wanted([shift], [CLEOS], NOW) == []
    inside = cover(starts_at=WEDNESDAY + HOUR, ends_at=WEDNESDAY + 2 * HOUR)
    assert wanting.asked_already(shift, [inside]) == [inside]
    assert wanting.wanted([replace(shift, rotation="backup")], [CLEOS], NOW)


def test_whoever_is_away_needs_whatever_is_not_asked_for_yet() -> None:
    """All of the shift must be covered: before, between and behind what is asked for."""
    shift = Shift("primary", "cleo", WEDNESDAY, WEDNESDAY + DAY)
    asked = [cover(starts_at=WEDNESDAY + at * HOUR, ends_at=WEDNESDAY + (at + 2) * HOUR) for at in (6, 2)]
    found = wanting.wanted([shift], asked, NOW, absence="a1")
    spans = [((one.starts_at - WEDNESDAY) / HOUR, (one.ends_at - WEDNESDAY) / HOUR) for one in found]
    assert spans == [(0, 2), (4, 6), (8, 24)]
    assert wanting.wanted([shift], [CLEOS], NOW, absence="a1") == []


def test_what_an_absence_asked_for_is_wanted_while_any_holds_it() -> None:
    """Whichever of two that overlap asked first, the other needs it as well; somebody else's needs nothing of it."""
    asked = cover(absence="a1").wanted
    whole = Absence("a2", "cleo", WEDNESDAY - DAY, WEDNESDAY + DAY)
    part = replace(whole, ends_at=WEDNESDAY + HOUR)
    others, before = replace(whole, person="dev"), replace(whole, ends_at=WEDNESDAY)
    away = (whole, part, others, before)
    assert [wanting.asked_as_away(asked, [one]) for one in away] == [True, True, False, False]
    assert not wanting.asked_as_away(CLEOS.wanted, [whole])  # it was asked for by itself
    assert [wanting.is_held(asked, [one], NOW) for one in away] == [True, False, False, False]
    assert wanting.is_held(asked, [replace(whole, starts_at=WEDNESDAY + HOUR)], WEDNESDAY + HOUR)  # all that is left
    hour = Shift("primary", "cleo", WEDNESDAY, WEDNESDAY + HOUR)
    assert wanting.still_wanted(asked, part, ROSTER, NOW) == [hour]


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [
        (DAY, DAY, SpanRefused.BACKWARDS),
        (-2 * DAY, -DAY, SpanRefused.OVER),
        (367 * DAY, 368 * DAY, SpanRefused.TOO_FAR),
        (DAY, 401 * DAY, SpanRefused.TOO_LONG),
        (-300 * DAY, 93 * DAY, None),
        (DAY, 95 * DAY, None),
    ],
)
def test_spans(starts: timedelta, ends: timedelta, why: SpanRefused | None) -> None:
    assert wanting.refused_span(NOW + starts, NOW + ends, NOW) is why


# ---- when ----------------------------------------------------------------------------------------------------------


def test_tonight_is_too_soon_to_ask_around() -> None:
    assert wanting.first_ask(NOW + 8 * HOUR, NOW) is None
    assert wanting.first_warning(NOW + 8 * HOUR, NOW) == NOW
    assert wanting.first_ask(NOW + 23 * HOUR, NOW) == NOW


def test_what_begins_soon_after_the_night_is_told_in_the_morning() -> None:
    night = NOW + 13 * HOUR  # Tuesday 23:00
    begins = NOW + 23.5 * HOUR  # Wednesday 9:30
    assert wanting.first_warning(begins, night) == NOW + 22 * HOUR
    assert wanting.first_ask(begins, night) == NOW + 22 * HOUR
    assert wanting.first_warning(NOW + 23 * HOUR, NOW + 11.5 * HOUR) == NOW + 11.5 * HOUR


@given(
    hours=st.integers(0, 24 * 400).map(lambda tenths: tenths / 4),
    at=st.integers(0, 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
)
def test_nobody_is_told_at_night_but_about_that_night(hours: float, at: datetime) -> None:
    """Waves and warnings, from the first to the last."""
    starts_at = at + hours * HOUR
    moments, ask, warn = [], wanting.first_ask(starts_at, at), wanting.first_warning(starts_at, at)
    while ask is not None:
        moments.append(ask)
        ask = wanting.next_ask(starts_at, ask)
    following: datetime | None = warn
    while following is not None:
        moments.append(following)
        following = wanting.next_warning(starts_at, following)
    for moment in moments:
        assert not is_quiet(moment) or wanting.is_for_tonight(starts_at, moment)


# ---- whom a wave asks ----------------------------------------------------------------------------------------------


def test_a_wave_asks_three_the_least_loaded_and_rested_first() -> None:
    """Ana and Ben have nights around it, Ben's ends when it begins; Finn is on call then."""
    asks = wave(ROSTER, [CLEOS], (), frozenset(), RESTS, NOW)
    assert [one.person.id for one in asks] == ["dev", "eva", "ana"]
    later = wave(ROSTER, [cover(asked=frozenset({"dev", "eva", "ana"}))], (), frozenset(), RESTS, NOW)
    assert [one.person.id for one in later] == ["ben"]


def test_a_wave_asks_nobody_who_is_away_busy_or_takes_no_texts() -> None:
    away = Absence("1", "dev", WEDNESDAY - HOUR, WEDNESDAY + HOUR)
    roster = replace(ROSTER, people=tuple(replace(one, opted_out=one.id == "ana") for one in ROSTER.people))
    asks = wave(roster, [CLEOS], (away,), frozenset({"eva"}), RESTS, NOW)
    assert [one.person.id for one in asks] == ["ben"]


def test_a_named_person_is_asked_alone() -> None:
    assert [one.person.id for one in wave(ROSTER, [cover(only="eva")], (), (), RESTS, NOW)] == ["eva"]


def test_one_text_for_an_absence_names_what_its_reader_could_take() -> None:
    other = cover(number=5, starts_at=WEDNESDAY + 3 * DAY, ends_at=WEDNESDAY + 4 * DAY)
    away = Absence("1", "dev", WEDNESDAY + 3 * DAY, WEDNESDAY + 4 * DAY)
    asks = wave(ROSTER, [CLEOS, other], (away,), (), RESTS, NOW)
    assert {one.person.id: [it.number for it in one.covers] for one in asks} == {
        "dev": [4],
        "eva": [4, 5],
        "ana": [4, 5],
    }


def test_a_wave_asks_nobody_whose_training_ends_before_the_shift_does() -> None:
    """Their yes would leave a gap that nobody has named. Somebody who was out last night is asked after the rested."""
    lapsing = replace(ROSTER, people=tuple(_until(one, "eva", date(2026, 11, 25)) for one in ROSTER.people))
    assert [one.person.id for one in wave(lapsing, [CLEOS], (), (), RESTS, NOW)] == ["dev", "ana", "ben"]
    was_out = replace(RESTS, until={"dev": WEDNESDAY + HOUR})
    assert [one.person.id for one in wave(ROSTER, [CLEOS], (), (), was_out, NOW)] == ["eva", "dev", "ana"]
    over_by_then = replace(RESTS, until={"dev": WEDNESDAY})
    assert [one.person.id for one in wave(ROSTER, [CLEOS], (), (), over_by_then, NOW)] == ["dev", "eva", "ana"]


def test_how_long_a_rest_is_is_a_setting() -> None:
    """Ben's shift ends as Cleo's begins, and Ana's begins as hers ends: with no rest at all both are rested."""
    asked = cover(asked=frozenset({"dev", "eva"}))
    assert [one.person.id for one in wave(ROSTER, [asked], (), (), RESTS, NOW)] == ["ana", "ben"]
    rested = {
        person: Rests({}, length).is_rested(person, _of(person), WEDNESDAY, WEDNESDAY + DAY)
        for person, length in (("ben", timedelta()), ("ana", 24 * HOUR))
    }
    assert rested == {"ben": True, "ana": False}
    assert not Rests({}, HOUR).is_rested("ben", _of("ben"), WEDNESDAY, WEDNESDAY + DAY)


def _of(person: str) -> list[Shift]:
    return wanting.theirs(ROSTER, person, NOW, NOW + 7 * DAY)


def _until(person: Person, who: str, last: date) -> Person:
    return replace(person, qualified_until=last) if person.id == who else person


# ---- who may take it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "taker", "why"),
    [
        (CLEOS, "dev", None),
        (cover(state=CoverState.TAKEN, taker="dev"), "dev", NotTaken.YOURS_ALREADY),
        (cover(state=CoverState.TAKEN, taker="eva"), "dev", NotTaken.TAKEN),
        (cover(state=CoverState.WITHDRAWN), "dev", NotTaken.WITHDRAWN),
        (cover(state=CoverState.LAPSED), "dev", NotTaken.CHANGED),
        (cover(starts_at=NOW - 2 * DAY, ends_at=NOW - DAY), "dev", NotTaken.OVER),
        (cover(holder="ana"), "dev", NotTaken.CHANGED),
        (cover(holder="gone"), "dev", NotTaken.CHANGED),
        (cover(rotation="gone"), "dev", NotTaken.CHANGED),
        (CLEOS, "cleo", NotTaken.OWN),
        (CLEOS, "cora", NotTaken.NOT_THEIRS),
        (cover(only="eva"), "dev", NotTaken.ANOTHER_ASKED),
        (CLEOS, "finn", NotTaken.ON_CALL),
    ],
)
def test_who_may_take_it(asked: Cover, taker: str, why: NotTaken | None) -> None:
    person, roster = ROSTER.person(taker), ROSTER
    assert person is not None
    if asked.taker is not None:
        roster = after(ROSTER, AddOverride(override_of(asked, asked.taker)), NOW)
    found = refused(asked, person, roster, (), RESTS, NOW, is_busy=False)
    assert (found and found.why) is why


def _given_on(to: str, hours: int = 24) -> tuple[Cover, Roster]:
    """Dev took it from Cleo, and somebody else has it by now, or the first hours of it."""
    taken = cover(state=CoverState.TAKEN, taker="dev")
    roster = after(ROSTER, AddOverride(override_of(taken, "dev")), NOW)
    on = Override("primary", OverrideKind.REPLACE, WEDNESDAY, WEDNESDAY + hours * HOUR, to, "dev")
    return taken, after(roster, AddOverride(on), NOW)


def test_a_cover_that_was_taken_is_said_to_be_whose_the_shift_is_by_now() -> None:
    """Dev reads that Eva has it, not that it is his; whoever has it reads that it is theirs."""
    taken, roster = _given_on("eva")
    for id_, why in (("dev", NotTaken.TAKEN), ("ben", NotTaken.TAKEN), ("eva", NotTaken.YOURS_ALREADY)):
        person = roster.person(id_)
        assert person is not None
        found = refused(taken, person, roster, (), RESTS, NOW, is_busy=False)
        assert found is not None
        assert found.why is why
        if why is NotTaken.TAKEN:
            assert "Cover 4 is taken: Eva has Wed 25 Nov" in cover_texts.not_taken(taken, found, roster)


def test_a_cover_that_was_taken_and_is_shared_or_over_is_nobodys() -> None:
    taken, roster = _given_on("eva", hours=12)
    for id_ in ("dev", "eva"):
        person = roster.person(id_)
        assert person is not None
        assert refused(taken, person, roster, (), RESTS, NOW, is_busy=False) == NoCover(NotTaken.CHANGED)
        over = refused(taken, person, roster, (), RESTS, WEDNESDAY + DAY, is_busy=False)
        assert over == NoCover(NotTaken.OVER)
    assert what_became(taken, roster, NOW) is NotTaken.TAKEN
    assert who_has(roster, taken, WEDNESDAY + 12 * HOUR) == "dev", "of what is left"
    assert who_has(roster, replace(taken, wanted=replace(taken.wanted, rotation="gone")), NOW) is None


def test_whoever_is_away_or_paged_takes_nothing_and_a_coordinator_knows_better() -> None:
    dev = PEOPLE[3]
    away = [Absence("1", "dev", WEDNESDAY, WEDNESDAY + DAY)]
    assert refused(CLEOS, dev, ROSTER, away, RESTS, NOW, is_busy=False) == NoCover(NotTaken.AWAY)
    assert refused(CLEOS, dev, ROSTER, away, RESTS, NOW, is_busy=False, by_another=True) is None
    assert refused(cover(only="eva"), dev, ROSTER, (), RESTS, NOW, is_busy=False, by_another=True) is None
    shortly = CLEOS.wanted.starts_at - timedelta(hours=11)
    assert refused(CLEOS, dev, ROSTER, (), RESTS, shortly, is_busy=True) == NoCover(NotTaken.BUSY)
    assert refused(CLEOS, dev, ROSTER, (), RESTS, NOW, is_busy=True) is None, "by then they are home"


def test_whoever_rests_or_is_not_trained_to_its_end_takes_nothing() -> None:
    """A coordinator may give it to them: the preview says so, and names the gap."""
    dev = replace(PEOPLE[3], qualified_until=date(2026, 11, 26))  # the shift ends at 18:00 that day
    assert refused(CLEOS, dev, ROSTER, (), RESTS, NOW, is_busy=False) is None
    dev = replace(dev, qualified_until=date(2026, 11, 25))
    assert refused(CLEOS, dev, ROSTER, (), RESTS, NOW, is_busy=False) == NoCover(NotTaken.NOT_QUALIFIED)
    assert refused(CLEOS, dev, ROSTER, (), RESTS, NOW, is_busy=False, by_another=True) is None
    until = WEDNESDAY + HOUR
    rests = replace(RESTS, until={"dev": until})
    assert refused(CLEOS, PEOPLE[3], ROSTER, (), rests, NOW, is_busy=False) == NoCover(NotTaken.RESTING, until=until)
    assert refused(CLEOS, PEOPLE[3], ROSTER, (), rests, NOW, is_busy=False, by_another=True) is None
    assert refused(CLEOS, PEOPLE[3], ROSTER, (), rests, until, is_busy=False) is None


CORAS = replace(
    ROSTER,
    people=(*ROSTER.people, Person("omar", "Omar Long", "+15625550111", frozenset({Role.COORDINATOR}))),
    rotations=(
        *ROSTER.rotations,
        Rotation("alarms", ("cora", "omar"), RotationUnit.DAYS, 1, time(18), date(2026, 11, 25), takes_alarms=True),
    ),
)


def test_a_cover_of_the_coordinators_rotation_is_for_coordinators() -> None:
    """No specialist is asked for it, and none takes it: alarms would reach nobody who may have them."""
    asked = cover(rotation="alarms", holder="cora")
    assert [one.person.id for one in wave(CORAS, [asked], (), (), RESTS, NOW)] == ["omar"]
    omar = CORAS.person("omar")
    assert omar is not None
    assert refused(asked, omar, CORAS, (), RESTS, NOW, is_busy=False) is None
    for by_another in (False, True):
        found = refused(asked, PEOPLE[3], CORAS, (), RESTS, NOW, is_busy=False, by_another=by_another)
        assert found == NoCover(NotTaken.NOT_THEIRS, "alarms")
    assert "needs a coordinator" in cover_texts.not_taken(asked, NoCover(NotTaken.NOT_THEIRS, "alarms"), CORAS)


@given(
    taker=st.sampled_from([*PEOPLE, *CORAS.people]),
    last=st.none() | st.dates(date(2026, 11, 20), date(2026, 12, 5)),
    which=st.sampled_from(["primary", "alarms"]),
    at=st.integers(0, 12),
)
def test_whoever_may_take_it_leaves_no_gap(taker: Person, last: date | None, which: str, at: int) -> None:
    """Invariant 2: whoever texts has seen no preview, and ticks no gap."""
    person = replace(taker, qualified_until=last)
    roster = replace(CORAS, people=tuple(person if one.id == person.id else one for one in CORAS.people))
    rotation = next(one for one in roster.rotations if one.name == which)
    begins = WEDNESDAY + at * DAY
    (shift,) = [one for one in shifts(roster, rotation, begins, begins + DAY) if one.starts_at == begins]
    asked = cover(rotation=which, holder=shift.person, starts_at=begins, ends_at=shift.ends_at)
    if refused(asked, person, roster, (), RESTS, NOW, is_busy=False) is None:
        then = after(roster, AddOverride(override_of(asked, person.id)), NOW)
        assert not [one for one in coverage_gaps(then, begins, shift.ends_at) if one.rotation == which]


def test_a_cover_of_an_edited_shift_stands_no_more() -> None:
    """Whether a part of it went to somebody else, or all of it."""
    for hours in (1, 24):
        edit = AddOverride(
            Override("primary", OverrideKind.REPLACE, WEDNESDAY, WEDNESDAY + hours * HOUR, "eva", "cleo")
        )
        roster = after(ROSTER, edit, NOW)
        assert not is_standing(roster, CLEOS, NOW)
        assert what_became(CLEOS, roster, NOW) is NotTaken.CHANGED
    assert is_standing(ROSTER, CLEOS, WEDNESDAY + 2 * HOUR)


def test_a_shift_that_comes_back_to_its_holder_was_given_back() -> None:
    """Whichever edit did so. A part of it is enough once its taker has left the roster: others have the rest."""
    taken = cover(state=CoverState.TAKEN, taker="dev")
    covered = after(ROSTER, AddOverride(override_of(CLEOS, "dev")), NOW)
    back = differing(covered, ROSTER, NOW, NOW + 7 * DAY)
    assert list(given_back([taken], back, ROSTER, NOW)) == [taken]
    assert not list(given_back([taken], differing(ROSTER, covered, NOW, NOW + 7 * DAY), covered, NOW))
    first = AddOverride(Override("primary", OverrideKind.REPLACE, WEDNESDAY, WEDNESDAY + HOUR, "eva", "cleo"))
    part = after(ROSTER, first, NOW)
    back = differing(covered, part, NOW, NOW + 7 * DAY)
    assert not list(given_back([taken], back, part, NOW))
    left = replace(part, people=tuple(one for one in part.people if one.id != "dev"))
    assert list(given_back([taken], back, left, NOW)) == [taken]


@given(starts=st.integers(0, 23), length=st.integers(1, 24), at=st.integers(-30, 30))
def test_taking_changes_that_span_and_nothing_else(starts: int, length: int, at: int) -> None:
    """The shift is the holder's until it is taken, and then wholly the taker's; every other moment stays as it was."""
    ends_at = min(WEDNESDAY + (starts + length) * HOUR, WEDNESDAY + DAY)
    asked = cover(starts_at=WEDNESDAY + starts * HOUR, ends_at=ends_at)
    now, moment = NOW, WEDNESDAY + at * HOUR
    roster = after(ROSTER, AddOverride(override_of(asked, "dev")), now)
    before, then = (on_call(one, one.rotations[0], moment) for one in (ROSTER, roster))
    inside = asked.wanted.starts_at <= moment < asked.wanted.ends_at
    assert then == (("dev",) if inside else before)


@given(
    absent=st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 200), st.integers(1, 200)), max_size=5),
    moment=st.integers(0, 24 * 14),
)
def test_an_absence_and_a_cover_alone_take_nobody_off_call(absent: list[tuple[Person, int, int]], moment: int) -> None:
    """Invariant 3: whatever is asked for, the resolver says what it said. What is asked for is the holder's own."""
    for person, begins, hours in absent:
        found = wanting.theirs(ROSTER, person.id, NOW + begins * HOUR, NOW + (begins + hours) * HOUR)
        for one in wanting.wanted(found, [], NOW):
            rotation = next(it for it in ROSTER.rotations if it.name == one.rotation)
            assert [it.person for it in shifts(ROSTER, rotation, one.starts_at, one.ends_at)] == [person.id]
    at = NOW + moment * HOUR
    assert all(on_call(ROSTER, rotation, at) for rotation in ROSTER.rotations)


# ---- in words ------------------------------------------------------------------------------------------------------

LONG = replace(
    ROSTER,
    people=tuple(replace(one, name="Maximiliano-Alexander de la Cruz") for one in ROSTER.people),
)


def _everything_said() -> list[str]:
    covers = [cover(number=number) for number in (1, 99999, 3, 4)]
    own = wanting.theirs(LONG, "cleo", NOW, NOW + 30 * DAY)
    return [
        *(cover_texts.ask(covers[:count], LONG) for count in (1, 2, 4)),
        cover_texts.withdrawn(covers[1], LONG),
        *(say(covers[1], LONG) for say in (cover_texts.yours_now, cover_texts.given_to_you, cover_texts.nobody_took)),
        *(say(covers[1], "dev", LONG) for say in (cover_texts.another_has_it, cover_texts.alarm_over_taken)),
        cover_texts.covered(covers[1], "dev", LONG, NOW),
        cover_texts.covered(cover(number=99999, holder="eva"), "dev", LONG, NOW),
        *(say(covers[1], LONG) for say in (cover_texts.how_to_take, cover_texts.not_taken_up)),
        cover_texts.alarm_over_kept(covers[1], LONG),
        cover_texts.alarm_over_changed(covers[1]),
        cover_texts.has_changed(covers[1], LONG),
        *(cover_texts.still_yours(covers[1], own[:count], LONG, NOW) for count in (1, 2, len(own))),
        *(
            cover_texts.not_taken(
                cover(number=99999, taker="dev"), NoCover(why, "the long name of a rotation", NOW), LONG
            )
            for why in NotTaken
        ),
        *(cover_texts.no_such_cover(number, found, LONG) for number in (None, 99999) for found in ([], covers)),
        cover_texts.who([], [], None, LONG, NOW),
        cover_texts.who(["Maximiliano-Alexander"] * 5, [("Maximiliano-Alexander", NOW)], own[0], LONG, NOW),
        *(cover_texts.nights(theirs, LONG, NOW) for theirs in ([], own)),
        own_link.behind(cover_texts.own_view(), "https://dispatch.example.org/me/AECkciVvSqzWLgZrHfhfnGk"),
        *map(cover_texts.span_refused, SpanRefused),
    ]


def test_what_is_said_fits_one_segment_in_both_languages() -> None:
    for said in _everything_said():
        for words in (said, said.spanish) if isinstance(said, Words) else (said,):
            assert segments(words) == 1, words
            assert not words.endswith(("…", "...")), words


def test_whoever_is_covered_and_has_another_rotation_reads_of_which_they_are_off_call() -> None:
    """Finn has the backup all the while."""
    said = cover_texts.covered(cover(holder="finn"), "dev", ROSTER, NOW)
    assert said == "Dev has your shift (cover 4): you are off call (primary) Wed 25 Nov 18:00-Thu 18:00."
    assert said.spanish == "Dev tiene su turno (relevo 4): sin guardia (primary) mié 25 nov 18:00-jue 18:00."
    taken = after(ROSTER, AddOverride(override_of(CLEOS, "dev")), NOW)
    assert cover_texts.covered(CLEOS, "dev", taken, NOW).endswith("you are off call Wed 25 Nov 18:00-Thu 18:00.")


def test_who_is_on_names_everybody_or_says_how_many_more() -> None:
    """The primary with somebody beside them, the backup and the coordinators' own: nobody is left out unsaid."""
    said = cover_texts.who(["Ana", "Cleo", "Ben", "Cora"], [], None, ROSTER, NOW)
    assert said == "Now: Ana, Cleo, Ben, Cora. Yours: nothing in two weeks."
    assert said.spanish == "Ahora: Ana, Cleo, Ben, Cora. Suyo: nada."
    own = wanting.theirs(LONG, "cleo", NOW, NOW + 30 * DAY)[0]
    many = cover_texts.who(["Maximiliano-Alexander"] * 9, [("Maximiliano-Alexander", NOW)], own, LONG, NOW)
    shown = many.partition(" Next: ")[0].count("Maxi")
    assert shown > 3
    assert f", {9 - shown} more." in many


def test_spans_in_words() -> None:
    assert cover_texts.span_said(WEDNESDAY, WEDNESDAY + 6 * HOUR) == "Wed 25 Nov 18:00-24:00"
    assert cover_texts.span_said(WEDNESDAY, WEDNESDAY + 3 * HOUR) == "Wed 25 Nov 18:00-21:00"
    assert cover_texts.span_said(WEDNESDAY, WEDNESDAY + DAY, spanish=True) == "mié 25 nov 18:00-jue 18:00"
    assert cover_texts.span_said(WEDNESDAY, WEDNESDAY + 7 * DAY) == "Wed 25 Nov 18:00-Wed 2 Dec 18:00"


def test_what_runs_has_no_beginning() -> None:
    """Its own has passed, and the moment at which somebody looks is none."""
    runs, comes = Shift("primary", "cleo", NOW, NOW + DAY), Shift("primary", "cleo", WEDNESDAY, WEDNESDAY + DAY)
    assert cover_texts.nights([runs, comes], ROSTER, NOW) == "Yours: now-Wed 10:00, Wed 25 Nov 18:00-Thu 18:00:"
    assert cover_texts.shift_in_words(runs, ROSTER, NOW, spanish=True) == "ahora-mié 10:00"


def test_an_absence_is_said_in_days_as_it_was_said() -> None:
    """It goes from 6:00 to 6:00, which nobody wrote. A coordinator may have written hours."""
    christmas = wanting.of_days(date(2026, 12, 24), date(2027, 1, 2))
    assert cover_texts.absence_said(Absence("a", "cleo", *christmas)) == "Thu 24 Dec-Sat 2 Jan"
    one = wanting.of_days(date(2026, 12, 24), date(2026, 12, 24))
    assert cover_texts.absence_said(Absence("a", "cleo", *one), spanish=True) == "jue 24 dic"
    evening = Absence("a", "cleo", WEDNESDAY, WEDNESDAY + 3 * HOUR)
    assert cover_texts.absence_said(evening) == "Wed 25 Nov 18:00-21:00"
    from_now = Absence("a", "cleo", WEDNESDAY, wanting.of_days(date(2026, 11, 25), date(2026, 11, 29))[1])
    assert cover_texts.absence_said(from_now) == "Wed 25 Nov-Sun 29 Nov"
    days = Absence("a", "cleo", WEDNESDAY, WEDNESDAY + 50 * HOUR)
    assert cover_texts.absence_said(days) == "Wed 25 Nov 18:00-Fri 27 Nov 20:00"


def test_who_is_on_is_what_the_resolver_says() -> None:
    on, coming = now_and_next(ROSTER, NOW)
    assert on == ["Ana", "Finn"]
    assert coming[0] == ("Ben", datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
