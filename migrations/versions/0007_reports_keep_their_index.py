"""The index of an agency's call-outs serves their lists alone: reports read the table at random through it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_callout_agency", "callout")
    op.create_index("ix_callout_agency", "callout", ["agency", sa.text("coalesce(received_at, received_at)")])
