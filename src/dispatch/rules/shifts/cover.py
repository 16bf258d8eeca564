"""A cover: a shift that somebody else is asked to take."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts.moments import require_aware
from dispatch.rules.facts.schedule import Spanning


class CoverState(StrEnum):
    """What became of a cover. Until it is taken the shift is its holder's, whatever stands here."""

    OPEN = "open"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"  # its holder, or a coordinator for them, asks no longer
    LAPSED = "lapsed"  # the shift is over, or is not its holder's any more


@dataclass(frozen=True, slots=True)
class WantedCover(Spanning):
    """The holder's shift, or a part of it, in [starts_at, ends_at).

    `only` is the one person who is asked, if one was named. `ask_at` is when the next wave goes out, `warn_at` when
    coordinators are alarmed: None when nobody is to be asked, or warned, any more. `absence` is the id of the one that
    asked for it.
    """

    rotation: str
    holder: str
    starts_at: datetime
    ends_at: datetime
    absence: str | None = None
    only: str | None = None
    ask_at: datetime | None = None
    warn_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover that was asked for. `number` is what people call it, and is never used again. `asked` are the ids of
    those who were asked."""

    number: int
    wanted: WantedCover
    state: CoverState = CoverState.OPEN
    taker: str | None = None
    asked: frozenset[str] = frozenset()
    asked_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state is CoverState.OPEN
