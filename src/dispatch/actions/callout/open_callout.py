"""A call-out comes in. Once this is committed, its first page and its next deadline stand in the database."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from dispatch.actions.apply import Opening, plan_of, write
from dispatch.actions.context import Context
from dispatch.rules.callout import duplicates, telling
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.callout.response_clock import respond_by
from dispatch.rules.facts.actors import Actor, ActorKind, Source, Trust
from dispatch.rules.facts.callout import Alike, CallOut, Details, Status
from dispatch.rules.facts.code import candidates
from dispatch.rules.facts.roster import UNLISTED
from dispatch.rules.hotline.silence import silent_policy
from dispatch.store.callout import arrivals, records
from dispatch.store.callout.arrivals import Arrival, Likely, RequestKey, Seen
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.transaction import Transaction


class UnknownAgency(ValueError):
    """no agency of this code calls us"""


class KeyUsedForAnotherBody(ValueError):
    """this idempotency key has already come with another body"""


class KeyOfEndedCallOut(ValueError):
    """the call-out that this idempotency key opened is over; `over` names it and says how it ended"""

    def __init__(self, key: str, before: CallOutRecord) -> None:
        self.over = f"{before.code}, which is {before.status}"
        what_to_do = "send it with a new key to open another call-out"
        super().__init__(f"the key {key!r} opened {self.over}: nobody is paged; {what_to_do}")


@dataclass(frozen=True, slots=True)
class Opened:
    """`fresh` is False when the same request had come before and nothing new was opened."""

    record: CallOutRecord
    fresh: bool


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Only an explicit key makes two requests one; two incidents may well be described in the same words.

    `key` is as `kept_key` returns it; `sent` is the key as the caller knows it, where we keep it under another name. A
    `redelivery` is a webhook that comes again by itself: its sender asks for nothing new, whatever became of the first.
    """

    key: str
    body: bytes
    sent: str | None = None
    redelivery: bool = False

    @property
    def body_hash(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


_LONGEST_KEY = 200


def kept_key(said: str) -> str:
    """An idempotency key as it is kept: a long one as its SHA-256, since no key may be too long to open a call-out."""
    return said if len(said) <= _LONGEST_KEY else f"sha256:{hashlib.sha256(said.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A call-out that may be opened: nothing about it is written yet."""

    callout: CallOut
    details: Details
    duplicate_of: Alike | None
    request: RequestKey | None


def open_callout(
    tx: Transaction, context: Context, agency_code: str, details: Details, idempotency: Idempotency | None
) -> Opened:
    """Open a call-out. Raises `UnknownAgency`, `KeyUsedForAnotherBody` and `KeyOfEndedCallOut`, and then writes
    nothing."""
    arrived = receive(tx, context, agency_code, details, idempotency)
    if isinstance(arrived, Opened):
        return arrived
    return finish(tx, context, arrived, Actor(ActorKind.AGENCY, arrived.callout.agency), Source.API)


def open_by_phone(
    tx: Transaction,
    context: Context,
    agency_code: str,
    details: Details,
    trust: Trust,
    by: Actor,
    source: Source,
    *,
    sharing: int | None = None,
) -> Opened:
    """Open a call-out for somebody who phones; the code of `UNLISTED` stands for callers whom nobody has listed.
    `sharing` as in `CallOut`.

    The officer hears the code on the line, and reads it a minute later: by then they may have given another number.
    """
    arrived = receive(tx, context, agency_code, details, None, trust, sharing)
    assert isinstance(arrived, Arrived), "without a key nothing has come before"
    return finish(tx, context, arrived, by, source, introduced_after=_AFTER_THE_MENU)


_AFTER_THE_MENU = timedelta(seconds=60)


def receive(
    tx: Transaction,
    context: Context,
    agency_code: str,
    details: Details,
    idempotency: Idempotency | None,
    trust: Trust = Trust.VERIFIED,
    sharing: int | None = None,
) -> Arrived | Opened:
    """What has come in, with a code of its own; or what was opened, if the same request came before.

    Raises `UnknownAgency`, `KeyUsedForAnotherBody` and `KeyOfEndedCallOut`.
    """
    since, failed_since = context.now - duplicates.SAME_WITHIN, context.now - telling.FAILED_LATELY
    likely = Likely(details.officer_phone or None, details.unit, since, failed_since)
    code, arrival = _with_free_code(tx, context, agency_code, idempotency.key if idempotency else None, likely)
    roster = context.roster(tx, arrival.roster_version)
    agency = UNLISTED if agency_code == UNLISTED.code else roster.caller(agency_code)
    if agency is None:
        raise UnknownAgency(f"no agency {agency_code!r} calls us")
    if arrival.before is not None and idempotency is not None:
        return _opened_before(tx, arrival.before, idempotency)
    duplicate_of = duplicates.probable(arrival.alike)
    policy = roster.policy_of(agency, context.now)
    callout = CallOut(
        id=context.new_id(),
        code=code,
        agency=agency.code,
        status=Status.PAGING,
        received_at=context.now,
        respond_by=respond_by(context.now, context.timings),
        policy=silent_policy(policy) if sharing is not None else policy,
        officer_phone=details.officer_phone,
        declined=frozenset(),
        limited=(),
        passed_over=frozenset(),
        assignments=(),
        pages=(),
        nearer=(),
        out=arrival.out,
        same_as=duplicate_of.code if duplicate_of else None,
        trust=trust,
        takes_no_texts=arrival.takes_no_texts or None,
        sharing=sharing,
    )
    request = RequestKey(agency.code, idempotency.key, idempotency.body_hash) if idempotency else None
    return Arrived(callout, details, duplicate_of, request)


def _opened_before(tx: Transaction, before: Seen, again: Idempotency) -> Opened:
    """What the same request opened. Raises `KeyUsedForAnotherBody` and `KeyOfEndedCallOut`."""
    record = records.find(tx, before.callout)
    assert record is not None, "an idempotency key points at a call-out"
    sent = (again.sent or again.key)[:_LONGEST_KEY]
    # First, whatever the body: nothing can be added to what is over, and somebody may still wait for a specialist.
    if not record.status.is_open and not again.redelivery:
        raise KeyOfEndedCallOut(sent, record)
    if before.body_hash != again.body_hash:
        raise KeyUsedForAnotherBody(f"the key {sent!r} has already come with another body")
    return Opened(record, fresh=False)


def finish(
    tx: Transaction,
    context: Context,
    arrived: Arrived,
    by: Actor,
    source: Source,
    introduced_after: timedelta = callout_rules.BEHIND,
) -> Opened:
    """Open what has arrived, on the word of `by`; the officer's introductory text follows `introduced_after` that."""
    callout, details = arrived.callout, arrived.details
    situation = context.new_situation(tx, callout, details)
    decisions = callout_rules.open_callout(situation, details, context.now, arrived.duplicate_of, introduced_after)
    plan = plan_of(tx, context, situation, decisions, by.id)
    write(tx, context, plan, by, source, opening=Opening(details, arrived.request))
    return Opened(records.of_new(callout, details), fresh=True)


def _with_free_code(
    tx: Transaction, context: Context, agency: str, key: str | None, likely: Likely
) -> tuple[str, Arrival]:
    """A code that may be given out; or any code, if this same request came before."""
    for _ in range(8):
        codes = candidates(context.chance)
        arrival = arrivals.ask(tx, agency, key, codes, likely)
        if arrival.code is not None or arrival.before is not None:
            return arrival.code or codes[0], arrival
    raise RuntimeError("no free code: two million call-outs are open")
