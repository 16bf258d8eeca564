"""One of our people texts where they start from, or asks. It is read before any call-out is looked at."""

from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.context import Context
from dispatch.actions.roster import start_from
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.people import Person
from dispatch.rules.replies import conversation, start_replies
from dispatch.rules.replies.reader.read_text import Reply
from dispatch.rules.replies.reader.start_said import start_said
from dispatch.store.callout import involvements
from dispatch.store.replies import inbound_texts
from dispatch.store.transaction import Transaction


def hear_start(tx: Transaction, context: Context, person: Person, reply: Reply, body: str) -> bool:
    """Act on a text that says where its sender starts from, or asks; False when it is about anything else."""
    if start_said(reply.text) is None:  # as of nearly every text; the rest costs a query
        return False
    involved = involvements.of_person(tx, person.id, context.now - conversation.REMEMBER_ENDED)
    found = start_replies.hear_start(person, reply, involved, context.roster(tx), context.now)
    if found is None:
        return False
    since = context.now - conversation.SAME_WORDS_AGAIN
    # "From my phone, driving" may come from a phone that answers each of our texts by itself.
    if found.is_unknown and inbound_texts.heard_from(tx, person.phone, since, body, about=None):
        return True
    if found.start is not None:
        kind = ActorKind.SPECIALIST if person.is_specialist else ActorKind.COORDINATOR
        start_from.keep(tx, context, found.start, Actor(kind, person.id))
    send_standalone(tx, context, found.answer)
    return True
