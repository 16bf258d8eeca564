"""Each edit of the roster by itself: what it makes of it, what is said of it first, and what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Language, Person, Role
from dispatch.rules.facts.roster import Agency, Area, Drive, Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Absence, Override, OverrideKind, Pause, Rotation, RotationUnit, Shift
from dispatch.rules.roster.on_call import on_call, resolve
from dispatch.rules.roster.reachable import reachability
from dispatch.rules.schedule.edits import (
    AddOverride,
    ComeInFor,
    Edit,
    EditRefused,
    EndOverride,
    ExchangeShifts,
    ImportRoster,
    PauseRotation,
    Put,
    Remove,
    RosterItem,
    RosterPart,
    SetDrives,
    UndoChange,
    name_of,
    things,
)
from dispatch.rules.schedule.foreseeing import ForeseenChange, changed_far_ahead, foresee, telling_far_ahead
from dispatch.rules.schedule.in_words import lines, what
from dispatch.rules.schedule.shift_texts import not_before, pages
from dispatch.rules.schedule.stand_ins import StandIn, stand_ins
from dispatch.rules.schedule.undo import CannotBeUndone, RosterChange, opposite, refuse_number, would_undo
from dispatch.rules.wording.languages import in_language
from tests.each import each

NOON = datetime(2026, 12, 1, 20, tzinfo=UTC)  # a Tuesday in Los Angeles
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHTS = Rotation("nights", ("ana", "ben"), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
LONE = Rotation("lone", ("ana",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
PEOPLE = (
    Person("ana", "Ana Reyes", "+15625550101"),
    Person("ben", "Ben Okafor", "+15625550102"),
    Person("eva", "Eva Lindgren", "+15625550105", texts_in=Language.SPANISH),
    Person("cora", "Cora Lind", "+15625550110", frozenset({Role.COORDINATOR})),
    Person("stu", "Stu Park", "+15625550111", opted_out=True),
)
POLICY = Policy(
    "default", (PolicyStep((Target(TargetKind.ROTATION, "nights"), Target(TargetKind.PERSON, "eva")), 300),)
)
ROSTER = Roster(people=PEOPLE, rotations=(NIGHTS,), policies=(POLICY,), agencies=(Agency("LBPD", "Police"),))


def cover(who: str | None, starts: timedelta, ends: timedelta, replaces: str | None = None, key: str = "") -> Override:
    kind = OverrideKind.REMOVE if who is None else OverrideKind.REPLACE
    return Override("nights", kind, NOON + starts, NOON + ends, who, replaces, key)


def holder(roster: Roster, at: datetime) -> tuple[str, ...]:
    return on_call(roster, roster.rotations[0], at)


def shift_of(roster: Roster, day: int) -> Shift:
    """The whole shift that begins on this day from now on."""
    starts_at = datetime(2026, 12, 1 + day, 17, tzinfo=UTC)
    return Shift("nights", holder(roster, starts_at)[0], starts_at, starts_at + DAY)


def test_a_preview_says_who_is_on_call_instead_of_whom() -> None:
    """In the words of the issue, with the third night of a week and the text in the reader's language."""
    two = replace(ROSTER, overrides=(cover("eva", DAY, 3 * DAY, key="a"),))
    shown = foresee(two, 7, AddOverride(cover("eva", 3 * DAY, 3 * DAY + 20 * HOUR)), NOON).preview
    assert shown.lines == (
        "nights: Ana → Eva, Fri 4 Dec 12:00 to Sat 5 Dec 08:00"
        if holder(two, NOON + 3 * DAY) == ("ana",)
        else "nights: Ben → Eva, Fri 4 Dec 12:00 to Sat 5 Dec 08:00",
    )
    assert shown.notes == ("Eva has 3 nights in the week of Mon 30 Nov",)
    (_, eva) = sorted(shown.told, key=lambda one: one.person.id)
    assert in_language(eva.words, eva.person.texts_in) == (
        "Cambio de turnos. Está de guardia vie 4 dic 12:00 a sáb 5 dic 08:00."
    )
    assert str(shown.counted) == "overrides: 1 added"


