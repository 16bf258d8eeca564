"""What a run of decisions about a call-out becomes: its rows, and who would hear which words.

The law: **whoever hears of it is worked out here, before anything is written.** `actions/apply.py` writes these rows
and decides none of it, so a preview that reads them cannot promise what is not done. Decisions count for those after
them: an alarm that opens is known to the next, and one that has ended rings nobody.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dispatch.rules.alarms import alarm_kinds, owners, promises
from dispatch.rules.alarms.all_clear import all_clear, clears_up
from dispatch.rules.alarms.told import AlarmRouter
from dispatch.rules.callout import telling
from dispatch.rules.decisions import (
    AlarmCoordinators,
    AssignSpecialist,
    Decision,
    DropDeadlines,
    EndAlarms,
    FulfilPromise,
    HurryPage,
    MoveTo,
    Note,
    NoteKind,
    OverwriteStamp,
    OwnAlarm,
    ReleaseSpecialist,
    SendPage,
    StampKind,
    TellPartners,
    TextOfficer,
    ToWrite,
    WriteAgain,
    WriteAlarm,
    WriteCallOut,
    WriteDetails,
    WriteHeard,
    WriteOver,
)
from dispatch.rules.delivery.dialling import Dials
from dispatch.rules.delivery.paging import partner_pages
from dispatch.rules.facts.alarms import Alarm, AlarmKind, HeardAlarm, UnlistedPromises
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.languages import Owed


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a call-out when decisions about it are worked out, as far as they ask for it.

    `alarms` are the open ones about it, `to_caller` the promises to its caller from before it had opened, `heard` says
    who was told of which, `calls` tell of it and are under way. `unlisted` are the promises to callers whom nobody has
    listed, `joining` the numbers that ring to be joined. `takes_no_texts`: a text has failed
    lately to the number that the officer has from now on.
    """

    callout: CallOut
    roster: Roster
    dials: Dials
    alarms: Sequence[Alarm] = ()
    to_caller: Sequence[Alarm] = ()
    heard: Sequence[HeardAlarm] = ()
    calls: Collection[Page] = ()
    unlisted: UnlistedPromises | None = None
    joining: frozenset[str] = frozenset()
    takes_no_texts: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be written about a call-out. `decisions` are what its `rows` were worked out of, in their order."""

    callout: CallOut
    decisions: tuple[Decision, ...]
    rows: tuple[ToWrite, ...]

    def pages(self, now: datetime) -> list[SendPage]:
        """Every text and call that is sent; a hurried page counts as new.

        The agency's webhook is left out: its body is the call-out as it then stands.
        """
        waits = {page.id: page for page in self.callout.pages}
        rows = [_as_new(waits[row.page], now) if isinstance(row, HurryPage) else row for row in self.rows]
        return [row for row in rows if isinstance(row, SendPage)]

    def fingerprint(self, *also: object) -> str:
        """Of who has the call-out then, and whether it pages on; and of what `also` was shown. No time counts that only
        says when that is."""
        moves = [
            (type(row).__name__, row.status if isinstance(row, MoveTo) else row.person)
            for row in self.rows
            if isinstance(row, MoveTo | AssignSpecialist | ReleaseSpecialist)
        ]
        return fingerprint(moves, *also)


def fingerprint(*parts: object) -> str:
    """Whether what is done is still what was shown: 32 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=_plain).encode()).hexdigest()[:32]


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _as_new(page: Page, now: datetime) -> SendPage:
    return SendPage(page.purpose, page.channel, page.to, page.text, now, page.person, page.step)


def work_out(known: Known, decisions: Iterable[Decision], by: str | None, now: datetime) -> Plan:
    """What these decisions become; `by` is the id of whoever is behind them."""
    run = tuple(decisions)
    return Plan(known.callout, run, tuple(_Run(known, by, now).work_out(run)))


