"""Everything that a coordinator's view of one call-out shows, read in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.actions.board.read_board import foresee, how_it_stands
from dispatch.actions.callout.change_callout import no_such_callout
from dispatch.actions.callout.detail import Detail, open_detail, read_detail
from dispatch.actions.callout.timeline import StampLine, StoryWords, read_stamps, read_words
from dispatch.actions.commands.give import coordinator, preview_command
from dispatch.actions.context import Context
from dispatch.rules.alarms.alarm_kinds import worst_first
from dispatch.rules.alarms.owners import who_did, who_has
from dispatch.rules.board.next_moves import NextMove
from dispatch.rules.board.service import by_hand_for
from dispatch.rules.board.standing import Standing
from dispatch.rules.callout.response_clock import minutes_left
from dispatch.rules.commands import deciding
from dispatch.rules.commands.candidates import Candidate, candidates, next_in_step
from dispatch.rules.commands.commands import Command
from dispatch.rules.commands.preview import Preview
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Paging, Situation
from dispatch.store.access import audit, audit_trail
from dispatch.store.access.audit_trail import AuditFilter
from dispatch.store.callout import deadlines, outcomes, records, timeline
from dispatch.store.callout.outcomes import NotedOutcome
from dispatch.store.callout.timeline import TimelineEntry
from dispatch.store.commands import given
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class JustDone:
    """A command whose preview had the digest that the view was asked with. `kind` is its name; `by` is None when the
    viewer gave it."""

    kind: str
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class CallOutView:
    """`minutes_left` until the target, rounded down, negative once it is lost; None when the clock has stopped. `next`
    is what happens by itself; `alarms` are the open ones, the worst first, each with the name of whoever has it, and
    `to_own` is the worst that nobody has, `free` are all those that need somebody now. `candidates` are those who could
    go, `next_in_step` those whom the next step pages; `possible` are the commands that make sense now. `by_hand` is
    whom to ring while `paging` reaches nobody."""

    detail: Detail
    minutes_left: int | None
    next: tuple[NextMove, ...]
    stamps: tuple[StampLine, ...]
    timeline: tuple[TimelineEntry, ...]
    words: tuple[StoryWords, ...]
    outcome: NotedOutcome | None
    standing: Standing
    alarms: tuple[tuple[Alarm, str | None], ...]
    to_own: str | None
    free: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    next_in_step: tuple[Person, ...]
    possible: frozenset[type[Command]]
    paging: Paging
    by_hand: tuple[Person, ...]
    done: JustDone | None = None


def open_view(tx: Transaction, context: Context, name: str, by: Actor, done: str | None = None) -> CallOutView:
    """The view of a call-out by its id or its code, for a person who opens it; writes the audit trail. A code that no
    open call-out has leads to the last one that had it. `done` is the digest of a preview. Raises `NoSuchCallOut`."""
    detail = open_detail(tx, context, records.newest_called(tx, name), by, Source.WEB)
    return _view(tx, context, detail, by, done)


def read_view(tx: Transaction, context: Context, name: str, by: Actor) -> CallOutView:
    """As `open_view`, for a view that is open already: changes nothing. Raises `NoSuchCallOut`."""
    return _view(tx, context, read_detail(tx, context, records.newest_called(tx, name)), by)


_NOTED_FOR = timedelta(hours=1)


def is_look_noted(tx: Transaction, context: Context, name: str, by: Actor) -> bool:
    """Whether the audit trail says already that this person looks at it: at most an hour ago. Raises
    `NoSuchCallOut`."""
    lately = AuditFilter(by.id, (AuditEvent.READ,), (_id_of(tx, name),), since=context.now - _NOTED_FOR)
    return bool(audit_trail.newest(tx, lately, 1))


def note_look(tx: Transaction, context: Context, name: str, by: Actor) -> None:
    """Somebody who has not opened the view is shown what stands in it. Raises `NoSuchCallOut`."""
    context.let_sleep()
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.READ, _id_of(tx, name))


def _id_of(tx: Transaction, name: str) -> str:
    found = records.newest_called(tx, name)
    if records.find(tx, found) is None:
        raise no_such_callout(name)
    return found


def _view(tx: Transaction, context: Context, detail: Detail, by: Actor, done: str | None = None) -> CallOutView:
    callout, now = detail.callout, context.now
    situation = detail.situation
    stands, to_own, free = how_it_stands(situation, now)
    return CallOutView(
        detail=detail,
        minutes_left=minutes_left(callout, now),
        next=_next(tx, situation),
        stamps=read_stamps(tx, detail),
        timeline=tuple(timeline.entries(tx, callout.id)),
        words=read_words(tx, detail),
        outcome=outcomes.find(tx, callout.id),
        standing=stands,
        alarms=tuple((one, who_has(one, detail.roster, now)) for one in worst_first(situation.alarms)),
        to_own=to_own,
        free=free,
        candidates=tuple(candidates(situation, now)) if callout.is_open else (),
        next_in_step=tuple(next_in_step(situation, now)) if callout.status.is_paging else (),
        possible=deciding.possible(situation, coordinator(context, tx, by)),
        paging=situation.paging,
        by_hand=tuple(by_hand_for(situation, now)) if situation.paging.nobody and callout.status.is_paging else (),
        done=_just_done(tx, detail, done, by) if done else None,
    )


def _next(tx: Transaction, situation: Situation) -> tuple[NextMove, ...]:
    return tuple(foresee(situation, deadlines.of_callout(tx, situation.callout.id)))


def _just_done(tx: Transaction, detail: Detail, digest: str, by: Actor) -> JustDone | None:
    found = given.find(tx, detail.callout.id, digest)
    if found is None:
        return None
    return JustDone(found.kind, found.at, None if found.by.id == by.id else who_did(found.by, detail.roster))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command would send, and how its call-out goes on when it is not given: `next` happens by itself."""

    preview: Preview
    detail: Detail
    next: tuple[NextMove, ...]


def show_command(tx: Transaction, context: Context, name: str, command: Command, by: Actor) -> Shown:
    """What a command would send now and to whom; changes nothing. Raises `NoSuchCallOut` and `CommandRefused`."""
    preview = preview_command(tx, context, name, command, by)
    detail = read_detail(tx, context, records.newest_called(tx, name))
    return Shown(preview, detail, _next(tx, detail.situation))
