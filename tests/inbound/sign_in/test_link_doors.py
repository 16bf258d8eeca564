"""Each kind of link at each door behind a link, drawn from the kinds and the doors that there are."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.routing import APIRoute

from dispatch.actions.access import keep_accounts, let_in, sign_in
from dispatch.actions.access.sign_in import Browser
from dispatch.actions.context import Context
from dispatch.actions.people import verify_number
from dispatch.actions.schedule.keep_feeds import make_feed
from dispatch.actions.shifts.own_shifts import new_own_link
from dispatch.inbound.http import known_links
from dispatch.rules.access import alarm_link, calendar_link, own_link, place_link
from dispatch.rules.access.sign_in import LET_IN, LINK_LIVES, WALL, WELCOME
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.people import new_number
from dispatch.rules.people.new_number import NumberEnd
from dispatch.rules.replies import officer_view
from dispatch.store import tables as t
from dispatch.store.access import links
from dispatch.store.access.links import (
    AlarmLink,
    BrowserLink,
    CalendarLink,
    Link,
    NewLink,
    NumberLink,
    OfficerLink,
    OwnLink,
    SpecialistLink,
    WallLink,
    WelcomeLink,
)
from dispatch.store.engine.database import Database
from dispatch.store.transaction import Transaction
from tests.inbound.house import ANA, PUBLIC_URL
from tests.inbound.sign_in.room import OUR_FORM, PASSWORD, Ui
from tests.inbound.sign_in.routes import routes_of
from tests.inbound.sign_in.test_ending_access import _calls

DOORS: Mapping[type[Link], str] = {
    SpecialistLink: place_link.PATH,
    OfficerLink: officer_view.PATH,
    AlarmLink: alarm_link.PATH,
    WelcomeLink: WELCOME,
    WallLink: WALL,
    BrowserLink: LET_IN,
    CalendarLink: calendar_link.PATH,
    NumberLink: new_number.PATH,
    OwnLink: own_link.PATH,
}
NEW = "+15625550143"


def _behind_links(ui: Ui) -> Iterator[tuple[str, str]]:
    """Every method and path that a token opens."""
    ui.house.service.web.state.live.close()  # a stream that is let in ends at once
    for route in routes_of(ui.house.service.web):
        if isinstance(route, APIRoute) and "{token}" in route.path:
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, route.path


def _kind_of(path: str) -> type[Link]:
    (kind,) = [kind for kind, door in DOORS.items() if path.startswith(door.partition("{")[0])]
    return kind


async def _one_of_each(ui: Ui) -> dict[type[Link], str]:
    """The token of one link of each kind, about things that exist: Ana has a call-out and cries for help."""
    house, act = ui.house, ui.house.service.runner.act
    created = await house.opened()
    await house.taken(created)
    await house.text("SOS", sender=ANA)
    (alarm, *_) = await house.rows(t.alarm)
    await act(verify_number.ask, "ben", NEW, OPERATOR, Source.CLI, is_landline=False)
    (asked,) = await house.rows(t.page, purpose="number")
    later = house.clock() + LINK_LIVES
    made: dict[type[Link], Link] = {
        SpecialistLink: SpecialistLink(callout=created["id"], person="ana", expires_at=later),
        OfficerLink: OfficerLink(callout=created["id"], expires_at=later),
        AlarmLink: AlarmLink(alarm=alarm["id"], person="cora", expires_at=later),
        WallLink: WallLink(person="cora", expires_at=later),
        BrowserLink: BrowserLink(person="cora", expires_at=later),
    }
    new = [NewLink(f"token{kind.kind}", link, house.clock()) for kind, link in made.items()]
    await house.service.database.write(lambda tx: links.make(tx, new))
    found = re.search(r"/n/(\w+)", asked["text"])
    assert found is not None
    return {
        **{type(one.link): one.token for one in new},
        NumberLink: found[1],
        OwnLink: (await act(new_own_link, "ana")).rpartition("/")[2],
        WelcomeLink: (await ui.invite("omar")).rpartition("/")[2],
        CalendarLink: (await act(make_feed, OPERATOR, Source.CLI, person="ben")).token,
    }


def _form(number: int) -> dict[str, str]:
    """One that fits every door, and says another thing each time: a press that says the same is mostly none."""
    day = f"2026-12-{1 + number % 20:02}"
    return {
        "stamp": ("en_route_at", "arrived_at")[number % 2],
        "eta": f"2026-11-24T10:{20 + number % 30:02}:00+00:00",
        "words": f"the door is {number} steps down",
        "text": f"the door is {number} steps down",
        "digest": "none",
        "person": ("ben", "dev")[number % 2],
        "first": day,
        "last": day,
        "hour": str(15 + number % 3),
        "test_hour": str(10 + number % 3),
        "area": ("", "lb")[number % 2],
        "number": "1",
        "code": "123456",
        "password": PASSWORD,
        "again": PASSWORD,
    }


async def _rows(ui: Ui) -> int:
    return sum([len(rows) for rows in (await ui.house.everything(but=frozenset())).values()])


def test_every_kind_and_every_door_is_tried() -> None:
    """A new kind of link has to be added above, with its door."""
    assert {kind.kind for kind in DOORS} == {kind.kind for kind in Link.__subclasses__()}


@pytest.mark.costs(3)
@pytest.mark.one_database  # which link a token is of is asked on both by `tests/store/test_links.py`
async def test_a_link_opens_no_door_of_another_kind(ui: Ui) -> None:
    """Each token at each door of another kind is answered as a made-up one is, and changes nothing."""
    tokens, tried = await _one_of_each(ui), 0
    async with ui.browser() as door:
        before = await ui.house.everything(but=frozenset())
        for method, path in _behind_links(ui):
            for kind, token in tokens.items():
                if kind is _kind_of(path):
                    continue
                answers = []
                for shown in (token, "x" * 23):
                    at = path.replace("{token}", shown)
                    answers.append(await door.web.request(method, at, headers=OUR_FORM, data=_form(0)))
                mine, made_up = ((one.status_code, one.text.replace(token, "x" * 23)) for one in answers)
                assert (mine, answers[0].status_code) == (made_up, 410), f"{kind.kind} at {method} {path}"
                tried += 1
        assert tried > 300
        assert await ui.house.everything(but=frozenset()) == before


@pytest.mark.slow
@pytest.mark.one_database  # what is written and bounded does not depend on the database
async def test_no_link_makes_rows_without_end(ui: Ui, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a hand presses, and whatever it says each time: after as many presses as may count none leaves
    anything."""
    monkeypatch.setattr(known_links, "MOST_PRESSES", 4)
    tokens, pressed = await _one_of_each(ui), count()
    for method, path in _behind_links(ui):
        if method != "POST":
            continue
        ui.house.service.web.state.presses = known_links.Presses()
        at = path.replace("{token}", tokens[_kind_of(path)])
        after = []
        async with ui.browser() as door:
            for _ in range(2):
                for _ in range(5):
                    await door.post(at, _form(next(pressed)))
                after.append(await _rows(ui))
        assert after[0] == after[1], path


