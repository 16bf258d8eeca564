"""Stories of officers whom our texts do not reach: nobody tells them that we text, and they are rung with the news."""

import pytest

from dispatch.store import tables as t
from tests.stories.story import DCFS, OFFICER, OTHER, Behaviour, Story
from tests.stories.test_bridge import holds, in_conference, joined
from tests.stories.test_hotline import HOTLINE, LISTED, STRANGER, heard, press, ring
from twilio_simulator.faults import Doomed, Refuse

SET_IN = (HOTLINE,)


def forget(story: Story, *more: str) -> None:
    story.forget("ana", "ben", "cleo", "cora", DCFS, LISTED, OFFICER, *more)


async def picked_up(story: Story, phone: str) -> str:
    """What the officer hears who picks up and listens to the end."""
    await story.answers(phone, seconds=30)
    return heard(story.phone(phone).calls[-1])


UNREGISTERED, SWITCHED_OFF, BLOCKED = 30034, 30003, 30004


def lose_texts(story: Story, phone: str, code: int) -> None:
    """The carrier takes each text to this phone, and says later that it did not arrive."""
    story.town.carrier.faults.add(Doomed("undelivered", code), number=phone, only="message", times=None)


@pytest.mark.parametrize("how", ["undelivered", "21614", "21211", UNREGISTERED, SWITCHED_OFF, BLOCKED])
async def test_what_is_learnt_afterwards_is_said_by_phone_then(story: Story, how: str | int) -> None:
    """The introduction fails, for whatever reason: the officer is rung with how it stands, then with each piece of
    news. No coordinator is woken about them."""
    if isinstance(how, int):
        lose_texts(story, OFFICER, how)
    elif how == "undelivered":
        story.behave(OFFICER, Behaviour.LANDLINE)
    else:
        story.town.carrier.faults.add(Refuse(int(how)), number=OFFICER, only="message", times=None)
    callout = await story.paging(seconds=8)
    assert len(story.phone(OFFICER).calls) == 1
    said = await picked_up(story, OFFICER)
    assert "We cannot text this phone, so we ring you with the news. Nobody has it yet" in said
    assert not any("the officer" in text.body for text in story.phone("cora").texts)
    await story.says("ana", "1 25", seconds=4)
    assert len(story.phone(OFFICER).calls) == 2
    assert "Ana is coming, ETA" in await picked_up(story, OFFICER)
    assert (await story.rows(t.callout))[0]["takes_no_texts"]
    assert callout["code"] in "".join(row["code"] for row in await story.rows(t.callout))
    forget(story)


async def test_another_number_of_the_officer_is_texted(story: Story) -> None:
    """Texts to the first have failed, which says nothing of the second."""
    story.behave(OFFICER, Behaviour.LANDLINE)
    callout = await story.paging(seconds=8)
    await picked_up(story, OFFICER)
    await story.request("PATCH", f"/v1/callouts/{callout['id']}", json={"officer": {"callback_phone": OTHER}})
    await story.says("ana", "1 25", seconds=4)
    assert any("Ana is coming, ETA" in text.body for text in story.phone(OTHER).texts)
    assert story.phone(OTHER).calls == []
    forget(story, OTHER)


async def test_whoever_stopped_our_texts_is_phoned_by_a_person(story: Story) -> None:
    """They asked to get nothing from us, so nothing automatic rings them: a person does, for each piece of news."""
    story.town.carrier.faults.add(Refuse(21610), number=OFFICER, only="message", times=None)
    callout = await story.paging(seconds=8)
    told = f"ALARM {callout['code']}: the officer stopped our texts and has not had our news. Please call"
    story.expect_text("cora", told, OFFICER)
    await story.says("ana", "1 25", seconds=5)
    story.expect_text("cora", told)
    await story.passes(seconds=60)
    assert story.phone(OFFICER).calls == []
    forget(story)


