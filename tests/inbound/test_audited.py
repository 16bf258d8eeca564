"""Who did something stands in a timeline or in the audit trail: at every door that changes anything, and it bites."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.routing import iter_route_contexts

from dispatch.actions.context import Context
from dispatch.rules.replies.strangers import MOST_ALARMS
from dispatch.store import tables as t
from dispatch.store.access import audit, keys
from dispatch.store.access.keys import ApiKey
from dispatch.store.transaction import Transaction
from tests.audited import Unaudited, held
from tests.inbound.api import test_covers as covering
from tests.inbound.api import test_schedule_changes as by_script
from tests.inbound.callouts import pressing
from tests.inbound.house import ANA, CALL, NOW, House, twiml
from tests.inbound.sign_in import doing
from tests.inbound.web import changing, judging, peopling, setting_up, swapping

STRANGER = "+13105550199"


async def opens(house: House) -> None:
    await house.call(CALL)


async def says_more(house: House) -> None:
    await house.ask("PATCH", f"/v1/callouts/{(await house.opened())['id']}", {"children": 2})


async def cancels(house: House) -> None:
    await house.ask("POST", f"/v1/callouts/{(await house.opened())['id']}/cancel")


async def closes(house: House) -> None:
    await house.ask("POST", f"/v1/callouts/{(await house.opened())['id']}/close", key=house.coordinator)


async def owns(house: House) -> None:
    await house.opened()
    await house.text("SOS", sender=ANA)
    alarm = (await house.rows(t.alarm))[0]["id"]
    await house.ask("POST", f"/v1/alarms/{alarm}/own", key=house.coordinator)


async def texts(house: House) -> None:
    await house.text("who is this?", sender=STRANGER)


async def text_fails(house: House) -> None:
    created = await house.opened()
    await house.went_out(created["id"])
    page = await house.page(created["id"], purpose="page", channel="sms")
    form = {"MessageSid": "SM-first", "MessageStatus": "undelivered"}
    await house.carrier(f"/twilio/sms/status/{page['id']}", form)


async def call_fails(house: House) -> None:
    page = await house.page((await house.opened())["id"], purpose="page", channel="voice")
    await house.carrier(f"/twilio/voice/status/{page['id']}", {"CallSid": "CA1", "CallStatus": "busy"})


async def picks_up(house: House) -> None:
    await house.pick_up((await house.page((await house.opened())["id"], channel="voice", purpose="page"))["id"])


async def chooses_colours(house: House) -> None:
    assert (await house.web.post("/display", data={"scheme": "dark"})).status_code == 303


async def presses(house: House) -> None:
    await house.taken(await house.opened())


async def _confirm(house: House, path: str, shown: str, form: dict[str, str]) -> None:
    """Press a button behind a link; DIGEST is what the page before, `shown`, has shown."""
    digest = shown.partition('name="digest" value="')[2].partition('"')[0]
    filled = {name: value.replace("DIGEST", digest) for name, value in form.items()}
    answer = await house.web.post(path, data=filled, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.text
    assert "link" in {line["source"] for line in await house.rows(t.timeline)}


def by_link(door: str, **form: str) -> Callable[[House], Awaitable[None]]:
    """Ana presses a button on the page behind her link."""

    async def press(house: House) -> None:
        created = await house.opened()
        await house.taken(created)
        path = await house.link(created["id"])
        shown = (await house.web.get(f"{path}/let-go")).text
        await _confirm(house, f"{path}/{door}", shown, form)

    return press


def by_alarm_link(door: str, **form: str) -> Callable[[House], Awaitable[None]]:
    """Cora presses a button on the page of an alarm."""

    async def press(house: House) -> None:
        await house.went_out((await house.opened())["id"])
        await house.text("SOS", sender=ANA)
        told = (await house.rows(t.page, person="cora", purpose="alarm", channel="sms"))[-1]["text"]
        path = "/a/" + told.partition("/a/")[2].split()[0]
        shown = (await house.web.get(f"{path}/{door}", params=form)).text if form else ""
        await _confirm(house, f"{path}/{door}", shown, form)

    return press


def by_officers_link(door: str) -> Callable[[House], Awaitable[None]]:
    """The officer presses a button of their own page."""

    async def press(house: House) -> None:
        created = await house.opened()
        path = await officers_link(house, created["id"])
        answer = await house.web.post(f"{path}/{door}", headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303, answer.text
        assert "officer" in {line["actor_kind"] for line in await house.rows(t.audit)}

    return press


async def silent_call(house: House) -> str:
    """Somebody phones and hangs up without a word; the id of their call."""
    await house.carrier("/twilio/voice/hotline", {"CallSid": "CA7", "From": STRANGER, "To": "+15625550100"})
    status = {"CallSid": "CA7", "CallStatus": "completed", "From": STRANGER, "To": "+15625550100"}
    await house.carrier("/twilio/voice/hotline/status", status)
    call: str = (await house.row(t.hotline_call))["id"]
    return call


async def phones(house: House) -> None:
    """A number that the network cannot vouch for: nothing is said, and a key opens a call-out."""
    await silent_call(house)
    assert await house.rows(t.audit, actor_kind="officer")


async def listens(house: House) -> None:
    call = await silent_call(house)
    twiml(await house.carrier(f"/twilio/voice/hotline/call/{call}", {"CallSid": "CA7"}))


async def presses_on_the_hotline(house: House) -> None:
    call = await silent_call(house)
    pressed = {"CallSid": "CA7", "Digits": "1"}
    twiml(await house.carrier(f"/twilio/voice/hotline/call/{call}/keys?stage=send", pressed))
    assert (await house.row(t.callout))["agency"] == "UNLISTED"


async def is_alone(house: House) -> None:
    call = await silent_call(house)
    for about in (f"hotline/call/{call}", "page/none"):
        twiml(await house.carrier(f"/twilio/voice/{about}/waits", {"CallSid": "CA7"}))


async def comes_back(house: House) -> None:
    call = await silent_call(house)
    for about in (f"hotline/call/{call}", "page/none"):
        twiml(await house.carrier(f"/twilio/voice/{about}/left", {"CallSid": "CA7"}))


async def hangs_up(house: House) -> None:
    await silent_call(house)
    assert (await house.rows(t.alarm))[0]["kind"] == "undecided_call"


def decides_by_link(door: str) -> Callable[[House], Awaitable[None]]:
    """A coordinator says it behind the link of the alarm."""

    async def decide(house: House) -> None:
        await silent_call(house)
        told = (await house.rows(t.page, person="cora", purpose="alarm", channel="sms"))[-1]["text"]
        path = "/a/" + told.partition("/a/")[2].split()[0]
        answer = await house.web.post(f"{path}/{door}", headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 200, answer.text

    return decide


def decides_on_board(door: str) -> Callable[[House], Awaitable[None]]:
    """A coordinator says it on the board's card."""

    async def decide(house: House) -> None:
        call = await silent_call(house)
        async with pressing.pressing(house) as cora:
            assert (await cora.door.post(f"/board/calls/{call}/{door}")).status_code == 303

    return decide


