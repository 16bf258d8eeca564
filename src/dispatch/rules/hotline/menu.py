"""What an officer on the hotline hears, and what their keys mean: every prompt and every key in one table.

The law: a call-out is open before its menu begins, so no answer is needed. Each is kept when it is given; silence, a
wrong key or a hang-up ends nothing. What a caller hears of us, the table of `rules/trust.py` allows.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from dispatch.rules import bridge
from dispatch.rules.calls import Heard, NoSuchStage
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.bridge import Party
from dispatch.rules.facts.callers import Trust
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.people import Language
from dispatch.rules.hotline.arriving import Arrives, alarm_undecided, arrives
from dispatch.rules.hotline.news import news
from dispatch.rules.hotline.steps import (
    BeginHold,
    CountWrong,
    EndHold,
    IsAbout,
    Led,
    OpenCallOut,
    PromiseCall,
    PutOff,
    SaySo,
    Speak,
    Step,
    TakeLeg,
    Trusted,
)
from dispatch.rules.officer_page import Ask, alarm
from dispatch.rules.our_number import is_ours
from dispatch.rules.trust import Place, rights
from dispatch.rules.wording import alarms
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words, in_language

MOST_TRIES = 3
"""In one call, of PINs and codes; after that a coordinator."""
MOST_WRONG_CODES = 10
"""In an hour, over all callers: nobody tries codes by phone."""
HOLD_AT_MOST = timedelta(minutes=15)
HOLD_SECONDS = 3  # for a key, behind the news: a turn takes ten seconds at most
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_MOST_STATIONS = 6  # 7 and 8 answer the question before, 9 is another place


class Stage(StrEnum):
    """Where in the menu somebody is: it says what the next key means."""

    SEND = "send"
    PIN = "pin"
    AGAIN = "again"
    CODE = "code"
    CALLBACK = "callback"
    CHILDREN = "children"
    MEDICAL = "medical"
    SAFE = "safe"
    WHERE = "where"
    HOLD = "hold"
    STATUS = "status"
    JOIN = "join"


def stage_called(name: str | None) -> Stage:
    """The stage of this name. Raises `NoSuchStage`."""
    try:
        return Stage(name or "")
    except ValueError:
        raise NoSuchStage("there is no such stage of a call") from None


# ---- the shape of the table ---------------------------------------------------------------------------------------

Rule = Callable[[OnTheLine, str, datetime], Led]


@dataclass(frozen=True, slots=True)
class Key:
    """A key, what it means to the officer, and the stages that it may lead to (none: the call ends)."""

    means: str
    rule: Rule
    to: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """One stage: what it asks, and what each answer means. With `number`, many keys are one answer."""

    say: Callable[[OnTheLine, datetime], Words]
    keys: Mapping[str, Key]
    _: KW_ONLY
    silence: Key
    number: Key | None = None
    wait_seconds: int = 8


# ---- saying --------------------------------------------------------------------------------------------------------


def greet(line: OnTheLine, now: datetime) -> Heard:
    """The first that a caller hears. Changes nothing, and is the same however often it is asked for."""
    known = line.agency.name if line.roster.caller(line.call.agency) is not None else None
    return _ask(line, first_stage(line), now, words.greeting(known), *_code_of_a_new_one(line))


def resume(line: OnTheLine, now: datetime) -> Heard:
    """What is heard next on a call that was under way when we lost track of where."""
    return _hold(line, now) if line.call.held_since is not None else greet(line, now)


def _code_of_a_new_one(line: OnTheLine) -> tuple[Words, ...]:
    if line.situation is None or line.call.again:
        return ()
    return (words.being_paged(line.situation.callout.code),)


def first_stage(line: OnTheLine) -> Stage:
    """Where a call begins. One about an open call-out never asks its questions: those are for whoever opened it."""
    if line.situation is not None:
        return Stage.STATUS if line.call.again else _next_question(line, None)
    return Stage.AGAIN if arrives(line.call, line.earlier) is Arrives.ASKS else Stage.SEND


def _ask(line: OnTheLine, stage: Stage, now: datetime, *before: Words) -> Heard:
    """Say what came before, and what the stage asks. While somebody waits for the officer, they are asked for that."""
    waits = bool(bridge.waiting(line.bridge, now))
    if waits and stage in _WITH_A_CALL_OUT:
        stage = Stage.JOIN
    elif not waits and stage is Stage.JOIN:
        stage = _after_join(line)
    prompt = MENU[stage]
    language = line.call.language
    said = [said for said in (*before, prompt.say(line, now)) if said]
    return Heard(
        tuple(in_language(one, language) for one in said),
        stage,
        many_keys=prompt.number is not None,
        silence_counts=True,
        wait_seconds=prompt.wait_seconds,
        language=language,
    )


def _end(line: OnTheLine, *said: Words) -> Heard:
    return Heard(tuple(in_language(one, line.call.language) for one in said), language=line.call.language)


def press(line: OnTheLine, stage: Stage, keys: str, now: datetime) -> Led:
    """What the keys pressed at `stage` lead to; `keys` is empty when the time ran out."""
    prompt = MENU[stage]
    if not keys:
        return prompt.silence.rule(line, keys, now)
    if keys == "*":
        return _other_language(line, stage)
    if keys in prompt.keys:
        return prompt.keys[keys].rule(line, keys, now)
    if prompt.number is not None:
        return prompt.number.rule(line, keys, now)
    return Led(lambda line, now: _ask(line, stage, now, words.wrong_key()))


def _other_language(line: OnTheLine, stage: Stage) -> Led:
    other = Language.ENGLISH if line.call.language is Language.SPANISH else Language.SPANISH

    def said(line: OnTheLine, now: datetime) -> Heard:
        return _ask(line, stage, now, *(_code_of_a_new_one(line) if _pages(line) else ()))

    return Led(said, (Speak(other),))


def _pages(line: OnTheLine) -> bool:
    return line.situation is not None and line.situation.callout.status.is_paging


def _go(stage: Stage, *said: Words) -> Callable[[OnTheLine, datetime], Heard]:
    return lambda line, now: _ask(line, stage, now, *said)


# ---- before there is a call-out ------------------------------------------------------------------------------------


def _send(line: OnTheLine, _keys: str, now: datetime) -> Led:
    """The officer pressed the key: a call-out opens now, unless too many have called. So it does when they were about
    another one, and have a new child with them."""
    if line.call.callout is not None and not line.call.again:  # the same key again, or a coordinator was faster
        return Led(_after_opening)
    if line.call.dismissed_at is not None:
        return Led(_hold, (_ring(line, "was dismissed, and presses on"),))
    return _let_a_person_decide(line, now) if line.bound else Led(_after_opening, (OpenCallOut(),))


def _after_opening(line: OnTheLine, now: datetime) -> Heard:
    return _ask(line, first_stage(line), now, *_code_of_a_new_one(line))


def _let_a_person_decide(line: OnTheLine, now: datetime) -> Led:
    return Led(_hold, (alarm_undecided(line.call, now), *_begin_hold(line)))


def _said_nothing(line: OnTheLine, _keys: str, now: datetime) -> Led:
    """Nothing was pressed: coordinators are rung, and the call-out opens by itself unless one decides."""
    return Led(_after_opening) if line.call.callout is not None else _let_a_person_decide(line, now)


def _give_pin(line: OnTheLine, keys: str, now: datetime) -> Led:
    if not _may_try(line):  # what is not compared counts as no try: one caller must not use up those of all
        return _to_a_coordinator(line)
    agency = line.roster.caller_with_pin(keys)
    if agency is None:
        last = line.call.tries + 1 >= MOST_TRIES
        return Led(_go(_asked_before_pin(line) if last else Stage.PIN, words.wrong_pin()), (CountWrong(),))
    opens = () if line.call.callout is not None else (OpenCallOut(),)
    return Led(_after_pin, (Trusted(Trust.LIKELY, agency), *opens))


def _after_pin(line: OnTheLine, now: datetime) -> Heard:
    return _hold(line, now) if line.call.held_since is not None else _after_opening(line, now)


def _without_pin(line: OnTheLine, _keys: str, _now: datetime) -> Led:
    return Led(_go(_asked_before_pin(line)))


def _asked_before_pin(line: OnTheLine) -> Stage:
    return Stage.HOLD if line.call.held_since is not None else Stage.SEND


def _to_a_coordinator(line: OnTheLine, *said: Words) -> Led:
    heard = _go(Stage.HOLD, *said, words.coordinator_called(_can_be_rung(line)))
    return Led(heard, (_ring(line, "asks for you"), *_begin_hold(line)))


def _may_try(line: OnTheLine) -> bool:
    return line.call.tries < MOST_TRIES and line.wrong_codes < MOST_WRONG_CODES


# ---- the menu, while paging runs -----------------------------------------------------------------------------------

QUESTIONS = (Stage.CALLBACK, Stage.CHILDREN, Stage.MEDICAL, Stage.SAFE, Stage.WHERE)
"""In this order, those that the caller can answer."""
_WITH_A_CALL_OUT = frozenset({*QUESTIONS, Stage.HOLD, Stage.STATUS})


def _next_question(line: OnTheLine, answered: Stage | None) -> Stage:
    """What is asked after `answered`; the loop in which the officer holds when all has been asked."""
    left = QUESTIONS[QUESTIONS.index(answered) + 1 :] if answered is not None else QUESTIONS
    return next((stage for stage in left if _can_be_asked(line, stage)), Stage.HOLD)


def _can_be_asked(line: OnTheLine, stage: Stage) -> bool:
    match stage:
        case Stage.CALLBACK:
            return line.call.phone is None or line.at_a_desk
        case Stage.WHERE:
            return bool(line.agency.stations)
        case _:
            return True


def _go_on(answered: Stage, *said: Words) -> Callable[[OnTheLine, datetime], Heard]:
    def then(line: OnTheLine, now: datetime) -> Heard:
        following = _next_question(line, answered)
        if following is not Stage.HOLD:
            return _ask(line, following, now, *said)
        pin = (words.pin_key(),) if line.call.trust.is_unverified and any(a.pin for a in line.roster.agencies) else ()
        hangs_up = words.may_hang_up(_can_be_texted(line), _can_be_rung(line))
        return _ask(line, following, now, *said, hangs_up, *pin)

    return then


def _skip(stage: Stage) -> Rule:
    def rule(line: OnTheLine, _keys: str, _now: datetime) -> Led:
        return Led(_go_on(stage), _hold_if_last(line, stage))

    return rule


def _answer(stage: Stage, changes: Mapping[str, Any]) -> Rule:
    def rule(line: OnTheLine, _keys: str, _now: datetime) -> Led:
        return Led(_go_on(stage), (SaySo(changes), *_hold_if_last(line, stage)))

    return rule


def _hold_if_last(line: OnTheLine, stage: Stage) -> tuple[Step, ...]:
    return _begin_hold(line) if _next_question(line, stage) is Stage.HOLD else ()


def _begin_hold(line: OnTheLine) -> tuple[Step, ...]:
    return () if line.call.held_since is not None else (BeginHold(),)


def _give_callback(line: OnTheLine, keys: str, _now: datetime) -> Led:
    """Ten digits of a number in North America, with or without the 1 before them; none that charges whoever calls it
    (900, and 976 in any area), since our texts and calls would go there, and none of ours."""
    digits = re.fullmatch("1?((?!900)[2-9][0-9]{2}(?!976)[2-9][0-9]{6})", keys)
    if digits is None:
        return Led(_go(Stage.CALLBACK, words.no_callback()))
    phone = f"+1{digits[1]}"
    if line.situation is not None and is_ours(phone, line.situation.our_numbers):
        return Led(_go(Stage.CALLBACK, words.our_own_number()))
    changes = {"officer_phone": phone}
    return Led(_go_on(Stage.CALLBACK), (SaySo(changes), *_hold_if_last(line, Stage.CALLBACK)))


def _give_station(line: OnTheLine, keys: str, _now: datetime) -> Led:
    stations = line.agency.stations[:_MOST_STATIONS]
    if not 1 <= int(keys) <= len(stations):
        return Led(_go(Stage.WHERE, words.wrong_key()))
    station = stations[int(keys) - 1]
    # A faked number may name a place: only whoever is likely enough to be police sends a specialist to a station.
    said = rights(line.call.trust).place is Place.SAID
    changes = {
        "place_address": station.address,
        "place_note": station.name,
        "place_unconfirmed": True if said else None,
    }
    return Led(_go_on(Stage.WHERE), (SaySo(changes), *_hold_if_last(line, Stage.WHERE)))


def _another_place(line: OnTheLine, _keys: str, _now: datetime) -> Led:
    return Led(
        _go_on(Stage.WHERE), (_ring(line, "is at a place that is not listed"), *_hold_if_last(line, Stage.WHERE))
    )


def _ring(line: OnTheLine, why: str) -> AlarmCoordinators:
    """Ring the coordinators: `why` is said of the officer, such as "asks for you"."""
    code, phone = _about(line)
    return AlarmCoordinators(alarms.officer_calls(code, why, phone), kind=AlarmKind.OFFICER_CALLS)


def _about(line: OnTheLine) -> tuple[str, str]:
    """The code and the officer's number, as far as there are any."""
    if line.situation is None:
        return "", line.call.phone or ""
    return line.situation.callout.code, line.situation.callout.officer_phone


