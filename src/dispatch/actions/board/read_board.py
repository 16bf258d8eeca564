"""The board: what is open, in the order in which it needs a person, and what stands beside it.

`open_board` writes the audit trail, once for a view that somebody opens; everything else here only reads, again and
again while the view is open. What is read comes out as facts; `row` makes a call-out's line of them outside the
transaction, one at a time, so that nobody waits for a long board.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from dispatch.actions.context import Context
from dispatch.actions.roster.overrule_rest import who_rests
from dispatch.actions.roster.who_is_near import far_tonight
from dispatch.rules.alarms.owners import has_owner, who_has
from dispatch.rules.board import rank as rules
from dispatch.rules.board.next_moves import NextMove, next_moves, unforeseen
from dispatch.rules.board.service import Demand, demand_on, paging
from dispatch.rules.board.standing import Level, Standing, standing, urgent_without_owner, worst_without_owner
from dispatch.rules.callout.stamps import on_track
from dispatch.rules.decisions import DeadlineKind, SetDeadline
from dispatch.rules.delivery.how_it_went import how_it_went
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.situation import Paging, Situation, Timings
from dispatch.rules.hotline import silence
from dispatch.rules.nearer import asked_sentence, could_come
from dispatch.rules.nearer.reach import Reach
from dispatch.rules.reports.readiness import LOOK_AHEAD, gaps_ahead
from dispatch.rules.roster.on_call import resolve
from dispatch.rules.schedule.spans_on_call import RotationThen, at_moment
from dispatch.rules.shifts.cover_texts import cover_said
from dispatch.rules.shifts.taking import is_standing
from dispatch.rules.shifts.unanswered import found_nobody
from dispatch.rules.wording.names import doubt
from dispatch.store.access import audit
from dispatch.store.board import open_callouts as store
from dispatch.store.board.open_callouts import BoardCallOut, Carried, LastTestPage, OpenNow, Over
from dispatch.store.shifts import asked_covers
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.board")

MOST_ROWS = 300
"""How many call-outs a board shows at once. More would be too heavy for a view; the board says how many there are."""
CARRIER_SPAN = timedelta(hours=1)
WEEK = timedelta(days=7)
_TESTS_SINCE = timedelta(days=7)
_MOST_DOTS = 300


def open_board(tx: Transaction, context: Context, by: Actor, source: Source, *, on_wall: bool = False) -> None:
    """Somebody opens the board: one line in the audit trail, whatever it shows from then on."""
    context.let_sleep()
    audit.write(tx, context.now, by, source, AuditEvent.OPENED_BOARD, detail="on a wall" if on_wall else None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is open at `now`, and all that a row is made of."""

    now: datetime
    roster: Roster
    timings: Timings
    open: OpenNow
    situations: Mapping[str, Situation]
    paging: Paging
    resting: Mapping[str, datetime]


def read_open(tx: Transaction, context: Context) -> Facts:
    around = context.surroundings(tx)
    found = store.open_now(tx, context.now, MOST_ROWS, context.looks_back)
    return Facts(
        context.now,
        context.roster(tx, around.version),
        context.timings,
        found,
        {one.fact.id: context.around(tx, one.own, around) for one in found.callouts},
        paging(around.nodes),
        context.resting_in(around),
    )


