"""The trust in whoever is on a call of the hotline."""

import sqlalchemy as sa

from dispatch.store import tables as t

_call = t.hotline_call.c
_OF_CALLOUT = sa.select(t.callout.c.trust).where(t.callout.c.id == _call.callout, _call.again.is_(False))
TRUST = sa.func.coalesce(_OF_CALLOUT.correlate(t.hotline_call).scalar_subquery(), _call.trust)
"""For a caller who opened a call-out it is the call-out's: when a coordinator verifies that, the call is verified too,
without being locked."""
