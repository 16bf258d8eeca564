"""`/callouts` and `/callouts/new` over HTTP."""

import re
from html import unescape

import httpx
import pytest

from dispatch.actions.callout import read_callout
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from tests.inbound.callouts.pressing import Pressing, plain, pressing
from tests.inbound.house import House, unbroken
from tests.inbound.sign_in.room import Ui

_FORM = {"agency": "LAPD", "officer_phone": "(562) 555-0188", "place_address": "1 Main St", "key": "key-1"}


async def _codes(who: Pressing, query: str = "") -> list[str]:
    """The codes in the tables of the page, in order."""
    answer = await who.door.get(f"/callouts{query}")
    assert answer.status_code == 200, answer.text
    return re.findall(r'<th scope="row"><a href="/callouts/[^"]+">([A-Z0-9]+)</a>', answer.text)


async def _three(house: House) -> list[str]:
    """The codes of three call-outs a day apart: the oldest cancelled, the next open, the newest closed."""
    codes = []
    for end in ("cancel", None, "close"):
        created = await house.opened()
        codes.append(created["code"])
        if end is not None:
            key = house.coordinator if end == "close" else house.lbpd
            assert (await house.ask("POST", f"/v1/callouts/{created['id']}/{end}", key=key)).status_code == 200
        house.clock.pass_minutes(24 * 60)
    return codes


async def test_what_is_open_stands_first(house: House) -> None:
    """Then the others, the newest first; a look is audited."""
    cancelled, open_, closed = await _three(house)
    async with pressing(house) as cora:
        assert await _codes(cora) == [open_, closed, cancelled]
    assert ("coordinator cora", "listed", "3 call-outs", "web") in {
        (row["who"], row["did"], row["detail"], row["source"]) for row in await house.rows(t.audit)
    }


async def test_the_filters_stand_in_the_address(house: House) -> None:
    cancelled, open_, closed = await _three(house)
    async with pressing(house) as cora:
        assert await _codes(cora, "?status=open") == [open_]
        assert await _codes(cora, "?status=paging") == [open_]
        assert await _codes(cora, "?status=closed&agency=LBPD") == [closed]
        assert await _codes(cora, "?agency=LAPD") == []
        assert await _codes(cora, "?since=2026-01-09") == [closed]
        assert await _codes(cora, "?since=2026-01-08&agency=LBPD") == [open_, closed]
        # What nobody can mean is left out, and said.
        wrong = await cora.door.get("/callouts?status=lost&since=yesterday")
        assert "there is no status “lost”" in plain(wrong)
        assert "write a day like" in plain(wrong)
        assert await _codes(cora, "?status=lost&since=yesterday") == [open_, closed, cancelled]
        assert (await cora.door.get("/callouts?before=nobody")).status_code == 404


async def test_until_is_the_last_day(house: House) -> None:
    """That day is in it, to its last minute; each bound stands alone, and both together are a span."""
    cancelled, open_, closed = await _three(house)
    async with pressing(house) as cora:
        assert await _codes(cora, "?until=2026-01-07") == [cancelled]
        assert await _codes(cora, "?until=2026-01-08") == [open_, cancelled]
        assert await _codes(cora, "?since=2026-01-08&until=2026-01-08") == [open_]
        assert await _codes(cora, "?since=2026-01-09&until=2026-01-08") == []
        assert "write a day like" in plain(await cora.door.get("/callouts?until=soon"))
        assert await _codes(cora, "?until=soon") == [open_, closed, cancelled]


