"""Sends what is due: claim → commit → send → record. Claim and record are actions; this module calls the carrier."""

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar, assert_never

import structlog

from dispatch.actions.delivery.send_pages import (
    Capacity,
    Claimed,
    put_off,
    record_answer,
    record_hung_up,
    record_outcome,
    record_reconciled,
    still_ours,
)
from dispatch.actions.runner import Runner
from dispatch.carriers.carrier import Carrier
from dispatch.outbound.http_session import CONNECTIONS, may_send
from dispatch.outbound.webhook import WebhookSender
from dispatch.rules.delivery.dialling import refusal
from dispatch.rules.delivery.page_life import SendTask
from dispatch.rules.delivery.sending import Accepted, CarrierUnreachable, Found, OperatorFault, Refused, SendOutcome
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.people import Channel
from dispatch.store.access.keys import webhook_now
from dispatch.store.delivery.due_pages import UnderWay
from dispatch.store.delivery.pages import Lane
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.engine.savepoint import no_panic
from dispatch.store.nodes import DEAD_AFTER
from dispatch.worker.pulse import Pulse

_log = structlog.get_logger("dispatch.sender")

_STANDALONE = 4
# In each lane, as many sends as it has connections. More pages would be claimed only to wait, and a claim must not
# outlive its lease. Standalone texts share the carrier's connections and get only a few, so that none of them ever
# delays a page.
_MOST_UNDER_WAY = {Lane.CARRIER: CONNECTIONS - _STANDALONE, Lane.STANDALONE: _STANDALONE, Lane.WEBHOOKS: CONNECTIONS}

_HANGS_SECONDS = 5.0
"""Pages are late after two seconds, and a request waits at admission for five: nobody is refused because the carrier
hangs."""

T = TypeVar("T")


