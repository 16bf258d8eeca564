"""What must hold after every step, as queries: each finds the rows that break its invariant.

All of them go out as one statement. A step checks what was written in it, so that it costs the same however long the
rehearsal is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects import sqlite

from dispatch.rules.alarms.owners import CRIES_ON_AFTER, NO_SHIFT_LASTS_LONGER, RINGS_ON
from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.store.types import Moment
from rehearsal import touched
from rehearsal.books import Books, minutes


class Violated(Exception):
    """Something happened that must never happen; `callout` is the call-out that shows it, if there is one."""

    def __init__(self, invariant: str, callout: str | None = None, detail: str = "") -> None:
        super().__init__(f"{invariant}{f' ({detail})' if detail else ''}")
        self.invariant, self.callout, self.detail = invariant, callout, detail


def _deadline(kind: str, person: str | None = None) -> str:
    whose = f" AND d.person = {person}" if person else ""
    return f"EXISTS (SELECT 1 FROM deadline d WHERE d.callout = c.id AND d.kind = '{kind}'{whose})"


def _noted(*kinds: str) -> str:
    wanted = ", ".join(f"'{kind}'" for kind in kinds)
    return f"EXISTS (SELECT 1 FROM timeline n WHERE n.callout = c.id AND n.kind IN ({wanted}))"


def _count_notes(kind: str) -> str:
    return f"(SELECT count(*) FROM timeline n WHERE n.callout = c.id AND n.kind = '{kind}')"


def _last_note(kind: str) -> str:
    return f"coalesce((SELECT max(n.id) FROM timeline n WHERE n.callout = c.id AND n.kind = '{kind}'), 0)"


_ON_IT = "a.role <> 'offered'"
_PRIMARY = "a.callout = c.id AND a.role = 'primary' AND a.released_at IS NULL"

WHO_HEARD_AN_ALARM_HEARS_ITS_END = (
    "EXISTS (SELECT 1 FROM alarm l JOIN page h ON h.callout = l.callout AND h.alarm = l.id AND h.purpose = 'alarm'"
    " AND NOT (h.tries = 0 AND (h.state = 'withdrawn' OR h.state = 'waiting' AND h.due_at > h.created_at))"
    " JOIN person w ON w.id = h.person AND w.opted_out_at IS NULL AND CAST(w.roles AS TEXT) LIKE '%coordinator%'"
    " WHERE l.callout = c.id AND l.ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM page q WHERE q.callout = c.id"
    " AND q.created_at = l.ended_at AND (q.purpose = 'page'"
    " OR q.person = h.person AND q.purpose IN ('all_clear', 'stand_down', 'alarm')))"
    " AND NOT EXISTS (SELECT 1 FROM timeline n WHERE n.callout = c.id AND n.at = l.ended_at"
    " AND n.actor_id IN (w.id, w.name)))"
)
"""The condition that breaks it, of a call-out (c): somebody who heard an alarm gets nothing at its end. What is over is
not so while people are paged again, and whoever ended it knows."""

# Of call-outs (c): the name of each invariant, and the condition that breaks it.
_OF_CALLOUTS = {
    "the law: an open call-out has a next move": (
        "c.open AND NOT EXISTS (SELECT 1 FROM deadline d WHERE d.callout = c.id"
        " AND d.kind NOT IN ('alarm_lapses', 'moved', 'ring_back', 'confirm_place', 'nearer'))"
        " AND NOT EXISTS"
        " (SELECT 1 FROM page p WHERE p.callout = c.id AND p.due_at IS NOT NULL AND p.purpose = 'page')"
    ),
    "a call-out that pages has the end of its step before it": (
        f"c.open AND c.status = 'paging' AND NOT {_deadline('escalate')}"
    ),
    "whoever is out or declined, somebody is paged in each step": (
        "c.open AND c.status = 'paging'"
        " AND NOT EXISTS (SELECT 1 FROM page p WHERE p.callout = c.id"
        " AND p.purpose = 'page' AND p.step = c.step)"
    ),
    "no call-out waits because somebody rests: another is paged in the same moment": (
        f"EXISTS (SELECT 1 FROM timeline n WHERE n.callout = c.id AND n.kind = '{NoteKind.RESTS}'"
        " AND NOT EXISTS (SELECT 1 FROM page p WHERE p.callout = c.id AND p.purpose = 'page'"
        " AND p.created_at = n.at AND p.person <> n.person))"
    ),
    "whoever took it is asked whether they move": (
        "c.status IN ('acknowledged', 'en_route') AND EXISTS (SELECT 1 FROM assignment a"
        f" WHERE {_PRIMARY} AND a.en_route_at IS NULL AND NOT {_deadline('remind_en_route', 'a.person')})"
    ),
    "whoever drives is asked whether they arrived": (
        "c.status = 'en_route' AND EXISTS (SELECT 1 FROM assignment a"
        f" WHERE {_PRIMARY} AND a.en_route_at IS NOT NULL AND NOT {_deadline('remind_arrival', 'a.person')})"
    ),
    "whoever is on scene is asked whether all is well": f"c.status = 'on_scene' AND NOT {_deadline('check_on_scene')}",
    "whoever left the scene is asked whether they are home": (
        f"c.status = 'cleared' AND EXISTS (SELECT 1 FROM assignment a WHERE a.callout = c.id AND {_ON_IT}"
        f" AND a.released_at IS NULL AND a.cleared_at IS NOT NULL AND a.home_at IS NULL"
        f" AND NOT {_deadline('check_home', 'a.person')})"
    ),
    "one specialist has it, and none while it pages": (
        f"c.open AND (SELECT count(*) FROM assignment a WHERE {_PRIMARY})"
        " <> (CASE WHEN c.status = 'paging' THEN 0 ELSE 1 END)"
    ),
    "it was taken when it says so": "c.open AND (c.acknowledged_at IS NULL) <> (c.status = 'paging')",
    "it was reached when it says so": "c.open AND (c.arrived_at IS NOT NULL) <> (c.status IN ('on_scene', 'cleared'))",
    "open and over are different": (
        "c.open AND (c.ended_at IS NOT NULL OR c.status IN ('closed', 'cancelled'))"
        " OR NOT c.open AND (c.ended_at IS NULL OR c.status NOT IN ('closed', 'cancelled'))"
    ),
    "a call-out that is over has nothing before it": (
        "NOT c.open AND EXISTS (SELECT 1 FROM deadline d WHERE d.callout = c.id AND d.kind <> 'danger')"
    ),
    "an alarm that somebody has is watched": (
        "c.open AND EXISTS (SELECT 1 FROM alarm l WHERE l.callout = c.id AND l.ended_at IS NULL AND l.owner IS NOT NULL"
        f" AND NOT {_deadline('alarm_lapses', 'l.owner')})"
    ),
    "a call-out that is over has no alarm, but a cry for help that nobody has": (
        "NOT c.open AND EXISTS (SELECT 1 FROM alarm l WHERE l.callout = c.id AND l.ended_at IS NULL"
        " AND (l.kind <> 'danger' OR l.owner IS NOT NULL))"
    ),
    "a cry for help rings until somebody has it": (
        "EXISTS (SELECT 1 FROM alarm l WHERE l.callout = c.id AND l.ended_at IS NULL AND l.kind = 'danger'"
        " AND l.owner IS NULL AND NOT EXISTS (SELECT 1 FROM deadline d WHERE d.callout = c.id AND d.kind = 'danger'"
        " AND coalesce(d.person, '') = coalesce(l.person, '')))"
    ),
    "who heard an alarm hears that it is over": WHO_HEARD_AN_ALARM_HEARS_ITS_END,
    "an officer who was promised a call is rung, or a deadline asks coordinators again": (
        f"c.open AND {_last_note('promised_call')} > {_last_note('rang_officer')} AND NOT {_deadline('ring_back')}"
    ),
    "whoever goes to a meeting place that nobody has confirmed has a deadline that rings coordinators": (
        "c.open AND c.place_unconfirmed AND c.status IN ('acknowledged', 'en_route') AND c.arrived_at IS NULL"
        f" AND NOT {_deadline('confirm_place')}"
    ),
    "whoever goes hears that the officer has moved, and is rung unless they answer": (
        f"c.open AND EXISTS (SELECT 1 FROM timeline n JOIN assignment a ON a.callout = c.id AND {_ON_IT}"
        " AND a.acknowledged_at <= n.at AND a.released_at IS NULL AND a.arrived_at IS NULL AND a.cleared_at IS NULL"
        " JOIN person w ON w.id = a.person"
        f" WHERE n.callout = c.id AND n.kind = '{NoteKind.MOVED}' AND NOT (EXISTS (SELECT 1 FROM page p"
        " WHERE p.callout = c.id AND p.person = a.person AND p.purpose = 'confirmation' AND p.created_at >= n.at)"
        f" AND ({_deadline('moved', 'a.person')} OR EXISTS (SELECT 1 FROM page v WHERE v.callout = c.id"
        " AND v.person = a.person AND v.channel = 'voice' AND v.created_at >= n.at)"
        " OR EXISTS (SELECT 1 FROM inbound_text i WHERE i.person = a.person AND i.received_at >= n.at))))"
    ),
    "each round asks whoever goes only if nobody else does": (
        "c.open AND c.status = 'paging' AND EXISTS (SELECT 1 FROM timeline n"
        " JOIN decline d ON d.callout = c.id AND d.limited AND d.at < n.at"
        f" WHERE n.callout = c.id AND n.id = {_last_note(NoteKind.ROUND)}"
        " AND NOT EXISTS (SELECT 1 FROM page p WHERE p.callout = c.id AND p.person = d.person AND p.purpose = 'page'"
        " AND p.created_at = n.at) AND NOT EXISTS (SELECT 1 FROM timeline o WHERE o.callout = c.id"
        f" AND o.person = d.person AND o.at = n.at AND o.kind = '{NoteKind.OUT}'))"
    ),
    "at most four are asked along": (
        "(SELECT count(DISTINCT p.person) FROM page p WHERE p.callout = c.id AND p.purpose = 'ask_along') > 4"
    ),
    "the clock shows the first arrival": (
        "c.arrived_at IS NOT NULL AND c.arrived_at <> (SELECT min(a.arrived_at) FROM assignment a"
        " WHERE a.callout = c.id AND a.released_at IS NULL)"
    ),
    "late is late": "c.arrived_at IS NOT NULL AND c.missed <> (c.arrived_at > c.respond_by)",
    "a missed target is an alarm": f"c.missed AND c.arrived_at IS NULL AND NOT {_noted('target_missed')}",
    "a round of paging everyone is an alarm": f"{_count_notes('round')} > {_count_notes('alarm')}",
    "the timeline tells each status": (
        f"c.status = 'acknowledged' AND NOT {_noted('acknowledged', 'handed_over')}"
        f" OR c.status = 'en_route' AND NOT {_noted('en_route')} OR c.status = 'on_scene' AND NOT {_noted('arrived')}"
        f" OR c.status = 'cleared' AND NOT {_noted('cleared')} OR c.status = 'cancelled' AND NOT {_noted('cancelled')}"
        f" OR c.status = 'closed' AND NOT {_noted('closed', 'home', 'released')} OR NOT {_noted('received')}"
    ),
    "the timeline tells each who takes it": (
        "(SELECT count(*) FROM assignment a WHERE a.callout = c.id AND a.role = 'primary')"
        f" <> {_count_notes('acknowledged')} + {_count_notes('handed_over')}"
    ),
    "the first acknowledgement stands until its giver lets go": (
        f"(SELECT count(*) FROM assignment a WHERE a.callout = c.id AND {_ON_IT}"
        f" AND a.released_at IS NOT NULL) <> {_count_notes('released')}"
    ),
    "nothing had to be rescued": _noted("rescued"),
    # A call keeps only the last call-out that it opened: with two of them, the first has no call any more.
    "one call opens one call-out": (
        "c.hotline_called_at IS NOT NULL"
        " AND (SELECT count(*) FROM hotline_call h WHERE h.callout = c.id AND NOT h.again) <> 1"
    ),
    "stamps stand in order": (
        "EXISTS (SELECT 1 FROM assignment a WHERE a.callout = c.id AND (a.en_route_at < a.acknowledged_at"
        " OR a.arrived_at < coalesce(a.en_route_at, a.acknowledged_at) OR a.cleared_at < a.arrived_at"
        " OR a.home_at < a.cleared_at OR a.cleared_at IS NOT NULL AND a.arrived_at IS NULL))"
        " OR c.acknowledged_at < c.received_at OR c.arrived_at < c.received_at OR c.ended_at < c.received_at"
    ),
}

# Of calls on the hotline (h).
_OF_CALLS = {
    # A call that came in while nobody was here opens none: the carrier's fallback has put it through to a person.
    "the law: a call about which nobody has decided opens a call-out by itself, or coordinators are rung about it": (
        "h.callout IS NULL AND h.dismissed_at IS NULL AND h.due_at IS NULL AND NOT h.calls_back"
        f" AND NOT EXISTS (SELECT 1 FROM alarm l WHERE l.call = h.id AND l.kind = '{AlarmKind.MISSED_CALL}')"
    ),
    "a call that is decided opens nothing more by itself": (
        "(h.callout IS NOT NULL OR h.dismissed_at IS NOT NULL) AND h.due_at IS NOT NULL"
    ),
    "a call that is dismissed was dismissed by a named person": (
        "h.dismissed_at IS NOT NULL AND (coalesce(h.dismissed_by, '') IN ('', 'None') OR NOT EXISTS"
        " (SELECT 1 FROM audit u WHERE u.did = 'dismissed a call' AND u.at = h.dismissed_at"
        " AND u.actor_id = h.dismissed_by))"
    ),
    "a call that opened a call-out opened it by phone": (
        "h.callout IS NOT NULL AND NOT h.again AND NOT EXISTS (SELECT 1 FROM callout c WHERE c.id = h.callout"
        " AND c.hotline_called_at = h.called_at)"
    ),
    "coordinators are asked about a caller who hangs up before anything is decided": (
        "h.callout IS NULL AND h.dismissed_at IS NULL AND h.ended_at IS NOT NULL AND NOT h.calls_back"
        f" AND NOT EXISTS (SELECT 1 FROM alarm l WHERE l.call = h.id OR l.kind = '{AlarmKind.SILENT_CALLS}'"
        " AND l.ended_at IS NULL)"
        # Of a flood five ring within ten minutes; then one of them rings for whoever follows within the minute.
        f" AND NOT ((SELECT count(*) FROM alarm l WHERE l.kind = '{AlarmKind.UNDECIDED_CALL}'"
        f" AND l.opened_at <= h.ended_at AND l.told_at > h.ended_at - {minutes(10)}) >= 5"
        f" AND EXISTS (SELECT 1 FROM alarm l WHERE l.kind = '{AlarmKind.UNDECIDED_CALL}'"
        f" AND l.opened_at <= h.ended_at AND l.told_at > h.ended_at - {minutes(1)}))"
    ),
    # Except that a caller who asked for a coordinator meanwhile is still owed one.
    "nobody is asked about a call that has its call-out": (
        "h.callout IS NOT NULL AND EXISTS (SELECT 1 FROM alarm l WHERE l.call = h.id AND l.ended_at IS NULL"
        f" AND l.kind <> '{AlarmKind.OFFICER_CALLS}')"
    ),
}

# Of pages (p), each with its call-out (c), if it has one.
_OF_PAGES = {
    "nobody is paged for a call-out that is taken or over": (
        "p.due_at IS NOT NULL AND p.state = 'waiting' AND p.purpose = 'page' AND c.status <> 'paging'"
    ),
    "nobody is reminded of a call-out that is over": (
        "p.due_at IS NOT NULL AND p.state = 'waiting' AND p.purpose = 'reminder' AND NOT c.open"
    ),
    # When a call-out is taken, a call for it that is still ringing must be called off: that is due work, too.
    "what has ended is not due": (
        "p.due_at IS NOT NULL AND (p.state IN ('failed', 'done') OR p.state = 'withdrawn' AND p.sid IS NULL)"
    ),
    "each page's fate is known or being found out": (
        "p.due_at IS NULL AND (p.state IN ('waiting', 'sending', 'unknown')"
        " OR p.channel = 'voice' AND p.state IN ('sent', 'delivered') AND p.reconciled < 3)"
    ),
    "only who heard an alarm hears that it is over, and once": (
        "p.purpose = 'all_clear' AND p.callout IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM alarm l JOIN page h"
        " ON h.alarm = l.id AND h.purpose = 'alarm' AND h.person = p.person"
        " WHERE l.callout = p.callout AND l.ended_at = p.created_at)"
        " OR EXISTS (SELECT 1 FROM page q WHERE q.callout = p.callout AND q.person = p.person AND q.id <> p.id"
        # Two texts of a story may come in one moment, and each may end something: then the two say different things.
        " AND q.purpose = 'all_clear' AND q.created_at = p.created_at AND q.text = p.text))"
    ),
    "the law: an alarm that nobody has reaches every coordinator: nobody whose turn comes is left out": (
        "p.state = 'withdrawn' AND p.tries = 0 AND p.purpose = 'alarm' AND p.channel = 'sms' AND EXISTS"
        " (SELECT 1 FROM alarm l WHERE l.id = p.alarm AND l.ended_at IS NULL AND l.owner IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM page q WHERE q.person = p.person AND q.id <> p.id AND (q.tries > 0 OR q.state = 'waiting')"
        # Whoever had it is not heard from: all hear that in one text, whichever of the call-out's alarms it names.
        " AND (q.alarm = l.id OR q.callout = p.callout AND q.purpose = 'alarm' AND q.created_at > p.ended_at)))"
    ),
    "a page that ended says when": "p.state IN ('failed', 'done', 'withdrawn') AND p.ended_at IS NULL",
}


def _broken(invariants: dict[str, str], found: str) -> str:
    """The first invariant that each row of `found` breaks, in a single pass over the rows."""
    cases = " ".join(f"WHEN {broken} THEN {_quoted(name)}" for name, broken in invariants.items())
    return f"SELECT * FROM (SELECT CASE {cases} END AS broken, {found}) AS q WHERE broken IS NOT NULL"


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _of_pages(which: str) -> str:
    return _broken(
        _OF_PAGES,
        f"p.callout AS callout, p.id AS page FROM page p LEFT JOIN callout c ON c.id = p.callout WHERE {which}",
    )


def _questions(callouts: str, calls: str, *pages: str) -> str:
    """One statement that finds whatever is broken among the call-outs, calls and pages that these conditions select."""
    of_callouts = _broken(_OF_CALLOUTS, f"c.id AS callout, '' AS page FROM callout c WHERE {callouts}")
    of_calls = _broken(_OF_CALLS, f"h.callout AS callout, h.id AS page FROM hotline_call h WHERE {calls}")
    return " UNION ALL ".join((of_callouts, of_calls, *map(_of_pages, pages)))


_DUE_STANDALONE = "p.callout IS NULL AND p.due_at IS NOT NULL"

_OF_TOUCHED = _questions(
    f"c.id {touched.SINCE}", f"coalesce(h.callout, '') {touched.SINCE}", f"p.callout {touched.SINCE}", _DUE_STANDALONE
)
_ALL = _questions("1 = 1", "1 = 1", "1 = 1")
_LATE = (
    "SELECT d.callout, d.kind FROM deadline d WHERE d.due_at < $1"
    " UNION ALL SELECT p.callout, p.id FROM page p WHERE p.due_at IS NOT NULL AND p.due_at < $1"
    " UNION ALL SELECT h.callout, h.id FROM hotline_call h WHERE h.due_at IS NOT NULL AND h.due_at < $1"
)
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(RINGS_ON))
_GLANCE = (
    "SELECT (SELECT min(d.due_at) FROM deadline d), (SELECT min(p.due_at) FROM page p WHERE p.due_at IS NOT NULL),"
    " (SELECT min(h.due_at) FROM hotline_call h WHERE h.due_at IS NOT NULL),"
    " (SELECT min(l.told_at) FROM alarm l WHERE l.callout IS NULL AND l.ended_at IS NULL AND l.owner IS NULL"
    f" AND l.kind IN ({_KINDS}) AND (l.kind = '{AlarmKind.DANGER}' OR l.opened_at > $1)),"
    f" coalesce(({touched.LAST_WRITE}), 0), EXISTS (SELECT 1 FROM phone_call WHERE state <> 'over')"
)
_SLACK = timedelta(seconds=1)
_SQLITE = sqlite.dialect()


async def check_all(books: Books) -> None:
    """Raise `Violated` if anything is broken."""
    _raise_first(await books.told(_ALL))


async def check(books: Books, newest: int) -> None:
    """Raise `Violated` if anything written since the last check is broken; `newest` is the newest write by now."""
    found = await books.told(_OF_TOUCHED, books.checked) if newest > books.checked else []
    books.checked = newest
    _raise_first(found)


def _raise_first(found: Iterable[tuple[Any, ...]]) -> None:
    for invariant, callout, detail in found:
        raise Violated(invariant, callout, f"page or call {detail}" if detail else "")


async def check_done(books: Books, due: datetime | None, now: datetime) -> None:
    """Raise `Violated` if something that was due before `now` has not been done; `due` is when the first is due."""
    if due is None or due >= now - _SLACK:
        return
    for callout, what in await books.told(_LATE, books.moment(now - _SLACK)):
        raise Violated("what is due is done", callout, what)


@dataclass(frozen=True, slots=True)
class Glance:
    """What stands in the database: when the next deadline, page, call on the hotline or ring of an alarm without a
    call-out is due; the newest write (see
    `touched`); and whether anybody is thought to be on the phone."""

    due: datetime | None
    newest: int
    on_the_phone: bool


async def glance(books: Books, now: datetime) -> Glance:
    ((*moments, rang_at, newest, on_the_phone),) = await books.told(_GLANCE, books.moment(now - NO_SHIFT_LASTS_LONGER))
    due = [moment(value) for value in moments]
    if (told_at := moment(rang_at)) is not None:
        due.append(told_at + CRIES_ON_AFTER)
    return Glance(min((at for at in due if at is not None), default=None), newest, bool(on_the_phone))


def moment(value: object) -> datetime | None:
    """A datetime from a moment in the driver's own type."""
    return Moment().process_result_value(value, _SQLITE)
