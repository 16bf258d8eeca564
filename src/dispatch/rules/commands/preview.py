"""What a command will send and to whom, shown before it is given.

The law: the preview is read from the plan itself, so it cannot promise what is not done. Its digest covers who has the
call-out then, everybody who gets something, their words, and whoever gets nothing. If any of that is different by the
time the button is pressed, nothing is done and the new preview is shown. Of an alarm to our own coordinators, the
digest covers who gets it but not its words, which count the minutes.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from dispatch.rules.callout.plan import Plan
from dispatch.rules.commands import post
from dispatch.rules.commands.commands import Command, Coordinator, Foreseen, OpenByHand
from dispatch.rules.decisions import (
    POLICE_HAVE_CALLED,
    AlarmCoordinators,
    Decision,
    MoveTo,
    Note,
    NoteKind,
    SendPage,
    TellAgency,
    TellPartners,
    WithdrawPages,
    WriteEta,
)
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel, Language, Person, Role
from dispatch.rules.facts.phone_calls import NOBODY_ON_THE_PHONE, PagedCall
from dispatch.rules.facts.roster import UNLISTED, AgencyKind
from dispatch.rules.facts.situation import Situation
from dispatch.rules.phone.paged_call import greet
from dispatch.rules.roster.rest import still, why
from dispatch.rules.wording import spoken
from dispatch.rules.wording.names import counted_text


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one recipient. `words` are exactly what is sent or said, except for the link behind them."""

    name: str
    purpose: Purpose
    channel: Channel
    language: Language
    words: str
    to: str
    person: str | None = None
    after_seconds: int = 0
    with_link: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Somebody who might expect a message, and why they get none."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`kind` is the command's name. `sentence` says what is done and counts what is sent; `counted` is that count
    alone. `beware` is what to know before pressing.

    `taken_back` counts the waiting pages that will never leave; `tells_agency` says whether the calling agency's own
    system hears of it.
    """

    kind: str
    sentence: str
    counted: str
    letters: tuple[Letter, ...]
    silent: tuple[Silence, ...]
    beware: tuple[str, ...]
    taken_back: int
    tells_agency: bool
    digest: str


def preview(
    situation: Situation,
    command: Command | OpenByHand,
    plan: Plan,
    by: Coordinator,
    now: datetime,
    *,
    done: Collection[str] = (),
    others_open: bool,
) -> Preview:
    """What the `plan` of a command will send. `done` are the digests of what was done on this call-out: the same words
    to the officer an hour later are not the same press of a button.

    With `others_open`, more than one call-out is open, and pages ask for the code.
    """
    decisions, pages = plan.decisions, plan.pages(now)
    letters = tuple(_letter(situation, page, now, others_open=others_open) for page in pages)
    silent = tuple(_silent(situation, decisions, pages, by))
    beware = tuple(_beware(situation, decisions, now))
    ends_paging = any(isinstance(decision, WithdrawPages) and decision.person is None for decision in decisions)
    taken_back = sum(page.will_ask for page in situation.callout.pages) if ends_paging else 0
    agency = situation.roster.agency(situation.callout.agency)
    tells_agency = bool(agency and agency.webhook_url) and any(
        isinstance(decision, TellAgency) for decision in decisions
    )
    covered = [
        [letter.to, letter.channel, letter.words if letter.purpose is not Purpose.ALARM else "", letter.after_seconds]
        for letter in letters
    ]
    asked = [asdict(command), by.id if command.about.oneself else None]
    shown = [asked, covered, [[silence.name, silence.why] for silence in silent], beware]
    digests = (plan.fingerprint(*shown, times) for times in itertools.count())
    digest = next(one for one in digests if one not in done)
    counted = _counted(letters)
    sentence = f"{command.about.shown(_foreseen(situation, decisions))}: {counted}."
    return Preview(command.do, sentence, counted, letters, silent, beware, taken_back, tells_agency, digest)


# ---- who gets what -------------------------------------------------------------------------------------------------


def _letter(situation: Situation, page: SendPage, now: datetime, *, others_open: bool) -> Letter:
    person = situation.roster.person(page.person) if page.person else None
    text = page.text_if_others if others_open and page.text_if_others is not None else page.text
    return Letter(
        name=post.recipient(situation.roster, page.person, page.purpose, page.to),
        purpose=page.purpose,
        channel=page.channel,
        language=person.texts_in if person and page.purpose is not Purpose.ALARM else Language.ENGLISH,
        words=_said(situation, page, person, now) if page.channel is Channel.VOICE else text,
        to=page.to,
        person=page.person,
        after_seconds=max(0, int((page.due_at - now).total_seconds())),
        with_link=page.carries_link,
    )


def _said(situation: Situation, page: SendPage, person: Person | None, now: datetime) -> str:
    """What a call says when it is picked up; a page says what a specialist hears who is asked to come."""
    if page.purpose is Purpose.ALARM:
        return spoken.aloud(page.text)
    if page.purpose is not Purpose.PAGE:
        return page.text
    call = Page("new", page.purpose, page.channel, page.to, PageState.WAITING, page.due_at, page.person, page.step)
    picked_up = PagedCall(call, person, situation, situation.roster, alarms=(), bridge=NOBODY_ON_THE_PHONE)
    return " ".join(greet(picked_up, now).say)


def _silent(
    situation: Situation, decisions: Sequence[Decision], pages: Sequence[SendPage], by: Coordinator
) -> list[Silence]:
    """Everybody who gets nothing although the decisions are about them, or end what they were waiting for."""
    callout, roster = situation.callout, situation.roster
    reached = {page.person for page in pages if page.person}
    concerned: dict[str, None] = {}
    for decision in decisions:
        match decision:
            case Note(_, _, str(whom)) | WriteEta(whom, _):
                concerned[whom] = None
            case WithdrawPages(None):
                paged = (page.person for page in callout.pages if page.went_out and page.purpose.pages)
                concerned |= dict.fromkeys(sorted({person_id for person_id in paged if person_id}))
                concerned |= dict.fromkeys(assignment.person for assignment in callout.assignments)
            case AlarmCoordinators():
                concerned |= dict.fromkeys(person.id for person in roster.with_role(Role.COORDINATOR))
            case _:
                pass
    left_out = {one.person: _LEFT_OUT[one.kind] for one in decisions if isinstance(one, Note) and one.kind in _LEFT_OUT}
    silent = []
    for person_id in concerned:
        if person_id in reached:
            continue
        person = roster.person(person_id)
        silent.append(
            Silence(roster.name_of(person_id), _why(situation, person_id, person, by, left_out.get(person_id, "")))
        )
    if any(isinstance(decision, TellPartners) for decision in decisions):
        silent += [
            Silence(agency.name, "no number and no address in the roster")
            for agency in roster.agencies
            if agency.kind is AgencyKind.PARTNER and agency.notice_phone is None and agency.webhook_url is None
        ]
    return silent


_LEFT_OUT = {NoteKind.OUT: "out on another call-out", NoteKind.RESTS: "rests after last night's call-out"}


def _why(situation: Situation, person_id: str, person: Person | None, by: Coordinator, left_out: str) -> str:
    if person is None:
        return "no longer in the roster"
    if person_id == by.id:
        return "does it"
    if left_out:
        return left_out
    if person_id in situation.callout.declined and situation.callout.assignment_of(person_id) is None:
        return "declined"
    if person.opted_out:
        return "takes no texts, and is not rung for this"
    return "nothing changes for them"


# ---- in words ------------------------------------------------------------------------------------------------------


def _foreseen(situation: Situation, decisions: Sequence[Decision]) -> Foreseen:
    notes = [decision for decision in decisions if isinstance(decision, Note)]
    names = [person.first_name for note in notes if (person := situation.roster.person(note.person or ""))]
    return Foreseen(
        code=situation.callout.code,
        agency=situation.roster.agency_name(situation.callout.agency),
        who=names[0] if names else "",
        notes=tuple(note.text for note in notes),
        settles=any(isinstance(one, MoveTo) for one in decisions) or any(one.kind is NoteKind.PARTNER for one in notes),
    )


_SENT = {Channel.SMS: "text", Channel.VOICE: "call", Channel.WEBHOOK: "notice"}


def _counted(letters: Sequence[Letter]) -> str:
    """Such as "3 texts and 1 call"; it also stands on the button."""
    sent = Counter(letter.channel for letter in letters)
    counted = [counted_text(sent[channel], _SENT[channel]) for channel in _SENT if sent[channel]]
    return " and ".join(counted) or "nobody is told"


def _beware(situation: Situation, decisions: Sequence[Decision], now: datetime) -> list[str]:
    callout = situation.callout
    said = []
    if POLICE_HAVE_CALLED in decisions and callout.agency == UNLISTED.code:
        said.append("no agency in the roster has listed the number that called: find the agency's own number yourself")
    notes = [decision for decision in decisions if isinstance(decision, Note) and decision.kind in _ASKS]
    for person in [person for note in notes if (person := situation.roster.person(note.person or ""))]:
        if person.id in callout.declined:
            said.append(f"{person.first_name} has declined {callout.code}")
        if person.id in callout.out:
            said.append(f"{person.first_name} is out on another call-out")
        elif (until := still(situation.resting, person.id, now)) is not None:
            said.append(why(person.first_name, until))
        if person.id in situation.away:
            said.append(f"{person.first_name} has said that they are away")
    if MoveTo(Status.CLOSED) in decisions or MoveTo(Status.CANCELLED) in decisions:
        for mine in callout.assignments:
            if mine.is_on_it and mine.has_set_out and mine.home_at is None:
                name = situation.roster.first_name_of(mine.person)
                said.append(f"{name} is out, and nobody will ask any more whether {name} is safe at home")
    return said


_ASKS = frozenset({NoteKind.PAGED_NOW, NoteKind.ASSIGNED})
