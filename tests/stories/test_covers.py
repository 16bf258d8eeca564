"""Stories about shifts that people swap, and about people who are away."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import httpx
import pytest

from demo.town import OUR_NUMBER
from dispatch.actions.delivery import test_page
from dispatch.actions.schedule.change_roster import ChangedRoster, make_change, plan_undo, undoing
from dispatch.actions.shifts.ask_cover import go_on_asking
from dispatch.actions.shifts.for_others import NothingToCover, ask_for_other, read_covers
from dispatch.rules.facts.actors import OPERATOR, Actor, ActorKind, Source
from dispatch.rules.facts.people import Language, Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.roster.edited import with_keys
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.schedule.edits import AddOverride, Edit, EndOverride, ImportRoster, Remove, RosterPart
from dispatch.store import tables as t
from tests.stories.own_view import comes_back, goes_away, swaps, withdraws
from tests.stories.story import DCFS, OFFICER, ROSTER, Story, tell
from tests.stories.test_roster_changes import made

MORNING = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # Tuesday 10:00 in Los Angeles
_PEOPLE = ("ana", "Ana Reyes"), ("ben", "Ben Okafor"), ("cleo", "Cleo Martin"), ("dev", "Dev Rao"), ("eva", "Eva Sol")
NIGHTS: Roster = replace(
    ROSTER,
    people=(
        *(Person(id_, name, f"+1562555010{at}") for at, (id_, name) in enumerate(_PEOPLE, start=1)),
        Person("finn", "Finn Cole", "+15625550106", frozenset({Role.COORDINATOR, Role.SPECIALIST})),
        Person("cora", "Cora Lind", "+15625550110", frozenset({Role.COORDINATOR})),
    ),
    rotations=(
        # Ana has Monday, Ben Tuesday, Cleo Wednesday; nobody else is in it, so Dev, Eva and Finn are free.
        Rotation("primary", ("ana", "ben", "cleo"), RotationUnit.DAYS, 1, time(18), date(2026, 11, 23)),
        Rotation("backup", ("finn",), RotationUnit.WEEKS, 1, time(9), date(2026, 11, 23), weekday=0),
    ),
)
CORA = Actor(ActorKind.COORDINATOR, "cora")
CLEO_WEDNESDAY = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)  # 20:00 in Los Angeles

SET_IN = (NIGHTS, MORNING)


async def hours(story: Story, count: float) -> None:
    """Time passes, with the watch that looks for what is due every so often."""
    for _ in range(round(count * 6)):
        await story.passes(minutes=10)
        await story.town.service.runner.act(go_on_asking)
        await story.town.settle()


async def holder(story: Story, at: datetime) -> tuple[str, ...]:
    roster = await story.town.service.runner.ask(lambda tx, context: context.roster(tx))
    return on_call(roster, roster.rotations[0], at)


async def state(story: Story) -> list[tuple[int, str, str | None]]:
    return [(row["number"], row["state"], row["taker"]) for row in await story.rows(t.cover)]


async def test_a_swap_asks_three_and_the_first_yes_has_it(story: Story) -> None:
    """Until then the shift is Cleo's. Ana, who said yes a moment later, hears who has it, and so does Eva."""
    await swaps(story, "cleo", "WED")
    for who in ("dev", "eva", "ana"):
        if story.phone(who).texts:
            story.expect_text(who, "Cleo asks for cover: Wed 25 Nov 18:00-Thu 18:00.", "COVER 1")
    asked = [row["person"] for row in await story.rows(t.cover_asked)]
    assert len(asked) == 3
    assert {"dev", "eva"} < set(asked)
    assert await holder(story, CLEO_WEDNESDAY) == ("cleo",)
    await story.says("dev", "cover 1")
    story.expect_text("dev", "Yours now: Wed 25 Nov 18:00-Thu 18:00, instead of Cleo")
    story.expect_text("cleo", "Dev has your shift (cover 1): you are off call Wed 25 Nov 18:00-Thu 18:00.")
    third = next(one for one in asked if one not in ("dev", "eva"))
    for who in ("eva", third):
        story.expect_text(who, "Cover 1 is taken: Dev has Wed 25 Nov 18:00-Thu 18:00.")
    assert await holder(story, CLEO_WEDNESDAY) == ("dev",)
    await story.says("eva", "COVER 1")
    story.expect_text("eva", "Cover 1 is taken: Dev has")
    await story.says("dev", "COVER 1")
    story.expect_text("dev", "yours already")
    assert await state(story) == [(1, "taken", "dev")]


