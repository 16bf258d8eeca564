"""The errands that are due at a time of day. Each runs once per due time, on whichever node comes first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

import structlog

from dispatch.actions.desk import Desk
from dispatch.actions.mistakes import tell_of_mistake
from dispatch.actions.stray import apply_stray
from dispatch.rules import sign_in, watch
from dispatch.rules.local_clock import next_time
from dispatch.store import links, nodes, purge, sessions, sign_in_delays
from dispatch.store.engine.savepoint import Mistake, apart
from dispatch.store.links import WallLink, WelcomeLink
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.calendar")

_AFTER_A_FAULT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do at a local time of day."""

    name: str
    at: time
    do: Callable[[Transaction, Desk], None]


def run_calendar(tx: Transaction, desk: Desk) -> list[str]:
    """Run every errand whose time has come; returns their names."""
    due = [errand for errand in ERRANDS if nodes.take_turn(tx, errand.name, desk.now, next_time(errand.at, desk.now))]
    return [errand.name for errand in due if _ran(tx, desk, errand)]


def _ran(tx: Transaction, desk: Desk, errand: Errand) -> bool:
    try:
        with apart(tx):
            errand.do(tx, desk)
    except Mistake:
        # The errands after it run all the same, and it need not wait for tomorrow.
        _log.exception("errand failed", job=errand.name)
        nodes.keep_moment(tx, errand.name, desk.now + _AFTER_A_FAULT)
        tell_of_mistake(tx, desk, None)
        return False
    _log.info("calendar", job=errand.name)
    return True


def warn_of_gaps(tx: Transaction, desk: Desk) -> None:
    """Tell coordinators days ahead when nobody is on call."""
    apply_stray(tx, desk, watch.warn_of_gaps(desk.roster(tx), desk.now))


def forget_details(tx: Transaction, desk: Desk) -> None:
    """Blank places, names and texts that are old enough; the de-identified timings stay (FIELD, privacy)."""
    counted = purge.forget_details(tx, desk.now - desk.timings.span("keep_details"))
    ended = desk.now - sign_in.KEPT_AFTER_THE_END
    sessions.forget(tx, ended)
    links.forget(tx, (WelcomeLink, WallLink), ended)
    sign_in_delays.forget(tx, desk.now - sign_in.FORGOTTEN_AFTER)
    _log.info("purged", callouts=counted)


ERRANDS = (
    Errand("coverage check", time(9), warn_of_gaps),
    Errand("purge", time(4), forget_details),
)