def test_two_of_one_first_name_are_told_apart() -> None:
    """By their names in full, in a line, in a note and of a roster that has two of them only now."""
    other = Person("ana2", "Ana Lopez", "+15625550119", opted_out=True)
    night = shift_of(ROSTER, 1)
    whose = "Ana Reyes" if night.person == "ana" else "Ben"
    two = replace(ROSTER, people=(*PEOPLE, other))
    cover_of = Override("nights", OverrideKind.REPLACE, night.starts_at, night.ends_at, "ana2", night.person)
    shown = foresee(two, 1, AddOverride(cover_of), NOON).preview
    assert shown.lines == (f"nights: {whose} → Ana Lopez, Wed 2 Dec 09:00 to Thu 3 Dec 09:00",)
    assert shown.notes == ("Ana Lopez takes no texts, so nobody but you tells them",)


WEEKLY = replace(NIGHTS, unit=RotationUnit.WEEKS)
PAUSED = PauseRotation("nights", Pause(NOON + 3 * DAY, NOON + 5 * DAY))


def an_order_waits() -> Roster:
    """Ben has the week, and then Eva instead of him."""
    return foresee(replace(ROSTER, rotations=(WEEKLY,)), 1, Put(replace(WEEKLY, members=("ana", "eva"))), NOON).after


def test_a_pause_while_an_order_waits_is_previewed() -> None:
    """It names whoever is off call before the new order holds, and the gap."""
    found = foresee(an_order_waits(), 2, PAUSED, NOON + DAY)
    (line,) = found.preview.lines
    assert line.endswith("nobody, Fri 4 Dec 12:00 to Sun 6 Dec 12:00")
    assert [one.gap.rotation for one in found.preview.gaps] == ["nights"]


REORDERED = replace(WEEKLY, members=("cora", "stu"))


@each(
    edit=(
        PAUSED,
        Put(REORDERED),
        Put(REORDERED, at_once=True),
        Remove(RosterPart.ROTATIONS, "nights"),
        ImportRoster(replace(ROSTER, rotations=(REORDERED,)), at_once=True),
    )
)
def test_what_is_changed_while_an_order_waits_is_undone_exactly(edit: Edit) -> None:
    """An order that took effect at once went on until the hand-off for which the one before it had waited. The undo of
    the undo is exact, too."""
    ordered = an_order_waits()
    made = foresee(ordered, 2, edit, NOON + DAY)
    undone = undo(made, 3, NOON + 2 * DAY)
    again = undo(undone, 4, NOON + 3 * DAY)
    nights = Target(TargetKind.ROTATION, "nights")
    for found, wanted, since in ((undone.after, ordered, 2), (again.after, made.after, 3)):
        for moment in (NOON + day * DAY for day in range(since, 30)):
            assert resolve(found, nights, moment) == resolve(wanted, nights, moment), moment


def undo(made: ForeseenChange, version: int, now: datetime) -> ForeseenChange:
    change = RosterChange(version, now, OPERATOR, Source.CLI, "", made.touched, made.reordered)
    return foresee(made.after, version, UndoChange(version, opposite(change, (), made.after)), now)


def test_two_shifts_are_exchanged() -> None:
    """Each has the other's, and each hears both in one text."""
    one, other = shift_of(ROSTER, 1), shift_of(ROSTER, 2)
    found = foresee(ROSTER, 1, ExchangeShifts(one, other), NOON)
    assert holder(found.after, one.starts_at) == (other.person,)
    assert holder(found.after, other.starts_at) == (one.person,)
    for notice in found.preview.told:
        assert "on call" in notice.words
        assert "off call" in notice.words
    assert len(found.preview.told) == 2


def test_more_than_two_spans_are_counted() -> None:
    """A text has one segment."""
    paused = foresee(ROSTER, 1, PauseRotation("nights", Pause(NOON + DAY, NOON + 12 * DAY)), NOON).preview
    for notice in paused.told:
        assert "more." in notice.words
        assert "6 mas." in notice.words.spanish
    assert all(len(notice.words) <= 160 for notice in paused.told)


def test_a_new_order_says_from_when_it_holds() -> None:
    found = foresee(ROSTER, 1, Put(replace(NIGHTS, members=("eva", "ana"))), NOON)
    assert "nights changes at its hand-off, Wed 2 Dec 09:00" in found.preview.notes
    assert holder(found.after, NOON) == holder(ROSTER, NOON)


