"""Who may do what: the table, and the laws that it must keep whatever is added to it."""

import pytest

from dispatch.rules.access.permissions import (
    SIGNING_IN,
    Access,
    Permission,
    Scope,
    actor,
    beyond,
    key_access,
    may_sign_in,
    permits,
)
from dispatch.rules.commands.commands import COMMANDS
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.people import Person, Role
from tests.each import each

# The whole table once more, by hand: whoever changes a right changes it here as well.
_RIGHTS = """
coordinator supervisor auditor wall key alarm_link specialist_link officer_link schedule_key \
schedule_changes_key calendar_link own_link
SEE_BOARD          yes    yes    yes    yes    -      -      -      -      -      -      -      -
LIST_CALLOUTS      yes    yes    yes    -      yes    -      -      -      -      -      -      -
SEE_CALLOUT        yes    yes    yes    -      yes    -      -      -      -      -      -      -
LIST_ALARMS        yes    yes    yes    -      yes    -      -      -      -      -      -      -
SEE_ALARM          -      -      -      -      -      yes    -      -      -      -      -      -
SEE_PLACE          -      -      -      -      -      -      yes    -      -      -      -      -
SEE_OWN_STATUS     -      -      -      -      -      -      -      yes    -      -      -      -
SEE_SCHEDULE       yes    yes    yes    -      -      -      -      -      yes    yes    -      -
SEE_FEED           -      -      -      -      -      -      -      -      -      -      yes    -
SEE_OWN_SHIFTS     -      -      -      -      -      -      -      -      -      -      -      yes
SEE_FAIRNESS       yes    yes    yes    -      -      -      -      -      -      -      -      -
SEE_RESPONSE_TIMES yes    yes    yes    -      -      -      -      -      -      -      -      -
SEE_PUBLIC_FIGURES yes    yes    yes    -      -      -      -      -      -      -      -      -
READ_AUDIT         -      yes    yes    -      -      -      -      -      -      -      -      -
OPEN_BY_HAND       yes    -      -      -      -      -      -      -      -      -      -      -
DECIDE_CALL        yes    -      -      -      -      yes    -      -      -      -      -      -
VERIFY             yes    yes    -      -      yes    yes    -      -      -      -      -      -
JOIN_CALL          yes    -      -      -      yes    -      -      -      -      -      -      -
RANG_OFFICER       yes    -      -      -      yes    yes    -      -      -      -      -      -
OWN_ALARM          yes    -      -      -      yes    yes    -      -      -      -      -      -
NEXT_STEP          yes    -      -      -      yes    yes    -      -      -      -      -      -
PAGE_PERSON        yes    -      -      -      yes    yes    -      -      -      -      -      -
GO_MYSELF          yes    -      -      -      yes    -      -      -      -      -      -      -
ASSIGN             yes    -      -      -      yes    -      -      -      -      -      -      -
ADD_PARTNER        yes    -      -      -      yes    -      -      -      -      -      -      -
SET_ETA            yes    -      -      -      yes    -      yes    -      -      -      -      -
CORRECT_STAMP      yes    -      -      -      yes    -      -      -      -      -      -      -
REPORT_STAMP       -      -      -      -      -      -      yes    -      -      -      -      -
LET_GO             -      -      -      -      -      -      yes    -      -      -      -      -
CHANGE_DETAILS     yes    -      -      -      yes    -      -      -      -      -      -      -
SEND_MESSAGE       yes    -      -      -      yes    -      -      -      -      -      -      -
TELL_COORDINATORS  -      -      -      -      -      -      yes    -      -      -      -      -
ASK_COORDINATORS   -      -      -      -      -      -      -      yes    -      -      -      -
CANCEL             yes    -      -      -      yes    -      -      -      -      -      -      -
CLOSE              yes    -      -      -      yes    -      -      -      -      -      -      -
SWAP_OWN_SHIFTS    -      -      -      -      -      -      -      -      -      -      -      yes
KEEP_FEEDS         yes    yes    -      -      -      -      -      -      -      -      -      -
CODE_EXCLUSION     yes    -      -      -      -      -      -      -      -      -      -      -
APPROVE_EXCLUSION  yes    yes    -      -      -      -      -      -      -      -      -      -
REVIEW_MISS        yes    yes    -      -      -      -      -      -      -      -      -      -
RELEASE_FIGURES    -      yes    -      -      -      -      -      -      -      -      -      -
CHANGE_ROSTER      yes    -      -      -      -      -      -      -      -      -      -      -
CHANGE_SCHEDULE    yes    -      -      -      -      -      -      -      -      yes    -      -
SEE_PLAN           yes    -      -      -      -      -      -      -      -      -      -      -
KEEP_KEYS          yes    -      -      -      -      -      -      -      -      -      -      -
SAY_OWN_START      -      -      -      -      -      -      yes    -      -      -      -      yes
SET_START          yes    -      -      -      -      -      -      -      -      -      -      -
OVERRULE_REST      yes    -      -      -      -      -      -      -      -      -      -      -
KEEP_OWN_ACCOUNT   yes    yes    yes    -      -      -      -      -      -      -      -      -
MAKE_WALL          yes    yes    -      -      -      -      -      -      -      -      -      -
LET_IN             yes    yes    -      -      -      -      -      -      -      -      -      -
MANAGE_ACCOUNTS    -      yes    -      -      -      -      -      -      -      -      -      -
"""
_ENDS_OR_MOVES = {
    Permission.CANCEL,
    Permission.CLOSE,
    Permission.CHANGE_DETAILS,
    Permission.ASSIGN,
    Permission.CORRECT_STAMP,
}


