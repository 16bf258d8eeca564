"""Every request from the carrier passes through here: nothing in it is believed until the carrier's signature holds.

The doors call `proven` themselves instead of declaring a dependency, which would cost each request 10 µs: most
requests are receipts.
"""

from dataclasses import dataclass

from fastapi import Request

from dispatch.actions.runner import Runner
from dispatch.carriers.carrier import Carrier, CarrierRequest, TooMuch
from dispatch.rules.facts.storable import storable

_MOST_BYTES = 32 * 1024
"""Half of what others may send. A text of 1,600 characters, encoded, with all that Twilio says about it, is 8 KiB."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A request that the carrier certainly sent, and what its door works with. `id_` is the id in the address, of a
    page or of a call, and empty when there is none; there may be no such page or call."""

    runner: Runner
    carrier: Carrier
    request: CarrierRequest
    id_: str


async def proven(request: Request) -> Proven:
    """The request, if the carrier sent it. Raises what `from_carrier` raises."""
    sent = await from_carrier(request)
    id_ = storable(next(iter(request.path_params.values()), ""))
    return Proven(request.app.state.runner, request.app.state.carrier, sent, id_)


async def from_carrier(request: Request) -> CarrierRequest:
    """The request, if the carrier signed it. It is checked once: before anything looks for its door.

    Raises `NotTheCarrier`, `WrongKind` for a body that it never sends, and `TooMuch` for one larger than it ever
    sends."""
    checked: CarrierRequest | None = getattr(request.state, "from_carrier", None)
    if checked is None:
        runner: Runner = request.app.state.runner
        carrier: Carrier = request.app.state.carrier
        checked = await _as_it_came(request, runner.public_url)
        carrier.authenticate(checked)
        request.state.from_carrier = checked
    return checked


async def _as_it_came(request: Request, public_url: str) -> CarrierRequest:
    """The request as plain data, with nothing of it read yet. The carrier signs the public URL, which behind a proxy is
    not the one that we see. So the URL is put together from the configured base, the raw path and the query.
    """
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise TooMuch(f"the body is larger than {_MOST_BYTES // 1024} KiB; no carrier sends so much")
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    return CarrierRequest(
        url=public_url + path + (f"?{query}" if query else ""), query=query, headers=request.headers, body=body
    )