# ---- holding -------------------------------------------------------------------------------------------------------


def _can_be_texted(line: OnTheLine) -> bool:
    if line.situation is None:
        return False
    phone = line.situation.callout.officer_phone
    return bool(phone) and not line.agency.has_desk_at(phone)


def _can_be_rung(line: OnTheLine) -> bool:
    """Whether we have a number of theirs. Whoever gave none is promised no call, and never hung up on."""
    return bool(_about(line)[1])


def _hold(line: OnTheLine, now: datetime) -> Heard:
    """One turn of the loop; a call-out that is over ends it."""
    if line.situation is not None and not line.situation.callout.is_open:
        return _end(line, words.over())
    if line.situation is None and line.call.dismissed_at is not None:
        return _end(line, words.dismissed())
    return _ask(line, Stage.HOLD, now)


def _say_news(line: OnTheLine, now: datetime) -> Words:
    if line.situation is None:
        return words.undecided()
    return words.joined(news(line, now), words.hold_keys(_can_be_texted(line)))


def _wait_on(line: OnTheLine, _keys: str, now: datetime) -> Led:
    held, about = line.call.held_since, line.situation
    if bridge.waiting(line.bridge, now):  # somebody wants to speak with them: they are asked once more
        return Led(_go(Stage.JOIN))
    if held is not None and about is not None and not line.call.again and about.callout.received_at > held:
        # It opened while they held: now they hear the code, and are asked what they know.
        return Led(_after_opening, (EndHold(),))
    if held is not None and now - held >= HOLD_AT_MOST and _is_open(line) and _can_be_rung(line):
        return Led(lambda line, _now: _end(line, words.ring_back()), (PromiseCall(),))
    return Led(_hold, _begin_hold(line))


