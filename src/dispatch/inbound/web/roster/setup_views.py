"""`/setup`: agencies, rotations, policies and areas, each with its form. An edit is shown before it is made.

A form is posted to its own address. Its fields are read as a table of the roster's file, and come back with whatever is
wrong, each message beside its field. What is right is shown as a change of the roster, and made on the second press.
"""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from dispatch.actions.access import keep_keys
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import ChangedRoster, planning
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.roster.item_forms import FieldMistakes, ItemForm, PolicyForm, form_of, in_sentences, title_of
from dispatch.inbound.web.roster.previewed import FormErrors, Wanted, show_or_make
from dispatch.inbound.web.roster.typed import Typed, read_typed
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, Visit, permits, view_router
from dispatch.outbound.http_session import why_not_called
from dispatch.rules.access.permissions import Permission
from dispatch.rules.delivery.dialling import not_dialled
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Agency, Roster
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.wording.names import counted_text

NAV_ITEM = NavItem("Setup", "/setup", Permission.CHANGE_ROSTER)

router = view_router(NAV_ITEM.path)

Editor = Annotated[ViewerVisit, permits(Permission.CHANGE_ROSTER)]


@router.get("")
async def show_setup(visit: Editor, done: Storable | None = None) -> View:
    roster = await visit.roster()
    keys = [key for key in await visit.ask(keep_keys.list_keys) if key.revoked_at is None]
    ways = {frozenset((one.from_area, one.to_area)) for one in roster.drives}
    return visit.view(
        "setup.html",
        done=done,
        roster=roster,
        keys=len(keys),
        ways=len(ways),
        all_ways=len(roster.areas) * (len(roster.areas) - 1) // 2,
    )


@router.get("/{part}")
async def show_form(
    part: Storable, visit: Editor, called: Storable = "", agency: Storable = "", done: Storable | None = None
) -> View:
    """Of the thing of this name, or of a new one. Raises `NotInRoster`."""
    form = form_of(await visit.roster(), part, called, agency)
    return _view(visit, form, form.shown(), {}, done=done)


@router.post("/{part}")
async def edit_thing(part: Storable, visit: Editor, called: Storable = "", agency: Storable = "") -> Response:
    """Raises `NotInRoster`."""
    sent, typed = await read_typed(visit.request)
    form = form_of(await visit.roster(), part, called, agency)
    try:
        if typed.one("remove"):
            return await _remove(visit, sent, form)
        return await _put(visit, sent, form, typed)
    except FormErrors as error:
        found, status = form.beside(error.lines, typed), 422
    except EditRefused as error:
        found, status = {"": [str(error)]}, 409
    shown = form.shown() if typed.one("remove") else typed
    return _view(visit, form, shown, found, status=status)


async def _put(visit: ViewerVisit, sent: FormData, form: ItemForm, typed: Typed) -> Response:
    """Raises what refuses the edit."""
    if found := await _mistakes(visit.runner, form, typed):
        return _view(visit, form, typed, found, status=422)
    listed = form.read(typed).listed
    differences = tuple(form.differences(form.item_in(listed, typed)))
    if not differences:
        return _view(visit, form, typed, {"": ["nothing of this is new"]}, status=422)
    does = f"Change {form.name}" if form.stands else f"Add {typed.one('name') or form.called(typed)}"
    also = differences
    if typed.one("was") != form.seen:
        also = (f"Somebody has changed {form.called(typed)} since you opened its form: look at each line.", *also)
    wanted = Wanted(
        planning(form.put(listed, typed)), does, does, _here(visit.request), _here(visit.request), also=also
    )
    made = await show_or_make(visit, sent, wanted)
    if not isinstance(made, ChangedRoster):
        return made
    name = form.called(typed) if form.part.value == visit.request.path_params["part"] else typed.one("name")
    query = {"called": name, "agency": visit.request.query_params.get("agency", ""), "done": str(made.version)}
    return RedirectResponse(
        f"{visit.request.url.path}?{urlencode({key: value for key, value in query.items() if value})}", 303
    )


async def _mistakes(runner: Runner, form: ItemForm, typed: Typed) -> FieldMistakes:
    """Everything that is wrong, at once."""
    found: FieldMistakes = {name: [said] for name, said in typed.too_long().items()}
    if found:
        return found  # a message would quote it
    if misnamed := list(form.misnamed(typed)):
        found["name" if form.name else "named"] = misnamed
        if not form.name:
            return found  # under that name another thing is read, or none
    read = form.read(typed)
    lines = list(read.mistakes)
    hook = typed.one("webhook_url")
    if hook and hook != form.stands.get("webhook_url") and (why := await why_not_called(hook, runner.allowed_hosts)):
        lines.append(f"{form.own(typed)[0]}webhook_url: {why}")
    if not lines and isinstance(agency := form.item_in(read.listed, typed), Agency):
        stood = not_dialled(Roster(agencies=tuple(one for one in (form.was,) if isinstance(one, Agency))), runner.dials)
        lines = sorted({*not_dialled(Roster(agencies=(agency,)), runner.dials)} - {*stood})
    return found | form.beside(lines, typed)


async def _remove(visit: ViewerVisit, sent: FormData, form: ItemForm) -> Response:
    """Raises what refuses the edit."""
    called = visit.request.query_params.get("called", "")
    if not called:
        raise EditRefused("nothing of this name is in the roster")
    also: tuple[str, ...] = ()
    if visit.request.path_params["part"] == "agencies":
        found = await visit.ask(keep_keys.list_keys)
        working = sum(key.agency == form.name and key.revoked_at is None for key in found)
        also = (f"Its program is refused from then on ({counted_text(working, 'key')}).",) if working else ()
    does = f"Remove {called}"
    wanted = Wanted(planning(form.remove()), does, does, _here(visit.request), _here(visit.request), also=also)
    made = await show_or_make(visit, sent, wanted)
    return RedirectResponse(f"{NAV_ITEM.path}?done={made.version}", 303) if isinstance(made, ChangedRoster) else made


def _here(request: Request) -> str:
    """This form's own address, without what was done before."""
    query = {name: value for name in ("called", "agency") if (value := request.query_params.get(name))}
    return f"{request.url.path}?{urlencode(query)}" if query else request.url.path


def _view(
    visit: Visit, form: ItemForm, typed: Typed, mistakes: FieldMistakes, *, status: int = 200, done: str | None = None
) -> View:
    part = visit.request.path_params["part"]
    more: dict[str, Any] = {"rows": form.rows(typed)} if isinstance(form, PolicyForm) else {}
    return visit.view(
        f"setup_{part}.html",
        status=status,
        title=title_of(form),
        thing=form,
        typed=typed,
        mistakes=in_sentences(mistakes),
        wrong_ones=sum(map(len, mistakes.values())),
        roster=form.roster,
        is_new=not form.stands,
        action=_here(visit.request),
        home=NAV_ITEM.path,
        local=LOCAL,
        done=done,
        **form.choices(),
        **more,
    )
