"""A coordinator does something about a call-out: first they see what it will send and to whom, then it is done.

The law: what is done is what was shown. A deed carries the digest of its preview; when anybody it would reach, or a
word of it, is different by now, nothing is done and the new preview is answered. The same digest again does nothing
more, so a button that is pressed twice, or by two, does its deed once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dispatch.actions.agency_view import agency_view
from dispatch.actions.apply import apply
from dispatch.actions.change_callout import no_such_callout
from dispatch.actions.desk import Desk
from dispatch.actions.open_callout import Arrived, Idempotency, Opened, finish, receive
from dispatch.rules import alarm_owners, coordinating
from dispatch.rules import callout as callout_rules
from dispatch.rules.decisions import Decision
from dispatch.rules.deeds import KINDS, CloseIt, Coordinator, CoordinatorDeed, DeedKind
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.callout import CallOut, Details
from dispatch.rules.facts.loaded import Loaded
from dispatch.rules.facts.outcome import Outcome
from dispatch.rules.facts.situation import Situation
from dispatch.rules.preview import Preview, preview, wish
from dispatch.store import alarms, audit, callout_records, callouts, deeds, outcomes
from dispatch.store.audit import Deed
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Done:
    """It is done, since `at`. `again`: it had been when this was asked, by whoever `by` names."""

    kind: DeedKind
    callout: str
    at: datetime
    by: str
    again: bool = False


def preview_deed(tx: Transaction, desk: Desk, name: str, deed: CoordinatorDeed, by: Actor) -> Preview:
    """What a deed would send now and to whom; changes nothing. `name` is the call-out's id, or its code.

    Raises `NoSuchCallOut`, and `DeedRefused` with a sentence for whoever would do it.
    """
    callout = callouts.look(tx, callout_records.id_of(tx, name))
    if callout is None:
        raise no_such_callout(name)
    who = coordinator(desk, tx, by)
    return _show(tx, desk, _situation(tx, desk, callout), deed, who)[0]


def do_deed(
    tx: Transaction,
    desk: Desk,
    name: str,
    deed: CoordinatorDeed,
    by: Actor,
    digest: str,
    source: Source = Source.API,
) -> Done | Preview:
    """Do it, if it is still what the preview with this `digest` showed; otherwise nothing is done and the new preview
    is returned. Writes the audit trail.

    Raises `NoSuchCallOut`, and `DeedRefused` with a sentence for whoever did it.
    """
    callout = callouts.lock(tx, callout_records.id_of(tx, name))
    if callout is None:
        raise no_such_callout(name)
    who, roster = coordinator(desk, tx, by), desk.roster(tx)
    before = deeds.find(tx, callout.id, digest)
    if before is not None:
        theirs = alarm_owners.name_of(alarm_owners.owner_called(str(before.by.id), roster), roster)
        return Done(DeedKind(before.kind), callout.id, before.at, theirs, again=True)
    shown, decided = _show(tx, desk, _situation(tx, desk, callout), deed, who)
    if shown.digest != digest:
        return shown
    deeds.keep(tx, callout.id, digest, wish(deed, who), shown.kind, by, desk.now)
    _carry_out(tx, desk, callout, deed, decided, by, source, shown.counted)
    _heard_from(tx, desk, who)
    return Done(shown.kind, callout.id, desk.now, who.name)


def do_unseen(
    tx: Transaction,
    desk: Desk,
    name: str,
    wanted: Sequence[CoordinatorDeed],
    by: Actor,
    source: Source = Source.API,
) -> dict[str, Any]:
    """Do one after the other without a preview, as a script and the command line ask for it; returns how the call-out
    stands then. `name` is its id, or its code. Writes the audit trail.

    Raises `NoSuchCallOut`, and `DeedRefused` with a sentence for whoever did it; nothing is done then.
    """
    who, id_ = coordinator(desk, tx, by), callout_records.id_of(tx, name)
    for deed in wanted:
        callout = callouts.lock(tx, id_)  # each time: the one before may have moved it
        if callout is None:
            raise no_such_callout(name)
        decided = _decide(tx, desk, _situation(tx, desk, callout), deed, who)
        _carry_out(tx, desk, callout, deed, decided, by, source)
    _heard_from(tx, desk, who)
    record = callout_records.find(tx, id_)
    assert record is not None, "it is locked"
    return agency_view(record, desk.roster(tx))


def coordinator(desk: Desk, tx: Transaction, by: Actor) -> Coordinator:
    """Who an actor is to the rules: the person of the roster whom a session or a key names, if there is one."""
    roster = desk.roster(tx)
    id_ = alarm_owners.owner_called(str(by.id), roster)
    return Coordinator(id_, alarm_owners.name_of(id_, roster), roster.person(id_))


def _situation(tx: Transaction, desk: Desk, callout: CallOut) -> Situation:
    """Which of its open alarms a deed repeats, and who is being rung for them, decides whom it rings."""
    return desk.with_calls(tx, desk.with_alarms(tx, desk.situation(tx, callout)))


@dataclass(frozen=True, slots=True)
class _Decided:
    """What a deed leads to, and what the caller had said before it."""

    decisions: list[Decision]
    said: Details


def _decide(tx: Transaction, desk: Desk, situation: Situation, deed: CoordinatorDeed, by: Coordinator) -> _Decided:
    record = callout_records.find(tx, situation.callout.id)
    assert record is not None, "it was found just now"
    return _Decided(coordinating.decide(situation, deed, by, record.details, desk.now), record.details)


def _show(
    tx: Transaction, desk: Desk, situation: Situation, deed: CoordinatorDeed, by: Coordinator
) -> tuple[Preview, _Decided]:
    callout = situation.callout
    decided = _decide(tx, desk, situation, deed, by)
    asked = wish(deed, by)
    shown = preview(
        situation,
        KINDS[type(deed)],
        asked,
        decided.decisions,
        by,
        desk.now,
        done_before=deeds.how_often(tx, callout.id, asked),
        others_open=callouts.several_open(tx),
    )
    return shown, decided


def _carry_out(
    tx: Transaction,
    desk: Desk,
    callout: CallOut,
    deed: CoordinatorDeed,
    decided: _Decided,
    by: Actor,
    source: Source,
    counted: str = "",
) -> None:
    """The one way in which a deed becomes rows, and a line of the audit; `counted` is what its preview came to."""
    outcome = deed.outcome if isinstance(deed, CloseIt) else None
    noted = _noted(tx, callout.id) if outcome is not None else None
    detail = coordinating.record(callout, deed, decided.said, noted)
    apply(tx, desk, callout, decided.decisions, by, source)
    did = Deed.NOTED_OUTCOME if coordinating.only_notes(callout, deed) else AUDITED[KINDS[type(deed)]]
    audit.write(tx, desk.now, by, source, did, callout.id, detail="; ".join(filter(None, (detail, counted))))


def _heard_from(tx: Transaction, desk: Desk, who: Coordinator) -> None:
    """Whoever does something is awake. Last, since it holds rows of call-outs that the deed is not about."""
    alarms.owner_acted(tx, who.id, desk.now)


def _noted(tx: Transaction, callout_id: str) -> Outcome | None:
    found = outcomes.find(tx, callout_id)
    return found.outcome if found else None


AUDITED: Mapping[DeedKind, Deed] = {
    DeedKind.PAGE_PERSON: Deed.PAGED_PERSON,
    DeedKind.NEXT_STEP: Deed.BEGAN_STEP,
    DeedKind.GO_MYSELF: Deed.WENT_MYSELF,
    DeedKind.ASSIGN: Deed.ASSIGNED,
    DeedKind.ADD_PARTNER: Deed.ADDED_PARTNER,
    DeedKind.SET_ETA: Deed.SET_ETA,
    DeedKind.CORRECT_STAMP: Deed.CORRECTED_STAMPS,
    DeedKind.CHANGE_DETAILS: Deed.CHANGED_DETAILS,
    DeedKind.TELL_SPECIALIST: Deed.WROTE_SPECIALIST,
    DeedKind.TELL_OFFICER: Deed.WROTE_OFFICER,
    DeedKind.CANCEL: Deed.CANCELLED,
    DeedKind.CLOSE: Deed.CLOSED,
    DeedKind.VERIFY: Deed.VERIFIED,
    DeedKind.JOIN_CALL: Deed.JOINED_CALL,
    DeedKind.OPEN_BY_HAND: Deed.OPENED_BY_HAND,
}


# ---- a call-out for an officer who rang ----------------------------------------------------------------------------

_UNDRAWN = "K0DE"
"""Stands in a preview where the code will be, which is drawn when the call-out opens."""


def preview_opening(tx: Transaction, desk: Desk, agency: str, details: Details, by: Actor) -> Preview:
    """What opening a call-out for an officer who rang would send. Raises `UnknownAgency`."""
    arrived = receive(tx, desk, agency, details, None)
    assert isinstance(arrived, Arrived), "without a key nothing has come before"
    return _show_opening(tx, desk, arrived, coordinator(desk, tx, by))


def open_by_hand(
    tx: Transaction,
    desk: Desk,
    agency: str,
    details: Details,
    key: str,
    by: Actor,
    digest: str,
    source: Source = Source.API,
) -> Opened | Preview:
    """Open it, if it is still what the preview with this `digest` showed. The same `key` and details again bring the
    same call-out: the page that holds the form draws one.

    Raises `UnknownAgency` and `KeyUsedForAnotherBody`.
    """
    said = repr(details).encode()
    arrived = receive(tx, desk, agency, details, Idempotency(f"by hand {by.id} {key}", said, sent=key))
    if isinstance(arrived, Opened):
        return arrived
    shown = _show_opening(tx, desk, arrived, coordinator(desk, tx, by))
    if shown.digest != digest:
        return shown
    opened = finish(tx, desk, arrived, by, source)
    told = f"for {agency}; {shown.counted}"
    audit.write(tx, desk.now, by, source, Deed.OPENED_BY_HAND, opened.record.id, detail=told)
    return opened


def _show_opening(tx: Transaction, desk: Desk, arrived: Arrived, by: Coordinator) -> Preview:
    callout = replace(arrived.callout, code=_UNDRAWN)
    situation = replace(desk.situation(tx, callout), alarms=Loaded(()), calls=Loaded(()))  # it is new
    decisions = callout_rules.open_callout(situation, arrived.details, desk.now, arrived.duplicate_of)
    others = callouts.any_open(tx)
    return preview(situation, DeedKind.OPEN_BY_HAND, repr(arrived.details), decisions, by, desk.now, others_open=others)
