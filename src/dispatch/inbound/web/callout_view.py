"""What the page of one call-out shows, made ready for its template: words, minutes and the order of things."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from dispatch.actions.callout_page import CallOutPage, JustDone
from dispatch.actions.callout_sheet import Head, PageLine, Replaced, Sheet, StampLine, StoryLine
from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.web import command_forms
from dispatch.rules.commands.commands import BY_NAME, Close, GoMyself
from dispatch.rules.decisions import NoteKind, StampKind
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.outcome import Outcome
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.permissions import Permission
from dispatch.rules.wording.callers import SAID_BY_THE_CALLER, doubt
from dispatch.rules.wording.how_it_went import how_it_went
from dispatch.rules.wording.names import first_up
from dispatch.rules.wording.times import local_time

SECOND_LINE = 90
"""Minutes: the county's own line (FIELD)."""
_RECENT = 8
"""So many lines of the timeline stand open on a phone; the older ones are folded."""


def view(
    page: CallOutPage, viewer: Viewer, now: datetime, *, about: str = "", wrong: str = "", typed: Mapping[str, str]
) -> dict[str, Any]:
    """The values of `one_callout.html`. `about` names the command that is `wrong`; `typed` stood in its form."""
    head = page.sheet.head
    entries = timeline_entries(page.sheet)
    # Somebody who is allowed nothing gets a page without a form. What makes no sense now is offered to nobody.
    may = {command.do for command in page.possible if viewer.may(command.about.needs)}
    going = [one for one in (head.holder, *head.others) if one is not None]
    return {
        "page": page,
        "head": head,
        "said": head.said,
        "standing": page.standing,
        "doubt": doubt(head.trust),
        "said_by_caller": SAID_BY_THE_CALLER if head.said.place_unconfirmed else "",
        "sentence": sentence(head.code, page.standing.words, [one.name for one in going]),
        "left": left(head),
        "track": _track(head, page.sheet.stamps, now),
        "older": entries[:-_RECENT],
        "recent": entries[-_RECENT:],
        "now_paged": _now_paged(head),
        "tried": _tried(head),
        "rounds": _rounds(page),
        "others": [_line(one) for one in page.sheet.pages if not one.purpose.asks][::-1],
        "stamps": [(_STAMPS[line.stamp], line) for line in page.sheet.stamps],
        "may": may,
        "about": about,
        "wrong": wrong,
        "typed": typed,
        "may_own": page.to_own is not None and viewer.may(Permission.OWN_ALARM),
        "done": _said_done(page.done, head) if page.done else "",
        "came_of": _came_of(page.sheet, typed if about == Close.do else {}),
        "eta_chips": [
            *((str(one), str(one), local_time(now + timedelta(minutes=one))) for one in command_forms.ETAS),
            ("clock", "other", "type it"),
        ],
        "going_names": [(one.person, one.name) for one in going],
        "etas": [(str(minutes), f"{minutes} min") for minutes in command_forms.ETAS],
        "going": going,
        "agency_calls": [(name, "", number) for name, number in head.agency_numbers],
        "form": command_forms.filled(head.said),
        "form_shown": command_forms.shown_details(head.said),
        "at_now": command_forms.on_the_clock(now),
        "others_to_send": _others(page, viewer),
        "read_only": not any(viewer.may(command.about.needs) for command in BY_NAME.values()),
    }