async def test_one_field_finds_a_call_out_by_whatever_somebody_knows(house: House) -> None:
    """A code, also of one that is over, in small letters; part of a unit or a reference; who went; a day."""
    first = await house.opened(unit="Hollenbeck 14", reference="DR 26-004417")
    await house.taken(first)
    await house.ask("POST", f"/v1/callouts/{first['id']}/close", key=house.coordinator)
    house.clock.pass_minutes(24 * 60)
    second = await house.opened(unit="100% north_side")
    old, new = first["code"], second["code"]
    async with pressing(house) as cora:
        assert await _codes(cora, f"?find={old.lower()}") == [old]
        assert await _codes(cora, f"?find={new}") == [new]
        assert await _codes(cora, "?find=hollen") == [old]
        assert await _codes(cora, "?find=004417") == [old]
        assert await _codes(cora, "?find=ana") == [old]
        assert await _codes(cora, "?find=Cleo") == []
        assert await _codes(cora, "?find=2026-01-08") == [new]
        assert await _codes(cora, "?find=hollen&status=open") == []
        for literal, found in (("%25", [new]), ("h_s", [new]), ("n_r", []), ("%5C", [])):
            assert await _codes(cora, f"?find={literal}") == found, "no wildcards"
        page = (await cora.door.get("/callouts?find=hollen")).text
        assert 'name="find" type="search"' in page
        assert 'value="hollen"' in page


async def test_a_search_that_finds_nothing_does_not_say_that_nothing_is_open(house: House) -> None:
    """One is open; it is only not what was sought."""
    await house.opened()
    async with pressing(house) as cora:
        shown = unbroken((await cora.door.get("/callouts?find=nothing-like-it")).text)
        assert "No open call-out is like that." in shown
        assert "No call-out is open" not in shown
        assert "None is over yet" not in shown
        assert "None is over yet" in (await cora.door.get("/callouts")).text


async def test_a_week_is_one_press_away(house: House) -> None:
    """This one and the last, from Monday to Sunday as clocks here have them: it is Wednesday, 7 January."""
    async with pressing(house) as cora:
        page = plain_links(await cora.door.get("/callouts"))
    assert page["This week"] == "/callouts?since=2026-01-05&until=2026-01-11"
    assert page["Last week"] == "/callouts?since=2025-12-29&until=2026-01-04"


def plain_links(answer: httpx.Response) -> dict[str, str]:
    """Where each link of a page leads, by its words."""
    return {
        words: unescape(href) for href, words in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>([^<]+)</a>', answer.text)
    }