async def test_a_taken_cover_is_a_change_and_can_be_undone(story: Story) -> None:
    """It has a version and an actor, and afterwards the shift is its holder's again: nothing says that it is taken."""
    await swaps(story, "cleo", "WED 18-24")
    await story.says("dev", "COVER 1")
    (cover,) = await story.rows(t.cover)
    (change,) = [row for row in await story.rows(t.roster_change) if row["version"] == cover["version"]]
    assert (change["actor_id"], change["source"], change["told"]) == ("dev", "sms", ["cleo"])
    assert await holder(story, CLEO_WEDNESDAY) == ("dev",)
    assert await holder(story, CLEO_WEDNESDAY + timedelta(hours=5)) == ("cleo",)
    runner = story.town.service.runner
    shown = (await runner.ask(plan_undo, cover["version"])).preview
    undone = await make_change(runner, undoing(cover["version"]), CORA, Source.WEB, shown.seen)
    assert isinstance(undone, ChangedRoster)
    assert await holder(story, CLEO_WEDNESDAY) == ("cleo",)
    await story.passes(seconds=2)
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn")
    (listed,) = (await runner.ask(read_covers)).covers
    assert (str(listed.state), listed.taker) == ("withdrawn", None)
    for who in ("dev", "eva"):
        await story.says(who, "COVER 1")
        story.expect_text(who, "Cover 1 is not needed any more")


@pytest.mark.costs(2)
@pytest.mark.slow
async def test_waves_go_out_by_day_and_coordinators_hear_before_the_shift(database_url: str) -> None:
    """Three at 10:00, whoever is left at 12:00; nobody at night. 48 and 12 hours before, coordinators are alarmed; and
    nobody is ever off call."""
    roster = replace(
        NIGHTS, people=(*NIGHTS.people, *(Person(f"p{n}", f"Pat{n} Low", f"+1562555012{n}") for n in range(5)))
    )
    async with tell(database_url, roster, MORNING) as story:
        await swaps(story, "ana", "SUN")
        waves = []
        for _ in range(4):
            waves.append(len(await story.rows(t.cover_asked)))
            await hours(story, 2)
        assert waves[:3] == [3, 6, 9]
        people = [one.id for one in roster.people]
        story.forget(*people)
        told = len([one for one in await story.rows(t.page) if one["purpose"] == "alarm"])
        assert told == 0
        await hours(story, 3 * 24 + 2)
        # 48 hours before is Friday 18:00; 12 hours before is 6:00, so it is told on the evening before, at 21:00.
        alarms = [one for one in await story.rows(t.page) if one["purpose"] == "alarm" and one["person"] == "cora"]
        assert [one["created_at"].replace(second=0) for one in alarms] == [datetime(2026, 11, 28, 2, 0, tzinfo=UTC)]
        await hours(story, 26)
        alarms = [one for one in await story.rows(t.page) if one["purpose"] == "alarm" and one["person"] == "cora"]
        assert [one["created_at"].replace(second=0) for one in alarms][1:] == [datetime(2026, 11, 29, 5, 0, tzinfo=UTC)]
        story.forget(*people)
        await hours(story, 24)
        assert await holder(story, datetime(2026, 11, 30, 4, 0, tzinfo=UTC)) == ("ana",)
        await hours(story, 24)
        assert await state(story) == [(1, "lapsed", None)]
        story.forget(*people)


async def test_for_tonight_coordinators_are_alarmed_instead(story: Story) -> None:
    """Nobody is asked around, the shift stays Ben's, and Cora reads whom to phone. Taken, the alarm is over."""
    await swaps(story, "ben", "TODAY")
    for who in ("cora", "finn"):
        story.expect_text(who, "ALARM cover 1: nobody covers Ben Tue 24 Nov 18:00-Wed 18:00.", "+15625550102")
    story.expect_silence()
    assert await story.rows(t.cover_asked) == []
    await story.says("dev", "COVER 1")
    story.expect_text("dev", "Yours now")
    story.expect_text("ben", "Dev has your shift")
    assert story.all_clears("cora") == ["Cover 1 is taken: Dev has it; alarm over."]


async def test_an_absence_is_one_text_to_each_and_takes_nobody_off_call(story: Story) -> None:
    """Cleo is away for a week: two shifts, one text to each who could take them, and both are hers meanwhile."""
    await goes_away(story, "cleo", "WED", "TUE")
    for who in {row["person"] for row in await story.rows(t.cover_asked)}:
        assert len(story.phone(who).texts) == 1
        story.expect_text(who, "Cleo asks for cover: ")
    assert await holder(story, CLEO_WEDNESDAY) == ("cleo",)
    await story.says("dev", "COVER 2")
    story.forget("dev", "eva", "ana", "ben", "cleo")
    await comes_back(story, "cleo")
    assert (2, "taken", "dev") in await state(story)
    assert not [one for one in await state(story) if one[1] == "open"]
    story.forget("dev", "eva", "ana", "ben", "finn")


