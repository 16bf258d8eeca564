"""What a key on the hotline leads to, besides what is heard next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.people import Language
from dispatch.rules.facts.roster import Agency
from dispatch.rules.phone.bridge import LegStep
from dispatch.rules.phone.calls import SpokenReply


class Do(Enum):
    """A step that says all of it."""

    OPEN_CALLOUT = auto()  # open a call-out for this call now
    COUNT_WRONG = auto()  # a PIN or a code was wrong
    PUT_OFF = auto()  # the caller is keying something in: the call opens nothing by itself meanwhile
    BEGIN_HOLD = auto()  # the caller stays on the line from now on
    END_HOLD = auto()  # the caller is no longer on hold: they are asked something
    HAVE_MOVED = auto()  # the officer says that they are at another place: whoever goes must hear it
    RING_BACK = auto()  # whoever of ours has the number that the caller shows is rung back now, and the call goes on


@dataclass(frozen=True, slots=True)
class SaySo:
    """Keep what the caller said: fields of `Details`."""

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Speak:
    language: Language


@dataclass(frozen=True, slots=True)
class Trusted:
    """The caller has keyed in the PIN of this agency."""

    trust: Trust
    agency: Agency


@dataclass(frozen=True, slots=True)
class IsAbout:
    """The call is about the open call-out with this code, which came from the same number."""

    code: str


@dataclass(frozen=True, slots=True)
class IsNew:
    """The call is about a new recovery, no longer about an open call-out. A person decides; otherwise it opens a
    call-out at `due_at`."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class TakeLeg:
    """What becomes of the caller's leg in a bridge."""

    leg: LegStep


Step = Do | SaySo | Speak | Trusted | IsAbout | IsNew | TakeLeg | AlarmCoordinators


@dataclass(frozen=True, slots=True)
class MenuResult:
    """What a key has led to. `then` says what is heard once the `steps` are done, on the line as it then is."""

    then: Callable[[OnTheLine, datetime], SpokenReply]
    steps: tuple[Step, ...] = ()
