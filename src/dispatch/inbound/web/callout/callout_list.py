"""`/callouts`: every call-out, what is open first, filtered in the address."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from dispatch.actions.callout import read_callout
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.callout.callout_live import CALLOUTS_VIEW
from dispatch.inbound.web.callout.command_forms import day
from dispatch.inbound.web.callout.typed_moments import FormFault
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.callout import Status
from dispatch.rules.reports.periods import asked_days
from dispatch.rules.roster.local_clock import local_day
from dispatch.rules.wording.names import doubt
from dispatch.store.callout.records import CallOutFilter, CallOutRecord

NAV_ITEM = NavItem("Call-outs", CALLOUTS_VIEW, Permission.LIST_CALLOUTS)

router = view_router()

STATUSES = {
    Status.PAGING: "paging",
    Status.ACKNOWLEDGED: "taken",
    Status.EN_ROUTE: "on the way",
    Status.ON_SCENE: "there",
    Status.CLEARED: "left the scene",
    Status.CLOSED: "closed",
    Status.CANCELLED: "cancelled",
}
_OPEN = "open"


@router.get(NAV_ITEM.path)
async def list_callouts(
    visit: Annotated[ViewerVisit, permits(Permission.LIST_CALLOUTS)],
    find: Storable = "",
    status: str = "",
    agency: Storable = "",
    since: str = "",
    until: str = "",
    before: Storable = "",
) -> View:
    """Fifty at once, the newest first. A filter that is no status, agency or day is left out, and the view says so. A
    day in the search field counts as that day, first to last."""
    wrong = []
    find = find.strip()[:_LONGEST_SEARCH]
    if status and status != _OPEN and status not in set(Status):
        wrong.append(f"there is no status “{status}”")
        status = ""
    if _DAY.fullmatch(find):
        since = until = find
    filters = {"find": find, "status": status, "agency": agency, "since": since, "until": until}
    first, last = _day(filters, "since", wrong), _day(filters, "until", wrong)
    wanted = CallOutFilter(
        agency=agency or None,
        status=Status(status) if status and status != _OPEN else None,
        only_open=status == _OPEN,
        since=first,
        until=asked_days(None, local_day(last))[1] if last is not None else None,
        before=before or None,
    )
    words = "" if _DAY.fullmatch(find) else find
    shown = await visit.act(read_callout.list_for_person, wanted, visit.actor, words)
    return visit.view(
        "callouts.html",
        going_on=[_line(one) for one in shown.open],
        found=[_line(one) for one in shown.found],
        more_open=shown.more_open,
        all_open=_address(filters | {"status": _OPEN}),
        apart=wanted.status is None and not wanted.only_open,
        first=not before,
        following=_address(filters | {"before": shown.following}) if shown.following else "",
        newest=_address(filters),
        filters=filters,
        weeks=_weeks(visit.runner.now()),
        statuses=[("", "all"), (_OPEN, "open"), *((one.value, said) for one, said in STATUSES.items())],
        agencies=[("", "all"), *((one.code, one.name) for one in shown.roster.callers)],
        wrong=wrong,
        may_open=visit.may(Permission.OPEN_BY_HAND),
        roster=shown.roster,
    )


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_SEARCH = 60


def _day(filters: dict[str, str], name: str, wrong: list[str]) -> datetime | None:
    """What stands there is left out when it is no day."""
    try:
        return day(filters[name])
    except FormFault as error:
        wrong.append(str(error))
        filters[name] = ""
        return None


def _address(filters: Mapping[str, str]) -> str:
    said = {name: value for name, value in filters.items() if value}
    return f"{NAV_ITEM.path}?{urlencode(said)}" if said else NAV_ITEM.path


def _weeks(now: datetime) -> list[tuple[str, str]]:
    """The list of this week and of the last, from Monday to Sunday."""
    monday = local_day(now) - timedelta(days=local_day(now).weekday())
    return [
        (name, _address({"since": first.isoformat(), "until": (first + timedelta(days=6)).isoformat()}))
        for name, first in (("This week", monday), ("Last week", monday - timedelta(days=7)))
    ]


def _line(record: CallOutRecord) -> dict[str, Any]:
    """`minutes` from the call to the arrival, if there was one."""
    there = record.arrived_at
    return {
        "record": record,
        "state": STATUSES[record.status],
        "doubt": doubt(record.trust) if record.status.is_open else "",
        "href": f"{NAV_ITEM.path}/{record.code if record.status.is_open else record.id}",
        "minutes": int((there - record.received_at).total_seconds() // 60) if there is not None else None,
    }
