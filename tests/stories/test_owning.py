"""Stories about what "I have it" takes: what its writer can have read, what a call named, what a view showed."""

import re
from dataclasses import replace

import httpx
import pytest

from dispatch.actions.alarms import own_alarm
from dispatch.actions.alarms.keep_watch import end_quiet_alarms
from dispatch.actions.commands.give import do_unseen
from dispatch.rules.commands.commands import RangOfficer
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.people import Role
from tests.stories.story import DCFS, NO_TLS, OFFICER, ROSTER, Behaviour, Story, t, tell
from tests.stories.test_alarms import TWO, nobody_answers, taken
from tests.stories.test_danger import drives
from tests.stories.test_people import office

_OTHERS = ("ana", "ben", "cleo", OFFICER, DCFS)


async def owners(story: Story) -> dict[str, str | None]:
    """Who has which open alarm, by its kind and whom it is about."""
    rows = [row for row in await story.rows(t.alarm) if row["ended_at"] is None]
    return {f"{row['kind']} {row['person'] or ''}".strip(): row["owner"] for row in rows}


async def test_a_cry_that_crosses_an_ok_rings_on(database_url: str) -> None:
    """Cora answers that nobody has it. While her OK is on its way, the officer writes SOS: she has what she had read,
    hears of the cry, and both phones go on ringing until somebody has read that."""
    async with tell(database_url, TWO) as story:
        code = (await nobody_answers(story))["code"]
        await story.passes(minutes=1)
        await story.replies(OFFICER, "shots fired")
        await story.replies("cora", "ok")
        assert await owners(story) == {"chain_ended": "cora", "danger": None}
        await story.passes(seconds=2)
        story.expect_text("dan", f"DANGER {code}: the officer may be in danger", OFFICER)
        story.expect_text("dan", f"{code}: Cora has this alarm")
        texts = [story.expect_text("cora") for _ in range(2)]
        assert any(one.startswith(f"DANGER {code}") for one in texts)
        (answer,) = [one for one in texts if not one.startswith("DANGER")]
        assert answer.startswith(f"{code}: you have what you had read, but not this: DANGER {code}")
        assert f"reply {code} OK" in answer
        for who in ("cora", "dan"):
            story.expect_call(who)
            assert story.phone(who).ringing is not None
        await story.says("cora", f"{code} ok")
        story.expect_text("cora", f"{code}: you have this alarm")
        assert await owners(story) == {"chain_ended": "cora", "danger": "cora"}
        assert story.phone("dan").ringing is None
        story.forget("cora", "dan", *_OTHERS)
        await taken(story)


async def test_an_ok_that_can_answer_no_alarm_takes_none(story: Story) -> None:
    """Cora's phone is off, and the carrier says nothing of the text to it: an OK of the same second is none to that.
    Fifteen seconds later she may have read it."""
    code = await drives(story)
    story.behave("cora", Behaviour.SWITCHED_OFF)
    await story.replies("ana", "SOS")
    await story.says("cora", "ok")
    assert await owners(story) == {"danger ana": None}
    await story.passes(seconds=15)
    await story.says("cora", "ok")
    assert await owners(story) == {"danger ana": "cora"}
    answers = [
        row["text"] for row in await story.rows(t.page) if row["purpose"] == "answer" and row["person"] == "cora"
    ]
    assert answers[0].startswith(f"{code}: your OK came before this, and nobody has it: DANGER {code}: Ana may be in")
    assert answers[0].endswith(f"If you have it reply {code} OK.")
    assert answers[1].startswith(f"{code}: you have this alarm")
    story.forget("ana", "cora")


async def test_whoever_reads_what_is_open_can_have_it(story: Story) -> None:
    """Cora was no coordinator when Ana cried. The answer to her OK tells her of it; her next OK takes it."""
    code = await drives(story)
    await story.says("ana", "SOS")
    await story.town.service.database.write(lambda tx: tx.execute(t.page.delete().where(t.page.c.person == "cora")))
    story.forget("ana", "cora")
    await story.says("cora", f"{code} ok")
    story.expect_text("cora", f"{code}: your OK came before this, and nobody has it: DANGER {code}: Ana")
    await story.says("cora", f"{code} ok")
    story.expect_text("cora", f"{code}: you have this alarm")


