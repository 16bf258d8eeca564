"""Calls that we place, and the bridge that joins whoever is on the phone with an officer."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts.actors import ActorKind, Trust
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.people import Language, Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation

# ---- the bridge ----------------------------------------------------------------------------------------------------


class Party(StrEnum):
    """As whom somebody is on the phone."""

    OFFICER = "officer"
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"


class LegState(StrEnum):
    """Where one call leg stands."""

    RINGS = "rings"  # an officer's, whom we ring
    WAITS = "waits"  # hears our loop until the officer presses their key
    JOINED = "joined"  # is in the conference, or goes there with its next exchange
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Leg:
    """One person's part of a bridge. `id` is that of its call: a page's, or a hotline call's.

    `person` is whose phone it is; None for the officer's. It has been in its `state` since `since`, and was last heard
    of at `seen_at`. `conference` is where it is joined.
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
        """Whether its call has been sent into the conference: whoever waits goes there with their next exchange."""
        return self.is_joined and self.seen_at >= self.since


@dataclass(frozen=True, slots=True)
class Bridge:
    """The call legs about one call-out, or about one hotline call, that are not over, the oldest first.

    `holding` says that the officer, or somebody who shows their number, is on the hotline now; `holder` is how far we
    trust that caller. `elsewhere`: nobody is, but the officer's number is there about something else. `language` is
    what the officer chose there, if they ever called. `called_again_from` are the numbers from which they called once
    it was open.
    """

    legs: tuple[Leg, ...] = ()
    holding: bool = False
    holder: Trust | None = None
    language: Language = Language.ENGLISH
    called_again_from: frozenset[str] = frozenset()
    elsewhere: bool = False

    def leg(self, id_: str) -> Leg | None:
        return next((leg for leg in self.legs if leg.id == id_), None)

    def without(self, id_: str) -> "Bridge":
        return replace(self, legs=tuple(leg for leg in self.legs if leg.id != id_))

    def in_conference(self, conference: str | None) -> list[Leg]:
        """The legs that are joined in this conference."""
        return [leg for leg in self.legs if leg.is_joined and leg.conference == conference]


NOBODY_ON_THE_PHONE = Bridge()


# ---- a call about a page -------------------------------------------------------------------------------------------


class PagedStage(StrEnum):
    """Where in a call somebody is, which says what the next key means. 0 calls a coordinator, but for a coordinator's
    own stages."""

    PAGE = "page"  # 1 take it, 2 decline, 9 repeat
    ETA = "eta"  # minutes, then the pound key
    MENU = "menu"  # 3 the meeting place, 4 the officer, 9 repeat
    REMINDER = "reminder"  # 1 on my way, 2 cannot go
    SURE = "sure"  # 1 keep it, 2 let it go: they wrote NO
    TEST = "test"  # any key
    NUMBER = "number"  # 1 it is me: a number of theirs is verified
    ALARM = "alarm"  # 1 I have it, 2 and the officer, 9 repeat
    CALLER = "caller"  # 1 page now, 2 the caller, 3 no call-out, 9 repeat: somebody has phoned the hotline
    DISMISS = "dismiss"  # 3 once more: no call-out
    JOIN = "join"  # 1 be joined
    JOINING = "joining"  # waits for the officer; any key ends it

    @property
    def pressed_by(self) -> ActorKind:
        """The role in which somebody presses a key here: a coordinator may be paged as a specialist as well."""
        asks_coordinators = {PagedStage.ALARM, PagedStage.CALLER, PagedStage.DISMISS}
        return ActorKind.COORDINATOR if self in asks_coordinators else ActorKind.SPECIALIST


@dataclass(frozen=True, slots=True)
class PagedCall:
    """Somebody has picked up `page`.

    `situation` is None when the page is about no call-out, or tells of an alarm that stands by itself; `person` when it
    is for nobody in the roster. `alarms` are the open ones about the same call-out; without one, the alarm that the
    page tells of, and `was` is that alarm once it is over. `waiting` counts what else waits for them: call-outs, or
    alarms that nobody has. `verifies` is whoever is to have this number, while it is to be verified. `place_open` is
    what is said of a meeting place that nobody has confirmed.
    """

    page: Page
    person: Person | None
    situation: Situation | None
    roster: Roster
    alarms: tuple[Alarm, ...]
    bridge: Bridge
    waiting: int = 0
    verifies: Person | None = None
    was: Alarm | None = None
    place_open: str = ""

    @property
    def alarm(self) -> Alarm | None:
        """The alarm that the page tells of, while it is open."""
        return next((alarm for alarm in self.alarms if alarm.id == self.page.alarm), None)

    @property
    def is_on_it(self) -> bool:
        """Whether this person has the call-out or comes as a partner."""
        if self.situation is None or self.person is None:
            return False
        return self.situation.callout.is_on_it(self.person.id)

    @property
    def has_ended(self) -> bool:
        """Whether the call-out that it is about is over."""
        return self.situation is not None and not self.situation.callout.is_open
