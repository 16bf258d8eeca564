"""Through every door somebody writes names, addresses, numbers and sentences; the purge leaves none of them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import httpx
import pytest
import sqlalchemy as sa

from dispatch.actions.calendar import forget_details
from dispatch.store import tables as t
from tests.inbound.callouts.pressing import pressing
from tests.inbound.house import ANA, CORA, House
from tests.inbound.sign_in.room import Room

OFFICER, STRANGER, CALLER, OTHER = "+15625550136", "+15625550133", "+15625550134", "+15625550135"
PARTNER = "+12135550190"
CASE_NUMBERS = ("D-7741-X", "P-9912-Y")


class Writing:
    """Whatever anybody might write; each word of it once, so that it can be looked for."""

    def __init__(self, chance: Random) -> None:
        self.written: list[str] = [OFFICER, STRANGER, CALLER, OTHER, *CASE_NUMBERS]
        self._chance = chance
        self._numbers = iter(range(10_000, 99_999))

    def words(self) -> str:
        name = f"{self._chance.choice(['Maria', 'Ximena', 'José', 'Ана'])} {self._chance.choice(['Lopez', 'Núñez'])}"
        self.written.append(f"{name} {next(self._numbers)}")
        return self._chance.choice(["{}", "{} Figueroa St", "{} told me 'wait'", "where is {}"]).format(
            self.written[-1]
        )

    def header(self) -> str:
        """The same, where only ASCII goes."""
        self.written.append(f"Maria Lopez {next(self._numbers)}")
        return self.written[-1]


async def _agency_writes(house: House, writing: Writing) -> str:
    """Everything that an agency's program can fill in, rightly and wrongly; returns the call-out's id."""
    w = writing.words
    officer = {"callback_phone": OFFICER, "name": w(), "badge": w()[:40], "rank": w()}
    place = {"address": w(), "note": w(), "lat": 33.12345, "lon": -118.54321, "floor": w()}
    body = {"officer": officer, "meeting_place": place, "unit": w(), "reference": w(), "story": w(), w(): w()}
    body |= {"age_band": w(), "languages": [w(), "Spanish"], "children": 2, "scene_safe": True, "medical_need": w()}
    body |= {"recovered_at": w(), "officer_leaves_at": "2026-01-07T03:30:00-08:00"}
    answer = await house.call(body, headers={"Idempotency-Key": writing.header(), "User-Agent": writing.header()})
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    await house.opened(officer={"callback_phone": OTHER}, age_band="13-15")
    change = {"unit": w(), "age_band": "13-15", "languages": ["es", w()], "meeting_place": {"note": w()}, w(): 1}
    assert (await house.ask("PATCH", f"/v1/callouts/{id_}", change)).status_code == 200
    await house.ask("GET", f"/v1/callouts?reference={w()}")
    return id_


async def _people_text(house: House, writing: Writing) -> None:
    for sender in (ANA, CORA, OFFICER, STRANGER, PARTNER):
        for _ in range(2):
            assert (await house.text(writing.words(), sender=sender)).status_code == 200
    await house.text("SOS " + writing.words())


async def _carrier_tells(house: House, writing: Writing, callout: str) -> None:
    page = await house.page(callout, purpose="page", channel="sms")
    form = {"MessageSid": "SMbad", "MessageStatus": "failed", "ErrorCode": "30003", "ErrorMessage": writing.words()}
    await house.carrier(f"/twilio/sms/status/{page['id']}", form)
    for number in (STRANGER, CALLER):
        form = {"CallSid": f"CA{number}", "From": number, "To": "+15625550100", "CallerName": writing.words()}
        await house.carrier("/twilio/voice/hotline", form)
        await house.carrier("/twilio/voice/hotline/status", {"CallSid": f"CA{number}", "CallStatus": "completed"})
    for call in await house.rows(t.hotline_call):
        await house.ask("POST", f"/v1/hotline/calls/{call['id']}/dismiss", key=house.coordinator)
    assert all(call["dismissed_at"] or call["callout"] for call in await house.rows(t.hotline_call))


async def _coordinators_write(house: House, writing: Writing, callout: str) -> None:
    w = writing.words
    async with pressing(house) as cora:
        await cora.does(callout, "tell_specialist", words=w())
        await cora.does(callout, "tell_officer", words=w()[:60])
        stamp = {"stamp": "en_route_at", "at": "2026-01-07T02:15", "reason": w()}
        await cora.does(callout, "correct_stamp", **stamp)
        shown = json.dumps({"officer_phone": OFFICER})
        changed = {"shown": shown, "officer_phone": OFFICER, "age_band": "16", "languages": "Spanish, English"}
        await cora.does(callout, "change_details", **changed, place_address=w(), unit=w(), reference=w())
        references = dict(zip(("dcfs_reference", "probation_reference"), CASE_NUMBERS, strict=True))
        times = {"dcfs_at": "2026-01-07T02:16", "probation_at": "2026-01-07T02:16"}
        await cora.does(callout, "close", children_met="2", **references, **times)
        assert (await cora.door.get(f"/callouts?reference={w()}&code={w()}")).status_code < 500
        path = f"/response-times/callouts/{callout}"
        review = {"cause": "far away", "help": "somebody who lives nearer", "line": w()}
        assert (await cora.door.post(f"{path}/review", review)).status_code == 303


async def _others_try(house: House, writing: Writing) -> None:
    """Somebody at the door of people, and whoever asks for an address that is none."""
    room = Room(house)
    async with room.browser(agent=writing.header()) as door:
        await door.give_password(name=writing.words(), password=writing.words())
        await door.get(f"/callouts/{writing.words()}")
        await door.get(f"/o/{writing.words()}")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=house.service.web), base_url="https://x") as web:
        await web.get(f"/v1/callouts/{writing.words()}", headers={"Authorization": f"Bearer {house.lbpd.key}"})


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_that_anybody_wrote_is_left(house: House, seed: int) -> None:
    """A whole night, through the doors. What the figures need is still there, and the audit names no word either."""
    writing = Writing(Random(seed))
    callout = await _agency_writes(house, writing)
    await house.taken({"id": callout})
    house.clock.pass_minutes(2)
    await _people_text(house, writing)
    words = {"words": writing.words()}
    ours = {"Sec-Fetch-Site": "same-origin"}
    await house.web.post(f"{await house.link(callout)}/words", data=words, headers=ours)
    await _carrier_tells(house, writing, callout)
    house.clock.pass_minutes(70)
    await house.text("HERE")
    await _coordinators_write(house, writing, callout)
    for other in await house.rows(t.callout, open=True):
        reason = {"reason": writing.words()}
        await house.ask("POST", f"/v1/callouts/{other['id']}/cancel", reason, key=house.lbpd)
    await _others_try(house, writing)
    await house.run(sa.update(t.page).values(due_at=None, sid=f"SM{OFFICER}", failure=writing.words()))
    kept = await house.row(t.callout, id=callout)
    there = json.dumps(await house.everything(but=frozenset()), default=str, ensure_ascii=False)
    assert len([words for words in writing.written if words in there]) > 25, "most of it was kept until now"

    office = house.service.office
    await office.act(lambda tx, desk: forget_details(tx, replace(desk, now=desk.now + timedelta(days=120))))
    for table, rows in (await house.everything(but=frozenset())).items():
        # Who works here and which bodies are told stand in the roster.
        dump = json.dumps(rows, default=str, ensure_ascii=False)
        assert [words for words in _parts(writing) if words in dump] == [], table
        assert "33.12345" not in dump
    row = await house.row(t.callout, id=callout)
    stays = ("agency", "children", "status", "received_at", "respond_by", "arrived_at", "ended_at", "past_target")
    assert {name: row[name] for name in stays} == {name: kept[name] for name in stays}
    assert (row["age_band"], row["languages"], row["scene_safe"], row["unit"]) == (None, None, None, None)
    (mine,) = await house.rows(t.assignment, callout=callout)
    assert mine["sources"]["arrived_at"] == "sms"
    assert (await house.row(t.outcome))["children_met"] == 2
    assert (await house.row(t.miss_review))["cause"] == "far away"
    assert not await house.rows(t.idempotency)
    assert not await house.rows(t.link)


def _parts(writing: Writing) -> Iterator[str]:
    """What was written, and each name in it: none of our own people is called so."""
    yield from writing.written
    yield from ("Maria", "Ximena", "José", "Ана", "Lopez", "Núñez", "Figueroa")
