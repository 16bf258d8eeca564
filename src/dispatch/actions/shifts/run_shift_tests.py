"""Whoever comes on call is tested, and whoever stays silent gets somebody beside them.

It runs every few seconds on one node at a time. Each test that goes on has a transaction of its own, since it may
change the roster. The answer needs nothing here: any text to us but STOP, or a key on the call, is one.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from dispatch.actions.apply_standalone import apply_standalone, end_alarms, send_standalone
from dispatch.actions.context import Context
from dispatch.actions.our_mistakes import tell_of_mistake
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import (
    NO_REASONS,
    ChangedRoster,
    RosterMoved,
    RosterOrder,
    change_roster,
    plan_now,
    tell_running,
)
from dispatch.actions.shifts.hand_over import hand_over
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.delivery import test_pages
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.schedule import OF_A_TEST, Override, OverrideKind
from dispatch.rules.roster.rest import still
from dispatch.rules.schedule.edits import AddOverride, EndOverride
from dispatch.rules.shifts import said
from dispatch.rules.shifts.coming_on import backup_of, coming_on, holds
from dispatch.rules.shifts.unanswered import (
    AGAIN_AFTER,
    CALLS_AFTER,
    SILENT_AFTER,
    AfterTest,
    ShiftTest,
    TestEnd,
    TestStage,
    is_unanswered,
    what_next,
)
from dispatch.rules.wording import alarm_answers, alarms
from dispatch.rules.wording.languages import Words
from dispatch.store import nodes
from dispatch.store.alarms import alarms as alarm_rows
from dispatch.store.delivery import pages
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.roster import heard
from dispatch.store.schedule import occupied
from dispatch.store.shifts import absences, shift_test_rows
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.shift_tests")
_EVERY = timedelta(seconds=5)
_AHEAD_OF_ITSELF = timedelta(minutes=2)
"""A test's text is written before the moment at which it leaves, by no more than this."""
_SERVICE = Actor(ActorKind.SERVICE)


async def run_shift_tests(runner: Runner) -> None:
    """Begin the tests that are due within a minute, and go on with those that wait."""
    for test in await runner.act(begin_tests):
        try:
            changed = await runner.act(go_on, test)
        except RosterMoved:
            continue  # in a moment
        except DatabaseUnreachable:
            raise
        except Exception:
            _log.exception("a test of a shift failed", test=test)
            await runner.act(tell_of_mistake, None)
            continue
        if changed is not None:
            await tell_running(runner, changed, _SERVICE, Source.CLOCK)


def begin_tests(tx: Transaction, context: Context) -> list[str]:
    """Write the tests that are due within a minute, and what whoever has come on reads. Returns the ids of those
    that went on before; none where another node has just looked."""
    if not nodes.take_job_lock(tx, "shift tests", context.now, context.now + _EVERY, at_once=True):
        context.let_sleep()
        return []
    hand_over(tx, context)
    going_on, roster = shift_test_rows.going_on(tx), context.roster(tx)
    beside = {(one.rotation, one.backup) for one in going_on if one.backup is not None}  # they have just been told
    for coming in shift_test_rows.not_tested(tx, coming_on(roster, context.now)):
        person = roster.person(coming.person)
        if person is None or (coming.rotation, coming.person) in beside:
            continue
        asked_at = max(context.now, coming.tested_at)
        needed = _is_needed(tx, context, coming.person)
        shift_test_rows.begin(tx, context.new_id(), coming, asked_at, asked_at + CALLS_AFTER, needed=needed)
        if not needed:
            texts = [one for one in test_pages.pages_to(person, asked_at) if one.channel is Channel.SMS]
            send_standalone(tx, context, *texts)
    return [one.id for one in going_on]


def _is_needed(tx: Transaction, context: Context, person: str) -> bool:
    rests = still(context.resting(tx), person, context.now) is not None
    return rests or occupied.is_busy(tx, person)


