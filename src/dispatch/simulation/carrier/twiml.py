"""TwiML, executed: a document becomes a program that yields what has to happen next.

The program knows neither clock nor network. It yields a step, and is resumed with the result of that step: silence or a
key, the next document, how a dialled call ended.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

CHARACTERS_PER_SECOND = 15.0
PLAY_SECONDS = 3.0
"""How long a recording plays; the simulation does not fetch it."""
SAY_LOOPS_AT_MOST = 1000

NOT_SIMULATED = frozenset(
    {
        "Enqueue",
        "Leave",
        "Record",
        "Sms",
        "Pay",
        "Connect",
        "Start",
        "Stop",
        "Prompt",
        "Refer",
        "Siprec",
        "Stream",
    }
)


class TwimlError(Exception):
    """The document cannot be executed; `code` is Twilio's error code."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Document:
    """A parsed `<Response>`, and the URL it came from (empty for TwiML given with the call)."""

    url: str
    root: ElementTree.Element

    def resolve(self, url: str) -> str:
        """A URL in this document, made absolute."""
        return self.resolved(self.url, url)

    @staticmethod
    def resolved(base: str, url: str) -> str:
        """`url` as seen from `base`. Like Twilio, this does not carry the connection overrides of `base` over."""
        return urljoin(base, url) if url else base


def parse(text: str, url: str) -> Document:
    """Read a document. Raises TwimlError 12100 (not XML) or 12102 (not a `<Response>`)."""
    try:
        root = ElementTree.fromstring(text.strip())  # noqa: S314  # it comes from the application under test
    except ElementTree.ParseError as error:
        raise TwimlError(12100, f"document parse failure: {error}") from error
    if root.tag != "Response":
        raise TwimlError(12102, f"the first element must be <Response>, not <{root.tag}>")
    return Document(url, root)


@dataclass(frozen=True)
class Wait:
    """Let `seconds` pass; keys pressed meanwhile are lost. Resumed with None."""

    seconds: float


@dataclass(frozen=True)
class Listen:
    """Wait for one key, at most `seconds`. Resumed with the key, or with None."""

    seconds: float
    asking: bool = False
    """Whether the prompts are over and the first key is awaited: now a person would press it."""


@dataclass(frozen=True)
class Fetch:
    """Ask the application for the next document. Resumed with a Document."""

    url: str
    method: str
    params: dict[str, str]


@dataclass(frozen=True)
class Target:
    """A `<Number>` to dial."""

    number: str
    url: str | None = None
    method: str = "POST"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    status_callback_events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True)
class DialNumbers:
    """Ring these numbers and connect the first that answers. Resumed with a DialOutcome when that call is over."""

    targets: tuple[Target, ...]
    caller_id: str | None
    timeout: float


@dataclass(frozen=True)
class JoinConference:
    """Take part in a conference. Resumed with a DialOutcome on leaving it."""

    name: str
    starts_on_enter: bool
    ends_on_exit: bool


@dataclass(frozen=True)
class Reject:
    """Leave the call unanswered; `status` is what it ends as."""

    status: str


@dataclass(frozen=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True)
class DialOutcome:
    """How a dialled call ended; `duration` in seconds."""

    status: str
    sid: str | None = None
    duration: int | None = None


Step = Wait | Listen | Fetch | DialNumbers | JoinConference | Reject | HangUp
Program = Generator[Step, Any, None]
# What a program is sent depends on the step. A generator's type cannot express that: hence Any.
Part = Generator[Step, Any, Document | None]


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

    def _play(self, document: Document) -> Part:
        for verb in document.root:
            part = self._verb(verb, document)
            following = yield from part
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
            case "Reject":
                yield Reject("busy" if verb.get("reason") == "busy" else "no-answer")
            case tag if tag in NOT_SIMULATED:
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
                loops = int(_number(prompt, "loop", 1))
                for _ in range(loops or SAY_LOOPS_AT_MOST):
                    self._hear(text)
                    yield len(text) / CHARACTERS_PER_SECOND
            case "Play":
                loops = int(_number(prompt, "loop", 1))
                what = (prompt.text or "").strip() or "digits " + prompt.get("digits", "")
                for _ in range(loops) if loops else repeat(None):
                    self._hear(f"(plays {what})")
                    yield PLAY_SECONDS
            case "Pause":
                yield _number(prompt, "length", 1)
            case tag:
                raise TwimlError(12200, f"<{tag}> cannot stand in <Gather>")

    def _gather(self, gather: ElementTree.Element, document: Document) -> Part:
        heeds_keys = "dtmf" in gather.get("input", "dtmf")
        wanted = int(_number(gather, "numDigits", 0))
        timeout = _number(gather, "timeout", 5)
        finish = gather.get("finishOnKey", "#")
        digits, finished_on, key = "", "", None
        for seconds in chain.from_iterable(self._prompt(prompt) for prompt in gather):
            if heeds_keys:
                key = yield Listen(seconds)
                if key is not None:
                    break
            else:
                yield Wait(seconds)
        if not heeds_keys:
            yield Wait(timeout)
        elif key is None:
            key = yield Listen(timeout, asking=True)
        while key is not None:
            if key in finish:
                finished_on = key
                break
            digits += key
            if len(digits) == wanted:
                break
            key = yield Listen(timeout)
        if not digits and gather.get("actionOnEmptyResult", "false") != "true":
            return None
        params = {"Digits": digits, "FinishedOnKey": finished_on}
        action = document.resolve(gather.get("action", ""))
        return (yield Fetch(action, gather.get("method", "POST"), params))  # type: ignore[no-any-return]  # see Part

    def _dial(self, dial: ElementTree.Element, document: Document) -> Part:
        conference = dial.find("Conference")
        numbers = dial.findall("Number")
        text = (dial.text or "").strip()
        outcome: DialOutcome
        if conference is not None:
            outcome = yield JoinConference(
                (conference.text or "").strip(),
                conference.get("startConferenceOnEnter", "true") == "true",
                conference.get("endConferenceOnExit", "false") == "true",
            )
        elif numbers or text:
            targets = [self._target(number, document) for number in numbers] or [Target(text)]
            outcome = yield DialNumbers(tuple(targets), dial.get("callerId"), _number(dial, "timeout", 30))
        else:
            self._not_simulated("Dial> with <" + (dial[0].tag if len(dial) else "nothing"))
            outcome = DialOutcome("failed")
        action = dial.get("action")
        if action is None:
            return None
        params = {"DialCallStatus": outcome.status}
        if outcome.sid is not None:
            params["DialCallSid"] = outcome.sid
        if outcome.duration is not None:
            params["DialCallDuration"] = str(outcome.duration)
        method = dial.get("method", "POST")
        return (yield Fetch(document.resolve(action), method, params))  # type: ignore[no-any-return]  # see Part

    @staticmethod
    def _target(number: ElementTree.Element, document: Document) -> Target:
        url, callback = number.get("url"), number.get("statusCallback")
        return Target(
            (number.text or "").strip(),
            None if url is None else document.resolve(url),
            number.get("method", "POST"),
            None if callback is None else document.resolve(callback),
            number.get("statusCallbackMethod", "POST"),
            frozenset(number.get("statusCallbackEvent", "completed").split()),
        )


def _number(element: ElementTree.Element, name: str, default: float) -> float:
    """A numeric attribute; something that is not a number ("auto") counts as not given."""
    try:
        return float(element.get(name, default))
    except ValueError:
        return default
