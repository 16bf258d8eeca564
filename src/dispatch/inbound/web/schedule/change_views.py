"""The schedule, changed: a night's forms, and `/schedule/changes`, the log with its undo."""

from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.schedule import read_changing
from dispatch.actions.schedule.change_roster import NoSuchChange, planning, undoing
from dispatch.inbound.web.callout.typed_moments import FormFault, day_of, fields_of
from dispatch.inbound.web.roster.previewed import FormErrors, Wanted, show_or_make
from dispatch.inbound.web.schedule import shaped_changes, shaped_schedule
from dispatch.inbound.web.schedule.edit_forms import read_edit
from dispatch.inbound.web.schedule.schedule_views import night_view
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, Visit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.wording.names import first_up

CHANGE = shaped_schedule.SCHEDULE + "/change"
CHANGES = shaped_schedule.SCHEDULE + "/changes"

Changing = Annotated[ViewerVisit, permits(Permission.CHANGE_SCHEDULE)]
Looking = Annotated[ViewerVisit, permits(Permission.SEE_SCHEDULE)]

router = view_router()


@router.post(CHANGE)
async def change_schedule(visit: Changing) -> Response:
    """Shown first, made with what the preview brings back. What cannot be is said on the night's own view."""
    form = await visit.request.form()
    fields = fields_of(form)
    rotation, day = fields.get("rotation", ""), day_of(fields.get("day", ""))
    back = shaped_schedule.address_of(rotation, day) if day else shaped_schedule.SCHEDULE
    try:
        roster = await visit.roster()
        wanted = read_edit(fields, roster, visit.runner.now())
        made = await show_or_make(visit, form, Wanted(planning(wanted.edit), wanted.does, wanted.press, CHANGE, back))
    except (FormFault, EditRefused, FormErrors) as error:
        if day is None:
            return refused(visit, str(error), back)
        return await night_view(visit, rotation, day, status=422, wrong=str(error), typed=fields)
    return made if isinstance(made, Response) else done(made.version)


@router.get(CHANGES)
async def show_changes(
    visit: Looking,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    made: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> View:
    """The newest first. `made` is the one that whoever looks has just made."""
    found = await visit.ask(read_changing.read_changes, before)
    names = shaped_schedule.Names(found.roster)
    return visit.view(
        "schedule_changes.html",
        changes=found.changes,
        names=names,
        lines_of=lambda one: shaped_changes.change_lines(one, names),
        who=lambda by: shaped_changes.who_words(by, found.roster),
        more=f"{CHANGES}?before={found.more}" if found.more else "",
        made=made if any(one.version == made for one in found.changes) else None,
        is_first=before is None,
        may_change=visit.may(Permission.CHANGE_SCHEDULE),
        may_keep_feeds=visit.may(Permission.KEEP_FEEDS),
    )


@router.post(CHANGES + "/{version}/undo")
async def undo_change(version: Annotated[int, Path(ge=1, le=2**53)], visit: Changing) -> Response:
    """The opposite change, shown first. Refused with what has happened since."""
    form = await visit.request.form()
    does, action = f"Undo version {version}", f"{CHANGES}/{version}/undo"
    wanted = Wanted(undoing(version), does, "Undo it", action, CHANGES, lists=True)
    try:
        made = await show_or_make(visit, form, wanted)
    except NoSuchChange as error:
        return refused(visit, str(error), CHANGES, status=404)
    except (EditRefused, FormErrors) as error:
        return refused(visit, str(error), CHANGES)
    return made if isinstance(made, Response) else done(made.version)


def done(version: int) -> Response:
    return RedirectResponse(f"{CHANGES}?made={version}", 303)


def refused(visit: Visit, sentence: str, back: str, *, status: int = 409) -> View:
    return visit.view("roster_refused.html", status=status, sentence=first_up(sentence), way_back=back)
