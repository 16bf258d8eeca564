"""`/metrics`: what Prometheus reads about this node and the database behind it.

The law: no label and no value ever names a person, a phone number, a meeting place or a text. Whoever watches need not
know them.

Figures from the database are the same on every node, so an alert over several nodes takes their `max()`. What a node
counts itself (sends, latency, its heartbeat) is summed.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from math import ceil

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dispatch.actions.delivery.send_pages import Claimed
from dispatch.actions.runner import Runner
from dispatch.rules.alarms.refusals import Refusal
from dispatch.rules.alarms.watch import LATE
from dispatch.rules.callout.moves import OPEN
from dispatch.rules.delivery.sending import Accepted, OperatorFault, Refused, SendOutcome, TryAgain, Unknown
from dispatch.rules.facts.people import Channel
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable
from dispatch.store.reports import census
from dispatch.store.reports.census import Census, Course, HotlineCalls

_log = structlog.get_logger("dispatch.metrics")

# Prometheus gives up after 10 s. By then it must have what this process knows, whether or not the database answers.
_DATABASE_SECONDS = 5.0
# Counting costs everybody some 30 ms, and `/metrics` may be open to anybody.
_APART_SECONDS = 0.25
_LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_OUTCOMES: Mapping[type[SendOutcome], str] = {
    Accepted: "accepted",
    Refused: "refused",
    TryAgain: "try_again",
    Unknown: "unknown",
    OperatorFault: "operator_fault",
}
_QUANTILES = (0.5, 0.9, 1.0)


class Metrics:
    """One node's metrics, in a registry of its own."""

    def __init__(self, runner: Runner, version: str) -> None:
        self._runner = runner
        self._registry = registry = CollectorRegistry()
        self._counted = _Counted(registry)
        Info("dispatch_build", "The running version", registry=registry).info({"version": version})
        self._heartbeat = Gauge(
            "dispatch_heartbeat_age_seconds", "Seconds since this node's last round of work ended", registry=registry
        )
        self._carrier = Gauge("dispatch_carrier_up", "Whether the carrier took our credentials", registry=registry)
        self._sends = Counter(
            "dispatch_sends", "Sends by this node, by outcome", ["channel", "outcome"], registry=registry
        )
        self._latency = Histogram(
            "dispatch_page_latency_seconds",
            "From when a send was due until the carrier accepted it; a repeated send counts from its new due time",
            ["channel"],
            registry=registry,
            buckets=_LATENCY_BUCKETS,
        )
        self._refused = Counter(
            "dispatch_callouts_refused",
            "Call-outs that this node refused, by an agency that has or had a key (otherwise unknown) and the reason",
            ["agency", "reason"],
            registry=registry,
        )
        for channel in Channel:  # Prometheus sees an increase only in a series that begins at 0
            self._latency.labels(channel)
            for outcome in _OUTCOMES.values():
                self._sends.labels(channel, outcome)
        ProcessCollector(registry=registry)
        self._being_made: asyncio.Task[bytes] | None = None
        self._made_at = float("-inf")

    def watch(self, heartbeat_age: Callable[[], float], carrier_is_well: Callable[[], bool]) -> None:
        """Show these too, asked whenever somebody reads the metrics. `carrier_is_well`: by its last check."""
        self._heartbeat.set_function(heartbeat_age)
        self._carrier.set_function(lambda: float(carrier_is_well()))

    def observe(self, claimed: Claimed, outcome: SendOutcome) -> None:
        """Count the outcome of a send, as soon as it is known."""
        page = claimed.page.fact
        self._sends.labels(page.channel, _OUTCOMES[type(outcome)]).inc()
        if isinstance(outcome, Accepted) and page.due_at is not None:
            self._latency.labels(page.channel).observe((self._runner.now() - page.due_at).total_seconds())

    def refused(self, refusal: Refusal) -> None:
        """Count a call-out that was refused."""
        self._refused.labels(refusal.agency or "unknown", refusal.why).inc()

    async def exposition(self) -> bytes:
        """Everything in Prometheus' text format. A lost database is one of its values, not an error.

        However many ask, it is made a few times a second at most: whoever asks sooner waits, and shares the next one.
        """
        if self._being_made is None or self._being_made.done():
            self._being_made = asyncio.create_task(self._make())
        return await asyncio.shield(self._being_made)  # a reader who goes away must not cancel it for the others

    async def _make(self) -> bytes:
        now = asyncio.get_running_loop().time
        await asyncio.sleep(self._made_at + _APART_SECONDS - now())
        try:
            self._counted.take(await self._census())
            return generate_latest(self._registry)
        finally:
            self._made_at = now()

    async def _census(self) -> Census | None:
        try:
            async with asyncio.timeout(_DATABASE_SECONDS):
                return await self._runner.database.read(lambda tx: census.take(tx, self._runner.now(), LATE))
        except (DatabaseUnreachable, DatabaseFault, OSError) as error:  # TimeoutError is an OSError
            _log.warning("the database was not counted", error=type(error).__name__)
            return None


