"""What an officer hears on the hotline, and what their keys mean."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Assignment, AssignmentRole, CallOut, Status
from dispatch.rules.facts.hotline import OnTheLine, RingsBack
from dispatch.rules.facts.people import Language
from dispatch.rules.facts.phone_calls import Bridge, Leg, LegState, Party
from dispatch.rules.facts.situation import Paging
from dispatch.rules.hotline import menu
from dispatch.rules.hotline.line import HOLD_AT_MOST, MOST_TRIES, QUESTIONS, guessed
from dispatch.rules.hotline.menu import MENU, greet, resume
from dispatch.rules.hotline.open_one import keypad
from dispatch.rules.hotline.stages import Stage, stage_called
from dispatch.rules.hotline.steps import (
    Do,
    IsAbout,
    IsNew,
    SaySo,
    Speak,
    TakeLeg,
    Trusted,
)
from dispatch.rules.phone.bridge import Join, Leave
from dispatch.rules.phone.calls import NoSuchStage
from dispatch.rules.wording import agency_texts
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words
from tests.each import each
from tests.rules.hotline.lines import DESK, HOUSE, LBPD, LISTED, PIN, after, line, opened, pressed
from tests.rules.situations import NIGHT, alarm, assigned, taken

_CHARACTERS_A_SECOND = 15
ANA_WAITS = Bridge((Leg("7", Party.SPECIALIST, LegState.WAITS, NIGHT, NIGHT, "ana"),), holding=True)
JOINED = Bridge(
    (
        Leg("7", Party.SPECIALIST, LegState.JOINED, NIGHT, NIGHT, "ana", "h1"),
        Leg("h1", Party.OFFICER, LegState.JOINED, NIGHT, NIGHT, None, "h1"),
    )
)


def had(trust: Trust, *partners: Assignment, **facts: Any) -> CallOut:
    """A call-out of such a caller that Ana has."""
    return replace(taken(*partners, **facts), trust=trust)


def said(on: OnTheLine) -> str:
    return " ".join(greet(on, NIGHT).say)


# ---- the greeting ----


def test_whoever_is_paged_for_hears_the_code_twice() -> None:
    """Spelled, in the first sentence that follows the greeting."""
    assert said(line(about=opened())).count("K, 7, Q") == 2


def test_the_greeting_is_the_same_however_often_it_is_asked_for() -> None:
    """A repeated webhook hears the same document."""
    on = line(about=opened())
    assert greet(on, NIGHT) == greet(on, NIGHT + timedelta(seconds=9))


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        (line(about=opened()), Stage.CHILDREN),
        (line(phone=DESK, about=opened(officer_phone=DESK)), Stage.CALLBACK),
        (line(Trust.WITHHELD, opened(Trust.WITHHELD, officer_phone="")), Stage.CALLBACK),
        (line(Trust.UNLISTED), Stage.SEND),
        (line(Trust.UNLISTED, earlier=("K7Q",)), Stage.AGAIN),
        (line(earlier=("K7Q",)), Stage.AGAIN),
        (line(Trust.UNLISTED, earlier=("K7Q",), rings_back=RingsBack.NOW), Stage.OURS),
    ],
)
def test_where_a_call_begins(on: OnTheLine, stage: Stage) -> None:
    """With the first question of a new call-out; with a key where one is needed first."""
    assert greet(on, NIGHT).ask is stage


def test_a_call_that_holds_goes_on_holding() -> None:
    """Whatever became of the carrier's place in the menu."""
    assert resume(line(about=opened(), held_since=NIGHT), NIGHT).ask is Stage.HOLD
    assert resume(line(about=opened()), NIGHT) == greet(line(about=opened()), NIGHT)


def test_a_stage_has_a_name() -> None:
    """An address of ours names it; another is refused."""
    assert stage_called("hold") is Stage.HOLD
    for name in (None, "", "nonsense"):
        with pytest.raises(NoSuchStage):
            stage_called(name)


# ---- every key of every stage ----

_LINES = [
    line(about=opened()),
    line(phone=DESK, about=opened(officer_phone=DESK)),
    line(Trust.LIKELY, opened(Trust.LIKELY)),
    line(Trust.UNLISTED),
    line(Trust.UNLISTED, due_at=NIGHT + timedelta(seconds=60), bound=True),
    line(Trust.WITHHELD),
    line(earlier=("K7Q",)),
    line(phone=DESK, earlier=("K7Q", "F3T")),
    line(Trust.UNLISTED, dismissed_at=NIGHT),
    line(about=opened(), again=True, earlier=("K7Q",), held_since=NIGHT),
    line(Trust.LIKELY, had(Trust.LIKELY), held_since=NIGHT),
    line(about=replace(opened(), status=Status.CLOSED), held_since=NIGHT),
    line(Trust.UNLISTED, replace(opened(Trust.UNLISTED), sharing=4), again=True, held_since=NIGHT),
    *(line(Trust.UNLISTED, calls_back=True, rings_back=rings) for rings in RingsBack),
]
_KEYS = st.one_of(
    st.sampled_from([*"0123456789*", "", PIN, "111111", "577", "5625550188"]), st.text("0123456789", max_size=14)
)


@given(st.sampled_from(_LINES), st.sampled_from(Stage), _KEYS, st.sampled_from(Language))
def test_no_key_ends_anything_or_leads_astray(on: OnTheLine, stage: Stage, keys: str, language: Language) -> None:
    """Whatever is pressed, the call goes on where the table says, or ends with a reason that is said; nobody hears a
    number or a place of ours."""
    on = replace(on, call=replace(on.call, language=language))
    led = pressed(on, stage, keys)
    heard = after(led, on)
    assert heard.say
    assert heard.language is language
    assert heard.silence_counts is (heard.ask is not None)
    prompt = MENU[stage]
    key = prompt.silence if not keys else prompt.keys.get(keys, prompt.number)
    opens = Do.OPEN_CALLOUT in led.steps  # and then it goes on as that is about
    if key is not None and keys not in {"*", "0"} and heard.ask is not None and not opens:
        assert heard.ask in {*key.to, stage}
    for sentence in heard.say:
        assert "+1" not in sentence
        assert "Ana" not in sentence or on.call.trust is Trust.LIKELY


