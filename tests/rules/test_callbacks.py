"""How the carrier is to call us back."""

from urllib.parse import urlsplit

from dispatch.rules.callbacks import with_retry_policy


def test_the_policy_is_no_part_of_what_is_asked_for() -> None:
    """It stands behind the #, so that neither the request nor its signature has it, and it retries on every failure."""
    address = urlsplit(with_retry_policy("https://dispatch.example/twilio/sms?stage=page"))
    assert address._replace(fragment="").geturl() == "https://dispatch.example/twilio/sms?stage=page"
    assert {"rc=5", "rp=all"} <= set(address.fragment.split("&"))
