"""A coordinator's browser at the view of one call-out: what is pressed there, once to see it and once to do it."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

import httpx

from dispatch.rules.commands.commands import (
    AddPartner,
    Assign,
    Cancel,
    ChangeDetails,
    Close,
    Command,
    CorrectStamp,
    GoMyself,
    JoinCall,
    NextStep,
    PagePerson,
    RangOfficer,
    SetEta,
    TellOfficer,
    TellSpecialist,
    Verify,
)
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from tests.inbound.house import ANA, DEV, House
from tests.inbound.sign_in.room import Door, Ui

_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass
class Pressing:
    """A browser that is signed in, and the house it stands before."""

    house: House
    door: Door

    async def sees(self, name: str, status: int = 200) -> str:
        """The page of a call-out by its id or code, as text."""
        answer = await self.door.get(f"/callouts/{name}")
        assert answer.status_code == status, answer.text
        return unescape(answer.text)

    async def shows(
        self, callout: str, kind: str, form: Mapping[str, str] | None = None, *, status: int = 200
    ) -> httpx.Response:
        """The preview of a command, or the page that says why there is none."""
        answer = await self.door.post(f"/callouts/{callout}/{kind.replace('_', '-')}", form)
        assert answer.status_code == status, answer.text
        return answer

    async def confirms(self, preview: httpx.Response) -> httpx.Response:
        """Press the button of a preview."""
        form = re.search(r'<form class="buttons" method="post" action="([^"]+)">(.*?)</form>', preview.text, re.DOTALL)
        assert form is not None, preview.text
        hidden = {name: unescape(value) for name, value in _FIELD.findall(form[2])}
        assert hidden["digest"]
        return await self.door.post(form[1], hidden)

    async def does(self, callout: str, kind: str, **form: str) -> httpx.Response:
        """Both presses, and what the page says then."""
        done = await self.confirms(await self.shows(callout, kind, form))
        assert done.status_code == 303, done.text
        return await self.door.get(done.headers["location"])


@asynccontextmanager
async def pressing(house: House, name: str = "cora", kind: str = "normal") -> AsyncIterator[Pressing]:
    """Signed in as a person, or before a wall that they made."""
    ui = Ui(house)
    async with ui.browser(agent=f"the browser of {name}") as door:
        door.carry((await ui.session(name, kind)).token)
        yield Pressing(house, door)


def plain(answer: httpx.Response) -> str:
    """The words of a page, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


# ---- one command each ----------------------------------------------------------------------------------------------


async def waits(house: House) -> str:
    """A call-out for which Ana is being paged."""
    created = await house.opened(meeting_place={"address": "400 W Broadway"})
    await house.went_out(created["id"])
    id_: str = created["id"]
    return id_


async def answered_late(house: House) -> str:
    """One that Dev has, and to which Ana could come."""
    id_ = await waits(house)
    (row,) = await house.rows(t.callout, id=id_)
    await house.text(f"{row['code']} 1 25", sender=DEV)
    await house.text("1", sender=ANA)
    return id_


async def taken(house: House) -> str:
    """One that Ana has."""
    created = await house.opened(meeting_place={"address": "400 W Broadway"})
    await house.taken(created)
    house.clock.pass_minutes(2)
    id_: str = created["id"]
    return id_


async def unverified(house: House) -> str:
    """One that Ana has, of a caller who named a place and whom nobody has verified."""
    id_ = await taken(house)
    await house.change(t.callout, id_, trust="listed", place_unconfirmed=True)
    return id_


@dataclass(frozen=True)
class Try:
    """A command as it is filled in, on what; `shown` are words of its preview, `said` what the page says when it is
    done."""

    command: type[Command]
    before: Callable[[House], Awaitable[str]]
    form: Mapping[str, str]
    shown: str
    said: str


TRIES = (
    Try(PagePerson, waits, {"person": "cleo"}, "Page Cleo now", "The page is going out"),
    Try(NextStep, waits, {}, "Begin the next step", "The next step has begun"),
    Try(GoMyself, waits, {"minutes": "20"}, "yourself", "You have"),
    Try(Assign, waits, {"person": "cleo", "minutes": ""}, "page on until somebody has it", "Assigned"),
    Try(AddPartner, taken, {"person": "cleo", "spoke": "yes"}, "Add Cleo", "A partner"),
    Try(SetEta, taken, {"minutes": "clock", "clock": "02:40"}, "ETA 02:40", "The ETA is set"),
    Try(
        CorrectStamp,
        taken,
        {"stamp": "en_route_at", "at": "2026-01-07T02:15", "reason": "she rang"},
        "on the way 02:15",
        "The stamp is set",
    ),
    Try(
        ChangeDetails,
        taken,
        {"shown": '{"officer_phone": "+15625550177"}', "officer_phone": "+15625550177", "children": "2"},
        "changed: children",
        "The details are changed",
    ),
    Try(TellSpecialist, taken, {"words": "Gate 7"}, "Write about", "on their way to whoever goes"),
    Try(TellOfficer, taken, {"words": "Ten minutes more"}, "Ten minutes more", "on their way to the officer"),
    Try(Cancel, waits, {"why": "not for us"}, "nobody will come", "Cancelled"),
    Try(JoinCall, taken, {}, "Ring Cora, to be joined with the officer", "Your phone rings in a moment"),
    Try(RangOfficer, taken, {}, "Say that you rang the officer", "nobody is rung about it any more"),
    Try(Verify, unverified, {}, "is verified: 2 texts", "The caller is verified"),
    Try(Close, taken, {"children_met": "1", "freedom_bags": "1"}, "Close", "Closed"),
)


def doing(one: Try) -> Callable[[House], Awaitable[None]]:
    """One command, whole, as Cora, who is a specialist as well where she goes herself."""

    async def do(house: House) -> None:
        callout = await one.before(house)
        if one.command is GoMyself:
            await make_specialist(house)
        async with pressing(house) as cora:
            assert one.said in (await cora.does(callout, one.command.do, **one.form)).text

    return do


async def make_specialist(house: House) -> None:
    await Ui(house).give_roles("cora", Role.COORDINATOR, Role.SPECIALIST)


async def opens_by_hand(house: House) -> None:
    async with pressing(house) as cora:
        form = {"agency": "LAPD", "officer_phone": "+15625550188", "key": "k1"}
        shown = await cora.door.post("/callouts/new", form)
        assert (await cora.confirms(shown)).status_code == 303


async def has_alarm(house: House) -> None:
    callout = await taken(house)
    await house.text("SOS", sender=ANA)
    alarm = (await house.rows(t.alarm))[0]["id"]
    async with pressing(house) as cora:
        assert (await cora.door.post(f"/callouts/{callout}/alarm", {"alarm": alarm})).status_code == 303


DOORS: dict[tuple[str, str], tuple[Callable[[House], Awaitable[None]], str | None]] = {
    **{
        ("POST", f"/callouts/{{callout_id}}/{one.command.do.replace('_', '-')}"): (doing(one), "coordinator")
        for one in TRIES
    },
    ("POST", "/callouts/{callout_id}/alarm"): (has_alarm, "coordinator"),
    ("POST", "/callouts/new"): (opens_by_hand, "coordinator"),
}
