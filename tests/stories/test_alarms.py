"""Stories about alarms and who has them: an owner who falls asleep, two owners, an owner who is paged as well."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from dispatch.actions.alarms.own_alarm import own
from dispatch.actions.roster.edit_roster import new_key
from dispatch.rules.facts.actors import OPERATOR, Actor, ActorKind, Source
from dispatch.rules.facts.people import Person, Role
from tests.stories.story import DCFS, OFFICER, OTHER, OTHER_OFFICER, ROSTER, Behaviour, Story, t, tell

DAN = Person("dan", "Dan Moss", "+15625550111", frozenset({Role.COORDINATOR}))
TWO = replace(ROSTER, people=(*ROSTER.people, DAN))
_ASIDE = ("ana", "ben", "cleo", OFFICER, DCFS)


@pytest.fixture
async def night(database_url: str) -> AsyncIterator[Story]:
    """Two coordinators, Cora and Dan."""
    async with tell(database_url, TWO) as told:
        yield told


async def nobody_answers(story: Story) -> dict[str, Any]:
    """The chain has ended: both coordinators got the text, and both phones ring."""
    callout = await story.paging(minutes=10, seconds=5)
    story.forget(*_ASIDE)
    for who in ("cora", "dan"):
        story.expect_text(who, callout["code"], "nobody has it", OFFICER)
        story.expect_call(who)
    return callout


async def taken(story: Story, who: str = "ana") -> None:
    await story.says(who, "1 25", seconds=5)
    story.forget(*_ASIDE)


async def ask(story: Story, method: str, path: str, name: str = "Cora Lind") -> httpx.Response:
    """What a coordinator's script asks."""
    key = await story.town.service.runner.act(new_key, OPERATOR, Source.CLI, coordinator=name)
    async with httpx.AsyncClient(base_url=story.town.url, timeout=30) as client:
        answer = await client.request(method, path, headers={"Authorization": f"Bearer {key.key}"})
    await story.passes(seconds=2)
    return answer


async def test_whoever_has_it_is_the_only_one_it_still_reaches(night: Story) -> None:
    """OK: the others hear who has it, their phones stop ringing, and its repeats come to the owner as texts; paging and
    escalation go on as before."""
    callout = await nobody_answers(night)
    assert night.phone("dan").ringing is not None
    await night.says("cora", "ok")
    night.expect_text("cora", callout["code"], "you have this alarm")
    night.expect_text("dan", callout["code"], "Cora has this alarm")
    assert night.phone("dan").ringing is None
    assert night.phone("cora").ringing is None
    await night.passes(minutes=5)
    night.expect_text("cora", "round 2")
    paged = [row for row in await night.rows(t.page) if row["purpose"] == "page" and row["step"] == 4]
    assert {row["person"] for row in paged} == {"ana", "ben", "cleo"}
    night.forget(*_ASIDE)
    assert "alarm_taken" in await night.timeline(callout)
    await taken(night)
    (alarm,) = [row for row in await night.rows(t.alarm) if row["kind"] == "chain_ended"]
    assert (alarm["owner"], alarm["ended_at"] is not None) == ("cora", True)


async def test_everybody_who_heard_it_hears_that_it_is_over(night: Story) -> None:
    """Nobody answers, both coordinators are rung, Cora has the alarm; Ben takes it. Both read so, in one line each,
    and once; Cora is not asked later whether she is still at it."""
    callout = await nobody_answers(night)
    await night.says("cora", "ok")
    night.forget("cora", "dan")
    await night.says("ben", "1 25")
    night.forget(*_ASIDE)
    over = f"{callout['code']}: Ben has it, there 02:49; alarm over."
    assert [night.all_clears(who) for who in ("cora", "dan")] == [[over], [over]]
    assert "alarm_lapses" not in {row["kind"] for row in await night.rows(t.deadline)}
    await night.says("ben", "OMW")
    await night.says("ben", "HERE")
    night.forget(*_ASIDE)
    assert night.all_clears("cora") == [over]


async def test_key_1_on_the_ringing_call_has_it(night: Story) -> None:
    """The other phone stops ringing, and nobody need write anything."""
    callout = await nobody_answers(night)
    cora = night.phone("cora")
    call = cora.ringing
    assert call is not None
    await cora.answer()
    await night.passes(seconds=1)
    await cora.press("1")
    await night.passes(seconds=2)
    assert "You have this alarm" in " ".join(call.heard)
    assert night.phone("dan").ringing is None
    night.expect_text("dan", callout["code"], "Cora has this alarm")
    await night.passes(minutes=5)
    night.expect_text("cora", "round 2")
    night.forget(*_ASIDE)
    await taken(night)


async def test_by_api(night: Story) -> None:
    """A script lists what is open and says who has it; a second is told who does."""
    callout = await nobody_answers(night)
    (alarm,) = (await ask(night, "GET", "/v1/alarms")).json()["alarms"]
    assert (alarm["code"], alarm["kind"], alarm["severity"], alarm["owner"]) == (
        callout["code"],
        "chain_ended",
        "urgent",
        None,
    )
    owned = await ask(night, "POST", f"/v1/alarms/{alarm['id']}/own")
    assert (owned.status_code, owned.json()["owner"]) == (200, "Cora")
    night.expect_text("dan", "Cora has this alarm")
    again = await ask(night, "POST", f"/v1/alarms/{alarm['id']}/own", "Dan Moss")
    assert (again.status_code, again.json()["detail"]) == (409, "Cora has this alarm already")
    await taken(night)
    over = await ask(night, "POST", f"/v1/alarms/{alarm['id']}/own")
    assert over.status_code == 409
    assert (await ask(night, "GET", "/v1/alarms")).json()["alarms"] == []
    assert [row["did"] for row in await night.rows(t.audit)].count("has the alarm") == 1


