"""Refused call-outs leave a trace: a line in the log, a count by agency and reason, a text where it goes on and on."""

import asyncio
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from dispatch import logs as our_logs
from dispatch.actions.roster.edit_roster import revoke_key
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.store import tables as t
from tests.inbound.house import CALL, NOW, PUBLIC_URL, House, problem, signature_headers

BODY = json.dumps(CALL).encode()


class Panic(BaseException):
    """What a library that is written in Rust raises when it breaks: no Exception."""


async def _texts(house: House) -> list[dict[str, Any]]:
    """What one of the coordinators was sent of it."""
    return [page for page in await house.rows(t.page, purpose="alarm", person="cora") if "refused" in page["text"]]


async def _counted(house: House) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for metric in house.service.metrics._registry.collect():
        for sample in metric.samples:
            if sample.name == "dispatch_callouts_refused_total":
                found[sample.labels["agency"], sample.labels["reason"]] = sample.value
    return found


async def test_a_key_was_changed_and_police_call(house: House) -> None:
    """The third refusal within ten minutes texts coordinators, by name, and rings nobody; the next text comes in an
    hour, however often it goes on."""
    await house.service.runner.act(revoke_key, house.lbpd.id, OPERATOR, Source.CLI)
    house.clock.pass_minutes(1)
    with capture_logs() as logs:
        for expected in (0, 0, 1, 1, 1):
            assert (await house.call()).status_code == 401
            told = await _texts(house)
            assert len(told) == expected
    assert [log for log in logs if log["event"] == "call-out refused"] == [
        {"event": "call-out refused", "agency": "LBPD", "why": "revoked_key", "log_level": "warning"}
    ] * 5
    assert await _counted(house) == {("LBPD", "revoked_key"): 5.0}
    (text,) = told
    assert (text["channel"], "LBPD calls again and again (revoked key)" in text["text"]) == ("sms", True)
    house.clock.pass_minutes(61)
    for _ in range(3):
        await house.call()
    assert len(await _texts(house)) == 2


async def test_an_agency_whose_program_sends_what_is_no_call_out(house: House) -> None:
    """It is known by its key, and its officers call in vain."""
    for _ in range(3):
        assert (await house.call({"officer": {"callback_phone": "911"}})).status_code == 422
    assert [text["channel"] for text in await _texts(house)] == ["sms"]
    assert await _counted(house) == {("LBPD", "body"): 3.0}
    await house.opened()


async def _signed(house: House, agency: str, secret: str, *, minutes: float = 0) -> int:
    headers = signature_headers(secret, BODY, at=house.clock() + timedelta(minutes=minutes), webhook_id="msg_9")
    headers["Content-Type"] = "application/json"
    return (await house.web.post(f"/v1/callouts?agency={agency}", content=BODY, headers=headers)).status_code


async def test_an_old_secret_and_a_clock_that_is_off_are_known(house: House) -> None:
    secret = house.lbpd.webhook_secret or ""
    assert await _signed(house, "LBPD", secret, minutes=-6) == 401
    await house.service.runner.act(revoke_key, house.lbpd.id, OPERATOR, Source.CLI)
    assert await _signed(house, "LBPD", secret) == 401
    assert await _signed(house, "LBPD", secret) == 401
    assert await _counted(house) == {("LBPD", "clock"): 1.0, ("LBPD", "revoked_key"): 2.0}
    (text,) = await _texts(house)
    assert ": LBPD calls" in text["text"]


async def test_a_stranger_rings_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """False signatures in the names of all agencies are one text an hour together, and those of nobody none. Whoever
    floods us with them fills no log, and no page is a call."""
    monkeypatch.setattr("dispatch.inbound.http.refusals.STRANGERS_LINE_SECONDS", 3600.0)
    before = {name: len(rows) for name, rows in (await house.everything()).items()}
    with capture_logs() as logs:
        for number in range(60):
            agency = ("LBPD", "LAPD", "NOPE")[number % 3]
            assert await _signed(house, agency, "whsec_" + "A" * 43 + "=") == 401
            bearer = {"Authorization": f"Bearer agency_{number}", "Content-Type": "application/json"}
            assert (await house.web.post("/v1/callouts", content=BODY, headers=bearer)).status_code == 401
    lines = [log for log in logs if log["event"] == "call-out refused"]
    assert len(lines) == 1
    assert {page["channel"] for page in await _texts(house)} == {"sms"}
    (text,) = await _texts(house)
    assert "somebody who says they are" in text["text"]
    counted = await _counted(house)
    assert set(counted) == {
        ("LBPD", "false_signature"),
        ("LAPD", "false_signature"),
        ("unknown", "false_signature"),
        ("unknown", "unknown_key"),
    }
    assert sum(counted.values()) == 120
    after = {name: len(rows) for name, rows in (await house.everything()).items()}
    grown = {name: after[name] - count for name, count in before.items() if after[name] != count}
    assert set(grown) <= {"page", "alarm", "link", "calendar"}, grown
    assert all(count <= 2 for count in grown.values()), grown  # there are two coordinators
    with capture_logs() as logs:
        house.service.web.state.refusals.close()
    assert [log["times"] for log in logs if log["event"] == "call-out refused"] == [119]


