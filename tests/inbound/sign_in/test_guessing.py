"""Guessing a password or a code: slower each time, and nobody is ever locked out."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.credentials.slots import MOST_FROM_ONE, MOST_IN_ALL
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from dispatch.store.access import sign_in_delays
from dispatch.store.engine.database import Database
from tests.inbound.sign_in.room import PASSWORD, Door, Ui


async def _guess(ui: Ui, door: Door, times: int, name: str = "cora") -> list[float]:
    """Guess one after another; returns how long each was made to wait."""
    waits = []
    for number in range(times):
        before = len(ui.waited)
        assert (await door.give_password(name, f"guess {number}")).status_code == 422
        waits.append(sum(ui.waited[before:]))
    return waits


async def test_guessing_gets_slower_and_never_locks(ui: Ui) -> None:
    """After any number of mistakes the right password is let in, fifteen seconds later at most."""
    enrolled = await ui.enrol()
    async with ui.browser() as door:
        assert await _guess(ui, door, 10) == [0, 0, 0, 1, 2, 4, 8, 15, 15, 15]
        assert (await ui.sign_in(enrolled, door)).status_code == 303
        assert await _guess(ui, door, 3) == [0, 0, 0]


async def test_a_name_is_slow_from_everywhere(ui: Ui) -> None:
    """Guesses at one account from many addresses count together; so do those at many names from one address."""
    await ui.enrol()
    for number in range(6):
        async with ui.browser(address=f"198.51.100.{number}") as door:
            await _guess(ui, door, 1)
    assert ui.waited == [1, 2, 4]
    ui.waited.clear()
    async with ui.browser(address="203.0.113.77") as door:
        for number in range(6):
            await _guess(ui, door, 1, f"somebody {number}")
    assert ui.waited == [1, 2, 4]


async def test_strangers_do_not_slow_down_whoever_was_here_before(ui: Ui) -> None:
    """A browser that has been signed in waits for its own mistakes only, also when that session is long over."""
    enrolled = await ui.enrol()
    async with ui.browser() as known, ui.browser(address="198.51.100.7") as stranger:
        await ui.sign_in(enrolled, known)
        await known.post("/sign-out")
        await _guess(ui, stranger, 12)
        ui.waited.clear()
        assert (await ui.sign_in(enrolled, known)).status_code == 303
        assert ui.waited == []
        await known.post("/sign-out")
        assert await _guess(ui, known, 5) == [0, 0, 0, 1, 2]


@pytest.mark.both_databases
async def test_many_at_once_are_as_slow(ui: Ui) -> None:
    """Each counts from its beginning, so that many in one moment wait behind one another."""
    await ui.enrol()

    async def pause(seconds: float) -> None:
        ui.waited.append(seconds)  # and the clock stands still: they all came in one moment

    ui.house.service.web.state.proving.pause = pause
    async with ui.browser() as door:
        for number in range(3):
            await door.give_password("cora", f"guess {number}")
        await asyncio.gather(*(door.give_password("cora", f"another {number}") for number in range(4)))
    assert sorted(ui.waited) == [1, 3, 7, 15]
    counts = {row["whose"]: row["count"] for row in await ui.house.rows(t.sign_in_delay)}
    assert counts == {"name:cora": 7, "address:203.0.113.9": 7}


async def test_wrong_codes_wait_and_say_for_how_long(ui: Ui) -> None:
    """The right code is not looked at either while they wait; afterwards it is."""
    enrolled = await ui.enrol()
    ui.house.clock.moment += timedelta(minutes=5)
    async with ui.browser() as door:
        await door.give_password()
        for _ in range(3):
            assert (await door.give_code("000000")).status_code == 422
        told = await door.give_code(enrolled.code())
        assert (told.status_code, told.headers["retry-after"]) == (429, "2")
        assert "nothing is locked" in told.text
        assert not await door.is_signed_in()
        ui.house.clock.moment += timedelta(seconds=1)
        assert (await door.give_code(enrolled.code())).status_code == 303


@pytest.mark.slow
async def test_the_password_again_does_not_shorten_the_wait_for_codes(ui: Ui) -> None:
    """Whoever knows the password cannot begin again for more guesses at the code."""
    enrolled = await ui.enrol()
    ui.house.clock.moment += timedelta(minutes=5)
    async with ui.browser() as door:
        tried = 0
        for _ in range(40):
            await door.give_password()
            tried += (await door.give_code("000000")).status_code == 422
            ui.house.clock.moment += timedelta(seconds=20)
        # In a quarter of an hour 40 guesses were made, and these few looked at.
        assert tried <= 13
    async with ui.browser() as door:
        ui.house.clock.moment += timedelta(minutes=5)
        assert (await ui.sign_in(enrolled, door)).status_code == 303


class _Waiting:
    """Whoever is made to wait goes on waiting."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self._count = 0

    async def pause(self, _seconds: float) -> None:
        self._count += 1
        await self.over.wait()

    async def after(
        self, tries: Iterable[Awaitable[httpx.Response]]
    ) -> tuple[list[httpx.Response], set[asyncio.Task[httpx.Response]]]:
        """Try at once, until each is answered or waits: the answers, and those that wait."""
        before, left = self._count, {asyncio.ensure_future(one) for one in tries}
        answers: list[httpx.Response] = []
        async with asyncio.timeout(60):
            while len(left) > self._count - before:
                done, left = await asyncio.wait(left, timeout=0.01, return_when=asyncio.FIRST_COMPLETED)
                answers += [one.result() for one in done]
        return answers, left


