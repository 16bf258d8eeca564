"""Keys, sessions and links are kept as hashes. Several are looked for in one read, however many are asked about."""

from collections.abc import Collection

import sqlalchemy as sa

from dispatch.store.engine.statement import one_of

MOST = 16
"""In one read."""
_NAMES = tuple(f"hash_{number}" for number in range(MOST))


def is_given(column: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Whether `column` has one of the hashes of `given`."""
    return one_of(column, (sa.bindparam(name, None, sa.Text) for name in _NAMES))


def given(hashes: Collection[str]) -> dict[str, str]:
    """The parameters of `is_given`; at most `MOST`."""
    return dict(zip(_NAMES[: len(hashes)], hashes, strict=True))