# ---- a call-out ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A text or a call that is under way: to whom, how far it has come, and since when."""

    name: str
    channel: Channel
    words: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One call-out. Every moment is absolute, so two rows are equal for as long as nothing happens in between.

    `doubt` says what we do not know of the caller; `unit` is what the caller wrote. `phone` is whom to ring who has it,
    and `paged` are those who were asked to go: like `officer_phone` not shown on a wall display. `alarm` is the id of
    the worst that nobody has, and `free` those of all that need somebody now. `same_as` is the code of another open
    call-out that is probably about the same. `stamps` are what has happened, with a word for each. `holder`, `phone`,
    `eta_at` and `stamps` are of whoever comes first, who mostly has it. `asked_along` and `offers` are sentences, and
    `rests` has one for each who is left out because they rest.
    """

    id: str
    code: str
    agency: str
    agency_name: str
    received_at: datetime
    respond_by: datetime
    arrived_at: datetime | None
    same_as: str | None
    stands: Standing
    unit: str | None
    officer_leaves_at: datetime | None
    officer_phone: str | None
    next: tuple[NextMove, ...]
    doubt: str = ""
    holder: str | None = None
    phone: str | None = None
    paged: tuple[tuple[str, str], ...] = ()
    alarm: str | None = None
    free: tuple[str, ...] = ()
    eta_at: datetime | None = None
    stamps: tuple[tuple[datetime, str], ...] = ()
    now: tuple[PageSeen, ...] = ()
    tried: tuple[tuple[str, str], ...] = ()
    asked_along: str = ""
    offers: str = ""
    rests: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        return self.arrived_at is not None

    @property
    def place(self) -> tuple[bool, tuple[int, datetime, str]]:
        """What rows are sorted by: call-outs where somebody is there come last."""
        return self.is_there, rules.order(self.stands.level, self.respond_by, self.id)

    def for_wall(self) -> "BoardRow":
        """As a wall display may show it, which everybody passes."""
        return replace(self, unit=None, phone=None, officer_phone=None, paged=())


def row(facts: Facts, one: BoardCallOut) -> BoardRow:
    """How one call-out stands."""
    callout, roster = one.fact, facts.roster
    situation = facts.situations[one.fact.id]
    first = callout.comes_first
    taker = roster.person(first.person) if first is not None else None
    stands, alarm, free = _by_now(situation, facts.now)
    return replace(
        _bare(facts, one),
        stands=stands,
        doubt=doubt(callout.trust),
        holder=taker.first_name if taker else None,
        phone=taker.phone if taker else None,
        paged=_paged(callout, roster),
        alarm=alarm,
        free=free,
        eta_at=first.eta_at if first and callout.arrived_at is None else None,
        stamps=on_track(callout),
        now=_under_way(one, roster) if callout.status.is_paging else (),
        next=_next(situation, one),
        tried=tuple(rules.tried(situation, _failures(one))) if callout.arrived_at is None else (),
        asked_along=asked_sentence.shown(callout, roster),
        offers=could_come.shown(callout, roster),
        rests=one.rests if callout.arrived_at is None else (),
    )


def _by_now(situation: Situation, now: datetime) -> tuple[Standing, str | None, tuple[str, ...]]:
    """How it stands, and the ids of the worst alarm that nobody has and of all such that need somebody now: what time
    alone changes."""
    worst = worst_without_owner(situation, now)
    return standing(situation, now), worst.id if worst is not None else None, urgent_without_owner(situation, now)


def how_it_stands(situation: Situation, now: datetime) -> tuple[Standing, str | None, tuple[str, ...]]:
    """The same, for the view of one call-out: a mistake of ours hides how it stands, and not the rest of the view."""
    try:
        return _by_now(situation, now)
    except Exception:  # it asks rules and no database
        _log.exception("how it stands cannot be said", callout=situation.callout.code)
        return HIDDEN, None, ()


def _paged(callout: CallOut, roster: Roster) -> tuple[tuple[str, str], ...]:
    """Everybody who was asked to go and has not declined since, with their numbers: the last asked first."""
    if not callout.status.is_paging:
        return ()
    asked = [
        page.person
        for page in reversed(callout.pages)
        if page.purpose.pages
        and page.person
        and (page.person not in callout.declined or callout.is_asked_again(page.person))
    ]
    people = [person for id_ in dict.fromkeys(filter(None, asked)) if (person := roster.person(id_)) is not None]
    return tuple((person.first_name, person.phone) for person in people)


class Rows:
    """Makes rows, and remembers them: from one frame of a board to the next hardly anything has happened.

    The law: time alone changes nothing in a row but how its call-out stands, and which alarm is to be had. So while a
    call-out, the roster, whether anybody can be paged and who rests are unchanged, only these are worked out again, at
    a fifth of the cost.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[BoardCallOut, Roster, Paging, Mapping[str, datetime], BoardRow]] = {}

    def row(self, facts: Facts, one: BoardCallOut) -> BoardRow:
        """What `row` makes of it; the same object for as long as nothing changes."""
        before, roster, paged, rest, known = self._known.get(one.fact.id, (None, None, None, None, None))
        same = roster is facts.roster and paged == facts.paging and rest == facts.resting and before == one
        if not same:
            known = None
        try:
            if known is None or known.stands == HIDDEN:
                known = row(facts, one)
            elif (fresh := _by_now(facts.situations[one.fact.id], facts.now)) != (
                known.stands,
                known.alarm,
                known.free,
            ):
                known = replace(known, stands=fresh[0], alarm=fresh[1], free=fresh[2])
        except Exception:  # it asks rules and no database: one call-out must not take the board from everybody
            if known is None or known.stands != HIDDEN:
                _log.exception("a row of the board cannot be made", callout=one.fact.code)
            known = _bare(facts, one)
        self._known[one.fact.id] = one, facts.roster, facts.paging, facts.resting, known
        return known

    def forget_others(self, facts: Facts) -> None:
        """Keep only what is about the call-outs of these facts: the others have ended."""
        self._known = {
            one.fact.id: self._known[one.fact.id] for one in facts.open.callouts if one.fact.id in self._known
        }


HIDDEN = Standing(Level.ACT, "Open, and a mistake of ours hides how it stands")


