"""Bugs that are planted on purpose: a rehearsal that does not find them is worth nothing."""

from collections.abc import Callable, Sequence

import pytest

from dispatch.actions import send_pages
from dispatch.rules import assignment, escalation
from dispatch.rules.decisions import DeadlineKind, Decision, SetDeadline
from dispatch.rules.facts import AssignmentRole, Status
from dispatch.simulation.rehearsal.deeds import Event
from dispatch.simulation.rehearsal.rehearse import Outcome, rehearse
from dispatch.simulation.rehearsal.shrinking import shrink
from dispatch.simulation.rehearsal.story import draw

EACH, MOST = 10, 100  # call-outs in a story, and stories: a thousand call-outs at most


def _found() -> tuple[Outcome, list[Event]]:
    for seed in range(100, 100 + MOST):
        story = draw(seed, EACH)
        outcome = rehearse(seed, story)
        if outcome.failure is not None:
            return outcome, story
    pytest.fail(f"not found in {EACH * MOST} call-outs")


def test_marked_sent_before_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim that says "sent" already loses what a dying process had in its hands."""
    honest = send_pages._claim_row

    def boastful(desk: object, one: send_pages.Claimed, node: str) -> dict[str, object]:
        row = honest(desk, one, node)  # type: ignore[arg-type]  # handed on as it came
        return row | {"state": "sent", "due_at": None} if one.chore is send_pages.Chore.SEND else row

    monkeypatch.setattr(send_pages, "_claim_row", boastful)
    outcome, _ = _found()
    assert outcome.failure is not None


def test_the_deadline_forgotten_on_a_decline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody declines, and the turn that follows has no end."""
    careful = escalation.begin_turn

    def careless(situation: object, turn: int, *rest: object, **more: object) -> list[Decision]:
        decided = careful(situation, turn, *rest, **more)  # type: ignore[arg-type]  # handed on as it came
        declined = situation.callout.declined  # type: ignore[attr-defined]  # a Situation
        return [one for one in decided if not (declined and _is_escalation(one))]

    monkeypatch.setattr(escalation, "begin_turn", careless)
    outcome, story = _found()
    assert outcome.failure is not None
    assert "turn" in outcome.failure.invariant or "next move" in outcome.failure.invariant
    short = shrink(story[: outcome.failure.step], _fails_like(outcome), seconds=20)
    assert len(short) < len(story) / 2


def _is_escalation(decision: Decision) -> bool:
    return isinstance(decision, SetDeadline) and decision.kind is DeadlineKind.ESCALATE


def _fails_like(outcome: Outcome) -> Callable[[Sequence[Event]], bool]:
    def fails(story: Sequence[Event]) -> bool:
        again = rehearse(outcome.seed, story).failure
        return again is not None and outcome.failure is not None and again.name == outcome.failure.name

    return fails


def test_two_acknowledgements_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A late yes is taken as if it were the first."""
    strict = assignment.take

    def lax(situation: object, person: object, minutes: int | None, now: object) -> list[Decision]:
        callout = situation.callout  # type: ignore[attr-defined]  # a Situation
        mine = callout.assignment_of(person.id)  # type: ignore[attr-defined]  # a Person
        if callout.status is Status.ACKNOWLEDGED and (mine is None or mine.role is AssignmentRole.OFFERED):
            decided: list[Decision] = [assignment.Assign(person.id, AssignmentRole.PRIMARY, None)]  # type: ignore[attr-defined]
            return decided
        return strict(situation, person, minutes, now)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(assignment, "take", lax)
    outcome, _ = _found()
    assert outcome.failure is not None
