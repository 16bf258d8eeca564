"""What a paged person hears, and what the keys do. Every answer is proven to be XML."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from dispatch.rules.wording import spoken
from dispatch.store import tables as t
from dispatch.store.roster.roster import touch_roster
from tests.inbound.house import House, asked_at, goes_on_at, problem, words


def keys(page: str, stage: str) -> str:
    return f"/twilio/voice/page/{page}/keys?stage={stage}"


def asked(heard: ET.Element) -> str | None:
    """Where the next key goes, whichever turn of the call it answers."""
    at = asked_at(heard)
    return re.sub(r"&turn=[0-9]+$", "", at) if at is not None else None


def ends(heard: ET.Element) -> bool:
    return asked(heard) is None and heard.find("Hangup") is not None


async def rung(house: House, **details: Any) -> tuple[dict[str, Any], str]:
    """A call-out, and the page under which Ana's phone rings."""
    created = await house.opened(**details)
    return created, (await house.page(created["id"], purpose="page", channel="voice"))["id"]


async def test_a_page_says_who_calls_and_what_to_press(house: House) -> None:
    """The agency in full and the code letter by letter, never the place; one key is asked for."""
    created, page = await rung(house, meeting_place={"address": "400 W Broadway"})
    heard = await house.pick_up(page)
    assert words(heard) == spoken.page("Long Beach Police Department", created["code"])
    assert asked(heard) == keys(page, "page")
    gather = heard.find("Gather")
    assert gather is not None
    assert (gather.attrib["numDigits"], gather.attrib["input"]) == ("1", "dtmf")
    assert (await house.row(t.callout))["status"] == "paging"


async def test_picking_up_alone_acknowledges_nothing(house: House) -> None:
    """Without a key the page is said three times and the call ends; nothing has changed."""
    _, page = await rung(house)
    before = await house.everything()
    first = await house.pick_up(page)
    assert goes_on_at(first) == f"/twilio/voice/page/{page}?round=2"
    second = await house.pick_up(page, "?round=2")
    assert goes_on_at(second) == f"/twilio/voice/page/{page}?round=3"
    third = await house.pick_up(page, "?round=3")
    assert words(first) == words(second) == words(third)
    assert goes_on_at(third) is None
    assert third.find("Hangup") is not None
    assert await house.everything() == before


@pytest.mark.parametrize("query", ["?round=", "?round=12", "?round=x", "?round=%00", "?other=1"])
async def test_an_odd_round_is_the_first(house: House, query: str) -> None:
    """A round number that we never ask for does not end the call."""
    _, page = await rung(house)
    assert goes_on_at(await house.pick_up(page, query)) == f"/twilio/voice/page/{page}?round=2"


async def test_what_is_said_stays_xml(house: House) -> None:
    """Markup in an address is spoken, not interpreted."""
    _, page = await rung(house, meeting_place={"address": "</Say><Dial>+15625550199</Dial> & Co"})
    await house.press(page, "page", "1")
    heard = await house.press(page, "menu", "3")
    assert heard.find(".//Dial") is None
    assert "</Say><Dial>+15625550199</Dial> & Co" in words(heard)


async def test_a_conference_shows_and_records_nobody(house: House) -> None:
    """It ends when either goes, asks at our doors, and has no number in it."""
    created, page = await rung(house)
    await house.press(page, "page", "1")
    await house.press(page, "menu", "4")
    officer = (await house.page(created["id"], purpose="join"))["id"]
    assert asked(await house.pick_up(officer)) == keys(officer, "join")
    heard = await house.press(officer, "join", "1")
    dial, conference = heard.find("Dial"), heard.find("Dial/Conference")
    assert dial is not None
    assert conference is not None
    assert conference.text == officer
    assert dial.attrib["action"].partition("#")[0].endswith(f"/voice/page/{officer}/left?turn=1")
    assert conference.attrib["waitUrl"].partition("#")[0].endswith(f"/voice/page/{officer}/waits?turn=1")
    assert conference.attrib["endConferenceOnExit"] == "true"
    assert "+1" not in ET.tostring(heard, "unicode")
    assert (await house.press(page, "joining", "")).find("Dial/Conference") is not None


async def test_whoever_reads_spanish_hears_it_from_a_spanish_voice(house: House) -> None:
    """An English voice would read Spanish as nobody speaks it."""
    created, _ = await rung(house)
    await house.run(sa.update(t.person).where(t.person.c.id == "ana").values(texts_in="es"))
    await house.service.database.write(touch_roster)
    page = await house.page(created["id"], person="ana", channel="voice", purpose="page")
    said = (await house.pick_up(page["id"])).find(".//Say")
    assert said is not None
    assert said.text is not None
    assert said.text.startswith("Este es un llamado")
    assert (said.attrib["voice"], said.attrib["language"]) == ("Polly.Lupe", "es-US")


@pytest.mark.parametrize("page", ["nobody", "%00", "%ff%fe", "x" * 2000])
async def test_a_call_under_no_page_of_ours_ends(house: House, page: str) -> None:
    """Somebody is listening, who may have been asked to come: nobody says that there is nothing to do."""
    for heard in (await house.pick_up(page), await house.press(page, "page", "1")):
        assert words(heard) == spoken.NOT_KNOWN
        assert ends(heard)


async def test_a_stage_that_is_none_is_refused(house: House) -> None:
    """None of our addresses has such a stage."""
    problem(await house.carrier("/twilio/voice/page/x/keys?stage=nap", {"Digits": "1"}), 404)


async def of_purpose(house: House, callout: str, purpose: str) -> str:
    """A call of another purpose to Ana's phone."""
    row = await house.page(callout, purpose="page", channel="voice")
    await house.put(t.page, **{**row, "id": f"a-{purpose}", "purpose": purpose, "text": "Something happened."})
    return f"a-{purpose}"


async def test_an_alarm_is_said_twice_and_asks_nothing(house: House) -> None:
    """The first words are often missed; no key means anything."""
    created = await house.opened()
    page = await of_purpose(house, created["id"], "alarm")
    before = await house.everything()
    heard = await house.pick_up(page)
    assert words(heard) == "Something happened. Something happened."
    assert ends(heard)
    assert await house.everything() == before


async def test_letters_that_end_a_call_are_not_said(house: House) -> None:
    """XML cannot carry a control character, and one in a name would end the call halfway."""
    created = await house.opened()
    page = await of_purpose(house, created["id"], "alarm")
    await house.change(t.page, page, text="Bell\x07 and \ufffe & <so on>.")
    assert words(await house.pick_up(page)).startswith("Bell and  & <so on>.")
