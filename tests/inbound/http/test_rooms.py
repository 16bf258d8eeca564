"""Which requests share places, and which wait for nobody."""

import pytest

from dispatch.inbound.http.rooms import rooms

SESSION, KEY, SIGNATURE = (b"cookie", b"dispatch-session=x"), (b"authorization", b"Bearer x"), (b"x-y-signature", b"z")

ROOMS = {
    ("POST", "/v1/callouts", KEY): None,
    ("POST", "/v1/callouts", (b"webhook-signature", b"v1,x")): None,
    ("POST", "/v1/callouts", None): "v1",
    ("POST", "/phones-inc/sms", SIGNATURE): None,
    ("POST", "/phones-inc/sms", None): "phones-inc",
    ("GET", "/events", SESSION): None,
    ("GET", "/callouts/K7Q/events", SESSION): None,
    ("POST", "/sign-in", None): None,
    ("POST", "/welcome/token", None): None,
    ("GET", "/sign-in", None): "others",
    ("GET", "/", SESSION): "signed in",
    ("GET", "/", KEY): "others",
    ("GET", "/nope/v1/callouts", KEY): "others",
    ("GET", "//v1/callouts", KEY): "others",
    ("GET", "/response-times", SESSION): "response-times",
    ("GET", "/r/token", None): "r",
    ("GET", "/healthz", None): "healthz",
}


@pytest.mark.parametrize(("method", "path", "header"), ROOMS)
def test_who_waits_behind_whom(method: str, path: str, header: tuple[bytes, bytes] | None) -> None:
    """Nobody with a key or a signature waits; the board waits neither for strangers nor for reports."""
    room = rooms("phones-inc")
    scope = {"type": "http", "method": method, "path": path, "headers": [header] if header else []}
    assert room(scope) == ROOMS[method, path, header]
