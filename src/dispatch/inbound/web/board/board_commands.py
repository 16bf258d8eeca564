"""What a coordinator does on the board itself: takes an alarm, says what a call on the hotline is.

None of it ends, moves or gives away a call-out; that a call is no call-out takes two steps.
"""

import contextlib
from typing import Annotated

from fastapi.responses import RedirectResponse, Response

from dispatch.actions.alarms import own_alarm
from dispatch.actions.alarms.own_alarm import AlarmHasOwner, AlarmIsOver, NoSuchAlarm
from dispatch.actions.hotline import decide_all, take_call
from dispatch.actions.hotline.decide_all import NoSilentCalls
from dispatch.actions.hotline.take_call import CallIsDecided, NoSuchCall
from dispatch.actions.runner import Action
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.access.sign_in import HOME
from dispatch.rules.facts.actors import Source

router = view_router("/board")

Owner = Annotated[ViewerVisit, permits(Permission.OWN_ALARM)]
Decider = Annotated[ViewerVisit, permits(Permission.DECIDE_CALL)]


@router.post("/alarms/{alarm}/own")
async def have_alarm(alarm: Storable, visit: Owner) -> Response:
    """I have it."""
    return await _do(visit, own_alarm.own, alarm)


@router.post("/calls/{call}/page-now")
async def page_now(call: Storable, visit: Decider) -> Response:
    """It is a call-out."""
    return await _do(visit, take_call.page_now, call)


@router.get("/calls/{call}/dismiss")
async def show_dismissing(call: Storable, visit: Decider) -> Response:
    """Asks once more whether it is no call-out."""
    with contextlib.suppress(NoSuchCall):
        found = await visit.ask(take_call.see, call)
        return visit.view("call_dismiss.html", calls=[found], here=f"/board/calls/{found.id}/dismiss")
    return _to_board()


@router.post("/calls/{call}/dismiss")
async def dismiss(call: Storable, visit: Decider) -> Response:
    """It is no call-out: the second step."""
    return await _do(visit, take_call.dismiss, call)


@router.post("/silent/page-now")
async def page_all(visit: Decider) -> Response:
    """Somebody must go to one of the callers who said nothing: one page for all of them."""
    return await _do(visit, decide_all.page_all)


@router.get("/silent/dismiss")
async def show_dismissing_all(visit: Decider) -> Response:
    """Asks once more whether none of them is a call-out."""
    with contextlib.suppress(NoSilentCalls):
        return visit.view("call_dismiss.html", calls=await visit.ask(decide_all.waiting), here="/board/silent/dismiss")
    return _to_board()


@router.post("/silent/dismiss")
async def dismiss_all(visit: Decider) -> Response:
    """None is a call-out: the second step."""
    return await _do(visit, decide_all.dismiss_all)


async def _do(visit: ViewerVisit, action: Action[..., object], *about: str) -> Response:
    """Where somebody was faster, or it is over by now, the board says so."""
    with contextlib.suppress(AlarmHasOwner, AlarmIsOver, NoSuchAlarm, CallIsDecided, NoSuchCall, NoSilentCalls):
        await visit.act(action, *about, visit.actor, Source.WEB)
    return _to_board()


def _to_board() -> Response:
    return RedirectResponse(HOME, 303)