class _Counted(Collector):
    """What the last census found. Without a census the gauges are left out: an old number would look like a new one."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._census: Census | None = None
        self._known: frozenset[str] | None = None
        self._missed = Counter(
            "dispatch_target_missed", "Call-outs whose target passed with nobody on scene", registry=registry
        )
        registry.register(self)

    def take(self, found: Census | None) -> None:
        self._census = found
        if found is None:
            return
        # Counted by comparing two censuses, not where it happens: an action may run several times before it commits.
        # What was counted stays so, as a monitor's counter must, though a coordinator takes a miss back.
        if self._known is not None:
            self._missed.inc(len(found.missed - self._known))
        self._known = found.missed

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield _gauge("dispatch_database_up", "Whether the database answered", self._census is not None)
        if self._census is not None:
            yield from _work(self._census)
            yield from _open_callouts(self._census)
            yield from _newest(self._census.newest)
            yield from _hotline(self._census.hotline)


def _work(found: Census) -> Iterator[Metric]:
    due = GaugeMetricFamily("dispatch_due_work", f"Due work, counted up to {census.MOST_DUE}", labels=["kind"])
    late = GaugeMetricFamily(
        "dispatch_overdue_work", f"Work that has been due for more than {LATE.seconds} s", labels=["kind"]
    )
    age = GaugeMetricFamily("dispatch_oldest_due_age_seconds", "How long the oldest work has been due", labels=["kind"])
    work = {"page": found.pages, "stray": found.standalone, "webhook": found.webhooks, "deadline": found.deadlines}
    for kind, backlog in work.items():
        due.add_metric([kind], backlog.due)
        late.add_metric([kind], backlog.late)
        oldest = backlog.oldest_due_at or found.taken_at
        age.add_metric([kind], (found.taken_at - oldest).total_seconds())
    yield from (due, late, age)
    yield _gauge("dispatch_claimed_pages", "Pages that a node is working on", found.claimed_pages)
    yield _gauge("dispatch_nodes_alive", "Nodes that are alive", found.nodes_alive)


def _open_callouts(found: Census) -> Iterator[Metric]:
    by_status = GaugeMetricFamily("dispatch_open_callouts", "Open call-outs", labels=["status"])
    for status in sorted(OPEN):
        by_status.add_metric([status], found.open.by_status.get(status, 0))
    yield by_status
    waiting_since = found.open.unanswered_since or found.taken_at
    yield _gauge(
        "dispatch_open_callouts_without_next_move",
        "Open call-outs that nothing will ever move again; must be 0",
        found.open.without_next_move,
    )
    yield _gauge(
        "dispatch_open_callouts_past_target",
        "Open call-outs whose target has passed with nobody on scene",
        found.open.past_target,
    )
    yield _gauge(
        "dispatch_oldest_unanswered_age_seconds",
        "Age of the call-out that has waited longest for an answer",
        (found.taken_at - waiting_since).total_seconds(),
    )


def _newest(newest: tuple[Course, ...]) -> Iterator[Metric]:
    which = f"of the newest {census.NEWEST} call-outs within {census.NEWEST_WITHIN.days} days"
    yield _gauge("dispatch_recent_callouts", f"Number {which}", len(newest))
    yield _gauge(
        "dispatch_recent_callouts_missed",
        f"How many {which} missed the target",
        sum(course.missed for course in newest),
    )
    handling = [_seconds(course.received_at, course.first_paged_at) for course in newest]
    acknowledgement = [_seconds(course.first_paged_at, course.acknowledged_at) for course in newest]
    response = [_seconds(course.received_at, course.arrived_at) for course in newest]
    for name, words, spans in (
        ("handling", "Received → first paged", handling),
        ("acknowledgement", "First paged → acknowledged", acknowledgement),
        ("response", "Received → arrived", response),
    ):
        known = [span for span in spans if span is not None]
        yield _quantiles(f"dispatch_recent_{name}_seconds", f"{words}, {which}", known)


def _hotline(found: HotlineCalls) -> Iterator[Metric]:
    which = f"within {census.HOTLINE_WITHIN.total_seconds() / 3600:g} hours"
    yield _gauge("dispatch_hotline_on_hold", "Callers who hold on the hotline now", found.on_hold)
    yield _gauge(
        "dispatch_hotline_undecided",
        "Calls that have opened no call-out, and of which no coordinator has said that they are none",
        found.undecided,
    )
    yield _quantiles("dispatch_hotline_paging_seconds", f"Call → first page, of calls {which}", found.to_first_page)


def _quantiles(name: str, words: str, spans: Iterable[float]) -> Metric:
    ordered = sorted(spans)
    family = GaugeMetricFamily(name, words, labels=["quantile"])
    for quantile in _QUANTILES if ordered else ():
        family.add_metric([f"{quantile:g}"], ordered[ceil(quantile * len(ordered)) - 1])
    return family


def _seconds(begin: datetime | None, end: datetime | None) -> float | None:
    return None if begin is None or end is None else (end - begin).total_seconds()


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
