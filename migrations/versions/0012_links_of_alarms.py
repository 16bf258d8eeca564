"""Each alarm that is texted to a coordinator carries a link to its own page: the hash of it, and for whom it opens."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("alarm", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_alarm_link")),
    )
