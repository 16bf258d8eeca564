"""What a person hears when they pick up a page, and what each key means at each stage."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.alarms import owners
from dispatch.rules.callout import assignment, stay_away
from dispatch.rules.decisions import (
    UNCLEAR,
    AlarmCoordinators,
    AssignSpecialist,
    DecideCall,
    DropDeadlines,
    MarkDeclined,
    ReleaseSpecialist,
    SendPage,
    Stamp,
    StampKind,
    WithdrawPages,
    WriteEta,
)
from dispatch.rules.facts.actors import ActorKind, Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Details, Status
from dispatch.rules.facts.pages import Purpose, Subject
from dispatch.rules.facts.people import Channel, Language, Person
from dispatch.rules.facts.phone_calls import NOBODY_ON_THE_PHONE, PagedCall, PagedStage, Party
from dispatch.rules.facts.roster import Agency
from dispatch.rules.phone import paged_call
from dispatch.rules.phone.bridge import Wait
from dispatch.rules.phone.calls import NoSuchStage, Pressed, SpokenReply
from dispatch.rules.phone.paged_call import _PURPOSES, GOODBYE, KEYS
from dispatch.rules.wording import hotline, spoken
from dispatch.rules.wording.languages import in_language
from tests.rules.situations import (
    ANA,
    BEN,
    CORA,
    NIGHT,
    OFFICER,
    ROSTER,
    alarm,
    assigned,
    callout,
    minutes,
    only,
    page,
    roster,
    situation,
    taken,
)

NOW = NIGHT + minutes(10)
PAGING, TAKEN, CLOSED = callout(), taken(), callout(Status.CLOSED)
LEFT = taken(status=Status.EN_ROUTE, en_route_at=NIGHT)
MENU = SpokenReply((spoken.menu(),), PagedStage.MENU)
OFF = SpokenReply((spoken.called_off("K7Q"),))
AT_THE_STATION = Details(OFFICER, place_address="Station 4", place_note="side door")


def call(about: CallOut | None, purpose: Purpose = Purpose.PAGE, *, person: Person | None = ANA) -> PagedCall:
    rung = page(person.id if person else None, purpose=purpose, channel=Channel.VOICE, text="what it says")
    known = situation(about) if about else None
    return PagedCall(rung, person, known, ROSTER, (), NOBODY_ON_THE_PHONE, verifies=person)


def _said(about: PagedCall, details: Details) -> PagedCall:
    """The caller has said this."""
    assert about.situation is not None
    return replace(about, situation=replace(about.situation, details=details))


def greet(about: PagedCall) -> SpokenReply:
    return paged_call.greet(about, NOW)


def press(about: PagedCall, stage: PagedStage, keys: str) -> Pressed:
    return paged_call.press(about, stage, keys, NOW)


# ---- what is said first --------------------------------------------------------------------------------------------


def test_a_page_names_the_agency_in_full_and_asks() -> None:
    """A voice cannot read LBPD; only an agency that has left the roster goes by its code."""
    known = replace(ROSTER, agencies=(Agency("LBPD", "Long Beach Police Department"),))
    about = replace(call(PAGING), situation=situation(PAGING, known))
    assert greet(about) == SpokenReply((spoken.page("Long Beach Police Department", "K7Q"),), PagedStage.PAGE, times=3)
    assert greet(call(PAGING)) == SpokenReply((spoken.page("LBPD", "K7Q"),), PagedStage.PAGE, times=3)
    many = spoken.silent_callers("K7Q", 7)  # who said nothing: no agency is known
    assert greet(call(callout(sharing=7))) == SpokenReply((many,), PagedStage.PAGE, times=3)


@pytest.mark.parametrize(("step", "last"), [(2, False), (3, True)])
def test_a_page_says_what_is_different_about_it(step: int, last: bool) -> None:
    """That it is probably another's duplicate; and to whoever is out, that nobody else is left."""
    about = callout(step=step, out=frozenset({"ana"}), same_as="F3T")
    rung = page("ana", step=step, channel=Channel.VOICE)
    heard = greet(replace(call(about), page=rung))
    assert heard.say == (spoken.page("LBPD", "K7Q", same_as="F3T", last=last),)


@pytest.mark.parametrize(
    ("about", "person", "heard"),
    [
        (CLOSED, ANA, GOODBYE),
        (TAKEN, ANA, MENU),
        (TAKEN, BEN, SpokenReply((spoken.taken_by("Ana"),))),
        (callout(Status.EN_ROUTE, assigned("gone")), ANA, SpokenReply((spoken.taken_by(""),))),
        (callout(Status.CLEARED), ANA, SpokenReply((spoken.taken_by(""),))),
    ],
    ids=["over", "theirs", "somebody else's", "of somebody who left the roster", "nobody's any more"],
)
def test_a_page_that_is_picked_up_late(about: CallOut, person: Person, heard: SpokenReply) -> None:
    """Whoever picks up hears what the call-out has become since the phone began to ring."""
    assert greet(call(about, person=person)) == heard