def go_on(tx: Transaction, context: Context, test_id: str) -> ChangedRoster | None:
    """What has become of a test, and what follows. Returns how the roster was changed for it, if it was."""
    test = shift_test_rows.lock(tx, test_id)
    if test is None:
        return None
    reached = shift_test_rows.reached(tx, {test.person: test.asked_at - _AHEAD_OF_ITSELF})[test.person]
    roster = context.roster(tx)
    person = roster.person(test.person)
    heard_of = person is not None and bool(heard.heard_since(tx, [person], test.asked_at))
    answered = heard_of or any(one.was_answered for one in reached)
    still_theirs = holds(roster, test.rotation, test.person, max(context.now, test.starts_at))
    needed = person is None or _is_needed(tx, context, test.person)
    match what_next(test, reached, context.now, holds=still_theirs, answered=answered, needed=needed):
        case AfterTest.CALL:
            assert person is not None, "whoever has left is not rung"
            calls = [one for one in test_pages.pages_to(person, context.now) if one.channel is Channel.VOICE]
            send_standalone(tx, context, *calls)
            shift_test_rows.move(tx, test.id, TestStage.RUNG, test.asked_at + SILENT_AFTER)
        case AfterTest.LOOK_AGAIN:
            shift_test_rows.move(tx, test.id, test.stage, context.now + AGAIN_AFTER)
        case AfterTest.BRING_IN:
            assert person is not None, "whoever has left is not waited for"
            return _bring_in(tx, context, test, person)
        case AfterTest.ENDS_ANSWERED:
            return _end(tx, context, test, TestEnd.ANSWERED)
        case AfterTest.ENDS_NEEDED:
            _end_pages(tx, context, test.person)
            _end(tx, context, test, TestEnd.NEEDED)
        case AfterTest.ENDS_OVER:
            _end(tx, context, test, TestEnd.SHIFT_OVER)
        case AfterTest.WAIT:
            context.let_sleep()
    return None


def _end_pages(tx: Transaction, context: Context, person: str) -> None:
    """Whoever is paged, out or resting is tested no more: a test that rings would keep their line busy."""
    for page, rings in shift_test_rows.pages_to_end(tx, person).items():
        (pages.hang_up if rings else pages.withdrawn)(tx, page, context.now)


def _bring_in(tx: Transaction, context: Context, test: ShiftTest, person: Person) -> ChangedRoster | None:
    """Whoever the next step has is on call as well, until the answer or the end of the shift; coordinators hear it."""
    roster = context.roster(tx)
    # Of a shift that begins tonight it is whoever will be on call, and rested, by then.
    begins = max(context.now, test.starts_at)
    backup = backup_of(roster, test.rotation, test.person, cannot_help(tx, context, begins), begins)
    key, changed = f"{OF_A_TEST}{test.id}", None
    if backup is not None:
        span = (begins, test.ends_at)
        override = Override(test.rotation, OverrideKind.ADD, *span, backup.id, key=key)
        why = said.beside(person.first_name, *span, roster.zone_of(test.rotation), context.now)
        changed = _change(tx, context, AddOverride(override), {backup.id: why})
        if not person.opted_out:
            send_standalone(tx, context, text_to(person, Purpose.TEST, said.silent(backup.first_name), context.now))
    text = alarms.shift_silent(person.first_name, test.rotation, backup.first_name if backup else "", person.phone)
    apply_standalone(tx, context, [AlarmCoordinators(text, kind=AlarmKind.SHIFT_SILENT, person=person.id)])
    shift_test_rows.brought_in(tx, test.id, backup.id if backup else None, key if backup else None)
    return changed


def cannot_help(tx: Transaction, context: Context, at: datetime) -> set[str]:
    """Whoever is paged or out, rests or is away at that moment, or is as silent as the one whom they would help."""
    return {
        *occupied.busy_people(tx),
        *(one for one, until in context.resting(tx).items() if until > at),
        *absences.away_at(tx, at),
        *(one.person for one in shift_test_rows.going_on(tx) if is_unanswered(one, context.now)),
    }


def _change(
    tx: Transaction, context: Context, edit: AddOverride | EndOverride, reasons: Mapping[str, Words]
) -> ChangedRoster:
    """As any edit of the roster, but that whoever comes in or is off call again hears why. Raises `EditRefused`,
    `RosterMoved`."""
    planned, fresh = plan_now(tx, context, lambda *_: edit)
    return change_roster(
        tx, fresh, RosterOrder(planned, _SERVICE, Source.CLOCK, planned.preview.ticks), reasons=reasons
    )


def _end(tx: Transaction, context: Context, test: ShiftTest, ending: TestEnd) -> ChangedRoster | None:
    shift_test_rows.end(tx, test.id, context.now, ending)
    if test.stage is not TestStage.SILENT:
        return None
    changed = None
    name = context.roster(tx).first_name_of(test.person)
    reasons = {test.backup: said.answered(name)} if test.backup is not None else NO_REASONS
    stands = [one.key for one in context.roster(tx).listed_overrides if one.over > context.now]
    for key in stands:
        if key == test.override and ending is TestEnd.ANSWERED:
            changed = _change(tx, context, EndOverride(key), reasons)
    over = [
        one
        for one in alarm_rows.standalone_of_kind(tx, AlarmKind.SHIFT_SILENT, context.now)
        if one.person == test.person
    ]
    words = alarm_answers.alarm_over_shift_test(
        name, answered=ending is TestEnd.ANSWERED, given_away=context.now < test.ends_at
    )
    end_alarms(tx, context, over, lambda _: words)
    return changed
