"""All links in one table, each with its kind, so that a token of one kind never opens another."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import Moment

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_COLUMNS = {"specialist": "callout, person", "officer": "callout", "alarm": "alarm, person"}


def upgrade() -> None:
    op.execute("CREATE TABLE specialist_link AS SELECT * FROM link")
    op.drop_table("link")
    op.create_table(
        "link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("callout", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("alarm", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('specialist', 'officer', 'alarm', 'welcome', 'wall')"
            " AND (callout IS NOT NULL) = (kind IN ('specialist', 'officer'))"
            " AND (person IS NOT NULL) = (kind <> 'officer')"
            " AND (alarm IS NOT NULL) = (kind = 'alarm')"
            " AND (kind = 'welcome' OR password_hash IS NULL AND seed IS NULL)",
            name=op.f("ck_link_kind"),
        ),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_link_callout")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_link")),
    )
    op.create_index("ix_link_callout", "link", ["callout"])
    op.create_index("ix_link_person", "link", ["person"])
    for kind, columns in _COLUMNS.items():  # nobody kept when they were made: not later than they expire
        op.execute(
            f"INSERT INTO link (token_hash, kind, {columns}, created_at, expires_at)"  # noqa: S608  # names of ours
            f" SELECT token_hash, '{kind}', {columns}, expires_at, expires_at FROM {kind}_link"
        )
    op.execute(
        "INSERT INTO link (token_hash, kind, person, created_at, expires_at, ended_at, password_hash, seed)"
        " SELECT token_hash, kind, person, created_at, expires_at, used_at, password_hash, seed FROM sign_in_link"
    )
    for table in ("specialist_link", "officer_link", "alarm_link", "sign_in_link"):
        op.drop_table(table)