def test_a_reminder_asks_until_they_have_set_out() -> None:
    """After that it says its text, with the menu; to anybody who is not on the call-out it says only its text."""
    reminder, words = Purpose.REMINDER, "what it says"
    assert greet(call(TAKEN, reminder)) == SpokenReply((spoken.remind("K7Q"),), PagedStage.REMINDER)
    assert greet(call(LEFT, reminder)) == SpokenReply((words, spoken.menu()), PagedStage.MENU)
    assert greet(call(TAKEN, reminder, person=BEN)) == SpokenReply((words, words))
    assert greet(call(None, reminder)) == SpokenReply((words, words))


@pytest.mark.parametrize("purpose", [Purpose.REMINDER, Purpose.QUESTION])
def test_whoever_let_it_go_hears_no_reminder(purpose: Purpose) -> None:
    """Their phone rang already when they wrote NO. It is not closed: others are paged for it."""
    for about in (
        callout(declined=frozenset({"ana"})),
        callout(Status.EN_ROUTE, assigned("ben"), declined=frozenset({"ana"})),
    ):
        assert greet(call(about, purpose)) == SpokenReply((spoken.LET_GO,))
    assert greet(call(CLOSED, purpose)) == GOODBYE
    assert greet(call(callout(Status.CLOSED, assigned("ana")), purpose)) == OFF


ASKED_TO_COME = taken(assigned("ben", AssignmentRole.OFFERED))


def test_whoever_is_rung_to_go_along_or_instead_can_say_so() -> None:
    """On a landline nobody can reply OMW. 1 comes along, and is asked for the minutes; 2 cannot."""
    rung = call(ASKED_TO_COME, Purpose.REMINDER, person=BEN)
    assert greet(rung) == SpokenReply((spoken.asked_to_come("LBPD", "K7Q", "Ana"),), PagedStage.PAGE, times=3)
    yes = press(rung, PagedStage.PAGE, "1")
    assert yes.heard == SpokenReply((spoken.ASK_MINUTES_ALONG,), PagedStage.ETA, many_keys=True)
    assert (yes.answers, yes.decisions) == (True, assignment.add_partner(situation(ASKED_TO_COME), BEN, None, NOW))
    no = press(rung, PagedStage.PAGE, "2")
    assert (no.heard, no.answers) == (SpokenReply((spoken.NOT_ALONG,)), True)
    assert ReleaseSpecialist("ben") in no.decisions
    goes = call(taken(assigned("ben", AssignmentRole.PARTNER)), Purpose.REMINDER, person=BEN)
    assert only(WriteEta, press(goes, PagedStage.ETA, "20").decisions) == [WriteEta("ben", NOW + minutes(20))]


def test_whoever_is_asked_to_come_hears_what_has_become_of_it() -> None:
    """Ana let it go after all: it is a page like any other, and 1 takes it."""
    ben = assigned("ben", AssignmentRole.OFFERED)
    rung = call(callout(Status.PAGING, ben), Purpose.REMINDER, person=BEN)
    assert greet(rung) == SpokenReply((spoken.page("LBPD", "K7Q"),), PagedStage.PAGE, times=3)
    took = press(rung, PagedStage.PAGE, "1").decisions
    assert AssignSpecialist("ben", AssignmentRole.PRIMARY, None) in took
    left = taken(ben, status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT)
    off = call(left, Purpose.REMINDER, person=BEN)
    assert greet(off) == SpokenReply((spoken.ALONG_IS_OFF,))
    assert press(off, PagedStage.PAGE, "1") == Pressed(greet(off), answers=True)
    assert greet(call(callout(Status.CANCELLED, ben), Purpose.REMINDER, person=BEN)) == GOODBYE


def test_a_confirmation_offers_the_menu() -> None:
    """Whoever takes no texts gets the confirmation as a call."""
    assert greet(call(TAKEN, Purpose.CONFIRMATION)) == SpokenReply(("what it says", spoken.menu()), PagedStage.MENU)
    assert greet(call(TAKEN, Purpose.CONFIRMATION, person=None)).ask is None
    warns = call(TAKEN, Purpose.CONFIRMATION)
    warns = replace(warns, page=replace(warns.page, subject=Subject.STAY_AWAY))
    assert "what it says" not in greet(warns).say, "picked up once it is safe"


@pytest.mark.parametrize(
    ("about", "stands"),
    [(None, []), (PAGING, []), (TAKEN, ["By now Ana has it."]), (CLOSED, ["By now it is closed."])],
    ids=["of no call-out", "still paging", "taken", "closed"],
)
def test_an_alarm_heard_late_says_how_it_stands(about: CallOut | None, stands: list[str]) -> None:
    """Nobody should wake others for what somebody has taken meanwhile."""
    said = greet(call(about, Purpose.ALARM, person=CORA)).say
    assert said == ("what it says", "what it says", *stands)
    assert greet(call(about, Purpose.STAND_DOWN)).say == ("what it says", "what it says")


