"""Every table. What must happen later is a row with a `due_at`; nothing that matters lives only in a process."""

import re

import sqlalchemy as sa

from dispatch.rules.facts.pages import PageState, Purpose, Question
from dispatch.rules.facts.people import Channel
from dispatch.store.types import MinuteTenths, Moment, OfFacts

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column whose type is exactly INTEGER.
_Counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index of the rows that meet a condition. SQLite uses one only if a query writes the condition as the index
    does, and for SQLite SQLAlchemy writes `open = 1`."""
    in_sqlite = sa.text(re.sub(r"^open\b", "open = 1", where))
    return sa.Index(name, *columns, unique=unique, sqlite_where=in_sqlite, postgresql_where=sa.text(where))


# ---- the roster: its people, who is on call, whom to page in turn --------------------------------------------------

agency = sa.Table(
    "agency",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    # The order of the roster file, so that an export reads like the import.
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

person = sa.Table(
    "person",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False, unique=True),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("contact_plan", sa.JSON, nullable=False),
    sa.Column("opted_out_at", Moment),
    sa.Column("texts_in", sa.Text, nullable=False),
    sa.Column("sign_in", sa.Text),  # who they are for the identity provider
    sa.Column("area_night", sa.Text),
    sa.Column("area_day", sa.Text),
    sa.Column("turnout_minutes", sa.Integer, nullable=False),
    sa.Column("qualified_until", sa.Date),
)


# Of rotations, overrides and policies a row that has held is never deleted or changed: it ends, or its next version
# holds. What a report says of last March does not move.
def _versions(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("holds_from", Moment),
        sa.Column("ended_at", Moment),
    )


rotation, policy = _versions("rotation"), _versions("policy")

override = sa.Table(
    "override",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("rank", sa.Integer, nullable=False),  # the order of the file, the ended ones among them
    sa.Column("rotation", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("replaces", sa.Text),
    sa.Column("holds_from", Moment),
    sa.Column("ended_at", Moment),
)

# Where people start from and children wait (ADR 53).
area = sa.Table(
    "area",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("lat", sa.Float, nullable=False),
    sa.Column("lon", sa.Float, nullable=False),
)

drive = sa.Table(
    "drive",
    metadata,
    sa.Column("from_area", sa.Text, primary_key=True),
    sa.Column("to_area", sa.Text, primary_key=True),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("night", sa.Integer),
    sa.Column("day", sa.Integer),
)

# Where somebody starts from for a while. A table of its own: an import writes people anew, and this is no part of it.
starts_from = sa.Table(
    "starts_from",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
)

# Whose rest after a call-out at night a coordinator has overruled: any that is over by then is none. Rest itself is
# read from assignments.
rest_overruled = sa.Table(
    "rest_overruled",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("until", Moment, nullable=False),
)

# A test at the start of a shift. `due_at` is when it is looked at next;
# `override` added `backup` to the rotation.
shift_test = sa.Table(
    "shift_test",
    metadata,
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
    sa.Index("uq_shift_test_starts_at", "starts_at", "rotation", "person", unique=True),
    _partial("ix_shift_test_going_on", "id", where="ended_at IS NULL"),
)

# What drives really took. No column says whose it was or on which call-out, and none may.
measured_drive = sa.Table(
    "measured_drive",
    metadata,
    sa.Column("id", _Counter, primary_key=True),
    sa.Column("from_area", sa.Text, nullable=False),
    sa.Column("to_area", sa.Text, nullable=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("day", sa.Date),  # NULL once it is old: with the stamps that stay it would say which call-out it was
    sa.Index("ix_measured_drive_to_area", "to_area", "id"),
)

# Every edit of the roster, by the version of it that the edit led to. `touched` names the parts and the things;
# `before` and `after` list, in the same order, what the file says of each, and go with the details of call-outs: there
# are phone numbers in them.
roster_change = sa.Table(
    "roster_change",
    metadata,
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

# A number that is to be somebody's, until they have shown that it is: until then the one in `person` is paged.
new_number = sa.Table(
    "new_number",
    metadata,
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
    sa.Index("ix_new_number_person", "person", "asked_at"),
    _partial("uq_new_number_person", "person", where="ended_at IS NULL", unique=True),
    _partial("uq_new_number_phone", "phone", where="ended_at IS NULL", unique=True),
)

# Somebody is away. It takes nobody off call: it asks for covers.
absence = sa.Table(
    "absence",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("said_at", Moment, nullable=False),
    sa.Column("said_by", sa.Text),  # who said it for them; NULL where they did
    sa.Column("ended_at", Moment),
    sa.Index("ix_absence_ends_at", "ends_at"),
)

# A shift that somebody else is asked to take. Its number is what people text, and is never used again.
cover = sa.Table(
    "cover",
    metadata,
    sa.Column("number", _Counter, primary_key=True),
    sa.Column("rotation", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("absence", sa.Text, sa.ForeignKey("absence.id")),
    sa.Column("only", sa.Text),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("ask_at", Moment),
    sa.Column("warn_at", Moment),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("taker", sa.Text),
    sa.Column("ended_at", Moment),
    sa.Column("version", sa.BigInteger),  # of the roster, once it is taken: the change that can be undone
    sa.Index("ix_cover_ends_at", "ends_at"),
    # What is open is read every ten seconds; and whatever the code above believes, no shift is asked for twice.
    _partial("uq_cover_open", "rotation", "holder", "starts_at", where="state = 'open'", unique=True),
)

cover_asked = sa.Table(
    "cover_asked",
    metadata,
    sa.Column("cover", _Counter, sa.ForeignKey("cover.number"), primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

# One row. Every change of the roster counts it up; a process that keeps the roster in memory compares it.
roster_version = sa.Table(
    "roster_version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
)

api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key_hash", sa.Text, nullable=False, unique=True),
    sa.Column("agency", sa.Text),
    sa.Column("coordinator", sa.Text),
    sa.Column("webhook_secret", sa.Text),
    sa.Column("scope", sa.Text),  # what a coordinator's key is for, if one thing only
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
)

# ---- a call-out ----------------------------------------------------------------------------------------------------

callout = sa.Table(
    "callout",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),  # as it stood when the call-out opened
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("missed", sa.Boolean, nullable=False),
    # what the caller said; everything but the callback number may be missing
    sa.Column("unit", sa.Text),
    sa.Column("officer_name", sa.Text),
    sa.Column("officer_badge", sa.Text),
    sa.Column("officer_phone", sa.Text, nullable=False),
    sa.Column("place_address", sa.Text),
    sa.Column("place_lat", sa.Float),
    sa.Column("place_lon", sa.Float),
    sa.Column("place_note", sa.Text),
    sa.Column("place_unconfirmed", sa.Boolean),  # named by a caller whom nobody has verified
    sa.Column("children", sa.Integer),
    sa.Column("age_band", sa.Text),
    sa.Column("languages", sa.JSON),
    sa.Column("medical_need", sa.Boolean),
    sa.Column("scene_safe", sa.Boolean),
    sa.Column("reference", sa.Text),
    sa.Column("officer_leaves_at", Moment),
    # the stamps; the response clock runs from received_at to arrived_at
    sa.Column("recovered_at", Moment),
    sa.Column("hotline_called_at", Moment),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("respond_by", Moment, nullable=False),
    sa.Column("first_paged_at", Moment),
    sa.Column("acknowledged_at", Moment),
    sa.Column("arrived_at", Moment),
    sa.Column("ended_at", Moment),
    # The code of the call-out that was open already and probably is about the same.
    sa.Column("probable_duplicate_of", sa.Text),
    sa.Column("takes_no_texts", sa.Boolean),  # the officer's number: a text has failed. NULL: not known
    sa.Column("trust", sa.Text),  # what we know of the caller; NULL: a webhook's
    # How many callers who said nothing share its page; 0 for the call-out of one of them, NULL for any other.
    sa.Column("sharing", sa.Integer),
    # What a report counts. The database itself computes it from the stamps, so no correction can forget it.
    # `response_tenths` is the time in tenths of a minute. `past_target` is 1 if the target was missed and 0 if it was
    # met. It is NULL while that is open, and for a call-out that was called off in time with nobody there, which does
    # not count.
    sa.Column("response_tenths", sa.Integer, sa.Computed(MinuteTenths("received_at", "arrived_at"), persisted=True)),
    sa.Column(
        "past_target",
        sa.Integer,
        sa.Computed(
            "CASE WHEN arrived_at <= respond_by THEN 0 WHEN coalesce(arrived_at, ended_at) > respond_by THEN 1 END",
            persisted=True,
        ),
    ),
    # The board and a reply look for open call-outs.
    _partial("uq_callout_open_code", "code", where="open", unique=True),
    # Whether one more silent call shares a page is asked for each: whatever else is open is not read for it.
    _partial("ix_callout_sharing", "received_at", where="open AND sharing IS NOT NULL"),
    # A report finds a span of time through the first, and reads the whole history, already in order, from the second.
    sa.Index("ix_callout_received_at", "received_at", "agency", "response_tenths", "past_target"),
    _partial("ix_callout_response", "agency", "response_tenths", "past_target", where="past_target IS NOT NULL"),
    sa.Index("ix_callout_code", "code"),
    # Who is out on another call-out is asked at every decision: this holds nothing but those that somebody has now.
    _partial("ix_callout_taken", "acknowledged_at", where="open AND acknowledged_at IS NOT NULL"),
    # Who was on a call-out that ended lately without their HOME is asked as often.
    _partial("ix_callout_ended", "ended_at", where="ended_at IS NOT NULL"),
    # Probable duplicates of what comes in; and what came in later of the one that they probably repeat.
    sa.Index("ix_callout_officer_phone", "officer_phone", "received_at"),
    _partial("ix_callout_unit", "agency", "unit", "received_at", where="unit IS NOT NULL"),
    _partial("ix_callout_repeat", "probable_duplicate_of", where="open AND probable_duplicate_of IS NOT NULL"),
    # Lists, the newest first. Few are cancelled: without an index of theirs a list would walk past all others.
    sa.Index("ix_callout_agency", "agency", sa.text("coalesce(received_at, received_at)")),  # see `RECEIVED_OF_AGENCY`
    _partial("ix_callout_reference", "reference", "agency", where="reference IS NOT NULL"),
    _partial("ix_callout_cancelled", "received_at", "agency", where="status = 'cancelled'"),
)

RECEIVED_OF_AGENCY = sa.func.coalesce(callout.c.received_at, callout.c.received_at)
"""When a call-out came in, written as the index of an agency's call-outs writes it, so that only their lists use that
index. With the bare column both databases also found a span of time through it, agency by agency: a report then read
the table at random, and a month of a million call-outs took three times as long."""

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("agency", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body_hash", sa.Text, nullable=False),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
)

assignment = sa.Table(
    "assignment",
    metadata,
    sa.Column("id", _Counter, primary_key=True),
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
    sa.Column("sources", sa.JSON, nullable=False),  # of each stamp a `Source`
    sa.Index("ix_assignment_callout", "callout"),
    # What somebody's text can be about is asked for each: this holds nothing but what people are on now.
    _partial("ix_assignment_person", "person", where="released_at IS NULL AND home_at IS NULL"),
    # Who came home lately is asked at every decision.
    _partial("ix_assignment_home", "home_at", where="home_at IS NOT NULL"),
    # As is who was let go.
    _partial("ix_assignment_released", "released_at", where="released_at IS NOT NULL"),
    # Two specialists cannot both have one call-out, whatever the code above believes.
    _partial("uq_assignment_primary", "callout", where="role = 'primary' AND released_at IS NULL", unique=True),
)

IS_PRIMARY = (assignment.c.role == sa.literal_column("'primary'")) & assignment.c.released_at.is_(None)
"""Whoever has the call-out, written as the index above writes it. With a parameter for the role, SQLite would prepare a
statement again at each run, to see whether it may use that index: 200 µs for the query of an opening."""

decline = sa.Table(
    "decline",
    metadata,
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("limited", sa.Boolean, nullable=False),
    sa.Column("minutes", sa.Integer),
)

_INFORMS = ", ".join(f"'{purpose}'" for purpose in Purpose if purpose.only_informs)
CANNOT_WAIT = f"purpose NOT IN ({_INFORMS}) AND (purpose <> '{Purpose.ANSWER}' OR person IS NOT NULL)"
"""Whether a page asks one of our people for something, or tells them something. What only informs others waits for it,
and so does an answer to a stranger. Written out, since SQLite uses a partial index only for its own words."""
IS_TO_BE_SENT = f"state IN ('{PageState.WAITING}', '{PageState.SENDING}', '{PageState.UNKNOWN}')"
"""Whether the carrier does not have a page yet, as far as we know. What it has is only asked about."""
IS_STANDALONE = (
    f"page.callout IS NULL AND (page.purpose = '{Purpose.ANSWER}' AND page.person IS NULL"
    f" OR page.purpose = '{Purpose.ALARM}' AND page.channel = '{Channel.SMS}' AND page.alarm IS NULL"
    f" OR page.purpose = '{Purpose.TEST}')"
)
"""Whether a page is about no call-out and no child waits for it; `PageRecord.is_standalone` in the database's words."""

