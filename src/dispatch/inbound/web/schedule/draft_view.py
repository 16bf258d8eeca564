"""`/schedule/draft`: the nights of some weeks, shared out fairly. Shown first, then made, as every edit."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from dispatch.actions.drafting.draft_roster import WEEKS, draft_roster
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import planning
from dispatch.inbound.http.forms import FormRoute
from dispatch.inbound.http.state import TheRunner
from dispatch.inbound.http.viewer import Viewer, permits
from dispatch.inbound.web.schedule.change_views import done
from dispatch.inbound.web.schedule.edit_forms import Fields, Unreadable, fields_of
from dispatch.inbound.web.schedule.shaped_schedule import SCHEDULE, days_words
from dispatch.inbound.web.schedule_changes.previewed import Mistaken, Wanted, show_or_make
from dispatch.inbound.web.views import UI, View
from dispatch.rules.access.permissions import Permission
from dispatch.rules.drafting.draft_nights import MOST_WEEKS, coming_monday
from dispatch.rules.drafting.drafted import summary
from dispatch.rules.schedule.edits import EditRefused, FillNights

DRAFT = SCHEDULE + "/draft"

Changing = Annotated[Viewer, Depends(permits(Permission.CHANGE_SCHEDULE))]

router = APIRouter(include_in_schema=False, route_class=FormRoute)


@router.get(DRAFT)
async def show_draft(request: Request, runner: TheRunner, viewer: Changing) -> View:
    return await _view(request, runner, {})


@router.post(DRAFT)
async def draft_nights(request: Request, runner: TheRunner, viewer: Changing) -> Response:
    """Drafted once more at the second press: the same nights of the same roster are drafted alike."""
    form = await request.form()
    fields = fields_of(form)
    rotation = fields.get("rotation", "")
    try:
        draft = await draft_roster(runner, rotation, _weeks(fields), _first(fields))
        does = f"Draft {rotation}, {days_words(draft.nights[0].day, draft.nights[-1].day)}" if draft.nights else "Draft"
        edit = FillNights(rotation, draft.overrides)
        wanted = Wanted(planning(edit), does, "Take this draft", DRAFT, DRAFT, also=tuple(summary(draft)))
        made = await show_or_make(request, runner, viewer, form, wanted)
    except (Unreadable, EditRefused, Mistaken) as error:
        return await _view(request, runner, fields, status=422, wrong=str(error))
    return made if isinstance(made, Response) else done(made.version)


def _weeks(form: Fields) -> int:
    typed = form.get("weeks", "").strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 2):
        raise Unreadable(f"write how many weeks, 1 to {MOST_WEEKS}")
    return int(typed)


def _first(form: Fields) -> date:
    try:
        return date.fromisoformat(form.get("first", "").strip())
    except ValueError as error:
        raise Unreadable("write the first night like 2027-01-04") from error


async def _view(request: Request, runner: Runner, typed: Fields, *, status: int = 200, wrong: str = "") -> View:
    roster = await runner.ask(lambda tx, context: context.roster(tx))
    return UI.view(
        request,
        "schedule_draft.html",
        under=SCHEDULE,
        status=status,
        rotations=[(one.name, one.name) for one in roster.rotations if one.slots is None],
        first=coming_monday(runner.now()).isoformat(),
        weeks=WEEKS,
        most=MOST_WEEKS,
        typed=typed,
        wrong=wrong,
    )