@given(st.sampled_from(_LINES), st.sampled_from(Language))
def test_a_turn_on_hold_takes_ten_seconds_at_most(on: OnTheLine, language: Language) -> None:
    """So that news is never older than that, and the keys are alive."""
    on = replace(on, call=replace(on.call, language=language))
    heard = after(pressed(on, Stage.HOLD, ""), on)
    if heard.ask is not None:
        spoken = sum(map(len, heard.say)) / _CHARACTERS_A_SECOND
        assert spoken + heard.wait_seconds <= 10, heard.say


def test_a_wrong_key_says_so() -> None:
    """And asks again."""
    heard = after(pressed(line(about=opened()), Stage.MEDICAL, "1"), line(about=opened()))
    assert heard.say[0] == words.WRONG_KEY
    assert heard.ask is Stage.MEDICAL


def test_the_star_changes_the_language_anywhere() -> None:
    """And back again."""
    for stage in Stage:
        for language, other in ((Language.ENGLISH, Language.SPANISH), (Language.SPANISH, Language.ENGLISH)):
            bridge = ANA_WAITS if stage is Stage.JOIN else Bridge()
            led = pressed(line(about=opened(), language=language, bridge=bridge), stage, "*")
            assert led.steps == (Speak(other),)
            assert after(led, line(about=opened(), bridge=bridge)).ask is stage


# ---- before there is a call-out ----


def test_one_key_opens_it() -> None:
    """An unlisted caller presses 1; the same key again, or too late, opens no second."""
    assert pressed(line(Trust.UNLISTED), Stage.SEND, "1").steps == (Do.OPEN_CALLOUT,)
    on = line(Trust.UNLISTED, opened(Trust.UNLISTED))
    again = pressed(on, Stage.SEND, "1")
    assert again.steps == ()
    assert after(again, on).ask is Stage.CHILDREN


@pytest.mark.parametrize(
    ("on", "keys"),
    [
        (line(Trust.UNLISTED, bound=True), "1"),
        (line(Trust.UNLISTED), ""),
        (line(phone=DESK, earlier=("K7Q",)), ""),
    ],
)
def test_a_person_is_asked(on: OnTheLine, keys: str) -> None:
    """In a flood, and when nothing is said: coordinators are rung."""
    stage = Stage.AGAIN if on.earlier else Stage.SEND
    led = pressed(on, stage, keys)
    rung = [step for step in led.steps if isinstance(step, AlarmCoordinators)]
    assert [step.kind for step in rung] == [AlarmKind.UNDECIDED_CALL]
    assert Do.BEGIN_HOLD in led.steps


def test_silence_is_about_what_has_opened_meanwhile() -> None:
    """The minute was over, or a coordinator paged: the caller goes on with the menu."""
    on = line(Trust.UNLISTED, opened(Trust.UNLISTED))
    led = pressed(on, Stage.SEND, "")
    assert led.steps == ()
    assert after(led, on).ask is Stage.CHILDREN


def test_whoever_was_dismissed_hears_it() -> None:
    """Nobody is left to wait for somebody who does not come."""
    on = line(Trust.UNLISTED, dismissed_at=NIGHT, held_since=NIGHT)
    heard = after(pressed(on, Stage.HOLD, ""), on)
    assert heard.ask is None
    assert heard.say == (words.DISMISSED,)
    for stage, key in ((Stage.SEND, "1"), (Stage.SEND, "0"), (Stage.HOLD, "0")):
        (rung,) = pressed(on, stage, key).steps
        assert isinstance(rung, AlarmCoordinators)
        assert "was dismissed, and presses on" in rung.text
        assert rung.promise is None


def test_a_dismissal_is_over_once_a_call_out_has_opened() -> None:
    """With a PIN, or since the coordinator thought again: the caller may ask for a coordinator like everybody else."""
    on = line(Trust.LIKELY, opened(Trust.LIKELY), dismissed_at=NIGHT, held_since=NIGHT)
    (rung,) = pressed(on, Stage.HOLD, "0").steps
    assert isinstance(rung, AlarmCoordinators)
    assert rung.promise is not None
    assert "asks for you" in rung.text


def test_what_opens_while_they_hold_is_told_and_asked_about() -> None:
    """A coordinator paged, or the minute was over: the caller hears the code, and then the questions."""
    about = replace(opened(Trust.UNLISTED), received_at=NIGHT + timedelta(seconds=60))
    on = line(Trust.UNLISTED, about, held_since=NIGHT)
    led = pressed(on, Stage.HOLD, "", 61)
    assert led.steps == (Do.END_HOLD,)
    heard = after(led, on, 61)
    assert heard.ask is Stage.CHILDREN
    assert "K, 7, Q" in heard.say[0]


def test_a_call_about_an_open_one_is_never_asked_its_questions() -> None:
    """They are for whoever opened it; and a new recovery can always be said."""
    on = line(about=opened(), again=True)
    assert greet(on, NIGHT).ask is Stage.STATUS
    assert pressed(on, Stage.STATUS, "1").steps == (Do.OPEN_CALLOUT,)