def decides_all_on_board(door: str) -> Callable[[House], Awaitable[None]]:
    """A coordinator says it of all silent calls at once."""

    async def decide(house: House) -> None:
        await silent_call(house)
        async with pressing.pressing(house) as cora:
            assert (await cora.door.post(f"/board/silent/{door}")).status_code == 303

    return decide


async def starts_elsewhere(house: House) -> None:
    """Ana says behind her link where she starts from tonight."""
    created = await house.opened()
    await house.taken(created)
    path = await house.link(created["id"])
    answer = await house.web.post(f"{path}/start", data={"area": "LBH"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.text


async def sets_a_start(house: House) -> None:
    """A coordinator says it for her."""
    async with pressing.pressing(house) as cora:
        assert (await cora.door.post("/on-call/starts", {"person": "ana", "area": "LBH"})).status_code == 303


async def has_alarm_on_board(house: House) -> None:
    """A coordinator says on the board's card that they have it."""
    await silent_call(house)
    (alarm,) = await house.rows(t.alarm)
    async with pressing.pressing(house) as cora:
        assert (await cora.door.post(f"/board/alarms/{alarm['id']}/own")).status_code == 303


async def verifies_by_link(house: House) -> None:
    created = await house.opened()
    await house.change(t.callout, created["id"], trust="listed")
    await house.went_out(created["id"])
    await house.text("SOS", sender=ANA)
    told = (await house.rows(t.page, person="cora", purpose="alarm", channel="sms"))[-1]["text"]
    path = "/a/" + told.partition("/a/")[2].split()[0]
    shown = (await house.web.get(f"{path}/verify")).text
    digest = shown.partition('name="digest" value="')[2].partition('"')[0]
    answer = await house.web.post(f"{path}/verify", data={"digest": digest}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.text
    assert (await house.row(t.callout))["trust"] == "verified"


async def officers_link(house: House, callout_id: str) -> str:
    """The path of the link that was texted to the officer."""
    told = (await house.rows(t.page, callout=callout_id, purpose="officer"))[0]["text"]
    return "/o/" + str(told.partition("/o/")[2].split()[0])


async def previews(house: House) -> None:
    await _preview(house, f"/v1/callouts/{(await house.opened())['id']}/commands/preview", _NEXT)


async def coordinates(house: House) -> None:
    path = f"/v1/callouts/{(await house.opened())['id']}/commands"
    digest = await _preview(house, f"{path}/preview", _NEXT)
    answer = await house.ask("POST", path, _NEXT | {"digest": digest}, key=house.coordinator)
    assert answer.status_code == 200, answer.text


_NEXT: dict[str, Any] = {"command": {"do": "next_step"}}


async def _preview(house: House, path: str, asked: dict[str, Any]) -> str:
    answer = await house.ask("POST", path, asked, key=house.coordinator)
    assert answer.status_code == 200, answer.text
    digest: str = answer.json()["digest"]
    return digest


DOORS: dict[tuple[str, str], tuple[Callable[[House], Awaitable[None]], str | None]] = {
    ("POST", "/v1/callouts"): (opens, "agency"),
    ("PATCH", "/v1/callouts/{callout_id}"): (says_more, "agency"),
    ("POST", "/v1/callouts/{callout_id}/cancel"): (cancels, "agency"),
    ("POST", "/v1/callouts/{callout_id}/close"): (closes, "coordinator"),
    ("POST", "/v1/alarms/{alarm_id}/own"): (owns, "coordinator"),
    ("POST", "/v1/callouts/{callout_id}/commands/preview"): (previews, None),  # changes nothing
    ("POST", "/v1/callouts/{callout_id}/commands"): (coordinates, "coordinator"),
    ("POST", "/twilio/sms"): (texts, "stranger"),
    ("POST", "/twilio/sms/status/{page}"): (text_fails, "carrier"),
    ("POST", "/twilio/voice/status/{page}"): (call_fails, "carrier"),
    ("POST", "/twilio/voice/page/{page}"): (picks_up, None),  # changes nothing
    ("POST", "/twilio/voice/page/{page}/waits"): (is_alone, None),  # changes nothing
    ("POST", "/twilio/voice/page/{page}/left"): (comes_back, None),  # changes only where a phone stands
    ("POST", "/twilio/voice/hotline/call/{call}/waits"): (is_alone, None),  # changes nothing
    ("POST", "/twilio/voice/hotline/call/{call}/left"): (comes_back, None),  # changes only where a phone stands
    ("POST", "/twilio/voice/hotline"): (phones, "officer"),
    ("POST", "/twilio/voice/hotline/call/{call}"): (listens, None),  # changes nothing
    ("POST", "/twilio/voice/hotline/call/{call}/keys"): (presses_on_the_hotline, "officer"),
    ("POST", "/twilio/voice/hotline/status"): (hangs_up, "officer"),
    ("POST", "/display"): (chooses_colours, None),  # changes nothing: a cookie keeps it
    ("POST", "/twilio/voice/page/{page}/keys"): (presses, "specialist"),
    ("POST", "/r/{token}/stamp"): (by_link("stamp", stamp="en_route_at"), "specialist"),
    ("POST", "/r/{token}/eta"): (by_link("eta", eta="2026-01-07T10:35:00Z"), "specialist"),
    ("POST", "/r/{token}/let-go"): (by_link("let-go", digest="DIGEST"), "specialist"),
    ("POST", "/r/{token}/words"): (by_link("words", words="running late"), "specialist"),
    ("POST", "/r/{token}/start"): (starts_elsewhere, "specialist"),
    ("POST", "/on-call/starts"): (sets_a_start, "coordinator"),
    ("POST", "/a/{token}/own"): (by_alarm_link("own"), "coordinator"),
    ("POST", "/a/{token}/next-step"): (by_alarm_link("next-step", digest="DIGEST"), "coordinator"),
    ("POST", "/a/{token}/page"): (by_alarm_link("page", person="ben", digest="DIGEST"), "coordinator"),
    ("POST", "/a/{token}/verify"): (verifies_by_link, "coordinator"),
    ("POST", "/a/{token}/rang-officer"): (by_alarm_link("rang-officer", digest="DIGEST"), "coordinator"),
    ("POST", "/a/{token}/page-now"): (decides_by_link("page-now"), "coordinator"),
    ("POST", "/a/{token}/dismiss"): (decides_by_link("dismiss"), "coordinator"),
    ("POST", "/board/calls/{call}/page-now"): (decides_on_board("page-now"), "coordinator"),
    ("POST", "/board/calls/{call}/dismiss"): (decides_on_board("dismiss"), "coordinator"),
    ("POST", "/board/silent/page-now"): (decides_all_on_board("page-now"), "coordinator"),
    ("POST", "/board/silent/dismiss"): (decides_all_on_board("dismiss"), "coordinator"),
    ("POST", "/board/alarms/{alarm}/own"): (has_alarm_on_board, "coordinator"),
    ("POST", "/o/{token}/moved"): (by_officers_link("moved"), "officer"),
    ("POST", "/o/{token}/not-needed"): (by_officers_link("not-needed"), "officer"),
    ("POST", "/o/{token}/ring-me"): (by_officers_link("ring-me"), "officer"),
    **doing.DOORS,
    **pressing.DOORS,
    **judging.DOORS,
    **setting_up.DOORS,
    **peopling.DOORS,
    **changing.DOORS,
    **by_script.DOORS,
    **covering.DOORS,
    **swapping.DOORS,
}


async def test_every_door_that_may_change_something_is_tried(house: House) -> None:
    """Each door that takes more than GET stands above, with what is done through it."""
    doors = {
        (method, str(route.path))
        for route in iter_route_contexts(house.service.web.routes)
        for method in route.methods or ()
    }
    assert {door for door in doors if door[0] not in {"GET", "HEAD"}} == set(DOORS)


@pytest.mark.parametrize("door", DOORS, ids=" ".join)
async def test_each_door_says_who_did_it_and_how_we_heard(house: House, door: tuple[str, str]) -> None:
    """The newest line that it has left names its actor and its source; whatever changed without one fails."""
    go_through, actor = DOORS[door]
    await go_through(house)
    lines = [*await house.rows(t.timeline), *await house.rows(t.audit)]
    if actor is not None:
        assert actor in {line["actor_kind"] for line in lines}
    assert all(line["source"] for line in lines)


async def test_a_stranger_stays_without_a_number(house: House) -> None:
    """A text that alarms coordinators is in the audit trail by kind alone, as long as it does something."""
    for number in range(MOST_ALARMS + 2):
        await house.text(f"hello {number}", sender=STRANGER)
    trail = await house.rows(t.audit)
    assert len(trail) == MOST_ALARMS
    assert {(line["who"], line["actor_id"], line["source"], line["did"]) for line in trail} == {
        ("stranger", None, "sms", "wrote")
    }
    assert not [value for line in trail for value in line.values() if STRANGER[-4:] in str(value)]


async def test_who_opts_out_stands_in_the_trail(house: House) -> None:
    """STOP and START change what reaches somebody, and no call-out's timeline tells of it."""
    for word in ("STOP", "START"):
        await house.text(word, sender=ANA)
    assert [(line["who"], line["source"], line["detail"].split(",")[0]) for line in await house.rows(t.audit)] == [
        ("specialist ana", "sms", "opted out of texts"),
        ("specialist ana", "sms", "opted in to texts"),
    ]


async def test_a_door_that_leaves_no_line_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every door here is watched: what its action forgets to write fails the test that goes through it."""
    monkeypatch.setattr(audit, "write", lambda *_, **__: None)
    with pytest.raises(Unaudited, match="alarm"):
        await owns(house)


def _by_a_statement_of_ours(tx: Transaction, context: Context) -> None:
    keys.insert(tx, ApiKey("key_1", "LBPD", None, NOW), "secret", None)


def _by_sqlalchemy(tx: Transaction, context: Context) -> None:
    tx.execute(sa.update(t.person).values(name="Somebody Else"))


@pytest.mark.parametrize("change", [_by_a_statement_of_ours, _by_sqlalchemy])
async def test_what_nobody_has_done_is_found(house: House, change: Callable[[Transaction, Context], None]) -> None:
    """The law bites: a change without a line fails, however it is run, and is not committed."""
    before = await house.everything()
    with pytest.raises(Unaudited):
        await house.service.runner.act(held(change))
    assert await house.everything() == before