@pytest.mark.parametrize("text", ["SWAP FRI 18-24", "AWAY 12/24-1/2", "FUERA 24 DIC", "FROM LBH", "TURNO", "SLOT 3"])
async def test_any_word_about_shifts_gets_the_link_to_ones_own_view(story: Story, text: str) -> None:
    """In one text, which says that nothing has changed. Nobody else hears of it, and whoever asks again is answered
    again."""
    await story.says("cleo", text)
    link = story.expect_text("cleo", "Nothing changed. Cover, days away, where you start: ", "/me/").split(" ")[-1]
    assert "Ask for cover" in (await press_own(story, link)).text
    assert await state(story) == []
    assert await story.rows(t.absence) == []


@pytest.mark.parametrize(
    "text", ["I can't take my shift on Saturday", "swap my saturday with Dev please", "no puedo con mi turno el sábado"]
)
async def test_what_says_more_of_shifts_is_read_by_a_person_as_well(story: Story, text: str) -> None:
    """Once, however often a phone repeats it."""
    for _ in range(2):
        await story.says("cleo", text)
    story.expect_text("cleo", "Nothing changed. Cover", "/me/")
    story.expect_text("cora", text[:20])
    story.forget("finn")
    assert await state(story) == []


@pytest.mark.parametrize(
    "text", ["SWAP TONIGHT", "away today", "FUERA HOY", "swap tue 18-24", "AWAY 11/24-11/30", "away mon-fri"]
)
async def test_whoever_wants_to_be_off_within_twelve_hours_rings_coordinators(story: Story, text: str) -> None:
    """A link alone would let Ben believe that he is off. He stays on call until he hears back."""
    await story.says("ben", text)
    said = story.expect_text("ben", "Coordinators are being rung. You are still on call")
    assert "/me/" not in said
    assert [row["kind"] for row in await story.rows(t.alarm)] == ["shift_refused"]
    assert await holder(story, MORNING + timedelta(hours=10)) == ("ben",)
    story.forget("cora", "finn")


@pytest.mark.parametrize(
    "text",
    [
        *("SWAP SAT", "SWAP OFF TUE", "SWAP", "AWAY 12/24", "I'm away next week", "I need friday off"),
        *("SIGN UP", "SLOTS", "anótame el sábado"),
    ],
)
async def test_whoever_names_another_day_rings_nobody(story: Story, text: str) -> None:
    """And gets the link, in one text."""
    await story.says("ben", text)
    story.expect_text("ben", "Nothing changed. Cover", "/me/")


async def test_a_page_is_declined_by_whoever_is_away(story: Story) -> None:
    """It is about the call-out, not about their shifts."""
    callout = await story.call_out()
    await story.says("ana", "can't, I'm away")
    assert [row["person"] for row in await story.rows(t.decline)] == ["ana"]
    assert "/me/" not in story.phone("ana").texts[-1].body
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.passes(seconds=2)
    story.forget("ana", "finn", OFFICER, DCFS)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("COVER", "No shift needs cover now"),
        ("COVER 77", "No shift has the number 77"),
        ("COVER 999999999", "No shift has the number"),
        ("COVER 0", "No shift"),
    ],
)
async def test_a_number_of_no_cover_gets_a_clear_answer(story: Story, text: str, answer: str) -> None:
    """Nothing changes, nobody else hears anything, and the answer says why in one segment."""
    await story.says("cleo", text)
    assert len(story.expect_text("cleo", answer)) <= 160
    assert await state(story) == []


async def test_a_phone_that_answers_by_itself_is_answered_once(story: Story) -> None:
    """Otherwise two machines would text each other all night."""
    await story.says("cleo", "Away")
    story.expect_text("cleo", "Nothing changed")
    await story.says("cleo", "Away")
    await story.passes(seconds=5)
    story.expect_silence()


