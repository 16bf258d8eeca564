"""`/response-times/public`: what may leave the house, and the files in which it left."""

from typing import Annotated

from fastapi.responses import RedirectResponse, Response

from dispatch.actions.reports import release_figures, show_response_times
from dispatch.inbound.web.reports import csv_files, response_times_views
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.reports.public_figures import FEWEST, PeriodKind, named, quarters_of

_PATH = response_times_views.NAV_ITEM.path + "/public"

Looking = Annotated[ViewerVisit, permits(Permission.SEE_PUBLIC_FIGURES)]
Releasing = Annotated[ViewerVisit, permits(Permission.RELEASE_FIGURES)]

router = view_router()


# Quarters first: only they say anything by agency.
_OFFERED = (PeriodKind.QUARTER, PeriodKind.YEAR, PeriodKind.MONTH)


@router.get(_PATH)
async def show_periods(visit: Looking) -> View:
    offer = await visit.runner.report(release_figures.offer_periods)
    years: dict[int, dict[PeriodKind, list[tuple[str, str]]]] = {}
    for one in sorted(offer.periods, key=lambda one: (-one.first.year, one.first)):
        kinds = years.setdefault(one.first.year, {kind: [] for kind in _OFFERED})
        kinds[one.kind].append((one.short_name, f"{_PATH}/{one.key}"))
    names = await visit.ask(show_response_times.choices)
    return visit.view(
        "public_periods.html",
        years=years,
        released=[(one, f"{_PATH}/{one.period.key}", names.name(one.by)) for one in offer.released],
        fewest=FEWEST,
        back=response_times_views.NAV_ITEM.path,
    )


# Before the view of a period: {period} would take the ending as well.
@router.get(_PATH + "/{period}.csv")
async def take_figures(period: str, visit: Looking) -> Response:
    """The file as it left, the same each time."""
    file = await visit.ask(release_figures.released_file, named(period))
    return Response(file, media_type=csv_files.TYPE, headers=csv_files.headers(f"children-reached-{period}"))


@router.get(_PATH + "/{period}")
async def show_figures(period: str, visit: Looking) -> View:
    figures = await visit.runner.report(release_figures.public_figures, named(period))
    names = await visit.ask(show_response_times.choices)
    return visit.view(
        "public_figures.html",
        figures=figures,
        rows=[release_figures.cells(row) for row in figures.rows],
        released_by=names.name(figures.release.by) if figures.release else "",
        fewest=FEWEST,
        quarters=[(one.name, f"{_PATH}/{one.key}") for one in quarters_of(figures.period) if one != figures.period],
        may_release=visit.may(Permission.RELEASE_FIGURES),
        here=f"{_PATH}/{period}",
        back=_PATH,
    )


@router.post(_PATH + "/{period}/release")
async def release(period: str, visit: Releasing) -> Response:
    """The file leaves, once and for good; it can be had again from the view."""
    await visit.act(release_figures.release_figures, named(period), visit.actor)
    return RedirectResponse(f"{_PATH}/{period}", 303)
