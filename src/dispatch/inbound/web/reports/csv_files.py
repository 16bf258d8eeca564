"""Files that people take from a view and open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping

TYPE = "text/csv; charset=utf-8"

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def headers(name: str) -> Mapping[str, str]:
    """The headers of an answer that a browser keeps as the file `name`."""
    return {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}


def written(rows: Iterable[Iterable[str]]) -> str:
    """The rows as RFC 4180 has them, with every cell a text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue()


def defused(cell: str) -> str:
    """The cell as text, whatever it begins with: a spreadsheet runs `=…` and its like as a formula (CWE-1236)."""
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell
