"""Signed webhooks, over real HTTP and checked with the consumer's half of the same package."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from dispatch.outbound.webhook import PER_HOST, WebhookSender
from dispatch.rules.delivery.sending import Accepted, OperatorFault, Refused, SendOutcome, TryAgain
from dispatch.rules.facts.moments import NaiveMoment
from tests.conftest import Later
from tests.outbound.edge import LOCAL_HOSTS, Edge, Reply, drips, edge_server, hangs, id_of, raw, says

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"code":"K7Q","status":"acknowledged","name":"Peña"}'


@pytest.fixture
async def sender() -> AsyncIterator[WebhookSender]:
    one = WebhookSender(allowed_hosts=LOCAL_HOSTS, timeout=30)
    yield one
    await one.close()


async def post(
    sender: WebhookSender, url: str, *, secret: str = SECRET, timestamp: datetime | None = None
) -> SendOutcome:
    moment = timestamp or datetime.now(UTC)
    return await sender.post(url=url, secrets=[secret], webhook_id="msg_7", timestamp=moment, body=BODY)


async def test_the_consumer_can_verify_it(edge: Edge, sender: WebhookSender) -> None:
    """The reference implementation accepts what we sign, and refuses it once a byte has changed."""
    edge.will(says(204))
    assert await post(sender, edge.url + "/hook?agency=LBPD") == Accepted("msg_7", "delivered")
    [request] = edge.arrived
    assert (request.method, request.path, request.query) == ("POST", "/hook", [("agency", "LBPD")])
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == "msg_7"
    assert Webhook(SECRET).verify(request.body, request.headers)["name"] == "Peña"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.body.replace(b"K7Q", b"K7R"), request.headers)


async def test_each_secret_has_its_signature(edge: Edge, sender: WebhookSender) -> None:
    """While an agency changes its secret, whoever has either of the two can verify what we post."""
    newer = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    edge.will(says(204))
    await sender.post(url=edge.url, secrets=[newer, SECRET], webhook_id="msg_7", timestamp=datetime.now(UTC), body=BODY)
    [request] = edge.arrived
    for secret in (newer, SECRET):
        Webhook(secret).verify(request.body, request.headers)


async def test_a_moment_in_another_zone_is_signed_right(edge: Edge, sender: WebhookSender) -> None:
    """The package reads any moment's digits as UTC; one in local time must still verify."""
    edge.will(says(200))
    await post(sender, edge.url, timestamp=datetime.now(timezone(timedelta(hours=-8))))
    Webhook(SECRET).verify(edge.arrived[0].body, edge.arrived[0].headers)


async def test_a_naive_moment_is_refused(sender: WebhookSender) -> None:
    """A moment without an offset would be signed as another hour."""
    with pytest.raises(NaiveMoment):
        await post(sender, "http://127.0.0.1:9", timestamp=datetime(2026, 11, 4))  # noqa: DTZ001 - what is tested


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (says(200), Accepted("msg_7", "delivered")),
        (says(202, "{}"), Accepted("msg_7", "delivered")),
        (says(410), Refused("410", "the agency's webhook answered HTTP 410")),
        (says(301, Location="http://127.0.0.1:9/"), TryAgain("the agency's webhook answered HTTP 301", 1.0)),
        (says(400), TryAgain("the agency's webhook answered HTTP 400", 1.0)),
        (says(401), TryAgain("the agency's webhook answered HTTP 401", 1.0)),
        (says(404), TryAgain("the agency's webhook answered HTTP 404", 1.0)),
        (says(409), TryAgain("the agency's webhook answered HTTP 409", 1.0)),
        (says(429, Retry_After="9"), TryAgain("the agency's webhook answered HTTP 429", 9.0)),
        (says(500), TryAgain("the agency's webhook answered HTTP 500", 1.0)),
        (says(503, Retry_After="120"), TryAgain("the agency's webhook answered HTTP 503", 30.0)),
    ],
    ids=id_of,
)
async def test_what_the_agency_answers(edge: Edge, sender: WebhookSender, reply: Reply, expected: SendOutcome) -> None:
    """2xx is delivered, 410 wants no more, and all else may pass: a proxy answers 404 while the program behind it is
    being replaced. Nothing is followed or repeated at once."""
    edge.will(reply)
    assert await post(sender, edge.url) == expected
    assert len(edge.arrived) == 1


@pytest.mark.parametrize("reply", [raw(b"HTTP/1.1 2"), raw(b"nonsense\r\n\r\n", "garbage")], ids=id_of)
async def test_no_clear_answer_is_tried_again(edge: Edge, sender: WebhookSender, reply: Reply) -> None:
    """Cut lines are ambiguous, but the agency de-duplicates, so they are simply repeated."""
    edge.will(reply)
    assert isinstance(await post(sender, edge.url), TryAgain)


async def test_silence_is_tried_again_after_the_timeout(edge: Edge, later: Later) -> None:
    """An agency that takes the request and says nothing is given up on when the whole exchange may last no longer."""
    sender = WebhookSender(allowed_hosts=LOCAL_HOSTS, timeout=60)
    edge.will(hangs)
    posting = asyncio.create_task(post(sender, edge.url))
    await edge.hears(1)
    await later(59)
    assert not posting.done()
    await later(1)
    assert await posting == TryAgain("no answer in time (TimeoutError)", 1.0)
    await sender.close()


async def test_a_long_answer_is_not_waited_for(edge: Edge, sender: WebhookSender) -> None:
    """The status is the answer; a body that never ends costs us nothing."""
    edge.will(drips)
    assert await post(sender, edge.url) == Accepted("msg_7", "delivered")


async def test_nobody_listens(sender: WebhookSender) -> None:
    """An agency whose server is down gets the change later."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert isinstance(await post(sender, f"http://127.0.0.1:{port}"), TryAgain)


@pytest.mark.parametrize("url", ["agency.example", "ftp://agency.example", "http://", "http://[::1", "http://a:99999"])
async def test_a_url_that_is_none_is_the_operators_fault(sender: WebhookSender, url: str) -> None:
    """A registration that cannot work must be mended by a person."""
    assert await post(sender, url) == OperatorFault(None, "the agency's webhook URL is not valid")


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_a", "whsec_ñ"])
async def test_a_secret_that_is_none_is_the_operators_fault(sender: WebhookSender, secret: str) -> None:
    """Nothing is sent that the agency could not verify."""
    outcome = await post(sender, "http://127.0.0.1:9", secret=secret)
    assert isinstance(outcome, OperatorFault)


async def test_one_agency_that_hangs_does_not_hold_up_another(edge: Edge) -> None:
    """A host has its share of the connections and no more."""
    sender = WebhookSender(
        allowed_hosts=LOCAL_HOSTS, timeout=3600
    )  # nothing gives up before it is cancelled, on a busy machine either
    edge.will(hangs)
    async with edge_server() as quick:
        quick.will(says(200))
        stuck = [asyncio.create_task(post(sender, edge.url)) for _ in range(150)]
        await edge.hears(PER_HOST)
        async with asyncio.timeout(60):
            assert isinstance(await post(sender, quick.url), Accepted)
        assert not any(one.done() for one in stuck)
        for one in stuck:
            one.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
    await sender.close()


async def test_after_the_close_nothing_is_sent(edge: Edge, sender: WebhookSender) -> None:
    """A webhook that meets a shutdown is left for the next start of the service."""
    await sender.close()
    assert isinstance(await post(sender, edge.url), TryAgain)
    assert edge.arrived == []
