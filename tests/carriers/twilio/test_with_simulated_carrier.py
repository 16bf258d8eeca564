"""The adapter against the simulated carrier: what the adapter creates, it finds there again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.rules.delivery.sending import (
    Accepted,
    CarrierUnreachable,
    Meaning,
    OperatorFault,
    Refused,
    TryAgain,
    Unknown,
)
from tests.outbound.edge import LOCAL_HOSTS
from twilio_simulator import (
    HangAfterAccepting,
    LoseAnswer,
    Refuse,
    RefuseConnection,
    ServerError,
    SimulatedCarrier,
    TooManyRequests,
    Unparsable,
)

US, ANA = "+15625550100", "+15625550101"
NOW = datetime(2026, 11, 4, 10, 14, 0, 250_000, tzinfo=UTC)


NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
async def simulated() -> AsyncIterator[SimulatedCarrier]:
    async with SimulatedCarrier("AC1", "token", now=lambda: NOW) as carrier:
        carrier.number(US)
        yield carrier


@pytest.fixture
async def adapter(simulated: SimulatedCarrier, request: pytest.FixtureRequest) -> AsyncIterator[TwilioCarrier]:
    """Only for an answer that never comes it does not wait as long as a busy machine may take."""
    case = getattr(request.node, "callspec", None)
    never = case is not None and case.params.get("fault") == HangAfterAccepting()
    patience = 0.2 if never else 30
    carrier = TwilioCarrier(
        "AC1", "token", US, public_url=NOWHERE, api_url=simulated.url, allowed_hosts=LOCAL_HOSTS, read_timeout=patience
    )
    yield carrier
    await carrier.close()


async def send(adapter: TwilioCarrier) -> object:
    return await adapter.send_text("7", to=ANA, body="LBPD K7Q")


async def test_a_text_goes_out_and_is_found_again(simulated: SimulatedCarrier, adapter: TwilioCarrier) -> None:
    """The text arrives, and the carrier can be asked for it by its SID and by its words."""
    sent = await send(adapter)
    assert isinstance(sent, Accepted)
    fetched = await adapter.fetch_text(sent.carrier_id)
    assert fetched is not None
    assert fetched.created_at == NOW.replace(microsecond=0)
    assert await adapter.find_text(to=ANA, body="LBPD K7Q", since=NOW) == [fetched]
    assert await adapter.find_text(to=ANA, body="LBPD Z2B", since=NOW) == []
    assert await adapter.find_text(to=ANA, body="LBPD K7Q", since=NOW + timedelta(minutes=1)) == []
    assert await adapter.fetch_text("SM404") is None


async def test_a_text_behind_hundreds_of_others_is_found(adapter: TwilioCarrier) -> None:
    """In a storm one specialist gets so many texts that the one looked for is not among the newest."""
    first = await send(adapter)
    assert isinstance(first, Accepted)
    for number in range(230):
        await adapter.send_text("7", to=ANA, body=f"LBPD {number}")
    assert [found.carrier_id for found in await adapter.find_text(to=ANA, body="LBPD K7Q", since=NOW)] == [
        first.carrier_id
    ]
    assert [len(await adapter.find_text(to=ANA, body=body, since=NOW)) for body in ("LBPD 229", "LBPD Z2B")] == [1, 0]


async def test_a_ringing_call_is_found_and_taken_back(simulated: SimulatedCarrier, adapter: TwilioCarrier) -> None:
    """A call that is no longer wanted stops ringing."""
    placed = await adapter.place_call("7", to=ANA)
    assert isinstance(placed, Accepted)
    assert [found.carrier_id for found in await adapter.find_call(to=ANA, since=NOW)] == [placed.carrier_id]
    await adapter.hang_up(placed.carrier_id)
    fetched = await adapter.fetch_call(placed.carrier_id)
    assert fetched is not None
    assert fetched.word == "canceled"


@pytest.mark.parametrize(
    ("fault", "outcome", "created"),
    [
        (LoseAnswer(), Unknown, 1),
        (HangAfterAccepting(), Unknown, 1),
        (ServerError(503, accepted=True), Unknown, 1),
        (ServerError(500), Unknown, 0),
        (Unparsable(), Unknown, 1),
        (RefuseConnection(), Unknown, 0),
        (TooManyRequests(), TryAgain, 0),
        (Refuse(21606), OperatorFault, 0),
        (Refuse(21610), Refused, 0),
    ],
    ids=lambda value: repr(value) if not isinstance(value, type | int) else "",
)
async def test_what_is_ambiguous_can_be_looked_for(
    simulated: SimulatedCarrier, adapter: TwilioCarrier, fault: object, outcome: type, created: int
) -> None:
    """Only an ambiguous send may have created a text: if it did, the text is found; if not, nothing is."""
    simulated.faults.add(fault)  # type: ignore[arg-type]  # one of the effects above
    assert isinstance(await send(adapter), outcome)
    simulated.faults.release()
    assert len(await adapter.find_text(to=ANA, body="LBPD K7Q", since=NOW)) == created


async def test_an_opted_out_number(simulated: SimulatedCarrier, adapter: TwilioCarrier) -> None:
    """A number that texted STOP has its own outcome, because a call still reaches it."""
    simulated.faults.add(Refuse(21610))
    sent = await send(adapter)
    assert isinstance(sent, Refused)
    assert sent.meaning is Meaning.OPTED_OUT


async def test_an_outage_and_its_end(simulated: SimulatedCarrier, adapter: TwilioCarrier) -> None:
    """While nothing listens a text is certainly not sent and nothing can be asked; afterwards it goes out as usual."""
    await simulated.stop()
    assert isinstance(await send(adapter), TryAgain)
    with pytest.raises(CarrierUnreachable):
        await adapter.find_text(to=ANA, body="LBPD K7Q", since=NOW)
    assert await adapter.check() is not None
    await simulated.start()
    assert isinstance(await send(adapter), Accepted)


async def test_credentials(simulated: SimulatedCarrier, adapter: TwilioCarrier) -> None:
    """The check passes with the right token and names the trouble with a wrong one."""
    assert await adapter.check() is None
    wrong = TwilioCarrier("AC1", "wrong", US, public_url=NOWHERE, api_url=simulated.url, allowed_hosts=LOCAL_HOSTS)
    assert await wrong.check() == "the carrier refuses our account SID or auth token (HTTP 401)"
    assert isinstance(await send(wrong), OperatorFault)
    await wrong.close()
