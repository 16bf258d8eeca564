"""Watching the service: what `/metrics` says, the dead-man's ping, alerts, dashboard, logs."""

import asyncio
import io
import json
import re
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from demo.town import AUTH_TOKEN, town_settings
from dispatch import logs
from dispatch.actions.alarms.keep_watch import alarm_when_late, overdue
from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.delivery.send_pages import claim_pages
from dispatch.app import VERSION, Service
from dispatch.rules.alarms.watch import LATE
from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.store import tables as t
from dispatch.store.callout import callouts
from dispatch.store.engine.sqlite import sqlite_engine
from dispatch.store.reports import census
from dispatch.worker.ping import PING_SECONDS, Ping
from tests.outbound.edge import LOCAL_HOSTS
from tests.stories.story import DCFS, NIGHT, OFFICER, OTHER, Story, tell
from twilio_simulator import Refuse, ServerError, TooManyRequests
from twilio_simulator.faults import RequestEffect

ROOT = Path(__file__).parents[1]
PLACE = "1600 Hidden Harbor Way"
_FAILURES = ("refused", "try_again", "unknown", "operator_fault")

pytestmark = pytest.mark.usefixtures("own_logging")


@pytest.fixture
def logged() -> Callable[[], str]:
    """What has been logged so far, as programs read it."""
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    return stream.getvalue


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with tell(database_url) as told:
        yield told


class Scrape(dict[str, float]):
    """Samples by their name and labels as Prometheus writes them: `dispatch_due_work{kind="page"}`."""

    text = ""


async def scrape(story: Story) -> Scrape:
    async with httpx.AsyncClient(base_url=story.town.url, timeout=60) as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = Scrape()
    found.text = answer.text
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


# ---- /metrics ------------------------------------------------------------------------------------------------------


async def test_a_quiet_night(story: Story) -> None:
    """With nothing to do everything is there, at zero, and the node counts itself."""
    found = await scrape(story)
    assert found[f'dispatch_build_info{{version="{VERSION}"}}'] == 1
    assert (found["dispatch_database_up"], found["dispatch_nodes_alive"]) == (1, 1)
    for kind in ("page", "deadline"):
        for name in ("due_work", "overdue_work", "oldest_due_age_seconds"):
            assert found[f'dispatch_{name}{{kind="{kind}"}}'] == 0
    assert found['dispatch_open_callouts{status="paging"}'] == 0
    assert found["dispatch_open_callouts_without_next_move"] == 0
    assert found["dispatch_oldest_unanswered_age_seconds"] == 0
    assert found['dispatch_sends_total{channel="sms",outcome="refused"}'] == 0


async def test_a_call_out_from_call_to_arrival(story: Story) -> None:
    """Its status, and how long it waits, are counted as they happen."""
    await story.call_out()
    await story.passes(minutes=4)
    found = await scrape(story)
    assert found['dispatch_open_callouts{status="paging"}'] == 1
    assert found["dispatch_oldest_unanswered_age_seconds"] == 240
    accepted = {
        channel: f'dispatch_sends_total{{channel="{channel}",outcome="accepted"}}' for channel in ("sms", "voice")
    }
    assert (found[accepted["sms"]], found[accepted["voice"]]) == (4, 2)
    assert found['dispatch_page_latency_seconds_count{channel="sms"}'] == 4
    assert found['dispatch_page_latency_seconds_sum{channel="sms"}'] == 0

    await story.says("ana", "OMW 25", minutes=20)
    await story.says("ana", "HERE")
    found = await scrape(story)
    assert found['dispatch_open_callouts{status="on_scene"}'] == 1
    assert found["dispatch_oldest_unanswered_age_seconds"] == 0
    story.forget("ana", OFFICER, DCFS)