async def test_what_was_asked_back_is_answered_afterwards(story: Story) -> None:
    """Cleo has two call-outs, so it is asked which she means. Minutes later both are off, and the same words, which
    only seem to be answered, get the link."""
    opened = [await story.call_out(), await story.call_out(officer={"callback_phone": "+15625550178"})]
    for callout in opened:
        await story.says("cleo", f"{callout['code']} 1 25")
    story.forget("cleo")
    await story.says("cleo", "can't take my shift on Saturday")
    story.expect_text("cleo", "Put the code first")
    for callout in opened:
        await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.passes(seconds=2)
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn", "cora", OFFICER, "+15625550178", DCFS)
    await story.says("cleo", "can't take my shift on Saturday")
    story.expect_text("cleo", "Nothing changed. Cover", "/me/")
    story.expect_text("cora", "can't take my shift")
    story.forget("finn")


async def test_in_spanish(database_url: str) -> None:
    people = tuple(replace(one, texts_in=Language.SPANISH) if one.is_specialist else one for one in NIGHTS.people)
    async with tell(database_url, replace(NIGHTS, people=people), MORNING) as story:
        await story.says("cleo", "quién")
        story.expect_text("cleo", "Ahora: Ana, Finn. Sigue: Ben mar 24 nov 18:00. Suyo: mié 25 nov 18:00-jue 18:00.")
        await story.says("cleo", "noches")
        story.expect_text("cleo", "Suyo: mié 25 nov 18:00-jue 18:00, sab 28 nov 18:00-dom 18:00")
        await story.says("cleo", "CAMBIO MIÉ")
        story.expect_text("cleo", "Nada cambio. Relevo, ausencias, desde donde sale: ")
        await swaps(story, "cleo", "WED")
        story.forget("ana", "dev", "eva", "finn")
        await story.says("dev", "Cubro 1")
        story.expect_text("dev", "Ahora es suyo: mié 25 nov 18:00-jue 18:00, en vez de Cleo")
        story.expect_text("cleo", "Dev tiene su turno")
        story.forget("ana", "eva", "finn")


async def test_who_is_paged_is_asked_back(story: Story) -> None:
    """What somebody says whom a call-out pages is about that: nothing is swapped, and the cover stays open."""
    await swaps(story, "cleo", "WED")
    await story.paging()
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn", "cora", OFFICER, DCFS)
    await story.says("ana", "COVER 1")
    await story.passes(seconds=2)
    assert (1, "open", None) in await state(story)
    story.expect_text("ana", "We look at shifts after this call-out", " 1 to take it")
    story.expect_text("cora", "COVER 1")
    await story.says("ana", "NO")
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn", "cora", OFFICER, DCFS)


async def test_whoever_has_a_call_out_lets_nothing_go_with_a_text_about_shifts(story: Story) -> None:
    """AWAY OFF is no NO: nobody is rung, nobody else is asked along, and a Y to it sets nobody's ETA."""
    await story.call_out()
    await story.says("ana", "1 25")
    story.forget("ana")
    for text in ("AWAY OFF", "SWAP FRI 18-24", "TURNO", "TURNO"):
        await story.says("ana", text)
        said = story.expect_text("ana", "We look at shifts after this call-out: text it again then. Reply ")
        assert "NO lets it go" not in said
        assert "ETA 1" not in said
    await story.passes(minutes=2)
    assert not story.phone("ana").calls
    assert not any("does not go" in one.body for one in story.phone("finn").texts)
    story.forget("ana", "finn", "cora", OFFICER, DCFS)


@pytest.mark.parametrize("yes", ["yes", "1", "ok"])
async def test_a_bare_yes_to_an_ask_hears_the_number(story: Story, yes: str) -> None:
    """Not that there is nothing to do: they would believe that they have it, and nobody would."""
    await swaps(story, "cleo", "WED")
    story.expect_text("dev", "Cleo asks for cover")
    await story.says("dev", yes)
    story.expect_text("dev", "Which number? 1 Wed 25 Nov 18:00-Thu 18:00. Reply such as COVER 1.")
    await story.says("dev", yes)
    story.expect_text("dev", "Which number?")
    assert await state(story) == [(1, "open", None)]
    await story.says("dev", "yes cover 1")
    story.expect_text("dev", "Yours now")
    await story.says("dev", yes)
    story.expect_text("dev", "No call-out is open for you")
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn")


async def test_a_bare_yes_to_an_ask_is_no_answer_to_an_old_test(story: Story) -> None:
    """Dev never answered a test of the hour before, and the cover was asked for since."""
    await story.town.service.runner.act(test_page.request, "Dev", OPERATOR, Source.CLI)
    await story.passes(minutes=60)
    story.forget("dev")
    await swaps(story, "cleo", "WED")
    story.expect_text("dev", "Cleo asks for cover")
    await story.says("dev", "yes")
    story.expect_text("dev", "Which number?")
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn")


