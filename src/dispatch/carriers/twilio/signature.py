"""Whether a request comes from the carrier: X-Twilio-Signature, and other carriers' versions of it.

The SDK computes the digest. This module avoids the traps around it: the SDK's check raises on a missing header, loses
repeated fields in a plain dict, and compares lengths before it compares anything else.
"""

import hmac
from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit

from twilio.request_validator import RequestValidator, add_port, remove_port

HEADER = "x-twilio-signature"


def twilio_signature_ok(auth_token: str, url: str, form: Iterable[tuple[str, str]], signature: str | None) -> bool:
    """Whether `signature` is the carrier's, made with `auth_token`, over this URL and these fields. Never raises.

    `url` is the whole URL as the carrier was given it: the configured public base URL, the raw path, the query.
    `form` holds the fields as they arrived, repeated ones included. `signature` is the header's value, None when it is
    missing. The caller knows which header it is (`X-Twilio-Signature`, `X-SignalWire-Signature`).
    """
    if not auth_token or not signature:  # with an empty token, anybody could sign
        return False
    try:
        fields = _Fields()
        for name, value in form:
            fields.setdefault(name, []).append(value)
        validator = RequestValidator(auth_token)
        url = urldefrag(url).url
        parsed = urlsplit(url)
        given = signature.encode("utf-8", "replace")
        # With and without the port, since carriers differ. A forged request waits for all comparisons, so the time
        # taken does not tell which one came close.
        return any(
            hmac.compare_digest(validator.compute_signature(candidate, fields).encode("ascii"), given)
            for candidate in dict.fromkeys((url, add_port(parsed), remove_port(parsed)))
        )
    except ValueError:  # a port that is no number, text that is not Unicode: no carrier sent this
        return False


class _Fields(dict[str, list[str]]):
    """Fields in the shape in which the SDK reads repeated ones."""

    def getall(self, name: str) -> list[str]:
        return self[name]
