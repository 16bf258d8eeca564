"""Requests that another site made somebody's browser send: refused, wherever they go."""

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from dispatch.inbound.http.same_origin import is_from_us
from tests.inbound.house import PUBLIC_URL, House, problem
from tests.inbound.sign_in.room import OUR_FORM, PASSWORD, Ui
from tests.inbound.sign_in.routes import routes_of

pytestmark = pytest.mark.one_database  # what another page has sent is refused before anything is looked up

FORGED = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://dispatch.example:8443"},  # arrives with the cookie, despite Lax
    {"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC_URL},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "http://dispatch.example"},
    {"Origin": "https://dispatch.example.elsewhere.example"},
    {"Origin": "null"},
    {"Host": "elsewhere.example", "Origin": "https://elsewhere.example"},  # a name made to point here
    {"Referer": f"{PUBLIC_URL}/account"},
    {},
]


def _paths(house: House) -> Iterator[tuple[str, str]]:
    """Every method and path that changes something, whatever is behind it."""
    for route in routes_of(house.service.web):
        if isinstance(route, APIRoute):
            for method in sorted((route.methods or set()) - {"GET", "HEAD"}):
                yield method, route.path.replace("{", "").replace("}", "")


@pytest.mark.costs(4)
async def test_no_other_page_acts_for_anybody(ui: Ui, subtests: pytest.Subtests) -> None:
    """Every door that changes something refuses, the API's too, and nothing has changed. So does one where nobody is
    signed in: whoever was signed in as a stranger would tell them everything they type."""
    guess = {"name": "cora", "password": PASSWORD, "current": PASSWORD}
    async with ui.browser() as door, ui.browser() as nobody:
        await ui.enrol(door=door)
        welcome = await ui.invite("omar")
        before = await ui.house.everything(but=frozenset())
        paths = [*_paths(ui.house)]
        assert len(paths) > 15
        for forged in FORGED:
            with subtests.test(str(forged)):
                for method, path in paths:
                    answer = await door.web.request(method, path, headers=forged, data=guess)
                    assert problem(answer, 403)["detail"].startswith("this was sent by another page"), path
                for path in ("/sign-in", "/sign-in/code", f"{welcome}/password", f"{welcome}/code", "/wall/x"):
                    answer = await nobody.post(path, guess, headers=forged)
                    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), path
        assert await ui.house.everything(but=frozenset()) == before
        assert await door.is_signed_in()


@pytest.mark.parametrize(
    "ours",
    [
        OUR_FORM,
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": PUBLIC_URL},  # an old browser
    ],
    ids=str,
)
async def test_our_own_pages_do(ui: Ui, ours: dict[str, str]) -> None:
    async with ui.browser() as door:
        await ui.enrol(door=door)
        assert (await door.post("/sign-out", headers=ours)).headers["location"] == "/sign-in"
        assert not await door.is_signed_in()


@pytest.mark.parametrize(
    ("public_url", "host", "origin", "ours"),
    [
        ("http://127.0.0.1:8000", "localhost:8000", "http://localhost:8000", True),
        ("http://127.0.0.1:8000", "[::1]:8000", "http://[::1]:8000", True),
        ("http://127.0.0.1:8000", "localhost:8000", "http://localhost:9000", False),
        ("http://127.0.0.1:8000", "elsewhere.example", "http://elsewhere.example", False),
        ("https://dispatch.example", "127.0.0.1", "https://127.0.0.1", False),
    ],
)
def test_on_ones_own_machine_any_of_its_names_will_do(public_url: str, host: str, origin: str, ours: bool) -> None:
    assert is_from_us({"host": host, "origin": origin}, public_url) == ours


async def test_a_key_needs_no_page(house: House) -> None:
    """Programs send no such headers and no cookie; they work as ever, with a browser's headers too."""
    await house.opened()
    answer = await house.ask("POST", "/v1/callouts", {"officer": {"callback_phone": "+15625550178"}}, headers=FORGED[0])
    assert answer.status_code == 201
    assert (await house.text("hello", sender="+15625550199")).status_code == 200


async def test_looking_changes_nothing(ui: Ui) -> None:
    """A link on another page opens ours: it only looks."""
    async with ui.browser() as door:
        await ui.enrol(door=door)
        assert (await door.get("/account", **FORGED[0])).status_code == 200
