"""What a rehearsal prints: a line for each seed, a summary, and for a failure all that a person needs to find it."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rehearsal.season import Played

_PHONED = "phoned: "


@dataclass(slots=True)
class SeedTally:
    """The totals of all seeds."""

    seeds: int = 0
    callouts: int = 0
    cpu_seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    failed: list[Played] = field(default_factory=list)

    def add(self, played: Played) -> None:
        outcome = played.outcome
        self.seeds += 1
        self.callouts += outcome.callouts
        self.cpu_seconds += outcome.seconds
        self.counts += outcome.counts
        self.struck += outcome.struck
        if outcome.failure is not None:
            self.failed.append(played)


def line(played: Played) -> str:
    """One seed in one line."""
    outcome = played.outcome
    pages = sum(number for what, number in outcome.counts.items() if " by " in what)
    how = f"VIOLATED: {outcome.failure.invariant}" if outcome.failure else "held"
    return (
        f"seed {outcome.seed:<6} {outcome.callouts:>5} call-outs {pages:>6} sent {outcome.struck.total():>6} faults"
        f"  {outcome.seconds:6.1f} s  {outcome.digest[:16]}  {how}"
    )


def summary(tally: SeedTally, seconds: float) -> str:
    """The table at the end; `seconds` is how long it took by the wall clock."""
    counts = tally.counts
    rows: list[tuple[str, object]] = [
        ("seeds", tally.seeds),
        ("call-outs", f"{tally.callouts:,}"),
        ("sent to the carrier", f"{sum(number for what, number in counts.items() if ' by ' in what):,}"),
        *((f"  {what}", f"{number:,}") for what, number in sorted(counts.items()) if " by " in what),
        ("moments checked", f"{counts['steps']:,}"),
        ("faults struck", f"{tally.struck.total():,}"),
        *((f"  {what}", f"{number:,}") for what, number in sorted(tally.struck.items())),
        ("sent twice, their sending unknown", f"{counts['sent twice']:,}"),
        ("calls on the hotline", f"{counts['phoned']:,}"),
        *(
            (f"  {what.removeprefix(_PHONED)}", f"{number:,}")
            for what, number in sorted(counts.items())
            if what.startswith(_PHONED)
        ),
        ("asked to be joined", f"{counts['asked to be joined']:,}"),
        ("  hung up before they were", f"{counts['hung up before they were joined']:,}"),
        ("joined", f"{counts['joined']:,}"),
        ("commands of coordinators", f"{counts['commands of coordinators']:,}"),
        ("officers who gave up", f"{counts['officers who gave up']:,}"),
        ("roster imports refused", f"{counts['roster imports refused']:,}"),
        ("violations", len(tally.failed)),
        ("call-outs a second", f"{tally.callouts / max(seconds, 0.001):.1f}"),
        ("call-outs a second of one core", f"{tally.callouts / max(tally.cpu_seconds, 0.001):.1f}"),
    ]
    widest = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{widest}}  {value:>12}" for name, value in rows)


def failure(played: Played) -> str:
    """What was violated and when, the shortest story that does it, and the call-out's own timeline."""
    first, last = played.outcome.failure, played.shrunk_failure
    assert first is not None, "asked only of a seed that failed"
    assert last is not None, "asked only of a seed that failed"
    return "\n".join(
        (
            f"VIOLATED: {first.invariant}" + (f" ({first.detail})" if first.detail else ""),
            f"seed {played.outcome.seed}, event {first.step} of {played.events}, {first.moment:%Y-%m-%d %H:%M:%S} UTC",
            "",
            f"The story, shrunk to {len(played.shrunk)} events (its call-out's timeline is below):",
            *(f"  {event}" for event in played.shrunk),
            "",
            f"{last.invariant}{f' ({last.detail})' if last.detail else ''}, at {last.moment:%H:%M:%S} UTC:",
            *(f"  {entry}" for entry in last.timeline or ("(no call-out of its own)",)),
        )
    )


def as_json(tally: SeedTally, seconds: float, played: Iterable[Played]) -> str:
    """The same for programs."""
    return json.dumps(
        {
            "seeds": [
                {
                    "seed": seed.outcome.seed,
                    "callouts": seed.outcome.callouts,
                    "digest": seed.outcome.digest,
                    "violated": seed.outcome.failure.invariant if seed.outcome.failure else None,
                    "detail": seed.outcome.failure.detail if seed.outcome.failure else None,
                    "step": seed.outcome.failure.step if seed.outcome.failure else None,
                    "shrunk": [str(event) for event in seed.shrunk],
                    "timeline": list(seed.shrunk_failure.timeline) if seed.shrunk_failure else [],
                }
                for seed in played
            ],
            "callouts": tally.callouts,
            "counts": dict(sorted(tally.counts.items())),
            "faults": dict(sorted(tally.struck.items())),
            "violations": len(tally.failed),
            "seconds": round(seconds, 1),
        },
        indent=2,
        ensure_ascii=False,
    )
