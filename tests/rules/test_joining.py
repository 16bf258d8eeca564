"""What somebody hears who wants to speak with the officer, and the officer whom we ring."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules.callout.page_failures import of_callout
from dispatch.rules.commands.post import recipient
from dispatch.rules.decisions import Note, NoteKind, OwnAlarm, SendPage
from dispatch.rules.delivery.sending import Meaning
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Language, Person
from dispatch.rules.facts.phone_calls import Bridge, Leg, LegState, PagedCall, PagedStage, Party
from dispatch.rules.facts.roster import Agency, Station
from dispatch.rules.phone import joining, paged_call
from dispatch.rules.phone.bridge import GoIn, Join, Leave, Wait, WaitOn
from dispatch.rules.phone.calls import Pressed, SpokenReply
from dispatch.rules.phone.paged_call import GOODBYE
from dispatch.rules.wording import hotline as officer_words
from dispatch.rules.wording import spoken
from tests.rules.situations import (
    ANA,
    BEN,
    CORA,
    NIGHT,
    OFFICER,
    ROSTER,
    assigned,
    callout,
    only,
    page,
    situation,
    taken,
)

NOW = NIGHT + timedelta(seconds=5)
TAKEN = taken()
MENU = SpokenReply((spoken.menu(),), PagedStage.MENU)
WAITING = SpokenReply((spoken.officer_is_asked(),), PagedStage.JOINING, silence_counts=True, wait_seconds=3)
TALKING = SpokenReply((officer_words.BEING_JOINED,), join="h1")


def leg(id_: str, party: Party, state: LegState, person: str | None = None) -> Leg:
    return Leg(id_, party, state, NIGHT, NIGHT, person, "h1" if state is LegState.JOINED else None)


def call(
    person: Person | None = ANA,
    about: CallOut | None = TAKEN,
    purpose: Purpose = Purpose.JOIN,
    *,
    bridge: Bridge | None = None,
) -> PagedCall:
    """`person` has picked up the page "7"."""
    rung = replace(page(person.id if person else None, purpose=purpose, channel=Channel.VOICE, text="words"), id="7")
    return PagedCall(rung, person, situation(about) if about else None, ROSTER, (), bridge or Bridge())


def press(about: PagedCall, stage: PagedStage, keys: str) -> Pressed:
    return paged_call.press(about, stage, keys, NOW)


ON_HOLD = Bridge(holding=True)
ANA_WAITS = Bridge((leg("7", Party.SPECIALIST, LegState.WAITS, "ana"),), holding=True)
ANA_TALKS = Bridge(
    (leg("7", Party.SPECIALIST, LegState.JOINED, "ana"), leg("h1", Party.OFFICER, LegState.JOINED)),
)


# ---- the first words ----


@pytest.mark.parametrize(
    ("about", "instead"),
    [
        (call(), None),
        (call(None), None),
        (call(CORA), None),
        (call(BEN), SpokenReply((spoken.taken_by("Ana"),))),
        (call(ANA, callout(Status.CLOSED)), GOODBYE),
        (call(ANA, None), GOODBYE),
    ],
    ids=["on it", "the officer", "a coordinator", "no longer on it", "over", "about none"],
)
def test_whoever_is_rung_is_asked_for_a_key(about: PagedCall, instead: SpokenReply | None) -> None:
    """Voicemail hears it twice and presses nothing."""
    heard = paged_call.greet(about, NOW)
    assert heard == (instead or SpokenReply(("words",), PagedStage.JOIN, times=2))
    if instead is not None:
        assert press(about, PagedStage.JOIN, "1") == Pressed(instead, answers=True)


# ---- asking ----


def test_a_specialist_asks_for_an_officer_on_hold() -> None:
    """Nobody is rung; it stands in the timeline."""
    pressed = press(call(bridge=ON_HOLD), PagedStage.JOIN, "1")
    assert pressed == Pressed(WAITING, pressed.decisions, answers=True, leg=Wait(Party.SPECIALIST))
    assert [type(one) for one in pressed.decisions] == [Note]
    assert only(Note, list(pressed.decisions))[0].kind is NoteKind.CALLS_OFFICER


def test_the_same_key_again_rings_nobody_twice() -> None:
    rung = press(call(), PagedStage.JOIN, "1")
    (ringing,) = only(SendPage, list(rung.decisions))
    assert (ringing.purpose, ringing.to, ringing.person) == (Purpose.JOIN, OFFICER, None)
    stands = Bridge((leg("7", Party.SPECIALIST, LegState.WAITS, "ana"), leg("8", Party.OFFICER, LegState.RINGS)))
    again = press(call(bridge=stands), PagedStage.JOIN, "1")
    assert again.decisions == ()
    assert again.heard == rung.heard


def test_a_coordinator_joins_the_two_at_once() -> None:
    """The officer has pressed a key already."""
    pressed = press(call(CORA, bridge=ANA_TALKS), PagedStage.JOIN, "1")
    assert (pressed.heard, pressed.leg) == (TALKING, Join(Party.COORDINATOR, "h1"))


def test_somebody_else_was_faster() -> None:
    stands = Bridge((leg("9", Party.SPECIALIST, LegState.WAITS, "ben"),), holding=True)
    assert press(call(bridge=stands), PagedStage.JOIN, "1").heard.say[0] == spoken.officer_is_taken("Ben")
    gone = Bridge((leg("9", Party.SPECIALIST, LegState.WAITS),), holding=True)
    assert press(call(bridge=gone), PagedStage.JOIN, "1").heard.say[0] == spoken.officer_is_taken("")


def test_an_alarm_is_taken_by_whoever_joins() -> None:
    """2 is offered while the officer holds, and when they asked for it."""
    known = Alarm("a1", AlarmKind.OFFICER_CALLS, "words", NIGHT, "c1", "K7Q")
    alarmed = call(CORA, callout(), Purpose.ALARM)
    alarmed = replace(alarmed, page=replace(alarmed.page, alarm="a1"), alarms=(known,))
    assert spoken.own_alarm(can_join=True) in paged_call.greet(alarmed, NOW).say
    quiet = replace(known, kind=AlarmKind.CHAIN_ENDED)
    assert spoken.own_alarm() in paged_call.greet(replace(alarmed, alarms=(quiet,)), NOW).say
    held = replace(alarmed, alarms=(quiet,), bridge=ON_HOLD)
    assert spoken.own_alarm(can_join=True) in paged_call.greet(held, NOW).say
    pressed = press(held, PagedStage.ALARM, "2")
    assert only(OwnAlarm, list(pressed.decisions))
    assert pressed.leg == Wait(Party.COORDINATOR)


DESK, OTHER_DESK = "+15625550170", "+15625550171"


def rings(pressed: Pressed) -> list[str]:
    """The numbers that are rung to be joined."""
    return [one.to for one in only(SendPage, list(pressed.decisions)) if one.purpose is Purpose.JOIN]


@pytest.mark.parametrize(
    ("named", "called_again", "rung"),
    [(DESK, DESK, DESK), (DESK, OTHER_DESK, OFFICER), (OFFICER, DESK, OFFICER), ("", DESK, OFFICER)],
    ids=["the desk", "a number that has been corrected", "by the link of the officer", "by text"],
)
def test_an_officer_is_rung_where_they_were_promised_it(named: str, called_again: str, rung: str) -> None:
    """Another officer phones again from the station's desk: the alarm names the desk, so that is whom its owner speaks
    with. A specialist speaks with the officer of the call-out."""
    known = Alarm("a1", AlarmKind.OFFICER_CALLS, "words", NIGHT, "c1", "K7Q", call_back=named or None)
    called = Bridge(called_again_from=frozenset({called_again}))
    alarmed = call(CORA, purpose=Purpose.ALARM, bridge=called)
    alarmed = replace(alarmed, page=replace(alarmed.page, alarm="a1"), alarms=(known,))
    assert rings(press(alarmed, PagedStage.ALARM, "2")) == [rung]
    from_the_board = replace(call(CORA, bridge=called), alarms=(known,))
    assert rings(press(from_the_board, PagedStage.JOIN, "1")) == [rung]
    assert rings(press(replace(from_the_board, person=ANA), PagedStage.JOIN, "1")) == [OFFICER]


def test_nobody_is_rung_whose_phone_is_on_another_call_with_us() -> None:
    """Whoever asks hears so, and not that the officer does not answer. A desk has many lines."""
    elsewhere = Bridge(elsewhere=True, called_again_from=frozenset({DESK}))
    for who, back in ((ANA, MENU), (CORA, SpokenReply(("words",), PagedStage.JOIN, times=2))):
        pressed = press(call(who, bridge=elsewhere), PagedStage.JOIN, "1")
        said = replace(back, say=(spoken.OFFICER_ON_ANOTHER_CALL, *back.say))
        assert pressed == Pressed(said, answers=True)
    promised = Alarm("a1", AlarmKind.OFFICER_CALLS, "words", NIGHT, "c1", "K7Q", call_back=DESK)
    from_another = replace(call(CORA, bridge=elsewhere), alarms=(promised,))
    assert rings(press(from_another, PagedStage.JOIN, "1")) == [DESK]
    desk = Agency("LBPD", "Long Beach", stations=(Station("West", "1 Main St", OFFICER),))
    at_a_desk = situation(TAKEN, replace(ROSTER, agencies=(desk,)))
    asked = replace(call(bridge=elsewhere), situation=at_a_desk, roster=at_a_desk.roster)
    assert rings(press(asked, PagedStage.JOIN, "1")) == [OFFICER]


def test_a_caller_without_a_call_out_is_spoken_with() -> None:
    """Only on the line: their number is in the alarm's text."""
    known = Alarm("a1", AlarmKind.UNDECIDED_CALL, "words", NIGHT, call="h1")
    asked = call(CORA, None, Purpose.ALARM, bridge=ON_HOLD)
    asked = replace(asked, page=replace(asked.page, alarm="a1"), alarms=(known,))
    assert spoken.decide_call(can_join=True) in paged_call.greet(asked, NOW).say
    assert press(asked, PagedStage.CALLER, "2").leg == Wait(Party.COORDINATOR)
    gone = press(replace(asked, bridge=Bridge()), PagedStage.CALLER, "2")
    assert (gone.heard.say[0], gone.leg) == (spoken.CALLER_IS_GONE, None)


