"""Draw every kind of alarm, the worst first, into docs/alarms.md, from the table in the code."""

import sys

from dispatch.rules.alarms.alarm_kinds import OVER_ONCE_CLEAR, TRAITS, Severity, Traits
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from tools.drawing import DOCS, Drawing, main


def drawing() -> str:
    """Every kind that somebody can have, the worst first."""
    rows = [_row(kind, traits) for kind, traits in TRAITS.items() if traits.severity > Severity.NEWS]
    return "\n".join(
        ["| alarm | how bad | rings | once somebody has it | over when |", "| --- | --- | --- | --- | --- |", *rows]
    )


def _row(kind: AlarmKind, traits: Traits) -> str:
    rings = ("☎ always" if traits.always else "☎") if traits.rings else ""
    again = "repeats reach only the owner" if traits.repeats else "the next one is news to all"
    ends = [*(status.value for status in Status if status in traits.over_when)]
    if kind in OVER_ONCE_CLEAR:
        ends.append("a clear word")
    over = ", ".join(ends) or "the call-out is over"
    return f"| `{kind}` | {traits.severity.name.lower()} | {rings} | {again} | {over} |"


DRAWINGS = (Drawing(DOCS / "alarms.md", "alarms", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
