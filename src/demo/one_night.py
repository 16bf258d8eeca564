"""The story that the service is for, played in a simulated town under a virtual clock and told on the terminal.

02:14, an officer calls out. Ana, who is on call, sleeps; Ben, the backup, takes it and is there within the hour.
Two more nights begin alike: the officer phones, or Ana's yes is too late and Dev, who is nearer, goes. The service, the
requests and the database are real; only the clock and the phones are not.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import assert_never

import httpx

from demo import sample
from demo.told_happenings import HappeningsWatch, Notes
from demo.town import OUR_NUMBER, Town, town
from dispatch.rules.facts.people import Person
from dispatch.rules.reports.intervals import Interval, Stamps, intervals
from dispatch.rules.wording import times
from dispatch.store.callout import records
from dispatch.store.callout.records import CallOutRecord
from dispatch.terminal.happenings import Happening, HappeningKind, in_order
from dispatch.terminal.lines import say, tell
from twilio_simulator import Phone

# Always the same night, and none in which clocks change, so that the story is the same whenever it is told.
BEGINS = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)  # 02:14 in Los Angeles
AGENCY = "LBPD"
VOUCHED = "TN-Validation-Passed-A"  # the network knows that the caller has a right to the number


@dataclass(frozen=True, slots=True)
class TextsBack:
    """What a person texts, so many minutes after the call-out."""

    minute: float
    person: str
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """An officer dials the hotline, from a listed phone that the network vouches for."""

    minute: float


@dataclass(frozen=True, slots=True)
class PicksUp:
    """A person picks up the call that rings."""

    minute: float
    person: str


@dataclass(frozen=True, slots=True)
class Keys:
    """A person on the phone presses keys."""

    minute: float
    person: str
    keys: str


@dataclass(frozen=True, slots=True)
class HangsUp:
    minute: float
    person: str


Scene = TextsBack | Call | PicksUp | Keys | HangsUp
_OFFICER = "officer"

BEN_GOES = (
    TextsBack(6, "ben", "1 25"),
    TextsBack(8, "ben", "OMW"),
    TextsBack(29, "ben", "HERE"),
    TextsBack(64, "ben", "DONE"),
    TextsBack(90, "ben", "HOME"),
)
# The officer hears the code, answers as she can, and stays on the line. Ana sleeps; Ben's phone rings at 02:20. He asks
# for the officer, and the two are joined.
BY_PHONE: tuple[Scene, ...] = (
    Call(0),
    Keys(0.3, _OFFICER, "1"),  # one child
    Keys(0.4, _OFFICER, "6"),  # nobody needs a doctor
    Keys(0.5, _OFFICER, "7"),  # the meeting place is safe
    Keys(0.7, _OFFICER, "1"),  # West Division
    PicksUp(6.1, "ben"),
    Keys(6.3, "ben", "1"),
    Keys(6.55, "ben", "25#"),
    Keys(6.75, "ben", "4"),
    Keys(6.95, _OFFICER, "1"),
    HangsUp(7.6, "ben"),
    HangsUp(7.8, _OFFICER),
    *BEN_GOES[1:],
)

# Ana takes it at once, but is far from home tonight. Ben and Dev are asked along; Dev sets out, and she turns back.
A_LATE_YES = (
    TextsBack(1, "ana", "1 70"),
    TextsBack(3, "dev", "1 40"),
    TextsBack(9, "dev", "OMW"),
    TextsBack(10, "ana", "NO"),
    TextsBack(44, "dev", "HERE"),
    TextsBack(79, "dev", "DONE"),
    TextsBack(105, "dev", "HOME"),
)


STORIES: Mapping[str, Sequence[Scene]] = {"webhook": BEN_GOES, "hotline": BY_PHONE, "late": A_LATE_YES}
"""The nights that `dispatch demo --once` can play."""


async def play(scenes: Sequence[Scene]) -> int:
    """Play the night and print it; returns 0 when the response clock stopped in time, else 1.

    A night without a `Call` begins with a request from the agency. If nobody is on scene after the last scene, the
    night goes on until the target has passed.
    """
    with tempfile.TemporaryDirectory(prefix="dispatch-once-") as folder:
        database = f"sqlite:///{Path(folder) / 'dispatch.db'}"
        async with town(database, sample.roster_at(BEGINS), start=BEGINS, contact_phone=sample.CONTACT_PHONE) as place:
            told = await _play(place, scenes)
            record = await _record(place, told.callout)
            told.happenings += await Notes(place.service.database).look()
    _introduce(record)
    for happening in in_order(told.happenings):
        tell(happening)
    _sum_up(record, place.roster.person(record.specialist) if record.specialist else None)
    return 0 if _in_time(record) else 1


@dataclass(slots=True)
class _Told:
    callout: str
    happenings: list[Happening]


async def _play(place: Town, scenes: Sequence[Scene]) -> _Told:
    watch = HappeningsWatch(place.carrier, sample.names(place.roster))
    happenings: list[Happening] = []
    place.carrier.on_change.append(lambda: happenings.extend(watch.look()))
    if not any(isinstance(scene, Call) for scene in scenes):
        happenings.append(await call_out(place))
    await place.settle()
    for scene in scenes:
        # Up to the moment, not through it: what falls due in the same second must find the reply.
        await place.until(BEGINS + timedelta(minutes=scene.minute, seconds=-1))
        place.clock.moment = BEGINS + timedelta(minutes=scene.minute)
        await _do(place, scene)
        await place.settle()
    (record,) = await place.service.database.read(records.newest)
    if record.arrived_at is None:
        await place.until(record.respond_by)
    await place.pass_time(timedelta(seconds=5))  # until the last texts have arrived
    return _Told(record.id, happenings)


async def _do(place: Town, scene: Scene) -> None:
    match scene:
        case TextsBack(person=person, text=text):
            await phone_of(place, person).reply(text)
        case Call():
            await phone_of(place, _OFFICER).call(OUR_NUMBER, verstat=VOUCHED)
        case PicksUp(person=person):
            await phone_of(place, person).answer()
        case Keys(person=person, keys=keys):
            await phone_of(place, person).press(keys)
        case HangsUp(person=person):
            await phone_of(place, person).hang_up()
        case _:
            assert_never(scene)


def phone_of(place: Town, person: str) -> Phone:
    return place.carrier.phone(sample.OFFICER_PHONE) if person == _OFFICER else place.phone_of(person)


async def call_out(place: Town) -> Happening:
    """The agency's request, and what it is answered."""
    headers = {"Authorization": f"Bearer {place.agency_keys[AGENCY]}"}
    async with httpx.AsyncClient(base_url=place.url) as client:
        answer = await client.post("/v1/callouts", json=sample.example_callout(), headers=headers)
    answer.raise_for_status()
    opened: dict[str, str] = answer.json()
    said = f"POST /v1/callouts answers 201: {opened['code']}, status {opened['status']}"
    return Happening(place.clock(), HappeningKind.CALLED_OUT, AGENCY, said)


async def _record(place: Town, callout: str) -> CallOutRecord:
    record = await place.service.database.read(lambda tx: records.find(tx, callout))
    assert record is not None, "the service answered 201"
    return record


# ---- telling it ----------------------------------------------------------------------------------------------------


def _introduce(record: CallOutRecord) -> None:
    officer = record.details.officer_name or "an officer"
    by_phone = " She dials the hotline." if record.details.hotline_called_at is not None else ""
    moment = times.local_time(record.received_at)
    begins = f"{moment}: {officer} has a child with her.{by_phone}"
    say(f"One night, played by the real service on a virtual clock. {begins}", bold=True)
    say()


def _in_time(record: CallOutRecord) -> bool:
    return record.arrived_at is not None and record.arrived_at <= record.respond_by


def _sum_up(record: CallOutRecord, specialist: Person | None) -> None:
    moments = (record.received_at, record.first_paged_at, record.acknowledged_at, record.en_route_at, record.arrived_at)
    # By the rule of the reports: somebody may be on the way before the call-out is theirs, when another turns back.
    parts = intervals(Stamps(*moments), record.respond_by)
    stamps: list[tuple[str, datetime | None, Interval | None]] = [
        ("received", record.received_at, None),
        ("first paged", record.first_paged_at, Interval.HANDLING),
        ("acknowledged", record.acknowledged_at, Interval.ACKNOWLEDGEMENT),
        ("en route", record.en_route_at, Interval.TURNOUT),
        ("on scene", record.arrived_at, Interval.TRAVEL if Interval.TRAVEL in parts else Interval.UNPARTED),
        ("cleared", record.cleared_at, None),
        ("safe at home", record.home_at, None),
    ]
    say()
    say(f"{'stamp':<14}{'local time':<13}{'interval':<17}{'min:s':>7}", bold=True)
    for name, stamp, interval in stamps:
        moment = f"{times.local_time(stamp)}:{stamp:%S}" if stamp else "–"
        took = parts.get(interval) if stamp and interval else None
        ended = f"{interval:<19}{_span(took):>5}" if took is not None else ""
        say(f"{name:<14}{moment:<13}{ended}".rstrip())
    say(f"{'':<14}{'':<13}{'target':<17}{_span(record.respond_by - record.received_at):>7}")
    response = _span(record.arrived_at - record.received_at) if record.arrived_at else "–"
    say(f"{'':<14}{'':<13}{'response time':<17}{response:>7}", bold=True)
    say()
    say(_verdict(record, specialist), colour="green" if _in_time(record) else "red", bold=True)


def _verdict(record: CallOutRecord, specialist: Person | None) -> str:
    target = f"{(record.respond_by - record.received_at).total_seconds() / 60:g}"
    if record.arrived_at is None:
        return f"MISSED: after the {target} minutes of the target nobody is on scene."
    minutes = f"{(record.arrived_at - record.received_at).total_seconds() / 60:g}"
    name = specialist.first_name if specialist else "Somebody"
    verdict = "IN TIME" if _in_time(record) else "MISSED"
    return f"{verdict}: {name} was on scene {minutes} minutes after the call; the target is {target}."


def _span(span: timedelta) -> str:
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
