"""Opening a call-out: the answer that an agency gets, and what is in the database by then."""

import asyncio
from datetime import datetime, timedelta

import pytest

from dispatch.store import tables as t
from tests.inbound.house import CALL, NOW, OFFICER, PUBLIC_URL, House, problem

FULL = {
    "unit": "West Division",
    "officer": {"name": "R. Alvarez", "badge": "4471", "callback_phone": "(562) 555-0177"},
    "meeting_place": {"address": "400 W Broadway", "lat": 33.7701, "lon": -118, "note": "lobby"},
    "children": 2,
    "age_band": "13-15",
    "languages": ["es", "en"],
    "medical_need": False,
    "scene_safe": True,
    "officer_leaves_at": "2026-01-07T03:30:00-08:00",
    "recovered_at": "2026-01-07T09:50:00Z",
    "hotline_called_at": "2026-01-07 10:00:00.5+00:00",
    "reference": "26-000123",
}


async def test_the_answer_says_what_a_caller_needs(house: House) -> None:
    """A phone number is enough; the answer has exactly the fields of the contract."""
    answer = await house.call()
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"id", "code", "status", "received_at", "respond_by", "status_url", "warnings"}
    assert body["warnings"] == []
    assert body["status"] == "paging"
    assert len(body["code"]) == 3
    assert datetime.fromisoformat(body["received_at"]) == NOW
    assert datetime.fromisoformat(body["respond_by"]) == NOW + timedelta(minutes=60)
    assert body["status_url"] == answer.headers["location"] == f"{PUBLIC_URL}/v1/callouts/{body['id']}"


async def test_everything_that_was_said_is_kept(house: House) -> None:
    """Every field of the contract reaches its column, the phone in E.164 and the moments in UTC."""
    created = (await house.call(FULL)).json()
    row = await house.row(t.callout, id=created["id"])
    assert row["agency"] == "LBPD"
    assert (row["officer_phone"], row["officer_name"], row["officer_badge"]) == (OFFICER, "R. Alvarez", "4471")
    assert (row["place_address"], row["place_note"]) == ("400 W Broadway", "lobby")
    assert (row["place_lat"], row["place_lon"]) == (33.7701, -118.0)
    assert (row["unit"], row["children"], row["age_band"]) == ("West Division", 2, "13-15")
    assert (row["languages"], row["medical_need"], row["scene_safe"]) == (["es", "en"], False, True)
    assert row["officer_leaves_at"] == NOW.replace(hour=11, minute=30)
    assert row["recovered_at"] == NOW.replace(hour=9, minute=50)
    assert row["hotline_called_at"] == NOW.replace(minute=0, hour=10, microsecond=500_000)
    assert row["reference"] == "26-000123"


async def test_ages_and_languages_are_kept_in_one_spelling(house: House) -> None:
    """However they are written, what is kept is an age band and codes of languages, each once."""
    created = await house.opened(age_band="13 to 15 years old", languages=["Spanish", "es-MX", "Mixteco"])
    row = await house.row(t.callout, id=created["id"])
    assert (row["age_band"], row["languages"]) == ("13-15", ["es", "mix"])


async def test_the_next_moves_stand_before_the_answer_leaves(house: House) -> None:
    """After the 201, with no due work done, Ana's page waits to go out at once and the escalation has its deadline."""
    created = await house.opened()
    first = await house.page(created["id"], purpose="page", channel="sms")
    assert (first["person"], first["state"], first["due_at"]) == ("ana", "waiting", NOW)
    escalate = await house.row(t.deadline, callout=created["id"], kind="escalate")
    assert escalate["due_at"] == NOW + timedelta(minutes=5)
    assert await house.rows(t.timeline, callout=created["id"], kind="received")


async def test_a_text_to_a_specialist_names_no_place_and_no_child(house: House) -> None:
    """What goes out by SMS says who called, the code and how to reply, and nothing of the place or the officer."""
    created = (await house.call(FULL)).json()
    sent = await house.rows(t.page, callout=created["id"])
    assert sent
    for page in sent:
        assert created["code"] in page["text"]
        assert not any(secret in page["text"] for secret in ("Broadway", "lobby", "Alvarez", "13-15", OFFICER))


async def test_what_a_form_left_empty_is_not_said(house: House) -> None:
    """An empty text is no reason to refuse a call-out: nobody would be paged."""
    officer = {"callback_phone": OFFICER, "name": "", "badge": " "}
    created = await house.opened(unit="  ", officer=officer, meeting_place={"address": ""}, reference="")
    row = await house.row(t.callout, id=created["id"])
    assert [row[name] for name in ("unit", "officer_name", "officer_badge", "place_address", "reference")] == [None] * 5


