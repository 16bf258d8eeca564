"""The only writer of what was decided about a call-out: each row in the transaction it was worked out in."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from dispatch.actions import bridge
from dispatch.actions.access.agency_view import view_of
from dispatch.actions.access.alarm_links import with_alarm_link
from dispatch.actions.access.audit_said import said_in
from dispatch.actions.context import Context
from dispatch.actions.roster.measure_drive import measure_drive
from dispatch.rules.access import place_link
from dispatch.rules.alarms import promises
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.callout import telling
from dispatch.rules.callout.plan import Known, Plan, work_out
from dispatch.rules.callout.response_clock import is_late
from dispatch.rules.callout.stamps import first_arrival, in_order
from dispatch.rules.decisions import (
    KEEP_EARLIEST,
    AgencyEvent,
    AlarmCoordinators,
    AssignSpecialist,
    Changes,
    DeadlineKind,
    Decision,
    DropDeadlines,
    EndAsks,
    FulfilPromise,
    HurryPage,
    KeepOutcome,
    MarkDeclined,
    MoveTo,
    Note,
    OverwriteStamp,
    OwnAlarm,
    ReleaseSpecialist,
    SaveWords,
    SendPage,
    SetDeadline,
    Stamp,
    StampKind,
    StopRinging,
    TellAgency,
    ToWrite,
    WithdrawPages,
    WithdrawStandDowns,
    WriteAgain,
    WriteAlarm,
    WriteCallOut,
    WriteDetails,
    WriteEta,
    WriteHeard,
    WriteOver,
)
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.callout import CallOut, Decline, Details, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.phone_calls import Leg, LegState, Party
from dispatch.rules.facts.situation import OwnRows
from dispatch.rules.replies import officer_view
from dispatch.rules.wording.times import utc_iso
from dispatch.store.access import links
from dispatch.store.access.links import NewLink, OfficerLink, SpecialistLink
from dispatch.store.alarms import alarms
from dispatch.store.callout import assignments, callouts, deadlines, decided, outcomes, records, stamp_changes
from dispatch.store.callout.arrivals import RequestKey
from dispatch.store.callout.decided import NewCallOut, NewNote, NewPage
from dispatch.store.commands import coordinator_words
from dispatch.store.delivery import pages
from dispatch.store.engine.database_errors import Conflict
from dispatch.store.phone import phone_calls
from dispatch.store.transaction import Transaction


class LeftTheRoster(Conflict):
    """somebody was removed from the roster in the moment in which they took a call-out; asked again, it is known"""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new call-out is written with: its details, and what identifies its request if that may be repeated."""

    details: Details
    request: RequestKey | None = None


def apply(
    tx: Transaction, context: Context, own: OwnRows, decisions: Iterable[Decision], by: Actor, source: Source
) -> None:
    """Write `decisions` about the call-out that `own` is of, as this transaction has it. They rest on the word of `by`,
    which reached us through `source`."""
    write(tx, context, plan_of(tx, context, own, decisions, by.id), by, source)


def plan_of(tx: Transaction, context: Context, own: OwnRows, decisions: Iterable[Decision], by: str | None) -> Plan:
    """What `decisions` become if they are written now, on the word of whoever has the id `by`; changes nothing."""
    run = tuple(decisions)
    return work_out(_known(tx, context, own, run), run, by, context.now)


