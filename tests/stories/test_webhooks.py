"""Stories about programs that are told of changes: agencies and partners, by signed webhooks."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy.engine import Connection
from standardwebhooks.webhooks import Webhook

from dispatch.actions.edit_roster import new_key
from dispatch.actions.send_pages import claim_pages
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.store.keys import signing_secrets
from tests.simulation.application import Application, serving
from tests.stories.story import DCFS, OFFICER, ROSTER, t, tell


@pytest.fixture
async def receiver() -> AsyncIterator[Application]:
    """An agency's program that takes webhooks."""
    application = Application()
    async with serving(application):
        yield application


async def test_every_change_reaches_the_agency(database_url: str, receiver: Application) -> None:
    """An agency that registered a URL gets every change of its call-outs, signed; a partner gets its notices; and
    neither gets more than it may see."""
    lbpd = replace(ROSTER.agencies[0], webhook_url=f"{receiver.url}/lbpd")
    dcfs = replace(ROSTER.agencies[2], notice_phone=None, webhook_url=f"{receiver.url}/dcfs")
    roster = replace(ROSTER, agencies=(lbpd, ROSTER.agencies[1], dcfs))
    async with tell(database_url, roster) as story:
        await story.town.service.office.act(new_key, OPERATOR, Source.CLI, agency="DCFS")
        await story.town.service.office.act(
            new_key, OPERATOR, Source.CLI, agency="LBPD"
        )  # a second one: two signatures
        callout = await story.call_out(meeting_place={"address": "Station 4"}, children=2)
        await story.passes(seconds=2)
        await story.replies("ana", "omw 25")
        await story.passes(minutes=20)
        await story.replies("ana", "here")
        await story.passes(seconds=2)
        story.forget("ana", OFFICER)

        # "omw" both takes it and leaves: two changes at one moment, which may arrive in either order.
        events = {event["type"]: event for event in (json.loads(hook.body) for hook in receiver.at("/lbpd"))}
        assert set(events) == {"callout.acknowledged", "callout.en_route", "callout.on_scene"}
        assert len(receiver.at("/lbpd")) == 3
        assert events["callout.acknowledged"]["data"]["specialist"] == "Ana"
        assert events["callout.on_scene"]["data"]["status"] == "on_scene"
        assert "Station 4" not in receiver.at("/lbpd")[0].body
        for path, url in (("/lbpd", lbpd.webhook_url), ("/dcfs", dcfs.webhook_url)):
            secrets = await story.town.service.database.read(partial(_secrets, url or ""))
            for hook in receiver.at(path):
                _hold(secrets, hook.headers, hook.body)
        assert all(callout["code"] in hook.body for hook in receiver.at("/dcfs"))
        assert len(receiver.at("/dcfs")) == 2


def _secrets(url: str, tx: Connection) -> list[str]:
    return signing_secrets(tx, url)


def _hold(secrets: list[str], headers: dict[str, str], body: str) -> None:
    """Every signature is right; its age is judged by the wall clock, which a story does not run on."""
    sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    signatures = [Webhook(secret).sign(headers["webhook-id"], sent, body) for secret in secrets]
    assert signatures
    assert headers["webhook-signature"].split(" ") == signatures


async def test_an_agency_that_is_away_is_tried_again(database_url: str, receiver: Application) -> None:
    """A webhook that fails is posted again later with the same id, and holds up nothing."""
    receiver.answers["/lbpd"] = 503
    lbpd = replace(ROSTER.agencies[0], webhook_url=f"{receiver.url}/lbpd")
    async with tell(database_url, replace(ROSTER, agencies=(lbpd, *ROSTER.agencies[1:]))) as story:
        await story.call_out()
        await story.passes(seconds=2)
        await story.replies("ana", "1 25")
        await story.passes(seconds=2)
        story.forget("ana", OFFICER, DCFS)
        first = receiver.at("/lbpd")
        assert len(first) == 1
        receiver.answers["/lbpd"] = 204
        await story.passes(minutes=2)
        assert len(receiver.at("/lbpd")) == 2
        assert {hook.headers["webhook-id"] for hook in receiver.at("/lbpd")} == {first[0].headers["webhook-id"]}
        states = {row["state"] for row in await story.rows(t.page) if row["purpose"] == "agency"}
        assert states == {"done"}


async def test_an_agency_that_hangs_holds_up_no_page(database_url: str, receiver: Application) -> None:
    """While a partner's program takes every webhook and answers none, the pages of a storm go out all the same."""
    receiver.slow = 60.0
    dcfs = replace(ROSTER.agencies[2], notice_phone=None, webhook_url=f"{receiver.url}/dcfs")
    async with tell(database_url, replace(ROSTER, agencies=(*ROSTER.agencies[:2], dcfs))) as story:
        service = story.town.service
        await service.office.act(new_key, OPERATOR, Source.CLI, agency="DCFS")
        for number in range(110):  # more than may be under way at once
            officer = {"callback_phone": f"+1562555{1000 + number}"}
            await story.request("POST", "/v1/callouts", json={"officer": officer})
        async with asyncio.timeout(9):  # before the first webhook is given up on
            while sum(row["purpose"] == "page" and row["sid"] is not None for row in await story.rows(t.page)) < 110:
                service.sender.start(await service.office.act(claim_pages, service.sender.room, service.node.id))
                await asyncio.sleep(0.02)
        await service.sender.drop()
        receiver.slow = 0.0
        await story.town.settle()
        await story.passes(seconds=1)
        story.forget("ana")
