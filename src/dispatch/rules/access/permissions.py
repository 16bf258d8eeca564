"""Who may do what. The law: whatever the table does not grant is refused, and every door asks this table.

Rows are permissions; columns are ways of being known to the service. A person who has signed in may do what any of
their roles may. A wall session belongs to a screen that every passer-by can read, so it is granted nothing that shows a
meeting place, a number or somebody's words. A link is granted what its one view needs. A coordinator's key is what
scripts use; one that was made with a scope opens what its scope names, and nothing else (ADR 58).

Agencies are not in the table: an agency's key opens its own doors, and only on its own call-outs. It cancels one until
somebody is on scene. An officer only asks that it be called off, and a specialist lets go of it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.people import Person, Role


class Access(StrEnum):
    """How somebody is known to us."""

    SESSION = "session"  # signed in; what they may do depends on their roles
    WALL = "wall"
    KEY = "key"  # a coordinator's
    SCHEDULE_KEY = "schedule key"  # a coordinator's, made with that scope
    SCHEDULE_CHANGES_KEY = "schedule changes key"  # likewise
    ALARM_LINK = "alarm link"
    SPECIALIST_LINK = "specialist link"
    OFFICER_LINK = "officer link"
    CALENDAR_LINK = "calendar link"
    OWN_LINK = "own link"
    NOBODY = "nobody"


class Scope(StrEnum):
    """What a key is made for, where it is made for one thing only."""

    SCHEDULE = "schedule"
    SCHEDULE_CHANGES = "schedule-changes"  # and what one must see to make them


SIGNING_IN = frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.AUDITOR})
"""The roles that an account needs; a specialist has no account, only links."""

_COORDINATOR = frozenset({Role.COORDINATOR})
_SUPERVISOR = frozenset({Role.SUPERVISOR})
_BOTH = _COORDINATOR | _SUPERVISOR


@dataclass(frozen=True, slots=True)
class Grant:
    """Who has a permission: people who have signed in with one of these `roles`, and these ways in `without` signing
    in."""

    roles: frozenset[Role]
    without: frozenset[Access] = frozenset()


def _to(roles: Iterable[Role], *without: Access) -> Grant:
    return Grant(frozenset(roles), frozenset(without))


class Permission(StrEnum):
    """What somebody may do, in words, and who may: nobody, unless it says so."""

    grant: Grant

    def __new__(cls, words: str, grant: Grant = _to(())) -> "Permission":  # noqa: B008  # frozen
        one = str.__new__(cls, words)
        one._value_ = words
        one.grant = grant
        return one

    # looking
    SEE_BOARD = "see the board", _to(SIGNING_IN, Access.WALL)
    LIST_CALLOUTS = "list call-outs", _to(SIGNING_IN, Access.KEY)
    SEE_CALLOUT = "see one call-out, with place, numbers and words", _to(SIGNING_IN, Access.KEY)
    LIST_ALARMS = "list the open alarms", _to(SIGNING_IN, Access.KEY)
    SEE_ALARM = "see one's own alarm, with numbers to ring", _to((), Access.ALARM_LINK)
    SEE_PLACE = "see where to go, and whom to ring", _to((), Access.SPECIALIST_LINK)
    SEE_OWN_STATUS = "see, as the officer, how one's own call-out stands", _to((), Access.OFFICER_LINK)
    SEE_SCHEDULE = "see the schedule", _to(SIGNING_IN, Access.SCHEDULE_KEY, Access.SCHEDULE_CHANGES_KEY)
    SEE_FEED = "see somebody's own shifts, or a rotation's, in a calendar", _to((), Access.CALENDAR_LINK)
    SEE_OWN_SHIFTS = "see one's own shifts, and what one could cover", _to((), Access.OWN_LINK)
    SEE_FAIRNESS = "see who carries how many nights", _to(SIGNING_IN)
    SEE_RESPONSE_TIMES = "see response times", _to(SIGNING_IN)
    SEE_PUBLIC_FIGURES = "see what may leave the house", _to(SIGNING_IN)
    READ_AUDIT = "read the audit", _to({Role.SUPERVISOR, Role.AUDITOR})
    SEE_PLAN = "see where people start from, and the plan for an area", _to(_COORDINATOR)
    # the night
    OPEN_BY_HAND = "open a call-out by hand", _to(_COORDINATOR)
    DECIDE_CALL = "say whether a call on the hotline is a call-out", _to(_COORDINATOR, Access.ALARM_LINK)
    VERIFY = "say that the caller is verified", _to(_BOTH, Access.KEY, Access.ALARM_LINK)
    JOIN_CALL = "be rung and joined with the officer", _to(_COORDINATOR, Access.KEY)
    RANG_OFFICER = "say that the officer was rung", _to(_COORDINATOR, Access.KEY, Access.ALARM_LINK)
    OWN_ALARM = "have an alarm", _to(_COORDINATOR, Access.KEY, Access.ALARM_LINK)
    NEXT_STEP = "page the next step now", _to(_COORDINATOR, Access.KEY, Access.ALARM_LINK)
    PAGE_PERSON = "page a person now", _to(_COORDINATOR, Access.KEY, Access.ALARM_LINK)
    GO_MYSELF = "go oneself", _to(_COORDINATOR, Access.KEY)
    ASSIGN = "assign a person", _to(_COORDINATOR, Access.KEY)
    ADD_PARTNER = "add a partner", _to(_COORDINATOR, Access.KEY)
    SET_ETA = "set an ETA", _to(_COORDINATOR, Access.KEY, Access.SPECIALIST_LINK)
    CORRECT_STAMP = "set or correct a stamp", _to(_COORDINATOR, Access.KEY)
    REPORT_STAMP = "report one's own next stamp", _to((), Access.SPECIALIST_LINK)
    LET_GO = "let one's own call-out go", _to((), Access.SPECIALIST_LINK)
    CHANGE_DETAILS = "change the place or details", _to(_COORDINATOR, Access.KEY)
    SEND_MESSAGE = "write to the specialist or the officer", _to(_COORDINATOR, Access.KEY)
    TELL_COORDINATORS = "write to the coordinators", _to((), Access.SPECIALIST_LINK)
    ASK_COORDINATORS = "ask, as the officer, for a coordinator", _to((), Access.OFFICER_LINK)
    CANCEL = "cancel a call-out", _to(_COORDINATOR, Access.KEY)
    CLOSE = "close a call-out with its outcome", _to(_COORDINATOR, Access.KEY)
    # who is on call
    CHANGE_SCHEDULE = "change who is on call", _to(_COORDINATOR, Access.SCHEDULE_CHANGES_KEY)
    SWAP_OWN_SHIFTS = "ask for cover, take one, and say that one is away", _to((), Access.OWN_LINK)
    KEEP_FEEDS = "make and revoke calendar feeds", _to(_BOTH)
    # the week after
    CODE_EXCLUSION = "code an exclusion", _to(_COORDINATOR)
    APPROVE_EXCLUSION = "approve or refuse an exclusion", _to(_BOTH)
    REVIEW_MISS = "review a miss", _to(_BOTH)
    RELEASE_FIGURES = "release public figures", _to(_SUPERVISOR)
    # the roster
    CHANGE_ROSTER = "change the roster", _to(_COORDINATOR)
    KEEP_KEYS = "make and revoke keys for programs", _to(_COORDINATOR)
    # where people start from
    SAY_OWN_START = "say where one starts from oneself", _to((), Access.SPECIALIST_LINK, Access.OWN_LINK)
    SET_START = "say where somebody starts from", _to(_COORDINATOR)
    # rest after a call-out at night
    OVERRULE_REST = "have somebody paged who rests", _to(_COORDINATOR)
    # signing in
    KEEP_OWN_ACCOUNT = "keep one's own account and sessions", _to(SIGNING_IN)
    MAKE_WALL = "make a wall session", _to(_BOTH)
    LET_IN = "let somebody's new browser sign in beside guessers", _to(_BOTH)
    MANAGE_ACCOUNTS = "see and end other people's sessions", _to(_SUPERVISOR)


def permits(permission: Permission, access: Access, roles: Iterable[Role] = ()) -> bool:
    """Whether somebody known by `access` has `permission`; `roles` count only for a person who has signed in."""
    grant = permission.grant
    if access is Access.SESSION:
        return not grant.roles.isdisjoint(roles)
    return access in grant.without


_OF_SCOPE: Mapping[str | None, Access] = {
    None: Access.KEY,
    Scope.SCHEDULE: Access.SCHEDULE_KEY,
    Scope.SCHEDULE_CHANGES: Access.SCHEDULE_CHANGES_KEY,
}


def key_access(scope: str | None) -> Access:
    """What a coordinator's key of this scope is; one of any other scope opens nothing."""
    return _OF_SCOPE.get(scope, Access.NOBODY)


