"""One of our own people phones the number that paged them: they are rung back, on the number that the roster has.

The law: a number proves nothing (ADR 36). Whoever shows one of our people's hears no code, no name and no place, and no
key of theirs answers anything; and they make that phone ring once in two minutes at most. Unless they say that it is
for an officer, by 9 or by staying on the line, their call opens nothing: Ana, who phoned back, was once paged for her
own call.
"""

from datetime import datetime, timedelta

from dispatch.rules.alarms.owners import is_of_another
from dispatch.rules.callout.page_failures import ALOUD
from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.hotline import OnTheLine, RingsBack
from dispatch.rules.facts.pages import Page, PageState, Purpose, Subject
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.hotline.line import first_officers_stage
from dispatch.rules.hotline.stages import GoToStage, KeyAction, Next
from dispatch.rules.hotline.steps import Do
from dispatch.rules.replies.conversation import Involvement
from dispatch.rules.wording import hotline as words
from dispatch.rules.wording import spoken
from dispatch.rules.wording.languages import Words, in_language

AT_MOST_EVERY = timedelta(minutes=2)
CALLED_WITHIN = timedelta(hours=12)
"""How long ago the text or call may have been that they answer by phoning."""

# ---- what they hear, and what a key means --------------------------------------------------------------------------


def say_ring_back(line: OnTheLine, _now: datetime) -> Words:
    match line.rings_back:
        case RingsBack.NOW:
            said = words.WE_RING_BACK
        case RingsBack.SOON:
            said = words.WE_RING_BACK_SOON
        case _:
            said = words.NOTHING_WAITS
    return words.joined(said, words.SPANISH_KEY)


def for_an_officer(_line: OnTheLine, _keys: str, _now: datetime) -> KeyAction:
    return KeyAction(_as_an_officer)


def stays_on_the_line(_line: OnTheLine, _keys: str, _now: datetime) -> KeyAction:
    """Perhaps an officer with no hand free. Their phone rings all the same, as it was said."""
    return KeyAction(_as_an_officer, (Do.RING_BACK,))


def _as_an_officer(line: OnTheLine, _now: datetime) -> Next:
    return GoToStage(first_officers_stage(line))


# ---- when their phone rings, and with what -------------------------------------------------------------------------


def rings_back(not_before: datetime | None, called_at: datetime, now: datetime) -> RingsBack:
    """When somebody who has something open is rung back; `not_before` is two minutes after they were last."""
    if not_before is None or not_before <= now:
        return RingsBack.NOW
    return RingsBack.NOT if not_before - AT_MOST_EVERY >= called_at else RingsBack.SOON


def rings_as(page: Page, about: Involvement | None, alarm: Alarm | None, now: datetime) -> Purpose | None:
    """As what their phone rings for what this page, which they can have read or missed, was about; None if nothing of
    it is open any more. `about` is its call-out if that is open, `alarm` the open alarm that it tells of."""
    match page.purpose:
        case _ if page.subject is Subject.RUNG_BACK:
            return None  # it rang for another page, which is still among theirs
        case Purpose.ALARM:
            return page.purpose if alarm is not None and not is_of_another(alarm, str(page.person), now) else None
        case Purpose.TEST:
            return page.purpose if page.state.is_under_way else None
        case _ if about is None:
            return None
        case _ if about.assigned and not about.offered:
            own = page.purpose in {Purpose.REMINDER, Purpose.QUESTION}
            return page.purpose if own else Purpose.CONFIRMATION
        case Purpose.PAGE:
            return page.purpose if about.status is Status.PAGING and not about.declined else None
        case Purpose.ASK_ALONG:
            return page.purpose if about.asked else None
        case Purpose.REMINDER:  # which asked them to come as well, or instead
            return page.purpose if about.status in {Status.ACKNOWLEDGED, Status.EN_ROUTE} else None
        case _:
            return None


def waits_to_ring(page: Page) -> bool:
    """Whether it is a call that has not left yet: that one rings now, and not a second one a minute later."""
    return page.channel is Channel.VOICE and page.state is PageState.WAITING


def ring(page: Page, purpose: Purpose, code: str, person: Person, now: datetime) -> SendPage:
    """Their phone rings now for what this page was about, on the number that the roster has."""
    of_whoever_has_it = purpose in {Purpose.REMINDER, Purpose.CONFIRMATION, Purpose.QUESTION}
    news = in_language(ALOUD.get(page.subject, spoken.about)(code), person.texts_in)
    said = news if of_whoever_has_it else spoken.aloud(page.text)
    return SendPage(
        purpose,
        Channel.VOICE,
        person.phone,
        said,
        now,
        person=person.id,
        step=page.step,
        alarm=page.alarm,
        asks=None if of_whoever_has_it else page.asks,
        subject=Subject.RUNG_BACK,
    )