# ---- waiting, and being joined ----


def test_the_turns_of_whoever_waits() -> None:
    waits = press(call(bridge=ANA_WAITS), PagedStage.JOINING, "")
    assert waits == Pressed(replace(WAITING, say=(spoken.OFFICER_IS_AWAITED,)), leg=WaitOn())
    assert press(call(bridge=ANA_TALKS), PagedStage.JOINING, "") == Pressed(TALKING, leg=GoIn("h1"))
    gone = press(call(), PagedStage.JOINING, "")
    assert gone == Pressed(replace(MENU, say=(spoken.OFFICER_DOES_NOT_ANSWER, *MENU.say)), leg=Leave())


def test_any_key_ends_the_wait() -> None:
    pressed = press(call(bridge=ANA_WAITS), PagedStage.JOINING, "9")
    assert pressed == Pressed(SpokenReply((spoken.menu(holding=True),), PagedStage.MENU), leg=Leave())


def test_the_officer_whom_we_rang_presses_the_key() -> None:
    """Whoever waits is joined; the same key again says the same; too late, nobody is there."""
    stands = Bridge((leg("9", Party.SPECIALIST, LegState.WAITS, "ana"), leg("7", Party.OFFICER, LegState.RINGS)))
    pressed = press(call(None, bridge=stands), PagedStage.JOIN, "1")
    assert (pressed.heard.join, pressed.leg) == ("7", Join(Party.OFFICER, "7", ("9",)))
    assert only(Note, list(pressed.decisions))[0].kind is NoteKind.JOINED
    after = Bridge(
        (
            replace(leg("9", Party.SPECIALIST, LegState.JOINED, "ana"), conference="7"),
            replace(leg("7", Party.OFFICER, LegState.JOINED), conference="7"),
        )
    )
    again = press(call(None, bridge=after), PagedStage.JOIN, "1")
    assert (again.heard, list(again.decisions)) == (pressed.heard, [])
    late = press(call(None), PagedStage.JOIN, "1")
    assert late == Pressed(SpokenReply((officer_words.NOBODY_WAITS, officer_words.FAREWELL)), answers=True)


