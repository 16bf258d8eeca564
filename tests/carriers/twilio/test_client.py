"""The carrier adapter through the real SDK over real HTTP, against a server that says exactly what it is told."""

import asyncio
import json
import socket
from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.outbound import http_session
from dispatch.rules.delivery.sending import (
    Accepted,
    CarrierUnreachable,
    Found,
    Meaning,
    OperatorFault,
    Progress,
    Refused,
    SendOutcome,
    TryAgain,
    Unknown,
)
from dispatch.rules.facts.moments import NaiveMoment
from tests.conftest import Later
from tests.outbound.edge import CALL, LOCAL_HOSTS, TEXT, Edge, Reply, drips, hangs, id_of, raw, refuses, says

PUBLIC_URL = "https://dispatch.example/a%20b?x=%2B1"  # odd on purpose: it must arrive unchanged
POLICY = "#rc=5&rp=all&ct=2000&rt=4000"
MINUTE = 60.0


def carrier_at(api_url: str, read_timeout: float = 30) -> TwilioCarrier:
    return TwilioCarrier(
        "AC1",
        "token",
        "+15625550100",
        public_url=PUBLIC_URL,
        api_url=api_url,
        allowed_hosts=LOCAL_HOSTS,
        read_timeout=read_timeout,
    )


async def text(carrier: TwilioCarrier) -> SendOutcome:
    return await carrier.send_text("7", to="+15625550101", body="LBPD K7Q")


async def call(carrier: TwilioCarrier) -> SendOutcome:
    return await carrier.place_call("7", to="+15625550101")


# ---- what goes out -------------------------------------------------------------------------------------------------


async def test_a_text_is_sent(edge: Edge, carrier: TwilioCarrier) -> None:
    """A text goes out with our credentials and every field as given, the callback URL to the last character."""
    edge.will(says(201, TEXT))
    assert await text(carrier) == Accepted(TEXT["sid"], "queued")
    [request] = edge.arrived
    assert (request.method, request.path) == ("POST", "/2010-04-01/Accounts/AC1/Messages.json")
    assert request.headers["authorization"] == "Basic " + b64encode(b"AC1:token").decode()
    assert dict(request.form) == {
        "To": "+15625550101",
        "From": "+15625550100",
        "Body": "LBPD K7Q",
        "StatusCallback": f"{PUBLIC_URL}/twilio/sms/status/7{POLICY}",
        "ValidityPeriod": "3600",
    }


async def test_a_call_is_placed(edge: Edge, carrier: TwilioCarrier) -> None:
    """A call asks for its four events as repeated fields, and for machine detection that delays nobody's answer."""
    edge.will(says(201, CALL))
    assert await call(carrier) == Accepted(CALL["sid"], "queued")
    [request] = edge.arrived
    assert request.path == "/2010-04-01/Accounts/AC1/Calls.json"
    assert request.all("StatusCallbackEvent") == ["initiated", "ringing", "answered", "completed"]
    assert request.all("Url") == [f"{PUBLIC_URL}/twilio/voice/page/7{POLICY}"]
    assert request.all("StatusCallback") == [f"{PUBLIC_URL}/twilio/voice/status/7{POLICY}"]
    assert request.all("Timeout") == ["60"]
    assert request.all("AsyncAmd") == ["true"]
    assert request.all("AsyncAmdStatusCallback") == [f"{PUBLIC_URL}/twilio/voice/status/7{POLICY}"]


async def test_what_the_carrier_would_refuse_is_made_to_fit(edge: Edge, carrier: TwilioCarrier) -> None:
    """A text that is too long is cut: a refused page reaches nobody."""
    edge.will(says(201, TEXT))
    await carrier.send_text("7", to="+15625550101", body="x" * 2000)
    [request] = edge.arrived
    assert [len(body) for body in request.all("Body")] == [1600]


async def test_texts_keep_their_characters(edge: Edge, carrier: TwilioCarrier) -> None:
    """Spanish, emoji, plus signs and ampersands arrive as they were written."""
    edge.will(says(201, TEXT))
    body = "¿Puede ir? 1+1&2=3 👍\n100%"
    await carrier.send_text("7", to="+15625550101", body=body)
    assert edge.arrived[0].all("Body") == [body]