@pytest.mark.slow
async def test_nobody_answers(story: Story) -> None:
    """A call-out whose target has passed with nobody there is counted."""
    await story.call_out()
    await story.passes(minutes=61)
    found = await scrape(story)
    assert found["dispatch_open_callouts_past_target"] == 1
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_work_that_nobody_does(story: Story) -> None:
    """Work that is due, how much is overdue, its age, and what is claimed are each shown."""
    opened = await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}})
    assert opened.status_code == 201
    story.town.clock.moment += LATE - timedelta(seconds=1)
    found = await scrape(story)
    assert (found['dispatch_due_work{kind="page"}'], found['dispatch_overdue_work{kind="page"}']) == (3, 0)
    story.town.clock.moment += timedelta(seconds=1)
    found = await scrape(story)
    assert found['dispatch_overdue_work{kind="page"}'] == 2
    assert found['dispatch_oldest_due_age_seconds{kind="page"}'] == LATE.total_seconds()
    assert (found["dispatch_claimed_pages"], found["dispatch_nodes_alive"]) == (0, 0)
    await story.town.service.runner.act(claim_pages)
    found = await scrape(story)
    assert (found['dispatch_due_work{kind="page"}'], found["dispatch_claimed_pages"]) == (0, 3)
    await story.passes(seconds=40)
    story.forget("ana", DCFS)
    await story.says("ana", "1")
    story.forget("ana", OFFICER, DCFS)


async def test_webhooks_and_strays_that_wait_are_no_alarm(story: Story) -> None:
    """Coordinators are told of late pages and reminders; they cannot mend an agency that takes no webhooks, and no
    stranger rings them by texting more than is answered at once."""
    runner, clock = story.town.service.runner, story.town.clock
    url = "http://127.0.0.1:9/"
    await runner.act(send_standalone, SendPage(Purpose.AGENCY, Channel.WEBHOOK, url, "{}", clock.moment))
    await runner.act(send_standalone, SendPage(Purpose.ANSWER, Channel.SMS, OTHER, "who?", clock.moment))
    clock.moment += timedelta(minutes=1)
    assert await runner.ask(overdue) == timedelta(0)
    await runner.act(send_standalone, SendPage(Purpose.REMINDER, Channel.SMS, OFFICER, "aloud", clock.moment))
    clock.moment += timedelta(seconds=40)
    assert await runner.ask(overdue) == timedelta(seconds=40)
    found = await scrape(story)
    assert {kind: found[f'dispatch_overdue_work{{kind="{kind}"}}'] for kind in ("page", "stray", "webhook")} == {
        "page": 1,
        "stray": 1,
        "webhook": 1,
    }
    await story.passes(seconds=2)
    story.expect_text(OFFICER, "aloud")
    story.expect_text(OTHER, "who?")


@pytest.mark.parametrize(
    ("effect", "outcome"),
    [
        (Refuse(21211), "refused"),
        (TooManyRequests(), "try_again"),
        (ServerError(503), "unknown"),
        (Refuse(21606), "operator_fault"),
    ],
)
async def test_outcomes_of_sends(sqlite_url: str, effect: RequestEffect, outcome: str) -> None:
    """Each way in which the carrier may not take a text has a count of its own."""
    async with tell(sqlite_url) as story:
        story.town.carrier.faults.add(effect, only="message", number=story.phone("ana").number)
        await story.call_out()
        await story.passes(minutes=2)
        found = await scrape(story)
        counted = {
            failure: found[f'dispatch_sends_total{{channel="sms",outcome="{failure}"}}'] for failure in _FAILURES
        }
        assert counted == {failure: float(failure == outcome) for failure in _FAILURES}
        await story.says("ana", "1")
        story.forget("ana", "ben", "cora", OFFICER, DCFS)


@pytest.mark.parametrize("is_lost", [t.deadline.c.id > 0, t.deadline.c.kind == "escalate"], ids=["all", "step"])
async def test_a_broken_law_shows(story: Story, is_lost: sa.ColumnElement[bool]) -> None:
    """Call-outs that nothing will move are counted as the watch counts them, and rescued by it; so are those whose
    turn does not end, although the clock goes on and the officer is told to wait."""
    await story.paging()
    database = story.town.service.database
    await database.write(lambda tx: tx.execute(t.deadline.delete().where(is_lost)))
    await database.write(lambda tx: tx.execute(t.page.update().values(due_at=None)))
    assert len(await database.read(callouts.without_next_move)) == 1
    assert (await scrape(story))["dispatch_open_callouts_without_next_move"] == 1
    await story.town.service.runner.act(alarm_when_late)
    assert (await scrape(story))["dispatch_open_callouts_without_next_move"] == 0
    await story.passes(seconds=2)
    await story.says("ben", "1")
    story.forget("ana", "ben", "cora", OFFICER, DCFS)