async def test_the_same_key_and_body_is_the_same_callout(house: House) -> None:
    """A request that was sent again is answered with 200 and opens nothing."""
    first = await house.call(headers={"Idempotency-Key": "a-1"})
    before = await house.everything()
    house.clock.pass_minutes(3)
    again = await house.call(headers={"Idempotency-Key": "a-1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert await house.everything() == before


async def test_a_key_for_another_body_is_refused(house: House) -> None:
    """Two call-outs under one key would be one mistake or the other: 409, and nothing is opened."""
    await house.call(headers={"Idempotency-Key": "a-1"})
    before = await house.everything()
    other = await house.call({**CALL, "children": 2}, headers={"Idempotency-Key": "a-1"})
    assert "a-1" in problem(other, 409)["detail"]
    assert await house.everything() == before


@pytest.mark.parametrize("end", ["cancel", "close"])
async def test_a_key_of_a_callout_that_is_over_is_refused(house: House, end: str) -> None:
    """An officer who needed somebody after all was answered 200 with `cancelled`, and nobody was paged. Whatever the
    body, 409 names the call-out that is over and says how to open another."""
    created = (await house.call(headers={"Idempotency-Key": "a-1"})).json()
    by = house.lbpd if end == "cancel" else house.coordinator
    assert (await house.ask("POST", f"/v1/callouts/{created['id']}/{end}", key=by)).status_code == 200
    before = await house.everything()
    for body in (CALL, {**CALL, "children": 2}):
        detail = problem(await house.call(body, headers={"Idempotency-Key": "a-1"}), 409)["detail"]
        assert f"opened {created['code']}, which is {end.removesuffix('e')}" in detail
        assert "a new key" in detail
    assert await house.everything() == before
    again = await house.call(headers={"Idempotency-Key": "a-2"})
    assert (again.status_code, again.json()["status"]) == (201, "paging")


async def test_a_webhook_comes_again_after_the_end(house: House) -> None:
    """A redelivery asks for nothing new: 200, as before. Another body under its id is refused, as before."""
    delivered = {"webhook-id": "msg_1"}
    created = (await house.call(headers=delivered)).json()
    await house.ask("POST", f"/v1/callouts/{created['id']}/cancel")
    again = await house.call(headers=delivered)
    assert (again.status_code, again.json()) == (200, {**created, "status": "cancelled"})
    detail = problem(await house.call({**CALL, "children": 2}, headers=delivered), 409)["detail"]
    assert "another body" in detail


@pytest.mark.both_databases
async def test_a_key_that_comes_again_while_its_callout_ends(house: House) -> None:
    """Whoever is answered 200 is being paged for, as of that moment; nothing is opened a second time."""
    keyed = {"Idempotency-Key": "a-1"}
    path = f"/v1/callouts/{(await house.call(headers=keyed)).json()['id']}/cancel"
    *answers, ended = await asyncio.gather(*(house.call(headers=keyed) for _ in range(6)), house.ask("POST", path))
    assert ended.status_code == 200
    told = {(answer.status_code, answer.json()["status"]) for answer in answers}
    assert told <= {(200, "paging"), (409, 409)}
    problem(await house.call(headers=keyed), 409)
    assert len(await house.rows(t.callout)) == 1


async def test_the_webhook_id_goes_before_the_idempotency_key(house: House) -> None:
    """`webhook-id` is the key when a request has both."""
    first = await house.call(headers={"webhook-id": "msg_1", "Idempotency-Key": "a-1"})
    assert (await house.call(headers={"Idempotency-Key": "msg_1"})).json() == first.json()
    assert (await house.call(headers={"Idempotency-Key": "a-1"})).status_code == 201


async def test_a_key_is_one_agency_s_own(house: House) -> None:
    """Two agencies may use the same key, and two requests without a key are two call-outs."""
    keyed = {"Idempotency-Key": "a-1"}
    answers = [await house.call(headers=keyed), await house.call(headers=keyed, key=house.lapd)]
    answers += [await house.call(), await house.call()]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 4


@pytest.mark.parametrize("header", ["Idempotency-Key", "webhook-id"])
async def test_a_key_of_any_length_is_a_key(house: House, header: str) -> None:
    """A long one refuses no call-out: it was 422 for a detail. It is known again, also from one that begins alike; what
    is kept of it is short."""
    long, other = "k" * 5000, "k" * 4999 + "j"
    first = await house.call(headers={header: long})
    again = await house.call(headers={header: long})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert (await house.call(headers={header: other})).status_code == 201
    detail = problem(await house.call({**CALL, "children": 2}, headers={header: long}), 409)["detail"]
    assert len(detail) < 500
    assert all(len(row["key"]) <= 200 for row in await house.rows(t.idempotency))


@pytest.mark.both_databases
async def test_two_at_once_with_one_key_open_one_callout(house: House) -> None:
    """Of requests that arrive together under one key, one opens a call-out and the others get that one."""
    answers = await asyncio.gather(*(house.call(headers={"Idempotency-Key": "a-1"}) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await house.rows(t.callout)) == 1
    assert len(await house.rows(t.page, purpose="page", channel="sms", step=1, due_at=NOW)) == 1


@pytest.mark.both_databases
@pytest.mark.slow
async def test_a_storm_is_taken_whole(house: House) -> None:
    """Three hundred call-outs at once all open, though there are few spoken codes and many draw the same one."""
    answers = await asyncio.gather(*(house.call() for _ in range(300)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["code"] for answer in answers}) == 300