def test_a_shift_is_told_to_its_own_end_however_near_the_end_of_the_nights_shown() -> None:
    """It once ended where the fourteenth night does, a day before the shift that somebody has to plan for."""
    weeks = replace(NIGHTS, members=("ana", "ben", "eva"), unit=RotationUnit.WEEKS, starts_on=date(2026, 11, 30))
    found = foresee(replace(ROSTER, rotations=(weeks,)), 1, Put(replace(weeks, members=("ana", "eva", "ben"))), NOON)
    assert found.preview.lines == (
        "nights: Ben → Eva, Mon 7 Dec 09:00 to Mon 14 Dec 09:00",
        "nights: Eva → Ben, Mon 14 Dec 09:00 to Mon 21 Dec 09:00",
    )
    (ben,) = (str(one.words) for one in found.preview.told if one.person.id == "ben")
    assert ben.startswith("Schedule changed. You are off call Mon 7 Dec 09:00 to Mon 14 Dec 09:00; ")
    assert ben.endswith("on call Mon 14 Dec 09:00 to Mon 21 Dec 09:00.")


def test_what_lasts_for_ever_says_that_it_goes_on() -> None:
    alone = replace(ROSTER, rotations=(LONE,))
    found = foresee(alone, 1, Put(replace(LONE, members=("ben",)), at_once=True), NOON).preview
    assert found.lines == ("lone: Ana → Ben, now to Tue 15 Dec 06:00 and longer",)
    assert {str(one.words) for one in found.told} == {
        "Schedule changed. You are on call from now to Tue 15 Dec 06:00 and longer.",
        "Schedule changed. You are off call from now to Tue 15 Dec 06:00 and longer.",
    }


def _of_both(*members: str, takes_alarms: bool = False) -> Roster:
    """With a rotation more, which has others of the same people on call."""
    more = replace(NIGHTS, name="a rotation with a long name", members=members, takes_alarms=takes_alarms)
    roles = frozenset({Role.COORDINATOR, Role.SPECIALIST})
    people = tuple(replace(one, roles=roles) if takes_alarms and one.id == "ana" else one for one in PEOPLE)
    return replace(ROSTER, people=people, rotations=(NIGHTS, more))


def test_whoever_is_on_call_for_another_rotation_reads_for_which() -> None:
    """They once read that they are on call and off call, both from Thursday to Friday."""
    both = _of_both("ben", "ana")
    one = shift_of(both, 2)
    other = Shift(both.rotations[1].name, "ben", one.starts_at, one.ends_at)
    told = {it.person.id: it.words for it in foresee(both, 1, ExchangeShifts(one, other), NOON).preview.told}
    assert one.person == "ana"
    assert told["ana"] == (
        "Schedule changed. You are on call (a rotation...) Thu 3 Dec 09:00 to Fri 4 Dec 09:00;"
        " off call (nights) Thu 3 Dec 09:00 to Fri 4 Dec 09:00."
    )
    assert "de guardia (a rotation...)" in told["ana"].spanish
    assert "sin guardia (nights)" in told["ana"].spanish


def test_nobody_who_stays_on_call_for_another_rotation_reads_that_they_are_off() -> None:
    """Ana has the alarms all the while."""
    both = _of_both("ana", takes_alarms=True)
    theirs = [one for day in (2, 3) if (one := shift_of(both, day)).person == "ana"]
    assert len(theirs) == 1
    edit = AddOverride(Override("nights", OverrideKind.REPLACE, theirs[0].starts_at, theirs[0].ends_at, "eva", "ana"))
    told = {it.person.id: it.words for it in foresee(both, 1, edit, NOON).preview.told}
    assert told["ana"].startswith("Schedule changed. You are off call (nights) ")
    assert told["eva"].startswith("Schedule changed. You are on call Thu ")


def test_a_text_of_two_rotations_is_whole() -> None:
    """Where two spans do not fit, one is said."""
    both = _of_both("ben", "ana")
    changes = [replace(one, members=("eva",)) for one in both.rotations]
    found = foresee(both, 1, ImportRoster(replace(both, rotations=tuple(changes)), at_once=True), NOON)
    for one in found.preview.told:
        assert not one.words.endswith("..."), one.words
        assert not one.words.spanish.endswith("..."), one.words.spanish


def test_whoever_texted_stop_is_named_and_not_texted() -> None:
    """A file takes back neither a STOP nor a START, which the carrier knows: it speaks of new phones alone."""
    shown = foresee(ROSTER, 1, AddOverride(cover("stu", DAY, 2 * DAY)), NOON).preview
    assert "Stu takes no texts, so nobody but you tells them" in shown.notes
    assert "stu" not in {one.person.id for one in shown.told}
    fay = Person("fay", "Fay Long", "+15625550171", opted_out=True)
    listed = (*(replace(one, opted_out=not one.opted_out) for one in PEOPLE), fay)
    assert foresee(ROSTER, 1, ImportRoster(replace(ROSTER, people=listed)), NOON).after.people == (*PEOPLE, fay)