async def test_a_stranger_swaps_nothing(story: Story) -> None:
    await story.says("+15625550199", "AWAY FRI-SUN")
    assert await story.rows(t.absence) == []
    story.expect_text("+15625550199")
    story.forget("cora", "finn")


async def _asked(story: Story) -> None:
    await swaps(story, "cleo", "WED")
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn")


def _half_to_eva() -> Edit:
    start = CLEO_WEDNESDAY - timedelta(hours=2)
    return AddOverride(Override("primary", OverrideKind.REPLACE, start, start + timedelta(hours=12), "eva", "cleo"))


async def test_the_asker_leaves(story: Story) -> None:
    """With her goes what she asked for."""
    await _asked(story)
    await made(story, Remove(RosterPart.PEOPLE, "cleo"))
    story.forget("ana", "ben", "dev", "eva", "finn")
    await story.says("dev", "COVER 1")
    story.expect_text("dev", "does not have that shift any more")
    await hours(story, 2)
    assert await state(story) == [(1, "lapsed", None)]
    story.forget("ana", "ben", "dev", "eva", "finn", "+15625550103")


async def _taken_for_christmas(story: Story) -> Roster:
    """Dev takes Cleo's night five weeks ahead."""
    await swaps(story, "cleo", "12/25")
    await story.says("dev", "COVER 1")
    story.expect_text("cleo", "Dev has your shift (cover 1): you are off call Fri 25 Dec")
    story.forget("ana", "dev", "eva", "finn")
    return await story.town.service.runner.ask(lambda tx, context: context.roster(tx))


@pytest.mark.parametrize("how", ["undone", "ended", "imported"])
async def test_a_cover_whose_exception_is_gone_is_taken_no_more_and_both_hear_so(how: str, story: Story) -> None:
    """Five weeks ahead as well: both had heard that Dev has it, and plan by it."""
    roster = await _taken_for_christmas(story)
    (override,) = roster.listed_overrides
    (cover,) = await story.rows(t.cover)
    edits: dict[str, Edit] = {
        "ended": EndOverride(with_keys([override])[0].key),
        "imported": ImportRoster(replace(NIGHTS, overrides=())),
    }
    if how == "undone":
        await _undone(story, cover["version"])
    else:
        await made(story, edits[how])
    assert await state(story) == [(1, "withdrawn", None)]
    story.expect_text("cleo", "Schedule changed. You are on call Fri 25 Dec 18:00 to Sat 26 Dec 18:00.")
    story.expect_text("dev", "Schedule changed. You are off call Fri 25 Dec 18:00 to Sat 26 Dec 18:00.")
    await story.says("dev", "COVER 1")
    story.expect_text("dev", "Cover 1 is not needed any more")


async def _undone(story: Story, version: int) -> None:
    runner = story.town.service.runner
    shown = (await runner.ask(plan_undo, version)).preview
    done = undoing(version)
    await make_change(runner, done, CORA, Source.WEB, shown.seen)
    await story.passes(seconds=2)


async def test_whoever_has_heard_of_an_exception_hears_that_it_is_back(story: Story) -> None:
    """The undo of an undo, five weeks ahead."""
    await _taken_for_christmas(story)
    (cover,) = await story.rows(t.cover)
    await _undone(story, cover["version"])
    story.forget("cleo", "dev")
    await _undone(story, cover["version"] + 1)
    story.expect_text("cleo", "You are off call Fri 25 Dec")
    story.expect_text("dev", "You are on call Fri 25 Dec")


async def test_whoever_took_it_leaves_and_others_are_asked_again(story: Story) -> None:
    """Nobody has decided that Cleo has Christmas: she hears so, and it is asked for under its number."""
    await _taken_for_christmas(story)
    await made(story, Remove(RosterPart.PEOPLE, "dev"))
    story.expect_text("cleo", "Schedule changed. You are on call Fri 25 Dec 18:00 to Sat 26 Dec 18:00.")
    assert await state(story) == [(1, "open", None)]
    await hours(story, 1)
    story.expect_text("eva", "Cleo asks for cover: Fri 25 Dec 18:00-Sat 18:00. To take it reply COVER 1.")
    story.forget("ana", "ben", "finn", "+15625550104")
    await story.says("eva", "COVER 1")
    story.expect_text("eva", "Yours now: Fri 25 Dec")
    assert await state(story) == [(1, "taken", "eva")]
    story.forget("ana", "ben", "cleo", "finn")


