"""The small facts themselves."""

import pytest

from dispatch.rules.facts import SERVICE, Actor, ActorKind


@pytest.mark.parametrize(
    ("actor", "text"), [(Actor(ActorKind.COORDINATOR, "Cora"), "coordinator Cora"), (SERVICE, "service")]
)
def test_an_actor_reads_as_a_person_would_say_it(actor: Actor, text: str) -> None:
    """The audit trail and the sources of stamps show who it was, where there is a name."""
    assert str(actor) == text
