"""When each step and round began, and when it has had its time.

The law: nothing that anybody says puts the next step off. Whoever offers to go only if nobody else does, and is silent
when they are asked again, has changed nothing about the moment at which others are paged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dispatch.store import tables as t
from rehearsal import law
from rehearsal.law import Violated
from rehearsal.stage import RehearsalStage

_STEPS = (
    "SELECT c.id, c.step, d.due_at FROM callout c JOIN deadline d ON d.callout = c.id AND d.kind = 'escalate'"
    " WHERE c.open AND c.status = 'paging'"
)


@dataclass(slots=True)
class StepTimes:
    """Brought up to date after every step of the story."""

    stage: RehearsalStage
    _ends: dict[tuple[str, int], datetime] = field(default_factory=dict)
    """By call-out and step: when it has had its time, as the policy says."""
    _checked: int = -1

    async def check(self) -> None:
        """Raise `Violated` if a step or round goes on for longer than its policy says."""
        if self._checked == self.stage.books.checked:
            return
        self._checked = self.stage.books.checked
        for callout, step, due_at in await self.stage.books.told(_STEPS):
            if (callout, step) not in self._ends:
                self._ends[callout, step] = self.stage.now + await self._wait(callout, step)
            ends, due = self._ends[callout, step], law.moment(due_at)
            if due is not None and due > ends:
                raise Violated("nothing puts the next step off", callout, f"step {step} until {due:%H:%M:%S}")
            if due is not None:
                self._ends[callout, step] = due

    async def _wait(self, callout: str, step: int) -> timedelta:
        ((policy,),) = await self.stage.books.rows(sa.select(t.callout.c.policy).where(t.callout.c.id == callout))
        return timedelta(seconds=_wait_seconds(policy, step))


def _wait_seconds(policy: Mapping[str, Any], step: int) -> float:
    """Written out rather than asked of the rules, which a rehearsal is to check."""
    steps = policy["steps"]
    return float(steps[step - 1]["wait_seconds"] if step <= len(steps) else policy["round_wait_seconds"])
