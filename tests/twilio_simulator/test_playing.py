"""Playing with the phones over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from twilio.base.exceptions import TwilioRestException

from tests.twilio_simulator.application import ACCOUNT, ANA, BEN, SERVICE, TOKEN, Scene


@pytest_asyncio.fixture
async def player(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with the credentials and curl."""
    async with httpx.AsyncClient(auth=(ACCOUNT, TOKEN), base_url=scene.carrier.url + "/play") as client:
        yield client


async def act(player: httpx.AsyncClient, number: str, what: str, **given: str) -> Any:
    answer = await player.post(f"/phones/{number}/{what}", data=given)
    return answer.json() | {"http": answer.status_code}


async def test_a_person_plays_with_a_phone(scene: Scene, player: httpx.AsyncClient) -> None:
    """Texting, answering, pressing, hanging up, calling and behaving all work, and the phones show it."""
    scene.application.answers["/voice"] = "<Response><Gather action='/keys'><Say>Press.</Say></Gather></Response>"
    scene.application.answers["/keys"] = "<Response><Pause length='60'/></Response>"
    scene.application.answers["/hotline"] = "<Response><Say>Hotline.</Say></Response>"
    await act(player, ANA, "text", body="1 25", to=SERVICE)
    assert scene.application.at("/sms")[0].params["Body"] == "1 25"
    await scene.ring()
    assert (await act(player, ANA, "answer"))["calls"][0]["connected"]
    await act(player, ANA, "press", keys="1#")
    assert scene.application.at("/keys")[0].params["Digits"] == "1"
    assert (await act(player, ANA, "hang-up"))["calls"][0]["status"] == "completed"
    assert (await act(player, BEN, "call", to=SERVICE))["dialled"][0]["heard"] == ["Hotline."]
    await act(player, BEN, "behave", behaviour="answers", after="5", presses="1 25#")
    assert scene.carrier.phone(BEN).presses == ["1", "25#"]
    phones = (await player.get("/phones")).json()
    assert [phone["number"] for phone in phones] == [ANA, BEN]


async def test_a_person_plays_with_a_call(scene: Scene, player: httpx.AsyncClient) -> None:
    """A caller withholds the number, is vouched for, and hangs up after a while."""
    scene.application.answers["/hotline"] = "<Response><Pause length='600'/></Response>"
    await act(player, ANA, "call", to=SERVICE, withheld="anonymous", verstat="No-TN-Validation")
    asked = scene.application.at("/hotline")[0].params
    assert (asked["From"], asked["StirVerstat"]) == ("anonymous", "No-TN-Validation")
    assert (await act(player, ANA, "hang-up", after="5"))["dialled"][0]["connected"]
    await scene.pass_time(5)
    assert scene.carrier.phone(ANA).connected is None
    assert (await act(player, BEN, "behave", behaviour="answers", hangs_up_after="5"))["http"] == 200
    assert scene.carrier.phone(BEN).hangs_up_after == 5
    assert (await act(player, ANA, "call", to=SERVICE, withheld="private"))["http"] == 400


@pytest.mark.parametrize(
    ("what", "given", "status"),
    [
        ("answer", {}, 409),
        ("reject", {}, 409),
        ("text", {"body": "1"}, 409),
        ("text", {}, 400),
        ("dance", {}, 400),
        ("behave", {"behaviour": "asleep"}, 400),
    ],
)
async def test_what_a_phone_cannot_do(player: httpx.AsyncClient, what: str, given: dict[str, str], status: int) -> None:
    """What is impossible now is 409, what is never possible 400, both with a sentence."""
    answer = await act(player, ANA, what, **given)
    assert answer["http"] == status
    assert answer["error"]


async def test_faults_and_requests_over_http(scene: Scene, player: httpx.AsyncClient) -> None:
    """A fault is switched on with its fields, strikes, and shows in the requests; without credentials nobody plays."""
    fault = await player.post(
        "/faults", data={"effect": "Refuse", "code": "21610", "times": "always", "only": "message"}
    )
    assert fault.json() == {"effect": "Refuse(code=21610, status=400)", "times": None, "on": ["create"]}
    with pytest.raises(TwilioRestException):
        await scene.text()
    await player.delete("/faults")
    await scene.text()
    listed = (await player.get("/requests")).json()
    assert [request["status"] for request in listed["requests"]] == [400, 201]
    assert (await player.get(f"/requests?after={listed['after']}")).json()["requests"] == []
    assert (await player.post("/faults", data={"effect": "Earthquake"})).status_code == 400
    assert (await player.post("/faults", data={"effect": "Late", "seconds": "2.5", "on": "any"})).json()["on"] == [
        "inbound",
        "status",
    ]
    assert (await player.get("/errors")).json() == []
    async with httpx.AsyncClient() as stranger:
        assert (await stranger.get(scene.carrier.url + "/play/phones")).status_code == 401