def test_a_coordinator_put_on_call_leaves_a_gap() -> None:
    """Somebody is paged who cannot go: that is said, and counts as nobody."""
    shown = foresee(ROSTER, 1, AddOverride(cover("cora", -HOUR, HOUR)), NOON).preview
    assert "Cora is no specialist" in shown.notes
    assert [gap.line for gap in shown.gaps] == ["nobody on call for nights, now to Tue 1 Dec 13:00"]
    assert shown.lines[0].endswith("now to Tue 1 Dec 13:00")
    assert shown.ticks == {gap.id for gap in shown.gaps}
    own = replace(ROSTER, rotations=(NIGHTS, replace(LONE, members=("cora",), takes_alarms=True)))
    taken = foresee(own, 1, AddOverride(replace(cover("eva", -HOUR, HOUR), rotation="lone")), NOON).preview
    assert "Eva is no coordinator" in taken.notes


def test_whoever_a_file_leaves_out_is_on_call_no_more() -> None:
    """It is read with its contradictions: the order may still name them, and the preview says that nobody is on."""
    left_out = replace(ROSTER, people=tuple(one for one in PEOPLE if one.id != holder(ROSTER, NOON)[0]))
    shown = foresee(ROSTER, 1, ImportRoster(left_out), NOON).preview
    assert shown.lines[0].endswith("→ nobody, now to Wed 2 Dec 09:00")


def test_whoever_plans_by_a_cover_hears_of_it_however_far_ahead() -> None:
    """Everybody hears of the next nights alone; whoever took a cover, or was covered, of its end as well. What is new
    has told nobody yet, unless an undo brings it back."""
    far = cover("eva", 40 * DAY, 40 * DAY + HOUR, key="far")
    listed = replace(ROSTER, overrides=(far,))
    ended = foresee(listed, 2, EndOverride("far"), NOON)
    assert not ended.preview.told
    assert changed_far_ahead(ended, NOON) == {"far"}
    told = telling_far_ahead(ended, {"far": {"eva"}}, NOON).preview.told
    assert [(one.person.id, "off call" in one.words) for one in told] == [("eva", True)]
    added = foresee(ROSTER, 1, AddOverride(far), NOON)
    assert changed_far_ahead(added, NOON) == frozenset()
    assert changed_far_ahead(foresee(ROSTER, 3, UndoChange(2, added.after), NOON), NOON) == {"far"}
    soon = foresee(ROSTER, 1, AddOverride(cover("eva", DAY, 2 * DAY)), NOON)
    assert telling_far_ahead(soon, {}, NOON).preview == soon.preview


def test_whose_training_ends_covers_nothing_from_then_on() -> None:
    """Eva is paged after her last day as before, and the preview says that nobody qualified is on call."""
    eva = replace(PEOPLE[2], qualified_until=date(2026, 12, 3))
    trained = replace(ROSTER, people=(*PEOPLE[:2], eva, *PEOPLE[3:]))
    found = foresee(trained, 1, AddOverride(cover("eva", 2 * DAY, 3 * DAY)), NOON)
    assert found.preview.notes == ("Eva is qualified until Thu 3 Dec 2026 only, and covers nothing after that",)
    assert [gap.line for gap in found.preview.gaps] == [
        "nobody qualified on call for nights, Fri 4 Dec 00:00 to Fri 4 Dec 12:00"
    ]
    assert holder(found.after, NOON + 3 * DAY - HOUR) == ("eva",)


def test_a_shorter_training_makes_gaps_that_are_ticked() -> None:
    """A date that a coordinator writes takes nobody off call, and names what it leaves without anybody qualified."""
    ana = replace(PEOPLE[0], qualified_until=date(2026, 12, 2))
    found = foresee(replace(ROSTER, rotations=(LONE,), policies=()), 1, Put(ana), NOON)
    assert found.preview.lines == ()
    (gap,) = found.preview.gaps
    assert gap.line == "nobody qualified on call for lone, Thu 3 Dec 00:00 to Sat 30 Jan 00:00 and longer"
    assert [*lines(found.touched[0], by_file=True)] == ["people ana: qualified_until none → 2026-12-02"]