async def test_an_owner_s_word_does_not_take_the_second_cry(database_url: str) -> None:
    """Cora has Ana's cry, and writes again to say so. Ana has just cried once more: that rings everybody."""
    async with tell(database_url, TWO) as story:
        code = await drives(story)
        await story.says("ana", "SOS")
        await story.says("cora", "ok")
        await story.passes(minutes=3)
        story.forget("cora", "dan")
        await story.replies("ana", "SOS he is back")
        await story.says("cora", "ok")
        assert await owners(story) == {"danger ana": None}
        for who in ("cora", "dan"):
            story.expect_text(who, f"DANGER {code}", "SOS he is")
            story.expect_call(who)
        story.expect_text("cora", f"{code}: your OK came before this")
        await story.says("cora", "ok")
        assert await owners(story) == {"danger ana": "cora"}
        story.forget("ana", "cora", "dan")


async def test_a_yes_that_came_before_the_alarm_answers_the_page(database_url: str) -> None:
    """Ana coordinates, too, and is paged. Her OK leaves in the second in which an alarm is raised: it takes the
    call-out."""
    both = replace(ROSTER.people[0], roles=frozenset({Role.SPECIALIST, Role.COORDINATOR}))
    async with tell(database_url, replace(ROSTER, people=(both, *ROSTER.people[1:]))) as story:
        callout = await story.paging(seconds=20)
        await story.replies(OFFICER, "shots fired")
        await story.says("ana", "ok")
        assert (await story.status(callout))["status"] == "acknowledged"
        assert await owners(story) == {"danger": None}
        story.forget("ana", "cora", *_OTHERS)


async def test_a_key_takes_what_the_call_named(database_url: str) -> None:
    """Dan listens to Ana's cry while the officer cries as well. His key takes Ana's, and the officer's rings on."""
    async with tell(database_url, TWO) as story:
        code = await drives(story)
        await story.says("ana", "SOS")
        await story.phone("dan").answer()
        await story.says(OFFICER, "shots fired")
        await story.passes(seconds=3)
        await story.presses("dan", "1", seconds=1)
        assert await owners(story) == {"danger ana": "dan", "danger": None}
        story.forget("ana", "cora", "dan", OFFICER)
        await story.passes(minutes=2, seconds=30)
        assert any(f"DANGER {code}: the officer" in text.body for text in story.phone("cora").texts[-2:])
        story.expect_call("cora")
        story.forget("dan", "cora", *_OTHERS)


async def test_a_view_takes_what_it_showed(database_url: str) -> None:
    """The board shows that nobody came. Before Cora presses, the officer cries: that is nobody's."""
    async with tell(database_url, TWO) as story:
        await nobody_answers(story)
        (shown,) = await story.rows(t.alarm)
        await story.says(OFFICER, "shots fired")
        await story.says("ana", "SOS")
        (officers,) = [row for row in await story.rows(t.alarm) if row["kind"] == "danger" and row["person"] is None]
        by = Actor(ActorKind.COORDINATOR, "cora")
        await story.town.service.runner.act(own_alarm.own, shown["id"], by, Source.WEB)
        assert await owners(story) == {"chain_ended": "cora", "danger": None, "danger ana": None}
        await story.town.service.runner.act(own_alarm.own, officers["id"], by, Source.WEB)
        assert await owners(story) == {"chain_ended": "cora", "danger": "cora", "danger ana": None}
        await story.says("dan", "ok")
        story.forget("cora", "dan", *_OTHERS)
        await taken(story)


# ---- a cry without a call-out --------------------------------------------------------------------------------------


