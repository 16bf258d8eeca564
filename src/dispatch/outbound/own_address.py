"""Asks our own public address whether this service is behind it."""

import asyncio
import json
from collections.abc import Collection

import aiohttp

from dispatch.outbound.http_session import open_session, words_for

_SECONDS = 5.0
_MOST_BYTES = 4096


class NotReached(RuntimeError):
    """nothing answered; the message says why"""


async def ask_for_proof(
    url: str, path: str, nonce: str, *, allowed_hosts: Collection[str] = ()
) -> tuple[str | None, str]:
    """What `path` at `url` gives as proof for `nonce`, if anything; and what it answered, in a word or two.

    No redirect is followed: the carrier follows none either. Raises `NotReached`.
    """
    session = open_session(_SECONDS, allowed_hosts)
    try:
        async with (
            asyncio.timeout(_SECONDS),
            session.get(f"{url}{path}", params={"nonce": nonce}, allow_redirects=False) as answer,
        ):
            said = await answer.content.read(_MOST_BYTES)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NotReached(words_for(error)) from error
    finally:
        await session.close()
    try:
        read = json.loads(said)
    except ValueError:
        read = None
    proof = read.get("proof") if isinstance(read, dict) else None
    return (proof if isinstance(proof, str) else None), f"HTTP {answer.status}"
