"""Who has an alarm: whom it reaches, what "I have it" brings, when it lapses."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.alarms import owners
from dispatch.rules.alarms.told import AlarmRouter
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    DropDeadlines,
    Note,
    NoteKind,
    OwnAlarm,
    SendPage,
    SetDeadline,
    StopRinging,
)
from dispatch.rules.facts.actors import SERVICE, Actor, ActorKind
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.wording import alarm_answers
from dispatch.rules.wording import alarms as wording
from tests.rules.situations import (
    ANA,
    CORA,
    NIGHT,
    alarm,
    assigned,
    callout,
    lapsed,
    minutes,
    only,
    roster,
    situation,
    standalone,
    taken,
)

DAN = Person("dan", "Dan Moss", "+15625550111", frozenset({Role.COORDINATOR}))
OUT = Person("otto", "Otto Out", "+15625550112", frozenset({Role.COORDINATOR}), opted_out=True)
TOWN = roster(ANA, CORA, DAN)
NOW = NIGHT + minutes(10)


def told(kind: AlarmKind = AlarmKind.CHAIN_ENDED, **facts: Any) -> AlarmCoordinators:
    return AlarmCoordinators("words", kind=kind, **facts)


def reached(sounding: owners.AlarmDelivery) -> list[tuple[str | None, Channel]]:
    return [(page.person, page.channel) for page in sounding.pages]


SMS, VOICE = Channel.SMS, Channel.VOICE
EVERYBODY = [("cora", SMS), ("dan", SMS)]
RUNG = [*EVERYBODY, ("cora", VOICE), ("dan", VOICE)]


# ---- whom it reaches -----------------------------------------------------------------------------------------------


def test_news_is_told_and_nobody_need_have_it() -> None:
    sounding = owners.sound(TOWN, AlarmCoordinators("Ana wrote"), [], NOW)
    assert (reached(sounding), sounding.opened is not None) == (EVERYBODY, False)


def test_whoever_said_it_does_not_hear_it_back() -> None:
    sounding = owners.sound(TOWN, AlarmCoordinators("Cora wrote", but="cora"), [], NOW)
    assert reached(sounding) == [("dan", SMS)]


def test_an_alarm_opens_and_rings_as_its_kind_does() -> None:
    sounding = owners.sound(TOWN, told(), [], NOW)
    assert (reached(sounding), sounding.opened is not None, sounding.rings) == (RUNG, True, True)
    quiet = owners.sound(TOWN, told(AlarmKind.NOT_MOVING), [], NOW)
    assert (reached(quiet), quiet.opened is not None, quiet.rings) == (EVERYBODY, True, False)


def test_what_is_decided_together_rings_once() -> None:
    """A second call would find the line busy; the text tells what it was about."""
    sounding = owners.sound(TOWN, told(), [], NOW, rang=True)
    assert (reached(sounding), sounding.opened is not None, sounding.rings) == (EVERYBODY, True, False)


def test_an_alarm_may_depart_from_its_kind() -> None:
    """A missed target while everybody is being paged: the round rings already."""
    assert reached(owners.sound(TOWN, told(AlarmKind.TARGET_MISSED, rings=False), [], NOW)) == EVERYBODY


def test_while_nobody_has_it_each_repeat_rings() -> None:
    """It is the same alarm again, and no second one."""
    known = alarm()
    sounding = owners.sound(TOWN, told(), [known], NOW)
    assert (reached(sounding), sounding.again, sounding.opened is not None) == (RUNG, known, False)


def test_a_repeat_reaches_its_owner_only() -> None:
    sounding = owners.sound(TOWN, told(), [alarm(owner="cora")], NOW)
    assert (reached(sounding), sounding.rings) == ([("cora", SMS)], False)


def test_an_owner_without_a_phone_cannot_be_told() -> None:
    """The alarm belongs to a script's key: everybody gets the text, and nobody is rung."""
    assert reached(owners.sound(TOWN, told(), [alarm(owner="Night desk")], NOW)) == EVERYBODY


@pytest.mark.parametrize("person", ["ben", None])
def test_about_somebody_else_it_is_another_alarm(person: str | None) -> None:
    """Two lone workers not home yet are two alarms: who looks after one does not look after the other."""
    known = alarm(AlarmKind.HOME_CHECK, "cora", person="ana")
    sounding = owners.sound(TOWN, told(AlarmKind.HOME_CHECK, person=person), [known], NOW)
    assert (reached(sounding), sounding.opened is not None) == (EVERYBODY, True)


