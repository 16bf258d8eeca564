"""`/on-call`: who would be paged for a call from an area, and by when they would be there; and from where people start.

For coordinators alone: it names areas and minutes, which no wall, agency or officer may see (ADR 53).
"""

from typing import Annotated

from fastapi import Form
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.roster import start_from, who_is_near
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Source
from dispatch.rules.nearer.starting import StartsNowhere
from dispatch.rules.roster.qualified import not_qualified

NAV_ITEM = NavItem("On call", "/on-call", Permission.SEE_PLAN)
_NO_START = "That person or that area is not in the roster any more. Choose again."

router = view_router()

Looks = Annotated[ViewerVisit, permits(Permission.SEE_PLAN)]
Changes = Annotated[ViewerVisit, permits(Permission.SET_START)]
Chosen = Annotated[Storable, Form()]


@router.get(NAV_ITEM.path)
async def show_plan(visit: Looks, area: Storable = "") -> View:
    """The plan for an area, by its code or its name. Without one: how each area stands tonight."""
    return await _view(visit, area)


@router.post(f"{NAV_ITEM.path}/starts")
async def set_start(visit: Changes, person: Chosen = "", area: Chosen = "") -> Response:
    """Somebody starts from elsewhere until their next hand-off; without an area, from where the roster says."""
    try:
        await visit.act(start_from.set_start, person, area, visit.actor, Source.WEB)
    except StartsNowhere:
        return await _view(visit, "", wrong=_NO_START)
    return RedirectResponse(NAV_ITEM.path, 303)


async def _view(visit: ViewerVisit, area: str, *, wrong: str = "") -> View:
    shown = await visit.act(who_is_near.plan_for, area, visit.actor)
    target = visit.runner.timings.span("target")
    now = visit.runner.now()
    return visit.view(
        "on_call.html",
        status=422 if wrong else 200,
        roster=shown.roster,
        plan=shown.plan,
        reach=shown.reach,
        far=[one for one in shown.reach if one.is_gap(target)],
        target=int(target.total_seconds() // 60),
        elsewhere=[one for one in shown.roster.starts if one.since <= now < one.until],
        options=[("", "any area"), *((one.code, f"{one.name} ({one.code})") for one in shown.roster.areas)],
        not_qualified=not_qualified,
        people=[(one.id, one.name) for one in shown.roster.people if one.is_specialist],
        unknown=area.strip()[:40] if shown.plan is None else "",
        wrong=wrong,
        may_set=visit.may(Permission.SET_START),
    )
