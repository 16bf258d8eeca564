"""Reading the audit, which is itself a line of the audit."""

from dataclasses import dataclass, replace

from dispatch.actions.desk import Desk
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.audit_events import AuditEvent
from dispatch.rules.facts.roster import Roster
from dispatch.store import audit, audit_trail, callout_records
from dispatch.store.audit_trail import Line, Place, Wanted
from dispatch.store.transaction import Transaction

AT_ONCE = 100
"""Lines on one page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of lines, the newest first. `following` is the id of the line that the next page begins behind; `doers`
    are all whom one can ask for. `callouts` are those that were asked for."""

    lines: list[Line]
    following: int | None
    doers: list[str]
    roster: Roster
    callouts: tuple[str, ...] | None


def read_page(tx: Transaction, desk: Desk, wanted: Wanted, callout: str | None, before: int | None) -> Shown:
    """What a page shows. `callout` is an id or a code, `before` the line after which to go on."""
    wanted = _about(tx, wanted, callout)
    found: list[Line] = []
    if before is None or (place := audit_trail.place_of(tx, before)) is not None:
        wanted = replace(wanted, before=place) if before is not None else wanted
        found = audit_trail.newest(tx, wanted, AT_ONCE + 1)
    lines = found[:AT_ONCE]
    following = lines[-1].id if len(found) > AT_ONCE else None
    return Shown(lines, following, audit_trail.doers(tx), desk.roster(tx), wanted.callouts)


def read_on(
    tx: Transaction, desk: Desk, wanted: Wanted, callout: str | None, before: Place | None, most: int
) -> list[Line]:
    """A piece of a file."""
    return audit_trail.newest(tx, replace(_about(tx, wanted, callout), before=before), most)


def _about(tx: Transaction, wanted: Wanted, callout: str | None) -> Wanted:
    if callout is None:
        return wanted
    return replace(wanted, callouts=tuple(callout_records.all_called(tx, callout)))


def note_looked(tx: Transaction, desk: Desk, by: Actor, what: str, *, took: bool) -> None:
    """Somebody looked at these lines, or took them along as a file."""
    desk.let_sleep()
    audit.write(tx, desk.now, by, Source.WEB, AuditEvent.TOOK_AUDIT if took else AuditEvent.READ_AUDIT, detail=what)
