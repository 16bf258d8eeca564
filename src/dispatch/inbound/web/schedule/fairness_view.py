"""`/fairness`: who carries how many nights, beside their part of them. Looking is audited."""

from datetime import timedelta
from typing import Annotated

from dispatch.actions.schedule import read_fairness
from dispatch.actions.schedule.read_fairness import Weeks
from dispatch.inbound.web.schedule import shaped_schedule as shaped
from dispatch.inbound.web.schedule.shaped_schedule import Names
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.schedule.fairness import Burden, NightCounts

FAIRNESS = "/fairness"

router = view_router()


@router.get(FAIRNESS)
async def show_fairness(visit: Annotated[ViewerVisit, permits(Permission.SEE_FAIRNESS)]) -> View:
    found = await visit.runner.report(read_fairness.read_fairness)
    await visit.act(read_fairness.note_looked_at_fairness, visit.actor)
    return visit.view(
        "fairness.html",
        under=shaped.SCHEDULE,
        periods=[
            ("last", "Last 13 weeks", found.last, _lines(found.last)),
            ("next", "Next 13 weeks", found.next, _lines(found.next)),
        ],
        names=Names(found.roster),
        full_name=found.roster.name_of,
        days=lambda weeks: shaped.days_words(weeks.first, weeks.after - timedelta(days=1)),
        day_words=shaped.day_words,
        schedule=shaped.SCHEDULE,
    )


def _lines(weeks: Weeks) -> list[tuple[Burden, NightCounts | None, float, float | None]]:
    """Each with its bar and its mark, in percent of the longest of both."""
    most = max([1.0, *(float(one.nights) for one in weeks.burdens), *(one.fair_nights or 0 for one in weeks.burdens)])
    return [
        (
            one,
            weeks.counts.get(one.person, NightCounts()) if weeks.counts is not None else None,
            round(98 * one.nights / most, 1),
            None if one.fair_nights is None else round(98 * one.fair_nights / most, 1),
        )
        for one in weeks.burdens
    ]