def test_it_is_said_in_their_language() -> None:
    """The words, and the voice that reads them; only alarms are in English."""
    eva = replace(ANA, texts_in=Language.SPANISH)
    paged = call(PAGING, person=eva)
    said = in_language(spoken.page("LBPD", "K7Q"), Language.SPANISH)
    heard = greet(paged)
    assert (heard.say, heard.language) == ((said,), Language.SPANISH)
    wrong = press(paged, PagedStage.PAGE, "7").heard
    assert wrong.say == (hotline.WRONG_KEY.spanish, said)
    assert press(paged, PagedStage.PAGE, "1").heard.language is Language.SPANISH
    assert greet(call(TAKEN, Purpose.ALARM, person=eva)).language is Language.ENGLISH


# ---- keys ----------------------------------------------------------------------------------------------------------


def test_one_takes_it_and_asks_for_minutes() -> None:
    """The same answer as a text that says so."""
    expected = assignment.take(situation(PAGING), ANA, None, NOW)
    assert press(call(PAGING), PagedStage.PAGE, "1") == Pressed(
        SpokenReply((spoken.ASK_ETA,), PagedStage.ETA, many_keys=True), expected, True
    )


def test_one_a_second_time_asks_for_minutes_again() -> None:
    """It is theirs already."""
    pressed = press(call(TAKEN), PagedStage.PAGE, "1")
    assert (pressed.heard.ask, pressed.answers) == (PagedStage.ETA, True)
    assert not only(AssignSpecialist, pressed.decisions)


def test_one_too_late_says_who_goes() -> None:
    """It counts as an offer to come along."""
    pressed = press(call(TAKEN, person=BEN), PagedStage.PAGE, "1")
    assert (pressed.heard, pressed.answers) == (SpokenReply((spoken.taken_by("Ana"),)), True)
    assert only(AssignSpecialist, pressed.decisions) == [AssignSpecialist("ben", AssignmentRole.OFFERED, None)]


def test_a_stage_is_called_by_its_name() -> None:
    """A call begins with the page, which no address names; a made-up name is no stage."""
    assert paged_call.stage_called(None) is PagedStage.PAGE
    assert [paged_call.stage_called(stage.value) for stage in PagedStage] == [*PagedStage]
    with pytest.raises(NoSuchStage):
        paged_call.stage_called("nap")


@pytest.mark.parametrize(
    ("stage", "purpose"), [(PagedStage.PAGE, Purpose.PAGE), (PagedStage.REMINDER, Purpose.REMINDER)]
)
def test_two_lets_go(stage: PagedStage, purpose: Purpose) -> None:
    """From a page and from a reminder alike."""
    pressed = press(call(TAKEN, purpose), stage, "2")
    assert (pressed.heard, pressed.answers) == (SpokenReply((spoken.NEXT_IS_CALLED,)), True)
    assert MarkDeclined("ana") in pressed.decisions


@pytest.mark.parametrize(
    ("about", "person", "said"),
    [
        (PAGING, ANA, spoken.NEXT_IS_CALLED),
        (TAKEN, BEN, spoken.taken_by("Ana")),
        (taken(assigned("ben", AssignmentRole.PARTNER, en_route_at=NIGHT)), ANA, spoken.LET_GO),
        (taken(assigned("ben", AssignmentRole.PARTNER, en_route_at=NIGHT)), BEN, spoken.LET_GO),
    ],
    ids=["paged", "another has it", "a partner has it now", "a partner"],
)
def test_two_says_what_becomes_of_it(about: CallOut, person: Person, said: str) -> None:
    """The next person is called only where somebody is: not for what another has."""
    assert press(call(about, person=person), PagedStage.PAGE, "2").heard == SpokenReply((said,))


ROUND: dict[str, Any] = {
    "step": 3,
    "pages": (page("ana", step=3), page("ben", step=3, id="p2"), page("cleo", step=3, id="p3")),
}


@pytest.mark.parametrize(
    ("facts", "calls_another"),
    [
        ({"pages": (page("ana"), page("ben", id="p2"))}, False),
        (ROUND | {"declined": frozenset({"ben", "cleo"})}, False),
        (ROUND | {"declined": frozenset({"ana", "ben", "cleo"})}, False),
        ({"step": 3, "pages": ROUND["pages"][:2], "declined": frozenset({"ben"}), "out": frozenset({"cleo"})}, True),
    ],
    ids=["another of the step may answer", "the last of a round", "a second no", "those who are out are left"],
)
def test_two_promises_no_call_to_another_that_nobody_gets(facts: dict[str, Any], calls_another: bool) -> None:
    """Whoever is told that the next person is called sleeps on, so somebody must be."""
    pressed = press(call(callout(**facts)), PagedStage.PAGE, "2")
    assert bool([page for page in only(SendPage, pressed.decisions) if page.purpose is Purpose.PAGE]) is calls_another
    assert pressed.heard == SpokenReply((spoken.NEXT_IS_CALLED if calls_another else spoken.LET_GO,))


