"""The link to an officer's own page."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "officer_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_officer_link_callout")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_officer_link")),
    )
    op.create_index("ix_officer_link_callout", "officer_link", ["callout"])
