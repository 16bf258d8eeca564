"""What is done through each door of signing in that may change something: what the law of the audit tries."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from tests.inbound.house import House
from tests.inbound.sign_in.room import PASSWORD, Door, Ui

Doing = Callable[[House], Awaitable[None]]


def _by(name: str, ui: Ui) -> AbstractAsyncContextManager[Door]:
    return ui.browser(agent=f"the browser of {name}")


async def gives_password(house: House) -> None:
    ui = Ui(house)
    await ui.enrol()
    async with _by("cora", ui) as door:
        await door.give_password(password="wrong")
        await door.give_password()


async def gives_code(house: House) -> None:
    ui = Ui(house)
    enrolled = await ui.enrol()
    async with _by("cora", ui) as door:
        await door.give_password()
        await door.give_code("000000")
        await door.give_code(enrolled.recovery_codes[0])


async def enrols(house: House) -> None:
    await Ui(house).enrol()


def posts(path: str, **form: str) -> Doing:
    """Signed in as Cora, who has an account, send a form to `path`; OTHER in it is another session of hers."""

    async def post(house: House) -> None:
        ui = Ui(house)
        async with _by("cora", ui) as door:
            await ui.enrol(door=door)
            other = (await ui.session("cora")).session.id
            answer = await door.post(path.replace("OTHER", other), form)
            assert answer.status_code in {200, 303}, answer.text

    return post


async def makes_wall(house: House) -> None:
    ui = Ui(house)
    async with _by("cora", ui) as door, _by("nobody", ui) as screen:
        await ui.enrol(door=door)
        made = await door.post("/account/wall", {"current": PASSWORD})
        path = made.text.partition("https://dispatch.example")[2].partition("<")[0]
        assert (await screen.post(path)).status_code == 303


async def lets_in(house: House) -> None:
    ui = Ui(house)
    async with _by("cora", ui) as door, _by("nobody", ui) as new:
        await ui.enrol(door=door)
        assert (await new.post(await ui.browser_link(door))).status_code == 303


_NEW = {"password": "another four words here", "again": "another four words here"}

DOORS: dict[tuple[str, str], tuple[Doing, str | None]] = {
    ("POST", "/sign-in"): (gives_password, "stranger"),
    ("POST", "/sign-in/code"): (gives_code, "coordinator"),
    ("POST", "/welcome/{token}/password"): (enrols, "coordinator"),
    ("POST", "/welcome/{token}/code"): (enrols, "coordinator"),
    ("POST", "/wall/{token}"): (makes_wall, "coordinator"),
    ("POST", "/account/password"): (posts("/account/password", current=PASSWORD, **_NEW), "coordinator"),
    ("POST", "/account/app"): (posts("/account/app", current=PASSWORD), "coordinator"),
    ("POST", "/account/recovery-codes"): (posts("/account/recovery-codes", current=PASSWORD), "coordinator"),
    ("POST", "/account/sessions/{session_id}/end"): (posts("/account/sessions/OTHER/end"), "coordinator"),
    ("POST", "/account/sign-out-everywhere"): (posts("/account/sign-out-everywhere"), "coordinator"),
    ("POST", "/account/wall"): (posts("/account/wall", current=PASSWORD), "coordinator"),
    ("POST", "/account/let-in"): (posts("/account/let-in", name="omar"), "coordinator"),
    ("POST", "/let-in/{token}"): (lets_in, "stranger"),
    ("POST", "/users/sessions/{session_id}/end"): (posts("/users/sessions/OTHER/end"), "coordinator"),
    ("POST", "/users/{person}/sign-out"): (posts("/users/cora/sign-out"), "coordinator"),
    ("POST", "/sign-out"): (posts("/sign-out"), "coordinator"),
}
