"""The life of one page: which send task it is claimed for when it comes due, and what the carrier's word does to it.

The law: a page is never marked sent before the carrier took it. It only ever moves forward through its states, in
whatever order the carrier's news arrives. Only a key press or a reply acknowledges, so an answered call in which nobody
pressed a key has failed. What is uncertain is reconciled or asked about, never guessed.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.delivery.dialling import OUTSIDE
from dispatch.rules.delivery.sending import CarrierReport, Found, Meaning, Progress
from dispatch.rules.facts.pages import FINAL_PAGE_STATES, Page, PageState
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import Timings

# ---- a page comes due ----------------------------------------------------------------------------------------------


class SendTask(StrEnum):
    SEND = "send"
    RECONCILE = "reconcile"  # it may have been sent: does the carrier have it?
    ASK = "ask"  # it was sent: how did it go?
    HANG_UP = "hang_up"  # it rings, and nobody needs it any more


_SEND_TASKS = {
    PageState.WAITING: SendTask.SEND,
    PageState.SENDING: SendTask.RECONCILE,  # the node that sent it never recorded what came of it
    PageState.UNKNOWN: SendTask.RECONCILE,
    PageState.WITHDRAWN: SendTask.HANG_UP,
}
CLAIMED_AS = {SendTask.SEND: PageState.SENDING, SendTask.RECONCILE: PageState.UNKNOWN}
"""The state of a page while it is claimed for one of these send tasks. Claimed for any other, it keeps its state."""


def claim(page: Page, text_if_others: str | None, *, reconciled: int, others_open: bool) -> tuple[SendTask, str]:
    """The send task that a due page is claimed for, and what the page says from now on.

    `reconciled` counts how often it was reconciled. `others_open` says that more than one call-out is open.
    """
    send_task = _SEND_TASKS.get(page.state, SendTask.ASK)
    if send_task is not SendTask.SEND:
        return send_task, page.text
    return send_task, words_now(page.text, text_if_others, in_doubt=reconciled > 0, others_open=others_open)


def words_now(text: str, text_if_others: str | None, *, in_doubt: bool, others_open: bool) -> str:
    """What a page that leaves now says. If it is `in_doubt`, the carrier may already have a copy.

    That copy is recognised by its words, so they stay as they are until its fate is known.
    """
    return text if in_doubt or not others_open or text_if_others is None else text_if_others


# ---- what the carrier's word means ---------------------------------------------------------------------------------

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
    """What becomes of a page. If it has failed, `failure` says why, for people, and `meaning` is that of the carrier's
    error."""

    state: PageState
    failure: str | None = None
    meaning: Meaning = Meaning.UNEXPLAINED


def is_forward(current: PageState, new: PageState) -> bool:
    return RANK[new] > RANK[current]


NO_KEY = "no key pressed"
NEVER_SAID = "the carrier never said how it ended"

BY_PEOPLE = frozenset({"no answer", "busy", "voicemail", NO_KEY})
"""Why a call that the carrier put through reached nobody."""

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


ADVICE = {
    Meaning.OPTED_OUT: "takes no more texts from us: ring them",
    Meaning.NO_TEXTS: "a number that takes no texts: ring it",
    Meaning.BAD_NUMBER: "a number that reaches nobody: correct it in the roster",
}
"""What people read instead of the carrier's sentence, where something follows for them."""
# Our own reasons, and the codes of carriers and of HTTP. Codes in brackets come after a word of ours.
FAILURES = {NO_KEY, NEVER_SAID, OUTSIDE, *ADVICE.values()} | {
    news.failure for known in (_TEXT_NEWS, _CALL_NEWS) for news in known.values() if news.failure is not None
}
_IN_SHORT = re.compile(
    rf"(?:{'|'.join(sorted(FAILURES))})(?: \(\d{{1,6}}\))?"
    r"|HTTP \d{3}\b|\d{3,6}(?=: )"
)


def in_short(why: str) -> str | None:
    """What may be logged of the reason why a page failed or waits: words of ours and a code. A carrier's sentence may
    contain a phone number, and an agency's server may say anything."""
    found = _IN_SHORT.match(why)
    return found[0] if found else None


