"""`/phones`, in a town whose clock the test moves: what it shows, what it does, and for whom it does nothing."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from demo import sample
from dispatch.actions.people import verify_number
from dispatch.actions.roster import start_from
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Person
from tests.demo.conftest import PageInTown
from twilio_simulator import Behaviour

PATIENCE = 60.0


# ---- what it shows -------------------------------------------------------------------------------------------------


async def test_everybody_has_a_phone(phones: PageInTown) -> None:
    """Specialists, coordinators, the officer and partners told by text are there, and the page says who is on call."""
    html = await phones.html()
    for name in ("Ana", "Ben", "Cleo", "Dev", "Eva", "Cora", "Omar", sample.OFFICER_NAME, "PROBATION", "DCFS"):
        assert f">{name}</h3>" in html
    assert "primary on call" in html
    assert "backup on call" in html


async def test_a_text_is_on_the_phone_it_went_to(phones: PageInTown) -> None:
    """After a call-out Ana's phone shows the page, and the board the call-out."""
    callout = await phones.call_out()
    await phones.town.pass_time(timedelta(seconds=2))
    html = await phones.html()
    assert f"LBPD call-out {callout['code']}. Reply 1" in _phone(html, "ana")
    assert "Nothing" not in _phone(html, "ana")
    assert "Reply 1" not in _phone(html, "ben")
    assert f'aria-label="Call-out {callout["code"]}"' in html


async def test_whoever_verifies_a_number_has_a_phone(phones: PageInTown) -> None:
    """A newcomer whom a coordinator adds opens the link, types the code and presses 1, all from this view."""
    runner, gia = phones.town.service.runner, Person("gia", "Gia Park", "+15625550145")
    asking = partial(verify_number.ask, is_landline=False, newcomer=gia)
    await runner.act(asking, gia.id, gia.phone, OPERATOR, Source.CLI)
    await phones.town.pass_time(timedelta(seconds=2))
    shown = _phone(await phones.html(), "new-0145")
    assert ">Gia</h3>" in shown
    assert "Number to be verified" in shown
    assert re.search(r'href="[^"]*/n/\w+"', shown)
    await phones.act("new-0145", "behave", behaviour="answers")
    await phones.act("new-0145", "text", body="hello")


async def test_a_late_yes_and_who_is_nearer_can_be_watched(phones: PageInTown) -> None:
    """Each phone says where its owner starts from now, and the board names whoever comes first."""
    assert "Specialist, from Norwalk" in _phone(await phones.html(), "dev")
    await phones.town.service.runner.act(start_from.set_start, "dev", "CSN", OPERATOR, Source.CLI)
    await phones.call_out()
    await phones.act("ana", "text", body="1 70")
    await phones.town.pass_time(timedelta(seconds=5))
    html = await phones.html()
    assert "Specialist, from Carson" in _phone(html, "dev")
    assert "Coordinator, from" not in html
    assert "Ana is going but may be there after the hour" in _phone(html, "dev")
    assert "Ana, ETA 03:24</p>" in html
    await phones.act("dev", "text", body="1 40")
    await phones.town.pass_time(timedelta(seconds=5))
    assert "Dev, ETA 02:54</p>" in await phones.html()


async def test_nothing_that_people_write_becomes_markup(phones: PageInTown) -> None:
    """A text with tags in it is shown as it was written, on the phone and in the stream."""
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    assert (await phones.act("ana", "text", body=evil)).status_code == 200
    await phones.town.settle()
    await phones.town.pass_time(timedelta(seconds=5))
    html = await phones.html()
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    async with _stream(phones) as events:
        pieces = [piece async for piece in _until(events, "board")]
    assert "<img src=x" not in json.dumps(pieces)


async def test_only_links_to_our_own_pages_can_be_followed(phones: PageInTown) -> None:
    """The link to the one-tap page is a link; any other address in a text stays plain text."""
    callout = await phones.call_out()
    await phones.act("ana", "text", body="1 25")
    await phones.act("ben", "text", body=f"{callout['code']} see http://elsewhere.example/")
    await phones.town.pass_time(timedelta(seconds=2))
    html = await phones.html()
    assert f'<a href="{phones.town.url}/r/' in _phone(html, "ana")
    assert 'href="http://elsewhere' not in html


