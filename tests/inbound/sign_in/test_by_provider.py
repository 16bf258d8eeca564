"""Signing in by an identity provider, which runs in a process of its own."""

import gc
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import httpx
import pytest

from demo.town import town_settings
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.app import Service
from dispatch.credentials.journeys import Journey
from dispatch.outbound.identity_provider import IdentityProvider
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from tests.inbound.house import PUBLIC_URL, SECRET_KEY
from tests.inbound.sign_in.oidc import have_user, oidc_provider, say_who
from tests.inbound.sign_in.room import Door, Ui
from tests.outbound.edge import LOCAL_HOSTS
from tests.outbound.provider import CLIENT_ID, CLIENT_SECRET, provider_running


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with oidc_provider() as running:
        yield running


@pytest.fixture
async def with_provider(ui: Ui, issuer: str) -> AsyncIterator[Ui]:
    """Cora signs in at the provider as u-17, Omar with his address."""
    proving = ui.house.service.web.state.proving
    proving.provider = IdentityProvider(issuer, "dispatch", "a secret", now=ui.house.clock, allowed_hosts=LOCAL_HOSTS)
    roster = await ui.roster()
    words = {"cora": "u-17", "omar": "Omar@example.org"}
    people = tuple(replace(person, sign_in=words.get(person.id)) for person in roster.people)
    await ui.house.service.runner.act(import_roster, replace(roster, people=people), OPERATOR, Source.CLI)
    yield ui
    await proving.provider.close()


async def _leave(door: Door, wanted: str = "/account") -> str:
    """Off to the provider; returns its address."""
    sent = await door.get(f"/sign-in/provider?{urlencode({'next': wanted})}")
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


async def _come_back(door: Door, back: str) -> httpx.Response:
    assert back.startswith(f"{PUBLIC_URL}/sign-in/provider/back?")
    return await door.get(back.removeprefix(PUBLIC_URL), **{"Sec-Fetch-Site": "cross-site"})


async def test_whoever_the_roster_names_is_signed_in(with_provider: Ui, issuer: str) -> None:
    """Without a password or an account of ours; and goes on to where they wanted."""
    ui = with_provider
    async with ui.browser() as door:
        assert "identity provider" in (await door.get("/sign-in")).text
        done = await _come_back(door, say_who(issuer, await _leave(door, "/users"), "u-17"))
        assert (done.status_code, done.headers["location"]) == (303, "/users")
        assert await door.is_signed_in()
        assert "there is no password here" in (await door.get("/account")).text
    assert await ui.house.rows(t.account) == []
    assert (await ui.audit())[-1] == (
        "coordinator cora",
        "signed in",
        "by the identity provider",
    )


@pytest.mark.parametrize("subject", ["u-99", "cora", "ana"])
async def test_no_account_is_made_by_itself(with_provider: Ui, issuer: str, subject: str) -> None:
    """Whoever the roster does not name is told so; nothing of ours is made, and the audit knows."""
    ui = with_provider
    async with ui.browser() as door:
        answer = await _come_back(door, say_who(issuer, await _leave(door), subject))
        assert (answer.status_code, "nobody in the roster" in answer.text) == (403, True)
        assert not await door.is_signed_in()
    assert await ui.house.rows(t.session) == []
    assert await ui.house.rows(t.account) == []
    assert (await ui.audit())[-1][:2] == ("stranger", "failed to sign in")


async def test_a_specialist_has_no_account_there_either(with_provider: Ui, issuer: str) -> None:
    await with_provider.give_roles("omar", Role.SPECIALIST)
    have_user(issuer, "u-20", email="omar@example.org", email_verified=True)
    async with with_provider.browser() as door:
        answer = await _come_back(door, say_who(issuer, await _leave(door), "u-20"))
        assert answer.status_code == 403


async def test_a_way_back_is_taken_once_and_by_whoever_left(with_provider: Ui, issuer: str) -> None:
    """A link back that somebody sends on signs nobody else in, nor the same person again."""
    async with with_provider.browser() as door, with_provider.browser() as victim:
        back = say_who(issuer, await _leave(door), "u-17")
        assert (await _come_back(victim, back)).status_code == 422
        await _leave(victim)  # with a journey of its own under way
        assert (await _come_back(victim, back)).status_code == 422
        assert not await victim.is_signed_in()
        assert (await _come_back(door, back)).status_code == 303
        again = await _come_back(door, back)
        assert again.status_code == 422
        assert "begin again" in again.text


