"""What somebody does by a word about a call-out: in a text, by a key, behind a link. Each is a line of the audit.

The timeline tells it too, but loses its words after a time (`store/purge.py`); a line of the audit stays. Whatever a
coordinator does on a page, by API or at the command line has a line with more in it (`coordinate`), and none here.
"""

from collections.abc import Iterable, Mapping

from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.store.audit import Deed
from dispatch.store.decided import NewDeed, NewNote

_DEEDS: Mapping[NoteKind, Deed] = {
    NoteKind.ACKNOWLEDGED: Deed.TOOK,
    NoteKind.DECLINED: Deed.DECLINED,
    NoteKind.OFFERED: Deed.ANSWERED_LATE,
    NoteKind.PARTNER: Deed.CAME_ALONG,
    NoteKind.ETA: Deed.GAVE_ETA,
    NoteKind.EN_ROUTE: Deed.LEFT,
    NoteKind.ARRIVED: Deed.ARRIVED,
    NoteKind.WITH_CHILD: Deed.WITH_CHILD,
    NoteKind.CLEARED: Deed.CLEARED,
    NoteKind.HOME: Deed.HOME,
    NoteKind.RELEASED: Deed.LET_GO,
    NoteKind.OPTED_OUT: Deed.OPTED_OUT,
    NoteKind.DANGER: Deed.CRIED_FOR_HELP,
    NoteKind.ALARM_TAKEN: Deed.OWNED_ALARM,
    NoteKind.TEXT: Deed.WROTE,
    NoteKind.OFFICER_WROTE: Deed.WROTE,
    NoteKind.CALLS_OFFICER: Deed.JOINED_CALL,
}


def deeds_in(notes: Iterable[NewNote]) -> list[NewDeed]:
    """Each deed once. What follows from it, and what is said about others, is no deed of whoever spoke."""
    found = (
        NewDeed(at, by, source, _DEEDS[note.kind])
        for at, note, by, source in notes
        if note.kind in _DEEDS and note.person in {None, by.id} and _is_spoken(by, source)
    )
    return list(dict.fromkeys(found))


def _is_spoken(by: Actor, source: Source) -> bool:
    return source in {Source.SMS, Source.VOICE} or (source is Source.LINK and by.kind is ActorKind.SPECIALIST)
