"""What the view of one call-out shows, made ready for its template: words, minutes and the order of things."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from dispatch.actions.board.callout_view import CallOutView, JustDone
from dispatch.actions.callout.detail import Detail, OnIt, PageLine
from dispatch.actions.callout.timeline import StampLine
from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.web.callout import command_forms
from dispatch.rules.access.permissions import Permission
from dispatch.rules.alarms.owners import who_did
from dispatch.rules.callout.stamps import IN_WORDS, on_track
from dispatch.rules.commands.commands import BY_NAME, Close, GoMyself
from dispatch.rules.decisions import NoteKind, StampKind
from dispatch.rules.delivery.how_it_went import how_it_went, most_telling
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.callout import Details, Outcome, Status
from dispatch.rules.facts.pages import Page, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Roster
from dispatch.rules.nearer import asked_sentence, could_come
from dispatch.rules.wording.names import SAID_BY_THE_CALLER, doubt, first_down, first_up
from dispatch.rules.wording.times import local_time
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.callout.timeline import TimelineEntry

_RECENT = 11
"""How many lines at the end of the timeline stand open, the next moves among them: what fits a laptop's screen below
the first line."""


def _rests(shown: CallOutView) -> list[str]:
    """Why somebody who is on call was left out, the newest of each, until somebody is there."""
    told = {line.person: line.text for line in shown.timeline if line.kind == NoteKind.RESTS}
    return [] if shown.detail.callout.arrived_at is not None else list(told.values())


def view(
    shown: CallOutView, viewer: Viewer, now: datetime, *, about: str = "", wrong: str = "", typed: Mapping[str, str]
) -> dict[str, Any]:
    """The values of `one_callout.html`. `about` names the command that is `wrong`; `typed` stood in its form."""
    detail, head, said = shown.detail, shown.detail.record, shown.detail.record.details
    entries = timeline_entries(shown)
    # Somebody who is allowed nothing gets a view without a form. What makes no sense now is offered to nobody.
    may = {command.do for command in shown.possible if viewer.may(command.about.needs)}
    return {
        "shown": shown,
        "doubt": doubt(head.trust),
        "asked_along": asked_sentence.shown(detail.callout, detail.roster),
        "offers": could_come.shown(detail.callout, detail.roster),
        "rests": _rests(shown),
        "said_by_caller": SAID_BY_THE_CALLER if said.place_unconfirmed else "",
        "sentence": sentence(head.code, shown.standing.words, {one.first_name for one in detail.roster.people}),
        "left": left(shown),
        "track": _track(shown),
        "first": entries[0],
        "between": entries[1:-_RECENT],
        "recent": entries[1:][-_RECENT:],
        "paged": _paged(detail),
        "rounds": _rounds(detail),
        "others": [_line(one) for one in detail.pages if not one.page.purpose.pages][::-1],
        "stamps": [(_STAMPS[line.stamp], line) for line in shown.stamps],
        "stamp_choices": [(kind.value, _STAMPS[kind]) for kind in StampKind],
        "may": may,
        "ring_them": [(one.name, one.phone) for one in shown.by_hand],
        "likely": _LIKELY.get(head.status, _LIKELY_WHILE_PAGING),
        "about": about,
        "wrong": wrong,
        "typed": typed,
        "may_own": shown.to_own is not None and viewer.may(Permission.OWN_ALARM),
        "done": _said_done(shown.done, head) if shown.done else "",
        "came_of": _came_of(shown, typed if about == Close.do else {}),
        "eta_chips": [
            *((str(one), str(one), local_time(now + timedelta(minutes=one))) for one in command_forms.ETAS),
            ("clock", "other", "type it"),
        ],
        "on_it": _names(one for one in detail.going if one.part.is_on_it),
        "who_goes": _names(one for one in detail.going if one.part.is_out),
        "awaited": _names(one for one in detail.going if one.part.is_out and one.part.arrived_at is None),
        "etas": [(str(minutes), f"{minutes} min") for minutes in command_forms.ETAS],
        "agency_calls": [(name, "", number) for name, number in detail.agency_numbers],
        "form": command_forms.filled(said),
        "form_shown": command_forms.shown_details(said, now),
        "said_as": _in_words(command_forms.filled(said), said),
        "at_now": command_forms.shown_moment("at", now.replace(second=0, microsecond=0)),
        "others_to_send": _others(shown, viewer),
        "read_only": not any(viewer.may(command.about.needs) for command in BY_NAME.values()),
    }


def _names(people: Iterable[OnIt]) -> list[tuple[str, str]]:
    return [(one.part.person, one.name) for one in people]


_LIKELY_WHILE_PAGING = frozenset({"verify", "page_person", "next_step", "go_myself"})
_ON_THE_WAY = frozenset({"verify", "set_eta", "tell_specialist", "tell_officer"})
_AFTERWARDS = frozenset({"close", "correct_stamp"})
_LIKELY: Mapping[Status, frozenset[str]] = {
    Status.ACKNOWLEDGED: _ON_THE_WAY,
    Status.EN_ROUTE: _ON_THE_WAY,
    Status.ON_SCENE: frozenset({"verify", "tell_specialist", "add_partner", "close"}),
    Status.CLEARED: _AFTERWARDS | {"verify"},
    Status.CLOSED: _AFTERWARDS,
    Status.CANCELLED: _AFTERWARDS,
}
"""What a coordinator most likely does next, which stands in sight; the other commands are one press away."""


def _came_of(shown: CallOutView, typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of the outcome: as they were typed, otherwise as they were noted before."""
    noted = shown.outcome.outcome if shown.outcome else Outcome()
    filled = {name: "" if value is None else str(value) for name, value in asdict(noted).items()}
    filled |= command_forms.shown_moment("dcfs_at", noted.dcfs_at)
    filled |= command_forms.shown_moment("probation_at", noted.probation_at)
    return {name: typed.get(name, value) for name, value in filled.items()}


