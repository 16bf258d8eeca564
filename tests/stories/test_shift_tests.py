"""Stories of whoever comes on call: a test, silence, and somebody beside them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import httpx
import pytest

from dispatch.actions.board.read_board import read_beside
from dispatch.actions.schedule.change_roster import RosterOrder, change_roster, planning
from dispatch.actions.shifts.run_shift_tests import run_shift_tests
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import PolicyStep, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.schedule.edits import AddOverride
from dispatch.store import tables as t
from dispatch.store.roster.roster import read_roster
from tests.stories.own_view import goes_away, swaps
from tests.stories.story import DCFS, NO_TLS, OFFICER, ROSTER, Behaviour, Story, tell

MORNING = datetime(2026, 11, 24, 16, 58, tzinfo=UTC)  # 08:58 in Los Angeles
_DAILY = replace(ROSTER.rotations[1], name="primary", members=("ana", "dev"), handoff=time(9))
_DEV = Person("dev", "Dev Sharma", "+15625550104")
_DAN = Person("dan", "Dan Ito", "+15625550111", frozenset({Role.COORDINATOR}))
SHIFTS = replace(ROSTER, people=(*ROSTER.people, _DEV, _DAN), rotations=(_DAILY, ROSTER.rotations[1]))


@pytest.fixture
async def morning(database_url: str) -> AsyncIterator[Story]:
    """Two minutes before Dev and Ana hand over."""
    async with tell(database_url, SHIFTS, start=MORNING) as story:
        yield story


async def waits(story: Story, minutes: float) -> None:
    """A node looks every few seconds; here once they are over."""
    await story.passes(minutes=minutes)
    await run_shift_tests(story.town.service.runner)
    await story.passes(seconds=1)


async def edit(story: Story, override: Override) -> None:
    runner = story.town.service.runner
    planned = await runner.ask(planning(AddOverride(override)))
    await runner.act(change_roster, RosterOrder(planned, OPERATOR, Source.CLI))


async def who_comes_on(story: Story) -> str:
    await waits(story, 1)
    await waits(story, 1)
    return next(who for who in ("ana", "dev") if story.phone(who).texts)


async def on_primary(story: Story) -> tuple[str, ...]:
    roster = await story.town.service.database.read(read_roster)
    return on_call(roster, roster.rotations[0], story.town.clock())


async def ends(story: Story) -> list[str | None]:
    return [row["ending"] for row in await story.rows(t.shift_test)]


async def failed_on_the_board(story: Story) -> set[str]:
    beside = await story.town.service.runner.ask(read_beside)
    return {line.person for line in beside.on_call if line.test_failed and line.person is not None}


async def test_an_answer_ends_it(morning: Story) -> None:
    """A text as the shift begins; any answer will do, and nobody hears more of it."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test, no call-out", "Reply 1")
    await morning.says(who, "1")
    morning.expect_text(who, "Texts reach you")
    await waits(morning, 40)
    assert await ends(morning) == ["answered"]


