"""The shape of the hotline's table: its stages, what each asks, and what an answer leads to."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.hotline.steps import Step
from dispatch.rules.phone.calls import NoSuchStage
from dispatch.rules.wording.languages import Words


class Stage(StrEnum):
    """Where in the menu somebody is, which says what the next key means."""

    OURS = "ours"
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


# ---- what an answer leads to ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoToStage:
    """What came `before` is said, and then what this stage asks."""

    stage: Stage
    before: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class EndCall:
    """The call ends with these words."""

    said: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class EnterConference:
    """They go into this conference."""

    conference: str


Next = GoToStage | EndCall | EnterConference
Following = Callable[[OnTheLine, datetime], Next]


@dataclass(frozen=True, slots=True)
class KeyAction:
    """What a key leads to. `then` says what comes next once the `steps` are done, on the line as it then is."""

    then: Following
    steps: tuple[Step, ...] = ()


Rule = Callable[[OnTheLine, str, datetime], KeyAction]


# ---- the table -----------------------------------------------------------------------------------------------------


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
