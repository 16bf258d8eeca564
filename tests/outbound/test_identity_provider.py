"""What an identity provider says is believed as far as its signature goes, and not a word further."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response

from dispatch.outbound.identity_provider import IdentityProvider
from dispatch.outbound.identity_trouble import NotProven, ProviderTrouble
from tests.conftest import Later
from tests.outbound.edge import LOCAL_HOSTS
from tests.outbound.provider import CLIENT_ID, CLIENT_SECRET, Provider, provider_running

BACK = "https://dispatch.example/sign-in/provider/back"
VERIFIER = "v" * 46


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 7, 10, 14, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with provider_running() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ours(provider: Provider, clock: Clock) -> AsyncIterator[IdentityProvider]:
    one = IdentityProvider(
        provider.issuer + "/", CLIENT_ID, CLIENT_SECRET, now=clock, allowed_hosts=LOCAL_HOSTS, timeout=30
    )
    yield one
    await one.close()


async def _identify(provider: Provider, ours: IdentityProvider, *, nonce: str = "n1", **more: Any) -> tuple[str, ...]:
    url = await ours.authorization_url(BACK, state="s1", nonce=nonce, verifier=VERIFIER)
    return await ours.identify(provider.give_code(url), BACK, **{"nonce": nonce, "verifier": VERIFIER, **more})


async def test_an_honest_provider_says_who_it_is(provider: Provider, ours: IdentityProvider) -> None:
    assert await _identify(provider, ours) == ("u-17",)


async def test_an_address_counts_once_it_is_verified(provider: Provider, ours: IdentityProvider) -> None:
    """Anybody may write any address into their profile at some providers."""
    for verified in (None, False, "true", 1):
        provider.claims = {"email": "cora@example.org", "email_verified": verified}
        assert await _identify(provider, ours) == ("u-17",)
    provider.claims["email_verified"] = True
    assert await _identify(provider, ours) == ("u-17", "cora@example.org")


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": ["somebody-else"]},
        {"aud": [CLIENT_ID, "somebody-else"], "azp": "somebody-else"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
async def test_a_token_for_something_else_proves_nothing(
    provider: Provider, ours: IdentityProvider, lie: dict[str, Any]
) -> None:
    provider.claims = lie
    with pytest.raises(NotProven):
        await _identify(provider, ours)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_signature_is_the_providers_own(provider: Provider, ours: IdentityProvider, algorithm: str) -> None:
    """No signature, or one with a secret that others know, is none."""
    provider.algorithm = algorithm
    with pytest.raises(NotProven):
        await _identify(provider, ours)


async def test_a_strangers_key_signs_nothing(provider: Provider, ours: IdentityProvider) -> None:
    """Not even under the name of a key that the provider has."""
    provider.signs_with = "stranger"
    with pytest.raises(NotProven):
        await _identify(provider, ours)


async def test_the_verifier_must_be_the_one_of_the_beginning(provider: Provider, ours: IdentityProvider) -> None:
    """A code that was stolen on the way back is worth nothing (PKCE)."""
    with pytest.raises(NotProven):
        await _identify(provider, ours, verifier="w" * 46)


async def test_a_code_is_taken_once(provider: Provider, ours: IdentityProvider) -> None:
    url = await ours.authorization_url(BACK, state="s1", nonce="n1", verifier=VERIFIER)
    code = provider.give_code(url)
    await ours.identify(code, BACK, nonce="n1", verifier=VERIFIER)
    with pytest.raises(NotProven):
        await ours.identify(code, BACK, nonce="n1", verifier=VERIFIER)


async def test_keys_are_asked_for_once_and_again_when_they_change(
    provider: Provider, ours: IdentityProvider, clock: Clock
) -> None:
    """A provider changes its keys; a flood of tokens with made-up keys must not become a flood of questions."""
    for _ in range(3):
        await _identify(provider, ours)
    assert provider.asked.count("/keys") == 1
    assert provider.asked.count("/.well-known/openid-configuration") == 1
    provider.shows_keys, provider.signs_with = ("second",), "second"
    for _ in range(3):
        with pytest.raises(NotProven):
            await _identify(provider, ours)
    assert provider.asked.count("/keys") == 1
    clock.moment += timedelta(minutes=1)
    assert await _identify(provider, ours) == ("u-17",)
    assert provider.asked.count("/keys") == 2
    clock.moment += timedelta(hours=1)
    await _identify(provider, ours)
    assert provider.asked.count("/.well-known/openid-configuration") == 2


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", Response(status_code=500)),
        ("/.well-known/openid-configuration", Response("<html>", media_type="text/html")),
        ("/.well-known/openid-configuration", JSONResponse([])),
        ("/.well-known/openid-configuration", JSONResponse({"issuer": "https://elsewhere.example"})),
        ("/.well-known/openid-configuration", RedirectResponse("https://elsewhere.example/")),
        ("/keys", JSONResponse({"keys": []}, status_code=503)),
        ("/token", Response(b"x" * 400_000)),
    ],
    ids=["500", "html", "a list", "another issuer", "a redirect", "no keys now", "endless"],
)
async def test_an_answer_that_is_none_is_trouble(
    provider: Provider, ours: IdentityProvider, path: str, answer: Response
) -> None:
    provider.answers[path] = answer
    with pytest.raises(ProviderTrouble):
        await _identify(provider, ours)


@pytest.mark.parametrize("answer", [{"keys": []}, {"keys": [{"kty": "oct", "k": "AAAA"}]}, {}], ids=str)
async def test_keys_that_are_none_prove_nothing(
    provider: Provider, ours: IdentityProvider, answer: dict[str, Any]
) -> None:
    provider.answers["/keys"] = JSONResponse(answer)
    with pytest.raises((NotProven, ProviderTrouble)):
        await _identify(provider, ours)


async def test_no_secret_is_sent_anywhere_weaker_than_the_issuer(clock: Clock, provider: Provider) -> None:
    """A provider on https whose configuration names plain http, or nothing, gets no secret of ours."""
    for endpoint in ("ftp://elsewhere.example/token", None, 7):
        provider.answers["/.well-known/openid-configuration"] = JSONResponse(
            {"issuer": provider.issuer, "token_endpoint": endpoint}
        )
        one = IdentityProvider(provider.issuer, CLIENT_ID, CLIENT_SECRET, now=clock, allowed_hosts=LOCAL_HOSTS)
        with pytest.raises(ProviderTrouble):
            await one.identify("code", BACK, nonce="n1", verifier=VERIFIER)
        await one.close()


async def test_a_provider_that_is_away_is_trouble(clock: Clock) -> None:
    one = IdentityProvider("http://127.0.0.1:9", CLIENT_ID, CLIENT_SECRET, now=clock, allowed_hosts=LOCAL_HOSTS)
    with pytest.raises(ProviderTrouble) as trouble:
        await one.authorization_url(BACK, state="s1", nonce="n1", verifier=VERIFIER)
    assert CLIENT_SECRET not in str(trouble.value)
    await one.close()


async def test_ten_seconds_are_for_all_that_one_sign_in_asks(provider: Provider, clock: Clock, later: Later) -> None:
    """A slot is held no longer, however many questions there are: where it is, who it is, with which keys."""
    provider.hangs = {"/.well-known/openid-configuration", "/token"}
    one = IdentityProvider(provider.issuer, CLIENT_ID, CLIENT_SECRET, now=clock, allowed_hosts=LOCAL_HOSTS)
    asking = asyncio.create_task(one.identify("code", BACK, nonce="n1", verifier=VERIFIER))
    while not provider.asked:  # noqa: ASYNC110  # it answers from this very loop
        await asyncio.sleep(0)
    await later(6)
    provider.goes_on.set()
    provider.goes_on = asyncio.Event()
    while "/token" not in provider.asked:  # noqa: ASYNC110  # it answers from this very loop
        await asyncio.sleep(0)
    await later(5)
    assert asking.done()
    with pytest.raises(ProviderTrouble, match="no answer in time"):
        await asking
    await one.close()