def _known(tx: Transaction, context: Context, own: OwnRows, run: Sequence[Decision]) -> Known:
    """What is the call-out's own, and beyond it what these decisions ask for: most ask for nothing."""
    callout, now = own.callout, context.now
    shares = promises.shares_ring(callout.trust) and any(
        isinstance(one, AlarmCoordinators) and one.promise is not None for one in run
    )
    over = any(isinstance(one, FulfilPromise) or (isinstance(one, MoveTo) and not one.status.is_open) for one in run)
    before = alarms.of_caller(tx, callout.id) if over else []
    everybody = [one.id for one in context.roster(tx).people] if before else []
    alone = [line for alarm in before for line in pages.heard_alone(tx, alarm, everybody)]
    joins = [one.to for one in run if isinstance(one, SendPage) and one.purpose.joins]
    phones = {one.details.officer_phone for one in run if isinstance(one, WriteDetails)} - {callout.officer_phone}
    return Known(
        callout,
        context.roster(tx),
        context.dials,
        alarms=own.alarms,
        to_caller=before,
        heard=[*own.heard, *alone],
        calls=own.calls,
        unlisted=alarms.promised_to_unlisted(tx, now) if shares else None,
        joining=frozenset(number for number in joins if pages.is_ringing(tx, callout.id, number)),
        takes_no_texts=any(callouts.takes_no_texts(tx, phone, now - telling.FAILED_LATELY) for phone in phones),
    )


def write(
    tx: Transaction, context: Context, plan: Plan, by: Actor, source: Source, *, opening: Opening | None = None
) -> None:
    """Write what was planned in this transaction, whatever it is."""
    _Writing(tx, context, plan.callout, by, source, opening, plan.callout.status).write(plan.rows)


