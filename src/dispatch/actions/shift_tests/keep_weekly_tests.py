"""Weekly tests: written in the evening hour that their readers chose, and ended by an answer or by an hour of silence.

All of them are looked at in one transaction, with as many queries for sixty as for one: whoever chose nothing has the
same hour.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from dispatch.actions.apply_standalone import apply_standalone, send_standalone
from dispatch.actions.context import Context
from dispatch.actions.our_mistakes import tell_of_mistake
from dispatch.actions.roster.who_is_reachable import who_is_reachable
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.delivery import test_pages
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.roster.rest import still
from dispatch.rules.shift_tests.unanswered import ShiftTest, TestEnd
from dispatch.rules.shift_tests.weekly import ANSWERS_WITHIN, TELLS_OF, TESTED_WITHIN, due_tonight, weekly_end
from dispatch.rules.wording import alarms
from dispatch.store.covers import absences
from dispatch.store.delivery import pages
from dispatch.store.engine.savepoint import Mistake, apart
from dispatch.store.roster import heard
from dispatch.store.schedule import occupied
from dispatch.store.shift_tests import shift_test_rows
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.shift_tests")
AHEAD_OF_ITSELF = timedelta(minutes=2)
"""A test's text is written before the moment at which it leaves, by no more than this."""


def keep_weekly_tests(tx: Transaction, context: Context, waiting: Sequence[ShiftTest]) -> None:
    """End those of the `waiting` that are over, and write what is due within a minute. Whoever looks holds the lock of
    tests of shifts. A mistake of ours here keeps no shift from being tested."""
    try:
        with apart(tx):
            _end(tx, context, waiting)
            _begin(tx, context)
    except Mistake:
        _log.exception("weekly tests failed")
        tell_of_mistake(tx, context, None)


def _begin(tx: Transaction, context: Context) -> None:
    due = shift_test_rows.not_tested(tx, due_tonight(context.roster(tx), context.now))
    if not due:  # as at every look but those around an hour of somebody's
        return
    left_alone = shift_test_rows.tested_since(tx, context.now - TESTED_WITHIN) | _needed(tx, context)
    away = absences.away_at(tx, context.now)
    for one in due:
        person = context.roster(tx).person(one.person)
        if person is None or one.person in left_alone | away:
            continue
        asked_at = max(context.now, one.tested_at)
        shift_test_rows.begin(tx, context.new_id(), one, asked_at, asked_at + ANSWERS_WITHIN, needed=False)
        texts = [page for page in test_pages.pages_to(person, asked_at) if page.channel is Channel.SMS]
        send_standalone(tx, context, *texts)


def _needed(tx: Transaction, context: Context) -> frozenset[str]:
    """Who is paged, out or resting."""
    rests = context.resting(tx)
    return occupied.busy_people(tx) | {one for one in rests if still(rests, one, context.now) is not None}


def _end(tx: Transaction, context: Context, waiting: Sequence[ShiftTest]) -> None:
    if not waiting:
        return
    since = min(test.asked_at for test in waiting)
    listed = map(context.roster(tx).person, [test.person for test in waiting])
    people = {person.id: person for person in listed if person is not None}
    answers = heard.heard_since(tx, people.values(), since)
    reached = shift_test_rows.reached(tx, {test.person: test.asked_at - AHEAD_OF_ITSELF for test in waiting})
    needed = _needed(tx, context)
    silent = []
    for test in waiting:
        person, answer = people.get(test.person), answers.get(test.person)
        ending = weekly_end(
            test,
            reached[test.person],
            context.now,
            answered=answer is not None and answer.at > test.asked_at,
            needed=person is None or person.id in needed,
        )
        if ending is None:
            continue
        shift_test_rows.end(tx, test.id, context.now, ending)
        if ending is TestEnd.NEEDED:
            end_pages(tx, context, test.person)
        elif ending is TestEnd.SILENT and person is not None:
            silent.append(person)
    if silent:
        _tell(tx, context, silent)


def end_pages(tx: Transaction, context: Context, person: str) -> None:
    """Whoever is paged, out or resting is tested no more: a test that rings would keep their line busy."""
    for page, rings in shift_test_rows.pages_to_end(tx, person).items():
        (pages.hang_up if rings else pages.withdrawn)(tx, page, context.now)


def _tell(tx: Transaction, context: Context, silent: Sequence[Person]) -> None:
    """Coordinators read, once a week, of whoever has missed two in a row. It is news: nobody need have it tonight."""
    found = who_is_reachable(tx, context, silent)
    for person in silent:
        if (missed := len(found[person.id].missed)) >= TELLS_OF:
            text = alarms.missed_tests(person.first_name, missed, person.phone)
            apply_standalone(tx, context, [AlarmCoordinators(text, kind=AlarmKind.NEWS, person=person.id)])
