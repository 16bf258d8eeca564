"""What a coordinator changes about a person, as she sees it before it is made."""

from tests.inbound.callouts.pressing import pressing
from tests.inbound.house import House
from tests.inbound.web.changing import words_of

BEN = {"name": "Ben Okafor", "roles": "specialist", "languages": "en", "texts_in": "en", "turnout_minutes": "15"}


async def test_a_preview_says_each_field_that_becomes_another(house: House) -> None:
    """It once said only that the same people stay on call, and a slip went by unseen."""
    async with pressing(house) as cora:
        form = BEN | {"texts_in": "es", "languages": "English, Spanish", "contact_plan": "text 0s"}
        shown = words_of((await cora.door.post("/people/ben", form)).text)
    assert "Change Ben Okafor?" in shown
    assert "Our texts and calls in: en → es" in shown
    assert "→ en, es" in shown
    assert "→ text 0s" in shown
    assert "Name:" not in shown


async def test_what_no_officer_can_ask_for_is_no_language(house: House) -> None:
    """A code that is in no list is asked for by nobody, so the specialist would never be the one who speaks it."""
    async with pressing(house) as cora:
        answer = await cora.door.post("/people/ben", BEN | {"languages": "en, Klingonish", "contact_plan": "shout 5m"})
    assert answer.status_code == 422
    said = words_of(answer.text)
    assert "Klingonish: no language of our list; write it like es or Spanish." in said
    assert "'shout' is not one of text, call." in said
