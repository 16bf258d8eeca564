"""Reading a call-out. When a person reads one, the audit trail says who. An agency's program is not a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dispatch.actions.access.agency_view import agency_view, first_to_come, view_of
from dispatch.actions.callout.change_callout import no_such_callout
from dispatch.actions.callout.coordinator_view import whole_view
from dispatch.actions.callout.detail import Detail, open_detail
from dispatch.actions.context import Context
from dispatch.rules.access.place_link import Ended, shows_callers, why_ended
from dispatch.rules.alarms import promises
from dispatch.rules.callout import stay_away
from dispatch.rules.facts.actors import Actor, ActorKind, AuditEvent, Source
from dispatch.rules.facts.callout import Assignment, CallOut
from dispatch.rules.facts.people import Language, Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.nearer import asked_sentence
from dispatch.rules.nearer.starting import StartShown, start_shown
from dispatch.rules.replies.specialist_view import Offered, offered
from dispatch.rules.wording import texts
from dispatch.rules.wording.languages import in_language
from dispatch.rules.wording.names import counted_text
from dispatch.store.access import audit, links
from dispatch.store.access.links import SpecialistLink
from dispatch.store.callout import deadlines, own_rows, records, timeline
from dispatch.store.callout.records import CallOutFilter, CallOutRecord, SearchedWords
from dispatch.store.callout.timeline import TimelineEntry
from dispatch.store.commands import coordinator_words
from dispatch.store.commands.coordinator_words import CoordinatorWords
from dispatch.store.hotline import silent_calls
from dispatch.store.replies import inbound_texts
from dispatch.store.replies.inbound_texts import Written
from dispatch.store.transaction import Transaction


def agency_callout(tx: Transaction, context: Context, name: str, agency: str) -> dict[str, Any]:
    """An agency's own call-out as it may see it, by its id or its code.

    Raises `NoSuchCallOut`, also for another agency's.
    """
    record = records.find(tx, records.id_of(tx, name))
    if record is None or record.agency != agency:
        raise no_such_callout(name)
    return view_of(tx, record, context.roster(tx))


def coordinator_callout(tx: Transaction, context: Context, name: str, by: Actor) -> dict[str, Any]:
    """Any call-out, for a coordinator, by its id or its code; writes the audit trail. Raises `NoSuchCallOut`."""
    return whole_view(open_detail(tx, context, records.id_of(tx, name), by, Source.API))


def tell_story(
    tx: Transaction, context: Context, name: str, by: Actor, source: Source
) -> tuple[Detail, list[TimelineEntry]]:
    """A call-out with its timeline, by its id or its code; a code that no open call-out has leads to the last one that
    had it. Writes the audit trail. Raises `NoSuchCallOut`."""
    detail = open_detail(tx, context, records.newest_called(tx, name), by, source)
    return detail, timeline.entries(tx, detail.record.id)


# ---- lists ---------------------------------------------------------------------------------------------------------


class NoSuchStart(LookupError):
    """the list cannot go on there: no call-out has the id that `before` names"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the list of call-outs. `following` is the id after which the next part begins; `open` are the open
    ones, where they were asked for separately, and `more_open` says how many more there are; `first` says who comes
    first to which."""

    found: list[CallOutRecord]
    following: str | None
    roster: Roster
    open: list[CallOutRecord] = field(default_factory=list)
    more_open: int = 0
    first: Mapping[str, Assignment] = field(default_factory=dict)

    def shown(self, view: Callable[[CallOutRecord, Roster, Assignment | None], dict[str, Any]]) -> dict[str, Any]:
        """JSON-ready, each call-out as `view` makes it."""
        found = [view(record, self.roster, self.first.get(record.id)) for record in self.found]
        return {"callouts": found, "next": self.following}


def list_for_agency(tx: Transaction, context: Context, agency: str, wanted: CallOutFilter) -> dict[str, Any]:
    """An agency's own call-outs, the newest first. Raises `NoSuchStart`."""
    return _listed(tx, context, replace(wanted, agency=agency)).shown(agency_view)