@pytest.mark.parametrize("about", [PAGING, TAKEN], ids=["paged", "has it"])
def test_two_of_the_only_specialist_promises_nobody_else(about: CallOut) -> None:
    """Nobody but herself is paged next."""
    alone = replace(call(about), situation=situation(about, roster(ANA, CORA)))
    pressed = press(alone, PagedStage.PAGE, "2")
    assert {page.person for page in only(SendPage, pressed.decisions) if page.purpose is Purpose.PAGE} == {"ana"}
    assert pressed.heard == SpokenReply((spoken.LET_GO,))


def test_one_at_a_reminder_sets_out() -> None:
    """After that the place can be heard."""
    pressed = press(call(TAKEN, Purpose.REMINDER), PagedStage.REMINDER, "1")
    assert DropDeadlines(UNCLEAR, "ana") in pressed.decisions, "as clear as a word"
    assert (pressed.heard, pressed.answers) == (MENU, True)
    assert only(Stamp, pressed.decisions) == [Stamp("ana", StampKind.EN_ROUTE, NOW)]


def test_one_at_a_reminder_of_what_another_has_by_now() -> None:
    """They have let it go and Ben has it: what they say is an offer, and there is no meeting place to hear."""
    bens = callout(Status.EN_ROUTE, assigned("ben", en_route_at=NIGHT), declined=frozenset({"ana"}))
    pressed = press(call(bens, Purpose.REMINDER), PagedStage.REMINDER, "1")
    assert (pressed.heard, pressed.answers) == (SpokenReply((spoken.taken_by("Ben"),)), True)
    assert [one.role for one in only(AssignSpecialist, pressed.decisions)] == [AssignmentRole.OFFERED]
    asked = replace(bens, passed_over=frozenset({"ana"}), declined=frozenset())
    assert press(call(asked, Purpose.REMINDER), PagedStage.REMINDER, "1").heard == MENU, "they come along"


@pytest.mark.parametrize("key", ["1", "2"])
def test_an_answer_to_what_is_over(key: str) -> None:
    """Nothing is decided, and the page stays as it is."""
    assert press(call(CLOSED), PagedStage.PAGE, key) == Pressed(GOODBYE)
    assert press(call(None, Purpose.REMINDER), PagedStage.REMINDER, key) == Pressed(GOODBYE)


@pytest.mark.parametrize("keys", ["3", "9", "25", "360"])
def test_minutes_are_an_eta(keys: str) -> None:
    """From three minutes to six hours; at this stage 9 is a number as well."""
    pressed = press(call(TAKEN), PagedStage.ETA, keys)
    assert only(WriteEta, pressed.decisions) == [WriteEta("ana", NOW + minutes(int(keys)))]
    assert pressed.heard == SpokenReply((spoken.confirmed(int(keys)), spoken.menu()), PagedStage.MENU)
    assert not pressed.answers


def test_an_eta_for_what_is_over() -> None:
    """Somebody has it, and it is cancelled while they listen: nothing is set that nobody would ever meet."""
    over = callout(Status.CANCELLED, assigned("ana"))
    assert press(call(over), PagedStage.ETA, "15") == Pressed(OFF)


def test_silence_instead_of_minutes_is_thanked_for() -> None:
    """They have it already, and the officer was told so."""
    heard = SpokenReply((spoken.confirmed(), spoken.menu()), PagedStage.MENU)
    assert press(call(TAKEN), PagedStage.ETA, "") == Pressed(heard, [])


def test_a_partner_goes_along_whatever_they_key_in() -> None:
    """They slip on the minutes, press 1 on another page of theirs, or keep what they wrote NO to: none of these gives
    them the call-out, and nothing is promised of what the officer hears."""
    slip = spoken.no_eta(leads=False)
    assert ("You have it" in slip, "officer" in slip) == (False, False)
    assert ("Es suyo" in slip.spanish, "oficial" in slip.spanish) == (False, False)
    mine = call(taken(assigned("ben", AssignmentRole.PARTNER)), Purpose.ASK_ALONG, person=BEN)
    for keys in ("1", "400"):
        assert press(mine, PagedStage.ETA, keys).heard == SpokenReply((slip,), PagedStage.ETA, many_keys=True)
    again = press(mine, PagedStage.PAGE, "1")
    assert again.heard == SpokenReply((spoken.ASK_MINUTES_ALONG,), PagedStage.ETA, many_keys=True)
    sure = replace(mine, page=replace(mine.page, purpose=Purpose.QUESTION))
    assert press(sure, PagedStage.SURE, "1").heard.say == (spoken.GOES_ALONG, spoken.menu())


@pytest.mark.parametrize("trust", [Trust.LISTED, Trust.UNLISTED])
def test_a_slip_promises_no_time_to_a_caller_who_hears_none(trust: Trust) -> None:
    """The officer of an unverified caller hears that somebody comes, and not when."""
    slip = press(call(replace(TAKEN, trust=trust)), PagedStage.ETA, "400").heard
    assert slip.say == (spoken.no_eta(told_when=False),)
    noted = press(call(replace(TAKEN, trust=trust)), PagedStage.ETA, "25").heard
    assert noted.say[0] == spoken.confirmed(25, told_when=False)
    assert not any("officer" in said for said in (slip.say[0], noted.say[0]))


