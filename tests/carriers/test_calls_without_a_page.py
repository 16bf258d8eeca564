"""A call that came in belongs to no page, and every carrier can say something on it and ask for a key."""

from enum import StrEnum

import pytest

from dispatch.carriers.carrier import Carrier, CarrierRequest
from dispatch.carriers.doors import CallDoors
from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.rules.phone.calls import SpokenReply
from tests.carriers.other.adapter import OtherCarrier

_HERE = "https://dispatch.example"


class Menu(StrEnum):
    CHILDREN = "children"


def _carriers() -> list[Carrier]:
    return [
        TwilioCarrier("AC1", "token", "+15625550100", public_url=_HERE),
        OtherCarrier("https://other.example", "key", "secret", _HERE),
    ]


@pytest.mark.parametrize("carrier", _carriers(), ids=lambda carrier: carrier.name)
def test_it_goes_on_at_its_own_doors(carrier: Carrier) -> None:
    """What is said leads back to the doors of this call, under the carrier's name, and to no page's."""
    call = CallDoors(*(f"/voice/incoming/7{door}" for door in ("", "/keys", "/waits", "/left")))
    request = CarrierRequest(f"{_HERE}/{carrier.name}{call.said}", "", {}, b"")
    said = carrier.hears(SpokenReply(("How many children?",), Menu.CHILDREN, times=2), call, request).content
    assert "How many children?" in said
    assert f"{_HERE}/{carrier.name}/voice/incoming/7/keys" in said
    assert "/page/" not in said
