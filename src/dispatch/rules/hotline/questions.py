"""The questions of the menu, while paging runs: each answer is kept when it is given, and none is needed.

The law: a number alone moves nobody. A meeting place that an unverified caller names rings a coordinator, who confirms
it; it never replaces a confirmed one.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch.rules.access.trust import Worth, rights
from dispatch.rules.alarms import promises
from dispatch.rules.callout.moves import change_details
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind
from dispatch.rules.delivery.our_number import is_ours
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.situation import Situation
from dispatch.rules.hotline.leading import begin_hold, go, ring
from dispatch.rules.hotline.line import QUESTIONS, can_be_rung, has_ended, next_question
from dispatch.rules.hotline.news import next_text
from dispatch.rules.hotline.stages import Following, GoToStage, Key, KeyAction, Next, Prompt, Rule, Stage
from dispatch.rules.hotline.steps import SaySo, Step
from dispatch.rules.wording import alarms
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Words

MOST_STATIONS = 6  # 7 and 8 answer the question before, 9 is another meeting place


def following(stage: Stage) -> tuple[Stage, ...]:
    """Where an answer to this question may lead."""
    return (*QUESTIONS[QUESTIONS.index(stage) + 1 :], Stage.HOLD)


def _go_on(answered: Stage, *said: Words) -> Following:
    def then(line: OnTheLine, _now: datetime) -> Next:
        asked = next_question(line, answered)
        if asked is not Stage.HOLD or has_ended(line):
            return GoToStage(asked, said)
        pin = (words.PIN_KEY,) if line.call.trust.is_unverified and any(a.pin for a in line.roster.agencies) else ()
        hangs_up = words.may_hang_up(next_text(line), can_be_rung(line))
        return GoToStage(asked, (*said, hangs_up, *pin))

    return then


def skip(stage: Stage) -> Rule:
    def rule(line: OnTheLine, _keys: str, _now: datetime) -> KeyAction:
        return KeyAction(_go_on(stage), _hold_if_last(line, stage))

    return rule


def answer(stage: Stage, changes: Mapping[str, Any]) -> Rule:
    def rule(line: OnTheLine, _keys: str, _now: datetime) -> KeyAction:
        return KeyAction(_go_on(stage), (SaySo(changes), *_hold_if_last(line, stage)))

    return rule


def yes_or_no(stage: Stage, field: str, asked: Words, yes: str, no: str) -> Prompt:
    """Consecutive questions share no key, except with the number of children: a key that comes late, or twice, must not
    say that the scene is safe."""
    return Prompt(
        lambda _line, _now: asked,
        {
            yes: Key("yes", answer(stage, {field: True}), following(stage)),
            no: Key("no", answer(stage, {field: False}), following(stage)),
        },
        silence=Key("goes on", skip(stage), following(stage)),
    )


def _hold_if_last(line: OnTheLine, stage: Stage) -> tuple[Step, ...]:
    return begin_hold(line) if next_question(line, stage) is Stage.HOLD else ()


def give_callback(line: OnTheLine, keys: str, _now: datetime) -> KeyAction:
    """Ten digits of a number in North America, with or without the 1 before them; one that we dial, and none of
    ours."""
    digits = re.fullmatch("1?([2-9][0-9]{2}[2-9][0-9]{6})", keys)
    if digits is None:
        return KeyAction(go(Stage.CALLBACK, words.NO_CALLBACK))
    phone = f"+1{digits[1]}"
    if line.situation is not None and is_ours(phone, line.situation.our_numbers):
        return KeyAction(go(Stage.CALLBACK, words.OUR_OWN_NUMBER))
    if not line.dials(phone):
        return KeyAction(go(Stage.CALLBACK, words.NUMBER_NOT_DIALLED))
    changes = {"officer_phone": phone}
    return KeyAction(_go_on(Stage.CALLBACK), (SaySo(changes), *_hold_if_last(line, Stage.CALLBACK)))


def give_station(line: OnTheLine, keys: str, _now: datetime) -> KeyAction:
    stations = line.agency.stations[:MOST_STATIONS]
    if not 1 <= int(keys) <= len(stations):
        return KeyAction(go(Stage.WHERE, words.WRONG_KEY))
    station = stations[int(keys) - 1]
    # A faked number may name a meeting place: only a caller likely to be police sends a specialist to a station.
    said = rights(line.call.trust).place is Worth.SAID
    changes = {
        "place_address": station.address,
        "place_note": station.name,
        "place_unconfirmed": True if said else None,
    }
    return KeyAction(_go_on(Stage.WHERE), (SaySo(changes), *_hold_if_last(line, Stage.WHERE)))


def another_place(line: OnTheLine, _keys: str, _now: datetime) -> KeyAction:
    asked = ring(line, "is at a place that is not listed", words.ANOTHER_PLACE_HEARD)
    return KeyAction(_go_on(Stage.WHERE), (asked, *_hold_if_last(line, Stage.WHERE)))


def keep_answer(situation: Situation, before: Details, changes: Mapping[str, Any], now: datetime) -> list[Decision]:
    """Keep the answer; `changes` are fields of `Details`. Raises `IllegalMove` once the call-out is over."""
    if not changes.get("place_unconfirmed"):
        return change_details(situation, before, changes, now)
    callout = situation.callout
    if before.place:  # a coordinator, or the agency itself, has named it
        asked = AlarmCoordinators(
            alarms.place_unconfirmed(callout.code, callout.officer_phone),
            kind=AlarmKind.OFFICER_CALLS,
            call_back=callout.officer_phone or None,
        )
        return [Note(NoteKind.DETAIL, "the caller named another place than the one that is confirmed"), asked]
    changed = change_details(situation, before, changes, now)
    return [*changed, *promises.place_named(situation, now)] if changed else []