@pytest.mark.parametrize("keys", ["1", "2", "361", "0030", "12*", "٣", "²"])
def test_minutes_that_nobody_drives_are_asked_for_again(keys: str) -> None:
    """Nobody hears that the officer was told what was never told; a slip changes nothing."""
    assert press(call(TAKEN), PagedStage.ETA, keys) == Pressed(
        SpokenReply((spoken.no_eta(),), PagedStage.ETA, many_keys=True)
    )


def test_only_whoever_is_on_it_gives_minutes_hears_the_place_or_reaches_the_officer() -> None:
    """Whoever only offered to come is not on it, and neither is anybody where there is no call-out. They hear that it
    is closed only if it is: it may have been given to somebody else while they listened."""
    offered = taken(assigned("ben", AssignmentRole.OFFERED))
    bens, nobodys = SpokenReply((spoken.taken_by("Ana"),)), SpokenReply((spoken.LET_GO,))
    for about, heard in ((call(offered, person=BEN), bens), (call(PAGING), nobodys), (call(None), GOODBYE)):
        for stage, keys in ((PagedStage.ETA, "25"), (PagedStage.MENU, "3"), (PagedStage.MENU, "4")):
            assert press(about, stage, keys) == Pressed(heard)


@pytest.mark.parametrize(("safe", "warned"), [(True, ()), (None, ()), (False, (spoken.UNSAFE_SCENE,))])
def test_three_says_the_place(safe: bool | None, warned: tuple[str, ...]) -> None:
    """With a warning first if the officer said that the scene is not safe. Nothing is decided."""
    said = replace(AT_THE_STATION, scene_safe=safe)
    about = _said(call(TAKEN), said)
    heard = SpokenReply((*warned, spoken.place("Station 4", "side door"), spoken.menu()), PagedStage.MENU)
    said = replace(said, place_unconfirmed=True)
    unconfirmed = replace(_said(about, said), place_open="A coordinator confirms it.")
    hidden = press(unconfirmed, PagedStage.MENU, "3").heard
    assert hidden == replace(heard, say=(*warned, "A coordinator confirms it.", spoken.menu()))
    assert press(about, PagedStage.MENU, "3") == Pressed(heard)


def test_three_says_first_that_the_officer_may_be_in_danger() -> None:
    """Ana may have picked up another call than the one that says so."""
    about = _said(call(TAKEN), AT_THE_STATION)
    cries = replace(situation(TAKEN, alarms=[alarm(AlarmKind.DANGER, person=None)]), details=AT_THE_STATION)
    first, *then = press(replace(about, situation=cries), PagedStage.MENU, "3").heard.say
    assert first == stay_away.aloud(cries)
    assert tuple(then) == press(about, PagedStage.MENU, "3").heard.say


def test_four_connects_with_the_officer() -> None:
    """Whom we ring, and who waits for them meanwhile; `test_joining.py` says how it goes on."""
    pressed = press(call(TAKEN), PagedStage.MENU, "4")
    assert [page.to for page in only(SendPage, list(pressed.decisions))] == [OFFICER]
    assert pressed.leg == Wait(Party.SPECIALIST)
    assert pressed.heard.ask is PagedStage.JOINING


def test_four_says_that_there_is_no_number() -> None:
    """Of an officer who withheld theirs nothing is dialled."""
    heard = SpokenReply((spoken.NO_OFFICER_NUMBER, spoken.menu()), PagedStage.MENU)
    assert press(call(replace(TAKEN, officer_phone="")), PagedStage.MENU, "4") == Pressed(heard, answers=True)


@pytest.mark.parametrize("keys", ["1", "9", "#"])
def test_any_key_answers_a_test(keys: str) -> None:
    """It needs no call-out."""
    about = call(None, Purpose.TEST)
    assert greet(about) == SpokenReply((spoken.TEST,), PagedStage.TEST)
    assert press(about, PagedStage.TEST, keys) == Pressed(SpokenReply((spoken.CALLS_REACH_YOU,)), answers=True)
    cannot = press(about, PagedStage.TEST, "2")  # as after silence, somebody comes on call beside them
    assert cannot == replace(press(about, PagedStage.TEST, "0"), answers=False)
    assert only(AlarmCoordinators, cannot.decisions)


