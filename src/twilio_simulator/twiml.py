"""TwiML, executed: a document becomes a program that yields what has to happen next.

The program knows neither clock nor network. It yields a step, and is resumed with the result of that step: silence or a
key, the next document, how a dialled call ended.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import chain, repeat
from typing import Any
from xml.etree import ElementTree

from twilio_simulator.dialects import TWILIO
from twilio_simulator.dialling import number, outcome_params, read_dial
from twilio_simulator.documents import Document, TwimlError
from twilio_simulator.steps import (
    DialOutcome,
    Fetch,
    HangUp,
    Listen,
    Part,
    Program,
    Wait,
)

CHARACTERS_PER_SECOND = 15.0
PLAY_SECONDS = 3.0
"""How long a recording plays; the simulation does not fetch it."""
SAY_LOOPS_AT_MOST = 1000
GATHER_SECONDS = 5.0

Digits = Generator[Listen, Any, tuple[str, str]]


class Interpreter:
    """Executes voice documents. `hear` gets what the person hears, `complain` what cannot be simulated."""

    def __init__(self, hear: Callable[[str], None], complain: Callable[[int, str], None]) -> None:
        self._hear = hear
        self._complain = complain

    def program(self, document: Document) -> Program:
        """Play a document and those that it leads to, until nothing is left to do. Raises TwimlError."""
        following: Document | None = document
        while following is not None:
            following = yield from self._play(following)

    def hold(self, document: Document) -> Program:
        """Play the document of a waitUrl. It may only say, play, pause and redirect; at its end there is silence."""
        following: Document | None = document
        while following is not None:
            following = yield from self._hold(following)

    def _hold(self, document: Document) -> Part:
        for verb in document.root:
            if verb.tag not in TWILIO.while_waiting:
                self._complain(13238, f"<{verb.tag}> may not stand in the document of a waitUrl")
                break
            following = yield from self._verb(verb, document)
            if following is not None:
                return following
        return None

    def _play(self, document: Document) -> Part:
        for verb in document.root:
            following = yield from self._verb(verb, document)
            if following is not None:
                return following
        return None

    def _verb(self, verb: ElementTree.Element, document: Document) -> Part:
        match verb.tag:
            case "Say" | "Play" | "Pause":
                for seconds in self._prompt(verb):
                    yield Wait(seconds)
            case "Gather":
                return (yield from self._gather(verb, document))
            case "Dial":
                return (yield from self._dial(verb, document))
            case "Redirect":
                target = document.resolve((verb.text or "").strip())
                return (yield Fetch(target, verb.get("method", "POST"), {}))  # type: ignore[no-any-return]  # see Part
            case "Hangup":
                yield HangUp()
            case tag if tag in TWILIO.verbs:
                self._not_simulated(tag)
            case tag:
                raise TwimlError(12200, f"<{tag}> is not a voice verb")
        return None

    def _not_simulated(self, tag: str) -> None:
        self._hear(f"(<{tag}> is not simulated)")
        self._complain(12200, f"<{tag}> is not simulated")

    def _prompt(self, prompt: ElementTree.Element) -> Iterator[float]:
        """Let the person hear a Say, Play or Pause; yields how long each part takes, in seconds."""
        match prompt.tag:
            case "Say":
                text = " ".join("".join(prompt.itertext()).split())
                loops = int(number(prompt, "loop", 1))
                for _ in range(loops or SAY_LOOPS_AT_MOST):
                    self._hear(text)
                    yield len(text) / CHARACTERS_PER_SECOND
            case "Play":
                loops = int(number(prompt, "loop", 1))
                what = (prompt.text or "").strip() or "digits " + prompt.get("digits", "")
                for _ in range(loops) if loops else repeat(None):
                    self._hear(f"(plays {what})")
                    yield PLAY_SECONDS
            case "Pause":
                yield number(prompt, "length", 1)
            case tag:
                raise TwimlError(12200, f"<{tag}> cannot stand in <Gather>")

    def _gather(self, gather: ElementTree.Element, document: Document) -> Part:
        keys = "dtmf" in gather.get("input", "dtmf").split()  # nobody's words are understood
        timeout = number(gather, "timeout", GATHER_SECONDS)
        came: str | None = None
        for seconds in chain.from_iterable(self._prompt(prompt) for prompt in gather):
            came = yield Listen(seconds, keys)
            if came is not None:
                break
        else:
            came = yield Listen(timeout, keys, asking=True)
        digits, finished_on = yield from self._digits(gather, came, timeout)
        if not digits and gather.get("actionOnEmptyResult", "false") != "true":
            return None
        params = {"Digits": digits, "FinishedOnKey": finished_on} if keys else {"SpeechResult": ""}
        action = document.resolve(gather.get("action", ""))
        return (yield Fetch(action, gather.get("method", "POST"), params))  # type: ignore[no-any-return]  # see Part

    @staticmethod
    def _digits(gather: ElementTree.Element, key: str | None, timeout: float) -> Digits:
        """The keys from the first one on, and the key that ended them."""
        wanted, finish, digits = int(number(gather, "numDigits", 0)), gather.get("finishOnKey", "#"), ""
        while key is not None:
            if key in finish:
                return digits, key
            digits += key
            if len(digits) == wanted:
                break
            key = yield Listen(timeout)
        return digits, ""

    def _dial(self, dial: ElementTree.Element, document: Document) -> Part:
        outcome: DialOutcome
        wanted = read_dial(dial, document)
        if wanted is None:
            self._not_simulated("Dial> with <" + (dial[0].tag if len(dial) else "nothing"))
            outcome = DialOutcome("failed")
        else:
            outcome = yield wanted
        action = dial.get("action")
        if action is None:
            return None
        # Whatever stands behind a <Dial> with an action is never reached.
        target = document.resolve(action)
        method, params = dial.get("method", "POST"), outcome_params(outcome)
        return (yield Fetch(target, method, params))  # type: ignore[no-any-return]  # see Part
