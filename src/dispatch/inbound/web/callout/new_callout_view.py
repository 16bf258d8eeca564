"""`/callouts/new`: a call-out for an officer who rang a coordinator. It is shown first, and opened once."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi.responses import RedirectResponse, Response

from dispatch.actions.callout.open_callout import KeyOfEndedCallOut, KeyUsedForAnotherBody, Opened, UnknownAgency
from dispatch.actions.commands import give
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.inbound.web.callout import command_forms
from dispatch.inbound.web.callout.callout_live import CALLOUTS_VIEW
from dispatch.inbound.web.callout.callout_views import preview_view, read_form
from dispatch.inbound.web.callout.typed_moments import FormFault
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, Visit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.commands.commands import OpenByHand
from dispatch.rules.delivery.our_number import OurOwnNumber
from dispatch.rules.facts.actors import Source

NEW = f"{CALLOUTS_VIEW}/new"

router = view_router()

Opener = Annotated[ViewerVisit, permits(Permission.OPEN_BY_HAND)]


@router.get(NEW)
async def show_new_callout(visit: Opener) -> View:
    return await _view(visit, {})


async def _view(visit: Visit, typed: Mapping[str, str], *, status: int = 200, wrong: str = "") -> View:
    """The form. Its key makes two presses one call-out; whoever wants a second one loads the view again."""
    roster = await visit.roster()
    callers = [(one.code, one.name) for one in roster.callers]
    key = typed.get("key") or visit.runner.context().new_token()
    return visit.view(
        "callout_new.html", status=status, typed=typed, wrong=wrong, agencies=callers, key=key, action=NEW
    )


@router.post(NEW)
async def open_callout_by_hand(visit: Opener) -> Response:
    """Without a digest it is shown; with the digest of what was shown it is opened."""
    form = await read_form(visit.request)
    try:
        return await _show_or_open(visit, form)
    except FormFault as error:
        status, wrong = 422, str(error)
    except OurOwnNumber as error:
        status, wrong = 422, f"callback number: {error}"
    except UnknownAgency as error:
        status, wrong = 409, str(error)
    except (KeyUsedForAnotherBody, KeyOfEndedCallOut) as error:
        before = error.over if isinstance(error, KeyOfEndedCallOut) else "a call-out already"
        status, wrong = 409, f"this form has opened {before}; send it once more to open another"
        form = {"agency": form["agency"], **command_forms.filled(command_forms.kept_request(form["callout"]).details())}
    return await _view(visit, form, status=status, wrong=wrong)


async def _show_or_open(visit: ViewerVisit, form: Mapping[str, str]) -> Response:
    """Raises `FormFault`, `OurOwnNumber`, `UnknownAgency`, `KeyUsedForAnotherBody` and `KeyOfEndedCallOut`."""
    digest, agency, key = form.get("digest", ""), form.get("agency", ""), form.get("key", "")
    if not agency:
        raise FormFault("choose the agency that called")
    if not 1 <= len(key) <= 60:
        raise FormFault("this form is damaged; load the web page again")
    said = (
        command_forms.kept_request(form.get("callout", ""))
        if digest
        else command_forms.read_request(form, visit.runner.now())
    )
    command, by = OpenByHand(agency, said.details()), visit.actor
    shown: Any = None
    if digest:
        shown = await again_on_conflict(lambda: visit.act(give.open_by_hand, command, key, by, digest, Source.WEB))
        if isinstance(shown, Opened):
            return RedirectResponse(f"{CALLOUTS_VIEW}/{shown.record.id}", 303)
    shown = shown or await visit.ask(give.preview_opening, command, by)
    return visit.view(
        "command.html",
        status=409 if digest else 200,
        changed=bool(digest),
        action=NEW,
        kept={"callout": said.model_dump_json(exclude_unset=True), "agency": agency, "key": key},
        back=NEW,
        **preview_view(shown),
        stays="nothing is opened",
        code=None,
    )
