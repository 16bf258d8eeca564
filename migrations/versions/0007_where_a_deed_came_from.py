"""How a deed in the audit trail reached us: by API, at the command line, by text, on the phone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("source", sa.Text(), nullable=True))
