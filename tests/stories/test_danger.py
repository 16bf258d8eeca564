"""Stories about danger: the officer's, towards whom somebody drives, and our own people's, after the end as well."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dispatch.actions.alarms import own_alarm
from dispatch.actions.commands.give import do_unseen
from dispatch.rules.commands.commands import Close, RangOfficer
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.people import Role
from tests.stories.story import DCFS, NO_TLS, OFFICER, ROSTER, Story, t, tell
from tests.stories.test_alarms import DAN, TWO, taken
from tests.stories.test_people import office
from twilio_simulator import ServerError, TooManyRequests

CORA = "+15625550110"


async def drives(story: Story) -> str:
    """Ana has it and drives; returns the code."""
    callout = await story.paging()
    await taken(story)
    await story.says("ana", "omw")
    story.forget("ana", OFFICER, DCFS, "cora")
    return str(callout["code"])


# ---- the officer in danger -----------------------------------------------------------------------------------------


async def test_whoever_drives_there_is_told_to_stay_away(story: Story) -> None:
    """The officer writes of shots: Ana is texted and rung at once, without the words, and Cora reads who comes."""
    code = await drives(story)
    await story.says(OFFICER, "shots fired at 400 Broadway")
    told = story.expect_text("ana", f"{code}: the officer may be in danger. Stay away", CORA, "/r/")
    assert "Broadway" not in told
    story.expect_call("ana")
    story.expect_text("cora", f"DANGER {code}", OFFICER, "Ana is coming, ETA 02:39.", "/a/")
    story.expect_call("cora")
    story.expect_text(OFFICER, "call 911")
    await story.says("cora", "ok")
    story.forget("cora")


async def test_a_threat_keeps_everybody_away_from_all_that_the_officer_called_out(story: Story) -> None:
    """An officer has two call-outs: Ana drives to the older, the newer still pages. The words are about both, and are
    answered once; whoever takes the newer one hears them too."""
    older = await drives(story)
    await story.passes(minutes=9)
    newer = str((await story.call_out("LAPD"))["code"])
    await story.passes(seconds=2)
    story.forget("ana", "ben", "cora", OFFICER, DCFS)
    await story.says(OFFICER, "shots fired, stay away")
    story.expect_text("ana", f"{older}: the officer may be in danger. Stay away", "/r/")
    story.expect_call("ana")
    told = [story.expect_text("cora", "DANGER", OFFICER) for _ in range(2)]
    assert sorted(words.split()[1].strip(":;,.") for words in told) == sorted((older, newer))
    story.expect_call("cora")
    story.expect_text(OFFICER, "call 911")
    await story.says("ben", f"{newer} 1 20")
    story.expect_text("ben", f"You have {newer}")
    story.expect_text("ben", f"{newer}: the officer may be in danger. Stay away")
    story.expect_call("ben")
    story.forget(OFFICER, DCFS)
    await story.says("cora", f"{older} ok")
    await story.says("cora", f"{newer} ok")
    story.forget("cora")


@pytest.mark.parametrize("words", ["help", "911 hangup at the motel", "we are at the emergency room", "ayuda"])
async def test_a_cry_that_names_no_threat_rings_and_keeps_nobody_away(story: Story, words: str) -> None:
    """Ana drives on, to somebody who needs help; Cora is rung every two minutes until she has it."""
    code = await drives(story)
    await story.says(OFFICER, words)
    assert "Stay away" not in story.expect_text("ana", f"{code}: the officer has written")
    story.expect_text("cora", f"ALARM {code}: somebody may be hurt, or gone", OFFICER)
    story.expect_call("cora")
    story.forget(OFFICER)  # the carrier answers HELP as well
    await story.passes(minutes=2)
    story.expect_text("cora", f"ALARM {code}: somebody may be hurt, or gone", OFFICER)
    story.expect_call("cora")
    await story.says("cora", "ok")
    story.expect_text("cora", "you have this alarm")
    await story.passes(minutes=4)
    story.expect_silence()


async def test_what_nobody_understands_is_heard_on_the_road(story: Story) -> None:
    """Cora is rung with it at once, and Ana is told, once, to speak with the officer. Within ten minutes more of the
    kind is news, and then it rings again."""
    code = await drives(story)
    await story.says(OFFICER, "things went sideways")
    told = story.expect_text("ana", f"{code}: the officer has written. Speak to them before you go in")
    assert "sideways" not in told
    call = story.expect_call("ana")
    story.expect_text("cora", f"ALARM {code}: unclear", "things went sideways", OFFICER)
    story.expect_call("cora")
    story.expect_text(OFFICER, "Ana is coming")
    await story.answers("ana", seconds=1)
    heard = " ".join(call.heard)
    assert "the officer has written. Speak to them before you go in" in heard
    assert "sideways" not in heard
    await story.phone("ana").hang_up()
    await story.says(OFFICER, "its going down")
    story.expect_text("ana", f"{code}: the officer has written")
    story.expect_text("cora", f"{code}: the officer, {OFFICER}, wrote", "its going down")
    story.expect_text(OFFICER, "Ana is coming")
    await story.passes(minutes=10)
    story.forget("ana", "cora", OFFICER)
    await story.says(OFFICER, "they made us")
    story.expect_text("ana", f"{code}: the officer has written")
    story.expect_text("cora", f"ALARM {code}: unclear", "they made us")
    story.expect_call("cora")
    story.expect_text(OFFICER, "Ana is coming")


async def test_whoever_takes_it_by_the_key_of_a_reminder_hears_it_too(story: Story) -> None:
    """Ana has said no by text, with the phone at her ear that asks whether she is on the way. Then she presses 1: she
    goes after all, and the officer has cried meanwhile."""
    code = str((await story.call_out())["code"])
    await story.passes(seconds=2)
    await taken(story)
    await story.passes(minutes=15)
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.phone("ana").answer()
    await story.replies("ana", f"{code} no")
    await story.says(OFFICER, "he has a gun")
    story.forget("ana", "ben", "cora", OFFICER, DCFS)
    await story.presses("ana", "1")
    story.expect_text("ana", f"You have {code}")
    story.expect_text("ana", "the officer may be in danger. Stay away")
    await story.phone("ana").hang_up()  # only then can it ring again
    await story.passes(seconds=2)
    story.expect_call("ana")
    await story.says("cora", "ok")
    story.forget("ana", "ben", "cora", OFFICER, DCFS)


async def obeying(story: Story) -> dict[str, Any]:
    """Ana has heard on her phone that she must stay away, and Cora has the alarm."""
    callout = await story.paging()
    await taken(story)
    await story.says(OFFICER, "suspect inside, 11-99", seconds=25)
    await story.answers("ana", seconds=5)
    await story.presses("ana", "9", seconds=2)
    await story.hangs_up("ana")
    await story.says("cora", "ok")
    assert "until you text L4L officer is safe." in story.phone("cora").texts[-1].body
    story.forget("ana", "ben", "cora", OFFICER, DCFS)
    return callout


@pytest.mark.parametrize(("says", "asked"), [("ok", "Reply OMW when you leave (OMW 25"), ("omw 15", "ETA has passed")])
async def test_whoever_obeys_keeps_it_and_is_asked_once_it_is_safe(story: Story, says: str, asked: str) -> None:
    """For forty minutes nothing sends Ana on, nobody goes instead, and she loses nothing by waiting."""
    callout = await obeying(story)
    await story.says("ana", says)
    status = (await story.status(callout))["status"]
    story.forget("ana")
    for _ in range(4):
        await story.passes(minutes=10)
        await story.says("cora", f"{callout['code']} ok")
    assert (await story.status(callout))["status"] == status
    story.forget("cora", OFFICER, DCFS)
    story.expect_silence()
    await story.says("cora", f"{callout['code']} officer is safe")
    story.expect_text("ana", "look before you go on", "/r/")
    await story.passes(minutes=2)
    assert asked in "\n".join(text.body for text in story.phone("ana").texts)
    story.forget("ana", "ben", "cora", OFFICER)


async def test_whoever_rang_the_officer_may_say_later_that_they_are_safe(story: Story) -> None:
    """Then they had been heard, no cry was unheard, and nobody could let Ana go on. Nobody asks her by phone then."""
    callout = await obeying(story)
    by = Actor(ActorKind.COORDINATOR, "cora")
    await story.town.service.runner.act(do_unseen, callout["id"], RangOfficer(), by, Source.WEB)
    await story.says("cora", f"{callout['code']} the officer is safe now")
    story.expect_text("cora", "noted that the officer is safe")
    story.expect_text("ana", "look before you go on")


async def test_a_reminder_that_rings_already_says_it_too(story: Story) -> None:
    """The officer cries while Ana's phone rings to ask whether she is on the way: no key says that she is."""
    callout = await story.paging()
    await taken(story)
    await story.passes(minutes=15)
    await story.replies(OFFICER, "he has a gun")
    call = await story.phone("ana").answer()
    await story.passes(seconds=1)
    await story.presses("ana", "1")
    assert "Stay away" in call.heard[0]
    assert (await story.status(callout))["status"] == "acknowledged"
    await story.hangs_up("ana")
    story.forget("ana", "cora", OFFICER, DCFS)