def test_each_release_is_news() -> None:
    """It rings everybody, even where somebody has the release before it."""
    sounding = owners.sound(TOWN, told(AlarmKind.RELEASED), [alarm(AlarmKind.RELEASED, "cora")], NOW)
    assert (reached(sounding), sounding.opened is not None) == (RUNG, True)


@pytest.mark.parametrize(
    ("had", "rings"), [(AlarmKind.CHAIN_ENDED, False), (AlarmKind.WORK_IS_LATE, False), (AlarmKind.NOT_MOVING, True)]
)
def test_what_is_no_worse_rings_nobody(had: AlarmKind, rings: bool) -> None:
    """Of an alarm that does not always ring: whoever has one as bad looks after the call-out."""
    known = alarm(had, "cora", person="ana")
    assert owners.sound(TOWN, told(AlarmKind.WORK_IS_LATE), [known], NOW).rings is rings


def test_an_alarm_about_no_call_out_lapses_by_itself() -> None:
    """No deadline watches its owner, so after ten minutes the next repeat rings everybody."""
    known = standalone("cora")
    soon, late = NIGHT + minutes(9), NIGHT + minutes(10)
    assert reached(owners.sound(TOWN, told(AlarmKind.WORK_IS_LATE), [known], soon)) == [("cora", SMS)]
    assert reached(owners.sound(TOWN, told(AlarmKind.WORK_IS_LATE), [known], late)) == RUNG


def test_nobody_has_an_alarm_whose_owner_did_nothing() -> None:
    assert not owners.has_owner(alarm(owner="cora", acted_at=None), NOW)


# ---- "I have it" ---------------------------------------------------------------------------------------------------


def test_i_have_it() -> None:
    """It is written, every phone stops ringing, the others hear who has it, and ten minutes later it may lapse."""
    decisions = owners.take([alarm()], "cora", roster(CORA, DAN, OUT), NOW)
    assert only(OwnAlarm, decisions) == [OwnAlarm("chain_ended-1", "cora")]
    assert [one.person for one in only(StopRinging, decisions)] == ["cora", "dan", "otto"]
    (told_to_dan,) = only(SendPage, decisions)  # nobody is rung to hear that they may sleep
    assert (told_to_dan.person, told_to_dan.text) == ("dan", alarm_answers.alarm_owner("K7Q", "Cora"))
    assert [one.kind for one in only(Note, decisions)] == [NoteKind.ALARM_TAKEN]
    assert only(SetDeadline, decisions) == [SetDeadline(DeadlineKind.ALARM_LAPSES, NOW + minutes(10), "cora")]


def test_again_counts() -> None:
    decisions = owners.take([alarm(owner="cora")], "cora", TOWN, NOW)
    assert decisions == [
        OwnAlarm("chain_ended-1", "cora"),
        SetDeadline(DeadlineKind.ALARM_LAPSES, NOW + minutes(10), "cora"),
    ]


def test_the_first_has_it() -> None:
    assert owners.take([alarm(owner="cora")], "dan", TOWN, NOW) == []


def test_whoever_names_one_has_whatever_is_no_worse() -> None:
    worse, named, like_it = alarm(), alarm(AlarmKind.NOT_MOVING), alarm(AlarmKind.LATE_ARRIVAL)
    decisions = owners.take([worse, named, like_it], "cora", TOWN, NOW, named=named)
    assert [one.alarm for one in only(OwnAlarm, decisions)] == [named.id, like_it.id]


def test_an_alarm_about_no_call_out_has_no_deadline() -> None:
    decisions = owners.take([standalone()], "cora", TOWN, NOW)
    assert only(OwnAlarm, decisions)
    assert not only(SetDeadline, decisions)
    assert not only(Note, decisions)


@pytest.mark.parametrize(
    ("name", "owner", "read"),
    [("Cora Lind", "cora", "Cora"), ("cora", "cora", "Cora"), ("Night desk", "Night desk", "Night desk")],
)
def test_a_key_stands_for_the_coordinator_of_its_name(name: str, owner: str, read: str) -> None:
    """People read the first name; the service and the carrier have none."""
    assert owners.owner_called(name, TOWN) == owner
    assert owners.owner_called("Ana Reyes", TOWN) == "Ana Reyes"  # no coordinator
    assert owners.who_did(Actor(ActorKind.COORDINATOR, name), TOWN) == read
    assert owners.who_did(SERVICE, TOWN) is owners.who_did(None, TOWN) is None