page = sa.Table(
    "page",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),  # NULL for a test page, or a standalone answer
    sa.Column("person", sa.Text),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("to", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    # When the sender next has to do something about the page: send it, reconcile it, ask how it went. A claim moves
    # this to the end of the claim's lease, so a page that a dead process had claimed comes due again by itself.
    sa.Column("due_at", Moment),
    sa.Column("claim", sa.Text),
    sa.Column("claimed_by", sa.Text),  # the node
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("reconciled", sa.Integer, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("tried_at", Moment),
    sa.Column("sent_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("sid", sa.Text),  # the carrier's id for it, which code calls `carrier_id`; Twilio was the first
    sa.Column("carrier_status", sa.Text),
    sa.Column("failure", sa.Text),
    sa.Column("alarm", sa.Text),  # that it tells of, if of any
    # Whose webhook it is, or for whose call-out it asks, if for any.
    sa.Column("agency", sa.Text),
    sa.Column("breaks_in", sa.Boolean),  # a call that tells of danger; False: of callers who said nothing
    sa.Column("held_since", Moment),  # a call that waits for another to the same number
    sa.Column("asks", OfFacts(Question)),  # which bare answers end it, and what they are about
    sa.Column("subject", sa.Text),  # of news to whoever goes
    sa.Column("text_if_others", sa.Text),  # takes the place of the text if other call-outs are open when it leaves
    _partial("ix_page_due_at", "due_at", where="due_at IS NOT NULL"),
    # What is sent first when more is due than can be sent; see `due_pages.due`.
    _partial("ix_page_first", "due_at", where=f"due_at IS NOT NULL AND {CANNOT_WAIT}"),
    # What asks somebody to come, for fair queueing among agencies.
    _partial(
        "ix_page_asks",
        "agency",
        "due_at",
        where=f"due_at IS NOT NULL AND purpose = '{Purpose.PAGE}' AND {IS_TO_BE_SENT}",
    ),
    # With the person: SQLite, which counts no rows, would look for somebody's pages of a call-out among all of theirs.
    sa.Index("ix_page_callout", "callout", "person"),
    sa.Index("ix_page_person", "person", "created_at"),
    # What waits for a phone to be free is asked at the end of every call.
    _partial("ix_page_held", "to", where="held_since IS NOT NULL"),
    _partial("ix_page_call", "to", "tried_at", where="channel = 'voice'"),
)

# What coordinators can own, by saying "I have it". Open until `ended_at`; one about no call-out goes on for a while
# after it was told last, since nothing else says that its trouble is over.
alarm = sa.Table(
    "alarm",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("person", sa.Text),  # whom it is about
    sa.Column("text", sa.Text, nullable=False),  # as it was told last
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("told_at", Moment, nullable=False),
    sa.Column("rang_at", Moment),  # when it last rang somebody
    sa.Column("owner", sa.Text),
    sa.Column("owned_at", Moment),
    sa.Column("acted_at", Moment),  # when the owner last did anything
    sa.Column("said_at", Moment),  # when a person last said what it tells of
    sa.Column("heard_at", Moment),  # when whoever cried for help was last heard
    sa.Column("ended_at", Moment),
    sa.Column("call", sa.Text),  # the hotline call that it is about
    sa.Column("call_back", sa.Text),  # the number at which an officer waits for a call
    sa.Index("ix_alarm_kind_opened_at", "kind", "opened_at"),
    _partial("ix_alarm_call", "call", where="ended_at IS NULL AND call IS NOT NULL"),
    _partial("ix_alarm_open", "callout", "told_at", where="ended_at IS NULL"),
)

deadline = sa.Table(
    "deadline",
    metadata,
    sa.Column("id", _Counter, primary_key=True),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Index("ix_deadline_due_at", "due_at"),
    sa.Index("ix_deadline_callout", "callout"),
)

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("id", _Counter, primary_key=True),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("source", sa.Text, nullable=False),  # how it reached us
    sa.Column("actor_kind", sa.Text),  # who did it, where that is kept
    sa.Column("actor_id", sa.Text),
    sa.Index("ix_timeline_callout", "callout", "id"),
)

# ---- what coordinators did about a call-out ------------------------------------------------------------------------

# A button that is pressed twice acts once: `digest` is that of the preview.
done_command = sa.Table(
    "command",
    metadata,
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", sa.Text),
)

# No column of it can hold a story or a name: the references are other bodies' numbers.
outcome = sa.Table(
    "outcome",
    metadata,
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

# Each stamp that a person set or corrected, and what it replaced. Rows are only ever added.
stamp_change = sa.Table(
    "stamp_change",
    metadata,
    sa.Column("id", _Counter, primary_key=True),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
    sa.Column("before", Moment),
    sa.Column("after", Moment, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Index("ix_stamp_change_callout", "callout"),
)

# To a specialist, who reads them behind their link; to the officer where there is no person.
coordinator_words = sa.Table(
    "coordinator_words",
    metadata,
    sa.Column("id", _Counter, primary_key=True),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", sa.Text),
    sa.Index("ix_coordinator_words_callout", "callout"),
)

# ---- response times: what people say about a miss, and what left the house -----------------------------------------

# Why a miss is to be left out of the figures: named by one person, approved or refused by another. What was refused
# stays, and another reason may be named then.
exclusion = sa.Table(
    "exclusion",
    metadata,
    sa.Column("id", _Counter, primary_key=True),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("coded_by", sa.Text, nullable=False),
    sa.Column("coded_at", Moment, nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("approved_at", Moment),
    sa.Column("refused_by", sa.Text),
    sa.Column("refused_at", Moment),
    _partial("uq_exclusion_callout", "callout", where="refused_at IS NULL", unique=True),
)

miss_review = sa.Table(
    "miss_review",
    metadata,
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id"), primary_key=True),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("help", sa.Text, nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("written_by", sa.Text, nullable=False),
    sa.Column("written_at", Moment, nullable=False),
)

# The files that left, as they left: what is corrected afterwards changes no copy that somebody has.
figures_release = sa.Table(
    "figures_release",
    metadata,
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("released_by", sa.Text, nullable=False),
    sa.Column("released_at", Moment, nullable=False),
)

# ---- what the carrier and people told us ---------------------------------------------------------------------------

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("page", sa.Text, primary_key=True),
    sa.Column("sid", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, primary_key=True),
    sa.Column("detail", sa.Text, primary_key=True),  # tells apart two reports with the same word; only compared
    sa.Column("ends_a_call", sa.Boolean, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
)

inbound_text = sa.Table(
    "inbound_text",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True),
    sa.Column("from", sa.Text, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("callout", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("understood_as", sa.Text, nullable=False),
    sa.Index("ix_inbound_text_from", "from", "received_at"),
    _partial("ix_inbound_text_strangers", "received_at", "from", where="person IS NULL AND callout IS NULL"),
)

# ---- links ---------------------------------------------------------------------------------------------------------

# Each kind is a class in `links`, which says what it leads to. A row has the columns of its kind and no others.
link = sa.Table(
    "link",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),
    sa.Column("person", sa.Text),
    sa.Column("alarm", sa.Text),
    sa.Column("rotation", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),  # when it was used or withdrawn
    sa.Column("password_hash", sa.Text),  # chosen in the first view, in force with the first code
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
    sa.Index("ix_link_callout", "callout"),
    sa.Index("ix_link_person", "person"),
)

# ---- the hotline ---------------------------------------------------------------------------------------------------

# Every call that came in. It ends as a call-out, or as something that a coordinator has decided: until then `due_at` is
# when it opens a call-out by itself.
hotline_call = sa.Table(
    "hotline_call",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("carrier_id", sa.Text, nullable=False, unique=True),
    sa.Column("phone", sa.Text),  # NULL where the caller withheld it
    sa.Column("trust", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("called_at", Moment, nullable=False),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),
    sa.Column("again", sa.Boolean, nullable=False),  # the call-out was open already
    sa.Column("due_at", Moment),
    sa.Column("held_since", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("dismissed_at", Moment),
    sa.Column("dismissed_by", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("last_wrong_at", Moment),
    sa.Column("heard_at", Moment),  # when the caller was last certainly on the line
    sa.Column("pressed", sa.Boolean, nullable=False),  # the caller has pressed a key
    # The caller shows the number of one of our people, who is rung back, and has not said that it is for an officer.
    sa.Column("calls_back", sa.Boolean, nullable=False),
    _partial("ix_hotline_call_due_at", "due_at", where="due_at IS NOT NULL"),
    sa.Index("ix_hotline_call_phone", "phone", "called_at"),
    _partial("ix_hotline_call_last_wrong_at", "last_wrong_at", where="last_wrong_at IS NOT NULL"),
    sa.Index("ix_hotline_call_called_at", "called_at"),
    sa.Index("ix_hotline_call_callout", "callout"),
)

# How far each call has come on which somebody has pressed a key, and what was said last. The id is that of the page, or
# of the hotline call.
call_exchange = sa.Table(
    "call_exchange",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("heard", sa.JSON(none_as_null=True)),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_call_exchange_at", "at"),
)

# The phones of a bridge: those of our people who want to be joined with an officer, and that officer's. The id is that
# of the page, or of the hotline call, that the phone is on.
phone_call = sa.Table(
    "phone_call",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("callout", sa.Text, sa.ForeignKey("callout.id")),
    # The hotline call that it is about, while that has no call-out.
    sa.Column("call", sa.Text, sa.ForeignKey("hotline_call.id")),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("conference", sa.Text),
    _partial("ix_phone_call_callout", "callout", where="state <> 'over'"),
    _partial("ix_phone_call_call", "call", where="state <> 'over'"),
    sa.Index("ix_phone_call_since", "since"),
    sa.Index("ix_phone_call_conference", "conference"),
    # Two of one party cannot both be joined, whatever the code above believes.
    _partial("uq_phone_call_joined", "conference", "party", where="state = 'joined'", unique=True),
)

# ---- the nodes, and what happens once for all of them --------------------------------------------------------------

node = sa.Table(
    "node",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),  # host:port
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("beat_at", Moment, nullable=False),
    sa.Column("carrier_trouble", sa.Text),  # what its last check of the carrier found; NULL when all was well
    sa.Column("trouble_since", Moment),
)

calendar = sa.Table(
    "calendar",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("due_at", Moment, nullable=False),
)

# ---- signing in ----------------------------------------------------------------------------------------------------

# Whoever is in the roster and has a row here may sign in with a password and a code.
account = sa.Table(
    "account",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("password_hash", sa.Text),  # argon2; NULL, like the seed, until its link was used
    sa.Column("seed", sa.Text),  # of the codes, encrypted
    sa.Column("enrolled_at", Moment),
    sa.Column("last_step", sa.BigInteger),  # of the last code taken: each works once
)

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Index("ix_recovery_code_person", "person"),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Column("shut_out", sa.Boolean, nullable=False),  # ended by anybody but whoever signed out there
    sa.Index("ix_session_person", "person"),
)

# How slow the next attempt to sign in is, under a name, from an address, or by a browser.
sign_in_delay = sa.Table(
    "sign_in_delay",
    metadata,
    sa.Column("whose", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
    sa.Column("ready_at", Moment, nullable=False),
)

# Who read or changed something, or signed in. Rows are only ever added: triggers refuse everything else (ADR 35).
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", _Counter, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("did", sa.Text, nullable=False),
    sa.Column("callout", sa.Text),
    sa.Column("actor_kind", sa.Text),
    sa.Column("actor_id", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("source", sa.Text),  # how it reached us, where that is kept
    # One for each way to ask, in the order in which the lines are shown.
    sa.Index("ix_audit_callout", "callout", "at", "id"),
    sa.Index("ix_audit_at", "at", "id"),
    sa.Index("ix_audit_who", sa.text("coalesce(actor_id, actor_kind)"), "at", "id"),  # see `DOER`
    sa.Index("ix_audit_who_did", sa.text("coalesce(actor_id, actor_kind)"), "did", "at", "id"),
    sa.Index("ix_audit_did", "did", "at", "id"),
    sa.Index("ix_audit_source", "source", "at", "id"),
)
DOER = sa.func.coalesce(audit.c.actor_id, audit.c.actor_kind)
"""Who did it: the id of a person or an agency, or the kind of somebody unknown, such as an officer."""