async def test_a_no_that_is_not_clear_asks_nobody_to_go_along(story: Story) -> None:
    """Ana is rung, as her text was told, hears to stay away first, and says nothing. Cora is rung; Ben sleeps on."""
    callout = await obeying(story)
    await story.says("ana", "no", minutes=1, seconds=2)
    call = await story.phone("ana").answer()
    await story.passes(seconds=10)
    await story.hangs_up("ana", seconds=61)
    assert "Stay away" in call.heard[0]
    assert "Press 2 to let it go" in " ".join(call.heard)
    assert "Ana wrote NO" in story.phone("cora").texts[-1].body
    assert (await story.status(callout))["status"] == "acknowledged"
    story.forget("ana", "cora", OFFICER)


async def test_another_meeting_place_sends_nobody_on(story: Story) -> None:
    """The text about it says to stay away, and so does what stands behind its link."""
    callout = await obeying(story)
    place = {"meeting_place": {"address": "1 Elm St"}, "medical_need": True}
    assert (await story.request("PATCH", f"/v1/callouts/{callout['id']}", json=place)).status_code == 200
    await story.passes(seconds=2)
    link = story.expect_text("ana", "Stay away", "/r/").rpartition(" ")[2]
    async with httpx.AsyncClient(timeout=30, verify=NO_TLS) as client:
        assert "The officer may be in danger." in (await client.get(link)).text
    story.forget("cora")


