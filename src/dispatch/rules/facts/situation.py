"""What a rule decides on, and the timings that a deployment sets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dispatch.rules.facts.alarms import Alarm, HeardAlarm, UnlistedPromises
from dispatch.rules.facts.callout import Assignment, CallOut, Details
from dispatch.rules.facts.pages import Page, SentText
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster


@dataclass(frozen=True, slots=True)
class Timings:
    """Spans that a deployment may set, in seconds. The target and the officer's patience are the service's promises."""

    target: int = 3600
    warn_before_target: int = 1200
    officer_waiting: int = 480
    en_route_reminder: int = 600
    repage_after_reminder: int = 300
    arrival_grace: int = 300
    arrival_repeat: int = 600
    on_scene_check: int = 4 * 3600
    home_check: int = 3600
    link_lifetime: int = 12 * 3600
    keep_details: int = 90 * 24 * 3600  # meeting places, names and texts are purged this long after the end
    clear_up: int = 180  # how long a text that may mean a release or an arrival may stay unclear
    danger_repeat: int = 120
    hotline_unlisted: int = 60  # how long a call that said nothing waits for a coordinator before it pages
    ask_after: int = 120  # how long the carrier may say nothing about a page before it is asked
    rest: int = 10 * 3600  # after a call-out at night; 0: nobody rests

    def span(self, name: str) -> timedelta:
        return timedelta(seconds=getattr(self, name))


@dataclass(frozen=True, slots=True)
class Paging:
    """Whether texts and calls go out. `since` is when it went wrong, None while all is well; `why` is half a sentence
    that ends before how long it has been so. `nobody`: no node can page; otherwise some still can. `silent`: no node is
    at work."""

    nobody: bool = False
    why: str = ""
    since: datetime | None = None
    silent: bool = False

    @property
    def until(self) -> str:
        """When what waits goes out."""
        return "the service is at work again" if self.silent else "the carrier takes it"


@dataclass(frozen=True, slots=True)
class Nearby:
    """Who is how far from the meeting place, in minutes by person: `ready` once they have got going, as whoever is
    asked at this moment, and `drive` without that; of whoever goes, by the hour in which they set out. Whoever is in
    neither is somewhere unknown.

    `away` have said that they are away now. `short` says that more call-outs wait than people are free. `broken`: a
    mistake of ours kept us from looking.
    """

    ready: Mapping[str, int] = field(default_factory=dict)
    drive: Mapping[str, int] = field(default_factory=dict)
    away: frozenset[str] = frozenset()
    short: bool = False
    broken: bool = False


UNKNOWN = Nearby()


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of the timeline that rules ask about. `kind` is a `NoteKind` as kept, `person` whom it is about, and
    `by_them` says that it rests on their own word."""

    kind: str
    at: datetime
    person: str | None = None
    by_them: bool = False


@dataclass(frozen=True, slots=True)
class Wrote:
    """A text of somebody who is on the call-out, whatever it was about. `understood`: we made something of it."""

    person: str
    at: datetime
    understood: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRows:
    """What is the call-out's own: read together, or of one that is not written yet nothing at all."""

    callout: CallOut
    details: Details
    alarms: tuple[Alarm, ...]
    calls: tuple[Page, ...]
    heard: tuple[HeardAlarm, ...]
    stand_downs: tuple[Page, ...]
    noted: tuple[Noted, ...]
    wrote: tuple[Wrote, ...]

    def each(self) -> dict[str, Any]:
        """By their names."""
        return {name: getattr(self, name) for name in OwnRows.__slots__}


def not_written_yet(callout: CallOut, details: Details) -> OwnRows:
    """Those of a new call-out, about which there is nothing to be read."""
    none = dict.fromkeys(("alarms", "calls", "heard", "stand_downs", "noted", "wrote"), ())
    return OwnRows(callout=callout, details=details, **none)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation(OwnRows):
    """What a rule decides on: one call-out with all that is its own, loaded whole whatever will be asked of it, the
    roster as it is now, and what the deployment has set.

    `contact_phone` is the number that officers and specialists are told to ring, if there is one; `our_numbers` are
    those that we call and text from, and `dials` says which we ring and text (`rules/delivery/dialling.py`). `alarms`
    are the open ones about the call-out, `calls` those to our people that are under way, and `heard` says who was told
    of which alarm. `stand_downs` are all the pages that told somebody that they are not needed, the oldest first;
    `noted` has the lines of the timeline that rules ask about, the oldest first, and `wrote` what people who are on it
    have texted within `looks_back`. `paging` says whether anybody can be paged, `resting` until when whoever was out at
    night rests (`rules/roster/rest.py`), and `away` who has said that they are away now.

    `texts` are ours to whoever writes, the one that the carrier took last first: whoever presses a key or opens a link
    answers what is before them. Two look beyond the call-out, and are None where nobody asks: `nearby` is who is how
    far from the meeting place, for a policy or a deadline that asks where people are; `unlisted_promises` are those to
    all callers whom nobody has listed, this one included, for the ring that they share.
    """

    roster: Roster
    timings: Timings
    contact_phone: str | None
    our_numbers: frozenset[str]
    dials: Callable[[str], bool]
    paging: Paging
    resting: Mapping[str, datetime]
    away: frozenset[str]
    texts: tuple[SentText, ...] = ()
    nearby: Nearby | None = None
    unlisted_promises: UnlistedPromises | None = None

    @property
    def taker(self) -> Person | None:
        """Whoever has the call-out; None also when they have left the roster."""
        primary = self.callout.primary
        return self.roster.person(primary.person) if primary else None

    @property
    def comes_first(self) -> tuple[Assignment | None, str]:
        """Whoever comes first, with their first name: "" for nobody, and for somebody who has left the roster."""
        first = self.callout.comes_first
        person = self.roster.person(first.person) if first is not None else None
        return first, person.first_name if person is not None else ""

    @property
    def dials_officer(self) -> bool:
        """Whether we ring and text the officer: they gave a number, and it is one that we dial."""
        phone = self.callout.officer_phone
        return bool(phone) and self.dials(phone)
