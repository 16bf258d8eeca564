"""Who did it, as a kind and an id in timeline and audit trail; the audit trail also says what exactly was done."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("timeline", "audit"):
        op.add_column(table, sa.Column("actor_kind", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("actor_id", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("detail", sa.Text(), nullable=True))
