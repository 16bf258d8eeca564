"""A paged person picked up, or pressed a key.

The law: only a key press acknowledges. A picked-up call in which nobody presses anything has reached nobody.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.rules import assignment
from dispatch.rules.decisions import Decision
from dispatch.rules.facts import (
    Actor,
    ActorKind,
    Assignment,
    AssignmentRole,
    CallOut,
    Person,
    Purpose,
    Situation,
    Source,
    Status,
)
from dispatch.rules.wording import spoken
from dispatch.store import callout_records, callouts, pages
from dispatch.store.pages import PageRecord
from dispatch.store.transaction import Transaction

_MOST_MINUTES = 360


class Stage(StrEnum):
    """Where in a call somebody is: it says what the next key means."""

    PAGE = "page"  # 1 take it, 2 decline, 9 repeat
    ETA = "eta"  # minutes, then #
    MENU = "menu"  # 3 the place, 4 the officer, 9 repeat
    REMINDER = "reminder"  # 1 on my way, 2 cannot go
    TEST = "test"  # any key


# A key means what it means on a call of this purpose; a made-up address must not make a page of another one done.
_PURPOSES = {
    Stage.PAGE: {Purpose.PAGE},
    Stage.ETA: {Purpose.PAGE},
    Stage.MENU: {Purpose.PAGE, Purpose.REMINDER, Purpose.CONFIRMATION},
    Stage.REMINDER: {Purpose.REMINDER},
    Stage.TEST: {Purpose.TEST},
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What is said next, and what is asked. Without `ask` the call ends; with `dial` it is put through first."""

    say: tuple[str, ...]
    ask: Stage | None = None
    dial: str | None = None


_GOODBYE = Heard((spoken.closed(),))


@dataclass(frozen=True, slots=True)
class _Call:
    page: PageRecord
    person: Person | None
    situation: Situation | None

    @property
    def callout(self) -> CallOut:
        assert self.situation is not None, "only a page of a call-out is asked about one"
        return self.situation.callout


def pick_up(tx: Transaction, desk: Desk, page_id: str) -> Heard:
    """What the person hears on picking up. Changes nothing."""
    call = _load(tx, desk, page_id)
    return _greeting(desk, tx, call) if call else _GOODBYE


def press(tx: Transaction, desk: Desk, page_id: str, stage: Stage, keys: str) -> Heard:
    """Act on the keys pressed at `stage`; `keys` is empty when the time ran out."""
    call = _load(tx, desk, page_id)
    if call is None or call.person is None:
        return _GOODBYE
    if call.page.fact.purpose not in _PURPOSES[stage]:
        return _GOODBYE
    match stage, keys:
        case ((Stage.PAGE | Stage.REMINDER | Stage.MENU | Stage.TEST), ""):
            return Heard(())
        case Stage.TEST, _:
            _key_pressed(tx, desk, call)
            return Heard((spoken.test_answered(),))
        case ((Stage.PAGE | Stage.REMINDER), "1" | "2"):
            return _answer(tx, desk, call, call.person, stage, keys)
        case Stage.ETA, _:
            return _give_eta(tx, desk, call, call.person, keys)
        case Stage.MENU, "3" | "4":
            return _detail(tx, call, call.person, keys)
        case _, "9":
            return _greeting(desk, tx, call)
        case _:
            heard = _greeting(desk, tx, call)
            return Heard((spoken.wrong_key(), *heard.say), heard.ask)


def _load(tx: Transaction, desk: Desk, page_id: str) -> _Call | None:
    known = pages.find(tx, page_id)
    if known is None:
        return None
    callout = callouts.lock(tx, known.callout) if known.callout else None
    person = desk.roster(tx).person(known.fact.person) if known.fact.person else None
    return _Call(known, person, desk.situation(tx, callout) if callout else None)


def _greeting(desk: Desk, tx: Transaction, call: _Call) -> Heard:
    match call.page.fact.purpose:
        case Purpose.TEST:
            return Heard((spoken.test(),), Stage.TEST)
        case Purpose.PAGE if call.situation is not None:
            return _page_greeting(tx, desk, call)
        case Purpose.REMINDER if call.situation is not None and _has_not_left(call.callout, call.person):
            return Heard((spoken.remind(call.callout.code),), Stage.REMINDER)
        case Purpose.REMINDER | Purpose.CONFIRMATION if call.situation is not None and _on_it(
            call.callout, call.person
        ):
            return Heard((call.page.fact.text, spoken.menu()), Stage.MENU)
        case _:
            # An alarm, or a text to somebody who takes no texts: twice, since the first words are often missed.
            twice = (call.page.fact.text, call.page.fact.text)
            stands = _stands(tx, desk, call) if call.page.fact.purpose is Purpose.ALARM else ""
            return Heard((*twice, stands) if stands else twice)