async def test_each_false_signature_is_in_the_log_in_the_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came after a line is said in the next, a while later, although nobody comes any more."""
    monkeypatch.setattr("dispatch.inbound.http.refusals.STRANGERS_LINE_SECONDS", 0.2)
    with capture_logs() as logs:
        for _ in range(3):
            assert await _signed(house, "LBPD", "whsec_" + "A" * 43 + "=") == 401
        async with asyncio.timeout(60):
            while sum(log["times"] for log in logs if log["event"] == "call-out refused") < 3:  # noqa: ASYNC110  # the line comes by itself
                await asyncio.sleep(0.02)
    lines = [log for log in logs if log["event"] == "call-out refused"]
    assert {(line["says_it_is"], line["why"]) for line in lines} == {("LBPD", "false_signature")}


async def test_a_node_that_stops_says_the_rest(house: House) -> None:
    """Nothing waits any more then, and nothing is left unsaid."""
    with capture_logs() as logs:
        for _ in range(3):
            assert await _signed(house, "LBPD", "whsec_" + "A" * 43 + "=") == 401
        await house.service._entrance.close()
        await house.service._entrance.close()
    assert [log["times"] for log in logs if log["event"] == "call-out refused"] == [1, 2]


@pytest.mark.usefixtures("own_logging")
@pytest.mark.parametrize("mistake", [AttributeError, Panic])
async def test_our_own_mistake_leaves_a_sender_their_answer(
    house: House, monkeypatch: pytest.MonkeyPatch, mistake: type[BaseException]
) -> None:
    """It is logged. What is told is tried again, and not for each of a stranger's requests."""

    def planted(*_: Any) -> None:
        raise mistake("planted")

    await house.service.runner.act(revoke_key, house.lbpd.id, OPERATOR, Source.CLI)
    house.clock.pass_minutes(1)
    our_logs.configure(stream=(said := io.StringIO()))
    with monkeypatch.context() as plant:
        plant.setattr("dispatch.actions.alarms.tell_of_refusals.refusals.warn", planted)
        for _ in range(6):
            assert (await house.call()).status_code == 401
    assert said.getvalue().count("refusal not noted") == 1
    assert await _texts(house) == []
    house.clock.pass_minutes(1)
    assert (await house.call()).status_code == 401
    assert len(await _texts(house)) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/callouts/", 404),
        ("PUT", "/v1/callouts", 405),
        ("PUT", "/v1/callouts/", 404),
        ("POST", "/v1/callout", 404),
        ("POST", "/callouts", 405),
        ("POST", "/", 405),
    ],
)
async def test_a_call_out_at_the_wrong_address(house: House, method: str, path: str, status: int) -> None:
    """An agency that is known by its key or its signature reads where to send it, and leaves a trace as whoever is
    refused; the third time coordinators hear of it."""
    secret = house.lbpd.webhook_secret or ""
    with capture_logs() as logs:
        for _ in range(2):
            answer = await house.ask(method, path, CALL)
            assert f"POST {PUBLIC_URL}/v1/callouts" in problem(answer, status)["detail"]
        headers = signature_headers(secret, BODY, at=NOW)
        assert (
            await house.web.request(method, f"{path}?agency=LBPD", content=BODY, headers=headers)
        ).status_code == status
    assert await _counted(house) == {("LBPD", "wrong_address"): 3.0}
    assert [log["why"] for log in logs if log["event"] == "call-out refused"] == ["wrong_address"] * 3
    (text,) = await _texts(house)
    assert "LBPD calls again and again (wrong address)" in text["text"]
    assert not await house.rows(t.callout)


async def test_what_is_no_call_out_at_a_wrong_address(house: House) -> None:
    """A look, a stranger, a coordinator's program and what is about one call-out refuse nobody a specialist."""
    opened = await house.opened()
    for _ in range(3):
        assert (await house.ask("GET", "/v1/callouts/")).status_code == 404
        assert (await house.ask("PUT", f"/v1/callouts/{opened['id']}", CALL)).status_code == 405
        assert (await house.ask("POST", f"/v1/callouts/{opened['id']}/reopen", CALL)).status_code == 404
        assert (await house.ask("POST", "/v1/callouts/", CALL, key=house.coordinator)).status_code == 404
        unknown = {"Authorization": "Bearer agency_unknown"}
        answer = await house.web.post("/v1/callouts/", content=BODY, headers=unknown)
        assert "/docs" in problem(answer, 404)["detail"]
    assert await _counted(house) == {}


async def test_other_doors_leave_no_trace_of_refused_call_outs(house: House) -> None:
    """What is refused there is no call-out that nobody hears of."""
    for _ in range(4):
        assert (await house.web.get("/v1/callouts")).status_code == 401
        assert (await house.ask("GET", "/v1/callouts?limit=0")).status_code == 422
    assert await _counted(house) == {}
    assert not await _texts(house)
    assert house.clock() == NOW
