"""The database refuses to change or remove a line of the audit, and finds lines by whatever people ask for.

A trigger is part of neither tables nor metadata: whoever recreates `audit` in a later migration has to recreate these.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_DOER = sa.text("coalesce(actor_id, actor_kind)")

_ON_POSTGRESQL = (
    """
    CREATE FUNCTION refuse_to_change_the_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    # For each statement, so that TRUNCATE is refused as well.
    """
    CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_audit()
    """,
    # Also for a session that poses as a replica, for which ordinary triggers are off.
    "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_is_append_only",
)
_WHEN_IT_IS_THERE = "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"
_REFUSES = "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
_ON_SQLITE = (
    f"CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit {_REFUSES}",
    f"CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit {_REFUSES}",
    # INSERT OR REPLACE removes the row in its way without a word to the trigger above.
    f"CREATE TRIGGER audit_is_not_written_over BEFORE INSERT ON audit {_WHEN_IT_IS_THERE} {_REFUSES}",
)


def upgrade() -> None:
    op.drop_index("ix_audit_callout", "audit")
    op.create_index("ix_audit_callout", "audit", ["callout", "at", "id"])
    op.create_index("ix_audit_at", "audit", ["at", "id"])
    op.create_index("ix_audit_who", "audit", [_DOER, "at", "id"])
    op.create_index("ix_audit_who_did", "audit", [_DOER, "did", "at", "id"])
    op.create_index("ix_audit_did", "audit", ["did", "at", "id"])
    op.create_index("ix_audit_source", "audit", ["source", "at", "id"])
    for statement in _ON_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _ON_SQLITE:
        op.execute(statement)
