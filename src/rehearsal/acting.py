"""Carries out a story: each act, by the person it names, as things stand at that moment."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, assert_never

import sqlalchemy as sa

from demo.town import COORDINATOR, OUR_NUMBER, doors
from dispatch.actions.alarms.keep_watch import alarm_when_late
from dispatch.actions.calendar import run_calendar
from dispatch.actions.delivery import test_page
from dispatch.actions.schedule.change_roster import PersonIsNeeded, import_roster
from dispatch.actions.shifts.ask_cover import go_on_asking
from dispatch.carriers.doors import Door
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.store import tables as t
from rehearsal.bridges import Bridges
from rehearsal.events import (
    Act,
    Again,
    Agree,
    AskToJoin,
    Away,
    Behave,
    CancelCallOut,
    Change,
    Chase,
    CloseCallOut,
    Coordinate,
    Decide,
    DecideAll,
    Dial,
    EditSchedule,
    Flinch,
    HangUp,
    Import,
    Invent,
    Jump,
    Kill,
    Mumble,
    OfficerPhone,
    Open,
    Outage,
    Own,
    PickUp,
    Press,
    Repeat,
    ReplyByText,
    Say,
    SwapShift,
    TestPage,
    Trouble,
    Watch,
    Whom,
)
from rehearsal.hotline_callers import Callers
from rehearsal.law import Violated
from rehearsal.ledger import Ledger
from rehearsal.meant import Meant, Stands, asked_in, doubtful
from rehearsal.schedule_editors import Editors
from rehearsal.shift_testing import begun_by_law, gone_on_by_law
from rehearsal.stage import RehearsalStage
from rehearsal.swappers import Swappers
from twilio_simulator import Behaviour, Phone
from twilio_simulator.faults import CallbackEffect, Fault, Late, Swapped
from twilio_simulator.outgoing import CannotConnect, Disconnected, Outgoing

_AGAIN_AFTER = timedelta(seconds=10)
_TRIES = 8
_CLOSE_AGAIN_AFTER = timedelta(minutes=1)
_ANSWERS_MINUTES = 10.0
_ASKED_MINUTES, _ASKER_ANSWERS_AFTER = 4.0, 3.0
_DOUBLE_AFTER = timedelta(minutes=20)
_FORGOTTEN_AFTER = timedelta(hours=6)

# Whom a coordinator chases, and what that person then texts, by the state in which a call-out is stuck.
_CHASED = {
    Status.PAGING: (Whom.PAGED, "1 30", Meant.GO),
    Status.ACKNOWLEDGED: (Whom.HOLDER, "omw", Meant.LEAVE),
    Status.EN_ROUTE: (Whom.HOLDER, "here", Meant.ARRIVED),
    Status.ON_SCENE: (Whom.HOLDER, "done", Meant.DONE),
    Status.CLEARED: (Whom.HOLDER, "home", Meant.HOME),
}
# What somebody has told the coordinator who sets a stamp for them.
_STAMPED = {
    "en_route_at": Meant.LEAVE,
    "arrived_at": Meant.ARRIVED,
    "cleared_at": Meant.DONE,
    "home_at": Meant.HOME,
}
# What somebody says out of the blue.
_SAID = {"25": Meant.LATER, "eta 30": Meant.LATER, "HERE": Meant.ARRIVED, "DONE": Meant.DONE, "HOME": Meant.HOME}


@dataclass(slots=True)
class Actors:
    """Everybody except the service and the carrier."""

    stage: RehearsalStage
    ledger: Ledger
    callers: Callers
    bridges: Bridges
    editors: Editors
    swappers: Swappers
    opened: dict[int, Open] = field(default_factory=dict)
    _imports: list[Import] = field(default_factory=list)
    _callback_faults: list[Fault] = field(default_factory=list)
    _client: Outgoing = field(default_factory=Outgoing)

    async def do(self, act: Act) -> None:
        """Do it. What cannot be done (the call-out was never opened, nobody was paged) is left out."""
        match act:
            case Open():
                self.opened[act.number] = act
                await self._open(act, _TRIES)
            case Again(number):
                await self._again(number)
            case Change(number, place):
                await self._about(number, "PATCH", "", {"meeting_place": {"address": place}})
            case CancelCallOut(number):
                await self._about(number, "POST", "/cancel", {"reason": "the family has come"})
            case CloseCallOut(number):
                await self._close(number, _TRIES)
            case Chase(number, holder):
                await self._chase(number, holder)
                await self._close_forgotten()
            case Own():
                await self._own(act)
            case Coordinate():
                await self._coordinate(act)
            case Dial():
                await self.callers.dial(act)
            case Press():
                await self.callers.press(act)
            case HangUp(number):
                await self.callers.hang_up(number)
            case Decide():
                await self.callers.decide(act)
            case DecideAll(pages):
                await self.callers.decide_all(pages=pages)
            case AskToJoin():
                await self._ask_to_join(act)
            case OfficerPhone():
                await self._officer_phone(act)
            case Agree():
                self.callers.agree(act)
            case Flinch(number):
                self.bridges.flinch(number)
            case ReplyByText():
                await self._reply(act)
            case Mumble():
                await self._mumble(act)
            case PickUp():
                await self._pick_up(act)
            case Say(who, text):
                self.ledger.meanings.say(who, None, _SAID.get(text, Meant.NOTHING), self.stage.now)
                await self._phone(who).reply(text or " ", to=OUR_NUMBER)
            case Behave():
                self._behave(act)
            case EditSchedule():
                await self.editors.edit(act)
            case SwapShift():
                for who, text in filter(None, [await self.swappers.said(act)]):
                    self.ledger.meanings.say(who, None, Meant.NOTHING, self.stage.now)
                    await self._phone(who).reply(text, to=OUR_NUMBER)
            case Import():
                await self._import(act)
            case TestPage(who):
                await self.stage.act(_test_page_if_there, who)
            case Watch():
                await self.stage.act(alarm_when_late)
                await self.stage.act(run_calendar)
                for test in await self.stage.act(begun_by_law) or ():
                    await self.stage.act(gone_on_by_law, test)
                await self.stage.act(go_on_asking)
                await self.swappers.check()
            case Trouble():
                self._trouble(act)
            case Outage(minutes):
                await self.stage.carrier_away(timedelta(minutes=minutes))
            case Invent():
                await self._invent(act)
            case Repeat(pick):
                await self.callers.repeat(pick)
            case Kill() | Away():
                self.stage.troubles.arm(act)
            case Jump(seconds):
                self.stage.clock.moment += timedelta(seconds=seconds)
                self.stage.troubles.struck["clock jumped"] += 1
            case _:
                assert_never(act)

    def calm(self) -> None:
        """Switch off everything that goes wrong; everybody on the phone hangs up."""
        self.stage.troubles.disarm()
        self.stage.faults.clear()
        for fault in self._callback_faults:
            fault.off()
        for phone in self.stage.carrier.phones:
            phone.behave(Behaviour.LEFT_TO_RING, after=1.0)
        self.callers.all_hang_up()

    def close(self) -> None:
        for fault in self._callback_faults:
            self.stage.troubles.struck[type(fault.effect).__name__] += fault.struck
        self._client.close()

    # ---- officers and coordinators ----

    async def _open(self, act: Open, tries: int) -> None:
        body: dict[str, Any] = {"officer": {"callback_phone": act.officer}}
        if act.place:
            body["meeting_place"] = {"address": act.place}
        headers = {"Idempotency-Key": act.key} if act.key else {}
        status, answer = await self._ask("POST", "/v1/callouts", body, self.stage.keys[act.agency], headers)
        if status in (200, 201):
            self.ledger.promise(act.number, answer["id"], status == 201, act.key is not None)
            if not Status(answer["status"]).is_open:
                told = f"#{act.number} was answered {status}: {answer}"
                raise Violated("an officer who calls is paged for", answer["id"], told)
        elif status == 409 and (over := await self._ended_before(act)) is not None:
            self.ledger.promise(act.number, over, fresh=False, keyed=True)
        elif status is not None and status < 500:
            raise Violated("an officer who calls is heard", None, f"#{act.number} was answered {status}: {answer}")
        elif tries > 1:
            self.stage.later(_AGAIN_AFTER, partial(self._open, act, tries - 1))
        else:
            self.ledger.counts["officers who gave up"] += 1

    async def _ended_before(self, act: Open) -> str | None:
        """The id of the call-out that this key opened, if that is over: the request came again too late."""
        mine = t.idempotency.c.agency == act.agency, t.idempotency.c.key == act.key
        its = t.callout.join(t.idempotency, t.idempotency.c.callout == t.callout.c.id)
        found = await self.stage.books.rows(
            sa.select(t.callout.c.id).select_from(its).where(*mine, t.callout.c.ended_at.is_not(None))
        )
        return str(found[0][0]) if found else None

    async def _again(self, number: int) -> None:
        if number in self.opened:
            await self._open(self.opened[number], 1)

    async def _about(
        self, number: int, method: str, path: str, body: dict[str, Any] | None, key: str | None = None
    ) -> bool:
        """Send a request about a call-out; returns whether the service heard it."""
        callout = self.ledger.promised.get(number)
        if callout is None:
            return True
        key = key or self.stage.keys[self.opened[number].agency]
        status, answer = await self._ask(method, f"/v1/callouts/{callout}{path}", body, key, {})
        heard = status is not None and status < 500
        if heard and status not in (200, 409):
            raise Violated("an agency can change its call-out", callout, f"answered {status}: {answer}")
        return heard

    async def _close(self, number: int, tries: int) -> None:
        heard = await self._about(number, "POST", "/close", None, key=self.stage.coordinator_key)
        if not heard and tries > 1:
            self.stage.later(_CLOSE_AGAIN_AFTER, partial(self._close, number, tries - 1))

    async def _own(self, own: Own) -> None:
        callout = self.ledger.promised.get(own.number)
        if callout is None:
            return
        coordinators = self.stage.roster.with_role(Role.COORDINATOR)
        who = coordinators[0 if own.first else -1]
        await self._phone(who.id).reply(f"{await self._code(callout)} {own.text}", to=OUR_NUMBER)

    async def _coordinate(self, act: Coordinate) -> None:
        """As from the screen: a command whose preview is refused is not given."""
        callout = self.ledger.promised.get(act.number)
        if callout is None:
            return
        asked = await self._asked(act, callout)
        path, key = f"/v1/callouts/{callout}/commands", self.stage.coordinator_key
        status, shown = await self._ask("POST", f"{path}/preview", {"command": asked}, key, {})
        if status != 200:
            self._is_an_answer(
                status, shown, callout, "a command that makes no sense is refused with its reason", "why"
            )
            return
        self._vouch(asked, callout)
        pressed = {"command": asked, "digest": shown["digest"]}
        first, done = await self._ask("POST", path, pressed, key, {})
        self._is_an_answer(
            first, done, callout, "a command is done, or what it would send now is shown", "preview", "why"
        )
        self.ledger.counts["commands of coordinators"] += first == 200
        if act.twice:
            second, again = await self._ask("POST", path, pressed, key, {})
            if first == 200 and second is not None and second < 500 and not (second == 200 and again["again"]):
                raise Violated("a button that is pressed twice does what it says once", callout, f"{second}: {again}")

    def _is_an_answer(self, status: int | None, answer: Any, callout: str, law: str, *reasons: str) -> None:
        """Raises `Violated` unless it went well, a conflict says why not, or nobody was there to answer."""
        if status is None or status >= 500 or status == 200:
            return
        if status != 409 or not any(reason in answer for reason in reasons):
            raise Violated(law, callout, f"answered {status}: {answer}")

    async def _asked(self, act: Coordinate, callout: str) -> dict[str, Any]:
        """The command, with the other fields that it needs."""
        chance, now = Random(act.pick), self.stage.now
        specialists = [person.id for person in self.stage.roster.with_role(Role.SPECIALIST)]
        somebody = chance.choice(specialists)
        holder = await self._who(callout, Whom.HOLDER) or somebody
        later = (now + timedelta(minutes=chance.randint(3, 90))).isoformat()
        match act.do:
            case "page_person":
                more: dict[str, Any] = {"person": somebody}
            case "assign" | "add_partner":
                more = {"person": somebody, "spoke": chance.random() < 0.5}
                if more["spoke"] and chance.random() < 0.5:
                    more["eta_at"] = later
            case "set_eta":
                more = {"eta_at": later}
            case "correct_stamp":
                stamp = chance.choice(("en_route_at", "arrived_at", "with_child_at", "cleared_at", "home_at"))
                at = now - timedelta(minutes=chance.choice((0, 0, 0, 3, 20)))
                more = {"stamp": stamp, "at": at.isoformat(), "reason": "rang", "person": holder}
            case "change_details":
                more = {"changes": {"meeting_place": {"address": chance.choice(("Harbor", "Pier 7"))}, "children": 2}}
            case "tell_specialist" | "tell_officer":
                more = {"words": chance.choice(("Please ring us.", "A second specialist comes."))}
            case "close":
                more = {"outcome": {"children_met": 1, "freedom_bags": 1}}
            case _:
                more = {}
        return {"do": act.do, **more}

    def _vouch(self, asked: dict[str, Any], callout: str) -> None:
        """Somebody told the coordinator what the command now says for them. It counts before the answer comes: the
        command may be done although its answer is lost."""
        now = self.stage.now
        if asked.get("spoke"):
            self.ledger.meanings.vouch(asked["person"], callout, Meant.GO, now, since=now)
        if asked["do"] == "correct_stamp" and (meant := _STAMPED.get(asked["stamp"])):
            since = datetime.fromisoformat(asked["at"])
            self.ledger.meanings.vouch(asked["person"], callout, meant, now, since)

    async def _close_forgotten(self) -> None:
        """Close the call-outs that no event of the story will close: duplicates, from officers who sent no key and
        asked again because an answer was lost; and those opened after all of their events, as by a call that the
        service learnt of a day later."""
        now, known = self.stage.now, set(self.ledger.promised.values())
        old = sa.select(t.callout.c.id, t.callout.c.received_at < now - _FORGOTTEN_AFTER).where(
            t.callout.c.open, t.callout.c.received_at < now - _DOUBLE_AFTER
        )
        for callout, is_forgotten in await self.stage.books.rows(old.order_by(t.callout.c.id)):
            if is_forgotten or callout not in known:
                await self._ask("POST", f"/v1/callouts/{callout}/close", None, self.stage.coordinator_key, {})

    async def _ask(
        self, method: str, path: str, body: dict[str, Any] | None, key: str, headers: dict[str, str]
    ) -> tuple[int | None, Any]:
        content = json.dumps(body).encode() if body is not None else b""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers}
        try:
            reply = await self._client.send(method, self.stage.url + path, headers, content, connect=30, read=120)
        except (CannotConnect, Disconnected, TimeoutError):
            return None, None
        finally:
            await self.stage.alive()
        is_json = "json" in reply.headers.get("content-type", "")
        return reply.status, json.loads(reply.body) if is_json else reply.text

    # ---- the bridge ----

    async def _ask_to_join(self, act: AskToJoin) -> None:
        callout = self.ledger.promised.get(act.number)
        who = await self._asker(callout, act.whom) if callout is not None else None
        if callout is None or who is None:
            self.ledger.counts["acts left out"] += 1
            return
        self._behave(Behave(who, act.answers, _ASKER_ANSWERS_AFTER, _ASKED_MINUTES, act.presses, leaves=act.leaves))
        self.ledger.counts["asked to be joined"] += 1
        if act.whom is None:
            await self._coordinate(Coordinate(act.number, "join_call", 0))
        else:
            await self._reply(ReplyByText(act.number, act.whom, "CALL", Meant.NOTHING))

    async def _asker(self, callout: str, whom: Whom | None) -> str | None:
        return COORDINATOR if whom is None else await self._who(callout, whom)

    async def _officer_phone(self, act: OfficerPhone) -> None:
        callout = self.ledger.promised.get(act.number)
        details = sa.select(t.callout.c.officer_phone).where(t.callout.c.id == callout)
        for (phone,) in await self.stage.books.rows(details) if callout is not None else ():
            if phone:
                leaves = act.leaves
                self._behave(Behave(phone, act.answers, act.after, _ASKED_MINUTES, act.presses, leaves=leaves))

    # ---- specialists ----

    async def _reply(self, reply: ReplyByText) -> None:
        callout = self.ledger.promised.get(reply.number)
        person = await self._who(callout, reply.whom) if callout else None
        if callout is None or person is None:
            self.ledger.counts["acts left out"] += 1
            return
        code = await self._code(callout) if reply.coded else None
        self.ledger.meanings.say(person, callout if code else None, reply.meant, self.stage.now)
        if code is not None and (namesake := await self._open_with(code)) not in (None, callout):
            # Their call-out is over and another one has its code by now: the text can only be read as about that one.
            self.ledger.meanings.say(person, namesake, reply.meant, self.stage.now)
        if reply.meant is Meant.GO:
            self._answer_what_was_asked(person)
        await self._phone(person).reply(f"{code} {reply.text}" if code else reply.text, to=OUR_NUMBER)

    def _answer_what_was_asked(self, person: str) -> None:
        """A yes to "on your way? Reply Y" says that they are: they have read the question."""
        texts = self._phone(person).texts
        asked = asked_in(texts[-1].body) if texts else None
        if asked is not None:
            self.ledger.meanings.say(person, None, asked, self.stage.now)

    async def _mumble(self, mumble: Mumble) -> None:
        callout = self.ledger.promised.get(mumble.number)
        person = await self._who(callout, mumble.whom) if callout else None
        stands = await self._stands(callout, person) if callout and person else None
        if callout is None or person is None or stands is None or self._texts_overtake_each_other():
            self.ledger.counts["acts left out"] += 1
            return
        line = doubtful(Random(mumble.pick), stands)
        self.ledger.meanings.say(person, callout, line.meant, self.stage.now)
        if line.says_yes:
            self._answer_what_was_asked(person)
        self.ledger.counts["mumbled"] += 1
        await self._phone(person).reply(f"{await self._code(callout)} {line.text}", to=OUR_NUMBER)

    def _texts_overtake_each_other(self) -> bool:
        """Whether the carrier delivers some late. "I'm here" from bed may come after "omw", and nobody can tell."""
        return any(
            fault.times != 0 and "inbound" in fault.on and isinstance(fault.effect, Late | Swapped)
            for fault in self._callback_faults
        )

    async def _stands(self, callout: str, person: str) -> Stands | None:
        """Their position; None for somebody who is home, has only offered to come, or has let the call-out go."""
        rows = sa.select(
            t.assignment.c.released_at,
            t.assignment.c.role,
            t.assignment.c.en_route_at,
            t.assignment.c.arrived_at,
            t.assignment.c.cleared_at,
            t.assignment.c.home_at,
        ).where(t.assignment.c.callout == callout, t.assignment.c.person == person)
        found = await self.stage.books.rows(rows.order_by(t.assignment.c.id))
        if not found:
            return Stands.PAGED
        released_at, role, en_route_at, arrived_at, cleared_at, home_at = found[-1]
        if AssignmentRole(role).is_offer or home_at:
            return None
        if released_at:
            declined = sa.select(t.decline.c.at).where(t.decline.c.callout == callout, t.decline.c.person == person)
            return None if await self.stage.books.rows(declined) else Stands.PASSED_OVER
        if arrived_at:
            return Stands.LEFT if cleared_at else Stands.THERE
        return Stands.UNDER_WAY if en_route_at else Stands.HAS_IT

    async def _chase(self, number: int, holder: bool) -> None:
        callout = self.ledger.promised.get(number)
        found = await self.stage.books.told("SELECT status FROM callout WHERE id = $1", callout) if callout else []
        for (status,) in found:
            if status in _CHASED and (holder or status == Status.PAGING):
                await self._reply(ReplyByText(number, *_CHASED[status]))

    async def _pick_up(self, pick_up: PickUp) -> None:
        callout = self.ledger.promised.get(pick_up.number)
        person = await self._who(callout, pick_up.whom) if callout else None
        if person is None:
            self.ledger.counts["acts left out"] += 1
            return
        leaves = pick_up.leaves
        self._behave(Behave(person, Behaviour.ANSWERS, 3, _ANSWERS_MINUTES, pick_up.presses, leaves=leaves))

    def _behave(self, act: Behave) -> None:
        self.ledger.meanings.press(act.who, act.presses, self.stage.now, timedelta(minutes=act.minutes))
        phone = self._phone(act.who)
        phone.behave(
            act.behaviour,
            after=act.after,
            presses=act.presses,
            voicemail=act.voicemail,
            hangs_up_after=act.leaves,
        )
        self.stage.later(
            timedelta(minutes=act.minutes), _calling(lambda: phone.behave(Behaviour.LEFT_TO_RING, after=1.0))
        )

    async def _who(self, callout: str, whom: Whom) -> str | None:
        """The id of the person whom `whom` describes now; None when there is none."""
        if whom is Whom.SHORT:
            query = (
                sa.select(t.decline.c.person)
                .where(t.decline.c.callout == callout, t.decline.c.limited)
                .order_by(t.decline.c.at, t.decline.c.person)
            )
        elif whom in (Whom.HOLDER, Whom.SECOND):
            primary = t.assignment.c.role == AssignmentRole.PRIMARY
            query = (
                sa.select(t.assignment.c.person)
                .where(t.assignment.c.callout == callout, t.assignment.c.released_at.is_(None))
                .where(primary if whom is Whom.HOLDER else ~primary)
                .order_by(t.assignment.c.id)
            )
        else:
            asks = Purpose.ASK_ALONG if whom is Whom.ALONG else Purpose.PAGE
            query = (
                sa.select(t.page.c.person)
                .where(t.page.c.callout == callout, t.page.c.purpose == asks, t.page.c.tried_at.is_not(None))
                .order_by(t.page.c.created_at, t.page.c.id)
            )
        people = list(dict.fromkeys(row[0] for row in await self.stage.books.rows(query)))
        match whom:
            case Whom.PAGED | Whom.ALONG:
                return people[-1] if people else None
            case Whom.OTHER:
                return people[-2] if len(people) > 1 else None
            case _:
                return people[0] if people else None

    async def _code(self, callout: str) -> str:
        found = await self.stage.books.rows(sa.select(t.callout.c.code).where(t.callout.c.id == callout))
        return str(found[0][0])

    async def _open_with(self, code: str) -> str | None:
        found = await self.stage.books.rows(sa.select(t.callout.c.id).where(t.callout.c.open, t.callout.c.code == code))
        return str(found[0][0]) if found else None

    def _phone(self, who: str) -> Phone:
        person = self.stage.roster.person(who)
        return self.stage.carrier.phone(person.phone if person else who)

    # ---- the roster ----

    async def _import(self, change: Import) -> None:
        self._imports.append(change)
        await self._import_now()

        async def back() -> None:
            self._imports.remove(change)
            await self._import_now()

        self.stage.later(timedelta(hours=change.hours), back)

    async def _import_now(self) -> None:
        roster = self.stage.roster
        for change in self._imports:
            roster = _changed(roster, change, self.stage.now)
        try:
            await self.stage.act(import_roster, roster, OPERATOR, Source.CLI)
        except PersonIsNeeded:
            self.ledger.counts["roster imports refused"] += 1

    # ---- faults ----

    def _trouble(self, trouble: Trouble) -> None:
        faults = self.stage.callback_faults if isinstance(trouble.effect, CallbackEffect) else self.stage.faults
        fault = faults.add(trouble.effect, times=None, probability=trouble.probability, on=trouble.on)  # type: ignore[arg-type]  # drawn from the points there are
        if isinstance(trouble.effect, CallbackEffect):
            self._callback_faults.append(fault)
        self.stage.later(timedelta(minutes=trouble.minutes), _calling(fault.off))

    async def _invent(self, invent: Invent) -> None:
        query = sa.select(t.page.c.id, t.page.c.channel, t.page.c.callout).where(t.page.c.tried_at.is_not(None))
        rows = await self.stage.books.rows(query.order_by(t.page.c.created_at.desc(), t.page.c.id).limit(20))
        page, channel, callout = rows[int(invent.pick * len(rows))] if rows else ("nobody's", "sms", None)
        kind = "call" if channel == "voice" else "message"
        door = Door.CALL_NEWS if kind == "call" else Door.TEXT_NEWS
        if not invent.forged:
            self.ledger.invented.add(page)
        field_name = "CallStatus" if kind == "call" else "MessageStatus"
        url = doors(self.stage.url).address(door.path_for(page))
        status = await self.stage.carrier.invent_callback(
            url, {field_name: invent.status}, forged=invent.forged, kind=kind
        )
        self.stage.troubles.struck["Forged" if invent.forged else "Invented"] += 1
        if invent.forged and status is not None and status < 500 and status != 403:
            raise Violated("a forged callback is refused", callout, f"answered {status}")


def _calling(act: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        act()

    return call


def _test_page_if_there(tx: sa.Connection, context: Any, who: str) -> None:
    if context.roster(tx).person(who) is not None:
        test_page.request(tx, context, who, OPERATOR, Source.CLI)


def _changed(roster: Roster, change: Import, now: datetime) -> Roster:
    """The roster with one thing changed."""
    if change.change == "leave":
        people = tuple(person for person in roster.people if person.id != change.who)
        rotations = tuple(
            replace(
                rotation,
                members=tuple(member for member in rotation.members if member != change.who) or rotation.members,
            )
            for rotation in roster.rotations
        )
        overrides = tuple(
            override for override in roster.overrides if change.who not in (override.person, override.replaces)
        )
        return replace(roster, people=people, rotations=rotations, overrides=overrides)
    kind = {"add": OverrideKind.ADD, "replace": OverrideKind.REPLACE}.get(change.change, OverrideKind.REMOVE)
    person = change.who if kind is not OverrideKind.REMOVE else None
    if person is not None and roster.person(person) is None:
        return roster
    replaces = change.who if change.change == "remove" else None
    ends_at = now + timedelta(hours=change.hours)
    override = Override(change.rotation, kind, now - timedelta(minutes=1), ends_at, person, replaces)
    return replace(roster, overrides=(*roster.overrides, override))
