"""Officers on the phone, as a story says: they dial, press, hang up. And what must hold for each of their calls."""

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa

from demo.town import OUR_NUMBER, doors
from dispatch.actions.hotline import decide_all, take_call
from dispatch.actions.hotline.decide_all import NoSilentCalls
from dispatch.carriers.doors import Door
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.people import Role
from dispatch.rules.hotline.silence import STEP_AT_MOST
from dispatch.rules.wording.hotline import ONE_MOMENT
from dispatch.store import tables as t
from dispatch.store.hotline import hotline_calls
from rehearsal import law, touched
from rehearsal.bridges import asks_to_join
from rehearsal.events import THE_CODE, Agree, Decide, Dial, Does, Press
from rehearsal.law import Violated
from rehearsal.ledger import Ledger
from rehearsal.stage import RehearsalStage
from twilio_simulator import Behaviour, PhoneCall
from twilio_simulator.callbacks import Webhook
from twilio_simulator.record import Delivery

_VOUCHED = "TN-Validation-Passed-A"
_UNSURE_SECONDS = 25.0  # the question has been asked by then, and the second key not pressed
_ON_A_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_RECENT = 20
_COMPARED_AFTER = timedelta(minutes=11)  # the list of calls is compared every ten
# The call-out that each call has opened.
_OPENED = "SELECT h.carrier_id, h.callout FROM hotline_call h WHERE NOT h.again AND h.callout IS NOT NULL"

_SHARED_STEPS = (
    "SELECT c.id, d.due_at FROM callout c JOIN deadline d ON d.callout = c.id AND d.kind = 'escalate'"
    " WHERE c.open AND c.status = 'paging' AND c.sharing IS NOT NULL"
)


@dataclass(slots=True)
class _Line:
    """A call that somebody made. `heard` counts how many of its lines have been checked."""

    call: PhoneCall
    number: int
    heard: int = 0
    agrees: Agree | None = None