def _person(*roles: Role) -> Person:
    return Person("cora", "Cora Whitfield", "+15625550106", frozenset(roles))


def test_each_right_is_as_it_is_written_here() -> None:
    """No cell of the table changes by itself: neither a right more nor a right less for anybody."""
    columns, *lines = (line.split() for line in _RIGHTS.strip().splitlines())
    written = {
        (right, column) for right, *cells in lines for column, cell in zip(columns, cells, strict=True) if cell == "yes"
    }
    known_by = {access.name.lower(): access for access in Access if access is not Access.SESSION}
    granted = {(one.name, role.value) for one in Permission for role in Role if permits(one, Access.SESSION, {role})}
    granted |= {(one.name, name) for one in Permission for name, access in known_by.items() if permits(one, access)}
    assert granted == written


@each(permission=Permission)
def test_nobody_may_do_anything(permission: Permission) -> None:
    """Nor does a role help whoever has not signed in."""
    for role in Role:
        assert not permits(permission, Access.NOBODY, {role})


@each(permission=Permission, access=[one for one in Access if one is not Access.SESSION])
def test_a_role_counts_for_a_session_only(permission: Permission, access: Access) -> None:
    """A wall was made by a coordinator, and acts no more than anybody for that."""
    assert permits(permission, access, set(Role)) == permits(permission, access)


@each(permission=Permission)
def test_a_specialist_has_links_and_no_account(permission: Permission) -> None:
    assert not permits(permission, Access.SESSION, {Role.SPECIALIST})


@each(permission=Permission)
def test_what_one_role_may_more_roles_may(permission: Permission) -> None:
    for role in SIGNING_IN:
        if permits(permission, Access.SESSION, {role}):
            assert permits(permission, Access.SESSION, {role, Role.SPECIALIST})


def test_a_wall_sees_the_board_and_nothing_else() -> None:
    assert {one for one in Permission if permits(one, Access.WALL)} == {Permission.SEE_BOARD}


def test_an_auditor_looks_and_touches_nothing() -> None:
    may = {one for one in Permission if permits(one, Access.SESSION, {Role.AUDITOR})}
    looking = {one for one in Permission if one.startswith(("see ", "list ", "read "))}
    assert may <= looking | {Permission.KEEP_OWN_ACCOUNT}
    assert Permission.READ_AUDIT in may