def test_a_taker_who_cannot_be_is_named_with_the_reason_and_comes_last() -> None:
    """Nobody is left out, since a person decides: out now, on call then, without texts, or trained for a part of it."""
    eva = replace(PEOPLE[2], qualified_until=date(2026, 12, 2))
    dev, fay = Person("dev", "Dev Shah", "+15625550112"), Person("fay", "Fay Long", "+15625550113")
    roster = replace(ROSTER, people=(*PEOPLE[:2], eva, *PEOPLE[3:], dev, fay))
    shift = shift_of(roster, 2)
    others = stand_ins(roster, shift.person, shift.starts_at, shift.ends_at, busy={"dev"})
    known = {one.person.id: one.known for one in others}
    (on_then,) = {"ana", "ben"} - {shift.person}
    assert others[0].person.id == "fay"
    assert known["fay"] == "free, no night in these four weeks"
    assert known["dev"] == "is being paged or is out now, no night in these four weeks"
    near = replace(others[0], on_call=("lone",), minutes=15, reachable=reachability(None, (), NOON))
    assert (near.is_free, near.known) == (
        False,
        "on call for lone then, no night in these four weeks, about 15 min away, not heard from in 30 days",
    )
    assert "takes no texts" in known["stu"]
    assert "qualified until 02 Dec 2026 only" in known["eva"]
    assert on_then in known
    assert "cora" not in known
    assert [one.person.id for one in others if one.is_free] == ["fay", on_then]


def test_whoever_is_away_is_not_free_and_the_preview_says_so() -> None:
    """Eva has said AWAY for three days, and others took her nights: she has none left, and would have come first."""
    away = (Absence("a1", "eva", NOON - DAY, NOON + 2 * DAY),)

    def of(day: int) -> dict[str, StandIn]:
        shift = shift_of(ROSTER, day)
        found = stand_ins(ROSTER, shift.person, shift.starts_at, shift.ends_at, absences=away)
        return {one.person.id: one for one in found}

    assert (of(1)["eva"].is_free, of(1)["eva"].known) == (False, "is away then, no night in these four weeks")
    assert next(iter(of(1))) != "eva"
    assert (of(3)["eva"].is_free, next(iter(of(3)))) == (True, "eva")

    def notes(edit: Edit) -> tuple[str, ...]:
        return foresee(ROSTER, 1, edit, NOON, away).preview.notes

    said = ("Eva has said that they are away then",)
    assert notes(AddOverride(cover("eva", DAY, 2 * DAY))) == said
    assert notes(ComeInFor(holder(ROSTER, NOON)[0], "eva", NOON + HOUR)) == said
    assert notes(AddOverride(cover("eva", 3 * DAY, 4 * DAY))) == ()
    digests = {
        foresee(ROSTER, 1, AddOverride(cover("eva", DAY, 2 * DAY)), NOON, one).preview.digest for one in (away, ())
    }
    assert len(digests) == 2


def test_an_ended_training_keeps_no_coordinator_from_their_own_rotation() -> None:
    """Finn goes out as well, until his training ends; the coordinators' nights need none."""
    both = frozenset({Role.COORDINATOR, Role.SPECIALIST})
    finn = Person("finn", "Finn Ode", "+15625550114", both, qualified_until=date(2026, 12, 2))
    roster = replace(ROSTER, people=(*PEOPLE, finn), rotations=(NIGHTS, replace(LONE, takes_alarms=True)))
    span = NOON + 2 * DAY, NOON + 3 * DAY
    free = {
        name: {one.person.id: one.is_free for one in stand_ins(roster, "cora", *span, rotation=name)}
        for name in ("nights", "lone")
    }
    assert free["nights"]["finn"] is False
    assert free["lone"] == {"finn": True}


def test_whoever_is_on_call_for_both_is_replaced_by_one_of_each() -> None:
    """A specialist takes no alarms, and a coordinator goes to no call-out: one for both was a gap in either."""
    both = replace(PEOPLE[0], roles=frozenset({Role.SPECIALIST, Role.COORDINATOR}))
    own = replace(LONE, name="own", takes_alarms=True)
    roster = replace(ROSTER, people=(both, *PEOPLE[1:]), rotations=(LONE, own), policies=())
    found = foresee(roster, 1, ComeInFor("ana", "ben", NOON + HOUR, "cora"), NOON)
    assert [on_call(found.after, one, NOON) for one in found.after.rotations] == [("ben",), ("cora",)]
    assert (found.preview.notes, found.preview.gaps) == ((), ())
    with pytest.raises(EditRefused, match="cannot come in for themselves"):
        foresee(roster, 1, ComeInFor("ana", "ben", NOON + HOUR, "ana"), NOON)


