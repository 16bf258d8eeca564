"""What somebody does to a call-out by a word: in a text, by a key, behind a link. Each is an audit event.

The timeline tells it too, but loses its words after a time (`store/purge.py`); the audit trail keeps its lines. What a
coordinator does in a view, by API or at the command line has a fuller line (`commands/give.py`), and none here.
"""

from collections.abc import Iterable, Mapping

from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.actors import Actor, ActorKind, AuditEvent, Source
from dispatch.store.callout.decided import NewAuditLine, NewNote

_EVENTS: Mapping[NoteKind, AuditEvent] = {
    NoteKind.ACKNOWLEDGED: AuditEvent.TOOK,
    NoteKind.DECLINED: AuditEvent.DECLINED,
    NoteKind.OFFERED: AuditEvent.ANSWERED_LATE,
    NoteKind.LIMITED: AuditEvent.OFFERED_LIMITED,
    NoteKind.PARTNER: AuditEvent.CAME_ALONG,
    NoteKind.ETA: AuditEvent.GAVE_ETA,
    NoteKind.EN_ROUTE: AuditEvent.LEFT,
    NoteKind.ARRIVED: AuditEvent.ARRIVED,
    NoteKind.WITH_CHILD: AuditEvent.WITH_CHILD,
    NoteKind.CLEARED: AuditEvent.CLEARED,
    NoteKind.HOME: AuditEvent.HOME,
    NoteKind.RELEASED: AuditEvent.LET_GO,
    NoteKind.OPTED_OUT: AuditEvent.OPTED_OUT,
    NoteKind.DANGER: AuditEvent.CRIED_FOR_HELP,
    NoteKind.ALARM_TAKEN: AuditEvent.OWNED_ALARM,
    NoteKind.TEXT: AuditEvent.WROTE,
    NoteKind.OFFICER_WROTE: AuditEvent.WROTE,
    NoteKind.OFFICER_UNREADABLE: AuditEvent.WROTE,
    NoteKind.CALLS_OFFICER: AuditEvent.JOINED_CALL,
}


def said_in(notes: Iterable[NewNote]) -> list[NewAuditLine]:
    """Each event once. What follows from it, and what is said about others, is not an event of whoever spoke."""
    found = (
        NewAuditLine(at, by, source, _EVENTS[note.kind])
        for at, note, by, source in notes
        if note.kind in _EVENTS and note.person in {None, by.id} and _is_spoken(by, source)
    )
    return list(dict.fromkeys(found))


def _is_spoken(by: Actor, source: Source) -> bool:
    return source in {Source.SMS, Source.VOICE} or (source is Source.LINK and by.kind is ActorKind.SPECIALIST)