@pytest.mark.parametrize("status", [Status.PAGING, Status.ACKNOWLEDGED, Status.CANCELLED, Status.CLOSED])
def test_whoever_is_counted_with_others_may_still_open_their_own(status: Status) -> None:
    """They said nothing and hold, and somebody took the call-out of many, or ended it: they hear what they heard
    before, and the keys that were named do what was said."""
    many = replace(opened(Trust.UNLISTED, officer_phone=""), sharing=4, status=status)
    counted: dict[str, Any] = {"about": many, "again": True, "held_since": NIGHT}
    on = line(Trust.UNLISTED, **counted)
    assert after(pressed(on, Stage.HOLD, ""), on).say == (words.COORDINATOR_DECIDES,)
    assert pressed(on, Stage.HOLD, "1").steps == (Do.OPEN_CALLOUT,)
    assert Do.OPEN_CALLOUT in pressed(on, Stage.PIN, PIN).steps
    over = line(Trust.UNLISTED, **counted, bound=True)
    assert after(pressed(over, Stage.HOLD, ""), over).say == (words.TOO_MANY_ON_HOLD,)
    assert isinstance(pressed(over, Stage.HOLD, "1").steps[0], IsNew)


def test_whoever_is_counted_with_others_is_told_of_nobody_who_comes() -> None:
    """Somebody took the page of many and goes to nobody yet: a caller who is not on hold hears how to have one sent,
    and without a key holds as before."""
    many = replace(had(Trust.UNLISTED), sharing=4, officer_phone="")
    on = line(Trust.UNLISTED, many, again=True)
    assert greet(on, NIGHT).ask is Stage.SEND
    led = pressed(on, Stage.SEND, "")
    assert led.steps == (Do.BEGIN_HOLD,)
    assert after(led, on).say == (words.COORDINATOR_DECIDES,)


def test_a_new_recovery_is_asked_about_in_a_flood() -> None:
    """Whoever calls about an open call-out opens no more than others do. A person decides, or it opens by itself."""
    on = line(Trust.UNLISTED, opened(Trust.UNLISTED), again=True, bound=True)
    parts, rung, holds = pressed(on, Stage.STATUS, "1").steps
    assert parts == IsNew(NIGHT + timedelta(seconds=61))
    assert isinstance(rung, AlarmCoordinators)
    assert "It pages in 60 s" in rung.text
    assert (rung.kind, holds) == (AlarmKind.UNDECIDED_CALL, Do.BEGIN_HOLD)


def test_no_key_of_a_question_means_something_in_the_next() -> None:
    """A key that comes too late, or twice, says nothing it did not mean."""
    for before, behind in ((Stage.MEDICAL, Stage.SAFE), (Stage.SAFE, Stage.WHERE), (Stage.AGAIN, Stage.STATUS)):
        shared = MENU[before].keys.keys() & MENU[behind].keys.keys()
        assert {MENU[before].keys[key].means for key in shared} == {MENU[behind].keys[key].means for key in shared}


def test_the_right_pin_opens_as_likely() -> None:
    """With the agency whose PIN it is; where a call-out is open already, only who calls is corrected."""
    assert pressed(line(Trust.UNLISTED), Stage.PIN, PIN).steps == (Trusted(Trust.LIKELY, LBPD), Do.OPEN_CALLOUT)
    on = line(Trust.UNLISTED, opened(Trust.UNLISTED))
    assert pressed(on, Stage.PIN, PIN).steps == (Trusted(Trust.LIKELY, LBPD),)


@pytest.mark.parametrize(
    ("facts", "asked"),
    [({}, Stage.PIN), ({"tries": 1}, Stage.PIN), ({"tries": 2}, Stage.SEND)],
)
def test_a_wrong_pin(facts: dict[str, Any], asked: Stage) -> None:
    """Three in a call are enough."""
    on = line(Trust.UNLISTED, **facts)
    led = pressed(on, Stage.PIN, "111111")
    assert led.steps == (Do.COUNT_WRONG,)
    assert after(led, on).ask is asked


@pytest.mark.parametrize("facts", [{"tries": 3}, {"wrong_codes": 10}])
def test_after_too_many_a_right_pin_is_not_looked_at(facts: dict[str, Any]) -> None:
    """Nobody learns which of a hundred was right; what is not compared is not counted, and a coordinator is rung."""
    rung, holds = pressed(line(Trust.UNLISTED, **facts), Stage.PIN, PIN).steps
    assert isinstance(rung, AlarmCoordinators)
    assert holds == Do.BEGIN_HOLD


# ---- the menu ----


def test_silence_asks_the_next_question() -> None:
    """All of them once, and then the officer holds."""
    on = line(about=opened())
    asked = [Stage.CHILDREN]
    while asked[-1] in QUESTIONS:
        led = pressed(on, asked[-1], "")
        asked.append(Stage(str(after(led, on).ask)))
    assert asked == [*QUESTIONS[1:], Stage.HOLD]
    assert led.steps == (Do.BEGIN_HOLD,)


def test_whoever_holds_already_begins_no_hold_again() -> None:
    """A last answer that comes twice."""
    on = line(about=opened(), held_since=NIGHT)
    assert pressed(on, Stage.WHERE, "").steps == ()


def test_an_agency_without_stations_is_not_asked_where() -> None:
    """Nor is an unlisted caller."""
    on = line(Trust.UNLISTED, opened(Trust.UNLISTED))
    led = pressed(on, Stage.SAFE, "7")
    assert led.steps == (SaySo({"scene_safe": True}), Do.BEGIN_HOLD)
    assert after(led, on).ask is Stage.HOLD


@pytest.mark.parametrize(("trust", "unconfirmed"), [(Trust.LISTED, True), (Trust.LIKELY, None), (Trust.VERIFIED, None)])
def test_a_station(trust: Trust, unconfirmed: bool | None) -> None:
    """It is the meeting place of whoever is likely to be police; a number alone only says it."""
    led = pressed(line(trust, opened(trust)), Stage.WHERE, "2")
    changes = {
        "place_address": "4891 Atlantic Avenue",
        "place_note": "North Division",
        "place_unconfirmed": unconfirmed,
    }
    assert led.steps == (SaySo(changes), Do.BEGIN_HOLD)


def test_a_station_that_is_none() -> None:
    """The list is said again."""
    on = line(about=opened())
    led = pressed(on, Stage.WHERE, "3")
    assert led.steps == ()
    assert after(led, on).ask is Stage.WHERE


