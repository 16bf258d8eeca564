"""Every request from the carrier passes through here: nothing in it is believed until the carrier's signature holds.

The doors call `proven` themselves instead of declaring a dependency, which would cost each request 10 µs: most
requests are receipts.
"""

from dataclasses import dataclass

from fastapi import Request
from starlette.exceptions import HTTPException as UnreadableForm

from dispatch.actions.office import Office
from dispatch.carriers.carrier import Carrier, CarrierRequest, NotTheCarrier
from dispatch.rules.storable import storable


@dataclass(frozen=True, slots=True)
class Proven:
    """A request that the carrier certainly sent, and what its door works with. `id_` is the id in the address, of a
    page or of a call, and empty when there is none; there may be no such page or call."""

    office: Office
    carrier: Carrier
    request: CarrierRequest
    id_: str


async def proven(request: Request) -> Proven:
    """The request, if the carrier sent it. Raises `NotTheCarrier`, and `WrongKind` for a body that it never sends."""
    office: Office = request.app.state.office
    carrier: Carrier = request.app.state.carrier
    sent = await _as_it_came(request, office.public_url)
    carrier.authenticate(sent)
    return Proven(office, carrier, sent, storable(next(iter(request.path_params.values()), "")))


async def _as_it_came(request: Request, public_url: str) -> CarrierRequest:
    """The request as plain data. The carrier signs the public URL, which behind a proxy is not the one that we see. So
    the URL is put together from the configured base, the raw path and the query."""
    body = await request.body()
    try:
        form = await request.form(max_files=0)
    except UnreadableForm as error:  # a file, an unfinished part, too many fields: no carrier signed this
        raise NotTheCarrier from error
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    return CarrierRequest(
        url=public_url + path + (f"?{query}" if query else ""),
        query=query,
        headers=request.headers,
        body=body,
        form=tuple((name, value) for name, value in form.multi_items() if isinstance(value, str)),
    )
