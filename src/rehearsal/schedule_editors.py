"""Coordinators who edit the schedule while call-outs run and nodes die, and the laws of the roster, asked at each edit.

The laws are asked of the resolver at single moments, not of the preview's own arithmetic: what a preview has left out,
the moments find.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

import sqlalchemy as sa

from dispatch.actions.context import Context
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import (
    ChangedRoster,
    NoSuchChange,
    PlannedChange,
    Planning,
    make_change,
    planning,
    undoing,
)
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation
from dispatch.rules.roster.on_call import on_call, resolve, shifts
from dispatch.rules.roster.qualified import not_covering
from dispatch.rules.schedule.differing import Differing
from dispatch.rules.schedule.edits import (
    AddOverride,
    ComeInFor,
    Edit,
    EditRefused,
    EndOverride,
    ExchangeShifts,
    PauseRotation,
    Put,
)
from dispatch.rules.schedule.foreseeing import RosterPreview
from dispatch.rules.schedule.spans_on_call import at_moment
from dispatch.store import tables as t
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.roster import roster as roster_store
from dispatch.store.transaction import Transaction
from rehearsal.events import EditSchedule
from rehearsal.law import Violated
from rehearsal.ledger import Ledger
from rehearsal.stage import RehearsalStage

_AHEAD, _GAPS_WITHIN = timedelta(days=10), timedelta(days=59)
_LONG_AGO = timedelta(minutes=2)  # a story's clock is set back by less: what is older than that is past for good
_MOMENTS = 30
_REMEMBERED = 300
_REFUSED = (EditRefused, NoSuchChange)

T = TypeVar("T")


@dataclass(slots=True)
class Editors:
    """Each looks at a preview for a while and then presses; meanwhile others do the same, and files are imported."""

    stage: RehearsalStage
    ledger: Ledger
    _seen: list[tuple[datetime, dict[str, tuple[str, ...]]]] = field(default_factory=list)
    """Who was on call at moments that are past by now."""
    _made: dict[int, tuple[tuple[Differing, ...], frozenset[str]]] = field(default_factory=dict)
    """What each edit changed, by its version, and who was in the roster then."""

    async def edit(self, act: EditSchedule) -> None:
        found = await self._on_a_node(lambda runner: runner.ask(_roster_and_version))
        if found is None:
            return
        self._remember(found[0])
        wanted = self._wanted(act, found[0], Random(act.pick))
        if wanted is None:
            return
        try:
            planned = await self._on_a_node(lambda runner: runner.ask(wanted))
        except _REFUSED:
            self.ledger.counts["edits of the schedule refused"] += 1
            return
        if planned is not None and not planned.is_empty:
            shown = planned.preview

            async def press() -> None:
                await self._press(wanted, act, shown)

            self.stage.later(timedelta(seconds=act.looks), press)

    async def _press(self, wanted: Planning, act: EditSchedule, shown: RosterPreview) -> None:
        before = await self._on_a_node(lambda runner: runner.ask(_roster_and_version))
        pages = await self._asked()
        if before is None:
            return
        cora = Actor(ActorKind.COORDINATOR, self.stage.roster.with_role(Role.COORDINATOR)[0].id)
        made: ChangedRoster | PlannedChange | None = None
        died = False
        try:
            made = await self._on_a_node(lambda runner: make_change(runner, wanted, cora, Source.WEB, shown.seen))
            died = made is None
        except _REFUSED:
            self.ledger.counts["edits of the schedule refused"] += 1
        after = await self._on_a_node(lambda runner: runner.ask(_roster_and_version))
        if after is None:
            return
        self._past_stays(after[0])
        self._one_resolver(after[0])
        if isinstance(made, ChangedRoster):
            self.ledger.counts["edits of the schedule"] += 1
            await self._was_applied(act, shown, before, made)
            await self._nobody_is_unpaged(pages)
            self._made[made.version] = made.preview.differences, frozenset(one.id for one in before[0].people)
        elif not died and after[1] != before[1]:
            raise Violated("an edit that is refused changes nothing", None, f"version {before[1]} became {after[1]}")
        self.ledger.counts["edits of the schedule out of date"] += isinstance(made, PlannedChange)

    # ---- the laws --------------------------------------------------------------------------------------------------

    async def _was_applied(
        self, act: EditSchedule, shown: RosterPreview, before: tuple[Roster, int], made: ChangedRoster
    ) -> None:
        if not before[1] == shown.version == made.version - 1:
            told = f"shown on {shown.version}, made on {before[1]}, led to {made.version}"
            raise Violated("a change is made on the version that was shown, and on no other", None, told)
        logged = t.roster_change.c.version == made.version
        found = await self.stage.books.rows(
            sa.select(t.roster_change.c.actor_id, t.roster_change.c.undoes).where(logged)
        )
        if len(found) != 1 or not found[0][0]:
            raise Violated("every change has one actor, one before and one after", None, f"version {made.version}")
        self._no_unnamed_gap(act, shown, made)
        if found[0][1] in self._made:
            self._is_undone(*self._made[found[0][1]], made)

    def _no_unnamed_gap(self, act: EditSchedule, shown: RosterPreview, made: ChangedRoster) -> None:
        now, chance = self.stage.now, Random(f"gaps {act.pick}")
        for _ in range(_MOMENTS):
            moment = now + chance.random() * _GAPS_WITHIN
            for rotation in made.after.rotations:
                was = made.before.rotation_ever(rotation.name)
                fresh = was is not None and _can_go(made.before, was, moment)
                if not fresh or _can_go(made.after, rotation, moment):
                    continue
                if not any(
                    _lies_in(one.gap.rotation, one.gap.starts_at, one.gap.ends_at, rotation, moment)
                    for one in shown.gaps
                ):
                    told = f"{act}: {rotation.name} at {moment}"
                    raise Violated("no edit makes a gap that its preview does not name", None, told)

    def _is_undone(self, differences: tuple[Differing, ...], people: frozenset[str], made: ChangedRoster) -> None:
        if people != frozenset(one.id for one in made.after.people):
            return  # somebody has left or come since
        for one in differences:
            rotation, middle = (
                made.after.rotation_ever(one.rotation),
                one.starts_at + (one.ends_at - one.starts_at) / 2,
            )
            if rotation is None or middle <= self.stage.now + _LONG_AGO:
                continue
            if set(on_call(made.after, rotation, middle)) != set(one.before):
                told = f"version {made.version}: {one.rotation} at {middle}"
                raise Violated("an undo gives what was, for its whole span", None, told)

    def _remember(self, roster: Roster) -> None:
        moment = self.stage.now - _LONG_AGO
        if not self._seen or self._seen[-1][0] < moment:
            self._seen.append((moment, {one.name: on_call(roster, one, moment) for one in roster.rotations}))
            del self._seen[:-_REMEMBERED]

    def _past_stays(self, roster: Roster) -> None:
        for moment, people in self._seen:
            for name, was in people.items():
                rotation = roster.rotation_ever(name)
                found = on_call(roster, rotation, moment) if rotation else None
                if found != was:
                    raise Violated("the past never changes", None, f"{name} at {moment}: {was} became {found}")

    def _one_resolver(self, roster: Roster) -> None:
        now = self.stage.now
        shown = {one.rotation: [each.person for each in one.on_call] for one in at_moment(roster, now, now)}
        for rotation in roster.rotations:
            people = list(on_call(roster, rotation, now))
            spans = {
                one.person for one in shifts(roster, rotation, now, now + timedelta(hours=1)) if one.starts_at == now
            }
            paged = [one.id for one in resolve(roster, Target(TargetKind.ROTATION, rotation.name), now)]
            known = [one for one in people if roster.person(one) is not None]
            if not (shown[rotation.name] == people and spans == set(people) and paged == known):
                told = f"{rotation.name} at {now}: {people}, shown {shown[rotation.name]}, paged {paged}"
                raise Violated("what pages, screens and feeds say of a moment is one", None, told)

    async def _asked(self) -> dict[str, str]:
        """The pages that ask somebody to take a call-out and are not withdrawn, with their people."""
        query = (
            sa.select(t.page.c.id, t.page.c.person)
            .join(t.callout, t.callout.c.id == t.page.c.callout)
            .where(t.callout.c.status == Status.PAGING, t.page.c.purpose == Purpose.PAGE)
            .where(t.page.c.state != PageState.WITHDRAWN)
        )
        return dict(await self.stage.books.rows(query))

    async def _nobody_is_unpaged(self, before: dict[str, str]) -> None:
        """But for whoever declined or was passed over in the same moment."""
        query = (
            sa.select(t.page.c.id, t.page.c.callout, t.page.c.person)
            .join(t.callout, t.callout.c.id == t.page.c.callout)
            .where(t.callout.c.status == Status.PAGING, t.page.c.purpose == Purpose.PAGE)
            .where(t.page.c.state == PageState.WITHDRAWN, t.page.c.ended_at == self.stage.now)
        )
        for page, callout, person in await self.stage.books.rows(query):
            answered = sa.select(t.inbound_text.c.id).where(
                t.inbound_text.c.person == person, t.inbound_text.c.received_at == self.stage.now
            )
            if page in before and not await self.stage.books.rows(answered):
                raise Violated("an edit takes a page from nobody", callout, f"page {page} of {person}")

    # ---- what they want --------------------------------------------------------------------------------------------

    def _wanted(self, act: EditSchedule, roster: Roster, chance: Random) -> Planning | None:
        if act.what == "undo":
            return undoing(max(self._made)) if self._made else None
        edit = drawn_edit(act.what, roster, self.stage.now, chance)
        return planning(edit) if edit is not None else None

    async def _on_a_node(self, work: Callable[[Runner], Awaitable[T]]) -> T | None:
        """None where no node is up, or it died over it. Raises what the work raises."""
        up = [node for node in self.stage.nodes if node.up]
        if not up:
            return None

        async def done() -> T:
            return await work(up[0].service.runner)

        try:
            return await up[0].run(done())
        except DatabaseUnreachable:
            return None


def _roster_and_version(tx: Transaction, context: Context) -> tuple[Roster, int]:
    version = roster_store.version(tx)
    return context.roster(tx, version), version


def _now_on_call(roster: Roster, now: datetime) -> str | None:
    return next((one for rotation in roster.rotations for one in on_call(roster, rotation, now)), None)


def _can_go(roster: Roster, rotation: Rotation, moment: datetime) -> bool:
    people = (roster.person(one) for one in on_call(roster, rotation, moment))
    return any(one is not None and not not_covering(roster, rotation.name, one, moment) for one in people)


def _lies_in(name: str, starts_at: datetime, ends_at: datetime, rotation: Rotation, moment: datetime) -> bool:
    return name == rotation.name and starts_at <= moment < ends_at


EDITED = ("cover", "sick", "exchange", "pause", "order", "end")
"""What `drawn_edit` draws."""


def drawn_edit(what: str, roster: Roster, now: datetime, chance: Random) -> Edit | None:
    """Some edit of this roster, as somebody might make it at `now`; None where nobody is on call at all."""
    specialists = [one.id for one in roster.with_role(Role.SPECIALIST)]
    ahead = [one for rotation in roster.rotations for one in shifts(roster, rotation, now, now + _AHEAD)]
    if not ahead or not specialists:
        return None
    shift, other = chance.choice(ahead), chance.choice(ahead)
    starts, hours = chance.choice((shift.starts_at, now, now + chance.random() * _AHEAD)), chance.uniform(0.2, 40)
    match what:
        case "cover":
            kind = chance.choice((OverrideKind.REPLACE, OverrideKind.REPLACE, OverrideKind.ADD, OverrideKind.REMOVE))
            who = None if kind is OverrideKind.REMOVE else chance.choice(specialists)
            whom = None if kind is OverrideKind.ADD else shift.person
            ends = chance.choice((shift.ends_at, starts + timedelta(hours=hours)))
            return AddOverride(Override(shift.rotation, kind, starts, ends, who, whom))
        case "exchange":
            return ExchangeShifts(shift, other)
        case "sick":
            return ComeInFor(_now_on_call(roster, now) or shift.person, chance.choice(specialists), shift.ends_at)
        case "pause":
            return PauseRotation(shift.rotation, Pause(starts, starts + timedelta(hours=hours)))
        case "order":
            rotation = chance.choice(roster.rotations)
            members = (*rotation.members[1:], *rotation.members[:1])
            return Put(replace(rotation, members=members), at_once=chance.random() < 0.5)
        case _:
            return EndOverride(chance.choice([one.key for one in roster.listed_overrides] or ["none"]))


def edits(chance: Random, how_many: int, length: float) -> Iterator[tuple[float, EditSchedule]]:
    """When, and what."""
    for _ in range(how_many):
        (what,) = chance.choices((*EDITED, "undo"), (5, 3, 2, 1, 2, 2, 3))
        looks = chance.choice((0.0, 3.0, 20.0, 240.0))
        yield chance.uniform(0, length), EditSchedule(what, chance.randrange(1 << 30), looks)
