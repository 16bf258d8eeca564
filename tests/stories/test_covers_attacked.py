"""Stories about covers and absences at the edges: clocks that change, numbers that are nobody's yet, training, rest."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter

import pytest

from dispatch.actions.people import verify_number
from dispatch.actions.roster.edit_roster import NobodyOfThatName
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.actions.shifts.for_others import ask_for_other, handing_over
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.store import tables as t
from tests.stories.own_view import goes_away, swaps
from tests.stories.story import DCFS, OFFICER, Story, tell
from tests.stories.test_covers import CORA, MORNING, NIGHTS, holder, own_link, press_own, state

NEW = "+15625550140"
EVERYBODY = tuple(one.id for one in NIGHTS.people)

SET_IN = (NIGHTS, MORNING)


def from_day(day: date) -> Roster:
    """Ana has this day, Ben the next one, Cleo the third."""
    first, *others = NIGHTS.rotations
    return replace(NIGHTS, rotations=(replace(first, starts_on=day), *others))


async def _asked(story: Story, said: str = "WED") -> None:
    await swaps(story, "cleo", said)
    story.forget(*EVERYBODY)


async def _holds(story: Story, at: datetime) -> str:
    (who,) = await holder(story, at)
    return who


# ---- clocks that change --------------------------------------------------------------------------------------------


async def test_a_night_of_twenty_five_hours(database_url: str) -> None:
    """Sunday 1 November: 22:00 to 3:00 are six hours. Every text says what clocks on the wall show, and the resolver
    has the moments."""
    thursday = datetime(2026, 10, 29, 17, 0, tzinfo=UTC)
    async with tell(database_url, from_day(date(2026, 10, 5)), thursday) as story:
        await swaps(story, "cleo", "SAT 22-3")
        (row,) = await story.rows(t.cover)
        assert row["starts_at"] == datetime(2026, 11, 1, 5, 0, tzinfo=UTC)
        assert row["ends_at"] - row["starts_at"] == timedelta(hours=6)
        story.expect_text("dev", "Cleo asks for cover: Sat 31 Oct 22:00-Sun 03:00.")
        await story.says("dev", "COVER 1")
        story.expect_text("dev", "Yours now: Sat 31 Oct 22:00-Sun 03:00,")
        story.expect_text("cleo", "you are off call Sat 31 Oct 22:00-Sun 03:00.")
        assert await _holds(story, row["starts_at"] - timedelta(seconds=1)) == "cleo"
        assert await _holds(story, row["starts_at"]) == "dev"
        assert await _holds(story, row["ends_at"] - timedelta(seconds=1)) == "dev"
        assert await _holds(story, row["ends_at"]) == "cleo"
        await story.says("cleo", "NIGHTS")
        story.expect_text("cleo", "Yours: now-Thu 18:00, Sat 31 Oct 18:00-22:00, ")
        assert (
            "Sun 1 Nov 03:00-18:00" in (await press_own(story, story.phone("cleo").texts[-1].body.split(" ")[-1])).text
        )
        await story.says("dev", "NIGHTS")
        story.expect_text("dev", "Yours: Sat 31 Oct 22:00-Sun 03:00:")
        story.forget(*EVERYBODY)


async def test_a_night_of_twenty_three_hours(database_url: str) -> None:
    """Sunday 14 March: 22:00 to 3:00 are four hours, and there is no 2:30. The hours are written in their own view."""
    thursday = datetime(2027, 3, 11, 18, 0, tzinfo=UTC)
    async with tell(database_url, from_day(date(2027, 3, 1)), thursday) as story:
        link = await own_link(story, "ana")
        asked = {
            ("2027-03-13T22:00", "2027-03-14T03:00"): 303,
            ("2027-03-13T18:00", "2027-03-13T20:00"): 303,
            ("2027-03-14T02:00", "2027-03-14T02:45"): 409,
            ("2027-03-12T18:00", "2027-03-12T20:00"): 409,  # Cleo's
            ("2027-03-14T02:45", ""): 409,
        }
        for (begins, ends), status in asked.items():
            assert (await press_own(story, link, "ask", begins=begins, ends=ends)).status_code == status
        first, second = sorted(await story.rows(t.cover), key=itemgetter("number"))
        assert first["ends_at"] - first["starts_at"] == timedelta(hours=4)
        assert second["ends_at"] - second["starts_at"] == timedelta(hours=2)
        story.forget(*EVERYBODY)


async def test_away_over_the_night_in_which_clocks_change(database_url: str) -> None:
    """An absence asks for the whole of the night, not for an hour less."""
    thursday = datetime(2026, 10, 29, 17, 0, tzinfo=UTC)
    async with tell(database_url, from_day(date(2026, 10, 5)), thursday) as story:
        await goes_away(story, "cleo", "SAT")
        (row,) = await story.rows(t.cover)
        assert row["ends_at"] - row["starts_at"] == timedelta(hours=13)
        story.forget(*EVERYBODY)


# ---- whose yes it is -----------------------------------------------------------------------------------------------


async def test_a_number_that_is_not_verified_swaps_nothing(story: Story) -> None:
    """Neither a newcomer's nor the new number of one of our people; their old one does, until the new one is theirs."""
    await _asked(story)
    runner = story.town.service.runner
    gina = Person("gina", "Gina Ito", NEW)
    await runner.act(verify_number.ask, "gina", NEW, CORA, Source.WEB, is_landline=False, newcomer=gina)
    await runner.act(verify_number.ask, "dev", "+15625550141", CORA, Source.WEB, is_landline=False, newcomer=None)
    await story.passes(seconds=2)
    story.forget(NEW, "+15625550141", *EVERYBODY)
    for number in (NEW, "+15625550141"):
        for text in ("COVER 1", "SWAP WED", "AWAY FRI-SUN", "NIGHTS"):
            await story.says(number, text)
        answers = [one.body for one in story.phone(number).texts[1:]]
        assert answers
        assert not any("/me/" in one or "Yours" in one for one in answers)
        assert "verif" in answers[0]
        story.forget(number)
    for is_given in (True, False):
        planned, _ = handing_over(1, "gina", CORA, is_given=is_given)
        with pytest.raises(NobodyOfThatName):
            await runner.ask(planned)
    assert await state(story) == [(1, "open", None)]
    assert await story.rows(t.absence) == []
    story.forget(*EVERYBODY)
    await story.says("dev", "COVER 1")
    story.expect_text("dev", "Yours now")
    story.forget(*EVERYBODY)