async def test_a_journey_ends_with_its_first_way_back(with_provider: Ui, issuer: str) -> None:
    async with with_provider.browser() as door:
        url = await _leave(door)
        state = parse_qs(urlsplit(url).query)["state"][0]
        wrong = await door.get(f"/sign-in/provider/back?code=made-up&state={state}")
        assert (wrong.status_code, "You are not signed in" in wrong.text) == (422, True)
        assert (await _come_back(door, say_who(issuer, url, "u-17"))).status_code == 422


@pytest.mark.parametrize("keys", ["", SECRET_KEY])
async def test_a_way_back_may_lead_to_another_node(database_url: str, keys: str) -> None:
    """Nodes have the same settings, and a proxy sends a browser to any of them. Another house's journey is none."""
    identity = {"oidc_issuer": "https://login.example", "oidc_client_id": CLIENT_ID, "secret_keys": keys}
    one, node, other = (
        Service(town_settings(database_url, PUBLIC_URL, "https://c.example", **identity, oidc_client_secret=secret))
        for secret in (CLIENT_SECRET, CLIENT_SECRET, "another")
    )
    journey, now = Journey("state", "nonce", "verifier", "/"), one.runner.now()
    signed = one.web.state.proving.journeys.signed(journey, now)
    assert node.web.state.proving.journeys.opened(signed, now) == journey
    assert (other.web.state.proving.journeys.opened(signed, now) is None) == (not keys)


async def test_whoever_refuses_at_the_provider_is_back_at_our_page(with_provider: Ui) -> None:
    async with with_provider.browser() as door:
        state = parse_qs(urlsplit(await _leave(door)).query)["state"][0]
        answer = await door.get(f"/sign-in/provider/back?error=access_denied&state={state}")
        assert answer.status_code == 422


async def test_what_is_asked_of_the_provider(with_provider: Ui) -> None:
    """A code for PKCE, a nonce and a state, each drawn again; and the way back is the public URL's."""
    asked = []
    async with with_provider.browser() as door:
        for _ in range(2):
            query = parse_qs(urlsplit(await _leave(door)).query)
            asked.append({name: values[0] for name, values in query.items()})
    for one in asked:
        assert one["redirect_uri"] == f"{PUBLIC_URL}/sign-in/provider/back"
        assert (one["response_type"], one["code_challenge_method"]) == ("code", "S256")
        assert "openid" in one["scope"].split()
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example"])
async def test_the_way_on_stays_with_us(with_provider: Ui, issuer: str, wanted: str) -> None:
    async with with_provider.browser() as door:
        done = await _come_back(door, say_who(issuer, await _leave(door, wanted), "u-17"))
        assert done.headers["location"] == "/"


async def test_a_provider_that_is_away_does_not_keep_passwords_out(ui: Ui) -> None:
    proving = ui.house.service.web.state.proving
    enrolled = await ui.enrol()
    proving.provider = IdentityProvider(
        "http://127.0.0.1:9", "dispatch", "a secret", now=ui.house.clock, allowed_hosts=LOCAL_HOSTS
    )
    async with ui.browser() as door:
        answer = await door.get("/sign-in/provider")
        assert (answer.status_code, "cannot be asked" in answer.text) == (503, True)
        assert (await ui.sign_in(enrolled, door)).status_code == 303
    await proving.provider.close()


async def test_a_service_that_stops_leaves_no_session_open(database_url: str) -> None:
    """Neither to the identity provider nor to the carrier nor to an agency, once it has asked each."""
    before = _open_sessions()
    async with provider_running() as provider:
        identity = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
        service = Service(town_settings(database_url, PUBLIC_URL, provider.issuer, **identity))
        await service.open()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.web), base_url=PUBLIC_URL) as web:
            sent = await web.get("/sign-in/provider")
        assert sent.headers["location"].startswith(f"{provider.issuer}/authorize")
        await service.carrier.check()
        await service._webhooks.post(
            url=provider.issuer, secrets=["whsec_AAAA"], webhook_id="1", timestamp=service.runner.now(), body="{}"
        )
        opened = _open_sessions() - before
        assert len(opened) == 3
        await service.stop()
        assert all(session.closed for session in opened)


def _open_sessions() -> set[aiohttp.ClientSession]:
    return {one for one in gc.get_objects() if type(one) is aiohttp.ClientSession and not one.closed}


async def test_without_a_provider_there_is_no_such_way(ui: Ui) -> None:
    async with ui.browser() as door:
        assert "identity provider" not in (await door.get("/sign-in")).text
        assert (await door.get("/sign-in/provider")).headers["location"] == "/sign-in"
        assert (await door.get("/sign-in/provider/back?code=x&state=y")).status_code == 422