class _Run:
    """One run of decisions: what one of them changes counts for those after it."""

    def __init__(self, known: Known, by: str | None, now: datetime) -> None:
        self.known, self.callout, self.by, self.now = known, known.callout, by, now
        self.router = AlarmRouter(known.roster, known.alarms, now, calls=known.calls)
        self.stood_before = {alarm.id for alarm in known.alarms}
        self.ended: list[str] = []
        self.rows: list[ToWrite] = []

    def work_out(self, run: Sequence[Decision]) -> list[ToWrite]:
        for decision in run:
            self._one(decision)
        if self.ended:
            sent = [row for row in self.rows if isinstance(row, SendPage)]
            roster, about = self.known.roster, self.known.callout
            by = owners.owner_called(self.by, roster) if self.by else None
            self.rows += all_clear(about, run, sent, self.ended, self.known.heard, roster, by, self.now)
        return self.rows

    def _one(self, decision: Decision) -> None:
        roster, now = self.known.roster, self.now
        match decision:
            case SendPage(purpose=purpose, to=to) if purpose.joins and to in self.known.joining:
                pass  # CALL three times is one call
            case TextOfficer():
                self.rows.append(telling.to_officer(self.callout, roster, self.known.dials, decision, now))
            case TellPartners(text):
                self.rows += partner_pages(roster, self.callout.code, text, now)
            case AlarmCoordinators():
                self._alarm(decision)
            case FulfilPromise(owed):
                self.rows.append(DropDeadlines(frozenset({promises.DUE[owed]})))
                self._end(promises.OVER_ONCE_DONE[owed])
                if owed is Owed.CALL:
                    self._end_before()
                    self.rows.append(WriteHeard(None))
            case EndAlarms(kinds, person):
                if self._end(kinds, person) and person is not None:
                    self._checked(person, f"{roster.name_of(person)} has been heard from")
            case WriteDetails(details) if details.officer_phone != self.callout.officer_phone:
                deaf = self.known.takes_no_texts
                self.callout = replace(self.callout, officer_phone=details.officer_phone, takes_no_texts=deaf)
                self.rows.append(replace(decision, takes_no_texts=deaf))
            case _:
                self.rows.append(decision)
                self._changes(decision)

    def _changes(self, decision: Decision) -> None:
        """What this changes for the decisions after it, and which alarms it ends."""
        match decision:
            case MoveTo(status):
                self.callout = replace(self.callout, status=status)
                if not status.is_open:
                    self._end(alarm_kinds.SURVIVES_CLOSE, had=True)
                    self._end_before()
                self._end(alarm_kinds.over_when(status))
            case WriteCallOut({"trust": _}):
                self._end(alarm_kinds.OVER_WHEN_VERIFIED)
            case DropDeadlines() if (person := clears_up(decision)) is not None:
                if self.by == person:
                    self.rows.append(WriteHeard(person))
                if self._end(alarm_kinds.OVER_ONCE_CLEAR, person) and self.by == person:
                    # Otherwise they have said nothing, and are on it no more.
                    self._checked(person, f"what {self.known.roster.name_of(person)} wrote is clear by now")
            case ReleaseSpecialist(person):
                self._end(alarm_kinds.OVER_ONCE_HEARD, person)
            case OwnAlarm(alarm, owner, ends):
                self.router.owned(alarm, owner, ends=ends)
            case OverwriteStamp(person, StampKind.HOME):  # whoever says so has heard of them
                self.rows.append(WriteHeard(person))
            case WriteCallOut({"takes_no_texts": True}):
                self.callout = replace(self.callout, takes_no_texts=True)
            case _:
                pass

    def _alarm(self, alarm: AlarmCoordinators) -> None:
        if alarm.promise is not None and promises.shares_ring(self.callout.trust):
            assert self.known.unlisted is not None, "a promise that shares its ring asks for them"
            alarm = promises.quietly(alarm, self.known.unlisted, self.now)
        told = self.router.tell(alarm, owners.told_about(self.callout.id, self.callout.status, alarm.kind))
        if told.opened is not None:
            self.rows.append(WriteAlarm(told.opened, told.rings))
        elif told.again is not None and told.again.id in self.stood_before:
            self.rows.append(WriteAgain(told.again.id, alarm, told.rings))
            if told.frees:
                self.rows += [OwnAlarm(told.again.id, None), owners.said_again(told.again, self.known.roster)]
        self.rows += [*told.pages, Note(NoteKind.ALARM, alarm.text)]
        if alarm.promise is not None:
            self.rows += [promises.deadline(self.router.known, self.now), promises.MADE]

    def _end(self, kinds: frozenset[AlarmKind], person: str | None = None, *, had: bool = False) -> bool:
        """The trouble behind the alarms of these kinds is over: those about one `person`, or that somebody has, or all.
        Returns whether there were any."""
        ended = self.router.end(kinds, person, had=had)
        return self._over([alarm.id for alarm in ended if alarm.id in self.stood_before])

    def _over(self, over: Sequence[str]) -> bool:
        if over:
            self.rows.append(WriteOver(tuple(over)))
            self.ended += over
        return bool(over)

    def _end_before(self) -> None:
        """What the caller was promised before their call had a call-out ends with what was promised after that."""
        self._over([alarm.id for alarm in self.known.to_caller if alarm.id not in self.ended])

    def _checked(self, person: str, text: str) -> None:
        self.rows.append(Note(NoteKind.CHECKED, text, person))
