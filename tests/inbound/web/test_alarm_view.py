"""The view behind an alarm's link: one coordinator's, for as long as the alarm goes on, with three buttons."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.wording.alphabet import segments
from dispatch.store import tables as t
from tests.inbound.house import ANA, BEN, NOW, OFFICER, PUBLIC_URL, House

OURS = {"Sec-Fetch-Site": "same-origin"}


async def _alarm(house: House, who: str = "cora") -> tuple[dict[str, Any], str]:
    """Ana, who was paged, cries for help; the path of the link in this coordinator's text."""
    created = await house.opened()
    await house.went_out(created["id"])
    await house.text("SOS", sender=ANA)
    return created, await _link(house, who)


async def _link(house: House, who: str = "cora") -> str:
    page = (await house.rows(t.page, person=who, purpose="alarm", channel="sms"))[-1]
    found = re.search(rf"{PUBLIC_URL}(/a/\w+)", page["text"])
    assert found is not None, page["text"]
    return found[1]


async def _press(house: House, path: str, **form: str) -> httpx.Response:
    return await house.web.post(path, data=form, headers=OURS)


async def _digest(house: House, path: str) -> str:
    shown = await house.web.get(path)
    assert shown.status_code == 200, shown.text
    (digest,) = re.findall(r'name="digest" value="([^"]*)"', shown.text)
    return str(digest)


async def test_every_text_of_an_alarm_carries_a_link_of_its_own(house: House) -> None:
    """In one segment, to each coordinator another; a call says the words alone, and no table holds a token."""
    await _alarm(house)
    texts = [page["text"] for page in await house.rows(t.page, purpose="alarm", channel="sms")]
    tokens = {found[1] for text in texts if (found := re.search(r"/a/(\w{23})", text))}
    assert len(tokens) == len(texts) > 1
    assert all(segments(text) == 1 for text in texts)
    assert not [call for call in await house.rows(t.page, purpose="alarm", channel="voice") if "/a/" in call["text"]]
    kept = await house.everything(but=frozenset({"page"}))
    assert not [token for token in tokens if token in str(kept)]
    assert {row["expires_at"] for row in await house.rows(t.link, kind="alarm")} == {NOW + timedelta(hours=2)}


async def test_the_page_shows_what_it_is_about_and_whom_to_ring(house: House) -> None:
    created, path = await _alarm(house)
    text = (await house.web.get(path)).text
    for shown in (created["code"], "Nobody has this alarm yet", f'href="tel:{OFFICER}"', f'href="tel:{ANA}"', "60"):
        assert shown in text
    assert "I have it" in text
    for never in ("Cancel", "Close", "Assign"):
        assert never not in text


async def test_it_names_the_phone_at_which_a_call_was_promised(house: House) -> None:
    """Another officer asks from the station's desk: both numbers are offered, the promised one first."""
    _, path = await _alarm(house)
    (alarm,) = await house.rows(t.alarm)
    desk = "+15625550170"
    await house.change(t.alarm, alarm["id"], kind=AlarmKind.OFFICER_CALLS, call_back=desk)
    text = (await house.web.get(path)).text
    assert "was promised a call at this number" in text
    assert 0 < text.index(f'href="tel:{desk}"') < text.index(f'href="tel:{OFFICER}"')


async def test_it_shows_what_came_of_paging_everybody(house: House) -> None:
    """Each once, the last paged first, in the words of every other view: an hour of pages to one person says nothing
    of the others, and whoever is left out is taken for somebody who was never asked."""
    created, path = await _alarm(house)
    (first, *_) = [page for page in await house.rows(t.page, callout=created["id"]) if page["purpose"] == "page"]
    for minute, person in enumerate(("ana", "ana", "ben", "cleo", "ben", "dev")):
        at = NOW + timedelta(minutes=minute)
        again = {"id": f"page-{minute}", "person": person, "tried_at": at, "state": "delivered", "due_at": None}
        await house.put(t.page, **(first | again))
    shown = (await house.web.get(path)).text.partition('aria-label="Paged"')[2].partition("</section>")[0]
    assert re.findall(r"<b>([^<]+)</b>.*?<time[^>]+>([^<]+)<", shown) == [
        ("Dev Sharma", "02:19"),
        ("Ben Okafor", "02:18"),
        ("Cleo Martin", "02:17"),
        ("Ana Reyes", "02:15"),
    ]
    assert re.findall(r'class="quiet">(\w+) <time', shown) == ["delivered"] * 4