def _bare(facts: Facts, one: BoardCallOut) -> BoardRow:
    """What no rule is asked for: what is shown of a call-out whose row cannot be made."""
    callout, details = one.fact, one.own.details
    return BoardRow(
        id=callout.id,
        code=callout.code,
        agency=callout.agency,
        agency_name=facts.roster.agency_name(callout.agency),
        received_at=callout.received_at,
        respond_by=callout.respond_by,
        arrived_at=callout.arrived_at,
        same_as=callout.same_as,
        stands=HIDDEN,
        unit=details.unit,
        officer_leaves_at=details.officer_leaves_at,
        officer_phone=callout.officer_phone or None,
        next=tuple(unforeseen(one.due)),
    )


def _under_way(one: BoardCallOut, roster: Roster) -> tuple[PageSeen, ...]:
    """The newest page with the carrier, for each person on each channel."""
    newest = {
        (page.person, page.channel): page
        for page in one.fact.pages
        if page.step == one.fact.step and page.state.is_under_way
    }
    return tuple(
        PageSeen(
            _name(roster, page.person),
            page.channel,
            how_it_went(page.channel, page.state, page.due_at, page.failure),
            page.tried_at,
        )
        for page in newest.values()
    )


def _failures(one: BoardCallOut) -> dict[str, str | None]:
    """Everybody with a failed page in the newest steps, and why their last one failed; not those whose phone rings in
    this step."""
    under_way = {
        page.person
        for page in one.fact.pages
        if page.step == one.fact.step and page.channel is Channel.VOICE and page.state.is_under_way
    }
    return {
        page.person: page.failure
        for page in one.fact.pages
        if page.person is not None and page.state.has_failed and page.person not in under_way
    }


def _next(situation: Situation, one: BoardCallOut) -> tuple[NextMove, ...]:
    due = [line for line in one.due if line.kind is not DeadlineKind.ALARM_LAPSES]
    return tuple(rules.shown_moves(foresee(situation, due)))


def foresee(situation: Situation, due: Sequence[SetDeadline]) -> Sequence[NextMove]:
    """What happens by itself. A mistake of ours hides what is next, and neither the board nor the call-out."""
    try:
        return next_moves(situation, due)
    except Exception:  # it asks the rule of each deadline, and no database
        _log.exception("what is next cannot be said", callout=situation.callout.code)
        return unforeseen(due)


def _name(roster: Roster, person_id: str | None) -> str:
    person = roster.person(person_id) if person_id is not None else None
    return person.first_name if person else "somebody"


# ---- what is wrong with the service itself -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoardTrouble:
    """`is_cry`: somebody asked for help, and may need it; `whom` it is, if not the officer, is no wall's business."""

    id: str
    stands: Standing
    opened_at: datetime
    is_had: bool
    is_cry: bool
    whom: Person | None


@dataclass(frozen=True, slots=True)
class UndecidedCall:
    """A call on the hotline of which nobody has said what it is. `due_at` is when it pages by itself, if it does;
    `owner` is the name of whoever has the alarm about it. `pressed` a key: its caller is none of those who say nothing.
    `phone` is not shown on a wall display."""

    id: str
    level: Level
    phone: str | None
    called_at: datetime
    due_at: datetime | None
    on_the_line: bool
    pressed: bool
    owner: str | None

    def for_wall(self) -> "UndecidedCall":
        """As a wall display may show it."""
        return replace(self, phone=None)


def callers(facts: Facts) -> tuple[UndecidedCall, ...]:
    """The calls that wait for a decision, the most pressing first."""
    owners = {one.call: who_has(one, facts.roster, facts.now) for one in facts.open.standalone if one.call is not None}

    def level(call: HotlineCall) -> Level:
        # Whoever is on the line is led through a menu: only an alarm, or their hanging up, asks for a person.
        needs = call.id in owners or call.ended_at is not None
        return Level.ACT if needs and owners.get(call.id) is None else Level.SOON

    found = [
        UndecidedCall(
            id=call.id,
            level=level(call),
            phone=call.phone,
            called_at=call.called_at,
            due_at=call.due_at,
            on_the_line=call.ended_at is None,
            pressed=call.pressed,
            owner=owners.get(call.id),
        )
        for call in facts.open.calls
        if not (silence.is_silent(call) and silence.stand_together(facts.open.silent))
    ]
    return tuple(sorted(found, key=lambda one: rules.order(one.level, one.due_at or one.called_at, one.id)))


@dataclass(frozen=True, slots=True)
class SilentFlood:
    """Many callers who said nothing, in one line. `calls` are their numbers with when they called, the oldest first;
    `owner` is the name of whoever has the alarm about them. Numbers are not shown on a wall display."""

    level: Level
    callers: int
    calls: tuple[tuple[str | None, datetime], ...]
    owner: str | None

    def for_wall(self) -> "SilentFlood":
        """As a wall display may show it."""
        return replace(self, calls=())


