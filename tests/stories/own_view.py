"""What somebody does in their own view: asks for cover, is away, starts elsewhere. Days are as people say them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.actions.context import Context
from dispatch.actions.roster.start_from import say_own
from dispatch.actions.shifts.ask_cover import ask_for_cover, withdraw_covers
from dispatch.actions.shifts.be_away import be_away, be_back
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Shift
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.shifts.wanting import of_days, theirs
from dispatch.store.transaction import Transaction
from tests.stories.story import Story


def day_of(said: str, now: datetime) -> date:
    """Such as "WED", which is the next one from today on, or "12/25"."""
    today = now.astimezone(ZoneInfo(LOCAL)).date()
    if said == "TODAY":
        return today
    if "/" in said:
        month, day = map(int, said.split("/"))
        return next(one for one in (date(today.year + ahead, month, day) for ahead in (0, 1)) if one >= today)
    return next(one for one in (today + timedelta(days=n) for n in range(7)) if f"{one:%a}".upper() == said)


def _person(roster: Roster, who: str) -> Person:
    person = roster.person(who)
    assert person is not None, who
    return person


def _by(who: str) -> Actor:
    return Actor(ActorKind.SPECIALIST, who)


def span_of(day: date, hours: str) -> tuple[datetime, datetime]:
    """Such as "18-24" of this day; what ends before it begins ends on the next."""
    begins, ends = (int(one) for one in hours.split("-"))
    ends += 24 if ends <= begins else 0
    first, last = (
        local_moment(datetime.combine(day + timedelta(days=one // 24), time(one % 24)), LOCAL) for one in (begins, ends)
    )
    return first, last


def asks(tx: Transaction, context: Context, who: str, said: str) -> None:
    """For the shift that begins on a day, or some hours of it: "WED", "WED 18-24"."""
    word, _, hours = said.partition(" ")
    day, roster, found = day_of(word, context.now), context.roster(tx), list[Shift]()
    for one in roster.rotations:
        at = [local_moment(datetime.combine(day + timedelta(days=n), one.handoff), one.timezone) for n in (0, 1)]
        begins, ends = span_of(day, hours) if hours else at
        found += theirs(roster, who, max(begins, context.now), ends, one.name)
    assert found, "they are on call then"
    ask_for_cover(tx, context, found, _by(who), Source.LINK)


async def swaps(story: Story, who: str, said: str) -> None:
    await story.town.service.runner.act(asks, who, said)
    await story.passes(seconds=2)


async def withdraws(story: Story, who: str, *numbers: int) -> None:
    runner = story.town.service.runner
    await runner.act(withdraw_covers, who, set(numbers) or None, _by(who), Source.LINK)
    await story.passes(seconds=2)


async def goes_away(story: Story, who: str, first: str, last: str = "") -> None:
    def away(tx: Transaction, context: Context) -> None:
        begins = day_of(first, context.now)
        days = of_days(
            begins, day_of(last, local_moment(datetime.combine(begins, time(12)), LOCAL)) if last else begins
        )
        be_away(tx, context, who, *days, _by(who), Source.LINK)

    await story.town.service.runner.act(away)
    await story.passes(seconds=2)


async def starts_from(story: Story, who: str, area: str) -> None:
    def start(tx: Transaction, context: Context) -> None:
        say_own(tx, context, _person(context.roster(tx), who), area)

    await story.town.service.runner.act(start)
    await story.passes(seconds=2)


async def comes_back(story: Story, who: str) -> None:
    def back(tx: Transaction, context: Context) -> None:
        be_back(tx, context, who, _by(who), Source.LINK)

    await story.town.service.runner.act(back)
    await story.passes(seconds=2)
