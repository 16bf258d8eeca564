"""What asks somebody to come is sent before what only informs: an index of the due pages that cannot wait."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_FIRST = sa.text(
    "due_at IS NOT NULL AND purpose NOT IN ('officer', 'partner', 'agency') "
    "AND (purpose <> 'answer' OR person IS NOT NULL)"
)


def upgrade() -> None:
    op.create_index("ix_page_first", "page", ["due_at"], sqlite_where=_FIRST, postgresql_where=_FIRST)