def _is_open(line: OnTheLine) -> bool:
    return line.situation is not None and line.situation.callout.is_open


def _ask_coordinator(line: OnTheLine, _keys: str, _now: datetime) -> Led:
    return _to_a_coordinator(line)


def _text_me(line: OnTheLine, keys: str, now: datetime) -> Led:
    """It ends nothing: a late answer to the last question is this key as well, and so is a late "send now"."""
    if line.situation is None:
        return _send(line, keys, now)
    return Led(_go(Stage.HOLD, words.we_text_you() if _can_be_texted(line) else words.wrong_key()))


# ---- the bridge ----------------------------------------------------------------------------------------------------


def _say_who_waits(line: OnTheLine, now: datetime) -> Words:
    waiting = bridge.waiting(line.bridge, now)
    return words.somebody_waits(any(leg.party is Party.SPECIALIST for leg in waiting))


def _join(line: OnTheLine, _keys: str, now: datetime) -> Led:
    joined = bridge.accept(line.bridge, line.call.id, now)
    return Led(_joined, (TakeLeg(joined),) if joined is not None else ())


def _not_joined(line: OnTheLine, keys: str, now: datetime) -> Led:
    stage = _after_join(line)
    return _wait_on(line, keys, now) if stage is Stage.HOLD else Led(_go(stage))


