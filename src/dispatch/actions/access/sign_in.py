"""Signing in: attempts, sessions, and sign-in by an identity provider. Each leaves an audit event, mistakes only every
now and then.

Where somebody signs in from stands in the log alone: nothing ever leaves the audit trail (ADR 35).

The door checks passwords and codes between two of these actions, since hashing takes a tenth of a second: no
transaction waits for it. An attempt is written down before it is checked, so that many at once gain nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from dispatch.actions.access.tell_owner import tell_owner
from dispatch.actions.context import Context
from dispatch.rules.access import permissions, sign_in
from dispatch.rules.access.sign_in import LIFETIMES, OPENING, FailedAttempts, Session, SessionKind
from dispatch.rules.facts.actors import STRANGER, Actor, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.wording import coordinator_texts
from dispatch.store import nodes
from dispatch.store.access import accounts, audit, links, sessions, sign_in_delays
from dispatch.store.access.end_access import end_access, hold
from dispatch.store.access.links import NewLink, WallLink
from dispatch.store.roster import roster as roster_store
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.sign_in")

_MOST_OF_AGENT = 200
_NOBODY = "nobody"
"""The name under which mistakes about no account are counted together, for the audit trail."""
_FORGETTING = "old delays"


@dataclass(frozen=True, slots=True)
class Browser:
    """What a request says about where it comes from: its address, what it calls itself, and its cookie, if any."""

    address: str
    agent: str
    cookie: str | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """`token` is for the cookie, and is kept nowhere."""

    token: str
    session: Session


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session a request carries."""

    person: Person
    session: Session


class TooSoon(RuntimeError):
    """wrong codes make the next one wait; `wait` says how long"""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait.total_seconds():.0f} seconds")
        self.wait = wait


class SignInOver(LookupError):
    """the password was too long ago, or that session has ended: begin again"""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose attempt it will be, before anything is written: `account` is None for a name that nobody has. `known_as` is
    the name of a browser that no stranger's guess binds."""

    account: str | None
    known_as: str | None = None


def _note(tx: Transaction, context: Context, by: Actor, did: AuditEvent, detail: str | None = None) -> None:
    audit.write(tx, context.now, by, Source.WEB, did, detail=detail)


