"""The view behind a specialist's link acts: what is pressed is their word, done once, and by nobody but them."""

import re
from typing import Any

import httpx
import pytest

from dispatch.rules.replies.specialist_view import LONGEST_WORDS
from dispatch.store import tables as t
from tests.inbound.house import ANA, House

OURS = {"Sec-Fetch-Site": "same-origin"}


async def _link(house: House, **details: Any) -> tuple[dict[str, Any], str]:
    created = await house.opened(**details)
    await house.taken(created)
    house.clock.pass_minutes(1)
    return created, await house.link(created["id"])


async def _press(house: House, path: str, **form: str) -> httpx.Response:
    return await house.web.post(path, data=form, headers=OURS)


async def _beats(house: House, **trouble: Any) -> None:
    """A node is at work; this is its `trouble` with the carrier."""
    now = house.clock()
    await house.put(t.node, id="n1", name="", version="1", started_at=now, beat_at=now, **trouble)


def _big_button(html: str) -> str | None:
    """What the one filled button of a page says."""
    found = re.findall(r'<button class="button filled[^>]*value="([^"]*)"><span>([^<]*)</span>', html)
    assert len(found) <= 1
    return found[0][1] if found else None


async def test_a_whole_night_is_pressed(house: House) -> None:
    """One big button after the other, each once; the stamps say that they came by link, and the call-out closes."""
    created, path = await _link(house)
    night = (
        ("en_route_at", "I am on my way"),
        ("arrived_at", "I am there"),
        ("with_child_at", "I am with the child"),
        ("cleared_at", "I have left"),
        ("home_at", "I am home"),
    )
    for stamp, words in night:
        assert _big_button((await house.web.get(path)).text) == words
        answer = await _press(house, f"{path}/stamp", stamp=stamp)
        assert (answer.status_code, answer.headers["location"]) == (303, path)
        house.clock.pass_minutes(5)
    mine = await house.row(t.assignment)
    assert mine["sources"] == {"acknowledged_at": "voice", **dict.fromkeys((stamp for stamp, _ in night), "link")}
    moments = [mine[stamp] for stamp, _ in night]
    assert moments == sorted(set(moments))
    assert (await house.row(t.callout))["status"] == "closed"
    assert (await house.web.get(path)).status_code == 410
    lines = [line for line in await house.rows(t.timeline, callout=created["id"]) if line["source"] == "link"]
    assert {(line["actor_kind"], line["actor_id"]) for line in lines} == {("specialist", "ana")}
    assert [line["kind"] for line in lines] == ["en_route", "arrived", "with_child", "cleared", "home"]


_NOT_NEXT = ["", "cleared_at", "home_at", "with_child_at", "acknowledged_at", "released_at"]


async def test_what_is_not_their_next_stamp_changes_nothing(house: House, subtests: pytest.Subtests) -> None:
    """A page that was open for an hour, or a form that somebody made up: the page is read again."""
    _, path = await _link(house)
    for stamp in _NOT_NEXT:
        with subtests.test(str(stamp)):
            before = await house.everything()
            assert (await _press(house, f"{path}/stamp", stamp=stamp)).status_code in {200, 303}
            assert await house.everything() == before


_NEVER_MEANT = ("", "soon", "2026-01-07T10:35:00", "2026-01-07T10:10:00Z", "2026-01-07T22:00:00Z")
_WITHOUT_UTC = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")


_NOBODYS_ETAS = [*_NEVER_MEANT, *_WITHOUT_UTC]


async def test_an_eta_that_nobody_can_have_meant_is_asked_again(house: House, subtests: pytest.Subtests) -> None:
    """Nothing, nonsense, a time without a zone, one that has passed, and one hours away."""
    _, path = await _link(house)
    for eta in _NOBODYS_ETAS:
        with subtests.test(str(eta)):
            before = await house.everything()
            answer = await _press(house, f"{path}/eta", eta=eta)
            assert answer.status_code == 422
            assert "hoose" in answer.text
            assert await house.everything() == before


async def test_letting_go_is_done_as_it_was_shown(house: House) -> None:
    """Somebody comes along meanwhile: nothing is done, and what would happen now is shown."""
    created, path = await _link(house)
    shown = await house.web.get(f"{path}/let-go")
    (digest,) = re.findall(r'name="digest" value="([^"]*)"', shown.text)
    now = house.clock()
    goes = {"callout": created["id"], "person": "ben", "acknowledged_at": now, "en_route_at": now, "sources": {}}
    await house.put(t.assignment, role="partner", **goes)
    before = await house.everything()
    answer = await _press(house, f"{path}/let-go", digest=digest)
    assert answer.status_code == 409
    assert "Ben has it then" in answer.text
    assert await house.everything() == before
    (digest,) = re.findall(r'name="digest" value="([^"]*)"', answer.text)
    await _press(house, f"{path}/let-go", digest=digest)
    assert "Ben has it already" in (await house.web.get(path)).text


async def test_while_nobody_can_be_paged_nobody_is_promised_to_be(house: House) -> None:
    """The node is silent, or the carrier does not answer it; and the officer's phone takes no texts."""
    created, path = await _link(house)
    await house.change(t.callout, created["id"], takes_no_texts=True)
    assert "Dev is paged once the service is at work again" in (await house.web.get(f"{path}/let-go")).text
    await _beats(house, carrier_trouble="the carrier cannot be asked", trouble_since=house.clock())
    shown = (await house.web.get(f"{path}/let-go")).text
    assert "Dev is paged once the carrier takes it. Nobody can be paged now." in shown
    assert "The officer hears: “This is the on-call specialist service." in shown


async def test_nobody_lets_go_of_a_child(house: House) -> None:
    """Once they are there the page offers it no more, and a form that was open does nothing."""
    _, path = await _link(house)
    shown = await house.web.get(f"{path}/let-go")
    (digest,) = re.findall(r'name="digest" value="([^"]*)"', shown.text)
    await _press(house, f"{path}/stamp", stamp="arrived_at")
    assert "I cannot go" not in (await house.web.get(path)).text
    before = await house.everything()
    assert (await house.web.get(f"{path}/let-go")).status_code == 303
    assert (await _press(house, f"{path}/let-go", digest=digest)).status_code == 303
    assert await house.everything() == before


async def test_a_word_reaches_the_coordinators_once(house: House) -> None:
    """With the code and the number, and whole, however long it may be; pressed twice it is one."""
    created, path = await _link(house)
    words = "the gate is shut, ring the desk. " * 3
    words = words[:LONGEST_WORDS].strip()
    for _ in range(2):
        assert (await _press(house, f"{path}/words", words=words)).status_code == 303
    told = (await house.row(t.page, callout=created["id"], purpose="alarm", person="cora"))["text"]
    for part in (created["code"], "Ana", ANA, words):
        assert part in told
    assert (await house.row(t.inbound_text))["body"] == words


_NO_WORDS = ["", "   ", "x" * (LONGEST_WORDS + 1)]


async def test_a_word_goes_out_whole_or_not_at_all(house: House, subtests: pytest.Subtests) -> None:
    """What does not fit is given back to be shortened."""
    _, path = await _link(house)
    for words in _NO_WORDS:
        with subtests.test(str(words)):
            before = await house.everything()
            answer = await _press(house, f"{path}/words", words=words)
            assert answer.status_code == 422
            assert words.strip() in answer.text
            assert await house.everything() == before
