"""Who may do what: the table, and the laws that it must keep whatever is added to it."""

import pytest

from dispatch.rules.deeds import DeedKind
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.permissions import (
    GRANTS,
    NEEDED,
    SIGNING_IN,
    Access,
    Deed,
    actor,
    may_judge_exclusion,
    may_sign_in,
    permits,
)

# The whole table once more, by hand: whoever changes a right changes it here as well.
_RIGHTS = """
                    coordinator  supervisor  auditor  wall  key  alarm_link  specialist_link  officer_link
SEE_BOARD           yes          yes         yes      yes   -    -           -                -
LIST_CALLOUTS       yes          yes         yes      -     yes  -           -                -
SEE_CALLOUT         yes          yes         yes      -     yes  -           -                -
LIST_ALARMS         yes          yes         yes      -     yes  -           -                -
SEE_ALARM           -            -           -        -     -    yes         -                -
SEE_PLACE           -            -           -        -     -    -           yes              -
SEE_OWN_STATUS      -            -           -        -     -    -           -                yes
LIST_CALLS          yes          yes         yes      -     yes  -           -                -
SEE_RESPONSE_TIMES  yes          yes         yes      -     yes  -           -                -
SEE_PUBLIC_FIGURES  yes          yes         yes      -     -    -           -                -
READ_AUDIT          -            yes         yes      -     -    -           -                -
OPEN_BY_HAND        yes          -           -        -     yes  -           -                -
DECIDE_CALL         yes          -           -        -     yes  yes         -                -
VERIFY              yes          yes         -        -     yes  yes         -                -
JOIN_CALL           yes          -           -        -     yes  -           -                -
OWN_ALARM           yes          -           -        -     yes  yes         -                -
NEXT_STEP           yes          -           -        -     yes  yes         -                -
PAGE_PERSON         yes          -           -        -     yes  yes         -                -
GO_MYSELF           yes          -           -        -     yes  -           -                -
ASSIGN              yes          -           -        -     yes  -           -                -
ADD_PARTNER         yes          -           -        -     yes  -           -                -
SET_ETA             yes          -           -        -     yes  -           yes              -
CORRECT_STAMP       yes          -           -        -     yes  -           -                -
REPORT_STAMP        -            -           -        -     -    -           yes              -
LET_GO              -            -           -        -     -    -           yes              -
CHANGE_DETAILS      yes          -           -        -     yes  -           -                -
SEND_MESSAGE        yes          -           -        -     yes  -           -                -
TELL_COORDINATORS   -            -           -        -     -    -           yes              -
ASK_COORDINATORS    -            -           -        -     -    -           -                yes
CANCEL              yes          -           -        -     yes  -           -                -
CLOSE               yes          -           -        -     yes  -           -                -
CODE_EXCLUSION      yes          -           -        -     -    -           -                -
APPROVE_EXCLUSION   yes          yes         -        -     -    -           -                -
REVIEW_MISS         yes          yes         -        -     -    -           -                -
RELEASE_FIGURES     -            yes         -        -     -    -           -                -
KEEP_OWN_ACCOUNT    yes          yes         yes      -     -    -           -                -
MAKE_WALL           yes          yes         -        -     -    -           -                -
MANAGE_ACCOUNTS     -            yes         -        -     -    -           -                -
"""
_ENDS_OR_MOVES = {Deed.CANCEL, Deed.CLOSE, Deed.CHANGE_DETAILS, Deed.ASSIGN, Deed.CORRECT_STAMP}


def _person(*roles: Role) -> Person:
    return Person("cora", "Cora Whitfield", "+15625550106", frozenset(roles))


def test_every_deed_has_its_line() -> None:
    assert set(GRANTS) == set(Deed)


def test_each_right_is_as_it_is_written_here() -> None:
    """No cell of the table changes by itself: neither a right more nor a right less for anybody."""
    columns, *lines = (line.split() for line in _RIGHTS.strip().splitlines())
    written = {
        (deed, column) for deed, *cells in lines for column, cell in zip(columns, cells, strict=True) if cell == "yes"
    }
    known_by = {access.name.lower(): access for access in Access if access is not Access.SESSION}
    granted = {(deed.name, role.value) for deed in Deed for role in Role if permits(deed, Access.SESSION, {role})}
    granted |= {(deed.name, name) for deed in Deed for name, access in known_by.items() if permits(deed, access)}
    assert granted == written


