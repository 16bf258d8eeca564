"""A new number of somebody: asked for, shown to be theirs, and then put into the roster.

Whatever is done with the link or on the phone is in the audit trail as it is done. The change of the roster is made in
the transaction in which the last proof comes in, so nobody has proven a number that is then forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.context import Context
from dispatch.actions.schedule.change_roster import ChangedRoster, RosterOrder, change_roster, plan_locked
from dispatch.rules.decisions import SendPage
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.actors import STRANGER, Actor, AuditEvent, Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.people import new_number, number_texts
from dispatch.rules.people.new_number import NewNumber, NumberEnd, NumberRefused
from dispatch.rules.schedule.edits import EditRefused, Put
from dispatch.rules.wording.languages import Words, in_language
from dispatch.store.access import audit, links
from dispatch.store.access.links import NewLink, NumberLink
from dispatch.store.people import new_numbers
from dispatch.store.transaction import Transaction


class NumberLinkOver(LookupError):
    """this link is over"""


# ---- a coordinator -------------------------------------------------------------------------------------------------


def ask(
    tx: Transaction,
    context: Context,
    person: str,
    phone: str,
    by: Actor,
    source: Source,
    *,
    is_landline: bool,
    newcomer: Person | None = None,
) -> NewNumber:
    """Have somebody show that a number is theirs; whatever was asked for before is over. Raises `NumberRefused`."""
    roster = context.roster(tx)
    new_number.refuse(roster, person, phone, context.our_numbers, context.dials)
    before, holder = new_numbers.newest_of(tx, person, lock=True), new_numbers.at(tx, phone)
    if holder is not None and holder.person != person:
        if holder.is_open(context.now):
            whose = holder.whose(roster)
            name = whose.name if whose else holder.person
            raise NumberRefused(f"that is being verified for {name}; withdraw it there first")
        new_numbers.save(tx, new_number.over(holder, NumberEnd.REPLACED, context.now))
    if before is not None and before.ended_at is None:
        new_numbers.save(tx, new_number.over(before, NumberEnd.REPLACED, context.now))
    number = replace(_asked(context, person, phone, by, is_landline=is_landline), newcomer=newcomer)
    new_numbers.insert(tx, number)
    links.withdraw(tx, NumberLink, person, context.now)
    audit.write(tx, context.now, by, source, AuditEvent.ASKED_NUMBER, detail=f"of {person}")
    whose = number.whose(roster)
    if whose is None:
        raise NumberRefused("nobody in the roster is to have it")
    if not is_landline:
        _text_link(tx, context, number, whose)
    if newcomer is None:
        _tell(tx, context, whose, number_texts.changes(phone[-4:], context.contact_phone))
    return number


def _asked(context: Context, person: str, phone: str, by: Actor, *, is_landline: bool) -> NewNumber:
    return NewNumber(
        id=context.new_id(),
        person=person,
        phone=phone,
        is_landline=is_landline,
        newcomer=None,
        asked_at=context.now,
        asked_by=by.id or by.kind,
        expires_at=context.now + new_number.LIVES,
    )


def check(tx: Transaction, context: Context, person: str, phone: str) -> None:
    """Raises `NumberRefused` for a number that cannot be this person's."""
    roster = context.roster(tx)
    new_number.refuse(roster, person, phone, context.our_numbers, context.dials)
    asked, listed = new_numbers.newest_of(tx, person), roster.person(person)
    if asked is None or asked.phone != phone or not asked.is_open(context.now):
        return
    if asked.has_lost_its_id(roster) and asked.newcomer and listed:
        who = f"{asked.newcomer.name}, and not for {listed.name}"
        raise NumberRefused(f"that is being verified for {who}; withdraw it first")


def _text_link(tx: Transaction, context: Context, number: NewNumber, whose: Person) -> None:
    token = context.new_token()
    links.make(tx, [NewLink(token, NumberLink(person=number.person, expires_at=number.expires_at), context.now)])
    address = context.public_url + new_number.PATH.format(token=token)
    said = f"{in_language(number_texts.link(whose.first_name), whose.texts_in)} {address}"
    send_standalone(tx, context, _to_number(number, Channel.SMS, said, context))


def _to_number(number: NewNumber, channel: Channel, said: str, context: Context) -> SendPage:
    # For nobody in the roster: what is sent to a number that is still to be verified is no page to its person.
    return SendPage(Purpose.NUMBER, channel, number.phone, said, context.now)


