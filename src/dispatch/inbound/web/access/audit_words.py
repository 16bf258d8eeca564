"""How a line of the audit reads to people: who it was, what they did, and how we heard of it."""

import re
from collections.abc import Mapping

from dispatch.rules.commands.commands import BY_NAME
from dispatch.rules.facts.actors import ActorKind, AuditEvent, Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.names import first_up
from dispatch.store.access.audit_trail import AuditLine

KINDS: Mapping[str, tuple[AuditEvent, ...]] = {
    "Looking": (
        *(AuditEvent.READ, AuditEvent.LISTED, AuditEvent.OPENED_BOARD, AuditEvent.OPENED_LINK),
        *(AuditEvent.LISTED_ALARMS, AuditEvent.LISTED_CALLS, AuditEvent.SAW_TIMES, AuditEvent.TOOK_TIMES),
        *(AuditEvent.READ_AUDIT, AuditEvent.TOOK_AUDIT, AuditEvent.SAW_ESTIMATES, AuditEvent.SAW_FAIRNESS),
        AuditEvent.SAW_PEOPLE,
    ),
    "Coordinating": (
        *(AuditEvent.OWNED_ALARM, AuditEvent.DISMISSED_CALL, AuditEvent.NOTED_OUTCOME),
        *(command.about.audited for command in BY_NAME.values()),
    ),
    "Answering": (
        *(AuditEvent.TOOK, AuditEvent.DECLINED, AuditEvent.ANSWERED_LATE, AuditEvent.CAME_ALONG, AuditEvent.GAVE_ETA),
        *(AuditEvent.LEFT, AuditEvent.ARRIVED, AuditEvent.WITH_CHILD, AuditEvent.CLEARED, AuditEvent.HOME),
        *(AuditEvent.LET_GO, AuditEvent.CRIED_FOR_HELP, AuditEvent.WROTE, AuditEvent.PRESSED_KEY, AuditEvent.OPTED_OUT),
        *(AuditEvent.SAID_START, AuditEvent.OFFERED_LIMITED),
    ),
    "Calling": (AuditEvent.CALLED_HOTLINE, AuditEvent.ASKED, AuditEvent.WAS_REFUSED),
    "The week after": (
        *(AuditEvent.CODED_EXCLUSION, AuditEvent.APPROVED_EXCLUSION, AuditEvent.REFUSED_EXCLUSION),
        *(AuditEvent.REVIEWED_MISS, AuditEvent.RELEASED_FIGURES),
    ),
    "Signing in": (
        *(AuditEvent.GAVE_PASSWORD, AuditEvent.SIGNED_IN, AuditEvent.SIGN_IN_FAILED, AuditEvent.SIGNED_OUT),
        *(AuditEvent.ENROLLED, AuditEvent.MADE_LINK, AuditEvent.CHANGED_PASSWORD, AuditEvent.MADE_RECOVERY_CODES),
        *(AuditEvent.REVOKED_SESSIONS, AuditEvent.MADE_WALL),
    ),
    "Keeping the house": (
        *(AuditEvent.IMPORTED_ROSTER, AuditEvent.CHANGED_ROSTER, AuditEvent.UNDID_CHANGE, AuditEvent.MADE_KEY),
        *(AuditEvent.ASKED_NUMBER, AuditEvent.PROVING_NUMBER, AuditEvent.VERIFIED_NUMBER),
        *(AuditEvent.VOUCHED_NUMBER, AuditEvent.WITHDREW_NUMBER, AuditEvent.TOOK_OUT),
        *(AuditEvent.REVOKED_KEY, AuditEvent.SENT_TEST, AuditEvent.WITHDREW_TEST, AuditEvent.SET_NUMBER),
        *(AuditEvent.MADE_FEED, AuditEvent.REVOKED_FEED, AuditEvent.SET_START, AuditEvent.OVERRULED_REST),
        *(AuditEvent.ASKED_COVER, AuditEvent.WITHDREW_COVER, AuditEvent.TOOK_COVER),
        *(AuditEvent.SAID_AWAY, AuditEvent.SAID_BACK),
    ),
}
"""Every event, by its kind."""

# Where the word that is kept says too little beside a name.
_PLAINER = {
    AuditEvent.READ: "looked at the call-out",
    AuditEvent.LISTED: "listed call-outs",
    AuditEvent.OPENED_LINK: "opened a one-time link",
    AuditEvent.OWNED_ALARM: "has an alarm",
    AuditEvent.BEGAN_STEP: "paged the next step",
    AuditEvent.WENT_MYSELF: "took the call-out, to go in person",
    AuditEvent.ADDED_PARTNER: "added a partner",
    AuditEvent.CANCELLED: "cancelled the call-out",
    AuditEvent.CLOSED: "closed the call-out",
    AuditEvent.OPENED_BY_HAND: "opened a call-out by hand",
}

SOURCES: Mapping[Source, str] = {
    Source.WEB: "a browser",
    Source.LINK: "a one-time link",
    Source.SMS: "a text",
    Source.VOICE: "the phone",
    Source.API: "the API",
    Source.CLI: "the command line",
}

_NAMELESS = {
    ActorKind.OFFICER: "an officer",
    ActorKind.STRANGER: "a stranger",
    ActorKind.OPERATOR: "an operator",
    ActorKind.AGENCY: "an agency",
}


def did(word: str) -> str:
    """In plain words; an event that only another version knows reads as it was kept."""
    return _PLAINER.get(AuditEvent(word), word) if word in _KNOWN else word


def name(who: str, roster: Roster) -> str:
    """The name for this id in the audit: a person, an agency, a name on a key or at the command line, or nobody."""
    if roster.person(who) is not None:
        return roster.name_of(who)
    if roster.agency(who) is not None:
        return roster.agency_name(who)
    return first_up(_NAMELESS[ActorKind(who)]) if who in _NAMELESS else who


def who(line: AuditLine, roster: Roster) -> str:
    return name(line.who or line.kind or "somebody", roster)


def as_what(line: AuditLine) -> str:
    """In which role they did it, unless their name says so."""
    return line.kind or "" if line.who is not None else ""


_KINDS = re.compile(r"\b(?:" + "|".join(kind for kind in AlarmKind if "_" in kind) + r")\b")


def about(detail: str | None) -> str:
    """What an event was about: kinds of alarm are kept as programs name them."""
    return _KINDS.sub(lambda kind: kind.group().replace("_", " "), detail or "")


def how(source: str | None) -> str:
    """How we heard of it; nothing for what an older version wrote."""
    return SOURCES.get(Source(source), source) if source in _SOURCES else source or ""


_KNOWN = {event.value for event in AuditEvent}
_SOURCES = {source.value for source in Source}
