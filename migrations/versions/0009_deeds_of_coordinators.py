"""What coordinators did: each deed once, what came of a call-out, replaced stamps, words behind a link."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deed",
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_deed_callout")),
        sa.PrimaryKeyConstraint("callout", "digest", name=op.f("pk_deed")),
    )
    op.create_table(
        "outcome",
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("children_met", sa.Integer(), nullable=True),
        sa.Column("freedom_bags", sa.Integer(), nullable=True),
        sa.Column("dcfs_at", Moment(), nullable=True),
        sa.Column("dcfs_reference", sa.Text(), nullable=True),
        sa.Column("probation_at", Moment(), nullable=True),
        sa.Column("probation_reference", sa.Text(), nullable=True),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_outcome_callout")),
        sa.PrimaryKeyConstraint("callout", name=op.f("pk_outcome")),
    )
    op.create_table(
        "stamp_change",
        sa.Column("id", _counter, nullable=False),
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("before", Moment(), nullable=True),
        sa.Column("after", Moment(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_stamp_change_callout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_change")),
    )
    op.create_index("ix_stamp_change_callout", "stamp_change", ["callout"])
    op.create_table(
        "coordinator_words",
        sa.Column("id", _counter, nullable=False),
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_coordinator_words_callout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordinator_words")),
    )
    op.create_index("ix_coordinator_words_callout", "coordinator_words", ["callout"])
