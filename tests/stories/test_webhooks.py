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

from dispatch.actions.delivery.send_pages import claim_pages
from dispatch.actions.roster.edit_roster import new_key, revoke_key
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.roster import Agency, AgencyKind
from dispatch.store.access.keys import all_keys, signing_secrets
from tests.stories.story import DCFS, OFFICER, ROSTER, t, tell
from tests.twilio_simulator.application import Application, serving


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
        await story.town.service.runner.act(new_key, OPERATOR, Source.CLI, agency="DCFS")
        await story.town.service.runner.act(
            new_key, OPERATOR, Source.CLI, agency="LBPD"
        )  # a second one: two signatures
        callout = await story.paging(meeting_place={"address": "Station 4"}, children=2)
        await story.says("ana", "omw 25", minutes=20)
        await story.says("ana", "here")
        story.forget("ana", OFFICER)

        # "omw" both takes it and leaves: two changes at one moment, which may arrive in either order.
        events = {event["type"]: event for event in (json.loads(hook.body) for hook in receiver.at("/lbpd"))}
        steps = {"callout.opened", "callout.acknowledged", "callout.en_route", "callout.on_scene"}
        assert set(events) == steps
        assert len(receiver.at("/lbpd")) == 4
        assert events["callout.opened"]["data"]["status"] == "paging"
        assert events["callout.acknowledged"]["data"]["specialist"] == "Ana"
        assert events["callout.on_scene"]["data"]["status"] == "on_scene"
        assert "Station 4" not in receiver.at("/lbpd")[0].body
        for agency in (lbpd, dcfs):
            path = f"/{agency.code.lower()}"
            secrets = await story.town.service.database.read(partial(_secrets, agency))
            for hook in receiver.at(path):
                _hold(secrets, hook.headers, hook.body)
        notices = [json.loads(hook.body) for hook in receiver.at("/dcfs")]
        assert all(set(notice) == {"type", "timestamp", "data"} for notice in (*notices, *events.values()))
        moments = [told["timestamp"] for told in (*notices, *events.values())]
        assert all(moment.endswith("Z") for moment in moments), "as in `data`: one body, one way to write a moment"
        assert {notice["data"]["code"] for notice in notices} == {callout["code"]}
        for hook in (*receiver.at("/lbpd"), *receiver.at("/dcfs")):
            assert hook.headers["user-agent"].startswith("dispatch/")
        assert len(receiver.at("/dcfs")) == 2


def _secrets(agency: Agency, tx: Connection) -> list[str]:
    return signing_secrets(tx, agency.webhook_url or "", agency.code)


async def test_two_agencies_at_one_url_have_a_signature_each(database_url: str, receiver: Application) -> None:
    """A gateway takes the webhooks of two partners and of an agency: no post is signed with the secret of another, or
    with one whose key was revoked."""
    url = f"{receiver.url}/gateway"
    prob = Agency("PROB", "Probation", AgencyKind.PARTNER, webhook_url=url)
    dcfs = replace(ROSTER.agencies[2], notice_phone=None, webhook_url=url)
    lbpd = replace(ROSTER.agencies[0], webhook_url=url)
    async with tell(database_url, replace(ROSTER, agencies=(lbpd, ROSTER.agencies[1], dcfs, prob))) as story:
        for partner in ("DCFS", "PROB"):
            await story.town.service.runner.act(new_key, OPERATOR, Source.CLI, agency=partner)
        await story.paging()
        story.forget("ana")
        signed: list[str] = []
        for hook in receiver.at("/gateway"):
            for agency in (lbpd, dcfs, prob):
                secrets = await story.town.service.database.read(partial(_secrets, agency))
                assert len(secrets) == 1
                if _signatures(secrets, hook.headers, hook.body) == hook.headers["webhook-signature"].split(" "):
                    signed.append(agency.code)
        assert sorted(signed) == ["DCFS", "LBPD", "PROB"]
        assert len(receiver.at("/gateway")) == 3
        # A page that does not say whose it is: nobody's secret is guessed.
        database = story.town.service.database
        assert await database.read(lambda tx: signing_secrets(tx, url, None)) == []
        assert await database.read(lambda tx: signing_secrets(tx, f"{url}/old", "DCFS")) == []
        [key] = [key for key in await database.read(all_keys) if key.agency == "DCFS"]
        await story.town.service.runner.act(revoke_key, key.id, OPERATOR, Source.CLI)
        assert await database.read(partial(_secrets, dcfs)) == []


async def test_an_agency_hears_that_nobody_has_answered(database_url: str, receiver: Application) -> None:
    """Whenever the officer hears it, its program does as well."""
    lbpd = replace(ROSTER.agencies[0], webhook_url=f"{receiver.url}/lbpd")
    async with tell(database_url, replace(ROSTER, agencies=(lbpd, *ROSTER.agencies[1:]))) as story:
        await story.call_out()
        await story.passes(minutes=17)
        told = [json.loads(hook.body)["type"] for hook in receiver.at("/lbpd")]
        assert told == ["callout.opened", "callout.unanswered", "callout.unanswered"]
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


