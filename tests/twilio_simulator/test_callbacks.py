"""How webhooks are delivered, retried and signed."""

from __future__ import annotations

import pytest

from tests.twilio_simulator.application import ANA, SERVICE, Hook, Scene
from twilio_simulator.callbacks import ConnectionRules, signature


def test_the_signature_of_twilios_documentation() -> None:
    """The example of "Validating Requests" gives the signature printed there."""
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    signed = signature("12345", "https://example.com/myapp.php?foo=1&bar=2", params)
    assert signed == "L/OH5YylLD5NRKLltdqwSvS0BnU="


@pytest.mark.parametrize(
    ("fragment", "rules"),
    [
        ("", ConnectionRules()),
        ("rc=5&rp=all&ct=2000&rt=4000", ConnectionRules(5, frozenset({"4xx", "5xx", "ct", "rt"}), 2, 4)),
        ("rc=9&rp=5xx,rt&ct=x", ConnectionRules(5, frozenset({"5xx", "rt"}))),
        ("rc=0", ConnectionRules(0)),
    ],
)
def test_connection_rules(fragment: str, rules: ConnectionRules) -> None:
    """The fragment of a callback URL says how often and when to retry; nonsense takes the default."""
    assert ConnectionRules.from_fragment(fragment) == rules


def failing(times: int, status: int = 500) -> object:
    left = [status] * times

    def answer(_: Hook) -> int:
        return left.pop() if left else 204

    return answer


async def test_without_a_fragment_a_5xx_loses_the_callback(scene: Scene) -> None:
    """By default only a failed connection is retried: after an answered 500 the callback is lost, with error 11200."""
    scene.application.answers["/status"] = failing(1)
    await scene.text()
    await scene.pass_time(20)
    assert scene.application.statuses("/status") == ["sent", "delivered"]
    assert [error.code for error in scene.carrier.errors] == [11200]


async def test_retries_as_asked_for(scene: Scene) -> None:
    """With #rc=5&rp=all a callback comes again until it is taken: same token, signed without the fragment."""
    scene.application.answers["/status"] = failing(3)
    await scene.text(status_callback=scene.application.url + "/status?page=7#rc=5&rp=all&ct=2000&rt=4000")
    await scene.pass_time(20)
    # sent fails at 0.2, delivered at 1.0, sent again at 1.2; then both are taken.
    assert scene.application.statuses("/status") == ["sent", "delivered", "sent", "delivered", "sent"]
    assert scene.carrier.errors == []
    assert all(hook.genuine and hook.url.endswith("?page=7") for hook in scene.application.hooks)
    tokens = {hook.headers["i-twilio-idempotency-token"] for hook in scene.application.hooks}
    assert len(tokens) == 2


async def test_a_failed_connection_is_retried_once(scene: Scene) -> None:
    """Nobody listens: one retry, then an error; both attempts are on record."""
    await scene.text(status_callback="http://127.0.0.1:9/status")
    await scene.pass_time(20)
    assert [d.attempt for d in scene.carrier.deliveries] == [1, 1, 2, 2]
    assert [error.code for error in scene.carrier.errors] == [11200, 11200]


async def test_retries_stop_after_the_total_time(scene: Scene) -> None:
    """`tt` bounds all attempts together: with two seconds only the first retry fits."""
    scene.application.answers["/status"] = 500
    await scene.text(status_callback=scene.application.url + "/status#rc=5&rp=5xx&tt=2000")
    await scene.pass_time(0.5)
    await scene.pass_time(30)
    assert scene.application.statuses("/status").count("sent") == 2


async def test_a_slow_application_is_not_waited_for(scene: Scene) -> None:
    """The fragment's read timeout is in milliseconds of wall time; passing it counts as no answer."""
    scene.application.slow = 0.5
    await scene.text(status_callback=scene.application.url + "/status#rt=100&rc=0")
    await scene.pass_time(2)
    assert [delivery.error for delivery in scene.carrier.deliveries] == ["timed out", "timed out"]
    assert scene.carrier.phone(ANA).texts[0].received_at < scene.moment


async def test_the_webhook_of_a_reply_is_retried_and_still_obeyed(scene: Scene) -> None:
    """An inbound text whose first delivery fails is answered by the retry."""
    calls = []

    def answer(hook: Hook) -> int | str:
        calls.append(hook)
        return 500 if len(calls) == 1 else "<Response><Message>Got it</Message></Response>"

    scene.application.answers["/sms"] = answer
    scene.carrier.number(SERVICE, sms_url=scene.application.url + "/sms#rc=2&rp=5xx")
    ana = scene.carrier.phone(ANA)
    await ana.reply("1", to=SERVICE)
    await scene.pass_time(10)
    assert len(calls) == 2
    assert ana.texts[-1].body == "Got it"
