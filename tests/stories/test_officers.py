"""Stories about the officer who waits with the child: what they are told, and what becomes of what they write."""

from collections.abc import AsyncIterator

import httpx
import pytest

from dispatch.carriers.twilio.keywords import consent_in
from dispatch.store import tables as t
from tests.stories.story import DCFS, OFFICER, Story, tell
from tests.stories.test_hotline import heard

CONTACT = "+15625550110"
ANOTHER = "+15625550178"


@pytest.fixture
async def reachable(database_url: str) -> AsyncIterator[Story]:
    """A town whose deployment has set a number to ring."""
    async with tell(database_url, contact_phone=CONTACT) as told:
        yield told


# ---- what they are told --------------------------------------------------------------------------------------------


async def test_the_first_text_explains_itself(reachable: Story) -> None:
    """While nobody has it yet: who we are, their own reference, the code, whom to ring, how to say it is off."""
    story = reachable
    callout = await story.paging(unit="West Division", reference="26-000123", seconds=5)
    [told] = story.introductions()
    for part in ("On-call specialists", "26-000123", f"request {callout['code']}", f"Ask: {CONTACT}."):
        assert part in told
    assert "Call it off: NOT NEEDED." in told
    assert f"{story.town.url}/o/" in told
    assert consent_in("NOT NEEDED") is None, "the carrier would swallow it"
    story.forget("ana", DCFS)
    await story.says("ana", "1 25", seconds=5)
    assert story.expect_text(OFFICER, "Ana is coming")
    story.forget("ana", DCFS)


async def test_an_officer_who_takes_over_hears_it_all(story: Story) -> None:
    """The callback number changes while Ana drives: the new one is introduced too, and hears who comes."""
    callout = await story.paging()
    await story.says("ana", "1 25", seconds=5)
    story.forget("ana", OFFICER, DCFS)
    change = {"officer": {"callback_phone": ANOTHER}}
    await story.request("PATCH", f"/v1/callouts/{callout['id']}", json=change)
    await story.passes(seconds=5)
    assert [callout["code"] in told for told in story.introductions(ANOTHER)] == [True]
    story.expect_text(ANOTHER, "Ana is coming, ETA 02:39")


# ---- what they write -----------------------------------------------------------------------------------------------


async def test_an_officer_who_writes_is_named_and_answered(reachable: Story) -> None:
    """Coordinators read who it is; Ana only that something was written. The words stand behind her link."""
    story = reachable
    callout = await story.paging()
    await story.says("ana", "1 25", seconds=5)
    story.forget("ana", OFFICER, DCFS)
    await story.says(OFFICER, "She is Maria, we are at 400 Broadway now", seconds=5)
    story.expect_text("cora", f"ALARM {callout['code']}: unclear", OFFICER, "400 Broadway")
    story.expect_call("cora")
    story.expect_text(OFFICER, callout["code"], "have your text", CONTACT)
    told = story.expect_text("ana", callout["code"], "the officer has written. Speak to them before you go in", "/r/")
    story.expect_call("ana")
    assert "Maria" not in told
    assert "Broadway" not in told
    async with httpx.AsyncClient() as browser:
        page = await browser.get(told[told.index("http") :])
    assert "She is Maria, we are at 400 Broadway now" in page.text


async def test_that_it_is_off_is_for_a_person_to_hear(reachable: Story) -> None:
    """The words that the first text taught: Cora is rung, the officer hears so, and Ana is still on her way."""
    story = reachable
    callout = await story.paging()
    await story.says("ana", "1 25", seconds=5)
    story.forget("ana", OFFICER, DCFS)
    await story.says(OFFICER, "not needed", seconds=5)
    story.expect_text("cora", f"ALARM {callout['code']}: the officer writes", OFFICER, "Nothing is cancelled")
    story.expect_call("cora")
    story.expect_text(OFFICER, "coordinators are being called", CONTACT)
    assert "needed" not in story.expect_text("ana", "the officer has written. Speak to them before you go in")
    story.expect_call("ana")
    assert (await story.status(callout))["status"] == "acknowledged"


async def test_cancel_is_heard_although_the_carrier_swallows_it(story: Story) -> None:
    """The carrier takes CANCEL for an opt-out, so our answer is lost, and nothing automatic rings whoever asked for
    that; but Cora is rung, and told that they have had no news."""
    callout = await story.paging(seconds=5)
    story.forget("ana", DCFS, OFFICER)
    await story.says(OFFICER, "CANCEL", seconds=5)
    story.expect_text("cora", f"ALARM {callout['code']}: the officer writes", "CANCEL")
    story.expect_call("cora")
    story.expect_text("cora", "the officer stopped our texts and has not had our news. Please call", OFFICER)
    await story.passes(seconds=30)
    assert [row["kind"] for row in await story.rows(t.deadline) if row["kind"] == "ring_back"], "a coordinator rings"
    assert (await story.status(callout))["status"] == "paging"
    story.forget("ana", OFFICER)
    await story.says("ana", "1", seconds=5)
    story.forget("ana", DCFS, OFFICER, "cora")


