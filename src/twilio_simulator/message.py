"""A text, as Twilio keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Literal

from twilio_simulator.agenda import Entry

ERROR_MESSAGES = {
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
}

Direction = Literal["outbound-api", "outbound-reply", "inbound"]


@dataclass(eq=False, slots=True)
class Message:
    """A text as Twilio keeps it."""

    sid: str
    account_sid: str
    direction: Direction
    from_: str
    to: str
    body: str
    status: str
    num_segments: int
    date_created: datetime
    date_updated: datetime
    date_sent: datetime | None = None
    error_code: int | None = None
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    valid_until: datetime | None = None
    doom: tuple[str, int] | None = None
    """The status and ErrorCode that it will end with, whatever the phone does."""
    steps: list[Entry] = field(default_factory=list)

    @property
    def uri(self) -> str:
        """Its path under the API's root."""
        return f"/2010-04-01/Accounts/{self.account_sid}/Messages/{self.sid}.json"

    def as_json(self) -> dict[str, Any]:
        """The resource, as the API shows it."""
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": format_datetime(self.date_created),
            "date_sent": None if self.date_sent is None else format_datetime(self.date_sent),
            "date_updated": format_datetime(self.date_updated),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None if self.error_code is None else ERROR_MESSAGES.get(self.error_code, "Error"),
            "from": self.from_ or None,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": "0",
            "num_segments": str(self.num_segments),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": self.uri.replace(".json", "/Media.json")},
            "to": self.to,
            "uri": self.uri,
        }