@pytest.mark.parametrize(("name", "rung"), [("Cora Lind", True), ("dan", True), ("ana", False), ("Night desk", False)])
def test_who_can_be_rung_when_it_lapses(name: str, rung: bool) -> None:
    assert owners.can_be_rung(name, TOWN) is rung
    everybody = owners.all_who_can_be_rung(TOWN)
    assert everybody
    assert all(owners.can_be_rung(one, TOWN) for one in everybody)


def test_an_alarm_told_after_the_end_is_about_no_call_out() -> None:
    assert owners.told_about("c1", Status.PAGING, AlarmKind.NEWS) == "c1"
    assert owners.told_about("c1", Status.CANCELLED, AlarmKind.NEWS) is None
    assert owners.told_about("c1", Status.CANCELLED, AlarmKind.DANGER) == "c1"


def test_a_cry_that_outlived_its_call_out_ends_with_whoever_has_it() -> None:
    """Nothing is left to watch."""
    known = Alarm("a1", AlarmKind.DANGER, "words", NOW, "c1", "K7Q", outlives=True)
    decisions = owners.take([known], "cora", TOWN, NOW)
    assert OwnAlarm("a1", "cora", ends=True) in decisions
    assert not [one for one in decisions if isinstance(one, SetDeadline)]


def test_a_call_that_was_being_placed_rings_in_vain() -> None:
    """Whoever has had it for longer is rung on purpose: it is worse, or they are not heard from."""
    assert owners.rings_in_vain(NOW, NOW)
    assert not owners.rings_in_vain(NIGHT, NOW)
    assert not owners.rings_in_vain(None, NOW)


def test_a_cry_for_help_rings_no_more_once_somebody_has_it() -> None:
    """Its deadline goes; when the owner is not heard from it is back."""
    cry = alarm(AlarmKind.DANGER, person="ana")
    assert DropDeadlines(frozenset({DeadlineKind.DANGER})) in owners.take([cry], "cora", TOWN, NOW)
    assert not only(DropDeadlines, owners.take([replace(cry, callout=None)], "cora", TOWN, NOW))
    owned = replace(cry, owner="cora", acted_at=NIGHT)
    again = [one for one in only(SetDeadline, lapse(owned, attempt=2, at=12)) if one.kind is DeadlineKind.DANGER]
    assert again == [SetDeadline(DeadlineKind.DANGER, NIGHT + minutes(14), "ana")]


# ---- an owner who is not heard from --------------------------------------------------------------------------------


def lapse(*alarms: Alarm, attempt: int = 1, about: Any = None, at: float = 10) -> list[Any]:
    about = situation(about, TOWN, alarms)
    return owners.lapse(about, "cora", attempt, NIGHT + minutes(at))


def test_the_owner_of_a_silent_driver_is_asked_although_they_are_on_the_way() -> None:
    """Nobody knows whether she comes: the owner is asked until she has been heard."""
    drives = taken(en_route_at=NIGHT, status=Status.EN_ROUTE)
    (_, call) = only(SendPage, lapse(alarm(AlarmKind.DRIVER_SILENT, "cora", person="ana"), about=drives))
    assert call.text == wording.owner_asked("K7Q", "Ana is silent")


def test_first_the_owner_is_rung() -> None:
    decisions = lapse(alarm(owner="cora"))
    assert [(one.person, one.channel, one.alarm) for one in only(SendPage, decisions)] == [
        ("cora", SMS, "chain_ended-1"),
        ("cora", VOICE, "chain_ended-1"),
    ]
    assert only(SetDeadline, decisions) == [
        SetDeadline(DeadlineKind.ALARM_LAPSES, NIGHT + minutes(12), "cora", attempt=2)
    ]


def test_an_owner_who_takes_no_texts_is_rung_once() -> None:
    about = situation(people=roster(replace(CORA, opted_out=True)), alarms=[alarm(owner="cora")])
    (call,) = only(SendPage, owners.lapse(about, "cora", 1, NOW))
    assert call.channel is VOICE


def test_then_everybody_is_rung() -> None:
    """The same alarm, told again: the worst that they had."""
    worst = alarm(owner="cora", call_back="+15625550170")
    decisions = lapse(alarm(AlarmKind.NOT_MOVING, "cora"), worst, attempt=2, at=12)
    assert lapsed(decisions) == ["not_moving-1", "chain_ended-1"]
    (rung,) = only(AlarmCoordinators, decisions)
    assert (rung.rings, rung.kind, rung.again) == (True, AlarmKind.CHAIN_ENDED, "chain_ended-1")
    assert rung.call_back == worst.call_back, "whoever waits there for a call still does"
    known = [alarm(AlarmKind.NOT_MOVING), alarm()]
    sounding = owners.sound(TOWN, rung, known, NOW)
    assert (reached(sounding), sounding.again) == (RUNG, known[1])


