"""The two lines between which a page of the documents is drawn from the code."""


class MarksAreMissing(ValueError):
    """a page has lost the two marks between which its drawing stands"""


def between(page: str, begin: str, end: str, drawing: str) -> str:
    """`page` with `drawing` between its marks. Raises `MarksAreMissing`."""
    before, begun, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not begun or not ended:
        raise MarksAreMissing(f"a page needs the lines {begin} and {end}")
    return f"{before}{begin}\n\n{drawing}\n\n{end}{after}"
