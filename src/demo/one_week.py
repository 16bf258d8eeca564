"""A week of the sample town, played under a virtual clock and told on the terminal as it passes.

What no single night shows: shifts begin and are tested, somebody is silent, a shift is covered, and whoever was out at
night rests. Whatever `week_scenes` says must come of it is looked up on the phones and in the schedule.
"""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from demo import sample
from demo.one_night import call_out, phone_of
from demo.told_happenings import HappeningsWatch, Notes
from demo.town import Town, town
from demo.week_scenes import (
    THE_WEEK,
    AsksForCover,
    CallsOut,
    Day,
    Fact,
    IsOnCall,
    Read,
    Texts,
    Undisturbed,
    WasRung,
    WeekScene,
)
from dispatch.actions.shifts.own_shifts import do_own
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Rotation, RotationUnit
from dispatch.rules.roster.on_call import on_call
from dispatch.store.roster.roster import read_roster
from dispatch.terminal.happenings import Happening, in_order
from dispatch.terminal.lines import say, tell

_BEGINS, _LOOKED_FROM = time(9), time(8, 50)
_ZONE = ZoneInfo(LOCAL)
# A node looks every ten seconds whether a test or a cover is due. Here it looks every minute in the hours in which
# shifts begin, and otherwise every quarter of an hour: the week is to pass in half a minute.
_BUSY_HOURS = frozenset({9, 18})
_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def roster() -> Roster:
    """The sample's, and a rotation of the coordinators: alarms go to whoever is on first."""
    alarms = Rotation("alarms", ("cora", "omar"), RotationUnit.DAYS, 1, _BEGINS, date(2026, 1, 5), takes_alarms=True)
    return replace(sample.ROSTER, rotations=(*sample.ROSTER.rotations, alarms))


async def play(days: Sequence[Day] = THE_WEEK) -> int:
    """Play the days and print them; returns 0 when everything came as it must, else 1."""
    start = _moment(days[0], _LOOKED_FROM)
    with tempfile.TemporaryDirectory(prefix="dispatch-week-") as folder:
        database = f"sqlite:///{Path(folder) / 'dispatch.db'}"
        async with town(database, roster(), start=start, contact_phone=sample.CONTACT_PHONE) as place:
            say(f"{len(days)} days, played by the real service on a virtual clock.", bold=True)
            week = _Week(place)
            for day in days:
                await week.pass_day(day)
            await week.tell()
            complaints = [error.message for error in place.carrier.errors]
    return _sum_up(week, complaints)


def _moment(day: Day, at: time) -> datetime:
    """That time of the day; of the night after it, if it is before nine."""
    later = timedelta(days=at < _LOOKED_FROM)
    return datetime.combine(day.date + later, at, _ZONE).astimezone(UTC)


@dataclass(slots=True)
class _Week:
    place: Town
    facts: int = 0
    missing: list[str] = field(default_factory=list)
    _watch: HappeningsWatch = field(init=False)
    _notes: Notes = field(init=False)
    _untold: list[Happening] = field(default_factory=list)

    def __post_init__(self) -> None:
        carrier = self.place.carrier
        self._watch = HappeningsWatch(carrier, sample.names(self.place.roster))
        self._notes = Notes(self.place.service.database)
        carrier.on_change.append(lambda: self._untold.extend(self._watch.look()))

    async def pass_day(self, day: Day) -> None:
        await self._until(_moment(day, _LOOKED_FROM))
        await self.tell()
        await self._introduce(day)
        for scene in day.scenes:
            await self._until(_moment(day, scene.at))
            await self._play(scene, day)

    async def tell(self) -> None:
        """Print what has happened since."""
        happenings = in_order([*self._untold, *await self._notes.look()])
        self._untold.clear()
        for happening in _together(happenings):
            tell(happening)

    async def _until(self, end: datetime) -> None:
        """Up to the moment, not through it: what falls due in the same second must find the reply."""
        place = self.place
        while (look := _next_look(place.clock.moment)) < end:
            await place.until(look)
            await place.service.watch()
        await place.until(end - _SECOND)
        place.clock.moment = end

    async def _introduce(self, day: Day) -> None:
        known = await self.place.service.database.read(read_roster)
        begins = _moment(day, _BEGINS)
        on = {one.name: [known.first_name_of(who) for who in on_call(known, one, begins)] for one in known.rotations}
        say()
        say(f"{day.date:%A} {day.date.day} {day.date:%B}: {day.about}", bold=True)
        say("  From 9:00 " + ", ".join(f"{' and '.join(names)} ({rotation})" for rotation, names in on.items()))

    async def _play(self, scene: WeekScene, day: Day) -> None:
        match scene:
            case Texts(person=person, words=words):
                await phone_of(self.place, person).reply(words)
                await self.place.settle()
            case AsksForCover(person=person, begins=begins, ends=ends):
                token = phone_of(self.place, person).texts[-1].body.rpartition("/")[2]
                await self.place.service.runner.act(do_own, token, "ask", {"begins": begins, "ends": ends})
                await self.place.settle()
            case CallsOut():
                self._untold.append(await call_out(self.place))
                await self.place.settle()
            case Read() | WasRung() | Undisturbed() | IsOnCall():
                await self.tell()
                self._judge(scene, came=await self._has_come(scene, day))
            case _:
                assert_never(scene)

    def _judge(self, fact: Fact, *, came: bool) -> None:
        self.facts += 1
        if came:
            say(f"  ✓ {fact.so}", colour="bright_green")
        else:
            self.missing.append(f"{fact.at:%H:%M} {fact.so}")
            say(f"  ✗ NOT SO: {fact.so}", colour="red", bold=True)

    async def _has_come(self, fact: Fact, day: Day) -> bool:
        if isinstance(fact, IsOnCall):
            known = await self.place.service.database.read(read_roster)
            rotation = next(one for one in known.rotations if one.name == fact.rotation)
            return set(on_call(known, rotation, self.place.clock())) == set(fact.people)
        phone = phone_of(self.place, fact.person)
        since = _moment(day, fact.since if isinstance(fact, Undisturbed) else _LOOKED_FROM)
        texts = [text.body for text in phone.texts if text.received_at >= since]
        calls = [call for call in phone.calls if call.created_at >= since]
        match fact:
            case Read(words=words):
                return any(words in text for text in texts)
            case WasRung():
                return bool(calls)
            case Undisturbed():
                return not texts and not calls


def _next_look(now: datetime) -> datetime:
    """The next whole minute at which a node looks; always the last before an hour, since tests are written ahead."""
    look = now.replace(second=0, microsecond=0) + _MINUTE
    while look.astimezone(_ZONE).hour not in _BUSY_HOURS and look.minute % 15 != 14:
        look += _MINUTE
    return look


def _together(happenings: Iterable[Happening]) -> Iterable[Happening]:
    """What comes to several phones in the same moment and in the same words is told once."""
    for _, alike in groupby(happenings, key=lambda one: (one.at, one.kind, one.text)):
        first, *others = alike
        yield replace(first, who=", ".join([first.who, *(one.who for one in others)]))


def _sum_up(week: _Week, complaints: Sequence[str]) -> int:
    say()
    for one in week.missing:
        say(f"missing: {one}", colour="red")
    for one in complaints:
        say(f"the carrier complains: {one}", colour="red")
    if week.missing or complaints:
        say(f"NOT AS IT SHOULD BE: {len(week.missing)} of {week.facts} facts are missing.", colour="red", bold=True)
        return 1
    say(f"AS IT SHOULD BE: all {week.facts} facts of the week are there.", colour="green", bold=True)
    return 0