@dataclass(slots=True)
class _Writing:
    """One run of decisions. Pages, deadlines and notes, which most decisions are, are gathered and written together."""

    tx: Transaction
    context: Context
    callout: CallOut
    by: Actor
    source: Source
    opening: Opening | None
    status: Status
    deadlines: dict[tuple[DeadlineKind, str | None], SetDeadline] = field(default_factory=dict)
    dropped: set[DeadlineKind] = field(default_factory=set)
    dropped_of: dict[str, set[DeadlineKind]] = field(default_factory=dict)
    replaced: set[DeadlineKind] = field(default_factory=set)  # of those that are set for nobody
    alarms: list[tuple[Alarm, bool]] = field(default_factory=list)  # and whether each rings
    links: list[NewLink] = field(default_factory=list)
    ended: bool = False  # whether alarms have
    new_alarms: dict[str, str] = field(default_factory=dict)  # their ids, by what stands for them
    pages: list[NewPage] = field(default_factory=list)
    notes: list[NewNote] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    events: list[AgencyEvent] = field(default_factory=list)

    def write(self, rows: Iterable[ToWrite]) -> None:
        for row in rows:
            self._one(row)
        tx, id_, new = self.tx, self.callout.id, None
        if self.opening is not None:
            new = NewCallOut(self.callout, self.opening.details, self.changes, self.opening.request)
        elif self.changes:
            callouts.change(tx, id_, self.changes)
        url = self._webhook_url()
        if url is not None:
            decided.write(tx, id_, self.callout.code, new=new)
            self._tell_agency(url)
            new = None
        if self.ended:
            deadlines.stop_watching(tx, id_)
        if self.opening is None:
            deadlines.drop(tx, id_, self.dropped, of_nobody=self.replaced)
            for person, kinds in self.dropped_of.items():
                deadlines.drop_of(tx, id_, kinds, person)
        decided.write(
            tx,
            id_,
            self.callout.code,
            new=new,
            deadlines=self.deadlines.values(),
            alarms=self.alarms,
            links=self.links,
            pages=self.pages,
            notes=self.notes,
            audited=said_in(self.notes),
        )

    def _one(self, row: ToWrite) -> None:
        tx, now, id_ = self.tx, self.context.now, self.callout.id
        match row:
            case MoveTo(status):
                self._move(status)
            case WriteDetails(details, takes_no_texts):
                callouts.change_details(tx, id_, details)
                if takes_no_texts is not None:
                    links.withdraw(tx, OfficerLink, id_, now)
                    self.changes["takes_no_texts"] = takes_no_texts
            case WriteCallOut(changes):
                if "takes_no_texts" in changes:
                    pages.withdraw_news(tx, id_, now)
                self.changes |= changes
            case SendPage():
                self._send(row)
            case HurryPage(page):
                pages.hurry(tx, page, now)
            case WithdrawPages(person):
                pages.withdraw(tx, id_, person, now)
                pages.call_off(tx, id_, person, now)
            case WithdrawStandDowns(person):
                pages.withdraw_stand_downs(tx, id_, now, person)
            case EndAsks(person):
                pages.end_asks(tx, id_, person, now)
            case SetDeadline():
                self._set_deadline(row)
            case DropDeadlines(kinds, person, due_from):
                self._drop_deadlines(kinds if due_from is None else self._due(kinds, person, due_from), person)
            case AssignSpecialist(person, role, eta_at):
                if not self.context.holds(tx, person):
                    raise LeftTheRoster(f"{person} has just left the roster")
                answered_at = in_order(self.callout, now)
                assignments.assign(tx, id_, person, role, eta_at, answered_at, self.source)
                if role.leads:  # whoever leaves it to a partner has had it since they took it
                    self.changes["acknowledged_at"] = self.callout.acknowledged_at or answered_at
            case ReleaseSpecialist(person):
                assignments.release(tx, id_, person, now)
                phone_calls.over_of(tx, id_, person, now)
                bridge.let_off(tx, self.context, phone_calls.CallIsAbout(id_))
            case WriteEta(person, eta_at):
                assignments.set_eta(tx, id_, person, eta_at)
            case Stamp(person, kind, at):
                self._stamp(person, kind, at)
            case OverwriteStamp():
                self._correct(row)
            case MarkDeclined(person, limited, minutes):
                assignments.mark_declined(tx, id_, Decline(person, now, limited, minutes))
            case TellAgency(event):
                self.events.append(event)
            case WriteAlarm(alarm, rings):
                self.new_alarms[alarm.id] = self.context.new_id()
                self.alarms.append((replace(alarm, id=self.new_alarms[alarm.id]), rings))
            case WriteAgain(alarm_id, told, rings):
                alarms.told_again(tx, alarm_id, told, now, rings=rings)
            case WriteOver(over):
                alarms.end(tx, over, now)
                self.ended = True
            case WriteHeard(person):
                alarms.heard(tx, id_, person, now)
            case OwnAlarm(alarm, owner, ends):
                alarms.owned(tx, alarm, owner, now, ends=ends)
            case StopRinging(alarm, person, since):
                pages.stop_ringing(tx, alarm, person, since, now)
            case SaveWords(person, words):
                coordinator_words.keep(tx, id_, person, words, self.by, now)
            case KeepOutcome(outcome):
                outcomes.keep(tx, id_, outcome, self.by, now)
            case Note():
                self._note(row)
            case _:
                assert_never(row)

    def _move(self, status: Status) -> None:
        callout_rules.check_move(self.status, status)
        self.status = status
        self.changes |= {"status": status, "open": status.is_open}
        if status.is_paging:
            self.changes["acknowledged_at"] = None
        if not status.is_open:
            pages.withdraw_news(self.tx, self.callout.id, self.context.now)
            phone_calls.wait_no_more(self.tx, self.callout.id, self.context.now)
            pages.end_calls(self.tx, self.callout.id, self.context.now)
            self.changes["ended_at"] = in_order(self.callout, self.context.now)

    def _set_deadline(self, deadline: SetDeadline) -> None:
        if deadline.kind in KEEP_EARLIEST and self._stands(deadline):
            return
        replaced = self.replaced if deadline.person is None else self.dropped_of.setdefault(deadline.person, set())
        replaced.add(deadline.kind)
        self.deadlines[deadline.kind, deadline.person] = deadline

    def _stands(self, deadline: SetDeadline) -> bool:
        """Whether it was set before, and has not just been dropped."""
        if self.opening is not None or deadline.kind in self.dropped | self.dropped_of.get(
            deadline.person or "", set()
        ):
            return False
        found = deadlines.of_callout(self.tx, self.callout.id)
        return any((one.kind, one.person) == (deadline.kind, deadline.person) for one in found)

    def _due(self, kinds: frozenset[DeadlineKind], person: str | None, due_from: datetime) -> frozenset[DeadlineKind]:
        """Which of them this person has that are due then or later."""
        found = deadlines.of_callout(self.tx, self.callout.id)
        return kinds & {one.kind for one in found if one.person == person and one.due_at >= due_from}

    def _drop_deadlines(self, kinds: frozenset[DeadlineKind], person: str | None) -> None:
        dropped = self.dropped if person is None else self.dropped_of.setdefault(person, set())
        dropped.update(kinds)
        for kind, whose in list(self.deadlines):
            if kind in kinds and person in (None, whose):
                del self.deadlines[kind, whose]

    def _stamp(self, person: str, kind: StampKind, at: datetime) -> None:
        at = in_order(self.callout, at, person)
        assignments.stamp(self.tx, self.callout.id, person, kind, at, self.source)
        if kind is not StampKind.ARRIVED:
            return
        measure_drive(self.tx, self.context, self.callout, person, at)
        if self.callout.arrived_at is None:
            self.changes |= {"arrived_at": at, "missed": is_late(self.callout, at)}

    def _correct(self, stamp: OverwriteStamp) -> None:
        tx, id_, now = self.tx, self.callout.id, self.context.now
        assignments.stamp(tx, id_, stamp.person, stamp.kind, stamp.at, self.source, corrects=True)
        stamp_changes.keep(tx, id_, stamp, self.by, now)
        if stamp.kind is StampKind.ARRIVED:
            first = first_arrival(self.callout, stamp.person, stamp.at)
            self.changes |= {"arrived_at": first, "missed": is_late(self.callout, first)}

    def _send(self, page: SendPage) -> None:
        id_ = self.context.new_id()
        if page.alarm in self.new_alarms:
            page = replace(page, alarm=self.new_alarms[page.alarm])
        if page.alarm is not None and page.carries_link:
            page, link = with_alarm_link(self.context, page, page.alarm)
            self.links.append(link)
        elif page.carries_link and page.purpose.is_for_the_officer:
            token = self.context.new_token()
            to_callout = OfficerLink(
                callout=self.callout.id, expires_at=self.context.now + officer_view.OFFICER_LINK_LIFETIME
            )
            self.links.append(NewLink(token, to_callout, self.context.now))
            page = replace(page, text=f"{page.text} {self.context.public_url}{officer_view.PATH.format(token=token)}")
        elif page.person is not None and page.carries_link:
            token = self.context.new_token()
            expires_at = self.context.now + self.context.timings.span("link_lifetime")
            to_place = SpecialistLink(callout=self.callout.id, person=page.person, expires_at=expires_at)
            self.links.append(NewLink(token, to_place, self.context.now))
            page = replace(page, text=f"{page.text} {self.context.public_url}{place_link.PATH.format(token=token)}")
        elif page.purpose.joins and page.person is None:
            leg = Leg(id_, Party.OFFICER, LegState.RINGS, self.context.now, self.context.now)
            phone_calls.put(self.tx, leg, phone_calls.CallIsAbout(self.callout.id))
        asks_for = self.callout.agency if page.purpose.pages else None
        self.pages.append(NewPage(id_, self.callout.id, page, self.context.now, asks_for))

    def _webhook_url(self) -> str | None:
        """Where the agency wants to hear what happened; None when it does not, or when nothing happened."""
        agency = self.context.roster(self.tx).agency(self.callout.agency) if self.events else None
        return agency.webhook_url if agency else None

    def _tell_agency(self, url: str) -> None:
        """Runs after the call-out itself is written, so that the webhook shows its new state."""
        record = records.find(self.tx, self.callout.id)
        assert record is not None, "it has just been written, or was there before"
        data = view_of(self.tx, record, self.context.roster(self.tx))
        for event in self.events:
            body = json.dumps({"type": event, "timestamp": utc_iso(self.context.now), "data": data})
            told = self.callout.agency
            self._send(SendPage(Purpose.AGENCY, Channel.WEBHOOK, url, body, self.context.now, agency=told))

    def _note(self, note: Note) -> None:
        self.notes.append(NewNote(self.context.now, note, self.by, self.source))
