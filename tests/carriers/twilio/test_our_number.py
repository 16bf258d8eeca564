"""Our own number at the carrier: shown and set through the real SDK, on the simulated carrier."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.carriers.twilio.addresses import RETRY_POLICY
from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.rules.delivery.our_number import NumberSetUp
from dispatch.rules.delivery.sending import Accepted, CarrierUnreachable
from tests.outbound.edge import CALL, LOCAL_HOSTS, Edge, says
from twilio_simulator import SimulatedCarrier

US, CALLER, OTHER = "+15625550100", "+15625550199", "+15625550198"
HERE, BIN = "https://dispatch.example", "https://handler.example/bin"
NOW = datetime(2026, 11, 4, 10, 14, tzinfo=UTC)


class Clock:
    moment = NOW

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def simulated(clock: Clock) -> AsyncIterator[SimulatedCarrier]:
    async with SimulatedCarrier("AC1", "token", now=clock) as carrier:
        carrier.number(US)
        yield carrier


@pytest.fixture
async def adapter(simulated: SimulatedCarrier) -> AsyncIterator[TwilioCarrier]:
    carrier = TwilioCarrier(
        "AC1", "token", US, public_url=HERE, api_url=simulated.url, allowed_hosts=LOCAL_HOSTS, fallback_url=BIN
    )
    yield carrier
    await carrier.close()


async def test_what_is_set_is_shown(simulated: SimulatedCarrier, adapter: TwilioCarrier) -> None:
    """Before, nothing is set; afterwards every address is ours, with our retry policy, and asked by POST."""
    assert await adapter.number() == NumberSetUp()
    await adapter.set_number(adapter.wanted_number)
    assert await adapter.number() == adapter.wanted_number
    (number,) = simulated.numbers
    assert number.voice_url == f"{HERE}/twilio/voice/hotline#{RETRY_POLICY}"
    assert number.voice_fallback_url == f"{BIN}#{RETRY_POLICY}"
    assert number.status_callback == f"{HERE}/twilio/voice/hotline/status#{RETRY_POLICY}"
    assert number.sms_url == number.sms_fallback_url == f"{HERE}/twilio/sms#{RETRY_POLICY}"
    assert {number.voice_method, number.sms_method, number.status_callback_method} == {"POST"}


async def test_what_is_not_known_stays(simulated: SimulatedCarrier, adapter: TwilioCarrier) -> None:
    """Without a setting for the fallback, one that somebody set up at the carrier is not taken away."""
    simulated.number(US, voice_fallback_url="https://handler.example/other")
    await adapter.set_number(NumberSetUp(texts=f"{HERE}/twilio/sms"))
    found = await adapter.number()
    assert found == NumberSetUp(calls_fallback="https://handler.example/other", texts=f"{HERE}/twilio/sms")


async def test_a_door_that_is_asked_by_get_is_not_ours(simulated: SimulatedCarrier, adapter: TwilioCarrier) -> None:
    """Our doors take POST only; the address alone would look right."""
    await adapter.set_number(adapter.wanted_number)
    simulated.numbers[0].voice_method = "GET"
    found = await adapter.number()
    assert found is not None
    assert found.calls == f"{adapter.wanted_number.calls} (by GET)"


async def test_an_application_goes_before_our_addresses(edge: Edge, carrier: TwilioCarrier) -> None:
    """Twilio then looks at none of them; setting the number up takes the application away."""
    number = {"sid": "PN1", "phone_number": US, "voice_application_sid": "AP1", "voice_url": "x", "trunk_sid": None}
    listed = {"incoming_phone_numbers": [{**number, "phone_number": US + "7"}, number]}
    edge.will(says(200, listed))
    found = await carrier.number()
    assert found is not None
    assert found.calls == "an application (AP1)"
    edge.will(says(200, listed), says(200, number))
    await carrier.set_number(NumberSetUp(calls="https://x/voice"))
    assert dict(edge.arrived[-1].form) == {
        "VoiceUrl": "https://x/voice",
        "VoiceMethod": "POST",
        "VoiceApplicationSid": "",
    }


async def test_another_accounts_number_is_none(simulated: SimulatedCarrier) -> None:
    """The account is asked for the number that the settings name, and for no other."""
    carrier = TwilioCarrier("AC1", "token", OTHER, public_url=HERE, api_url=simulated.url, allowed_hosts=LOCAL_HOSTS)
    assert await carrier.number() is None
    await carrier.set_number(carrier.wanted_number)
    await carrier.close()
    wrong = TwilioCarrier("AC1", "wrong", US, public_url=HERE, api_url=simulated.url, allowed_hosts=LOCAL_HOSTS)
    with pytest.raises(CarrierUnreachable, match="HTTP 401"):
        await wrong.number()
    await wrong.close()


async def test_calls_that_came_in_are_listed(simulated: SimulatedCarrier, adapter: TwilioCarrier, clock: Clock) -> None:
    """Those to our number since then, with the caller unless it is withheld; none that we placed."""
    simulated.number(US, voice_url=simulated.host("<Response><Pause length='30'/></Response>"))
    await simulated.phone(CALLER).call(US)
    await simulated.run_due()
    clock.moment += timedelta(minutes=10)
    await simulated.run_due()
    await simulated.phone(OTHER).call(US, withheld="anonymous")
    await simulated.run_due()
    assert isinstance(await adapter.place_call("7", to=CALLER), Accepted)
    listed = await adapter.incoming_calls(NOW)
    assert [(call.caller, call.called_at, call.over) for call in listed] == [
        (None, clock.moment, False),
        (CALLER, NOW, True),
    ]
    assert [call.caller for call in await adapter.incoming_calls(clock.moment)] == [None]


async def test_a_call_that_we_place_has_the_fallback(edge: Edge) -> None:
    """Whoever picks up while we are down hears the document that the carrier keeps."""
    carrier = TwilioCarrier(
        "AC1", "t", US, public_url=HERE, api_url=edge.url, allowed_hosts=LOCAL_HOSTS, fallback_url=BIN
    )
    edge.will(says(201, CALL))
    await carrier.place_call("7", to=CALLER)
    await carrier.close()
    [request] = edge.arrived
    assert request.all("FallbackUrl") == [f"{BIN}#{RETRY_POLICY}"]
    assert request.all("FallbackMethod") == ["POST"]


async def test_without_a_fallback_a_call_names_none(edge: Edge, carrier: TwilioCarrier) -> None:
    """An empty address would be refused, and the page with it."""
    edge.will(says(201, CALL))
    await carrier.place_call("7", to=CALLER)
    assert edge.arrived[0].all("FallbackUrl") == []
