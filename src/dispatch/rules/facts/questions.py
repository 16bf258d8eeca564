"""What a message of ours asks, and what it is about. Both are decided with the message and kept in its row; what a bare
answer does is looked up here, and never read out of our own words.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Guessed(StrEnum):
    """What we take a text of theirs to say, and say back."""

    TAKES = "takes"
    LEAVES = "leaves"
    STILL_GOES = "still_goes"
    ETA = "eta"
    THERE = "there"
    LEFT = "left"
    HOME = "home"
    STAYS = "stays"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True)
class LetGo:
    """NO lets the call-out go; a yes to it says nothing. `asked`: they wrote a NO that may have meant something else,
    and this asks whether it did. `amid_others`: the message asks something else as well, which a no may answer."""

    callout: str
    asked: bool = False
    amid_others: bool = False
    kind: Literal["let_go"] = "let_go"


@dataclass(frozen=True, slots=True)
class Confirm:
    """A Y makes it so. `at` is the ETA that belongs to it, if one does."""

    callout: str
    guessed: Guessed
    at: datetime | None = None
    kind: Literal["confirm"] = "confirm"


@dataclass(frozen=True, slots=True)
class TakeCover:
    """Which of these covers they take, by number."""

    numbers: tuple[int, ...]
    kind: Literal["take_cover"] = "take_cover"


@dataclass(frozen=True, slots=True)
class WhichCallOut:
    """Which of these call-outs, by code, they mean."""

    codes: tuple[str, ...]
    kind: Literal["which_callout"] = "which_callout"


Question = LetGo | Confirm | TakeCover | WhichCallOut