def rung(story: Story, *who: str) -> list[int]:
    """How often these phones have rung so far."""
    return [len(story.phone(name).calls) for name in who]


@pytest.mark.costs(2)
async def test_a_key_about_another_call_out_keeps_it(night: Story) -> None:
    """Cora has the alarm of the first. Nine minutes later she is rung about a second, and presses 1: she is awake, and
    nobody hears two minutes later that she does not answer."""
    await night.call_out()
    await night.passes(minutes=9)
    await night.paging("LAPD", officer=OTHER_OFFICER, minutes=1, seconds=5)
    await night.says("cora", "ok")
    await night.passes(minutes=8, seconds=58)
    assert night.phone("cora").ringing is not None
    await night.answers("cora", seconds=1)
    await night.presses("cora", "1", seconds=30)
    assert [row["owner"] for row in await night.rows(t.alarm)] == ["cora", "cora"]
    night.forget(*_ASIDE, OTHER, "cora", "dan")
    before = rung(night, "cora", "dan")
    await night.passes(minutes=4)
    night.forget(*_ASIDE, OTHER, "cora")
    assert rung(night, "cora", "dan") == before


async def test_an_owners_phone_switched_off(night: Story) -> None:
    """Whoever cannot be rung is not heard from: two minutes later everybody else is rung."""
    callout = await nobody_answers(night)
    await night.says("cora", "ok")
    night.forget("cora", "dan")
    night.behave("cora", Behaviour.SWITCHED_OFF)
    await night.passes(minutes=10, seconds=5)
    night.forget(*_ASIDE, "cora")
    night.expect_silence()
    await night.passes(minutes=2)
    night.expect_text("dan", callout["code"], "Cora had this alarm")
    night.expect_call("dan")
    night.forget(*_ASIDE, "cora")
    await taken(night)
    await night.passes(minutes=3)
    night.forget("cora")


async def test_a_call_that_is_being_placed(night: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cora says that she has it while the carrier is being asked to ring Dan: his phone rings no longer than that."""
    database, placed = night.town.service.database, asyncio.Lock()
    real, placing = database.write, set[str]()

    async def in_between(work: Any, **more: Any) -> Any:
        async with placed:  # whatever else is to be written waits
            calls = {row["person"] for row in await night.rows(t.page) if row["state"] == "sending" and row["alarm"]}
            if not placing and {"cora", "dan"} <= calls:
                placing.update(calls)
                (alarm,) = await night.rows(t.alarm)
                context = night.town.service.runner.context()
                await real(lambda tx: own(tx, context, alarm["id"], Actor(ActorKind.COORDINATOR, "Cora Lind")))
            return await real(work, **more)

    monkeypatch.setattr(database, "write", in_between)
    await night.paging(minutes=10, seconds=5)
    assert "dan" in placing, "his call was being placed"
    night.forget(*_ASIDE)
    for who in ("cora", "dan"):
        night.expect_text(who, "nobody has it")
        assert night.expect_call(who).status == "canceled"
    night.expect_text("dan", "Cora has this alarm")
    await taken(night)


async def test_a_coordinators_words_are_not_brushed_off(night: Story) -> None:
    """While an alarm is open they are answered with it, and come to the others only: never back as an alarm."""
    callout = await nobody_answers(night)
    code = callout["code"]
    await night.says("cora", "who is closest?")
    night.expect_text("cora", f"Open alarms: {code}", f"{code} OK")
    night.expect_text("dan", "Cora wrote", "who is closest?")
    await night.says("cora", "home")
    night.expect_text("cora", f"{code} OK")
    await night.says("cora", "1")
    night.expect_text("cora", "you have this alarm")
    night.expect_text("dan", "Cora has this alarm")
    await taken(night)


async def test_whoever_asks_who_has_it_hears_of_the_open_alarm(night: Story) -> None:
    """With whoever has it, in the same words again too. The question goes to the others once, and takes nothing."""
    callout = await nobody_answers(night)
    code = callout["code"]
    await night.says("dan", "who has it?")
    night.expect_text("dan", f"Open alarms: {code} (nobody has it).", f"{code} OK")
    night.expect_text("cora", "Dan wrote", "who has it")
    await night.says("cora", "ok")
    night.forget("cora", "dan")
    await night.says("dan", "who has it?")
    night.expect_text("dan", f"Open alarms: {code} (Cora has it).", f"{code} OK")
    await night.says("dan", f"{code} who has it")
    night.expect_text("dan", f"Open alarms: {code} (Cora has it).", f"{code} OK")
    night.expect_text("cora", "Dan wrote", "who has it")
    await night.says("dan", f"{code} OK")
    night.expect_text("dan", "Cora has this alarm")
    await taken(night)
