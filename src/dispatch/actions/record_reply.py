"""A text came in. Whoever sent it, it is kept, it is answered, and what we do not understand reaches a person.

Except for the same words once more within minutes, which have reached one: they are only kept.
"""

from dataclasses import dataclass
from datetime import timedelta

from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.actions.stray import alarm_stray, send_stray
from dispatch.rules import conversation
from dispatch.rules.decisions import AlarmCoordinators, Decision, HurryPage, Note, NoteKind, SendPage
from dispatch.rules.facts import Actor, ActorKind, CallOut, Channel, PageState, Person, Purpose, Source, Status
from dispatch.rules.paging import text_to
from dispatch.rules.reply import Consent, Reply, ReplyKind, read
from dispatch.rules.sending import is_e164
from dispatch.rules.wording import alarms, texts
from dispatch.store import callouts, inbound_texts, involvements, pages
from dispatch.store import roster as roster_store
from dispatch.store.transaction import Transaction

_REMEMBER_ENDED = timedelta(hours=12)
# A phone that answers each of our texts by itself ("I am driving") would be answered, and alarm, without end.
_SAME_WORDS_AGAIN = timedelta(minutes=10)
# A number that texts without end must not cost a text each time, nor stand in the way of pages with its alarms.
_ANSWER_STRANGERS_AGAIN = timedelta(hours=1)
_MOST_FROM_A_STRANGER = 10  # alarms in that time


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the carrier handed it on; `sid` is the carrier's id, `sender` is E.164.

    `consent` is set when the carrier has taken the body for an opt-out or an opt-in.
    """

    sid: str
    sender: str
    body: str
    consent: Consent | None = None


def record_reply(tx: Transaction, desk: Desk, text: Text) -> ReplyKind | None:
    """Act on a text; None when this very text has come before. Returns how it was understood."""
    if inbound_texts.is_known(tx, text.sid):
        return None
    reply = read(text.body, text.consent)
    person = next((one for one in desk.roster(tx).people if one.phone == text.sender), None)
    body = text.body.replace("\x00", "")  # PostgreSQL's text cannot hold it
    for_a_coordinator = person is None or reply.kind is ReplyKind.NOT_UNDERSTOOD
    callout_id = None
    if not for_a_coordinator or not inbound_texts.heard_from(tx, text.sender, desk.now - _SAME_WORDS_AGAIN, body):
        callout_id = _from_person(tx, desk, person, reply) if person else _from_stranger(tx, desk, text)
    inbound_texts.keep(
        tx,
        sid=text.sid,
        sender=text.sender,
        person=person.id if person else None,
        callout=callout_id,
        body=body,
        at=desk.now,
        understood_as=reply.kind,
    )
    return reply.kind


def _from_person(tx: Transaction, desk: Desk, person: Person, reply: Reply) -> str | None:
    involved = involvements.of_person(tx, person.id, desk.now - _REMEMBER_ENDED)
    match reply.kind:
        case ReplyKind.OPT_OUT:
            _opt_out(tx, desk, person, [one.callout for one in involved if one.ended_at is None])
            return None
        case ReplyKind.OPT_IN:
            roster_store.set_opted_out(tx, person.id, None)
            _answer(tx, desk, person, texts.opted_in())
            return None
        case ReplyKind.HELP:
            _answer(tx, desk, person, texts.not_understood())
            return None
        case ReplyKind.NOT_UNDERSTOOD:
            running = [one.callout for one in involved if one.ended_at is None]
            _unclear(tx, desk, person, reply, running[-1] if running else None)
            return running[-1] if running else None
        case _:
            pass
    if not any(one.ended_at is None for one in involved) and _test_answered(tx, desk, person):
        return None
    chosen = conversation.choose(reply, involved)
    if isinstance(chosen, str):
        _answer(tx, desk, person, chosen)
        return None
    callout = callouts.lock(tx, chosen.callout)
    assert callout is not None, "an involvement names a call-out"
    if not callouts.is_open(callout.status):  # it ended while we waited for the lock
        _answer(tx, desk, person, texts.already_closed(callout.code))
        return callout.id
    apply(
        tx,
        desk,
        callout,
        conversation.decide(desk.situation(tx, callout), person, reply, desk.now),
        Actor(ActorKind.SPECIALIST, person.id),
        Source.SMS,
    )
    return callout.id


def _answer(tx: Transaction, desk: Desk, person: Person, text: str) -> None:
    send_stray(tx, desk, text_to(person, Purpose.ANSWER, text, desk.now))


def _test_answered(tx: Transaction, desk: Desk, person: Person) -> bool:
    page_id = pages.latest_test(tx, person.id)
    if page_id is None:
        return False
    pages.done(tx, page_id, desk.now)
    _answer(tx, desk, person, texts.test_answered())
    return True


def _unclear(tx: Transaction, desk: Desk, person: Person, reply: Reply, callout_id: str | None) -> None:
    """Coordinators read it, in the call-out's own story where there is one."""
    alarm = alarms.unclear_text(person.first_name, reply.text)
    callout = callouts.lock(tx, callout_id) if callout_id else None
    if callout is not None:
        note = Note(NoteKind.TEXT, f"{person.name} sent a text that was not understood")
        apply(tx, desk, callout, [AlarmCoordinators(alarm), note], Actor(ActorKind.SPECIALIST, person.id), Source.SMS)
    else:
        alarm_stray(tx, desk, alarm)
    _answer(tx, desk, person, texts.not_understood())


def _opt_out(tx: Transaction, desk: Desk, person: Person, running: list[str]) -> None:
    """Texts reach them no more, so whatever they are being paged for rings now."""
    if not person.opted_out:
        roster_store.set_opted_out(tx, person.id, desk.now)
    alarm_stray(tx, desk, alarms.opted_out(person.first_name))
    for callout_id in running:
        callout = callouts.lock(tx, callout_id)
        if callout is not None and callout.status is Status.PAGING:
            decisions: list[Decision] = [Note(NoteKind.OPTED_OUT, f"{person.name} opted out of texts", person.id)]
            apply(
                tx,
                desk,
                callout,
                [*decisions, *_ring_now(desk, callout, person)],
                Actor(ActorKind.SPECIALIST, person.id),
                Source.SMS,
            )


def _ring_now(desk: Desk, callout: CallOut, person: Person) -> list[Decision]:
    calls = [
        page
        for page in callout.pages
        if page.person == person.id and page.channel is Channel.VOICE and page.purpose is Purpose.PAGE
    ]
    waiting = [page.id for page in calls if page.state is PageState.WAITING]
    if waiting:
        return [HurryPage(waiting[0])]
    text = texts.page_text(callout.agency, callout.code)
    return [SendPage(Purpose.PAGE, Channel.VOICE, person.phone, text, desk.now, person=person.id, turn=callout.turn)]


def _from_stranger(tx: Transaction, desk: Desk, text: Text) -> str | None:
    """An officer who answers our text, or anybody: a person reads it."""
    codes = involvements.open_with_officer(tx, text.sender)
    heard = inbound_texts.heard_from(tx, text.sender, desk.now - _ANSWER_STRANGERS_AGAIN)
    if not codes and heard >= _MOST_FROM_A_STRANGER:
        return None
    said = f"{codes[-1]} officer: {text.body}" if codes else text.body
    alarm_stray(tx, desk, alarms.unknown_sender(text.sender[-4:], said))
    # "anonymous" cannot be answered, nor a short code.
    if is_e164(text.sender) and not codes and not heard:
        answer = SendPage(Purpose.ANSWER, Channel.SMS, text.sender, texts.you_are_unknown(), desk.now)
        send_stray(tx, desk, answer)
    return None