async def test_whoever_left_by_mistake_is_away_again_once_that_is_undone(story: Story) -> None:
    """Cleo had read that she is away for Christmas, and that others are asked. Both had ended in silence, and nobody
    told her: beyond two weeks a change is no text. What she had withdrawn, and that she was away before, stays so."""
    await swaps(story, "cleo", "12/28")
    await withdraws(story, "cleo", 1)
    await goes_away(story, "cleo", "12/11", "12/12")
    await comes_back(story, "cleo")
    await goes_away(story, "cleo", "12/24", "12/26")
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn")
    assert [row["state"] for row in await story.rows(t.cover)][-1] == "open"
    runner = story.town.service.runner
    before = await story.rows(t.cover)
    gone = await made(story, Remove(RosterPart.PEOPLE, "cleo"))
    await hours(story, 1)
    assert (await runner.ask(read_covers)).absences == []
    assert (await state(story))[-1][1] == "lapsed"
    await _undone(story, gone.version)
    shown = await runner.ask(read_covers)
    assert [one.person for one in shown.absences] == ["cleo"]
    assert [row["state"] for row in await story.rows(t.cover)] == [row["state"] for row in before]
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn", "+15625550103")
    await hours(story, 3)
    number = before[-1]["number"]
    story.expect_text("dev", f"COVER {number}")
    story.forget("ana", "ben", "cleo", "eva", "finn")


async def test_whoever_left_once_more_is_away_again_once_that_is_undone(story: Story) -> None:
    """The undo of an undo took Cleo out a second time. Undone at the first change, she is away as before."""
    await goes_away(story, "cleo", "12/24", "12/26")
    gone = await made(story, Remove(RosterPart.PEOPLE, "cleo"))
    for _ in range(2):
        await hours(story, 1)
        version = (await story.rows(t.roster_version))[0]["version"]
        await _undone(story, version)
    await hours(story, 1)
    await _undone(story, gone.version)
    shown = await story.town.service.runner.ask(read_covers)
    assert [one.person for one in shown.absences] == ["cleo"]
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn", "cora", "+15625550103")


async def test_a_cover_whose_holder_has_it_no_more_is_not_said_to_be_open(story: Story) -> None:
    """Also before anything is due about it."""
    await _asked(story)
    await made(story, _half_to_eva())
    shown = await story.town.service.runner.ask(read_covers)
    assert [str(one.state) for one in shown.covers] == ["lapsed"]
    assert shown.open_covers == []
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn")


@pytest.mark.slow
async def test_a_shift_that_has_begun_is_taken_from_now_on(story: Story) -> None:
    await _asked(story)
    await hours(story, 34)  # Wednesday 20:00
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn", "cora")
    await story.says("dev", "COVER 1")
    story.expect_text("dev", "Yours now")
    story.expect_text("cleo", "Dev has your shift")
    assert await holder(story, CLEO_WEDNESDAY - timedelta(hours=1)) == ("cleo",)
    assert await holder(story, CLEO_WEDNESDAY + timedelta(minutes=5)) == ("dev",)
    story.forget("ana", "ben", "eva", "finn", "cora")


async def test_nobody_who_is_paged_or_asleep_is_asked(database_url: str) -> None:
    """A swap that somebody asks for at 23:00 reaches nobody before 8:00."""
    night = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # Tuesday 23:00
    async with tell(database_url, NIGHTS, night) as story:
        await swaps(story, "cleo", "SAT")
        await hours(story, 8.9)
        story.expect_silence()
        await hours(story, 0.2)
        assert len(await story.rows(t.cover_asked)) == 3
        story.forget("ana", "ben", "dev", "eva", "finn")


async def own_link(story: Story, who: str, text: str = "NIGHTS") -> str:
    await story.says(who, text)
    text = story.phone(who).texts[-1].body
    story.forget(who)
    return text.split(" ")[-1]