async def test_a_database_that_is_away(sqlite_url: str) -> None:
    """What the process knows is still shown; what only the database knows is left out rather than stale."""
    service = Service(town_settings(sqlite_url, "http://localhost", "http://localhost"))
    await service.open()
    assert b"dispatch_nodes_alive" in await service.metrics.exposition()
    await service.stop()
    text = (await service.metrics.exposition()).decode()
    assert "dispatch_database_up 0.0" in text
    assert "dispatch_sends_total{" in text
    assert "dispatch_nodes_alive" not in text


async def test_nothing_private_is_in_it(sqlite_url: str) -> None:
    """Whoever reads the metrics learns no number, no place, no name, no code and no key."""
    async with tell(sqlite_url) as story:
        callout = await story.call_out(
            officer={"callback_phone": OFFICER, "name": "Jo Doe"}, meeting_place={"address": PLACE}
        )
        await story.passes(minutes=4)
        await story.says("ana", "1")
        text = (await scrape(story)).text
        story.forget("ana", OFFICER, DCFS)
    private = [OFFICER[2:], DCFS[2:], PLACE, "Jo Doe", "Ana", "ana", "LBPD", callout["code"], callout["id"], AUTH_TOKEN]
    assert not [secret for secret in private if re.search(rf"\b{re.escape(secret)}\b", text)]


