"""Every request from the carrier passes here: its signature is checked before anything of it is believed."""

from collections.abc import Callable

from fastapi import HTTPException, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException as UnreadableForm

from dispatch.actions.office import Office
from dispatch.inbound.http.texts import storable

SignatureCheck = Callable[[str, FormData, str | None], bool]

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def signed_form(office: Office, check: SignatureCheck, request: Request) -> FormData:
    """The form of a request that the carrier signed. Raises `HTTPException` 403 otherwise, 415 when it is no form.

    The signed URL is the public one, which behind a proxy is not the one we see: so it is put together from the
    configured base, the raw path and the query.
    """
    try:
        form = await request.form(max_files=0)
    except UnreadableForm as error:  # a file, parts without an end, too many fields: it cannot have been signed
        raise _refused() from error
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    url = office.public_url + path + (f"?{query}" if query else "")
    if not check(url, form, request.headers.get("x-twilio-signature")):
        raise _refused()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _FORMS and await request.body():  # not a form, so no field of it was signed
        raise HTTPException(415, "a carrier's request is a form: application/x-www-form-urlencoded")
    return form


def _refused() -> HTTPException:
    return HTTPException(403, "the carrier's signature does not hold; check DISPATCH_PUBLIC_URL and the auth token")


def field(form: FormData, name: str) -> str:
    """A field as text, without what cannot be kept; empty when it is missing."""
    value = form.get(name, "")
    return storable(value) if isinstance(value, str) else ""


def needed(form: FormData, *names: str) -> str:
    """The first of these fields that says something. Raises `HTTPException` 400 when none does."""
    for name in names:
        if value := field(form, name).strip():
            return value
    raise HTTPException(400, f"the carrier's request lacks {' or '.join(names)}")


def page_in(request: Request) -> str:
    """The id of the page that the address names, which may be no page's."""
    return storable(request.path_params["page"])
