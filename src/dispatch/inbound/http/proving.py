"""Checking a password or a code.

An attempt is written down before it is checked, and its result afterwards. Hashing in between runs in a thread. An
attempt for which no slot is free is not written down at all. Strangers' passwords are hashed one after another, so that
whoever is no stranger has one hash before them and not thirty.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from fastapi import Request

from dispatch.actions.access import keep_accounts, sign_in
from dispatch.actions.access.sign_in import Browser, CodeAttempt, NewSession, SignInAttempt
from dispatch.actions.context import Context
from dispatch.actions.runner import Runner
from dispatch.credentials.journeys import Journeys
from dispatch.credentials.one_time_codes import matching_step, recovery_hash
from dispatch.credentials.passwords import Passwords
from dispatch.credentials.secret_keys import SecretKeys
from dispatch.credentials.slots import Slots
from dispatch.inbound.http import cookies
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.inbound.http.viewer import Viewer
from dispatch.rules.access.sign_in import is_fresh, looks_like_recovery, network_of, plain_address, plain_code
from dispatch.store.transaction import Transaction

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from dispatch.outbound.identity_provider import IdentityProvider

T = TypeVar("T")
Then = Callable[[Transaction, Context, SignInAttempt, bool], T]
"""Writes down how an attempt went: whether the password was right."""


@dataclass
class Proving:
    """What the doors for signing in share. `pause` waits for so many seconds."""

    keys: SecretKeys
    provider: "IdentityProvider | None" = None
    journeys: Journeys = field(default_factory=Journeys)
    passwords: Passwords = field(default_factory=Passwords)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _slots: Slots = field(default_factory=Slots)
    _hashing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fault_of_password(self, runner: Runner, viewer: Viewer, password: str, browser: Browser) -> str | None:
        """What is wrong with the password of whoever is signed in; None when it is right."""
        right = await self.password(runner, viewer.person.id, password, browser, sign_in.confirm)
        return None if right else "That is not your password."

    async def fault_of_viewer(self, runner: Runner, viewer: Viewer, password: str, browser: Browser) -> str | None:
        """Why it is not proven that this is who is signed in. Whoever has no password here has come from the identity
        provider a moment ago."""
        if (await runner.ask(keep_accounts.own_account, viewer.person.id)).password_hash is not None:
            return await self.fault_of_password(runner, viewer, password, browser)
        if is_fresh(viewer.session, runner.now()):
            return None
        return "Sign out, sign in again by our identity provider, and make it within ten minutes of that."

    async def password(self, runner: Runner, name: str, password: str, browser: Browser, then: Then[T]) -> T:
        """What `then` returns when told whether this is the password of `name`. Earlier mistakes make it slower. A
        browser that was signed in as this person before, or that a link has let in, waits for no stranger; it has slots
        of its own, since a thief may have its cookie. Raises `TooManyWait`."""
        whose = await runner.ask(sign_in.look, name, browser)
        hashing = self._hashing if whose.known_as is None else nullcontext()
        with self._slots.one(whose.known_as or whose.account, network_of(browser.address)):
            return await self._password(runner, name, password, browser, then, hashing)

    async def _password(
        self,
        runner: Runner,
        name: str,
        password: str,
        browser: Browser,
        then: Then[T],
        hashing: "AbstractAsyncContextManager[None]",
    ) -> T:
        attempt = await again_on_conflict(lambda: runner.act(sign_in.begin, name, browser))
        wait = (attempt.ready_at - runner.now()).total_seconds()
        if wait > 0:
            await self.pause(wait)
        async with hashing:
            right = await self.passwords.is_right(password, attempt.password_hash)
        return await again_on_conflict(lambda: runner.act(then, attempt, right))

    async def code(self, runner: Runner, half_token: str, code: str, browser: Browser) -> NewSession | None:
        """Sign in with a code of the app or a recovery code; None when it is wrong or was used before.

        Raises `SignInOver`, `TooSoon`, `NoSecretKeys` and `NotDecryptable`.
        """
        attempt: CodeAttempt = await again_on_conflict(lambda: runner.act(sign_in.begin_code, half_token, browser))
        typed = plain_code(code)
        if looks_like_recovery(typed):
            return await runner.act(sign_in.take_code, attempt, recovery_hash=recovery_hash(attempt.person, typed))
        step = matching_step(self.keys.decrypt(attempt.seed), typed, runner.now(), attempt.last_step)
        renewed = self.keys.renewed(attempt.seed)
        return await runner.act(sign_in.take_code, attempt, step=step, renewed_seed=renewed)


def browser_of(request: Request) -> Browser:
    """What the request says about where it comes from."""
    address = plain_address(request.client.host if request.client else "")
    cookie = cookies.read(request, "dispatch-session")
    return Browser(address, request.headers.get("user-agent", ""), cookie)
