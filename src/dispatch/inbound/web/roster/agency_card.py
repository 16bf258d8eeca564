"""`/agencies/{code}/card`: what an officer needs to call us, on one A6, for a department that has no program for it.

The law: the PIN is not on it. Whoever hands the card out writes it in by hand, or says it.
"""

from typing import Annotated

from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.roster.setup_views import NAV_ITEM
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.schedule.edits import NotInRoster

router = view_router()


@router.get("/agencies/{code}/card")
async def show_card(code: Storable, visit: Annotated[ViewerVisit, permits(Permission.CHANGE_ROSTER)]) -> View:
    """Raises `NotInRoster` for whoever does not call us."""
    agency = (await visit.roster()).caller(code)
    if agency is None:
        raise NotInRoster(f"no agency that calls us is {code!r}")
    number = next(iter(sorted(visit.runner.our_numbers)), None)
    return visit.view("agency_card.html", agency=agency, number=number, home=NAV_ITEM.path)
