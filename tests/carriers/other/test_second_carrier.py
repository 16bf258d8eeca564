"""Whole nights with another carrier: nothing outside its own folder knows that it is another."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from demo.town import VirtualClock, furnish, serving
from dispatch.app import Service
from dispatch.carriers.carrier import Carrier, CarrierRequest
from dispatch.rules.delivery.our_number import NumberSetUp
from dispatch.rules.facts.people import Person
from dispatch.settings import load_settings
from dispatch.store import tables as t
from dispatch.store.callout import callouts
from tests.carriers.other.adapter import OtherCarrier
from tests.carriers.other.exchange import API_KEY, SECRET, Exchange, Phone, exchange
from tests.stories.story import NIGHT, OFFICER, ROSTER
from twilio_simulator.server import listen_on_free_port


@dataclass
class Night:
    """A service that uses the other carrier, and what happens to it."""

    service: Service
    exchange: Exchange
    clock: VirtualClock
    key: str

    def phone(self, who: str) -> Phone:
        person = ROSTER.person(who)
        return self.exchange.phone(OFFICER if person is None else person.phone)

    async def call_out(self) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        async with httpx.AsyncClient(base_url=self.exchange.service_url, headers=headers, timeout=60) as agency:
            answer = await agency.post("/v1/callouts", json={"officer": {"callback_phone": OFFICER}})
        opened: dict[str, Any] = answer.json()
        assert answer.status_code == 201, opened
        await self.settle()
        return opened

    async def status(self, callout: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        async with httpx.AsyncClient(base_url=self.exchange.service_url, headers=headers, timeout=60) as agency:
            found: dict[str, Any] = (await agency.get(f"/v1/callouts/{callout['id']}")).json()
        return found

    async def settle(self) -> None:
        while await self.service.run_due() + await self.exchange.run_due():
            pass

    async def passes(self, seconds: float) -> None:
        end = self.clock.moment + timedelta(seconds=seconds)
        await self.settle()
        while (due := await self.service.next_due()) is not None and due <= end:
            self.clock.moment = max(self.clock.moment, due)
            await self.settle()
        self.clock.moment = end

    async def replies(self, who: str, text: str, list_action: str | None = None) -> None:
        await self.exchange.texts_us(self.phone(who).number, text, list_action)
        await self.settle()

    async def people(self) -> dict[str, Person]:
        roster = await self.service.runner.ask(lambda tx, context: context.roster(tx))
        return {person.id: person for person in roster.people}


@pytest.fixture
async def night(database_url: str) -> AsyncIterator[Night]:
    clock = VirtualClock(NIGHT)
    async with exchange(clock) as other:
        listener = listen_on_free_port()
        other.service_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        carrier: Carrier = OtherCarrier(other.url, API_KEY, SECRET, other.service_url)
        settings = load_settings(database_url=database_url, public_url=other.service_url, allowed_hosts="127.0.0.1")
        service = Service(settings, now=clock, carrier=carrier)
        try:
            await service.open()
            async with serving(lambda: service, listener):
                keys, _ = await furnish(service, ROSTER)
                yield Night(service, other, clock, keys["LBPD"])
                assert not await service.database.read(callouts.without_next_move)
        finally:
            await service.stop()


async def test_from_a_page_to_an_arrival(night: Night) -> None:
    """A text pages Ana; she takes it with an ETA, leaves and arrives, and each report moves her page."""
    callout = await night.call_out()
    (page,) = night.phone("ana").texts
    assert callout["code"] in page
    await night.replies("ana", "1 25")
    assert (await night.status(callout))["status"] == "acknowledged"
    assert any("Ana" in text for text in night.phone("officer").texts)
    await night.replies("ana", "OMW")
    await night.passes(60)
    await night.replies("ana", "HERE")
    status = await night.status(callout)
    assert (status["status"], status["specialist"]) == ("on_scene", "Ana")
    assert status["arrived_at"] is not None
    pages = await _pages(night)
    assert {page["state"] for page in pages if page["to"] == night.phone("ana").number} <= {"delivered", "withdrawn"}
    assert {page["carrier_status"] for page in pages if page["state"] == "delivered"} == {"received"}
    assert set(night.exchange.answers) <= {200, 204}


async def test_a_key_takes_it(night: Night) -> None:
    """What is said and asked goes out as this carrier's own document, and its key presses are understood."""
    ana = night.phone("ana")
    ana.texts_end, ana.presses = "lost", ["1", "25"]
    callout = await night.call_out()
    await night.passes(1)
    status = await night.status(callout)
    assert (status["status"], status["specialist"]) == ("acknowledged", "Ana")
    assert status["eta_at"] is not None
    assert any("Long Beach" in sentence for sentence in ana.heard)


async def test_an_opt_out_by_text_is_rung(night: Night) -> None:
    """This carrier reports an opt-out in a field of its own; the words of the text mean nothing to us."""
    await night.call_out()
    await night.replies("ana", "BAJA", "unsubscribed")
    await night.passes(1)
    assert (await night.people())["ana"].opted_out
    assert any(item["id"].startswith("r-") for item in night.exchange.items.values())
    assert any("opted out" in text for text in night.phone("cora").texts)
    await night.replies("ana", "ALTA", "subscribed")
    assert not (await night.people())["ana"].opted_out


async def test_only_this_carrier_is_believed(night: Night) -> None:
    """A wrong secret, another kind of body and a request that lacks a field are each refused in their own way."""
    told = {"id": "in-1", "from": "15625550101", "content": "1"}
    for doubtful in (
        night.exchange.tell("/sms", told, secret="guessed"),
        night.exchange.tell("/sms", told, kind="text/plain"),
        night.exchange.tell("/sms", {"id": "in-1"}),
        night.exchange.tell("/voice/page/x/keys", {"question": "nap"}),
        night.exchange.tell(f"{night.exchange.service_url}/twilio/sms", told),
    ):
        await doubtful
    assert night.exchange.answers == [403, 415, 400, 404, 404]
    assert await night.service.carrier.check() is None


async def test_our_number_is_set_up(night: Night) -> None:
    """What is missing at this carrier is set in its own words, and then nothing is missing."""
    carrier = night.service.carrier
    found = await carrier.number()
    assert found == NumberSetUp()
    await carrier.set_number(carrier.wanted_number)
    assert await carrier.number() == carrier.wanted_number
    assert night.exchange.number["texts"] == f"{night.exchange.service_url}/other/sms"


async def test_one_moment_please(night: Night) -> None:
    """While the database is away this carrier, too, is asked to come again, three times."""
    carrier = night.service.carrier
    told: dict[str, Any] = {"id": "in-1", "question": "page", "pressed": "1"}
    for again in (1, 2, 3):
        request = CarrierRequest("https://here/keys", "", {}, json.dumps(told).encode())
        document = carrier.one_moment(request)
        assert document is not None
        told = json.loads(document.content)["bring"]
        assert told == {"id": "in-1", "question": "page", "pressed": "1", "again": again}
    assert carrier.one_moment(CarrierRequest("https://here/keys", "", {}, json.dumps(told).encode())) is None


async def _pages(night: Night) -> list[dict[str, Any]]:
    rows = await night.service.database.read(lambda tx: tx.execute(t.page.select()).mappings().all())
    return [dict(row) for row in rows]