async def test_opening_changes_nothing_but_the_audit_trail(house: House) -> None:
    """A program that previews links does no harm."""
    created, path = await _alarm(house)
    before = await house.everything()
    for address in (path, f"{path}/next-step", f"{path}/page?person=ben"):
        await house.web.get(address)
    assert await house.everything() == before
    (line,) = await house.rows(t.audit, did="opened the link")
    assert (line["who"], line["callout"], line["source"]) == ("coordinator cora", created["id"], "link")


async def test_i_have_it(house: House) -> None:
    """Pressed twice it is had once; the other coordinator's page says who has it, and its button does nothing."""
    _, path = await _alarm(house)
    theirs = await _link(house, "omar")
    assert (await _press(house, f"{path}/own")).status_code == 303
    assert (await house.row(t.alarm))["owner"] == "cora"
    before = await house.everything()
    for one in (path, theirs):
        assert (await _press(house, f"{one}/own")).status_code == 303
    assert await house.everything() == before
    assert "You have it" in (await house.web.get(path)).text
    assert "Cora has it" in (await house.web.get(theirs)).text
    assert "I have it" not in (await house.web.get(theirs)).text


async def test_the_next_step_is_shown_and_begun_once(house: House) -> None:
    created, path = await _alarm(house)
    digest = await _digest(house, f"{path}/next-step")
    for _ in range(2):
        assert (await _press(house, f"{path}/next-step", digest=digest)).status_code == 303
    assert (await house.row(t.callout))["step"] == 2
    (line,) = await house.rows(t.audit, did="began the next step")
    assert (line["who"], line["callout"], line["source"]) == ("coordinator cora", created["id"], "link")


async def test_somebody_named_is_paged(house: House) -> None:
    """Shown first; a digest of something else does nothing, and shows what would be sent."""
    created, path = await _alarm(house)
    digest = await _digest(house, f"{path}/page?person=ben")
    before = await house.everything()
    assert (await _press(house, f"{path}/page", person="ben", digest="another")).status_code == 409
    assert await house.everything() == before
    assert (await _press(house, f"{path}/page", person="ben", digest=digest)).status_code == 303
    assert await house.rows(t.page, callout=created["id"], person="ben", purpose="page")


async def test_whoever_only_offered_can_be_rung_and_paged(house: House) -> None:
    """Ana goes only if nobody else does: a coordinator may ask her now. Once she has it, she is no longer listed."""
    created = await house.opened()
    await house.went_out(created["id"])
    for said, listed in (("L 20", 1), (f"{created['code']} 1 20", 0)):
        await house.text(said, sender=ANA)
        await house.text("SOS", sender=ANA)
        text = (await house.web.get(await _link(house))).text
        assert text.count('<option value="ana"') == listed
        more = text.partition("More numbers")[2].partition("</details>")[0]
        assert more.count(f'href="tel:{ANA}"') == listed


async def test_a_command_that_makes_no_sense_says_why(house: House) -> None:
    """Nobody of that name, and somebody who has it meanwhile."""
    created, path = await _alarm(house)
    assert (await house.web.get(f"{path}/page?person=nobody")).status_code == 409
    await house.taken(created)
    assert "Nothing is done" in (await house.web.get(f"{path}/page?person=ben")).text


DOORS = {"own": {}, "next-step": {"digest": "x"}, "page": {"person": "ben", "digest": "x"}}


