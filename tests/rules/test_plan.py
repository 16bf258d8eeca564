"""What decisions become before they are written: pages, alarms, deadlines, and which alarms end."""

from typing import Any

from dispatch.rules.callout.plan import Known, work_out
from dispatch.rules.decisions import (
    POLICE_HAVE_CALLED,
    UNCLEAR,
    AlarmCoordinators,
    Decision,
    DropDeadlines,
    EndAlarms,
    FulfilPromise,
    Note,
    NoteKind,
    OverwriteStamp,
    OwnAlarm,
    ReleaseSpecialist,
    SendPage,
    SetDeadline,
    StampKind,
    TextOfficer,
    WriteAgain,
    WriteCallOut,
    WriteHeard,
    WriteOver,
)
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind, UnlistedPromises
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.wording.hotline import RING_BACK
from dispatch.rules.wording.languages import Owed
from tests.each import each
from tests.rules.situations import ANA, NIGHT, alarm, assigned, callout, minutes, only, situation

_NOW = NIGHT + minutes(5)


def rows(*run: Decision, about: dict[str, Any] | None = None, by: str | None = None, **known: Any) -> list[Any]:
    here = situation(callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT), **(about or {})))
    return list(work_out(Known(here.callout, here.roster, here.dials, **known), run, by, _NOW).rows)


@each(
    done=[
        (FulfilPromise(Owed.CALL), AlarmKind.OFFICER_CALLS),
        (FulfilPromise(Owed.MEETING_PLACE), AlarmKind.PLACE_UNCONFIRMED),
        (EndAlarms(frozenset({AlarmKind.NOT_MOVING}), "ana"), AlarmKind.NOT_MOVING),
        (POLICE_HAVE_CALLED, AlarmKind.UNVERIFIED),
        (DropDeadlines(UNCLEAR, "ana"), AlarmKind.STILL_UNCLEAR),
        (ReleaseSpecialist("ana"), AlarmKind.DRIVER_SILENT),
    ]
)
def test_what_is_done_ends_the_alarms_that_asked_for_it(done: tuple[Decision, AlarmKind]) -> None:
    """A promise kept, somebody heard from, a caller verified, a word that is clear by now, somebody let go."""
    decision, kind = done
    stood = alarm(kind, person="ana")
    over = only(WriteOver, rows(decision, alarms=[stood], by="ana"))
    assert [one.alarms for one in over] == [(stood.id,)]


def test_whoever_is_home_has_been_heard() -> None:
    assert WriteHeard("ana") in rows(OverwriteStamp("ana", StampKind.HOME, _NOW))


def test_call_three_times_is_one_call() -> None:
    """The number rings already."""
    join = text_to(ANA, Purpose.JOIN, "", _NOW)
    assert not only(SendPage, rows(join, joining=frozenset({join.to})))


def test_each_decision_knows_what_those_before_it_did() -> None:
    """An alarm that is taken, and then let go, is told again as one that nobody has."""
    stood = alarm(AlarmKind.NOT_MOVING, person="ana")
    again = AlarmCoordinators("it goes on", kind=stood.kind, person="ana", again=stood.id)
    found = rows(OwnAlarm(stood.id, "cora"), OwnAlarm(stood.id, None), again, alarms=[stood])
    assert only(WriteAgain, found)


def test_a_promise_of_a_caller_whom_nobody_has_listed_shares_its_ring() -> None:
    alarm_ = AlarmCoordinators("an officer rang", kind=AlarmKind.OFFICER_CALLS, promise=RING_BACK)
    about = {"trust": Trust.UNLISTED}
    assert only(SetDeadline, rows(alarm_, about=about, unlisted=UnlistedPromises(0, None)))


def test_what_is_said_after_somebody_took_it_is_nobodys() -> None:
    """They know only of what was said before."""
    had = alarm(AlarmKind.STILL_UNCLEAR, "cora", person="ana")
    again = AlarmCoordinators("help", kind=had.kind, person="ana", again=had.id, said_at=_NOW)
    found = rows(again, alarms=[had])
    assert NoteKind.ALARM_LAPSED in {note.kind for note in only(Note, found)}


def test_an_officer_whose_number_takes_no_texts_is_rung_from_then_on() -> None:
    (told,) = only(SendPage, rows(WriteCallOut({"takes_no_texts": True}), TextOfficer("Ana is on the way.")))
    assert told.channel is Channel.VOICE
