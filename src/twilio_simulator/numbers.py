"""Telephone numbers as the API takes them, and those that belong to the service."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

E164 = re.compile(r"\+[1-9]\d{6,14}")
_PUNCTUATION = re.compile(r"[\s().-]")


class NotInService(LookupError):
    """Nobody takes texts or calls at that number: it has no URL configured."""


@dataclass
class ServiceNumber:
    """One of the service's own numbers, and the URLs that its texts and calls go to."""

    number: str
    account_sid: str
    created_at: datetime
    friendly_name: str = ""
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    sms_url: str | None = None
    sms_method: str = "POST"
    sms_fallback_url: str | None = None
    sms_fallback_method: str = "POST"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    updated_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.friendly_name = self.friendly_name or self.number
        self.updated_at = self.created_at

    @property
    def sid(self) -> str:
        """The same for the same number in every run, whatever else was created before it."""
        return "PN" + hashlib.sha256(self.number.encode()).hexdigest()[:32]

    @property
    def uri(self) -> str:
        """Its path under the API's root."""
        return f"/2010-04-01/Accounts/{self.account_sid}/IncomingPhoneNumbers/{self.sid}.json"

    def as_json(self) -> dict[str, Any]:
        """The resource, as the API shows it. A URL that is not set is an empty string."""
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "beta": False,
            "capabilities": {"fax": False, "mms": False, "sms": True, "voice": True},
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.updated_at),
            "friendly_name": self.friendly_name,
            "origin": "twilio",
            "phone_number": self.number,
            "sid": self.sid,
            "sms_fallback_method": self.sms_fallback_method,
            "sms_fallback_url": self.sms_fallback_url or "",
            "sms_method": self.sms_method,
            "sms_url": self.sms_url or "",
            "status": "in-use",
            "status_callback": self.status_callback or "",
            "status_callback_method": self.status_callback_method,
            "trunk_sid": None,
            "uri": self.uri,
            "voice_fallback_method": self.voice_fallback_method,
            "voice_fallback_url": self.voice_fallback_url or "",
            "voice_method": self.voice_method,
            "voice_url": self.voice_url or "",
        }


def normalized(number: str) -> str | None:
    """The number in E.164; None when it cannot be one. Ten digits are taken as a North American number."""
    digits = _PUNCTUATION.sub("", number)
    if digits.isascii() and digits.isdigit():
        if len(digits) == 10:
            digits = "+1" + digits
        elif len(digits) == 11 and digits[0] == "1":
            digits = "+" + digits
    return digits if E164.fullmatch(digits) else None
