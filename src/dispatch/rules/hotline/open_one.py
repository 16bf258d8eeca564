"""The same officer calls again about an open call-out: which one, how it stands, and what a key reports.

The law: nothing is cancelled or moved by a key. A code counts only from the number that its call-out came from.
"""

from datetime import datetime

from dispatch.rules.alarms import promises
from dispatch.rules.decisions import AlarmCoordinators, Note, NoteKind
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.hotline.leading import begin_hold, can_be_promised, go, to_a_coordinator
from dispatch.rules.hotline.line import MOST_TRIES, about, has_ended, may_try
from dispatch.rules.hotline.news import news
from dispatch.rules.hotline.opening import said_nothing
from dispatch.rules.hotline.stages import KeyAction, Rule, Stage
from dispatch.rules.hotline.steps import Do, IsAbout
from dispatch.rules.replies.officer_view import Ask, alarm
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording.languages import Promise, Words

_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


def the_open_one(line: OnTheLine, _keys: str, _now: datetime) -> KeyAction:
    if line.at_a_desk:
        return KeyAction(go(Stage.CODE), (Do.PUT_OFF,))
    return _is_about(line, line.earlier)


def silent_again(line: OnTheLine, _keys: str, now: datetime) -> KeyAction:
    """A caller with a number of their own most likely wants news of the call-out that they wait for. Once somebody is
    or was there, this may be a new recovery, as at a desk, from which many officers call."""
    if line.at_a_desk or (line.earlier and not line.awaited):
        return said_nothing(line, "", now)
    return _is_about(line, line.awaited)


def _is_about(line: OnTheLine, codes: tuple[str, ...]) -> KeyAction:
    if not codes:  # it ended while they listened
        return KeyAction(go(Stage.SEND, words.IS_OVER))
    return KeyAction(go(Stage.STATUS), (IsAbout(codes[-1]),))


def give_code(line: OnTheLine, keys: str, _now: datetime) -> KeyAction:
    """A code counts only from the number that its call-out came from, so nobody can try codes from elsewhere. A
    coordinator tells apart two codes that are the same keys: nobody may hear the news of another night."""
    found = [code for code in line.earlier if keypad(code) == keys]
    if not may_try(line) or len(found) > 1:
        return to_a_coordinator(line, words.WRONG_CODE)
    if found:
        return KeyAction(go(Stage.STATUS), (IsAbout(found[0]),))
    if line.call.tries + 1 < MOST_TRIES:
        return KeyAction(go(Stage.CODE, words.WRONG_CODE), (Do.COUNT_WRONG, Do.PUT_OFF))
    led = to_a_coordinator(line, words.WRONG_CODE)
    return KeyAction(led.then, (Do.COUNT_WRONG, *led.steps))


def keypad(code: str) -> str:
    """The keys of a code: each letter is on a digit."""
    return code.upper().translate(_KEYPAD)


def say_status(line: OnTheLine, now: datetime) -> Words:
    if line.situation is None:
        return words.COORDINATOR_DECIDES
    if has_ended(line):
        return words.joined(words.IS_OVER, words.NEW_KEY)
    return words.joined(news(line, now), words.WORD_KEYS)


def leave_word(ask: Ask, heard: Promise) -> Rule:
    """What a button of the officer's view asks, by key."""

    def rule(line: OnTheLine, _keys: str, _now: datetime) -> KeyAction:
        promised = heard if can_be_promised(line) else None
        rung = alarm(ask, line.call.trust, Source.VOICE, *about(line), promised)
        said = () if promised is not None or has_ended(line) else (words.CANNOT_RING_YOU,)
        moved = (Do.HAVE_MOVED,) if ask is Ask.MOVED else ()
        return KeyAction(go(Stage.HOLD, *said), (rung, *moved, *begin_hold(line)))

    return rule


def dropped(line: OnTheLine) -> AlarmCoordinators:
    """The officer of an open call-out phoned again and hung up in the greeting: nobody knows what they wanted."""
    code, phone = about(line)
    return promises.officer_calls(code, "phoned again and hung up at once", phone)


CALLED_AGAIN = Note(NoteKind.OFFICER_CALLED, "the officer called the hotline again")