class Sender:
    """Works off due pages. Sends run side by side, so a send that hangs holds up no other. Webhooks have a lane of
    their own, so that a hundred of them to an agency that hangs hold up no page. So do standalone texts, which
    strangers can bring about.

    With `one_at_a_time`, for a rehearsal that must be repeatable, sends follow each other in the order of their claims.
    `observe` is told the outcome of each send.
    """

    def __init__(
        self,
        runner: Runner,
        carrier: Carrier,
        webhooks: WebhookSender,
        observe: Callable[[Claimed, SendOutcome], None],
        pulse: Pulse,
        *,
        one_at_a_time: bool = False,
    ) -> None:
        self._runner = runner
        self._carrier = carrier
        self._webhooks = webhooks
        self._observe = observe
        self._pulse = pulse
        self._under_way: dict[asyncio.Task[None], Claimed] = {}
        self._answered_at = -math.inf
        """When the carrier took or refused something, by the event loop's clock."""
        self.lost_track = False
        """Whether the database was lost halfway: we may have claimed pages that are not `in_hand`."""
        self._beside_each_other = asyncio.Semaphore(1 if one_at_a_time else sum(_MOST_UNDER_WAY.values()))

    @property
    def capacity(self) -> Capacity:
        """How many more pages may be claimed now."""
        under_way = Counter(claim.page.lane for claim in self._under_way.values())
        return {lane: most - under_way[lane] for lane, most in _MOST_UNDER_WAY.items()}

    @property
    def hears_nothing(self) -> bool:
        """Whether the carrier hangs, and is not only slow: something is under way, and nothing has been answered."""
        now = asyncio.get_running_loop().time()
        return now - self._answered_at > _HANGS_SECONDS and any(
            claim.page.lane is Lane.CARRIER for claim in self._under_way.values()
        )

    @property
    def asking_for(self) -> UnderWay:
        """For each agency, how many of the pages under way ask somebody to come to one of its call-outs."""
        return Counter(claim.page.agency for claim in self._under_way.values() if claim.page.fact.purpose.pages)

    @property
    def in_hand(self) -> set[str]:
        """The ids of the pages that are being worked on."""
        return {claim.page.fact.id for claim in self._under_way.values()}

    def start(self, claimed: Iterable[Claimed]) -> None:
        """Start working off what was claimed."""
        for claim in claimed:
            task = asyncio.create_task(self._work_off(claim))
            self._under_way[task] = claim
            task.add_done_callback(self._ended)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def drop(self) -> None:
        """Cancel whatever is under way."""
        for task in self._under_way:
            task.cancel()
        await self.settle()

    def _ended(self, task: asyncio.Task[None]) -> None:
        was_full = not self.capacity[self._under_way.pop(task).page.lane]
        if not task.cancelled() and (error := task.exception()) is not None:
            # The page comes due again, at the latest when its lease ends. Nothing is lost, but an operator must know.
            _log.error("sending failed", error=repr(error))
            self.lost_track |= isinstance(error, DatabaseUnreachable)
        if was_full:
            self._runner.wake()  # there is capacity again

    async def _work_off(self, claimed: Claimed) -> None:
        async with self._beside_each_other:
            try:
                with no_panic():
                    await self._do(claimed)
            except DatabaseUnreachable:
                raise
            except Exception:
                # A bug of ours that concerns one page. Once put off, it cannot come due in a circle, and coordinators
                # hear of it.
                _log.exception("page failed", page=claimed.page.fact.id)
                await self._runner.act(put_off, claimed)

    async def _do(self, claimed: Claimed) -> None:
        match claimed.send_task:
            case SendTask.SEND:
                outcome = await self._send(claimed)
                if claimed.page.lane is not Lane.WEBHOOKS and isinstance(outcome, Accepted | Refused | OperatorFault):
                    self._answered_at = asyncio.get_running_loop().time()
                if outcome is not None:
                    self._observe(claimed, outcome)
                    await self._runner.act(record_outcome, claimed, outcome)
            case SendTask.RECONCILE:
                await self._runner.act(record_reconciled, claimed, await self._asked(self._reconcile(claimed)))
            case SendTask.HANG_UP:
                if claimed.page.carrier_id is not None:
                    await self._carrier.hang_up(claimed.page.carrier_id)
                await self._runner.act(record_hung_up, claimed)
            case SendTask.ASK:
                found = await self._asked(self._fetch(claimed))
                await self._runner.act(record_answer, claimed, found)
            case _:
                assert_never(claimed.send_task)

    async def _send(self, claimed: Claimed) -> SendOutcome | None:
        """What came of the send; None when we were held up until another node took over the page."""
        page = claimed.page.fact
        # We may have been frozen and woken again: by now the others may have taken us for dead.
        delayed = self._runner.now() - claimed.claimed_at > DEAD_AFTER / 2
        if delayed and not await self._runner.database.read(lambda tx: still_ours(tx, claimed)):
            _log.warning("claim lost", page=page.id)
            return None
        if page.channel is not Channel.WEBHOOK and not self._runner.dials(page.to):
            return refusal(page)
        may_send.set(lambda: self._pulse.vouches_for(claimed.claimed_at))  # for this task, which sends nothing else
        match page.channel:
            case Channel.SMS:
                return await self._carrier.send_text(page.id, to=page.to, body=page.text)
            case Channel.VOICE:
                return await self._carrier.place_call(page.id, to=page.to)
            case Channel.WEBHOOK:
                return await self._post(page, claimed.page.agency)

    async def _post(self, page: Page, agency: str | None) -> SendOutcome:
        url, secrets = await self._runner.database.read(lambda tx: webhook_now(tx, page.to, agency))
        if url is None:
            return OperatorFault(None, "the agency takes no webhooks any more")
        if not secrets:
            return OperatorFault(None, "no key to sign the webhook with: `dispatch key new --agency`")
        return await self._webhooks.post(
            url=url, secrets=secrets, webhook_id=page.id, timestamp=self._runner.now(), body=page.text
        )

    async def _reconcile(self, claimed: Claimed) -> list[Found]:
        page = claimed.page.fact
        since = claimed.page.tried_since
        match page.channel:
            case Channel.SMS:
                return await self._carrier.find_text(to=page.to, body=page.text, since=since)
            case Channel.VOICE:
                return await self._carrier.find_call(to=page.to, since=since)
            case Channel.WEBHOOK:
                return []  # a receiver de-duplicates on the webhook's id, so posting again is safe

    async def _fetch(self, claimed: Claimed) -> Found | None:
        if claimed.page.carrier_id is None:
            return None
        fetch = self._carrier.fetch_text if claimed.page.fact.channel is Channel.SMS else self._carrier.fetch_call
        return await fetch(claimed.page.carrier_id)

    async def _asked(self, question: Awaitable[T]) -> T | None:
        try:
            return await question
        except CarrierUnreachable as error:
            _log.warning("carrier unreachable", error=str(error))
            return None
