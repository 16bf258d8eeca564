"""Stories of many calls without a word: few texts and calls, and each call in somebody's page within five minutes."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from dispatch.actions.board import read_board
from dispatch.actions.hotline import decide_all, take_call
from dispatch.actions.hotline.decide_all import NoSilentCalls
from dispatch.inbound.web.views import UI
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.store import tables as t
from tests.stories.story import DCFS, Story, tell
from tests.stories.test_by_link import link_in, look
from tests.stories.test_by_link import press as press_page
from tests.stories.test_hotline import HOTLINE, LISTED, opened, press, ring

CORA = Actor(ActorKind.COORDINATOR, "cora")
FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    """A quiet night in a town whose agencies have listed their phones."""
    async with tell(database_url, HOTLINE) as told:
        yield told


def stranger(number: int) -> str:
    return f"+13105553{number:03}"


async def drop(story: Story, phone: str) -> None:
    """Somebody calls, says nothing and hangs up after three seconds."""
    await ring(story, phone)
    await story.passes(seconds=3)
    await story.phone(phone).hang_up()
    await story.passes(seconds=2)


async def flood(story: Story, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        await drop(story, stranger(number))


def forget(story: Story) -> None:
    story.forget("ana", "ben", "cleo", "cora", DCFS, LISTED, *map(stranger, range(70)))


async def shared(story: Story) -> dict[str, Any]:
    """The call-out whose page many callers share."""
    (found,) = [one for one in await opened(story) if one["sharing"]]
    return found


def about(texts: Sequence[Any], code: str) -> list[datetime]:
    return [text.received_at for text in texts if code in text.body]


def five_minutes_apart(moments: Sequence[datetime]) -> bool:
    return all(later - at >= FIVE_MINUTES for at, later in pairwise(moments))


async def check_the_law_of_silence(story: Story) -> None:
    """Each silent call whose deadline is five minutes old was in a page that left since: its own, or the shared one."""
    pages = [page for page in await story.rows(t.page) if page["purpose"] == "page" and page["tried_at"] is not None]
    for call in await story.rows(t.hotline_call):
        due = call["called_at"] + timedelta(seconds=60)
        if call["dismissed_at"] is None and due + FIVE_MINUTES <= story.town.clock.moment:
            theirs = [page["tried_at"] for page in pages if page["callout"] in (call["callout"], call["shares"])]
            assert any(due <= at <= due + FIVE_MINUTES for at in theirs), call


@pytest.mark.slow
async def test_sixty_dropped_calls_are_few_texts_and_calls(story: Story) -> None:
    """Three page by themselves; 57 share one call-out, of which nobody gets more than one text and one call in five
    minutes. Coordinators are rung about the three, and about all every two minutes."""
    await flood(story, 60)
    await story.passes(minutes=15)
    callouts = await opened(story)
    assert len(callouts) == 4
    assert [one["sharing"] for one in callouts].count(0) == 3
    many = await shared(story)
    assert many["sharing"] == 57
    for who in ("ana", "ben", "cleo"):
        assert five_minutes_apart(about(story.phone(who).texts, many["code"]))
    pages = [page for page in await story.rows(t.page) if page["callout"] == many["id"] and page["purpose"] == "page"]
    for who in ("ana", "ben", "cleo"):
        for channel in ("sms", "voice"):
            left = [page["tried_at"] for page in pages if (page["person"], page["channel"]) == (who, channel)]
            assert five_minutes_apart(sorted(at for at in left if at is not None)), (who, channel, left)
    await check_the_law_of_silence(story)
    assert sum("They share one page" in text.body for text in story.phone("cora").texts) <= 11, "in twenty minutes"
    counted = {who: (len(story.phone(who).texts), len(story.phone(who).calls)) for who in ("ana", "cora")}
    assert counted["ana"][0] <= 25, counted
    assert counted["ana"][1] <= 10, counted
    forget(story)


@pytest.mark.costs(2)
async def test_a_known_caller_is_paged_first_and_alone(story: Story) -> None:
    """In the middle of the flood a listed number calls: its page is its own, leaves at once, and its call is placed
    although Ana's phone rings for the others."""
    await flood(story, 30)
    forget(story)
    await ring(story, LISTED)
    await story.passes(seconds=2)
    (known,) = [one for one in await opened(story) if one["agency"] == "LBPD"]
    assert known["sharing"] is None
    story.expect_text("ana", "LBPD call-out", known["code"])
    await story.phone(LISTED).hang_up()
    await flood(story, 20, first=30)
    pages = [page for page in await story.rows(t.page) if page["callout"] == known["id"] and page["person"] == "ana"]
    calls = [page for page in pages if page["purpose"] == "page" and page["channel"] == "voice"]
    first = min(calls, key=lambda page: page["id"])  # her plan has two, written at one moment
    assert first["tried_at"] is not None, "no call about silent callers tells of hers"
    await check_the_law_of_silence(story)
    forget(story)


