"""Our own number at Twilio: where its calls and texts lead, read and set over the API."""

from typing import Any

from dispatch.carriers.doors import Door
from dispatch.carriers.twilio.addresses import Addresses, with_retry_policy
from dispatch.rules.delivery.our_number import NumberSetUp


def wanted(addresses: Addresses, fallback_url: str | None) -> NumberSetUp:
    """How the number should be set up. The fallback for texts is the same door: a text counts once however often it
    comes, and a document at the carrier could not read it."""
    return NumberSetUp(
        calls=addresses.door(Door.HOTLINE),
        calls_fallback=with_policy(fallback_url) or "",
        call_news=addresses.door(Door.HOTLINE_NEWS),
        texts=addresses.door(Door.TEXT),
        texts_fallback=addresses.door(Door.TEXT),
    )


def with_policy(url: str | None) -> str | None:
    """The address with our retry policy, unless it has one of its own."""
    return with_retry_policy(url) if url and "#" not in url else url


async def find(client: Any, number: str) -> Any | None:
    """The SDK's resource of our number; None when the account has no such number."""
    found = await client.incoming_phone_numbers.list_async(phone_number=number, limit=20)
    # The filter also finds numbers that this one is a part of.
    return next((one for one in found if one.phone_number == number), None)


def read(found: Any) -> NumberSetUp:
    """What is set up. An application or a trunk takes precedence over any address."""
    trunk = _name("a trunk", found.trunk_sid)
    calls = trunk or _name("an application", found.voice_application_sid)
    texts = _name("an application", found.sms_application_sid)
    return NumberSetUp(
        calls=calls or _address(found.voice_url, found.voice_method),
        calls_fallback=_address(found.voice_fallback_url, None),
        call_news=_address(found.status_callback, found.status_callback_method),
        texts=texts or _address(found.sms_url, found.sms_method),
        texts_fallback=_address(found.sms_fallback_url, found.sms_fallback_method),
    )


async def change(found: Any, to: NumberSetUp) -> None:
    """Set the addresses of `to`; those that are empty in it stay as they are."""
    fields: dict[str, str] = {}
    for name, address in (
        ("voice_url", to.calls),
        ("voice_fallback_url", to.calls_fallback),
        ("status_callback", to.call_news),
        ("sms_url", to.texts),
        ("sms_fallback_url", to.texts_fallback),
    ):
        if address:
            fields |= {name: address, f"{name.removesuffix('_url')}_method": "POST"}
    for name in ("trunk_sid", "voice_application_sid", "sms_application_sid"):
        if getattr(found, name):
            fields[name] = ""  # it would take precedence over our addresses
    await found.update_async(**fields)


def _name(what: str, sid: str | None) -> str:
    return f"{what} ({sid})" if sid else ""


def _address(url: str | None, method: str | None) -> str:
    """The address, with its method if that is known and is not POST, as at our doors. A document at the carrier may
    have another."""
    return f"{url} (by {method})" if url and method not in (None, "POST") else url or ""
