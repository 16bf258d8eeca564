"""What somebody sees and does behind the link to their own shifts. Opening it changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dispatch.actions.context import Context
from dispatch.actions.roster import start_from
from dispatch.actions.runner import Runner
from dispatch.actions.schedule import keep_feeds
from dispatch.actions.schedule.change_roster import tell_running
from dispatch.actions.shifts.ask_cover import ask_for_cover, withdraw_covers
from dispatch.actions.shifts.be_away import be_away, be_back
from dispatch.actions.shifts.take_cover import TakenCover, take_cover
from dispatch.rules.access import own_link
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.facts.schedule import Absence, Shift
from dispatch.rules.nearer.starting import start_shown
from dispatch.rules.roster.local_clock import local_moment, midnight
from dispatch.rules.roster.nights import tonight
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.schedule.fairness import WEEKS_EACH_WAY, burdens
from dispatch.rules.shifts import cover_texts, wanting
from dispatch.rules.shifts.cover import Cover
from dispatch.rules.shifts.taking import is_standing, refused
from dispatch.rules.wording.languages import Words
from dispatch.store.access import links
from dispatch.store.access.links import NewLink, OwnLink
from dispatch.store.shifts import absences, asked_covers
from dispatch.store.transaction import Transaction

_AHEAD = timedelta(weeks=6)


class OwnLinkOver(LookupError):
    """this link is over; text NIGHTS for a new one"""


@dataclass(frozen=True, slots=True)
class OwnShifts:
    """`theirs` are six weeks of their shifts; `asked` the covers that they ask for, `open` those that they could take.
    `nights` is how many they had in the last thirteen weeks, `weekend_nights` how many of them at a weekend."""

    person: Person
    roster: Roster
    now: datetime
    theirs: Sequence[Shift]
    asked: Sequence[Cover]
    open: Sequence[Cover]
    absences: Sequence[Absence]
    area: Area | None
    nights: int
    weekend_nights: int

    def asked_of(self, shift: Shift) -> list[Cover]:
        return wanting.asked_already(shift, self.asked)


def new_own_link(tx: Transaction, context: Context, person: str) -> str:
    """Its address. It replaces the one before."""
    links.withdraw(tx, OwnLink, person, context.now)
    token = context.new_token()
    link = OwnLink(person=person, expires_at=context.now + own_link.ENDS_AFTER)
    links.make(tx, [NewLink(token, link, context.now)])
    return context.public_url + own_link.PATH.format(token=token)


def open_own(tx: Transaction, context: Context, token: str) -> OwnShifts:
    """Raises `OwnLinkOver`."""
    person, roster, now = _person(tx, context, token), context.roster(tx), context.now
    standing = absences.standing(tx, now)
    covers, rests = asked_covers.open_covers(tx), context.rests(tx)
    today = tonight(now)
    found = burdens(roster, today - timedelta(weeks=WEEKS_EACH_WAY), today, ())
    own = next((one for one in found if one.person == person.id), None)
    return OwnShifts(
        person,
        roster,
        now,
        _six_weeks(roster, person, now),
        [one for one in covers if one.wanted.holder == person.id and is_standing(roster, one, now)],
        [one for one in covers if refused(one, person, roster, standing, rests, now, is_busy=False) is None],
        [one for one in standing if one.person == person.id],
        start_shown(roster, person, now).area,
        own.nights if own else 0,
        own.weekend_nights if own else 0,
    )


def _six_weeks(roster: Roster, person: Person, now: datetime) -> list[Shift]:
    """Until a moment that stands still for a day: a shift without an end is cut alike when its form comes back."""
    return wanting.whole(roster, person.id, now, midnight(tonight(now)) + _AHEAD)


def _person(tx: Transaction, context: Context, token: str) -> Person:
    link = links.find(tx, OwnLink, token)
    person = context.roster(tx).person(link.person) if link is not None else None
    if link is None or person is None or context.now >= link.expires_at:
        raise OwnLinkOver(OwnLinkOver.__doc__)
    return person


# ---- what they do: each has the token and the fields of its form ---------------------------------------------------

Fields = Mapping[str, str]


def _ask(tx: Transaction, context: Context, person: Person, fields: Fields) -> None:
    wanted = fields.get("shift", "")
    now, roster = context.now, context.roster(tx)
    own = _six_weeks(roster, person, now)
    found = [replace(one, starts_at=max(one.starts_at, now)) for one in own if shift_key(one, now) == wanted]
    if not wanted:
        begins, ends = _hours(fields)
        if (why := wanting.refused_span(begins, ends, now)) is not None:
            raise EditRefused(cover_texts.span_refused(why))
        found = wanting.theirs(roster, person.id, max(begins, now), ends)
    if not found:
        raise EditRefused(
            Words("you have no shift in these hours; look again", "no tiene ningún turno en esas horas; mire otra vez")
        )
    ask_for_cover(tx, context, found, person.as_actor, Source.LINK)


def _hours(fields: Fields) -> tuple[datetime, datetime]:
    """From and to, as the clocks of the organisation show them."""
    try:
        walls = [datetime.fromisoformat(fields.get(name, "")).replace(tzinfo=None) for name in ("begins", "ends")]
        begins, ends = (local_moment(wall, LOCAL) for wall in walls)
    except (ValueError, OverflowError):
        raise EditRefused(
            Words("write both times, such as 2026-12-24 18:00", "escriba las dos horas, como 2026-12-24 18:00")
        ) from None
    return begins, ends


def shift_key(shift: Shift, now: datetime) -> str:
    """What a form calls a shift. One that runs begins now for whoever looks, and is named after its end."""
    begins = "now" if shift.starts_at <= now else f"{shift.starts_at:%Y-%m-%dT%H:%MZ}"
    return f"{shift.rotation} {begins} {shift.ends_at:%Y-%m-%dT%H:%MZ}"


def _withdraw(tx: Transaction, context: Context, person: Person, fields: Fields) -> None:
    withdraw_covers(tx, context, person.id, {_number(fields.get("number", ""))}, person.as_actor, Source.LINK)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 9 else 0


def _away(tx: Transaction, context: Context, person: Person, fields: Fields) -> None:
    try:
        first, last = (date.fromisoformat(fields.get(name, "")) for name in ("first", "last"))
        bounds = wanting.of_days(first, last)
    except (ValueError, OverflowError):
        raise EditRefused(
            Words("write the first and the last day, such as 2026-12-24", "escriba los dos días, como 2026-12-24")
        ) from None
    be_away(tx, context, person.id, *bounds, person.as_actor, Source.LINK)


def _back(tx: Transaction, context: Context, person: Person, _: Fields) -> None:
    be_back(tx, context, person.id, person.as_actor, Source.LINK)


def _start(tx: Transaction, context: Context, person: Person, fields: Fields) -> None:
    start_from.say_own(tx, context, person, fields.get("area", ""))


DOES: Mapping[str, Callable[[Transaction, Context, Person, Fields], None]] = {
    "ask": _ask,
    "withdraw": _withdraw,
    "away": _away,
    "back": _back,
    "start": _start,
}


def do_own(tx: Transaction, context: Context, token: str, what: str, fields: Fields) -> None:
    """Raises `OwnLinkOver`, and whatever refuses it: `EditRefused`, `AbsenceRefused`, `StartsNowhere`,
    `RosterMoved`."""
    DOES[what](tx, context, _person(tx, context, token), fields)


def make_own_feed(tx: Transaction, context: Context, token: str) -> keep_feeds.MadeFeed:
    """The newest two work, one for each of somebody's calendars: whoever presses on makes no third."""
    person = _person(tx, context, token)
    keep_feeds.end_older(tx, context, person.id)
    return keep_feeds.make_feed(tx, context, person.as_actor, Source.LINK, person=person.id)


async def take_own(runner: Runner, token: str, number: str) -> None:
    """Raises `OwnLinkOver`, `NoSuchCover` and `CoverRefused`."""
    taken, by = await runner.act(_take, token, number)
    await tell_running(runner, taken.changed, by, Source.LINK)


def _take(tx: Transaction, context: Context, token: str, number: str) -> tuple[TakenCover, Actor]:
    person = _person(tx, context, token)
    by = person.as_actor
    return take_cover(tx, context, _number(number), person.id, by, Source.LINK), by
