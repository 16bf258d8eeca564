"""Checking a password or a code.

An attempt is written down before it is checked, and its result afterwards. Hashing in between runs in a thread.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from dispatch.actions import sign_in
from dispatch.actions.office import Office
from dispatch.actions.sign_in import Attempt, Browser, CodeAttempt, NewSession
from dispatch.credentials.one_time_codes import matching_step, recovery_hash
from dispatch.credentials.passwords import Passwords
from dispatch.credentials.secret_keys import SecretKeys
from dispatch.inbound.http import cookies
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.rules.sign_in import looks_like_recovery, plain_address, plain_code

if TYPE_CHECKING:
    from dispatch.outbound.identity_provider import IdentityProvider

_MOST_WAITING = 64
"""Attempts of strangers that may wait on one node at once: each holds a connection for up to 15 seconds."""


class TooManyWait(RuntimeError):
    """so many attempts wait that there must be an end: each holds a connection"""


@dataclass
class Proving:
    """What the doors for signing in share. `pause` waits for so many seconds."""

    keys: SecretKeys
    provider: "IdentityProvider | None" = None
    passwords: Passwords = field(default_factory=Passwords)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _waiting: int = 0

    async def password(self, office: Office, name: str, password: str, browser: Browser) -> tuple[Attempt, bool]:
        """Whether this is the password of `name`; as slow as its mistakes have made it. The caller writes down how it
        went. Raises `TooManyWait`."""
        attempt = await again_on_conflict(lambda: office.act(sign_in.begin, name, browser))
        if self._waiting >= _MOST_WAITING and not attempt.is_known:
            raise TooManyWait
        self._waiting += 1
        try:
            wait = (attempt.ready_at - office.now()).total_seconds()
            if wait > 0:
                await self.pause(wait)
            return attempt, await self.passwords.is_right(password, attempt.password_hash)
        finally:
            self._waiting -= 1

    async def code(self, office: Office, half_token: str, code: str, browser: Browser) -> NewSession | None:
        """Sign in with a code of the app or a recovery code; None when it is wrong or was used before.

        Raises `SignInOver`, `TooSoon`, `NoSecretKeys` and `NotDecryptable`.
        """
        attempt: CodeAttempt = await again_on_conflict(lambda: office.act(sign_in.begin_code, half_token, browser))
        typed = plain_code(code)
        if looks_like_recovery(typed):
            return await office.act(sign_in.take_code, attempt, recovery_hash=recovery_hash(attempt.person, typed))
        step = matching_step(self.keys.decrypt(attempt.seed), typed, office.now(), attempt.last_step)
        renewed = self.keys.renewed(attempt.seed)
        return await office.act(sign_in.take_code, attempt, step=step, renewed_seed=renewed)


async def proving(request: Request) -> Proving:
    found: Proving = request.app.state.proving
    return found


TheProving = Annotated[Proving, Depends(proving)]


async def browser_of(request: Request) -> Browser:
    """What the request says about where it comes from."""
    address = plain_address(request.client.host if request.client else "")
    cookie = cookies.read(request, "dispatch-session")
    return Browser(address, request.headers.get("user-agent", ""), cookie)


TheBrowser = Annotated[Browser, Depends(browser_of)]
