"""Whether the other nodes may have taken this one for dead, and what that keeps from being sent."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.outbound.http_session import may_send
from dispatch.rules.delivery.sending import Accepted, TryAgain
from dispatch.worker.pulse import Pulse
from tests.outbound.edge import LOCAL_HOSTS
from twilio_simulator import SimulatedCarrier

NOW = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)


def _after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class _Clock:
    moment = NOW

    def __call__(self) -> datetime:
        return self.moment


def test_a_node_that_never_beats_has_nobody_beside_it() -> None:
    clock = _Clock()
    pulse = Pulse(clock)
    clock.moment = _after(3600)
    assert pulse.vouches_for(NOW)


def test_a_silent_node_vouches_for_nothing() -> None:
    """After 5 s without a beat a node is taken for dead; a little before that it stops sending by itself."""
    clock = _Clock()
    pulse = Pulse(clock)
    pulse.beaten(NOW)
    clock.moment = _after(3.5)
    assert pulse.vouches_for(NOW)
    clock.moment = _after(3.6)
    assert not pulse.vouches_for(_after(3.55))


def test_what_was_claimed_before_a_silence_stays_in_doubt() -> None:
    """When it beats again, what it claims from now on is its own; what it held before may be another node's."""
    clock = _Clock()
    pulse = Pulse(clock)
    pulse.beaten(NOW)
    clock.moment = _after(60)
    pulse.beaten(_after(60))
    assert not pulse.vouches_for(_after(1))
    assert pulse.vouches_for(_after(60))
    pulse.beaten(_after(61))
    assert not pulse.vouches_for(_after(1))


@pytest.mark.parametrize("may", [True, False])
async def test_what_may_not_be_sent_any_more_is_not(may: bool) -> None:
    """The check comes at the last moment: after a no the carrier certainly has nothing, so the page may go again."""
    async with SimulatedCarrier("AC1", "token", now=lambda: NOW) as simulated:
        simulated.number("+15625550100")
        carrier = TwilioCarrier(
            "AC1",
            "token",
            "+15625550100",
            public_url="http://127.0.0.1:9",
            api_url=simulated.url,
            allowed_hosts=LOCAL_HOSTS,
        )
        asked: list[int] = []

        def still_may() -> bool:
            asked.append(len(simulated.requests))
            return may

        token = may_send.set(still_may)
        try:
            outcome = await carrier.send_text("7", to="+15625550101", body="LBPD K7Q")
        finally:
            may_send.reset(token)
            await carrier.close()
        assert isinstance(outcome, Accepted if may else TryAgain)
        assert asked == [0]
        assert len(simulated.requests) == may