def test_another_place_rings_a_coordinator() -> None:
    """No stranger sends a specialist anywhere."""
    (rung, _) = pressed(line(about=opened()), Stage.WHERE, "9").steps
    assert isinstance(rung, AlarmCoordinators)
    assert rung.kind is AlarmKind.OFFICER_CALLS


@pytest.mark.parametrize("keys", ["5625550188", "15625550188"])
def test_a_callback_number(keys: str) -> None:
    """Ten digits, with or without the 1 before them."""
    on = line(phone=DESK, about=opened(officer_phone=DESK))
    assert pressed(on, Stage.CALLBACK, keys).steps == (SaySo({"officer_phone": "+15625550188"}),)


@pytest.mark.parametrize("keys", ["562555018", "0625550188", "5620550188", "25625550188", "9005550188", "5629760188"])
def test_what_is_no_callback_number(keys: str) -> None:
    """It is asked for again, and nothing is kept."""
    on = line(phone=DESK, about=opened(officer_phone=DESK))
    led = pressed(on, Stage.CALLBACK, keys)
    assert led.steps == ()
    assert after(led, on).ask is Stage.CALLBACK


def test_our_own_number_is_no_callback_number() -> None:
    """We would ring and text ourselves: it is asked for again."""
    on = line(phone=DESK, about=opened(officer_phone=DESK))
    assert on.situation is not None
    on = replace(on, situation=replace(on.situation, our_numbers=frozenset({"+15625550188"})))
    led = pressed(on, Stage.CALLBACK, "5625550188")
    assert led.steps == ()
    assert after(led, on).ask is Stage.CALLBACK
    assert "our own number" in after(led, on).say[0]


# ---- on hold ----


def test_text_me_instead() -> None:
    """A phone that reads texts may hang up; a desk hears that the key means nothing. Nobody is hung up on: a late
    answer to the last question is the same key."""
    for on, expected in (
        (line(about=opened()), words.we_text_you(words.TEXT_NEWS)),
        (line(phone=DESK, about=opened(officer_phone=DESK)), words.WRONG_KEY),
    ):
        heard = after(pressed(on, Stage.HOLD, "1"), on)
        assert (heard.say[0], heard.ask) == (expected, Stage.HOLD)
    assert pressed(line(Trust.UNLISTED), Stage.HOLD, "1").steps == (Do.OPEN_CALLOUT,)


def test_a_coordinator() -> None:
    """0 rings them, with the officer's number; before there is a call-out with the number that calls."""
    for on, phone in (
        (line(about=opened()), LISTED),
        (line(Trust.UNLISTED), "+15625550199"),
        (line(Trust.WITHHELD), ""),
    ):
        rung, holds = pressed(on, Stage.HOLD, "0").steps
        assert isinstance(rung, AlarmCoordinators)
        assert phone in rung.text
        assert holds == Do.BEGIN_HOLD


def test_after_fifteen_minutes_a_call_is_promised() -> None:
    """And the line is free."""
    on = line(about=opened(), held_since=NIGHT)
    seconds = HOLD_AT_MOST.total_seconds()
    assert pressed(on, Stage.HOLD, "", seconds - 1).steps == ()
    led = pressed(on, Stage.HOLD, "", seconds)
    (rung,) = led.steps
    assert isinstance(rung, AlarmCoordinators)
    assert rung.promise == words.RING_BACK
    assert after(led, on).say == (words.RING_BACK.kept_by(rung),)
    assert after(led, on).ask is None


def test_nothing_is_promised_to_whoever_gave_no_number() -> None:
    """No text reaches them and no call: they are told to stay on the line, and it is never hung up on them."""
    on = line(Trust.WITHHELD, opened(Trust.WITHHELD, officer_phone=""), held_since=NIGHT)
    led = pressed(on, Stage.HOLD, "", HOLD_AT_MOST.total_seconds())
    assert led.steps == ()
    assert after(led, on).ask is Stage.HOLD
    assert after(pressed(on, Stage.SAFE, ""), on).say[0] == words.may_hang_up(None, can_ring=False)
    for known in (on, line(Trust.WITHHELD)):
        assert after(pressed(known, Stage.HOLD, "0"), known).say[0] == words.CANNOT_RING_YOU


MOBILE = "+15625550188"
AGAIN_AT_A_DESK = line(phone=DESK, about=opened(officer_phone=MOBILE), again=True)
AGAIN_BEFORE_IT_CHANGED = line(about=opened(officer_phone=MOBILE), again=True)


@pytest.mark.parametrize(
    ("on", "rung"),
    [
        (AGAIN_AT_A_DESK, DESK),
        (AGAIN_BEFORE_IT_CHANGED, LISTED),
        (line(about=opened(), again=True), LISTED),
        (line(Trust.WITHHELD, opened(officer_phone=MOBILE), again=True), MOBILE),
        (line(phone="+442079460150", about=opened(officer_phone=MOBILE), again=True), MOBILE),
        (line(phone=DESK, about=opened(officer_phone=MOBILE)), MOBILE),
    ],
    ids=["a desk", "a number before", "the same", "withheld", "one that we do not dial", "whoever opens it"],
)
def test_whoever_calls_again_is_rung_where_they_are(on: OnTheLine, rung: str) -> None:
    """The sergeant at the desk may hang up: coordinators ring the desk, and not the officer's mobile. Without a number
    that we dial it is the call-out's."""
    keys = [(Stage.STATUS, key) for key in "456"] if on.call.again else []
    held = replace(on, call=replace(on.call, held_since=NIGHT))
    late = HOLD_AT_MOST.total_seconds()
    led = [*(pressed(on, *key) for key in keys), pressed(held, Stage.HOLD, "0"), pressed(held, Stage.HOLD, "", late)]
    for one in led:
        (told,) = [step for step in one.steps if isinstance(step, AlarmCoordinators)]
        assert told.promise is not None
        assert f", {rung}" in told.text