def _others(shown: CallOutView, viewer: Viewer) -> list[tuple[str, str]]:
    """Everybody who could be sent, for a list of names; the viewer goes by "I go" instead."""
    return [
        (one.person.id, f"{one.person.name}, {one.known}")
        for one in shown.candidates
        if one.person.id != viewer.person.id or GoMyself not in shown.possible
    ]


def _in_words(filled: Mapping[str, str], said: Details) -> dict[str, str]:
    """What stands in each field of the caller's, as a person reads it."""
    moments = {"officer_leaves_at": said.officer_leaves_at, "recovered_at": said.recovered_at}
    return {
        name: (local_time(moment) if (moment := moments.get(name)) else value) or "not said"
        for name, value in filled.items()
    }


# ---- the head ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Left:
    """The very large number, with the small words behind it."""

    number: str
    unit: str


def sentence(code: str, words: str, first_names: Collection[str]) -> str:
    """How it stands behind its code: "K7Q: nobody is coming", "K7Q: Ana has it"."""
    return f"{code}: {words if words.split()[0] in first_names else first_down(words)}"


def left(shown: CallOutView) -> Left:
    head, minutes = shown.detail.record, shown.minutes_left
    target = int(_minutes(head, head.respond_by))
    if head.arrived_at is not None:
        return Left(str(int(_minutes(head, head.arrived_at))), f"min to be there, of {target}")
    if minutes is None:
        return Left("–", "nobody was there")
    if minutes < 0:
        return Left(str(-minutes), f"min over {target}")
    return Left(str(minutes), f"min left of {target}")


def _minutes(head: CallOutRecord, at: datetime) -> float:
    """Since it came in."""
    return (at - head.received_at).total_seconds() / 60


@dataclass(frozen=True, slots=True)
class Track:
    """What `pieces/track.html` draws: a row of the board has the same. `stopped_at` is when the clock stopped."""

    received_at: datetime
    respond_by: datetime
    stopped_at: datetime | None
    stamps: tuple[tuple[datetime, str], ...]
    eta_at: datetime | None
    officer_leaves_at: datetime | None