def read_news(page: Page, progress: Progress) -> News:
    """What the carrier's word means for a page. A word that does not fit the channel proves only that the page was
    taken."""
    if page.channel is Channel.SMS:
        return _TEXT_NEWS.get(progress, News(PageState.SENT))
    if progress is Progress.ENDED:
        # If somebody pressed a key, the page is already DONE, and DONE is final.
        return News(PageState.FAILED, NO_KEY) if page.purpose.wants_key else News(PageState.DONE)
    return _CALL_NEWS.get(progress, News(PageState.SENT))


def read_report(page: Page, said: CarrierReport | Found) -> News:
    """Like `read_news`, with the carrier's error: its code is for people, its meaning decides what follows. That a
    machine answered is a guess: whoever we ring to join them may say much before they press a key."""
    progress = said.progress
    if progress is Progress.VOICEMAIL and page.purpose.joins:
        progress = Progress.ENDED if isinstance(said, CarrierReport) and said.over else Progress.ANSWERED
    news = read_news(page, progress)
    if news.failure is None or said.code is None:
        return news
    return News(news.state, f"{news.failure} ({said.code})", said.meaning)


def silent_to_the_end(page: Page) -> News | None:
    """What becomes of a page on which the carrier never reported again. A call has reached nobody; a text may have
    arrived."""
    return News(PageState.FAILED, NEVER_SAID) if page.channel is Channel.VOICE else None


# ---- the carrier says something about it ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fail:
    """The page reached nobody: `why` is for people, `meaning` the carrier's reason."""

    why: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class End:
    """The page did what it was for."""

    state: PageState


@dataclass(frozen=True, slots=True)
class Rest:
    """The text is on the phone. The carrier has nothing more to say about it, so it is not asked."""


@dataclass(frozen=True, slots=True)
class Advance:
    """The page is now `state`. `ask_at`, set with the first news of a page, is when the carrier is asked how it
    went."""

    state: PageState
    ask_at: datetime | None = None


Move = Fail | End | Rest | Advance


@dataclass(frozen=True, slots=True)
class NewsHeard:
    """What a report does to its page. `proves_it_left`: only this report makes it certain that the carrier has the
    page."""

    proves_it_left: bool
    move: Move | None


def tells_of_failure(page: Page, report: CarrierReport) -> bool:
    """Whether the report says that the page reached nobody. Only then is the page's call-out needed."""
    return read_report(page, report).state is PageState.FAILED


def hear(
    page: Page, carrier_id: str | None, report: CarrierReport, now: datetime, timings: Timings
) -> NewsHeard | None:
    """What follows from a report on a page that the carrier knows as `carrier_id`, if we know that id yet.

    A page that was sent twice has two copies at the carrier. News of the other copy proves only that it exists, so
    nothing follows from it. A signed report that carries our own page id proves that the carrier took the page,
    whatever became of its answer to the send.
    """
    if carrier_id is not None and report.carrier_id != carrier_id:
        return None
    return NewsHeard(carrier_id is None, after_news(page, read_report(page, report), report.word, now, timings))


def may_ring(page: Page) -> bool:
    """Whether nobody has told us yet that the call was picked up, or over."""
    return page.channel is Channel.VOICE and is_forward(page.state, PageState.DELIVERED)


def ends_ringing(page: Page, move: Move | None) -> bool:
    """Whether a call that rang was picked up, or has rung out. One that the carrier could not put through has told
    nobody of anything."""
    if not may_ring(page):
        return False
    if isinstance(move, Fail):
        return was_put_through(move.why)
    return isinstance(move, End) or (isinstance(move, Advance) and move.state is PageState.DELIVERED)


def was_put_through(why: str) -> bool:
    """Whether a call that failed for this reason, with the carrier's code or without, came to a phone."""
    return why.partition(" (")[0] in BY_PEOPLE


def after_news(page: Page, news: News, word: str, now: datetime, timings: Timings) -> Move | None:
    """What news does to a page; None if the page has already come at least as far. `word` is the carrier's own."""
    if not is_forward(page.state, news.state):
        return None
    if news.state is PageState.FAILED:
        return Fail(news.failure or word, news.meaning)
    if news.state in FINAL_PAGE_STATES:
        return End(news.state)
    if news.state is PageState.DELIVERED and page.channel is Channel.SMS:
        return Rest()
    if is_forward(page.state, PageState.SENT):
        return Advance(news.state, now + timings.span("ask_after"))
    return Advance(news.state)
