"""`/phones`: every simulated phone of the roster, to be read, answered and replied from in a browser.

It exists only where the carrier is simulated: the demo mounts it beside the service's own pages. Whoever can open it
is everybody in the roster at once, so it answers to this machine only, and takes orders from its own page only.
"""

import asyncio
import json
import secrets
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dispatch.app import Service
from dispatch.inbound.web import pages
from dispatch.rules.facts import AgencyKind, Person, Role, Roster, Status, Target, TargetKind
from dispatch.rules.roster import resolve
from dispatch.rules.wording import times
from dispatch.simulation import sample
from dispatch.simulation.carrier import Behaviour, Call, Phone, SimulatedCarrier
from dispatch.store import callouts
from dispatch.store.callouts import CallOutRecord

BEHAVIOURS = (
    Behaviour.LEFT_TO_RING,
    Behaviour.ANSWERS,
    Behaviour.VOICEMAIL,
    Behaviour.SWITCHED_OFF,
    Behaviour.UNREACHABLE,
    Behaviour.BUSY,
    Behaviour.OPTED_OUT,
)
KEYS = "123456789*0#"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_BUBBLES = 60
_CALLOUTS = 4
_LONGEST_TEXT = 480

# A burst of changes is sent as one: nobody reads faster.
_GATHERS_FOR = 0.04
# Says that the stream lives, and sets the page's clock right.
_CLOCK_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose phone it is. `quick` are the replies offered at a touch, `dials` whether they have a reason to call us."""

    id: str
    name: str
    role: str
    number: str
    group: str
    quick: tuple[str, ...] = ()
    dials: bool = False

    @property
    def initial(self) -> str:
        return self.name.removeprefix("Officer ")[:1]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the page that changes; `version` tells whether the browser has it already."""

    id: str
    html: str

    @property
    def version(self) -> str:
        return f"{zlib.crc32(self.html.encode()):08x}"