def _after_join(line: OnTheLine) -> Stage:
    """Where somebody goes on who was not joined, or is no longer: on hold, or with what they were being asked."""
    return Stage.HOLD if line.call.held_since is not None or line.situation is None else first_stage(line)


def _joined(line: OnTheLine, now: datetime) -> Heard:
    mine = line.bridge.leg(line.call.id)
    if mine is None or mine.conference is None:  # they hung up, or another officer was faster
        return _ask(line, _after_join(line), now, words.nobody_waits())
    said = in_language(words.being_joined(), line.call.language)
    return Heard((said,), join=mine.conference, language=line.call.language)


def left(line: OnTheLine, were: int, _now: datetime) -> Led:
    """Their conference is over for them; `were` counts whoever has been in it. The others go on talking, or the caller
    goes on where they were. Who has talked has not held: the quarter of an hour begins again."""
    after = bridge.after_conference(line.bridge, line.call.id, were)
    if isinstance(after, bridge.Join):
        return Led(_joined, (TakeLeg(after),))
    return Led(_after_conference, (TakeLeg(after), *((BeginHold(),) if line.call.held_since is not None else ())))


def _after_conference(line: OnTheLine, now: datetime) -> Heard:
    if line.situation is not None and not line.situation.callout.is_open:
        return _end(line, words.other_side_left(), words.over())
    return _ask(line, _after_join(line), now, words.other_side_left())


