"""Reading a call-out. When a person reads one, the audit trail says who. An agency's program is not a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.actions.agency_view import agency_view
from dispatch.actions.change_callout import NoSuchCallOut
from dispatch.actions.desk import Desk
from dispatch.rules.facts import Actor, ActorKind, Person
from dispatch.store import assignments, audit, callout_records, links
from dispatch.store.audit import Deed
from dispatch.store.callout_records import CallOutRecord
from dispatch.store.transaction import Transaction


def agency_callout(tx: Transaction, desk: Desk, callout_id: str, agency: str) -> dict[str, Any]:
    """An agency's own call-out as it may see it. Raises `NoSuchCallOut`, also for one of another agency's."""
    return agency_view(_record(tx, callout_id, agency), desk.roster(tx))


def coordinator_callout(tx: Transaction, desk: Desk, callout_id: str, by: Actor) -> dict[str, Any]:
    """Any call-out, for a coordinator; writes the audit trail. Raises `NoSuchCallOut`."""
    record = _record(tx, callout_id, None)
    audit.write(tx, desk.now, by, Deed.READ, callout_id)
    return agency_view(record, desk.roster(tx))


def _record(tx: Transaction, callout_id: str, agency: str | None) -> CallOutRecord:
    record = callout_records.find(tx, callout_id)
    if record is None or (agency is not None and record.agency != agency):
        raise NoSuchCallOut(f"there is no call-out {callout_id}")
    return record


class LinkExpired(LookupError):
    """the link is unknown, has expired, or its call-out is over"""


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What a specialist's one-tap page shows: the place and the officer, never a child."""

    record: CallOutRecord
    agency_name: str
    person: Person
    expires_at: datetime


def open_link(tx: Transaction, desk: Desk, token: str) -> LinkPage:
    """What the link shows, while it is valid and its person is on the call-out. Changes nothing but the audit trail.

    Raises `LinkExpired`.
    """
    link = links.find(tx, token)
    if link is None or link.expires_at <= desk.now:
        raise LinkExpired("this link has expired")
    roster = desk.roster(tx)
    record = callout_records.find(tx, link.callout)
    person = roster.person(link.person)
    if record is None or person is None or not record.status.is_open:
        raise LinkExpired("this call-out is over")
    if not assignments.is_on_it(tx, link.callout, link.person):
        raise LinkExpired("you are no longer on this call-out")
    audit.write(tx, desk.now, Actor(ActorKind.SPECIALIST, person.id), Deed.OPENED_LINK, link.callout)
    return LinkPage(record, roster.agency_name(record.agency), person, link.expires_at)
