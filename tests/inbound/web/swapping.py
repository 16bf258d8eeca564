"""What people do behind the link to their own shifts, for the tests that try every door."""

from collections.abc import Awaitable, Callable

from dispatch.actions.shifts.own_shifts import new_own_link
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.store import tables as t
from tests.inbound.callouts.pressing import pressing
from tests.inbound.house import House
from tests.inbound.web import changing

Does = Callable[[House], Awaitable[None]]


async def own_link(house: House, person: str) -> str:
    """The path of a new link."""
    address = await house.service.runner.act(new_own_link, person)
    return "/me/" + address.partition("/me/")[2]


async def press(house: House, path: str, what: str, **fields: str) -> None:
    answer = await house.web.post(f"{path}/{what}", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code in {200, 303}, answer.text


async def asks(house: House) -> None:
    """For the first of her shifts."""
    path = await own_link(house, "ana")
    shown = (await house.web.get(path)).text
    await press(house, path, "ask", shift=shown.partition('name="shift" value="')[2].partition('"')[0])
    assert len(await house.rows(t.cover)) == 1


async def withdraws(house: House) -> None:
    await asks(house)
    await press(house, await own_link(house, "ana"), "withdraw", number="1")


async def takes(house: House) -> None:
    await asks(house)
    await press(house, await own_link(house, "cleo"), "cover", number="1")
    assert (await house.row(t.cover))["taker"] == "cleo"


async def goes_away(house: House) -> None:
    await press(house, await own_link(house, "ana"), "away", first="2026-02-01", last="2026-02-09")


async def comes_back(house: House) -> None:
    await goes_away(house)
    await press(house, await own_link(house, "ana"), "back")


async def makes_a_feed(house: House) -> None:
    await press(house, await own_link(house, "ana"), "feed")


async def starts(house: House) -> None:
    await press(house, await own_link(house, "ana"), "start", area="LBH")


CORA = Actor(ActorKind.COORDINATOR, "cora")
DOORS: dict[tuple[str, str], tuple[Does, str | None]] = {
    ("POST", "/me/{token}/ask"): (asks, "specialist"),
    ("POST", "/me/{token}/withdraw"): (withdraws, "specialist"),
    ("POST", "/me/{token}/cover"): (takes, "specialist"),
    ("POST", "/me/{token}/away"): (goes_away, "specialist"),
    ("POST", "/me/{token}/back"): (comes_back, "specialist"),
    ("POST", "/me/{token}/feed"): (makes_a_feed, "specialist"),
    ("POST", "/me/{token}/start"): (starts, "specialist"),
}


# ---- what a coordinator does for others ----------------------------------------------------------------------------

_SPAN = {"starts": "2026-01-08T18:00", "ends": "2026-01-08T21:00"}


async def _as_cora(house: House, path: str, **form: str) -> None:
    async with pressing(house) as cora:
        answer = await cora.door.post(path, form)
        assert answer.status_code == 303, answer.text


async def asks_for_other(house: House) -> None:
    await _as_cora(house, "/schedule/covers", person="ana", only="", **_SPAN)
    assert len(await house.rows(t.cover)) == 1


def _then(what: str, **form: str) -> Does:
    async def does(house: House) -> None:
        await asks_for_other(house)
        async with pressing(house) as cora:
            path = f"/schedule/covers/1/{what}"
            answer = await cora.door.post(path, form)
            if answer.status_code == 200:  # it is shown first
                answer = await changing.press(cora.door, changing.form_with(answer.text, **form))
            assert answer.status_code == 303, answer.text

    return does


async def says_away(house: House) -> None:
    await _as_cora(house, "/schedule/away", person="ana", **_SPAN)


async def says_back(house: House) -> None:
    await says_away(house)
    await _as_cora(house, "/schedule/away/back", person="ana")


DOORS |= {
    ("POST", "/schedule/covers"): (asks_for_other, "coordinator"),
    ("POST", "/schedule/covers/{number}/give"): (_then("give", person="cleo"), "coordinator"),
    ("POST", "/schedule/covers/{number}/take"): (_then("take", person="cleo"), "coordinator"),
    ("POST", "/schedule/covers/{number}/withdraw"): (_then("withdraw"), "coordinator"),
    ("POST", "/schedule/away"): (says_away, "coordinator"),
    ("POST", "/schedule/away/back"): (says_back, "coordinator"),
}
