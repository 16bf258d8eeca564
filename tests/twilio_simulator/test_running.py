"""The clock, the background task, and the carrier as a program."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.twilio_simulator.application import ACCOUNT, ANA, SERVICE, TOKEN, Application, Clock, Scene, serving
from twilio_simulator import Behaviour, SimulatedCarrier
from twilio_simulator.agenda import Agenda

MIDNIGHT = datetime(2026, 3, 8, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans())))
def test_the_agenda_keeps_time_and_order(entries: list[tuple[int, bool]]) -> None:
    """Entries come by due time, then in the order in which they were added, without the cancelled ones."""
    agenda = Agenda()
    expected = []
    for place, (seconds, called_off) in enumerate(entries):
        entry = agenda.put(MIDNIGHT + timedelta(seconds=seconds), str(place), lambda at: None)
        if called_off:
            entry.call_off()
        else:
            expected.append((seconds, place))
    taken = []
    while (due := agenda.next_due()) is not None:
        assert agenda.take_due(due - timedelta(microseconds=1)) is None
        next_one = agenda.take_due(due)
        assert next_one is not None
        taken.append(((next_one.due - MIDNIGHT).seconds, int(next_one.subject)))
    assert taken == sorted(expected)


def test_the_agenda_takes_aware_moments_only() -> None:
    """A naive datetime is refused."""
    with pytest.raises(ValueError, match="aware"):
        Agenda().put(datetime(2026, 3, 8), "x", lambda at: None)  # noqa: DTZ001  # this is the mistake


async def test_next_due_and_run_due(scene: Scene) -> None:
    """`next_due` names the next thing to happen, and `run_due` does what is due and no more."""
    assert scene.carrier.next_due() is None
    assert await scene.carrier.run_due() == 0
    await scene.text()
    assert scene.carrier.next_due() == scene.moment + timedelta(seconds=0.2)
    assert await scene.carrier.run_due() == 0
    scene.moment += timedelta(seconds=0.2)
    assert await scene.carrier.run_due() == 2  # the text was sent, and the callback said so
    assert scene.carrier.next_due() == scene.moment + timedelta(seconds=0.8)


async def test_everything_that_changes_is_told(scene: Scene) -> None:
    """`on_change` is called when a text arrives and when a phone changes its behaviour."""
    changes = []
    scene.carrier.on_change.append(lambda: changes.append(len(scene.carrier.phone(ANA).texts)))
    scene.carrier.phone(ANA).behaviour = Behaviour.BUSY
    assert changes == [0]
    await scene.text()
    await scene.pass_time(2)
    assert changes[-1] == 1


async def test_the_background_task_keeps_time_and_survives_errors() -> None:
    """At 100 times the speed a page rings, is answered and ends within moments; one failing item stops nothing."""
    began, wall = MIDNIGHT, time.monotonic()
    application = Application()
    application.answers["/voice"] = "<Response><Say>Hello there, this is a test.</Say></Response>"
    async with serving(application):
        carrier = SimulatedCarrier(
            ACCOUNT, TOKEN, now=lambda: began + timedelta(seconds=(time.monotonic() - wall) * 100), speed=100
        )
        async with carrier:
            await carrier.run_in_background()

            def fail(at: datetime) -> None:
                raise RuntimeError("on purpose")

            async def fail_later(at: datetime) -> None:
                raise RuntimeError("on purpose")

            carrier._agenda.put(carrier.now(), "x", fail)
            carrier._agenda.put(carrier.now(), "x", fail_later)
            carrier.number(SERVICE, sms_url=application.url + "/sms")
            ana = carrier.phone(ANA)
            ana.behave(Behaviour.ANSWERS, after=3)
            async with httpx.AsyncClient(auth=(ACCOUNT, TOKEN), base_url=carrier.url) as client:
                await client.post(
                    f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json",
                    data={
                        "To": ANA,
                        "From": SERVICE,
                        "Url": application.url + "/voice",
                        "StatusCallback": application.url + "/status",
                        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
                    },
                )
            await Scene(carrier, application, Clock()).until(lambda: len(application.at("/status")) == 4)
            assert application.statuses("/status") == ["initiated", "ringing", "in-progress", "completed"]
            assert ana.calls[-1].heard == ["Hello there, this is a test."]
            await ana.reply("1 25", to=SERVICE)
            assert application.at("/sms")[0].params["Body"] == "1 25"


@pytest.mark.slow
async def test_the_carrier_as_a_program() -> None:
    """`python -m twilio_simulator` serves until it is told to end, and then exits cleanly."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "twilio_simulator", "--port", "0"),
        *("--account-sid", ACCOUNT, "--auth-token", TOKEN, "--phone", f"{ANA}=invalid"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        url = (await process.stdout.readline()).decode().split()[-1]
        async with httpx.AsyncClient(auth=(ACCOUNT, TOKEN), base_url=url) as client:
            answer = await client.post(
                f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", data={"To": ANA, "From": SERVICE, "Body": "x"}
            )
            phones = await client.get("/play/phones")
        assert answer.json()["code"] == 21211
        assert phones.json()[0]["behaviour"] == "invalid"
        process.terminate()
        assert await process.wait() == 0