# ---- the same officer calls again ----------------------------------------------------------------------------------


def _the_open_one(line: OnTheLine, _keys: str, _now: datetime) -> Led:
    if line.at_a_desk:
        return Led(_go(Stage.CODE), (PutOff(),))
    return _about_the_last(line)


def _silent_again(line: OnTheLine, _keys: str, now: datetime) -> Led:
    """Whoever has a number of their own most likely wants news of what is open. A desk has many officers, so that a new
    recovery may be on the line."""
    return _said_nothing(line, "", now) if line.at_a_desk else _about_the_last(line)


def _about_the_last(line: OnTheLine) -> Led:
    if not line.earlier:  # it ended while they listened
        return Led(_go(Stage.SEND, words.over()))
    return Led(_go(Stage.STATUS), (IsAbout(line.earlier[-1]),))


def _give_code(line: OnTheLine, keys: str, _now: datetime) -> Led:
    """A code counts only together with the number that the call-out came from: nobody tries codes from elsewhere. Two
    that are alike on a keypad are told apart by a coordinator: one night's news is not another's."""
    found = [code for code in line.earlier if keypad(code) == keys]
    if not _may_try(line) or len(found) > 1:
        return _to_a_coordinator(line, words.wrong_code())
    if found:
        return Led(_go(Stage.STATUS), (IsAbout(found[0]),))
    if line.call.tries + 1 < MOST_TRIES:
        return Led(_go(Stage.CODE, words.wrong_code()), (CountWrong(), PutOff()))
    led = _to_a_coordinator(line, words.wrong_code())
    return Led(led.then, (CountWrong(), *led.steps))


def keypad(code: str) -> str:
    """What somebody presses who keys in a code: each letter is on a digit."""
    return code.upper().translate(_KEYPAD)


def _say_status(line: OnTheLine, now: datetime) -> Words:
    if line.situation is None:
        return words.undecided()
    return words.joined(news(line, now), words.word_keys())


def _leave_word(ask: Ask, heard: Callable[[], Words]) -> Rule:
    """The same that the officer's page can ask."""

    def rule(line: OnTheLine, _keys: str, _now: datetime) -> Led:
        rung = alarm(ask, line.call.trust, Source.VOICE, *_about(line))
        return Led(_go(Stage.HOLD, heard()), (rung, *_begin_hold(line)))

    return rule


def _say_again(stage: Stage) -> Rule:
    return lambda line, _keys, _now: Led(_go(stage))


def _hold_on(line: OnTheLine, _keys: str, _now: datetime) -> Led:
    return Led(_hold, _begin_hold(line))


# ---- the table -----------------------------------------------------------------------------------------------------

_TO_MENU = (*QUESTIONS, Stage.HOLD)


def _after(stage: Stage) -> tuple[Stage, ...]:
    return (*QUESTIONS[QUESTIONS.index(stage) + 1 :], Stage.HOLD)


def _yes_or_no(stage: Stage, field: str, say: Callable[[], Words], yes: str, no: str) -> Prompt:
    """Questions in a row have no key in common, but for the number of children: a key that comes too late, or twice,
    must not say that the scene is safe."""
    return Prompt(
        lambda _line, _now: say(),
        {
            yes: Key("yes", _answer(stage, {field: True}), _after(stage)),
            no: Key("no", _answer(stage, {field: False}), _after(stage)),
        },
        silence=Key("goes on", _skip(stage), _after(stage)),
    )