# ---- a cry for help and the end of its call-out ----------------------------------------------------------------------


async def over_unheard(story: Story, who: str, words: str) -> str:
    """Ana is there, somebody cries for help, nobody answers, and Ana says that she is home: the call-out is over."""
    code = await drives(story)
    await story.says("ana", "here")
    await story.says(who, words)
    await story.says("ana", "done")
    await story.says("ana", "home")
    story.forget("ana", "cora", OFFICER, DCFS)
    return code


@pytest.mark.parametrize(("who", "words"), [("ana", "he has a gun"), (OFFICER, "shots fired")])
async def test_a_cry_for_help_outlives_its_call_out(story: Story, who: str, words: str) -> None:
    """It rings on until Cora has it, and her board says so although no call-out is open; then it is over."""
    code = await over_unheard(story, who, words)
    await story.passes(minutes=2)
    story.expect_text("cora", f"DANGER {code}")
    story.expect_call("cora")
    async with office(story) as cora:
        seen = await cora.see("/")
        assert "Somebody may be in danger" in seen
        assert f"{'Ana' if who == 'ana' else 'The officer'} may be in danger; {code} is over" in seen
        assert "nobody has it yet" in seen
        assert ("Call Ana" in seen) == (who == "ana")
        await story.says("cora", f"{code} ok")
        story.expect_text("cora", "you have this alarm")
        assert "Nothing needs you" in await cora.see("/")
    await story.passes(minutes=30)
    story.expect_silence()
    assert not await story.rows(t.deadline)
    assert all(row["ended_at"] for row in await story.rows(t.alarm))


async def test_a_cry_from_the_scene_is_taken_on_the_board(story: Story) -> None:
    """Without opening anything, as that of somebody who is still on the way."""
    await drives(story)
    await story.says("ana", "here")
    await story.says("ana", "he has a gun")
    async with office(story) as cora:
        seen = await cora.see("/")
        assert "Ana asked for help" in seen
        assert "I have it" in seen
        (alarm,) = [row["id"] for row in await story.rows(t.alarm) if row["kind"] == "danger"]
        await cora.post(f"/board/alarms/{alarm}/own")
        assert "I have it" not in await cora.see("/")
    story.forget("ana", "cora", OFFICER, DCFS)


async def test_of_two_who_cry_neither_is_forgotten(story: Story) -> None:
    """Ana cries, and half a minute later the officer: Cora is told of both, again and again."""
    code = await drives(story)
    await story.says("ana", "SOS")
    await story.passes(seconds=30)
    await story.says(OFFICER, "shots fired")
    story.forget("ana", "cora", OFFICER)
    await story.passes(minutes=4, seconds=10)
    told = [text.body.partition(".")[0] for text in story.phone("cora").texts if "may be in danger" in text.body]
    ana, officer = (f"DANGER {code}: {who} may be in danger" for who in ("Ana", "the officer"))
    assert told == [ana, officer] * 3
    await story.says("cora", "ok")
    story.forget("ana", "cora", OFFICER, DCFS)