async def test_a_yes_is_whose_phone_it_is_now(story: Story) -> None:
    """Nobody shares a phone: the roster takes no number twice. Dev and Eva have exchanged theirs since both were asked,
    so the yes from Dev's old phone is Eva's."""
    await _asked(story)
    dev, eva = (NIGHTS.person(one) for one in ("dev", "eva"))
    assert dev is not None
    assert eva is not None
    swapped = {"dev": replace(dev, phone=eva.phone), "eva": replace(eva, phone=dev.phone)}
    now = await story.town.service.runner.ask(lambda tx, context: context.roster(tx))
    people = tuple(swapped.get(one.id, one) for one in now.people)
    await story.town.service.runner.act(import_roster, replace(now, people=people), OPERATOR, Source.CLI)
    await story.says(dev.phone, "COVER 1")
    story.expect_text(dev.phone, "Yours now")
    story.expect_text("cleo", "Eva has your shift")
    assert await state(story) == [(1, "taken", "eva")]
    assert any("Eva has" in text.body for text in story.phone(eva.phone).texts)  # Dev hears it, on his phone
    story.forget(*EVERYBODY)


# ---- who may take it -----------------------------------------------------------------------------------------------


async def test_a_taker_whose_training_ends_hears_so_and_a_coordinator_ticks_the_gap(database_url: str) -> None:
    """By text the shift stays Cleo's: nobody ticks a gap by text. Given, the gap is named."""
    people = tuple(
        replace(one, qualified_until=date(2026, 11, 25)) if one.id == "dev" else one for one in NIGHTS.people
    )
    async with tell(database_url, replace(NIGHTS, people=people), MORNING) as story:
        await _asked(story)
        assert "dev" not in {row["person"] for row in await story.rows(t.cover_asked)}
        await story.says("dev", "COVER 1")
        story.expect_text("dev", "Your training ends before that shift does, so cover 1 was not taken.")
        assert await state(story) == [(1, "open", None)]
        planned, _ = handing_over(1, "dev", CORA, is_given=True)
        preview = (await story.town.service.runner.ask(planned)).preview
        assert [one.line for one in preview.gaps] == [
            "nobody qualified on call for primary, Thu 26 Nov 00:00 to Thu 26 Nov 18:00"
        ]