@pytest.mark.parametrize("code", [UNREGISTERED, SWITCHED_OFF])
async def test_we_text_you_is_kept_by_phone(story: Story, code: int) -> None:
    """They hang up because we text them who comes, and no text arrives. The next caller from that phone hears at once
    that we ring."""
    lose_texts(story, LISTED, code)
    call = await ring(story, LISTED)
    await press(story, LISTED, "2", "6", "7", "1")
    await story.passes(seconds=2)
    await press(story, LISTED, "1")
    assert "we text you the news" in heard(call)
    await story.phone(LISTED).hang_up()
    await story.says("ana", "1 25", seconds=6)
    assert "so we ring you with the news. A specialist has taken it" in await picked_up(story, LISTED)
    await story.passes(seconds=60)
    assert len(story.phone(LISTED).calls) == 1
    for said in ("HERE", "DONE", "HOME"):
        await story.replies("ana", said)
    again = await ring(story, LISTED)
    await press(story, LISTED, "2", "6", "7", "1")
    await story.passes(seconds=2)
    assert len(await story.rows(t.callout)) == 2
    assert "we text you" not in heard(again)
    assert "we ring you when there is news" in heard(again)
    await story.hangs_up(LISTED, seconds=70)
    assert len(story.phone(LISTED).calls) == 1
    forget(story)


async def test_whoever_holds_and_stopped_our_texts_is_promised_none(story: Story) -> None:
    """Coordinators have heard by then, and one of them calls."""
    story.town.carrier.faults.add(Refuse(21610), number=LISTED, only="message", times=None)
    call = await ring(story, LISTED)
    await press(story, LISTED, "2", "6", "7", "1")
    await story.passes(seconds=59)
    await press(story, LISTED, "1")
    assert "we text you" not in heard(call).partition("Press 1 to be texted")[2]
    assert "we ring you when there is news" in heard(call)
    assert any("the officer stopped our texts" in text.body for text in story.phone("cora").texts)
    await story.hangs_up(LISTED, minutes=1)
    assert story.phone(LISTED).calls == []
    forget(story)


async def test_what_is_known_is_not_said(story: Story) -> None:
    """A landline that has called before is told that we ring, not that we text; and is rung."""
    story.town.carrier.faults.add(Refuse(21614), number=LISTED, only="message", times=None)
    first = await story.paging(officer={"callback_phone": LISTED}, seconds=6)
    await picked_up(story, LISTED)
    await story.request("POST", f"/v1/callouts/{first['id']}/cancel")
    await story.passes(seconds=6)
    assert "is cancelled" in await picked_up(story, LISTED)
    call = await ring(story, LISTED)
    await press(story, LISTED, "2", "6", "7", "1")
    await story.passes(seconds=2)
    assert "You may hang up, we ring you when there is news." in heard(call)
    assert "we text you" not in heard(call)
    assert "Press 1 to be texted" not in heard(call)
    await story.phone(LISTED).hang_up()
    before = len(story.phone(LISTED).calls)
    await story.says("ana", "1 25", seconds=4)
    assert len(story.phone(LISTED).calls) == before + 1
    assert "a specialist has taken it" in await picked_up(story, LISTED)
    forget(story)


async def test_a_text_from_it_says_that_texts_reach_it_again(story: Story) -> None:
    """A number that took none once and writes now is texted."""
    story.town.carrier.faults.add(Refuse(21614), number=OFFICER, only="message", times=None)
    await story.paging(seconds=6)
    await picked_up(story, OFFICER)
    story.town.carrier.faults.clear()
    await story.says(OFFICER, "where is she")
    story.expect_text(OFFICER, "Nobody has it yet")
    await story.says("ana", "1 25", seconds=4)
    story.expect_text(OFFICER, "Ana is coming")
    forget(story)


async def test_a_desk_is_rung_with_the_news(story: Story) -> None:
    """A station's own line never reads a text."""
    desk = "+15625550151"
    call = await ring(story, desk)
    await story.passes(seconds=95)
    assert "we ring you when there is news" in heard(call)
    await story.phone(desk).hang_up()
    await story.says("ana", "1 25", seconds=5)
    assert "a specialist has taken it" in await picked_up(story, desk)
    assert story.phone(desk).texts == []
    forget(story, desk, STRANGER)


