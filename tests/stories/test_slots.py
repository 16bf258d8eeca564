"""Stories about slots that people take by text, give back, and leave to nobody."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from dispatch.actions.calendar import warn_of_gaps
from dispatch.actions.schedule.change_roster import ChangedRoster, make_change, plan_undo, undoing
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.people import Language
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit, SlotTerms
from dispatch.rules.roster.edited import with_keys
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.schedule.edits import AddOverride, EndOverride
from dispatch.store import tables as t
from dispatch.store.covers import slot_numbers
from dispatch.town import OUR_NUMBER
from tests.stories.story import DCFS, OFFICER, Story, tell
from tests.stories.test_covers import CORA, MORNING, says
from tests.stories.test_covers import NIGHTS as TOWN
from tests.stories.test_roster_changes import made

_TERMS = SlotTerms(month_quota=2, weekend_quota=1, frozen_days=2)
NIGHTS: Roster = replace(
    TOWN,
    rotations=(
        Rotation("primary", ("dev", "eva", "ana"), RotationUnit.DAYS, 1, time(18), date(2026, 11, 23), slots=_TERMS),
        *TOWN.rotations[1:],
    ),
)
WEDNESDAY = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)  # 20:00 in Los Angeles
SATURDAY = WEDNESDAY + timedelta(days=3)
_ALL = ("ana", "ben", "cleo", "dev", "eva", "finn", "cora")


async def has_it(story: Story, at: datetime) -> tuple[str, ...]:
    roster = await story.town.service.runner.ask(lambda tx, context: context.roster(tx))
    return on_call(roster, roster.rotations[0], at)


async def test_free_slots_are_listed_by_number_and_the_first_yes_has_one(database_url: str) -> None:
    """Eva, who says yes a moment later, hears who has it. What Dev took is on call, as any page would find it."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        await says(story, "dev", "SLOTS")
        said = story.expect_text("dev", "Free: 1 Tue 24 Nov 10:00-18:00, 2 Tue 24 Nov 18:00-Wed 18:00,", "SLOT 1")
        assert "more" in said
        await says(story, "dev", "slot #2, please")
        story.expect_text(
            "dev", "Yours now: Tue 24 Nov 18:00-Wed 18:00 (slot 2). It stays yours until somebody covers it."
        )
        await says(story, "eva", "SLOT 2")
        story.expect_text("eva", "Slot 2 is taken: Dev has it. SLOTS says which are free.")
        await says(story, "dev", "SLOT 2")
        story.expect_text("dev", "Slot 2 is yours already.")
        await says(story, "eva", "slot")
        story.expect_text("eva", "Free: 1 Tue 24 Nov 10:00-18:00, 3 Wed 25 Nov 18:00-Thu 18:00,")
        assert await has_it(story, WEDNESDAY - timedelta(days=1)) == ("dev",)
        _, change = await story.rows(t.roster_change)  # after the file of the town
        assert (change["actor_id"], change["source"], change["told"]) == ("dev", "sms", [])
        assert ("took a slot", "dev") in {(row["did"], row["actor_id"]) for row in await story.rows(t.audit)}


async def test_a_slot_is_given_back_until_it_is_frozen(database_url: str) -> None:
    """Saturday's is far enough ahead, and is free again. Wednesday's is not: it is covered like any shift."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        await says(story, "dev", "SLOT OFF")
        story.expect_text("dev", "You have no slot that can be given back.")
        await says(story, "dev", f"SLOT {await _number(story, SATURDAY)}")
        number = await _number(story, SATURDAY)
        story.expect_text("dev", f"SLOT OFF {number} gives it back until Thu 26 Nov 18:00; later ask for cover.")
        await says(story, "dev", "slot off")
        story.expect_text("dev", f"Which one? Yours: {number} Sat 28 Nov 18:00-Sun 18:00.", f"SLOT OFF {number}.")
        await says(story, "eva", f"SLOT OFF {number}")
        story.expect_text("eva", f"Slot {number} is not yours")
        await says(story, "dev", f"SLOT OFF {number}")
        story.expect_text("dev", f"Slot {number} is free again: Sat 28 Nov 18:00-Sun 18:00. You are off call then.")
        assert await has_it(story, SATURDAY) == ()
        number = await _number(story, WEDNESDAY)
        await says(story, "dev", f"SLOT {number}")
        story.expect_text("dev", "Yours now")
        await says(story, "dev", f"SLOT OFF {number}")
        story.expect_text("dev", f"Slot {number} is fixed since Mon 23 Nov and stays yours.", "SWAP FRI")
        assert await has_it(story, WEDNESDAY) == ("dev",)
        await says(story, "dev", "SWAP WED")
        story.expect_text("dev", "Cover asked for, number 1: Wed 25 Nov 18:00-Thu 18:00.")
        story.forget(*_ALL)
        await says(story, "ben", "COVER 1")
        story.forget(*_ALL)
        assert await has_it(story, WEDNESDAY) == ("ben",)


async def test_each_part_of_a_slot_is_said_to_be_what_it_is(database_url: str) -> None:
    """Ben has the middle of it. Dev takes what is before and then what is after it, which once was said to be the
    evening again."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        begins = SATURDAY - timedelta(hours=2)
        middle = [begins + timedelta(hours=hours) for hours in (4, 8)]
        await made(story, AddOverride(Override("primary", OverrideKind.ADD, middle[0], middle[1], "ben")))
        story.forget(*_ALL)
        number = await _number(story, SATURDAY)
        await says(story, "dev", f"SLOT {number}")
        story.expect_text("dev", "Yours now: Sat 28 Nov 18:00-22:00.")
        await says(story, "dev", f"SLOT {number}")
        story.expect_text("dev", "Yours now: Sun 29 Nov 02:00-18:00.")
        await says(story, "dev", f"SLOT OFF {number}")
        story.expect_text("dev", f"Slot {number} is free again: Sat 28 Nov 18:00-22:00.")
        assert await has_it(story, SATURDAY) == ()
        assert await has_it(story, SATURDAY + timedelta(hours=12)) == ("dev",)