async def test_a_refused_call_of_danger_is_rung_whatever_ends(story: Story) -> None:
    """The carrier refuses the call that tells Ana of shots, who is there; then the call-out is closed."""
    await drives(story)
    await story.says("ana", "here")
    story.town.carrier.faults.add(TooManyRequests(), times=2, only="call", number=story.phone("ana").number)
    await story.says(OFFICER, "shots fired")
    (callout,) = await story.rows(t.callout)
    by = Actor(ActorKind.COORDINATOR, "cora")
    await story.town.service.runner.act(do_unseen, callout["id"], Close(), by)
    await story.passes(minutes=1)
    story.expect_call("ana")
    story.forget("ana", "cora", OFFICER, DCFS)


async def test_an_officer_in_danger_minutes_after_the_end(story: Story) -> None:
    """Cora is rung until she has it, and the officer hears 911."""
    code = await drives(story)
    await story.says("ana", "here")
    await story.says("ana", "done")
    await story.says("ana", "home")
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.says(OFFICER, "he's got a knife")
    story.expect_text(OFFICER, "call 911")
    await story.passes(minutes=2)
    for _ in range(2):
        story.expect_text("cora", f"DANGER {code}", OFFICER)
        story.expect_call("cora")
    await story.says("cora", "ok")
    story.expect_text("cora", "you have this alarm")
    await story.passes(minutes=30)


async def close_by_slip(story: Story, code: str) -> None:
    async with httpx.AsyncClient(base_url=story.town.url, verify=NO_TLS) as client:
        headers = {"Authorization": f"Bearer {story.town.coordinator_key}"}
        assert (await client.post(f"/v1/callouts/{code}/close", headers=headers)).status_code == 200
    await story.passes(seconds=2)


async def test_an_officer_who_needs_somebody_again(story: Story) -> None:
    """After the end: Cora is rung, and the officer hears how to call out again."""
    code = await drives(story)
    await story.says("ana", "here")
    await story.says("ana", "done")
    await story.says("ana", "home")
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.says(OFFICER, "need someone again")
    story.expect_text("cora", "need someone again")
    story.expect_call("cora")
    told = story.expect_text(OFFICER, f"{code} is over", "Coordinators are being called", "call out again")
    assert "will call you" not in told, "no deadline stands behind a call-out that is over"


# ---- what the officer hears ----------------------------------------------------------------------------------------


async def test_the_same_words_say_something_else_after_the_arrival_and_after_the_end(story: Story) -> None:
    """While Ana drove they were news; now they say that she is at the wrong door, and then that somebody still
    waits."""
    await story.paging()
    await story.says(OFFICER, "no one here")
    await taken(story)
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.says(OFFICER, "no one here")
    story.expect_text(OFFICER, "Ana is coming")
    await story.says(OFFICER, "no one here")
    story.forget("ana", "cora")
    story.expect_silence()
    await story.says("ana", "here")
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.says(OFFICER, "no one here")
    story.expect_text("cora", "the officer sees nobody of ours")
    story.expect_call("cora")
    story.forget("ana", OFFICER)
    await story.says("cora", "ok")
    for said in ("clear", "home"):
        await story.says("ana", said)
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.says(OFFICER, "no one here")
    story.expect_text("cora", "is over, and the officer may need somebody")
    story.forget("cora", OFFICER)


@pytest.mark.costs(2)
async def test_many_cries_for_help_ring_each_phone_once_at_a_time(story: Story) -> None:
    """Each is texted, since each may be true. A second call would find the line busy."""
    await drives(story)
    for _ in range(20):
        await story.replies(OFFICER, "shots fired")
    await story.passes(seconds=2)
    coordinators = [cry for cry in story.phone("cora").texts if "DANGER" in cry.body]
    warnings = [text for text in story.phone("ana").texts if "Stay away" in text.body]
    assert (len(coordinators), len(story.phone("cora").calls)) == (20, 1)
    assert (len(warnings), len(story.phone("ana").calls)) == (20, 1)
    await story.passes(minutes=2, seconds=10)
    assert len(story.phone("cora").calls) == 3, "Ana has not heard it, and nobody has it, so it rings again"
    story.forget("ana", "cora", OFFICER)


