"""Draw what is worse than what into docs/operations.md, from the table in the code.

`python -m tools.draw_alarms` writes the table; with `--check` it only fails when the one that stands there is old.
"""

import sys
from pathlib import Path

from dispatch.rules.alarm_kinds import TRAITS, Severity, Traits
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from tools.marks import between

PAGE = Path(__file__).resolve().parent.parent / "docs" / "operations.md"
_BEGIN = "<!-- alarms: written by `python -m tools.draw_alarms` -->"
_END = "<!-- end of alarms -->"


def drawing() -> str:
    """Every kind that somebody can have, the worst first."""
    rows = [_row(kind, traits) for kind, traits in TRAITS.items() if traits.severity > Severity.NEWS]
    return "\n".join(
        ["| alarm | how bad | rings | once somebody has it | over when |", "| --- | --- | --- | --- | --- |", *rows]
    )


def _row(kind: AlarmKind, traits: Traits) -> str:
    rings = ("☎ always" if traits.always else "☎") if traits.rings else ""
    again = "repeats reach only the owner" if traits.repeats else "the next one is news to all"
    over = ", ".join(status for status in Status if status in traits.over_when) or "the call-out is over"
    return f"| `{kind}` | {traits.severity.name.lower()} | {rings} | {again} | {over} |"


def redrawn(page: str) -> str:
    """`page` with the table as the code has it now. Raises `MarksAreMissing`."""
    return between(page, _BEGIN, _END, drawing())


def main(arguments: list[str]) -> int:
    page = PAGE.read_text("utf-8")
    current = redrawn(page)
    if current == page:
        print(f"{PAGE.name} shows the {len(TRAITS)} kinds of alarm")
        return 0
    if "--check" in arguments:
        print(f"{PAGE.name} shows other alarms than the code has: run `python -m tools.draw_alarms`")
        return 1
    PAGE.write_text(current, "utf-8")
    print(f"{PAGE.name} is drawn again")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
