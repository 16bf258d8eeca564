"""Stories about covers of a shift of which its holder has a part only, since somebody edited the roster."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from dispatch.actions.schedule.change_roster import plan
from dispatch.actions.schedule.read_changing import read_changeable, read_sickness, see_stand_ins
from dispatch.actions.shifts.ask_cover import go_on_asking
from dispatch.actions.shifts.for_others import withdraw
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.schedule.edits import AddOverride, ComeInFor, Put
from dispatch.store import tables as t
from tests.stories.own_view import goes_away, swaps, withdraws
from tests.stories.story import Story, tell
from tests.stories.test_covers import CORA, MORNING, NIGHTS, hours, state
from tests.stories.test_roster_changes import made

# Ana has the whole week, from Monday 9:00.
WEEK: Roster = replace(
    NIGHTS,
    rotations=(
        Rotation("primary", ("ana",), RotationUnit.WEEKS, 1, time(9), date(2026, 11, 23), weekday=0),
        NIGHTS.rotations[1],
    ),
)
SATURDAY = datetime(2026, 11, 28, 14, 0, tzinfo=UTC)  # 6:00 in Los Angeles
DAY = timedelta(days=1)
EVERYBODY = [one.id for one in WEEK.people]

SET_IN = (WEEK, MORNING)


def to_ben(start: datetime = SATURDAY, end: datetime = SATURDAY + DAY) -> AddOverride:
    return AddOverride(Override("primary", OverrideKind.REPLACE, start, end, "ben", "ana"))


async def spans(story: Story) -> list[tuple[int, str, float, float]]:
    """Each cover with what became of it, from how many days after Saturday 6:00 until when."""
    return [
        (row["number"], row["state"], (row["starts_at"] - SATURDAY) / DAY, (row["ends_at"] - SATURDAY) / DAY)
        for row in await story.rows(t.cover)
    ]


async def test_what_is_left_of_an_absence_is_asked_for_at_once(story: Story) -> None:
    """Ana is away from Friday to Sunday, and a coordinator puts Ben in for Saturday: the other two nights are asked
    for, and coordinators hear of each in time."""
    await goes_away(story, "ana", "FRI", "SUN")
    story.forget(*EVERYBODY)
    assert await spans(story) == [(1, "open", -1, 2)]
    asked = {row["person"] for row in await story.rows(t.cover_asked)}
    await made(story, to_ben())
    story.forget(*EVERYBODY)
    await story.town.service.runner.act(go_on_asking)
    await story.passes(seconds=2)
    assert await spans(story) == [(1, "lapsed", -1, 2), (2, "open", -1, 0), (3, "open", 1, 2)]
    away, *_ = await story.rows(t.absence)
    assert {row["absence"] for row in await story.rows(t.cover)} == {away["id"]}
    for who in asked:
        story.expect_text(who, "Cover 1 has changed and is asked for no longer: Fri 27 Nov 06:00-Mon 06:00.")
    again = {row["person"] for row in await story.rows(t.cover_asked) if row["cover"] > 1}
    assert len(again) == 3
    assert "ana" not in again
    for who in again:
        story.forget(who)
    assert not [one for one in story.phone("ana").texts if "asked for no longer" in one.body]
    await hours(story, 20)
    told = [row["text"] for row in await story.rows(t.page) if row["purpose"] == "alarm" and row["person"] == "cora"]
    assert [one for one in told if one.startswith("ALARM cover 2: nobody covers Ana")]
    story.forget(*EVERYBODY)


async def test_whoever_asked_for_the_whole_hears_that_nobody_is_asked_for_the_rest(database_url: str) -> None:
    """She asked for it without being away, so she decides about the rest. The alarm about the whole is over."""
    async with tell(database_url, WEEK, SATURDAY - timedelta(hours=10)) as story:
        await swaps(story, "ana", "SAT")
        await hours(story, 1.2)  # 12 hours before
        told = [
            row["text"] for row in await story.rows(t.page) if row["purpose"] == "alarm" and row["person"] == "cora"
        ]
        assert told
        story.forget(*EVERYBODY)
        await made(story, to_ben(SATURDAY + DAY / 2))
        story.forget(*EVERYBODY)
        await story.town.service.runner.act(go_on_asking)
        await story.passes(seconds=5)
        assert [one[1] for one in await state(story)] == ["lapsed"]
        said = story.expect_text("ana", "Cover 1 is asked for no longer: the shift changed. Still yours: Sat 28 Nov")
        assert len(said) <= 160
        assert any("alarm over" in one.body for one in story.phone("cora").texts)
        story.forget(*EVERYBODY)


async def test_a_cover_beyond_the_nights_that_a_preview_shows_lapses_at_once_as_well(database_url: str) -> None:
    """A new order gives Christmas to Ben. Cleo once read for hours that it is hers when she took her request back."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        await swaps(story, "cleo", "12/25")
        assert await state(story) == [(1, "open", None)]
        await made(story, Put(replace(NIGHTS.rotations[0], members=("ana", "cleo", "ben"))))
        await story.town.service.runner.act(go_on_asking)
        assert await state(story) == [(1, "lapsed", None)]
        await story.passes(seconds=2)
        story.forget(*EVERYBODY)
        await withdraws(story, "cleo", 1)
        story.expect_silence()


async def test_a_holder_hears_that_a_coordinator_asks_no_longer(story: Story) -> None:
    """Otherwise she would wait for somebody to take it."""
    await swaps(story, "ana", "SAT")
    story.forget(*EVERYBODY)
    await story.town.service.runner.act(withdraw, 1, CORA, Source.WEB)
    await story.passes(seconds=2)
    story.expect_text("ana", "Nobody is asked any more about 1: Sat 28 Nov")
    story.forget(*EVERYBODY)


# ---- away ----------------------------------------------------------------------------------------------------------


async def test_whoever_is_away_is_not_proposed_first(story: Story) -> None:
    """Eva is away for the week, and so has no night in it. Ana falls sick: Eva is no longer free, on the night's view
    as well, and whoever puts her in reads why."""
    await goes_away(story, "eva", "11/24", "11/30")
    story.forget("eva")
    runner = story.town.service.runner
    (found,) = await runner.act(see_stand_ins, await runner.ask(read_sickness, "ana"), CORA, Source.WEB)
    assert {one.person.id: one.known for one in found}["eva"].startswith("is away then")
    night = await runner.ask(read_changeable, "primary", MORNING.date())
    for proposed in (found, night.coverable[0].stand_ins):
        assert proposed[0].is_free
        assert "eva" in {one.person.id for one in proposed if not one.is_free}
    shown = (await runner.ask(plan, ComeInFor("ana", "eva", MORNING + DAY))).preview
    assert "Eva has said that they are away then" in shown.notes
