"""Whether a request comes from the carrier."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData
from twilio.request_validator import RequestValidator

from dispatch.carriers.twilio.signature import twilio_signature_ok

TOKEN = "12345"
URL = "https://dispatch.example/twilio/sms?page=7"
PAIRS = [("From", "+15625550101"), ("Body", "1 25 ¡sí!"), ("MediaUrl", "b"), ("MediaUrl", "a"), ("MediaUrl", "b")]


def form_of(pairs: list[tuple[str, str]]) -> FormData:
    return FormData([(name, value) for name, value in pairs])  # a new list: Starlette's type admits files as well


def sign(url: str, pairs: list[tuple[str, str]], token: str = TOKEN) -> str:
    """As Twilio documents it: the URL, then names and values by name; a repeated field's values once each, sorted."""
    whole = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token.encode(), whole.encode(), hashlib.sha1).digest()).decode()


def test_a_signed_form_is_the_carriers() -> None:
    """Repeated fields are signed as well."""
    assert twilio_signature_ok(TOKEN, URL, PAIRS, sign(URL, PAIRS))


def test_twilios_own_example() -> None:
    """The example in the carrier's documentation has the signature printed there."""
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert twilio_signature_ok("12345", url, params.items(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize("signature", [None, "", "x", "Ünïcode", sign(URL, PAIRS)[:-1], sign(URL, PAIRS, "other")])
def test_a_wrong_or_missing_signature_is_not(signature: str | None) -> None:
    """A header that is missing, cut off, signed with another token or not base64 is refused without raising."""
    assert not twilio_signature_ok(TOKEN, URL, PAIRS, signature)


def test_an_empty_token_signs_for_nobody() -> None:
    """A service that was set up without a token must not accept what anybody can sign with an empty one."""
    assert not twilio_signature_ok("", URL, PAIRS, sign(URL, PAIRS, ""))


@pytest.mark.parametrize("changed", [[], PAIRS[:-3], [*PAIRS, ("Body", "2")], [("Body", "1 25 ¡sí!x"), *PAIRS[:1]]])
def test_a_changed_form_is_not(changed: list[tuple[str, str]]) -> None:
    """A field less, a field more or a value changed, and the signature no longer fits."""
    assert not twilio_signature_ok(TOKEN, URL, changed, sign(URL, PAIRS))


@pytest.mark.parametrize("url", [URL + "&x=1", URL.replace("7", "8"), URL.replace("https", "http"), URL[:-7]])
def test_another_url_is_not(url: str) -> None:
    """The scheme, the path and the query are signed as well."""
    assert not twilio_signature_ok(TOKEN, url, PAIRS, sign(URL, PAIRS))


@pytest.mark.parametrize(
    ("ours", "signed"),
    [
        ("https://dispatch.example/x", "https://dispatch.example:443/x"),
        ("https://dispatch.example:8443/x", "https://dispatch.example/x"),
        ("https://dispatch.example:8443/x", "https://dispatch.example:8443/x"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("https://dispatch.example/x#rc=5&rp=all", "https://dispatch.example/x"),
    ],
)
def test_ports_and_fragments(ours: str, signed: str) -> None:
    """Carriers sign with or without the port, and never the fragment with our retry policy."""
    assert twilio_signature_ok(TOKEN, ours, [], sign(signed, []))


@pytest.mark.parametrize("url", ["https://dispatch.example:port/x", "https://[::1/x", ""])
def test_a_url_that_is_none_is_not(url: str) -> None:
    """A broken Host header is refused without raising."""
    assert not twilio_signature_ok(TOKEN, url, PAIRS, sign(URL, PAIRS))


@given(st.lists(st.tuples(st.text(), st.text())), st.text(max_size=40) | st.none())
def test_it_agrees_with_the_sdk_and_never_raises(pairs: list[tuple[str, str]], signature: str | None) -> None:
    """Whatever arrives, the answer is yes or no, and yes to what the SDK itself would sign."""
    assert not twilio_signature_ok(TOKEN, URL, pairs, signature)
    try:
        right = RequestValidator(TOKEN).compute_signature(URL, form_of(pairs))
    except UnicodeEncodeError:  # a lone surrogate, which UTF-8 on the wire cannot hold
        return
    assert twilio_signature_ok(TOKEN, URL, pairs, right)