@dataclass(slots=True)
class Callers:
    """Everybody who phones the hotline, and what the ledger holds about them."""

    stage: RehearsalStage
    ledger: Ledger
    _lines: dict[int, _Line] = field(default_factory=dict)
    _by_sid: dict[str, _Line] = field(default_factory=dict)
    _open: list[_Line] = field(default_factory=list)
    _delivered: int = 0
    _checked: int = 0
    _arrivals: list[Delivery] = field(default_factory=list)

    # ---- what they do ----

    async def dial(self, act: Dial) -> None:
        phone = self.stage.carrier.phone(act.phone)
        verstat = _VOUCHED if act.vouched else None
        call = await phone.call(OUR_NUMBER, withheld=act.withheld, verstat=verstat)
        line = self._lines[act.number] = self._by_sid[call.sid] = _Line(call, act.number)
        self._open.append(line)
        self.ledger.counts["phoned"] += 1
        self.stage.later(_COMPARED_AFTER, self.stage.compare_calls)

    async def press(self, act: Press) -> None:
        line = self._lines.get(act.number)
        if line is None or not line.call.connected:
            self.ledger.counts["acts left out"] += 1
            return
        keys = act.keys.replace(THE_CODE, await self._code(line.call.from_)) if THE_CODE in act.keys else act.keys
        await self.stage.carrier.pressed(line.call, keys)

    async def hang_up(self, number: int) -> None:
        line = self._lines.get(number)
        if line is not None and not line.call.ended:
            await self.stage.carrier.hung_up(line.call)

    def agree(self, act: Agree) -> None:
        line = self._lines.get(act.number)
        if line is not None:
            line.agrees = act

    def _answer(self, line: _Line, agrees: Agree) -> None:
        """Do what `agrees` says: the caller was told that somebody wants to speak with them."""

        async def do() -> None:
            if agrees.does is not Does.LEAVES and line.call.connected:
                await self.stage.carrier.pressed(line.call, "1")
            if agrees.does is not Does.PRESSES:
                await self.hang_up(line.number)

        self.stage.later(timedelta(seconds=agrees.after), do)

    async def decide(self, act: Decide) -> None:
        coordinators = self.stage.roster.with_role(Role.COORDINATOR)
        phone = self.stage.carrier.phone(coordinators[0 if act.first else -1].phone)
        leaves = _UNSURE_SECONDS if act.unsure else act.leaves
        phone.behave(Behaviour.ANSWERS, after=3.0, presses=act.presses, hangs_up_after=leaves)

        async def no_more() -> None:
            phone.behave(Behaviour.LEFT_TO_RING, after=1.0)

        self.stage.later(timedelta(minutes=act.minutes), no_more)
        # A phone that is ringing already does not pick up by itself.
        if phone.ringing is not None and phone.connected is None:
            await phone.answer()

    async def decide_all(self, *, pages: bool) -> None:
        by = Actor(ActorKind.COORDINATOR, self.stage.roster.with_role(Role.COORDINATOR)[0].id)
        with contextlib.suppress(NoSilentCalls):
            if pages:
                await self.stage.act(decide_all.page_all, by, Source.WEB)
            else:
                await self.stage.act(decide_all.dismiss_all, by, Source.WEB)

    async def repeat(self, pick: float) -> None:
        """The carrier delivers one of the last calls again, word for word."""
        recent = self._arrivals[-_RECENT:]
        if not recent:
            self.ledger.counts["acts left out"] += 1
            return
        brought = recent[int(pick * len(recent))]
        webhook = Webhook(brought.url, brought.params, brought.params["CallSid"], "call")
        await self.stage.carrier.callbacks.inform_now(webhook, self.stage.now)
        self.stage.troubles.struck["call brought twice"] += 1

    async def dismiss_missed(self) -> None:
        """A coordinator dismisses each call that came in while nobody was here to answer."""
        for _ in range(2):  # the first may come before the next comparison is due
            await self.stage.compare_calls()
            await self.stage.until(self.stage.now + _COMPARED_AFTER)
        call = t.hotline_call.c
        missed = sa.select(call.id).where(hotline_calls.UNDECIDED, call.due_at.is_(None))
        by = Actor(ActorKind.COORDINATOR, self.stage.roster.with_role(Role.COORDINATOR)[0].id)
        for (id_,) in await self.stage.books.rows(missed.order_by(call.id)):
            await self.stage.act(take_call.dismiss, id_, by, Source.API)
            await self.stage.settle()

    def all_hang_up(self) -> None:
        """Whoever is still on the line leaves it."""
        for line in self._open:
            if not line.call.ended:
                self.stage.carrier.hangs_up(line.call, 0)

    async def _code(self, phone: str) -> str:
        """The code of the newest open call-out from this number, in keypad digits; without one, a code of none."""
        query = (
            sa.select(t.callout.c.code)
            .join(t.hotline_call, t.hotline_call.c.callout == t.callout.c.id)
            .where(t.callout.c.open, t.hotline_call.c.phone == phone)
            .order_by(t.callout.c.received_at.desc(), t.callout.c.id)
        )
        found = await self.stage.books.rows(query)
        return str(found[0][0]).translate(_ON_A_KEYPAD) if found else "000"

    # ---- what must hold ----

    async def check(self) -> None:
        """After each step: every call that was answered is kept, and nobody hears what they may not."""
        await self._check_arrivals()
        if self._checked != self.stage.books.checked:
            await self._note_opened()
            await self._check_shared()
            self._checked = self.stage.books.checked
        for line in self._open:
            new, line.heard = line.call.heard[line.heard :], len(line.call.heard)
            for words in new:
                if self.ledger.untold.in_words(words):
                    await self._check_heard(line, words)
                if line.agrees is not None and asks_to_join(words):
                    self._answer(line, line.agrees)
        self._open = [line for line in self._open if not line.call.ended]

    async def _check_arrivals(self) -> None:
        new = self.stage.carrier.deliveries[self._delivered :]
        self._delivered += len(new)
        here = urlsplit(doors(self.stage.url).address(Door.HOTLINE)).path
        arrived = [brought for brought in new if brought.status == 200 and urlsplit(brought.url).path == here]
        for brought in arrived:
            kept = await self.stage.books.told(
                "SELECT h.id FROM hotline_call h WHERE h.carrier_id = $1", brought.params["CallSid"]
            )
            if not kept and ONE_MOMENT in brought.body:
                continue  # the database is away, and the carrier was told to ask again
            if len(kept) != 1:
                raise Violated("every call that was answered is kept, once", None, f"{len(kept)} rows")
        self._arrivals += arrived

    async def _note_opened(self) -> None:
        """Promise each call the call-out that it opened: the call must keep it, and it must never be lost."""
        opened = await self.stage.books.told(f"{_OPENED} AND h.callout {touched.SINCE}", self._checked)
        for sid, callout in opened:
            line = self._by_sid.get(sid)
            if line is None:
                continue
            before = self.ledger.promised.get(line.number)
            if before not in (None, callout):
                raise Violated("one call opens one call-out", callout, f"and {before}")
            self.ledger.promise(line.number, callout, before is None, keyed=True)

    async def _check_shared(self) -> None:
        """However many callers say nothing, each is in somebody's page within five minutes."""
        for callout, ends in await self.stage.books.told(_SHARED_STEPS):
            if (law.moment(ends) or self.stage.now) > self.stage.now + STEP_AT_MOST:
                raise Violated("a silent call is in somebody's page within five minutes of its deadline", callout)

    async def _check_heard(self, line: _Line, words: str) -> None:
        rows = await self.stage.books.told(
            "SELECT h.trust, c.trust, c.id FROM hotline_call h LEFT JOIN callout c ON c.id = h.callout"
            " WHERE h.carrier_id = $1",
            line.call.sid,
        )
        for of_call, of_callout, callout in rows:
            self.ledger.untold.check_heard(callout, {of_call, of_callout or of_call}, words)

    async def check_decided(self) -> None:
        """At the end each call is kept, and is a call-out, was dismissed by somebody, or is one of our people's own."""
        kept = {sid for (sid,) in await self.stage.books.rows(sa.select(t.hotline_call.c.carrier_id))}
        for sid in self._by_sid.keys() - kept:
            raise Violated("at the end each call that came in is kept", None, f"call {sid}")
        undecided = sa.select(t.hotline_call.c.id).where(hotline_calls.UNDECIDED)
        for (call,) in await self.stage.books.rows(undecided):
            raise Violated("at the end each call is a call-out or a named person's decision", None, f"call {call}")

    async def count(self) -> None:
        """What came of the calls, for the report."""
        call, received = t.hotline_call.c, t.timeline.c
        query = (
            sa.select(call.again, call.dismissed_at, call.called_at, received.at, received.source, received.actor_kind)
            .select_from(t.hotline_call)
            .outerjoin(t.timeline, sa.and_(received.callout == call.callout, received.kind == "received"))
        )
        self.ledger.counts.update(Counter(_came_of(*row) for row in await self.stage.books.rows(query)))


def _came_of(
    again: bool, dismissed_at: object, called_at: object, opened_at: object, source: object, by: object
) -> str:
    if again:
        return "phoned: about an open one"
    if opened_at is None:
        return "phoned: dismissed" if dismissed_at is not None else "phoned: not decided yet"
    if source == Source.CLOCK:
        return "phoned: opened after a minute"
    if by == ActorKind.COORDINATOR:
        return "phoned: opened, a coordinator says"
    return "phoned: opened at once" if opened_at == called_at else "phoned: opened on a key"
