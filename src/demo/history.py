"""Thirteen weeks of sample history: what the demo's views show before anybody has called out.

Played, not written: the service's own actions live through these nights, under a clock of their own and with a carrier
that accepts everything, so each stamp, page and line of a timeline is one that the service has made. It all happens in
one transaction, in a second or so. The same nights come each time, and each call-out's reference begins with SAMPLE.
"""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from demo import sample
from dispatch.actions.callout.open_callout import open_callout
from dispatch.actions.commands import give
from dispatch.actions.context import Context
from dispatch.actions.delivery.record_news import hear_report
from dispatch.actions.delivery.send_pages import AMPLE, Claimed, record_hung_up, record_outcome
from dispatch.actions.replies.record_reply import InboundText, record_reply
from dispatch.actions.reports import judge_misses
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.actions.take_due import take_due
from dispatch.rules.callout.escalation import asked_in_step
from dispatch.rules.commands.commands import Close
from dispatch.rules.delivery.page_life import SendTask
from dispatch.rules.delivery.sending import Accepted, CarrierReport, Progress
from dispatch.rules.facts.actors import OPERATOR, Actor, ActorKind, Source
from dispatch.rules.facts.callout import Details, Outcome
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Rotation, RotationUnit
from dispatch.rules.reports.exclusions import Cause, ExclusionCode, Help, Review
from dispatch.store.callout import deadlines, own_rows
from dispatch.store.delivery import due_pages
from dispatch.store.engine.database import Database
from dispatch.store.open_database import open_up_to_date
from dispatch.store.roster.roster import Rosters
from dispatch.store.transaction import Transaction

WEEKS = 13
_SEED = 4711
_A_WEEK = 5  # call-outs, on average
_RINGS_FOR = 25 / 60  # minutes
_QUIET_WEEKS = 2  # the last ones, in which nobody was late
_UNDER_WAY_FOR = timedelta(minutes=24)  # how long the call-out that is still open has been open
_OFFICERS = {"LBPD": "+15625550177", "LAPD": "+12135550178", "LASD": "+12135550179"}
_PLACES = ("Station, front desk", "Family room, second floor", "Emergency room, ask for the nurse", "Motel office")
# On call for the call-out that is open when the demo begins. Ana and Ben stay free for whoever tries the demo.
_ON_CALL_NOW = ("eva", "dev")

# From midnight on: half of all call-outs come between ten at night and four in the morning.
_BY_HOUR = (6, 6, 6, 5, 3, 2, 2, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 5, 6, 6)

_Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class SampleNight:
    """One call-out as it went. Minutes count from its receipt; `stays` and `home` are how long each took."""

    at: datetime
    agency: str
    children: int
    wakes: float  # when somebody answers; after minute 5 that is the backup
    leaves: float
    arrives: float
    stays: float
    home: float
    declines: bool  # the first specialist who is paged cannot come
    bags: bool  # Freedom Bags were given


def nights(now: datetime) -> list[SampleNight]:
    """The nights of the thirteen weeks before `now`, the oldest first."""
    chance = random.Random(_SEED)
    today = now.astimezone(ZoneInfo(LOCAL)).date()
    found: list[SampleNight] = []
    for week in range(WEEKS, 0, -1):
        calm = week <= _QUIET_WEEKS
        days = sorted(chance.sample(range(7), k=4 if calm else chance.randint(_A_WEEK - 1, _A_WEEK + 1)))
        for day in days:
            at = _moment(chance, today - timedelta(days=7 * week - day))
            if at < now - timedelta(hours=12):  # old enough that its outcome has been noted, too
                found.append(_night(chance, at, calm=calm))
    return found


def _moment(chance: random.Random, day: date) -> datetime:
    (hour,) = chance.choices(range(24), weights=_BY_HOUR)
    local = datetime.combine(day, time(hour, chance.randint(0, 59), chance.randint(0, 59)), ZoneInfo(LOCAL))
    return local.astimezone(UTC)


