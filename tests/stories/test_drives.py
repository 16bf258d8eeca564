"""Stories about drives: what they took is kept, without the night it was, and nobody outside reads an area."""

import io
from dataclasses import replace
from typing import Any

import pytest

from demo.town import Town
from dispatch import logs
from dispatch.actions.roster import measure_drive
from dispatch.rules.facts.roster import Area, Roster
from tests.stories.story import DCFS, OFFICER, ROSTER, Story, t, tell

PLACE = {"address": "400 W Broadway, Long Beach"}
START = "Quartz Hollow"  # Ana's area: a name that nothing else here has


def _with_areas() -> Roster:
    people = {person.id: person for person in ROSTER.people}
    people["ana"] = replace(people["ana"], area_night="QZH")
    areas = (Area("LBH", "Long Beach", 33.77, -118.19), Area("QZH", START, 33.90, -118.22))
    return replace(ROSTER, people=tuple(people.values()), areas=areas)


SET_IN = (_with_areas(),)


async def _drives(story: Story) -> list[dict[str, Any]]:
    return [{name: row[name] for name in row if name != "id"} for row in await story.rows(t.measured_drive)]


async def _is_taken(story: Story, place: dict[str, Any] | None) -> dict[str, Any]:
    callout = await story.paging(meeting_place=place or {})
    story.expect_text("ana", callout["code"])
    await story.says("ana", "1 20", minutes=1)
    return callout


async def test_a_drive_is_kept_when_somebody_arrives(story: Story) -> None:
    """From her area to the meeting place's, at night, in whole minutes; no column could say whose it was. HERE twice
    is one drive."""
    await _is_taken(story, PLACE)
    await story.says("ana", "OMW", minutes=17)
    await story.says("ana", "HERE", minutes=2)
    await story.says("ana", "HERE")
    (drive,) = await _drives(story)
    day = drive.pop("day")
    assert drive == {"from_area": "QZH", "to_area": "LBH", "part": "night", "minutes": 17}
    assert day == story.town.clock().date()
    story.forget("ana", OFFICER, DCFS)


@pytest.mark.parametrize("place", [None, {"address": "somewhere"}])
async def test_nothing_is_kept_where_the_meeting_place_is_in_no_area(story: Story, place: Any) -> None:
    """Unknown stays unknown, and the arrival is as any other."""
    callout = await _is_taken(story, place)
    await story.says("ana", "OMW", minutes=17)
    await story.says("ana", "HERE")
    assert (await story.status(callout))["status"] == "on_scene"
    assert await _drives(story) == []
    story.forget("ana", OFFICER, DCFS)


async def test_whoever_never_said_that_they_left_made_no_drive(story: Story) -> None:
    """Nobody knows when she began to drive."""
    await _is_taken(story, PLACE)
    await story.passes(minutes=5)
    await story.says("ana", "HERE")
    assert await _drives(story) == []
    story.forget("ana", OFFICER, DCFS)


@pytest.mark.usefixtures("own_logging")
async def test_an_area_is_in_no_text_no_log_and_no_answer_to_an_agency(database_url: str) -> None:
    """Through a whole night, from DEBUG on."""
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    async with tell(database_url, _with_areas()) as story:
        callout = await _is_taken(story, PLACE)
        await story.says("ana", "OMW", minutes=17)
        await story.says("ana", "HERE")
        assert len(await _drives(story)) == 1
        told = str(await story.status(callout)) + _sent(story.town) + stream.getvalue()
        assert callout["code"] in stream.getvalue()
        assert START not in told
        assert "QZH" not in told
        written = [str(row) for table in (t.timeline, t.audit, t.page) for row in await story.rows(table)]
        assert not [line for line in written if START in line or "QZH" in line]
        story.forget("ana", OFFICER, DCFS)


def _sent(town: Town) -> str:
    phones = [town.carrier.phone(number) for number in (OFFICER, DCFS, *(one.phone for one in ROSTER.people))]
    return " ".join(text.body for phone in phones for text in phone.texts)


async def test_a_drive_that_cannot_be_measured_leaves_the_arrival_standing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours there is only logged: the clock has stopped all the same."""

    def fails(*_: object) -> None:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(measure_drive, "measured_drive", fails)
    async with tell(database_url, _with_areas()) as story:
        callout = await _is_taken(story, PLACE)
        await story.says("ana", "OMW", minutes=17)
        await story.says("ana", "HERE")
        assert (await story.status(callout))["status"] == "on_scene"
        assert await _drives(story) == []
        story.forget("ana", OFFICER, DCFS)
