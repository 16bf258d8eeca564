"""Who acts, how far we trust a caller, how we heard of it, and what the audit trail calls it."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    SPECIALIST = "specialist"
    AGENCY = "agency"  # its program, or whoever texts from a partner's number
    OFFICER = "officer"
    OPERATOR = "operator"  # at the command line
    CARRIER = "carrier"
    STRANGER = "stranger"
    SERVICE = "service"  # by itself: a deadline has come, a call-out has been rescued


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something. `id` is that of a person or an agency in the roster, or a coordinator's name in their key."""

    kind: ActorKind
    id: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.id}" if self.id else self.kind.value


SERVICE = Actor(ActorKind.SERVICE)
CARRIER = Actor(ActorKind.CARRIER)
OPERATOR = Actor(ActorKind.OPERATOR)  # whose name nobody knows
STRANGER = Actor(ActorKind.STRANGER)  # a phone number is no name, and the audit trail keeps none


class Source(StrEnum):
    """How something reached us. Stamps and lines of the timeline and audit trail carry it (FIELD, reporting)."""

    SMS = "sms"
    VOICE = "voice"
    LINK = "link"
    API = "api"
    WEB = "web"  # a view, by somebody in a browser
    CLI = "cli"
    CLOCK = "clock"  # a deadline was due
    CARRIER = "carrier"  # a receipt


class Trust(StrEnum):
    """What we know of a caller: how sure we are that they are police."""

    # What each may do is one table: `rules/access/trust.py`.
    VERIFIED = "verified"  # a webhook with its credential, or a coordinator rang the agency's listed number
    LIKELY = "likely"  # a listed number that the network vouches for, or the agency's PIN
    LISTED = "listed"  # a listed number, and nothing that says who holds the phone
    UNLISTED = "unlisted"
    WITHHELD = "withheld"  # shows no number

    @property
    def is_unverified(self) -> bool:
        """Whether at most a phone number says that police are calling. The page then says "unverified"."""
        return self not in {Trust.VERIFIED, Trust.LIKELY}

    @property
    def can_be_verified(self) -> bool:
        """Whether a coordinator who rings the agency would learn something."""
        return self is not Trust.VERIFIED


class AuditEvent(StrEnum):
    """What somebody has done, as a line of the audit trail keeps it."""

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
    RANG_OFFICER = "rang the officer"
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
    SAID_START = "said where they start from"
    SET_START = "said where somebody starts from"
    OVERRULED_REST = "overruled somebody's rest"
    ASKED_COVER = "asked for cover"
    WITHDREW_COVER = "asks for cover no longer"
    TOOK_COVER = "took a cover"
    SAID_AWAY = "said that somebody is away"
    SAID_BACK = "said that somebody is back"
    SAW_ESTIMATES = "saw who would be where when"
    SAW_FAIRNESS = "saw who carries how many nights"
    MADE_FEED = "made a calendar feed"
    REVOKED_FEED = "revoked a calendar feed"
    IMPORTED_ROSTER = "imported the roster"
    CHANGED_ROSTER = "changed the roster"
    SAW_PEOPLE = "saw people's details"
    ASKED_NUMBER = "asked to verify a number"
    PROVING_NUMBER = "is verifying a number"
    VERIFIED_NUMBER = "verified a number"
    VOUCHED_NUMBER = "vouched for a number"
    TOOK_OUT = "took somebody out of the roster"
    WITHDREW_NUMBER = "withdrew a number"
    UNDID_CHANGE = "undid a change of the roster"
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
    OFFERED_LIMITED = "goes only if nobody else does"
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