def flood(facts: Facts) -> SilentFlood | None:
    """The silent calls as one line; None while each stands by itself."""
    silent = facts.open.silent
    if not silence.stand_together(silent):
        return None
    about = [one for one in facts.open.standalone if silence.tells_of_all(one)]
    owner = next((name for one in about if (name := who_has(one, facts.roster, facts.now)) is not None), None)
    return SilentFlood(
        Level.SOON if owner is not None else Level.ACT,
        silence.callers(silent),
        tuple((call.phone, call.called_at) for call in silent),
        owner,
    )


def demand(facts: Facts) -> Demand:
    """What is open, against who could go."""
    return demand_on(facts.roster, [one.fact for one in facts.open.callouts], facts.open.count, facts.open.out)


def troubles(facts: Facts) -> tuple[BoardTrouble, ...]:
    """The open alarms about no open call-out, the most pressing first."""
    found = [
        BoardTrouble(
            one.id,
            rules.trouble(one, facts.roster, facts.now),
            one.opened_at,
            has_owner(one, facts.now),
            rules.is_cry(one),
            rules.whom_to_ring(one, facts.roster),
        )
        for one in facts.open.standalone
        if one.call is None and not (silence.tells_of_all(one) and silence.stand_together(facts.open.silent))
    ]
    return tuple(sorted(found, key=lambda one: rules.order(one.stands.level, one.opened_at, one.id)))


# ---- at the side ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OnCall:
    """Whoever a rotation has on call: until when, and who follows ("" for nobody). No name: nobody is on call.
    `rests_until`: they rest after a call-out at night, and others are paged first."""

    rotation: str
    person: str | None
    name: str | None
    tested_at: datetime | None
    test_failed: bool
    until: datetime | None
    then: str | None
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is on call. `starts_at` is None once it has begun, `ends_at` for one that goes on for as long as we look
    ahead."""

    rotation: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What changes slowly. `week` are the call-outs of the last seven days whose result is known, the newest last.
    `far` are the areas that nobody on call could reach in time tonight: for coordinators alone. `covers` are those that
    are asked for: number, holder, span in words. `roster` is the one that says so."""

    roster: Roster
    on_call: tuple[OnCall, ...]
    gaps: tuple[Gap, ...]
    carried: tuple[Carried, ...]
    week: tuple[Over, ...]
    far: tuple[Reach, ...] = ()
    covers: tuple[tuple[int, str, str], ...] = ()


def read_beside(tx: Transaction, context: Context) -> Beside:
    """May read a thousand rows, so it runs on the reports' own reader."""
    roster, now = context.roster(tx), context.now
    rotations = at_moment(roster, now, now)
    people = {one.person for rotation in rotations for one in rotation.on_call}
    tests = store.last_tests(tx, people, now - _TESTS_SINCE)
    rests = who_rests(tx, context)
    on_call = [line for rotation in rotations for line in _on_call(roster, rotation, tests, rests)]
    return Beside(
        roster,
        tuple(on_call),
        tuple(_gaps(roster, now)),
        tuple(store.carried(tx, now, CARRIER_SPAN)),
        tuple(store.decided_since(tx, now - WEEK, _MOST_DOTS)),
        tuple(far_tonight(tx, context)),
        tuple(_covers(tx, roster, now)),
    )


def _covers(tx: Transaction, roster: Roster, now: datetime) -> Iterator[tuple[int, str, str]]:
    for one in asked_covers.open_covers(tx):
        if is_standing(roster, one, now):
            yield one.number, roster.name_of(one.wanted.holder), cover_said(one, roster)


def _on_call(
    roster: Roster,
    rotation: RotationThen,
    tests: Sequence[LastTestPage],
    rests: Mapping[str, datetime],
) -> list[OnCall]:
    found = [(person, one.until) for one in rotation.on_call if (person := roster.person(one.person)) is not None]
    if not found:
        return [OnCall(rotation.rotation, None, None, None, test_failed=False, until=None, then=None)]
    lines = []
    for person, until in found:
        mine = [test for test in tests if test.person == person.id]
        then = None
        if until is not None:
            following = resolve(roster, Target(TargetKind.ROTATION, rotation.rotation), until)
            then = ", ".join(other.name for other in following)
        lines.append(
            OnCall(
                rotation.rotation,
                person.id,
                person.name,
                max((test.at for test in mine), default=None),
                test_failed=found_nobody([(test.at, test.state) for test in mine]),
                until=until,
                then=then,
                rests_until=rests.get(person.id),
            )
        )
    return lines


def _gaps(roster: Roster, now: datetime) -> list[Gap]:
    return [
        Gap(
            gap.rotation,
            gap.starts_at if gap.starts_at > now else None,
            gap.ends_at if gap.ends_at < now + LOOK_AHEAD else None,
        )
        for gap in gaps_ahead(roster, now)
    ]