async def test_what_is_open_beyond_the_first_ones_is_one_press_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred at most stand first: the others are counted, with the same filters, and listed on their own."""
    monkeypatch.setattr(read_callout, "_MOST_OPEN", 2)
    codes = []
    for unit in ("Hollenbeck 1", "Harbor", "Hollenbeck 2"):
        codes.append((await house.opened(unit=unit))["code"])
        house.clock.pass_minutes(1)
    async with pressing(house) as cora:
        shown = await cora.door.get("/callouts")
        assert await _codes(cora) == [codes[2], codes[1]]
        assert "1 more is open." in plain(shown)
        assert plain_links(shown)["All that are open"] == "/callouts?status=open"
        assert await _codes(cora, "?status=open") == codes[::-1]
        assert "more is open" not in plain(await cora.door.get("/callouts?find=hollenbeck"))
        monkeypatch.setattr(read_callout, "_MOST_OPEN", 1)
        found = await cora.door.get("/callouts?find=hollenbeck")
        assert "1 more is open." in plain(found)
        assert plain_links(found)["All that are open"] == "/callouts?find=hollenbeck&status=open"


@pytest.mark.slow
async def test_fifty_at_once(house: House) -> None:
    """The next page goes on where this one ends, with the same filters."""
    for _ in range(52):
        created = await house.opened()
        await house.ask("POST", f"/v1/callouts/{created['id']}/cancel")
    async with pressing(house) as cora:
        first = await cora.door.get("/callouts?agency=LBPD")
        path = re.search(r'href="(/callouts\?[^"]+before[^"]+)"', first.text)
        assert path is not None
        rest = path[1].replace("&amp;", "&").removeprefix("/callouts")
        assert "agency=LBPD" in rest
        assert len(await _codes(cora, "?agency=LBPD")) == 50
        assert len(await _codes(cora, rest)) == 2
        assert "Older ones" not in (await cora.door.get(f"/callouts{rest}")).text


async def test_a_call_out_by_hand_is_shown_then_opened_once(house: House) -> None:
    """Nothing stands in the database before the second press; a double one brings the same call-out."""
    async with pressing(house) as cora:
        preview = await cora.door.post("/callouts/new", _FORM)
        assert "Open a call-out for Los Angeles Police Department" in plain(preview)
        assert "Ana Reyes" in plain(preview)
        assert await house.rows(t.callout) == []
        opened = await cora.confirms(preview)
        assert opened.status_code == 303
        again = await cora.confirms(preview)
        assert again.headers["location"] == opened.headers["location"]
        shown = await cora.door.get(opened.headers["location"])
        assert "1 Main St" in shown.text
    row = await house.row(t.callout)
    assert (row["agency"], row["officer_phone"]) == ("LAPD", "+15625550188")
    assert ("coordinator cora", "opened by hand", "web") in {
        (line["who"], line["did"], line["source"]) for line in await house.rows(t.audit)
    }


async def test_whom_it_pages_is_shown_again_when_it_is_somebody_else(house: House) -> None:
    """Ana opts out of texts between the two presses: she would be rung at once."""
    async with pressing(house) as cora:
        preview = await cora.door.post("/callouts/new", _FORM)
        await house.text("STOP")
        changed = await cora.confirms(preview)
        assert changed.status_code == 409
        assert "has changed since you looked" in plain(changed)
        assert await house.rows(t.callout) == []
        assert (await cora.confirms(changed)).status_code == 303


async def test_a_form_that_cannot_be_read_keeps_what_was_typed(house: House) -> None:
    async with pressing(house) as cora:
        for change, said in (
            ({"agency": ""}, "Choose the agency"),
            ({"agency": "FBI"}, "calls us"),
            ({"officer_phone": "12"}, "Callback number"),
            ({"officer_phone": "(562) 555-0100"}, "Callback number: is our own number"),
            ({"children": "some"}, "Children: a whole number"),
            ({"key": ""}, "damaged"),
            ({"digest": "00", "callout": "{"}, "Nothing was opened"),
        ):
            answer = await cora.door.post("/callouts/new", _FORM | change)
            assert answer.status_code in {409, 422}, plain(answer)
            assert "Nothing was opened." in plain(answer)
            assert said in plain(answer)
            assert "1 Main St" in answer.text


async def test_a_form_of_a_callout_that_is_over_opens_another_one(house: House) -> None:
    """Back in the browser hours later, and sent as it stands: it led to the call-out that was over, and paged nobody.
    It is said, and one more press opens another; by API a new key does."""
    async with pressing(house) as cora:
        asked = await cora.door.post("/callouts/new", _FORM)
        await cora.confirms(asked)
        (first,) = await house.rows(t.callout)
        await house.ask("POST", f"/v1/callouts/{first['id']}/close", key=house.coordinator)
        used = await cora.confirms(asked)
        assert used.status_code == 409
        assert f"opened {first['code']}, which is closed" in plain(used)
        assert 'value="1 Main St"' in used.text
        key = re.search(r'name="key" value="([^"]+)"', used.text)
        assert key is not None
        assert key[1] != _FORM["key"]
        assert (await cora.confirms(await cora.door.post("/callouts/new", _FORM | {"key": key[1]}))).status_code == 303
        assert len(await house.rows(t.callout, open=True)) == 1


async def test_only_a_coordinator_opens_one(house: House) -> None:
    """An auditor may list them, and is offered no form."""
    await Ui(house).give_roles("omar", Role.AUDITOR)
    async with pressing(house, "omar") as omar:
        assert "/callouts/new" not in (await omar.door.get("/callouts")).text
        assert (await omar.door.get("/callouts/new")).status_code == 403
        assert (await omar.door.post("/callouts/new", _FORM)).status_code == 403
    async with pressing(house) as cora:
        assert 'href="/callouts/new"' in (await cora.door.get("/callouts")).text
        assert 'name="key"' in (await cora.door.get("/callouts/new")).text
