"""Signing in. The law: guessing gets slow, and nobody is ever locked out.

A wrong password makes the next attempt wait, longer each time, up to `LONGEST_WAIT`; then it is checked like any other.
A lockout would let any stranger keep a coordinator out for a night. Wrong codes make the next code wait longer: a code
has only six digits, and whoever gets that far knows the password. A browser that has once been signed in as somebody
waits only for its own mistakes, so others who try that name cannot slow it down.
"""

import hashlib
import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.access.permissions import Access, may_sign_in
from dispatch.rules.decisions import SendPage
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster

LINK_LIVES = timedelta(minutes=30)
CODE_WAITS = timedelta(minutes=10)  # between the password and the code
PROVIDER_WAITS = timedelta(minutes=10)  # between leaving for the identity provider and coming back
PROVEN_FOR = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=5)  # how exactly a session records when it was last used; each record costs a write

KEPT_AFTER_THE_END = timedelta(days=90)  # sessions: an ended one still identifies its browser
LONGEST_WAIT = timedelta(seconds=15)
# Three codes of a million are right at any moment, so guessing at this pace takes some years to find one.
LONGEST_WAIT_FOR_CODES = timedelta(minutes=5)
FREE_MISTAKES = 3
FORGOTTEN_AFTER = timedelta(hours=1)
NAMES_OF_NOBODY = 1_024

STEP_SECONDS = 30  # RFC 6238, section 5.2
RECOVERY_CODES = 10

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200  # argon2 reads all of it
SIGN_IN = "/sign-in"
HOME = "/"
ACCOUNT = "/account"
WELCOME = "/welcome/{token}"
WALL = "/wall/{token}"
LET_IN = "/let-in/{token}"
MAKE_KEY = "openssl rand -base64 32 | tr +/ -_"  # of `DISPATCH_SECRET_KEYS`


# ---- sessions ------------------------------------------------------------------------------------------------------


class SessionKind(StrEnum):
    NORMAL = "normal"
    WALL = "wall"
    HALF = "half"  # the password was right, and the code is still to come: it opens only the view for the code
    ADMITTED = "admitted"  # a link has let this browser past strangers' guesses: it opens nothing


_ACCESS = {SessionKind.NORMAL: Access.SESSION, SessionKind.WALL: Access.WALL}
OPENING = frozenset(_ACCESS)
"""The kinds of session that open a view. The others are on the way to one."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session may go unused, and how long it lasts at most."""

    unused: timedelta
    at_most: timedelta


LIFETIMES = {
    SessionKind.NORMAL: Lifetime(timedelta(hours=24), timedelta(days=14)),
    # A wall display must not sign out at 3 a.m., or after a holiday without power.
    SessionKind.WALL: Lifetime(timedelta(days=365), timedelta(days=365)),
    SessionKind.HALF: Lifetime(CODE_WAITS, CODE_WAITS),
    SessionKind.ADMITTED: Lifetime(LINK_LIVES, LINK_LIVES),
}


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody has signed in. It ends at `expires_at` at the latest; a wall session belongs to the
    person who made it. `agent` is what the browser calls itself, so that its owner recognises it in a list. `shut_out`
    says that access was ended here, by nobody who signed out."""

    id: str
    person: str
    kind: SessionKind
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    agent: str = ""
    shut_out: bool = False

    def works(self, now: datetime) -> bool:
        idle_at = self.seen_at + LIFETIMES[self.kind].unused
        return self.revoked_at is None and now < self.expires_at and now < idle_at

    def is_to_be_seen(self, now: datetime) -> bool:
        """Whether its use now has to be recorded."""
        return now - self.seen_at >= SEEN_EVERY

    @property
    def access(self) -> Access:
        return _ACCESS.get(self.kind, Access.NOBODY)


# ---- guessing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FailedAttempts:
    """What is remembered of attempts under one name, from one address or by one browser. The next attempt is checked at
    `ready_at` or later.

    An attempt counts as a mistake from its beginning until it proves right, so many attempts at once are as slow as one
    after another.
    """

    count: int
    last_at: datetime
    ready_at: datetime


def attempt(before: FailedAttempts | None, now: datetime) -> FailedAttempts:
    """`before` with one more password tried at `now`; this one is checked at the `ready_at` that is returned."""
    if before is None or _is_forgotten(before, now):
        return FailedAttempts(1, now, now)
    free_at = max(now, before.ready_at) + _wait(before.count, LONGEST_WAIT)
    return FailedAttempts(before.count + 1, now, min(free_at, now + LONGEST_WAIT))


def code_attempt(before: FailedAttempts | None, now: datetime) -> FailedAttempts | timedelta:
    """`before` with one more code tried at `now`, or how long to wait before a code is checked."""
    if before is None or _is_forgotten(before, now):
        return FailedAttempts(1, now, now)
    # What lies further ahead was written by a clock that was set back since.
    if timedelta(0) < (wait := before.ready_at - now) <= LONGEST_WAIT_FOR_CODES:
        return wait
    count = before.count + 1
    return FailedAttempts(count, now, now + _wait(count, LONGEST_WAIT_FOR_CODES))


def is_told(count: int) -> bool:
    """Whether mistake number `count` gets a line in the audit: 1, 2, 4, 8 and so on do. Nothing ever leaves the audit,
    and a stranger may go on for days."""
    return count.bit_count() == 1


def plain_address(said: str) -> str:
    """An address as it is recorded; a proxy may say anything."""
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return "an unknown address"


def network_of(address: str) -> str:
    """What counts as one address. Of IPv6, that is the 64 bits that one subscriber has (RFC 6177): otherwise there
    would be no end of addresses."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network((address, 64), strict=False))


