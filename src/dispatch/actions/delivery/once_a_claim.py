"""What a claim asks about many of its pages: read once, and only when the first of them needs it.

Sixty tests at nine, or sixty texts after an import, asked two questions each while the claim held its locks.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cached_property

from dispatch.rules.alarms.owners import rings_in_vain
from dispatch.rules.facts.pages import Page
from dispatch.store.alarms import alarms
from dispatch.store.delivery.pages import PageRecord
from dispatch.store.schedule import occupied
from dispatch.store.shifts import shift_test_rows
from dispatch.store.transaction import Transaction


class OnceAClaim:
    """`pages` are those that a claim has found due."""

    def __init__(self, tx: Transaction, pages: Collection[PageRecord]) -> None:
        self._tx, self._pages = tx, pages

    @cached_property
    def busy(self) -> frozenset[str]:
        """Whom an open call-out pages, or has."""
        return occupied.busy_people(self._tx)

    def is_test_of_somebody_busy(self, page: Page) -> bool:
        """Whether the service tests, with this page, somebody who is paged or out by now. A test that a coordinator
        asked for goes its way."""
        return page.person in self._tested and page.person in self.busy

    def alarm_goes_on(self, page: PageRecord, alarm: str) -> bool:
        """Whether this alarm still wants to be heard by the reader of this page."""
        return alarm in self._alarms and not rings_in_vain(self._alarms[alarm], page.created_at)

    @cached_property
    def _tested(self) -> frozenset[str]:
        return shift_test_rows.people_tested(self._tx)

    @cached_property
    def _alarms(self) -> dict[str, datetime | None]:
        told_of = (one.rings_for or one.in_turn_for for one in self._pages)
        return alarms.standing(self._tx, {alarm for alarm in told_of if alarm is not None})
