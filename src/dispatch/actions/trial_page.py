"""A test page: request it, see how far it has come, and withdraw it when no service took it."""

from collections.abc import Sequence
from datetime import datetime

from dispatch.actions.desk import Desk
from dispatch.actions.edit_roster import one_called
from dispatch.actions.stray import send_stray
from dispatch.rules import trial
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.audit_events import AuditEvent
from dispatch.rules.facts.people import Person
from dispatch.rules.trial import TrialPage
from dispatch.store import audit, pages
from dispatch.store.transaction import Transaction


def request(tx: Transaction, desk: Desk, name: str, by: Actor, source: Source) -> Person:
    """Text and ring somebody to check that pages reach them. Raises `NobodyOfThatName`."""
    person = one_called(desk.roster(tx), name)
    send_stray(tx, desk, *trial.pages_to(person, desk.now))
    audit.write(tx, desk.now, by, source, AuditEvent.SENT_TEST, detail=f"to {person.id}")
    return person


def requested(tx: Transaction, _desk: Desk, person: str, since: datetime) -> list[TrialPage]:
    """The test pages that were requested for a person at or after `since`, sorted by channel."""
    return pages.tests_of(tx, person, since)


def withdraw(tx: Transaction, desk: Desk, page_ids: Sequence[str], by: Actor, source: Source) -> None:
    """Withdraw those that no service has taken: nobody wants a test page days later, when somebody starts one."""
    withdrawn = []
    for page_id in page_ids:
        page = pages.lock(tx, page_id)
        if page is not None and trial.is_withdrawn(page.fact):
            pages.withdrawn(tx, page_id, desk.now)
            withdrawn.append(page.fact.person)
    if withdrawn:
        audit.write(tx, desk.now, by, source, AuditEvent.WITHDREW_TEST, detail=f"to {withdrawn[0]}")