async def test_a_person_has_two_calendars_of_their_own_making(ui: Ui) -> None:
    """The newest ones: whoever has set up a new phone sees it work."""
    own = (await ui.house.service.runner.act(new_own_link, "ana")).removeprefix(PUBLIC_URL)
    async with ui.browser() as door:
        feeds = []
        for _ in range(5):
            ui.house.clock.moment += timedelta(seconds=1)
            made = re.search(r"/calendar/\w+\.ics", (await door.post(f"{own}/feed")).text)
            assert made is not None
            feeds.append(made[0])
        assert [(await door.get(feed)).status_code for feed in feeds] == [410, 410, 410, 200, 200]


async def test_a_link_may_be_pressed_again_after_an_hour(ui: Ui) -> None:
    """And another one at any time."""
    act = ui.house.service.runner.act
    own, others = [(await act(new_own_link, who)).removeprefix(PUBLIC_URL) for who in ("ana", "ben")]
    async with ui.browser() as door:
        answers = [(await door.post(f"{own}/back")).status_code for _ in range(known_links.MOST_PRESSES + 1)]
        assert (set(answers[:-1]), answers[-1]) == ({303}, 429)
        assert (await door.post(f"{others}/back")).status_code == 303
        ui.house.clock.moment += known_links.WITHIN
        assert (await door.post(f"{own}/back")).status_code == 303


# ---- at two nodes --------------------------------------------------------------------------------------------------

Uses = Callable[[Transaction, Context, str], object]
_BROWSER = Browser("203.0.113.9", "test", None)


def _enrols(tx: Transaction, context: Context, token: str) -> object:
    return keep_accounts.enrol(tx, context, token, 1, ["hash"], _BROWSER)


def _walls(tx: Transaction, context: Context, token: str) -> object:
    return sign_in.make_wall(tx, context, token, _BROWSER)


def _lets_in(tx: Transaction, context: Context, token: str) -> object:
    return let_in.let_in(tx, context, token, _BROWSER)


def _chooses(tx: Transaction, context: Context, token: str) -> None:
    verify_number.choose(tx, context, token, {"turnout_minutes": 5})


USES: Mapping[str, tuple[type[Link], Uses]] = {
    "enrol": (WelcomeLink, _enrols),
    "make_wall": (WallLink, _walls),
    "let_in": (BrowserLink, _lets_in),
    "choose": (NumberLink, _chooses),
}


def test_everything_that_is_used_up_is_pressed_at_two_nodes() -> None:
    """Whatever uses up a link stands above; a half session is used up by the right code, and its test is
    `test_guessing.py`."""
    assert _calls("use") == {*USES, "take_code"}


@pytest.mark.parametrize("new_database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("used", USES)
async def test_what_works_once_works_once_at_two_nodes(ui: Ui, used: str) -> None:
    """Two nodes have the same press in the same moment: one does it, for the other the link is over."""
    kind, use = USES[used]
    tokens = await _one_of_each(ui)
    await _is_ready(ui, tokens)
    other = Database(ui.house.service.settings.database_url)
    await other.open()
    context = ui.house.service.runner.context
    both: list[Any] = [
        database.write(lambda tx: use(tx, context(), tokens[kind])) for database in (ui.house.service.database, other)
    ]
    try:
        came = await asyncio.gather(*both, return_exceptions=True)
    finally:
        await other.close()
    assert [isinstance(one, LookupError) for one in came].count(True) == 1, came


async def _is_ready(ui: Ui, tokens: Mapping[type[Link], str]) -> None:
    """A password is chosen behind the one link, and a newcomer has verified their number behind the other."""
    act = ui.house.service.runner.act
    await act(keep_accounts.choose_password, tokens[WelcomeLink], "hash", "seed")
    (ben,) = await ui.house.rows(t.person, id="ben")
    verified = {"phone": ben["phone"], "newcomer": {name: ben[name] for name in ("id", "name", "phone")}}
    ended = {"ended_at": ui.house.clock(), "ending": NumberEnd.VERIFIED}
    await ui.house.run(sa.update(t.new_number).values(**verified, **ended))
