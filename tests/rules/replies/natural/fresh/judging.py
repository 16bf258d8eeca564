"""What becomes of each fresh text, by the real rules.

A never-event is a release, a take, an arrival, an end, a cancellation, an alarm's ownership or an ETA that was not
meant. A question, or what is about something else, is understood if it changes nothing and a coordinator reads it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.decisions import (
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    Decision,
    MarkDeclined,
    SendPage,
    SetDeadline,
    TextOfficer,
)
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Confirm, Purpose, SentText
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies import alarm_replies, conversation, officers
from dispatch.rules.replies.alarm_replies import AlarmWord
from dispatch.rules.replies.answering import answer, officer_in_danger
from tests.rules.replies.natural import acts_of
from tests.rules.replies.natural.fresh import CAME_IN, LATE, NOW, STANDS, Became, FreshLine
from tests.rules.situations import ANA, CORA, OFFICER, ROSTER, alarm, assigned, callout, minutes, only, situation

_NEVER = frozenset({"take", "offer", "no", "here", "done", "home"})
_NEW_TIME = minutes(2)  # two readings of one ETA

# What a meaning is to bring about. What stands behind it may come about as well.
_ACTS: Mapping[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {
    ("paged", "take"): (frozenset({"take"}), frozenset({"omw"})),
    ("paged", "decline"): (frozenset({"no"}), frozenset()),
    ("passed_over", "take"): (frozenset({"take"}), frozenset({"omw", "offer"})),
    ("passed_over", "offer"): (frozenset(), frozenset({"take", "offer"})),
    ("passed_over", "decline"): (frozenset({"no"}), frozenset()),
    ("passed_over", "arrived"): (frozenset({"here"}), frozenset({"take", "offer"})),  # beside whoever has it
    ("has_it", "leave"): (frozenset({"omw"}), frozenset()),
    ("has_it", "let_go"): (frozenset({"no"}), frozenset()),
    ("has_it", "arrived"): (frozenset({"here"}), frozenset()),
    ("under_way", "let_go"): (frozenset({"no"}), frozenset()),
    ("under_way", "arrived"): (frozenset({"here"}), frozenset()),
    ("there", "done"): (frozenset({"done"}), frozenset()),
    ("there", "home"): (frozenset({"home"}), frozenset({"done"})),
    ("left", "home"): (frozenset({"home"}), frozenset()),
}
_STAYS = frozenset({"take", "leave", "still_here", "still_there", "ack"})  # elsewhere: all is as it was
_FOR_A_PERSON = frozenset({"question", "other", "where"})


def became(line: FreshLine) -> Became:
    match line.position:
        case "officer":
            return _of_officer(line)
        case "coordinator":
            return _of_coordinator(line)
        case position:
            # Whoever thanks knows that somebody went.
            stands = STANDS[position][-1:] if line.what == "ack" else STANDS[position]
            found = [_of_specialist(line, about) for about in stands]
            return max(found, key=_WORST.index)


_WORST = (
    *(Became.UNDERSTOOD, Became.GUESSED, Became.ASKED, Became.SILENT, Became.WRONG, Became.NOT_RUNG, Became.NEVER),
)


def table(lines: list[FreshLine]) -> Counter[Became]:
    return Counter(map(became, lines))


# ---- specialists ---------------------------------------------------------------------------------------------------


def _of_specialist(line: FreshLine, about: CallOut) -> Became:
    now = NOW[line.position]
    decisions = answer(situation(about), ANA, read(line.text), now)
    acts, etas = _acts(decisions)
    wanted, may = _ACTS.get((line.position, line.what), (frozenset[str](), frozenset[str]()))
    told = [one for one in only(AlarmCoordinators, decisions) if one.kind is not AlarmKind.DANGER]
    pages = [one for one in only(SendPage, decisions) if one.person == "ana"]
    page = pages[-1] if pages else None  # behind a cry for help stands what it may say as well
    says_how_it_stands = page is not None and ("has K7Q. Nothing to do" in page.text or "You do not have" in page.text)
    asked = page is not None and not says_how_it_stands and any(one.but == "ana" for one in told)
    if page is not None and (acts - {"danger"} or etas or "noted" in page.text):
        asked = False  # what acts is read by people as well
    read_by_people = any(one.but == "ana" for one in told)
    if line.what == "danger":
        return Became.UNDERSTOOD if "danger" in acts else Became.NOT_RUNG
    if (acts & _NEVER) - wanted - may or any(not _is(eta, line.eta) for eta in etas):
        return Became.NEVER
    rung = any(map(rings, told)) or "danger" in acts
    waits = any(one.kind is DeadlineKind.CLEAR_UP for one in only(SetDeadline, decisions))
    match line.what:
        case "call_me":
            joins = any(one.purpose is Purpose.JOIN for one in only(SendPage, decisions))
            paged = any(one.purpose is Purpose.PAGE for one in only(SendPage, decisions))
            return Became.UNDERSTOOD if joins or paged or rung else _unmet(asked=asked, page=page)
        # "Reply HERE if you are there" names what was meant.
        case "arrived" if page is not None and re.search("HERE if you are there", page.text) and not acts:
            return Became.GUESSED
        case "not_ok" if rung or waits:
            return Became.UNDERSTOOD
        case "not_there" if page is not None and "we have you on scene" in page.text and waits:
            return Became.UNDERSTOOD
        case _:
            pass
    guess, guessed_eta, kept = _guess(line, about, page, now, asked=asked or "danger" in acts)
    reads = (guess | acts) - {"danger"}
    time = guessed_eta or next(iter(etas), None)
    if line.what in _FOR_A_PERSON:
        if guess or guessed_eta:
            return Became.WRONG
        if read_by_people or rung or (page is not None and page.with_link):
            return Became.UNDERSTOOD
        return Became.UNDERSTOOD if line.what == "other" else _unmet(asked=False, page=page)
    met = _met(wanted, may, reads, line) and (line.eta is None or (time is not None and _is(time, line.eta)))
    if met and not asked:
        return Became.UNDERSTOOD
    if met and (guess or kept or guessed_eta):
        return Became.GUESSED
    if guess or guessed_eta:
        return Became.WRONG
    return _unmet(asked=asked, page=page)


def _met(wanted: frozenset[str], may: frozenset[str], reads: frozenset[str], line: FreshLine) -> bool:
    if line.what == "take" and line.position == "passed_over":  # somebody else may have it
        return not reads.isdisjoint({"take", "offer", "omw"}) and reads <= {"take", "offer", "omw"}
    if line.what == "take" and line.position == "paged" and "omw" in reads:
        return reads <= {"take", "omw"}
    return wanted <= reads and reads - {"omw"} <= wanted | may if wanted else reads <= may


def _unmet(*, asked: bool, page: SendPage | None) -> Became:
    return Became.ASKED if asked or page is not None else Became.SILENT


def _acts(decisions: list[Decision]) -> tuple[frozenset[str], list[datetime]]:
    acts = acts_of(decisions)
    offers = [one for one in only(AssignSpecialist, decisions) if one.role is not AssignmentRole.PRIMARY]
    etas = [eta for one in decisions if (eta := getattr(one, "eta_at", None)) is not None]
    named = frozenset(act for act in acts if not act.startswith("eta"))
    limited = any(one.limited for one in only(MarkDeclined, decisions))
    if limited:  # it ends their pages, and rounds ask them again
        named -= {"no"}
    return named | ({"offer"} if offers or limited else set()), etas


def _is(one: datetime, other: datetime | None) -> bool:
    return other is not None and abs(one - other) <= _NEW_TIME


def _guess(
    line: FreshLine, about: CallOut, page: SendPage | None, now: datetime, *, asked: bool
) -> tuple[frozenset[str], datetime | None, bool]:
    """What a Y brings, or a second NO; and whether a Y only says that all is as it was."""
    if page is None or page.purpose is Purpose.ALARM:
        return frozenset(), None, False
    newest = SentText(page.purpose, about.id, page.asks, now, now - minutes(1 / 3))
    word = "NO" if page.purpose is Purpose.QUESTION else "Y"
    if word == "Y" and not isinstance(page.asks, Confirm):
        return frozenset(), None, False
    acts, etas = _acts(answer(situation(about, newest=newest), ANA, read(word), now))
    acts -= {"danger"}
    return acts, next(iter(etas), None), asked and not acts and not etas


# ---- officers ------------------------------------------------------------------------------------------------------

_COMES = callout(Status.EN_ROUTE, assigned("ana", en_route_at=CAME_IN), received_at=CAME_IN)
_THERE = callout(Status.ON_SCENE, assigned("ana", arrived_at=LATE - minutes(5)), received_at=CAME_IN)
_RINGS_BECAUSE = {
    "cancel": {AlarmKind.OFFICER_CALLS_OFF},
    "not_here": {AlarmKind.NOBODY_CAME},
    "danger": {AlarmKind.DANGER, AlarmKind.SOMEBODY_HURT},
    "call_me": {AlarmKind.OFFICER_CALLS},
    "moved": {AlarmKind.OFFICER_CALLS, AlarmKind.NEWS},
}
_ALARMING = {AlarmKind.OFFICER_CALLS_OFF: "cancel", AlarmKind.NOBODY_CAME: "not_here"}


def _of_officer(line: FreshLine) -> Became:
    """Said of a specialist who drives, unless it is said of one who is there."""
    about = _THERE if line.what in {"here", "not_here"} else _COMES
    found = replace(situation(about), contact_phone="+15625550110")
    reply = read(line.text)
    if officers.tells_of_a_threat(reply):
        decisions = officer_in_danger(found, LATE, reply)
    else:
        off, hurt = officers.calls_off(reply), officers.cries_for_help(reply)
        decisions = officers.hear(found, OFFICER, reply, off=off, heard=0, now=LATE, hurt=hurt)
    kinds = {one.kind for one in only(AlarmCoordinators, decisions)}
    if line.what == "danger":
        return Became.UNDERSTOOD if kinds & _RINGS_BECAUSE["danger"] else Became.NOT_RUNG
    if any(line.what != meant for kind, meant in _ALARMING.items() if kind in kinds):
        return Became.NEVER
    if line.what == "ack":
        return Became.ASKED if kinds else Became.UNDERSTOOD
    if not kinds:
        return Became.SILENT
    if line.what == "moved":  # whoever drives hears of it
        return Became.UNDERSTOOD if pages_to_specialist(decisions) else Became.ASKED
    expected = _RINGS_BECAUSE.get(line.what, {AlarmKind.NEWS, AlarmKind.OFFICER_CALLS})
    answered = bool(only(TextOfficer, decisions))
    return Became.UNDERSTOOD if kinds <= expected and answered else Became.ASKED


def pages_to_specialist(decisions: list[Decision]) -> bool:
    return any(one.person == "ana" for one in only(SendPage, decisions))


# ---- coordinators --------------------------------------------------------------------------------------------------

_ALARM = alarm(AlarmKind.CHAIN_ENDED, opened_at=LATE - minutes(2))


def _of_coordinator(line: FreshLine) -> Became:
    """With one alarm open that nobody has, and nothing that pages them."""
    reply = read(line.text)
    meant = alarm_replies.read(reply, "cora", [_ALARM], ROSTER, LATE, told={_ALARM.id: LATE}, asked=False)
    if line.what not in {"own", "go_myself"} and isinstance(meant, AlarmWord):
        return Became.NEVER
    match line.what:
        case "own":
            owns = isinstance(meant, AlarmWord) and not meant.goes
        case "go_myself":
            owns = isinstance(meant, AlarmWord) and meant.goes
        case _:
            owns = False
    if owns:
        return Became.UNDERSTOOD
    if meant is not None:
        answers = isinstance(meant, str) and line.what not in {"own", "go_myself", "danger"}
        return Became.UNDERSTOOD if answers else Became.ASKED
    steps = conversation.react(CORA, reply, [], LATE)
    reaction = alarm_replies.not_brushed_off(steps, CORA, reply, [], [_ALARM], ROSTER, LATE, contact=None)
    kinds = {one.kind for one in only(AlarmCoordinators, reaction.steps)}
    read_by_others = bool(kinds)
    if line.what == "danger":
        return Became.UNDERSTOOD if AlarmKind.DANGER in kinds else Became.NOT_RUNG
    said = next((one.text for one in only(SendPage, reaction.steps) if "? Reply" in one.text), "")
    if said and line.what in {"own", "go_myself"}:
        return Became.GUESSED if ("OMW" in said) is (line.what == "go_myself") else Became.WRONG
    if said:
        return Became.WRONG
    if line.what in {"own", "go_myself"}:
        return Became.ASKED if reaction.steps else Became.SILENT
    if line.what in {"question", "other"}:
        return Became.UNDERSTOOD if read_by_others else (Became.SILENT if not reaction.steps else Became.ASKED)
    return Became.UNDERSTOOD  # a no, or thanks: nobody has the alarm by it