async def test_style_and_script_are_files_of_their_own(phones: PageInTown) -> None:
    """The page names both, each is served with its own type, and no script is in the page itself."""
    html = await phones.html()
    for name, kind in (("phones.css", "text/css"), ("phones.js", "text/javascript")):
        stem, _, suffix = name.partition(".")
        (address,) = re.findall(rf'"(/phones/{stem}\.[0-9a-f]+\.{suffix})"', html)
        answer = await phones.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)


# ---- what it does --------------------------------------------------------------------------------------------------


async def test_a_call_can_be_answered_and_keys_pressed(phones: PageInTown) -> None:
    """The phone rings after a minute; answered, it shows what is said and takes the key that takes the call-out."""
    callout = await phones.call_out()
    await phones.town.pass_time(timedelta(seconds=61))
    assert "Answer</button>" in _phone(await phones.html(), "ana")
    assert (await phones.act("ana", "answer")).status_code == 200
    await phones.town.settle()
    talking = _phone(await phones.html(), "ana")
    assert "Press 1 to take it" in talking
    assert talking.count('name="keys"') == 12
    assert (await phones.act("ana", "press", keys="1")).status_code == 200
    await phones.town.settle()
    assert (await phones.status(callout))["specialist"] == "Ana"
    assert (await phones.act("ana", "hang-up")).status_code == 200
    assert "pressed 1" in _phone(await phones.html(), "ana")
    assert "Hang up" not in _phone(await phones.html(), "ana")


async def test_a_call_can_be_declined(phones: PageInTown) -> None:
    """Declining ends the ringing and shows on the phone."""
    await phones.call_out()
    await phones.town.pass_time(timedelta(seconds=61))
    assert (await phones.act("ana", "reject")).status_code == 200
    html = _phone(await phones.html(), "ana")
    assert "Answer</button>" not in html
    assert "Declined" in html


_BEHAVIOURS = ["left_to_ring", "answers", "voicemail", "switched_off", "unreachable", "busy", "opted_out"]


async def test_what_a_phone_does_can_be_switched(phones: PageInTown, subtests: pytest.Subtests) -> None:
    """Each behaviour that is offered can be chosen, and is shown as chosen."""
    for behaviour in _BEHAVIOURS:
        with subtests.test(str(behaviour)):
            assert (await phones.act("ben", "behave", behaviour=behaviour)).status_code == 200
            assert phones.town.phone_of("ben").behaviour is Behaviour[behaviour.upper()]
            assert f'value="{behaviour}" selected' in _phone(await phones.html(), "ben")


async def test_one_click_calls_out(phones: PageInTown) -> None:
    """The form names the agency, and the answer names the code."""
    answer = await phones.client.post("/phones/callouts", data={"agency": "LAPD"})
    assert answer.json() == {"said": "K7Q is open for LAPD."}
    assert phones.call_outs == ["LAPD"]
    assert (await phones.client.post("/phones/callouts", data={"agency": "DCFS"})).status_code == 422