def _tell(tx: Transaction, context: Context, person: Person, words: Words) -> None:
    if not person.opted_out:
        send_standalone(tx, context, text_to(person, Purpose.ACCOUNT, words, context.now))


def ring_for(tx: Transaction, context: Context, person: str, by: Actor, source: Source) -> None:
    """A coordinator has somebody's landline rung. Raises `NumberRefused`."""
    _ring(tx, context, _open(tx, context, person), by, source)


def withdraw(tx: Transaction, context: Context, person: str, by: Actor, source: Source) -> None:
    """The number is not to be theirs after all. Raises `NumberRefused`."""
    end(tx, context, _open(tx, context, person), NumberEnd.WITHDRAWN)
    audit.write(tx, context.now, by, source, AuditEvent.WITHDREW_NUMBER, detail=f"of {person}")


def vouch(tx: Transaction, context: Context, order: RosterOrder, *, person: str) -> ChangedRoster:
    """A coordinator puts a number into the roster that nobody has verified. Raises what `change_roster` raises."""
    number = new_numbers.newest_of(tx, person, lock=True)
    changed = change_roster(tx, context, order)
    old, now = changed.before.person(person), changed.after.person(person)
    assert now is not None, "what is vouched for is the number of whoever is put"
    if number is not None and number.ended_at is None:
        end(tx, context, number, NumberEnd.VOUCHED if number.phone == now.phone else NumberEnd.REPLACED)
    if number is None or number.ended_at is not None or number.phone != now.phone:
        asked = _asked(context, person, now.phone, order.by, is_landline=False)
        new_numbers.insert(tx, new_number.over(asked, NumberEnd.VOUCHED, context.now))
    audit.write(tx, context.now, order.by, order.source, AuditEvent.VOUCHED_NUMBER, detail=f"of {person}")
    if old is not None:
        _tell(tx, context, old, number_texts.changed(now.phone[-4:], context.contact_phone))
    return changed


def end(tx: Transaction, context: Context, number: NewNumber, ending: NumberEnd) -> None:
    """It is over, and its link with it."""
    new_numbers.save(tx, new_number.over(number, ending, context.now))
    links.withdraw(tx, NumberLink, number.person, context.now)


def _open(tx: Transaction, context: Context, person: str) -> NewNumber:
    number = new_numbers.newest_of(tx, person, lock=True)
    if number is None or not number.is_open(context.now):
        raise NumberRefused("nothing is being verified any more; begin again")
    return number


# ---- whoever has the link ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """What the view behind a link shows. `person` is whoever is to have the number, as they are listed, or will be."""

    number: NewNumber
    person: Person


def open_link(tx: Transaction, context: Context, token: str, *, lock: bool = False) -> ShownNumber:
    """Changes nothing: programs open links to preview them. Raises `NumberLinkOver`."""
    link = links.find(tx, NumberLink, token, lock=lock)
    number = new_numbers.newest_of(tx, link.person, lock=lock) if link is not None else None
    person = number.whose(context.roster(tx)) if number is not None else None
    if link is None or number is None or person is None or context.now >= link.expires_at:
        raise NumberLinkOver
    return ShownNumber(number, person)


def send_code(tx: Transaction, context: Context, token: str) -> None:
    """Text a code to the number. Raises `NumberLinkOver` and `NumberRefused`."""
    shown = open_link(tx, context, token, lock=True)
    code = new_number.new_code(context.chance.randrange)
    new_numbers.save(tx, new_number.code_sent(shown.number, code, context.now))
    said = in_language(number_texts.code(code), shown.person.texts_in)
    send_standalone(tx, context, _to_number(shown.number, Channel.SMS, said, context))
    _note(tx, context, shown.number, "a code was texted", Source.LINK)


def type_code(tx: Transaction, context: Context, token: str, typed: str) -> NewNumber:
    """What became of it. Raises `NumberLinkOver` and `NumberRefused`."""
    shown = open_link(tx, context, token, lock=True)
    number = new_number.code_typed(shown.number, typed, context.now)
    new_numbers.save(tx, number)
    _note(tx, context, number, "the right code" if number.code_at else "a wrong code", Source.LINK)
    return _finish(tx, context, number, Source.LINK)


def ring(tx: Transaction, context: Context, token: str) -> None:
    """Ring the number. Raises `NumberLinkOver` and `NumberRefused`."""
    _ring(tx, context, open_link(tx, context, token, lock=True).number, STRANGER, Source.LINK)


