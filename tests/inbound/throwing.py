"""Throws words at every door that the application has: at each field, query, header and parameter of each address.

Which doors there are, and what each takes, is read from the application and from the code behind its doors. So a new
door is thrown at without anybody thinking of it.
"""

import contextlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import Enum
from pathlib import Path
from random import Random
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import quote, urlencode

import httpx
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel

from dispatch import carriers
from dispatch.actions.access.sign_in import NewSession
from dispatch.actions.people import verify_number
from dispatch.actions.roster.overrule_rest import RestsNot, overrule_rest
from dispatch.actions.schedule.keep_feeds import MadeFeed, make_feed
from dispatch.actions.shifts.own_shifts import new_own_link
from dispatch.inbound import web
from dispatch.inbound.web.callout import command_forms
from dispatch.inbound.web.people.person_form import PersonForm
from dispatch.inbound.web.roster.item_forms import FORMS
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.callout import Details, Outcome
from dispatch.rules.facts.phone_calls import PagedStage
from dispatch.rules.hotline import stages
from dispatch.store import tables as t
from tests.inbound.house import ANA, OFFICER, House, signature_headers
from tests.inbound.sign_in.room import PASSWORD, Door, Ui
from tests.thrown import Thrown

DoorName = tuple[str, str]
"""The method and the path of a route, as the application has it."""

SHUT = frozenset({401, 403, 404, 405, 410, 414, 415})
"""What whoever has not come in is answered."""

_HEADERS = ("User-Agent", "Referer", "Accept-Language", "X-Forwarded-For", "Idempotency-Key", "Prefer", "X-Request-Id")
_QUERY = ("agency", "stage", "turn", "round", "again", "keys", "next")
_UNREAD = {"CallerName", "SpeechResult", "ErrorMessage", "To", "FromCity", "CallerCity", "RecordingUrl", "ProfileName"}
"""Fields of a carrier that no code of ours reads."""
_NUMBERS = "children children_met freedom_bags"
_OF_THE_SCHEDULE = ("/v1/on-call", "/v1/schedule")
_MISS = "past-20"  # of the weeks that have passed


def _read_in(package: Any, pattern: str) -> set[str]:
    """The names of fields that the code of a package reads."""
    files = Path(inspect.getfile(package)).parent.rglob("*.py")
    found = {name for file in files for group in re.findall(pattern, file.read_text("utf-8")) for name in _names(group)}
    assert found
    return found


def _names(written: str) -> list[str]:
    return re.findall(r'"(\w+)"', written)


CARRIERS_FIELDS = sorted(_read_in(carriers, r"(?:field|needed)\(([^)]*)\)") | {"Digits"} | _UNREAD)
"""What a carrier's adapter reads of a form, and more."""
FORM_FIELDS = sorted(
    _read_in(web, r'\(form, ("\w+")')
    | _read_in(web, r'form(?:\(visit\.request\)\))?(?:\.get\(|\[)("\w+")')
    | _read_in(web, r'typed\.(?:one|many|lines|has)\(("\w+")')
    | {key for form in FORMS.values() for key in form.labels}
    | {"target-1", "wait-1", "gone-1", "night-CSN", "day-CSN"}
    | {one.name for one in fields(Outcome)}
    | set(command_forms.filled(Details("")))
    | {*PersonForm.labels, "roster-version", "roster-digest", "roster-gap"}
)
"""What the pages of coordinators read of a form that their doors do not declare."""