async def press_own(story: Story, link: str, what: str = "", **fields: str) -> httpx.Response:
    async with httpx.AsyncClient(verify=False, timeout=30, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        if not what:
            return await client.get(link, headers={"Accept": "text/html"})
        answer = await client.post(f"{link}/{what}", data=fields, headers={"Accept": "text/html"})
    await story.passes(seconds=2)
    return answer


async def test_whoever_is_always_on_call_asks_for_cover_behind_their_link(story: Story) -> None:
    """Finn has the backup alone. Minutes after he had opened his view, his shift was once said not to be his."""
    finn = await own_link(story, "finn")
    key = (await press_own(story, finn)).text.split('name="shift" value="')[1].split('"')[0]
    await story.passes(minutes=3)
    assert (await press_own(story, finn, "ask", shift=key)).status_code == 303
    assert await state(story) == [(1, "open", None)]
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn", "cora")


async def test_behind_their_link_somebody_swaps_and_goes_away(story: Story) -> None:
    """Opening it changes nothing; each button is a POST. What is kept of the text has no link in it."""
    cleo, dev = await own_link(story, "cleo"), await own_link(story, "dev")
    kept = [row["text"] for row in await story.rows(t.page) if row["person"] == "cleo"]
    assert kept
    assert [text for text in kept if "/me/" in text] == [text for text in kept if "/me/[link]" in text]
    shown = await press_own(story, cleo)
    assert "Wed 25 Nov 18:00-Thu 18:00" in shown.text
    key = shown.text.split('name="shift" value="')[1].split('"')[0]
    assert (await press_own(story, cleo, "ask", shift=key)).status_code == 303
    assert await state(story) == [(1, "open", None)]
    story.forget("ana", "ben", "dev", "eva")
    assert "COVER 1" in (await press_own(story, dev)).text
    assert (await press_own(story, dev, "cover", number="1")).status_code == 303
    assert await state(story) == [(1, "taken", "dev")]
    story.expect_text("cleo", "Dev has your shift")
    story.forget("ana", "ben", "dev", "eva")
    refused = await press_own(story, dev, "cover", number="1")
    assert refused.status_code == 409
    assert "is yours already" in refused.text
    assert (await press_own(story, dev, "away", first="2026-12-24", last="2027-01-02")).status_code == 303
    assert "Thu 24 Dec" in (await press_own(story, dev)).text
    assert (await press_own(story, dev, "away", first="2026-12-24", last="2026-12-01")).status_code == 409
    assert (await press_own(story, dev, "back")).status_code == 303
    assert "/calendar/" in (await press_own(story, dev, "feed")).text
    async with httpx.AsyncClient(verify=False) as client:
        card = await client.get(f"{dev}/contact.vcf")
    assert f"TEL;TYPE=VOICE:{OUR_NUMBER}" in card.text
    newer = await own_link(story, "dev")
    over = await press_own(story, dev)
    assert over.status_code == 410
    assert "NIGHTS" in over.text
    assert (await press_own(story, newer)).status_code == 200
    await story.passes(minutes=15 * 24 * 60)
    assert (await press_own(story, newer)).status_code == 410
    story.forget(*(one.id for one in NIGHTS.people))


async def test_their_view_is_in_spanish(database_url: str) -> None:
    people = tuple(replace(one, texts_in=Language.SPANISH) if one.is_specialist else one for one in NIGHTS.people)
    async with tell(database_url, replace(NIGHTS, people=people), MORNING) as story:
        shown = (await press_own(story, await own_link(story, "cleo"))).text
        assert "mié 25 nov 18:00-jue 18:00" in shown
        assert "Pedir relevo" in shown
        assert "Ask for cover" not in shown


async def test_how_our_calls_ring_is_in_spanish_to_its_last_line(database_url: str) -> None:
    people = tuple(replace(one, texts_in=Language.SPANISH) if one.is_specialist else one for one in NIGHTS.people)
    async with tell(database_url, replace(NIGHTS, people=people), MORNING, contact_phone="+15625550106") as story:
        async with httpx.AsyncClient() as browser:
            shown = (await browser.get(await own_link(story, "cleo") + "/ring")).text
        assert "Llámenos:" in shown
        assert "Call us" not in shown


async def test_a_call_out_that_runs_goes_on_with_those_whom_it_pages(story: Story) -> None:
    """Dev takes the shift that Ana has now, while she is paged: she stays paged, and the timeline says what changed."""
    await _asked_of_ana(story)
    callout = await story.paging()
    before = [row for row in await story.rows(t.page) if row["purpose"] == "page"]
    await story.says("dev", "COVER 1")
    story.expect_text("dev", "Yours now")
    lines = [row["text"] for row in await story.rows(t.timeline) if row["callout"] == callout["id"]]
    assert [line for line in lines if line.startswith("the roster changed: primary: Ana → Dev, now to")]
    now = {row["id"]: row["state"] for row in await story.rows(t.page)}
    assert all(now[row["id"]] != "withdrawn" for row in before)
    story.forget(*(one.id for one in NIGHTS.people), OFFICER, DCFS)


async def _asked_of_ana(story: Story) -> None:
    """Whatever Ana has now is asked for: a coordinator has said so."""
    now = story.town.clock()
    await story.town.service.runner.act(ask_for_other, "ana", now, now + timedelta(hours=8), CORA, Source.WEB)
    await story.passes(seconds=2)
    story.forget(*(one.id for one in NIGHTS.people))


async def test_what_is_left_after_an_edit_can_be_asked_for_again(story: Story) -> None:
    """Eva has the first half since: Cleo asks for the other half, and the first question is no more."""
    await _asked(story)
    await made(story, _half_to_eva())
    story.forget("ana", "ben", "cleo", "dev", "eva")
    await swaps(story, "cleo", "WED")
    assert await state(story) == [(1, "lapsed", None), (2, "open", None)]
    story.forget("ana", "ben", "dev", "eva", "finn")


async def test_one_who_was_named_is_asked_for_tonight_as_well(story: Story) -> None:
    """At any hour, since it is about that night; nobody else is asked, and nobody else can take it by text."""
    begins = MORNING + timedelta(hours=8)
    await story.town.service.runner.act(
        ask_for_other, "ben", begins, begins + timedelta(hours=3), CORA, Source.WEB, only="eva"
    )
    await story.passes(seconds=2)
    story.expect_text("eva", "Ben asks for cover: Tue 24 Nov 18:00-21:00.", "COVER 1")
    story.forget("cora", "finn")
    await story.says("dev", "COVER 1")
    story.expect_text("dev", "Somebody else was asked about cover 1.")
    await story.says("eva", "COVER 1")
    story.expect_text("eva", "Yours now")
    story.expect_text("ben", "Eva has your shift")
    story.forget("cora", "finn")


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("finn", "Finn is on call then, Wed 25 Nov 18:00-21:00"),
        ("eva", "Eva is away then"),
        ("dev", "Dev takes no texts"),
        ("cora", "Cora is no specialist"),
    ],
)
async def test_whoever_is_named_and_could_never_be_asked_is_refused(named: str, why: str, database_url: str) -> None:
    """Or the list would say for days that only they are asked."""
    roster = replace(NIGHTS, people=tuple(replace(one, opted_out=one.id == "dev") for one in NIGHTS.people))
    async with tell(database_url, roster, MORNING) as story:
        await goes_away(story, "eva", "WED")
        begins = CLEO_WEDNESDAY - timedelta(hours=2)
        with pytest.raises(NothingToCover, match=f"nobody is asked: {why}"):
            await story.town.service.runner.act(
                ask_for_other, "cleo", begins, begins + timedelta(hours=3), CORA, Source.WEB, only=named
            )
        assert await state(story) == []
        story.forget("eva")


