"""Draw every kind of alarm, the worst first, into docs/alarms.md, from the table in the code."""

import sys

from dispatch.rules.alarms.alarm_kinds import OVER_ONCE_CLEAR, TRAITS, Severity, Traits
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from tools.drawing import DOCS, Drawing, main


def drawing() -> str:
    """The kinds that somebody can have, the worst first: a row for all that are as bad, ring and end alike."""
    rows: dict[str, list[str]] = {}
    for kind, traits in TRAITS.items():
        if traits.severity > Severity.NEWS:
            rows.setdefault(_alike(kind, traits), []).append(f"`{kind}`")
    return "\n".join(
        [
            "| how bad | rings | over when | alarms |",
            "| --- | --- | --- | --- |",
            *(f"{alike} {', '.join(kinds)} |" for alike, kinds in rows.items()),
        ]
    )


def _alike(kind: AlarmKind, traits: Traits) -> str:
    rings = ("☎ always" if traits.always else "☎") if traits.rings else ""
    ends = [*(status.value for status in Status if status in traits.over_when)]
    if kind in OVER_ONCE_CLEAR:
        ends.append("a clear word")
    over = ", ".join(ends) or "the call-out is over"
    return f"| {traits.severity.name.lower()} | {rings} | {over} |"


DRAWINGS = (Drawing(DOCS / "alarms.md", "alarms", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