def test_a_change_of_a_rotation_is_told_in_words() -> None:
    """Whoever reads the log in a browser has never seen the file."""
    weekly = replace(NIGHTS, unit=RotationUnit.WEEKS, weekday=0, handoff=time(19, 30))
    (touched,) = foresee(ROSTER, 1, Put(weekly), NOON).touched
    assert [*lines(touched, by_file=False)] == [
        "rotations nights: unit days → weeks",
        "rotations nights: hand-off 09:00 → 19:30",
        "rotations nights: weekday none → Monday",
    ]


def test_what_has_no_effect_says_so() -> None:
    shown = foresee(ROSTER, 1, AddOverride(cover("eva", DAY, DAY + HOUR, "cora", key="idle")), NOON).preview
    assert shown.notes == ("idle changes nothing: the same people are on call without it",)
    assert shown.lines == ()


def test_whoever_leaves_takes_every_place_along() -> None:
    """Rotations, policies and overrides lose the name; what becomes a gap is named."""
    listed = replace(ROSTER, overrides=(cover("eva", DAY, 2 * DAY, key="a"), cover("ben", 3 * DAY, 4 * DAY, key="b")))
    found = foresee(listed, 1, Remove(RosterPart.PEOPLE, "eva"), NOON)
    assert [one.key for one in found.after.listed_overrides] == ["b"]
    assert found.after.policies[0].steps == (PolicyStep((Target(TargetKind.ROTATION, "nights"),), 300),)
    gone = foresee(ROSTER, 1, Remove(RosterPart.PEOPLE, "ana"), NOON).after
    assert gone.rotations[0].members == ("ben",)


OTHERS: tuple[RosterItem, ...] = (
    Person("fay", "Fay Ek", "+15625550120"),
    LONE,
    cover("eva", DAY, 2 * DAY, key="own"),
    Policy("second", (PolicyStep((Target(TargetKind.EVERYONE),), 300),)),
    Agency("LASD", "Sheriff"),
    Area("LBH", "Long Beach", 33.77, -118.19),
)
PARTS = dict(zip(RosterPart, OTHERS, strict=False))


@pytest.mark.parametrize(("part", "thing"), PARTS.items())
def test_each_thing_is_put_changed_removed_and_undone(part: RosterPart, thing: RosterItem) -> None:
    added = foresee(ROSTER, 1, Put(thing), NOON)
    assert thing in things(added.after, part)
    removed = foresee(added.after, 2, Remove(part, name_of(thing)), NOON + HOUR)
    assert thing not in things(removed.after, part)
    (touch,) = removed.touched
    assert list(lines(touch, by_file=True)) == [f"{part} {name_of(thing)}: removed"]
    change = RosterChange(3, NOON + HOUR, OPERATOR, Source.CLI, "removed", removed.touched, removed.reordered)
    assert what(change) == f"{part}: {name_of(thing)}"
    assert thing in things(opposite(change, (), removed.after), part)


def test_a_drive_lies_between_areas_that_are_known() -> None:
    areas = replace(ROSTER, areas=(Area("LBH", "Long Beach", 33.77, -118.19), Area("CSN", "Carson", 33.83, -118.26)))
    drive = Drive("LBH", "CSN", 15)
    added = foresee(areas, 1, Put(drive), NOON).after
    assert added.drives == (drive,)
    assert foresee(added, 2, Remove(RosterPart.DRIVES, "LBH to CSN"), NOON).after.drives == ()