def _night(chance: random.Random, at: datetime, *, calm: bool) -> SampleNight:
    wakes = min(chance.expovariate(1 / 2.2) + 0.3, 4.5)
    if chance.random() < 0.14:
        wakes = chance.uniform(5.5, 9.0)
    leaves = wakes + chance.uniform(3, 9)
    arrives = leaves + min(chance.gammavariate(4, 5.5) + 6, 38)
    if not calm and chance.random() < 0.08:
        arrives = chance.uniform(62, 84)
    return SampleNight(
        at,
        chance.choices(tuple(_OFFICERS), weights=(9, 7, 4))[0],
        chance.choices((1, 2), weights=(6, 1))[0],
        wakes,
        leaves,
        arrives,
        stays=chance.uniform(50, 150),
        home=chance.uniform(20, 50),
        declines=chance.random() < 0.08,
        bags=chance.random() < 0.9,
    )


# ---- playing them --------------------------------------------------------------------------------------------------


async def play(database_url: str, now: datetime) -> None:
    """Live through the thirteen weeks that end at `now`, in an empty database."""
    database = Database(database_url, alone=True)
    try:
        await open_up_to_date(database)
        await database.write(lambda tx: _live_through(tx, now))
    finally:
        await database.close()


def _live_through(tx: Transaction, now: datetime) -> None:
    past = nights(now)
    town = _Town(tx, past[0].at - timedelta(hours=1))
    import_roster(tx, town.context(), sample.ROSTER, OPERATOR, Source.CLI)
    for number, night in enumerate(past, 1):
        town.plan(night, f"SAMPLE-{number:03}")
    town.until(now - _UNDER_WAY_FOR)
    _judge(tx, town)
    import_roster(tx, town.context(), _with_others_on_call(now), OPERATOR, Source.CLI, at_once=True)
    town.eva_drives(f"SAMPLE-{len(past) + 1:03}")
    town.until(now)


def _with_others_on_call(now: datetime) -> Roster:
    since = now.astimezone(ZoneInfo(LOCAL)).date() - timedelta(days=1)
    turns = tuple(
        Rotation(name, (person,), RotationUnit.DAYS, 1, time(9), since)
        for name, person in zip(("primary", "backup"), _ON_CALL_NOW, strict=True)
    )
    return replace(sample.ROSTER, rotations=turns)