# ---- afterwards ----


@pytest.mark.parametrize(
    ("person", "heard"),
    [
        (ANA, SpokenReply((spoken.OFFICER_LEFT, spoken.menu()), PagedStage.MENU)),
        (CORA, SpokenReply((spoken.OFFICER_LEFT, "words"), PagedStage.JOIN, times=2)),
        (None, SpokenReply((officer_words.OTHER_SIDE_LEFT, officer_words.FAREWELL))),
    ],
    ids=["a specialist", "a coordinator", "the officer"],
)
def test_whoever_is_left_hears_why(person: Person | None, heard: SpokenReply) -> None:
    assert paged_call.left(call(person), 2, NOW) == Pressed(heard, leg=Leave())


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.CLOSED])
@pytest.mark.parametrize("purpose", [Purpose.PAGE, Purpose.JOIN])
def test_whoever_talked_when_it_ended_hears_that_it_is_off(status: Status, purpose: Purpose) -> None:
    """Both at once: she drives on otherwise. Whoever was there already is told no more than that it is closed."""
    off = spoken.called_off("K7Q")
    assert left(ANA, taken(status=status), purpose) == (spoken.OFFICER_LEFT, off)
    assert left(BEN, taken(assigned("ben"), status=status), purpose) == (spoken.OFFICER_LEFT, off)
    there = taken(status=status, arrived_at=NIGHT)
    assert left(ANA, there, purpose) == (spoken.OFFICER_LEFT, *GOODBYE.say)
    assert left(None, taken(status=status), purpose) == (officer_words.OTHER_SIDE_LEFT, officer_words.OVER)


