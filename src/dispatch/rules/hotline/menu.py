"""What an officer on the hotline hears, and what their keys mean: every prompt and every key in one table.

The law: a call-out is open before its menu begins, so no answer is needed. Each is kept when it is given; silence, a
wrong key or a hang-up ends nothing. `rules/access/trust.py` says what each caller may hear.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.people import Language
from dispatch.rules.hotline import holding
from dispatch.rules.hotline.holding import join, not_joined, say_news, say_who_waits, text_me, wait_on
from dispatch.rules.hotline.leading import hold, hold_on, say_again, to_a_coordinator
from dispatch.rules.hotline.line import QUESTIONS, after_join, code_of_a_new_one, first_stage, is_over, is_paging
from dispatch.rules.hotline.open_one import give_code, leave_word, say_status, silent_again, the_open_one
from dispatch.rules.hotline.opening import give_pin, said_nothing, say_send, send, without_pin
from dispatch.rules.hotline.questions import (
    MOST_STATIONS,
    another_place,
    answer,
    following,
    give_callback,
    give_station,
    skip,
    yes_or_no,
)
from dispatch.rules.hotline.ringing_back import for_an_officer, say_ring_back, stays_on_the_line
from dispatch.rules.hotline.stages import EndCall, EnterConference, GoToStage, Key, KeyAction, Next, Prompt, Stage
from dispatch.rules.hotline.steps import MenuResult, Speak
from dispatch.rules.phone import bridge
from dispatch.rules.phone.calls import SpokenReply
from dispatch.rules.replies.officer_view import Ask
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words, in_language

HOLD_SECONDS = 3  # for a key, after the news: an exchange takes ten seconds at most
_WITH_A_CALL_OUT = frozenset({*QUESTIONS, Stage.HOLD, Stage.STATUS})
_ABOUT_WHAT_IS_OPEN = frozenset({*QUESTIONS, Stage.HOLD})  # `STATUS` has a key for a new recovery


def greet(line: OnTheLine, now: datetime) -> SpokenReply:
    """What a caller hears first. Changes nothing, and is the same however often it is asked for."""
    known = line.agency.name if line.roster.caller(line.call.agency) is not None else None
    return _ask(line, first_stage(line), now, words.greeting(known), *code_of_a_new_one(line))


def resume(line: OnTheLine, now: datetime) -> SpokenReply:
    """What is heard next on a call that was under way when we lost track of its stage."""
    return _heard(hold(line, now), line, now) if line.call.held_since is not None else greet(line, now)


def press(line: OnTheLine, stage: Stage, keys: str, now: datetime) -> MenuResult:
    """What the keys pressed at `stage` lead to; `keys` is empty when the time ran out."""
    prompt = MENU[stage]
    if not keys:
        return _led(prompt.silence.rule(line, keys, now))
    if keys == "*":
        return _led(_other_language(line, stage))
    if keys == "0":
        return _led(to_a_coordinator(line))
    if keys in prompt.keys:
        return _led(prompt.keys[keys].rule(line, keys, now))
    if prompt.number is not None:
        return _led(prompt.number.rule(line, keys, now))
    return _led(KeyAction(lambda _line, _now: GoToStage(stage, (words.WRONG_KEY,))))


def says_something(stage: Stage, keys: str) -> bool:
    """Whether these keys show that somebody calls for an officer. Of one of ours, who is half asleep, a 1 answers the
    page, and counts for nothing here."""
    return stage is not Stage.OURS or keys == "0" or keys in MENU[Stage.OURS].keys


def _other_language(line: OnTheLine, stage: Stage) -> KeyAction:
    other = Language.ENGLISH if line.call.language is Language.SPANISH else Language.SPANISH
    return KeyAction(
        lambda line, _: GoToStage(stage, code_of_a_new_one(line) if is_paging(line) else ()), (Speak(other),)
    )


def left(line: OnTheLine, were: int, _now: datetime) -> MenuResult:
    """The caller's conference is over for them; `were` counts everybody who was in it."""
    return _led(holding.left(line, were))


# ---- saying --------------------------------------------------------------------------------------------------------


def _led(leads: KeyAction) -> MenuResult:
    """What is promised is said here alone, on the way from the step that keeps it."""
    promised = tuple(step.says for step in leads.steps if isinstance(step, AlarmCoordinators) and step.says)
    return MenuResult(lambda line, now: _heard(_promising(leads.then(line, now), promised), line, now), leads.steps)


def _promising(what: Next, promised: tuple[Words, ...]) -> Next:
    match what:
        case GoToStage(stage, before):
            return GoToStage(stage, (*before, *promised))
        case EndCall(said):
            return EndCall((*promised, *said))
        case _:
            return what


def _heard(what: Next, line: OnTheLine, now: datetime) -> SpokenReply:
    match what:
        case GoToStage(stage, before):
            return _ask(line, stage, now, *before)
        case EndCall(said):
            return SpokenReply(tuple(in_language(one, line.call.language) for one in said), language=line.call.language)
        case EnterConference(conference):
            joined = in_language(words.BEING_JOINED, line.call.language)
            return SpokenReply((joined,), join=conference, language=line.call.language)
        case _:
            assert_never(what)


