"""What a coordinator sees of a call-out: what its agency sees, whom to ring, and what has been tried."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.actions.access.agency_view import CallOutStatus, agency_view, projected
from dispatch.actions.callout.detail import Detail
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.callout import Assignment
from dispatch.rules.facts.pages import Page, PageState
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Roster
from dispatch.rules.nearer import could_come
from dispatch.store.callout.records import CallOutRecord


@dataclass(frozen=True, slots=True)
class OfficerSeen:
    name: str | None
    badge: str | None
    callback_phone: str


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """Where to meet. `unconfirmed`: a caller whom nobody has verified said so, and no specialist is told yet."""

    address: str | None
    lat: float | None
    lon: float | None
    note: str | None
    unconfirmed: bool


@dataclass(frozen=True, slots=True)
class CoordinatorsStatus(CallOutStatus):
    """How a call-out stands for a coordinator, and whom to ring. `probable_duplicate_of` is the code of another.

    `trust` is what we know of the caller; `unverified` says that it is not enough to send anybody to their word.
    """

    agency: str
    unit: str | None
    officer: OfficerSeen
    trust: Trust
    unverified: bool
    meeting_place: PlaceSeen
    missed: bool
    probable_duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class Paged:
    """One text or call that asked somebody to take the call-out. `sent_at` is when the sending of it last began."""

    person: str | None
    name: str | None
    phone: str
    channel: Channel
    turn: int  # as scripts of coordinators know it
    state: PageState
    failure: str | None
    due_at: datetime | None
    sent_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """Somebody who could come, and on whom nobody counts. `limited`: only if nobody else does; then each round asks
    them again. `minutes` is how long they said they need."""

    person: str
    name: str
    limited: bool
    minutes: int | None


@dataclass(frozen=True, slots=True)
class CoordinatorsCallOut(CoordinatorsStatus):
    """With everybody who was paged, in that order, and how it went; and with whoever could come, the soonest first."""

    paged: list[Paged]
    offers: list[OfferSeen]


def coordinator_view(record: CallOutRecord, roster: Roster, first: Assignment | None) -> dict[str, Any]:
    """A `CoordinatorsStatus`, JSON-ready; `first` is whoever comes first."""
    said = record.details
    place = {name: getattr(said, f"place_{name}") for name in ("address", "lat", "lon", "note")}
    return projected(
        CoordinatorsStatus,
        record,
        **agency_view(record, roster, first),
        unit=said.unit,
        officer={"name": said.officer_name, "badge": said.officer_badge, "callback_phone": said.officer_phone},
        unverified=record.trust.is_unverified,
        meeting_place=place | {"unconfirmed": bool(said.place_unconfirmed)},
    )


def whole_view(detail: Detail) -> dict[str, Any]:
    """A `CoordinatorsCallOut`, JSON-ready: the probable duplicate may have come in later."""
    record, roster = detail.record, detail.roster
    offers = could_come.offers(detail.callout) if record.status.is_open else ()
    return {
        **coordinator_view(record, roster, detail.callout.comes_first if record.status.is_open else None),
        "probable_duplicate_of": record.probable_duplicate_of or detail.callout.same_as,
        "paged": [_paged(page, roster) for _, page in detail.asked],
        "offers": [projected(OfferSeen, one, name=roster.name_of(one.person)) for one in offers],
    }


def _paged(page: Page, roster: Roster) -> dict[str, Any]:
    person = roster.person(page.person) if page.person else None
    name = person.name if person else None
    return projected(Paged, page, name=name, phone=page.to, turn=page.step, sent_at=page.tried_at)