def left(person: Person | None, about: CallOut, purpose: Purpose) -> tuple[str, ...]:
    pressed = paged_call.left(call(person, about, purpose), 2, NOW)
    assert pressed == Pressed(SpokenReply(pressed.heard.say), leg=Leave())
    return pressed.heard.say


def test_whoever_waits_when_it_ends_hears_that_it_is_off() -> None:
    """Not that the officer does not answer: nobody is asked any more."""
    over = taken(status=Status.CANCELLED)
    for keys in ("", "5"):
        pressed = press(call(ANA, over, Purpose.PAGE), PagedStage.JOINING, keys)
        assert pressed == Pressed(SpokenReply((spoken.called_off("K7Q"),)), leg=Leave())
    goes_in = press(call(ANA, over, Purpose.PAGE, bridge=ANA_TALKS), PagedStage.JOINING, "")
    assert goes_in.heard == TALKING, "whoever is joined talks on"


def test_of_three_two_talk_on() -> None:
    three = Bridge((*ANA_TALKS.legs, leg("9", Party.COORDINATOR, LegState.JOINED, "cora")))
    assert paged_call.left(call(bridge=three), 3, NOW) == Pressed(TALKING, leg=Join(Party.SPECIALIST, "h1"))


def test_it_is_said_in_their_language() -> None:
    heard = paged_call.left(call(replace(ANA, texts_in=Language.SPANISH)), 2, NOW).heard
    assert heard.say[0] == spoken.OFFICER_LEFT.spanish


def test_a_call_that_does_not_reach_them_is_followed_by_the_link() -> None:
    """They asked by text, and can read one; of the officer, the timeline tells."""
    failed = of_callout(situation(TAKEN), call().page, "busy", Meaning.UNEXPLAINED, NOW)
    (text,) = only(SendPage, failed)
    assert (text.channel, text.with_link) == (Channel.SMS, True)
    officer = replace(call().page, person=None)
    assert only(SendPage, of_callout(situation(TAKEN), officer, "busy", Meaning.UNEXPLAINED, NOW)) == []
    assert recipient(ROSTER, None, Purpose.JOIN, OFFICER) == "the officer"