@asynccontextmanager
async def _nobody_goes_on(ui: Ui) -> AsyncIterator[_Waiting]:
    """Whoever is made to wait goes on waiting until the end of the block."""
    waiting, proving = _Waiting(), ui.house.service.web.state.proving
    proving.pause = waiting.pause
    try:
        yield waiting
    finally:
        waiting.over.set()
        proving.pause = ui._pause


async def test_a_flood_keeps_nobody_out(ui: Ui) -> None:
    """Somebody floods the door under names that nobody has, and under Cora's. Cora comes in from elsewhere, in a
    browser that was never here; beside names of nobody even from the same address. Of what is refused nothing is
    written."""
    await ui.enrol()
    async with ui.browser(address="198.51.100.7") as flood, ui.browser() as cora:
        await _guess(ui, flood, 3, "somebody")  # those that need not wait
        async with _nobody_goes_on(ui) as made_to_wait:
            answered, waiting = await made_to_wait.after(
                flood.give_password(f"somebody {number}") for number in range(40)
            )
            assert (len(waiting), {answer.status_code for answer in answered}) == (MOST_FROM_ONE, {503})
            counts = {row["whose"]: row["count"] for row in await ui.house.rows(t.sign_in_delay)}
            assert counts["address:198.51.100.7"] == 3 + MOST_FROM_ONE
            async with ui.browser(address="198.51.100.7") as beside:
                _, also_waiting = await made_to_wait.after([beside.give_password()])
                assert len(also_waiting) == 1, "she waits for the mistakes of her address, and is not refused"
            _, waiting_too = await made_to_wait.after(flood.give_password("cora", "a guess") for _ in range(40))
            assert len(waiting_too) == MOST_FROM_ONE - len(also_waiting)
            _, [she] = await made_to_wait.after([cora.give_password()])
        await asyncio.gather(*waiting, *also_waiting, *waiting_too)
        assert (await she).status_code == 303


@asynccontextmanager
async def _guessers(ui: Ui, made_to_wait: _Waiting) -> AsyncIterator[list[httpx.Response]]:
    """48 clients on twelve addresses guess at Cora's password, and wait: what those are answered that do not."""
    async with AsyncExitStack() as browsers:
        doors = [
            await browsers.enter_async_context(ui.browser(address=f"198.51.100.{number % 12}")) for number in range(48)
        ]
        for door in doors[:3]:
            await door.give_password("cora", "a guess")  # those that need not wait
        answers, waiting = await made_to_wait.after(door.give_password("cora", "a guess") for door in doors)
        assert len(waiting) == MOST_IN_ALL
        yield answers
        made_to_wait.over.set()
        await asyncio.gather(*waiting)