def _stands(tx: Transaction, desk: Desk, call: _Call) -> str:
    """Whoever hears an alarm a minute late must not wake others for what somebody has taken meanwhile."""
    if call.situation is None:
        return ""
    callout = call.callout
    taker = _taker(desk, tx, callout) if callout.primary else None
    return spoken.stands(taker, closed=not callouts.is_open(callout.status))


def _page_greeting(tx: Transaction, desk: Desk, call: _Call) -> Heard:
    callout = call.callout
    if not callouts.is_open(callout.status):
        return _GOODBYE
    if _on_it(callout, call.person):
        return Heard((spoken.menu(),), Stage.MENU)
    if callout.status is not Status.PAGING:
        return Heard((spoken.taken_by(_taker(desk, tx, callout)),))
    agency = next((one.name for one in desk.roster(tx).agencies if one.code == callout.agency), callout.agency)
    return Heard((spoken.page(agency, callout.code),), Stage.PAGE)


def _answer(tx: Transaction, desk: Desk, call: _Call, person: Person, stage: Stage, key: str) -> Heard:
    if call.situation is None or not callouts.is_open(call.callout.status):
        return _GOODBYE
    _key_pressed(tx, desk, call)
    callout = call.callout
    decisions: list[Decision]
    if key == "2":
        decisions = assignment.refuse(call.situation, person, desk.now)
        heard = Heard((spoken.declined(),))
    elif stage is Stage.REMINDER:
        decisions = assignment.depart(call.situation, person, None, desk.now)
        heard = Heard((spoken.menu(),), Stage.MENU)
    elif callout.status is Status.PAGING or _on_it(callout, person):
        decisions = assignment.take(call.situation, person, None, desk.now)
        heard = Heard((spoken.ask_eta(),), Stage.ETA)
    else:
        decisions = assignment.take(call.situation, person, None, desk.now)
        heard = Heard((spoken.taken_by(_taker(desk, tx, callout)),))
    apply(tx, desk, callout, decisions, Actor(ActorKind.SPECIALIST, person.id), Source.VOICE)
    return heard


def _give_eta(tx: Transaction, desk: Desk, call: _Call, person: Person, keys: str) -> Heard:
    if call.situation is None or not _on_it(call.callout, person):
        return _GOODBYE
    minutes = int(keys) if re.fullmatch("[0-9]{1,3}", keys) and 1 <= int(keys) <= _MOST_MINUTES else None
    if minutes is not None:
        apply(
            tx,
            desk,
            call.callout,
            assignment.new_eta(call.situation, person, minutes, desk.now),
            Actor(ActorKind.SPECIALIST, person.id),
            Source.VOICE,
        )
    return Heard((spoken.confirmed(minutes), spoken.menu()), Stage.MENU)


def _detail(tx: Transaction, call: _Call, person: Person, key: str) -> Heard:
    """The place and the officer's number: only for somebody who is on the call-out."""
    record = callout_records.find(tx, call.callout.id) if call.situation else None
    if record is None or not _on_it(call.callout, person):
        return _GOODBYE
    if key == "4":
        return Heard((), Stage.MENU, dial=record.details.officer_phone)
    unsafe = (spoken.unsafe_scene(),) if record.details.scene_safe is False else ()
    place = spoken.place(record.details.place_address, record.details.place_note)
    return Heard((*unsafe, place, spoken.menu()), Stage.MENU)


def _key_pressed(tx: Transaction, desk: Desk, call: _Call) -> None:
    pages.done(tx, call.page.fact.id, desk.now)


def _on_it(callout: CallOut, person: Person | None) -> bool:
    mine: Assignment | None = callout.assignment_of(person.id) if person else None
    return mine is not None and mine.role is not AssignmentRole.OFFERED


def _has_not_left(callout: CallOut, person: Person | None) -> bool:
    mine = callout.assignment_of(person.id) if person else None
    return _on_it(callout, person) and mine is not None and not (mine.en_route_at or mine.arrived_at)


def _taker(desk: Desk, tx: Transaction, callout: CallOut) -> str:
    taker = desk.roster(tx).person(callout.primary.person) if callout.primary else None
    return taker.first_name if taker else ""
