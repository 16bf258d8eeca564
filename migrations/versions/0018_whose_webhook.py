"""Whose webhook a page is: two agencies may have one address, and each signature is made with its own secret."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page", sa.Column("agency", sa.Text()))
