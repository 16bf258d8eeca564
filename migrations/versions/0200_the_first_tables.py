"""The tables of the first release.

Once a release has made them somewhere, this file stays as it is, and a change is a migration of its own. So nothing
here comes from `dispatch.store.tables`, which says how the tables are today, but for the pattern of the keys' names.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from dispatch.store.types import MinuteTenths, Moment

# Versions below were made before the first release. With one of their numbers, a database of theirs would pass for one
# of these.
revision = "0200"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only in a column whose type is exactly INTEGER.
_counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _roster()
    _covers()
    _areas()
    _callouts()
    _commands()
    _reports()
    _told_us()
    _links()
    _hotline()
    _nodes()
    _sign_in()
    _audit()


def _only(rows: str, *, on_postgresql: str | None = None) -> dict[str, Any]:
    """For an index that holds these rows alone."""
    return {"sqlite_where": sa.text(rows), "postgresql_where": sa.text(on_postgresql or rows)}


def _roster() -> None:
    op.create_table(
        "agency",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("policy", sa.Text),
        sa.Column("notice_phone", sa.Text),
        sa.Column("webhook_url", sa.Text),
        sa.Column("listed_numbers", sa.JSON, nullable=False),
        sa.Column("stations", sa.JSON, nullable=False),
        sa.Column("pin", sa.Text),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False, unique=True),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("contact_plan", sa.JSON, nullable=False),
        sa.Column("opted_out_at", Moment),
        sa.Column("texts_in", sa.Text, nullable=False),
        sa.Column("sign_in", sa.Text),
        sa.Column("area_night", sa.Text),
        sa.Column("area_day", sa.Text),
        sa.Column("turnout_minutes", sa.Integer, nullable=False),
        sa.Column("qualified_until", sa.Date),
    )
    op.create_table(
        "rotation",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("holds_from", Moment),
        sa.Column("ended_at", Moment),
    )
    op.create_table(
        "override",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("rotation", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("replaces", sa.Text),
        sa.Column("holds_from", Moment),
        sa.Column("ended_at", Moment),
    )
    op.create_table(
        "policy",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("holds_from", Moment),
        sa.Column("ended_at", Moment),
    )
    op.create_table(
        "roster_change",
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("edit", sa.Text, nullable=False),
        sa.Column("touched", sa.JSON, nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True)),
        sa.Column("after", sa.JSON(none_as_null=True)),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("undoes", sa.BigInteger),
        sa.Column("undone_by", sa.BigInteger),
    )
    op.create_table(
        "new_number",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("is_landline", sa.Boolean, nullable=False),
        sa.Column("newcomer", sa.JSON(none_as_null=True)),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("code_hash", sa.Text),
        sa.Column("code_sent_at", Moment),
        sa.Column("codes", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("code_at", Moment),
        sa.Column("key_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("ending", sa.Text),
    )
    op.create_index("ix_new_number_person", "new_number", ["person", "asked_at"])
    op.create_index("uq_new_number_person", "new_number", ["person"], unique=True, **_only("ended_at IS NULL"))
    op.create_index("uq_new_number_phone", "new_number", ["phone"], unique=True, **_only("ended_at IS NULL"))
    op.create_table(
        "roster_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key_hash", sa.Text, nullable=False, unique=True),
        sa.Column("agency", sa.Text),
        sa.Column("coordinator", sa.Text),
        sa.Column("webhook_secret", sa.Text),
        sa.Column("scope", sa.Text),  # what a coordinator's key is for, if one thing only
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("revoked_at", Moment),
    )


def _covers() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("said_at", Moment, nullable=False),
        sa.Column("said_by", sa.Text),
        sa.Column("ended_at", Moment),
    )
    op.create_index("ix_absence_ends_at", "absence", ["ends_at"])
    op.create_table(
        "cover",
        sa.Column("number", _counter, primary_key=True),
        sa.Column("rotation", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("absence", sa.Text, sa.ForeignKey("absence.id", name="fk_cover_absence")),
        sa.Column("only", sa.Text),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("ask_at", Moment),
        sa.Column("warn_at", Moment),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("taker", sa.Text),
        sa.Column("ended_at", Moment),
        sa.Column("version", sa.BigInteger),
    )
    op.create_index("ix_cover_ends_at", "cover", ["ends_at"])
    op.create_index(
        "uq_cover_open", "cover", ["rotation", "holder", "starts_at"], unique=True, **_only("state = 'open'")
    )
    op.create_table(
        "cover_asked",
        sa.Column("cover", _counter, sa.ForeignKey("cover.number", name="fk_cover_asked_cover"), primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("at", Moment, nullable=False),
    )


def _areas() -> None:
    op.create_table(
        "area",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("lat", sa.Float, nullable=False),
        sa.Column("lon", sa.Float, nullable=False),
    )
    op.create_table(
        "drive",
        sa.Column("from_area", sa.Text, primary_key=True),
        sa.Column("to_area", sa.Text, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("night", sa.Integer),
        sa.Column("day", sa.Integer),
    )
    op.create_table(
        "starts_from",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("until", Moment, nullable=False),
    )
    op.create_table(
        "rest_overruled",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("until", Moment, nullable=False),
    )
    op.create_table(
        "shift_test",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("rotation", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("backup", sa.Text),
        sa.Column("override", sa.Text),
        sa.Column("ended_at", Moment),
        sa.Column("ending", sa.Text),
    )
    op.create_index("uq_shift_test_starts_at", "shift_test", ["starts_at", "rotation", "person"], unique=True)
    op.create_index("ix_shift_test_going_on", "shift_test", ["id"], **_only("ended_at IS NULL"))
    op.create_table(
        "measured_drive",
        sa.Column("id", _counter, primary_key=True),
        sa.Column("from_area", sa.Text, nullable=False),
        sa.Column("to_area", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("day", sa.Date),
    )
    op.create_index("ix_measured_drive_to_area", "measured_drive", ["to_area", "id"])


def _callouts() -> None:
    op.create_table(
        "callout",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("policy", sa.JSON, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("missed", sa.Boolean, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("officer_name", sa.Text),
        sa.Column("officer_badge", sa.Text),
        sa.Column("officer_phone", sa.Text, nullable=False),
        sa.Column("place_address", sa.Text),
        sa.Column("place_lat", sa.Float),
        sa.Column("place_lon", sa.Float),
        sa.Column("place_note", sa.Text),
        sa.Column("place_unconfirmed", sa.Boolean),
        sa.Column("children", sa.Integer),
        sa.Column("age_band", sa.Text),
        sa.Column("languages", sa.JSON),
        sa.Column("medical_need", sa.Boolean),
        sa.Column("scene_safe", sa.Boolean),
        sa.Column("reference", sa.Text),
        sa.Column("officer_leaves_at", Moment),
        sa.Column("recovered_at", Moment),
        sa.Column("hotline_called_at", Moment),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("respond_by", Moment, nullable=False),
        sa.Column("first_paged_at", Moment),
        sa.Column("acknowledged_at", Moment),
        sa.Column("arrived_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("probable_duplicate_of", sa.Text),
        sa.Column("takes_no_texts", sa.Boolean),
        sa.Column("trust", sa.Text),
        sa.Column("sharing", sa.Integer),
        sa.Column(
            "response_tenths", sa.Integer, sa.Computed(MinuteTenths("received_at", "arrived_at"), persisted=True)
        ),
        sa.Column(
            "past_target",
            sa.Integer,
            sa.Computed(
                "CASE WHEN arrived_at <= respond_by THEN 0 WHEN coalesce(arrived_at, ended_at) > respond_by THEN 1 END",
                persisted=True,
            ),
        ),
    )
    op.create_index("ix_callout_code", "callout", ["code"])
    op.create_index("ix_callout_received_at", "callout", ["received_at", "agency", "response_tenths", "past_target"])
    op.create_index(
        "ix_callout_response",
        "callout",
        ["agency", "response_tenths", "past_target"],
        **_only("past_target IS NOT NULL"),
    )
    op.create_index("uq_callout_open_code", "callout", ["code"], unique=True, **_only("open = 1", on_postgresql="open"))
    op.create_index(
        "ix_callout_taken",
        "callout",
        ["acknowledged_at"],
        **_only("open = 1 AND acknowledged_at IS NOT NULL", on_postgresql="open AND acknowledged_at IS NOT NULL"),
    )
    op.create_index(
        "ix_callout_sharing",
        "callout",
        ["received_at"],
        **_only("open = 1 AND sharing IS NOT NULL", on_postgresql="open AND sharing IS NOT NULL"),
    )
    op.create_index("ix_callout_officer_phone", "callout", ["officer_phone", "received_at"])
    op.create_index("ix_callout_unit", "callout", ["agency", "unit", "received_at"], **_only("unit IS NOT NULL"))
    op.create_index(
        "ix_callout_repeat",
        "callout",
        ["probable_duplicate_of"],
        **_only(
            "open = 1 AND probable_duplicate_of IS NOT NULL", on_postgresql="open AND probable_duplicate_of IS NOT NULL"
        ),
    )
    op.create_index("ix_callout_reference", "callout", ["reference", "agency"], **_only("reference IS NOT NULL"))
    op.create_index("ix_callout_cancelled", "callout", ["received_at", "agency"], **_only("status = 'cancelled'"))
    op.create_index("ix_callout_ended", "callout", ["ended_at"], **_only("ended_at IS NOT NULL"))
    op.create_index("ix_callout_agency", "callout", ["agency", sa.text("coalesce(received_at, received_at)")])
    op.create_table(
        "idempotency",
        sa.Column("agency", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
    )
    op.create_table(
        "assignment",
        sa.Column("id", _counter, primary_key=True),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("acknowledged_at", Moment, nullable=False),
        sa.Column("released_at", Moment),
        sa.Column("eta_at", Moment),
        sa.Column("en_route_at", Moment),
        sa.Column("arrived_at", Moment),
        sa.Column("with_child_at", Moment),
        sa.Column("cleared_at", Moment),
        sa.Column("home_at", Moment),
        sa.Column("sources", sa.JSON, nullable=False),
    )
    op.create_index("ix_assignment_callout", "assignment", ["callout"])
    op.create_index("ix_assignment_home", "assignment", ["home_at"], **_only("home_at IS NOT NULL"))
    op.create_index("ix_assignment_released", "assignment", ["released_at"], **_only("released_at IS NOT NULL"))
    op.create_index(
        "uq_assignment_primary",
        "assignment",
        ["callout"],
        unique=True,
        **_only("role = 'primary' AND released_at IS NULL"),
    )
    op.create_index(
        "ix_assignment_person", "assignment", ["person"], **_only("released_at IS NULL AND home_at IS NULL")
    )
    op.create_table(
        "decline",
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("limited", sa.Boolean, nullable=False),
        sa.Column("minutes", sa.Integer),
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),
        sa.Column("person", sa.Text),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("to", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("claim", sa.Text),
        sa.Column("claimed_by", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("reconciled", sa.Integer, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("tried_at", Moment),
        sa.Column("sent_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("sid", sa.Text),
        sa.Column("carrier_status", sa.Text),
        sa.Column("failure", sa.Text),
        sa.Column("alarm", sa.Text),
        sa.Column("agency", sa.Text),
        sa.Column("breaks_in", sa.Boolean),
        sa.Column("asks", sa.JSON),
        sa.Column("subject", sa.Text),
        sa.Column("held_since", Moment),
        sa.Column("text_if_others", sa.Text),
    )
    op.create_index("ix_page_held", "page", ["to"], **_only("held_since IS NOT NULL"))
    op.create_index("ix_page_call", "page", ["to", "tried_at"], **_only("channel = 'voice'"))
    op.create_index("ix_page_callout", "page", ["callout", "person"])
    op.create_index("ix_page_due_at", "page", ["due_at"], **_only("due_at IS NOT NULL"))
    op.create_index("ix_page_person", "page", ["person", "created_at"])
    op.create_index(
        "ix_page_first",
        "page",
        ["due_at"],
        **_only(
            "due_at IS NOT NULL AND purpose NOT IN ('officer', 'partner', 'agency', 'account', 'schedule', 'tonight')"
            " AND (purpose <> 'answer' OR person IS NOT NULL)"
        ),
    )
    op.create_index(
        "ix_page_asks",
        "page",
        ["agency", "due_at"],
        **_only("due_at IS NOT NULL AND purpose = 'page' AND state IN ('waiting', 'sending', 'unknown')"),
    )
    op.create_table(
        "alarm",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("told_at", Moment, nullable=False),
        sa.Column("rang_at", Moment),
        sa.Column("owner", sa.Text),
        sa.Column("owned_at", Moment),
        sa.Column("acted_at", Moment),
        sa.Column("said_at", Moment),
        sa.Column("heard_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("call", sa.Text),
        sa.Column("call_back", sa.Text),
    )
    op.create_index("ix_alarm_open", "alarm", ["callout", "told_at"], **_only("ended_at IS NULL"))
    op.create_index("ix_alarm_call", "alarm", ["call"], **_only("ended_at IS NULL AND call IS NOT NULL"))
    op.create_index("ix_alarm_kind_opened_at", "alarm", ["kind", "opened_at"])
    op.create_table(
        "deadline",
        sa.Column("id", _counter, primary_key=True),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
    )
    op.create_index("ix_deadline_callout", "deadline", ["callout"])
    op.create_index("ix_deadline_due_at", "deadline", ["due_at"])
    op.create_table(
        "timeline",
        sa.Column("id", _counter, primary_key=True),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("actor_kind", sa.Text),
        sa.Column("actor_id", sa.Text),
    )
    op.create_index("ix_timeline_callout", "timeline", ["callout", "id"])


def _commands() -> None:
    op.create_table(
        "command",
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Text),
    )
    op.create_table(
        "outcome",
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), primary_key=True),
        sa.Column("children_met", sa.Integer),
        sa.Column("freedom_bags", sa.Integer),
        sa.Column("dcfs_at", Moment),
        sa.Column("dcfs_reference", sa.Text),
        sa.Column("probation_at", Moment),
        sa.Column("probation_reference", sa.Text),
        sa.Column("noted_at", Moment, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Text),
    )
    op.create_table(
        "stamp_change",
        sa.Column("id", _counter, primary_key=True),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("before", Moment),
        sa.Column("after", Moment, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Text),
        sa.Column("reason", sa.Text),
    )
    op.create_index("ix_stamp_change_callout", "stamp_change", ["callout"])
    op.create_table(
        "coordinator_words",
        sa.Column("id", _counter, primary_key=True),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Text),
    )
    op.create_index("ix_coordinator_words_callout", "coordinator_words", ["callout"])


def _reports() -> None:
    op.create_table(
        "exclusion",
        sa.Column("id", _counter, primary_key=True),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("coded_by", sa.Text, nullable=False),
        sa.Column("coded_at", Moment, nullable=False),
        sa.Column("approved_by", sa.Text),
        sa.Column("approved_at", Moment),
        sa.Column("refused_by", sa.Text),
        sa.Column("refused_at", Moment),
    )
    op.create_index("uq_exclusion_callout", "exclusion", ["callout"], unique=True, **_only("refused_at IS NULL"))
    op.create_table(
        "miss_review",
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), primary_key=True),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("help", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("written_at", Moment, nullable=False),
    )
    op.create_table(
        "figures_release",
        sa.Column("period", sa.Text, primary_key=True),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("released_by", sa.Text, nullable=False),
        sa.Column("released_at", Moment, nullable=False),
    )


def _told_us() -> None:
    op.create_table(
        "receipt",
        sa.Column("page", sa.Text, primary_key=True),
        sa.Column("sid", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, primary_key=True),
        sa.Column("detail", sa.Text, primary_key=True),
        sa.Column("ends_a_call", sa.Boolean, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
    )
    op.create_table(
        "inbound_text",
        sa.Column("sid", sa.Text, primary_key=True),
        sa.Column("from", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("callout", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("understood_as", sa.Text, nullable=False),
    )
    op.create_index("ix_inbound_text_from", "inbound_text", ["from", "received_at"])
    op.create_index(
        "ix_inbound_text_strangers",
        "inbound_text",
        ["received_at", "from"],
        **_only("person IS NULL AND callout IS NULL"),
    )


def _links() -> None:
    op.create_table(
        "link",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),
        sa.Column("person", sa.Text),
        sa.Column("alarm", sa.Text),
        sa.Column("rotation", sa.Text),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("password_hash", sa.Text),
        sa.Column("seed", sa.Text),
        sa.CheckConstraint(
            "kind IN ('specialist', 'officer', 'alarm', 'welcome', 'wall', 'browser', 'calendar', 'number', 'own')"
            " AND (callout IS NOT NULL) = (kind IN ('specialist', 'officer'))"
            " AND (person IS NOT NULL) = (kind <> 'officer' AND rotation IS NULL)"
            " AND (rotation IS NULL OR kind = 'calendar')"
            " AND (alarm IS NOT NULL) = (kind = 'alarm')"
            " AND (kind = 'welcome' OR password_hash IS NULL AND seed IS NULL)",
            name="ck_link_kind",
        ),
    )
    op.create_index("ix_link_callout", "link", ["callout"])
    op.create_index("ix_link_person", "link", ["person"])


def _hotline() -> None:
    op.create_table(
        "hotline_call",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("carrier_id", sa.Text, nullable=False, unique=True),
        sa.Column("phone", sa.Text),
        sa.Column("trust", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("called_at", Moment, nullable=False),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("held_since", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("dismissed_at", Moment),
        sa.Column("dismissed_by", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("last_wrong_at", Moment),
        sa.Column("heard_at", Moment),
        sa.Column("pressed", sa.Boolean, nullable=False),
        sa.Column("calls_back", sa.Boolean, nullable=False),
    )
    op.create_index("ix_hotline_call_due_at", "hotline_call", ["due_at"], **_only("due_at IS NOT NULL"))
    op.create_index(
        "ix_hotline_call_last_wrong_at", "hotline_call", ["last_wrong_at"], **_only("last_wrong_at IS NOT NULL")
    )
    op.create_index("ix_hotline_call_phone", "hotline_call", ["phone", "called_at"])
    op.create_index("ix_hotline_call_called_at", "hotline_call", ["called_at"])
    op.create_index("ix_hotline_call_callout", "hotline_call", ["callout"])
    op.create_table(
        "call_exchange",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("heard", sa.JSON(none_as_null=True)),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("ix_call_exchange_at", "call_exchange", ["at"])
    op.create_table(
        "phone_call",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),
        sa.Column("call", sa.Text, sa.ForeignKey("hotline_call.id")),
        sa.Column("party", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("conference", sa.Text),
    )
    op.create_index("ix_phone_call_callout", "phone_call", ["callout"], **_only("state <> 'over'"))
    op.create_index("ix_phone_call_call", "phone_call", ["call"], **_only("state <> 'over'"))
    op.create_index("ix_phone_call_conference", "phone_call", ["conference"])
    op.create_index("ix_phone_call_since", "phone_call", ["since"])
    op.create_index(
        "uq_phone_call_joined", "phone_call", ["conference", "party"], unique=True, **_only("state = 'joined'")
    )


def _nodes() -> None:
    op.create_table(
        "node",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("beat_at", Moment, nullable=False),
        sa.Column("carrier_trouble", sa.Text),
        sa.Column("trouble_since", Moment),
    )
    op.create_table(
        "calendar",
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("due_at", Moment, nullable=False),
    )


def _sign_in() -> None:
    op.create_table(
        "account",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("seed", sa.Text),
        sa.Column("enrolled_at", Moment),
        sa.Column("last_step", sa.BigInteger),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
    )
    op.create_index("ix_recovery_code_person", "recovery_code", ["person"])
    op.create_table(
        "session",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("revoked_at", Moment),
        sa.Column("shut_out", sa.Boolean, nullable=False),
    )
    op.create_index("ix_session_person", "session", ["person"])
    op.create_table(
        "sign_in_delay",
        sa.Column("whose", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("ready_at", Moment, nullable=False),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _counter, primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("did", sa.Text, nullable=False),
        sa.Column("callout", sa.Text),
        sa.Column("actor_kind", sa.Text),
        sa.Column("actor_id", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("source", sa.Text),
    )
    op.create_index("ix_audit_callout", "audit", ["callout", "at", "id"])
    op.create_index("ix_audit_at", "audit", ["at", "id"])
    op.create_index("ix_audit_who", "audit", [sa.text("coalesce(actor_id, actor_kind)"), "at", "id"])
    op.create_index("ix_audit_who_did", "audit", [sa.text("coalesce(actor_id, actor_kind)"), "did", "at", "id"])
    op.create_index("ix_audit_did", "audit", ["did", "at", "id"])
    op.create_index("ix_audit_source", "audit", ["source", "at", "id"])
    for statement in _ON_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _ON_SQLITE:
        op.execute(statement)


# The database refuses to change or remove a line of the audit. A trigger is part of neither tables nor metadata:
# whoever recreates `audit` in a later migration has to recreate these.
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
