"""The one-time link of whoever took a call-out."""

import hashlib
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch.store import tables as t
from tests.inbound.house import NOW, OFFICER, House, unbroken

PLACE = {"address": "400 W Broadway", "note": "ask for the desk", "lat": 33.7701, "lon": -118.1937}


async def test_the_link_shows_the_place_and_the_officer(house: House) -> None:
    """What a specialist needs on the way, and the officer's number to tap."""
    officer = {"callback_phone": OFFICER, "name": "R. Alvarez", "badge": "4471"}
    said = {"unit": "West", "scene_safe": False, "children": 2, "age_band": "13-15", "medical_need": True}
    created = await house.opened(meeting_place=PLACE, officer=officer, **said)
    await house.taken(created)
    answer = await house.web.get(await house.link(created["id"]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for shown in ("400 W Broadway", "ask for the desk", "R. Alvarez", "4471", "West", created["code"], "03:14"):
        assert shown in answer.text
    assert f'href="tel:{OFFICER}"' in answer.text
    assert 'href="geo:33.7701,-118.1937"' in answer.text
    assert "not safe" in answer.text
    for shown in ("2 children", "Age: 13-15", "immediate medical need"):
        assert shown in answer.text


async def test_a_partner_reads_who_leads(house: House) -> None:
    """Whoever pressed 1 without minutes goes along, and does not have it; in their own language."""
    created = await house.opened()
    await house.taken(created)
    path = await house.link(created["id"])
    (mine,) = await house.rows(t.assignment)
    await house.change(t.assignment, mine["id"], role="partner")
    taken = {"callout": created["id"], "acknowledged_at": mine["acknowledged_at"], "sources": {}}
    await house.put(t.assignment, person="ben", role="primary", **taken)
    shown = (await house.web.get(path)).text
    assert "You go along, Ben leads." in shown
    assert "You have it" not in shown
    assert "You took it" not in shown
    await house.change(t.person, "ana", texts_in="es")
    await house.run(sa.update(t.roster_version).values(version=t.roster_version.c.version + 1))
    assert "Usted acompaña, Ben dirige." in (await house.web.get(path)).text


async def test_what_is_over_is_said_as_over(house: House) -> None:
    """An officer who has gone had to leave, and whoever has left the scene is not warned of it."""
    leaves = (NOW + timedelta(minutes=30)).isoformat()
    created = await house.opened(scene_safe=False, officer_leaves_at=leaves)
    await house.taken(created)
    path = await house.link(created["id"])
    shown = (await house.web.get(path)).text
    assert "Has to leave at" in shown
    assert "not safe" in shown
    house.clock.pass_minutes(31)
    assert "Had to leave at" in (await house.web.get(path)).text
    for words in ("HERE", "DONE"):
        assert "not safe" in (await house.web.get(path)).text
        await house.text(words)
        house.clock.pass_minutes(11)
    assert "not safe" not in (await house.web.get(path)).text


async def test_what_the_officer_wrote_stands_behind_the_link(house: House) -> None:
    """In order, as text and not as markup, and only about this call-out; an older number's is not the officer's."""
    created = await house.opened(children=1)
    await house.taken(created)
    path = await house.link(created["id"])
    assert "What the officer wrote" not in (await house.web.get(path)).text
    assert "1 child<" in (await house.web.get(path)).text
    await house.text("We moved to <b>Pier 7</b>", sender=OFFICER)
    await house.text("hurry", sender="+15625550999")
    text = (await house.web.get(path)).text
    assert "We moved to &lt;b&gt;Pier 7&lt;/b&gt;" in text
    assert "hurry" not in text
    assert "02:14" in text


@pytest.mark.parametrize(
    ("place", "phone", "address"),
    [
        ({"lat": 33.7701, "lon": -118.1937}, "Mozilla/5.0 (Linux; Android 16; Pixel 9)", "geo:33.7701,-118.1937"),
        ({"address": "Pier 7 & Main"}, "Mozilla/5.0 (Linux; Android 16; Pixel 9)", "geo:0,0?q=Pier%207%20%26%20Main"),
        (
            {"lat": 33.7701, "lon": -118.1937},
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X)",
            "maps://?ll=33.7701,-118.1937&amp;q=Meeting%20place",
        ),
        ({"address": "Pier 7 & Main"}, "Mozilla/5.0 (iPad; CPU OS 26_1)", "maps://?q=Pier%207%20%26%20Main"),
    ],
)
async def test_the_phone_opens_its_own_map(house: House, place: dict[str, object], phone: str, address: str) -> None:
    """An iPhone ignores geo:, so it gets a link that it knows; either way the place goes to no web site."""
    created = await house.opened(meeting_place=place)
    await house.taken(created)
    answer = await house.web.get(await house.link(created["id"]), headers={"User-Agent": phone})
    assert f'href="{address}"' in _button(answer.text, "Open in maps")


async def test_a_pin_without_an_address_is_a_place(house: House) -> None:
    """Coordinates alone are enough to drive; only without both is the place not known."""
    pinned = await house.opened(meeting_place={"lat": 33.7701, "lon": -118.1937})
    unknown = await house.opened()  # while Ana is not out yet
    await house.taken(pinned)
    assert "Not known yet" not in (await house.web.get(await house.link(pinned["id"]))).text
    await house.taken(unknown)
    assert "Not known yet" in (await house.web.get(await house.link(unknown["id"]))).text


async def test_opening_changes_nothing_but_the_audit_trail(house: House) -> None:
    """A link may be opened again, and a program that previews it does no harm; each time is written down."""
    created = await house.opened(meeting_place=PLACE)
    await house.taken(created)
    path = await house.link(created["id"])
    before = await house.everything()
    for _ in range(2):
        assert (await house.web.get(path)).status_code == 200
    assert await house.everything() == before
    trail = await house.rows(t.audit)
    assert [entry["did"] for entry in trail] == ["took the call-out", "opened the link", "opened the link"]
    assert {(entry["who"], entry["callout"], entry["at"]) for entry in trail} == {
        ("specialist ana", created["id"], NOW)
    }


async def test_a_link_lives_twelve_hours(house: House) -> None:
    """It works to the second; after that the page says so, and shows nothing."""
    created = await house.opened(meeting_place=PLACE)
    await house.taken(created)
    path = await house.link(created["id"])
    house.clock.moment = NOW + timedelta(hours=12, seconds=-1)
    assert (await house.web.get(path)).status_code == 200
    house.clock.pass_minutes(1 / 60)
    answer = await house.web.get(path)
    assert answer.status_code == 410
    assert "Broadway" not in answer.text
    assert "text <kbd>1</kbd>" in answer.text, "what to do for a new one"


@pytest.mark.parametrize("token", ["nobody", "%00", "%ff", "<script>", "x" * 3000])
async def test_an_unknown_link_is_answered_as_an_expired_one(house: House, token: str) -> None:
    """Guessing teaches nothing: 410 for both, with the same words, and no trail but of what Ana did."""
    created = await house.opened()
    await house.taken(created)
    path = await house.link(created["id"])
    house.clock.pass_minutes(13 * 60)
    unknown, expired = [await house.web.get(address) for address in (f"/r/{token}", path)]
    assert unknown.status_code == expired.status_code == 410
    assert _without_address(unknown.text) == _without_address(expired.text)
    assert [entry["did"] for entry in await house.rows(t.audit)] == ["took the call-out"]


async def test_a_link_ends_with_its_person_s_part(house: House) -> None:
    """Whoever gives the call-out back can no longer see the place, though the link has hours left."""
    created = await house.opened(meeting_place=PLACE)
    await house.taken(created)
    path = await house.link(created["id"])
    page = await house.page(created["id"], purpose="page", channel="voice")
    await house.press(page["id"], "page", "2")
    answer = await house.web.get(path)
    assert answer.status_code == 410
    assert "Broadway" not in answer.text
    assert "text <kbd>OMW</kbd>" in answer.text


async def test_a_link_ends_with_its_callout(house: House) -> None:
    """After a cancellation the place is nobody's business any more."""
    created = await house.opened(meeting_place=PLACE)
    await house.taken(created)
    path = await house.link(created["id"])
    await house.ask("POST", f"/v1/callouts/{created['id']}/cancel")
    answer = await house.web.get(path)
    assert answer.status_code == 410
    assert "This call-out is over" in unbroken(answer.text)
    assert "you can turn round" in answer.text
    assert f'href="tel:{house.service.runner.contact_phone}"' in answer.text


async def test_a_link_shows_its_own_callout(house: House) -> None:
    """Two call-outs, two links: neither shows the other's place, and no table holds a token."""
    paths = []
    addresses = ("1 First Street", "2 Second Street")
    for created in [await house.opened(meeting_place={"address": address}) for address in addresses]:
        await house.taken(created)
        paths.append(await house.link(created["id"]))
    first, second = [(await house.web.get(path)).text for path in paths]
    assert "1 First Street" in first
    assert "2 Second Street" not in first
    assert "2 Second Street" in second
    hashes = {hashlib.sha256(path.removeprefix("/r/").encode()).hexdigest() for path in paths}
    assert {row["token_hash"] for row in await house.rows(t.link, kind="specialist")} == hashes


def _without_address(html: str) -> str:
    """The page without its own address, which the switch of the display comes back to."""
    return re.sub(r'name="back" value="[^"]*"', "", html)


def _button(html: str, words: str) -> str:
    """The one link that looks like a button and says `words`."""
    found: str
    (found,) = [link for link in re.findall(r'<a class="button.*?</a>', html, re.DOTALL) if words in link]
    return found
