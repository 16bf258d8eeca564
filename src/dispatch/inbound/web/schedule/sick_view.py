"""`/schedule/sick`: somebody on call cannot come. Until when, who instead, and whether their open pages go on."""

import contextlib
from typing import Annotated

from fastapi import Query
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from dispatch.actions.callout.change_callout import NoSuchCallOut
from dispatch.actions.commands.give import do_unseen
from dispatch.actions.schedule import read_changing
from dispatch.actions.schedule.change_roster import planning
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.callout.typed_moments import Fields, FormFault, fields_of
from dispatch.inbound.web.roster.previewed import FormErrors, Wanted, show_or_make
from dispatch.inbound.web.schedule import shaped_changes
from dispatch.inbound.web.schedule.edit_forms import come_in_for
from dispatch.inbound.web.schedule.shaped_schedule import SCHEDULE, Names, span_words
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.access.sign_in import HOME
from dispatch.rules.commands.commands import PagePerson
from dispatch.rules.commands.deciding import CommandRefused
from dispatch.rules.facts.actors import Source
from dispatch.rules.schedule.edits import EditRefused

SICK = SCHEDULE + "/sick"
_GOES_ON = "goes-on"
"""The ids of the call-outs whose pages go on, as the preview named them: no other is paged for at the second press."""

Changing = Annotated[ViewerVisit, permits(Permission.CHANGE_SCHEDULE)]

router = view_router()


@router.get(SICK)
async def show_sick(visit: Changing, person: Annotated[Storable, Query(max_length=200)] = "") -> View:
    return await _view(visit, {"person": person})


@router.post(SICK)
async def come_in(visit: Changing) -> Response:
    """No edit takes a page from anybody: whoever comes in is paged beside them."""
    form = await visit.request.form()
    fields = fields_of(form)
    found = await visit.ask(read_changing.read_sickness, fields.get("person", ""))
    if "roster-digest" not in form and fields.get("pages") == "yes":
        form = FormData([*form.multi_items(), *((_GOES_ON, id_) for id_, _ in found.paging)])
    goes_on = {one for one in form.getlist(_GOES_ON) if isinstance(one, str)}
    names, codes = Names(found.roster), [code for id_, code in found.paging if id_ in goes_on]
    also: tuple[str, ...] = ()
    if codes:
        who, whom = names.short(fields.get("by", "")), names.short(found.person.id)
        also = (f"{who} is paged now for {', '.join(codes)}; {whom} stays paged beside them.",)
    try:
        wanted = come_in_for(fields, found.roster)
        made = await show_or_make(
            visit,
            form,
            Wanted(
                planning(wanted.edit), wanted.does, wanted.press, SICK, f"{SICK}?person={found.person.id}", also=also
            ),
        )
    except (FormFault, EditRefused, FormErrors) as error:
        return await _view(visit, fields, status=422, wrong=str(error))
    if isinstance(made, Response):
        return made
    for callout, _ in (one for one in found.paging if one[0] in goes_on):
        # Taken or over by now, or they said no to it: then nobody need be paged.
        with contextlib.suppress(CommandRefused, NoSuchCallOut):
            await visit.act(do_unseen, callout, PagePerson(fields.get("by", "")), visit.actor, Source.WEB)
    return RedirectResponse(HOME, 303)


async def _view(visit: ViewerVisit, typed: Fields, *, status: int = 200, wrong: str = "") -> View:
    found = await visit.ask(read_changing.read_sickness, typed.get("person", ""))
    stand_ins = await visit.act(read_changing.see_stand_ins, found, visit.actor, Source.WEB)
    names = Names(found.roster)
    return visit.view(
        "schedule_sick.html",
        status=status,
        who=names.short(found.person.id),
        person=found.person,
        shifts=[(one.rotation, span_words(one)) for one in found.shifts[:4]],
        until=shaped_changes.moment_field(found.until),
        people=[shaped_changes.stand_in_options(one, names) for one in stand_ins],
        paging=[code for _, code in found.paging],
        has=found.has,
        typed=typed,
        wrong=wrong,
    )