@pytest.mark.parametrize("on", [AGAIN_AT_A_DESK, AGAIN_BEFORE_IT_CHANGED], ids=["a desk", "a number before"])
@pytest.mark.parametrize("fails", [None, True])
def test_whoever_calls_again_is_promised_no_text_to_another_phone(on: OnTheLine, fails: bool | None) -> None:
    """Neither is it offered, nor a call with the news in its place. A number that reads our texts keeps the offer, as
    does a caller who withholds theirs."""
    assert on.situation is not None
    on = replace(on, situation=replace(on.situation, callout=replace(on.situation.callout, takes_no_texts=fails)))
    assert words.hold_keys(True) not in after(pressed(on, Stage.HOLD, ""), on).say[0]
    assert after(pressed(on, Stage.HOLD, "1"), on).say[0] == words.WRONG_KEY
    for other in (
        line(about=opened(), again=True),
        line(Trust.WITHHELD, opened(Trust.WITHHELD, officer_phone=MOBILE), again=True),
    ):
        assert words.hold_keys(True) in after(pressed(other, Stage.HOLD, ""), other).say[0]
        assert after(pressed(other, Stage.HOLD, "1"), other).say[0] == words.we_text_you(words.TEXT_NEWS)


def test_a_call_out_that_is_over_ends_the_hold() -> None:
    """And says so."""
    on = line(about=replace(opened(), status=Status.CLOSED), held_since=NIGHT)
    assert after(pressed(on, Stage.HOLD, ""), on).say == (words.OVER,)


@each(trust=[Trust.LIKELY, Trust.LISTED, Trust.UNLISTED], stage=[*QUESTIONS, Stage.HOLD, Stage.STATUS])
def test_nothing_is_promised_or_asked_about_what_is_over(stage: Stage, trust: Trust) -> None:
    """It is ended while they listen. Whatever they press, no deadline of it could keep a promise, so none is made; what
    they ask of coordinators is told all the same, and the call ends with a word or leads to a new recovery."""
    about = replace(opened(trust), status=Status.CLOSED)
    on = line(trust, about, held_since=NIGHT, again=stage is Stage.STATUS)
    asks = {"4", "5", "6"} if stage is Stage.STATUS else {"9"} if stage is Stage.WHERE else {"0"}
    for key in ("", "*", *MENU[stage].keys):
        led = pressed(on, stage, key)
        rung = [step for step in led.steps if isinstance(step, AlarmCoordinators)]
        assert [one.promise for one in rung] == [None] * (key in asks), key
        heard = after(led, on)
        if heard.ask is None:
            assert heard.say[-1] in {words.OVER, words.OVER.spanish}
            assert set(heard.say[:-1]) <= {words.WRONG_KEY}
        elif heard.ask is Stage.STATUS:
            assert set(heard.say) <= {words.joined(words.IS_OVER, words.NEW_KEY)}
        else:
            assert Do.OPEN_CALLOUT in led.steps or heard.ask is Stage.PIN, key


@pytest.mark.parametrize(
    ("trust", "status", "says"),
    [
        (Trust.LIKELY, Status.PAGING, words.TEXT_WHO_COMES),
        (Trust.LISTED, Status.PAGING, words.TEXT_NEWS),
        (Trust.UNLISTED, Status.PAGING, words.TEXT_NEWS),
        (Trust.LIKELY, Status.EN_ROUTE, words.TEXT_NEWS),
        (Trust.LISTED, Status.EN_ROUTE, words.TEXT_NEWS),
    ],
)
def test_whoever_hangs_up_is_promised_the_text_that_comes(trust: Trust, status: Status, says: Words) -> None:
    """No name to whoever may not hear one; and who comes is not texted once more to whoever has read it."""
    about = opened(trust) if status is Status.PAGING else replace(had(trust), status=status)
    on = line(trust, about)
    assert words.we_text_you(says) in after(pressed(on, Stage.HOLD, "1"), on).say
    last = Stage.WHERE if trust is not Trust.UNLISTED else Stage.SAFE
    assert words.may_hang_up(says, True) in after(pressed(on, last, ""), on).say


def test_nobody_is_called_while_nobody_can_be() -> None:
    """The carrier takes nothing, and no page of the step has left: neither with the code nor on hold does the officer
    hear that people are being called, or that nobody has it. Once a page has left, they are."""
    on = line(about=opened(pages=(), step=1))
    assert on.situation is not None
    cut_off = replace(on, situation=replace(on.situation, paging=Paging(nobody=True)))
    assert words.CANNOT_REACH_ANYBODY in said(cut_off)
    assert "K, 7, Q" in said(cut_off)
    assert "being called" not in said(cut_off)
    chain_ended = replace(on.situation.callout, step=9)
    for callout in (on.situation.callout, chain_ended):
        assert cut_off.situation is not None
        holds = replace(cut_off, situation=replace(cut_off.situation, callout=callout))
        assert words.CANNOT_REACH_ANYBODY in after(pressed(holds, Stage.HOLD, ""), holds).say[0]


def test_whoever_has_left_is_not_there() -> None:
    """The call-out is open until it is closed; the officer on the line is not told that somebody is with them."""
    on = line(Trust.LIKELY, replace(had(Trust.LIKELY), status=Status.CLEARED), again=True)
    assert agency_texts.HAS_LEFT in after(pressed(on, Stage.STATUS, "9"), on).say[0]


# ---- the same officer calls again ----


def test_two_is_the_open_one() -> None:
    """The last from this phone; at a desk its code is asked for."""
    assert pressed(line(earlier=("F3T", "K7Q")), Stage.AGAIN, "2").steps == (IsAbout("K7Q"),)
    ended = line()
    assert pressed(ended, Stage.AGAIN, "2").steps == ()
    assert after(pressed(ended, Stage.AGAIN, "2"), ended).say[0] == words.IS_OVER
    context = line(phone=DESK, earlier=("K7Q",))
    asked = pressed(context, Stage.AGAIN, "2")
    assert asked.steps == (Do.PUT_OFF,)
    assert after(asked, context).ask is Stage.CODE