def test_a_scrape_reads_no_history(sqlite_url: str) -> None:
    """Every query of a scrape goes through an index: no call-out that ended long ago is looked at."""
    asked: list[tuple[str, Any]] = []
    engine = sqlite_engine(sa.make_url(sqlite_url), writes=False)
    with engine.connect() as tx:
        sa.event.listen(tx, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        census.take(tx, NIGHT, LATE)
        plans = [
            row[3] for query, values in list(asked) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
        ]
    engine.dispose()
    assert len(plans) > 10
    scans = {plan for plan in plans if plan.startswith("SCAN") and not plan.startswith(("SCAN node", "SCAN anon"))}
    assert scans == {"SCAN callout USING INDEX uq_callout_open_code"}  # a partial index: it holds only what is open


# ---- the dead-man's switch -----------------------------------------------------------------------------------------


class Listener:
    """The server that is pinged. `status` is how it answers."""

    def __init__(self) -> None:
        self.heard = 0
        self.status = 200
        self.url = ""
        self.rang = asyncio.Event()

    async def answer(self, _: web.Request) -> web.Response:
        self.heard += 1
        self.rang.set()
        return web.Response(status=self.status, headers={"Location": "/elsewhere"} if self.status == 302 else {})


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """A real server that counts pings."""
    one = Listener()
    application = web.Application()
    application.router.add_get("/ping/secret-uuid", one.answer)
    site_runner = web.AppRunner(application)
    await site_runner.setup()
    site = web.TCPSite(site_runner, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{site_runner.addresses[0][1]}/ping/secret-uuid"
    yield one
    await site_runner.cleanup()


async def _well() -> dict[str, str]:
    return {}


async def _unwell() -> dict[str, str]:
    return {"heartbeat": "late"}


async def test_ping_while_all_is_well(listener: Listener) -> None:
    """While all is well the pings arrive."""
    assert await Ping(listener.url, _well, allowed_hosts=LOCAL_HOSTS).send_if_well()
    assert listener.heard == 1


async def test_no_ping_when_something_is_wrong(listener: Listener) -> None:
    """Silence is the alarm, so no ping may be sent."""
    assert not await Ping(listener.url, _unwell, allowed_hosts=LOCAL_HOSTS).send_if_well()
    assert listener.heard == 0


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_ping_that_is_refused_is_logged(listener: Listener, status: int, logged: Callable[[], str]) -> None:
    """An answer that is no success only makes a line in the log, which does not show the secret URL."""
    listener.status = status
    assert not await Ping(listener.url, _well, allowed_hosts=LOCAL_HOSTS).send_if_well()
    assert listener.heard == 1
    assert f"HTTP {status}" in logged()
    assert "secret" not in logged()


async def test_a_ping_to_nobody_is_logged(logged: Callable[[], str]) -> None:
    """Nobody listens: a line in the log without the URL, and no more."""
    assert not await Ping("http://127.0.0.1:9/ping/secret-uuid", _well, allowed_hosts=LOCAL_HOSTS).send_if_well()
    assert "could not connect" in logged()
    assert "secret" not in logged()


async def test_the_service_pings(sqlite_url: str, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is told where to ping does so once its heartbeat, its database and its carrier are well."""
    assert PING_SECONDS == 60
    monkeypatch.setattr("dispatch.app.PING_SECONDS", 0.05)
    async with tell(sqlite_url) as story:
        given = {"ping_url": listener.url, "database_url": sqlite_url + ".second"}
        async with Service(story.town.service.settings.model_copy(update=given)).running() as service:
            async with asyncio.timeout(20):
                await listener.rang.wait()
                while await service.health.troubles():  # noqa: ASYNC110  # a busy machine's heartbeat may be late
                    await asyncio.sleep(0.05)
            service.health.carrier_trouble = "refuses our credentials"
            text = (await service.metrics.exposition()).decode()
            assert "dispatch_carrier_up 0.0" in text


async def test_readiness_does_not_wait_for_a_database_that_hangs(sqlite_url: str) -> None:
    """Whoever watches gives up after a few seconds, so until then it must be told that the database does not answer."""
    async with tell(sqlite_url) as story:
        service, over = story.town.service, threading.Event()
        hanging = [asyncio.create_task(service.database.read(lambda _: over.wait(30))) for _ in range(4)]
        await asyncio.sleep(0.05)  # each of them has begun
        try:
            async with asyncio.timeout(10):
                troubles = await service.health.troubles()
        finally:
            over.set()
        await asyncio.gather(*hanging)
        assert troubles["database"] == "does not answer"


# ---- the samples for Prometheus and Grafana ------------------------------------------------------------------------


@pytest.fixture
async def exported(sqlite_url: str) -> set[str]:
    """The names of all series that a node exports."""
    async with tell(sqlite_url) as story:
        found = await scrape(story)
    families = set(re.findall(r"^# TYPE (\S+)", found.text, re.MULTILINE))
    return families | {name.partition("{")[0] for name in found}


def _named(text: str) -> set[str]:
    return set(re.findall(r"\b(?:dispatch|process)_\w+", text))


def test_alert_rules(exported: set[str]) -> None:
    """The sample rules have the shape of Prometheus' rules, and ask only for what is exported."""
    text = (ROOT / "config/alerts.yml").read_text("utf-8")
    rules = re.split(r"^      - alert: ", text, flags=re.MULTILINE)[1:]
    assert len(rules) > 8
    for rule in rules:
        keys = re.findall(r"^        (\w+):", rule, re.MULTILINE)
        assert keys in (["expr", "for", "labels", "annotations"], ["expr", "labels", "annotations"])
        assert re.search(r"labels: \{severity: (page|ticket)\}", rule)
        assert re.search(r"^          summary: \S", rule, re.MULTILINE)
        assert rule.count("(") == rule.count(")")
        assert _named(rule)
    assert _named(text) <= exported


def test_dashboard(exported: set[str]) -> None:
    """The sample dashboard can be imported as it is, shows every metric that we export, and asks for no other."""
    text = (ROOT / "config/grafana-dashboard.json").read_text("utf-8")
    dashboard = json.loads(text)
    assert {"title", "uid", "schemaVersion", "panels", "templating"} <= dashboard.keys()
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["type"] == "row" or panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    named = {name for panel in panels for target in panel.get("targets", []) for name in _named(target["expr"])}
    assert named <= exported
    ours = {name for name in exported if name.startswith("dispatch_")}
    shown = {name.removesuffix("_bucket") for name in named}
    forms = ("_created", "_bucket", "_count", "_sum")
    assert {name for name in ours if not name.endswith(forms)} <= shown


async def test_the_dashboard_groups_by_labels_that_there_are(sqlite_url: str) -> None:
    """A label that a count does not have adds everything up under no name: refusals were shown without a reason."""
    text = (ROOT / "config/grafana-dashboard.json").read_text("utf-8")
    async with tell(sqlite_url) as story:
        collectors = story.town.service.metrics._registry._collector_to_names
        labels = {name: set(getattr(one, "_labelnames", ())) for one, names in collectors.items() for name in names}
    grouped = re.findall(r"sum by \(([\w, ]+)\) \(\w+\((\w+)", text)
    assert len(grouped) >= 4
    for by, name in grouped:
        assert set(by.split(", ")) - {"le"} <= labels[name], name