async def test_after_the_alarm_its_link_says_how_it_ended(house: House) -> None:
    """Who has the call-out and when they are there, to whoever was sent the link; no number, no place, no button. Each
    of its doors says so too, and changes nothing."""
    created = await house.opened()
    await house.went_out(created["id"])
    await house.text("1 25", sender=ANA)
    await house.text(f"{created['code']} can't", sender=ANA)
    path = await _link(house)
    assert "can no longer go" in (await house.web.get(path)).text
    await house.text(f"{created['code']} 1 25", sender=BEN)
    before = await house.everything()
    for got in (await house.web.get(path), await _press(house, f"{path}/own")):
        assert got.status_code == 410
        assert "Ben has it, there" in got.text
        assert f"{created['code']}. The alarm is over." in got.text
        assert "This link is over" not in got.text
        assert "tel:" not in got.text
    assert await house.everything() == before
    await house.ask("POST", f"/v1/callouts/{created['id']}/cancel")
    assert "<h1>Cancelled</h1>" in (await house.web.get(path)).text


async def test_a_cry_that_goes_on_after_the_end_can_be_had_by_its_link(house: House) -> None:
    """It rings on, so the link shows whom to ring, and takes it; afterwards to whoever took it then, and to nobody who
    had it before."""
    created, path = await _alarm(house)
    theirs = await _link(house, "omar")
    await house.ask("POST", f"/v1/callouts/{created['id']}/cancel")
    shown = await house.web.get(path)
    assert shown.status_code == 200
    for part in ("I have it", "is cancelled", f'href="tel:{OFFICER}"', f'href="tel:{ANA}"'):
        assert part in shown.text
    for part in ("data-minutes-to", "Next step now", "Page somebody"):
        assert part not in shown.text
    for _ in range(2):
        assert (await _press(house, f"{path}/own")).status_code == 303
        assert "You have it" in (await house.web.get(path)).text
    assert f'href="tel:{ANA}"' in (await house.web.get(path)).text
    for got in (await house.web.get(theirs), await _press(house, f"{theirs}/own")):
        assert got.status_code == 410
        assert "tel:" not in got.text
    alarm = await house.row(t.alarm)
    await house.change(t.alarm, alarm["id"], owned_at=NOW - timedelta(minutes=1))
    assert (await house.web.get(path)).status_code == 410


async def test_while_it_pages_again_no_link_says_that_nothing_is_to_be_done(house: House) -> None:
    """Ana has texted STOP, and then lets it go: that alarm is over, and Dev is paged."""
    created = await house.opened()
    await house.went_out(created["id"])
    await house.text("1 25", sender=ANA)
    await house.text("STOP", sender=ANA)
    path = await _link(house)
    assert "takes no more texts" in (await house.web.get(path)).text
    await house.text(f"{created['code']} can't", sender=ANA)
    got = await house.web.get(path)
    assert got.status_code == 410
    assert "Paging Dev" in got.text
    assert "It needs somebody all the same." in got.text
    assert "Nothing is to be done" not in got.text


@pytest.mark.parametrize("how", ["expired", "no coordinator", "left"])
async def test_whatever_does_not_open_is_answered_alike(house: House, how: str) -> None:
    """Two hours later, and when its person may do this no more: as a guessed one is answered."""
    _, path = await _alarm(house)
    if how == "expired":
        house.clock.pass_minutes(120)
    elif how == "no coordinator":
        await house.change(t.person, "cora", roles=["specialist"])
        await house.change(t.roster_version, 1, version=99)
    else:
        await house.change(t.person, "cora", id="someone")
        await house.change(t.roster_version, 1, version=99)
    before = await house.everything()
    answers = []
    for one in (path, "/a/nobody", "/a/%00"):
        got = [await house.web.get(f"{one}{rest}") for rest in ("", "/next-step", "/page?person=ben")]
        done = [await _press(house, f"{one}/{door}", **form) for door, form in DOORS.items()]
        assert {answer.status_code for answer in (*got, *done)} == {410}
        answers.append([re.sub(r'name="back" value="[^"]*"', "", answer.text) for answer in (*got, *done)])
    assert answers[0] == answers[1] == answers[2]
    assert await house.everything() == before


async def test_a_link_lives_to_the_second(house: House) -> None:
    _, path = await _alarm(house)
    house.clock.moment = NOW + timedelta(hours=2, seconds=-1)
    assert (await house.web.get(path)).status_code == 200
