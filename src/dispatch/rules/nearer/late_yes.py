"""A yes that comes too late asks somebody who can make it.

The law: when whoever comes first will not be there in time, up to `ask_more` specialists are asked along who would be
there sooner, at most four for a call-out. Whoever has it keeps it, and the first at the scene stops the clock. Once
somebody is there, or due in time, the others may sleep. Nobody is asked while more call-outs wait than people are free.
The service turns nobody back: whoever has it hears when somebody much nearer drives, and decides.

Everything follows from what stands in the database, so it is decided anew each time that something changes. One whose
pages have all failed, or who says no, makes room for the next at once; silence does after half of the step's wait, and
a yes whose minutes stay unsaid once the estimate counts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch.rules.access.trust import rights
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    EndAsks,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
    TextOfficer,
    WithdrawStandDowns,
)
from dispatch.rules.delivery.paging import contact_plan, text_to
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Assignment, CallOut, Status
from dispatch.rules.facts.pages import GoAlong, LetGo, Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.situation import Nearby, Situation
from dispatch.rules.nearer import arriving_when, asked_sentence
from dispatch.rules.nearer.arriving_when import Expected
from dispatch.rules.nearer.choosing import Chosen, choose
from dispatch.rules.nearer.look_out import MUCH_SOONER, is_late
from dispatch.rules.wording import agency_texts, alarms, texts
from dispatch.rules.wording.languages import Words, in_language

MOST_ASKED = 4
"""For one call-out, all together."""
SHORT_AGAIN = timedelta(minutes=1)
"""How soon it is looked again whether enough are free by now."""
MAY_TURN_BACK = timedelta(minutes=20)
"""By how much somebody under way must be sooner before whoever has it hears that they may turn back."""

_ON_THE_WAY = frozenset({Status.ACKNOWLEDGED, Status.EN_ROUTE})


def look(situation: Situation, by_steps: Sequence[Person], now: datetime) -> list[Decision]:
    """What is known of an arrival has changed, or somebody has been silent for long: ask, go on asking, or stop.
    `by_steps` are the people of this step and of the next."""
    callout = situation.callout
    if callout.arrived_at is not None:
        return _let_sleep(situation, callout.comes_first.person if callout.comes_first else "", now, there=True)
    if callout.status not in _ON_THE_WAY:
        return []
    nearby = situation.nearby
    assert nearby is not None, "whoever looks out asks where people are"
    first = arriving_when.first(situation, nearby, now)
    turning = _may_turn_back(situation, nearby, now)
    if first is not None and not _is_late(callout, first):
        return [*turning, *_let_sleep(situation, first.person, now), *_again_at(situation, (), now)]
    chosen: list[Chosen] = []
    if first is not None:
        places = len(_still_asked(situation, now)) + len(_may_say_when(callout, now))
        room = min(callout.policy.ask_more - places, MOST_ASKED - len(callout.asked_along))
        chosen = choose(situation, nearby, by_steps, first, now, room) if room > 0 else []
    if nearby.short and chosen:
        return [*turning, *_again_at(situation, (), now, now + SHORT_AGAIN)]
    asks = _ask(situation, first, chosen, now) if first is not None and chosen else []
    return [*turning, *asks, *_again_at(situation, chosen, now)]


def _is_late(callout: CallOut, first: Expected) -> bool:
    """Whoever goes along is awake and near: the target itself is early enough for them."""
    return is_late(callout, first.at) if first.leads else first.at > callout.respond_by


# ---- who is being asked --------------------------------------------------------------------------------------------


def patience(callout: CallOut) -> timedelta:
    """How long somebody may be silent before the next is asked: half of what the step gives."""
    return timedelta(seconds=callout.policy.wait_seconds(callout.step)) / 2


def _waiting(situation: Situation) -> dict[str, datetime]:
    """Everybody who was asked along and may still answer, with when they were first asked."""
    callout = situation.callout
    found: dict[str, datetime] = {}
    for page in callout.nearer:
        at = page.tried_at or page.due_at
        if page.person is not None and page.purpose.asks_along and at is not None:
            found[page.person] = min(at, found.get(page.person, at))
    return {person: at for person, at in found.items() if callout.is_asked_along(person)}


def _still_asked(situation: Situation, now: datetime) -> list[str]:
    """Those of them whose silence is not long enough to ask somebody else."""
    return [person for person, at in _waiting(situation).items() if now < at + patience(situation.callout)]


def _may_say_when(callout: CallOut, now: datetime) -> list[Assignment]:
    """Those of them who have just said yes and were asked for their minutes."""
    return [
        one
        for one in callout.assignments
        if one.person in callout.asked_along and one.is_on_it and arriving_when.may_still_say(one, now)
    ]


def _again_at(situation: Situation, chosen: Sequence[Chosen], now: datetime, *others: datetime) -> list[SetDeadline]:
    """When it is looked again: when silence has lasted, or once an estimate counts, or at one of these `others`."""
    callout = situation.callout
    moments = [*others]
    moments += [at + patience(callout) for at in _waiting(situation).values()]
    moments += [now + patience(callout)] if chosen else []
    going = (one for one in callout.assignments if one.is_on_it and one.arrived_at is None and one.eta_at is None)
    if situation.roster.areas:
        moments += [arriving_when.estimated_from(one) for one in going]
    moments += [arriving_when.estimated_from(one) for one in _may_say_when(callout, now)]
    return [SetDeadline(DeadlineKind.NEARER, min(later)) for later in [[at for at in moments if at > now]] if later]


def _let_sleep(situation: Situation, first: str, now: datetime, *, there: bool = False) -> list[Decision]:
    """Somebody is there or due in time, so whoever is still asked need not answer. Nobody is rung to hear it."""
    callout = situation.callout
    still = _not_ended(situation)
    name = situation.roster.first_name_of(first) if first else ""
    words = texts.asked_no_more(callout.code, name, there=there)
    reached = {page.person for page in callout.nearer if page.purpose.asks_along and page.went_out}
    people = [person for id_ in still if (person := situation.roster.person(id_))]
    told = [person for person in people if person.id in reached and not person.opted_out]
    return [
        *(EndAsks(id_) for id_ in still),
        *(text_to(person, Purpose.STAND_DOWN, words, now) for person in told),
    ]


def _not_ended(situation: Situation) -> list[str]:
    """Whoever is still asked, though somebody may be there by now."""
    callout = situation.callout
    asked = (page.person for page in callout.nearer if page.purpose.asks_along and page.wants_answer and page.person)
    return [person for person in dict.fromkeys(asked) if not callout.is_on_it(person)]


# ---- asking --------------------------------------------------------------------------------------------------------


def _ask(situation: Situation, first: Expected, chosen: Sequence[Chosen], now: datetime) -> list[Decision]:
    callout, roster = situation.callout, situation.roster
    name = roster.first_name_of(first.person)
    at = None if first.overdue else first.at
    reason = asked_sentence.why_late(callout, name, at, said=first.said)
    people = [(one.person.first_name, one.minutes) for one in chosen]
    sentence = asked_sentence.asked(reason, people, now)
    again = bool(callout.asked_along)
    names = [one.person.first_name for one in chosen]
    alarm = alarms.nearer_asked(callout.code, name, at, asked_sentence.limit(callout), names)
    hears = not again and rights(callout.trust).hears_names
    return [
        Note(NoteKind.ASKED_NEARER, sentence),
        *(WithdrawStandDowns(one.person.id) for one in chosen),
        *(page for one in chosen for page in _pages(situation, one, first, name, now)),
        *_tell_leader(situation, names, now),
        *((TextOfficer(agency_texts.officer_more_asked(callout.code, len(chosen))),) if hears else ()),
        *((AlarmCoordinators(alarm, kind=AlarmKind.TARGET_WARNING),) if not again else ()),
    ]


def _pages(situation: Situation, one: Chosen, first: Expected, name: str, now: datetime) -> list[SendPage]:
    """By their contact plan, as any page."""
    callout, person = situation.callout, one.person
    by = be_there_by(callout, first, one, now)

    def words(*, several: bool) -> Words:
        return texts.ask_along(
            callout.agency,
            callout.code,
            name,
            by,
            asked_sentence.limit(callout),
            several=several,
            unverified=callout.is_unverified,
        )

    return [
        SendPage(
            Purpose.ASK_ALONG,
            contact.channel,
            person.phone,
            in_language(words(several=False), person.texts_in),
            now + timedelta(seconds=contact.after_seconds),
            person=person.id,
            step=callout.step,
            text_if_others=in_language(words(several=True), person.texts_in)
            if contact.channel is Channel.SMS
            else None,
            asks=GoAlong(callout.id, by),
        )
        for contact in contact_plan(person)
    ]


def be_there_by(callout: CallOut, first: Expected, one: Chosen, now: datetime) -> datetime:
    """The target, where they can make it; otherwise what makes their coming worth while. A yes is measured by what was
    said, so nobody is asked for a time that would not count."""
    worth_while = first.at - MUCH_SOONER
    if one.soonest(now) > callout.respond_by:
        return worth_while
    return min(callout.respond_by, worth_while) if first.said else callout.respond_by


def _tell_leader(situation: Situation, names: Sequence[str], now: datetime) -> list[SendPage]:
    """Whoever has it hears who else was asked. Nobody is rung at the wheel to hear it."""
    leader: Person | None = situation.taker
    if leader is None or leader.opted_out:
        return []
    return [text_to(leader, Purpose.ANSWER, texts.others_asked(situation.callout.code, names), now)]


# ---- turning back --------------------------------------------------------------------------------------------------


def _may_turn_back(situation: Situation, nearby: Nearby, now: datetime) -> list[Decision]:
    """Told once, when somebody drives who is due well before whoever has it."""
    callout, leader = situation.callout, situation.taker
    primary = callout.primary
    if leader is None or primary is None or leader.opted_out or callout.hears_of_turning_back(leader.id):
        return []
    theirs = arriving_when.when(situation, primary, nearby, now)
    along = (one for one in callout.assignments if one.is_on_it and not one.role.leads and one.drives)
    nearer = arriving_when.soonest(arriving_when.when(situation, one, nearby, now) for one in along)
    if theirs is None or nearer is None or nearer.at > theirs.at - MAY_TURN_BACK:
        return []
    name = situation.roster.first_name_of(nearer.person)
    at = nearer.at if nearer.said else None  # an estimate says how far away somebody lives
    words = texts.may_turn_back(callout.code, name, at)
    turn_back = text_to(leader, Purpose.TURN_BACK, words, now, asks=LetGo(callout.id))
    return [WithdrawStandDowns(leader.id), turn_back]  # not as well that there is nothing to do