def test_a_key_shows_that_a_number_is_theirs() -> None:
    """In their language, though they are in no roster yet. Once it is over nothing is asked."""
    newcomer = Person("eva", "Eva Sol", "+15625550142", texts_in=Language.SPANISH)
    about = replace(call(None, Purpose.NUMBER, person=None), verifies=newcomer)
    first = greet(about)
    assert first == SpokenReply((first.say[0],), PagedStage.NUMBER, times=3, language=Language.SPANISH)
    assert "Verificamos el teléfono de Eva" in first.say[0]
    pressed = press(about, PagedStage.NUMBER, "1")
    assert (pressed.verifies, pressed.answers, pressed.heard.ask) == (True, True, None)
    assert not press(about, PagedStage.NUMBER, "2").verifies
    assert greet(replace(about, verifies=None)).ask is None
    assert press(replace(about, verifies=None), PagedStage.NUMBER, "1") == Pressed(GOODBYE)


KNOWN = Alarm("a1", AlarmKind.CHAIN_ENDED, "what it says", NIGHT, "c1", "K7Q")


def alarmed(known: Alarm | None = KNOWN, about: CallOut = PAGING, person: Person | None = CORA) -> PagedCall:
    """Somebody has picked up a call that tells of an alarm."""
    rung = call(about, Purpose.ALARM, person=person)
    return replace(rung, page=replace(rung.page, alarm="a1"), alarms=(known,) if known else ())


UNDECIDED = replace(KNOWN, callout=None, code=None, kind=AlarmKind.UNDECIDED_CALL, call="h1")


def asked_about_a_caller(known: Alarm | None = UNDECIDED) -> PagedCall:
    """Cora has picked up a call that asks what becomes of somebody who phoned."""
    return replace(alarmed(known), situation=None)


def test_a_coordinator_decides_about_a_caller() -> None:
    """1 pages; 3 must be pressed twice, since it ends a call for help."""
    heard = greet(asked_about_a_caller())
    assert heard == SpokenReply(("what it says", "what it says", spoken.decide_call()), PagedStage.CALLER)
    paged = press(asked_about_a_caller(), PagedStage.CALLER, "1")
    assert (paged.decides, paged.answers) == (DecideCall("h1", is_callout=True), True)
    once = press(asked_about_a_caller(), PagedStage.CALLER, "3")
    assert (once.heard.ask, once.decides, once.answers) == (PagedStage.DISMISS, None, False)
    twice = press(asked_about_a_caller(), PagedStage.DISMISS, "3")
    assert (twice.decides, twice.answers) == (DecideCall("h1", is_callout=False), True)


@pytest.mark.parametrize(("stage", "key"), [(PagedStage.CALLER, "1"), (PagedStage.DISMISS, "3")])
def test_what_is_decided_meanwhile_is_not_decided_again(stage: PagedStage, key: str) -> None:
    """The alarm is over, so the call says only what it was about."""
    pressed = press(asked_about_a_caller(None), stage, key)
    assert (pressed.decides, pressed.heard.ask) == (None, None)


def test_an_alarm_says_how_to_have_it() -> None:
    """1 has it; the call did what it was for."""
    heard = greet(alarmed())
    assert heard == SpokenReply(("what it says", "what it says", spoken.own_alarm()), PagedStage.ALARM)
    pressed = press(alarmed(), PagedStage.ALARM, "1")
    assert (pressed.heard, pressed.answers) == (SpokenReply((spoken.ALARM_IS_YOURS,)), True)
    assert pressed.decisions == owners.take([KNOWN], "cora", ROSTER, NOW, named=KNOWN)


def test_an_alarm_that_another_has_asks_for_nothing() -> None:
    """Also when they had it between the call and the key."""
    theirs = replace(KNOWN, owner="ana", owned_at=NIGHT, acted_at=NIGHT)
    heard = SpokenReply(("what it says", "what it says", spoken.alarm_has_owner("Ana")))
    assert greet(alarmed(theirs)) == heard
    assert press(alarmed(theirs), PagedStage.ALARM, "1") == Pressed(heard)


def test_whoever_takes_an_alarm_that_is_over_hears_so() -> None:
    """It ended while they listened. Of one that this release cannot read nothing is said. A cry that outlives its
    call-out ends once somebody has it, who is named; and what else waits is told, since its calls are not placed."""
    over = replace(alarmed(None), was=KNOWN)
    assert greet(over) == SpokenReply(("what it says", spoken.THIS_ALARM_IS_OVER))
    assert press(over, PagedStage.ALARM, "1") == Pressed(SpokenReply((spoken.THIS_ALARM_IS_OVER,)), answers=True)
    assert spoken.THIS_ALARM_IS_OVER not in greet(alarmed(None)).say
    had = replace(over, was=replace(KNOWN, kind=AlarmKind.DANGER, owner="ana"), waiting=2)
    assert greet(had) == SpokenReply(("what it says", spoken.alarms_wait(2), spoken.alarm_has_owner("Ana")))


def test_an_alarm_that_is_over_asks_for_nothing() -> None:
    assert greet(alarmed(None)).ask is None
    assert press(alarmed(None, CLOSED), PagedStage.ALARM, "1") == Pressed(greet(alarmed(None, CLOSED)))
    assert greet(alarmed(person=None)).ask is None


