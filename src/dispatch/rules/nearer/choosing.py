"""Whom to ask along: specialists who would be there before the target and well before whoever comes first by now.

The law: nobody is asked who declined, is out, is on it, turned back, or was asked by this rule before; nor who is away,
unless they are on call all the same, or one of the steps that page has them. Whoever rests after a call-out at night is
asked last; otherwise on call goes first, then the nearest. Where nobody's way is known, the step that pages and the one
after it are asked, and only for an ETA that was said and leaves them time to get going, or that has passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.facts.people import DEFAULT_TURNOUT_MINUTES, Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Nearby, Situation
from dispatch.rules.nearer.arriving_when import Expected
from dispatch.rules.nearer.look_out import MUCH_SOONER
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.roster.rest import still


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody to ask along, who would be there in `minutes`, as far as that is known."""

    person: Person
    minutes: int | None

    def soonest(self, now: datetime) -> datetime:
        """When they may be there: whose way is unknown may live next door, and still has to get going."""
        return now + timedelta(minutes=DEFAULT_TURNOUT_MINUTES if self.minutes is None else self.minutes)


def choose(
    situation: Situation, nearby: Nearby, by_steps: Sequence[Person], first: Expected, now: datetime, most: int
) -> list[Chosen]:
    """Up to `most` people to ask, whoever is asked first at the front. `first` is whoever comes first by now;
    `by_steps` are the people of this step and of the next."""
    on_call = on_call_now(situation.roster, now)
    elsewhere = nearby.away - on_call - {person.id for person in by_steps}
    may = [person for person in _may_be_asked(situation, now) if person.id not in elsewhere]

    def rests(person: Person) -> bool:
        return still(situation.resting, person.id, now) is not None

    known = [(person, nearby.ready[person.id]) for person in may if person.id in nearby.ready]
    if not known:
        asked = [Chosen(person, None) for person in sorted((one for one in by_steps if one in may), key=rests)]
        in_question = [one for one in asked if one.soonest(now) <= first.at - MUCH_SOONER]
        return in_question[:most] if first.said or first.overdue else []
    sooner = [(person, ready) for person, ready in known if now + timedelta(minutes=ready) <= first.at - MUCH_SOONER]
    respond_by = situation.callout.respond_by
    in_time = [(person, ready) for person, ready in sooner if now + timedelta(minutes=ready) <= respond_by]

    def rank(one: tuple[Person, int]) -> tuple[bool, bool, int, str]:
        person, ready = one
        return rests(person), person.id not in on_call, ready, person.id

    return [Chosen(person, ready) for person, ready in sorted(in_time or sooner, key=rank)[:most]]


def on_call_now(roster: Roster, now: datetime) -> frozenset[str]:
    """The ids of everybody whom a rotation has on call."""
    return frozenset(person for rotation in roster.rotations for person in on_call(roster, rotation, now))


def _may_be_asked(situation: Situation, now: datetime) -> list[Person]:
    callout = situation.callout
    never = {*callout.declined, *callout.out, *callout.asked_along, *callout.turned_back}
    qualified = [person for person in situation.roster.people if person.is_qualified(now)]
    return [person for person in qualified if person.id not in never and not callout.is_on_it(person.id)]
