"""Stories of many calls without a word: few texts and calls, and each call in somebody's page within five minutes."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.actions.board import read_board
from dispatch.actions.hotline import decide_all
from dispatch.actions.hotline.decide_all import NoSilentCalls
from dispatch.inbound.web.views import UI
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.store import tables as t
from tests.stories.story import DCFS, Story
from tests.stories.test_by_link import link_in, look
from tests.stories.test_by_link import press as press_page
from tests.stories.test_hotline import HOTLINE, LISTED, opened, press, ring

CORA = Actor(ActorKind.COORDINATOR, "cora")
FIVE_MINUTES = timedelta(minutes=5)

SET_IN = (HOTLINE,)


def stranger(number: int) -> str:
    return f"+13105553{number:03}"


async def drop(story: Story, phone: str) -> None:
    """Somebody calls, says nothing and hangs up after three seconds."""
    await ring(story, phone)
    await story.passes(seconds=3)
    await story.hangs_up(phone)


async def flood(story: Story, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        await drop(story, stranger(number))


def forget(story: Story) -> None:
    story.forget("ana", "ben", "cleo", "cora", DCFS, LISTED, *map(stranger, range(70)))


async def shared(story: Story) -> dict[str, Any]:
    """The call-out whose page many callers share."""
    (found,) = [one for one in await opened(story) if one["sharing"]]
    return found


async def check_the_law_of_silence(story: Story) -> None:
    """Each silent call whose deadline is five minutes old is about a call-out of which a page has left since then."""
    pages = [page for page in await story.rows(t.page) if page["purpose"] == "page" and page["tried_at"] is not None]
    for call in await story.rows(t.hotline_call):
        due = call["called_at"] + timedelta(minutes=2)
        if call["dismissed_at"] is None and due + FIVE_MINUTES <= story.town.clock.moment:
            theirs = [page["tried_at"] for page in pages if page["callout"] == call["callout"]]
            before = call["called_at"] + timedelta(minutes=1)
            assert any(before <= at <= due + FIVE_MINUTES for at in theirs), call


@pytest.mark.slow
async def test_sixty_dropped_calls_are_two_call_outs(story: Story) -> None:
    """Two page by themselves; 58 join the newer one, two minutes after each. Coordinators are rung about the two, and
    about all others every two minutes."""
    await flood(story, 60)
    await story.passes(minutes=15)
    callouts = await opened(story)
    assert [one["sharing"] for one in callouts] == [0, 59]
    calls = await story.rows(t.hotline_call)
    assert len(calls) == 60
    assert all(call["callout"] is not None and call["due_at"] is None for call in calls)
    await check_the_law_of_silence(story)
    assert sum("They will share a page" in text.body for text in story.phone("cora").texts) <= 5, "in five minutes"
    texts = sum(any(one["code"] in text.body for one in callouts) for text in story.phone("ana").texts)
    assert texts <= 2 * 2 * 5, "two texts for each call-out in each of five steps and rounds"
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


async def test_an_eleventh_honest_officer_pages_alone_after_a_minute(story: Story) -> None:
    """They press the key over the bound: coordinators are asked about them by name, and they join no page."""
    await flood(story, 11)
    forget(story)
    honest = "+13105554000"
    await ring(story, honest)
    await press(story, honest, "1")
    await story.passes(seconds=4)
    assert any(f"{honest} presses 1" in text.body for text in story.phone("cora").texts)
    await story.passes(seconds=58)
    (theirs,) = [one for one in await opened(story) if one["officer_phone"] == honest]
    assert theirs["sharing"] is None
    await story.hangs_up(honest)
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
        await story.hangs_up(phone, seconds=1)
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
async def test_a_third_rings_coordinators_and_joins_after_two_minutes(story: Story) -> None:
    """The link in the next page shows the numbers, before and after somebody takes it. The next silent call pages by
    itself, since no page is left that it could join."""
    await flood(story, 2)
    await story.passes(seconds=70)
    first, second = await opened(story)
    before = len(story.phone("cora").texts)
    await drop(story, stranger(2))
    assert any(
        "1 caller said nothing. They will share a page" in text.body for text in story.phone("cora").texts[before:]
    )
    await story.passes(seconds=112)
    assert [one["sharing"] for one in await opened(story)] == [0, 0]
    await story.passes(seconds=10)
    assert [one["sharing"] for one in await opened(story)] == [0, 2]
    assert not [row for row in await story.rows(t.alarm) if row["kind"] == "silent_calls" and row["ended_at"] is None]
    assert any(f"the silent calls are {second['code']}" in text for text in story.all_clears("cora"))
    await story.passes(minutes=4)
    page = next(text.body for text in reversed(story.phone("ben").texts) if "said nothing" in text.body)
    link = link_in(page, "r")
    shown = (await look(story, link)).text
    assert "+13105553001" in shown
    assert "+13105553002" in shown
    assert "+13105553000" not in shown, "that one has a call-out of its own"
    for one in (first, second):
        await story.replies("ben", f"{one['code']} 1")
    await story.passes(seconds=5)
    assert "+13105553002" in (await look(story, link)).text
    for number in (50, 51, 52):
        await drop(story, stranger(number))
    await story.passes(minutes=2, seconds=5)
    assert [one["sharing"] for one in await opened(story)] == [0, 2, 3], "they may join no page that is taken"
    forget(story)


async def test_a_coordinator_decides_all(story: Story) -> None:
    """Behind the link of the digest: none is a call-out. Those that page already go on."""
    await flood(story, 8)
    digest = next(text.body for text in reversed(story.phone("cora").texts) if "They will share a page" in text.body)
    link = link_in(digest, "a")
    assert "+13105553005" in (await look(story, link)).text
    await press_page(story, f"{link}/dismiss")
    await story.passes(seconds=90)
    calls = [call for call in await story.rows(t.hotline_call) if call["callout"] is None]
    assert len(calls) >= 6
    assert {call["dismissed_by"] for call in calls} == {"cora"}
    assert all(call["due_at"] is None for call in calls)
    assert sum(line["did"] == "dismissed a call" for line in await story.rows(t.audit)) == len(calls)
    with pytest.raises(NoSilentCalls):
        await story.town.service.runner.act(decide_all.page_all, CORA, Source.WEB)
    forget(story)


async def test_a_coordinator_pages_for_all(story: Story) -> None:
    """At once, and none of them waits for a decision any more."""
    await flood(story, 6)
    assert await opened(story) == []
    code = await story.town.service.runner.act(decide_all.page_all, CORA, Source.WEB)
    await story.passes(seconds=3)
    many = await shared(story)
    assert (many["code"], many["sharing"]) == (code, 6)
    assert any(code in text.body for text in story.phone("ana").texts)
    assert all(call["callout"] == many["id"] for call in await story.rows(t.hotline_call))
    forget(story)


@pytest.mark.costs(2)
async def test_nobody_decides_and_escalation_goes_on(story: Story) -> None:
    """Ana, Ben, then everyone, round after round, over a crash too; each round rings coordinators."""
    await flood(story, 7)
    await story.passes(minutes=6)
    await story.town.crash()
    await story.passes(minutes=10)
    many = await shared(story)
    assert (many["sharing"], many["step"]) == (6, 4)
    for who in ("ben", "cleo"):
        assert any(f"{many['code']}: 6 callers said nothing" in text.body for text in story.phone(who).texts)
    assert any(many["code"] in text.body and "ALARM" in text.body for text in story.phone("cora").texts)
    await check_the_law_of_silence(story)
    forget(story)


async def test_whoever_holds_without_a_word_may_open_their_own(story: Story) -> None:
    """They are counted with those who hung up; key 1 does what they hear that it does."""
    await flood(story, 4)
    last = stranger(5)
    call = await ring(story, last)
    await story.passes(minutes=2, seconds=5)
    many = await shared(story)
    assert [one["callout"] for one in await story.rows(t.hotline_call) if one["phone"] == last] == [many["id"]]
    await story.passes(minutes=2)
    assert "Press 1 to send a specialist now" in call.heard[-1]
    await press(story, last, "1")
    await story.passes(seconds=4)
    (theirs,) = [one for one in await opened(story) if one["officer_phone"] == last]
    assert (theirs["status"], theirs["sharing"]) == ("paging", None)
    assert (await shared(story))["status"] == "paging"
    await story.hangs_up(last)
    forget(story)


async def test_the_board_shows_one_line(story: Story) -> None:
    """How many they are, not a card each."""
    await flood(story, 11)
    facts = await story.town.service.runner.ask(read_board.read_open)
    line = read_board.flood(facts)
    assert line is not None
    assert line.callers == len(line.calls) == 11
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