@pytest.mark.costs(2)
async def test_a_link_lets_a_new_browser_in_beside_guessers(ui: Ui) -> None:
    """At once, while all of them still wait; password and code are asked there as ever. A browser that Cora has used
    before needs no link."""
    owner = await ui.enrol()
    async with ui.browser(address="203.0.113.5") as known, ui.browser() as new, ui.browser() as omar:
        await ui.sign_in(owner, known)
        omar.carry((await ui.session("omar")).token)
        async with _nobody_goes_on(ui) as made_to_wait, _guessers(ui, made_to_wait) as answers:
            assert {answer.status_code for answer in answers} == {503}
            refused = await new.give_password()
            assert (refused.status_code, "can let this browser in" in refused.text) == (503, True)
            path = await ui.browser_link(omar, "Cora")
            assert "Is this the new browser?" in (await new.get(path)).text
            assert not new.token, "programs open links to preview them"
            assert (await new.post(path)).headers["location"] == "/sign-in"
            assert not await new.is_signed_in()
            assert (await new.give_password(password="wrong")).status_code == 422
            for door in (new, known):
                assert (await ui.sign_in(owner, door)).status_code == 303
                assert await door.is_signed_in()
            assert (await new.post("/sign-out")).status_code == 303
            async with ui.browser() as another:
                assert (await another.get(path)).status_code == 410
                assert (await another.post(path)).status_code == 410
                assert (await another.give_password()).status_code == 503
    assert ("coordinator omar", "made a one-time link", "for a new browser of cora") in await ui.audit()
    assert ("stranger", "opened the link", "to sign in as cora") in await ui.audit()


async def test_a_link_lets_a_new_browser_in_beside_whoever_tries_codes(ui: Ui) -> None:
    """Somebody knows Cora's password, and tries codes; her own browsers, and one with a link, do not wait for that."""
    owner = await ui.enrol()
    async with ui.browser(address="203.0.113.5") as known, ui.browser() as new, ui.browser() as thief:
        await ui.sign_in(owner, known)
        path = await ui.browser_link(known)
        ui.house.clock.moment += timedelta(minutes=5)
        await thief.give_password()
        for _ in range(3):
            await thief.give_code("000000")
        await new.give_password()
        told = await new.give_code(owner.code())
        assert (told.status_code, "can let this browser in" in told.text) == (429, True)
        await new.post(path)
        await new.give_password()
        assert (await new.give_code(owner.code())).status_code == 303
        assert (await thief.give_code(owner.code())).status_code == 429
        await known.give_password()
        assert (await known.give_code(owner.recovery_codes[0])).status_code == 303


@pytest.mark.costs(2)
async def test_what_a_link_lets_in_is_short_lived(ui: Ui) -> None:
    """Half an hour, and then the browser is a stranger's; it opens nothing at any time, and takes nobody's session."""
    await ui.enrol()
    async with ui.browser() as cora, ui.browser() as new, _nobody_goes_on(ui) as made_to_wait:
        cora.carry((await ui.session("cora")).token)
        path, late = await ui.browser_link(cora), await ui.browser_link(cora, "omar")
        await cora.post(path)
        assert await cora.is_signed_in(), "whoever is signed in needs no link, and keeps the session"
        await new.post(path)
        ui.house.clock.moment += timedelta(minutes=30)
        assert (await new.get(late)).status_code == 410
        async with _guessers(ui, made_to_wait):
            assert (await new.give_password()).status_code == 503


async def test_a_link_is_for_somebody_who_signs_in(ui: Ui) -> None:
    """By whichever name they sign in with."""
    async with ui.signed_in("omar") as omar:
        for name in ("ana", "nobody", ""):
            refused = await omar.post("/account/let-in", {"name": name})
            assert (refused.status_code, "Nobody who signs in" in refused.text) == (422, True)
        async with ui.browser() as new:
            path = await ui.browser_link(omar, "Cora Whitfield")
            await ui.give_roles("cora", Role.SPECIALIST)
            assert (await new.post(path)).status_code == 410


@pytest.mark.costs(2)
async def test_guesses_that_wait_to_be_hashed_stand_before_nobody_who_was_here(ui: Ui) -> None:
    """One thread hashes. Thirty-two guesses come to it in one moment: Cora's password, in a browser that she has used
    before, is the second one hashed, not the last."""
    owner = await ui.enrol()
    passwords = ui.house.service.web.state.proving.passwords
    check, hashed, first, go_on = passwords._check, list[str](), threading.Event(), threading.Event()

    def watched(password: str, password_hash: str) -> bool:
        hashed.append(password)
        first.set()
        go_on.wait(60)
        right: bool = check(password, password_hash)
        return right

    async with ui.browser(address="203.0.113.5") as known:
        await ui.sign_in(owner, known)
        async with _nobody_goes_on(ui) as made_to_wait, _guessers(ui, made_to_wait):
            passwords._check = watched
            made_to_wait.over.set()
            await asyncio.to_thread(first.wait, 60)
            she = asyncio.create_task(known.give_password())
            while not passwords._thread._work_queue.qsize():  # noqa: ASYNC110  # a queue says nothing of what comes
                await asyncio.sleep(0.01)
            go_on.set()
            assert (await she).status_code == 303
    assert hashed.index(PASSWORD) == 1


