"""Draw the legal moves of a call-out into docs/architecture.md, from the table in the code."""

import sys

from dispatch.rules.callout.moves import LEGAL_MOVES
from dispatch.rules.facts.callout import Status
from tools.drawing import DOCS, Drawing, main


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


DRAWINGS = (Drawing(DOCS / "architecture.md", "moves", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
