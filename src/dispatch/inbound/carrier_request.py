"""Every request from the carrier passes here: its signature is checked before anything of it is believed."""

from collections.abc import Callable

from fastapi import HTTPException, Request
from starlette.datastructures import FormData

from dispatch.actions.office import Office

SignatureCheck = Callable[[str, FormData, str | None], bool]


async def signed_form(office: Office, check: SignatureCheck, request: Request) -> FormData:
    """The form of a request that the carrier signed. Raises `HTTPException` 403 otherwise.

    The signed URL is the public one, which behind a proxy is not the one we see: so it is put together from the
    configured base, the raw path and the query.
    """
    form = await request.form()
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    url = office.public_url + path + (f"?{query}" if query else "")
    if not check(url, form, request.headers.get("x-twilio-signature")):
        raise HTTPException(403, "the carrier's signature does not hold")
    return form


def field(form: FormData, name: str) -> str:
    """A field as text without NUL, which PostgreSQL cannot hold; empty when it is missing."""
    value = form.get(name, "")
    return value.replace("\x00", "") if isinstance(value, str) else ""
