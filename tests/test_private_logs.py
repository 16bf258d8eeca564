"""Not everybody who reads logs may know everything: no number, meeting place, text, link or key is ever in them."""

import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import structlog

from demo.town import AUTH_TOKEN
from dispatch import logs
from dispatch.actions.alarms.keep_watch import alarm_when_late
from dispatch.inbound import all_doors
from dispatch.inbound.proof import link_paths
from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.roster.roster import definition_of
from tests.stories.story import DCFS, NIGHT, OFFICER, ROSTER, tell
from twilio_simulator import LoseAnswer, Refuse, RefuseConnection, ServerError, TooManyRequests

PLACE = "1600 Hidden Harbor Way"
POLICY = definition_of(ROSTER.policies[0])

pytestmark = pytest.mark.usefixtures("own_logging")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(params=[io.StringIO, Terminal], ids=["for programs", "for people"])
def heard(request: pytest.FixtureRequest) -> io.StringIO:
    """Where everything is logged, from DEBUG on, in each of the two formats."""
    stream: io.StringIO = request.param()
    logs.configure("DEBUG", stream)
    return stream


@pytest.mark.slow
async def test_logs_of_a_whole_night(database_url: str, heard: io.StringIO) -> None:
    """Through call, pages, answers, trouble with the carrier and with us, no log holds anything private."""
    texts = ["help me find the pier", "where is my partner"]
    async with tell(database_url) as story:
        place = {"address": PLACE, "note": "behind the blue door", "lat": 33.77012345, "lon": -118.1937}
        officer = {"callback_phone": OFFICER, "name": "Jo Doe", "badge": "B-77-41"}
        for fault in (ServerError(503), TooManyRequests(), LoseAnswer(), RefuseConnection(), Refuse(21606)):
            story.town.carrier.faults.add(fault, only="message", number=story.phone("ana").number)
        story.town.carrier.faults.add(RefuseConnection(), on="read", times=3)
        await story.call_out(officer=officer, meeting_place=place, reference="DR-2026-99")
        wrong = {"officer": officer, "meeting_place": PLACE}
        await story.request("POST", "/v1/callouts", json=wrong, headers={"Prefer": "handling=strict"})
        async with httpx.AsyncClient(base_url=story.town.url, timeout=60) as client:
            await client.get("/v1/callouts", headers={"Authorization": "Bearer agency_wrong-key"})
            await client.post("/twilio/sms", data={"From": OFFICER, "Body": texts[0]})
        await story.passes(minutes=6)
        await story.replies("ana", texts[0])
        await story.replies(OFFICER, texts[1])
        await story.says("ben", "1 25", seconds=30)
        link = next(text.body for text in story.phone("ben").texts if "/r/" in text.body)
        token = link.partition("/r/")[2].split()[0]
        async with httpx.AsyncClient(timeout=60) as client:
            shown = await client.get(f"{story.town.url}/r/{token}")
            assert PLACE in shown.text
            await client.get(f"{story.town.url}/r/{token[:-2]}zz")
        not_fitting = {"unit": [PLACE], "age_band": PLACE, PLACE: 1}
        await story.request("PATCH", f"/v1/callouts/{(await story.rows(t.callout))[0]['id']}", json=not_fitting)
        # A bug of ours in one call-out, and work that is late.
        await story.town.service.database.write(
            lambda tx: tx.execute(t.callout.update().values(policy={"name": PLACE}))
        )
        await story.passes(minutes=30)
        await story.town.service.database.write(lambda tx: tx.execute(t.callout.update().values(policy=POLICY)))
        # Coordinators were rung meanwhile, and what became of those calls could not be heard with that bug.
        assert {error.code for error in story.town.carrier.errors} <= {11200}
        story.town.carrier.errors.clear()
        story.town.clock.moment += timedelta(minutes=5)
        await story.town.service.runner.act(alarm_when_late)
        await story.says("ben", "HERE", seconds=30)
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
        keys = [*story.town.agency_keys.values(), story.town.coordinator_key, AUTH_TOKEN]
        secrets = [row["webhook_secret"] for row in await story.rows(t.api_key) if row["webhook_secret"]]
    said = heard.getvalue()
    for event in ("left out", "deadline failed", "work is late", "carrier unreachable"):
        assert event in said
    private = [*texts, *keys, *secrets, token, PLACE, place["note"], "Jo Doe", "B-77-41", "DR-2026-99", "wrong-key"]
    private += ["33.77012345", OFFICER[2:], DCFS[2:], *(person.phone[2:] for person in story.town.roster.people)]
    assert not [secret for secret in private if str(secret) in said]


@pytest.mark.parametrize(
    "wrong",
    [
        {"received_at": None},  # PostgreSQL shows the whole row
        {"children": PLACE},  # asyncpg shows the value
        {"place_note": f"{PLACE}\ud800"},  # Python shows the whole text
    ],
    ids=["a rule broken", "a wrong type", "half a character"],
)
async def test_logs_of_a_row_that_is_refused(database_url: str, heard: io.StringIO, wrong: dict[str, Any]) -> None:
    """A database that refuses a row quotes it; the log says what was wrong, but not what was in the row."""
    log = structlog.get_logger("dispatch.test")
    row = {"id": "c", "code": "K7Q", "agency": "LBPD", "status": "paging", "open": True, "policy": {}, "step": 1}
    row |= {"missed": False, "officer_phone": OFFICER, "place_address": PLACE, "place_note": f"the door\n\n{PLACE}"}
    row |= {"received_at": NIGHT, "respond_by": NIGHT} | wrong
    database = Database(database_url)
    await database.open()
    try:
        await database.write(lambda tx: tx.execute(sa.insert(t.callout), row).close())
        log.info("SQLite takes any type")
    except Exception as error:
        log.error("refused", error=repr(error))
        log.exception("with its traceback")
    await database.close()
    said = heard.getvalue()
    assert said
    assert "Hidden Harbor" not in said
    assert OFFICER[2:] not in said


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"GET https://dispatch.example{before}abcdefghjkmnpqrstuvwxyz{behind} failed"
            for before, behind in sorted(link_paths(all_doors._routes("twilio")))
        ),
        "Bearer agency_abcdefghjkmnpqrstuvwxyz-_0123456789",
        "coordinator_abcdefghjkmnpqrstuvwxyz",
        "whsec_abcdefghjkmnpqrstuvwxyz+/==",
        "[type=int_parsing, input_value='abcdefghjkmnpqrstuvwxyz', input_type=str]",
    ],
)
def test_links_and_keys_are_hidden(text: str, heard: io.StringIO) -> None:
    """Should the text of an error ever hold a link or a key that works, the log does not show it."""
    structlog.get_logger("dispatch.test").error("failed", error=text, errors=[{text: text}])
    assert "(hidden)" in heard.getvalue()
    assert "abcdef" not in heard.getvalue()