async def test_an_eleventh_honest_officer_pages_alone(story: Story) -> None:
    """They press the key over the bound: coordinators are asked about them by name, and they share no page."""
    await flood(story, 11)
    forget(story)
    honest = "+13105554000"
    await ring(story, honest)
    await press(story, honest, "1")
    await story.passes(seconds=4)
    assert any(honest in text.body for text in story.phone("cora").texts)
    await story.passes(seconds=62)
    (theirs,) = [one for one in await opened(story) if one["officer_phone"] == honest]
    assert theirs["sharing"] is None
    assert honest not in [call["phone"] for call in await story.rows(t.hotline_call) if call["shares"]]
    await story.phone(honest).hang_up()
    await story.passes(seconds=2)
    forget(story)
    story.forget(honest)


@pytest.mark.costs(2)
async def test_keys_over_the_bound_do_not_ring_without_end(story: Story) -> None:
    """Eight more press the key: with the three who said nothing, coordinators hear of five, then of one a minute; each
    call opens."""
    await flood(story, 10)
    honest = [f"+13105554{number:03}" for number in range(8)]
    for phone in honest:
        await ring(story, phone)
        await press(story, phone, "1")
        await story.phone(phone).hang_up()
        await story.passes(seconds=1)
    told = [text for text in story.phone("cora").texts if "a caller from" in text.body]
    assert len(told) == 5
    await story.passes(minutes=2)
    assert len([one for one in await opened(story) if one["officer_phone"] in honest]) == 8
    forget(story)
    story.forget(*honest)


@pytest.mark.costs(2)
async def test_one_number_counts_once(story: Story) -> None:
    """Sixty dropped calls of one phone are one call-out, and its one page."""
    for _ in range(60):
        await drop(story, stranger(1))
    await story.passes(minutes=3)
    (callout,) = await opened(story)
    assert callout["sharing"] == 0
    calls = await story.rows(t.hotline_call)
    assert {call["callout"] for call in calls} == {callout["id"]}
    forget(story)


@pytest.mark.costs(2)
async def test_the_flood_ends_when_somebody_takes_it(story: Story) -> None:
    """The link in the page shows the numbers, before and after; who takes it has all of them; the alarm is over; the
    next silent call pages by itself again once the three are taken, too."""
    await flood(story, 9)
    await story.passes(seconds=60)
    many = await shared(story)
    assert many["sharing"] == 6
    page = next(text.body for text in reversed(story.phone("ana").texts) if "said nothing" in text.body)
    link = link_in(page, "r")
    shown = (await look(story, link)).text
    assert "+13105553003" in shown
    assert "+13105553000" not in shown, "that one has a call-out of its own"
    for one in await opened(story):
        await story.replies("ana", f"{one['code']} 1")
    await story.passes(minutes=2, seconds=5)
    calls = await story.rows(t.hotline_call)
    assert all(call["callout"] is not None and call["due_at"] is None for call in calls)
    assert "+13105553003" in (await look(story, link)).text
    assert not [row for row in await story.rows(t.alarm) if row["kind"] == "silent_calls" and row["ended_at"] is None]
    assert any("silent calls are" in text for text in story.all_clears("cora"))
    await drop(story, stranger(50))
    await story.passes(seconds=62)
    assert [one["sharing"] for one in await opened(story)].count(0) == 4
    # One of those who shared it drops once more: that is no news that they wanted.
    before = len(story.phone("cora").texts)
    await drop(story, stranger(3))
    assert any("+13105553003" in text.body for text in story.phone("cora").texts[before:])
    forget(story)


async def test_a_coordinator_decides_all(story: Story) -> None:
    """Behind the link of the digest: none is a call-out. Whoever was paged stands down, nobody else is."""
    await flood(story, 8)
    await story.passes(seconds=58)
    many = await shared(story)
    digest = next(text.body for text in reversed(story.phone("cora").texts) if "They share one page" in text.body)
    link = link_in(digest, "a")
    assert "+13105553005" in (await look(story, link)).text
    await press_page(story, f"{link}/dismiss")
    await story.passes(seconds=5)
    (ended,) = [one for one in await opened(story) if one["id"] == many["id"]]
    assert ended["status"] == "cancelled"
    calls = [call for call in await story.rows(t.hotline_call) if call["callout"] is None]
    assert {call["dismissed_by"] for call in calls} == {"cora"}
    assert all(call["due_at"] is None for call in calls)
    assert sum(line["did"] == "dismissed a call" for line in await story.rows(t.audit)) == len(calls)
    with pytest.raises(NoSilentCalls):
        await story.town.service.runner.act(decide_all.page_all, CORA, Source.WEB)
    forget(story)


async def test_a_coordinator_pages_for_all(story: Story) -> None:
    """At once, and none of them waits for a decision any more."""
    await flood(story, 6)
    assert not [one for one in await opened(story) if one["sharing"]]
    code = await story.town.service.runner.act(decide_all.page_all, CORA, Source.WEB)
    await story.passes(seconds=3)
    many = await shared(story)
    assert (many["code"], many["sharing"]) == (code, 6)
    assert about(story.phone("ana").texts, code)
    assert all(call["callout"] == many["id"] for call in await story.rows(t.hotline_call))
    forget(story)


