"""Calendar feeds: made and revoked by coordinators, read by calendars.

A feed has shifts and nothing else: no place, no child, no call-out, no number.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import one_called
from dispatch.actions.schedule.read_schedule import NoSuchRotation
from dispatch.rules.access.calendar_link import NEVER, has_subject
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.local_clock import midnight
from dispatch.rules.roster.nights import tonight
from dispatch.rules.schedule.feed_shifts import FeedShift, feed_shifts
from dispatch.rules.schedule.spans_on_call import standing_rotations
from dispatch.store.access import audit, links
from dispatch.store.access.links import CalendarLink, NewLink
from dispatch.store.roster import roster as roster_store
from dispatch.store.schedule import feeds
from dispatch.store.schedule.feeds import KeptFeed
from dispatch.store.transaction import Transaction

_BACK = timedelta(weeks=4)
_AHEAD = timedelta(days=365)


class FeedIsOver(LookupError):
    """there is no such calendar feed, or it was revoked"""


class NoSuchFeed(LookupError):
    """no feed that works has this id"""


class OneOfTwo(ValueError):
    """a feed is of a person or of a rotation"""


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """Shown once: only the token's hash is kept."""

    token: str
    feed: KeptFeed
    whose: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a calendar shows. The same `etag` means the same shifts, and `version` only grows. `shifts` are None where
    the calendar has them already."""

    etag: str
    version: int
    made_on: datetime
    roster: Roster
    person: str | None
    rotation: str | None
    shifts: tuple[FeedShift, ...] | None


def make_feed(
    tx: Transaction, context: Context, by: Actor, source: Source, *, person: str = "", rotation: str = ""
) -> MadeFeed:
    """Of one of the two. Raises `OneOfTwo`, `NobodyOfThatName` and `NoSuchRotation`."""
    context.let_sleep()
    if bool(person) == bool(rotation):
        raise OneOfTwo("whose shifts? choose either a person or a rotation")
    roster = context.roster(tx)
    found = one_called(roster, person).id if person else None
    if rotation and not has_subject(roster, None, rotation):
        known = ", ".join(one.name for one in roster.rotations) or "none (import a roster first)"
        raise NoSuchRotation(f"there is no rotation {rotation!r}; there are: {known}")
    token = context.new_token()
    link = CalendarLink(person=found, rotation=rotation or None, expires_at=NEVER)
    links.make(tx, [NewLink(token, link, context.now)])
    feed = KeptFeed(feeds.feed_id(token), found, rotation or None, context.now)
    audit.write(tx, context.now, by, source, AuditEvent.MADE_FEED, detail=f"{feed.id}, of {found or rotation}")
    return MadeFeed(token, feed, whose(roster, feed))


def revoke_feed(tx: Transaction, context: Context, feed_id: str, by: Actor, source: Source) -> KeptFeed:
    """At once and for good. Raises `NoSuchFeed`."""
    context.let_sleep()
    feed = feeds.working_feed(tx, feed_id)
    if feed is None or not feeds.revoke_feed(tx, feed_id, context.now):
        raise NoSuchFeed(f"there is no calendar feed {feed_id!r} that works: see /schedule/feeds")
    audit.write(
        tx, context.now, by, source, AuditEvent.REVOKED_FEED, detail=f"{feed.id}, of {feed.person or feed.rotation}"
    )
    return feed


_MOST_OF_ONE = 2


def end_older(tx: Transaction, context: Context, person: str) -> None:
    """There is room for one more of this person's feeds."""
    theirs = [feed.id for feed in feeds.all_feeds(tx) if feed.person == person]
    for older in theirs[: len(theirs) - _MOST_OF_ONE + 1]:
        feeds.revoke_feed(tx, older, context.now)


def list_feeds(tx: Transaction, context: Context) -> tuple[Roster, list[tuple[KeptFeed, str]]]:
    """Those that work, each with whose it is, and the roster that says so."""
    roster = context.roster(tx)
    return roster, [(feed, whose(roster, feed)) for feed in feeds.all_feeds(tx)]


def whose(roster: Roster, feed: KeptFeed) -> str:
    return roster.name_of(feed.person) if feed.person is not None else f"rotation {feed.rotation}"


def read_feed(tx: Transaction, context: Context, token: str, known: Collection[str]) -> Feed:
    """The feed behind the token, for a calendar that knows the feeds of these ETags. Raises `FeedIsOver`."""
    link = links.find(tx, CalendarLink, token)
    version = roster_store.version(tx)
    roster = context.roster(tx, version)
    if link is None or not has_subject(roster, link.person, link.rotation):
        raise FeedIsOver(FeedIsOver.__doc__)
    today = tonight(context.now)
    etag = _etag(version, today, link)
    feed = Feed(etag, version, midnight(today), roster, link.person, link.rotation, None)
    if etag in known:
        return feed
    start, end = midnight(today - _BACK), midnight(today + _AHEAD)
    of = [one for one in standing_rotations(roster, start, end) if link.rotation in (None, one.name)]
    found = [shift for rotation in of for shift in feed_shifts(roster, rotation, start, end, link.person)]
    found.sort(key=lambda one: (one.starts_at, one.key))
    return replace(feed, shifts=tuple(found))


def _etag(version: int, today: date, link: CalendarLink) -> str:
    """What a feed is made from: the roster's version, the day that its weeks are counted from, and whose it is."""
    told = f"{version} {today.isoformat()} {link.person} {link.rotation}"
    return f'"{sha256(told.encode()).hexdigest()[:32]}"'
