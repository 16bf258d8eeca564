"""Agencies take turns once pages are late: an index of what asks somebody to come, by the agency it asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ASKS = sa.text("due_at IS NOT NULL AND purpose = 'page' AND state IN ('waiting', 'sending', 'unknown')")


def upgrade() -> None:
    op.create_index("ix_page_asks", "page", ["agency", "due_at"], sqlite_where=_ASKS, postgresql_where=_ASKS)
