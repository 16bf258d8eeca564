"""The view behind an officer's link: how their call-out stands, and what its buttons ask of coordinators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.actions.apply import apply
from dispatch.actions.context import Context
from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.actors import Actor, ActorKind, AuditEvent, Source
from dispatch.rules.replies import officer_view
from dispatch.rules.replies.officer_view import Ask, Earlier, OfficerShown
from dispatch.store.access import audit, links
from dispatch.store.access.links import OfficerLink
from dispatch.store.callout import deadlines, records, timeline
from dispatch.store.transaction import Transaction

_OFFICER = Actor(ActorKind.OFFICER)
_HOUR = timedelta(hours=1)


class OfficerLinkOver(LookupError):
    """this link shows nothing any more"""


@dataclass(frozen=True, slots=True)
class OfficerView:
    """What an officer's view shows. `asked` is what was asked from it within the hour, the oldest first; `promised` is
    what they are told while a coordinator is to ring them, `brings` what each button says that it brings."""

    code: str
    is_open: bool
    shown: OfficerShown
    received_at: datetime
    asked: tuple[Earlier, ...]
    promised: str | None
    brings: Mapping[Ask, str]

    @property
    def may_ask(self) -> bool:
        """Whether its buttons still ring somebody."""
        return self.is_open and len(self.asked) < officer_view.MOST_AN_HOUR


def open_view(tx: Transaction, context: Context, token: str, *, looks: bool = False) -> OfficerView:
    """What the link shows. Changes nothing but the audit trail, and not even that with `looks`. Raises
    `OfficerLinkOver`."""
    callout_id = _opened(tx, context, token)
    situation = context.look(tx, callout_id)
    assert situation is not None, "a link names a call-out"
    callout = situation.callout
    if not looks:
        audit.write(
            tx, context.now, _OFFICER, Source.LINK, AuditEvent.OPENED_LINK, callout_id, detail="the officer's page"
        )
    shown, brings = officer_view.shown(situation, context.now), officer_view.brings(situation)
    promised = officer_view.promised(deadlines.of_callout(tx, callout_id))
    asked = _asked(tx, context, callout_id)
    return OfficerView(callout.code, callout.is_open, shown, callout.received_at, asked, promised, brings)


def ask(tx: Transaction, context: Context, token: str, wanted: Ask) -> None:
    """Coordinators are rung, unless they were rung just now or too often. Raises `OfficerLinkOver`."""
    situation = context.lock(tx, _opened(tx, context, token))
    assert situation is not None, "a link names a call-out"
    callout = situation.callout
    decisions = officer_view.press(situation, wanted, _asked(tx, context, callout.id), context.now)
    if decisions:
        apply(tx, context, situation, decisions, _OFFICER, Source.LINK)
        audit.write(tx, context.now, _OFFICER, Source.LINK, AuditEvent.ASKED, callout.id, detail=wanted.value)


def _asked(tx: Transaction, context: Context, callout_id: str) -> tuple[Earlier, ...]:
    told = timeline.told_since(tx, callout_id, NoteKind.OFFICER_ASKED, context.now - _HOUR)
    return tuple(Earlier(asked, at) for at, note in told if (asked := officer_view.asked_by(note)) is not None)


def _opened(tx: Transaction, context: Context, token: str) -> str:
    """The id of the call-out that the link is about."""
    link = links.find(tx, OfficerLink, token)
    record = records.find(tx, link.callout) if link is not None else None
    if link is None or record is None or not officer_view.opens(link.expires_at, record.ended_at, context.now):
        raise OfficerLinkOver(OfficerLinkOver.__doc__)
    return link.callout