def _is_forgotten(before: FailedAttempts, now: datetime) -> bool:
    return now - before.last_at >= FORGOTTEN_AFTER


def _wait(mistakes: int, longest: timedelta) -> timedelta:
    """No wait at first, then a second, then twice as long each time."""
    if mistakes < FREE_MISTAKES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(mistakes - FREE_MISTAKES, 20)), longest)


def delays_of(name: str, address: str, person: str | None, session: Session | None, now: datetime) -> tuple[str, ...]:
    """The names under which an attempt counts: a browser that no stranger's guess binds; otherwise the person and the
    address. A name that nobody has is not kept. It is hashed to one of `NAMES_OF_NOBODY`, so endless names leave no
    endless rows, and such a name is slow from everywhere, as an account's name is."""
    browser = known_browser(person, session, now)
    if browser is not None:
        return (browser,)
    whose = person or f"~{int.from_bytes(hashlib.sha256(name.casefold().encode()).digest()) % NAMES_OF_NOBODY}"
    return (f"name:{whose}", f"address:{network_of(address)}")


def delay_of_codes(person: str, session: Session | None, now: datetime) -> str:
    """The name under which a code counts, for somebody whose password was right."""
    return f"code:{known_browser(person, session, now) or person}"


def known_browser(person: str | None, session: Session | None, now: datetime) -> str | None:
    """The name under which a browser counts that no stranger's guess binds; None for any other."""
    if session is None or not is_known(person, session, now):
        return None
    # All that links admit count together: otherwise each link would give as many guesses again.
    return f"admitted:{person}" if session.kind is SessionKind.ADMITTED else f"browser:{session.id}"


def is_known(person: str | None, session: Session | None, now: datetime) -> bool:
    """Whether a browser's cookie shows that this person was signed in there before, however long ago that ended, or
    that a link has just admitted it for them. No stranger's guess binds it then."""
    if session is None or session.person != person:
        return False
    return session.kind is SessionKind.NORMAL or (session.kind is SessionKind.ADMITTED and session.works(now))


def is_told_of(person: str, before: Session | None) -> bool:
    """Whether a sign-in is told to its owner: in a browser that was not signed in as this person before, or in one
    where access was ended. `before` is the session whose cookie it still had."""
    return before is None or before.person != person or before.kind is not SessionKind.NORMAL or before.shut_out


def told(owner: Person, words: str, now: datetime) -> list[SendPage]:
    """A text to the owner of an account. Whoever has opted out of texts is not rung: at night it would sound like a
    page."""
    return [] if owner.opted_out else [text_to(owner, Purpose.ACCOUNT, words, now)]


