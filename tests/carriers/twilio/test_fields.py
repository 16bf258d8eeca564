"""What Twilio's form fields say of whoever calls."""

from urllib.parse import urlencode

import pytest

from dispatch.carriers.carrier import CarrierRequest
from dispatch.carriers.twilio import fields


@pytest.mark.parametrize(
    ("said", "vouched"),
    [
        ("TN-Validation-Passed-A", True),
        ("TN-Validation-Passed-A-Diverted", False),
        ("TN-Validation-Passed-B", False),
        ("TN-Validation-Passed-C", False),
        ("TN-Validation-Failed-A", False),
        ("No-TN-Validation", False),
        ("", False),
    ],
)
def test_only_the_best_attestation_vouches_for_a_number(said: str, vouched: bool) -> None:
    """With B the network knows its customer and not the number, with C neither: a stranger may show any number."""
    form = urlencode({"CallSid": "CA7", "From": "+15625550177", "StirVerstat": said})
    headers = {"content-type": "application/x-www-form-urlencoded"}
    call = fields.incoming_call(CarrierRequest("https://here/hotline", "", headers, form.encode()))
    assert (call.caller, call.vouched) == ("+15625550177", vouched)