def test_silence_on_a_phone_of_ones_own_is_about_the_open_one() -> None:
    """It pages nobody."""
    assert pressed(line(earlier=("K7Q",)), Stage.AGAIN, "").steps == (IsAbout("K7Q"),)
    assert pressed(line(earlier=("K7Q", "F3T"), awaited=("K7Q",)), Stage.AGAIN, "").steps == (IsAbout("K7Q"),)


def test_silence_is_a_new_one_once_somebody_has_come() -> None:
    """The older call-out is on scene or over but for the drive home: nobody waits for news of it. Key 2 is still about
    it."""
    on = line(earlier=("K7Q",), awaited=())
    rung, holds = pressed(on, Stage.AGAIN, "").steps
    assert isinstance(rung, AlarmCoordinators)
    assert (rung.kind, holds) == (AlarmKind.UNDECIDED_CALL, Do.BEGIN_HOLD)
    assert pressed(on, Stage.AGAIN, "2").steps == (IsAbout("K7Q"),)
    ended = line()
    assert after(pressed(ended, Stage.AGAIN, ""), ended).say[0] == words.IS_OVER


@pytest.mark.parametrize("stage", Stage)
def test_nought_calls_a_coordinator_everywhere(stage: Stage) -> None:
    """Whatever is asked, whoever calls; they hold meanwhile. A new menu is held to it as well."""
    for on in (line(about=opened()), line(Trust.UNLISTED), line(Trust.UNLISTED, rings_back=RingsBack.NOW)):
        led = pressed(on, stage, "0")
        (rung,) = (step for step in led.steps if isinstance(step, AlarmCoordinators))
        assert (rung.kind, rings(rung)) == (AlarmKind.OFFICER_CALLS, True)
        assert after(led, on).ask is Stage.HOLD


# ---- one of our people ----


@pytest.mark.parametrize(
    ("rings_back", "says"),
    [
        (RingsBack.NOW, words.WE_RING_BACK),
        (RingsBack.SOON, words.WE_RING_BACK_SOON),
        (RingsBack.NOT, words.NOTHING_WAITS),
    ],
)
def test_one_of_ours_hears_what_follows(rings_back: RingsBack, says: Words) -> None:
    """And only a key that says that it is for an officer counts. Silence goes on as well, and rings back."""
    on = line(Trust.UNLISTED, rings_back=rings_back)
    assert says in said(on)
    assert [key for key in "0123456789*" if menu.says_something(Stage.OURS, key)] == ["0", "9"]
    assert menu.says_something(Stage.SEND, "1")
    nine, silence = pressed(on, Stage.OURS, "9"), pressed(on, Stage.OURS, "")
    assert (nine.steps, silence.steps) == ((), (Do.RING_BACK,))
    assert after(nine, on).ask is after(silence, on).ask is Stage.SEND
    again = line(Trust.UNLISTED, earlier=("K7Q",), rings_back=rings_back)
    assert after(pressed(again, Stage.OURS, "9"), again).ask is Stage.AGAIN


@pytest.mark.parametrize(("phone", "hears"), [(LISTED, False), (DESK, True), ("+15625550199", True)])
def test_a_main_number_hears_nobodys_specialist(phone: str, hears: bool) -> None:
    """Behind a listed number may be a whole exchange: whoever calls from it about an open call-out hears that it is
    taken. At a desk they have keyed in its code; a number that is nobody's in the roster has given the PIN."""
    on = line(Trust.LIKELY, had(Trust.LIKELY), again=True, phone=phone)
    assert ("Ana" in said(on)) is hears


def test_a_code_counts_with_its_number() -> None:
    """Keyed in as on a keypad."""
    assert keypad("k7q") == "577"
    context = line(phone=DESK, earlier=("F3T", "K7Q"))
    assert pressed(context, Stage.CODE, "577").steps == (IsAbout("K7Q"),)
    assert pressed(line(phone=DESK, earlier=()), Stage.CODE, "577").steps == (Do.COUNT_WRONG, Do.PUT_OFF)


def test_codes_alike_on_a_keypad_lead_to_a_coordinator() -> None:
    """K7Q and L7P are both 577: nobody hears of another officer's child."""
    rung, holds = pressed(line(phone=DESK, earlier=("K7Q", "L7P")), Stage.CODE, "577").steps
    assert isinstance(rung, AlarmCoordinators)
    assert holds is Do.BEGIN_HOLD


def test_too_many_wrong_codes_lead_to_a_coordinator() -> None:
    """And nothing is said of what was right."""
    wrong, rung, holds = pressed(line(phone=DESK, earlier=("K7Q",), tries=2), Stage.CODE, "999").steps
    assert (wrong, holds) == (Do.COUNT_WRONG, Do.BEGIN_HOLD)
    assert isinstance(rung, AlarmCoordinators)
    stranger = line(Trust.UNLISTED, phone=DESK, earlier=("K7Q",), wrong_codes=10)
    rung, holds = pressed(stranger, Stage.CODE, "577").steps
    assert isinstance(rung, AlarmCoordinators)
    assert holds == Do.BEGIN_HOLD


@pytest.mark.parametrize("trust", [Trust.LISTED, Trust.LIKELY, Trust.VERIFIED])
def test_a_listed_caller_is_never_shut_out(trust: Trust) -> None:
    """However many wrong codes came from that number within the hour."""
    assert pressed(line(trust, wrong_codes=99), Stage.PIN, PIN).steps[0] == Trusted(Trust.LIKELY, LBPD)
    assert pressed(line(trust, phone=DESK, earlier=("K7Q",), wrong_codes=99), Stage.CODE, "577").steps == (
        IsAbout("K7Q"),
    )


