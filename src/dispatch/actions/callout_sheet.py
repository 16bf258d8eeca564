"""One call-out as a coordinator's page shows it: its head, its pages, its stamps, its timeline, what happens next.

`open_sheet` is a person opening the page: it writes the audit trail. `read_sheet` is the same page drawn again while it
is open, and each part can be read by itself; these write nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.actions.change_callout import no_such_callout
from dispatch.actions.desk import Desk
from dispatch.actions.heading import Heading, heading
from dispatch.rules import alarm_owners, post
from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.audit_events import AuditEvent
from dispatch.rules.facts.callers import Trust
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Details
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Agency, Roster
from dispatch.rules.next_moves import NextMove, next_moves
from dispatch.rules.place_link import without_link
from dispatch.rules.response_clock import minutes_left
from dispatch.store import (
    assignments,
    audit,
    callout_records,
    callouts,
    coordinator_words,
    deadlines,
    outcomes,
    pages,
    stamp_changes,
    timeline,
)
from dispatch.store.assignments import AssignmentRecord
from dispatch.store.outcomes import NotedOutcome
from dispatch.store.pages import SentPage
from dispatch.store.stamp_changes import StampChange
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OnIt:
    """Somebody on the call-out, or who may come along. Without a `phone` they have left the roster."""

    person: str
    name: str
    phone: str | None
    role: AssignmentRole
    eta_at: datetime | None
    has_set_out: bool
    is_there: bool
    has_left: bool


@dataclass(frozen=True, slots=True)
class PageLine:
    """One message: to whom, how, how far it came. `failure` says in words why it reached nobody; `since` is when it
    came to be as it is, as far as we know. Words that stood behind a link are not in `text`."""

    name: str
    purpose: Purpose
    channel: Channel
    state: PageState
    turn: int
    text: str
    person: str | None
    due_at: datetime | None
    sent_at: datetime | None
    ended_at: datetime | None
    failure: str | None

    @property
    def since(self) -> datetime | None:
        return self.ended_at or self.sent_at


@dataclass(frozen=True, slots=True)
class Replaced:
    """A value that stood there before: None if the stamp was not set until then."""

    value: datetime | None
    at: datetime
    by: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class StampLine:
    """`stamp` is a `StampKind`, or one of the call-out's own: received_at, first_paged_at, acknowledged_at.

    `source` says in words how it reached us; `replaced` are the values that stood there before, the oldest first.
    """

    stamp: str
    at: datetime
    person: str | None
    name: str | None
    source: str | None
    replaced: tuple[Replaced, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A line of the timeline, with the name of whoever did it; None for the service itself."""

    at: datetime
    kind: str
    text: str
    person: str | None
    source: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """What a coordinator wrote: to a specialist by name, or to the officer."""

    at: datetime
    to: str
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class Head(Heading):
    """`minutes_left` until the target, rounded down, negative once it is lost; None when somebody has been there.

    `now` are the pages that are under way, `next` is what happens by itself, `tried` are those that reached nobody.
    `agency_numbers` are those that the agency has listed, each with whose it is: whoever verifies the caller rings one
    of them, and never the one that called.
    """

    ended_at: datetime | None
    minutes_left: int | None
    missed: bool
    trust: Trust
    agency_numbers: tuple[tuple[str, str], ...]
    holder: OnIt | None
    others: tuple[OnIt, ...]
    declined: tuple[str, ...]  # names
    passed_over: tuple[str, ...]
    now: tuple[PageLine, ...]
    next: tuple[NextMove, ...]
    tried: tuple[PageLine, ...]
    said: Details


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about a call-out. `callout` is what rules decide on; the rest is what people read."""

    callout: CallOut
    head: Head
    pages: tuple[PageLine, ...]
    stamps: tuple[StampLine, ...]
    timeline: tuple[StoryLine, ...]
    words: tuple[Words, ...]
    outcome: NotedOutcome | None


def open_sheet(tx: Transaction, desk: Desk, name: str, by: Actor, source: Source = Source.WEB) -> Sheet:
    """Everything about a call-out, for a person who opens its page; writes the audit trail. `name` is its id, or its
    code: of a code that no open one has, the last that had it. Raises `NoSuchCallOut`."""
    sheet = read_sheet(tx, desk, name)
    audit.write(tx, desk.now, by, source, AuditEvent.READ, sheet.head.id)
    return sheet


def read_sheet(tx: Transaction, desk: Desk, name: str) -> Sheet:
    """As `open_sheet`, for a page that is open already: changes nothing."""
    callout = _look(tx, name)
    sent = pages.of_callout(tx, callout.id)
    on_it = assignments.of_callout(tx, callout.id)
    return Sheet(
        callout,
        _head(tx, desk, callout, sent),
        _page_lines(desk.roster(tx), sent),
        _stamp_lines(desk.roster(tx), callout, on_it, stamp_changes.of_callout(tx, callout.id)),
        read_timeline(tx, desk, callout.id),
        _words(tx, desk, callout.id),
        outcomes.find(tx, callout.id),
    )


def must_exist(tx: Transaction, _desk: Desk, name: str) -> None:
    """Raises `NoSuchCallOut` where no call-out has this id, and none has or had this code."""
    if callout_records.find(tx, callout_records.newest_called(tx, name)) is None:
        raise no_such_callout(name)


def read_head(tx: Transaction, desk: Desk, name: str) -> Head:
    """Raises `NoSuchCallOut`."""
    callout = _look(tx, name)
    return _head(tx, desk, callout, pages.of_callout(tx, callout.id))


def read_pages(tx: Transaction, desk: Desk, callout_id: str) -> tuple[PageLine, ...]:
    """Every message of a call-out, in the order in which they were decided."""
    return _page_lines(desk.roster(tx), pages.of_callout(tx, callout_id))


def read_stamps(tx: Transaction, desk: Desk, name: str) -> tuple[StampLine, ...]:
    """The stamps of a call-out and of everybody on it, in order. Raises `NoSuchCallOut`."""
    callout = _look(tx, name)
    on_it = assignments.of_callout(tx, callout.id)
    return _stamp_lines(desk.roster(tx), callout, on_it, stamp_changes.of_callout(tx, callout.id))


def read_timeline(tx: Transaction, desk: Desk, callout_id: str) -> tuple[StoryLine, ...]:
    """The story of a call-out, the newest last."""
    roster = desk.roster(tx)
    return tuple(
        StoryLine(line.at, line.kind, line.text, line.person, line.source, _who(roster, line.by) if line.by else None)
        for line in timeline.of(tx, callout_id)
    )


def read_next_moves(tx: Transaction, desk: Desk, name: str) -> tuple[NextMove, ...]:
    """What happens to a call-out by itself, the nearest first. Raises `NoSuchCallOut`."""
    callout = _look(tx, name)
    return tuple(next_moves(desk.situation(tx, callout), deadlines.of_callout(tx, callout.id)))


# ---- pieces --------------------------------------------------------------------------------------------------------


def _look(tx: Transaction, name: str) -> CallOut:
    callout = callouts.look(tx, callout_records.newest_called(tx, name))
    if callout is None:
        raise no_such_callout(name)
    return callout


def _head(tx: Transaction, desk: Desk, callout: CallOut, sent: Sequence[SentPage]) -> Head:
    roster = desk.roster(tx)
    record = callout_records.find(tx, callout.id)
    assert record is not None, "it was found just now"
    people = [_on_it(roster, callout, assignment.person) for assignment in callout.assignments]
    holder = next((person for person in people if person.role.leads), None)
    asked = _page_lines(roster, [page for page in sent if page.purpose.asks])
    return Head(
        **heading(callout, roster),
        ended_at=record.ended_at,
        minutes_left=minutes_left(callout, desk.now),
        missed=callout.missed,
        trust=callout.trust,
        agency_numbers=_numbers(roster.agency(callout.agency), but=record.details.officer_phone),
        holder=holder,
        others=tuple(person for person in people if person is not holder),
        declined=tuple(sorted(roster.name_of(person_id) for person_id in callout.declined)),
        passed_over=tuple(sorted(roster.name_of(person_id) for person_id in callout.passed_over)),
        now=tuple(page for page in asked if callout.status.is_paging and page.state.is_under_way),
        next=tuple(next_moves(desk.situation(tx, callout), deadlines.of_callout(tx, callout.id))),
        tried=tuple(page for page in asked if page.state.has_failed),
        said=record.details,
    )


def _numbers(agency: Agency | None, but: str) -> tuple[tuple[str, str], ...]:
    if agency is None:
        return ()
    desks = [(station.name, station.phone) for station in agency.stations if station.phone is not None]
    found = [*((agency.code, number) for number in agency.listed_numbers), *desks]
    return tuple((name, number) for name, number in found if number != but)


def _on_it(roster: Roster, callout: CallOut, person_id: str) -> OnIt:
    person, mine = roster.person(person_id), callout.assignment_of(person_id)
    assert mine is not None, "it is one of the call-out's"
    return OnIt(
        person_id,
        roster.name_of(person_id),
        person.phone if person else None,
        mine.role,
        mine.eta_at,
        mine.has_set_out,
        mine.arrived_at is not None,
        mine.cleared_at is not None,
    )


def _page_lines(roster: Roster, sent: Sequence[SentPage]) -> tuple[PageLine, ...]:
    return tuple(
        PageLine(
            post.recipient(roster, page.person, page.purpose, page.to),
            page.purpose,
            page.channel,
            page.state,
            page.turn,
            without_link(page.text),  # a link opens the place, for its own person only
            page.person,
            page.due_at,
            page.tried_at,
            page.ended_at,
            page.failure,
        )
        for page in sent
    )


def _stamp_lines(
    roster: Roster, callout: CallOut, on_it: Sequence[AssignmentRecord], changes: Sequence[StampChange]
) -> tuple[StampLine, ...]:
    own = [("received_at", callout.received_at), ("first_paged_at", callout.first_paged_at)]
    lines = [StampLine(stamp, at, None, None, None) for stamp, at in own if at is not None]
    for record in on_it:
        if record.fact.role.is_offer:
            continue
        person, name = record.fact.person, roster.name_of(record.fact.person)
        for stamp in ("acknowledged_at", *StampKind):
            at: datetime | None = getattr(record.fact, stamp)
            if at is None:
                continue
            theirs = [change for change in changes if (change.person, change.stamp) == (person, stamp)]
            by_hand = next((change.by for change in reversed(theirs) if change.after == at), None)
            source = _source(roster, name, by_hand or record.sources.get(stamp))
            before = tuple(
                Replaced(change.before, change.at, _who(roster, change.by) or "", change.reason) for change in theirs
            )
            lines.append(StampLine(stamp, at, person, name, source, before))
    return tuple(sorted(lines, key=lambda line: line.at))


_HOW = {
    Source.SMS: "text",
    Source.VOICE: "phone",
    Source.LINK: "link",
    Source.API: "a coordinator",
    Source.WEB: "a coordinator",
    Source.CLOCK: "by itself",
}


def _source(roster: Roster, name: str, source: Source | Actor | None) -> str | None:
    """Such as "Ben Okafor, text"; "Cora" for a stamp that a coordinator set."""
    if source is None:
        return None
    if isinstance(source, Actor):
        return _called(roster, source.id or source.kind)
    how = _HOW.get(source, source.value)
    return f"{name}, {how}" if source in _THEIR_OWN else how


_THEIR_OWN = frozenset({Source.SMS, Source.VOICE, Source.LINK})


def _words(tx: Transaction, desk: Desk, callout_id: str) -> tuple[Words, ...]:
    roster = desk.roster(tx)
    return tuple(
        Words(
            said.at,
            roster.name_of(said.person) if said.person else "the officer",
            said.words,
            _who(roster, said.by) or "",
        )
        for said in coordinator_words.of_callout(tx, callout_id)
    )


def _who(roster: Roster, by: Actor) -> str | None:
    """Who did it, for people; None for the service and the carrier, which have no name."""
    return _called(roster, by.id) if by.id is not None else None


def _called(roster: Roster, id_: str) -> str:
    """A person's first name; the name in full of whatever else has an id: an agency, a key."""
    return alarm_owners.name_of(alarm_owners.owner_called(id_, roster), roster)