def _came_of(sheet: Sheet, typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of the outcome: as they were typed, otherwise as they were noted before."""
    noted = asdict(sheet.outcome.outcome if sheet.outcome else Outcome())
    return {name: typed.get(name, _filled(value)) for name, value in noted.items()}


def _filled(value: object) -> str:
    if isinstance(value, datetime):
        return command_forms.on_the_clock(value)
    return "" if value is None else str(value)


def _others(page: CallOutPage, viewer: Viewer) -> list[tuple[str, str]]:
    """Everybody who could be sent, for a list of names; whoever looks goes by "I go"."""
    return [
        (one.person.id, f"{one.person.name}, {one.known}")
        for one in page.candidates
        if one.person.id != viewer.person.id or GoMyself not in page.possible
    ]


# ---- the head ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Left:
    """The very large number, with the small words behind it."""

    number: str
    unit: str


def sentence(code: str, words: str, names: Iterable[str]) -> str:
    """How it stands behind its code: "K7Q: nobody is coming", "K7Q: Ana has it"."""
    named = any(words.startswith(name.split()[0]) for name in names)
    return f"{code}: {words if named else _lower(words)}"


def left(head: Head) -> Left:
    target = _minutes(head, head.respond_by)
    if head.arrived_at is not None:
        return Left(str(_minutes(head, head.arrived_at)), f"min to be there, of {target}")
    if head.minutes_left is None:
        return Left("–", "nobody was there")
    if head.minutes_left < 0:
        return Left(str(-head.minutes_left), f"min over {target}")
    return Left(str(head.minutes_left), f"min left of {target}")


def _minutes(head: Head, at: datetime) -> int:
    return int((at - head.received_at).total_seconds() // 60)


def _track(head: Head, stamps: Sequence[StampLine], now: datetime) -> dict[str, Any]:
    """What the track needs, in minutes since the call-out came in."""

    def at(moment: datetime) -> float:
        return (moment - head.received_at).total_seconds() / 60

    target = round(at(head.respond_by))
    elapsed = at(head.arrived_at or head.ended_at or now)
    eta = head.holder.eta_at if head.holder and head.arrived_at is None and head.status.is_open else None
    leaves = head.said.officer_leaves_at
    marks = [
        (at(line.at), f"{word} {int(at(line.at))}")
        for line in stamps
        if (word := _ON_TRACK.get(line.stamp)) and 3 < at(line.at) < SECOND_LINE
    ]
    words = [f"{int(elapsed)} of {target} minutes are over"]
    if eta is not None:
        words.append(f"ETA at minute {round(at(eta))}")
    if leaves is not None:
        words.append(f"the officer leaves at minute {round(at(leaves))}")
    return {
        "elapsed": elapsed,
        "words": "; ".join(words),
        "target": target,
        "second": max(SECOND_LINE, target + 5),
        "until": max(SECOND_LINE, target + 5) + 4,
        "stamps": _apart(marks),
        "eta": at(eta) if eta is not None else None,
        "leaves": at(leaves) if leaves is not None else None,
    }


_ON_TRACK = {"acknowledged_at": "taken", "en_route_at": "left", "arrived_at": "there"}


def _apart(marks: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    """Words less than ten minutes apart would lie over each other: the earlier one keeps its line and loses them."""
    found: list[tuple[float, str]] = []
    for minute, word in marks:
        if found and minute - found[-1][0] < 10:
            found[-1] = (found[-1][0], "")
        found.append((minute, word))
    return found


# ---- the timeline --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `was` is the value that a correction replaced; `corrected` says who and why."""

    at: datetime
    title: str
    words: str = ""
    source: str = ""
    kind: str = ""  # stamp, act or next
    was: datetime | None = None
    corrected: tuple[str, ...] = ()


_NEXT = 3
"""So many next moves end the timeline."""

_STAMP_OF = {
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
    "acknowledged_at": "Taken",
    StampKind.EN_ROUTE: "On the way",
    StampKind.ARRIVED: "There",
    StampKind.WITH_CHILD: "With the child",
    StampKind.CLEARED: "Left the scene",
    StampKind.HOME: "Safe at home",
}
_ALARMING = frozenset({NoteKind.ROUND, NoteKind.DANGER, NoteKind.TARGET_MISSED, NoteKind.NOBODY_ON_SHIFT})
_HOW = {
    Source.SMS: "text",
    Source.VOICE: "phone",
    Source.LINK: "link",
    Source.API: "API",
    Source.WEB: "page",
    Source.CLI: "command line",
}


def timeline_entries(sheet: Sheet) -> list[Entry]:
    """The story, the newest last, and then what happens next. Stamps stand at their own moment, corrected or not."""
    told = _told_stamps(sheet)
    entries = [_entry(line, told.get(number)) for number, line in enumerate(sheet.timeline)]
    known = {id(stamp) for stamp in told.values()}
    entries += [_by_hand(line) for line in sheet.stamps if id(line) not in known and line.stamp in _BY_HAND]
    entries.sort(key=lambda entry: entry.at)
    return [
        *entries,
        *(
            Entry(move.at, first_up(move.words), source="next, by itself", kind="next")
            for move in sheet.head.next[:_NEXT]
        ),
    ]


def _told_stamps(sheet: Sheet) -> dict[int, StampLine]:
    """For the last line of the story that tells of a stamp, by its number, the stamp as it now stands."""
    found: dict[int, StampLine] = {}
    stamps = {(line.stamp, line.person): line for line in sheet.stamps}
    for number, line in reversed([*enumerate(sheet.timeline)]):
        name = _STAMP_OF.get(NoteKind(line.kind)) if line.kind in set(NoteKind) else None
        stamp = stamps.pop((name, None if name == "received_at" else line.person), None) if name else None
        if stamp is not None:
            found[number] = stamp
    return found


_BY_HAND = frozenset(StampKind)


def _entry(line: StoryLine, stamp: StampLine | None) -> Entry:
    source = _source(line)
    if stamp is not None:
        # What was said of the old value, such as the minutes that it took, is no longer so.
        title = first_up(line.text) if not stamp.replaced else _bare(stamp)
        return Entry(stamp.at, title, "", source, "stamp", _was(stamp), _corrected(stamp.replaced))
    return Entry(line.at, first_up(line.text), "", source, "act" if line.kind in _ALARMING else "")


def _by_hand(line: StampLine) -> Entry:
    """A stamp of which no line of the story tells but the one about its correction."""
    return Entry(line.at, _bare(line), "", line.source or "", "stamp", _was(line), _corrected(line.replaced))


def _bare(line: StampLine) -> str:
    return f"{line.name}: {_lower(_STAMPS[line.stamp])}"


def _was(stamp: StampLine) -> datetime | None:
    return stamp.replaced[-1].value if stamp.replaced else None


def _corrected(replaced: Iterable[Replaced]) -> tuple[str, ...]:
    """Who set it, when and why, for each time."""
    return tuple(
        f"{'Set' if one.value is None else 'Corrected'} {local_time(one.at)} by {one.by}"
        + (f": {one.reason}" if one.reason else "")
        for one in replaced
    )


def _source(line: StoryLine) -> str:
    how = _HOW.get(Source(line.source)) if line.source in set(Source) else None
    if how is None:
        return "by itself"
    return f"{line.by}, {how}" if line.by else how


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


# ---- pages ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One message in one line. `failed` is amber."""

    name: str
    icon: str
    state: str
    failed: bool
    since: datetime | None
    text: str


def _rounds(page: CallOutPage) -> list[tuple[str, list[Line]]]:
    """Who was asked to come, by step and round, the newest first."""
    asked = [one for one in page.sheet.pages if one.purpose.asks]
    asked.sort(key=lambda one: -one.turn)  # stays in the order in which they were decided
    return [
        (_turn(turn, page.steps), sorted(map(_line, lines), key=_newest_first))
        for turn, lines in groupby(asked, key=lambda one: one.turn)
    ]


def _now_paged(head: Head) -> list[tuple[str, str, str, datetime | None]]:
    """The newest text and call of each person in the turn that runs: icon, name, state, since."""
    turn = max((one.turn for one in head.now), default=0)
    newest = {(one.name, one.channel): one for one in head.now if one.turn == turn}
    return [(_ICONS[channel], _first(name), _state(one), one.since) for (name, channel), one in newest.items()]


def _tried(head: Head) -> list[tuple[str, str]]:
    """Whom nothing has reached, each once, with how the last attempt went and how many there were."""
    found: dict[str, list[str]] = {}
    for one in head.tried:
        found.setdefault(_first(one.name), []).append(one.failure or "failed")
    return [(name, f"{how[-1]}, {len(how)} times" if len(how) > 1 else how[-1]) for name, how in found.items()]


def _first(name: str) -> str:
    return name.split()[0]


def _newest_first(line: Line) -> float:
    return -line.since.timestamp() if line.since else -float("inf")  # what waits is yet to come


def _turn(turn: int, steps: int) -> str:
    return f"Step {turn}" if turn <= steps else f"Round {turn - steps} of everyone"


_ICONS = {Channel.SMS: "text", Channel.VOICE: "phone", Channel.WEBHOOK: "clock"}
_PURPOSES = {
    Purpose.STAND_DOWN: "not needed",
    Purpose.CONFIRMATION: "confirmation",
    Purpose.ANSWER: "answer",
    Purpose.REMINDER: "question",
    Purpose.OFFICER: "told",
    Purpose.PARTNER: "notice",
    Purpose.ALARM: "alarm",
    Purpose.AGENCY: "notice",
    Purpose.JOIN: "to be joined",
    Purpose.TEST: "test",
}


def _line(one: PageLine) -> Line:
    purpose = "" if one.purpose.asks else f"{_PURPOSES[one.purpose]}, "
    state, failed = purpose + _state(one), one.state.has_failed
    name = one.name if one.person is None else _first(one.name)
    return Line(name, _ICONS[one.channel], state, failed, one.since, one.text)


def _state(one: PageLine) -> str:
    """In one line there is room for why it failed, and for nothing else."""
    if one.state.has_failed:
        return one.failure or "failed"
    return how_it_went(one.channel, one.state, one.due_at, one.failure)


# ---- what was done -------------------------------------------------------------------------------------------------


def _said_done(done: JustDone, head: Head) -> str:
    said = BY_NAME[done.kind].about.done.format(code=head.code)
    if done.kind == GoMyself.do and done.by is not None:
        said = f"{done.by} has {head.code}"
    if done.kind == Close.do and head.ended_at not in (None, done.at):
        said = "What came of it is noted"
    if done.by is None:
        return f"{said}, {local_time(done.at)}."
    return f"{said}: {done.by} did this at {local_time(done.at)} already, so nothing was sent twice."