def test_coordinators_are_rung_about_many_wrong_codes_of_all() -> None:
    """From twenty within the hour on."""
    assert guessed(19) == []
    (told,) = guessed(20)
    assert told.kind is AlarmKind.CODES_GUESSED
    assert rings(told)


@pytest.mark.parametrize(
    ("key", "kind"),
    [("4", AlarmKind.OFFICER_CALLS), ("5", AlarmKind.OFFICER_CALLS_OFF), ("6", AlarmKind.OFFICER_CALLS)],
)
def test_a_word_by_key_rings_and_moves_nothing(key: str, kind: AlarmKind) -> None:
    """What cancels or moves is for a coordinator to do."""
    rung, *moved, holds = pressed(line(about=opened(), again=True), Stage.STATUS, key).steps
    assert isinstance(rung, AlarmCoordinators)
    assert (rung.kind, holds) == (kind, Do.BEGIN_HOLD)
    assert moved == ([Do.HAVE_MOVED] if key == "4" else [])


def test_status_without_a_call_out() -> None:
    """It ended between two keys."""
    on = line(earlier=())
    assert after(pressed(on, Stage.STATUS, "9"), on).ask is Stage.STATUS
    assert after(pressed(on, Stage.STATUS, ""), on).ask is Stage.HOLD


# ---- the news ----


def test_news_of_the_chain() -> None:
    """While a step runs, and after the last of them, with and without a coordinator."""
    ended = opened(step=3)
    for about, alarms, expected in (
        (opened(), (), words.SPECIALISTS_ARE_CALLED),
        (ended, (), words.chain_ended(False)),
        (ended, (alarm(owner="cora"),), words.chain_ended(True)),
    ):
        on = line(about=about, alarms=alarms, held_since=NIGHT)
        assert expected in after(pressed(on, Stage.HOLD, ""), on).say[0]


@pytest.mark.parametrize(
    ("caller", "opener", "named"),
    [
        (Trust.LIKELY, Trust.LIKELY, True),
        (Trust.LIKELY, Trust.VERIFIED, True),
        (Trust.LISTED, Trust.VERIFIED, False),
        (Trust.LIKELY, Trust.LISTED, False),
        (Trust.UNLISTED, Trust.UNLISTED, False),
        (Trust.WITHHELD, Trust.WITHHELD, False),
    ],
)
def test_who_may_hear_a_name(caller: Trust, opener: Trust, named: bool) -> None:
    """The less trusted of the two decides: whoever calls, and whoever opened it."""
    about = had(opener, eta_at=NIGHT + timedelta(minutes=31))
    on = line(caller, about, held_since=NIGHT)
    heard = " ".join(after(pressed(on, Stage.HOLD, ""), on).say)
    assert ("Ana is coming, and expects to be there at 02 45" in heard) is named
    assert ("A specialist has taken it" in heard) is not named


def test_news_of_whoever_comes() -> None:
    """Without a time while none is known, as a specialist once they have left the roster, and at the scene."""
    without = line(Trust.LIKELY, had(Trust.LIKELY), held_since=NIGHT)
    assert "Ana is coming." in " ".join(after(pressed(without, Stage.HOLD, ""), without).say)
    assert without.situation is not None
    gone = replace(without, situation=replace(without.situation, roster=replace(HOUSE, people=())))
    assert "A specialist is coming." in " ".join(after(pressed(gone, Stage.HOLD, ""), gone).say)
    there = line(Trust.LIKELY, had(Trust.LIKELY, arrived_at=NIGHT), held_since=NIGHT)
    assert words.THERE in after(pressed(there, Stage.HOLD, ""), there).say[0]
    ben = assigned("ben", AssignmentRole.PARTNER, eta_at=NIGHT + timedelta(minutes=31))
    left = line(Trust.LIKELY, had(Trust.LIKELY, ben, arrived_at=NIGHT, cleared_at=NIGHT), held_since=NIGHT)
    assert "Ben is coming, and expects to be there at 02 45" in " ".join(after(pressed(left, Stage.HOLD, ""), left).say)
    late = after(pressed(left, Stage.HOLD, ""), left, seconds=36 * 60)
    assert "Ben was due at 02:45; we are asking where they are." in " ".join(late.say)


def test_every_stage_has_its_prompt() -> None:
    """A stage without one would end the call with an error."""
    assert set(MENU) == set(Stage)
    assert all(prompt.say for prompt in MENU.values())
    assert MOST_TRIES == 3


# ---- the bridge ----


@pytest.mark.parametrize("stage", [*QUESTIONS, Stage.HOLD, Stage.STATUS])
def test_whoever_is_on_the_line_is_asked_for_the_bridge_next(stage: Stage) -> None:
    """After whatever they are asked now, and what they answer is kept."""
    on = line(about=had(Trust.LISTED), bridge=ANA_WAITS, held_since=NIGHT)
    heard = after(pressed(on, stage, ""), on)
    assert (heard.ask, heard.say[-1]) == (Stage.JOIN, words.somebody_waits(True))


def test_a_coordinator_who_waits_is_called_one() -> None:
    waits = Bridge((Leg("7", Party.COORDINATOR, LegState.WAITS, NIGHT, NIGHT, "cora"),))
    on = line(about=had(Trust.LISTED), bridge=waits, held_since=NIGHT)
    assert after(pressed(on, Stage.HOLD, ""), on).say[-1] == words.somebody_waits(False)


def test_the_officers_key_joins() -> None:
    on = line(about=had(Trust.LISTED), bridge=ANA_WAITS, held_since=NIGHT)
    led = pressed(on, Stage.JOIN, "1")
    assert led.steps == (TakeLeg(Join(Party.OFFICER, "h1", ("7",))),)
    assert after(led, replace(on, bridge=JOINED)).join == "h1"


