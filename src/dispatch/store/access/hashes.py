"""Keys, sessions and links are kept as hashes. Several are looked for in one read, however many are asked about."""

from collections.abc import Collection

import sqlalchemy as sa

MOST = 16
"""In one read."""


def is_given(column: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Whether `column` has one of the hashes of `given`."""
    return column.in_(sa.bindparam("hashes", expanding=True))


def given(hashes: Collection[str]) -> dict[str, list[str]]:
    """The parameters of `is_given`; at most `MOST`."""
    assert len(hashes) <= MOST, "a statement for every number of them"
    return {"hashes": list(hashes)}