_OF_STAGE = {
    PagedStage.ALARM: alarmed(),
    PagedStage.PAGE: call(PAGING),
    PagedStage.MENU: call(TAKEN, Purpose.CONFIRMATION),
    PagedStage.REMINDER: call(TAKEN, Purpose.REMINDER),
    PagedStage.SURE: call(TAKEN, Purpose.QUESTION),
    PagedStage.JOIN: call(TAKEN, Purpose.JOIN),
    PagedStage.NUMBER: call(None, Purpose.NUMBER),
}


@pytest.mark.parametrize("stage", [stage for stage in _OF_STAGE if stage is not PagedStage.JOIN])
def test_nine_repeats_and_any_other_key_says_so(stage: PagedStage) -> None:
    """Neither decides anything, and both ask again."""
    about = _OF_STAGE[stage]
    first = greet(about)
    assert press(about, stage, "9") == Pressed(first)
    assert press(about, stage, "7") == Pressed(replace(first, say=(hotline.WRONG_KEY, *first.say)))


@pytest.mark.parametrize("stage", [stage for stage in PagedStage if stage not in {PagedStage.ETA, PagedStage.JOINING}])
def test_silence_ends_the_call_and_answers_nothing(stage: PagedStage) -> None:
    """Voicemail presses no key either."""
    asks_coordinators = stage in {PagedStage.CALLER, PagedStage.DISMISS}
    about = alarmed() if asks_coordinators else _OF_STAGE.get(stage, call(None, Purpose.TEST))
    assert press(about, stage, "") == Pressed(SpokenReply())


@given(st.sampled_from(PagedStage), st.sampled_from(Purpose), st.sampled_from(("", "1", "2", "3", "4", "9", "25", "*")))
def test_a_key_means_something_only_on_a_call_of_its_purpose(stage: PagedStage, purpose: Purpose, keys: str) -> None:
    """A made-up address answers nobody's page, and a page for somebody outside the roster cannot be answered."""
    asks = {Purpose.PAGE, Purpose.ASK_ALONG}
    menus = {*asks, Purpose.REMINDER, Purpose.CONFIRMATION, Purpose.QUESTION, Purpose.JOIN}
    fits = {
        PagedStage.PAGE: asks | {Purpose.REMINDER},
        PagedStage.ETA: asks | {Purpose.REMINDER, Purpose.QUESTION},
        PagedStage.MENU: menus,
        PagedStage.REMINDER: {Purpose.REMINDER},
        PagedStage.SURE: {Purpose.QUESTION},
        PagedStage.TEST: {Purpose.TEST},
        PagedStage.NUMBER: {Purpose.NUMBER},
        PagedStage.ALARM: {Purpose.ALARM},
        PagedStage.CALLER: {Purpose.ALARM},
        PagedStage.DISMISS: {Purpose.ALARM},
        PagedStage.JOIN: {Purpose.JOIN},
        PagedStage.JOINING: menus | {Purpose.ALARM},
    }
    about = call(TAKEN, purpose)
    if purpose not in fits[stage]:
        assert press(about, stage, keys) == Pressed(GOODBYE)
    else:
        assert press(about, stage, keys) != Pressed(GOODBYE)
    if purpose is not Purpose.JOIN:
        assert press(replace(about, person=None, verifies=None), stage, keys) == Pressed(GOODBYE)


def test_whoever_wrote_no_is_asked_on_the_phone() -> None:
    """1 keeps it and nobody is rung any more; 2 lets it go; once they are there nothing is asked."""
    asked = call(TAKEN, Purpose.QUESTION)
    assert greet(asked) == SpokenReply((spoken.keep_or_let_go("K7Q"),), PagedStage.SURE)
    kept = press(asked, PagedStage.SURE, "1")
    assert (kept.answers, kept.heard.ask) == (True, PagedStage.MENU)
    assert not [one for one in kept.decisions if isinstance(one, ReleaseSpecialist)]
    assert DropDeadlines(UNCLEAR, "ana") in kept.decisions
    let_go = press(asked, PagedStage.SURE, "2")
    assert ReleaseSpecialist("ana") in let_go.decisions
    doubted = alarm(AlarmKind.STILL_UNCLEAR, person="ana")
    beside = replace(TAKEN, assignments=(*TAKEN.assignments, assigned("ben", AssignmentRole.OFFERED)))
    kept = press(replace(asked, situation=situation(beside, alarms=[doubted])), PagedStage.SURE, "1")
    assert WithdrawPages("ben") in kept.decisions, "nobody need go instead"
    keyed = press(replace(asked, situation=situation(beside, alarms=[doubted])), PagedStage.ETA, "20")
    assert {WithdrawPages("ben"), DropDeadlines(UNCLEAR, "ana")} <= {*keyed.decisions}, "minutes say that she goes"
    assert greet(call(PAGING, Purpose.QUESTION)) == SpokenReply((spoken.LET_GO,))
    back = press(call(PAGING, Purpose.QUESTION), PagedStage.SURE, "1")
    assert back.heard == SpokenReply((spoken.ASK_ETA,), PagedStage.ETA, many_keys=True), "they go, and it pages"
    assert only(AssignSpecialist, back.decisions) == [AssignSpecialist("ana", AssignmentRole.PRIMARY, None)]
    bens = callout(Status.EN_ROUTE, assigned("ben", en_route_at=NIGHT))
    taken_over = press(call(bens, Purpose.QUESTION), PagedStage.SURE, "1")
    assert taken_over == Pressed(SpokenReply((spoken.taken_by("Ben"),)), answers=True)
    there = callout(Status.ON_SCENE, assigned("ana", en_route_at=NIGHT, arrived_at=NIGHT))
    assert greet(call(there, Purpose.QUESTION)).ask is PagedStage.MENU


