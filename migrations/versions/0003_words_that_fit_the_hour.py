"""What a page says if other call-outs are open when it leaves."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page", sa.Column("text_if_others", sa.Text(), nullable=True))
