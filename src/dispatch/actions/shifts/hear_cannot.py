"""One of our people writes that they cannot take the shift that runs or begins soon. Nothing of the roster changes."""

from dispatch.actions.apply_standalone import apply_audited
from dispatch.actions.context import Context
from dispatch.actions.shifts.run_shift_tests import cannot_help
from dispatch.rules.decisions import EndTest
from dispatch.rules.facts.actors import AuditEvent, Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import SentText
from dispatch.rules.facts.people import Person
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.refused_shifts import may_refuse_a_shift, refuses_a_shift
from dispatch.rules.replies import conversation, which_question
from dispatch.rules.shifts import cannot_come, wanting
from dispatch.rules.shifts.coming_on import backup_of
from dispatch.store.alarms import alarms
from dispatch.store.callout import involvements
from dispatch.store.delivery import pages
from dispatch.store.replies import inbound_texts
from dispatch.store.shifts import asked_covers, shift_test_rows
from dispatch.store.transaction import Transaction


def hear_cannot(tx: Transaction, context: Context, person: Person, reply: Intent) -> bool:
    """Act on a text that says so; False when it is about anything else."""
    if not may_refuse_a_shift(reply):
        return False
    roster, now = context.roster(tx), context.now
    tests = pages.unanswered_tests(tx, person.id, now - conversation.REMEMBER_TEST)
    ahead = cannot_come.TESTED_AHEAD if tests else cannot_come.BEGINS_WITHIN
    theirs = wanting.theirs(roster, person.id, now, now + ahead)
    involved = involvements.of_person(tx, person.id, now - conversation.REMEMBER_ENDED)
    running = [known for known in involved if known.ended_at is None]
    if not theirs or any(known.waits for known in running):
        return False
    last = which_question.newest(pages.texts_to(tx, person.id, now - which_question.TEXTS_SINCE))
    asked = bool(running) or (last is not None and _asks_else(tx, context, last))
    shift = theirs[0]
    if not refuses_a_shift(reply, tested=bool(tests), asked=asked, moments=(now, shift.starts_at)):
        return False
    wrote_it = inbound_texts.heard_from(tx, person.phone, now - conversation.SAME_WORDS_AGAIN, reply.words, about=None)
    if wrote_it and any(one.person == person.id for one in alarms.standalone_of_kind(tx, _REFUSED, now)):
        return True  # it has reached them, or comes from a phone that answers each of our texts by itself
    begins = max(now, shift.starts_at)
    backup = backup_of(roster, shift.rotation, person.id, cannot_help(tx, context, begins), begins)
    follows = cannot_come.told(
        person, shift, roster.zone_of(shift.rotation), backup, reply.words, context.contact_phone, now
    )
    shift_test_rows.refuse(tx, person.id, now)
    apply_audited(tx, context, AuditEvent.WROTE, [*map(EndTest, tests), *follows], person.as_actor, Source.SMS)
    return True


_REFUSED = AlarmKind.SHIFT_REFUSED


def _asks_else(tx: Transaction, context: Context, last: SentText) -> bool:
    """Whether our last text to them was about a call-out, or asks them to take somebody's shift."""
    if last.callout is not None:
        return cannot_come.is_just_asked(last, context.now)
    return any(last.asks_for_cover(one.number) for one in asked_covers.open_covers(tx))