async def test_silence_brings_in_the_next_and_the_answer_lets_them_go(morning: Story) -> None:
    """A call after ten minutes; after thirty Ben is on call as well, all hear it, and nobody is off call. The answer
    ends all of it. The log says that the service did it."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    morning.behave(who, Behaviour.LEFT_TO_RING)
    await waits(morning, 11)
    morning.expect_call(who)
    assert await on_primary(morning) == (who,)
    await waits(morning, 20)
    assert await on_primary(morning) == (who, "ben")
    assert await failed_on_the_board(morning) == {who}
    morning.expect_text(who, "Ben is on call beside you", "Reply 1")
    name = {"ana": "Ana", "dev": "Dev"}[who]
    morning.expect_text(
        "ben", f"{name} does not answer our test", "you are on call beside them from now to", "or until they answer"
    )
    for coordinator in ("cora", "dan"):
        morning.expect_text(coordinator, "answers no test", "Ben is on call too")
        morning.expect_call(coordinator)
    await morning.replies("cora", "OK")
    morning.forget("cora", "dan")
    await waits(morning, 30)
    await morning.says(who, "1")
    morning.expect_text(who, "Texts reach you")
    await waits(morning, 1)
    assert await on_primary(morning) == (who,)
    assert await failed_on_the_board(morning) == set()
    morning.expect_text("ben", f"{name} has answered our test", "not on call beside them any more")
    morning.forget("cora", "dan")
    changes = await morning.rows(t.roster_change)
    assert [(row["actor_kind"], row["edit"]) for row in changes][-2:] == [
        ("service", "added an override"),
        ("service", "ended an override"),
    ]
    assert await ends(morning) == ["answered"]


async def test_a_no_by_key_rings_coordinators(morning: Story) -> None:
    """It is no answer: somebody comes in beside them."""
    who = await who_comes_on(morning)
    morning.behave(who, Behaviour.ANSWERS, presses=["2"])
    await waits(morning, 11)
    await morning.passes(seconds=30)
    morning.expect_call("cora")
    morning.expect_text("cora", "asks for a coordinator")
    await waits(morning, 20)
    assert await on_primary(morning) == (who, "ben")
    morning.forget(who, "ben", "cora", "dan")


async def test_a_night_shift_brings_in_its_own_backup(database_url: str) -> None:
    """Primary and backup hand over together at 23:00. The test of the evening before adds whoever is backup then, not
    whoever goes off."""
    primary = replace(_DAILY, handoff=time(23))
    backup = replace(ROSTER.rotations[1], members=("ben", "cleo"), handoff=time(23))
    evening = datetime(2026, 11, 25, 2, 58, tzinfo=UTC)  # Tuesday 18:58 in Los Angeles
    async with tell(database_url, replace(SHIFTS, rotations=(primary, backup)), start=evening) as story:
        night = evening + timedelta(hours=4, minutes=2)
        begins = {one.name: on_call(SHIFTS, one, night)[0] for one in (primary, backup)}
        ends_then = on_call(SHIFTS, backup, evening)[0]
        await waits(story, 1)
        await waits(story, 1)
        for who in begins.values():
            story.expect_text(who, "this is a test")
        await story.replies(begins["backup"], "1")
        story.behave(begins["primary"], Behaviour.LEFT_TO_RING)
        await waits(story, 11)
        await waits(story, 20)
        story.forget("ana", "dev", "cora", "dan")
        story.expect_text(begins["backup"], "Texts reach you")
        story.expect_text(begins["backup"], "you are on call beside them from Tue 24 Nov 23:00 to Wed 25")
        assert not story.phone(ends_then).texts
        roster = await story.town.service.database.read(read_roster)
        assert on_call(roster, roster.rotations[0], night) == (begins["primary"], begins["backup"])


@pytest.mark.parametrize("is_away", [False, True])
async def test_nobody_comes_in_who_is_silent_as_well(database_url: str, is_away: bool) -> None:
    """Primary and backup come on together and neither answers; Cleo of the third step is added. Where she is away for
    the day nobody is, and coordinators are alarmed all the same."""
    eve = Person("eve", "Eve Hall", "+15625550105")
    rotations = _DAILY, replace(ROSTER.rotations[1], members=("ben", "eve"))
    third = PolicyStep((Target(TargetKind.PERSON, "cleo"),), 300)
    policy = replace(ROSTER.policies[0], steps=(*ROSTER.policies[0].steps, third))
    shifts = replace(SHIFTS, people=(*SHIFTS.people, eve), rotations=rotations, policies=(policy,))
    async with tell(database_url, shifts, start=MORNING) as story:
        if is_away:
            await goes_away(story, "cleo", "11/24", "11/25")
        await waits(story, 1)
        await waits(story, 1)
        silent = [who for who in ("ana", "dev", "ben", "eve") if story.phone(who).texts]
        assert len(silent) == 2
        for who in silent:
            story.behave(who, Behaviour.LEFT_TO_RING)
        await waits(story, 11)
        await waits(story, 20)
        assert await on_primary(story) == ((silent[0],) if is_away else (silent[0], "cleo"))
        assert {row["kind"] for row in await story.rows(t.alarm)} == {"shift_silent"}
        story.forget(*silent, "cleo", "cora", "dan")


async def test_stop_is_no_answer_and_lets_nobody_go(morning: Story) -> None:
    """Whoever texts STOP takes calls alone from then on, and their call was not answered: Ben stays beside them."""
    who = await who_comes_on(morning)
    morning.behave(who, Behaviour.LEFT_TO_RING)
    await waits(morning, 11)
    await waits(morning, 20)
    assert await on_primary(morning) == (who, "ben")
    await morning.replies(who, "STOP")
    await waits(morning, 1)
    assert await on_primary(morning) == (who, "ben")
    assert await ends(morning) == [None]
    morning.forget("ana", "ben", "dev", "cora", "dan")


async def test_whoever_stops_texts_is_rung_all_the_same(morning: Story) -> None:
    """STOP comes before the call of the test does: the call is made, and its key is the answer."""
    who = await who_comes_on(morning)
    await morning.replies(who, "STOP")
    morning.behave(who, Behaviour.ANSWERS)
    await waits(morning, 11)
    assert await ends(morning) == [None]
    await morning.passes(seconds=15)
    await morning.phone(who).press("1")
    await waits(morning, 1)
    assert await ends(morning) == ["answered"]
    morning.forget("ana", "ben", "dev", "cora", "dan")


async def test_nobody_is_tested_who_is_out(morning: Story) -> None:
    """Whoever comes on while they are on a call-out has other things to do."""
    await morning.paging()
    out = next(who for who in ("ana", "dev") if morning.phone(who).texts)
    await morning.replies(out, "OMW 25")
    for who in {"ana", "dev"} - {out}:  # comes on at nine, and goes along
        code = (await morning.rows(t.callout))[0]["code"]
        await morning.replies(who, f"{code} OMW")
    await morning.passes(seconds=2)
    morning.forget("ana", "dev", "cora", "dan", OFFICER, DCFS)
    await waits(morning, 3)
    tested = [row for row in await morning.rows(t.page) if row["purpose"] == "test"]
    assert len(tested) == len([end for end in await ends(morning) if end != "needed"])
    morning.forget("ana", "dev")


async def test_a_page_amid_a_test_is_not_taken_by_its_answer(morning: Story) -> None:
    """The test waits, the page comes, and a bare 1 follows within seconds: it is asked back with the code."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    callout = await morning.paging(seconds=3)
    morning.expect_text(who, callout["code"])
    await morning.says(who, "1")
    morning.expect_text(who, "Put the code first", f"{callout['code']} 1")
    assert (await morning.status(callout))["status"] == "paging"
    await morning.passes(seconds=20)
    await morning.says(who, "1")
    assert (await morning.status(callout))["status"] == "acknowledged"
    await waits(morning, 1)
    morning.forget("ana", "dev", "ben", OFFICER, DCFS)