def test_an_owner_who_cannot_be_rung_lapses_at_once() -> None:
    about = situation(people=TOWN, alarms=[alarm(owner="Night desk")])
    assert lapsed(owners.lapse(about, "Night desk", 1, NOW))


def test_doing_something_gives_ten_minutes_more() -> None:
    """Also between the owner's ring and everybody's."""
    awake = alarm(owner="cora", acted_at=NIGHT + minutes(11))
    for attempt in (1, 2):
        assert lapse(awake, attempt=attempt, at=12) == [
            SetDeadline(DeadlineKind.ALARM_LAPSES, NIGHT + minutes(21), "cora")
        ]


def test_somebody_who_takes_it_gives_ten_minutes_more() -> None:
    about = replace(taken(), acknowledged_at=NIGHT + minutes(9))
    assert lapse(alarm(owner="cora"), about=about) == [
        SetDeadline(DeadlineKind.ALARM_LAPSES, NIGHT + minutes(19), "cora")
    ]


def test_a_clock_that_was_set_back_lets_no_owner_sleep() -> None:
    """What was done by the old clock seems to lie ahead; the clocks of two nodes are a little apart all the same."""
    asked = replace(alarm(owner="cora"), acted_at=NIGHT + minutes(60))
    assert only(SendPage, lapse(asked, about=replace(taken(), acknowledged_at=NIGHT + minutes(61))))
    just_now = replace(asked, acted_at=NIGHT + minutes(10.02))
    assert lapse(just_now) == [SetDeadline(DeadlineKind.ALARM_LAPSES, NIGHT + minutes(20.02), "cora")]


def test_while_somebody_is_on_the_way_the_owner_may_sleep() -> None:
    """It is asked again: they may let it go yet."""
    on_the_way = callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT))
    again = [SetDeadline(DeadlineKind.ALARM_LAPSES, NIGHT + minutes(70), "cora")]
    assert lapse(alarm(owner="cora"), about=on_the_way, at=60) == again
    offered = callout(Status.PAGING, assigned("ana", AssignmentRole.OFFERED, en_route_at=NIGHT))
    assert lapse(alarm(owner="cora"), about=offered, at=60) != again


@pytest.mark.parametrize("others", [(), (alarm(AlarmKind.TARGET_WARNING, "cora"),)])
def test_the_owner_of_a_cry_is_asked_although_somebody_is_on_the_way(others: tuple[Alarm, ...]) -> None:
    """Whoever is there may be the one who cries. An owner who shows ten minutes on that they are at it may sleep."""
    there = callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT))
    cry = alarm(AlarmKind.DANGER, "cora", person="ana")
    (_, call) = only(SendPage, lapse(cry, *others, about=there))
    assert call.channel is VOICE
    assert call.text == wording.owner_asked("K7Q", "somebody may be in danger")
    over = lapse(cry, *others, about=there, attempt=2, at=12)
    assert set(lapsed(over)) == {cry.id, *(one.id for one in others)}
    assert SetDeadline(DeadlineKind.DANGER, NIGHT + minutes(14), "ana") in over
    (rung,) = only(AlarmCoordinators, over)
    assert rung.text == wording.owner_silent("K7Q", "Cora", CORA.phone, "somebody may be in danger")
    for acted, again in ((9, 19), (11, 22)):
        awake = replace(cry, acted_at=NIGHT + minutes(acted))
        assert lapse(awake, about=there, attempt=2, at=12) == [
            SetDeadline(DeadlineKind.ALARM_LAPSES, NIGHT + minutes(again), "cora")
        ]
    asked_once = replace(cry, acted_at=NIGHT + minutes(11))
    assert lapse(asked_once, about=there, at=60) == [
        SetDeadline(DeadlineKind.ALARM_LAPSES, NIGHT + minutes(70), "cora")
    ]


def test_nothing_lapses_that_is_over() -> None:
    assert lapse() == []
    assert lapse(alarm(owner="dan")) == []


# ---- the two laws --------------------------------------------------------------------------------------------------

ALWAYS = (AlarmKind.DANGER, AlarmKind.CHAIN_ENDED, AlarmKind.TARGET_MISSED, AlarmKind.RELEASED, AlarmKind.GAVE_UP)


