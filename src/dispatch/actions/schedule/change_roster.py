"""Every change of the roster: foreseen, then made as it was shown.

The law: what is done is what was shown. A change is worked out before the roster is locked, and made only if the roster
still has the version that it was worked out on. So the lock lasts as long as a few rows take to write, and nobody who
takes a call-out, and no page, waits for more.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from dispatch.actions.access.end_what_is_lost import end_what_is_lost
from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.context import Context
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.follow_number import follow_number
from dispatch.rules.alarms import owners
from dispatch.rules.decisions import Note, NoteKind
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence
from dispatch.rules.people import number_texts
from dispatch.rules.people.leaving import leaving
from dispatch.rules.schedule import shift_texts
from dispatch.rules.schedule.edits import Edit, EditRefused, ImportRoster, RosterPart, UndoChange
from dispatch.rules.schedule.foreseeing import (
    ForeseenChange,
    RosterPreview,
    SeenPreview,
    changed_far_ahead,
    foresee,
    telling_far_ahead,
)
from dispatch.rules.schedule.shift_texts import ShiftText
from dispatch.rules.schedule.undo import RosterChange, WouldUndo, opposite, refuse_number, would_undo
from dispatch.rules.shifts.taking import given_back, has_left, is_standing
from dispatch.rules.shifts.wanting import asked_as_away, first_ask, first_warning
from dispatch.rules.wording.languages import Words
from dispatch.store.access import audit, links
from dispatch.store.access.links import CalendarLink
from dispatch.store.alarms import alarms
from dispatch.store.callout import involvements, own_rows
from dispatch.store.roster import roster as roster_store
from dispatch.store.roster.roster import RosterWrites
from dispatch.store.schedule import occupied, roster_changes
from dispatch.store.shifts import absences, asked_covers
from dispatch.store.transaction import Transaction

NO_REASONS: Mapping[str, Words] = {}


class PersonIsNeeded(EditRefused):
    """somebody who is paged, is on an open call-out or has an alarm cannot leave the roster before that is over"""


class AgencyIsNeeded(EditRefused):
    """an agency whose call-out is open cannot leave the roster before that is over"""


class RosterMoved(Exception):
    """somebody changed the roster in this very moment, and nothing was done; look again"""


class NoSuchChange(LookupError):
    """no change of the roster has this version"""


class WouldUndoLater(EditRefused):
    """a file would undo what was changed after it was exported"""

    def __init__(self, version: int, undone: Sequence[WouldUndo]) -> None:
        self.version, self.undone = version, tuple(undone)
        of = (", ".join(f"{part} {name}" for part, name in one.names) for one in undone)
        names = "; ".join(
            f"version {one.change.version} by {one.change.by} ({names})" for one, names in zip(undone, of, strict=True)
        )
        super().__init__(
            f"the file is of version {version}, and would undo what was changed since: {names};"
            " export it again, or give --undo-later"
        )


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change that is worked out and not made. `is_empty`: the roster says all of it already."""

    foreseen: ForeseenChange
    writes: RosterWrites

    @property
    def preview(self) -> RosterPreview:
        return self.foreseen.preview

    @property
    def is_empty(self) -> bool:
        return self.preview.counted.is_same

    def telling(self, told: tuple[ShiftText, ...]) -> "PlannedChange":
        """The same change, told in words of its own."""
        preview = replace(self.preview, told=told)
        return replace(self, foreseen=replace(self.foreseen, preview=preview))


@dataclass(frozen=True, slots=True)
class ChangedRoster:
    """The roster as it was, as it is in this version, and what differs."""

    version: int
    before: Roster
    after: Roster
    preview: RosterPreview


# ---- worked out ----------------------------------------------------------------------------------------------------


def plan(tx: Transaction, context: Context, edit: Edit, *, version: int | None = None) -> PlannedChange:
    """What `edit` would do. Whoever has read the roster already in a transaction that writes gives the `version` that
    they had asked for before: by now it may be another. Raises `EditRefused` (`AgencyIsNeeded` and `PersonIsNeeded`
    among them)."""
    version = roster_store.version(tx) if version is None else version
    away = [*absences.standing(tx, context.now), *_away_again(tx, context, edit)]
    foreseen = foresee(context.roster(tx, version), version, edit, context.now, away)
    if (far := changed_far_ahead(foreseen, context.now)) and (known := roster_changes.known_to(tx, far)):
        foreseen = telling_far_ahead(foreseen, known, context.now)
    _refuse(tx, context, foreseen)
    return PlannedChange(foreseen, roster_store.writes(foreseen.before, foreseen.after))


