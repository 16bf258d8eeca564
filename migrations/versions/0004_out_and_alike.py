"""Which call-outs are taken, which are probably about the same, and lists of them by agency and reference."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("callout", sa.Column("probable_duplicate_of", sa.Text(), nullable=True))
    _index("taken", "acknowledged_at", open_ones="acknowledged_at IS NOT NULL")
    _index("officer_phone", "officer_phone", "received_at")
    _index("unit", "agency", "unit", "received_at", where="unit IS NOT NULL")
    _index("repeat", "probable_duplicate_of", open_ones="probable_duplicate_of IS NOT NULL")
    _index("agency", "agency", "received_at")
    _index("reference", "reference", "agency", where="reference IS NOT NULL")
    _index("cancelled", "received_at", "agency", where="status = 'cancelled'")


def _index(name: str, *columns: str, where: str | None = None, open_ones: str | None = None) -> None:
    """Each database writes differently that a call-out is open."""
    sqlite = f"open = 1 AND {open_ones}" if open_ones else where
    postgresql = f"open AND {open_ones}" if open_ones else where
    op.create_index(
        f"ix_callout_{name}",
        "callout",
        list(columns),
        sqlite_where=sa.text(sqlite) if sqlite else None,
        postgresql_where=sa.text(postgresql) if postgresql else None,
    )