class PhonesPage:
    """The page and what it does. `call_out` opens a call-out for an agency and returns its code."""

    def __init__(
        self,
        carrier: SimulatedCarrier,
        our_number: str,
        service: Service,
        roster: Roster,
        speed: float,
        call_out: Callable[[str], Awaitable[str]],
    ) -> None:
        self._carrier, self._our_number, self._service = carrier, our_number, service
        self._roster, self._speed, self._call_out = roster, speed, call_out
        self._now = service.office.now
        self._owners = {owner.id: owner for owner in _owners(roster)}
        self._agencies = [agency for agency in roster.agencies if agency.kind is AgencyKind.CALLER]
        self._watchers: set[asyncio.Event] = set()
        self._closed = False
        carrier.on_change.append(self._tell_watchers)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        self._tell_watchers()

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/phones", include_in_schema=False)
        router.add_api_route("", self.show, methods=["GET"])
        router.add_api_route("/events", self.stream, methods=["GET"])
        router.add_api_route("/callouts", self.open_callout, methods=["POST"])
        router.add_api_route("/{who}/{act}", self.use, methods=["POST"])
        return router

    # ---- reading ----

    async def show(self, request: Request) -> Response:
        """The whole page as it is now."""
        _from_this_machine(request)
        nonce = secrets.token_urlsafe(16)
        html = (
            _environment()
            .get_template("phones.html")
            .render(
                nonce=nonce,
                groups=self._groups(),
                agencies=self._agencies,
                board=await self._board(),
                clock=self._clock(),
                longest=_LONGEST_TEXT,
            )
        )
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data:; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})

    async def stream(self, request: Request) -> Response:
        """Server-Sent Events: first everything, then whatever changes."""
        _from_this_machine(request)
        return StreamingResponse(self._events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _events(self) -> AsyncIterator[str]:
        woken = asyncio.Event()
        self._watchers.add(woken)
        sent: dict[str, str] = {}
        try:
            while not self._closed:
                woken.clear()
                yield _event("clock", self._clock())
                async for event in self._changes(sent):
                    yield event
                try:
                    async with asyncio.timeout(_CLOCK_EVERY):
                        await woken.wait()
                    await asyncio.sleep(_GATHERS_FOR)
                except TimeoutError:
                    continue
        finally:
            self._watchers.discard(woken)

    async def _changes(self, sent: dict[str, str]) -> AsyncIterator[str]:
        """What is not as it was `sent` last; a phone comes with the ids of all that is on it."""
        on_call = self._on_call()
        for owner in self._owners.values():
            view = self._view(owner, on_call)
            pieces = [*view["bubbles"], view["call"], view["role"], view["behaviour"]]
            fresh = [piece for piece in pieces if sent.get(piece.id) != piece.version]
            if fresh:
                sent.update({piece.id: piece.version for piece in fresh})
                yield _event(
                    "phone",
                    {
                        "id": owner.id,
                        "bubbles": [piece.id for piece in view["bubbles"]],
                        "fresh": [[piece.id, piece.version, piece.html] for piece in fresh],
                    },
                )
        board = await self._board()
        if sent.get(board.id) != board.version:
            sent[board.id] = board.version
            yield _event("board", {"version": board.version, "html": board.html})

    def _tell_watchers(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    # ---- doing ----

    async def open_callout(self, request: Request) -> Response:
        """Call out for an agency."""
        form = await _form(request)
        agency = form.get("agency", "")
        if agency not in {one.code for one in self._agencies}:
            raise HTTPException(422, "no such agency calls us")
        code = await self._call_out(agency)
        return _done(request, f"{code} is open for {agency}.", "/phones")

    async def use(self, who: str, act: str, request: Request) -> Response:
        """Let the owner of a phone do something with it."""
        form = await _form(request)
        owner = self._owners.get(who)
        if owner is None:
            raise HTTPException(404, f"nobody here is called {who!r}")
        phone = self._carrier.phone(owner.number)
        try:
            said = await self._do(owner, phone, act, form)
        except LookupError as error:
            raise HTTPException(409, str(error)) from error
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        return _done(request, said, f"/phones#{owner.id}")

    async def _do(self, owner: Owner, phone: Phone, act: str, form: dict[str, str]) -> str:
        match act:
            case "text":
                body = form.get("body", "").strip()
                if not 0 < len(body) <= _LONGEST_TEXT:
                    raise ValueError(f"a text has 1 to {_LONGEST_TEXT} characters")
                await phone.reply(body, to=self._our_number)
                return f"{owner.name} texted “{body}”."
            case "call":
                await phone.call(self._our_number)
                return f"{owner.name} calls the service."
            case "answer":
                await phone.answer()
                return f"{owner.name} answered."
            case "press":
                await phone.press(form.get("keys", ""))
                return f"{owner.name} pressed {form.get('keys', '')}."
            case "hang-up":
                await phone.hang_up()
                return f"{owner.name} hung up."
            case "reject":
                await phone.reject()
                return f"{owner.name} declined the call."
            case "behave":
                behaviour = _behaviour(form.get("behaviour", ""))
                phone.behave(behaviour)
                return f"{owner.name}'s phone: {behaviour.value}."
            case _:
                raise ValueError(f"a phone cannot {act}")

    # ---- what is shown ----

    def _clock(self) -> dict[str, Any]:
        return {"now": round(self._now().timestamp() * 1000), "speed": self._speed}

    def _groups(self) -> dict[str, list[dict[str, Any]]]:
        groups: dict[str, list[dict[str, Any]]] = {}
        on_call = self._on_call()
        for owner in self._owners.values():
            groups.setdefault(owner.group, []).append(self._view(owner, on_call))
        return groups

    def _view(self, owner: Owner, on_call: dict[str, str]) -> dict[str, Any]:
        phone = self._carrier.phone(owner.number)
        return {
            "owner": owner,
            "bubbles": [
                _piece(f"{owner.id}-{item['id']}", "bubble", item=item, local_time=times.local_time)
                for item in self._items(phone)
            ],
            "call": _piece(f"{owner.id}-call", "call_panel", owner=owner, its_call=_its_call(phone), keys=KEYS),
            "role": _piece(f"{owner.id}-role", "role", owner=owner, on_call=on_call.get(owner.id)),
            "behaviour": _piece(f"{owner.id}-behaviour", "behaviour", owner=owner, phone=phone, behaviours=BEHAVIOURS),
        }

    def _on_call(self) -> dict[str, str]:
        """By person, the rotation that they are on call for now."""
        now = self._now()
        return {
            person.id: rotation.name
            for rotation in reversed(self._roster.rotations)
            for person in resolve(self._roster, Target(TargetKind.ROTATION, rotation.name), now)
        }

    def _items(self, phone: Phone) -> list[dict[str, Any]]:
        """Texts and calls of a phone, the newest `_BUBBLES`, oldest first."""
        texts: list[dict[str, Any]] = [
            {"id": text.sid, "at": text.received_at, "kind": "in", "parts": self._linked(text.body)}
            for text in phone.texts
        ]
        replies: list[dict[str, Any]] = [
            {"id": message.sid, "at": message.date_created, "kind": "out", "parts": [(message.body, False)]}
            for message in self._carrier.messages.newest_first(from_=phone.number)
        ]
        calls: list[dict[str, Any]] = [
            {"id": call.sid, "at": call.created_at, "kind": "call", "what": what, "call": call}
            for call in (*phone.calls, *phone.dialled)
            if (what := _what_became_of(call))
        ]
        return sorted([*texts, *reversed(replies), *calls], key=lambda item: item["at"])[-_BUBBLES:]

    def _linked(self, body: str) -> list[tuple[str, bool]]:
        """The words of a text, and whether each piece is a link to our own pages."""
        ours = f"{self._service.office.public_url}/"
        return [(word, word.startswith(ours)) for word in body.split(" ")]

    async def _board(self) -> Piece:
        """The newest call-outs, and how long their clocks have run."""
        records = await self._service.database.read(lambda tx: callouts.records(tx, most=_CALLOUTS))
        shown = [_row(record, self._roster) for record in records]
        first = next((owner.name for owner in self._owners.values() if owner.id in self._on_call()), "somebody")
        return _piece("board", "board", callouts=shown, first=first)


def _row(record: CallOutRecord, roster: Roster) -> dict[str, Any]:
    person = roster.person(record.specialist) if record.specialist else None
    stopped = record.arrived_at or record.ended_at
    return {
        "code": record.code,
        "agency": record.agency,
        "over": not record.status.is_open,
        "since": f"since {times.local_time(record.received_at)}",
        "status": _STATUS[record.status],
        "who": person.first_name if person else None,
        "eta": times.local_time(record.eta_at) if record.eta_at and not record.arrived_at else None,
        "received": _milliseconds(record.received_at),
        "target": round((record.respond_by - record.received_at).total_seconds()),
        "took": round((stopped - record.received_at).total_seconds()) if stopped else None,
        "late": bool(stopped and stopped > record.respond_by) or record.missed,
    }


_STATUS = {
    Status.PAGING: "paging",
    Status.ACKNOWLEDGED: "taken",
    Status.EN_ROUTE: "on the way",
    Status.ON_SCENE: "on scene",
    Status.CLEARED: "left the scene",
    Status.CLOSED: "closed",
    Status.CANCELLED: "cancelled",
}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _owners(roster: Roster) -> list[Owner]:
    """Everybody who has a phone: first those who are paged."""
    specialists = roster.with_role(Role.SPECIALIST)
    quick = ("1 25", "2", "OMW", "HERE", "DONE", "HOME")
    others = [one for one in roster.with_role(Role.COORDINATOR) if one not in specialists]
    partners = [one for one in roster.agencies if one.notice_phone is not None]
    return [
        *(_owner(one, "Specialist", "Specialists", quick) for one in specialists),
        *(_owner(one, "Coordinator", "Everybody else") for one in others),
        Owner("officer", sample.OFFICER_NAME, "Officer", sample.OFFICER_PHONE, "Everybody else", dials=True),
        *(Owner(one.code.lower(), one.code, "Partner", one.notice_phone or "", "Everybody else") for one in partners),
    ]


def _owner(person: Person, role: str, group: str, quick: tuple[str, ...] = ()) -> Owner:
    return Owner(person.id, person.first_name, role, person.phone, group, quick)


_CALL_ENDED = {
    "no-answer": "Missed call",
    "busy": "Declined",
    "failed": "A call did not come through",
    "canceled": "Missed call, called off",
}


def _what_became_of(call: Call) -> str | None:
    """In words, what a phone shows of a call; None when it never rang there."""
    dialled = call.direction == "inbound"
    if call.ended:
        if call.duration:
            minutes, seconds = divmod(call.duration, 60)
            kind = "Voicemail" if call.by_machine else "You called" if dialled else "Call"
            return f"{kind}, {minutes}:{seconds:02}"
        return _CALL_ENDED.get(call.status, "Call, 0:00")
    if call.by_machine:
        return "Voicemail has taken the call"
    if call.connected:
        return "On the phone"
    return "Incoming call" if call.ringing else "Calling" if dialled else None


def _its_call(phone: Phone) -> Call | None:
    """The call that can be acted on now."""
    waiting = next((call for call in reversed(phone.dialled) if not call.ended), None)
    return phone.connected or phone.ringing or waiting


def _behaviour(name: str) -> Behaviour:
    chosen = next((one for one in BEHAVIOURS if one.name.lower() == name), None)
    if chosen is None:
        raise ValueError(f"a phone cannot be {name!r}")
    return chosen


# ---- the web -------------------------------------------------------------------------------------------------------


def _from_this_machine(request: Request) -> None:
    """Raises `HTTPException` 403 for any other; also for a foreign name that was made to point here (DNS rebinding)."""
    client = request.client.host if request.client else ""
    if client not in _LOOPBACK or request.url.hostname not in _LOOPBACK:
        raise HTTPException(403, "the phones are for this machine only: open them at http://127.0.0.1")


async def _form(request: Request) -> dict[str, str]:
    """The form of a request that comes from our own page, or from no browser. Raises `HTTPException` 403."""
    _from_this_machine(request)
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = urlsplit(str(request.base_url)).netloc
    if (site is not None and site != "same-origin") or (origin is not None and urlsplit(origin).netloc != own):
        raise HTTPException(403, "the phones take orders from their own page only")
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _done(request: Request, said: str, back: str) -> Response:
    """To the page's script what happened, to a plain form the page again."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(back, 303)
    return JSONResponse({"said": said})


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


@cache
def _environment() -> Environment:
    here = Path(__file__).parent / "web"
    return Environment(
        loader=FileSystemLoader([here, Path(pages.__file__).parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _pieces() -> Any:
    return _environment().get_template("_phone.html").module


def _piece(id_: str, macro: str, **values: Any) -> Piece:
    return Piece(id_, str(getattr(_pieces(), macro)(**values)).strip())