async def test_whoever_is_named_and_is_on_a_call_out_is_asked_once_free(story: Story) -> None:
    """For tonight as well, for which no later wave comes."""
    await story.paging()
    await story.says("ana", "1 20")
    begins = MORNING + timedelta(hours=8)
    await story.town.service.runner.act(
        ask_for_other, "ben", begins, begins + timedelta(hours=3), CORA, Source.WEB, only="ana"
    )
    await hours(story, 1 / 6)
    assert await story.rows(t.cover_asked) == []
    for word in ("here", "done", "home"):
        await story.says("ana", word)
    await hours(story, 1 / 6)
    assert [row["person"] for row in await story.rows(t.cover_asked)] == ["ana"]
    await story.passes(seconds=2)
    assert any("Ben asks for cover: Tue 24 Nov 18:00-21:00." in text.body for text in story.phone("ana").texts)
    story.forget("ana", "ben", "cleo", "dev", "eva", "finn", "cora", OFFICER, DCFS)


@pytest.mark.parametrize("said", ["yo se la cubro", "i got cleo", "can't, it's my daughter's quince"])
async def test_an_answer_to_a_cover_that_is_not_understood_reads_how_to_take_it(story: Story, said: str) -> None:
    """The words for call-outs hold no COVER. A person reads it, once; a bare no is noted, and changes nothing."""
    await swaps(story, "cleo", "WED")
    story.expect_text("dev", "Cleo asks for cover")
    for _ in range(2):
        await story.says("dev", said)
    assert "COVER 1" in story.expect_text("dev")
    for who in ("cora", "finn"):
        story.expect_text(who, f'Dev wrote: "{said}"')
    await story.says("dev", "No")
    story.expect_text("dev", "Noted, thank you. Nothing was changed. If you can after all, reply COVER 1.")
    await story.says("dev", "COVER 1")
    story.expect_text("dev", "Yours now")
    story.forget("ana", "cleo", "eva", "finn", "cora")
