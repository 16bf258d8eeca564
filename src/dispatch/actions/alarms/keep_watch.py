"""A node says that it is alive, takes over from those that are not, and raises the alarm when work is late."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog

from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import apply_standalone, end_alarms
from dispatch.actions.context import Context
from dispatch.actions.our_mistakes import tell_of_mistake
from dispatch.rules.alarms import all_clear, owners, watch
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.facts.actors import SERVICE, Source
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.roster import Roster
from dispatch.rules.shifts import cannot_come
from dispatch.rules.wording import alarm_answers
from dispatch.rules.wording.languages import Words
from dispatch.store import backlog, nodes
from dispatch.store.alarms import alarms
from dispatch.store.callout import callouts, deadlines, own_rows
from dispatch.store.delivery import claims, due_pages, pages
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.hotline import hotline_calls
from dispatch.store.nodes import Node
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.watch")

_LEFT = "a node left"
"""When one last stopped in good order, which leaves no row of its own."""


def seen_ahead(tx: Transaction, context: Context, node: Node) -> dict[str, datetime] | None:
    """When each of the other nodes beat last, if the database knows of a moment that our clock has not reached; None if
    it does not. Either another node is alive and our clock is behind, or it was set back while no node ran: whoever
    lives beats within `nodes.DEAD_AFTER`, and `arrive` then tells the one from the other."""
    beats = nodes.beats(tx, node)
    return beats if watch.are_apart(_ahead(context, beats, nodes.moment_of(tx, _LEFT))) else None


def arrive(tx: Transaction, context: Context, node: Node, seen: Mapping[str, datetime] | None = None) -> int:
    """Say that `node` has started; take over at once from any node that listened at its address before.

    `seen` is what `seen_ahead` found, long enough ago for whoever lives to have beaten since.
    """
    silent = _silent(tx, context, node, seen) if seen is not None else []
    nodes.beat(tx, node, context.now)
    return _take_over(tx, context, sorted({*silent, *nodes.former_selves(tx, node)}))


def beat(tx: Transaction, context: Context, node: Node) -> int:
    """Say that `node` is alive; make due now what dead nodes had claimed. Returns how many pages that was."""
    nodes.beat(tx, node, context.now)
    _compare_clocks(tx, context, node)
    return _take_over(tx, context, nodes.dead(tx, node, context.now))


def _silent(tx: Transaction, context: Context, node: Node, seen: Mapping[str, datetime]) -> list[str]:
    """The others that have not beaten since they were `seen`. If nobody lives, nobody has kept the due times in step
    with the clock, and it was set back by this much at least. Whoever lives goes by a clock of their own: then the two
    are compared, and nothing is moved."""
    # Locked: of two that start at once, the second finds that the first has seen to it.
    beats = nodes.beats(tx, node, lock=True)
    silent = [id_ for id_, beat_at in beats.items() if seen.get(id_) == beat_at]
    set_back = _ahead(context, beats, nodes.moment_of(tx, _LEFT, lock=True))
    if len(silent) == len(beats) and watch.are_apart(set_back):
        make_up_for(tx, context, set_back)
    return silent


def _ahead(context: Context, beats: Mapping[str, datetime], left: datetime | None) -> timedelta:
    """How far the newest moment that any node has left lies in our future."""
    newest = max([*beats.values(), left or context.now])
    return newest - context.now


def note_carrier(tx: Transaction, context: Context, node: Node, trouble: str | None) -> None:
    """Keep what `node` found out about the carrier where every node's board reads it."""
    context.let_sleep()
    nodes.note_carrier(tx, node, trouble, context.now)


def _compare_clocks(tx: Transaction, context: Context, node: Node) -> None:
    """Nodes whose clocks are apart take each other for dead, and send each other's pages."""
    ahead = nodes.ahead_of(tx, node, context.now)
    if not watch.are_apart(ahead):
        return
    _log.error("the clocks of two nodes are apart", node=node.name, seconds=ahead.total_seconds())
    again_at = context.now + watch.ALARM_AGAIN
    if nodes.take_job_lock(tx, "clocks alarm", context.now, again_at, at_once=True):
        apply_standalone(tx, context, [watch.warn_of_clocks(node.name, ahead)])


def _take_over(tx: Transaction, context: Context, gone: list[str]) -> int:
    if not gone:
        return 0
    taken_over = claims.release(tx, gone, context.now)
    nodes.forget(tx, gone)
    _log.warning("took over from nodes that are gone", nodes=gone, pages=taken_over)
    return taken_over


