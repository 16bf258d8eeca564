"""What a specialist may do from the view behind their link.

The law: a press is their word, and does what a text with that word would do, no more and no less. What was done
already, or no longer fits, changes nothing: a thumb presses twice, and a view may have been open for an hour. Nobody is
texted what they have just read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.callout import assignment
from dispatch.rules.callout.eta import MOST_MINUTES
from dispatch.rules.callout.plan import Plan
from dispatch.rules.callout.stamps import stamp_of
from dispatch.rules.decisions import (
    UNCLEAR,
    AlarmCoordinators,
    AssignSpecialist,
    Decision,
    DropDeadlines,
    MoveTo,
    SendPage,
    StampKind,
)
from dispatch.rules.facts.callout import Assignment, AssignmentRole, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.replies import guesses
from dispatch.rules.replies.answering import answer
from dispatch.rules.replies.matrix import position_of
from dispatch.rules.wording import alarms

LONGEST_WORDS = 90
"""The letters that fit into one text to the coordinators beside the code, the name and the number."""
PRESSED_TWICE = timedelta(seconds=3)
"""A thumb that presses twice hits the next button, which now stands where the first one was."""

_CHIPS = (10, 15, 20, 30, 45)  # minutes

_WORDS: Mapping[StampKind, Word] = {
    StampKind.EN_ROUTE: Word.ON_MY_WAY,
    StampKind.ARRIVED: Word.HERE,
    StampKind.CLEARED: Word.LEFT,
    StampKind.HOME: Word.HOME,
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What the view offers: the `next` stamp as its one big button, the stamp that may come `instead`, and whether a
    new ETA or letting go still makes sense."""

    next: StampKind | None
    instead: StampKind | None = None
    on_the_way: bool = False


def offered(mine: Assignment) -> Offered:
    """What somebody on the call-out may press, by their stamps."""
    if mine.home_at is not None:
        return Offered(None)
    if mine.cleared_at is not None:
        return Offered(StampKind.HOME)
    if mine.with_child_at is not None:
        return Offered(StampKind.CLEARED)
    if mine.arrived_at is not None:
        return Offered(StampKind.WITH_CHILD, StampKind.CLEARED)
    if mine.en_route_at is not None:
        return Offered(StampKind.ARRIVED, on_the_way=True)
    return Offered(StampKind.EN_ROUTE, StampKind.ARRIVED, on_the_way=True)


def report(situation: Situation, person: Person, kind: StampKind, now: datetime) -> list[Decision]:
    """Somebody on the call-out presses a stamp. Nothing follows if it is set already, or another one is due by now."""
    mine = _mine(situation, person)
    offer = offered(mine)
    if kind not in (offer.next, offer.instead) or _pressed_just_now(mine, now):
        return []
    if kind is StampKind.WITH_CHILD:
        return [*assignment.meet_child(situation, person, now), _cleared_up(person)]
    return _unanswered(answer(situation, person, read("").taken_as(_WORDS[kind]), now))


def _pressed_just_now(mine: Assignment, now: datetime) -> bool:
    # What lies further ahead was stamped by a clock that was set back since.
    return any(at is not None and abs(now - at) < PRESSED_TWICE for at in (stamp_of(mine, kind) for kind in StampKind))


# ---- a new ETA -----------------------------------------------------------------------------------------------------


class NoSuchTime(ValueError):
    """That time has passed, or is hours away. Choose again."""


def chips(now: datetime) -> list[tuple[int, datetime]]:
    """The ETAs to choose from, in minutes, each with its moment: a whole minute, as the officer is told it."""
    whole = now.replace(second=0, microsecond=0)
    return [(minutes, whole + timedelta(minutes=minutes)) for minutes in _CHIPS]


