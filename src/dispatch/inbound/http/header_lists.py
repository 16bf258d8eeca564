"""Headers that are lists: only the first parts of each are read.

The law: a header costs no more than an ordinary program's would. 60 KB of commas were 60,000 preferences, and took
longer than opening a call-out. No real program sends as many parts as are read.
"""

from typing import AnyStr

MOST_PARTS = 200
"""A browser keeps at most 180 cookies for one host; every other list is far shorter."""


def parts(header: AnyStr, mark: AnyStr) -> list[AnyStr]:
    """The first parts of a header with `mark` between them, without the blanks around them. Join several headers of
    one name first: a request may have two hundred."""
    return [part.strip() for part in header.split(mark, MOST_PARTS)[:MOST_PARTS]]
