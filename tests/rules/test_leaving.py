"""Who leaves the roster, or loses a role in which somebody may need them tonight."""

from dataclasses import replace

from dispatch.rules.facts.people import Role
from dispatch.rules.people.leaving import Leaving, leaving
from tests.rules.situations import ANA, BEN, CORA, roster


def test_whoever_leaves_is_needed_in_no_role_any_more() -> None:
    """Whoever loses a role is paged, or hears alarms, no more; that nobody is left to page is said."""
    both = replace(BEN, roles=frozenset({Role.SPECIALIST, Role.COORDINATOR}))
    before = roster(ANA, both, CORA)
    assert leaving(before, before) == Leaving(frozenset(), frozenset(), is_last=False)
    assert leaving(before, roster(both, CORA)) == Leaving(frozenset({"ana"}), frozenset({"ana"}), is_last=False)
    coordinates = replace(both, roles=frozenset({Role.COORDINATOR}))
    assert leaving(before, roster(ANA, coordinates, CORA)) == Leaving(frozenset({"ben"}), frozenset(), is_last=False)
    last = leaving(before, roster(CORA))
    assert last == Leaving(frozenset({"ana", "ben"}), frozenset({"ana", "ben"}), is_last=True)