def give_eta(situation: Situation, person: Person, at: datetime, now: datetime) -> list[Decision]:
    """They will be there `at`. Nothing follows if nobody waits for them any more. If that is known already it is no
    news, but of somebody who has not left a sign of life.

    Raises `NoSuchTime`.
    """
    mine = _mine(situation, person)
    if not offered(mine).on_the_way:
        return []
    if mine.eta_at == at:
        return (
            []
            if mine.has_set_out
            else [assignment.eta_said(person, at), *assignment.clear_that_they_go(situation, person, now)]
        )
    if not now < at <= now + timedelta(minutes=MOST_MINUTES):
        raise NoSuchTime(NoSuchTime.__doc__)
    eta = assignment.new_eta(situation, person, at, now, told=())
    clear = assignment.clear_that_they_go(situation, person, now)
    return [*eta, *clear, *assignment.heard(situation, person, of_danger=True)]


# ---- "I cannot go" -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LettingGo:
    """What happens when somebody lets the call-out go: who has it then (`heir`, a first name), or that it pages again,
    and who is asked first (`asked`), or until when nobody can be (`waits`); what is sent to the officer, as a call if
    `officer_hears`; whether coordinators are told. The `digest` changes when any of that does."""

    heir: str | None
    pages: bool
    asked: tuple[str, ...]
    waits: str
    officer: str | None
    officer_hears: bool
    coordinators: bool
    digest: str


def let_go(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """They cannot go. Nothing follows once they are there: whoever is with a child does not hand it over by a
    button."""
    if not offered(_mine(situation, person)).on_the_way:
        return []
    # Their view says how it stands, so this answers no old text.
    return [*_unanswered(assignment.refuse(situation, person, now)), _cleared_up(person)]


def show_letting_go(situation: Situation, plan: Plan, now: datetime) -> LettingGo:
    """What `let_go` would do, read from its plan."""
    roster, paging = situation.roster, situation.paging
    decisions, sent = plan.decisions, plan.pages(now)
    pages = MoveTo(Status.PAGING) in decisions
    asked = list(dict.fromkeys(page.person for page in sent if page.purpose.pages and page.due_at <= now))
    heirs = [
        one.person for one in decisions if isinstance(one, AssignSpecialist) and one.role is AssignmentRole.PRIMARY
    ]
    names = [known.first_name if (known := roster.person(one or "")) else str(one) for one in (*heirs, *asked)]
    waits = paging.until if pages and paging.nobody else ""
    officer = next((page for page in sent if page.purpose is Purpose.OFFICER), None)
    words, hears = (officer.text, officer.channel is Channel.VOICE) if officer is not None else (None, False)
    told = any(page.purpose is Purpose.ALARM for page in sent)
    return LettingGo(
        heir=names[0] if heirs else None,
        pages=pages,
        asked=tuple(names[len(heirs) :]),
        waits=waits,
        officer=words,
        officer_hears=hears,
        coordinators=told,
        digest=plan.fingerprint(asked, waits, words, told),
    )


# ---- a word to the coordinators ------------------------------------------------------------------------------------


def cries(situation: Situation, person: Person, said: Intent) -> bool:
    """Whether it is a cry for help, which is heard each time."""
    return said.word is Word.DANGER or guesses.cries(said, position_of(situation.callout, person.id))


def tell_coordinators(situation: Situation, person: Person, said: Intent, now: datetime) -> list[Decision]:
    """A word to the coordinators. It moves nothing, except for a cry for help, also one that only looks like it, which
    is answered by text as well."""
    if cries(situation, person, said):
        return answer(situation, person, said.taken_as(Word.DANGER), now)
    text = alarms.specialist_wrote(situation.callout.code, person.first_name, person.phone, said.as_written)
    return [AlarmCoordinators(text, but=person.id)]


# ---- pieces --------------------------------------------------------------------------------------------------------


def _mine(situation: Situation, person: Person) -> Assignment:
    mine = situation.callout.assignment_of(person.id)
    assert mine is not None, "a link that opens is of somebody on the call-out"
    return mine


def _cleared_up(person: Person) -> DropDeadlines:
    return DropDeadlines(UNCLEAR, person.id)


def _unanswered(decisions: Sequence[Decision]) -> list[Decision]:
    return [one for one in decisions if not (isinstance(one, SendPage) and one.purpose is Purpose.ANSWER)]