@dataclass(slots=True)
class _Town:
    """The people of the town, and what they still have to do. `moment` is what its clock shows."""

    tx: Transaction
    moment: datetime
    missed: list[str] = field(default_factory=list)  # ids of call-outs
    _rosters: Rosters = field(default_factory=Rosters)
    _chance: random.Random = field(default_factory=lambda: random.Random(_SEED))
    _numbers: Iterator[int] = field(default_factory=count)
    _plans: list[tuple[datetime, int, _Step]] = field(default_factory=list)

    def context(self) -> Context:
        # Nobody rings or texts the past, so whom we dial is no question.
        return Context(
            self.moment, self._chance, self._rosters, contact_phone=sample.CONTACT_PHONE, dials=lambda _phone: True
        )

    def plan(self, night: SampleNight, reference: str) -> None:
        self._at(night.at, lambda: self._goes_through(night, reference))

    def eva_drives(self, reference: str) -> None:
        """The call-out still open when the history ends: Eva took it and left, and will be there within the hour."""
        code, id_ = self._opens("LAPD", 1, reference)
        for minutes, text in ((1.2, "1 38"), (4.5, "OMW")):
            self._after(minutes, lambda text=text: self._texts(id_, f"{code} {text}"))  # type: ignore[misc]

    def until(self, end: datetime) -> None:
        """Do whatever is due, by the service or by its people, until `end`."""
        while (due := self._next_due()) is not None and due <= end:
            self.moment = max(self.moment, due)
            while self._plans and self._plans[0][0] <= self.moment:
                heapq.heappop(self._plans)[2]()
            self._work()
        self.moment = end

    def _next_due(self) -> datetime | None:
        planned = self._plans[0][0] if self._plans else None
        moments = (deadlines.next_due(self.tx), due_pages.next_due(self.tx), planned)
        return min((moment for moment in moments if moment is not None), default=None)

    def _at(self, moment: datetime, step: _Step) -> None:
        heapq.heappush(self._plans, (moment, next(self._numbers), step))

    def _after(self, minutes: float, step: _Step) -> None:
        self._at(self.moment + timedelta(minutes=minutes), step)

    # ---- the service ----

    def _work(self) -> None:
        while (due := take_due(self.tx, self.context(), AMPLE, "history")).met or due.pages:
            for claimed in due.pages:
                self._send(claimed)

    def _send(self, claimed: Claimed) -> None:
        """A text is on the phone at once; a call rings out, unless somebody takes it while it rings."""
        page, name = claimed.page.fact, f"sample-{claimed.page.fact.id}"
        if claimed.send_task is SendTask.HANG_UP:
            record_hung_up(self.tx, self.context(), claimed)
            return
        record_outcome(self.tx, self.context(), claimed, Accepted(name, "queued"))
        if page.channel is Channel.SMS:
            hear_report(self.tx, self.context(), page.id, CarrierReport(name, Progress.ARRIVED, "delivered"))
        else:
            rung_out = CarrierReport(name, Progress.NO_ANSWER, "no-answer")
            self._after(_RINGS_FOR, lambda: hear_report(self.tx, self.context(), page.id, rung_out))

    # ---- the people ----

    def _opens(self, agency: str, children: int, reference: str) -> tuple[str, str]:
        """An officer calls out; returns the call-out's code and id."""
        chance = random.Random(reference)
        details = Details(
            _OFFICERS[agency],
            unit=f"{chance.randint(1, 9)}-Adam-{chance.randint(10, 40)}",
            place_address=chance.choice(_PLACES),
            children=children,
            age_band=chance.choice(("13-15", "13-15", "16-17")),
            languages=chance.choice((("en",), ("en", "es"))),
            reference=reference,
        )
        record = open_callout(self.tx, self.context(), agency, details, None).record
        return record.code, record.id

    def _goes_through(self, night: SampleNight, reference: str) -> None:
        code, id_ = self._opens(night.agency, night.children, reference)
        late = night.arrives > 60
        if late:
            self.missed.append(id_)
        promised = 45 if late else int(night.arrives - night.wakes) // 5 * 5 + 5
        left = night.arrives + night.stays
        said = (
            *(((night.wakes * 0.6, "2"),) if night.declines else ()),
            (night.wakes, f"1 {promised}"),
            (night.leaves, "OMW"),
            (night.arrives, "HERE"),
            (left, "DONE"),
            (left + night.home, "HOME"),
        )
        for minutes, text in said:
            self._after(minutes, lambda text=text: self._texts(id_, f"{code} {text}"))  # type: ignore[misc]
        came_of = Outcome(night.children, night.children if night.bags else 0)
        self._after(left + night.home + 60, lambda: self._notes(id_, came_of))

    def _texts(self, callout_id: str, text: str) -> None:
        """A text from whoever has the call-out, otherwise from whoever was paged last."""
        own = own_rows.look(self.tx, callout_id)
        assert own is not None, "it was opened"
        callout = own.callout
        asked = [callout.primary.person] if callout.primary else asked_in_step(callout)
        person = sample.ROSTER.person(asked[-1]) if asked else None
        if person is not None:
            record_reply(self.tx, self.context(), InboundText(f"text-{next(self._numbers)}", person.phone, text))

    def _notes(self, callout_id: str, came_of: Outcome) -> None:
        give.do_unseen(self.tx, self.context(), callout_id, Close(came_of), _CORA, Source.API)


_CORA, _OMAR = Actor(ActorKind.COORDINATOR, "cora"), Actor(ActorKind.COORDINATOR, "omar")
_REVIEWS = (
    Review(Cause.FAR_AWAY, Help.NEARER, "From the other end of the county."),
    Review(Cause.TRAFFIC, Help.NOTHING, "The freeway was closed."),
    Review(Cause.LATE_START, Help.EARLIER_CALL),
    Review(Cause.PLACE, Help.BETTER_PLACE, "Two motels of one name."),
)


def _judge(tx: Transaction, town: _Town) -> None:
    """Every miss but the last has a review. One is excluded: Omar proposed it, Cora approved it."""
    for number, callout in enumerate(town.missed[:-1]):
        judge_misses.write_review(tx, town.context(), callout, _REVIEWS[number % len(_REVIEWS)], _OMAR)
    left_out = town.missed[1]
    judge_misses.code_exclusion(tx, town.context(), left_out, ExclusionCode.SCENE_UNSAFE, _OMAR)
    judge_misses.judge_exclusion(tx, town.context(), left_out, _CORA, approves=True)