@pytest.mark.parametrize("link", [Access.ALARM_LINK, Access.SPECIALIST_LINK, Access.OFFICER_LINK])
def test_no_link_ends_or_moves_a_call_out(link: Access) -> None:
    """A link may be forwarded: never cancel, close, move, assign or stamps of others."""
    assert not [one for one in _ENDS_OR_MOVES if permits(one, link)]


def test_an_alarm_link_has_its_six_permissions() -> None:
    may = {one for one in Permission if permits(one, Access.ALARM_LINK)}
    does = {
        Permission.OWN_ALARM,
        Permission.NEXT_STEP,
        Permission.PAGE_PERSON,
        Permission.VERIFY,
        Permission.DECIDE_CALL,
        Permission.RANG_OFFICER,
    }
    assert may == does | {Permission.SEE_ALARM}


def test_an_officers_link_only_asks() -> None:
    """It may be forwarded to anybody."""
    may = {one for one in Permission if permits(one, Access.OFFICER_LINK)}
    assert may == {Permission.SEE_OWN_STATUS, Permission.ASK_COORDINATORS}


def test_a_supervisor_verifies_as_a_coordinator_does() -> None:
    assert all(permits(Permission.VERIFY, Access.SESSION, {role}) for role in (Role.COORDINATOR, Role.SUPERVISOR))
    assert not permits(Permission.VERIFY, Access.SESSION, {Role.AUDITOR})


def test_a_key_looks_and_does_what_a_night_needs() -> None:
    may = {one for one in Permission if permits(one, Access.KEY)}
    looks = {Permission.LIST_CALLOUTS, Permission.SEE_CALLOUT, Permission.LIST_ALARMS}
    assert may == looks | {Permission.OWN_ALARM} | {command.about.needs for command in COMMANDS}


def test_who_may_have_an_account() -> None:
    """Whoever has left the roster has none, and a specialist needs none."""
    assert not may_sign_in(None)
    assert not may_sign_in(_person(Role.SPECIALIST))
    for role in SIGNING_IN:
        assert may_sign_in(_person(role, Role.SPECIALIST))


@pytest.mark.parametrize(
    ("roles", "kind"),
    [
        ({Role.COORDINATOR, Role.SUPERVISOR, Role.AUDITOR}, ActorKind.COORDINATOR),
        ({Role.SUPERVISOR, Role.AUDITOR}, ActorKind.SUPERVISOR),
        ({Role.AUDITOR, Role.SPECIALIST}, ActorKind.AUDITOR),
    ],
)
def test_who_it_was(roles: set[Role], kind: ActorKind) -> None:
    assert actor(_person(*roles)) == Actor(kind, "cora")


def test_a_script_may_give_each_command() -> None:
    assert all(permits(command.about.needs, Access.KEY) for command in COMMANDS)


def test_a_key_opens_what_it_was_made_for() -> None:
    """One of a scope that we do not know opens nothing."""
    assert key_access(None) is Access.KEY
    assert [key_access(scope) for scope in Scope] == [Access.SCHEDULE_KEY, Access.SCHEDULE_CHANGES_KEY]
    assert key_access("reports") is Access.NOBODY


@each(giver=[{Role.COORDINATOR}, {Role.SUPERVISOR}, {Role.COORDINATOR, Role.SUPERVISOR}], role=Role)
def test_nobody_makes_themselves_more_than_they_are(giver: set[Role], role: Role) -> None:
    """Only a supervisor gives the roles that approve and audit what coordinators write, or takes them away."""
    refused = Role.SUPERVISOR not in giver and role in {Role.SUPERVISOR, Role.AUDITOR}
    one, other = _person(Role.SPECIALIST), _person(Role.SPECIALIST, role)
    said = f"only a supervisor makes somebody {role}, or takes that away" if refused else ""
    assert beyond(one, other, giver) == beyond(other, one, giver) == beyond(None, _person(role), giver) == said
    assert beyond(other, other, giver) == ""
