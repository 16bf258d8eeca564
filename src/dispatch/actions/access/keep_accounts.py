"""Accounts: made and reset with a one-time link, enrolled by whoever opens it, their sessions listed and ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.actions.access.sign_in import (
    Browser,
    LinkIsOver,
    NewSession,
    SignedIn,
    SignInOver,
    new_session,
    sign_in_as,
    still_in,
)
from dispatch.actions.access.tell_owner import tell_owner
from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import one_called
from dispatch.rules.access import permissions, sign_in
from dispatch.rules.access.sign_in import Session, SessionKind, SignInStanding
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.wording import coordinator_texts
from dispatch.rules.wording.names import counted_text
from dispatch.store.access import accounts, audit, links, sessions
from dispatch.store.access.end_access import end_access, hold
from dispatch.store.access.links import NewLink, WelcomeLink
from dispatch.store.transaction import Transaction


class MayHaveNoAccount(ValueError):
    """an account needs the role coordinator, supervisor or auditor"""


class NoSuchSession(LookupError):
    """there is no such session, or it has ended"""


class HasAccount(ValueError):
    """this person has an account that works"""


# ---- made and reset ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Invitation:
    """`token` belongs in `/welcome/{token}`, and is stored nowhere."""

    person: Person
    token: str


def add(tx: Transaction, context: Context, name: str, by: Actor, source: Source) -> Invitation:
    """Make an account, and a link with which its person chooses a password and enrols.

    Raises `NobodyOfThatName`, `MayHaveNoAccount` and `HasAccount`.
    """
    context.let_sleep()
    person = may_have_one(one_called(context.roster(tx), name))
    account = accounts.find(tx, person.id)
    if account is not None and account.enrolled_at is not None:
        raise HasAccount(f"{person.id} has an account that works; `dispatch user reset {person.id}` begins again")
    accounts.create(tx, person.id, context.now)
    return _invite(tx, context, person, by, source)


def reset(tx: Transaction, context: Context, name: str, by: Actor, source: Source) -> Invitation:
    """Forget password, seed and recovery codes, end all access, and make a link to begin again.

    Raises `NobodyOfThatName` and `MayHaveNoAccount`.
    """
    context.let_sleep()
    person = may_have_one(one_called(context.roster(tx), name))
    accounts.create(tx, person.id, context.now)
    accounts.clear(tx, person.id)
    _end_all(tx, context, person.id, by, source)
    return _invite(tx, context, person, by, source)


def may_have_one(person: Person) -> Person:
    if not permissions.may_sign_in(person):
        roles = ", ".join(sorted(person.roles)) or "no role"
        raise MayHaveNoAccount(
            f"{person.id} is {roles}; an account needs the role coordinator, supervisor or auditor in the roster"
        )
    return person


def _invite(
    tx: Transaction, context: Context, person: Person, by: Actor, source: Source, link: WelcomeLink | None = None
) -> Invitation:
    links.withdraw(tx, WelcomeLink, person.id, context.now)
    token = context.new_token()
    link = link or WelcomeLink(person=person.id, expires_at=context.now + sign_in.LINK_LIVES)
    links.make(tx, [NewLink(token, link, context.now)])
    audit.write(tx, context.now, by, source, AuditEvent.MADE_LINK, detail=f"for {person.id} to enrol")
    return Invitation(person, token)


# ---- enrolled ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Welcome:
    """How far the link has led: `seed` (encrypted) is there once a password was chosen."""

    person: Person
    seed: str | None
    password_hash: str | None


def open_welcome(tx: Transaction, context: Context, token: str) -> Welcome:
    """Whom the link welcomes. Changes nothing. Raises `LinkIsOver`."""
    return _welcome(tx, context, token)


def _welcome(tx: Transaction, context: Context, token: str, *, lock: bool = False) -> Welcome:
    link = links.find(tx, WelcomeLink, token, lock=lock)
    person = context.roster(tx).person(link.person) if link is not None and context.now < link.expires_at else None
    if link is None or person is None or not permissions.may_sign_in(person):
        raise LinkIsOver("this link is over")
    return Welcome(person, link.seed, link.password_hash)


def choose_password(tx: Transaction, context: Context, token: str, password_hash: str, seed: str) -> None:
    """A password was chosen, and `seed` (encrypted) is to be enrolled; both come into force together.

    Raises `LinkIsOver`.
    """
    context.let_sleep()
    _welcome(tx, context, token, lock=True)
    links.choose(tx, token, password_hash=password_hash, seed=seed)


def enrol(
    tx: Transaction, context: Context, token: str, step: int, recovery_hashes: Sequence[str], browser: Browser
) -> NewSession:
    """A code of `step` has proven the seed: the account works, older access ends, and this browser is signed in.

    Raises `LinkIsOver`.
    """
    person = _welcome(tx, context, token).person
    accounts.create(tx, person.id, context.now)
    hold(tx, [person.id])  # before the link, as `end_access` locks them
    welcome, account = _welcome(tx, context, token, lock=True), accounts.find(tx, person.id)
    password_hash = welcome.password_hash or (account.password_hash if account is not None else None)
    if welcome.seed is None or password_hash is None:
        raise LinkIsOver("this link is over")
    accounts.enrol(tx, person.id, password_hash, welcome.seed, step, context.now)
    accounts.replace_recovery_codes(tx, person.id, recovery_hashes, context.now)
    links.use(tx, WelcomeLink, token, context.now)
    actor = permissions.actor(person)
    _end_all(tx, context, person.id, actor, Source.WEB)
    audit.write(tx, context.now, actor, Source.WEB, AuditEvent.ENROLLED)
    tell_owner(tx, context, person.id, coordinator_texts.new_app)
    return sign_in_as(tx, context, person.id, browser, "with a one-time link")


# ---- kept by its owner ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What somebody sees of their own account. Without `password_hash` they sign in by the identity provider only."""

    password_hash: str | None
    recovery_codes_left: int
    sessions: list[Session]


