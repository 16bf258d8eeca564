"""People who are joined on the phone, and when a caller was last certainly on the line."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_alarm_kind_opened_at", "alarm", ["kind", "opened_at"])
    op.add_column("hotline_call", sa.Column("heard_at", Moment(), nullable=True))
    op.create_table(
        "phone_call",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("callout", sa.Text(), nullable=True),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("conference", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_phone_call_callout")),
        sa.ForeignKeyConstraint(["call"], ["hotline_call.id"], name=op.f("fk_phone_call_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
    )
    for column in ("callout", "call"):
        op.create_index(
            f"ix_phone_call_{column}",
            "phone_call",
            [column],
            sqlite_where=sa.text("state <> 'over'"),
            postgresql_where=sa.text("state <> 'over'"),
        )
    op.create_index("ix_phone_call_conference", "phone_call", ["conference"])
    op.create_index("ix_phone_call_since", "phone_call", ["since"])
    op.create_index(
        "uq_phone_call_joined",
        "phone_call",
        ["conference", "party"],
        unique=True,
        sqlite_where=sa.text("state = 'joined'"),
        postgresql_where=sa.text("state = 'joined'"),
    )