async def _number(story: Story, begins: datetime) -> int:
    """What people call the slot that begins two hours before."""
    begins -= timedelta(hours=2)
    return await story.town.service.runner.act(lambda tx, _: slot_numbers.number_of(tx, "primary", begins))


async def test_a_quota_is_kept_and_said(database_url: str) -> None:
    """Two a month, of them one at a weekend."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        friday, saturday = [await _number(story, SATURDAY + timedelta(days=days)) for days in (-1, 0)]
        await says(story, "dev", f"SLOT {friday}")
        story.expect_text("dev", "Yours now")
        await says(story, "dev", f"SLOT {saturday}")
        story.expect_text("dev", f"Your quota of November is 1 slot at a weekend, so {saturday} was not taken.")
        await says(story, "dev", f"SLOT {await _number(story, WEDNESDAY)}")
        story.expect_text("dev", "Yours now")
        sunday = await _number(story, SATURDAY + timedelta(days=1))
        await says(story, "dev", f"SLOT {sunday}")
        story.expect_text("dev", f"Your quota of November is 2 slots, so {sunday} was not taken. Ask a coordinator for")
        await says(story, "dev", "SLOTS")
        assert "Dec" in story.expect_text("dev", "Free: ")


async def test_a_slot_that_is_taken_can_be_undone(database_url: str) -> None:
    """By a coordinator, as every change. It is free again, and Dev is told."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        await says(story, "dev", f"SLOT {await _number(story, SATURDAY)}")
        story.expect_text("dev", "Yours now")
        _, change = await story.rows(t.roster_change)
        runner = story.town.service.runner
        shown = (await runner.ask(plan_undo, change["version"])).preview
        assert [one.line for one in shown.gaps] == ["nobody on call for primary, Sat 28 Nov 18:00 to Sun 29 Nov 18:00"]
        undone = await make_change(
            runner,
            undoing(change["version"]),
            CORA,
            Source.WEB,
            version=shown.version,
            digest=shown.digest,
            ticked=shown.ticks,
        )
        assert isinstance(undone, ChangedRoster)
        await story.passes(seconds=2)
        story.expect_text("dev", "Schedule changed. You are off call Sat 28 Nov 18:00")
        assert await has_it(story, SATURDAY) == ()


async def test_a_slot_far_ahead_that_is_taken_back_is_told(database_url: str) -> None:
    """A month ahead: Dev has heard that it is his, and plans by it."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        await says(story, "dev", f"SLOT {await _number(story, SATURDAY + timedelta(days=28))}")
        story.expect_text("dev", "Yours now: Sat 26 Dec")
        roster = await story.town.service.runner.ask(lambda tx, context: context.roster(tx))
        (override,) = with_keys(roster.listed_overrides)
        await made(story, EndOverride(override.key))
        story.expect_text("dev", "Schedule changed. You are off call Sat 26 Dec 18:00")


async def test_slots_that_nobody_took_are_told_days_ahead(database_url: str) -> None:
    """By the coverage check, as any gap. Whoever gives back what begins within a day has coordinators hear at once."""
    free = replace(NIGHTS.rotations[0], slots=SlotTerms(wanted=2))
    async with tell(database_url, replace(NIGHTS, rotations=(free, *NIGHTS.rotations[1:])), MORNING) as story:
        await story.town.service.runner.act(warn_of_gaps)
        await story.passes(seconds=2)
        for who in ("cora", "finn"):
            story.expect_text(who, "Nobody is on call for primary from Tue 24 Nov 10:00. Please fill the gap.")
        number = await _number(story, WEDNESDAY - timedelta(days=1))
        for who in ("dev", "eva"):
            await says(story, who, f"SLOT {number}")
            story.expect_text(who, "Yours now", f"SLOT OFF {number} gives it back until Tue 24 Nov 18:00")
        await says(story, "eva", f"SLOT OFF {number}")
        story.expect_text("eva", "is free again")
        for who in ("cora", "finn"):
            story.expect_text(who, "Of 2 only 1 is on call for primary from Tue 24 Nov 18:00. Please fill the gap.")
        far = await _number(story, SATURDAY)
        await says(story, "eva", f"SLOT {far}")
        await says(story, "eva", f"SLOT OFF {far}")
        story.forget("eva")
        story.expect_silence()


async def test_what_runs_is_taken_and_paging_call_outs_say_so(database_url: str) -> None:
    """Nobody has the day's slot; a call-out pages Finn. Dev takes it, and its timeline says that the roster changed."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        await says(story, "dev", "SLOTS")
        story.expect_text("dev", "Free: 1")
        await story.call_out()
        await story.passes(seconds=2)
        await says(story, "dev", "SLOT 1")
        story.expect_text("dev", "Yours now: Tue 24 Nov 10:00-18:00")
        assert "the roster changed: primary: also Dev, now to Tue 24 Nov 18:00" in str(await story.rows(t.timeline))
        await says(story, "finn", "NO")
        story.forget(*_ALL, OFFICER, DCFS)