@pytest.mark.parametrize("kind", ALWAYS)
@given(had=st.sets(st.sampled_from(AlarmKind), max_size=6), owner=st.sampled_from(["cora", "dan", "Night desk"]))
def test_what_makes_things_worse_rings_everybody(kind: AlarmKind, had: set[AlarmKind], owner: str) -> None:
    """Danger, a missed target, a release, the end of the chain: whatever else about the call-out somebody has."""
    known = [alarm(one, owner, person="ana") for one in had]
    worse = told(kind, person="ben" if kind is AlarmKind.DANGER else None)
    assert reached(owners.sound(TOWN, worse, known, NOW)) == RUNG


@given(owner=st.sampled_from(["cora", "dan", "Night desk"]))
def test_a_cry_is_no_repeat(owner: str) -> None:
    """Whoever has somebody's danger hears its repeats alone; when that person cries again, it rings everybody."""
    known = [alarm(AlarmKind.DANGER, owner, person="ana")]
    assert owners.sound(TOWN, told(AlarmKind.DANGER, person="ana"), known, NOW).rings is False
    cried = owners.sound(TOWN, told(AlarmKind.DANGER, person="ana", said_at=NOW), known, NOW)
    assert (reached(cried), cried.again, cried.opened is not None, cried.frees) == (RUNG, known[0], False, True)


@pytest.mark.parametrize("kind", [AlarmKind.DANGER, AlarmKind.STILL_UNCLEAR, AlarmKind.ASKS_FOR_A_CALL])
def test_what_is_said_after_somebody_took_it_is_nobodys(kind: AlarmKind) -> None:
    """Whoever has it knows of the words before: until somebody takes it anew, each repeat rings everybody. Of what was
    written before they took it they hear alone."""
    known = alarm(kind, "cora", person="ana", owned_at=NIGHT + minutes(5))
    before = owners.sound(TOWN, told(kind, person="ana", said_at=NIGHT + minutes(4)), [known], NOW)
    assert (reached(before), before.frees) == ([("cora", SMS)], False)
    run = AlarmRouter(TOWN, [known], NOW, calls=())
    said = run.tell(told(kind, person="ana", said_at=NIGHT + minutes(6)), "c1")
    assert (said.rings, said.frees, run.known[0].owner) == (True, True, None)
    noted = Note(NoteKind.ALARM_LAPSED, "Cora had the alarm, and it is said again", "cora")
    assert owners.said_again(known, TOWN) == noted
    by_the_clock = owners.sound(TOWN, told(kind, person="ana"), run.known, NOW + minutes(2))
    assert (reached(by_the_clock), by_the_clock.frees) == (RUNG, False)


_ABOUT_ALARMS = frozenset({DeadlineKind.ALARM_LAPSES, DeadlineKind.DANGER})
_ALARM = st.builds(
    alarm,
    st.sampled_from(AlarmKind),
    st.sampled_from([None, "cora", "dan", "Night desk"]),
    callout=st.just("c1"),
    person=st.sampled_from([None, "ana", "ben"]),
    id=st.uuids().map(str),
)


@given(
    alarms=st.lists(_ALARM, max_size=6),
    about=st.sampled_from([callout(), taken(), callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT))]),
    attempt=st.integers(1, 2),
    at=st.integers(0, 60),
)
def test_owning_touches_neither_paging_nor_escalation(
    alarms: list[Alarm], about: CallOut, attempt: int, at: int
) -> None:
    """Whatever is owned or lapses, in whatever position: only alarms, and what tells of them, are decided on."""
    now = NIGHT + minutes(at)
    decided = [
        *owners.take(alarms, "cora", TOWN, now),
        *owners.lapse(situation(about, TOWN, alarms), "cora", attempt, now),
    ]
    may_be = (OwnAlarm, StopRinging, AlarmCoordinators, Note, SendPage, SetDeadline, DropDeadlines)
    assert all(isinstance(one, may_be) for one in decided)
    assert {one.kind for one in only(SetDeadline, decided)} <= _ABOUT_ALARMS
    assert all(one.kinds <= _ABOUT_ALARMS for one in only(DropDeadlines, decided))
    told_to = {(one.purpose, one.person) for one in only(SendPage, decided)}
    assert told_to <= {(Purpose.STAND_DOWN, "dan"), (Purpose.ALARM, "cora")}


