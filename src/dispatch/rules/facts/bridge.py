"""The bridge: people on the phone who want to be joined with an officer, and that officer."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts.callers import Trust
from dispatch.rules.facts.people import Language


class Party(StrEnum):
    """As whom somebody is on the phone."""

    OFFICER = "officer"
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"


class LegState(StrEnum):
    """Where one phone stands."""

    RINGS = "rings"  # an officer's, whom we ring
    WAITS = "waits"  # hears our loop until the officer has pressed their key
    JOINED = "joined"  # is in the conference, or goes there with its next turn
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Leg:
    """One phone of a bridge. `id` is that of its call: a page's, or a hotline call's.

    `person` is whose it is, unless it is the officer's. It is in its `state` `since` then, and was last heard of at
    `seen_at`. `conference` is where it is joined.
    """

    id: str
    party: Party
    state: LegState
    since: datetime
    seen_at: datetime
    person: str | None = None
    conference: str | None = None

    @property
    def is_joined(self) -> bool:
        return self.state is LegState.JOINED

    @property
    def has_gone_in(self) -> bool:
        """Whether its call has been sent into the conference: whoever waited goes there with their next turn."""
        return self.is_joined and self.seen_at >= self.since


@dataclass(frozen=True, slots=True)
class Bridge:
    """The phones about one call-out, or about one call on the hotline, that are not over, the oldest first.

    `holding` says that the officer is on the hotline now, or whoever shows their number: `holder` is what we know of
    them. `language` is what the officer chose there, if they ever called.
    """

    legs: tuple[Leg, ...] = ()
    holding: bool = False
    holder: Trust | None = None
    language: Language = Language.ENGLISH

    def leg(self, id_: str) -> Leg | None:
        return next((leg for leg in self.legs if leg.id == id_), None)

    def without(self, id_: str) -> "Bridge":
        return replace(self, legs=tuple(leg for leg in self.legs if leg.id != id_))

    def in_conference(self, conference: str | None) -> list[Leg]:
        """Whoever is joined in this one."""
        return [leg for leg in self.legs if leg.is_joined and leg.conference == conference]


NOBODY_ON_THE_PHONE = Bridge()