async def test_whoever_is_paged_is_asked_back(database_url: str) -> None:
    """What somebody says whom a call-out pages is about that: no slot is taken."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        number = await _number(story, WEDNESDAY - timedelta(days=1))
        await story.call_out()
        await story.passes(minutes=6)
        story.forget(*_ALL, OFFICER, DCFS)
        await says(story, "dev", f"SLOT {number}")
        assert "Yours now" not in story.expect_text("dev")
        assert await story.rows(t.override) == []
        story.forget(*_ALL, OFFICER, DCFS)


async def test_what_is_no_slot_gets_a_clear_answer(database_url: str) -> None:
    """Nothing changes, whoever asks for whatever."""
    async with tell(database_url, NIGHTS, MORNING) as story:
        number = await _number(story, SATURDAY)
        for who, text, answer in (
            ("dev", "SLOT 999", "No slot has the number 999; nothing changed."),
            ("ben", f"SLOT {number}", f"Slot {number} is of a group that you are not in"),
            ("ben", "SLOTS", "There is no slot now that you could take."),
            ("dev", "AWAY SAT", "Noted, away Sat 28 Nov. You have no shift then."),
            ("dev", f"SLOT {number}", "AWAY OFF first"),
        ):
            await says(story, who, text)
            assert len(story.expect_text(who, answer)) <= 160
        assert len(await story.rows(t.roster_change)) == 1


async def test_in_spanish(database_url: str) -> None:
    people = tuple(replace(one, texts_in=Language.SPANISH) if one.is_specialist else one for one in NIGHTS.people)
    async with tell(database_url, replace(NIGHTS, people=people), MORNING) as story:
        number = await _number(story, SATURDAY)
        await says(story, "dev", "Huecos")
        story.expect_text("dev", "Libre: 2 mar 24 nov 10:00-18:00", "HUECO 2")
        await says(story, "dev", f"hueco {number}")
        story.expect_text("dev", f"Es suyo: sab 28 nov 18:00-dom 18:00. Devolver: HUECO OFF {number}, hasta jue 26 nov")
        await says(story, "dev", f"HUECO OFF {number}")
        story.expect_text("dev", f"El hueco {number} queda libre")


async def test_thirty_yeses_to_one_slot_in_a_second_have_one_taker(database_url: str) -> None:
    """Each is answered, and all but one hear who has it; nothing else of the roster changes."""
    extra = tuple(
        replace(TOWN.people[3], id=f"p{number:02}", name=f"P{number:02} Ray", phone=f"+156255502{number:02}")
        for number in range(30)
    )
    nights = replace(NIGHTS.rotations[0], members=tuple(one.id for one in extra))
    roster = replace(NIGHTS, people=(*NIGHTS.people, *extra), rotations=(nights, *NIGHTS.rotations[1:]))
    async with tell(database_url, roster, MORNING) as story:
        number = await _number(story, SATURDAY)
        await asyncio.gather(*(story.phone(one.id).reply(f"SLOT {number}", to=OUR_NUMBER) for one in extra))
        await story.passes(seconds=2)
        taken = [row["person"] for row in await story.rows(t.override)]
        assert len(taken) == 1
        assert await has_it(story, SATURDAY) == (taken[0],)
        name = next(one.first_name for one in extra if one.id == taken[0])
        for one in extra:
            if one.id == taken[0]:
                story.expect_text(one.id, "Yours now")
            else:
                story.expect_text(one.id, f"Slot {number} is taken: {name} has it.")
        assert len(await story.rows(t.roster_change)) == 2