@pytest.mark.costs(2)
async def test_nobody_decides_and_escalation_goes_on(story: Story) -> None:
    """Ana, Ben, then everyone, round after round; each row keeps a deadline of its own, over a crash too."""
    await flood(story, 7)
    await story.passes(minutes=6)
    await story.town.crash()
    await story.passes(minutes=10)
    many = await shared(story)
    assert many["step"] >= 3
    assert about(story.phone("ben").texts, many["code"])
    assert about(story.phone("cleo").texts, many["code"])
    waiting = [call for call in await story.rows(t.hotline_call) if call["shares"] and call["callout"] is None]
    assert len(waiting) == 4
    assert all(call["due_at"] is not None for call in waiting)
    digests = [text for text in story.phone("cora").texts if "They share one page" in text.body]
    apart = [later.received_at - one.received_at for one, later in pairwise(digests)]
    assert apart
    assert all(timedelta(seconds=115) <= span <= timedelta(minutes=3) for span in apart), apart
    await check_the_law_of_silence(story)
    forget(story)


async def test_a_key_takes_a_caller_out_of_the_flood(story: Story) -> None:
    """Somebody who waited without a word presses 1 at last: they are paged for alone, and no longer counted."""
    for number in range(5):
        await drop(story, stranger(number))
    last = stranger(5)
    await ring(story, last)
    await story.passes(seconds=75)
    many = await shared(story)
    assert many["sharing"] == 3
    await press(story, last, "1")
    await story.passes(seconds=5)
    assert (await shared(story))["sharing"] == 2
    (theirs,) = [one for one in await opened(story) if one["officer_phone"] == last]
    assert theirs["sharing"] is None
    await story.phone(last).hang_up()
    await story.passes(seconds=2)
    forget(story)


async def test_whoever_holds_without_a_word_may_open_their_own_once_the_page_is_taken(story: Story) -> None:
    """They are counted with those who hung up; key 1 does what they hear that it does."""
    await flood(story, 5)
    last = stranger(5)
    call = await ring(story, last)
    await story.passes(seconds=75)
    many = await shared(story)
    await story.replies("ana", f"{many['code']} 1")
    await story.passes(minutes=2, seconds=5)
    assert [one["callout"] for one in await story.rows(t.hotline_call) if one["phone"] == last] == [many["id"]]
    assert "Press 1 to send a specialist now" in call.heard[-1]
    await press(story, last, "1")
    await story.passes(seconds=4)
    (theirs,) = [one for one in await opened(story) if one["officer_phone"] == last]
    assert (theirs["status"], theirs["sharing"]) == ("paging", None)
    assert (await shared(story))["status"] == "acknowledged"
    await story.phone(last).hang_up()
    await story.passes(seconds=2)
    forget(story)


@pytest.mark.costs(2)
async def test_a_key_over_the_bound_takes_no_page_away(story: Story) -> None:
    """The last who shares a page presses 0: it ends once their own call-out is open, which is at once."""
    await flood(story, 11)
    honest = "+13105554000"
    await ring(story, honest)
    await story.passes(seconds=75)
    many = await shared(story)
    for call in await story.rows(t.hotline_call):
        if call["shares"] and call["phone"] != honest:
            await story.town.service.runner.act(take_call.dismiss, call["id"], CORA, Source.WEB)
    assert (await shared(story))["sharing"] == 1
    await story.phone(honest).press("0")
    await story.town.settle()
    paging = [one["id"] for one in await opened(story) if one["status"] == "paging"]
    theirs = [one for one in await opened(story) if one["officer_phone"] == honest]
    assert theirs or many["id"] in paging, "in somebody's page at every moment"
    await story.passes(seconds=4)
    (own,) = [one for one in await opened(story) if one["officer_phone"] == honest]
    assert (own["status"], own["sharing"]) == ("paging", None)
    assert (await shared(story))["status"] == "cancelled"
    await story.phone(honest).hang_up()
    await story.passes(seconds=2)
    forget(story)
    story.forget(honest)


async def test_the_board_shows_one_line(story: Story) -> None:
    """How many they are, not a card each."""
    await flood(story, 12)
    await story.passes(seconds=30)
    facts = await story.town.service.runner.ask(read_board.read_open)
    line = read_board.flood(facts)
    assert line is not None
    assert line.callers == len(line.calls) == 12 - 3
    assert line.shared
    assert read_board.callers(facts) == ()
    assert not [one for one in read_board.troubles(facts) if "said nothing" in one.stands.words]
    now, shown = story.town.clock.moment, {"acts": True, "filled": True}
    html = UI.piece("pieces/board.html", "silent", id="silent", now=now, one=line, wall=False, **shown)
    assert "+13105553003" in html
    assert "/board/silent/dismiss" in html
    wall = UI.piece("pieces/board.html", "silent", id="silent", now=now, one=line.for_wall(), wall=True, acts=False)
    assert "+1310555" not in wall
    assert "/board/silent" not in wall
    forget(story)