def own_account(tx: Transaction, context: Context, person: str) -> OwnAccount:
    account = accounts.find(tx, person)
    return OwnAccount(
        account.password_hash if account is not None and account.enrolled_at is not None else None,
        accounts.recovery_codes_left(tx, person),
        sessions.that_work(tx, context.now, [person]),
    )


def change_password(tx: Transaction, context: Context, viewer: SignedIn, password_hash: str) -> NewSession:
    """The new password is in force, and all other access of its owner has ended. This browser goes on in a session of
    its own: somebody may have the cookie of the old one. Raises `SignInOver`."""
    still_in(tx, context, viewer)
    accounts.set_password(tx, viewer.person.id, password_hash)
    actor = permissions.actor(viewer.person)
    audit.write(tx, context.now, actor, Source.WEB, AuditEvent.CHANGED_PASSWORD)
    _end_all(tx, context, viewer.person.id, actor, Source.WEB)
    tell_owner(tx, context, viewer.person.id, coordinator_texts.changed_password)
    return new_session(tx, context, viewer.person.id, SessionKind.NORMAL, viewer.session.agent)


def renew_recovery_codes(tx: Transaction, context: Context, viewer: SignedIn, hashes: Sequence[str]) -> None:
    """The old recovery codes stop working. Raises `SignInOver`."""
    context.let_sleep()
    still_in(tx, context, viewer)
    accounts.replace_recovery_codes(tx, viewer.person.id, hashes, context.now)
    audit.write(tx, context.now, permissions.actor(viewer.person), Source.WEB, AuditEvent.MADE_RECOVERY_CODES)


def renew_seed(tx: Transaction, context: Context, viewer: SignedIn, seed: str) -> Invitation:
    """A link that enrols another app with `seed` (encrypted); until that is done, the old one goes on working.

    The password is whatever it is by then: a link that held it would bring the old one back. Raises `SignInOver`, for
    somebody without a password as well.
    """
    context.let_sleep()
    still_in(tx, context, viewer)
    account = accounts.find(tx, viewer.person.id)
    if account is None or account.password_hash is None:
        raise SignInOver(viewer.person.id)
    link = WelcomeLink(person=viewer.person.id, expires_at=context.now + sign_in.LINK_LIVES, seed=seed)
    return _invite(tx, context, viewer.person, permissions.actor(viewer.person), Source.WEB, link)


# ---- sessions ------------------------------------------------------------------------------------------------------


def end_session(tx: Transaction, context: Context, session_id: str, by: Person, *, own: bool) -> None:
    """End a session; with `own`, only one of their own. Raises `NoSuchSession`."""
    context.let_sleep()
    ended = sessions.going_on(tx, session_id)
    theirs = ended is not None and (ended.person == by.id or not own)
    if ended is None or not theirs or not end_access(tx, [ended.person], context.now, only=ended.id):
        raise NoSuchSession("there is no such session, or it has ended")
    detail = f"one of {ended.person}, {ended.kind}"
    audit.write(tx, context.now, permissions.actor(by), Source.WEB, AuditEvent.REVOKED_SESSIONS, detail=detail)


def end_all_sessions(tx: Transaction, context: Context, name: str, by: Actor, source: Source) -> int:
    """Sign somebody out everywhere, walls included; returns how many sessions that were. Raises `NobodyOfThatName`."""
    context.let_sleep()
    return _end_all(tx, context, one_called(context.roster(tx), name).id, by, source)


def _end_all(tx: Transaction, context: Context, person: str, by: Actor, source: Source) -> int:
    ended = end_access(tx, [person], context.now)
    if ended:
        detail = f"{counted_text(ended, 'session')} of {person}"
        audit.write(tx, context.now, by, source, AuditEvent.REVOKED_SESSIONS, detail=detail)
    return ended


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One person who has an account, or a session, or may sign in by the identity provider."""

    person: str
    name: str
    roles: tuple[Role, ...]
    standing: SignInStanding
    sessions: tuple[Session, ...]


def list_accounts(tx: Transaction, context: Context) -> list[AccountLine]:
    """Everybody who has an account or may sign in by the provider, in roster order; then those who have left it."""
    roster = context.roster(tx)
    have = {account.person: account for account in accounts.all_accounts(tx)}
    open_sessions = sessions.that_work(tx, context.now)
    ids = dict.fromkeys([person.id for person in roster.people] + sorted(have))
    lines = []
    for person_id in ids:
        person, account = roster.person(person_id), have.get(person_id)
        if account is None and not sign_in.by_provider(person):
            continue
        standing = sign_in.standing(person, enrolled=account is not None and account.enrolled_at is not None)
        lines.append(
            AccountLine(
                person_id,
                roster.name_of(person_id),
                tuple(role for role in Role if person is not None and role in person.roles),
                standing,
                tuple(session for session in open_sessions if session.person == person_id),
            )
        )
    return lines