@dataclass
class Throwing:
    """Somebody who knows every key, link and signature, and writes words wherever anything can be written.

    `let_in` are the doors that have looked at what was thrown, `failed` those that fell over it, with their status.
    """

    house: House
    thrown: Thrown
    let_in: set[DoorName] = field(default_factory=set)
    failed: list[tuple[str, str, int]] = field(default_factory=list)
    _callout: str = ""
    _call: str = ""
    _call_alarm: str = ""
    _alarm: str = ""
    _paged: bool = False
    _sessions: dict[str, NewSession] = field(default_factory=dict)
    _links: dict[str, str] = field(default_factory=dict)

    async def at_every_door(self) -> None:
        self.house.service.web.state.live.close()  # a stream that is let in ends at once
        ui = Ui(self.house)
        async with ui.browser(agent=self.thrown.ascii()) as browser:
            for method, route in doors(self.house):
                await self._stand()
                for wild in (False, True):
                    answer = await self._throw(ui, browser, method, route, wild=wild)
                    if answer.status_code >= 500 and route.path != "/readyz":
                        self.failed.append((method, str(route.path), answer.status_code))
                    if answer.status_code not in SHUT:
                        self.let_in.add((method, str(route.path)))

    # ---- what there is to throw at -----------------------------------------------------------------------------------

    async def _stand(self) -> None:
        """Where there is none any more: an open call-out that Ana has, a call that nobody has decided, and links to
        both."""
        house = self.house
        callout = await house.rows(t.callout, id=self._callout, open=True)
        if not callout or not await house.rows(t.assignment, callout=self._callout, released_at=None):
            await close_all(house)  # a text of Ana's is to be about the one that she has
            with contextlib.suppress(RestsNot):  # and she is to be paged for it
                await house.service.runner.act(overrule_rest, "ana", OPERATOR, Source.CLI)
            self._callout = (await house.opened(unit=self.thrown.short()))["id"]
            await house.went_out(self._callout)
            await house.taken({"id": self._callout})
            await house.text("SOS", sender=ANA)
            self._links["/r/"] = (await house.link(self._callout)).rpartition("/")[2]
            self._links["/o/"] = await self._linked("/o/", callout=self._callout)
            self._links["/a/"] = await self._linked("/a/", callout=self._callout)
            (self._alarm,) = {row["id"] for row in await house.rows(t.alarm, callout=self._callout, kind="danger")}
        if not await house.rows(t.new_number, person="ben", ended_at=None):
            act, ask = house.service.runner.act, verify_number.ask
            await act(ask, "ben", "+15625550143", OPERATOR, Source.WEB, is_landline=False)
            self._links["/n/"] = await self._linked("/n/", purpose="number")
        decided = not await house.rows(t.hotline_call, id=self._call, callout=None, dismissed_at=None)
        if decided or not await house.rows(t.alarm, id=self._call_alarm, ended_at=None):
            house.clock.pass_minutes(1)  # of many callers who say nothing, coordinators are rung about one a minute
            sid = f"CA {self.thrown.short()}"
            await house.carrier("/twilio/voice/hotline", {"CallSid": sid, "From": "anonymous"})
            await house.carrier("/twilio/voice/hotline/status", {"CallSid": sid, "CallStatus": "completed"})
            self._call = (await house.row(t.hotline_call, carrier_id=sid))["id"]
            # Beyond two of them, all who said nothing have one alarm.
            of_all = await house.rows(t.alarm, kind="silent_calls", ended_at=None)
            alarm = [*await house.rows(t.alarm, call=self._call), *of_all][0]
            self._call_alarm = alarm["id"]
            self._links["call"] = await self._linked("/a/", alarm=self._call_alarm)

    async def _linked(self, kind: str, **about: Any) -> str:
        """The token of the newest link of this kind that was texted."""
        texts = [row["text"] for row in await self.house.rows(t.page, **about) if kind in row["text"]]
        token: str = texts[-1].partition(kind)[2].split()[0]
        return token

    async def _in_the_address(self, ui: Ui, path: str, name: str) -> str:
        """The real value of a parameter of an address."""
        match name:
            case "callout_id":
                return _MISS if path.startswith("/response-times/") else self._callout
            case "page":
                return str((await self.house.rows(t.page, callout=self._callout, channel="voice"))[0]["id"])
            case "call" | "call_id":
                return self._call
            case "alarm" | "alarm_id":
                return self._alarm
            case "session_id":
                return (await ui.session("cora")).session.id
            case "token" if path.startswith("/welcome/"):
                return (await ui.invite()).rpartition("/")[2]
            case "token" if path.startswith(("/wall/", "/let-in/")):
                return await self._shown_once(ui, path)
            case "token" if path.startswith("/calendar/"):
                return (await self._feed()).token
            case "token" if path.startswith("/me/"):
                return (await self._own_link()).rpartition("/")[2]
            case "feed_id":
                return (await self._feed()).feed.id
            case "token":
                return self._links["call" if path.endswith(("/page-now", "/dismiss")) else path[:3]]
        known = {
            "version": "1",
            "number": "1",
            "rotation": "primary",
            "day": "2026-01-08",
            "person": "cora",
            "period": "2025-12",
            "file": "ui.css",
        }
        return (known | _NAMED)[name]

    async def _feed(self) -> MadeFeed:
        return await self.house.service.runner.act(make_feed, OPERATOR, Source.CLI, person="ana")

    async def _own_link(self) -> str:
        return await self.house.service.runner.act(new_own_link, "ana")

    async def _shown_once(self, ui: Ui, path: str) -> str:
        async with ui.signed_in("cora") as door:
            link = ui.wall_link if path.startswith("/wall/") else ui.browser_link
            return (await link(door)).rpartition("/")[2]

    # ---- one throw ---------------------------------------------------------------------------------------------------

    async def _throw(self, ui: Ui, browser: Door, method: str, route: RouteContext, *, wild: bool) -> httpx.Response:
        """Throw once: what has a real value has it, and everything else is words; `wild` throws at anything."""
        path = await self._address(ui, route, wild=wild)
        self._paged = "/page/" in path
        path += "?" + urlencode(self._query(route, wild=wild))
        chance, headers = self.thrown.chance, {name: self.thrown.ascii() for name in (*_HEADERS, *_declared(route))}
        if path.startswith("/twilio/"):
            form = {name: self._value(name, wild=wild) for name in CARRIERS_FIELDS}
            return await self.house.carrier(path, form | {self.thrown.short(): self.thrown.words()})
        if path.startswith("/v1/"):
            body = None if method == "GET" else self._json(_model(route), wild=wild) | {self.thrown.short(): 1}
            keys = [self.house.lbpd, self.house.coordinator]
            key = chance.choice(keys) if wild else keys["agencies" not in (route.tags or ())]
            if route.path in _OF_THE_SCHEDULE:
                key = self.house.schedule
            if str(route.path).startswith(("/v1/schedule/changes", "/v1/covers", "/v1/away")):
                key = self.house.schedule_changes
            if route.path == "/v1/callouts" and method == "POST" and not wild:
                return await self._signed(body or {}, headers)
            return await self.house.ask(method, path, body, key=key, headers=headers)
        await self._sign_in(ui, browser, "omar" if str(route.path).endswith("/verdict") else "cora")
        if method == "GET":
            return await browser.get(path, **headers)
        names = [one.alias for one in route.dependant.body_params] or FORM_FIELDS
        form = {name: self._value(name, wild=wild) for name in names} | {self.thrown.short(): self.thrown.words()}
        return await browser.web.post(path, data=form, headers=headers | {"Sec-Fetch-Site": "same-origin"})

    async def _sign_in(self, ui: Ui, browser: Door, who: str) -> None:
        """As this person, where what was thrown before has ended their session."""
        session = self._sessions.get(who)
        if session is None or not await self.house.rows(t.session, id=session.session.id, revoked_at=None):
            session = self._sessions[who] = await ui.session(who)
        browser.carry(session.token)

    async def _signed(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Response:
        sent, secret = json.dumps(body).encode(), self.house.lbpd.webhook_secret
        assert secret is not None
        signed = signature_headers(secret, sent, at=self.house.clock(), webhook_id=self.thrown.ascii())
        typed = {"Content-Type": "application/json"}
        return await self.house.web.post(
            "/v1/callouts?agency=LBPD", content=sent, headers={**headers, **signed, **typed}
        )

    async def _address(self, ui: Ui, route: RouteContext, *, wild: bool) -> str:
        path = str(route.path)
        for name, kind in re.findall(r"\{(\w+)(:path)?\}", path):
            throws = wild and self.thrown.chance.random() < 0.5
            real = self.thrown.words() if throws else await self._in_the_address(ui, path, name)
            path = path.replace(f"{{{name}{kind}}}", quote(real, safe=""))
        return path

    def _query(self, route: RouteContext, *, wild: bool) -> dict[str, str]:
        query = {name: self._value(name, wild=wild) for name in (*_fields(route), "stage")}
        more = dict.fromkeys((*_QUERY, self.thrown.short()), self.thrown.words())
        return query | {name: words for name, words in more.items() if wild or name not in query}

    def _value(self, name: str, *, wild: bool) -> str:
        """A real value for a field of this name, if there is one; otherwise words."""
        real = self._real(name)
        return self.thrown.words() if real is None or (wild and self.thrown.chance.random() < 0.3) else real

    def _real(self, name: str) -> str | None:
        """A value that a field of this name takes."""
        thrown, now = self.thrown, self.house.clock()
        moment = (now - timedelta(minutes=1)).isoformat()
        known = {
            "From": (thrown.phone(), OFFICER),
            "CallSid MessageSid SmsSid": (f"CA{thrown.phone()}",),
            "Digits": ("1", f"{thrown.phone()[1:]}#", "2"),
            "MessageStatus": ("delivered", "failed"),
            "CallStatus": ("completed", "busy"),
            "stage": tuple(map(str, PagedStage if self._paged else stages.Stage)),
            "callback_phone officer_phone": (thrown.phone(),),
            "agency called": ("LBPD",),
            "start": ("LBH",),
            "key_id": (self.house.lapd.id,),
            "person": ("ana", "cleo"),
            "key": (thrown.short(),),
            "at eta_at dcfs_at probation_at eta": (moment, (now + timedelta(minutes=9)).isoformat()),
            "recovered_at hotline_called_at": (f"{thrown.date()}T08:30:00Z",),
            "stamp": ("en_route_at", "arrived_at"),
            "digest": ("0" * 32, ""),
            _NUMBERS: ("2",),
            "limit": ("20",),
            "before": (self._callout,),
            "current password again": (PASSWORD,),
            "since until": (moment,),
            "alarm": (self._alarm,),
            "status": ("open",),
            "code": ("surge",),
            "approve": ("yes",),
            "cause": ("far away",),
            "help": ("nothing that we know of",),
            "scheme": ("dark",),
            "number": ("1", "2"),
            "first": (now.date().isoformat(),),
            "last": ((now + timedelta(days=9)).date().isoformat(),),
        }
        found = next((values for names, values in known.items() if name in names.split()), None)
        return thrown.chance.choice(found) if found else None

    def _json(self, model: Any, *, wild: bool) -> dict[str, Any]:
        """A body for a door: the fields of its model, real or thrown, those of objects within it as well."""
        models = list(_models(model))
        if not models:
            return {}
        chance, body = self.thrown.chance, {}
        for name, one in chance.choice(models).model_fields.items():
            inner = list(_models(one.annotation))
            if get_origin(one.annotation) is Literal:
                body[name] = get_args(one.annotation)[0]
            elif inner and not (wild and chance.random() < 0.3):
                body[name] = self._json(one.annotation, wild=wild)
            elif (real := self._real(name)) is not None and not (wild and chance.random() < 0.3):
                body[name] = int(real) if name in _NUMBERS.split() else real
            else:
                body[name] = self.thrown.json() if wild else self.thrown.words()
        return body


# ---- one thing at a time ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """One parameter of an address, or one field of a query, at one door. All others are as they should be: what is
    `beside` it in the query chooses how it is read."""

    method: str
    path: str
    field: str
    beside: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.field}" + (f" beside {dict(self.beside)}" if self.beside else "")


def targets(house: House) -> Iterator[Target]:
    """Each of them; a moment, a day or a number once more beside each word that another field takes."""
    for method, route in doors(house):
        path, query = str(route.path), _fields(route)
        yield from (Target(method, path, name, {}) for name in re.findall(r"\{(\w+)\}", path))
        for name, kind in query.items():
            yield Target(method, path, name, {})
            if not {*_types(kind)} <= {str, bool, NoneType} and not _choices(kind):
                others = ((other, word) for other in query for word in _choices(query[other]) if other != name)
                yield from (Target(method, path, name, {other: word}) for other, word in others)


async def place(house: House) -> dict[str, str]:
    """An open call-out that Ana has and is in danger on: what the parameters of addresses are, those of links by how
    their address begins."""
    throwing = Throwing(house, Thrown(Random(0)))
    await throwing._stand()
    real = {"callout_id": throwing._callout, "alarm_id": throwing._alarm, "call_id": throwing._call}
    page = (await house.rows(t.page, callout=throwing._callout, channel="voice"))[0]["id"]
    return (
        real | throwing._links | {"call": throwing._call, "page": page, "period": "2025-12", "person": "cora"} | _NAMED
    )


_NAMED = {"part": "agencies", "code": "LBPD"}
"""Of the roster."""


def aimed(target: Target, typed: str, real: Mapping[str, str]) -> str:
    """The address with `typed`, as it is, where the target is."""
    path = target.path
    for name in re.findall(r"\{(\w+)\}", path):
        value = typed if name == target.field else real[path[:3] if name == "token" else name]
        path = path.replace(f"{{{name}}}", value)
    query = dict(target.beside) | ({} if f"{{{target.field}}}" in target.path else {target.field: typed})
    return path + "?" * bool(query) + "&".join(f"{name}={value}" for name, value in query.items())


async def close_all(house: House) -> None:
    """A coordinator's program closes every call-out that is open."""
    for row in await house.rows(t.callout, open=True):
        answer = await house.ask("POST", f"/v1/callouts/{row['id']}/close", key=house.coordinator)
        assert answer.status_code == 200, answer.text


def doors(house: House) -> Iterator[tuple[str, RouteContext]]:
    """Every door of the application, those that change nothing last; HEAD is answered as GET is."""
    found = list(iter_route_contexts(house.service.web.routes))
    yield from ((method, route) for route in found for method in sorted((route.methods or set()) - {"GET", "HEAD"}))
    yield from (("GET", route) for route in found if "GET" in (route.methods or ()))


def _declared(route: RouteContext) -> list[str]:
    return [one.alias for one in route.dependant.header_params]


def _model(route: RouteContext) -> Any:
    return route.body_field.field_info.annotation if route.body_field else None


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for one in get_args(annotation):
            yield from _models(one)


def _fields(route: RouteContext) -> dict[str, Any]:
    """What a route reads of a query, each with its type: parameters of its own, or the fields of a model."""
    found: dict[str, Any] = {}
    for one in route.dependant.query_params:
        kind = one.field_info.annotation
        models = [field for model in _models(kind) for field in model.model_fields.items()]
        found |= {field.alias or name: field.annotation for name, field in models} or {one.alias: kind}
    return found


def _types(annotation: Any) -> list[Any]:
    """Those of which a type is made."""
    inner = get_args(annotation)
    if get_origin(annotation) is Literal or not inner:
        return [annotation]
    return [one for part in (inner[:1] if get_origin(annotation) is Annotated else inner) for one in _types(part)]


def _choices(annotation: Any) -> list[str]:
    """Every word that a field takes, where there are only so many."""
    words: list[str] = []
    for one in _types(annotation):
        if get_origin(one) is Literal:
            words += get_args(one)
        elif issubclass(one, Enum):
            words += [member.value for member in one]
    return words