def test_a_call_rings_in_the_language_of_whoever_asked() -> None:
    spanish = replace(ANA, texts_in=Language.SPANISH)
    (ringing,) = [one for one in joining.ring_person(situation(TAKEN), spanish, NOW) if isinstance(one, SendPage)]
    assert ringing.text == spoken.join("K7Q").spanish


# ---- who may, and when it makes no sense ----


def test_whoever_has_let_go_waits_no_more() -> None:
    """Their successor must get through."""
    waits = Bridge((leg("7", Party.SPECIALIST, LegState.WAITS, "ben"),), holding=True)
    pressed = press(call(BEN, bridge=waits, purpose=Purpose.PAGE), PagedStage.JOINING, "")
    assert (pressed.heard, pressed.leg) == (SpokenReply((spoken.taken_by("Ana"),)), Leave())
    over = press(call(BEN, purpose=Purpose.PAGE), PagedStage.JOINING, "")
    assert over == pressed, "their phone is in no bridge since, and nobody asked the officer for them"


def test_nobody_is_rung_about_what_is_over() -> None:
    over = taken(status=Status.CLOSED)
    assert press(call(ANA, over, Purpose.PAGE), PagedStage.MENU, "4") == Pressed(
        SpokenReply((spoken.called_off("K7Q"),))
    )


def test_key_two_means_something_only_where_it_is_offered() -> None:
    known = Alarm("a1", AlarmKind.CHAIN_ENDED, "words", NIGHT, "c1", "K7Q")
    alarmed = call(CORA, callout(), Purpose.ALARM)
    alarmed = replace(alarmed, page=replace(alarmed.page, alarm="a1"), alarms=(known,))
    pressed = press(alarmed, PagedStage.ALARM, "2")
    assert (pressed.heard.say[0], pressed.leg, pressed.decisions) == (officer_words.WRONG_KEY, None, ())
    over = replace(alarmed, situation=situation(callout(Status.CLOSED)), bridge=ON_HOLD)
    assert press(over, PagedStage.ALARM, "2").heard.say[0] == officer_words.WRONG_KEY


def test_ones_own_other_phone_is_in_nobodys_way() -> None:
    """It has been hung up, or soon will."""
    stands = Bridge((leg("9", Party.SPECIALIST, LegState.WAITS, "ana"),), holding=True)
    assert press(call(bridge=stands), PagedStage.JOIN, "1").leg == Wait(Party.SPECIALIST)


@pytest.mark.parametrize(
    ("holder", "of_callout", "doubtful"),
    [
        (Trust.UNLISTED, Trust.VERIFIED, True),
        (Trust.LIKELY, Trust.VERIFIED, False),
        (Trust.UNLISTED, Trust.UNLISTED, False),
        (None, Trust.VERIFIED, False),
    ],
)
def test_a_shown_number_is_not_the_officer(holder: Trust | None, of_callout: Trust, doubtful: bool) -> None:
    """Whoever is joined with it hears so; of an unverified call-out they have heard that already."""
    stands = Bridge(holding=True, holder=holder)
    heard = press(call(ANA, replace(TAKEN, trust=of_callout), bridge=stands), PagedStage.JOIN, "1").heard
    assert heard.say == (spoken.officer_is_asked(doubtful=doubtful),)


def test_the_officer_is_rung_in_the_language_that_they_chose() -> None:
    (ringing,) = only(
        SendPage, list(press(call(bridge=Bridge(language=Language.SPANISH)), PagedStage.JOIN, "1").decisions)
    )
    assert ringing.text == officer_words.join_officer("K7Q").spanish
    late = press(call(None, bridge=Bridge(language=Language.SPANISH)), PagedStage.JOIN, "1").heard
    assert late.say[0] == officer_words.NOBODY_WAITS.spanish


def test_what_an_alarm_asked_is_not_asked_again_once_it_is_decided() -> None:
    """The call opened its call-out while they talked."""
    known = call(CORA, None, Purpose.ALARM, bridge=Bridge())
    heard = paged_call.left(replace(known, page=replace(known.page, alarm="a1")), 2, NOW).heard
    assert heard.say == (spoken.OFFICER_LEFT, spoken.DECIDED_ALREADY)
