"""A request of the carrier that comes again, however late and behind whichever others, changes nothing."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from dispatch.rules.wording import spoken
from dispatch.store import tables as t
from tests.inbound.house import CORA, NOW, House, asked_at, twiml, words

STRANGER = {"CallSid": "CA7", "From": "+15625550199", "To": "+15625550100"}


async def calls(house: House) -> ET.Element:
    """A stranger calls the hotline: what they hear."""
    return twiml(await house.carrier("/twilio/voice/hotline", STRANGER))


async def brings(house: House, at: str | None, digits: str) -> ET.Element:
    """The carrier brings keys to the address that the document before gave it."""
    assert at is not None
    return twiml(await house.carrier(at, {"CallSid": "CA7", "Digits": digits}))


def written(document: ET.Element) -> bytes:
    return ET.tostring(document)


async def test_a_key_on_the_hotline_behind_other_keys(house: House) -> None:
    """The star key of before comes once more, when the officer has gone on in Spanish: Spanish it stays."""
    star = asked_at(await calls(house))
    spanish = await brings(house, star, "*")
    opened = await brings(house, asked_at(spanish), "1")
    before = await house.everything()
    late = await brings(house, star, "*")
    assert await house.everything() == before
    assert (await house.row(t.hotline_call))["language"] == "es"
    assert asked_at(late) == asked_at(opened), "and whatever they press now is the answer to where they are"
    answered = await brings(house, asked_at(late), "2")
    assert asked_at(answered) != asked_at(late)
    assert (await house.row(t.callout))["children"] == 2


async def test_a_call_for_a_coordinator_is_made_once(house: House) -> None:
    """0 comes again after two minutes of turns: coordinators' phones do not ring once more."""
    hears = await calls(house)
    for digits in ("1", "", "", "", ""):
        hears = await brings(house, asked_at(hears), digits)
    zero = asked_at(hears)
    hears = await brings(house, zero, "0")
    assert len(await house.rows(t.alarm, kind="officer_calls")) == 1
    for _ in range(12):
        house.clock.pass_minutes(1 / 6)
        hears = await brings(house, asked_at(hears), "")
    before = await house.everything()
    await brings(house, zero, "0")
    assert await house.everything() == before


@pytest.mark.parametrize("keys", ["1", "*", "2 111111", "2 111111 222222 333333", "1 3", "1 - 4", "- 0", "9"])
async def test_the_last_key_on_the_hotline_again(house: House, keys: str) -> None:
    """Its answer was lost: the carrier brings it again, and gets the same document, word for word."""
    hears, at, digits = await calls(house), None, ""
    for digits in keys.replace("-", "").split(" "):
        at = asked_at(hears)
        hears = await brings(house, at, digits)
    before = await house.everything()
    for _ in range(2):
        assert written(await brings(house, at, digits)) == written(hears)
    assert await house.everything() == before


async def test_minutes_of_before(house: House) -> None:
    """Ana keyed in 25 and texted 40 later; the 25 comes again, at once and behind another key. It is 40."""
    created = await house.opened()
    page = (await house.page(created["id"], purpose="page", channel="voice"))["id"]
    eta = asked_at(await brings(house, asked_at(await house.pick_up(page)), "1"))
    confirmed = await brings(house, eta, "25")
    await house.text(f"{created['code']} 40")
    assert (await house.row(t.assignment))["eta_at"] == NOW + timedelta(minutes=40)
    assert written(await brings(house, eta, "25")) == written(confirmed)
    place = await brings(house, asked_at(confirmed), "9")
    late = await brings(house, eta, "25")
    assert (await house.row(t.assignment))["eta_at"] == NOW + timedelta(minutes=40)
    assert asked_at(late) == asked_at(place)
    assert words(late) == spoken.menu()


async def test_a_coordinator_who_decides_hears_the_same_again(house: House) -> None:
    """1 pages for a caller who said nothing. Brought again it is no late decision about what is decided already."""
    await brings(house, asked_at(await calls(house)), "")
    page = (await house.page(None, purpose="alarm", channel="voice", to=CORA))["id"]
    asked = asked_at(await house.pick_up(page))
    paged = await brings(house, asked, "1")
    assert words(paged) == spoken.CALLER_IS_PAGED
    assert written(await brings(house, asked, "1")) == written(paged)
    assert len(await house.rows(t.callout)) == 1


async def test_an_address_without_a_turn_counts(house: House) -> None:
    """Its key is acted on."""
    created = await house.opened()
    page = (await house.page(created["id"], purpose="page", channel="voice"))["id"]
    for digits in ("25", "30"):
        await house.press(page, "page", "1")
        await house.press(page, "eta", digits)
    assert (await house.row(t.assignment))["eta_at"] == NOW + timedelta(minutes=30)


async def test_a_turn_that_never_was(house: House) -> None:
    """A made-up number answers from how things stand, and changes nothing."""
    hears = await calls(house)
    at = asked_at(hears)
    assert at is not None
    before = await house.everything()
    answer = await brings(house, at.replace("turn=0", "turn=7"), "*")
    assert (asked_at(answer), words(answer)) == (at, words(hears))
    assert await house.everything() == before