def leave(tx: Transaction, context: Context, node: Node) -> None:
    """Say that `node` stops in good order."""
    claims.release(tx, [node.id], context.now)
    nodes.forget(tx, [node.id])
    nodes.keep_moment(tx, _LEFT, context.now)


def overdue(tx: Transaction, context: Context) -> timedelta:
    """How late the longest overdue work is; zero when none is late.

    Webhooks do not count: an agency that takes none is not our work. Nor do standalone messages: strangers must not
    ring anybody by texting more than their lane takes.
    """
    carried = due_pages.longest_due(tx, context.now, pages.Lane.CARRIER)
    longest = (deadlines.next_due(tx), hotline_calls.next_due(tx), alarms.next_ring(tx), carried)
    return watch.lateness(longest, context.now)


def alarm_when_late(tx: Transaction, context: Context) -> None:
    """Work that is late, or a call-out that nothing will move any more, is itself an alarm."""
    late, stuck = overdue(tx, context), callouts.without_next_move(tx)
    if not watch.is_late(late) and not stuck:
        return
    _log.error("work is late", seconds=late.total_seconds(), stuck=len(stuck))
    for callout_id in stuck:
        try:
            with apart(tx):
                _rescue(tx, context, callout_id)
        except InternalError:
            _log.exception("rescue failed", callout=callout_id)
            tell_of_mistake(tx, context, callout_id)
    again_at = context.now + watch.ALARM_AGAIN
    if watch.is_late(late) and nodes.take_job_lock(tx, "overdue alarm", context.now, again_at, at_once=True):
        apply_standalone(tx, context, [watch.warn_of_late_work(late)])


def ring_on(tx: Transaction, context: Context) -> int:
    """Ring again for each cry for help without a call-out that nobody has, or whose owner is silent, and for each shift
    that somebody cannot take and still has. One that fails is told again when the next is due, and holds up no other.
    Returns how many there were."""
    due = alarms.to_ring_on(tx, context.now)
    for alarm, told_at in due:
        alarms.told_again(tx, alarm.id, alarm, context.now)
        try:
            with apart(tx):
                _go_on(tx, context, alarm, told_at)
        except InternalError:
            _log.exception("an alarm failed to ring on", alarm=alarm.id)
            tell_of_mistake(tx, context, None)
    return len(due)


def _go_on(tx: Transaction, context: Context, alarm: Alarm, told_at: datetime) -> None:
    roster = context.roster(tx)
    if cannot_come.has_none_left(alarm, roster, context.now):
        end_alarms(tx, context, [alarm], partial(_shift_is_gone, roster))
    else:
        apply_standalone(tx, context, owners.go_on(alarm, told_at, roster, context.now))


def _shift_is_gone(roster: Roster, alarm: Alarm) -> Words:
    return alarm_answers.alarm_over_shift_test(roster.first_name_of(str(alarm.person)), answered=False, given_away=True)


def end_quiet_alarms(tx: Transaction, context: Context) -> None:
    """End the alarms about no call-out whose trouble is told no more."""
    told = alarms.told_before(tx, context.now)
    over = [
        alarm
        for alarm, told_at in told
        if all_clear.is_quiet(alarm.kind, told_at, context.now) and not owners.rings_on(alarm, told_at)
    ]
    if not over:
        context.let_sleep()
    end_alarms(tx, context, over, lambda alarm: all_clear.quiet_words(alarm, context.roster(tx)))


def _rescue(tx: Transaction, context: Context, callout_id: str) -> None:
    own = own_rows.lock(tx, callout_id)
    if own is not None:
        apply(tx, context, own, callout_rules.rescue(own.callout, context.now), SERVICE, Source.CLOCK)


def make_up_for(tx: Transaction, context: Context, set_back: timedelta) -> None:
    """The clock was set back by `set_back`: work comes due when it would have, not an hour later.

    Each node does so for its own clock. If all were set back together, something may come too early, never too late.
    """
    _log.error("the clock was set back", seconds=set_back.total_seconds())
    backlog.pull_nearer(tx, context.now, set_back)
    nodes.keep_moment(tx, _LEFT, context.now)  # by the old clock it would be made up for once more
    apply_standalone(tx, context, watch.warn_of_clock(set_back))
