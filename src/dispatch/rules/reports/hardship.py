"""How hard it was to find somebody for a call-out, as whoever watches the service counts it.

The law: what was counted once stays counted, as a monitor's counter must. A coordinator who corrects an arrival may
take a miss back, but not out of what a monitor has already seen.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hardship:
    """What went wrong with one call-out: steps after the first, rounds of everyone, a missed target."""

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
    """The hardship of a call-out whose step number is `step`, counted from 1, under a policy of so many `steps`.

    The first step is no hardship. Every number after the last step is a round of everyone.
    """
    return Hardship(steps=max(0, min(step, steps) - 1), rounds=max(0, step - steps), missed=missed)
