"""The errors of Twilio's REST API, in its format and with its codes."""

from __future__ import annotations

from typing import Any

MESSAGES = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    21201: "No 'To' number is specified",
    21205: "Url parameter is required.",
    21210: "'From' phone number not verified",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21213: "'From' phone number is required.",
    21214: "'To' phone number cannot be reached",
    21217: "Phone number does not appear to be valid",
    21220: "Call is not in-progress. Cannot redirect.",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21502: "Invalid URL",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number",
    21608: "The number is unverified. Trial accounts cannot send messages to unverified numbers",
    21609: "The 'StatusCallback' URL is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21635: "Message cannot be sent to a landline",
}


class Refusal(Exception):
    """The carrier refuses a request: `status` is the HTTP status, `code` Twilio's error code."""

    def __init__(self, code: int, message: str | None = None, *, status: int = 400) -> None:
        self.code = code
        self.status = status
        self.message = message or MESSAGES.get(code, f"Error {code}")
        super().__init__(f"{code}: {self.message}")

    def as_json(self) -> dict[str, Any]:
        """The body of the answer, `{code, message, more_info, status}`."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
