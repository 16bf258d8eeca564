"""Who called: what we know of each caller, the numbers, stations and PIN of an agency, and every call that came in."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agency", sa.Column("listed_numbers", sa.JSON(), nullable=True))
    op.add_column("agency", sa.Column("stations", sa.JSON(), nullable=True))
    op.add_column("agency", sa.Column("pin", sa.Text(), nullable=True))
    op.add_column("callout", sa.Column("trust", sa.Text(), nullable=True))
    op.add_column("callout", sa.Column("place_unconfirmed", sa.Boolean(), nullable=True))
    op.add_column("alarm", sa.Column("call", sa.Text(), nullable=True))
    op.create_index(
        "ix_alarm_call",
        "alarm",
        ["call"],
        sqlite_where=sa.text("ended_at IS NULL AND call IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND call IS NOT NULL"),
    )
    op.create_table(
        "hotline_call",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("called_at", Moment(), nullable=False),
        sa.Column("callout", sa.Text(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("held_since", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("dismissed_at", Moment(), nullable=True),
        sa.Column("dismissed_by", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_wrong_at", Moment(), nullable=True),
        sa.Column("last_delivery", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_hotline_call_callout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotline_call")),
        sa.UniqueConstraint("carrier_id", name=op.f("uq_hotline_call_carrier_id")),
    )
    op.create_index(
        "ix_hotline_call_due_at",
        "hotline_call",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_hotline_call_last_wrong_at",
        "hotline_call",
        ["last_wrong_at"],
        sqlite_where=sa.text("last_wrong_at IS NOT NULL"),
        postgresql_where=sa.text("last_wrong_at IS NOT NULL"),
    )
    op.create_index("ix_hotline_call_phone", "hotline_call", ["phone", "called_at"])
    op.create_index("ix_hotline_call_called_at", "hotline_call", ["called_at"])
    op.create_index("ix_hotline_call_callout", "hotline_call", ["callout"])