@pytest.mark.parametrize("deed", Deed)
def test_nobody_may_do_anything(deed: Deed) -> None:
    """Nor does a role help whoever has not signed in."""
    for role in Role:
        assert not permits(deed, Access.NOBODY, {role})


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("access", [one for one in Access if one is not Access.SESSION])
def test_a_role_counts_for_a_session_only(deed: Deed, access: Access) -> None:
    """A wall was made by a coordinator, and acts no more than anybody for that."""
    assert permits(deed, access, set(Role)) == permits(deed, access)


@pytest.mark.parametrize("deed", Deed)
def test_a_specialist_has_links_and_no_account(deed: Deed) -> None:
    assert not permits(deed, Access.SESSION, {Role.SPECIALIST})


@pytest.mark.parametrize("deed", Deed)
def test_what_one_role_may_more_roles_may(deed: Deed) -> None:
    for role in SIGNING_IN:
        if permits(deed, Access.SESSION, {role}):
            assert permits(deed, Access.SESSION, {role, Role.SPECIALIST})


def test_a_wall_sees_the_board_and_nothing_else() -> None:
    assert {deed for deed in Deed if permits(deed, Access.WALL)} == {Deed.SEE_BOARD}


def test_an_auditor_looks_and_touches_nothing() -> None:
    may = {deed for deed in Deed if permits(deed, Access.SESSION, {Role.AUDITOR})}
    looking = {deed for deed in Deed if deed.startswith(("see ", "list ", "read "))}
    assert may <= looking | {Deed.KEEP_OWN_ACCOUNT}
    assert Deed.READ_AUDIT in may


@pytest.mark.parametrize("link", [Access.ALARM_LINK, Access.SPECIALIST_LINK, Access.OFFICER_LINK])
def test_no_link_ends_or_moves_a_call_out(link: Access) -> None:
    """A link may be forwarded: never cancel, close, move, assign or stamps of others."""
    assert not [deed for deed in _ENDS_OR_MOVES if permits(deed, link)]


def test_an_alarm_link_has_its_five_deeds() -> None:
    may = {deed for deed in Deed if permits(deed, Access.ALARM_LINK)}
    does = {Deed.OWN_ALARM, Deed.NEXT_STEP, Deed.PAGE_PERSON, Deed.VERIFY, Deed.DECIDE_CALL}
    assert may == does | {Deed.SEE_ALARM}


def test_an_officers_link_only_asks() -> None:
    """It may be forwarded to anybody."""
    may = {deed for deed in Deed if permits(deed, Access.OFFICER_LINK)}
    assert may == {Deed.SEE_OWN_STATUS, Deed.ASK_COORDINATORS}


def test_a_supervisor_verifies_as_a_coordinator_does() -> None:
    assert all(permits(Deed.VERIFY, Access.SESSION, {role}) for role in (Role.COORDINATOR, Role.SUPERVISOR))
    assert not permits(Deed.VERIFY, Access.SESSION, {Role.AUDITOR})


def test_a_key_looks_and_does_what_a_night_needs() -> None:
    may = {deed for deed in Deed if permits(deed, Access.KEY)}
    looks = {Deed.LIST_CALLS, Deed.LIST_CALLOUTS, Deed.SEE_CALLOUT, Deed.LIST_ALARMS, Deed.SEE_RESPONSE_TIMES}
    assert may == looks | {Deed.OWN_ALARM, Deed.DECIDE_CALL} | set(NEEDED.values())


@pytest.mark.parametrize("role", sorted(SIGNING_IN))
def test_nobody_judges_their_own_exclusion(role: Role) -> None:
    assert not may_judge_exclusion("cora", "cora", {role})
    assert may_judge_exclusion("omar", "cora", {role}) == (role is not Role.AUDITOR)


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


def test_each_deed_about_a_call_out_needs_a_grant() -> None:
    """Whatever a coordinator may do about a call-out is looked up in the table, and scripts may do it as well."""
    assert set(NEEDED) == set(DeedKind)
    assert all(permits(deed, Access.KEY) for deed in NEEDED.values())
