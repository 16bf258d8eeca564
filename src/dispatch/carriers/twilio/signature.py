"""Whether a request comes from the carrier: X-Twilio-Signature, and other carriers' versions of it.

The SDK computes the digest. This module avoids the traps around it: the SDK's check raises on a missing header or on a
body of bytes, loses repeated fields in a plain dict, and compares lengths before it compares anything else.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Protocol
from urllib.parse import parse_qs, parse_qsl, urldefrag, urlsplit

from twilio.request_validator import RequestValidator, add_port, remove_port

HEADER = "x-twilio-signature"


class MultiItems(Protocol):
    """A form that keeps repeated fields, such as Starlette's FormData."""

    def multi_items(self) -> Iterable[tuple[str, object]]: ...


Form = MultiItems | Mapping[str, str] | Iterable[tuple[str, str]] | bytes | str | None


def twilio_signature_ok(auth_token: str, url: str, form: Form, signature: str | None) -> bool:
    """Whether `signature` is the carrier's, made with `auth_token`, over this URL and these fields. Never raises.

    `url` is the whole URL as the carrier was given it: the configured public base URL, the raw path, the query.
    `form` holds the fields as they arrived, repeated ones included, or the raw body. `signature` is the header's value,
    None when it is missing. The caller knows which header it is (`X-Twilio-Signature`, `X-SignalWire-Signature`).
    """
    if not auth_token or not signature:  # with an empty token, anybody could sign
        return False
    try:
        fields = _fields(url, form)
        if fields is None:
            return False
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


def _fields(url: str, form: Form) -> _Fields | None:
    """The fields that are signed with the URL; None when the body cannot be the one that was signed."""
    fields = _Fields()
    if form is None:
        return fields
    if isinstance(form, bytes | str):
        body = form.encode() if isinstance(form, str) else form
        promised = parse_qs(urlsplit(url).query).get("bodySHA256")
        if promised:  # a JSON body is not signed itself; the signed URL holds its digest
            same = hmac.compare_digest(
                hashlib.sha256(body).hexdigest().encode("ascii"), promised[0].encode("utf-8", "replace")
            )
            return fields if same else None
        pairs: Iterable[tuple[str, object]] = parse_qsl(body.decode(), keep_blank_values=True)
    elif isinstance(form, Mapping):
        # Starlette's FormData is a Mapping too, whose items() would drop repeated fields.
        several = getattr(form, "multi_items", form.items)
        pairs = several()
    elif hasattr(form, "multi_items"):
        pairs = form.multi_items()
    else:
        pairs = form
    for name, value in pairs:
        if not isinstance(value, str):  # an uploaded file; no carrier sends one
            return None
        fields.setdefault(name, []).append(value)
    return fields