def test_the_officers_key_comes_too_late() -> None:
    """Whoever waited has hung up: nothing has happened, and they go on where they were."""
    on = line(about=had(Trust.LISTED), held_since=NIGHT)
    led = pressed(on, Stage.JOIN, "1")
    assert led.steps == ()
    heard = after(led, on)
    assert (heard.ask, heard.say[0]) == (Stage.HOLD, words.NOBODY_WAITS)
    assert after(pressed(on, Stage.JOIN, "7"), on).ask is Stage.HOLD


def test_a_bridge_can_be_left_for_a_coordinator() -> None:
    on = line(about=had(Trust.LISTED), bridge=ANA_WAITS, held_since=NIGHT)
    assert [type(step) for step in pressed(on, Stage.JOIN, "0").steps] == [AlarmCoordinators]


@pytest.mark.parametrize(
    ("facts", "stage"),
    [({}, Stage.CHILDREN), ({"held_since": NIGHT}, Stage.HOLD), ({"again": True}, Stage.STATUS)],
    ids=["in the menu", "on hold", "about an open one"],
)
def test_whoever_is_not_joined_goes_on_where_they_were(facts: dict[str, Any], stage: Stage) -> None:
    """After silence, and after the talk: the questions are asked once the specialist has gone."""
    on = line(about=had(Trust.LISTED), bridge=ANA_WAITS, **facts)
    assert after(pressed(on, Stage.JOIN, ""), on).ask is Stage.JOIN
    alone = replace(on, bridge=Bridge())
    assert after(pressed(alone, Stage.JOIN, ""), alone).ask is stage
    assert after(menu.left(replace(on, bridge=JOINED), 2, NIGHT), alone).ask is stage


def test_nobody_is_told_goodbye_while_somebody_waits_for_them() -> None:
    """Fifteen minutes are over, and Ana has just pressed 4."""
    seconds = HOLD_AT_MOST.total_seconds() + 1
    seen = NIGHT + timedelta(seconds=seconds)
    waits = Bridge((replace(ANA_WAITS.legs[0], seen_at=seen),))
    on = line(about=had(Trust.LISTED), bridge=waits, held_since=NIGHT)
    led = pressed(on, Stage.HOLD, "", seconds)
    assert led.steps == ()
    assert after(led, on, seconds).ask is Stage.JOIN


def test_after_the_conference_they_hold_on() -> None:
    """And hear why; who has talked has not held. When it was one of three, the others talk on."""
    on = line(about=had(Trust.LISTED), bridge=JOINED, held_since=NIGHT)
    led = menu.left(on, 2, NIGHT)
    assert led.steps == (TakeLeg(Leave()), Do.BEGIN_HOLD)
    heard = after(led, replace(on, bridge=Bridge()))
    assert (heard.ask, heard.say[0]) == (Stage.HOLD, words.OTHER_SIDE_LEFT)
    third = Leg("9", Party.COORDINATOR, LegState.JOINED, NIGHT, NIGHT, "cora", "h1")
    three = replace(on, bridge=Bridge((*JOINED.legs, third)))
    led = menu.left(three, 3, NIGHT)
    assert led.steps == (TakeLeg(Join(Party.OFFICER, "h1")),)
    assert after(led, three).join == "h1"
    over = replace(on, situation=line(about=opened(status=Status.CLOSED)).situation)
    ended = after(menu.left(over, 2, NIGHT), over)
    assert (ended.ask, ended.say) == (None, (words.OTHER_SIDE_LEFT, words.OVER))


def test_a_call_without_a_call_out_is_promised_no_text() -> None:
    """At an address of the menu that such a call is never sent to."""
    on = line(Trust.UNLISTED, held_since=NIGHT)
    assert words.may_hang_up(None, True) in after(pressed(on, Stage.WHERE, ""), on).say


# ---- a PIN, late ----


def test_a_pin_is_offered_once_after_the_menu_to_whoever_hears_no_name() -> None:
    """And not where no agency has one."""
    on = line(about=had(Trust.LISTED))
    asked = after(pressed(on, Stage.WHERE, ""), on)
    assert words.PIN_KEY in asked.say
    likely = line(Trust.LIKELY, had(Trust.LIKELY))
    assert words.PIN_KEY not in after(pressed(likely, Stage.WHERE, ""), likely).say
    nobody = replace(on, roster=replace(HOUSE, agencies=(replace(LBPD, pin=None),)))
    assert words.PIN_KEY not in after(pressed(nobody, Stage.WHERE, ""), nobody).say


def test_a_pin_on_hold_leads_back_to_it() -> None:
    """Right, wrong for the third time, or none at all."""
    on = line(about=had(Trust.LISTED), held_since=NIGHT)
    assert after(pressed(on, Stage.HOLD, "8"), on).ask is Stage.PIN
    for keys in (PIN, ""):
        assert after(pressed(on, Stage.PIN, keys), on).ask is Stage.HOLD
    last = line(about=had(Trust.LISTED), held_since=NIGHT, tries=2)
    assert after(pressed(last, Stage.PIN, "000000"), last).ask is Stage.HOLD


def test_the_star_says_nothing_untrue_of_what_is_taken() -> None:
    """Nobody is being called any more."""
    on = line(about=had(Trust.LISTED), held_since=NIGHT)
    assert not any("is being called" in one for one in after(pressed(on, Stage.HOLD, "*"), on).say)
    paging = line(about=opened())
    assert any("is being called" in one for one in after(pressed(paging, Stage.CHILDREN, "*"), paging).say)


@each(bound=[False, True], stage=[Stage.SEND, Stage.HOLD])
def test_the_key_that_sends_is_named_only_where_it_does(stage: Stage, bound: bool) -> None:
    """In both languages. A caller over the bound hears how to be verified instead."""
    on = line(Trust.UNLISTED, bound=bound)
    said = MENU[stage].say(on, NIGHT)
    sends = Do.OPEN_CALLOUT in pressed(on, stage, "1").steps
    assert sends is not bound
    assert ("press 1" in said.lower(), "oprima 1" in said.spanish.lower()) == (sends, sends)
    assert bound is False or ("PIN" in said and "PIN" in said.spanish)
