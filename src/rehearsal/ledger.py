"""What was promised and what was sent, recorded outside the service: nothing that was answered 201 may ever be missing,
and whatever reaches a phone must belong to a page.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from dispatch.rules.access.texted_secrets import blanked
from dispatch.rules.delivery.busy_lines import WAITS_AT_MOST
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.wording import alarms
from dispatch.store import tables as t
from rehearsal import law, touched
from rehearsal.law import Violated
from rehearsal.meanings import ASSIGNMENTS, DECLINES, Meanings
from rehearsal.stage import RehearsalStage
from rehearsal.untold import Untold
from twilio_simulator.record import CreateRequest

_TO_OFFICERS = frozenset({Purpose.OFFICER, Purpose.ANSWER})
_SET_BACK = timedelta(minutes=1)  # more than a story ever sets its clock back
_LONG_AGO = timedelta(hours=1)  # a call waits for another for a minute, and a clock jumps by ten at most

_COLUMNS = (
    *("id", "callout", "purpose", "channel", "to", "text", "tried_at", "person"),
    *("status", "acknowledged_at", "over_at", "trust"),
)
_WITH_ITS_CALLOUT = (
    'SELECT p.id, p.callout, p.purpose, p.channel, p."to", p.text, p.tried_at, p.person,'
    " c.status, c.acknowledged_at, c.ended_at, c.trust FROM page p LEFT JOIN callout c ON c.id = p.callout"
)
# Calls to one phone, but for those that break in on another.
_SAME_LINE = (
    "SELECT p.id, p.callout, p.tried_at, p.held_since, p.ended_at, q.tried_at, q.held_since, q.ended_at FROM page p"
    ' JOIN page q ON q."to" = p."to" AND q.id <> p.id AND q.channel = \'voice\' AND q.sent_at IS NOT NULL'
    " AND p.channel = 'voice' AND p.tried_at IS NOT NULL AND (p.breaks_in IS NULL OR NOT p.breaks_in)"
)
# Any text answers a test page, so one may be done before it was sent; a webhook does not go through the carrier.
_MARKED = (
    'SELECT p.id, p.callout, p.state, p.channel, p."to", p.text, p.created_at FROM page p'
    " WHERE p.state IN ('sent', 'delivered', 'done') AND p.channel <> 'webhook' AND p.purpose <> 'test'"
)


@dataclass(slots=True)
class Ledger:
    """Brought up to date after every step. `promised`: the id that the officer got for each call-out of the story."""

    stage: RehearsalStage
    promised: dict[int, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    meanings: Meanings = field(default_factory=Meanings)
    untold: Untold = field(init=False)
    _seen: int = 0
    _troubled: int = 0
    _struck: int = 0
    _marks_checked: int = 0
    _meanings_checked: int = 0
    invented: set[str] = field(default_factory=set)
    """The pages that the carrier has lied about."""
    _created: defaultdict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    _texted: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """When the carrier last accepted a text to this number with these words."""

    def __post_init__(self) -> None:
        self.untold = Untold(self.stage.roster)

    def promise(self, number: int, callout: str, fresh: bool, keyed: bool) -> None:
        """An officer was told that a call-out is open."""
        before = self.promised.get(number)
        if before is not None and keyed and before != callout:
            raise Violated("one key opens one call-out", callout, f"and {before}")
        if before is None:
            self.promised[number] = callout
        self.counts["call-outs"] += fresh

    async def check(self) -> None:
        """Check what the carrier was asked to do since the last step."""
        new = self.stage.carrier.requests[self._seen :]
        self._seen += len(new)
        struck = self.stage.troubles.struck
        troubled = sum(number for what, number in struck.items() if what.startswith(("killed", "database")))
        # After a lost answer, a killed process or a lost database, the service may not know whether the page was sent.
        blurred = self.stage.faults.blurred or troubled != self._troubled
        self.stage.faults.blurred = False
        if new:
            await self._check_requests(new, blurred)
        await self._check_meanings()
        self._troubled = troubled
        if struck.total() != self._struck:
            self._struck = struck.total()
            await self.check_marks()

    async def _check_requests(self, new: list[CreateRequest], blurred: bool) -> None:
        wanted = sorted({page_id for request in new if (page_id := _page_of(request))})
        found = await self.stage.books.told(f"{_WITH_ITS_CALLOUT} WHERE p.id IN ({_places(wanted)})", *wanted)
        rows = {row[0]: dict(zip(_COLUMNS, row, strict=True)) for row in found}
        placed = sorted({page_id for request in new if request.sid and (page_id := _page_of(request))})
        if placed and not blurred:
            await self._check_lines(placed)
        for request in new:
            page = rows.get(_page_of(request) or "")
            if page is None:
                raise Violated("what is sent belongs to a page", None, f"{request.kind} to {request.params.get('To')}")
            self.counts[f"{page['purpose']} by {page['channel']}"] += 1
            self._is_wanted(page)
            self._is_the_page(request, page)
            if page["purpose"] in _TO_OFFICERS and page["person"] is None and page["callout"] is not None:
                self.untold.check_text(str(page["callout"]), str(page["trust"]), request.params.get("Body", ""))
            if request.sid is not None:
                self._is_sent_once(page, blurred)
                if "Body" in request.params:
                    self._texted[request.params["To"], blanked(request.params["Body"])] = request.at

    async def _check_lines(self, placed: list[str]) -> None:
        """No call was placed to a phone that one of ours rang or was on, unless it had waited its minute."""
        lately = self.stage.books.moment(self.stage.now - _LONG_AGO)
        recent = f"{_SAME_LINE} WHERE p.id IN ({_places(placed)}) AND q.tried_at > ${len(placed) + 1}"
        found = await self.stage.books.told(recent, *placed, lately)
        for page, callout, *moments in found:
            began, held, own_end, other, other_held, ended = map(law.moment, moments)
            assert began is not None, "it was sent"
            assert other is not None, "and so was the other"
            if own_end is not None and own_end <= other:  # it failed in the moment in which it left, and made way
                continue
            if ended is not None and ended > self.stage.now:  # it was over before the clock was set back
                continue
            # Of two that left in one moment, either may have been the second. For one that began when the minute was
            # over another minute is waited.
            since = [held] if other < began else [held, other_held]
            waits = [(at, WAITS_AT_MOST * (2 if other >= at + WAITS_AT_MOST else 1)) for at in since if at is not None]
            waited = any(began - at >= wait for at, wait in waits)
            if not waited and other <= began < min(ended or began + _SET_BACK, other + WAITS_AT_MOST):
                raise Violated("one phone rings once at a time", callout, f"page {page}")

    def _is_wanted(self, page: dict[str, object]) -> None:
        """A page goes out only while nobody has the call-out."""
        if page["purpose"] != Purpose.PAGE or page["status"] == Status.PAGING:
            return
        ended = page["over_at"] or page["acknowledged_at"]
        claimed = page["tried_at"]
        if ended is not None and claimed is not None and claimed > ended:  # type: ignore[operator]  # both are moments
            raise Violated("a call-out that is taken or over pages nobody", str(page["callout"]), f"page {page['id']}")

    def _is_the_page(self, request: CreateRequest, page: dict[str, object]) -> None:
        said, meant = blanked(request.params.get("Body", "")), blanked(str(page["text"]))
        same_text = page["channel"] != Channel.SMS or said == meant
        if request.params["To"] != page["to"] or not same_text:
            raise Violated("what is sent is the page", str(page["callout"]), f"page {page['id']}")

    def _is_sent_once(self, page: dict[str, object], blurred: bool) -> None:
        before = self._created[str(page["id"])]
        if before:
            self.counts["sent twice"] += 1
            if not before[-1]:
                raise Violated("a page whose sending is known is sent once", str(page["callout"]), f"page {page['id']}")
        before.append(blurred)

    async def check_marks(self, *, everything: bool = False) -> None:
        """No page written since the last check is marked as sent unless the carrier took it."""
        if everything:
            marked = await self.stage.books.told(_MARKED)
        else:
            marked = await self.stage.books.told(f"{_MARKED} AND p.callout {touched.SINCE}", self._marks_checked)
        self._marks_checked = self.stage.books.checked
        for page, callout, state, channel, number, text, created_at in marked:
            if page in self._created or page in self.invented:
                continue
            # Two texts in doubt with the same words may be mistaken for each other: harmless, they say the same.
            since = law.moment(created_at)
            texted_at = self._texted.get((number, blanked(text))) if channel == Channel.SMS else None
            if texted_at is None or since is None or texted_at < since - _SET_BACK:
                raise Violated("what is marked as sent was sent", callout, f"page {page} is {state}")

    async def _check_meanings(self) -> None:
        """Check that people meant whatever the service has come to believe of them since the last step."""
        books, since = self.stage.books, self._meanings_checked
        if since == books.checked:
            return
        assignments = await books.told(f"{ASSIGNMENTS} AND a.callout {touched.SINCE}", since)
        declines = await books.told(f"{DECLINES} AND d.callout {touched.SINCE}", since)
        self._meanings_checked = books.checked
        believed = [(assignment, callout, who, tuple(stamps)) for assignment, callout, who, *stamps in assignments]
        self.meanings.check(believed, declines, self.stage.now)

    async def check_promises(self) -> None:
        """Nothing that was answered 201 is missing."""
        ids = {row[0] for row in await self.stage.books.rows(sa.select(t.callout.c.id))}
        for number, callout in self.promised.items():
            if callout not in ids:
                raise Violated("no call-out is ever lost", None, f"#{number}, {callout}")

    async def check_opt_outs(self) -> None:
        """The coordinators know of everybody who opted out of texts."""
        out = await self.stage.books.rows(sa.select(t.person.c.name).where(t.person.c.opted_out_at.is_not(None)))
        told = sa.select(t.page.c.text).where(t.page.c.purpose == Purpose.ALARM).distinct()
        texts = {row[0] for row in await self.stage.books.rows(told)} if out else set()
        for (name,) in out:
            first_name = name.split()[0]
            said, _, _ = alarms.opted_out(first_name).partition(". ")  # what follows may be cut to fit a link
            _, stopped, _ = alarms.stopped("", first_name).partition(
                f"{first_name} takes no more texts"
            )  # from somebody who has a call-out
            if not any(text.startswith(said) or stopped in text for text in texts):
                raise Violated("an opt-out is an alarm", None, name)


def _page_of(request: CreateRequest) -> str | None:
    url = request.params.get("StatusCallback", "").partition("#")[0]
    return url.rpartition("/")[2] or None


def _places(values: list[str]) -> str:
    return ", ".join(f"${place}" for place in range(1, len(values) + 1))
