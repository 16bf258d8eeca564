"""How far each call has come, so that a key that is brought again changes nothing; and when two really spoke."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_turn",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_turn")),
    )
    op.create_index("ix_call_turn_at", "call_turn", ["at"])
    op.add_column("phone_call", sa.Column("met_at", Moment(), nullable=True))