def _ask(line: OnTheLine, stage: Stage, now: datetime, *before: Words) -> SpokenReply:
    """Say what came before, and what the stage asks. While somebody waits to be joined, the officer is asked that."""
    waits = bool(bridge.waiting(line.bridge, now))
    if waits and stage in _WITH_A_CALL_OUT:
        stage = Stage.JOIN
    elif not waits and stage is Stage.JOIN:
        stage = after_join(line)
    if stage in _ABOUT_WHAT_IS_OPEN and is_over(line):
        return _heard(EndCall((*before, words.OVER)), line, now)
    prompt = MENU[stage]
    language = line.call.language
    said = [said for said in (*before, prompt.say(line, now)) if said]
    return SpokenReply(
        tuple(in_language(one, language) for one in said),
        stage,
        many_keys=prompt.number is not None,
        silence_counts=True,
        wait_seconds=prompt.wait_seconds,
        language=language,
    )


# ---- the table -----------------------------------------------------------------------------------------------------

_TO_MENU = (*QUESTIONS, Stage.HOLD)


MENU: Mapping[Stage, Prompt] = {
    Stage.OURS: Prompt(
        say_ring_back,
        {"9": Key("calls for an officer", for_an_officer, (Stage.SEND, Stage.AGAIN))},
        silence=Key("we ring back; goes on", stays_on_the_line, (Stage.SEND, Stage.AGAIN)),
    ),
    Stage.SEND: Prompt(
        say_send,
        {
            "1": Key("send a specialist now", send, _TO_MENU),
            "2": Key("has a PIN", say_again(Stage.PIN), (Stage.PIN,)),
        },
        silence=Key("coordinators are rung", said_nothing, _TO_MENU),
    ),
    Stage.PIN: Prompt(
        lambda _line, _now: words.ASK_PIN,
        {},
        silence=Key("back", without_pin, (Stage.SEND, Stage.HOLD)),
        number=Key("the PIN", give_pin, (Stage.PIN, Stage.SEND, *_TO_MENU)),
    ),
    Stage.AGAIN: Prompt(
        lambda line, _now: words.joined(
            words.new_or_open(None if line.at_a_desk or not line.earlier else line.earlier[-1]), words.SPANISH_KEY
        ),
        {
            "1": Key("a new recovery", send, _TO_MENU),
            "2": Key("the one that is open", the_open_one, (Stage.CODE, Stage.STATUS, Stage.SEND)),
        },
        silence=Key("goes on", silent_again, (Stage.STATUS, Stage.SEND, *_TO_MENU)),
    ),
    Stage.CODE: Prompt(
        lambda _line, _now: words.ASK_CODE,
        {},
        silence=Key("back", say_again(Stage.AGAIN), (Stage.AGAIN,)),
        number=Key("the code", give_code, (Stage.STATUS, Stage.CODE, Stage.HOLD)),
        wait_seconds=15,  # finding letters on a keypad takes time
    ),
    Stage.CALLBACK: Prompt(
        lambda _line, _now: words.ASK_CALLBACK,
        {},
        silence=Key("goes on", skip(Stage.CALLBACK), following(Stage.CALLBACK)),
        number=Key("the number", give_callback, (Stage.CALLBACK, *following(Stage.CALLBACK))),
    ),
    Stage.CHILDREN: Prompt(
        lambda _line, _now: words.ASK_CHILDREN,
        {
            str(count): Key(f"{count}", answer(Stage.CHILDREN, {"children": count}), following(Stage.CHILDREN))
            for count in range(1, 10)
        },
        silence=Key("goes on", skip(Stage.CHILDREN), following(Stage.CHILDREN)),
    ),
    Stage.MEDICAL: yes_or_no(Stage.MEDICAL, "medical_need", words.ASK_MEDICAL, "4", "6"),
    Stage.SAFE: yes_or_no(Stage.SAFE, "scene_safe", words.ASK_SAFE, "7", "8"),
    Stage.WHERE: Prompt(
        lambda line, _now: words.ask_where([station.name for station in line.agency.stations[:MOST_STATIONS]]),
        {
            **{
                str(number): Key(f"station {number}", give_station, (Stage.WHERE, Stage.HOLD))
                for number in range(1, MOST_STATIONS + 1)
            },
            "9": Key("another place", another_place, (Stage.HOLD,)),
        },
        silence=Key("goes on", skip(Stage.WHERE), (Stage.HOLD,)),
    ),
    Stage.HOLD: Prompt(
        say_news,
        {
            "1": Key("text me instead", text_me, (Stage.HOLD, *QUESTIONS)),
            "8": Key("has a PIN", say_again(Stage.PIN), (Stage.PIN,)),
        },
        silence=Key("stays on the line", wait_on, (Stage.HOLD, *QUESTIONS)),
        wait_seconds=HOLD_SECONDS,
    ),
    Stage.JOIN: Prompt(
        say_who_waits,
        {
            "1": Key("is joined", join, (Stage.HOLD, Stage.STATUS, *QUESTIONS)),
        },
        silence=Key("stays on the line", not_joined, (Stage.JOIN, Stage.HOLD, Stage.STATUS, *QUESTIONS)),
        wait_seconds=5,
    ),
    Stage.STATUS: Prompt(
        say_status,
        {
            "1": Key("a new recovery", send, _TO_MENU),  # as in Stage.AGAIN
            "4": Key("we have moved", leave_word(Ask.MOVED, words.MOVED_HEARD), (Stage.HOLD,)),
            "5": Key("nobody is needed any more", leave_word(Ask.NOT_NEEDED, words.OFF_HEARD), (Stage.HOLD,)),
            "6": Key("ring me", leave_word(Ask.RING_ME, words.COORDINATOR_RINGS_YOU), (Stage.HOLD,)),
            "9": Key("again", say_again(Stage.STATUS), (Stage.STATUS,)),
        },
        silence=Key("stays on the line", hold_on, (Stage.HOLD,)),
    ),
}
"""Every prompt, and what each of its answers means. Beside these, * changes the language anywhere, and 0 calls a
coordinator."""
