"""What the documents show of the code, drawn from the code between two lines of a document."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


class MarksAreMissing(ValueError):
    """a document has lost the two marks between which its drawing stands"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A part of `page` that `python -m tools.draw_{name}` writes. `draw` gives it as the code has it now."""

    page: Path
    name: str
    draw: Callable[[], str]

    @property
    def command(self) -> str:
        return f"python -m tools.draw_{self.name}"

    def redrawn(self, page: str) -> str:
        """`page` with the drawing as the code has it now. Raises `MarksAreMissing`."""
        begin, end = f"<!-- {self.name}: written by `{self.command}` -->", f"<!-- end of {self.name} -->"
        before, begun, rest = page.partition(begin)
        _, ended, after = rest.partition(end)
        if not begun or not ended:
            raise MarksAreMissing(f"{self.page.name} needs the lines {begin} and {end}")
        return f"{before}{begin}\n\n{self.draw()}\n\n{end}{after}"

    def is_stale(self) -> bool:
        page = self.page.read_text("utf-8")
        return self.redrawn(page) != page


def table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is its head."""
    head, *others = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *others])


def main(drawings: Sequence[Drawing]) -> int:
    """Write what is out of date; with `--check`, only fail when something is."""
    stale = [one for one in drawings if one.is_stale()]
    if "--check" in sys.argv[1:]:
        for one in stale:
            print(f"{one.page.name} shows other {one.name} than the code has: run `{one.command}`")
        return 1 if stale else 0
    for one in stale:
        one.page.write_text(one.redrawn(one.page.read_text("utf-8")), "utf-8")
    print(f"{len(stale)} of {len(drawings)} drawn again")
    return 0