async def test_an_sos_without_a_call_out_rings_until_somebody_has_it(database_url: str) -> None:
    """Ana is on no call-out. Both phones ring every two minutes, for hours and after an outage, until Dan has it."""
    async with tell(database_url, TWO) as story:
        await story.says("ana", "SOS")
        story.expect_text("ana", "911")
        for _ in range(3):
            for who in ("cora", "dan"):
                story.expect_text(who, "DANGER: Ana may be in danger", "+15625550101")
                story.expect_call(who)
            await story.passes(minutes=2)
        story.forget("cora", "dan")
        story.town.clock.moment += story.town.clock.moment - story.town.clock.moment.replace(hour=7)  # it was down
        await story.town.service.runner.act(end_quiet_alarms)
        await story.passes(seconds=2)
        for who in ("cora", "dan"):
            story.expect_text(who, "DANGER: Ana may be in danger")
            story.expect_call(who)
        await story.says("dan", "ok")
        story.expect_text("dan", "You have this alarm", "or we ring you")
        story.expect_text("cora", "Dan has this alarm")
        await story.passes(minutes=9)
        story.expect_silence()
        await story.says("dan", "talking to her")
        story.forget("dan", "cora")


async def test_an_owner_who_falls_asleep_over_an_sos(database_url: str) -> None:
    """After ten minutes Dan is rung, and two minutes later everybody is; the owner who shows once that he is at it is
    left in peace, and an hour later it is over."""
    async with tell(database_url, TWO) as story:
        await story.says("ana", "SOS")
        await story.says("dan", "ok")
        story.forget("ana", "cora", "dan")
        await story.passes(minutes=10)
        story.expect_text("dan", "you have this alarm", "somebody may be in danger", "reply OK")
        story.expect_call("dan")
        await story.passes(minutes=2)
        for who in ("cora", "dan"):
            story.expect_text(who, "Dan had this alarm and does not answer", "may be in danger")
            story.expect_call(who)
        await story.passes(minutes=2)
        for who in ("cora", "dan"):
            story.expect_text(who, "DANGER: Ana may be in danger")
            story.expect_call(who)
        await story.says("dan", "ok")
        story.forget("cora", "dan")
        await story.passes(minutes=10)
        story.expect_text("dan", "you have this alarm")
        story.expect_call("dan")
        await story.says("dan", "ok")
        story.expect_text("dan", "You have this alarm")
        await story.passes(minutes=58)
        await story.town.service.runner.act(end_quiet_alarms)
        story.expect_silence()
        await story.passes(minutes=5)
        await story.town.service.runner.act(end_quiet_alarms)
        await story.passes(seconds=2)
        assert any("Ana may be in danger" in one for one in story.all_clears("cora"))


async def test_of_an_sos_and_another_alarm_an_ok_takes_what_came_last(database_url: str) -> None:
    """Nobody has paged Cleo, who cries; a call-out has an alarm as well, which came before: that rings on. It is taken
    with its code, or by an OK to its own repeat."""
    async with tell(database_url, TWO) as story:
        code = await drives(story)
        await story.says(OFFICER, "shots fired")
        await story.says("cleo", "SOS")
        story.expect_text("cleo", "911")
        story.forget("ana", "cora", "dan", OFFICER)
        await story.says("cora", "ok")
        story.expect_text("cora", "You have this alarm")
        story.expect_text("dan", "Cora has this alarm")
        assert await owners(story) == {"danger": None, "danger cleo": "cora"}
        await story.passes(minutes=2)
        await story.says("dan", f"{code} ok")
        assert (await owners(story))["danger"] == "dan"
        story.forget("ana", "cora", "dan", OFFICER)


# ---- until whoever cried has been heard ----------------------------------------------------------------------------


async def behind_link(story: Story, who: str, words: str) -> str:
    """What the link in their last text with these words shows."""
    text = next(text.body for text in reversed(story.phone(who).texts) if words in text.body and "/a/" in text.body)
    found = re.search(r"http\S+/a/\S+", text)
    assert found is not None
    async with httpx.AsyncClient(timeout=30, verify=NO_TLS) as client:
        return (await client.get(found[0])).text


