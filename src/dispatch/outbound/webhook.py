"""Signed webhooks to agencies and partners, following the Standard Webhooks specification.

The specification asks a consumer to de-duplicate on `webhook-id`. So repeating is always safe here, unlike with a text
or a call: a webhook that was not taken is sent again, and there is nothing to reconcile first.
"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import aiohttp
from standardwebhooks.webhooks import Webhook

from dispatch.outbound.http_session import AddressRefused, badly_addressed, open_session, retry_after_seconds, words_for
from dispatch.rules.delivery.sending import (
    DEFAULT_RETRY_SECONDS,
    Accepted,
    OperatorFault,
    Refused,
    SendOutcome,
    TryAgain,
    retry_seconds,
)
from dispatch.rules.facts.moments import require_aware

TIMEOUT_SECONDS = 10.0
PER_HOST = 10  # connections; an agency whose endpoint hangs must not hold up the others
_GONE = 410  # Standard Webhooks: the receiver wants no more of these


class WebhookSender:
    """Posts signed webhooks, to hosts that are public or among `allowed_hosts`. `timeout` is in seconds, for a whole
    exchange. `version` is ours: a receiver's log and its firewall know us by it. Close the sender when done."""

    def __init__(
        self, version: str = "", *, allowed_hosts: Collection[str] = (), timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._allowed_hosts = allowed_hosts
        self._timeout = timeout
        self._user_agent = f"dispatch/{version}".removesuffix("/")
        self._session: aiohttp.ClientSession | None = None  # opened by the first post: it needs the running loop
        self._closed = False

    async def post(
        self, *, url: str, secrets: Sequence[str], webhook_id: str, timestamp: datetime, body: str
    ) -> SendOutcome:
        """Post `body`, which is JSON, signed with each of `secrets` (`whsec_` and base64); the receiver needs one.

        `webhook_id` stays the same for every attempt. `timestamp` is the moment of this attempt, since a consumer
        refuses one that is minutes old. `Accepted.carrier_id` is the webhook's id, `Refused.code` the HTTP status. The
        outcome is never `Unknown` (see above). Raises `NaiveMoment` for a timestamp without an offset; nothing that
        the other side does makes it raise.
        """
        require_aware(timestamp)
        if self._closed:
            return TryAgain("the sender was closed", DEFAULT_RETRY_SECONDS)
        moment = timestamp.astimezone(UTC)  # the package ignores a moment's offset and takes it for UTC
        try:
            signature = " ".join(Webhook(secret).sign(webhook_id, moment, body) for secret in secrets)
        except Exception as error:  # not base64, or empty: the package raises a different exception for each
            return OperatorFault(None, f"the agency's webhook secret is not usable ({type(error).__name__})")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self._user_agent,
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": signature,
        }
        if self._session is None:
            self._session = open_session(self._timeout, self._allowed_hosts, per_host=PER_HOST)
        try:
            async with (
                asyncio.timeout(self._timeout),
                # No redirect is followed: the signed body goes where the agency said, or nowhere.
                self._session.post(url, data=body.encode(), headers=headers, allow_redirects=False) as answer,
            ):
                return _sort(webhook_id, answer.status, retry_after_seconds(answer.headers))
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            if isinstance(error, AddressRefused):
                return OperatorFault(None, f"the agency's webhook URL: {error}")
            if badly_addressed(error):
                return OperatorFault(None, "the agency's webhook URL is not valid")
            return TryAgain(words_for(error), DEFAULT_RETRY_SECONDS)

    async def close(self) -> None:
        """Close every connection; a post after that is answered `TryAgain`."""
        self._closed = True
        if self._session is not None:
            await self._session.close()


def _sort(webhook_id: str, status: int, retry_after: float | None) -> SendOutcome:
    words = f"the agency's webhook answered HTTP {status}"
    if 200 <= status < 300:
        return Accepted(webhook_id, "delivered")
    if status == _GONE:
        return Refused(str(status), words)
    # A 404 or a 403 may be a proxy's, while the program behind it is being replaced: if we gave up, the agency would
    # never hear.
    return TryAgain(words, retry_seconds(retry_after))
