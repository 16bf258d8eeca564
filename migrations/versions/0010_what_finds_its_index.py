"""The index of an agency's call-outs serves their lists alone: reports read the table at random through it.

What a specialist is on now is found by an index: each of their texts read every assignment there ever was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_callout_agency", "callout")
    op.create_index("ix_callout_agency", "callout", ["agency", sa.text("coalesce(received_at, received_at)")])
    being_on_it = sa.text("released_at IS NULL AND home_at IS NULL")
    op.create_index(
        "ix_assignment_person", "assignment", ["person"], sqlite_where=being_on_it, postgresql_where=being_on_it
    )
