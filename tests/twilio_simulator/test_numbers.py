"""The service's own numbers, set up over the API by the real SDK."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.twilio_simulator.application import ANA, SERVICE, Scene
from twilio_simulator import NotInService


async def test_numbers_are_listed_and_fetched(scene: Scene) -> None:
    """Each shows its SID and where its texts and calls go; the list filters by number."""
    scene.carrier.number("+15625550198")
    listed = await scene.sdk(lambda c: c.incoming_phone_numbers.list())
    assert [number.phone_number for number in listed] == [SERVICE, "+15625550198"]
    (number,) = await scene.sdk(lambda c: c.incoming_phone_numbers.list(phone_number=SERVICE))
    assert number.sid.startswith("PN")
    assert len(number.sid) == 34
    assert number.voice_url == scene.application.url + "/hotline"
    assert number.sms_url == scene.application.url + "/sms"
    assert (number.voice_method, number.voice_fallback_url, number.status_callback) == ("POST", "", "")
    fetched = await scene.sdk(lambda c: c.incoming_phone_numbers(number.sid).fetch())
    assert (fetched.phone_number, fetched.date_created) == (SERVICE, scene.moment)
    with pytest.raises(TwilioRestException) as refusal:
        await scene.sdk(lambda c: c.incoming_phone_numbers("PN" + "0" * 32).fetch())
    assert refusal.value.status == 404


async def test_a_number_is_set_up_over_the_api(scene: Scene) -> None:
    """What is changed holds for the next call and text, and what is not named stays."""
    url = scene.application.url
    scene.application.answers |= {"/new": 500, "/rescue": "<Response><Say>Sorry.</Say></Response>"}
    (number,) = await scene.sdk(lambda c: c.incoming_phone_numbers.list(phone_number=SERVICE))
    changed = await scene.sdk(
        lambda c: c.incoming_phone_numbers(number.sid).update(
            voice_url=url + "/new",
            voice_method="GET",
            voice_fallback_url=url + "/rescue",
            voice_fallback_method="GET",
            status_callback=url + "/status",
            sms_fallback_url=url + "/text-rescue",
            sms_method="GET",
        )
    )
    assert (changed.voice_url, changed.sms_url) == (url + "/new", url + "/sms")
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(2)
    assert call.heard == ["Sorry."]
    assert [hook.method for hook in (*scene.application.at("/new"), *scene.application.at("/rescue"))] == ["GET", "GET"]
    assert scene.application.statuses("/status") == ["completed"]
    await scene.carrier.phone(ANA).reply("1", to=SERVICE)
    assert scene.application.at("/sms")[0].method == "GET"


async def test_a_number_can_be_taken_off(scene: Scene) -> None:
    """An empty URL leads nowhere: nobody takes calls there."""
    (number,) = await scene.sdk(lambda c: c.incoming_phone_numbers.list(phone_number=SERVICE))
    await scene.sdk(lambda c: c.incoming_phone_numbers(number.sid).update(voice_url=""))
    with pytest.raises(NotInService):
        await scene.carrier.phone(ANA).call(SERVICE)


async def test_nonsense_is_refused_whole(scene: Scene) -> None:
    """A URL or a method that is none changes nothing, not even what stands beside it."""
    (number,) = await scene.sdk(lambda c: c.incoming_phone_numbers.list(phone_number=SERVICE))
    with pytest.raises(TwilioRestException) as refusal:
        await scene.sdk(lambda c: c.incoming_phone_numbers(number.sid).update(sms_url="", voice_url="nowhere"))
    assert refusal.value.code == 21502
    with pytest.raises(TwilioRestException) as refusal:
        await scene.sdk(lambda c: c.incoming_phone_numbers(number.sid).update(sms_url="", voice_method="PUT"))
    assert refusal.value.code == 20001
    fetched = await scene.sdk(lambda c: c.incoming_phone_numbers(number.sid).fetch())
    assert fetched.sms_url == scene.application.url + "/sms"
