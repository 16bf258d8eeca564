"""Who may do what, tried over HTTP from the table; and the law that every route for people declares its permission."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi.routing import APIRoute

from dispatch.actions.roster.edit_roster import NewKey
from dispatch.app import Service
from dispatch.inbound.http.auth import agency, agency_that_may_sign
from dispatch.inbound.http.viewer import by_link, public
from dispatch.rules.access.permissions import SIGNING_IN, Access, Permission, permits
from dispatch.rules.facts.people import Role
from tests.inbound.house import House
from tests.inbound.sign_in.room import Door, Ui
from tests.inbound.sign_in.routes import routes_of

_FOR_MACHINES = {"twilio", "v1", "healthz", "readyz", "metrics"}
# By hand, not from what each route declares: a door that declares a lesser permission lets in whoever has that one.
_DOORS = """
SEE_BOARD           GET /
SEE_BOARD           GET /board/events
SEE_BOARD           GET /board/state
LIST_CALLOUTS       GET /callouts
LIST_CALLOUTS       GET /v1/callouts
SEE_CALLOUT         GET /callouts/K7Q
SEE_CALLOUT         GET /callouts/K7Q/events
SEE_CALLOUT         GET /callouts/K7Q/state
SEE_CALLOUT         GET /v1/callouts/K7Q
SEE_CALLOUT         POST /v1/callouts/K7Q/commands
SEE_CALLOUT         POST /v1/callouts/K7Q/commands/preview
LIST_ALARMS         GET /v1/alarms
SEE_ALARM           GET /a/token
SEE_PLACE           GET /r/token
SEE_PLAN            GET /on-call
SET_START           POST /on-call/starts
OVERRULE_REST       POST /people/person/overrule-rest
SAY_OWN_START       POST /r/token/start
SEE_OWN_STATUS      GET /o/token
SEE_SCHEDULE        GET /schedule
SEE_SCHEDULE        GET /schedule/rotation:path/day
SEE_SCHEDULE        GET /v1/on-call
SEE_SCHEDULE        GET /v1/schedule
SEE_SCHEDULE        GET /v1/covers
SEE_SCHEDULE        GET /schedule/covers
SEE_SCHEDULE        GET /v1/away
SEE_FEED            GET /calendar/token.ics
SEE_OWN_SHIFTS      GET /me/token
SEE_OWN_SHIFTS      GET /me/token/ring
SEE_OWN_SHIFTS      GET /me/token/contact.vcf
SEE_FAIRNESS        GET /fairness
SEE_RESPONSE_TIMES  GET /response-times
SEE_RESPONSE_TIMES  GET /response-times/callouts.csv
SEE_RESPONSE_TIMES  GET /response-times/callouts/K7Q
SEE_PUBLIC_FIGURES  GET /response-times/public
SEE_PUBLIC_FIGURES  GET /response-times/public/period
SEE_PUBLIC_FIGURES  GET /response-times/public/period.csv
READ_AUDIT          GET /audit
READ_AUDIT          GET /audit.csv
OPEN_BY_HAND        GET /callouts/new
OPEN_BY_HAND        POST /callouts/new
DECIDE_CALL         GET /a/token/dismiss
DECIDE_CALL         POST /a/token/dismiss
DECIDE_CALL         POST /a/token/page-now
DECIDE_CALL         GET /board/calls/call/dismiss
DECIDE_CALL         POST /board/calls/call/dismiss
DECIDE_CALL         POST /board/calls/call/page-now
DECIDE_CALL         GET /board/silent/dismiss
DECIDE_CALL         POST /board/silent/dismiss
DECIDE_CALL         POST /board/silent/page-now
VERIFY              GET /a/token/verify
VERIFY              POST /a/token/verify
VERIFY              POST /callouts/K7Q/verify
JOIN_CALL           POST /callouts/K7Q/join-call
RANG_OFFICER        GET /a/token/rang-officer
RANG_OFFICER        POST /a/token/rang-officer
RANG_OFFICER        POST /callouts/K7Q/rang-officer
OWN_ALARM           POST /a/token/own
OWN_ALARM           POST /board/alarms/alarm/own
OWN_ALARM           POST /callouts/K7Q/alarm
OWN_ALARM           POST /v1/alarms/alarm_id/own
NEXT_STEP           GET /a/token/next-step
NEXT_STEP           POST /a/token/next-step
NEXT_STEP           POST /callouts/K7Q/next-step
PAGE_PERSON         GET /a/token/page
PAGE_PERSON         POST /a/token/page
PAGE_PERSON         POST /callouts/K7Q/page-person
GO_MYSELF           POST /callouts/K7Q/go-myself
ASSIGN              POST /callouts/K7Q/assign
ADD_PARTNER         POST /callouts/K7Q/add-partner
SET_ETA             POST /callouts/K7Q/set-eta
SET_ETA             POST /r/token/eta
CORRECT_STAMP       POST /callouts/K7Q/correct-stamp
REPORT_STAMP        POST /r/token/stamp
LET_GO              GET /r/token/let-go
LET_GO              POST /r/token/let-go
CHANGE_DETAILS      POST /callouts/K7Q/change-details
SEND_MESSAGE        POST /callouts/K7Q/tell-officer
SEND_MESSAGE        POST /callouts/K7Q/tell-specialist
TELL_COORDINATORS   POST /r/token/words
ASK_COORDINATORS    POST /o/token/moved
ASK_COORDINATORS    POST /o/token/not-needed
ASK_COORDINATORS    POST /o/token/ring-me
CANCEL              POST /callouts/K7Q/cancel
CLOSE               POST /callouts/K7Q/close
CLOSE               POST /v1/callouts/K7Q/close
SEE_SCHEDULE        GET /schedule/changes
CHANGE_SCHEDULE     POST /v1/covers/preview
CHANGE_SCHEDULE     POST /v1/covers
CHANGE_SCHEDULE     POST /schedule/covers
CHANGE_SCHEDULE     POST /schedule/covers/number/give
CHANGE_SCHEDULE     POST /schedule/covers/number/take
CHANGE_SCHEDULE     POST /schedule/covers/number/withdraw
CHANGE_SCHEDULE     POST /schedule/away
CHANGE_SCHEDULE     POST /schedule/away/back
CHANGE_SCHEDULE     POST /v1/away
CHANGE_SCHEDULE     POST /v1/schedule/changes
CHANGE_SCHEDULE     POST /v1/schedule/changes/preview
CHANGE_SCHEDULE     POST /schedule/change
CHANGE_SCHEDULE     POST /schedule/changes/version/undo
CHANGE_SCHEDULE     GET /schedule/sick
CHANGE_SCHEDULE     POST /schedule/sick
SWAP_OWN_SHIFTS     POST /me/token/ask
SWAP_OWN_SHIFTS     POST /me/token/withdraw
SWAP_OWN_SHIFTS     POST /me/token/cover
SWAP_OWN_SHIFTS     POST /me/token/away
SWAP_OWN_SHIFTS     POST /me/token/back
SWAP_OWN_SHIFTS     POST /me/token/feed
SAY_OWN_START       POST /me/token/start
KEEP_FEEDS          GET /schedule/feeds
KEEP_FEEDS          POST /schedule/feeds
KEEP_FEEDS          POST /schedule/feeds/feed_id/revoke
CODE_EXCLUSION      POST /response-times/callouts/K7Q/exclusion
APPROVE_EXCLUSION   POST /response-times/callouts/K7Q/exclusion/verdict
REVIEW_MISS         POST /response-times/callouts/K7Q/review
RELEASE_FIGURES     POST /response-times/public/period/release
CHANGE_ROSTER       GET /agencies/code/card
CHANGE_ROSTER       GET /setup
CHANGE_ROSTER       GET /setup/drives
CHANGE_ROSTER       GET /setup/part
CHANGE_ROSTER       POST /setup/drives
CHANGE_ROSTER       POST /setup/part
KEEP_KEYS           GET /setup/keys
KEEP_KEYS           GET /setup/keys/revoke
KEEP_KEYS           POST /setup/keys
KEEP_KEYS           POST /setup/keys/revoke
CHANGE_ROSTER       GET /people
CHANGE_ROSTER       GET /people/person
CHANGE_ROSTER       GET /people/new
CHANGE_ROSTER       POST /people/person
CHANGE_ROSTER       POST /people/person/leaves
CHANGE_ROSTER       POST /people/person/number
CHANGE_ROSTER       POST /people/person/number/ring
CHANGE_ROSTER       POST /people/person/number/withdraw
CHANGE_ROSTER       POST /people/person/test
CHANGE_ROSTER       POST /people/new
KEEP_OWN_ACCOUNT    GET /account
KEEP_OWN_ACCOUNT    POST /account/app
KEEP_OWN_ACCOUNT    POST /account/password
KEEP_OWN_ACCOUNT    POST /account/recovery-codes
KEEP_OWN_ACCOUNT    POST /account/sessions/session_id/end
KEEP_OWN_ACCOUNT    POST /account/sign-out-everywhere
KEEP_OWN_ACCOUNT    POST /sign-out
LET_IN              POST /account/let-in
MAKE_WALL           POST /account/wall
MANAGE_ACCOUNTS     GET /users
MANAGE_ACCOUNTS     POST /users/invite
MANAGE_ACCOUNTS     POST /users/person/reset
MANAGE_ACCOUNTS     POST /users/person/sign-out
MANAGE_ACCOUNTS     POST /users/sessions/session_id/end
"""


@dataclass(frozen=True)
class Way:
    """A door that a permission opens."""

    permission: Permission
    method: str
    path: str
    by_key: bool
    by_link: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def is_public(route: APIRoute) -> bool:
    """Whether a route declares that nobody need be signed in for it."""
    return any(dependency.call is public for dependency in route.dependant.dependencies)


def permissions_of(route: APIRoute) -> Iterator[Permission]:
    """Every permission that a route declares."""
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        permission = getattr(dependant.call, "permission", None)
        if isinstance(permission, Permission):
            yield permission
        waiting += dependant.dependencies


def _ways(service: Service) -> Iterator[Way]:
    service.web.state.live.close()  # a stream that is let in ends at once
    for route in routes_of(service.web):
        if isinstance(route, APIRoute):
            for permission in permissions_of(route):
                for method in sorted((route.methods or set()) - {"HEAD"}):
                    yield Way(
                        permission,
                        method,
                        route.path.replace("{callout_id}", "K7Q").replace("{", "").replace("}", ""),
                        route.path.startswith("/v1/"),
                        route.path.startswith(("/r/", "/a/", "/o/", "/calendar/", "/me/")),
                    )


async def _try(door: Door, way: Way, key: str | None = None) -> httpx.Response:
    """As a program asks, which is told in a status, not sent to sign in."""
    proof = {"Authorization": f"Bearer {key}"} if key else {}
    ours = {"Sec-Fetch-Site": "same-origin"} if way.by_link or not key else {}
    return await door.web.request(way.method, way.path, headers={"Accept": "application/json", **ours, **proof})


def _was_let_in(answer: httpx.Response) -> bool:
    """Whether the door was passed: what lies behind may still find nothing, or a form that is not filled in."""
    return answer.status_code not in {401, 403}


async def test_each_door_needs_the_permission_it_is_written_with(house: House) -> None:
    """No door is opened wider, and none is added, without a line here."""
    written = sorted(line.split(maxsplit=1) for line in _DOORS.strip().splitlines())
    assert sorted([way.permission.name, str(way)] for way in _ways(house.service)) == written


@pytest.mark.costs(2)
@pytest.mark.one_database  # sessions, keys and links are looked up on both by tests of their own
@pytest.mark.parametrize("role", sorted(SIGNING_IN))
async def test_each_permission_with_each_role(ui: Ui, role: Role) -> None:
    """Signed in, a person gets through exactly those doors for people that the table grants their role."""
    await ui.give_roles("omar", role)
    for way in _ways(ui.house.service):
        async with ui.browser() as door:
            door.carry((await ui.session("omar")).token)  # each time: some of these sign out
            granted = permits(way.permission, Access.SESSION, {role}) and not way.by_key
            answer = await _try(door, way)
            assert way.by_link or _was_let_in(answer) == granted, f"{way} as {role}: {answer.status_code}"


@pytest.mark.one_database  # sessions, keys and links are looked up on both by tests of their own
async def test_each_permission_as_a_specialist(ui: Ui) -> None:
    """Nothing: not even with the session of a time when they were a coordinator."""
    token = (await ui.session("omar")).token
    await ui.give_roles("omar", Role.SPECIALIST)
    for way in _ways(ui.house.service):
        async with ui.browser() as door:
            door.carry(token)
            assert way.by_link or (await _try(door, way)).status_code == 401, str(way)


@pytest.mark.one_database  # sessions, keys and links are looked up on both by tests of their own
async def test_each_permission_from_a_wall(ui: Ui) -> None:
    for way in _ways(ui.house.service):
        async with ui.signed_in("cora", "wall") as door:
            granted = permits(way.permission, Access.WALL) and not way.by_key
            assert way.by_link or _was_let_in(await _try(door, way)) == granted, str(way)


@pytest.mark.one_database  # sessions, keys and links are looked up on both by tests of their own
@pytest.mark.parametrize(
    ("whose", "access"),
    [
        ("coordinator", Access.KEY),
        ("schedule", Access.SCHEDULE_KEY),
        ("schedule_changes", Access.SCHEDULE_CHANGES_KEY),
    ],
)
async def test_each_permission_with_a_key(ui: Ui, whose: str, access: Access) -> None:
    """A coordinator's key opens the API as far as the table goes, and no page for people. One that was made with a
    scope opens that, and nothing that another key opens."""
    key: NewKey = getattr(ui.house, whose)
    for way in _ways(ui.house.service):
        async with ui.browser() as door:
            answer = await _try(door, way, key.key)
            granted = permits(way.permission, access) and way.by_key
            assert way.by_link or _was_let_in(answer) == granted, f"{way}: {answer.status_code}"


def test_no_key_changes_the_schedule_but_one_made_for_it() -> None:
    for access in (Access.KEY, Access.SCHEDULE_KEY):
        assert not permits(Permission.CHANGE_SCHEDULE, access)


@pytest.mark.one_database  # sessions, keys and links are looked up on both by tests of their own
@pytest.mark.costs(2)
async def test_each_permission_by_nobody(ui: Ui) -> None:
    """Without anything, with a made-up cookie, and with a made-up key."""
    for way in _ways(ui.house.service):
        for cookie, key in ((None, None), ("x" * 23, None), (None, "coordinator_x")):
            async with ui.browser() as door:
                if cookie:
                    door.carry(cookie)
                assert (await _try(door, way, key)).status_code == (410 if way.by_link else 401), str(way)


@pytest.mark.one_database  # sessions, keys and links are looked up on both by tests of their own
async def test_each_permission_with_a_specialists_link(ui: Ui) -> None:
    """Its token opens its own page and nothing else, in the place of a cookie or of a key."""
    created = await ui.house.opened()
    await ui.house.taken(created)
    token = (await ui.house.link(created["id"])).rpartition("/")[2]
    for way in _ways(ui.house.service):
        for key in (None, token):
            async with ui.browser() as door:
                door.carry(token)
                assert way.by_link or not _was_let_in(await _try(door, way, key)), str(way)
    async with ui.browser() as door:
        assert (await door.get(f"/r/{token}")).status_code == 200
    assert permits(Permission.SEE_PLACE, Access.SPECIALIST_LINK)


def test_a_link_declares_only_what_it_is_granted() -> None:
    with pytest.raises(ValueError, match="does not grant"):
        by_link(Permission.CLOSE, Access.SPECIALIST_LINK)


async def test_every_route_for_people_declares_its_permission(house: House) -> None:
    """Or that it is public, and then no permission. Whoever adds a page is told here."""
    undeclared, both = [], []
    for route in routes_of(house.service.web):
        # A carrier's routes have their prefix from the router that takes them in.
        if not isinstance(route, APIRoute) or route.path.split("/")[1] in _FOR_MACHINES or _is_carriers(route):
            continue
        declared = list(permissions_of(route))
        if not declared and not is_public(route):
            undeclared.append(route.path)
        if declared and is_public(route):
            both.append(route.path)
    assert not undeclared, "declare a permission with `permits` or `by_link`, or `public` if nobody need be signed in"
    assert not both


async def test_what_is_public(house: House) -> None:
    """Ways to sign in, one-time links, the frame of every page, and what describes the API."""
    found = {route.path for route in routes_of(house.service.web) if isinstance(route, APIRoute) and is_public(route)}
    assert found == {
        *("/sign-in", "/sign-in/code", "/sign-in/provider", "/sign-in/provider/back"),
        *("/welcome/{token}", "/welcome/{token}/password", "/welcome/{token}/code", "/wall/{token}"),
        "/let-in/{token}",
        *("/n/{token}", "/n/{token}/text", "/n/{token}/call", "/n/{token}/code", "/n/{token}/choices"),
        *("/display", "/assets/{file}", "/docs", "/docs/{file}", "/openapi.json"),
    }


def _is_carriers(route: APIRoute) -> bool:
    return route.endpoint.__module__.startswith("dispatch.inbound.carrier.")


async def test_every_operation_of_the_api_declares_its_permission(house: House) -> None:
    """Or it is an agency's own."""
    for route in routes_of(house.service.web):
        if isinstance(route, APIRoute) and route.path.startswith("/v1/"):
            asks = {dependency.call for dependency in route.dependant.dependencies}
            assert list(permissions_of(route)) or asks & {agency, agency_that_may_sign}, route.path
