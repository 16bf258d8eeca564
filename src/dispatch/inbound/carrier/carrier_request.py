"""Every request from the carrier passes here: that it is the carrier's is proven before anything of it is believed.

The doors call this themselves instead of asking for it as a dependency, which would cost each request 10 µs: most
requests are receipts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fastapi import HTTPException, Request
from starlette.exceptions import HTTPException as UnreadableForm

from dispatch.actions.office import Office
from dispatch.carriers.carrier import Carrier, CarrierRequest, Incomplete, NotTheCarrier, WrongKind
from dispatch.rules.storable import storable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proven:
    """A request that the carrier sent, and what its door works with. `page` is the id in the address, if there is one;
    it may be no page's."""

    office: Office
    carrier: Carrier
    request: CarrierRequest
    page: str

    def read(self, reader: Callable[[CarrierRequest], T]) -> T:
        """What the request says to one of the carrier's readers. Raises `HTTPException` 400 when it says too little."""
        try:
            return reader(self.request)
        except Incomplete as error:
            raise HTTPException(400, str(error)) from error


async def proven(request: Request) -> Proven:
    """The request, if the carrier sent it.

    Raises `HTTPException` 403 unless the carrier signed it, and 415 for a body of a kind that it never sends.
    """
    office: Office = request.app.state.office
    carrier: Carrier = request.app.state.carrier
    sent = await _as_it_came(request, office.public_url)
    try:
        carrier.authenticate(sent)
    except NotTheCarrier as error:
        raise _refused() from error
    except WrongKind as error:
        raise HTTPException(415, str(error)) from error
    return Proven(office, carrier, sent, storable(request.path_params.get("page", "")))


async def _as_it_came(request: Request, public_url: str) -> CarrierRequest:
    """The signed URL is the public one, which behind a proxy is not the one we see: so it is put together from the
    configured base, the raw path and the query."""
    body = await request.body()
    try:
        form = await request.form(max_files=0)
    except UnreadableForm as error:  # a file, parts without an end, too many fields: it cannot have been signed
        raise _refused() from error
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    return CarrierRequest(
        url=public_url + path + (f"?{query}" if query else ""),
        query=query,
        headers=request.headers,
        body=body,
        form=tuple((name, value) for name, value in form.multi_items() if isinstance(value, str)),
    )


def _refused() -> HTTPException:
    return HTTPException(403, "the carrier's signature does not hold; check DISPATCH_PUBLIC_URL and the auth token")
