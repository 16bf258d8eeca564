"""What a person sees when something fails."""

from contextlib import ExitStack

import httpx
import pytest

from dispatch.actions.access import sign_in
from dispatch.actions.access.sign_in import Browser
from dispatch.credentials.slots import MOST_IN_ALL
from dispatch.serving.limits import MOST_ADDRESS_BYTES, MOST_BYTES
from tests.inbound.house import House, problem, unbroken
from tests.inbound.sign_in.room import Ui as Room
from tests.inbound.web.conftest import Ui
from tests.postgres import PostgresServer

PERSON = {"Accept": "text/html"}


async def test_a_person_gets_a_page_and_a_program_a_problem(house: House) -> None:
    """The same address, asked in two ways."""
    page = await house.web.get("/nowhere", headers=PERSON)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here" in page.text
    assert house.service.runner.contact_phone is not None
    assert f'href="tel:{house.service.runner.contact_phone}"' in page.text
    problem(await house.web.get("/nowhere"), 404)


async def test_whoever_is_signed_in_keeps_the_navigation(house: House) -> None:
    """At an address with nothing behind it as well; a stranger is shown no place that they may not go to."""
    room = Room(house)
    async with room.browser() as door:
        assert "Call-outs</a>" not in (await door.get("/nowhere")).text
        door.carry((await room.session("cora")).token)
        for path, status in (("/nowhere", 404), ("/callouts/Z9Z", 404), ("/display", 405)):
            page = await door.get(path)
            assert page.status_code == status
            assert 'href="/callouts"' in page.text, path


@pytest.mark.asyncio(loop_scope="session")  # of `ui`
async def test_the_phones_keep_the_navigation(ui: Ui) -> None:
    made = await ui.town.service.runner.act(sign_in.sign_in_as, "cora", Browser("127.0.0.1", "t", None), "a test")
    async with httpx.AsyncClient(base_url=ui.url, cookies={"dispatch-session": made.token}, timeout=60) as web:
        assert 'href="/callouts"' in (await web.get("/phones")).text


async def test_what_a_door_says_is_said_to_people_too(house: House) -> None:
    """A sentence with a capital and a full stop; a method that does not fit says what to do."""
    room = Room(house)
    async with room.signed_in("omar") as door:
        page = await door.get("/audit")
        gone = await door.get("/callouts/Z9Z")
    assert page.status_code == 403
    assert "This is not for you" in page.text
    assert "You may not read the audit here; a supervisor can say who may." in page.text
    assert gone.status_code == 404, "what an action refuses is refused to somebody with a session, too"
    assert "No open call-out has the code Z9Z; one that is over is found by its id." in unbroken(gone.text)
    wrong = await house.web.post("/docs", headers=PERSON)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD")
    assert "use its buttons" in wrong.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "title"),
    [
        ("POST", "/sign-in", b"x=" + b"y" * MOST_BYTES, 413, "That is too long"),
        ("GET", f"/{'a' * MOST_ADDRESS_BYTES}", b"", 414, "That address is too long"),
    ],
)
async def test_what_is_refused_before_any_door_is_a_page_as_well(
    house: House, method: str, path: str, body: bytes, status: int, title: str
) -> None:
    """With the policy of every page, and the connection is closed as it is for a program."""
    page = await house.web.request(method, path, content=body, headers=PERSON)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert title in page.text
    assert page.headers["connection"] == "close"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    problem(await house.web.request(method, path, content=body), status)


async def test_too_many_who_sign_in_are_no_trouble_of_the_database(house: House) -> None:
    """A page says what is wrong, and not what else might be with the same status."""
    proving = house.service.web.state.proving
    with ExitStack() as nav_items:
        for number in range(MOST_IN_ALL):
            nav_items.enter_context(proving._slots.one(None, f"198.51.100.{number}"))
        form = {"name": "somebody", "password": "a password of theirs"}
        page = await house.web.post("/sign-in", data=form, headers={**PERSON, "Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 503
    assert "database" not in page.text
    assert "Too many people are signing in just now; try again in a minute." in page.text


@pytest.mark.asyncio(loop_scope="session")  # of `ui`
async def test_a_mistake_of_ours_is_owned_up_to(ui: Ui) -> None:
    """It says that something may not have been kept, and nothing of the insides."""
    async with httpx.AsyncClient(base_url=ui.url, headers=PERSON, timeout=60) as web:
        page = await web.get("/broken")
    assert page.status_code == 500
    assert "may not have been kept" in page.text
    assert "insides" not in page.text
    assert "Error" not in page.text


async def test_a_database_that_is_away_is_said_to_people(house: House, request: pytest.FixtureRequest) -> None:
    """503, when to come back, and that nothing else is wrong."""
    if house.service.database.is_sqlite:
        await house.service.database.close()
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        server.drop_database(str(house.service.database.url.database))
    answer = await house.web.get("/r/anything", headers=PERSON)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "We cannot reach our database" in answer.text
