"""The addresses at which the carrier is to call us back."""

from urllib.parse import urlsplit

from dispatch.carriers.doors import Doors, exchange_of, paged_call
from dispatch.carriers.twilio.addresses import Addresses, with_retry_policy


def test_the_policy_is_no_part_of_what_is_asked_for() -> None:
    """It is in the URL's fragment, outside the request and its signature, and asks for a retry on every failure."""
    address = urlsplit(with_retry_policy("https://dispatch.example/twilio/sms?stage=page"))
    assert address._replace(fragment="").geturl() == "https://dispatch.example/twilio/sms?stage=page"
    assert {"rc=5", "rp=all"} <= set(address.fragment.split("&"))


def test_every_address_has_the_policy() -> None:
    """Each address of a page has the retry policy, and leads to its own door."""
    of, call = Addresses(Doors("https://dispatch.example/", "twilio")), paged_call("7")
    given = [of.text_news("7"), of.call_news("7"), of.said(call), of.said(call, 2), of.keys(call, "eta")]
    assert [address.removeprefix("https://dispatch.example/twilio") for address in given] == [
        with_retry_policy(path)
        for path in (
            "/sms/status/7",
            "/voice/status/7",
            "/voice/page/7",
            "/voice/page/7?round=2",
            "/voice/page/7/keys?stage=eta",
        )
    ]


def test_what_an_exchange_asks_for_carries_its_number() -> None:
    """In alphabetical order: Twilio sorts the parameters when it sends, and signs them as we wrote them."""
    of, call = Addresses(Doors("https://dispatch.example", "twilio")), paged_call("7", 12)
    given = [of.keys(call, "eta"), of.waits(call), of.left(call), of.said(call, 2)]
    paths = ["/keys?stage=eta&turn=12", "/waits?turn=12", "/left?turn=12", "?round=2"]
    assert [address.removeprefix("https://dispatch.example/twilio/voice/page/7") for address in given] == [
        with_retry_policy(path) for path in paths
    ]
    assert [exchange_of(urlsplit(address).query) for address in given] == [12, 12, 12, None]
    assert exchange_of("stage=eta&turn=-1") is exchange_of("turn=x") is None
