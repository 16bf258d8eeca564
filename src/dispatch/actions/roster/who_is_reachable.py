"""Who is reachable tonight, and how that is known: in three queries, however many people there are."""

from collections.abc import Collection

from dispatch.actions.context import Context
from dispatch.rules.facts.people import Person
from dispatch.rules.roster.reachable import LOOKED_BACK, Reachability, reachability
from dispatch.store.roster import heard
from dispatch.store.shifts import shift_test_rows
from dispatch.store.transaction import Transaction


def who_is_reachable(tx: Transaction, context: Context, people: Collection[Person]) -> dict[str, Reachability]:
    """By the ids of these people."""
    since = context.now - LOOKED_BACK
    answers, silent = heard.heard_since(tx, people, since), shift_test_rows.silent_since(tx, since)
    return {one.id: reachability(answers.get(one.id), silent.get(one.id, ()), context.now) for one in people}
