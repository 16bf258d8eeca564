"""What follows when one of our people texts where they start from: `FROM LBH`, or `FROM` alone to ask.

The law: it answers no page and changes no call-out. It is read before any of them, and only where nothing else can be
meant: an area of ours by its whole code or name, and not a word beside it. FROM with anything else is read as whatever
it may be, from somebody who is paged or on a call-out; from anybody else it is answered with the areas that come
nearest to it. Whoever's page waits hears that it still does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.rules.decisions import SendPage
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster, StartsFrom
from dispatch.rules.replies.alarm_replies import is_asked
from dispatch.rules.replies.conversation import Involvement
from dispatch.rules.replies.reader.read_text import Reply
from dispatch.rules.replies.reader.start_said import start_said
from dispatch.rules.replies.reader.vocabulary import Word
from dispatch.rules.roster.starting import area_called, like_it, start_shown, starting
from dispatch.rules.wording import texts


@dataclass(frozen=True, slots=True)
class StartHeard:
    """`start` is where they start from now on; None if they only asked, or named no area of ours."""

    answer: SendPage
    start: StartsFrom | None = None
    is_unknown: bool = False


def hear_start(
    person: Person, reply: Reply, involved: Sequence[Involvement], roster: Roster, now: datetime
) -> StartHeard | None:
    """None if the text is about anything else."""
    said = start_said(reply.text)
    if said is None or reply.word is Word.DANGER or not roster.areas:
        return None
    waits = _still_waits(involved)
    if not said:
        shown = start_shown(roster, person, now)
        return StartHeard(_answer(person, texts.starts_from(shown.area, shown.until, waits), now))
    area = area_called(roster, said)
    if area is not None:
        start = starting(roster, person.id, area.code, now)
        return StartHeard(_answer(person, texts.starts_there(area, start.until, waits), now), start)
    if is_asked(involved) or reply.word is not Word.UNCLEAR or any(map(str.isdigit, said)):
        return None
    return StartHeard(_answer(person, texts.no_such_area(said, like_it(roster, said)), now), is_unknown=True)


def _still_waits(involved: Sequence[Involvement]) -> tuple[str, ...]:
    """How to answer what still pages them: with the code, if it could be about two."""
    running = [known for known in involved if known.ended_at is None]
    paged = [known.code for known in running if known.asks]
    return tuple(paged) if len(running) > 1 else tuple("" for _ in paged)


def _answer(person: Person, said: str, now: datetime) -> SendPage:
    return text_to(person, Purpose.ANSWER, said, now)