def test_what_is_decided_of_a_call_stops_every_ringing_phone() -> None:
    """Nobody picks up to be asked what another has said already."""
    waits = alarm(AlarmKind.UNDECIDED_CALL, callout=None, code=None, call="h1")
    assert owners.stop_all([waits], TOWN) == [
        StopRinging(waits.id, "cora", NIGHT),
        StopRinging(waits.id, "dan", NIGHT),
    ]
    assert owners.asks_about_call(waits)
    assert not owners.asks_about_call(alarm(AlarmKind.OFFICER_CALLS))


# ---- what its writer can have read ---------------------------------------------------------------------------------


def test_nobody_takes_what_has_not_reached_them() -> None:
    """Nor what was said again since they read of it."""
    old, new = alarm(), alarm(AlarmKind.DANGER, person="ana")
    told = {old.id: NOW}
    assert [one.alarm for one in only(OwnAlarm, owners.take([old, new], "cora", TOWN, NOW, told=told))] == [old.id]
    again = replace(new, said_at=NOW)
    assert not owners.is_known_to(again, "cora", {new.id: NOW - minutes(1)}, NOW)
    assert owners.is_known_to(again, "cora", {new.id: NOW}, NOW)
    assert owners.is_known_to(replace(again, owner="dan", acted_at=NOW), "cora", {}, NOW)


def test_whoever_names_one_takes_nothing_newer() -> None:
    named, newer = alarm(AlarmKind.DANGER, person="ana"), alarm(AlarmKind.DANGER, opened_at=NOW, id="newer")
    assert [one.alarm for one in only(OwnAlarm, owners.take([named, newer], "cora", TOWN, NOW, named=named))] == [
        named.id
    ]


# ---- a cry for help without a call-out -----------------------------------------------------------------------------

SOS = alarm(AlarmKind.DANGER, callout=None, code=None, person="ana", text="DANGER: Ana may be in danger")


def test_it_is_told_every_two_minutes_until_somebody_has_it() -> None:
    assert owners.goes_on_at(SOS, NOW) == NOW + minutes(2)
    (again,) = owners.go_on(SOS, NOW, TOWN, NOW)
    assert isinstance(again, AlarmCoordinators)
    assert (again.again, again.kind, again.person) == (SOS.id, AlarmKind.DANGER, "ana")
    (left,) = owners.go_on(replace(SOS, person="gone"), NOW, TOWN, NOW)
    assert isinstance(left, AlarmCoordinators)
    assert left.text == SOS.text


def test_its_owner_is_rung_and_then_everybody() -> None:
    had = replace(SOS, owner="cora", owned_at=NOW, acted_at=NOW)
    later = NOW + minutes(10)
    assert owners.goes_on_at(had, NOW) == later
    assert {one.channel for one in only(SendPage, owners.go_on(had, NOW, TOWN, later))} == {Channel.SMS, Channel.VOICE}
    assert owners.goes_on_at(had, later) == NOW + minutes(12)
    by_key = replace(had, owner="Night desk")
    for silent in (owners.go_on(had, later, TOWN, NOW + minutes(12)), owners.go_on(by_key, NOW, TOWN, later)):
        assert lapsed(silent)
        assert "had this alarm and does not answer" in only(AlarmCoordinators, silent)[0].text
    left = owners.go_on(replace(had, person="gone"), later, TOWN, NOW + minutes(12))
    assert only(AlarmCoordinators, left)[0].text.startswith(SOS.text)


def test_an_owner_who_is_at_it_is_left_in_peace() -> None:
    had = replace(SOS, owner="cora", owned_at=NOW, acted_at=NOW + minutes(10))
    assert owners.goes_on_at(had, NOW) is None
    assert not owners.rings_on(had, NOW)
    assert owners.rings_on(SOS, NOW)
    assert not owners.rings_on(standalone(), NOW)


def test_a_shift_refused_is_told_in_its_words_for_a_day_until_somebody_has_it() -> None:
    """Its owner is not asked."""
    refused = replace(SOS, kind=AlarmKind.SHIFT_REFUSED, text="ALARM: Ana says no to their shift")
    assert owners.goes_on_at(refused, refused.opened_at) == refused.opened_at + minutes(2)
    (again,) = owners.go_on(refused, NOW, TOWN, NOW)
    assert isinstance(again, AlarmCoordinators)
    assert (again.again, again.text) == (refused.id, refused.text)
    assert owners.goes_on_at(refused, refused.opened_at + minutes(24 * 60 + 1)) is None
    assert owners.goes_on_at(replace(refused, owner="cora", owned_at=NOW, acted_at=NOW), NOW) is None