@pytest.mark.slow
async def test_a_cry_stays_in_the_headline_until_its_person_is_heard(database_url: str) -> None:
    """Cora has it, and Ana is late: both stand on the board, and the cry behind the link of the other alarm as well.
    Ana's OK says nothing of how she is; that she is there does. A second cry stands there again."""
    async with tell(database_url, TWO) as story:
        code = await drives(story)
        await story.says("ana", "SOS")
        await story.says("cora", "ok")
        await story.says("ana", "ok")
        await story.passes(minutes=11)
        await story.says("cora", "talking to police")
        await story.passes(minutes=29)
        late = "Ana asked for help; Ana is on the way, due 02:39, 15 min late"
        async with office(story) as cora:
            for path in ("/", f"/callouts/{code}"):
                assert late in await cora.see(path)
            assert "Ana asked for help. ALARM" in await behind_link(story, "cora", f"ALARM {code}")
            await story.says("ana", "here")
            for path in ("/", f"/callouts/{code}"):
                assert "asked for help" not in await cora.see(path)
            assert "asked for help" not in await behind_link(story, "cora", "DANGER")
            await story.says("ana", "SOS")
            await story.says("cora", "ok")
            assert "Ana asked for help" in await cora.see("/")
            await story.says("cora", f"{code} Ana is safe")
            assert "asked for help" not in await cora.see("/")
        texts = [text.body for text in story.phone("cora").texts]
        assert f"{code}: noted that Ana is safe. Thank you." in texts
        story.forget("ana", "ben", "cleo", "cora", "dan", OFFICER, DCFS)


async def test_an_officer_is_heard_once_a_coordinator_has_rung_them(story: Story) -> None:
    """The officer's cry stands in the headline until Cora says that she rang."""
    await drives(story)
    await story.says(OFFICER, "shots fired")
    await story.says("cora", "ok")
    (callout,) = await story.rows(t.callout)
    async with office(story) as cora:
        assert "The officer asked for help" in await cora.see("/")
        by = Actor(ActorKind.COORDINATOR, "cora")
        await story.town.service.runner.act(do_unseen, callout["id"], RangOfficer(), by, Source.WEB)
        assert "asked for help" not in await cora.see("/")
    story.forget("ana", "cora", OFFICER, DCFS)


async def test_an_sos_is_over_once_a_coordinator_says_that_they_are_safe(database_url: str) -> None:
    """Without a call-out there is nothing else that could end: everybody who heard it hears that."""
    async with tell(database_url, TWO) as story:
        await story.says("ana", "SOS")
        await story.says("cora", "ok")
        story.forget("ana", "cora", "dan")
        await story.says("cora", "Ana is safe")
        assert story.expect_text("cora") == "Noted that Ana is safe. Thank you."
        assert story.all_clears("dan") == ["Ana is safe, Cora says; alarm over."]
        await story.passes(minutes=20)
        await story.says("cora", "Ana is safe")
        story.forget("cora", "dan")


_CANNOT = "I'm in the ER with my dad, get someone else"


async def test_a_coordinator_who_cannot_has_the_others_rung(database_url: str) -> None:
    """At once, and whoever had the alarm has it no more; the same words once more only if they have taken it since."""
    async with tell(database_url, TWO) as story:
        code = (await nobody_answers(story))["code"]
        await story.says("cora", "ok")
        story.forget("cora", "dan", *_OTHERS)
        for _ in range(2):
            await story.says("cora", _CANNOT)
        story.expect_text("cora", f"{code}: noted. The other coordinators are being rung now.")
        story.expect_text("dan", f"Cora cannot take this: ALARM {code}")
        story.expect_call("dan")
        assert await owners(story) == {"chain_ended": None}
        for _ in range(2):  # the first is answered with what she had not read
            await story.says("cora", f"{code} ok")
        story.forget("cora", "dan")
        await story.says("cora", _CANNOT)
        story.expect_text("cora", f"{code}: noted. The other coordinators are being rung now.")
        story.expect_text("dan", f"Cora cannot take this: ALARM {code}")
        assert await owners(story) == {"chain_ended": None}
        story.forget("cora", "dan", *_OTHERS)
        await taken(story)


async def test_the_only_coordinator_who_cannot_reads_that_there_is_no_other(story: Story) -> None:
    code = (await story.paging(minutes=10, seconds=5))["code"]
    story.forget("cora", *_OTHERS)
    await story.says("cora", _CANNOT)
    story.expect_text("cora", f"{code}: there is no other coordinator whom we could ring")
    story.forget("cora", *_OTHERS)
    await taken(story)
