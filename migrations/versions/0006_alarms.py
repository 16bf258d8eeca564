"""Alarms that coordinators can have, and which alarm a page tells of."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("callout", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("owned_at", Moment(), nullable=True),
        sa.Column("deed_at", Moment(), nullable=True),
        sa.Column("lapsed_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_alarm_callout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_alarm_open", "alarm", ["callout", "told_at"], sqlite_where=still_open, postgresql_where=still_open
    )
    op.add_column("page", sa.Column("alarm", sa.Text(), nullable=True))