async def test_a_page_long_after_a_test_is_taken_by_a_bare_yes(morning: Story) -> None:
    """The test was never answered, and the page comes half an hour later: within seconds "1" takes it."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    await morning.passes(minutes=30)
    callout = await morning.paging(seconds=3)
    await morning.says(who, "1")
    assert (await morning.status(callout))["status"] == "acknowledged"
    morning.forget(who, OFFICER, DCFS)


async def test_a_test_that_was_never_answered_swallows_no_later_text(morning: Story) -> None:
    """The page ended it: once a slip has closed the call-out, HERE rings coordinators, and "ok" hears of the end."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    callout = await morning.paging(seconds=20)
    await morning.says(who, "omw 25", minutes=5)
    async with httpx.AsyncClient(base_url=morning.town.url, verify=NO_TLS) as client:
        headers = {"Authorization": f"Bearer {morning.town.coordinator_key}"}
        assert (await client.post(f"/v1/callouts/{callout['id']}/close", headers=headers)).status_code == 200
    await morning.passes(seconds=5)
    morning.forget(who, OFFICER, DCFS, "cora", "dan")
    await morning.says(who, "ok")
    morning.expect_text(who, f"{callout['code']} is already closed")
    await morning.says(who, "here")
    morning.expect_text(who, "Coordinators have your text")
    for coordinator in ("cora", "dan"):
        morning.expect_text(coordinator, f"ALARM {callout['code']}: it is over", '"here"')
        morning.expect_call(coordinator)
    morning.forget(who)


async def test_one_text_answers_each_text_of_a_test(morning: Story) -> None:
    """The test itself, and the text that says who is on call beside them; a later text is about neither."""
    who = await who_comes_on(morning)
    morning.behave(who, Behaviour.LEFT_TO_RING)
    await waits(morning, 11)
    await waits(morning, 20)
    morning.forget("ana", "ben", "dev")
    await morning.says(who, "1")
    morning.expect_text(who, "Texts reach you")
    await morning.says(who, "omw")
    morning.expect_text(who, "No call-out is open for you")
    tests = [row for row in await morning.rows(t.page) if (row["purpose"], row["channel"]) == ("test", "sms")]
    assert [row["state"] for row in tests] == ["done", "done"]
    morning.forget("ana", "ben", "dev", "cora", "dan")


