"""Reading the audit trail, which is itself an audit event."""

from dataclasses import dataclass, replace

from dispatch.actions.context import Context
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.roster import Roster
from dispatch.store.access import audit, audit_trail
from dispatch.store.access.audit_trail import AuditFilter, AuditLine, Rank
from dispatch.store.callout import records
from dispatch.store.transaction import Transaction

AT_ONCE = 100
"""Lines shown at once."""


@dataclass(frozen=True, slots=True)
class AuditShown:
    """Some lines, the newest first. `following` is the id of the line after which the next ones begin; `doers` is
    everybody to choose from. `callouts` are those that were asked for."""

    lines: list[AuditLine]
    following: int | None
    doers: list[str]
    roster: Roster
    callouts: tuple[str, ...] | None


def read_view(
    tx: Transaction, context: Context, wanted: AuditFilter, callout: str | None, before: int | None
) -> AuditShown:
    """What the view shows. `callout` is an id or a code, `before` the line after which to go on."""
    wanted = _about(tx, wanted, callout)
    found: list[AuditLine] = []
    if before is None or (rank := audit_trail.rank_of(tx, before)) is not None:
        wanted = replace(wanted, before=rank) if before is not None else wanted
        found = audit_trail.newest(tx, wanted, AT_ONCE + 1)
    lines = found[:AT_ONCE]
    following = lines[-1].id if len(found) > AT_ONCE else None
    return AuditShown(lines, following, audit_trail.doers(tx), context.roster(tx), wanted.callouts)


def read_on(
    tx: Transaction, context: Context, wanted: AuditFilter, callout: str | None, before: Rank | None, most: int
) -> list[AuditLine]:
    """A part of the exported file."""
    return audit_trail.newest(tx, replace(_about(tx, wanted, callout), before=before), most)


def _about(tx: Transaction, wanted: AuditFilter, callout: str | None) -> AuditFilter:
    if callout is None:
        return wanted
    return replace(wanted, callouts=tuple(records.all_called(tx, callout)))


def note_looked(tx: Transaction, context: Context, by: Actor, what: str, *, took: bool) -> None:
    """Somebody looked at these lines, or downloaded them as a file."""
    context.let_sleep()
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.TOOK_AUDIT if took else AuditEvent.READ_AUDIT, detail=what)