def may_sign_in(person: Person | None) -> bool:
    """Whether this person may have a working account. Somebody who has left the roster may not."""
    return person is not None and not person.roles.isdisjoint(SIGNING_IN)


def may_give(role: Role, giver: Iterable[Role]) -> bool:
    """Whether somebody of these roles may give this one to others, or to themselves, or take it away in a view. A
    coordinator who makes themselves a supervisor would approve what they have written themselves."""
    return role not in _GIVEN_BY_SUPERVISORS or permits(Permission.MANAGE_ACCOUNTS, Access.SESSION, giver)


def beyond(before: Person | None, after: Person | None, giver: Collection[Role]) -> str:
    """Why somebody of these roles may not make this change of a person in a view, by whatever form: nobody makes
    themselves more than they are. Empty if they may."""
    had, has = (one.roles if one is not None else frozenset() for one in (before, after))
    kept = [role for role in Role if role in had ^ has and not may_give(role, giver)]
    return f"only a supervisor makes somebody {' or '.join(kept)}, or takes that away" if kept else ""


_GIVEN_BY_SUPERVISORS = frozenset({Role.SUPERVISOR, Role.AUDITOR})

_ACTOR_KINDS = {
    Role.COORDINATOR: ActorKind.COORDINATOR,
    Role.SUPERVISOR: ActorKind.SUPERVISOR,
    Role.AUDITOR: ActorKind.AUDITOR,
}


def actor(person: Person) -> Actor:
    """The actor for what this person does in a view: by the first of their roles that has an account."""
    role = next(role for role in _ACTOR_KINDS if role in person.roles)
    return Actor(_ACTOR_KINDS[role], person.id)
