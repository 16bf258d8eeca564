"""Stories of our own number, given or shown as an officer's: we would ring and text ourselves."""

import pytest

from demo.town import OUR_NUMBER
from tests.stories.story import DCFS, OFFICER, Story, t
from tests.stories.test_hotline import HOTLINE, heard, opened, press, ring, told_by_cora

WITHHELD = "+266696687"
OURS_AS_KEYED = OUR_NUMBER.removeprefix("+1")

SET_IN = (HOTLINE,)


@pytest.mark.parametrize("prefer", [{}, {"Prefer": "handling=strict"}], ids=["lenient", "strict"])
async def test_an_agency_that_gives_our_number_is_told_so(story: Story, prefer: dict[str, str]) -> None:
    """A number that cannot be rung back refuses a call-out at every agency's door: this is one."""
    said = {"officer": {"callback_phone": "(562) 555-0100"}}
    answer = await story.request("POST", "/v1/callouts", json=said, headers=prefer)
    assert answer.status_code == 422, answer.text
    (wrong,) = answer.json()["errors"]
    assert wrong["field"] == "officer.callback_phone"
    assert "is our own number" in wrong["message"]
    assert "Nothing was recorded" in answer.json()["detail"]
    assert await opened(story) == []


async def test_an_agency_cannot_change_the_number_to_ours(story: Story) -> None:
    """The officer's own number stays; and what else is said of a call-out that has ours from before can be changed."""
    callout = await story.call_out()
    path = f"/v1/callouts/{callout['id']}"
    answer = await story.request("PATCH", path, json={"officer": {"callback_phone": OUR_NUMBER}, "children": 2})
    assert answer.status_code == 422, answer.text
    (row,) = await opened(story)
    assert (row["officer_phone"], row["children"]) == (OFFICER, None)
    await story.town.service.database.write(
        lambda tx: tx.execute(t.callout.update().values(officer_phone=OUR_NUMBER)).rowcount
    )
    answer = await story.request("PATCH", path, json={"officer": {"callback_phone": OUR_NUMBER}, "children": 2})
    assert answer.status_code == 200, answer.text
    story.forget("ana", DCFS)


async def test_a_coordinators_program_is_told_so(story: Story) -> None:
    """Nothing is shown that would be sent to ourselves."""
    callout = await story.call_out()
    async with told_by_cora(story) as cora:
        ours = {"officer": {"callback_phone": OUR_NUMBER}}
        command = {"do": "change_details", "changes": ours}
        changed = await cora.post(f"/v1/callouts/{callout['id']}/commands/preview", json={"command": command})
    assert changed.status_code == 409, changed.text
    assert (changed.json()["why"], "is our own number" in changed.json()["detail"]) == ("our_number", True)
    story.forget("ana", DCFS)


async def test_the_menu_asks_again(story: Story) -> None:
    """An officer who keys in the number that they have just dialled hears that it is ours."""
    call = await ring(story, WITHHELD)
    await press(story, WITHHELD, "1")
    await story.passes(seconds=14)
    await story.presses(WITHHELD, f"{OURS_AS_KEYED}#")
    assert "That is our own number." in heard(call)
    assert (await opened(story))[0]["officer_phone"] == ""
    await story.passes(seconds=6)
    await story.presses(WITHHELD, "5625550188#")
    assert (await opened(story))[0]["officer_phone"] == "+15625550188"
    await story.phone(WITHHELD).hang_up()
    story.forget("ana", DCFS)


async def test_whoever_shows_our_number_shows_none(story: Story) -> None:
    """A faked caller id, or a line of ours that is forwarded to us: it is taken as withheld, and asked for a number."""
    await story.phone(OUR_NUMBER).call(OUR_NUMBER, verstat="TN-Validation-Passed-A")
    await story.town.settle()
    await press(story, OUR_NUMBER, "1")
    (called,) = await story.rows(t.hotline_call)
    assert (called["phone"], called["trust"]) == (None, "withheld")
    (callout,) = await opened(story)
    assert callout["officer_phone"] == ""
    await story.passes(seconds=2)
    await story.hangs_up(OUR_NUMBER, minutes=2)
    assert story.phone(OUR_NUMBER).texts == []
    story.forget("ana", DCFS)
