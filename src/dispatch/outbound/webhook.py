"""Signed webhooks to agencies and partners, after the Standard Webhooks specification.

A consumer de-duplicates on `webhook-id`, as the specification asks of it. So, unlike with a text or a call, repeating
is always safe here, and whatever is not clearly refused is tried again: nothing has to be looked for.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import aiohttp
from standardwebhooks.webhooks import Webhook

from dispatch.outbound.http_session import badly_addressed, open_session, retry_after_seconds, words_for
from dispatch.rules.facts import require_aware
from dispatch.rules.sending import (
    DEFAULT_RETRY_SECONDS,
    Accepted,
    OperatorFault,
    Outcome,
    Refused,
    TryAgain,
    retry_seconds,
)

TIMEOUT_SECONDS = 10.0
PER_HOST = 10  # connections; one agency whose endpoint hangs must not hold up the others
# Timed out, in conflict with an earlier delivery that is still at work, too early, too many: each of them passes.
PASSING_STATUSES = frozenset({408, 409, 425, 429})


class WebhookSender:
    """Posts signed webhooks. `timeout` is in seconds, for the whole exchange. Close it when done."""

    def __init__(self, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None  # opened by the first post: it needs the running loop
        self._closed = False

    async def post(
        self, *, url: str, secrets: Sequence[str], webhook_id: str, timestamp: datetime, body: str
    ) -> Outcome:
        """Post `body`, which is JSON, signed with each of `secrets` (`whsec_` and base64); the receiver needs one.

        `webhook_id` stays the same however often this is tried; `timestamp` is the moment of this attempt, since a
        consumer refuses one that is minutes old. `Accepted.sid` is the webhook's id, and `Refused.code` the HTTP
        status. Never `Unknown` (see above). Raises `NaiveMoment` for a timestamp without an offset, and nothing for
        what the other side does.
        """
        require_aware(timestamp)
        if self._closed:
            return TryAgain("the sender was closed", DEFAULT_RETRY_SECONDS)
        moment = timestamp.astimezone(UTC)  # the package takes any moment's digits for UTC
        try:
            signature = " ".join(Webhook(secret).sign(webhook_id, moment, body) for secret in secrets)
        except Exception as error:  # not base64, empty: the package has an exception for each
            return OperatorFault(None, f"the agency's webhook secret is not usable ({type(error).__name__})")
        headers = {
            "Content-Type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": signature,
        }
        if self._session is None:
            self._session = open_session(self._timeout, per_host=PER_HOST)
        try:
            async with (
                asyncio.timeout(self._timeout),
                # A redirect is not followed: the signed body goes where the agency said, or nowhere.
                self._session.post(url, data=body.encode(), headers=headers, allow_redirects=False) as answer,
            ):
                return _sort(webhook_id, answer.status, retry_after_seconds(answer.headers))
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            if badly_addressed(error):
                return OperatorFault(None, "the agency's webhook URL is not valid")
            return TryAgain(words_for(error), DEFAULT_RETRY_SECONDS)

    async def close(self) -> None:
        """Close every connection; a post after that is answered `TryAgain`."""
        self._closed = True
        if self._session is not None:
            await self._session.close()


def _sort(webhook_id: str, status: int, retry_after: float | None) -> Outcome:
    words = f"the agency's webhook answered HTTP {status}"
    if 200 <= status < 300:
        return Accepted(webhook_id, "delivered")
    if status >= 500 or status in PASSING_STATUSES:
        return TryAgain(words, retry_seconds(retry_after))
    return Refused(str(status), words)  # 410 says that it wants no more; a redirect, that it has moved