def list_for_coordinator(
    tx: Transaction, context: Context, wanted: CallOutFilter, by: Actor, source: Source = Source.API
) -> Listed:
    """Everybody's call-outs, the newest first; writes the audit trail. Raises `NoSuchStart`."""
    listed = _listed(tx, context, wanted)
    _audit(tx, context, by, source, len(listed.found))
    return listed


def list_for_person(tx: Transaction, context: Context, wanted: CallOutFilter, by: Actor, words: str = "") -> Listed:
    """As `list_for_coordinator`, for a person in a browser, who may search for `words`: a code, a unit, an agency's
    reference or the name of whoever went. Without a status, the open ones come first, in the first part only."""
    roster = context.roster(tx)
    if words:
        called = tuple(one.id for one in roster.people if words.casefold() in one.name.casefold())
        wanted = replace(wanted, search=SearchedWords(words, called))
    listed = replace(_listed(tx, context, wanted), roster=roster)
    if wanted.status is None and not wanted.only_open:
        going_on, more = _open(tx, wanted) if wanted.before is None else ([], 0)
        over = [one for one in listed.found if not one.status.is_open]
        listed = replace(listed, found=over, open=going_on, more_open=more)
    _audit(tx, context, by, Source.WEB, len(listed.open) + len(listed.found))
    return listed


_MOST_OPEN = 200


def _open(tx: Transaction, wanted: CallOutFilter) -> tuple[list[CallOutRecord], int]:
    """The newest that are open, and how many more there are."""
    wanted = replace(wanted, only_open=True, most=_MOST_OPEN)
    found = records.listed(tx, wanted)
    return found[:_MOST_OPEN], records.count(tx, wanted) - _MOST_OPEN if len(found) > _MOST_OPEN else 0


def _audit(tx: Transaction, context: Context, by: Actor, source: Source, count: int) -> None:
    audit.write(tx, context.now, by, source, AuditEvent.LISTED, detail=counted_text(count, "call-out"))


def _listed(tx: Transaction, context: Context, wanted: CallOutFilter) -> Listed:
    if wanted.before is not None:
        last = records.find(tx, wanted.before)
        if last is None or (wanted.agency is not None and last.agency != wanted.agency):
            raise NoSuchStart("before: is the id of no call-out; give the `next` of the page before, or leave it out")
    found = records.listed(tx, wanted)
    page = found[: wanted.most]
    roster = context.roster(tx) if page else Roster()  # programs ask all night whether anything is open
    following = page[-1].id if len(found) > len(page) else None
    return Listed(page, following, roster, first=first_to_come(tx, page))


# ---- links ---------------------------------------------------------------------------------------------------------


class LinkExpired(LookupError):
    """the link is unknown, has expired, or its call-out is over; `why` says which, and `has_it` is the first name of
    whoever has the call-out now, for somebody who no longer has"""

    def __init__(self, why: Ended, has_it: str | None = None) -> None:
        super().__init__(why)
        self.why, self.has_it = why, has_it if why is Ended.NOT_THEIRS else None


def name_of(roster: Roster, person_id: str | None) -> str | None:
    """A person's first name, as the roster has it; None for nobody."""
    return roster.first_name_of(person_id) if person_id is not None else None