async def test_a_taker_who_rests_hears_until_when(database_url: str) -> None:
    """Ana was out at 2:00, and is off call since. Hours that begin before noon are not for her by text; given, the
    preview says what paging does meanwhile."""
    tuesday = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # 2:00
    async with tell(database_url, NIGHTS, tuesday) as story:
        await story.paging(seconds=5)
        for word in ("1 20", "OMW", "HERE", "DONE", "HOME"):
            await story.replies("ana", word)
        await story.passes(minutes=8.5 * 60)
        runner, begins = story.town.service.runner, story.town.clock()
        roster = await runner.ask(lambda tx, context: context.roster(tx))
        first, *others = roster.rotations
        off_call = replace(roster, rotations=(replace(first, members=("ben",)), *others))
        await runner.act(import_roster, off_call, OPERATOR, Source.CLI, at_once=True)
        await runner.act(ask_for_other, "finn", begins, begins + timedelta(hours=3), CORA, Source.WEB)
        await story.passes(seconds=2)
        story.forget(*EVERYBODY, OFFICER, DCFS)
        await story.says("ana", "COVER 1")
        story.expect_text("ana", "You rest until 12:00 after a call-out, so cover 1 was not taken.")
        for who, noted in (("eva", False), ("ana", True)):
            planned, _ = handing_over(1, who, CORA, is_given=True)
            notes = (await runner.ask(planned)).preview.notes
            assert any(one.startswith("Ana rests until 12:00") for one in notes) is noted
        await story.passes(minutes=90)
        await story.says("ana", "COVER 1")
        assert await state(story) == [(1, "taken", "ana")]
        story.forget(*EVERYBODY)


# ---- absences ------------------------------------------------------------------------------------------------------


async def test_an_absence_asks_for_what_is_left_of_a_shift(story: Story) -> None:
    """Cleo has asked for the evening alone. Away, she needs the whole night covered: the rest is asked for as well."""
    await _asked(story, "WED 18-24")
    await goes_away(story, "cleo", "WED")
    assert [row["state"] for row in await story.rows(t.cover)] == ["open", "open"]
    await goes_away(story, "cleo", "WED")
    assert len(await story.rows(t.cover)) == 2
    story.forget(*EVERYBODY)


async def test_a_link_that_was_forwarded_or_opened_twice_changes_nothing_by_itself(story: Story) -> None:
    """It is whoever's it was texted to; a form that is sent twice asks once, and the second view says so."""
    link = await own_link(story, "cleo")
    for _ in range(2):
        shown = (await press_own(story, link)).text
        assert "Wed 25 Nov" in shown
        assert (await press_own(story, f"{link}/ring")).status_code == 200
    assert await state(story) == []
    key = shown.split('name="shift" value="')[1].split('"')[0]
    for _ in range(2):
        assert (await press_own(story, link, "ask", shift=key)).status_code == 303
    assert await state(story) == [(1, "open", None)]
    assert (await press_own(story, f"{link}x")).status_code == 410
    assert (await press_own(story, f"{link}x/ring")).status_code == 410
    story.forget(*EVERYBODY)
