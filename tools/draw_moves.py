"""Draw the legal moves of a call-out into docs/architecture.md, from the table in the code.

`python -m tools.draw_moves` writes the drawing; with `--check` it only fails when the drawing there is out of date.
"""

import sys
from pathlib import Path

from dispatch.rules.callout import LEGAL_MOVES
from dispatch.rules.facts.callout import Status
from tools.marks import between

PAGE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"
_BEGIN = "<!-- moves: written by `python -m tools.draw_moves` -->"
_END = "<!-- end of moves -->"


def drawing() -> str:
    """The moves as a Mermaid diagram, and as a table for whoever reads the plain file."""
    ends = [status for status, moves in LEGAL_MOVES.items() if not moves]
    return "\n".join(
        [
            "```mermaid",
            "stateDiagram-v2",
            "    direction LR",
            f"    [*] --> {next(iter(LEGAL_MOVES))}",
            *(f"    {status} --> {to}" for status in LEGAL_MOVES for to in _moves(status)),
            *(f"    {status} --> [*]" for status in ends),
            "```",
            "",
            "| a call-out that is | may become |",
            "| --- | --- |",
            *(f"| {status} | {', '.join(_moves(status)) or 'nothing else: it is over'} |" for status in LEGAL_MOVES),
        ]
    )


def _moves(status: Status) -> list[Status]:
    return [to for to in LEGAL_MOVES if to in LEGAL_MOVES[status]]


def redrawn(page: str) -> str:
    """`page` with the drawing as the code has it now. Raises `MarksAreMissing`."""
    return between(page, _BEGIN, _END, drawing())


def main(arguments: list[str]) -> int:
    page = PAGE.read_text("utf-8")
    current = redrawn(page)
    if current == page:
        print(f"{PAGE.name} shows the {sum(map(len, LEGAL_MOVES.values()))} legal moves")
        return 0
    if "--check" in arguments:
        print(f"{PAGE.name} shows other moves than the code allows: run `python -m tools.draw_moves`")
        return 1
    PAGE.write_text(current, "utf-8")
    print(f"{PAGE.name} is drawn again")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
