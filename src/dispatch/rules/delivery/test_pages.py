"""Test pages: one on each channel, and what became of them, for whoever waits at the command line.

The law: a page that no running service took has not failed, and nobody wants it days later, when a service starts.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.wording import texts
from dispatch.rules.wording.languages import in_language


def pages_to(person: Person, now: datetime) -> list[SendPage]:
    """One page on each channel that should reach the person, to check that it does."""
    text = in_language(texts.test_page(person.first_name), person.texts_in)
    text_page = SendPage(Purpose.TEST, Channel.SMS, person.phone, text, now, person.id)
    call = SendPage(Purpose.TEST, Channel.VOICE, person.phone, text, now, person.id)
    return [call] if person.opted_out else [text_page, call]


@dataclass(frozen=True, slots=True)
class SentTestPage:
    """A page that was sent to check that pages reach somebody, and how far it has come after `tries` sends."""

    id: str
    channel: Channel
    state: PageState
    tries: int
    failure: str | None


class PageTestOutcome(StrEnum):
    UNTOUCHED = "untouched"  # no service took it
    TAKEN = "taken"  # the carrier took it
    DELIVERED = "delivered"
    ANSWERED = "answered"  # a reply to the text, or the phone was picked up
    FAILED = "failed"
    UNDECIDED = "undecided"  # still being tried

    @property
    def went_out(self) -> bool:
        return self in {PageTestOutcome.TAKEN, PageTestOutcome.DELIVERED, PageTestOutcome.ANSWERED}

    @property
    def is_known(self) -> bool:
        """Whether waiting longer would tell nothing more."""
        return self.went_out or self is PageTestOutcome.FAILED


def outcome(page: SentTestPage) -> PageTestOutcome:
    """What has become of it so far."""
    match page.state:
        case PageState.WAITING if not page.tries:
            return PageTestOutcome.UNTOUCHED
        case PageState.SENT:
            return PageTestOutcome.TAKEN
        case PageState.DONE:
            return PageTestOutcome.ANSWERED
        case PageState.DELIVERED:
            return PageTestOutcome.DELIVERED
        case PageState.FAILED:
            return PageTestOutcome.FAILED
        case _:
            return PageTestOutcome.UNDECIDED


def is_withdrawn(page: Page) -> bool:
    """Whether an untouched page is taken back. One that a service has taken meanwhile goes its way."""
    return page.state is PageState.WAITING