def plan_now(
    tx: Transaction, context: Context, edit: Callable[[Context, Roster], Edit]
) -> tuple[PlannedChange, Context]:
    """What `edit` would do on the roster as it is now, which may be newer than the one that this action began with;
    and the context that knows it. Raises what `plan` and `edit` raise."""
    fresh, version = replace(context, _roster=[]), roster_store.version(tx)
    roster = fresh.roster(tx, version)
    return plan(tx, fresh, edit(fresh, roster), version=version), fresh


def plan_locked(
    tx: Transaction, context: Context, edit: Callable[[Context, Roster], Edit]
) -> tuple[PlannedChange, Context]:
    """As `plan_now`, for whoever makes it in this transaction: worked out before the roster is locked, and once more
    under the lock if somebody changed it in this very moment."""
    planned, fresh = plan_now(tx, context, edit)
    if roster_store.lock_to_replace(tx) != planned.preview.version:
        planned, fresh = plan_now(tx, context, edit)
    return planned, fresh


def plan_undo(
    tx: Transaction, context: Context, version: int, *, only: Collection[RosterPart] = frozenset(RosterPart)
) -> PlannedChange:
    """What undoing the change that led to `version` would do; refused if it touched another part than `only`. Raises
    `NoSuchChange` and `EditRefused`."""
    change = roster_changes.find(tx, version)
    if change is None:
        raise NoSuchChange(f"no change of the roster has the version {version}: see `dispatch roster log`")
    if others := sorted({one.part for one in change.touched} - set(only)):
        raise EditRefused(
            f"version {version} changed more than who is on call ({', '.join(others)}): undo it in a browser, or with"
            f" `dispatch roster undo {version}`"
        )
    refuse_number(change)
    listed = opposite(change, roster_changes.since(tx, version), context.roster(tx))
    return plan(tx, context, UndoChange(version, listed))


def plan_import(
    tx: Transaction,
    context: Context,
    roster: Roster,
    *,
    at_once: bool = False,
    exported_from: int | None = None,
    undo_later: bool = False,
) -> PlannedChange:
    """What replacing the roster by that of a file would do. `exported_from` is the version that the file was made of;
    what was changed since is undone only with `undo_later`. Raises `WouldUndoLater`, too."""
    if exported_from is not None and not undo_later:
        since = roster_changes.since(tx, exported_from)
        if undone := would_undo(since, context.roster(tx), roster):
            raise WouldUndoLater(exported_from, undone)
    return plan(tx, context, ImportRoster(roster, at_once))


def _refuse(tx: Transaction, context: Context, foreseen: ForeseenChange) -> None:
    if needed := _needed(tx, context, foreseen):
        raise PersonIsNeeded("; ".join(needed))
    if not isinstance(foreseen.edit, ImportRoster):
        _refuse_open(tx, foreseen)


def _needed(tx: Transaction, context: Context, foreseen: ForeseenChange) -> list[str]:
    """Why people cannot leave yet, or lose their role: their answer has to count, and somebody has to be there to be
    asked. Nothing is locked for it: a change that waited for a call-out would wait for whoever takes it, who waits for
    the roster."""
    leaves, stays = leaving(foreseen.before, foreseen.after), "and stays in the roster until"
    goes, watches = leaves.specialists, leaves.coordinators
    on_it = involvements.open_for_person(tx, goes) if goes else {}
    paged = involvements.paged(tx, goes - on_it.keys()) if goes else {}
    has = alarms.had_by(tx, watches, context.now - owners.LAPSES_AFTER) if watches else {}
    left = occupied.codes_paging(tx) if leaves.is_last else []
    return [
        *(f"{who} is on {code}, {stays} that is closed" for who, code in sorted(on_it.items())),
        *(f"{who} is paged for {code}, {stays} somebody has it or it is closed" for who, code in sorted(paged.items())),
        *(
            f"{who} has an alarm{f' about {code}' if code else ''}, {stays} that is over"
            for who, code in sorted(has.items())
        ),
        *(f"{code} is being paged for, and no specialist would be left: wait until it is over" for code in left),
    ]


def _refuse_open(tx: Transaction, foreseen: ForeseenChange) -> None:
    """Its officers would not be known when they ring about it, and nobody there would be told of it."""
    gone = {one.code for one in foreseen.before.agencies} - {one.code for one in foreseen.after.agencies}
    if gone and (waiting := occupied.open_of_agencies(tx, gone)):
        names = ", ".join(f"{agency} ({code})" for agency, code in sorted(waiting.items()))
        raise AgencyIsNeeded(f"these have an open call-out and cannot be left out yet: {names}")


# ---- made ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RosterOrder:
    """A change that `by` has had shown and orders. `ticked` are the gaps that they have seen; None where a file is
    imported, which is read and warned of as a whole."""

    planned: PlannedChange
    by: Actor
    source: Source
    ticked: Collection[str] | None = None