def _ring(tx: Transaction, context: Context, number: NewNumber, by: Actor, source: Source) -> None:
    new_numbers.save(tx, new_number.rung(number, context.now))
    whose = number.whose(context.roster(tx))
    if whose is None:
        raise NumberRefused("whoever was to have it has left the roster")
    said = in_language(number_texts.call(whose.first_name), whose.texts_in)
    send_standalone(tx, context, _to_number(number, Channel.VOICE, said, context))
    audit.write(tx, context.now, by, source, AuditEvent.PROVING_NUMBER, detail=f"of {number.person}: is rung")


def choose(tx: Transaction, context: Context, token: str, choices: Mapping[str, Any]) -> None:
    """A newcomer's languages, areas and the like, by the fields of `Person`, once: then the link is over. Raises
    `NumberLinkOver`, `NumberRefused` and `EditRefused`."""
    shown = open_link(tx, context, token, lock=True)
    if not shown.number.may_choose(context.now):
        raise NumberRefused(
            "it is too late to choose here; tell a coordinator",
            "ya es tarde para elegir aquí; avise al coordinador",
        )
    links.use(tx, NumberLink, token, context.now)
    _put(tx, context, shown.person, Source.LINK, partial(_chosen, shown.number, choices))


# ---- on the phone --------------------------------------------------------------------------------------------------


def at(tx: Transaction, context: Context, phone: str) -> Person | None:
    """Whoever is to have this number, while it is to be verified."""
    number = new_numbers.at(tx, phone)
    return number.whose(context.roster(tx)) if number is not None and number.is_open(context.now) else None


def key_pressed(tx: Transaction, context: Context, phone: str) -> None:
    """Whoever picked up at this number says that it is theirs."""
    known = new_numbers.at(tx, phone)
    number = new_numbers.newest_of(tx, known.person, lock=True) if known is not None else None
    if number is None or number.phone != phone or not number.is_open(context.now):
        return
    number = replace(number, key_at=number.key_at or context.now)
    new_numbers.save(tx, number)
    _note(tx, context, number, "a key was pressed on our call", Source.VOICE)
    _finish(tx, context, number, Source.VOICE)


# ---- done ----------------------------------------------------------------------------------------------------------


def _finish(tx: Transaction, context: Context, number: NewNumber, source: Source) -> NewNumber:
    """Put a proven number into the roster. What the roster refuses meanwhile, such as the number, or the id, of
    somebody who was imported, a coordinator finds as proven and open."""
    listed, before = number.listed(context.roster(tx)), context.roster(tx).person(number.person)
    if number.ended_at is not None or not number.is_proven or listed is None:
        return number
    try:
        _put(tx, context, listed, source, partial(_proven, number))
    except EditRefused:
        return number
    number = new_number.over(number, NumberEnd.VERIFIED, context.now)
    new_numbers.save(tx, number)
    audit.write(tx, context.now, listed.as_actor, source, AuditEvent.VERIFIED_NUMBER, detail=f"of {listed.id}")
    if not number.is_landline:
        _tell(tx, context, listed, number_texts.welcome(listed.first_name))
    if before is not None:
        _tell(tx, context, before, number_texts.changed(listed.phone[-4:], context.contact_phone))
    return number


def _put(
    tx: Transaction, context: Context, person: Person, source: Source, put: Callable[[Context, Roster], Put]
) -> None:
    planned, fresh = plan_locked(tx, context, put)
    change_roster(tx, fresh, RosterOrder(planned, person.as_actor, source, planned.preview.ticks))


def _proven(number: NewNumber, _: Context, roster: Roster) -> Put:
    listed = number.listed(roster)
    if listed is None:
        raise EditRefused("whoever was to have it has left the roster, or another has their id")
    return Put(listed)


def _chosen(number: NewNumber, choices: Mapping[str, Any], _: Context, roster: Roster) -> Put:
    """On them as they are now: a coordinator may have changed something else meanwhile."""
    person = roster.person(number.person)
    if person is None or person.phone != number.phone:
        raise NumberRefused(
            "you are not in the roster any more with this number; ask a coordinator",
            "ya no está en la lista con este número; pregunte al coordinador",
        )
    return Put(replace(person, **choices))


def _note(tx: Transaction, context: Context, number: NewNumber, what: str, source: Source) -> None:
    """Until it is verified, nobody knows who has the phone."""
    audit.write(tx, context.now, STRANGER, source, AuditEvent.PROVING_NUMBER, detail=f"of {number.person}: {what}")