async def test_it_works_without_its_script(phones: PageInTown) -> None:
    """A plain form is answered with the page, at the phone that was used."""
    answer = await phones.client.post(
        "/phones/ana/text", data={"body": "HERE"}, headers={"Accept": "text/html,application/xhtml+xml"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/phones#ana")


_NOT_DONE = [
    ("ana", "answer", {}, 409, "no call rings"),
    ("ana", "press", {"keys": "1"}, 409, "not connected"),
    ("ana", "press", {"keys": "x"}, 422, "a phone has the keys"),
    ("ana", "text", {"body": "  "}, 422, "1 to 480 characters"),
    ("ana", "text", {"body": "x" * 481}, 422, "1 to 480 characters"),
    ("ana", "behave", {"behaviour": "on fire"}, 422, "cannot be"),
    ("ana", "fly", {}, 422, "cannot fly"),
    ("nobody", "answer", {}, 404, "nobody"),
]


async def test_what_cannot_be_done_is_said(phones: PageInTown, subtests: pytest.Subtests) -> None:
    """A mistake is answered with a problem document that a person can read."""
    for who, act, form, status, words in _NOT_DONE:
        with subtests.test(str((who, act))):
            answer = await phones.act(who, act, **form)
            assert answer.status_code == status
            assert words in answer.json()["detail"]


# ---- for whom it does nothing --------------------------------------------------------------------------------------


_OTHER_SITES = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Host": "evil.example"},
]


async def test_another_site_cannot_use_the_phones(phones: PageInTown, subtests: pytest.Subtests) -> None:
    """A request that a browser sends for another site, or to a foreign name that points here, does nothing."""
    for headers in _OTHER_SITES:
        with subtests.test(str(headers)):
            answer = await phones.client.post("/phones/ana/text", data={"body": "1"}, headers=headers)
            assert answer.status_code == 403
            assert not list(phones.town.carrier.messages)


async def test_a_foreign_name_cannot_read_the_phones(phones: PageInTown) -> None:
    """Nothing of the page is given to a name that was made to point here."""
    for path in ("/phones", "/phones/events", "/phones/phones.css", "/phones/phones.js"):
        assert (await phones.client.get(path, headers={"Host": "evil.example"})).status_code == 403


async def test_our_own_page_may(phones: PageInTown) -> None:
    """What a browser sends for the page itself is accepted."""
    headers = {"Origin": phones.town.url, "Sec-Fetch-Site": "same-origin"}
    answer = await phones.client.post("/phones/ana/text", data={"body": "1"}, headers=headers)
    assert answer.status_code == 200


# ---- live ----------------------------------------------------------------------------------------------------------


async def test_the_stream_tells_what_is_new(phones: PageInTown) -> None:
    """The stream begins with everything, and then sends only the phone that changed and the board."""
    async with _stream(phones) as events:
        first = [data["id"] for name, data in [event async for event in _until(events, "board")] if name == "phone"]
        people = ["ana", "ben", "cleo", "dev", "eva", "officer", "stranger", "cora", "omar", "probation", "dcfs"]
        assert first == people
        await phones.act("officer", "behave", behaviour="busy")
        _, data = await _next(events, "phone")
        assert data["id"] == "officer"
        assert [piece[0] for piece in data["fresh"]] == ["officer-behaviour"]


async def test_the_stream_ends_with_the_page(phones: PageInTown) -> None:
    """When the demo stops, open streams end, so that the server need not wait for them."""
    async with _stream(phones) as events:
        [event async for event in _until(events, "board")]
        phones.page.close()
        async with asyncio.timeout(PATIENCE):
            assert [name async for name, _ in events if name == "phone"] == []


Event = tuple[str, dict[str, Any]]


@asynccontextmanager
async def _stream(phones: PageInTown) -> AsyncIterator[AsyncIterator[Event]]:
    async with (
        httpx.AsyncClient(base_url=phones.town.url, timeout=PATIENCE) as client,
        client.stream("GET", "/phones/events") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


async def _events(answer: httpx.Response) -> AsyncIterator[Event]:
    name = ""
    async for line in answer.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


async def _until(events: AsyncIterator[Event], last: str) -> AsyncIterator[Event]:
    async for name, data in events:
        yield name, data
        if name == last:
            return


async def _next(events: AsyncIterator[Event], wanted: str) -> Event:
    async with asyncio.timeout(PATIENCE):
        async for name, data in events:
            if name == wanted:
                return name, data
    raise AssertionError(f"the stream ended without {wanted!r}")


def _phone(html: str, owner: str) -> str:
    """The part of the page that shows one phone."""
    return html.split(f'id="{owner}" aria-labelledby', 1)[1].split("</article>", 1)[0]
