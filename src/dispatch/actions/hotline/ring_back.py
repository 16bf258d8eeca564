"""One of our own people has phoned the number that paged them: their phone rings, with what is open for them."""

from datetime import datetime
from typing import NamedTuple

from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.context import Context
from dispatch.rules.facts.actors import SERVICE, STRANGER, AuditEvent, Source
from dispatch.rules.facts.hotline import HotlineCall, RingsBack
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.hotline import arriving, ringing_back
from dispatch.store import nodes
from dispatch.store.access import audit
from dispatch.store.alarms import alarms
from dispatch.store.callout import involvements, own_rows
from dispatch.store.delivery import pages
from dispatch.store.delivery.pages import PageRecord
from dispatch.store.transaction import Transaction


class _Open(NamedTuple):
    """What called them last and is still open, and as what their phone rings now. `waits` is a call of it that has not
    left yet."""

    page: PageRecord
    purpose: Purpose
    code: str
    waits: str | None


def rings_back(tx: Transaction, context: Context, call: HotlineCall) -> RingsBack:
    """Whether and when whoever of ours has the number of this call is rung back."""
    return _rings(tx, context, call)[0]


def ring(tx: Transaction, context: Context, call: HotlineCall) -> RingsBack:
    """They are rung back now, if anything of theirs is open and they have not been within two minutes; returns what
    became of it."""
    rings, person, found = _rings(tx, context, call)
    if rings is not RingsBack.NOW or person is None or found is None:
        return rings
    next_at = context.now + ringing_back.AT_MOST_EVERY
    if not nodes.take_job_lock(tx, _job(person), context.now, next_at, at_once=True):
        return RingsBack.SOON  # another node was faster by a moment
    detail = f"{person.name}'s number; their phone rings"
    audit.write(tx, context.now, STRANGER, Source.VOICE, AuditEvent.CALLED_HOTLINE, found.page.callout, detail=detail)
    if found.waits is not None:
        pages.hurry(tx, found.waits, context.now)
        return rings
    message = ringing_back.ring(found.page.fact, found.purpose, found.code, person, context.now)
    own = own_rows.lock(tx, found.page.callout) if found.page.callout is not None else None
    if own is not None:
        apply(tx, context, own, [message], SERVICE, Source.VOICE)
    else:
        send_standalone(tx, context, message)
    return rings


def not_before(tx: Transaction, context: Context, call: HotlineCall) -> datetime:
    """When they may be rung back again."""
    person = arriving.shows_number_of(context.roster(tx), call.phone)
    kept = nodes.moment_of(tx, _job(person)) if person is not None else None
    return kept or context.now + ringing_back.AT_MOST_EVERY


def _job(person: Person) -> str:
    return f"ring back {person.id}"


def _rings(tx: Transaction, context: Context, call: HotlineCall) -> tuple[RingsBack, Person | None, _Open | None]:
    person = arriving.shows_number_of(context.roster(tx), call.phone)
    found = _called_last(tx, person, context.now) if person is not None else None
    if person is None or found is None:
        return RingsBack.NOT, person, found
    kept = nodes.moment_of(tx, _job(person))
    return ringing_back.rings_back(kept, call.called_at, context.now), person, found


def _called_last(tx: Transaction, person: Person, now: datetime) -> _Open | None:
    called = pages.called_lately(tx, person.id, now - ringing_back.CALLED_WITHIN)
    involved = {one.callout: one for one in involvements.of_person(tx, person.id, now)}
    alarmed = alarms.standing(tx, {page.fact.alarm for page in called if page.fact.alarm is not None})
    for page in called:
        about = involved.get(page.callout) if page.callout is not None else None
        alarm = alarms.find(tx, page.fact.alarm) if page.fact.alarm in alarmed else None
        purpose = ringing_back.rings_as(page.fact, about, alarm, now)
        if purpose is not None:
            same = (page.fact.purpose, page.callout, page.fact.alarm)
            waits = (
                one.fact.id
                for one in called
                if ringing_back.waits_to_ring(one.fact) and (one.fact.purpose, one.callout, one.fact.alarm) == same
            )
            return _Open(page, purpose, about.code if about is not None else "", next(waits, None))
    return None