def _track(shown: CallOutView) -> Track:
    head, first = shown.detail.record, shown.detail.comes_first
    return Track(
        received_at=head.received_at,
        respond_by=head.respond_by,
        stopped_at=head.arrived_at or head.ended_at,
        stamps=on_track(shown.detail.callout),
        eta_at=first.part.eta_at if first is not None and head.arrived_at is None and head.status.is_open else None,
        officer_leaves_at=head.details.officer_leaves_at,
    )


# ---- the timeline --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of the timeline. `was` is the value that a correction replaced; `corrected` says who and why."""

    at: datetime
    title: str
    source: str = ""
    kind: str = ""  # stamp, act or next
    was: datetime | None = None
    corrected: tuple[str, ...] = ()


_NEXT = 3
"""How many next moves end the timeline."""

_STAMP_OF: Mapping[str, str] = {
    NoteKind.RECEIVED: "received_at",
    NoteKind.ACKNOWLEDGED: "acknowledged_at",
    NoteKind.EN_ROUTE: "en_route_at",
    NoteKind.ARRIVED: "arrived_at",
    NoteKind.CLEARED: "cleared_at",
    NoteKind.HOME: "home_at",
}
_STAMPS = {
    "received_at": "Received",
    "first_paged_at": "First page",
    **{kind: first_up(said) for kind, said in IN_WORDS.items()},
}
_ALARMING = frozenset({NoteKind.ROUND, NoteKind.DANGER, NoteKind.TARGET_MISSED, NoteKind.NOBODY_ON_SHIFT})
_HOW = {
    Source.SMS: "text",
    Source.VOICE: "phone",
    Source.LINK: "link",
    Source.API: "API",
    Source.WEB: "browser",
    Source.CLI: "command line",
}


def timeline_entries(shown: CallOutView) -> list[EntryRow]:
    """The story, the newest last, and then what happens next. Stamps stand at their own moment, corrected or not."""
    untold = {(line.stamp, line.person): line for line in shown.stamps}
    entries: list[EntryRow] = []
    for line in reversed(shown.timeline):  # the last line that tells of a stamp stands for it
        name = _STAMP_OF.get(line.kind)
        stamp = untold.pop((name, None if name == "received_at" else line.person), None) if name else None
        entries.append(_entry(line, stamp, shown.detail.roster))
    entries.reverse()
    entries += [_stamp(line, line.source or "") for line in untold.values() if line.stamp in set(StampKind)]
    entries.sort(key=lambda entry: entry.at)
    coming = [move for move in shown.next if not move.waits][:_NEXT]
    following = [EntryRow(move.at, first_up(move.words), "next, by itself", "next") for move in coming]
    return entries + following


def _entry(line: TimelineEntry, stamp: StampLine | None, roster: Roster) -> EntryRow:
    source, title = _source(line, roster), first_up(line.text)
    if stamp is None:
        return EntryRow(line.at, title, source, "act" if line.kind in _ALARMING else "")
    # What was said about the old value, such as the minutes that it took, is no longer true.
    return _stamp(stamp, source, title if not stamp.replaced else None)


def _stamp(line: StampLine, source: str, title: str | None = None) -> EntryRow:
    """A stamp with what it replaced. Without a `title` no line of the story tells of its value."""
    was = line.replaced[-1][0].before if line.replaced else None
    return EntryRow(
        line.at,
        title or f"{line.name}: {first_down(_STAMPS[line.stamp])}",
        source,
        "stamp",
        was,
        tuple(
            f"{'Set' if change.before is None else 'Corrected'} {local_time(change.at)} by {by}"
            + (f": {change.reason}" if change.reason else "")
            for change, by in line.replaced
        ),
    )


def _source(line: TimelineEntry, roster: Roster) -> str:
    how = _HOW.get(Source(line.source)) if line.source in set(Source) else None
    if how is None:
        return "by itself"
    by = who_did(line.by, roster)
    return f"{by}, {how}" if by else how


# ---- pages ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageRow:
    """One message in one line. `failed` is amber."""

    name: str
    icon: str
    state: str
    failed: bool
    since: datetime | None


