"""A specialist presses a button in the view behind their link: their word, as if they had texted it."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.actions.apply import apply, plan_of, write
from dispatch.actions.callout.read_callout import LinkExpired, name_of
from dispatch.actions.context import Context
from dispatch.actions.roster import start_from
from dispatch.rules.access.place_link import Ended, why_ended
from dispatch.rules.callout.plan import Plan
from dispatch.rules.decisions import Decision, StampKind
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies import conversation, specialist_view
from dispatch.rules.replies.specialist_view import LettingGo
from dispatch.store.access import links
from dispatch.store.access.links import SpecialistLink
from dispatch.store.replies import inbound_texts
from dispatch.store.transaction import Transaction

_UNDERSTOOD_AS = "words by link"


@dataclass(frozen=True, slots=True)
class ToLetGo:
    """The code of what somebody would let go, and what happens then."""

    code: str
    then: LettingGo


def report_stamp(tx: Transaction, context: Context, token: str, kind: StampKind) -> None:
    """The link's person says that they are on the way, there, with the child, gone or home. Raises `LinkExpired`."""
    situation, person = _opened(tx, context, token)
    _apply(tx, context, situation, person, specialist_view.report(situation, person, kind, context.now))


def give_eta(tx: Transaction, context: Context, token: str, at: datetime) -> None:
    """They will be there `at`. Raises `LinkExpired` and `NoSuchTime`."""
    situation, person = _opened(tx, context, token)
    _apply(tx, context, situation, person, specialist_view.give_eta(situation, person, at, context.now))


def show_letting_go(tx: Transaction, context: Context, token: str) -> ToLetGo | None:
    """What would happen if they let it go now; None when that means nothing any more. Raises `LinkExpired`."""
    found = _letting_go(tx, context, *_opened(tx, context, token, looks=True))
    return found[1] if found is not None else None


def let_go(tx: Transaction, context: Context, token: str, digest: str) -> ToLetGo | None:
    """They cannot go. If what would happen is no longer what the view with this `digest` showed, nothing is done and
    the new one is returned. Raises `LinkExpired`."""
    situation, person = _opened(tx, context, token)
    found = _letting_go(tx, context, situation, person)
    if found is None:
        return None
    plan, shown = found
    if shown.then.digest != digest:
        return shown
    write(tx, context, plan, Actor(ActorKind.SPECIALIST, person.id), Source.LINK)
    return None


def _letting_go(tx: Transaction, context: Context, situation: Situation, person: Person) -> tuple[Plan, ToLetGo] | None:
    decisions = specialist_view.let_go(situation, person, context.now)
    if not decisions:
        return None
    plan = plan_of(tx, context, situation, decisions, person.id)
    return plan, ToLetGo(plan.callout.code, specialist_view.show_letting_go(situation, plan, context.now))


def tell_coordinators(tx: Transaction, context: Context, token: str, words: str) -> None:
    """A word to the coordinators. A repeat within ten minutes is dropped: it has reached them. A cry for help is heard
    each time. Raises `LinkExpired`."""
    situation, person = _opened(tx, context, token)
    callout, said = situation.callout, read(words.replace("\x00", ""))  # PostgreSQL's text cannot hold it
    since = context.now - conversation.SAME_WORDS_AGAIN
    cries = specialist_view.cries(situation, person, said)
    if not cries and inbound_texts.heard_from(tx, person.phone, since, said.as_written, about=callout.id):
        return
    _apply(tx, context, situation, person, specialist_view.tell_coordinators(situation, person, said, context.now))
    inbound_texts.keep(
        tx,
        carrier_id=context.new_id(),
        sender=person.phone,
        person=person.id,
        callout=callout.id,
        body=said.as_written,
        at=context.now,
        understood_as=_UNDERSTOOD_AS,
    )


def start_from_there(tx: Transaction, context: Context, token: str, code: str) -> None:
    """They start from the area with this code until their next hand-off; without one, from where the roster says.
    Raises `LinkExpired` and `StartsNowhere`."""
    _, person = _opened(tx, context, token)
    start_from.say_own(tx, context, person, code)


def _opened(tx: Transaction, context: Context, token: str, *, looks: bool = False) -> tuple[Situation, Person]:
    """Whose link it is and how their call-out stands, with its open alarms. The call-out is locked, unless they only
    look."""
    link = links.find(tx, SpecialistLink, token)
    if link is None:
        raise LinkExpired(Ended.EXPIRED)
    situation = context.look(tx, link.callout) if looks else context.lock(tx, link.callout)
    assert situation is not None, "a link names a call-out"
    callout = situation.callout
    person, primary = context.roster(tx).person(link.person), callout.primary
    ended = why_ended(link.expires_at, callout.status, person, context.now, on_it=callout.is_on_it(link.person))
    if ended is not None:
        raise LinkExpired(ended, name_of(context.roster(tx), primary.person if primary else None))
    assert person is not None, "a link that opens leads to its person"
    return situation, person


def _apply(tx: Transaction, context: Context, situation: Situation, person: Person, decisions: list[Decision]) -> None:
    apply(tx, context, situation, decisions, Actor(ActorKind.SPECIALIST, person.id), Source.LINK)