async def test_one_connection_serves_several_texts(edge: Edge, carrier: TwilioCarrier) -> None:
    """Connections are reused: the second page does not pay for another handshake."""
    edge.will(says(201, TEXT))
    for _ in range(3):
        await text(carrier)
    assert edge.connections == 1


async def test_a_sid_of_any_shape_is_taken(edge: Edge, carrier: TwilioCarrier) -> None:
    """A second carrier identifies its texts by UUIDs."""
    edge.will(says(201, {**TEXT, "sid": "0a59f8ee-0000-4000-8000-000000000001"}))
    assert await text(carrier) == Accepted("0a59f8ee-0000-4000-8000-000000000001", "queued")


async def test_a_second_carriers_base_url_may_have_a_path(edge: Edge) -> None:
    """SignalWire's API is below a path of its own."""
    edge.will(says(201, TEXT))
    second = carrier_at(edge.url + "/api/laml")
    await text(second)
    await second.close()
    assert edge.arrived[0].path == "/api/laml/2010-04-01/Accounts/AC1/Messages.json"


async def test_a_stray_environment_does_not_send_pages_elsewhere(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only our own settings say where pages go, whatever the SDK would read from the environment."""
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    edge.will(says(201, TEXT))
    carrier = carrier_at(edge.url)
    assert isinstance(await text(carrier), Accepted)
    await carrier.close()


# ---- what an error means -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("send", [text, call])
@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (refuses(400, 21211), Refused("21211", "no", Meaning.BAD_NUMBER)),
        (refuses(400, 21214), Refused("21214", "no", Meaning.BAD_NUMBER)),
        (refuses(400, 21217), Refused("21217", "no", Meaning.BAD_NUMBER)),
        (refuses(400, 21614), Refused("21614", "no", Meaning.NO_TEXTS)),
        (refuses(400, 21635), Refused("21635", "no", Meaning.NO_TEXTS)),
        (refuses(400, 21610), Refused("21610", "no", Meaning.OPTED_OUT)),
        (refuses(400, "21610"), Refused("21610", "no", Meaning.OPTED_OUT)),
        (refuses(400, 23456), Refused("23456", "no", Meaning.UNEXPLAINED)),
        (refuses(401, 20003), OperatorFault("20003", "no", Meaning.ACCOUNT)),
        (refuses(400, 21606), OperatorFault("21606", "no", Meaning.OPERATOR)),
        (refuses(403, 21408), OperatorFault("21408", "no", Meaning.OPERATOR)),
        (refuses(400, 21608), OperatorFault("21608", "no", Meaning.OPERATOR)),
        (refuses(429, 20429), TryAgain("no", 1.0)),
        (refuses(500, 20500), Unknown("no")),
        (refuses(503, 20503), Unknown("no")),
    ],
    ids=id_of,
)
async def test_the_carriers_errors(
    edge: Edge,
    carrier: TwilioCarrier,
    send: Callable[[TwilioCarrier], Awaitable[SendOutcome]],
    reply: Reply,
    expected: SendOutcome,
) -> None:
    """Each class of error from the carrier comes out of the SDK as its own outcome, after one try."""
    edge.will(reply)
    assert await send(carrier) == expected
    assert len(edge.arrived) == 1


async def test_the_phone_number_in_an_error_is_not_kept(edge: Edge, carrier: TwilioCarrier) -> None:
    """The carrier quotes the number that it refuses; we keep only the last four digits."""
    edge.will(refuses(400, 21211, "The 'To' number +15625550101 is not a valid phone number."))
    outcome = await text(carrier)
    assert outcome == Refused("21211", "The 'To' number …0101 is not a valid phone number.", Meaning.BAD_NUMBER)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "3600"}, 30.0),
        ({"Retry_After": "soon"}, 1.0),
        ({"Retry_After": "Wed, 04 Nov 2026 10:14:12 GMT", "Date": "Wed, 04 Nov 2026 10:14:00 GMT"}, 12.0),
        ({"Retry_After": "Wed, 04 Nov 2026 10:14:12 GMT"}, 1.0),
    ],
)
async def test_retry_after_is_honoured(
    edge: Edge, carrier: TwilioCarrier, headers: dict[str, str], seconds: float
) -> None:
    """A carrier that is busy says for how long, in seconds or as a date; we believe it up to half a minute."""
    edge.will(says(429, {"code": 20429, "message": "slow down", "status": 429}, **headers))
    assert await text(carrier) == TryAgain("slow down", seconds)


async def test_an_error_in_the_newer_shape(edge: Edge, carrier: TwilioCarrier) -> None:
    """The SDK raises another exception for problem+json; it is sorted all the same."""
    problem = {"type": "about:blank", "title": "opted out", "status": 400, "code": 21610}
    edge.will(says(400, problem))
    assert await text(carrier) == Refused("21610", "opted out", Meaning.OPTED_OUT)


async def test_the_status_counts_that_http_gave(edge: Edge, carrier: TwilioCarrier) -> None:
    """A 502 whose body claims to be a 400 is a 502: whether the text went out is unknown."""
    problem = {"type": "about:blank", "title": "lies", "status": 400, "code": 21211}
    edge.will(says(502, problem))
    assert await text(carrier) == Unknown("lies")


async def test_an_error_page_of_something_in_between(edge: Edge, carrier: TwilioCarrier) -> None:
    """An HTML page is an answer too: 5xx is ambiguous, 400 a refusal, 404 a wrong address."""
    edge.will(says(502, "<html>bad gateway"), says(400, "<html>"), says(404, "<html>"))
    outcomes = [await text(carrier) for _ in range(3)]
    assert [type(outcome) for outcome in outcomes] == [Unknown, Refused, OperatorFault]
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].code is None


async def test_a_redirect_is_not_followed(edge: Edge, carrier: TwilioCarrier) -> None:
    """A page is not posted to wherever a redirect points; the operator is told."""
    edge.will(says(307, "", Location=f"{edge.url}/elsewhere"))
    assert isinstance(await text(carrier), OperatorFault)
    assert len(edge.arrived) == 1


@pytest.mark.parametrize(
    "reply",
    [
        says(201, "<html>upstream said yes</html>"),
        says(201, ""),
        says(201, "{}"),
        says(201, "[]"),
        says(201, "null"),
        says(201, '"queued"'),
        says(201, json.dumps(TEXT)[:-20]),
        says(201, {"sid": None, "status": "queued"}),
        says(201, {"sid": 17, "status": "queued"}),
        says(200, {}),
    ],
    ids=id_of,
)
async def test_a_success_that_does_not_parse_is_ambiguous(edge: Edge, carrier: TwilioCarrier, reply: Reply) -> None:
    """It says yes, but not to what: the text is looked for, neither believed to be sent nor repeated."""
    edge.will(reply)
    assert isinstance(await text(carrier), Unknown)


@pytest.mark.parametrize(
    "reply",
    [
        raw(b""),
        raw(b"HTTP/1.1 201 Cre"),
        raw(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"),
        raw(b"\x16\x03\x01 this is not HTTP\r\n\r\n"),
        raw(b"HTTP/1.1 201 X\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
    ],
    ids=["nothing", "half a line", "half a body", "garbage", "broken gzip"],
)
async def test_a_cut_line_is_ambiguous(edge: Edge, carrier: TwilioCarrier, reply: Reply) -> None:
    """A disconnect after the request proves nothing, and the client does not repeat the request by itself."""
    edge.will(reply)
    assert isinstance(await text(carrier), Unknown)
    assert len(edge.arrived) == 1


async def test_a_kept_connection_that_was_cut_is_ambiguous(edge: Edge, carrier: TwilioCarrier) -> None:
    """The second request over a connection may be lost with it; the SDK's client would have posted it again."""
    edge.will(says(201, TEXT), raw(b""))
    assert isinstance(await text(carrier), Accepted)
    assert isinstance(await text(carrier), Unknown)
    assert len(edge.arrived) == 2


async def test_silence_is_ambiguous_and_the_timeout_holds(edge: Edge, later: Later) -> None:
    """A carrier that takes the request and says nothing is given up on after the read timeout."""
    carrier = carrier_at(edge.url, MINUTE)
    edge.will(hangs)
    sending = asyncio.create_task(text(carrier))
    await edge.hears(1)
    await later(MINUTE - 1)
    assert not sending.done()
    await later(1)
    assert await sending == Unknown("no answer in time (SocketTimeoutError)")
    await carrier.close()


async def test_a_dripping_answer_ends(edge: Edge, later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that comes byte by byte never trips a timeout on silence, so the whole exchange is bounded as well."""
    monkeypatch.setattr(http_session, "CONNECTION_SECONDS", MINUTE)
    carrier = carrier_at(edge.url, MINUTE)
    edge.will(drips)
    sending = asyncio.create_task(text(carrier))
    await edge.hears(1)
    for _ in range(19):
        await later(MINUTE / 10)  # and a byte comes
    assert not sending.done()
    await later(MINUTE / 10)
    assert await sending == Unknown("no answer in time (TimeoutError)")
    await carrier.close()


async def test_a_refused_connection_is_safe_to_repeat() -> None:
    """Nothing listens, so nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    carrier = carrier_at(f"http://127.0.0.1:{port}")
    assert await text(carrier) == TryAgain("could not connect (ClientConnectorError)", 1.0)
    await carrier.close()


async def test_a_name_that_does_not_resolve_is_safe_to_repeat() -> None:
    """Without an address nothing was sent."""
    carrier = carrier_at("http://carrier.invalid")
    assert isinstance(await text(carrier), TryAgain)
    await carrier.close()


async def test_a_refused_handshake_is_safe_to_repeat() -> None:
    """Without a TLS handshake nothing was sent."""

    async def speaks_no_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 plain HTTP here\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(speaks_no_tls, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        carrier = carrier_at(f"https://127.0.0.1:{port}")
        outcome = await text(carrier)
        await carrier.close()
    assert isinstance(outcome, TryAgain)
    assert outcome.reason.startswith("could not connect")


async def test_too_slow_to_connect_is_safe_to_repeat(later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose queue is full never accepts the connection: the connect timeout holds, and nothing was sent."""
    monkeypatch.setattr(http_session, "CONNECT_SECONDS", MINUTE)
    monkeypatch.setattr(http_session, "CONNECTION_SECONDS", 3 * MINUTE)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        carrier = carrier_at(f"http://127.0.0.1:{address[1]}", 3 * MINUTE)
        sending = asyncio.create_task(text(carrier))
        await later(0)  # it has begun to connect
        await later(MINUTE - 1)
        assert not sending.done()
        await later(1 + 1)  # aiohttp ends such a timeout at a whole second
        assert await sending == TryAgain("could not connect (ConnectionTimeoutError)", 1.0)
        await carrier.close()
        for filler in fillers:
            filler.close()


async def test_no_free_connection_is_safe_to_repeat(edge: Edge, later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    """A send that got no connection from the pool was not sent, while the one before it is ambiguous."""
    monkeypatch.setattr(http_session, "CONNECTIONS", 1)
    monkeypatch.setattr(http_session, "CONNECTION_SECONDS", MINUTE)
    edge.will(hangs)
    carrier = carrier_at(edge.url, 2 * MINUTE)
    first, second = asyncio.create_task(text(carrier)), asyncio.create_task(text(carrier))
    while not edge.arrived:  # noqa: ASYNC110  # the edge answers from this very loop
        await asyncio.sleep(0)
    await later(MINUTE + 1)
    assert isinstance(await second, TryAgain)
    await later(MINUTE)
    assert isinstance(await first, Unknown)
    assert len(edge.arrived) == 1
    await carrier.close()


async def test_a_url_that_is_none_is_the_operators_fault() -> None:
    """Trying again does not mend a wrong setting."""
    carrier = carrier_at("carrier.example")
    assert await text(carrier) == OperatorFault(None, "the carrier's API URL is not valid")
    await carrier.close()


async def test_after_the_close_nothing_is_sent(edge: Edge, carrier: TwilioCarrier) -> None:
    """A send that meets a shutdown is left for the next start of the service."""
    await carrier.close()
    await carrier.close()
    assert isinstance(await text(carrier), TryAgain)
    assert edge.arrived == []


async def test_sends_at_once_do_not_mix_their_answers(edge: Edge, carrier: TwilioCarrier) -> None:
    """What one send learns from HTTP never affects another that runs beside it."""
    edge.will(*[refuses(429, 20429), refuses(400, 21610), refuses(500, 20500), says(201, TEXT)] * 10)
    outcomes = await asyncio.gather(*[text(carrier) for _ in range(40)])
    kinds = [type(outcome) for outcome in outcomes]
    assert [kinds.count(kind) for kind in (TryAgain, Refused, Unknown, Accepted)] == [10, 10, 10, 10]


async def test_a_cancelled_send_is_cancelled(edge: Edge, carrier: TwilioCarrier) -> None:
    """A send that a shutdown cancels is not mistaken for an outcome."""
    edge.will(hangs)
    task = asyncio.create_task(text(carrier))
    await edge.hears(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# ---- finding out what became of it ---------------------------------------------------------------------------------

AT = datetime(2026, 11, 4, 10, 14, tzinfo=UTC)


def page(key: str, *entries: object) -> Reply:
    return says(200, {key: list(entries), "page": 0, "page_size": 100, "next_page_uri": None, "uri": "/"})


async def test_a_text_is_found_by_its_body(edge: Edge, carrier: TwilioCarrier) -> None:
    """An ambiguous create is looked for by To, From, body and moment, and by no filter that hides a queued text."""
    other = {**TEXT, "sid": "SM2", "body": "LBPD Z2B"}
    old = {**TEXT, "sid": "SM3", "date_created": "Wed, 04 Nov 2026 09:00:00 +0000"}
    trial = {**TEXT, "sid": "SM4", "body": "Sent from your Twilio trial account - LBPD K7Q", "status": "sent"}
    failed = {**TEXT, "sid": "SM5", "status": "undelivered", "error_code": 30005}
    edge.will(page("messages", TEXT, other, old, trial, failed))
    found = await carrier.find_text(to="+15625550101", body="LBPD K7Q", since=AT + timedelta(seconds=0.7))
    assert found == [
        Found(TEXT["sid"], Progress.TAKEN, "queued", None, AT),
        Found("SM4", Progress.TAKEN, "sent", None, AT),
        Found("SM5", Progress.UNDELIVERED, "undelivered", "30005", AT, Meaning.BAD_NUMBER),
    ]
    assert dict(edge.arrived[0].query) == {"To": "+15625550101", "From": "+15625550100", "PageSize": "100"}


async def test_a_call_is_found(edge: Edge, carrier: TwilioCarrier) -> None:
    """A call is looked for by To, From and moment."""
    old = {**CALL, "sid": "CA2", "date_created": "Wed, 04 Nov 2026 09:00:00 +0000"}
    edge.will(page("calls", {**CALL, "status": "ringing"}, old))
    found = await carrier.find_call(to="+15625550101", since=AT)
    assert found == [Found(CALL["sid"], Progress.TAKEN, "ringing", None, AT + timedelta(minutes=1))]


async def test_nothing_found_is_an_empty_list(edge: Edge, carrier: TwilioCarrier) -> None:
    """The carrier lists none, which the caller must not take as proof."""
    edge.will(page("messages"), page("calls"))
    assert await carrier.find_text(to="+15625550101", body="LBPD K7Q", since=AT) == []
    assert await carrier.find_call(to="+15625550101", since=AT) == []


async def test_a_search_from_a_naive_moment_is_refused(carrier: TwilioCarrier) -> None:
    """A moment without an offset would be read as another hour."""
    with pytest.raises(NaiveMoment):
        await carrier.find_call(to="+15625550101", since=datetime(2026, 11, 4))  # noqa: DTZ001 - what is tested


async def test_what_stays_open_is_fetched(edge: Edge, carrier: TwilioCarrier) -> None:
    """One text and one call are asked for by their SIDs."""
    edge.will(says(200, {**TEXT, "status": "delivered"}), says(200, {**CALL, "status": "no-answer"}))
    assert await carrier.fetch_text("SM1") == Found(TEXT["sid"], Progress.ARRIVED, "delivered", None, AT)
    assert await carrier.fetch_call("CA1") == Found(
        CALL["sid"], Progress.NO_ANSWER, "no-answer", None, AT + timedelta(minutes=1)
    )
    assert [request.path.rpartition("/")[2] for request in edge.arrived] == ["SM1.json", "CA1.json"]


async def test_what_the_carrier_does_not_know_is_none(edge: Edge, carrier: TwilioCarrier) -> None:
    """A 404 is an answer, not trouble."""
    edge.will(refuses(404, 20404))
    assert await carrier.fetch_text("SM1") is None
    assert await carrier.fetch_call("CA1") is None


@pytest.mark.parametrize(
    "reply",
    [
        refuses(401, 20003, "no +15625550101"),
        refuses(429, 20429),
        refuses(500, 20500),
        raw(b""),
        hangs,
        says(200, "<html>"),
        says(200, "{}"),
        says(200, "[]"),
        says(302, "{}"),
        says(200, {"messages": [{}], "sid": "SM1", "status": "sent"}),
        page("messages", {**TEXT, "date_created": None}),
    ],
    ids=["401", "429", "500", "cut", "silence", "html", "empty", "list", "302", "no date", "entry without a date"],
)
async def test_trouble_while_asking_is_one_exception(edge: Edge, carrier: TwilioCarrier, reply: Reply) -> None:
    """Any trouble while asking means that nothing is known, and the exception holds no phone number."""
    edge.will(reply)
    for question in (
        carrier.find_text(to="+15625550101", body="LBPD K7Q", since=AT),
        carrier.fetch_text("SM1"),
        carrier.fetch_call("CA1"),
    ):
        with pytest.raises(CarrierUnreachable) as raised:
            await question
        assert "5550101" not in str(raised.value)
        assert raised.value.__suppress_context__, "a traceback would quote the URL"


# ---- the rest ------------------------------------------------------------------------------------------------------


async def test_a_ringing_call_is_taken_back(edge: Edge, carrier: TwilioCarrier) -> None:
    """`canceled` ends a call that rings, and leaves one that was answered alone."""
    edge.will(says(200, {**CALL, "status": "canceled"}))
    await carrier.hang_up("CA1")
    [request] = edge.arrived
    assert (request.method, request.path.rpartition("/")[2], request.form) == (
        "POST",
        "CA1.json",
        [("Status", "canceled")],
    )


@pytest.mark.parametrize("reply", [refuses(400, 21220), refuses(500, 20500), raw(b""), says(200, "<html>")], ids=id_of)
async def test_a_call_that_cannot_be_taken_back_is_only_logged(
    edge: Edge, carrier: TwilioCarrier, reply: Reply
) -> None:
    """The worst outcome is a phone that rings in vain, so hanging up never raises."""
    edge.will(reply)
    with capture_logs() as logs:
        await carrier.hang_up("CA1")
    assert [entry["sid"] for entry in logs] == ["CA1"]


async def test_good_credentials_pass_the_check(edge: Edge, carrier: TwilioCarrier) -> None:
    """An account that is active, or does not state its status, is fine."""
    edge.will(says(200, {"sid": "AC1", "status": "active"}), says(200, {"sid": "AC1"}))
    assert await carrier.check() is None
    assert await carrier.check() is None
    assert edge.arrived[0].path == "/2010-04-01/Accounts/AC1.json"


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (refuses(401, 20003), "the carrier refuses our account SID or auth token (HTTP 401)"),
        (refuses(404, 20404), "the carrier does not know our account SID, or the API URL is wrong (HTTP 404)"),
        (says(200, {"sid": "AC1", "status": "suspended"}), "our account at the carrier is suspended"),
        (refuses(503, 20503), "the carrier cannot be asked: HTTP 503, error 20503"),
        (raw(b""), "the carrier cannot be asked: no clear answer (ServerDisconnectedError)"),
        (hangs, "the carrier cannot be asked: no answer in time (SocketTimeoutError)"),
        (says(200, "<html>"), "the carrier cannot be asked: the carrier's answer does not parse (JSONDecodeError)"),
    ],
    ids=id_of,
)
async def test_the_check_says_what_is_wrong_in_one_line(
    edge: Edge, carrier: TwilioCarrier, reply: Reply, line: str
) -> None:
    """Whoever sets the service up reads one line that says where to look."""
    edge.will(reply)
    assert await carrier.check() == line


async def test_nothing_is_logged_that_holds_a_number(
    edge: Edge, carrier: TwilioCarrier, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither we nor the SDK log a phone number, even at the most talkative level."""
    caplog.set_level("DEBUG")
    edge.will(page("messages", TEXT))
    with capture_logs() as logs:
        await carrier.find_text(to="+15625550101", body="LBPD K7Q", since=AT)
        edge.will(refuses(400, 21211, "+15625550101 is not valid"))
        await text(carrier)
    assert "5550101" not in caplog.text + str(logs)
