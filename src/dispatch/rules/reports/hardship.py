"""How hard it was to find somebody for a call-out, as whoever watches the service counts it.

The law: what was counted once stays counted, as a counter must: a coordinator who corrects an arrival may take a miss
back, but not out of what a monitor has seen.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hardship:
    """What went wrong with one call-out: further steps that were paged, rounds of everyone, a missed target."""

    steps: int = 0
    rounds: int = 0
    missed: bool = False

    def beyond(self, before: "Hardship") -> "Hardship":
        """What has been added to what was counted `before`."""
        return Hardship(
            steps=max(0, self.steps - before.steps),
            rounds=max(0, self.rounds - before.rounds),
            missed=self.missed and not before.missed,
        )


def hardship(step: int, steps: int, *, missed: bool) -> Hardship:
    """The hardship of a call-out in its `step`, counted from 1, under a policy of so many `steps`.

    The first step is none. Every turn after the last step is a round of everyone.
    """
    return Hardship(steps=max(0, min(step, steps) - 1), rounds=max(0, step - steps), missed=missed)