def is_fresh(session: Session, now: datetime) -> bool:
    """Whether its person has proven a moment ago who they are: asked of whoever has no password to give again."""
    return abs(now - session.created_at) < PROVEN_FOR


# ---- accounts ------------------------------------------------------------------------------------------------------


def person_called(roster: Roster, name: str) -> Person | None:
    """Whose account is meant: by id, by what the identity provider calls them, or by a name that only one person
    has."""
    exact = [person for person in (roster.person(name.casefold()), roster.person_for_sign_in(name)) if person]
    for found in (exact[:1], roster.people_called(name)):
        able = [person for person in found if may_sign_in(person)]
        if len(able) == 1:
            return able[0]
    return None


class SignInStanding(StrEnum):
    """How an account stands."""

    WORKS = "works"
    NOT_ENROLLED = "not enrolled yet"
    BY_PROVIDER = "by the identity provider"
    NO_ROLE = "no role for it any more"


def by_provider(person: Person | None) -> bool:
    """Whether somebody may sign in through the identity provider, with or without an account of ours."""
    return person is not None and bool(person.sign_in) and may_sign_in(person)


def standing(person: Person | None, *, enrolled: bool) -> SignInStanding:
    """How somebody's account stands, if they have one or may sign in through the provider. `person` is None for
    somebody who has left the roster."""
    if not may_sign_in(person):
        return SignInStanding.NO_ROLE
    if enrolled:
        return SignInStanding.WORKS
    return SignInStanding.BY_PROVIDER if by_provider(person) else SignInStanding.NOT_ENROLLED


# ---- one-time codes ------------------------------------------------------------------------------------------------


def acceptable_steps(now: datetime, last: int | None) -> tuple[int, ...]:
    """The time steps whose codes are accepted at `now`: this one and one on either side, since clocks differ.

    Only steps later than `last`, that of the last accepted code: each code works once (RFC 6238, section 5.2).
    """
    this = int(now.timestamp()) // STEP_SECONDS
    return tuple(step for step in (this - 1, this, this + 1) if last is None or step > last)


_SPACES = re.compile(r"[\s-]+")


def plain_code(typed: str) -> str:
    """A code as it is compared: people and programs add spaces, dashes and capitals."""
    return _SPACES.sub("", typed).upper()


def looks_like_recovery(code: str) -> bool:
    """Whether this is a recovery code: it is longer than an app's code, which has digits only."""
    return len(code) > 8


# ---- passwords -----------------------------------------------------------------------------------------------------


def plain_password(typed: str) -> str:
    """A password as it is hashed: the same letters may be typed in two ways (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", typed)


def fault_of_password(typed: str, again: str, *names: str) -> str | None:
    """What is wrong with a new password, for the person who chose it; None when it will do.

    Length is what counts; rules about digits and signs only make people write passwords down (NIST SP 800-63B,
    3.1.1.2).
    """
    password = plain_password(typed)
    if len(password) < SHORTEST_PASSWORD:
        return f"Choose at least {SHORTEST_PASSWORD} characters. Four words that you can remember will do."
    if len(password) > LONGEST_PASSWORD:
        return f"Choose at most {LONGEST_PASSWORD} characters."
    if len(set(password)) < 5 or password.casefold() in {name.casefold() for name in names}:
        return "That one is guessed at once. Choose another."
    if password != plain_password(again):
        return "The two are not the same. Type both again."
    return None


# ---- where to go on ------------------------------------------------------------------------------------------------


def safe_next(wanted: str) -> str:
    """Where to go after signing in: a path of ours, whatever a link says."""
    return wanted if is_path_of_ours(wanted) and len(wanted) <= 500 else HOME


def is_path_of_ours(address: str) -> bool:
    """Whether `address` leads nowhere but to this service.

    A browser reads `//` and `/\\` at the beginning as another host, and some programs remove the dots of `/..//` in
    front of them: so none of these may stand anywhere in the path. The query may contain anything.
    """
    path = re.split("[?#]", address, maxsplit=1)[0].lower().replace("%2e", ".")
    plain = "//" not in path and "\\" not in path and not {".", ".."} & set(path.split("/"))
    return path.startswith("/") and plain and address.isprintable()
