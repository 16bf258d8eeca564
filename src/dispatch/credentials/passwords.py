"""Passwords, hashed with argon2id."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher

from dispatch.rules.access.sign_in import LONGEST_PASSWORD, plain_password

# OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. Where it was measured that takes 0.07 s; the
# library's defaults take 0.39 s and 64 MiB.
_MEMORY_KIB = 19 * 1024
_PASSES = 2


class Passwords:
    """Hashes and checks passwords in a thread, one after another.

    Several at once would take the processor from paging. It has a thread of its own because each thread that has ever
    hashed keeps the 19 MiB: spread over the process's other threads, that grew to three times as much.
    """

    def __init__(self) -> None:
        self._argon2 = PasswordHash((Argon2Hasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1),))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        hash_ = self._argon2.hash
        return await asyncio.get_running_loop().run_in_executor(self._thread, hash_, plain_password(password))

    async def is_right(self, password: str, password_hash: str | None) -> bool:
        """Whether this is the password. Without a hash it takes as long and is never right, so that the time of an
        answer does not tell who has an account."""
        if self._nobodys is None:
            self._nobodys = await self.hash("nobody's")
        typed = plain_password(password)[: LONGEST_PASSWORD + 1]
        against = password_hash or self._nobodys
        right = await asyncio.get_running_loop().run_in_executor(self._thread, self._check, typed, against)
        return right and password_hash is not None

    def _check(self, password: str, password_hash: str) -> bool:
        try:
            return self._argon2.verify(password, password_hash)
        except PwdlibError:  # not a hash of ours
            return False
