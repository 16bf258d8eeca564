"""Stories about alarms and who has them: an owner who falls asleep, two owners, an owner who is paged as well."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from dispatch.actions.alarms.own_alarm import own
from dispatch.actions.commands.give import do_command, preview_command
from dispatch.actions.roster.edit_roster import new_key
from dispatch.rules.commands.commands import Cancel
from dispatch.rules.facts.actors import OPERATOR, Actor, ActorKind, Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person, Role
from tests.stories.story import DCFS, OFFICER, OTHER, OTHER_OFFICER, ROSTER, Behaviour, Story, t, tell
from twilio_simulator import Doomed

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
    callout = await story.call_out()
    await story.passes(minutes=10, seconds=5)
    story.forget(*_ASIDE)
    for who in ("cora", "dan"):
        story.expect_text(who, callout["code"], "nobody has it", OFFICER)
        story.expect_call(who)
    return callout


async def taken(story: Story, who: str = "ana") -> None:
    await story.replies(who, "1 25")
    await story.passes(seconds=5)
    story.forget(*_ASIDE)


async def says(story: Story, who: str, text: str) -> None:
    """They text, and whatever follows has gone out."""
    await story.replies(who, text)
    await story.passes(seconds=2)


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
    await says(night, "cora", "ok")
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
    await says(night, "cora", "ok")
    night.forget("cora", "dan")
    await says(night, "ben", "1 25")
    night.forget(*_ASIDE)
    over = f"{callout['code']}: Ben has it, there 02:49; alarm over."
    assert [night.all_clears(who) for who in ("cora", "dan")] == [[over], [over]]
    assert "alarm_lapses" not in {row["kind"] for row in await night.rows(t.deadline)}
    await says(night, "ben", "OMW")
    await says(night, "ben", "HERE")
    night.forget(*_ASIDE)
    assert night.all_clears("cora") == [over]


async def test_whoever_ends_an_alarm_need_not_hear_it(night: Story) -> None:
    """Dan cancels, and sees first that Cora will read it; she reads who did."""
    callout = await nobody_answers(night)
    runner, dan = night.town.service.runner, Actor(ActorKind.COORDINATOR, "dan")
    shown = await runner.ask(preview_command, callout["code"], Cancel(), dan)
    told = [letter.words for letter in shown.letters if letter.purpose is Purpose.ALL_CLEAR]
    await runner.act(do_command, callout["code"], Cancel(), dan, shown.digest)
    await night.passes(seconds=2)
    night.forget(*_ASIDE)
    assert night.all_clears("cora") == told
    assert night.all_clears("cora") == [f"{callout['code']}: cancelled by Dan; alarm over."]
    assert night.all_clears("dan") == []


@pytest.mark.costs(2)
async def test_a_late_take_ends_one_alarm_of_two(night: Story) -> None:
    """The target is missed and nobody has it. The take ends the second, the arrival the first: two lines, no more."""
    callout = await nobody_answers(night)
    await night.passes(minutes=50)
    night.forget(*_ASIDE, "cora", "dan")
    await says(night, "ben", "1 25")
    night.forget(*_ASIDE)
    code = callout["code"]
    for one in ("cora", "dan"):
        night.expect_text(one, f"ALARM {code}: Ben may be there at 03:39, too late for the hour")
    taken = f"{code}: Ben has it, there 03:39. Another alarm about it goes on."
    assert night.all_clears("dan") == [taken]
    await says(night, "ben", "HERE")
    night.forget(*_ASIDE)
    assert night.all_clears("dan") == [taken, f"{code}: Ben is there; alarm over."]


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


@pytest.mark.slow
async def test_an_owner_who_falls_asleep(night: Story) -> None:
    """After ten minutes without a word and with nobody on the way the owner is rung, two minutes later everybody; then
    another has it."""
    callout = await nobody_answers(night)
    await says(night, "cora", f"{callout['code']} OK")
    night.forget("cora", "dan")
    await night.passes(minutes=9, seconds=55)
    night.expect_text("cora", "round 2")
    night.expect_text("cora", "round 3")
    night.forget(*_ASIDE)
    night.expect_silence()
    await night.passes(seconds=5)
    night.expect_text("cora", callout["code"], "nobody is on the way yet")
    night.expect_call("cora")
    night.expect_silence()
    await night.passes(minutes=2)
    for who in ("cora", "dan"):
        night.expect_text(who, callout["code"], "Cora had this alarm", "+15625550110")
        night.expect_call(who)
    await says(night, "dan", "ok")
    night.expect_text("dan", "you have this alarm")
    night.expect_text("cora", "Dan has this alarm")
    night.forget(*_ASIDE)
    assert (await night.timeline(callout)).count("alarm_lapsed") == 1
    await taken(night)


def rung(story: Story, *who: str) -> list[int]:
    """How often these phones have rung so far."""
    return [len(story.phone(name).calls) for name in who]


@pytest.mark.slow
async def test_doing_something_keeps_it(night: Story) -> None:
    """Whatever the owner writes gives ten minutes more: nobody is rung, and the other hears nothing."""
    await nobody_answers(night)
    await says(night, "cora", "OK")
    before = rung(night, "cora", "dan")
    for words in ("who is closest?", "is it the station on Pacific?"):
        await night.passes(minutes=9)
        night.forget("dan")
        await says(night, "cora", words)
        night.expect_text("dan", "Cora wrote")
    await night.passes(minutes=9)
    night.forget(*_ASIDE, "cora")
    night.expect_silence()
    assert rung(night, "cora", "dan") == before
    await night.passes(minutes=1)
    night.forget(*_ASIDE)
    assert rung(night, "cora", "dan") == [before[0] + 1, before[1]]
    await taken(night)
    night.forget("cora", "dan")


@pytest.mark.costs(2)
async def test_a_key_about_another_call_out_keeps_it(night: Story) -> None:
    """Cora has the alarm of the first. Nine minutes later she is rung about a second, and presses 1: she is awake, and
    nobody hears two minutes later that she does not answer."""
    await night.call_out()
    await night.passes(minutes=9)
    await night.call_out("LAPD", officer=OTHER_OFFICER)
    await night.passes(minutes=1, seconds=5)
    await says(night, "cora", "ok")
    await night.passes(minutes=8, seconds=58)
    assert night.phone("cora").ringing is not None
    await night.phone("cora").answer()
    await night.passes(seconds=1)
    await night.phone("cora").press("1")
    await night.passes(seconds=30)
    assert [row["owner"] for row in await night.rows(t.alarm)] == ["cora", "cora"]
    night.forget(*_ASIDE, OTHER, "cora", "dan")
    before = rung(night, "cora", "dan")
    await night.passes(minutes=4)
    night.forget(*_ASIDE, OTHER, "cora")
    assert rung(night, "cora", "dan") == before


async def test_while_somebody_is_on_the_way_the_owner_may_sleep(night: Story) -> None:
    """Ana drives, is late and writes; Cora has that alarm, and need not say anything more."""
    callout = await night.call_out()
    await night.passes(seconds=2)
    await says(night, "ana", "OMW 10")
    for minutes in (13, 10):
        await night.passes(minutes=minutes)
        await says(night, "ana", "thx")
    await night.passes(minutes=3)
    await says(night, "cora", "OK")
    night.forget(*_ASIDE, "cora", "dan")
    before = rung(night, "cora", "dan")
    for _ in range(4):
        await night.passes(minutes=8)
        await says(night, "ana", "thx")
    night.forget(*_ASIDE, "cora", "dan")
    assert rung(night, "cora", "dan") == before
    await says(night, "ana", "here")
    night.forget(*_ASIDE)
    had = [row["kind"] for row in await night.rows(t.alarm) if row["owner"] == "cora"]
    assert "late_arrival" in had
    assert "alarm_lapsed" not in await night.timeline(callout)


async def test_two_owners(night: Story) -> None:
    """The first has it; the second hears who, and is not rung on her account."""
    await nobody_answers(night)
    await says(night, "cora", "ok")
    await says(night, "dan", "OK!")
    night.expect_text("cora", "you have this alarm")
    night.expect_text("dan", "Cora has this alarm.")
    night.expect_text("dan", "Cora has this alarm already")
    await night.passes(minutes=5)
    night.expect_text("cora", "round 2")
    night.forget(*_ASIDE)
    await taken(night)


async def test_an_owner_who_is_also_paged(database_url: str) -> None:
    """OK means the alarm only, and the answer says how to go; 1 then takes the call-out."""
    both = replace(DAN, roles=frozenset({Role.COORDINATOR, Role.SPECIALIST}))
    async with tell(database_url, replace(ROSTER, people=(*ROSTER.people, both))) as story:
        callout = await story.call_out()
        await story.passes(minutes=10, seconds=5)
        story.forget(*_ASIDE, "cora", "dan")
        await says(story, "dan", "OK")
        story.expect_text("dan", "you have this alarm", "To go yourself reply 1.")
        story.expect_text("cora", "Dan has this alarm")
        assert (await story.status(callout))["status"] == "paging"
        await says(story, "dan", "1")
        await story.passes(seconds=5)
        story.expect_text("dan", "You have", "/r/")
        assert (await story.status(callout))["specialist"] == "Dan"
        story.forget(*_ASIDE)


async def test_an_owners_phone_switched_off(night: Story) -> None:
    """Whoever cannot be rung is not heard from: two minutes later everybody else is rung."""
    callout = await nobody_answers(night)
    await says(night, "cora", "ok")
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


async def test_what_is_worse_rings_everybody(night: Story) -> None:
    """Cora has the alarm of a missed target; whoever had the call-out lets it go, and both phones ring all the same."""
    callout = await night.call_out()
    await night.passes(seconds=2)
    await says(night, "ana", "OMW 50")
    await night.passes(minutes=60, seconds=5)
    await says(night, "cora", "ok")
    assert {row["owner"] for row in await night.rows(t.alarm)} == {"cora"}
    night.forget(*_ASIDE, "cora", "dan")
    await says(night, "ana", f"{callout['code']} can't")
    await night.passes(seconds=5)
    for who in ("cora", "dan"):
        night.expect_text(who, callout["code"], "Ana can no longer go", OFFICER)
        night.expect_call(who)
    night.forget(*_ASIDE, "cora", "dan")
    await taken(night, "ben")
    night.forget("cora", "dan")


async def test_another_cry_for_help_rings_everybody(night: Story) -> None:
    """Cora has Ana's danger, so its repeats are quiet. When Ana cries again it is no repeat: nobody has it, and it
    rings until somebody does."""
    callout = await nobody_answers(night)
    await taken(night)
    await says(night, "ana", "not safe")
    night.forget("ana", "cora", "dan")
    await says(night, "cora", f"{callout['code']} ok")
    night.expect_text("cora", "you have this alarm")
    night.expect_text("dan", "Cora has this alarm")
    await night.passes(minutes=5)
    night.expect_silence()
    await says(night, "ana", "SOS")
    night.forget("ana")
    for _ in range(2):
        for who in ("cora", "dan"):
            night.expect_text(who, "DANGER", callout["code"])
            night.expect_call(who)
        await night.passes(minutes=2)
    await says(night, "cora", "ok")
    night.forget("cora", "dan")
    assert [row["owner"] for row in await night.rows(t.alarm) if row["kind"] == "danger"] == ["cora"]


@pytest.mark.slow
async def test_a_missed_target_rings_everybody(night: Story) -> None:
    """Cora has the alarm of the rounds, so these ring nobody else; a missed target does."""
    callout = await nobody_answers(night)
    for _ in range(6):
        await says(night, "cora", "ok")
        await night.passes(minutes=8)
    await says(night, "cora", "ok")
    night.forget(*_ASIDE, "cora", "dan")
    before = rung(night, "dan")
    await night.passes(minutes=1, seconds=55)
    night.expect_text("dan", callout["code"], "target missed")
    assert rung(night, "dan") == [before[0] + 1]
    night.forget(*_ASIDE, "cora", "dan")
    await taken(night)
    night.expect_text("cora", "too late for the hour. Asked as well: Ben and Cleo")
    night.forget("ana", "ben", "cleo", "cora", "dan", *_ASIDE)


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
    await night.call_out()
    await night.passes(minutes=10, seconds=5)
    assert "dan" in placing, "his call was being placed"
    night.forget(*_ASIDE)
    for who in ("cora", "dan"):
        night.expect_text(who, "nobody has it")
        assert night.expect_call(who).status == "canceled"
    night.expect_text("dan", "Cora has this alarm")
    await taken(night)


async def test_an_officer_who_needs_nobody_can_be_had(night: Story) -> None:
    """That a call-out may be off is an alarm like others: one coordinator rings the officer, the other hears who."""
    callout = await night.call_out()
    await night.passes(seconds=5)
    await says(night, OFFICER, "not needed")
    night.forget(*_ASIDE)
    for who in ("cora", "dan"):
        night.expect_text(who, "Nothing is cancelled")
        night.expect_call(who)
    await says(night, "dan", f"{callout['code']} ok")
    night.expect_text("dan", callout["code"], "you have this alarm")
    night.expect_text("cora", callout["code"], "Dan has this alarm")
    await taken(night)


async def test_an_end_that_could_not_be_told_can_be_had(night: Story) -> None:
    """The call-out is over, but Ana may be driving there: somebody has to reach her, and says so."""
    callout = await night.call_out()
    await night.passes(seconds=2)
    await says(night, "ana", "OMW 25")
    night.town.carrier.faults.add(Doomed("undelivered", 30008), times=None, only="message", number="+15625550101")
    night.behave("ana", Behaviour.BUSY)
    await night.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await night.passes(minutes=1)
    night.forget(*_ASIDE)
    for who in ("cora", "dan"):
        night.expect_text(who, callout["code"], "that it is off", "+15625550101")
    await says(night, "cora", "ok")
    night.expect_text("cora", "You have this alarm")
    night.expect_text("dan", "Cora has this alarm")


async def test_a_yes_to_news(night: Story) -> None:
    """There is nothing that anybody need have, and it is thanked for, with a code or without."""
    callout = await night.call_out()
    await night.passes(seconds=2)
    await says(night, OFFICER, "we are at the back door")
    night.forget(*_ASIDE)
    for who in ("cora", "dan"):
        night.expect_text(who, "back door")
    for text in ("OK", f"{callout['code']} ok", "👍"):
        await says(night, "cora", text)
        assert night.expect_text("cora") == "Thank you. No alarm is open now."
    await taken(night)


async def test_a_coordinators_words_are_not_brushed_off(night: Story) -> None:
    """While an alarm is open they are answered with it, and come to the others only: never back as an alarm."""
    callout = await nobody_answers(night)
    code = callout["code"]
    await says(night, "cora", "who is closest?")
    night.expect_text("cora", f"Open alarms: {code}", f"{code} OK")
    night.expect_text("dan", "Cora wrote", "who is closest?")
    await says(night, "cora", "home")
    night.expect_text("cora", f"{code} OK")
    await says(night, "cora", "1")
    night.expect_text("cora", "you have this alarm")
    night.expect_text("dan", "Cora has this alarm")
    await taken(night)


@pytest.mark.slow
async def test_several_alarms_ask_for_the_code(night: Story) -> None:
    """OK alone could be about two call-outs, so it is asked which; with a code it is not."""
    first = await nobody_answers(night)
    second = await night.call_out("LAPD", officer={"callback_phone": "+15625550178"})
    await night.passes(minutes=10, seconds=5)
    night.forget(*_ASIDE, "+15625550178", "cora", "dan")
    await says(night, "cora", "OK")
    night.expect_text("cora", first["code"], second["code"], "Put the code first")
    await says(night, "cora", f"ok {second['code']}")
    night.expect_text("cora", second["code"], "you have this alarm")
    night.expect_text("dan", second["code"], "Cora has this alarm")
    await says(night, "dan", "ok")
    night.expect_text("dan", first["code"], "you have this alarm")
    night.expect_text("cora", first["code"], "Dan has this alarm")
    await says(night, "ana", f"{first['code']} 1 20")
    await says(night, "ben", f"{second['code']} 1 20")
    await night.passes(seconds=5)
    night.forget(*_ASIDE, "+15625550178")


@pytest.mark.parametrize("text", ["copy", "vale", "calling her", "ya la llamo"])
async def test_more_ways_to_have_it(night: Story, text: str) -> None:
    """What coordinators really write has the alarm, like OK."""
    callout = await nobody_answers(night)
    await says(night, "cora", text)
    night.expect_text("cora", f"{callout['code']}: you have this alarm")
    night.expect_text("dan", "Cora has this alarm")
    await taken(night)


async def test_who_has_it_is_answered_with_a_name(night: Story) -> None:
    """And Dan is not told of the question as if it were an alarm."""
    callout = await nobody_answers(night)
    code = callout["code"]
    await says(night, "dan", "who has it?")
    night.expect_text("dan", f"{code}: nobody has it yet. If you have it reply {code} OK")
    await says(night, "cora", "ok")
    night.forget("cora", "dan")
    await says(night, "dan", f"{code} who has it")
    assert night.expect_text("dan") == f"{code}: Cora has it."
    await taken(night)


async def test_a_coordinator_who_goes_hears_how(night: Story) -> None:
    """Cora is not paged: her "I'll go" has the alarm, and takes no call-out by itself."""
    callout = await nobody_answers(night)
    await says(night, "cora", "I'll go")
    night.expect_text("cora", "you have this alarm", 'press "I go" on its page')
    night.expect_text("dan", "Cora has this alarm")
    assert (await night.status(callout))["status"] == "paging"
    await taken(night)


async def test_an_officer_who_needs_somebody_again_is_somebodys(night: Story) -> None:
    """The call-out is over: both coordinators are rung, and Cora has it."""
    callout = await night.call_out()
    await night.passes(seconds=2)
    await night.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await night.passes(minutes=30)
    night.forget(*_ASIDE)
    await says(night, OFFICER, "we need somebody again")
    for who in ("cora", "dan"):
        night.expect_text(who, f"{callout['code']} is over", "may need somebody", "/a/")
        night.expect_call(who)
    night.forget(OFFICER)
    await says(night, "cora", "ok")
    night.expect_text("cora", "You have this alarm")
    night.expect_text("dan", "Cora has this alarm")
