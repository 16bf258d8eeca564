"""What people say about a miss, and what left the house."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exclusion",
        sa.Column("id", _counter, nullable=False),
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("coded_by", sa.Text(), nullable=False),
        sa.Column("coded_at", Moment(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("refused_by", sa.Text(), nullable=True),
        sa.Column("refused_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_exclusion_callout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
    )
    op.create_index(
        "uq_exclusion_callout",
        "exclusion",
        ["callout"],
        unique=True,
        sqlite_where=sa.text("refused_at IS NULL"),
        postgresql_where=sa.text("refused_at IS NULL"),
    )
    op.create_table(
        "miss_review",
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_miss_review_callout")),
        sa.PrimaryKeyConstraint("callout", name=op.f("pk_miss_review")),
    )
    op.create_table(
        "figures_release",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("released_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_figures_release")),
    )