async def test_a_page_hangs_up_the_call_of_a_test(morning: Story) -> None:
    """It rings as the page comes. At the next look it is hung up, and the test is over."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    morning.behave(who, Behaviour.LEFT_TO_RING)
    await waits(morning, 11)
    morning.expect_call(who)
    await morning.call_out()
    await waits(morning, 0.1)
    assert await ends(morning) == ["needed"]
    tests = {row["channel"]: row["state"] for row in await morning.rows(t.page) if row["purpose"] == "test"}
    assert tests["voice"] == "withdrawn"
    morning.forget("ana", "dev", OFFICER, DCFS)


async def test_a_test_that_is_due_beside_a_page_never_leaves(morning: Story) -> None:
    """No node has looked since the page was written; the sender itself withdraws it."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    soon = morning.town.clock() + timedelta(seconds=2)
    again = t.page.update().where(t.page.c.purpose == "test").values(state="waiting", due_at=soon)
    await morning.town.service.database.write(lambda tx: tx.execute(again))
    await morning.paging(seconds=5)
    assert [row["state"] for row in await morning.rows(t.page) if row["purpose"] == "test"] == ["withdrawn"]
    morning.forget("ana", "dev", OFFICER, DCFS)


async def test_the_carriers_outage_is_no_silence(morning: Story) -> None:
    """What came to no phone for half an hour brings nobody in."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    await morning.town.service.database.write(
        lambda tx: tx.execute(t.page.update().where(t.page.c.purpose == "test").values(state="sent"))
    )
    morning.behave(who, Behaviour.INVALID)
    for minutes in (11, 21, 11):
        await waits(morning, minutes)
    assert await on_primary(morning) in {("ana",), ("dev",)}
    assert await ends(morning) == [None]
    morning.forget(who, "cora", "dan")


async def test_an_answer_lets_nobody_go_once_the_shift_is_somebody_elses(morning: Story) -> None:
    """A coordinator takes the silent one off call; their answer then must not leave the rotation to nobody."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    morning.behave(who, Behaviour.LEFT_TO_RING)
    await waits(morning, 11)
    await waits(morning, 20)
    assert await on_primary(morning) == (who, "ben")
    now = morning.town.clock()
    await edit(morning, Override("primary", OverrideKind.REMOVE, now, now + timedelta(hours=20), replaces=who))
    await morning.replies(who, "1")
    await waits(morning, 1)
    assert await on_primary(morning) == ("ben",)
    assert await ends(morning) == ["shift_over"]
    name = {"ana": "Ana", "dev": "Dev"}[who]
    assert morning.all_clears("cora") == [f"{name} does not have that shift any more; alarm over."]
    morning.forget("ana", "dev", "ben", "cora", "dan")


# ---- whoever cannot take their shift -------------------------------------------------------------------------------


def expect_refusal(story: Story, who: str, said: str, backup: str = "Ben") -> None:
    """Both coordinators are rung with their words; the backup is told, and they are on until they hear back."""
    name = {"ana": "Ana", "dev": "Dev", "ben": "Ben"}[who]
    for coordinator in ("cora", "dan"):
        story.expect_text(coordinator, f"ALARM: {name} says no to their shift", said[:12], "/a/")
        story.expect_call(coordinator)
    story.expect_text(who, "Coordinators are being rung", "You are still on call", "until you hear back")
    if backup:
        story.expect_text(backup.lower(), f"{name} may not be able to take their shift", "you may be paged")