MENU: Mapping[Stage, Prompt] = {
    Stage.SEND: Prompt(
        lambda _line, _now: words.joined(words.send_now(), words.spanish_key()),
        {
            "1": Key("send a specialist now", _send, _TO_MENU),
            "2": Key("has a PIN", _say_again(Stage.PIN), (Stage.PIN,)),
        },
        silence=Key("coordinators are rung", _said_nothing, _TO_MENU),
    ),
    Stage.PIN: Prompt(
        lambda _line, _now: words.ask_pin(),
        {},
        silence=Key("back", _without_pin, (Stage.SEND, Stage.HOLD)),
        number=Key("the PIN", _give_pin, (Stage.PIN, Stage.SEND, *_TO_MENU)),
    ),
    Stage.AGAIN: Prompt(
        lambda line, _now: words.joined(
            words.new_or_open(None if line.at_a_desk or not line.earlier else line.earlier[-1]), words.spanish_key()
        ),
        {
            "1": Key("a new recovery", _send, _TO_MENU),
            "2": Key("the one that is open", _the_open_one, (Stage.CODE, Stage.STATUS, Stage.SEND)),
        },
        silence=Key("goes on", _silent_again, (Stage.STATUS, Stage.SEND, *_TO_MENU)),
    ),
    Stage.CODE: Prompt(
        lambda _line, _now: words.ask_code(),
        {},
        silence=Key("back", _say_again(Stage.AGAIN), (Stage.AGAIN,)),
        number=Key("the code", _give_code, (Stage.STATUS, Stage.CODE, Stage.HOLD)),
        wait_seconds=15,  # letters are looked for on a keypad
    ),
    Stage.CALLBACK: Prompt(
        lambda _line, _now: words.ask_callback(),
        {},
        silence=Key("goes on", _skip(Stage.CALLBACK), _after(Stage.CALLBACK)),
        number=Key("the number", _give_callback, (Stage.CALLBACK, *_after(Stage.CALLBACK))),
    ),
    Stage.CHILDREN: Prompt(
        lambda _line, _now: words.ask_children(),
        {
            str(count): Key(f"{count}", _answer(Stage.CHILDREN, {"children": count}), _after(Stage.CHILDREN))
            for count in range(1, 10)
        },
        silence=Key("goes on", _skip(Stage.CHILDREN), _after(Stage.CHILDREN)),
    ),
    Stage.MEDICAL: _yes_or_no(Stage.MEDICAL, "medical_need", words.ask_medical, "4", "6"),
    Stage.SAFE: _yes_or_no(Stage.SAFE, "scene_safe", words.ask_safe, "7", "8"),
    Stage.WHERE: Prompt(
        lambda line, _now: words.ask_where([station.name for station in line.agency.stations[:_MOST_STATIONS]]),
        {
            **{
                str(number): Key(f"station {number}", _give_station, (Stage.WHERE, Stage.HOLD))
                for number in range(1, _MOST_STATIONS + 1)
            },
            "9": Key("another place", _another_place, (Stage.HOLD,)),
        },
        silence=Key("goes on", _skip(Stage.WHERE), (Stage.HOLD,)),
    ),
    Stage.HOLD: Prompt(
        _say_news,
        {
            "0": Key("a coordinator", _ask_coordinator, (Stage.HOLD,)),
            "1": Key("text me instead", _text_me, (Stage.HOLD, *QUESTIONS)),
            "8": Key("has a PIN", _say_again(Stage.PIN), (Stage.PIN,)),
        },
        silence=Key("stays on the line", _wait_on, (Stage.HOLD, *QUESTIONS)),
        wait_seconds=HOLD_SECONDS,
    ),
    Stage.JOIN: Prompt(
        _say_who_waits,
        {
            "0": Key("a coordinator", _ask_coordinator, (Stage.HOLD,)),
            "1": Key("is joined", _join, (Stage.HOLD, Stage.STATUS, *QUESTIONS)),
        },
        silence=Key("stays on the line", _not_joined, (Stage.JOIN, Stage.HOLD, Stage.STATUS, *QUESTIONS)),
        wait_seconds=5,
    ),
    Stage.STATUS: Prompt(
        _say_status,
        {
            "1": Key("a new recovery", _send, _TO_MENU),  # as in the question before
            "4": Key("we have moved", _leave_word(Ask.MOVED, words.moved_heard), (Stage.HOLD,)),
            "5": Key("nobody is needed any more", _leave_word(Ask.NOT_NEEDED, words.off_heard), (Stage.HOLD,)),
            "6": Key("ring me", _leave_word(Ask.RING_ME, lambda: words.coordinator_called(True)), (Stage.HOLD,)),
            "9": Key("again", _say_again(Stage.STATUS), (Stage.STATUS,)),
        },
        silence=Key("stays on the line", _hold_on, (Stage.HOLD,)),
    ),
}
"""Every prompt, and what each of its answers means. Beside these, * changes the language anywhere."""