# ---- the password --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """`person` is None for a name that nobody with an account has. It is to be checked at `ready_at`, and no sooner.

    `count` is the number of failures, counting this attempt if it fails.
    """

    person: str | None
    password_hash: str | None
    browser: Browser
    ready_at: datetime
    delays: tuple[str, ...]
    count: int


def look(tx: Transaction, context: Context, name: str, browser: Browser) -> Whose:
    """Whose attempt it will be. Only reads."""
    person = sign_in.person_called(context.roster(tx), name)
    if person is None or accounts.find(tx, person.id) is None:
        return Whose(None)
    return Whose(person.id, sign_in.known_browser(person.id, session_before(tx, browser), context.now))


def begin(tx: Transaction, context: Context, name: str, browser: Browser) -> SignInAttempt:
    """Somebody gives `name` and a password. Raises `Conflict` when another attempt counts the first mistake of its kind
    at the same time."""
    context.let_sleep()
    if nodes.take_job_lock(tx, _FORGETTING, context.now, context.now + sign_in.FORGOTTEN_AFTER):
        sign_in_delays.forget(tx, context.now - sign_in.FORGOTTEN_AFTER)
    person = sign_in.person_called(context.roster(tx), name)
    account = accounts.find(tx, person.id) if person is not None else None
    before, whose = session_before(tx, browser), person.id if person is not None else None
    delays = sign_in.delays_of(name, browser.address, whose, before, context.now)
    after = {one: _counted(tx, context, one) for one in sorted(delays)}
    return SignInAttempt(
        person.id if person is not None and account is not None else None,
        account.password_hash if account is not None and account.enrolled_at is not None else None,
        browser,
        max(mistakes.ready_at for mistakes in after.values()),
        delays,
        after[delays[0]].count,
    )


def session_before(tx: Transaction, browser: Browser) -> Session | None:
    """The session whose cookie the browser still has, however long ago it ended."""
    return sessions.find(tx, browser.cookie) if browser.cookie else None


def _counted(tx: Transaction, context: Context, whose: str) -> FailedAttempts:
    before = sign_in_delays.locked(tx, whose)
    after = sign_in.attempt(before, context.now)
    sign_in_delays.remember(tx, whose, before, after)
    return after


def take_password(tx: Transaction, context: Context, attempt: SignInAttempt, right: bool) -> NewSession | None:
    """A half session if the password was right, since the code is next; otherwise None."""
    if not confirm(tx, context, attempt, right):
        return None
    assert attempt.person is not None, "nobody's password is never right"
    _note(tx, context, STRANGER, AuditEvent.GAVE_PASSWORD, f"as {attempt.person}")
    return new_session(tx, context, attempt.person, SessionKind.HALF, attempt.browser.agent)


def confirm(tx: Transaction, context: Context, attempt: SignInAttempt, right: bool) -> bool:
    """Write down how an attempt went: mistakes are forgotten once the password is right. Returns whether it still is:
    it may have been changed while it was hashed."""
    context.let_sleep()
    if right and attempt.person is not None:
        accounts.lock(tx, [attempt.person])
        account = accounts.find(tx, attempt.person)
        right = account is not None and account.password_hash == attempt.password_hash
    if right:
        sign_in_delays.forgive(tx, attempt.delays)
    else:
        _failed(tx, context, attempt.person, "a wrong password", attempt.count, attempt.browser)
    return right


def _failed(tx: Transaction, context: Context, person: str | None, how: str, count: int, browser: Browser) -> None:
    """`count` is how many mistakes were made about this account."""
    # Never the name as it was typed: people type their password there.
    as_whom = f"as {person}" if person is not None else "under a name without an account"
    _log.warning("failed to sign in", as_whom=as_whom, how=how, address=browser.address)
    if person is None:
        count = _counted(tx, context, _NOBODY).count
    if sign_in.is_told(count):
        so_far = f", {count} so far" if count > 1 else ""
        _note(tx, context, STRANGER, AuditEvent.SIGN_IN_FAILED, detail=f"{as_whom}: {how}{so_far}")


# ---- the code ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodeAttempt:
    """`seed` is encrypted; `last_step` is the step of the last code taken."""

    person: str
    seed: str
    last_step: int | None
    half: Session
    browser: Browser
    delays: tuple[str, ...]
    count: int


def begin_code(tx: Transaction, context: Context, half_token: str, browser: Browser) -> CodeAttempt:
    """Somebody whose password was right gives a code. Raises `SignInOver` and `TooSoon`."""
    context.let_sleep()
    half = half_session(tx, context, half_token)
    account = accounts.find(tx, half.person)
    if account is None or account.seed is None:
        raise SignInOver(half.person)
    whose = sign_in.delay_of_codes(half.person, session_before(tx, browser), context.now)
    before = sign_in_delays.locked(tx, whose)
    after = sign_in.code_attempt(before, context.now)
    if isinstance(after, timedelta):
        raise TooSoon(after)
    sign_in_delays.remember(tx, whose, before, after)
    return CodeAttempt(half.person, account.seed, account.last_step, half, browser, (whose,), after.count)


def half_session(tx: Transaction, context: Context, half_token: str) -> Session:
    """The session of somebody whose password was right a moment ago. Raises `SignInOver`."""
    half = sessions.find(tx, half_token)
    if half is None or half.kind is not SessionKind.HALF or not half.works(context.now):
        raise SignInOver("nobody")
    if not permissions.may_sign_in(context.roster(tx).person(half.person)):
        raise SignInOver(half.person)
    return half


def take_code(
    tx: Transaction,
    context: Context,
    attempt: CodeAttempt,
    *,
    step: int | None = None,
    recovery_hash: str | None = None,
    renewed_seed: str | None = None,
) -> NewSession | None:
    """Sign in with the code of `step`, or with a recovery code; None when it is wrong or was used before.

    `renewed_seed` is the seed under a newer key.
    """
    accounts.lock(tx, [attempt.person])
    if step is not None:
        taken, how = accounts.take_step(tx, attempt.person, step), "with password and code"
    elif recovery_hash is not None:
        taken = accounts.use_recovery_code(tx, attempt.person, recovery_hash, context.now)
        how = f"with a recovery code; {accounts.recovery_codes_left(tx, attempt.person)} are left"
    else:
        taken, how = False, ""
    if not taken or not sessions.use(tx, attempt.half.id, context.now):
        context.let_sleep()
        _failed(tx, context, attempt.person, "a wrong code", attempt.count, attempt.browser)
        return None
    sign_in_delays.forgive(tx, attempt.delays)
    if renewed_seed is not None:
        accounts.renew_seed(tx, attempt.person, attempt.seed, renewed_seed)
    return _come_in(tx, context, attempt.person, attempt.browser, how)


# ---- sessions ------------------------------------------------------------------------------------------------------


def _come_in(tx: Transaction, context: Context, person_id: str, browser: Browser, how: str) -> NewSession:
    """A session, of which its owner hears where that browser is new."""
    if sign_in.is_told_of(person_id, session_before(tx, browser)):
        tell_owner(tx, context, person_id, coordinator_texts.new_browser)
    return sign_in_as(tx, context, person_id, browser, how)


def sign_in_as(tx: Transaction, context: Context, person_id: str, browser: Browser, how: str) -> NewSession:
    """A session for somebody who has proven who they are."""
    person = context.roster(tx).person(person_id)
    assert person is not None, "whoever proves to be somebody was in the roster a moment ago"
    _log.info("signed in", person=person_id, how=how, address=browser.address)
    _note(tx, context, permissions.actor(person), AuditEvent.SIGNED_IN, detail=how)
    return new_session(tx, context, person_id, SessionKind.NORMAL, browser.agent)


def new_session(tx: Transaction, context: Context, person: str, kind: SessionKind, agent: str) -> NewSession:
    expires_at = context.now + LIFETIMES[kind].at_most
    agent = "".join(letter for letter in agent if letter.isprintable())[:_MOST_OF_AGENT]
    session = Session(context.new_id(), person, kind, context.now, context.now, expires_at, agent=agent)
    token = context.new_token()
    sessions.insert(tx, token, session)
    return NewSession(token, session)


def signed_in(tx: Transaction, context: Context, token: str) -> SignedIn | None:
    """Whose cookie this is, while the session goes on and its person may have an account."""
    session = sessions.find(tx, token)
    if session is None or session.kind not in OPENING or not session.works(context.now):
        return None
    person = context.roster(tx).person(session.person)
    return SignedIn(person, session) if person is not None and permissions.may_sign_in(person) else None


def go_on(tx: Transaction, context: Context, session_ids: Collection[str]) -> list[SignedIn]:
    """Those of the sessions that go on, of people who may have an account: one query for all."""
    roster = context.roster(tx)
    found = ((roster.person(session.person), session) for session in sessions.among(tx, session_ids, context.now))
    return [
        SignedIn(person, session) for person, session in found if person is not None and permissions.may_sign_in(person)
    ]


def note_seen(tx: Transaction, context: Context, session_id: str) -> None:
    """The session is in use: it does not go idle."""
    context.let_sleep()
    sessions.seen(tx, session_id, context.now)


def still_in(tx: Transaction, context: Context, viewer: SignedIn) -> None:
    """Hold whoever is signed in, so that no way in is made while somebody ends their access. Raises `SignInOver` when
    that has happened."""
    hold(tx, [viewer.person.id])
    if not sessions.among(tx, [viewer.session.id], context.now):
        raise SignInOver(viewer.person.id)


def sign_out(tx: Transaction, context: Context, viewer: SignedIn) -> None:
    """Here and nowhere else; links that were made end all the same."""
    context.let_sleep()
    if end_access(tx, [viewer.person.id], context.now, only=viewer.session.id, shut_out=False):
        _note(tx, context, permissions.actor(viewer.person), AuditEvent.SIGNED_OUT)


# ---- a wall --------------------------------------------------------------------------------------------------------


class LinkIsOver(LookupError):
    """the link is unknown, was used, or is too old: the same answer for all three, so that guessing teaches nothing"""


def make_wall_link(tx: Transaction, context: Context, by: SignedIn) -> str:
    """The token of a link that turns the screen on which it is opened into a wall display. Shown once. Raises
    `SignInOver`."""
    context.let_sleep()
    still_in(tx, context, by)
    token = context.new_token()
    link = WallLink(person=by.person.id, expires_at=context.now + sign_in.LINK_LIVES)
    links.make(tx, [NewLink(token, link, context.now)])
    _note(tx, context, permissions.actor(by.person), AuditEvent.MADE_LINK, detail="for a wall")
    return token


def open_wall_link(tx: Transaction, context: Context, token: str) -> None:
    """Whether the link works. Changes nothing: programs open links to preview them. Raises `LinkIsOver`."""
    _wall_maker(tx, context, token, lock=False)


def make_wall(tx: Transaction, context: Context, token: str, browser: Browser) -> NewSession:
    """This screen is a wall display from now on; the link is used up. Raises `LinkIsOver`."""
    maker = _wall_maker(tx, context, token, lock=True)
    links.use(tx, WallLink, token, context.now)
    _log.info("a screen is a wall", person=maker.id, address=browser.address)
    _note(tx, context, permissions.actor(maker), AuditEvent.MADE_WALL)
    tell_owner(tx, context, maker.id, coordinator_texts.new_wall)
    return new_session(tx, context, maker.id, SessionKind.WALL, browser.agent)


def _wall_maker(tx: Transaction, context: Context, token: str, *, lock: bool) -> Person:
    link = links.find(tx, WallLink, token, lock=lock)
    maker = context.roster(tx).person(link.person) if link is not None and context.now < link.expires_at else None
    if maker is None or not permissions.permits(
        permissions.Permission.MAKE_WALL, permissions.Access.SESSION, maker.roles
    ):
        raise LinkIsOver("this link is over")
    return maker


# ---- an identity provider ------------------------------------------------------------------------------------------


def sign_in_by_provider(
    tx: Transaction, context: Context, words: tuple[str, ...], browser: Browser
) -> NewSession | None:
    """Sign in whoever the provider says it is: `words` are the names it gives them, each proven. None when nobody in
    the roster who may have an account has one of these as `sign_in`: signing in creates no account."""
    roster_store.lock_to_use(tx)  # whoever corrects a `sign_in` meanwhile waits, and then sees the session
    roster = context.roster(tx)
    found = (roster.person_for_sign_in(word) for word in words)
    person = next((person for person in found if permissions.may_sign_in(person)), None)
    if person is None:
        context.let_sleep()
        _failed(tx, context, None, "the identity provider knows them, the roster does not", 0, browser)
        return None
    return _come_in(tx, context, person.id, browser, "by the identity provider")
