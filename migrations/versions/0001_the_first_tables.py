"""The first tables."""

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import MinuteTenths, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("notice_phone", sa.Text(), nullable=True),
        sa.Column("webhook_url", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_agency")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("coordinator", sa.Text(), nullable=True),
        sa.Column("webhook_secret", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("callout", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_callout", ["callout"], unique=False)

    op.create_table(
        "calendar",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_calendar")),
    )
    op.create_table(
        "callout",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("officer_name", sa.Text(), nullable=True),
        sa.Column("officer_badge", sa.Text(), nullable=True),
        sa.Column("officer_phone", sa.Text(), nullable=False),
        sa.Column("place_address", sa.Text(), nullable=True),
        sa.Column("place_lat", sa.Float(), nullable=True),
        sa.Column("place_lon", sa.Float(), nullable=True),
        sa.Column("place_note", sa.Text(), nullable=True),
        sa.Column("children", sa.Integer(), nullable=True),
        sa.Column("age_band", sa.Text(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=True),
        sa.Column("medical_need", sa.Boolean(), nullable=True),
        sa.Column("scene_safe", sa.Boolean(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("officer_leaves_at", Moment(), nullable=True),
        sa.Column("recovered_at", Moment(), nullable=True),
        sa.Column("hotline_called_at", Moment(), nullable=True),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("respond_by", Moment(), nullable=False),
        sa.Column("first_paged_at", Moment(), nullable=True),
        sa.Column("acknowledged_at", Moment(), nullable=True),
        sa.Column("arrived_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column(
            "response_tenths",
            sa.Integer(),
            sa.Computed(MinuteTenths("received_at", "arrived_at"), persisted=True),
            nullable=True,
        ),
        sa.Column(
            "past_target",
            sa.Integer(),
            sa.Computed(
                "CASE WHEN arrived_at <= respond_by THEN 0 WHEN coalesce(arrived_at, ended_at) > respond_by THEN 1 END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callout")),
    )
    with op.batch_alter_table("callout", schema=None) as batch_op:
        batch_op.create_index("ix_callout_code", ["code"], unique=False)
        batch_op.create_index(
            "ix_callout_received_at", ["received_at", "agency", "response_tenths", "past_target"], unique=False
        )
        batch_op.create_index(
            "ix_callout_response",
            ["agency", "response_tenths", "past_target"],
            unique=False,
            sqlite_where=sa.text("past_target IS NOT NULL"),
            postgresql_where=sa.text("past_target IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_callout_open_code",
            ["code"],
            unique=True,
            sqlite_where=sa.text("open = 1"),
            postgresql_where=sa.text("open"),
        )

    op.create_table(
        "inbound_text",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("from", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("callout", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("understood_as", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_inbound_text")),
    )
    with op.batch_alter_table("inbound_text", schema=None) as batch_op:
        batch_op.create_index("ix_inbound_text_from", ["from", "received_at"], unique=False)

    op.create_table(
        "node",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("beat_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
    )
    op.create_table(
        "override",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rotation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("contact_plan", sa.JSON(), nullable=False),
        sa.Column("opted_out_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("phone", name=op.f("uq_person_phone")),
    )
    op.create_table(
        "policy",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_policy")),
    )
    op.create_table(
        "receipt",
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("page", "sid", "status", "detail", name=op.f("pk_receipt")),
    )
    op.create_table(
        "roster_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_version")),
    )
    op.create_table(
        "rotation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rotation")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", Moment(), nullable=False),
        sa.Column("released_at", Moment(), nullable=True),
        sa.Column("eta_at", Moment(), nullable=True),
        sa.Column("en_route_at", Moment(), nullable=True),
        sa.Column("arrived_at", Moment(), nullable=True),
        sa.Column("with_child_at", Moment(), nullable=True),
        sa.Column("cleared_at", Moment(), nullable=True),
        sa.Column("home_at", Moment(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_assignment_callout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_callout", ["callout"], unique=False)
        batch_op.create_index(
            "uq_assignment_primary",
            ["callout"],
            unique=True,
            sqlite_where=sa.text("role = 'primary' AND released_at IS NULL"),
            postgresql_where=sa.text("role = 'primary' AND released_at IS NULL"),
        )

    op.create_table(
        "deadline",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_deadline_callout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index("ix_deadline_callout", ["callout"], unique=False)
        batch_op.create_index("ix_deadline_due_at", ["due_at"], unique=False)

    op.create_table(
        "decline",
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_decline_callout")),
        sa.PrimaryKeyConstraint("callout", "person", name=op.f("pk_decline")),
    )
    op.create_table(
        "idempotency",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("callout", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_idempotency_callout")),
        sa.PrimaryKeyConstraint("agency", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_link_callout")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_link")),
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("callout", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("tried_at", Moment(), nullable=True),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("sid", sa.Text(), nullable=True),
        sa.Column("carrier_status", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_page_callout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
    )
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index(
            "ix_page_call",
            ["to", "tried_at"],
            unique=False,
            sqlite_where=sa.text("channel = 'voice'"),
            postgresql_where=sa.text("channel = 'voice'"),
        )
        batch_op.create_index("ix_page_callout", ["callout"], unique=False)
        batch_op.create_index(
            "ix_page_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_page_person", ["person", "created_at"], unique=False)

    op.create_table(
        "timeline",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("callout", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["callout"], ["callout.id"], name=op.f("fk_timeline_callout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline")),
    )
    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.create_index("ix_timeline_callout", ["callout", "id"], unique=False)
