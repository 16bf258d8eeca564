"""Who hears that an alarm is over, and why."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dispatch.rules.alarms.all_clear import all_clear, is_quiet, quiet_words, standalone_clear
from dispatch.rules.decisions import (
    POLICE_HAVE_CALLED,
    UNCLEAR,
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    Decision,
    DropDeadlines,
    EndAlarms,
    FulfilPromise,
    MoveTo,
    ReleaseSpecialist,
    SendPage,
    Stamp,
    StampKind,
    WriteEta,
    WriteOver,
)
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import Alarm, AlarmKind, HeardAlarm
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Language, Person, Role
from dispatch.rules.wording import alarm_answers
from dispatch.rules.wording.languages import Owed
from tests.rules.situations import ANA, BEN, CORA, NIGHT, alarm, assigned, bare, callout, minutes, plan, roster, taken

DAN = Person("dan", "Dan Moss", "+15625550111", frozenset({Role.COORDINATOR}))
TOWN = roster(ANA, BEN, CORA, DAN)
BOTH = (HeardAlarm("a1", "cora"), HeardAlarm("a1", "dan"))
AT = NIGHT + minutes(38)
TAKE: tuple[Decision, ...] = (
    AssignSpecialist("ben", AssignmentRole.PRIMARY, AT),
    AssignSpecialist("ana", AssignmentRole.PARTNER, None),
    MoveTo(Status.ACKNOWLEDGED),
)


def told(
    *run: Decision,
    about: CallOut | None = None,
    heard: tuple[HeardAlarm, ...] = BOTH,
    sent: tuple[SendPage, ...] = (),
    by: str | None = "ben",
) -> dict[str | None, str]:
    pages = all_clear(about or callout(), run, sent, {"a1"}, heard, TOWN, by, NIGHT)
    assert all(page.purpose is Purpose.ALL_CLEAR for page in pages)
    assert len({page.person for page in pages}) == len(pages)
    return {page.person: page.text for page in pages}


_SILENT, _SCENE = frozenset({AlarmKind.DRIVER_SILENT}), frozenset({AlarmKind.SCENE_UNSAFE})


def test_everybody_who_heard_it_reads_why() -> None:
    words = "K7Q: Ben has it, there 02:52; alarm over."
    assert told(*TAKE) == {"cora": words, "dan": words}


@pytest.mark.parametrize(
    ("about", "run", "why"),
    [
        (taken(), (WriteEta("ana", AT), MoveTo(Status.EN_ROUTE)), "Ana is on the way, there 02:52"),
        (taken(), (Stamp("ana", StampKind.ARRIVED, NIGHT), MoveTo(Status.ON_SCENE)), "Ana is there"),
        (
            taken(assigned("ben", AssignmentRole.PARTNER)),
            (Stamp("ben", StampKind.ARRIVED, NIGHT), MoveTo(Status.ON_SCENE)),
            "Ben is there",
        ),
        (taken(status=Status.ON_SCENE), (MoveTo(Status.CLEARED),), "Ana has left the scene"),
        (callout(), (MoveTo(Status.CLOSED),), "closed by Ben"),
        (callout(), (MoveTo(Status.CANCELLED),), "cancelled by Ben"),
        (taken(), (FulfilPromise(),), "the officer was rung"),
        (taken(), (FulfilPromise(Owed.MEETING_PLACE),), "the meeting place is confirmed"),
        (taken(), (POLICE_HAVE_CALLED,), "the caller is verified"),
        (taken(), (EndAlarms(_SILENT, "ana"),), "Ana has answered"),
        (taken(), (EndAlarms(_SCENE),), "the caller says that the scene is safe"),
        (taken(), (POLICE_HAVE_CALLED, MoveTo(Status.EN_ROUTE)), "Ana is on the way"),
    ],
)
def test_it_says_why(about: CallOut, run: tuple[Decision, ...], why: str) -> None:
    assert told(*run, about=about)["cora"] == f"K7Q: {why}; alarm over."


def test_a_kept_promise_is_over_while_people_are_paged() -> None:
    pages = all_clear(callout(), (FulfilPromise(),), (), {"a1"}, BOTH, TOWN, "dan", NIGHT)
    assert [(page.person, page.purpose, page.text) for page in pages] == [
        ("cora", Purpose.ALARM, "K7Q: the officer was rung; alarm over.")
    ]


def test_nobody_ended_it() -> None:
    assert told(MoveTo(Status.CLOSED), by=None)["cora"] == "K7Q: closed; alarm over."


def test_whoever_ended_it_knows() -> None:
    assert set(told(*TAKE, by="cora")) == {"dan"}


def test_whoever_reads_the_same_in_another_text_gets_no_second() -> None:
    """A stand-down names whoever has it; another alarm says what is wrong now."""
    sent = (
        text_to(CORA, Purpose.STAND_DOWN, "Ben has it", NIGHT),
        replace(text_to(DAN, Purpose.ALARM, "nobody has verified the caller", NIGHT), alarm="a2"),
    )
    assert told(*TAKE, sent=sent) == {}


def test_nothing_is_over_while_it_pages() -> None:
    assert told(MoveTo(Status.PAGING), about=taken()) == {}


def test_another_alarm_that_they_heard_goes_on() -> None:
    said = told(*TAKE, heard=(*BOTH, HeardAlarm("a2", "dan")))
    assert said["cora"].endswith("; alarm over.")
    assert said["dan"] == "K7Q: Ben has it, there 02:52. Another alarm about it goes on."


def test_who_is_left_out() -> None:
    """Nobody is rung for it; whoever has left, or coordinates no more, is told nothing."""
    gone = (HeardAlarm("a1", "gone"), HeardAlarm("a1", "ana"), HeardAlarm("a2", "cora"))
    assert told(*TAKE, heard=gone) == {}
    silent = roster(replace(CORA, opted_out=True))
    assert all_clear(callout(), TAKE, (), {"a1"}, BOTH, silent, "ben", NIGHT) == []


def test_it_is_read_in_their_language() -> None:
    spanish = roster(BEN, replace(CORA, texts_in=Language.SPANISH))
    (page,) = all_clear(callout(), TAKE, (), {"a1"}, BOTH, spanish, "ben", NIGHT)
    assert page.text == "K7Q: Ben lo tiene, llega 02:52; fin de la alarma."


def test_which_alarms_a_run_ends() -> None:
    """By the status moved to, by a verified caller, and a cry for help that somebody has
    with the end of its call-out."""
    chain, missed = alarm(AlarmKind.CHAIN_ENDED, id="a1"), alarm(AlarmKind.TARGET_MISSED, id="a2")
    unverified = alarm(AlarmKind.UNVERIFIED, id="a3")
    cry, had = alarm(AlarmKind.DANGER, id="a4"), alarm(AlarmKind.DANGER, "cora", id="a5")
    known = [chain, missed, unverified, cry, had]
    assert ended_by(TAKE, known) == [chain]
    assert ended_by([POLICE_HAVE_CALLED], known) == [unverified]
    assert ended_by([MoveTo(Status.CLOSED)], known) == [chain, missed, unverified, had]
    assert ended_by([AlarmCoordinators("words")], known) == []


def ended_by(run: Sequence[Decision], known: Sequence[Alarm]) -> list[Alarm]:
    rows = plan(replace(bare(taken(assigned("ben", AssignmentRole.PARTNER)), TOWN), alarms=tuple(known)), run).rows
    over = {one for row in rows if isinstance(row, WriteOver) for one in row.alarms}
    return [alarm for alarm in known if alarm.id in over]


CLEAR_WORD = DropDeadlines(UNCLEAR, "ana")


def test_a_clear_word_ends_the_alarm_that_none_came() -> None:
    """Of its sender alone; what else is dropped ends none."""
    hers, bens = (alarm(AlarmKind.STILL_UNCLEAR, id=whose, person=whose) for whose in ("ana", "ben"))
    other = alarm(AlarmKind.ASKS_FOR_A_CALL, id="a3", person="ana")
    assert ended_by([CLEAR_WORD], [hers, bens, other]) == [hers]
    assert ended_by([DropDeadlines(frozenset({DeadlineKind.REMIND_EN_ROUTE}), "ana")], [hers]) == []


@pytest.mark.parametrize(
    ("about", "run", "why"),
    [
        (taken(), (CLEAR_WORD,), "Ana has answered, and goes"),
        (taken(), (Stamp("ana", StampKind.EN_ROUTE, NIGHT), CLEAR_WORD), "Ana has answered, and goes"),
        (taken(), (Stamp("ana", StampKind.EN_ROUTE, NIGHT), MoveTo(Status.EN_ROUTE), CLEAR_WORD), "Ana is on the way"),
        (taken(status=Status.ON_SCENE, arrived_at=NIGHT), (CLEAR_WORD,), "Ana has answered clearly"),
        (
            taken(status=Status.ON_SCENE),
            (Stamp("ana", StampKind.ARRIVED, NIGHT), CLEAR_WORD),
            "Ana has answered clearly",
        ),
        (
            callout(Status.ACKNOWLEDGED, assigned("ben"), assigned("ana", AssignmentRole.PARTNER)),
            (ReleaseSpecialist("ana"), CLEAR_WORD),
            "Ana has answered clearly",
        ),
    ],
)
def test_what_whoever_is_clear_by_now_does(about: CallOut, run: tuple[Decision, ...], why: str) -> None:
    assert told(*run, about=about, by="ana")["cora"] == f"K7Q: {why}; alarm over."


def test_whoever_is_given_up_has_answered_nothing() -> None:
    """Nobody waits for a clear word of theirs any more, and nobody says that one came."""
    about = callout(Status.ACKNOWLEDGED, assigned("ben"), assigned("ana", AssignmentRole.PARTNER))
    for by in (None, "cora"):
        assert "answered" not in told(ReleaseSpecialist("ana"), CLEAR_WORD, about=about, by=by)["dan"]


def test_a_call_on_the_hotline_that_is_decided() -> None:
    """All who were asked hear what it is, but whoever decided it."""
    why = alarm_answers.alarm_over_call("K7Q", opened=True)
    pages = standalone_clear(why, {"a1"}, (*BOTH, HeardAlarm("a2", "ben")), TOWN, "dan", NIGHT)
    assert [(page.person, page.text) for page in pages] == [
        ("cora", "Hotline: the call is K7Q, and people are paged; alarm over.")
    ]


@pytest.mark.parametrize(
    ("kind", "quiet", "over"),
    [
        (AlarmKind.WORK_IS_LATE, 14, False),
        (AlarmKind.WORK_IS_LATE, 15, True),
        (AlarmKind.CODES_GUESSED, 59, False),
        (AlarmKind.CODES_GUESSED, 60, True),
    ],
)
def test_when_an_alarm_about_no_call_out_is_over(kind: AlarmKind, quiet: float, over: bool) -> None:
    """What is told every ten minutes while it lasts is over soon after; anything else when no owner is looked for."""
    assert is_quiet(kind, NIGHT, NIGHT + minutes(quiet)) is over


def test_why_an_alarm_about_no_call_out_is_over() -> None:
    """In few words, with the moment when it began: coordinators have heard of others."""
    late = alarm(AlarmKind.WORK_IS_LATE, callout=None, code=None)
    words = quiet_words(late, TOWN)
    assert words == "Work is late (02:14): nothing more of it for 15 min; alarm over."
    assert words.spanish == "El trabajo se atrasa (02:14): nada más en 15 min; fin de la alarma."
    about_ben = alarm(AlarmKind.DANGER, callout=None, code=None, person="ben")
    assert quiet_words(about_ben, TOWN).startswith("Ben may be in danger (02:14): nothing more of it for 60 min")
    silent = quiet_words(alarm(AlarmKind.SHIFT_SILENT, callout=None, code=None, person="ben"), TOWN)
    assert silent == "Ben does not answer a test (02:14), and after 60 min that is still so; alarm over."
    assert silent.spanish == "Ben no contesta la prueba (02:14), y sigue igual tras 60 min; fin de la alarma."
    assert quiet_words(alarm(AlarmKind.SOMEBODY_HURT), TOWN).startswith("An officer writes that somebody is hurt")


def test_whoever_is_heard_or_does_not_go_is_silent_no_more() -> None:
    """Of one person, or of the call-out."""
    silent, unheard = alarm(AlarmKind.DRIVER_SILENT, person="ana"), alarm(AlarmKind.DANGER_UNHEARD, person="ana")
    bens, scene = alarm(AlarmKind.DRIVER_SILENT, person="ben", id="ben's"), alarm(AlarmKind.SCENE_UNSAFE)
    known = [silent, unheard, bens, scene]
    assert ended_by([EndAlarms(_SILENT, "ana")], known) == [silent]
    assert ended_by([EndAlarms(_SCENE)], known) == [scene]
    assert ended_by([ReleaseSpecialist("ana")], known) == [silent, unheard]