def change_roster(
    tx: Transaction,
    context: Context,
    order: RosterOrder,
    *,
    tells: bool = True,
    reasons: Mapping[str, Words] = NO_REASONS,
) -> ChangedRoster:
    """Make a change. `reasons` are what people, by their ids, are told instead of what changed. What the roster gives
    nobody any more ends (`end_what_is_lost`).

    Raises `RosterMoved` and `EditRefused`, and then changes nothing.
    """
    planned, by, source = order.planned, order.by, order.source
    foreseen, preview = planned.foreseen, planned.preview
    if order.ticked is not None and frozenset(order.ticked) != preview.ticks:
        raise EditRefused("not every gap that this makes is ticked, or one that it does not make; look again")
    # First: whoever takes a call-out in this very moment must be seen below.
    if roster_store.lock_to_replace(tx) != preview.version:
        raise RosterMoved(RosterMoved.__doc__)
    _refuse(tx, context, foreseen)
    before, after, version = foreseen.before, foreseen.after, preview.version
    if not planned.is_empty:
        roster_store.write(tx, planned.writes, context.now)
        version = roster_store.version(tx)
        old = {one.id: one.phone for one in before.people}
        moved = [one for one in after.people if old.get(one.id, one.phone) != one.phone]
        calendars = links.who_has(tx, CalendarLink, [one.id for one in moved])
        for key in end_what_is_lost(tx, before, after, context.now):
            audit.write(tx, context.now, by, source, AuditEvent.REVOKED_KEY, detail=str(key))
        for one in moved:
            follow_number(tx, context, one, old[one.id])
        if tells:
            ended = [one for one in moved if one.id in calendars]
            words = number_texts.calendar_ended()
            send_standalone(tx, context, *(text_to(one, Purpose.ACCOUNT, words, context.now) for one in ended))
        told = preview.told if tells and before.people else ()
        notices = [replace(one, words=reasons.get(one.person.id, one.words)) for one in told]
        send_standalone(tx, context, *shift_texts.pages(notices, context.now))
        _give_back(tx, context, foreseen)
        _bring_back(tx, context, foreseen)
        _look_again(tx, context, foreseen)
        roster_changes.keep(
            tx,
            RosterChange(
                version=version,
                at=context.now,
                by=by,
                source=source,
                edit=foreseen.edit.log,
                touched=foreseen.touched,
                reordered=foreseen.reordered,
                told=tuple(one.person.id for one in notices),
                undoes=foreseen.edit.version if isinstance(foreseen.edit, UndoChange) else None,
            ),
        )
    _audit(tx, context, foreseen, version, by, source)
    context.decide_on(after)
    return ChangedRoster(version, before, after, preview)


def _give_back(tx: Transaction, context: Context, made: ForeseenChange) -> None:
    """What was taken and is its holder's again is taken no longer. Where its taker has left the roster nobody has
    decided that, so it is asked for anew."""
    taken, now = asked_covers.taken(tx, context.now), context.now
    back = list(given_back(taken, made.preview.differences, made.after, now))
    away = absences.standing(tx, now) if back else []
    for cover in back:
        wanted = cover.wanted
        if has_left(made.after, cover) and (wanted.absence is None or asked_as_away(wanted, away)):
            starts_at = wanted.starts_at
            asked_covers.open_again(tx, cover.number, first_ask(starts_at, now), first_warning(starts_at, now))
        else:
            asked_covers.give_back(tx, cover.number, now)


def _left_by(tx: Transaction, edit: Edit) -> tuple[set[str], datetime] | None:
    """Whom the change that is undone took out of the roster, and when they left last: an undo of its undo took them out
    again."""
    undone = roster_changes.find(tx, edit.version) if isinstance(edit, UndoChange) else None
    left = _leaving(undone) if undone else set()
    if undone is None or not left:
        return None
    again = [one.at for one in roster_changes.since(tx, undone.version) if left & _leaving(one)]
    return left, max([undone.at, *again])


def _leaving(change: RosterChange) -> set[str]:
    return {one.name for one in change.touched if one.part is RosterPart.PEOPLE and one.after is None}


def _away_again(tx: Transaction, context: Context, edit: Edit) -> list[Absence]:
    left = _left_by(tx, edit)
    return absences.ended_with(tx, *left, context.now) if left else []


def _bring_back(tx: Transaction, context: Context, made: ForeseenChange) -> None:
    """Whoever left by mistake is away as before, and others are asked again: nobody has told them of either's end."""
    left, now = _left_by(tx, made.edit), context.now
    if left is None:
        return
    for away in absences.ended_with(tx, *left, now):
        absences.stand_again(tx, away.id)
    for cover in asked_covers.lapsed(tx, *left, now):
        if cover.wanted.only is None and is_standing(made.after, cover, now):
            starts_at = cover.wanted.starts_at
            asked_covers.open_again(tx, cover.number, first_ask(starts_at, now), first_warning(starts_at, now))