@dataclass(frozen=True, slots=True)
class SilentCaller:
    """Somebody who called the hotline and said nothing; each number stands once, without one each call."""

    phone: str | None
    called_at: datetime


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a specialist's link view shows: the meeting place, if somebody has confirmed it, the officer and what the
    officer `wrote`; of a child no more than the caller was asked. `callers` are those who said nothing and share it.
    `mine` is their own assignment with its stamps, `may` what they may press; `told` is what coordinators wrote to this
    specialist. `same_as` is the code of another open call-out that is probably about the same, `asked_along` the
    sentence that says who else was asked; `start` is where they start from, if the roster has areas. `place_open` is
    what is said of a meeting place that nobody has confirmed, `goes_along` who leads, where they do not, and
    `officer_cries` that they must stay away."""

    record: CallOutRecord
    agency_name: str
    person: Person
    expires_at: datetime
    mine: Assignment
    may: Offered
    same_as: str | None = None
    wrote: tuple[Written, ...] = ()
    told: tuple[CoordinatorWords, ...] = ()
    callers: tuple[SilentCaller, ...] = ()
    asked_along: str = ""
    start: StartShown | None = None
    place_open: str = ""
    goes_along: str = ""
    officer_cries: bool = False


@dataclass(frozen=True, slots=True)
class PagedView:
    """What whoever was paged for callers who said nothing sees behind the link of that page, before anybody goes."""

    code: str
    callers: tuple[SilentCaller, ...]
    person: Person
    expires_at: datetime


def open_page_link(tx: Transaction, context: Context, token: str, *, looks: bool = False) -> PagedView | None:
    """The numbers behind a page about callers who said nothing; None for any other link, which `open_link` opens.
    Changes nothing but the audit trail, and not even that with `looks`."""
    link = links.find(tx, SpecialistLink, token)
    record = records.find(tx, link.callout) if link is not None else None
    person = context.roster(tx).person(link.person) if link is not None else None
    if link is None or record is None or person is None:
        return None
    callers = _silent_callers(tx, record.id)
    if not callers or not shows_callers(link.expires_at, record.status, person, context.now):
        return None
    if not looks:
        _audit_opening(tx, context, person, record.id)
    return PagedView(record.code, callers, person, link.expires_at)


def _place_open(tx: Transaction, callout: str, language: Language) -> str:
    return in_language(promises.said_of_place(deadlines.of_callout(tx, callout)), language)


def _goes_along(callout: CallOut, roster: Roster, mine: Assignment, language: Language) -> str:
    if mine.role.leads or callout.primary is None:
        return ""
    leader = roster.person(callout.primary.person)
    return in_language(texts.you_go_along(leader.first_name if leader is not None else ""), language)


def _silent_callers(tx: Transaction, callout: str) -> tuple[SilentCaller, ...]:
    calls = silent_calls.sharing(tx, callout)
    newest = {call.phone or call.id: SilentCaller(call.phone, call.called_at) for call in calls}
    return tuple(newest.values())


def _audit_opening(tx: Transaction, context: Context, person: Person, callout: str) -> None:
    by = Actor(ActorKind.SPECIALIST, person.id)
    audit.write(tx, context.now, by, Source.LINK, AuditEvent.OPENED_LINK, callout)


def open_link(tx: Transaction, context: Context, token: str, *, looks: bool = False) -> LinkView:
    """What the link shows, while it is valid and its person is on the call-out. Changes nothing but the audit trail,
    and not even that with `looks`.

    Raises `LinkExpired`.
    """
    link = links.find(tx, SpecialistLink, token)
    if link is None:
        raise LinkExpired(Ended.EXPIRED)
    roster = context.roster(tx)
    record, person = records.find(tx, link.callout), roster.person(link.person)
    own = own_rows.look(tx, link.callout)
    callout = own.callout if own is not None else None
    mine = callout.assignment_of(link.person) if callout is not None else None
    on_it = mine is not None and mine.is_on_it
    ended = why_ended(link.expires_at, record.status if record else None, person, context.now, on_it=on_it)
    if ended is not None:
        raise LinkExpired(ended, name_of(roster, record.specialist if record else None))
    assert mine is not None, "whoever is on it has a part in it"
    assert record is not None, "a link that opens leads to its call-out"
    assert callout is not None, "which has a record"
    assert person is not None, "and to its person"
    if not looks:
        _audit_opening(tx, context, person, link.callout)
    unread = record.trust.is_unverified  # a coordinator reads it first
    wrote = () if unread else inbound_texts.from_officer(tx, link.callout, record.details.officer_phone)
    told = coordinator_words.to_person(tx, link.callout, link.person)
    agency = roster.agency_name(record.agency)
    may = offered(mine)
    record = replace(record, details=record.details.for_a_specialist)
    return LinkView(
        *(record, agency, person, link.expires_at, mine, may, callout.same_as, tuple(wrote), tuple(told)),
        callers=_silent_callers(tx, link.callout),
        asked_along=asked_sentence.shown(callout, roster),
        start=start_shown(roster, person, context.now) if roster.areas else None,
        goes_along=_goes_along(callout, roster, mine, person.texts_in),
        place_open=_place_open(tx, link.callout, person.texts_in) if record.details.place_unconfirmed else "",
        officer_cries=own is not None and stay_away.officer_cries(own.alarms),
    )
