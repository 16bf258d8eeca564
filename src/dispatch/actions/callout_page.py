"""Everything that a coordinator's page about one call-out shows, read in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.actions import callout_sheet
from dispatch.actions.callout_sheet import Head, Sheet
from dispatch.actions.coordinate import coordinator, preview_deed
from dispatch.actions.desk import Desk
from dispatch.rules import alarm_owners, coordinating
from dispatch.rules.alarm_kinds import worst_first
from dispatch.rules.candidates import Candidate, candidates, next_in_turn
from dispatch.rules.deeds import CoordinatorDeed, DeedKind
from dispatch.rules.facts.actors import Actor
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.people import Person
from dispatch.rules.preview import Preview
from dispatch.rules.standing import Standing, standing, worst_without_owner
from dispatch.store import deeds
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """An open alarm. `owner` is the name of whoever has it."""

    id: str
    text: str
    opened_at: datetime
    owner: str | None


@dataclass(frozen=True, slots=True)
class JustDone:
    """A deed whose preview had the digest that the page was asked with. `by` is None when it was whoever looks."""

    kind: DeedKind
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class CallOutPage:
    """`to_own` is the worst alarm that nobody has; `candidates` are those who could go, `next_in_turn` those whom the
    next step pages; `possible` are the deeds that make sense now; `steps` is how many steps its policy has."""

    sheet: Sheet
    standing: Standing
    alarms: tuple[AlarmLine, ...]
    to_own: str | None
    candidates: tuple[Candidate, ...]
    next_in_turn: tuple[Person, ...]
    possible: frozenset[DeedKind]
    steps: int
    done: JustDone | None = None


def open_page(tx: Transaction, desk: Desk, name: str, by: Actor, done: str | None = None) -> CallOutPage:
    """The page of a call-out by its id, or its code, for a person who opens it; writes the audit trail. `done` is the
    digest of a preview. Raises `NoSuchCallOut`."""
    return _page(tx, desk, callout_sheet.open_sheet(tx, desk, name, by), by, done)


def read_page(tx: Transaction, desk: Desk, name: str, by: Actor) -> CallOutPage:
    """As `open_page`, for a page that is open already: changes nothing. Raises `NoSuchCallOut`."""
    return _page(tx, desk, callout_sheet.read_sheet(tx, desk, name), by)


def _page(tx: Transaction, desk: Desk, sheet: Sheet, by: Actor, done: str | None = None) -> CallOutPage:
    callout = sheet.callout
    situation = desk.with_alarms(tx, desk.situation(tx, callout))
    free = worst_without_owner(situation, desk.now)
    pages = callout.status.is_paging
    return CallOutPage(
        sheet,
        standing(situation, desk.now),
        _lines(tx, desk, situation.alarms()),
        free.id if free is not None else None,
        tuple(candidates(situation, desk.now)) if callout.is_open else (),
        tuple(next_in_turn(situation, desk.now)) if pages else (),
        coordinating.possible(callout, coordinator(desk, tx, by)),
        len(callout.policy.steps),
        _just_done(tx, desk, callout.id, done, by) if done else None,
    )


def _lines(tx: Transaction, desk: Desk, found: Sequence[Alarm]) -> tuple[AlarmLine, ...]:
    roster = desk.roster(tx)
    return tuple(
        AlarmLine(
            one.id,
            one.text,
            one.opened_at,
            alarm_owners.name_of(one.owner, roster) if one.owner and alarm_owners.has_owner(one, desk.now) else None,
        )
        for one in worst_first(found)
    )


def _just_done(tx: Transaction, desk: Desk, callout_id: str, digest: str, by: Actor) -> JustDone | None:
    found = deeds.find(tx, callout_id, digest)
    if found is None:
        return None
    roster = desk.roster(tx)
    name = alarm_owners.name_of(alarm_owners.owner_called(str(found.by.id), roster), roster)
    return JustDone(DeedKind(found.kind), found.at, None if found.by.id == by.id else name)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a deed would send, and how its call-out stands: what stays when the deed is left."""

    preview: Preview
    head: Head


def show_deed(tx: Transaction, desk: Desk, name: str, deed: CoordinatorDeed, by: Actor) -> Shown:
    """What a deed would send now and to whom; changes nothing. Raises `NoSuchCallOut` and `DeedRefused`."""
    return Shown(preview_deed(tx, desk, name, deed, by), callout_sheet.read_head(tx, desk, name))
