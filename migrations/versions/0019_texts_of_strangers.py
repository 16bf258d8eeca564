"""How many strangers have texted lately is found without reading every text there ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_STRANGERS = sa.text("person IS NULL AND callout IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_inbound_text_strangers",
        "inbound_text",
        ["received_at", "from"],
        sqlite_where=_STRANGERS,
        postgresql_where=_STRANGERS,
    )
