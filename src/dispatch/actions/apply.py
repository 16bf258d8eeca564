"""The only interpreter of decisions about a call-out: they become rows in the transaction they were made in."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from dispatch.actions import bridge
from dispatch.actions.access.agency_view import view_of
from dispatch.actions.access.alarm_links import with_alarm_link
from dispatch.actions.access.audit_said import said_in
from dispatch.actions.context import Context
from dispatch.actions.roster.measure_drive import measure_drive
from dispatch.rules.access import place_link
from dispatch.rules.alarms import alarm_kinds, owners, promises
from dispatch.rules.alarms.all_clear import all_clear, clears_up
from dispatch.rules.alarms.told import AlarmRouter
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.callout import telling
from dispatch.rules.callout.response_clock import is_late
from dispatch.rules.callout.stamps import first_arrival, in_order
from dispatch.rules.commands import post
from dispatch.rules.decisions import (
    KEEP_EARLIEST,
    AgencyEvent,
    AlarmCoordinators,
    AssignSpecialist,
    BeginStep,
    DeadlineKind,
    Decision,
    DropDeadlines,
    EndAlarms,
    EndAsks,
    FulfilPromise,
    HurryPage,
    KeepOutcome,
    LapseAlarm,
    MarkDeclined,
    MarkMissed,
    MoveTo,
    Note,
    NoteKind,
    OverwriteStamp,
    OwnAlarm,
    ReleaseSpecialist,
    SaveWords,
    SendPage,
    SetDeadline,
    Stamp,
    StampKind,
    StopRinging,
    TakesNoTexts,
    TellAgency,
    TellPartners,
    TextOfficer,
    WithdrawPages,
    WithdrawStandDowns,
    WriteDetails,
    WriteDuplicate,
    WriteEta,
    WriteSharing,
    WriteTrust,
)
from dispatch.rules.delivery.paging import partner_pages
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.alarms import Alarm, AlarmKind, HeardAlarm
from dispatch.rules.facts.callout import CallOut, Decline, Details, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.phone_calls import Leg, LegState, Party
from dispatch.rules.replies import officer_view
from dispatch.rules.wording.languages import Owed
from dispatch.rules.wording.times import utc_iso
from dispatch.store.access import links
from dispatch.store.access.links import NewLink, OfficerLink, SpecialistLink
from dispatch.store.alarms import alarms
from dispatch.store.callout import assignments, callouts, deadlines, decided, outcomes, records, stamp_changes
from dispatch.store.callout.arrivals import RequestKey
from dispatch.store.callout.callouts import Changes
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
    tx: Transaction,
    context: Context,
    callout: CallOut,
    decisions: Iterable[Decision],
    by: Actor,
    source: Source,
    *,
    opening: Opening | None = None,
) -> None:
    """Write `decisions` about `callout`, which is new when there is an `opening`.

    They rest on the word of `by`, which reached us through `source`.
    """
    _Writing(tx, context, callout, by, source, opening).write(decisions)


class _Writing:
    """One run of decisions. Pages, deadlines and notes, which most decisions are, are gathered and written together."""

    def __init__(
        self,
        tx: Transaction,
        context: Context,
        callout: CallOut,
        by: Actor,
        source: Source,
        opening: Opening | None = None,
    ) -> None:
        self.tx, self.context, self.callout, self.by, self.source = tx, context, callout, by, source
        self.status = callout.status
        self.opening = opening
        self.deadlines: dict[tuple[DeadlineKind, str | None], SetDeadline] = {}
        self.dropped: set[DeadlineKind] = set()
        self.dropped_of: dict[str, set[DeadlineKind]] = {}
        self.replaced: set[DeadlineKind] = set()  # of those that are set for nobody
        self.alarms: list[tuple[Alarm, bool]] = []  # and whether each rings
        self.links: list[NewLink] = []
        self.sounder: AlarmRouter | None = None  # the open alarms are asked for once there is one to tell
        self.ended: list[str] = []  # the alarms whose trouble is over
        self.heard: list[HeardAlarm] = []  # by whom, of those that were told before there was a call-out
        self.pages: list[NewPage] = []
        self.notes: list[NewNote] = []
        self.changes: Changes = {}
        self.events: list[AgencyEvent] = []

    def write(self, decisions: Iterable[Decision]) -> None:
        run = list(decisions)
        for decision in run:
            self._one(decision)
        if self.ended:
            self._all_clear(run)
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

    def _one(self, decision: Decision) -> None:
        tx, now, id_ = self.tx, self.context.now, self.callout.id
        match decision:
            case MoveTo(status):
                self._move(status)
            case WriteDetails(details):
                callouts.change_details(tx, id_, details)
                if details.officer_phone != self.callout.officer_phone:
                    links.withdraw(tx, OfficerLink, id_, now)
                    deaf = callouts.takes_no_texts(tx, details.officer_phone, now - telling.FAILED_LATELY)
                    self.changes["takes_no_texts"] = deaf
                    self.callout = replace(self.callout, officer_phone=details.officer_phone, takes_no_texts=deaf)
            case WriteDuplicate(code):
                self.changes["probable_duplicate_of"] = code
            case WriteSharing(callers):
                self.changes["sharing"] = callers
            case BeginStep(step):
                self.changes["step"] = step
            case SendPage():
                self._send(decision)
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
                self._set_deadline(decision)
            case DropDeadlines(kinds, person, due_from):
                self._drop_deadlines(kinds if due_from is None else self._due(kinds, person, due_from), person)
                if (clear := clears_up(decision)) is not None:
                    self._clear_up(clear)
            case AssignSpecialist(person, role, eta_at):
                if not self.context.holds(tx, person):
                    raise LeftTheRoster(f"{person} has just left the roster")
                answered_at = in_order(self.callout, now)
                assignments.assign(tx, id_, person, role, eta_at, answered_at, self.source)
                if role.leads:  # whoever leaves it to a partner has had it since they took it
                    self.changes["acknowledged_at"] = self.callout.acknowledged_at or answered_at
            case ReleaseSpecialist(person):
                assignments.release(tx, id_, person, now)
                self.ended += alarms.ended_of(tx, id_, alarm_kinds.OVER_ONCE_HEARD, person, now)
                phone_calls.over_of(tx, id_, person, now)
                bridge.let_off(tx, self.context, phone_calls.CallIsAbout(id_))
            case WriteEta(person, eta_at):
                assignments.set_eta(tx, id_, person, eta_at)
            case Stamp(person, kind, at):
                self._stamp(person, kind, at)
            case OverwriteStamp():
                self._correct(decision)
            case MarkDeclined(person, limited, minutes):
                assignments.mark_declined(tx, id_, Decline(person, now, limited, minutes))
            case MarkMissed():
                self.changes["missed"] = True
            case WriteTrust(trust):
                self.changes["trust"] = trust
                self.ended += alarms.ended(tx, id_, alarm_kinds.OVER_WHEN_VERIFIED, now)
            case TextOfficer():
                self._one(post.to_officer(self.callout, self.context.roster(tx), self.context.dials, decision, now))
            case TakesNoTexts():
                pages.withdraw_news(tx, id_, now)
                self.changes["takes_no_texts"] = True
                self.callout = replace(self.callout, takes_no_texts=True)
            case TellPartners(text):
                for notice in partner_pages(self.context.roster(tx), self.callout.code, text, now):
                    self._send(notice)
            case TellAgency(event):
                self.events.append(event)
            case AlarmCoordinators():
                self._alarm(decision)
            case FulfilPromise(owed):
                self._keep_promise(owed)
            case OwnAlarm(alarm, owner, ends):
                alarms.owned(tx, alarm, owner, now, ends=ends)
            case LapseAlarm(alarm):
                alarms.lapsed(tx, alarm)
            case EndAlarms(kinds, person):
                self._end_alarms(kinds, person)
            case StopRinging(alarm, person, since):
                pages.stop_ringing(tx, alarm, person, since, now)
            case SaveWords(person, words):
                coordinator_words.keep(tx, id_, person, words, self.by, now)
            case KeepOutcome(outcome):
                outcomes.keep(tx, id_, outcome, self.by, now)
            case Note():
                self._note(decision)
            case _:
                assert_never(decision)

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
            self.ended += alarms.had(self.tx, self.callout.id, alarm_kinds.SURVIVES_CLOSE, self.context.now)
            self._end_before()
        if self.sounder is not None:
            self.sounder.moved(status)
        self.ended += alarms.ended(self.tx, self.callout.id, alarm_kinds.over_when(status), self.context.now)

    def _all_clear(self, run: Sequence[Decision]) -> None:
        """Whoever heard an alarm that ends hears it, and nobody is to be rung about it any more."""
        roster, now = self.context.roster(self.tx), self.context.now
        heard = [*pages.heard(self.tx, self.callout.id, now), *self.heard]
        by = owners.owner_called(self.by.id, roster) if self.by.id else None
        sent = [new.page for new in self.pages]
        for page in all_clear(self.callout, run, sent, self.ended, heard, roster, by, now):
            self._send(page)
        deadlines.stop_watching(self.tx, self.callout.id)

    def _set_deadline(self, deadline: SetDeadline) -> None:
        if deadline.kind in KEEP_EARLIEST and self._stands(deadline):
            return
        replaced = self.replaced if deadline.person is None else self.dropped_of.setdefault(deadline.person, set())
        replaced.add(deadline.kind)
        self.deadlines[deadline.kind, deadline.person] = deadline

    def _stands(self, deadline: SetDeadline) -> bool:
        """Whether it was set before, and has not just been dropped."""
        if self.opening is not None or deadline.kind in self.dropped_of.get(deadline.person or "", ()):
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
        assignments.overwrite_stamp(tx, id_, stamp.person, stamp.kind, stamp.at, self.source)
        stamp_changes.keep(tx, id_, stamp, self.by, now)
        if stamp.kind is StampKind.HOME:  # whoever says so has heard of them
            alarms.heard(tx, id_, stamp.person, now)
        if stamp.kind is StampKind.ARRIVED:
            first = first_arrival(self.callout, stamp.person, stamp.at)
            self.changes |= {"arrived_at": first, "missed": is_late(self.callout, first)}

    def _send(self, page: SendPage) -> None:
        if page.purpose.joins and pages.is_ringing(self.tx, self.callout.id, page.to):
            return  # CALL three times is one call
        id_ = self.context.new_id()
        if page.alarm is not None and page.carries_link:
            page, link = with_alarm_link(self.context, page, page.alarm)
            self.links.append(link)
        elif page.carries_link and page.purpose.is_for_the_officer:
            token = self.context.new_token()
            to_callout = OfficerLink(
                callout=self.callout.id, expires_at=self.context.now + officer_view.OFFICER_LINK_LIFETIME
            )
            self.links.append(NewLink(token, to_callout, self.context.now))
            page = replace(page, text=f"{page.text} {officer_view.address(self.context.public_url, token)}")
        elif page.person is not None and page.carries_link:
            token = self.context.new_token()
            expires_at = self.context.now + self.context.timings.span("link_lifetime")
            to_place = SpecialistLink(callout=self.callout.id, person=page.person, expires_at=expires_at)
            self.links.append(NewLink(token, to_place, self.context.now))
            page = replace(page, text=f"{page.text} {place_link.address(self.context.public_url, token)}")
        elif page.purpose.joins and page.person is None:
            leg = Leg(id_, Party.OFFICER, LegState.RINGS, self.context.now, self.context.now)
            phone_calls.put(self.tx, leg, phone_calls.CallIsAbout(self.callout.id))
        asks_for = self.callout.agency if page.purpose.pages else None
        self.pages.append(NewPage(id_, self.callout.id, page, self.context.now, asks_for))

    def _alarm(self, alarm: AlarmCoordinators) -> None:
        if self.sounder is None:
            known = alarms.of_callout(self.tx, self.callout.id) if self.opening is None else []
            calls = pages.calls_under_way(self.tx, self.callout.id) if known else ()
            self.sounder = AlarmRouter(
                self.context.roster(self.tx), known, self.context.now, self.context.new_id, calls=calls
            )
        if alarm.promise is not None and promises.shares_ring(self.callout.trust):
            alarm = promises.quietly(alarm, alarms.promised_to_unlisted(self.tx, self.context.now), self.context.now)
        told = self.sounder.tell(alarm, owners.told_about(self.callout.id, self.status, alarm.kind))
        if told.again is not None:
            alarms.told_again(self.tx, told.again.id, alarm, self.context.now, rings=told.rings)
            if told.frees:
                alarms.lapsed(self.tx, told.again.id)
                self._note(owners.said_again(told.again, self.context.roster(self.tx)))
        elif told.opened is not None:
            self.alarms.append((told.opened, told.rings))
        for page in told.pages:
            self._send(page)
        self._note(Note(NoteKind.ALARM, alarm.text))
        if alarm.promise is not None:
            self._set_deadline(promises.deadline(self.sounder.known, self.context.now))
            self._note(promises.MADE)

    def _keep_promise(self, owed: Owed) -> None:
        tx, id_, now = self.tx, self.callout.id, self.context.now
        self._drop_deadlines(frozenset({promises.DUE[owed]}), None)
        self.ended += alarms.ended(tx, id_, promises.OVER_ONCE_DONE[owed], now)
        if owed is Owed.CALL:
            self._end_before()
            alarms.heard(tx, id_, None, now)

    def _clear_up(self, person: str) -> None:
        if self.by.id == person:
            alarms.heard(self.tx, self.callout.id, person, self.context.now)
        ended = alarms.ended_of(self.tx, self.callout.id, alarm_kinds.OVER_ONCE_CLEAR, person, self.context.now)
        self.ended += ended
        if ended and self.by.id == person:  # otherwise they have said nothing, and are on it no more
            name = self.context.roster(self.tx).name_of(person)
            self._note(Note(NoteKind.CHECKED, f"what {name} wrote is clear by now", person))

    def _end_alarms(self, kinds: frozenset[AlarmKind], person: str | None) -> None:
        if person is None:
            self.ended += alarms.ended(self.tx, self.callout.id, kinds, self.context.now)
            return
        ended = alarms.ended_of(self.tx, self.callout.id, kinds, person, self.context.now)
        self.ended += ended
        if ended:
            name = self.context.roster(self.tx).name_of(person)
            self._note(Note(NoteKind.CHECKED, f"{name} has been heard from", person))

    def _end_before(self) -> None:
        """What the caller was promised before their call had a call-out ends with what was promised after that."""
        everybody = [one.id for one in self.context.roster(self.tx).people]
        for alarm in alarms.of_caller(self.tx, self.callout.id):
            self.heard += pages.heard_alone(self.tx, alarm, everybody)
            alarms.over(self.tx, alarm.id, self.context.now)
            self.ended.append(alarm.id)

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
