"""Faults of the actions: a row that is not written, a condition that is not asked."""

from datetime import datetime, timedelta
from typing import Any

from dispatch.actions.access.agency_view import agency_view
from dispatch.actions.alarms import own_alarm
from dispatch.actions.alarms.own_alarm import AlarmHasOwner, OpenAlarm
from dispatch.actions.apply import _Writing
from dispatch.actions.callout import read_callout
from dispatch.actions.callout.change_callout import no_such_callout
from dispatch.actions.callout.coordinator_view import whole_view
from dispatch.actions.callout.detail import read_detail
from dispatch.actions.callout.open_callout import Idempotency
from dispatch.actions.context import Context
from dispatch.actions.delivery import send_pages
from dispatch.actions.delivery.send_pages import Claimed
from dispatch.actions.replies import record_reply
from dispatch.rules.access.place_link import Ended, why_ended
from dispatch.rules.decisions import DeadlineKind, SetDeadline
from dispatch.rules.delivery.sending import Accepted
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.people import Person
from dispatch.rules.reader.intent import Intent
from dispatch.store.alarms import alarms
from dispatch.store.callout import records
from dispatch.store.delivery import pages
from dispatch.store.replies import inbound_texts
from dispatch.store.transaction import Transaction
from tests.planted.fault import original, replaces

_body_hash = vars(Idempotency)["body_hash"].fget


@replaces(_Writing._move, "stories/test_escalating.py::test_whoever_has_it_can_let_go")
def a_call_out_that_is_handed_back_stays_taken(self: _Writing, status: Status) -> None:
    """Somebody hands a call-out back, and its agency still reads that it was taken, and when."""
    original(_Writing._move)(self, status)
    if status.is_paging:
        self.changes.pop("acknowledged_at", None)


@replaces(_Writing._drop_deadlines, "stories/test_answering.py::test_a_late_answer_comes_as_a_partner")
def one_who_is_heard_from_quiets_all(self: _Writing, kinds: frozenset[DeadlineKind], person: str | None) -> None:
    """One of two specialists says that they are home, and nobody asks any more whether the other is."""
    original(_Writing._drop_deadlines)(self, kinds, None)


@replaces(_Writing._set_deadline, "stories/test_response_clock.py::test_a_new_eta_is_asked_about_in_its_own_time")
def a_deadline_stands_beside_the_one_before(self: _Writing, deadline: SetDeadline) -> None:
    """A new ETA is later, and the specialist is asked at the old one all the same why they are not there."""
    self.deadlines[deadline.kind, deadline.person] = deadline


@replaces(
    send_pages._record_accepted,
    "stories/test_carrier_trouble.py::test_a_phone_that_is_just_being_rung_does_not_ring_on",
)
def a_phone_rings_for_what_is_taken(tx: Transaction, context: Context, claimed: Claimed, accepted: Accepted) -> None:
    """Somebody takes a call-out while a call is being placed, and a second specialist is woken for nothing."""
    page = pages.lock(tx, claimed.page.fact.id)
    if page is not None:
        send_pages._accepted(tx, context, page, accepted.carrier_id, accepted.status)
        context.let_sleep()


@replaces(own_alarm.own, "stories/test_alarms.py::test_by_api")
def two_have_one_alarm(
    tx: Transaction, context: Context, alarm_id: str, by: Actor, source: Source = Source.API
) -> OpenAlarm:
    """A second coordinator's script takes an alarm that somebody has, and hears that it worked: two act, or nobody."""
    try:
        return original(own_alarm.own)(tx, context, alarm_id, by, source)
    except AlarmHasOwner:
        alarm = alarms.find(tx, alarm_id)
        assert alarm is not None, "somebody has it"
        return own_alarm._view(alarm, context.roster(tx))


@replaces(why_ended, "inbound/web/test_link_view.py")
def a_link_never_ends(
    expires_at: datetime, status: Status | None, person: Person | None, now: datetime, *, on_it: bool
) -> Ended | None:
    """Whoever finds a specialist's old phone reads where the child is, as long as the call-out is open."""
    return original(why_ended)(now + timedelta(days=1), status, person, now, on_it=on_it)


@replaces(_body_hash, "inbound/api/test_calling.py")
def one_key_is_one_call_out(self: Idempotency) -> str:
    """An agency's system uses a key again for another child, is told of the first, and nobody is ever paged."""
    return ""


@replaces(read_callout.agency_callout, "inbound/api/test_listing.py")
def an_agency_sees_others(tx: Transaction, context: Context, name: str, agency: str) -> dict[str, Any]:
    """An agency that guesses a code reads who comes to another agency's child, and when."""
    record = records.find(tx, records.id_of(tx, name))
    if record is None:
        raise no_such_callout(name)
    return agency_view(record, context.roster(tx), None)


@replaces(read_callout.coordinator_callout, "inbound/api/test_changing.py")
def a_look_leaves_no_trace(tx: Transaction, context: Context, name: str, by: Actor) -> dict[str, Any]:
    """A coordinator reads about a child, and the audit does not say so."""
    return whole_view(read_detail(tx, context, records.id_of(tx, name)))


@replaces(record_reply._heard, "stories/test_words.py::test_the_same_unclear_words_about_another_call_out")
def the_same_words_from_anybody_were_heard(
    tx: Transaction, sender: str, reply: Intent, about: str | None, since: datetime
) -> bool:
    """A specialist writes once more, an hour later, and nobody reads it: it was said before."""
    return inbound_texts.heard_from(tx, sender, since - timedelta(days=90), reply.as_written, about=about) > 0
