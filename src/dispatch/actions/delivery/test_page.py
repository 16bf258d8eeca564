"""A test page: request it, see how far it has come, and withdraw it when no service took it."""

from collections.abc import Sequence
from datetime import datetime

from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import one_called
from dispatch.rules.delivery import test_pages
from dispatch.rules.delivery.test_pages import SentTestPage
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.store.access import audit
from dispatch.store.delivery import pages
from dispatch.store.transaction import Transaction


def request(tx: Transaction, context: Context, name: str, by: Actor, source: Source) -> Person:
    """Text and ring somebody to check that pages reach them. Raises `NobodyOfThatName`."""
    person = one_called(context.roster(tx), name)
    send_standalone(tx, context, *test_pages.pages_to(person, context.now))
    audit.write(tx, context.now, by, source, AuditEvent.SENT_TEST, detail=f"to {person.id}")
    return person


def requested(tx: Transaction, _context: Context, person: str, since: datetime) -> list[SentTestPage]:
    """The test pages that were requested for a person at or after `since`, sorted by channel."""
    return pages.tests_of(tx, person, since)


def withdraw(tx: Transaction, context: Context, page_ids: Sequence[str], by: Actor, source: Source) -> None:
    """Withdraw those that no service has taken: nobody wants a test page days later, when somebody starts one."""
    withdrawn = []
    for page_id in page_ids:
        page = pages.lock(tx, page_id)
        if page is not None and test_pages.is_withdrawn(page.fact):
            pages.withdrawn(tx, page_id, context.now)
            withdrawn.append(page.fact.person)
    if withdrawn:
        audit.write(tx, context.now, by, source, AuditEvent.WITHDREW_TEST, detail=f"to {withdrawn[0]}")
