"""`/callouts/{code}`: one call-out and what can be done about it. A command is shown before it is done.

A command's form is posted to its own address. Without a digest the answer is the preview; the preview's form comes back
with the digest, and then it is done, or shown again where it has changed.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.alarms import own_alarm
from dispatch.actions.alarms.own_alarm import AlarmHasOwner, AlarmIsOver
from dispatch.actions.board.callout_view import Shown, open_view, show_command
from dispatch.actions.commands import give
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.callout import command_forms
from dispatch.inbound.web.callout.callout_live import CALLOUTS_VIEW, parts_of
from dispatch.inbound.web.callout.shaped import view
from dispatch.inbound.web.callout.typed_moments import FormFault, fields_of
from dispatch.inbound.web.live import Frame
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.commands.commands import COMMANDS, Cancel, Close, Command
from dispatch.rules.commands.deciding import CommandRefused
from dispatch.rules.commands.preview import Preview
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.people import Channel

router = view_router(CALLOUTS_VIEW)

Reader = Annotated[ViewerVisit, permits(Permission.SEE_CALLOUT)]


@router.get("/{callout_id}")
async def show_callout(callout_id: Storable, visit: Reader, done: Storable | None = None) -> View:
    return await _view(visit, callout_id, done=done)


async def _view(
    visit: ViewerVisit,
    callout_id: str,
    *,
    done: str | None = None,
    status: int = 200,
    about: str = "",
    wrong: str = "",
    typed: Mapping[str, str] | None = None,
) -> View:
    """`about` names the command that is `wrong`, with what was `typed` into its form."""
    shown = await visit.act(open_view, callout_id, visit.actor, done)
    values = view(shown, visit.viewer, visit.runner.now(), about=about, wrong=wrong, typed=typed or {})
    frame = Frame(parts_of(values | {"now": visit.runner.now()}), {})
    # What somebody has typed and must correct is theirs: no update replaces it.
    live_from = "" if wrong else f"{CALLOUTS_VIEW}/{shown.detail.record.id}"
    kept: dict[str, Any] = {"slots": frame.by_slot, "digest": frame.digest, "live_from": live_from}
    return visit.view("one_callout.html", status=status, **kept, **values)


@router.post("/{callout_id}/alarm")
async def have_alarm(callout_id: Storable, visit: Annotated[ViewerVisit, permits(Permission.OWN_ALARM)]) -> Response:
    """I have it: at once, since it wakes nobody. The others hear who has it."""
    alarm = (await read_form(visit.request)).get("alarm", "")
    try:
        owned = await visit.act(own_alarm.own, alarm, visit.actor, Source.WEB)
    except (AlarmHasOwner, AlarmIsOver) as error:
        return await _view(visit, callout_id, status=409, about="alarm", wrong=str(error))
    return RedirectResponse(f"{CALLOUTS_VIEW}/{owned.code or callout_id}", 303)


def _door(command: type[Command]) -> Callable[..., Awaitable[Response]]:
    """Where the form of one command is posted."""

    async def do(callout_id: Storable, visit: Annotated[ViewerVisit, permits(command.about.needs)]) -> Response:
        form = await read_form(visit.request)
        try:
            return await _show_or_do(visit, callout_id, command, form)
        except FormFault as error:
            status, wrong = 422, str(error)
        except CommandRefused as error:
            status, wrong = 409, str(error)
        return await _view(visit, callout_id, status=status, about=command.do, wrong=wrong, typed=form)

    do.__name__ = f"do_{command.do}"
    return do


async def _show_or_do(visit: ViewerVisit, callout_id: str, wanted: type[Command], form: Mapping[str, str]) -> Response:
    """Raises `FormFault` and `CommandRefused`."""
    digest = form.get("digest", "")
    text = form.get("command", "") if digest else command_forms.written(wanted, form, visit.runner.now())
    command = command_forms.read(wanted, text)
    if digest:
        done = await visit.act(give.do_command, callout_id, command, visit.actor, digest, Source.WEB)
        if not isinstance(done, Preview):
            return RedirectResponse(f"{CALLOUTS_VIEW}/{done.callout}?{urlencode({'done': digest})}", 303)
    shown = await visit.ask(show_command, callout_id, command, visit.actor)
    return visit.view(
        "command.html",
        status=409 if digest else 200,
        changed=bool(digest),
        action=visit.request.url.path,
        kept={"command": text},
        back=f"{CALLOUTS_VIEW}/{shown.detail.record.id}",
        **preview_view(shown.preview),
        stays=_stays(shown),
        code=shown.detail.record.code,
    )


def preview_view(shown: Preview) -> dict[str, Any]:
    """What the template of a preview needs of it. The button says what is done, and counts."""
    does = shown.sentence.removesuffix(f": {shown.counted}.")
    return {
        "preview": shown,
        "does": does,
        "press": f"{does}, {_sends(shown)}" if shown.letters else f"{does}, tell nobody",
        "ends": shown.kind in {Cancel.do, Close.do},
    }


def _sends(shown: Preview) -> str:
    calls = all(letter.channel is Channel.VOICE for letter in shown.letters)
    return f"{'place' if calls else 'send'} {shown.counted}"


def _stays(shown: Shown) -> str:
    """What goes on when the command is not given."""
    if not shown.detail.record.status.is_open:
        return "nothing changes"
    return shown.next[0].words if shown.next else "it goes on as it is"


for _command in COMMANDS:
    router.add_api_route(f"/{{callout_id}}/{_command.do.replace('_', '-')}", _door(_command), methods=["POST"])


async def read_form(request: Request) -> dict[str, str]:
    return fields_of(await request.form())