async def test_a_coordinator_has_by_phone_what_an_officer_asks_after_the_end(story: Story) -> None:
    """The alarm stands by itself, its call names the call-out that is over: 1 takes it all the same."""
    callout = await story.paging(seconds=5)
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.passes(minutes=60)
    await story.says(OFFICER, "is the girl ok?", seconds=5)
    call = story.expect_call("cora")
    await story.answers("cora", seconds=20)
    assert "Press 1 if you have this alarm" in heard(call)
    await story.presses("cora", "1", seconds=5)
    (alarm,) = await story.rows(t.alarm)
    assert alarm["owner"] == "cora"
    story.forget("ana", "cora", OFFICER, DCFS)


async def test_a_partner_is_known(reachable: Story) -> None:
    """DCFS answers its notice: it is named, and not told that nobody knows it."""
    story = reachable
    await story.paging(seconds=5)
    story.forget("ana", DCFS)
    await story.says(DCFS, "who goes?", seconds=5)
    story.expect_text("cora", f"DCFS, {DCFS}, wrote")
    assert story.expect_text(DCFS) == f"Thank you. Our coordinators have your text. If it is urgent, call {CONTACT}."
    await story.replies("ana", "2")
    story.forget("ana", "ben")


@pytest.mark.parametrize("who", [DCFS, "+13105550123"])
async def test_who_cries_again_in_the_same_words_is_heard_again(story: Story, who: str) -> None:
    """A partner, and anybody. What else comes twice has reached a person."""
    for _ in range(2):
        await story.says(who, "help me", minutes=1)
        story.expect_text("cora", who, "help me")
        story.expect_call("cora")
    story.forget(who)
    for _ in range(2):
        await story.says(who, "who is this", minutes=1)
    story.expect_text("cora", "who is this")
    story.forget(who)


@pytest.mark.slow
async def test_strangers_cost_no_more_than_they_may(story: Story) -> None:
    """Three hundred numbers text within minutes: coordinators get forty of them and one sum, and no page waits. An
    hour later a stranger is read and answered again."""
    for number in range(300):
        await story.replies(f"+1562555{number + 2000}", f"hello {number}")
    await story.passes(seconds=2)
    assert len(story.phone("cora").texts) == 41
    assert "unknown numbers have texted" in story.phone("cora").texts[-1].body
    answered = [phone for phone in story.town.carrier.phones if phone.number.startswith("+15625552") and phone.texts]
    assert len(answered) == 40
    # Cries for help pass, and share one ring.
    for phone, said, calls in (("+13105554001", "need an advocate, child bleeding", 1), ("+13105554002", "help me", 1)):
        await story.says(phone, said, seconds=5)
        assert phone in story.phone("cora").texts[-1].body
        assert len(story.phone("cora").calls) == calls
        story.expect_text(phone, "do not know this number")
    callout = await story.paging()
    story.expect_text("ana", callout["code"])
    await story.says("ana", "1", minutes=61)
    before = len(story.phone("cora").texts)
    await story.says("+15625559999", "who is this?")
    assert any("9999" in text.body for text in story.phone("cora").texts[before:])
    assert story.phone("+15625559999").texts
    story.forget(*(phone.number for phone in story.town.carrier.phones))


@pytest.mark.slow
async def test_an_officer_who_writes_without_end(story: Story) -> None:
    """Of the first thirty within an hour people read each, of the rest they hear once. Whoever drives is not texted
    four hundred times either. A cry for help is heard each time."""
    callout = await story.paging()
    await story.replies("ana", "1")
    for number in range(60):
        await story.replies(OFFICER, f"where are you {number}")
    await story.passes(seconds=2)
    told = [text.body for text in story.phone("cora").texts]
    assert sum("where are you" in text for text in told) == 30
    assert sum("writes and writes" in text for text in told) == 1
    assert sum(row["did"] == "wrote" for row in await story.rows(t.audit)) == 31, "nothing ever leaves the audit"
    assert len(story.phone("ana").texts) < 40
    await story.says(OFFICER, "she is bleeding")
    assert len(story.phone("cora").texts) > len(told)
    assert callout["code"] in story.phone("cora").texts[-1].body
    story.forget(*(phone.number for phone in story.town.carrier.phones))
