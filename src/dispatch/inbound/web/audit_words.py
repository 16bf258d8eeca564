"""How a line of the audit reads to people: who it was, what they did, and how we heard of it."""

from collections.abc import Mapping

from dispatch.rules.facts.actors import ActorKind, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.names import first_up
from dispatch.store.audit import Deed
from dispatch.store.audit_trail import Line

KINDS: Mapping[str, tuple[Deed, ...]] = {
    "Looking": (
        *(Deed.READ, Deed.LISTED, Deed.OPENED_BOARD, Deed.OPENED_LINK, Deed.LISTED_ALARMS, Deed.LISTED_CALLS),
        *(Deed.SAW_TIMES, Deed.TOOK_TIMES, Deed.READ_AUDIT, Deed.TOOK_AUDIT),
    ),
    "Coordinating": (
        *(Deed.OPENED_BY_HAND, Deed.OWNED_ALARM, Deed.PAGED_PERSON, Deed.BEGAN_STEP, Deed.WENT_MYSELF, Deed.ASSIGNED),
        *(Deed.ADDED_PARTNER, Deed.SET_ETA, Deed.CORRECTED_STAMPS, Deed.CHANGED_DETAILS, Deed.WROTE_SPECIALIST),
        *(Deed.WROTE_OFFICER, Deed.VERIFIED, Deed.JOINED_CALL, Deed.DISMISSED_CALL, Deed.CANCELLED, Deed.CLOSED),
        Deed.NOTED_OUTCOME,
    ),
    "Answering": (
        *(Deed.TOOK, Deed.DECLINED, Deed.ANSWERED_LATE, Deed.CAME_ALONG, Deed.GAVE_ETA, Deed.LEFT, Deed.ARRIVED),
        *(Deed.WITH_CHILD, Deed.CLEARED, Deed.HOME, Deed.LET_GO, Deed.CRIED_FOR_HELP, Deed.WROTE, Deed.PRESSED_KEY),
        Deed.OPTED_OUT,
    ),
    "Calling": (Deed.CALLED_HOTLINE, Deed.ASKED, Deed.WAS_REFUSED),
    "The week after": (
        *(Deed.CODED_EXCLUSION, Deed.APPROVED_EXCLUSION, Deed.REFUSED_EXCLUSION, Deed.REVIEWED_MISS),
        Deed.RELEASED_FIGURES,
    ),
    "Signing in": (
        *(Deed.GAVE_PASSWORD, Deed.SIGNED_IN, Deed.SIGN_IN_FAILED, Deed.SIGNED_OUT, Deed.ENROLLED, Deed.MADE_LINK),
        *(Deed.CHANGED_PASSWORD, Deed.MADE_RECOVERY_CODES, Deed.REVOKED_SESSIONS, Deed.MADE_WALL),
    ),
    "Keeping the house": (
        *(Deed.IMPORTED_ROSTER, Deed.MADE_KEY, Deed.REVOKED_KEY, Deed.SENT_TEST, Deed.WITHDREW_TEST, Deed.SET_NUMBER),
    ),
}
"""Every deed, by its kind."""

# Where the word that is kept says too little beside a name.
_PLAINER = {
    Deed.READ: "looked at the call-out",
    Deed.LISTED: "listed call-outs",
    Deed.OPENED_LINK: "opened a one-time link",
    Deed.OWNED_ALARM: "has an alarm",
    Deed.BEGAN_STEP: "paged the next step",
    Deed.WENT_MYSELF: "took the call-out, to go in person",
    Deed.ADDED_PARTNER: "added a partner",
    Deed.CANCELLED: "cancelled the call-out",
    Deed.CLOSED: "closed the call-out",
    Deed.OPENED_BY_HAND: "opened a call-out by hand",
}

SOURCES: Mapping[Source, str] = {
    Source.WEB: "a page",
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
    """In plain words; a deed that only another version knows reads as it was kept."""
    return _PLAINER.get(Deed(word), word) if word in _KNOWN else word


def name(who: str, roster: Roster) -> str:
    """Of whoever has this id in the audit: a person, an agency, a name on a key or at the command line, or nobody's."""
    if roster.person(who) is not None:
        return roster.name_of(who)
    if roster.agency(who) is not None:
        return roster.agency_name(who)
    return first_up(_NAMELESS[ActorKind(who)]) if who in _NAMELESS else who


def who(line: Line, roster: Roster) -> str:
    return name(line.who or line.kind or "somebody", roster)


def as_what(line: Line) -> str:
    """As what they did it, unless their name says so."""
    return line.kind or "" if line.who is not None else ""


def how(source: str | None) -> str:
    """How we heard of it; nothing for what an older version wrote."""
    return SOURCES.get(Source(source), source) if source in _SOURCES else source or ""


_KNOWN = {deed.value for deed in Deed}
_SOURCES = {source.value for source in Source}
