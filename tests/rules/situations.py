"""Situations to try the rules on, and a night that plays their decisions out in memory and checks every one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar, assert_never

from dispatch.phone_numbers import region_of
from dispatch.rules import deadlines
from dispatch.rules.alarms.alarm_kinds import over_when
from dispatch.rules.callout import escalation, page_failures
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.callout.plan import Known, Plan, work_out
from dispatch.rules.callout.stamps import first_arrival
from dispatch.rules.commands import deciding
from dispatch.rules.commands.commands import Command, Coordinator, NextStep
from dispatch.rules.decisions import (
    KEEP_EARLIEST,
    AlarmCoordinators,
    AssignSpecialist,
    Changes,
    DeadlineKind,
    Decision,
    DropDeadlines,
    EndAlarms,
    EndAsks,
    FulfilPromise,
    HurryPage,
    KeepOutcome,
    MarkDeclined,
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
    TellAgency,
    TellPartners,
    TextOfficer,
    WithdrawPages,
    WithdrawStandDowns,
    WriteCallOut,
    WriteDetails,
    WriteEta,
)
from dispatch.rules.delivery.page_life import is_forward, read_news
from dispatch.rules.delivery.sending import Progress
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Assignment, AssignmentRole, CallOut, Decline, Details, Status
from dispatch.rules.facts.pages import FINAL_PAGE_STATES, Page, PageState, Purpose, SentText
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.roster import Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Rotation, RotationUnit
from dispatch.rules.facts.situation import UNKNOWN, Nearby, Noted, Paging, Situation, Timings, Wrote, not_written_yet
from dispatch.rules.nearer.late_yes import MOST_ASKED
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.replies.answering import answer

NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)  # 02:14 in Los Angeles
OFFICER = "+15625550177"
ALL_WELL = Paging()

ANA = Person("ana", "Ana Reyes", "+15625550101")
BEN = Person("ben", "Ben Okafor", "+15625550102")
CLEO = Person("cleo", "Cleo Martin", "+15625550103")
CORA = Person("cora", "Cora Lind", "+15625550110", frozenset({Role.COORDINATOR}))

PRIMARY = Target(TargetKind.ROTATION, "primary")
BACKUP = Target(TargetKind.ROTATION, "backup")
EVERYONE = Target(TargetKind.EVERYONE)

# Ana for five minutes, then Ben for four, then everyone, five minutes a round.
POLICY = Policy("default", (PolicyStep((PRIMARY,), 300), PolicyStep((BACKUP,), 240)), 300)
ROSTER = Roster(
    people=(ANA, BEN, CLEO, CORA),
    rotations=(
        Rotation("primary", ("ana",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5)),
        Rotation("backup", ("ben",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5)),
    ),
)

T = TypeVar("T")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def only(kind: type[T], decisions: Iterable[object]) -> list[T]:
    """The decisions of one kind."""
    return [decision for decision in decisions if isinstance(decision, kind)]


_OF_A_CALLOUT = {"missed", "sharing", "takes_no_texts", "trust"}


def written(decisions: Iterable[Decision]) -> Changes:
    """What changes about the call-out itself."""
    changes = Changes()
    for one in only(WriteCallOut, decisions):
        changes |= one.changes
    return changes


def lapsed(decisions: Iterable[object]) -> list[str]:
    """The alarms that nobody has any more."""
    return [one.alarm for one in only(OwnAlarm, decisions) if one.owner is None]


def pages_to(decisions: Iterable[Decision], purpose: Purpose = Purpose.PAGE) -> list[str | None]:
    """Who is sent something for this purpose, in order and nobody twice."""
    return list(dict.fromkeys(page.person for page in only(SendPage, decisions) if page.purpose is purpose))


def moves(decisions: Iterable[Decision]) -> list[Status]:
    return [move.status for move in only(MoveTo, decisions)]


def due(decisions: Iterable[Decision], now: datetime) -> dict[DeadlineKind, timedelta]:
    """Which deadlines are set, and how long from `now`."""
    return {deadline.kind: deadline.due_at - now for deadline in only(SetDeadline, decisions)}


def roster(*people: Person) -> Roster:
    """The usual rotations, with these people only."""
    return replace(ROSTER, people=people)


def page(person: str | None, state: PageState = PageState.SENT, *, id: str = "p1", **facts: Any) -> Page:
    """A page to somebody, in the first turn unless told otherwise."""
    usual: dict[str, Any] = {
        "purpose": Purpose.PAGE,
        "channel": Channel.SMS,
        "to": "+15625550101",
        "due_at": NIGHT if state is PageState.WAITING else None,
        "step": 1,
        "tried_at": None if state is PageState.WAITING else NIGHT,
        "sent_at": NIGHT if state in {PageState.SENT, PageState.DELIVERED, PageState.DONE, PageState.FAILED} else None,
    }
    return Page(id=id, person=person, state=state, **(usual | facts))


def assigned(person: str, role: AssignmentRole = AssignmentRole.PRIMARY, **facts: Any) -> Assignment:
    """Somebody on a call-out, acknowledged at `NIGHT`; `facts` are the ETA and the stamps."""
    return Assignment(person, role, NIGHT, **facts)


def callout(status: Status = Status.PAGING, *assignments: Assignment, **facts: Any) -> CallOut:
    """A call-out of LBPD, received at `NIGHT`, in its first turn; whoever has arrived has stopped its clock."""
    arrivals = [assignment.arrived_at for assignment in assignments if assignment.arrived_at is not None]
    usual: dict[str, Any] = {
        "id": "c1",
        "code": "K7Q",
        "agency": "LBPD",
        "received_at": NIGHT,
        "respond_by": NIGHT + minutes(60),
        "policy": POLICY,
        "officer_phone": OFFICER,
        "step": 1,
        "arrived_at": min(arrivals, default=None),
        "declined": frozenset(),
        "limited": (),
        "passed_over": frozenset(),
        "pages": (),
        "nearer": (),
        "out": frozenset(),
        "same_as": None,
    }
    return CallOut(status=status, assignments=assignments, **(usual | facts))


def taken(*partners: Assignment, status: Status = Status.ACKNOWLEDGED, **facts: Any) -> CallOut:
    """A call-out that Ana has, and others may be on."""
    return callout(status, replace(assigned("ana"), **facts), *partners)


def dials(phone: str) -> bool:
    """As a deployment does that has set nothing."""
    return region_of(phone) == "US"


def bare(about: CallOut | None = None, people: Roster = ROSTER) -> Situation:
    """With nothing that looks beyond the call-out; there are no alarms, no phone is rung and nobody has written."""
    known = about if about is not None else callout()
    return Situation(
        **not_written_yet(known, Details(known.officer_phone)).each(),
        roster=people,
        timings=Timings(),
        contact_phone=None,
        our_numbers=frozenset(),
        dials=dials,
        paging=ALL_WELL,
        resting={},
        away=frozenset(),
    )


def situation(
    about: CallOut | None = None,
    people: Roster = ROSTER,
    alarms: Iterable[Alarm] = (),
    newest: SentText | Sequence[SentText] | None = None,
    paging: Paging = ALL_WELL,
) -> Situation:
    """These `alarms` are open, whoever writes has our `newest` text, and `paging` says whether anybody can be paged."""
    known = replace(bare(about, people), nearby=UNKNOWN)
    return replace(known, alarms=tuple(alarms), paging=paging, texts=_texts(newest))


def has_written(about: Situation, who: str = "ana") -> Situation:
    """They have just texted us."""
    return replace(about, wrote=(Wrote(who, about.callout.received_at + minutes(10_000)),))


def has_moved(about: Situation) -> Situation:
    """The officer has."""
    return replace(about, noted=(Noted(NoteKind.MOVED, NIGHT),))


def plan(about: Situation, decisions: Iterable[Decision], now: datetime = NIGHT, by: str | None = None) -> Plan:
    """What becomes of decisions while no phone rings, and nobody has heard of any alarm."""
    return work_out(Known(about.callout, about.roster, about.dials, about.alarms), decisions, by, now)


def _texts(newest: SentText | Sequence[SentText] | None) -> tuple[SentText, ...]:
    if newest is None:
        return ()
    return (newest,) if isinstance(newest, SentText) else tuple(newest)


def alarm(kind: AlarmKind = AlarmKind.CHAIN_ENDED, owner: str | None = None, **facts: Any) -> Alarm:
    usual: dict[str, Any] = {
        "id": f"{kind}-1",
        "text": "as it was told",
        "opened_at": NIGHT,
        "callout": "c1",
        "code": "K7Q",
        "owned_at": NIGHT if owner else None,
        "acted_at": NIGHT if owner else None,
    }
    return Alarm(kind=kind, owner=owner, **(usual | facts))


def standalone(owner: str | None = None, **facts: Any) -> Alarm:
    return alarm(AlarmKind.WORK_IS_LATE, owner, callout=None, code=None, **facts)


# ---- a night, played in memory -------------------------------------------------------------------------------------

_BY_HAND = frozenset({NoteKind.PAGED_NOW, NoteKind.ASSIGNED})
_ORDER = ("acknowledged_at", "en_route_at", "arrived_at", "cleared_at", "home_at")
_WITHDRAWN = frozenset({Purpose.PAGE, Purpose.ASK_ALONG, Purpose.TURN_BACK, Purpose.REMINDER, Purpose.QUESTION})
_AFTER_FAILURE = {Purpose.ASK_ALONG: page_failures.ask_along_on}
_TAKEN = frozenset({Status.ACKNOWLEDGED, Status.EN_ROUTE, Status.ON_SCENE, Status.CLEARED})


@dataclass(slots=True)
class Night:
    """One call-out and what became of it. What `actions/apply.py` writes as rows is kept here in memory.

    Each decision is checked as it is carried out, and the law after each set of decisions: see `_one` and `check`.
    """

    roster: Roster = ROSTER
    callout: CallOut = field(default_factory=lambda: callout(step=0))
    now: datetime = NIGHT
    pages: dict[str, Page] = field(default_factory=dict)
    deadlines: dict[tuple[DeadlineKind, str | None], SetDeadline] = field(default_factory=dict)
    released: list[Assignment] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    told_officer: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    queued: list[tuple[int, datetime]] = field(default_factory=list)  # of this spell of paging
    by_hand: set[str] = field(default_factory=set)  # asked by a coordinator
    nearby: Callable[["Night"], Nearby] = lambda _: UNKNOWN  # who is how far from the meeting place by now

    # ---- what happens ----

    @property
    def situation(self) -> Situation:
        """With no more loaded than actions load for any rule. No alarm is ever open here."""
        on_it = {one.person for one in self.callout.assignments if one.is_on_it}
        silent = frozenset(one.person for one in self.released) - self.callout.declined - on_it
        nearer = tuple(one for one in self.pages.values() if one.purpose in {Purpose.ASK_ALONG, Purpose.TURN_BACK})
        others = tuple(one for one in self.pages.values() if one.purpose not in {Purpose.ASK_ALONG, Purpose.TURN_BACK})
        about = replace(self.callout, pages=others, nearer=nearer, passed_over=silent)
        known = bare(about, self.roster)
        return replace(known, nearby=self.nearby(self)) if about.policy.asks_where else known

    @property
    def is_open(self) -> bool:
        return self.callout.status in callout_rules.OPEN

    def opens(self) -> None:
        self.do(callout_rules.open_callout(self.situation, Details(OFFICER), self.now))

    def replies(self, who: str, word: Word, eta: int | None = None) -> None:
        """Somebody in the roster answers; once the call-out is over nobody asks the rules any more."""
        person = self.roster.person(who)
        if person is not None and self.is_open:
            said = replace(read(""), word=word, code=self.callout.code, eta=eta, eta_said=eta is not None)
            reply = replace(said, mentions=frozenset({word}))
            self.do(answer(self.situation, person, reply, self.now))

    def coordinates(self, command: Command, by: Coordinator) -> list[Decision]:
        """A coordinator does something. Whomever they ask is asked, declined or out; raises `CommandRefused`."""
        decisions = deciding.decide(self.situation, command, by, self.now)
        self.by_hand |= {note.person for note in only(Note, decisions) if note.kind in _BY_HAND and note.person}
        if isinstance(command, NextStep):
            self.queued.clear()  # a round keeps its time unless a person ends it
        self.do(decisions)
        return decisions

    def meets_next_deadline(self) -> None:
        """The next deadline comes, and is met."""
        key, deadline = min(self.deadlines.items(), key=lambda item: item[1].due_at)
        self.now = max(self.now, deadline.due_at)
        del self.deadlines[key]
        about = self.situation
        if deadline.kind in deadlines.ABOUT_PLACES:
            about = replace(about, nearby=self.nearby(self))
        self.do(deadlines.meet(about, deadline.kind, deadline.person, deadline.attempt, self.now))

    def passes(self, span: timedelta, *, pages: Progress | None = None) -> None:
        """Time passes and what is due is done in order; `pages` is the carrier's word on every page that comes due."""
        until = self.now + span
        while True:
            waiting = {page.due_at: page for page in reversed([*self.pages.values()]) if page.due_at is not None}
            moment = min([*waiting, *(deadline.due_at for deadline in self.deadlines.values())], default=None)
            if moment is None or moment > until:
                break
            if moment in waiting:
                self.now = max(self.now, moment)
                self.sends(waiting[moment], pages)
            else:
                self.meets_next_deadline()
        self.now = until

    def sends(self, which: Page, news: Progress | None = None) -> None:
        """The carrier takes a waiting page, and perhaps says how it went."""
        self._set_page(which.id, PageState.SENDING, tried_at=self.now, due_at=None)
        self._set_page(which.id, PageState.SENT)
        if news is not None:
            self.hears(which.id, news)

    def hears(self, page_id: str, progress: Progress) -> None:
        """The carrier's word on a page: what does not move it forward changes nothing."""
        known = self.pages[page_id]
        news = read_news(known, progress)
        if not is_forward(known.state, news.state):
            return
        self._set_page(page_id, news.state, tried_at=known.tried_at or self.now, due_at=None)
        if news.state is PageState.FAILED:
            failed = self.pages[page_id]
            rule = _AFTER_FAILURE.get(failed.purpose, escalation.fail_forward)
            self.do(rule(self.situation, failed, self.now))

    def every_page_fails(self) -> None:
        """Every phone is dead: each page that is out or due fails, and so does each page that this brings at once."""
        while (alive := next(filter(self._can_fail_now, self.pages.values()), None)) is not None:
            self.hears(alive.id, Progress.FAILED)

    def _can_fail_now(self, page: Page) -> bool:
        out = page.state not in FINAL_PAGE_STATES and page.state is not PageState.WAITING
        return page.purpose is Purpose.PAGE and (out or (page.due_at is not None and page.due_at <= self.now))

    # ---- the interpreter ----

    def do(self, decisions: Sequence[Decision]) -> None:
        before = self.callout.primary
        released = len(self.released)
        for number, decision in enumerate(decisions):
            if isinstance(decision, MoveTo):
                told = {alarm.kind for alarm in only(AlarmCoordinators, decisions[:number])}
                assert not told & over_when(decision.status), "what is told before the move that ends it never ends"
            self._one(decision)
        self.check()
        if before is not None and before.person not in {assignment.person for assignment in self.released[released:]}:
            assert self.callout.primary is not None, "only a release takes a call-out from whoever has it"
            assert self.callout.primary.person == before.person, "the first acknowledgement wins"

    def _one(self, decision: Decision) -> None:
        match decision:
            case MoveTo(status):
                callout_rules.check_move(self.callout.status, status)
                self._change(status=status)
                if status is Status.PAGING:
                    self.queued.clear()
            case WriteDetails(details):
                self._change(officer_phone=details.officer_phone)
            case WriteCallOut(changes):
                self._change_itself(changes)
            case SendPage():
                self._send(decision)
            case HurryPage(page_id):
                known = self.pages[page_id]
                assert known.state is PageState.WAITING, "only what waits can be hurried"
                assert known.due_at is not None
                self._set_page(page_id, due_at=min(known.due_at, self.now))
            case WithdrawPages(person):
                for known in [*self.pages.values()]:
                    asks = known.purpose in _WITHDRAWN and known.state is PageState.WAITING
                    if asks and person in {None, known.person}:
                        self._set_page(known.id, PageState.WITHDRAWN, due_at=None)
            case WithdrawStandDowns(person):
                for known in [*self.pages.values()]:
                    stands_down = known.purpose is Purpose.STAND_DOWN and known.state is PageState.WAITING
                    if stands_down and person in {None, known.person}:
                        self._set_page(known.id, PageState.WITHDRAWN, due_at=None)
            case EndAsks(person):
                for known in [*self.pages.values()]:
                    asks = known.purpose is Purpose.ASK_ALONG
                    if asks and known.person == person and known.wants_answer:
                        waits = known.state is PageState.WAITING
                        self._set_page(known.id, PageState.WITHDRAWN if waits else PageState.DONE, due_at=None)
            case SetDeadline():
                assert decision.due_at >= self.now, f"{decision} lies in the past"
                stands = decision.kind in KEEP_EARLIEST and (decision.kind, decision.person) in self.deadlines
                if not stands:
                    self.deadlines[decision.kind, decision.person] = decision
            case DropDeadlines(kinds, person, due_from):
                for key, set_ in list(self.deadlines.items()):
                    late = due_from is None or set_.due_at >= due_from
                    if late and key[0] in kinds and person in {None, key[1]}:
                        del self.deadlines[key]
            case AssignSpecialist(person, role, eta_at):
                self._assign(person, role, eta_at)
            case ReleaseSpecialist(person):
                self.released.append(self._mine(person))
                self._change(
                    assignments=tuple(
                        assignment for assignment in self.callout.assignments if assignment.person != person
                    )
                )
            case WriteEta(person, eta_at):
                self._put(replace(self._mine(person), eta_at=eta_at))
            case Stamp(person, kind, at):
                self._stamp(person, kind, at)
            case OverwriteStamp(person, kind, at):
                self._correct(person, kind, at)
            case MarkDeclined(person, limited, needs):
                others = tuple(one for one in self.callout.limited if one.person != person)
                no = Decline(person, self.now, limited, needs)
                self._change(declined=self.callout.declined | {person}, limited=(*others, no) if limited else others)
            case TextOfficer(text):
                self.told_officer.append(text)
            case AlarmCoordinators(text):
                self.alarms.append(text)
            case Note(kind, _, _):
                self.notes.append(kind)
            case TellPartners() | TellAgency() | OwnAlarm() | EndAlarms() | StopRinging() | FulfilPromise():
                pass
            case SaveWords() | KeepOutcome():
                pass
            case _:
                assert_never(decision)

    def _change_itself(self, changes: Changes) -> None:
        if "step" in changes:
            self._begin_turn(changes["step"])
        assert "missed" not in changes or self.now >= self.callout.respond_by, "nothing is missed before its time"
        self._change(**{name: value for name, value in changes.items() if name in _OF_A_CALLOUT})

    def _begin_turn(self, step: int) -> None:
        assert step > self.callout.step, "turns only count up"
        steps = len(self.callout.policy.steps)
        if self.queued and self.queued[-1][0] > steps:
            spent = self.now - self.queued[-1][1]
            assert spent >= timedelta(seconds=self.callout.policy.round_wait_seconds), "a round keeps its time"
        self.queued.append((step, self.now))
        self._change(step=step)

    def _send(self, sent: SendPage) -> None:
        assert sent.due_at >= self.now, f"{sent} lies in the past"
        assert sent.to, "nothing can be sent to nowhere"
        if sent.purpose is Purpose.PAGE:
            assert self.callout.status is Status.PAGING, "nobody is asked to take what is taken, or over"
            assert sent.step == self.callout.step
            self._check_decliner(sent)
            self._check_out(sent)
        if sent.purpose is Purpose.ASK_ALONG:
            self._check_asked_along(sent)
        new = Page(
            id=f"p{len(self.pages) + 1:04}",
            purpose=sent.purpose,
            channel=sent.channel,
            to=sent.to,
            state=PageState.WAITING,
            due_at=sent.due_at,
            person=sent.person,
            step=sent.step,
            text=sent.text,
        )
        self.pages[new.id] = new

    def _check_asked_along(self, sent: SendPage) -> None:
        """At most four are asked along, while somebody has it; nobody who declined, is out or is on it."""
        assert sent.person is not None
        assert self.callout.primary is not None, "nobody goes along with nobody"
        assert sent.person not in self.callout.declined | self.callout.out
        assert not self.callout.is_on_it(sent.person)
        assert len({*self.situation.callout.asked_along, sent.person}) <= MOST_ASKED

    def _check_decliner(self, sent: SendPage) -> None:
        """Whoever declined is asked again only when nobody else is left, or when they have offered to come.
        Whoever goes only if nobody else does is asked again by each round."""
        assert sent.person is not None
        if sent.person in self.by_hand:
            return
        if sent.person in self.callout.declined and self.callout.assignment_of(sent.person) is None:
            assert sent.step > len(self.callout.policy.steps)
            if self.callout.limited_of(sent.person) is not None:
                return
            everyone = {person.id for person in self.roster.with_role(Role.SPECIALIST)}
            assert everyone <= self.callout.declined, f"{sent.person} declined, and others are left"

    def _check_out(self, sent: SendPage) -> None:
        """Who is out on another call-out is asked in no step, and told that they are the last."""
        if sent.person in self.callout.out - self.by_hand and self.callout.assignment_of(sent.person or "") is None:
            assert sent.step > len(self.callout.policy.steps), f"{sent.person} is out, and others are left"
            assert "you are the last we can ask" in sent.text

    def _assign(self, person: str, role: AssignmentRole, eta_at: datetime | None) -> None:
        if role is AssignmentRole.PRIMARY:
            assert self.callout.primary is None, "two would go first"
        mine = self.callout.assignment_of(person)
        if mine is None:
            new = Assignment(person, role, self.now, eta_at)
            self._change(assignments=(*self.callout.assignments, new))
        else:
            self._put(replace(mine, role=role, eta_at=eta_at))
        if not role.is_offer:
            limited = tuple(one for one in self.callout.limited if one.person != person)
            self._change(declined=self.callout.declined - {person}, limited=limited)
        if role is AssignmentRole.PRIMARY:
            self._change(acknowledged_at=self.now)

    def _stamp(self, person: str, kind: StampKind, at: datetime) -> None:
        mine = self._mine(person)
        assert getattr(mine, kind) is None, f"{kind} of {person} stands already"
        stamped: dict[str, Any] = {kind.value: at}
        self._put(replace(mine, **stamped))
        stamps = [stamp for name in _ORDER if (stamp := getattr(self._mine(person), name)) is not None]
        assert stamps == sorted(stamps), "stamps are in order"
        if kind is StampKind.ARRIVED and self.callout.arrived_at is None:
            self._change(arrived_at=at, missed=at > self.callout.respond_by)

    def _correct(self, person: str, kind: StampKind, at: datetime) -> None:
        stamped: dict[str, Any] = {kind.value: at}
        first = first_arrival(self.callout, person, at)
        self._put(replace(self._mine(person), **stamped))
        if kind is StampKind.ARRIVED:
            self._change(arrived_at=first, missed=first > self.callout.respond_by)

    # ---- the law ----

    def check(self) -> None:
        """What must hold after anything that happens."""
        self._check_next_move()
        on_it = [assignment for assignment in self.callout.assignments if not assignment.role.is_offer]
        first = [assignment for assignment in on_it if assignment.role is AssignmentRole.PRIMARY]
        if self.callout.status is Status.PAGING:
            assert not on_it, "while somebody is on it nobody need be paged"
            assert (DeadlineKind.ESCALATE, None) in self.deadlines, "every turn has an end"
            assert (DeadlineKind.OFFICER_WAITING, None) in self.deadlines, "the officer hears how it stands"
        else:
            asking = [page for page in self.pages.values() if page.purpose is Purpose.PAGE and page.due_at is not None]
            assert not [page for page in asking if page.state is PageState.WAITING], "nobody is asked any more"
        if self.callout.status in _TAKEN:
            assert len(first) == 1, "exactly one has it"
        if self.is_open:
            for assignment in on_it:
                assert self._will_be_asked(assignment), f"{assignment} is forgotten"

    def _check_next_move(self) -> None:
        if self.is_open:
            waiting = [page for page in self.pages.values() if page.purpose is Purpose.PAGE and page.due_at is not None]
            assert self.deadlines or waiting, "an open call-out has a next move"
        else:
            left = {kind for kind, _ in self.deadlines} - {DeadlineKind.DANGER}
            assert not left, "what is over has no deadlines, but for a cry for help that nobody has heard"

    def _will_be_asked(self, assignment: Assignment) -> bool:
        """Whether a deadline is set that asks how they are getting on."""
        if assignment.home_at is not None:
            return True
        if assignment.cleared_at is not None:
            return (DeadlineKind.CHECK_HOME, assignment.person) in self.deadlines
        if assignment.arrived_at is not None:
            return (DeadlineKind.CHECK_ON_SCENE, None) in self.deadlines
        if assignment.en_route_at is not None:
            return (DeadlineKind.REMIND_ARRIVAL, assignment.person) in self.deadlines
        return (DeadlineKind.REMIND_EN_ROUTE, assignment.person) in self.deadlines

    # ---- pieces ----

    def _change(self, **values: Any) -> None:
        self.callout = replace(self.callout, **values)

    def _mine(self, person: str) -> Assignment:
        mine = self.callout.assignment_of(person)
        assert mine is not None, f"{person} is not on the call-out"
        return mine

    def _put(self, mine: Assignment) -> None:
        changed = tuple(
            mine if assignment.person == mine.person else assignment for assignment in self.callout.assignments
        )
        self._change(assignments=changed)

    def _set_page(self, page_id: str, state: PageState | None = None, **values: Any) -> None:
        known = self.pages[page_id]
        if state is not None:
            assert is_forward(known.state, state), "a page only moves forward"
            values["state"] = state
        self.pages[page_id] = replace(known, **values)