@pytest.mark.parametrize("purpose", [Purpose.PAGE, Purpose.REMINDER, Purpose.CONFIRMATION, Purpose.QUESTION])
def test_nobody_is_told_where_to_go_once_it_is_over(purpose: Purpose) -> None:
    """Whether they pick up as it ends or listen while it does. Nobody asks for the meeting place then."""
    over = call(taken(status=Status.CANCELLED, en_route_at=NIGHT), purpose)
    assert greet(over) == OFF
    for key in ("3", "4", "9"):
        assert press(over, PagedStage.MENU, key) == Pressed(OFF)
    warned = replace(over, page=replace(over.page, breaks_in=True, purpose=Purpose.CONFIRMATION))
    assert greet(warned) == SpokenReply((over.page.text, *OFF.say)), "danger is for whoever is still there"


@pytest.mark.parametrize("stage", PagedStage)
def test_nought_calls_a_coordinator_everywhere(stage: PagedStage) -> None:
    """Whoever was rung; but for the calls to coordinators themselves. A new menu is held to it as well."""
    for purpose in _PURPOSES[stage]:
        about = call(TAKEN, purpose)
        asks = [one for one in press(about, stage, "0").decisions if isinstance(one, AlarmCoordinators)]
        if stage.pressed_by is ActorKind.COORDINATOR:
            assert asks == []
            continue
        assert [(one.kind, one.person) for one in asks] == [(AlarmKind.ASKS_FOR_A_CALL, "ana")]
        had = replace(about, alarms=(alarm(AlarmKind.ASKS_FOR_A_CALL, person="ana", opened_at=NOW),))
        assert press(had, stage, "0").decisions == ()


def test_an_officer_whom_we_ring_has_a_nought_too() -> None:
    """They are asked for their key, and would rather speak with a coordinator."""
    pressed = press(call(TAKEN, Purpose.JOIN, person=None), PagedStage.JOIN, "0")
    (rung,) = pressed.decisions
    assert isinstance(rung, AlarmCoordinators)
    assert rung.kind is AlarmKind.OFFICER_CALLS
    assert pressed.heard.ask is PagedStage.JOIN


def test_every_stage_has_its_keys() -> None:
    """A stage without a row in the table would end the call with an error."""
    assert set(KEYS) == set(PagedStage)


def test_whoever_has_left_the_roster_is_called_a_colleague() -> None:
    """The call-out is taken all the same."""
    about = replace(call(TAKEN, person=BEN), situation=situation(TAKEN, roster(BEN)))
    assert greet(about) == SpokenReply((spoken.taken_by(""),))


@pytest.mark.parametrize("stage", PagedStage)
def test_as_what_somebody_presses_a_key(stage: PagedStage) -> None:
    """A coordinator who is paged acts as a specialist, except on a call that tells of an alarm."""
    about_alarms = {PagedStage.ALARM, PagedStage.CALLER, PagedStage.DISMISS}
    assert stage.pressed_by is (ActorKind.COORDINATOR if stage in about_alarms else ActorKind.SPECIALIST)


UNDECIDED = replace(KNOWN, callout=None, kind=AlarmKind.UNDECIDED_CALL, call="call-1")


@pytest.mark.parametrize(
    ("stage", "key", "decides"),
    [(PagedStage.CALLER, "1", DecideCall("call-1", True)), (PagedStage.DISMISS, "3", DecideCall("call-1", False))],
)
def test_a_coordinator_decides_about_a_call(stage: PagedStage, key: str, decides: DecideCall) -> None:
    """The key decides while the alarm is open; later they hear that it is decided, and not the question again."""
    assert press(alarmed(UNDECIDED), stage, key).decides == decides
    assert press(alarmed(None), stage, key) == Pressed(SpokenReply((spoken.DECIDED_ALREADY,)), answers=True)
    assert press(alarmed(), stage, key) == Pressed(greet(alarmed())), "a made-up address: it is about no call"


def test_no_call_out_is_asked_twice() -> None:
    """One press of 3 only asks for another."""
    assert greet(alarmed(UNDECIDED)).ask is PagedStage.CALLER
    assert press(alarmed(UNDECIDED), PagedStage.CALLER, "3") == Pressed(
        SpokenReply((spoken.DISMISS_FOR_SURE,), PagedStage.DISMISS)
    )