@pytest.mark.parametrize(
    "said",
    [
        *("no", "2", "can't", "no puedo", "sorry no, I'm sick"),
        *("not available", "2 - jury duty", "1 but im in class til 12"),
    ],
)
async def test_a_no_to_the_test_rings(morning: Story, said: str) -> None:
    """It is no answer that texts arrive, and the test is over: nobody is rung at ten past, nobody let go."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    await morning.says(who, said)
    expect_refusal(morning, who, said)
    await morning.says("cora", "ok")
    morning.expect_text("cora", "You have this alarm")
    morning.expect_text("dan", "Cora has this alarm")
    await waits(morning, 15)
    assert await on_primary(morning) == (who,)
    assert await ends(morning) == ["refused"]


@pytest.mark.parametrize("said", ["not available", "no estoy disponible"])
async def test_a_refusal_is_none_of_a_cover_that_is_asked_for_amid_a_test(morning: Story, said: str) -> None:
    """Somebody asks for cover after the test. A bare no is to that, and nobody is thanked for it; whoever is not
    available has said no to their shift."""
    who = await who_comes_on(morning)
    morning.expect_text(who, "this is a test")
    await swaps(morning, "ben", "SUN")
    morning.expect_text(who, "Ben asks for cover")
    await morning.says(who, "no")
    morning.expect_text(who, "Noted, thank you. Nothing was changed.")
    await morning.says(who, said)
    expect_refusal(morning, who, said)
    assert await ends(morning) == ["refused"]
    morning.forget("ana", "ben", "cleo", "dev", "cora", "dan")


async def test_a_no_to_the_test_rings_although_they_wrote_the_same_before(morning: Story) -> None:
    """They said no to something else just before their test: that was heard as no refusal, and this one is."""
    await morning.replies("ana", "no")
    await morning.says("dev", "no")
    morning.forget("ana", "dev", "cora", "dan")
    await waits(morning, 1)
    await waits(morning, 1)
    who = "ana" if "ana" in await on_primary(morning) else "dev"
    morning.expect_text(who, "this is a test")
    await morning.says(who, "no")
    expect_refusal(morning, who, "no")


async def test_a_no_rings_until_somebody_has_it(story: Story) -> None:
    """Coordinators sleep through the first call. It rings every two minutes with the same words until Cora has it, and
    she is not asked again."""
    await story.says("ana", "I'm sick")
    for _ in range(3):
        story.forget("ana", "ben", "cora")
        await waits(story, 2)
        story.expect_text("cora", "ALARM: Ana says no to their shift (primary, now). Ben is told.", "/a/")
        story.expect_call("cora")
    await story.says("cora", "ok")
    story.forget("cora")
    await waits(story, 30)


async def test_a_no_rings_no_longer_once_the_shift_is_somebody_elses(story: Story) -> None:
    """Dan gives Ana's shift to Ben and says no OK: whoever was rung hears why it is quiet."""
    await story.says("ana", "I'm sick")
    now = story.town.clock()
    await edit(story, Override("primary", OverrideKind.REPLACE, now, now + timedelta(hours=20), "ben", "ana"))
    await waits(story, 2)
    assert story.all_clears("cora") == ["Ana does not have that shift any more; alarm over."]
    story.forget("ana", "ben", "cora")
    await waits(story, 10)


async def test_a_no_lets_nobody_go_who_came_in(morning: Story) -> None:
    """Ben has come in beside somebody silent, who then writes that they are sick: he stays on call."""
    who = await who_comes_on(morning)
    morning.behave(who, Behaviour.LEFT_TO_RING)
    await waits(morning, 11)
    await waits(morning, 20)
    await waits(morning, 5)
    morning.forget("ana", "ben", "dev", "cora", "dan")
    await morning.replies(who, "sick")
    await waits(morning, 1)
    assert await on_primary(morning) == (who, "ben")
    expect_refusal(morning, who, "sick", backup="")
    morning.forget("ben", "cora", "dan")


@pytest.mark.parametrize(
    "said",
    [
        *("I'm sick", "sick", "not available", "can't do tonight", "I have a fever, can't work", "call me out sick"),
        *("enferma", "tengo fiebre", "no estoy disponible", "no puedo esta noche", "swap tonight, can't do tonight"),
    ],
)
async def test_whoever_is_on_and_cannot(story: Story, said: str) -> None:
    """Ana is on call, and nothing is asked of her. Her words ring Cora, once for the same words."""
    await story.says("ana", said)
    story.expect_text("cora", "ALARM: Ana says no to their shift (primary, now). Ben is told.", "/a/")
    story.expect_call("cora")
    story.expect_text("ana", "You are still on call until you hear back")
    story.expect_text("ben", "Ana may not be able to take their shift")
    await story.says("ana", said)


@pytest.mark.parametrize("said", ["no", "2", "not sick any more", "is Ben sick?", "ok", "thanks"])
async def test_what_is_no_word_about_a_shift(story: Story, said: str) -> None:
    """A bare no to nothing, and what says the opposite, ring nobody."""
    await story.says("ana", said)
    assert not story.phone("cora").calls
    assert not [row for row in await story.rows(t.alarm) if row["kind"] == "shift_refused"]
    story.forget("ana", "cora")


async def test_a_no_to_a_page_is_none_to_a_shift(story: Story) -> None:
    """Ana is on call and paged: her no, and that she is sick, are about the call-out; so is a no that crosses its
    end."""
    callout = await story.paging()
    await story.says("ana", "no, I'm sick")
    story.expect_text("ana", "LBPD call-out")
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.passes(seconds=2)
    await story.says("ana", "can't")
    assert not [row for row in await story.rows(t.alarm) if row["kind"] == "shift_refused"]
    story.forget("ana", "ben", "cora", OFFICER, DCFS)


async def test_whoever_has_no_shift_soon_may_be_sick(story: Story) -> None:
    """Cleo is in no rotation: coordinators read her words, as before."""
    await story.says("cleo", "I'm sick")
    story.expect_text("cora", "I'm sick")
    story.expect_text("cleo")
