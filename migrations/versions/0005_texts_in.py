"""The language of our texts and calls to a person; none is English."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("texts_in", sa.Text(), nullable=True))