async def test_many_addresses_keep_out_nobody_with_an_account(ui: Ui) -> None:
    """A hundred addresses try names that nobody has: that room is full, and Cora's is not."""
    await ui.enrol()
    proving = ui.house.service.web.state.proving
    with ExitStack() as places:
        for number in range(MOST_IN_ALL):
            places.enter_context(proving._slots.one(None, f"198.51.100.{number}"))
        async with ui.browser() as stranger, ui.browser() as cora:
            assert (await stranger.give_password("somebody")).status_code == 503
            assert (await cora.give_password()).status_code == 303


@pytest.mark.parametrize("new_database_url", ["postgres"], indirect=True)
@pytest.mark.slow
async def test_attempts_hold_one_writer_at_most(ui: Ui) -> None:
    """Four attempts from one address wait for the row of that address: whoever calls out does not wait with them."""
    await ui.enrol()
    async with ui.browser() as door:
        await _guess(ui, door, 1, "somebody")
    url = ui.house.service.settings.database_url
    other, locked, over = Database(url), asyncio.Event(), asyncio.Event()
    await other.open()

    def hold(tx: Connection) -> None:
        sign_in_delays.locked(tx, "address:203.0.113.9")
        locked.set()
        while not over.is_set():
            tx.execute(sa.text("SELECT 1"))  # the loop goes on meanwhile

    holder = asyncio.create_task(other.write(hold))
    await locked.wait()
    async with ui.browser() as door:
        guesses = [asyncio.create_task(door.give_password(f"somebody {number}")) for number in range(12)]
        try:
            await asyncio.wait(guesses, timeout=1)
            async with asyncio.timeout(60):
                await ui.house.service.runner.act(lambda tx, context: tx.execute(sa.text("SELECT 1")))
        finally:
            over.set()
            await holder
            await asyncio.gather(*guesses)
            await other.close()


async def test_what_is_remembered_of_mistakes_is_short_lived(ui: Ui) -> None:
    """An hour later it counts for nothing, so the next attempt sweeps it away."""
    await ui.enrol()
    async with ui.browser(address="198.51.100.7") as door:
        await _guess(ui, door, 3, "somebody")
    ui.house.clock.moment += timedelta(hours=2)
    async with ui.browser() as door:
        await _guess(ui, door, 1)
    remembered = {row["whose"] for row in await ui.house.rows(t.sign_in_delay)}
    assert remembered == {"name:cora", "address:203.0.113.9"}


async def test_guesses_in_an_open_session_are_slow_too(ui: Ui) -> None:
    """Somebody at an open screen does not find out the password from the account page."""
    enrolled = await ui.enrol()
    async with ui.browser() as door:
        await ui.sign_in(enrolled, door)
        for number in range(5):
            await door.post("/account/app", {"current": f"guess {number}"})
        assert ui.waited == [1, 2]


async def test_a_cookie_that_a_thief_has_fills_no_queue(ui: Ui) -> None:
    """Cora has signed out everywhere, and somebody still has her cookie. Their guesses have the slots of that browser:
    all sixty came to be hashed at once, and whoever signed in elsewhere waited for them."""
    await ui.enrol()
    passwords = ui.house.service.web.state.proving.passwords
    over, hashing = asyncio.Event(), list[str]()

    async def hashed(password: str, _hash: str | None) -> bool:
        hashing.append(password)
        await over.wait()
        return False

    async with ui.browser() as door, ui.browser(address="198.51.100.7") as thief:
        door.carry((await ui.session("cora")).token)
        assert door.token is not None
        thief.carry(door.token)
        await door.post("/account/sign-out-everywhere")
        passwords.is_right = hashed
        guesses = [asyncio.create_task(thief.give_password(password=f"guess {number}")) for number in range(60)]
        while sum(guess.done() for guess in guesses) + len(hashing) < len(guesses):  # noqa: ASYNC110  # they say nothing
            await asyncio.sleep(0.01)
        over.set()
        answers = await asyncio.gather(*guesses)
    assert len(hashing) == MOST_FROM_ONE
    assert {answer.status_code for answer in answers} == {422, 503}
