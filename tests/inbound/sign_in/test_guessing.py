"""Guessing a password or a code: slower each time, and nobody is ever locked out."""

import asyncio
from datetime import timedelta

from dispatch.store import tables as t
from tests.inbound.sign_in.room import PASSWORD, Door, Room


async def _guess(room: Room, door: Door, times: int, name: str = "cora") -> list[float]:
    """Guess one after another; returns how long each was made to wait."""
    waits = []
    for number in range(times):
        before = len(room.waited)
        assert (await door.give_password(name, f"guess {number}")).status_code == 422
        waits.append(sum(room.waited[before:]))
    return waits


async def test_guessing_gets_slower_and_never_locks(room: Room) -> None:
    """After any number of mistakes the right password is let in, fifteen seconds later at most."""
    enrolled = await room.enrol()
    async with room.browser() as door:
        assert await _guess(room, door, 10) == [0, 0, 0, 1, 2, 4, 8, 15, 15, 15]
        assert (await room.sign_in(enrolled, door)).status_code == 303
        assert await _guess(room, door, 3) == [0, 0, 0]


async def test_a_name_is_slow_from_everywhere(room: Room) -> None:
    """Guesses at one account from many addresses count together; so do those at many names from one address."""
    await room.enrol()
    for number in range(6):
        async with room.browser(address=f"198.51.100.{number}") as door:
            await _guess(room, door, 1)
    assert room.waited == [1, 2, 4]
    room.waited.clear()
    async with room.browser(address="203.0.113.77") as door:
        for number in range(6):
            await _guess(room, door, 1, f"somebody {number}")
    assert room.waited == [1, 2, 4]


async def test_one_network_of_ipv6_is_one_address(room: Room) -> None:
    for number in range(6):
        async with room.browser(address=f"2001:db8::{number}:1") as door:
            await _guess(room, door, 1, f"somebody {number}")
    assert room.waited == [1, 2, 4]


async def test_strangers_do_not_slow_down_whoever_was_here_before(room: Room) -> None:
    """A browser that has been signed in waits for its own mistakes only, also when that session is long over."""
    enrolled = await room.enrol()
    async with room.browser() as known, room.browser(address="198.51.100.7") as stranger:
        await room.sign_in(enrolled, known)
        await known.post("/sign-out")
        await _guess(room, stranger, 12)
        room.waited.clear()
        assert (await room.sign_in(enrolled, known)).status_code == 303
        assert room.waited == []
        await known.post("/sign-out")
        assert await _guess(room, known, 5) == [0, 0, 0, 1, 2]


async def test_a_strangers_own_session_makes_no_friend_of_theirs(room: Room) -> None:
    """Somebody else's cookie is a stranger's for this account."""
    await room.enrol("cora")
    omar = await room.enrol("omar")
    async with room.browser() as door:
        await room.sign_in(omar, door, "omar")
        await door.post("/sign-out")
        assert await _guess(room, door, 5, "cora") == [0, 0, 0, 1, 2]


async def test_many_at_once_are_as_slow(room: Room) -> None:
    """Each counts from its beginning, so that many in one moment wait behind one another."""
    await room.enrol()

    async def pause(seconds: float) -> None:
        room.waited.append(seconds)  # and the clock stands still: they all came in one moment

    room.house.service.web.state.proving.pause = pause
    async with room.browser() as door:
        await asyncio.gather(*(door.give_password("cora", f"guess {number}") for number in range(12)))
    assert sorted(room.waited) == [1, 3, 7, 15, 15, 15, 15, 15, 15]
    counts = {row["whose"]: row["count"] for row in await room.house.rows(t.sign_in_delay)}
    assert counts == {"name:cora": 12, "address:203.0.113.9": 12}


async def test_wrong_codes_wait_and_say_for_how_long(room: Room) -> None:
    """The right code is not looked at either while they wait; afterwards it is."""
    enrolled = await room.enrol()
    room.house.clock.moment += timedelta(minutes=5)
    async with room.browser() as door:
        await door.give_password()
        for _ in range(3):
            assert (await door.give_code("000000")).status_code == 422
        told = await door.give_code(enrolled.code())
        assert (told.status_code, told.headers["retry-after"]) == (429, "2")
        assert "nothing is locked" in told.text
        assert not await door.is_signed_in()
        room.house.clock.moment += timedelta(seconds=1)
        assert (await door.give_code(enrolled.code())).status_code == 303


async def test_the_password_again_does_not_shorten_the_wait_for_codes(room: Room) -> None:
    """Whoever knows the password cannot begin again for more guesses at the code."""
    enrolled = await room.enrol()
    room.house.clock.moment += timedelta(minutes=5)
    async with room.browser() as door:
        tried = 0
        for _ in range(40):
            await door.give_password()
            tried += (await door.give_code("000000")).status_code == 422
            room.house.clock.moment += timedelta(seconds=20)
        # In a quarter of an hour 40 guesses were made, and these few looked at.
        assert tried <= 13
    async with room.browser() as door:
        room.house.clock.moment += timedelta(minutes=5)
        assert (await room.sign_in(enrolled, door)).status_code == 303


async def test_too_many_strangers_wait_no_longer(room: Room) -> None:
    """Each that waits holds a connection, so there is an end; whoever was here before comes in all the same."""
    enrolled = await room.enrol()
    proving = room.house.service.web.state.proving
    async with room.browser() as known, room.browser(address="198.51.100.7") as stranger:
        await room.sign_in(enrolled, known)
        proving._waiting = 64
        assert (await stranger.give_password()).status_code == 503
        assert (await known.give_password(password=PASSWORD)).status_code == 303
        proving._waiting = 0


async def test_guesses_in_an_open_session_are_slow_too(room: Room) -> None:
    """Somebody at an open screen does not find out the password from the account page."""
    enrolled = await room.enrol()
    async with room.browser() as door:
        await room.sign_in(enrolled, door)
        for number in range(5):
            await door.post("/account/app", {"current": f"guess {number}"})
        assert room.waited == [1, 2]
