"""Who read or changed something. The law: rows are only ever added, in the transaction of the deed itself.

Nothing here or elsewhere changes or removes one, and both databases refuse it (ADR 35).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from dispatch.rules.facts.actors import Actor, Source
from dispatch.store import tables as t
from dispatch.store.engine.statement import insert_into
from dispatch.store.transaction import Transaction


class Deed(StrEnum):
    READ = "read"
    LISTED = "listed"
    OPENED_LINK = "opened the link"
    CORRECTED_STAMPS = "corrected stamps"
    CLOSED = "closed"
    WAS_REFUSED = "was refused"  # a call-out, again and again
    LISTED_ALARMS = "listed the open alarms"
    OWNED_ALARM = "has the alarm"
    GAVE_PASSWORD = "gave the right password"  # noqa: S105  # words for people; the code is still to come
    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "failed to sign in"
    SIGNED_OUT = "signed out"
    ENROLLED = "enrolled for codes"
    CHANGED_PASSWORD = "changed the password"  # noqa: S105  # words for people
    MADE_RECOVERY_CODES = "made new recovery codes"
    MADE_LINK = "made a one-time link"
    REVOKED_SESSIONS = "ended sessions"
    MADE_WALL = "made a screen a wall"
    OPENED_BY_HAND = "opened by hand"
    CALLED_HOTLINE = "called the hotline"
    DISMISSED_CALL = "dismissed a call"
    VERIFIED = "verified the caller"
    JOINED_CALL = "asked to be joined with the officer"
    LISTED_CALLS = "listed the calls on the hotline"
    ASKED = "asked for a coordinator"
    PAGED_PERSON = "paged a person"
    BEGAN_STEP = "began the next step"
    WENT_MYSELF = "took it"
    ASSIGNED = "assigned a person"
    ADDED_PARTNER = "added a partner"
    SET_ETA = "set an ETA"
    CHANGED_DETAILS = "changed details"
    WROTE_SPECIALIST = "wrote to the specialist"
    WROTE_OFFICER = "wrote to the officer"
    CANCELLED = "cancelled"
    NOTED_OUTCOME = "noted what came of it"
    SAW_TIMES = "saw response times"
    TOOK_TIMES = "took response times as a file"
    CODED_EXCLUSION = "named why a miss is to be left out"
    APPROVED_EXCLUSION = "approved an exclusion"
    REFUSED_EXCLUSION = "refused an exclusion"
    REVIEWED_MISS = "reviewed a miss"
    RELEASED_FIGURES = "released public figures"
    IMPORTED_ROSTER = "imported the roster"
    OPENED_BOARD = "opened the board"
    SET_NUMBER = "set up our number"
    MADE_KEY = "made a key"
    REVOKED_KEY = "revoked a key"
    SENT_TEST = "sent a test page"
    WITHDREW_TEST = "withdrew a test page"
    WROTE = "wrote"
    PRESSED_KEY = "pressed a key"
    # what somebody says about a call-out in a text, by a key or behind a link
    TOOK = "took the call-out"
    DECLINED = "declined"
    ANSWERED_LATE = "answered late"
    CAME_ALONG = "comes as a partner"
    GAVE_ETA = "gave an ETA"
    LEFT = "is on the way"
    ARRIVED = "is there"
    WITH_CHILD = "is with the child"
    CLEARED = "left the scene"
    HOME = "is safe at home"
    LET_GO = "let the call-out go"
    OPTED_OUT = "opted out of texts"
    CRIED_FOR_HELP = "cried for help"
    # the audit itself
    READ_AUDIT = "looked at the audit"
    TOOK_AUDIT = "took the audit as a file"


_INSERT = insert_into(t.audit)


def write(
    tx: Transaction,
    at: datetime,
    by: Actor,
    source: Source,
    did: Deed,
    callout_id: str | None = None,
    *,
    detail: str | None = None,
) -> None:
    """Somebody did something, and we heard of it through `source`.

    `detail` says exactly what was done, in words for people; it names no child, no place and no number.
    """
    _INSERT.run(tx, **row(at, by, source, did, callout_id, detail))


def row(
    at: datetime, by: Actor, source: Source, did: Deed, callout_id: str | None, detail: str | None = None
) -> dict[str, Any]:
    """The line as `write` writes it."""
    return {
        "at": at,
        "who": str(by),  # the same in one column, the only one that an older node knows
        "did": did,
        "callout": callout_id,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "detail": detail,
        "source": source,
    }