async def test_a_coordinator_who_cries_has_not_their_own_cry(database_url: str) -> None:
    """Dan coordinates too, and drives. He is not rung to hear that he is in danger, and his OK to our answer is none to
    the alarm: Cora is rung until she has it, and he reads that she has."""
    both = replace(DAN, roles=frozenset({Role.COORDINATOR, Role.SPECIALIST}))
    async with tell(database_url, replace(ROSTER, people=(*ROSTER.people, both))) as story:
        code = str((await story.call_out())["code"])
        await story.passes(seconds=2)
        await story.says("dan", f"{code} omw 25")
        story.forget("ana", "cora", "dan", OFFICER, DCFS)
        await story.says("dan", "SOS")
        story.expect_text("dan", "call 911")
        await story.says("dan", "ok")
        story.expect_text("dan", code)
        await story.passes(minutes=2)
        for _ in range(2):
            story.expect_text("cora", f"DANGER {code}: Dan may be in danger")
            story.expect_call("cora")
        await story.says("cora", "ok")
        story.expect_text("dan", f"{code}: Cora has this alarm")
        story.forget("cora")


@pytest.mark.parametrize("by_link", [False, True])
async def test_a_coordinator_who_cries_may_have_the_officer_s_cry(database_url: str, by_link: bool) -> None:
    """Dan has cried himself and says that he has the officer's: his own is nobody's, and rings on."""
    both = replace(DAN, roles=frozenset({Role.COORDINATOR, Role.SPECIALIST}))
    async with tell(database_url, replace(ROSTER, people=(*ROSTER.people, both))) as story:
        code = str((await story.call_out())["code"])
        await story.passes(seconds=2)
        await story.says("dan", f"{code} omw 25")
        await story.says("dan", "SOS")
        await story.says(OFFICER, "shots fired")
        if by_link:
            (officers,) = [row for row in await story.rows(t.alarm) if row["person"] is None]
            by = Actor(ActorKind.COORDINATOR, "dan")
            await story.town.service.runner.act(own_alarm.own, officers["id"], by, Source.LINK)
        else:
            await story.says("dan", f"{code} ok")
        owners = {row["person"]: row["owner"] for row in await story.rows(t.alarm) if row["kind"] == "danger"}
        assert owners == {"dan": None, None: "dan"}
        heard = len(story.phone("cora").texts)
        await story.passes(minutes=3)
        rung = [text.body for text in story.phone("cora").texts[heard:]]
        assert any(one.startswith(f"DANGER {code}: Dan may be in danger") for one in rung)
        story.forget("ana", "ben", "cleo", "cora", "dan", OFFICER, DCFS)


async def test_a_coordinator_s_second_cry_is_heard_in_any_words(database_url: str) -> None:
    """Cora has the first. What Dan writes then is in no table, and sounds like danger."""
    async with tell(database_url, TWO) as story:
        await story.says("dan", "SOS")
        await story.says("cora", "ok")
        await story.passes(minutes=5)
        story.forget("cora", "dan")
        await story.says("dan", "someone just came in my back door")
        story.expect_call("cora")
        story.expect_text("dan", "Coordinators are being called")
        story.forget("cora")


async def test_a_cry_that_somebody_has_is_not_called_over(database_url: str) -> None:
    """Ana cries after the end of her call-out. Dan listens while Cora takes it: he hears who has it."""
    async with tell(database_url, TWO) as story:
        code = await drives(story)
        await story.says("ana", "here")
        await close_by_slip(story, code)
        await story.says("ana", "he has a gun")
        await story.phone("dan").answer()
        await story.says("cora", "ok")
        await story.presses("dan", "1", seconds=20)
        said = " ".join(story.phone("dan").calls[-1].heard)
        assert "Cora has this alarm. Thank you, and goodbye." in said
        assert "is over" not in said
        story.forget("ana", "cora", "dan", OFFICER, DCFS)


async def test_a_cry_after_somebody_has_the_first_rings_to_its_end(database_url: str) -> None:
    """The calls for the first were in doubt when Cora said that she has it. They are called off, and nothing else."""
    async with tell(database_url, TWO) as story:
        await story.paging()
        await story.says("ana", "OMW 40")
        for who in ("cora", "dan"):
            story.town.carrier.faults.add(ServerError(), only="call", number=story.phone(who).number)
        await story.says(OFFICER, "SOS")
        await story.says("cora", "ok", seconds=3)
        before = {who: len(story.phone(who).calls) for who in ("cora", "dan")}
        await story.says(OFFICER, "SOS he has a gun", seconds=90)
        for who, count in before.items():
            longest = max(call.updated_at - call.created_at for call in story.phone(who).calls[count:])
            assert longest >= timedelta(seconds=25), f"{who}'s phone was cut off after {longest}"
        await story.says("cora", "ok")
        story.forget("ana", "ben", "cleo", "cora", "dan", OFFICER, DCFS)
