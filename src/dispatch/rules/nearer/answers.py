"""What somebody who was asked along answers.

The law: a yes that is well sooner than whoever has it makes a partner; any other yes is an offer, and nobody drives in
vain. A no declines this ask alone: if the call-out is let go, they are paged as ever.
"""

from datetime import datetime

from dispatch.rules.callout import assignment
from dispatch.rules.callout.escalation import due_of
from dispatch.rules.decisions import Decision, EndAsks, HurryPage, Note, NoteKind
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer import look_out
from dispatch.rules.nearer.choosing import SOONER
from dispatch.rules.wording import texts


def go_along(situation: Situation, person: Person, eta_at: datetime | None, now: datetime) -> list[Decision]:
    """Yes. Without minutes they were asked because they are sooner; they are asked for the minutes."""
    code = situation.callout.code
    if is_sooner(situation.callout, eta_at):
        return assignment.add_partner(situation, person, eta_at, now, texts.goes_along(code, eta_at))
    offers = assignment.offer(situation, person, eta_at, now)
    return [EndAsks(person.id), *offers, *look_out.after_change(situation, now)]


def is_sooner(callout: CallOut, eta_at: datetime | None) -> bool:
    """Whether it is worth driving. Nobody is sent home because whoever has it has said no time."""
    theirs = callout.primary.eta_at if callout.primary is not None else None
    return eta_at is None or theirs is None or eta_at <= theirs - SOONER


def decline(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """No: the next is asked at once."""
    return [
        EndAsks(person.id),
        Note(NoteKind.DECLINED_NEARER, f"{person.name} cannot go along", person.id),
        text_to(person, Purpose.ANSWER, texts.declined_along(situation.callout.code), now),
        *look_out.after_change(situation, now),
    ]


def fail_forward(situation: Situation, failed: Page, now: datetime) -> list[Decision]:
    """A page to somebody who was asked along reached nobody: their next page goes out now. If none is left, somebody
    else is asked at once. `situation` knows that it has failed."""
    callout = situation.callout
    if callout.status not in {Status.ACKNOWLEDGED, Status.EN_ROUTE} or callout.arrived_at is not None:
        return []
    theirs = [page for page in callout.nearer if page.person == failed.person and page.purpose.asks_along]
    waiting = sorted((due_of(page), page.id) for page in theirs if page.state is PageState.WAITING)
    if waiting:
        return [HurryPage(waiting[0][1])]
    return [] if any(page.wants_answer for page in theirs) else [*look_out.after_change(situation, now)]
