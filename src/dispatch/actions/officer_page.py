"""The page behind an officer's link: how their call-out stands, and what its buttons ask of coordinators."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.rules import officer_page
from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.officer_page import Ask, Earlier, Shown
from dispatch.store import audit, callout_records, callouts, officer_links, timeline
from dispatch.store.audit import Deed
from dispatch.store.transaction import Transaction

_OFFICER = Actor(ActorKind.OFFICER)
_HOUR = timedelta(hours=1)


class OfficerLinkOver(LookupError):
    """this link shows nothing any more"""


@dataclass(frozen=True, slots=True)
class OfficerPage:
    """What an officer's page shows. `asked` is what was asked from it within the hour, the oldest first."""

    code: str
    is_open: bool
    shown: Shown
    received_at: datetime
    asked: tuple[Earlier, ...]

    @property
    def may_ask(self) -> bool:
        """Whether its buttons still ring somebody."""
        return self.is_open and len(self.asked) < officer_page.MOST_AN_HOUR


def open_page(tx: Transaction, desk: Desk, token: str, *, looks: bool = False) -> OfficerPage:
    """What the link shows. Changes nothing but the audit trail, and not even that with `looks`. Raises
    `OfficerLinkOver`."""
    callout_id = _opened(tx, desk, token)
    callout = callouts.look(tx, callout_id)
    assert callout is not None, "a link names a call-out"
    if not looks:
        audit.write(tx, desk.now, _OFFICER, Source.LINK, Deed.OPENED_LINK, callout_id, detail="the officer's page")
    shown = officer_page.shown(desk.situation(tx, callout))
    return OfficerPage(callout.code, callout.is_open, shown, callout.received_at, _asked(tx, desk, callout_id))


def ask(tx: Transaction, desk: Desk, token: str, wanted: Ask) -> None:
    """Coordinators are rung, unless they have just been, or too often. Raises `OfficerLinkOver`."""
    callout = callouts.lock(tx, _opened(tx, desk, token))
    assert callout is not None, "a link names a call-out"
    decisions = officer_page.press(desk.situation(tx, callout), wanted, _asked(tx, desk, callout.id), desk.now)
    if decisions:
        apply(tx, desk, callout, decisions, _OFFICER, Source.LINK)
        audit.write(tx, desk.now, _OFFICER, Source.LINK, Deed.ASKED, callout.id, detail=wanted.value)


def _asked(tx: Transaction, desk: Desk, callout_id: str) -> tuple[Earlier, ...]:
    told = timeline.told_since(tx, callout_id, NoteKind.OFFICER_ASKED, desk.now - _HOUR)
    return tuple(Earlier(asked, at) for at, note in told if (asked := officer_page.asked_by(note)) is not None)


def _opened(tx: Transaction, desk: Desk, token: str) -> str:
    """The id of the call-out that the link is about."""
    link = officer_links.find(tx, token)
    record = callout_records.find(tx, link.callout) if link is not None else None
    if link is None or record is None or not officer_page.opens(link.expires_at, record.ended_at, desk.now):
        raise OfficerLinkOver(OfficerLinkOver.__doc__)
    return link.callout
