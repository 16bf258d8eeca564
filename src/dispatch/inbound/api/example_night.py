"""The call-outs of one night, as their agency and coordinators see them at each step: the document's examples."""

from dataclasses import fields
from typing import Any

from dispatch.actions.access.agency_view import CallOutStatus

ID = "01a20e43-aae0-7000-99ea-1a3c71bc946a"
CODE = "F7W"
"""Of the first call-out of the night. Each of the others has an id and a code of its own below."""
NOWHERE = "01a20e43-aae0-7000-99ea-000000000000"
"""An id that nothing has."""
DIGEST = "0123456789abcdef0123456789abcdef"
KEY = "5f0c6a0e-8d0b-4f0e-9a55-0d5f4c2f7a11"
USED_KEY = f"the key '{KEY}' has already come with another body"
ENDED_KEY = (
    f"the key '{KEY}' opened {CODE}, which is closed: nobody is paged; send it with a new key to open another call-out"
)

CALLED = {
    "id": ID,
    "code": CODE,
    "received_at": "2026-11-24T10:14:00Z",
    "respond_by": "2026-11-24T11:14:00Z",
    "reference": "26-000123",
}
CALLED_AGAIN = {
    "id": "01a20ec9-53c0-7000-8e21-6f0d4b7a90c2",
    "code": "L9F",
    "received_at": "2026-11-24T12:40:00Z",
    "respond_by": "2026-11-24T13:40:00Z",
    "reference": "26-000123",
}
PHONED = {"id": "01a20ecb-3404-7000-b3d8-2c95e17f4a60", "code": "Q6X"}
CALLED_WITHOUT_REFERENCE = {
    "id": "01a20ecb-3405-7000-a417-90be3d52c8f1",
    "code": "T4Q",
    "received_at": "2026-11-24T12:42:03Z",
    "respond_by": "2026-11-24T13:42:03Z",
}
CALLED_BY_HAND = {
    "id": "01a20ed5-46b8-7000-8c5b-e7410d6f23a9",
    "code": "K4R",
    "received_at": "2026-11-24T12:53:03Z",
    "respond_by": "2026-11-24T13:53:03Z",
}


def seen(status: str, *known: dict[str, str]) -> dict[str, Any]:
    """A `CallOutStatus` of which only this is `known`, id and code included; everything else is null."""
    shown: dict[str, Any] = dict.fromkeys(field.name for field in fields(CallOutStatus))
    shown |= {"status": status}
    for more in known:
        shown |= more
    return shown


_PAGED = {"first_paged_at": "2026-11-24T10:14:00Z"}
_BEN = {"specialist": "Ben", "eta_at": "2026-11-24T10:45:00Z", "acknowledged_at": "2026-11-24T10:20:00Z"}
_SOONER = {"eta_at": "2026-11-24T10:42:00Z"}
_LEFT = {"en_route_at": "2026-11-24T10:24:00Z"}
_THERE = {"arrived_at": "2026-11-24T10:43:00Z"}
_WITH_CHILD = {"with_child_at": "2026-11-24T10:45:00Z"}
_DONE = {"cleared_at": "2026-11-24T12:10:00Z"}
_HOME = {"ended_at": "2026-11-24T12:40:00Z"}

OPENED = seen("paging", CALLED)
TAKEN = seen("acknowledged", CALLED, _PAGED, _BEN)
SOONER = seen("acknowledged", CALLED, _PAGED, _BEN, _SOONER)
EN_ROUTE = seen("en_route", CALLED, _PAGED, _BEN, _SOONER, _LEFT)
ON_SCENE = seen("on_scene", CALLED, _PAGED, _BEN, _SOONER, _LEFT, _THERE)
WITH_CHILD = seen("on_scene", CALLED, _PAGED, _BEN, _SOONER, _LEFT, _THERE, _WITH_CHILD)
CLEARED = seen("cleared", CALLED, _PAGED, _BEN, _SOONER, _LEFT, _THERE, _WITH_CHILD, _DONE)
OVER = seen("closed", CALLED, _PAGED, _BEN, _SOONER, _LEFT, _THERE, _WITH_CHILD, _DONE, _HOME)

RELEASED = seen("paging", CALLED_AGAIN, {"first_paged_at": "2026-11-24T12:40:00Z"})
CANCELLED = {**RELEASED, "status": "cancelled", "ended_at": "2026-11-24T12:42:00Z"}

UNANSWERED = seen("paging", CALLED_WITHOUT_REFERENCE, {"first_paged_at": "2026-11-24T12:42:03Z"})
CLOSED_BY_CORA = {**UNANSWERED, "status": "closed", "ended_at": "2026-11-24T12:53:03Z"}

# ---- as coordinators see them ----------------------------------------------------------------------------------------

_OFFICER = {"name": "R. Alvarez", "badge": "4471", "callback_phone": "+15625550177"}
_PLACE = {
    "address": "400 W Broadway, Long Beach",
    "lat": 33.7701,
    "lon": -118.1937,
    "note": "lobby",
    "unconfirmed": False,
}
TO_COORDINATORS = {
    "agency": "LBPD",
    "unit": "West Division",
    "officer": _OFFICER,
    "trust": "verified",
    "unverified": False,
    "meeting_place": _PLACE,
    "missed": False,
    "probable_duplicate_of": None,
}


def _paged(channel: str, state: str, sent_at: str | None, ended_at: str | None) -> dict[str, Any]:
    ana = {"person": "ana", "name": "Ana Reyes", "phone": "+15625550101", "channel": channel, "turn": 1}
    return {**ana, "state": state, "failure": None, "due_at": None, "sent_at": sent_at, "ended_at": ended_at}


_TAKEN_AT = "2026-11-24T12:41:00Z"
_ANA = {"specialist": "Ana", "eta_at": "2026-11-24T13:06:00Z", "acknowledged_at": _TAKEN_AT}
WHOLE = {
    **RELEASED,
    **_ANA,
    "status": "acknowledged",
    **TO_COORDINATORS,
    "paged": [
        _paged("sms", "delivered", "2026-11-24T12:40:00Z", None),
        _paged("voice", "withdrawn", _TAKEN_AT, _TAKEN_AT),
        _paged("sms", "withdrawn", None, _TAKEN_AT),
        _paged("voice", "withdrawn", None, _TAKEN_AT),
    ],
    "offers": [],
}
