"""Tests at the start of shifts while call-outs run, and their law, asked in the transaction that acts.

The law: **silence takes nobody off call, and nobody is tested who is paged, out or resting.**
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from dispatch.actions.context import Context
from dispatch.actions.schedule.change_roster import ChangedRoster
from dispatch.actions.shifts.run_shift_tests import begin_tests, go_on
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.roster.rest import still
from dispatch.store.schedule import occupied
from dispatch.store.shifts import shift_test_rows
from dispatch.store.transaction import Transaction
from rehearsal.events import Event, Say, Watch
from rehearsal.law import Violated


def begun_by_law(tx: Transaction, context: Context) -> list[str]:
    before = {one.id for one in shift_test_rows.going_on(tx)}
    ids = begin_tests(tx, context)
    busy, rests = occupied.busy_people(tx), context.resting(tx)
    for test in shift_test_rows.going_on(tx):
        is_needed = test.person in busy or still(rests, test.person, context.now) is not None
        if test.id not in before and is_needed:
            raise Violated("nobody is tested who is paged, out or resting", None, test.person)
    return ids


def gone_on_by_law(tx: Transaction, context: Context, test_id: str) -> ChangedRoster | None:
    test = next((one for one in shift_test_rows.going_on(tx) if one.id == test_id), None)
    before = _on_call(context.roster(tx), context)
    changed = go_on(tx, context, test_id)
    after = _on_call(context.roster(tx), context)
    lost = before - after
    # Whoever came in, or took that over from them, may go once whoever was silent has answered and is there.
    let_go = test is not None and (test.rotation, test.person) in after
    if lost and not (let_go and test and {rotation for rotation, _ in lost} == {test.rotation}):
        raise Violated("silence at the start of a shift takes nobody off call", None, f"{sorted(lost)}")
    return changed


def _on_call(roster: Roster, context: Context) -> set[tuple[str, str]]:
    return {(one.name, person) for one in roster.rotations for person in on_call(roster, one, context.now)}


_NIGHT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # midnight in Los Angeles, of the night after clocks went back
_HANDOFF = timedelta(hours=9)
_DAY = timedelta(days=1)


def starts(seed: int) -> datetime:
    """When a seed's story begins: at midnight, or half an hour before people come on call. Most are over in hours."""
    return _NIGHT if seed % 3 else _NIGHT + _HANDOFF - timedelta(minutes=30)


_LOOKS = (-30.0, 30.0, 630.0, 1230.0, 1830.0, 2430.0, 3600.0)
"""When a node looks, in seconds from the hand-off: as tests are written, rung, found silent and looked at again."""
_ANSWERED = 0.4


def tested(chance: Random, seed: int, people: list[str], length: float) -> Iterator[Event]:
    """The looks around each hand-off of a story, and some who answer, whether they are asked or not."""
    handoff = _NIGHT + _HANDOFF
    while (at := (handoff - starts(seed)).total_seconds()) < length:
        yield from (Event(at + seconds, Watch()) for seconds in _LOOKS if at + seconds < length)
        if chance.random() < _ANSWERED:
            yield Event(at + chance.uniform(0, 5400), Say(chance.choice(people), "hello, my phone works"))
        handoff += _DAY