def _rounds(detail: Detail) -> list[tuple[str, list[PageRow]]]:
    """Who was asked to come, by step and round, the newest first."""
    asked = sorted(detail.asked, key=lambda one: -one.page.step)  # stays in the order in which they were decided
    return [
        (_step(step, len(detail.callout.policy.steps)), sorted(map(_line, lines), key=_newest_first))
        for step, lines in groupby(asked, key=lambda one: one.page.step)
    ]


@dataclass(frozen=True, slots=True)
class PagedRow:
    """One person who was asked to come. `stands` is what they said; without it, `newest` is how it went. `pages` counts
    their texts and calls."""

    name: str
    stands: str
    newest: list[PageRow]
    pages: int


def _paged(detail: Detail) -> list[PagedRow]:
    """Whoever was asked, those of the newest step first."""
    asked: dict[str, list[Page]] = {}
    names: dict[str, str] = {}
    for name, page in sorted(detail.asked, key=lambda line: -line.page.step):
        if page.person is not None:
            asked.setdefault(page.person, []).append(page)
            names[page.person] = name
    rows = []
    for person, pages in asked.items():
        stands, name = detail.stands(person), names[person]
        newest = [] if stands else [_in_short(PageLine(name, page)) for page in most_telling(pages)]
        rows.append(PagedRow(name, stands, newest, len(pages)))
    return rows


def _in_short(line: PageLine) -> PageRow:
    """Without the carrier's number for what went wrong, which says nothing at night; every page has it."""
    row = _line(line)
    return replace(row, state=_CODE.sub("", row.state))


_CODE = re.compile(r"^\d{3,6}: | \(\d{1,6}\)$")


def _newest_first(line: PageRow) -> float:
    return -line.since.timestamp() if line.since else -float("inf")  # what waits is yet to come


def _step(step: int, steps: int) -> str:
    return f"Step {step}" if step <= steps else f"Round {step - steps} of everyone"


_ICONS = {Channel.SMS: "text", Channel.VOICE: "phone", Channel.WEBHOOK: "clock"}
SENT_FOR = {
    Purpose.ASK_ALONG: "asked along",
    Purpose.TURN_BACK: "may turn back",
    Purpose.STAND_DOWN: "not needed",
    Purpose.CONFIRMATION: "confirmation",
    Purpose.ANSWER: "answer",
    Purpose.REMINDER: "question",
    Purpose.QUESTION: "asked back",
    Purpose.OFFICER: "told",
    Purpose.PARTNER: "notice",
    Purpose.ALARM: "alarm",
    Purpose.ALL_CLEAR: "alarm over",
    Purpose.AGENCY: "notice",
    Purpose.JOIN: "to be joined",
    Purpose.TEST: "test",
    Purpose.NUMBER: "to be verified",
    Purpose.ACCOUNT: "notice",
    Purpose.SCHEDULE: "notice",
    Purpose.TONIGHT: "notice",
}


def _line(one: PageLine) -> PageRow:
    name, page = one
    purpose = "" if page.purpose.pages else f"{SENT_FOR[page.purpose]}, "
    shown_name = name if page.person is None else name.split()[0]
    return PageRow(shown_name, _ICONS[page.channel], purpose + _state(page), page.state.has_failed, page.since)


def _state(page: Page) -> str:
    """One line has space for why it failed, and for nothing else."""
    if page.state.has_failed:
        return page.failure or "failed"
    return how_it_went(page.channel, page.state, page.due_at, page.failure, refused=page.was_refused)


# ---- what was done -------------------------------------------------------------------------------------------------


def _said_done(done: JustDone, head: CallOutRecord) -> str:
    said = BY_NAME[done.kind].about.done.format(code=head.code)
    if done.kind == GoMyself.do and done.by is not None:
        said = f"{done.by} has {head.code}"
    if done.kind == Close.do and head.ended_at not in (None, done.at):
        said = "What came of it is noted"
    if done.by is None:
        return f"{said}, {local_time(done.at)}."
    return f"{said}: {done.by} did this at {local_time(done.at)} already, so nothing was sent twice."