def test_a_row_of_drives_is_one_edit_and_undone_as_one() -> None:
    """A way without minutes is written no more; the others stay as they are."""
    codes = ("LBH", "CSN", "LYN")
    areas = tuple(Area(code, code.title(), 33.77 + number / 50, -118.19) for number, code in enumerate(codes))
    drives = (Drive("CSN", "LYN", 9), Drive("LBH", "CSN", 15))
    roster = replace(ROSTER, areas=areas, drives=drives)
    row = SetDrives((Drive("LBH", "CSN"), Drive("LBH", "LYN", 20, 30)))
    made = foresee(roster, 1, row, NOON)
    assert made.after.drives == (Drive("CSN", "LYN", 9), Drive("LBH", "LYN", 20, 30))
    assert {one.name for one in made.touched} == {"LBH to CSN", "LBH to LYN"}
    assert set(undo(made, 2, NOON).after.drives) == set(drives)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (AddOverride(cover("eva", 2 * DAY, DAY)), "ends before it begins"),
        (AddOverride(cover("eva", -2 * DAY, -DAY)), "the past does not change"),
        (AddOverride(replace(cover("eva", DAY, 2 * DAY), person=None)), "nobody comes in"),
        (AddOverride(cover("eva", DAY, 2 * DAY, "eva")), "cannot come in for themselves"),
        (AddOverride(cover("zoe", DAY, 2 * DAY)), "nobody is called 'zoe'"),
        (AddOverride(replace(cover("eva", DAY, 2 * DAY), rotation="days")), "no rotation is called 'days'"),
        (EndOverride("none"), "ahead are: none"),
        (ExchangeShifts(shift_of(ROSTER, 1), shift_of(ROSTER, 3)), "the same person's"),
        (ExchangeShifts(replace(shift_of(ROSTER, 1), person="eva"), shift_of(ROSTER, 2)), "Eva no longer has"),
        (
            ExchangeShifts(Shift("nights", "ana", NOON - 2 * DAY, NOON - DAY), shift_of(ROSTER, 1)),
            "over already",
        ),
        (ExchangeShifts(replace(shift_of(ROSTER, 1), rotation="days"), shift_of(ROSTER, 2)), "there are: nights"),
        (PauseRotation("nights", Pause(NOON + 2 * DAY, NOON + DAY)), "ends before it begins"),
        (PauseRotation("nights", Pause(NOON - DAY, NOON + DAY)), "the past does not change"),
        (Put(replace(PEOPLE[0], phone="+15625550102")), "has the phone of"),
        (Put(replace(POLICY, steps=(PolicyStep((Target(TargetKind.PERSON, "zoe"),), 300),))), "nobody is called 'zoe'"),
        (Put(Agency("LASD", "Sheriff", policy="none")), "no policy is called 'none'"),
        (Put(Drive("LBH", "CSN", 15)), "no area is called 'LBH'"),
        (SetDrives((Drive("LBH", "CSN", 15),)), "no area is called 'LBH'"),
        (Remove(RosterPart.PEOPLE, "zoe"), "people: there is no 'zoe'"),
        (ComeInFor("eva", "ben", NOON + DAY), "Eva is not on call before Wed 2 Dec 12:00"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(edit: Edit, why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        foresee(ROSTER, 1, edit, NOON)


def test_what_would_page_nobody_is_refused() -> None:
    """The last member of a rotation, the last target of a policy, a pause inside a pause, an override that is over."""
    lone = replace(ROSTER, rotations=(NIGHTS, LONE))
    with pytest.raises(EditRefused, match="ana is the only member of lone"):
        foresee(lone, 1, Remove(RosterPart.PEOPLE, "ana"), NOON)
    only = replace(ROSTER, policies=(Policy("default", (PolicyStep((Target(TargetKind.ROTATION, "nights"),), 300),)),))
    with pytest.raises(EditRefused, match="the policy default would page nobody"):
        foresee(only, 1, Remove(RosterPart.ROTATIONS, "nights"), NOON)
    paused = foresee(ROSTER, 1, PauseRotation("nights", Pause(NOON + DAY, NOON + 3 * DAY)), NOON).after
    with pytest.raises(EditRefused, match="paused within this span"):
        foresee(paused, 2, PauseRotation("nights", Pause(NOON + 2 * DAY, NOON + 4 * DAY)), NOON)
    past = replace(ROSTER, overrides=(cover("eva", -2 * DAY, -DAY, key="past"),))
    with pytest.raises(EditRefused, match="is over already"):
        foresee(past, 1, EndOverride("past"), NOON)


def test_a_text_about_another_night_waits_for_the_morning() -> None:
    """And one about this night for nobody but a reader who is being paged."""
    midnight = NOON + 12 * HOUR
    later = foresee(ROSTER, 1, AddOverride(cover("eva", 3 * DAY, 4 * DAY)), midnight).preview
    assert {page.purpose for page in pages(later.told, midnight)} == {Purpose.SCHEDULE}
    assert {page.due_at for page in pages(later.told, midnight)} == {datetime(2026, 12, 2, 16, tzinfo=UTC)}
    now = foresee(ROSTER, 1, AddOverride(cover("eva", 13 * HOUR, 14 * HOUR)), midnight).preview
    assert {(page.purpose, page.due_at) for page in pages(now.told, midnight)} == {(Purpose.TONIGHT, midnight)}
    assert not_before(Purpose.SCHEDULE, is_busy=False, now=midnight) == datetime(2026, 12, 2, 16, tzinfo=UTC)
    assert not_before(Purpose.TONIGHT, is_busy=False, now=midnight) is None
    assert not_before(Purpose.TONIGHT, is_busy=True, now=midnight) == midnight + timedelta(minutes=5)
    assert not_before(Purpose.SCHEDULE, is_busy=False, now=NOON) is None


def test_an_import_that_only_reorders_overrides_is_undone() -> None:
    """The later one has the last word; the order is all that changed, and it comes back."""
    both = tuple(cover(who, DAY, 2 * DAY, key=who) for who in ("eva", "stu"))
    listed = replace(ROSTER, overrides=both)
    found = foresee(listed, 1, ImportRoster(replace(listed, overrides=both[::-1])), NOON)
    assert (found.touched, holder(found.after, NOON + DAY)) == ((), ("eva",))
    change = RosterChange(2, NOON, OPERATOR, Source.CLI, "", found.touched, found.reordered)
    assert what(change) == "the order alone"
    assert [one.key for one in opposite(change, (), found.after).listed_overrides] == ["eva", "stu"]
    ended = foresee(found.after, 2, EndOverride("eva"), NOON)
    later = RosterChange(3, NOON, OPERATOR, Source.CLI, "", ended.touched)
    with pytest.raises(CannotBeUndone, match="version 3"):
        opposite(change, [later], ended.after)


def test_what_nobody_logged_is_not_written_over() -> None:
    """Somebody's row was changed behind the log's back: the undo is refused, not guessed."""
    found = foresee(ROSTER, 1, Put(replace(PEOPLE[0], name="Ana R")), NOON)
    change = RosterChange(2, NOON, OPERATOR, Source.CLI, "", found.touched)
    (touch,) = found.touched
    assert list(lines(touch, by_file=True)) == ["people ana: name Ana Reyes → Ana R"]
    with pytest.raises(CannotBeUndone, match="no longer as version 2 left it"):
        opposite(change, (), ROSTER)
    stopped = replace(found.after, people=tuple(replace(one, opted_out=True) for one in found.after.people))
    assert opposite(change, (), stopped).people[0] == replace(PEOPLE[0], opted_out=True)
    assert [one.names for one in would_undo([change], found.after, ROSTER)] == [((RosterPart.PEOPLE, "ana"),)]
    assert would_undo([change], found.after, found.after) == []


def test_an_old_change_and_a_new_number_are_not_undone() -> None:
    """What a change touched is forgotten one day; and they may have lost the number that they had. A file's own comes
    back, as it came."""
    found = foresee(ROSTER, 1, Put(replace(PEOPLE[0], phone="+15625550120")), NOON)
    change = RosterChange(2, NOON, OPERATOR, Source.WEB, Put.log, found.touched)
    with pytest.raises(CannotBeUndone, match="version 2 is so old that what it changed is forgotten"):
        opposite(replace(change, is_forgotten=True), (), found.after)
    with pytest.raises(CannotBeUndone, match="version 2 changed the number of Ana Reyes, which no undo changes back"):
        refuse_number(change)
    refuse_number(replace(change, edit=ImportRoster.log))
    refuse_number(replace(change, touched=foresee(ROSTER, 1, Put(replace(PEOPLE[0], name="Ana Ruiz")), NOON).touched))


def test_a_diff_says_values_and_no_numbers() -> None:
    found = foresee(
        ROSTER,
        1,
        ImportRoster(
            replace(
                ROSTER,
                people=(
                    replace(PEOPLE[0], phone="+15625550199", roles=frozenset({Role.SPECIALIST, Role.COORDINATOR})),
                    replace(PEOPLE[1], languages=()),
                    *PEOPLE[2:],
                ),
                overrides=(cover("eva", DAY, 2 * DAY, key="a"),),
            )
        ),
        NOON,
    )
    said = [line for one in found.touched for line in lines(one, by_file=True)]
    assert "people ana: phone changed" in said
    assert "people ana: roles specialist → coordinator, specialist" in said
    assert "people ben: languages en → none" in said
    assert "0199" not in str(said)
    again = foresee(found.after, 2, Put(cover("ben", DAY, 3 * DAY, key="a")), NOON)
    (touch,) = again.touched
    assert "overrides a: person eva → ben" in list(lines(touch, by_file=True))
    assert any(
        line.startswith("overrides a: ends_at 2026-12-03T12:00:00-08:00 →") for line in lines(touch, by_file=True)
    )
