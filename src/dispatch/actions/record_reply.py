"""A text came in. Whoever sent it, it is kept, it is answered, and what we do not understand reaches a person.

Except for the same words once more within minutes, which have reached one: they are only kept.
"""

from dataclasses import dataclass

from dispatch.actions import own_alarm
from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.actions.stray import apply_deed, apply_stray
from dispatch.rules import alarm_replies, conversation, officers, strangers
from dispatch.rules.answering import officer_in_danger
from dispatch.rules.conversation import Involvement, Reaction, Within
from dispatch.rules.facts.actors import STRANGER, Actor, ActorKind, Source
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.people import Person
from dispatch.rules.replies.consent import Consent
from dispatch.rules.replies.reading import Reply, read
from dispatch.store import alarms, callouts, inbound_texts, involvements, nodes, pages
from dispatch.store.audit import Deed
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text as the carrier handed it on; `carrier_id` is the carrier's id, `sender` is E.164.

    `consent` is set when the carrier has taken the body for an opt-out or an opt-in.
    """

    carrier_id: str
    sender: str
    body: str
    consent: Consent | None = None


def record_reply(tx: Transaction, desk: Desk, text: InboundText) -> str | None:
    """Act on a text; None when this very text has come before. Returns how it was understood."""
    if inbound_texts.is_known(tx, text.carrier_id):
        return None
    reply = read(text.body)
    person = desk.roster(tx).person_at(text.sender)
    body = text.body.replace("\x00", "")  # PostgreSQL's text cannot hold it
    has_alarm = own_alarm.hear(tx, desk, person, body) if person is not None and text.consent is None else None
    if has_alarm is not None:
        about = has_alarm.callout
    elif person is not None:
        about = _from_person(tx, desk, person, reply, text.consent, body)
    else:
        about = _from_another(tx, desk, text, reply, body)
    if person is not None and person.is_coordinator:
        alarms.owner_acted(tx, person.id, desk.now)  # last: it holds rows of call-outs that this text is not about
    understood_as = text.consent or reply.word
    inbound_texts.keep(
        tx,
        carrier_id=text.carrier_id,
        sender=text.sender,
        person=person.id if person else None,
        callout=about,
        body=body,
        at=desk.now,
        understood_as=understood_as,
    )
    return understood_as


def _from_person(
    tx: Transaction, desk: Desk, person: Person, reply: Reply, consent: Consent | None, body: str
) -> str | None:
    """Returns the call-out that it is about."""
    involved = involvements.of_person(tx, person.id, desk.now - conversation.REMEMBER_ENDED)
    if consent is not None:
        return _carry_out(tx, desk, conversation.opt(person, consent, involved, desk.now), person, reply)
    if reply.code is not None and conversation.is_new(reply.code, involved):
        involved = conversation.with_named(involved, involvements.by_code(tx, reply.code), person)
    about = conversation.about(reply, involved)
    said_before = conversation.may_be_said_again(reply) and _heard(tx, desk, person.phone, body, about)
    test = pages.latest_test(tx, person.id) if conversation.may_answer_a_test(reply, involved) else None
    reaction = conversation.react(
        person, reply, involved, desk.now, test=test, said_before=said_before, contact=desk.contact_phone
    )
    if person.is_coordinator:
        reaction = alarm_replies.not_brushed_off(reaction, reply, involved, alarms.all_open(tx, desk.now))
    return _carry_out(tx, desk, reaction, person, reply)


def _heard(tx: Transaction, desk: Desk, sender: str, body: str, about: str | None) -> bool:
    return inbound_texts.heard_from(tx, sender, desk.now - conversation.SAME_WORDS_AGAIN, body, about=about) > 0


def _carry_out(tx: Transaction, desk: Desk, reaction: Reaction, person: Person, reply: Reply) -> str | None:
    strays = [step for step in reaction.steps if not isinstance(step, Within)]
    apply_deed(tx, desk, Deed.WROTE, strays, _actor(person), Source.SMS)
    for step in reaction.steps:
        if isinstance(step, Within):
            _do_within(tx, desk, step, person, reply)
    return reaction.about


def _actor(person: Person) -> Actor:
    return Actor(ActorKind.SPECIALIST if person.is_specialist else ActorKind.COORDINATOR, person.id)


def _do_within(tx: Transaction, desk: Desk, step: Within, person: Person, reply: Reply) -> None:
    callout = callouts.lock(tx, step.callout)
    assert callout is not None, "an involvement names a call-out"
    if step.if_over is not None and not callout.is_open:
        apply_stray(tx, desk, [step.if_over])
        return
    situation = desk.with_alarms(tx, desk.situation(tx, callout))
    decisions = step.rule(situation, person, reply, desk.now)
    apply(tx, desk, callout, decisions, _actor(person), Source.SMS)


def _from_another(tx: Transaction, desk: Desk, text: InboundText, reply: Reply, body: str) -> str | None:
    """From none of our people: an officer, a partner, a stranger. Returns the call-out that it is about."""
    theirs = involvements.open_with_officer(tx, text.sender)
    if not theirs:
        theirs = involvements.over_with_officer(tx, text.sender, desk.now - officers.REMEMBERED)
    if theirs:
        return _from_officer(tx, desk, text, reply, body, officers.about(theirs, reply.code))
    if _heard(tx, desk, text.sender, body, None):
        return None
    partner = desk.roster(tx).partner_at(text.sender)
    crowd = inbound_texts.of_strangers(tx, desk.now - strangers.REMEMBERED) if partner is None else ()
    if strangers.are_too_many(crowd):
        if nodes.take_turn(tx, "many strangers", desk.now, desk.now + strangers.REMEMBERED, at_once=True):
            apply_deed(tx, desk, Deed.WROTE, [strangers.sum_up(crowd)], STRANGER, Source.SMS)
        return None
    heard = inbound_texts.heard_from(tx, text.sender, desk.now - strangers.REMEMBERED)
    decisions = strangers.react(text.sender, text.body, partner, heard, desk.contact_phone, desk.now)
    by = Actor(ActorKind.AGENCY, partner.code) if partner is not None else STRANGER
    apply_deed(tx, desk, Deed.WROTE, decisions, by, Source.SMS)
    return None


def _from_officer(tx: Transaction, desk: Desk, text: InboundText, reply: Reply, body: str, known: Involvement) -> str:
    callout = callouts.lock(tx, known.callout)
    assert callout is not None, "an involvement names a call-out"
    situation = desk.situation(tx, callout)
    if officers.may_be_said_again(reply) and _heard(tx, desk, text.sender, body, callout.id):
        return callout.id
    if officers.tells_of_a_threat(reply):
        decisions = officer_in_danger(desk.with_calls(tx, situation), desk.now)
    else:
        off = officers.calls_off(text.body, text.consent)
        heard = inbound_texts.heard_from(tx, text.sender, desk.now - strangers.REMEMBERED)
        hurt = officers.cries_for_help(reply)
        if not hurt and _are_too_many(tx, desk, callout, text.sender):
            apply(tx, desk, callout, officers.unread(situation, heard), Actor(ActorKind.OFFICER), Source.SMS)
            return callout.id
        decisions = officers.hear(situation, text.sender, text.body, off=off, heard=heard, now=desk.now, hurt=hurt)
    apply(tx, desk, callout, decisions, Actor(ActorKind.OFFICER), Source.SMS)
    return callout.id


def _are_too_many(tx: Transaction, desk: Desk, callout: CallOut, sender: str) -> bool:
    """Whether people are told nothing of this text, since so many write whom nothing but an unlisted number speaks
    for; they are told so once an hour."""
    if not officers.is_bound(callout):
        return False
    crowd = inbound_texts.of_bound_officers(tx, desk.now - strangers.REMEMBERED, desk.now - officers.REMEMBERED)
    if not officers.are_too_many(crowd, sender):
        return False
    if nodes.take_turn(tx, "many unlisted", desk.now, desk.now + strangers.REMEMBERED, at_once=True):
        apply_deed(tx, desk, Deed.WROTE, [officers.sum_up(crowd)], STRANGER, Source.SMS)
    return True