async def test_an_officer_on_hold_is_not_rung_with_what_they_hear(story: Story) -> None:
    """The line would be busy, and coordinators would hear that nothing reached the officer. They are rung once they
    have hung up; what they hear on key 1, offered before we knew, is so."""
    story.behave(LISTED, Behaviour.LANDLINE)
    call = await ring(story, LISTED)
    await press(story, LISTED, "2", "6", "7", "1")
    await story.passes(seconds=59)
    assert "Press 1 to be texted" in heard(call)
    await press(story, LISTED, "1")
    assert "That key means nothing here" not in heard(call)
    assert "we ring you when there is news" in heard(call)
    await story.says("ana", "1 25", minutes=2)
    assert "A specialist has taken it" in heard(call)
    assert story.phone(LISTED).calls == []
    await story.hangs_up(LISTED)
    assert "a specialist has taken it" in await picked_up(story, LISTED)
    assert not any("did not reach" in text.body for text in story.phone("cora").texts)
    await story.passes(minutes=1)
    forget(story)


async def test_news_for_a_desk_waits_for_no_colleague_without_end(story: Story) -> None:
    """Another officer holds at the desk, about another child. It has more than one line."""
    desk = "+15625550151"
    await ring(story, desk)
    await press(story, desk, "1")
    await story.passes(seconds=1)
    await story.phone(desk).hang_up()
    await ring(story, desk)
    await press(story, desk, "1")
    await story.passes(seconds=5)
    first, second = sorted(await story.rows(t.callout), key=lambda row: row["received_at"])
    await story.says("ana", f"{first['code']} 1 25", seconds=70)
    news = [row for row in await story.rows(t.page) if row["purpose"] == "officer" and row["callout"] == first["id"]]
    assert [row["tried_at"] is not None for row in news] == [True], "a minute at most"
    await story.says("ben", f"{second['code']} 1 25", seconds=70)
    news = [row for row in await story.rows(t.page) if row["purpose"] == "officer" and row["callout"] == second["id"]]
    assert [row["tried_at"] for row in news] == [None], "whoever holds about it hears it there"
    await story.hangs_up(desk, minutes=2)
    forget(story, desk)


async def test_an_officer_who_talks_with_us_is_not_rung_meanwhile(story: Story) -> None:
    """On hold they are heard every few seconds, in a conference they are not: after a minute they counted as gone."""
    story.behave(LISTED, Behaviour.LANDLINE)
    call = await holds(story)
    await joined(story, call)
    await story.passes(minutes=3)
    assert in_conference(call)
    assert story.phone(LISTED).calls == []
    await story.hangs_up(LISTED, seconds=3)
    assert "ETA of Ana" in await picked_up(story, LISTED)
    assert not any("did not reach" in text.body for text in story.phone("cora").texts)
    await story.passes(minutes=1)
    forget(story)


async def test_an_officer_whom_we_rang_and_who_talks_is_not_rung_again(story: Story) -> None:
    """They speak with Ana on a call of ours, and she is late meanwhile."""
    story.behave(OFFICER, Behaviour.LANDLINE)
    await story.paging(seconds=8)
    await picked_up(story, OFFICER)
    await story.says("ana", "1 25", seconds=4)
    await picked_up(story, OFFICER)
    await story.says("ana", "CALL")
    await story.answers("ana", seconds=4)
    await story.presses("ana", "1", seconds=4)
    await story.answers(OFFICER, seconds=4)
    await story.presses(OFFICER, "1", seconds=8)
    call = story.phone(OFFICER).calls[-1]
    assert in_conference(call)
    await story.says("ana", "50", minutes=3)
    assert story.phone(OFFICER).calls[-1] is call
    await story.hangs_up(OFFICER, seconds=3)
    assert "ETA of Ana" in await picked_up(story, OFFICER)
    assert not any("did not reach" in text.body for text in story.phone("cora").texts)
    await story.passes(minutes=1)
    forget(story)