def _look_again(tx: Transaction, context: Context, made: ForeseenChange) -> None:
    """What an open cover asks for, however far ahead, may be no more: it is looked at in the next round, and not hours
    later."""
    for cover in asked_covers.open_covers(tx):
        if not is_standing(made.after, cover, context.now):
            asked_covers.put_off(tx, cover.number, context.now, cover.wanted.warn_at)


def _audit(tx: Transaction, context: Context, made: ForeseenChange, version: int, by: Actor, source: Source) -> None:
    counted = str(made.preview.counted)
    match made.edit:
        case ImportRoster():
            audit.write(tx, context.now, by, source, AuditEvent.IMPORTED_ROSTER, detail=counted)
        case UndoChange(undone):
            detail = f"version {undone}, by version {version}; {counted}"
            audit.write(tx, context.now, by, source, AuditEvent.UNDID_CHANGE, detail=detail)
        case _:
            detail = f"version {version}: {made.edit.log}; {counted}"
            audit.write(tx, context.now, by, source, AuditEvent.CHANGED_ROSTER, detail=detail)


def import_roster(
    tx: Transaction, context: Context, roster: Roster, by: Actor, source: Source, *, at_once: bool = False
) -> ChangedRoster:
    """Replace the present roster by `roster` in one go, and tell nobody: for a deployment that is being set up. The
    past stays as it was, and a rotation until its next hand-off, unless it is to change `at_once` (see `edited`).

    Raises `PersonIsNeeded`, and then changes nothing.
    """
    roster_store.lock_to_replace(tx)
    planned = plan_import(tx, context, roster, at_once=at_once)
    return change_roster(tx, context, RosterOrder(planned, by, source), tells=False)


def note_on_callout(tx: Transaction, context: Context, callout_id: str, text: str, by: Actor, source: Source) -> None:
    """A call-out that is being paged for goes on with those whom it pages; its timeline says what changed."""
    own = own_rows.lock(tx, callout_id)
    if own is not None and own.callout.status.is_paging:
        apply(tx, context, own, [Note(NoteKind.ROSTER, text)], by, source)


def _paged_for(tx: Transaction, _: Context) -> list[str]:
    return occupied.paged_for(tx)


# ---- for every door ------------------------------------------------------------------------------------------------

Planning = Callable[[Transaction, Context], PlannedChange]


Making = Callable[[Transaction, Context, RosterOrder], ChangedRoster]
"""`change_roster`, or an action that makes the change and what belongs to it in the same transaction."""


def planning(edit: Edit) -> Planning:
    return partial(plan, edit=edit)


def undoing(version: int, *, only: Collection[RosterPart] = frozenset(RosterPart)) -> Planning:
    return partial(plan_undo, version=version, only=only)


async def make_change(
    runner: Runner, wanted: Planning, by: Actor, source: Source, seen: SeenPreview, making: Making = change_roster
) -> ChangedRoster | PlannedChange:
    """Make the change that the preview showed which they have `seen`; otherwise nothing is done, and what it would do
    now is returned. Raises what planning and `change_roster` raise, but for `RosterMoved`."""
    planned = await runner.ask(wanted)
    if (planned.preview.version, planned.preview.digest) != (seen.version, seen.digest):
        return planned
    return await make_planned(runner, wanted, RosterOrder(planned, by, source, seen.ticked), making)


async def make_planned(
    runner: Runner, wanted: Planning, order: RosterOrder, making: Making
) -> ChangedRoster | PlannedChange:
    """As `make_change`, for what has just been worked out and is what was shown."""
    try:
        changed = await runner.act(making, order)
    except RosterMoved:
        return await runner.ask(wanted)
    await tell_running(runner, changed, order.by, order.source)
    return changed


async def tell_running(runner: Runner, changed: ChangedRoster, by: Actor, source: Source) -> None:
    """In transactions of their own, after the change: one that held the roster and waited for a call-out would wait
    for whoever takes it, who waits for the roster."""
    now = runner.now()
    lines = [
        line
        for one, line in zip(changed.preview.differences, changed.preview.lines, strict=True)
        if one.starts_at <= now
    ]
    if lines:
        await note_running(runner, "; ".join(lines), by, source)


async def note_running(runner: Runner, changed: str, by: Actor, source: Source) -> None:
    """On the timeline of each call-out that is being paged for."""
    text = f"the roster changed: {changed}; whoever is paged stays paged"
    for callout_id in await runner.ask(_paged_for):
        await runner.act(note_on_callout, callout_id, text, by, source)