def _hold(secrets: list[str], headers: dict[str, str], body: str) -> None:
    """Every signature is right; its age is judged by the wall clock, which a story does not run on."""
    signatures = _signatures(secrets, headers, body)
    assert signatures
    assert headers["webhook-signature"].split(" ") == signatures


def _signatures(secrets: list[str], headers: dict[str, str], body: str) -> list[str]:
    sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    return [Webhook(secret).sign(headers["webhook-id"], sent, body) for secret in secrets]


async def test_an_agency_that_is_away_is_tried_again(database_url: str, receiver: Application) -> None:
    """A webhook that fails is posted again later with the same id, and holds up nothing."""
    receiver.answers["/lbpd"] = 503
    lbpd = replace(ROSTER.agencies[0], webhook_url=f"{receiver.url}/lbpd")
    async with tell(database_url, replace(ROSTER, agencies=(lbpd, *ROSTER.agencies[1:]))) as story:
        await story.paging()
        await story.says("ana", "1 25")
        story.forget("ana", OFFICER, DCFS)
        first = receiver.at("/lbpd")
        assert [json.loads(hook.body)["type"] for hook in first] == ["callout.opened", "callout.acknowledged"]
        receiver.answers["/lbpd"] = 204
        await story.passes(minutes=2)
        assert len(receiver.at("/lbpd")) == 4
        assert {hook.headers["webhook-id"] for hook in receiver.at("/lbpd")} == {
            hook.headers["webhook-id"] for hook in first
        }
        states = {row["state"] for row in await story.rows(t.page) if row["purpose"] == "agency"}
        assert states == {"done"}


async def test_what_waits_goes_to_the_address_that_an_agency_has_by_then(
    database_url: str, receiver: Application
) -> None:
    """The old one took nothing, so somebody corrects it. Once the agency takes no webhooks, nothing says that a key is
    missing."""
    receiver.answers["/old"] = 404
    lbpd = replace(ROSTER.agencies[0], webhook_url=f"{receiver.url}/old")
    roster = replace(ROSTER, agencies=(lbpd, *ROSTER.agencies[1:]))
    async with tell(database_url, roster) as story:
        act = story.town.service.runner.act
        await story.paging()
        corrected = replace(lbpd, webhook_url=f"{receiver.url}/new")
        await act(import_roster, replace(roster, agencies=(corrected, *roster.agencies[1:])), OPERATOR, Source.CLI)
        await story.passes(seconds=10)
        (refused,), (taken,) = receiver.at("/old"), receiver.at("/new")
        assert (taken.headers["webhook-id"], taken.body) == (refused.headers["webhook-id"], refused.body)
        _hold(await story.town.service.database.read(partial(_secrets, corrected)), taken.headers, taken.body)
        receiver.answers["/new"] = 404
        await story.says("ana", "1 25")
        without = replace(lbpd, webhook_url=None)
        await act(import_roster, replace(roster, agencies=(without, *roster.agencies[1:])), OPERATOR, Source.CLI)
        await story.passes(minutes=1)
        (last,) = [row for row in await story.rows(t.page) if row["purpose"] == "agency" and row["state"] == "failed"]
        assert last["failure"] == "the agency takes no webhooks any more"
        story.forget("ana", OFFICER, DCFS)


@pytest.mark.slow
async def test_an_agency_that_hangs_holds_up_no_page(database_url: str, receiver: Application) -> None:
    """While a partner's program takes every webhook and answers none, the pages of a storm go out all the same."""
    receiver.slow = 60.0
    dcfs = replace(ROSTER.agencies[2], notice_phone=None, webhook_url=f"{receiver.url}/dcfs")
    async with tell(database_url, replace(ROSTER, agencies=(*ROSTER.agencies[:2], dcfs))) as story:
        service = story.town.service
        service._webhooks._timeout = 120.0  # none is given up on before every page is out
        await service.runner.act(new_key, OPERATOR, Source.CLI, agency="DCFS")
        for number in range(110):  # more than may be under way at once
            officer = {"callback_phone": f"+1562555{1000 + number}"}
            await story.request("POST", "/v1/callouts", json={"officer": officer})
        async with asyncio.timeout(50):
            while sum(row["purpose"] == "page" and row["sid"] is not None for row in await story.rows(t.page)) < 110:
                claimed = await service.runner.act(claim_pages, service.sender.capacity, service.node.id)
                service.sender.start(claimed.pages)
                await asyncio.sleep(0.02)
        await service.sender.drop()
        receiver.slow = 0.0
        await story.town.settle()
        await story.passes(seconds=1)
        story.forget("ana")
