"""How one person is reached, and what became of it.

The law: a page only ever moves forward through its states, whatever order the carrier's news arrives in; and only a
key press or a reply acknowledges, so an answered call in which nobody pressed a key has failed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.decisions import AlarmCoordinators, Decision, SendPage
from dispatch.rules.facts import (
    Channel,
    ContactStep,
    Page,
    PageState,
    Person,
    Purpose,
    Role,
    Roster,
    Situation,
    Status,
)
from dispatch.rules.sending import Meaning, Progress, Report
from dispatch.rules.wording import texts

RANK = {
    PageState.WAITING: 0,
    PageState.SENDING: 1,
    PageState.UNKNOWN: 1,
    PageState.SENT: 2,
    PageState.DELIVERED: 3,
    PageState.FAILED: 4,
    PageState.DONE: 4,
    PageState.WITHDRAWN: 4,
}


@dataclass(frozen=True, slots=True)
class News:
    """What becomes of a page. When it has failed, `failure` says why, for people; `meaning` is that of the error."""

    state: PageState
    failure: str | None = None
    meaning: Meaning = Meaning.UNEXPLAINED


def is_forward(current: PageState, new: PageState) -> bool:
    return RANK[new] > RANK[current]


_TEXT_NEWS = {
    Progress.ARRIVED: News(PageState.DELIVERED),
    Progress.UNDELIVERED: News(PageState.FAILED, "undelivered"),
    Progress.FAILED: News(PageState.FAILED, "failed"),
    Progress.CANCELED: News(PageState.FAILED, "canceled"),
}

_CALL_NEWS = {
    Progress.ANSWERED: News(PageState.DELIVERED),
    Progress.VOICEMAIL: News(PageState.FAILED, "voicemail"),
    Progress.BUSY: News(PageState.FAILED, "busy"),
    Progress.NO_ANSWER: News(PageState.FAILED, "no answer"),
    Progress.FAILED: News(PageState.FAILED, "failed"),
    Progress.CANCELED: News(PageState.FAILED, "canceled"),
}


def read_news(page: Page, progress: Progress) -> News:
    """What the carrier's word means for a page; a word that does not fit the channel proves only that it was taken."""
    if page.channel is Channel.SMS:
        return _TEXT_NEWS.get(progress, News(PageState.SENT))
    if progress is Progress.ENDED:
        # If somebody pressed a key, the page is already DONE, and DONE is final.
        asks = page.purpose is Purpose.PAGE
        return News(PageState.FAILED, "no key pressed") if asks else News(PageState.DONE)
    return _CALL_NEWS.get(progress, News(PageState.SENT))


def read_report(page: Page, report: Report) -> News:
    """Like `read_news`, with the carrier's error: its code for people, its meaning for whatever follows."""
    news = read_news(page, report.progress)
    if news.failure is None or report.code is None:
        return news
    return News(news.state, f"{news.failure} ({report.code})", report.meaning)


def silent_to_the_end(page: Page) -> News | None:
    """What becomes of a page on which the carrier never reported again. A call has reached nobody; a text may have."""
    return News(PageState.FAILED, "the carrier never said how it ended") if page.channel is Channel.VOICE else None


def contact_plan(person: Person) -> list[ContactStep]:
    """The person's plan as it can be carried out: whoever has opted out of texts is rung from the first second."""
    if not person.opted_out:
        return list(person.contact_plan)
    calls = [step for step in person.contact_plan if step.channel is Channel.VOICE]
    if not calls:
        return [ContactStep(Channel.VOICE, 0)]
    first = calls[0].after_seconds
    return [ContactStep(Channel.VOICE, step.after_seconds - first) for step in calls]


def pages_for(situation: Situation, person: Person, turn: int, now: datetime) -> list[SendPage]:
    """The pages of one person's turn, as their contact plan has them."""
    callout = situation.callout
    return [
        SendPage(
            Purpose.PAGE,
            step.channel,
            person.phone,
            texts.page_text(
                callout.agency,
                callout.code,
                again=number > 0 or _was_paged(callout.pages, person),
                several=callout.others_open,
            ),
            now + timedelta(seconds=step.after_seconds),
            person=person.id,
            turn=turn,
        )
        for number, step in enumerate(contact_plan(person))
    ]


def _was_paged(pages: tuple[Page, ...], person: Person) -> bool:
    return any(page.person == person.id and page.purpose is Purpose.PAGE for page in pages)


def text_to(person: Person, purpose: Purpose, text: str, now: datetime) -> SendPage:
    """One message to one of our people: a text, or a call if they have opted out of texts."""
    channel = Channel.VOICE if person.opted_out else Channel.SMS
    return SendPage(purpose, channel, person.phone, text, now, person=person.id)


def trial_pages(person: Person, now: datetime) -> list[SendPage]:
    """One page on each channel that reaches the person, to check that it does."""
    text = texts.test_page(person.first_name)
    text_page = SendPage(Purpose.TEST, Channel.SMS, person.phone, text, now, person.id)
    call = SendPage(Purpose.TEST, Channel.VOICE, person.phone, text, now, person.id)
    return [call] if person.opted_out else [text_page, call]


def alarm_pages(roster: Roster, alarm: AlarmCoordinators, now: datetime) -> list[SendPage]:
    """A text to every coordinator, and a call as well if the alarm rings: a text on a silenced phone wakes nobody."""
    told = [person for person in roster.with_role(Role.COORDINATOR) if person.id != alarm.but]
    text = alarm.text
    # Whoever has opted out is rung instead of texted.
    rung = [person for person in told if alarm.rings and not person.opted_out and person.id not in alarm.paged]
    return [
        *(text_to(person, Purpose.ALARM, text, now) for person in told),
        *(SendPage(Purpose.ALARM, Channel.VOICE, person.phone, text, now, person=person.id) for person in rung),
    ]


def stand_down_everybody(situation: Situation, text: str, now: datetime, *, but: str | None = None) -> list[Decision]:
    """Tell everybody on the call-out that they are not needed; while it pages, also all whom a page may have reached.

    Once somebody has it, the others have long been told so, and sleep again.
    """
    callout = situation.callout
    paging = callout.status is Status.PAGING
    reached = {page.person for page in callout.pages if paging and page.purpose is Purpose.PAGE and page.went_out}
    assigned = {assignment.person for assignment in callout.assignments}
    under_way = {mine.person for mine in callout.assignments if mine.is_on_it and mine.cleared_at is None}
    ids = sorted(id_ for id_ in (reached - callout.declined) | assigned if id_ is not None and id_ != but)
    people = [person for id_ in ids if (person := situation.roster.person(id_))]
    # Nobody is rung out of bed to hear that they may sleep; but whoever is driving to a call-out that is off must hear.
    told = [person for person in people if not person.opted_out or person.id in under_way]
    return [text_to(person, Purpose.STAND_DOWN, text, now) for person in told]
