"""A text came in. Whoever sent it, it is kept, it is answered, and what we do not understand reaches a person.

A repeat of the same words within ten minutes is only kept: it has reached a person already. An officer's is none once
the call-out has moved on meanwhile. A cry for help is heard each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.actions.alarms import own_alarm
from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import apply_audited
from dispatch.actions.context import Context
from dispatch.actions.people import verify_number
from dispatch.actions.shifts.hear_shifts import hear_cannot, hear_shifts
from dispatch.rules.alarms.owners import that_they_can_have
from dispatch.rules.alarms.promises import RING_AGAIN
from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.actors import STRANGER, Actor, ActorKind, AuditEvent, Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import SentText
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Consent, Word
from dispatch.rules.replies import alarm_replies, conversation, officers, strangers, which_question
from dispatch.rules.replies.answering import officer_in_danger, officer_in_danger_too
from dispatch.rules.replies.conversation import Involvement, Reaction, Within
from dispatch.store import nodes
from dispatch.store.alarms import alarms
from dispatch.store.callout import callouts, involvements
from dispatch.store.delivery import pages
from dispatch.store.replies import inbound_texts
from dispatch.store.schedule import roster_changes
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


def record_reply(tx: Transaction, context: Context, text: InboundText) -> str | None:
    """Act on a text; None when this very text has come before. Returns how it was understood."""
    if inbound_texts.is_known(tx, text.carrier_id):
        return None
    reply = read(text.body.replace("\x00", ""))  # PostgreSQL's text cannot hold it
    person = context.roster_of_a_night(tx).person_at(text.sender)
    ours = person if text.consent is None else None
    has_alarm = own_alarm.hear(tx, context, ours, reply) if ours is not None and ours.is_coordinator else None
    shifts = None
    if has_alarm is not None:
        about = has_alarm.callout
    elif ours is not None and hear_cannot(tx, context, ours, reply):
        about, reply = None, reply.taken_as(Word.NO)
    elif ours is not None and ours.is_coordinator and (handed := own_alarm.hand_on(tx, context, ours, reply)):
        about = handed.callout
    elif ours is not None and (shifts := hear_shifts(tx, context, ours, reply)):
        about = None
    elif person is not None:
        about = _from_person(tx, context, person, reply, text.consent)
    else:
        about = _from_another(tx, context, text, reply)
    if person is not None and person.is_coordinator and shifts is None:  # whoever took a cover has locked the roster
        alarms.owner_acted(tx, person.id, context.now)  # last: it locks rows of call-outs that this text is not about
    understood_as = text.consent or shifts or reply.word
    inbound_texts.keep(
        tx,
        carrier_id=text.carrier_id,
        sender=text.sender,
        person=person.id if person else None,
        callout=about,
        body=reply.as_written,
        at=context.now,
        understood_as=understood_as,
    )
    return understood_as


def _from_person(
    tx: Transaction, context: Context, person: Person, reply: Intent, consent: Consent | None
) -> str | None:
    """Returns the call-out that it is about."""
    texts = pages.texts_to(tx, person.id, context.now - which_question.TEXTS_SINCE)
    roster = context.roster(tx)
    involved = [
        replace(known, agency_name=roster.agency_name(known.agency))
        for known in involvements.of_person(tx, person.id, context.now - conversation.REMEMBER_ENDED)
    ]
    asked = {known.code for known in involved if known.asks or known.asked}
    for clause in (clauses := which_question.each_answer(reply, texts, asked, context.now) if consent is None else []):
        about = _from_person(tx, context, person, clause, None)
    if clauses:
        return about
    if consent is not None:
        return _carry_out(tx, context, conversation.opt(person, consent, involved, context.now), person, reply, ())
    if reply.code is not None and conversation.is_new(reply.code, involved):
        involved = conversation.with_named(involved, involvements.by_code(tx, reply.code), person)
    confirmed = which_question.confirmed(reply, texts, context.now)
    involved = conversation.about_which(confirmed, involved)
    about = conversation.about(reply, involved)
    said_before = conversation.may_be_said_again(reply) and _said_before(tx, context, person, reply, about)
    tests = []
    if conversation.may_answer_a_test(reply, involved, context.now):
        tests = pages.unanswered_tests(tx, person.id, context.now - conversation.REMEMBER_TEST)
    just_now, tested = context.now - conversation.AMID_A_TEST, context.now - conversation.JUST_TESTED
    doubtful = conversation.may_mean_the_test(reply, involved) and pages.is_paged_amid_a_test(
        tx, person.id, just_now, tested
    )
    reaction = conversation.react(
        person,
        reply,
        involved,
        context.now,
        tests=tests,
        said_before=said_before,
        amid_a_test=doubtful,
        contact=context.contact_phone,
    )
    if person.is_coordinator:
        known = alarms.all_open(tx, context.now)
        theirs = that_they_can_have(known, person.id, roster)
        if theirs or not known or alarm_replies.may_cry(reply):
            reaction = alarm_replies.not_brushed_off(
                reaction, person, reply, involved, theirs or known, roster, context.now, contact=context.contact_phone
            )
    return _carry_out(tx, context, reaction, person, reply, texts)


def _said_before(tx: Transaction, context: Context, person: Person, reply: Intent, about: str | None) -> bool:
    """Whether a coordinator has just read the same words. Said before their sender moved on, they meant something
    else."""
    lately = _heard(tx, person.phone, reply, about, context.now - conversation.SAME_WORDS_AGAIN)
    moved_at = involvements.moved_at(tx, about, person.id) if lately and about is not None else None
    return lately and (moved_at is None or _heard(tx, person.phone, reply, about, moved_at))


def _heard(tx: Transaction, sender: str, reply: Intent, about: str | None, since: datetime) -> bool:
    return inbound_texts.heard_from(tx, sender, since, reply.as_written, about=about) > 0


def _carry_out(
    tx: Transaction,
    context: Context,
    reaction: Reaction,
    person: Person,
    reply: Intent,
    texts: tuple[SentText, ...],
) -> str | None:
    standalone = [step for step in reaction.steps if not isinstance(step, Within)]
    apply_audited(tx, context, AuditEvent.WROTE, standalone, person.as_actor, Source.SMS)
    for step in reaction.steps:
        if isinstance(step, Within):
            _do_within(tx, context, step, person, reply, texts)
    return reaction.about


def _do_within(
    tx: Transaction, context: Context, step: Within, person: Person, reply: Intent, texts: tuple[SentText, ...]
) -> None:
    situation = context.lock(tx, step.callout, texts)
    assert situation is not None, "an involvement names a call-out"
    if step.if_over and not situation.callout.is_open:
        apply_audited(tx, context, AuditEvent.WROTE, step.if_over, person.as_actor, Source.SMS)
        return
    decisions = step.rule(situation, person, reply, context.now)
    apply(tx, context, situation, decisions, person.as_actor, Source.SMS)


def _from_another(tx: Transaction, context: Context, text: InboundText, reply: Intent) -> str | None:
    """From none of our people: an officer, a partner, a stranger. Returns the call-out that the text is about."""
    theirs = involvements.open_with_officer(tx, text.sender)
    if not theirs:
        theirs = involvements.over_with_officer(tx, text.sender, context.now - officers.AFTER_THE_END)
    if theirs:
        if officers.is_danger(reply, theirs):
            return _from_officer_in_danger(tx, context, text, reply, theirs)
        return _from_officer(tx, context, text, reply, officers.about(theirs, reply.code))
    cries = strangers.cries(reply)
    if not cries and _heard(tx, text.sender, reply, None, context.now - conversation.SAME_WORDS_AGAIN):
        return None
    heard = inbound_texts.heard_from(tx, text.sender, context.now - strangers.REMEMBERED)
    rang = alarms.times_told(tx, AlarmKind.STRANGER_CRIES, context.now - RING_AGAIN) if cries else ()
    if (whose := verify_number.at(tx, context, text.sender)) is not None:
        may_ring = strangers.rings(heard, (), rang, context.now)
        unverified = strangers.from_unverified(
            whose, text.sender, reply, heard, context.contact_phone, context.now, may_ring=may_ring
        )
        apply_audited(tx, context, AuditEvent.WROTE, unverified, STRANGER, Source.SMS)
        return None
    partner = context.roster(tx).partner_at(text.sender)
    crowd = inbound_texts.of_strangers(tx, context.now - strangers.REMEMBERED) if partner is None else ()
    if strangers.are_too_many(crowd) and not cries:
        if nodes.take_job_lock(tx, "many strangers", context.now, context.now + strangers.REMEMBERED, at_once=True):
            apply_audited(tx, context, AuditEvent.WROTE, [strangers.sum_up(crowd)], STRANGER, Source.SMS)
        return None
    may_ring = strangers.rings(heard, crowd, rang, context.now)
    decisions = strangers.react(
        text.sender,
        reply,
        partner,
        heard,
        context.contact_phone,
        context.now,
        may_ring=may_ring,
        formerly=roster_changes.last_held(tx, text.sender),
    )
    by = Actor(ActorKind.AGENCY, partner.code) if partner is not None else STRANGER
    apply_audited(tx, context, AuditEvent.WROTE, decisions, by, Source.SMS)
    return None


def _from_officer_in_danger(
    tx: Transaction, context: Context, text: InboundText, reply: Intent, theirs: Sequence[Involvement]
) -> str:
    about = officers.about(theirs, reply.code).callout
    ids = sorted(known.callout for known in officers.threatened(theirs, reply.code))
    for situation in [_lock_of_officer(tx, context, text, id_) for id_ in ids]:
        follows = officer_in_danger if situation.callout.id == about else officer_in_danger_too
        apply(tx, context, situation, follows(situation, context.now, reply), Actor(ActorKind.OFFICER), Source.SMS)
    return about


def _lock_of_officer(tx: Transaction, context: Context, text: InboundText, callout_id: str) -> Situation:
    situation = context.lock(tx, callout_id)
    assert situation is not None, "an involvement names a call-out"
    if situation.callout.takes_no_texts and text.consent is not Consent.OPT_OUT:
        callouts.takes_texts(tx, text.sender)
        situation = replace(situation, callout=replace(situation.callout, takes_no_texts=False))
    return situation


def _from_officer(tx: Transaction, context: Context, text: InboundText, reply: Intent, known: Involvement) -> str:
    situation = _lock_of_officer(tx, context, text, known.callout)
    callout = situation.callout
    since = officers.same_words_since(callout, known.ended_at, context.now)
    if officers.may_be_said_again(reply) and _heard(tx, text.sender, reply, callout.id, since):
        return callout.id
    off = officers.calls_off(reply, text.consent)
    heard = inbound_texts.heard_from(tx, text.sender, context.now - strangers.REMEMBERED)
    hurt = officers.cries_for_help(reply)
    if not hurt and _are_too_many(tx, context, callout, text.sender):
        unread = officers.unread(situation, heard, context.now)
        apply(tx, context, situation, unread, Actor(ActorKind.OFFICER), Source.SMS)
        return callout.id
    again = context.now - officers.UNREADABLE_AGAIN
    texts = pages.texts_to_officer(tx, callout.id, context.now - which_question.TEXTS_SINCE)
    decisions = officers.hear(
        situation,
        text.sender,
        reply,
        off=off,
        heard=heard,
        now=context.now,
        hurt=hurt,
        rang=any(one.kind == NoteKind.OFFICER_UNREADABLE and one.at > again for one in situation.noted),
        cautioned=[one.person for one in situation.noted if one.kind == NoteKind.CAUTIONED and one.person],
        nobody_came=officers.denies_arrival(reply, texts, context.now),
    )
    apply(tx, context, situation, decisions, Actor(ActorKind.OFFICER), Source.SMS)
    return callout.id


def _are_too_many(tx: Transaction, context: Context, callout: CallOut, sender: str) -> bool:
    """Whether coordinators hear nothing of this text, since too many people write for whom only an unlisted number
    speaks. Coordinators hear once an hour that this is so."""
    if not officers.is_bound(callout):
        return False
    crowd = inbound_texts.of_bound_officers(
        tx, context.now - strangers.REMEMBERED, context.now - officers.AFTER_THE_END
    )
    if not officers.are_too_many(crowd, sender):
        return False
    if nodes.take_job_lock(tx, "many unlisted", context.now, context.now + strangers.REMEMBERED, at_once=True):
        apply_audited(tx, context, AuditEvent.WROTE, [officers.sum_up(crowd)], STRANGER, Source.SMS)
    return True
