"""What follows from an attempt to send a page: send it again, reconcile it, ask how it went, or give up.

The law: **only what is certain ends an attempt.** A page that certainly never will be sent has failed, and the next
channel or person is tried. A page that was certainly not sent this time is sent again. Any other page is reconciled:
the carrier is asked whether it has it (`rules/delivery/reconciling.py`).
"""

from dataclasses import dataclass
from datetime import timedelta

from dispatch.rules.delivery.page_life import ADVICE, News, is_forward, read_report, silent_to_the_end
from dispatch.rules.delivery.reconciling import ReconcileAgain, SendAgain, first_reconcile_seconds, not_clear, not_found
from dispatch.rules.delivery.sending import Found, Meaning, OperatorFault, Refused, TryAgain, Unknown
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel

_BACK_OFF = (1, 2, 5, 10, 15)
_BACK_OFF_WEBHOOK = (5, 30, 120, 600, 1800, 3600)
_STALE_STANDALONE = timedelta(minutes=15)  # such as the answer to a text about no call-out
_STALE = timedelta(hours=24)  # Standard Webhooks asks for attempts over about a day
_STAYS_TRUE = frozenset({Purpose.ALARM, Purpose.ALL_CLEAR, Purpose.SCHEDULE, Purpose.TONIGHT})
"""What has to be heard however late, although it is about no call-out: of a change of shifts that was made at night
people are told in the morning, and an alarm goes on while our way out is closed."""
# Seconds after which the carrier is asked how a page went, if it has not said.
_ASK = {Channel.SMS: (60, 300, 1800), Channel.VOICE: (120, 120, 600)}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A page that was sent, or perhaps was.

    `tries` counts how often it was sent, `reconciled` how often it was reconciled (`rules/delivery/reconciling.py`).
    The page was ordered `age` ago and last tried `tried_for` ago. `standalone` says that it belongs to no call-out,
    `wanted` that it still has to be said.
    """

    page: Page
    tries: int
    reconciled: int
    age: timedelta
    tried_for: timedelta
    standalone: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class SendLater:
    """The page was certainly not sent: send it after `after_seconds`. `meaning` is the carrier's reason, where people
    have to hear of it."""

    after_seconds: float
    why: str
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Reconcile:
    """The page may have been sent: ask the carrier for it after `after_seconds`."""

    after_seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The page was not sent, and nobody needs it any more."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The page reached nobody and never will; `meaning` is the carrier's reason."""

    why: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Sent:
    """The carrier has the page, and is asked after `ask_after_seconds` how it went; never if that is None."""

    state: PageState
    ask_after_seconds: float | None


def after_accepted(page: Page) -> Sent | None:
    """What follows when the carrier took the page. None if it has reported on the page already: the report stands."""
    if not is_forward(page.state, PageState.SENT):
        return None
    seconds = ask_seconds(page.channel, asked=0)
    return Sent(PageState.DONE if seconds is None else PageState.SENT, seconds)


def after_send(
    attempt: Attempt, outcome: TryAgain | Unknown | Refused | OperatorFault
) -> SendLater | Reconcile | Withdraw | GiveUp:
    """What follows from a send that the carrier did not simply accept."""
    match outcome:
        case TryAgain(reason, after_seconds):
            is_webhook = attempt.page.channel is Channel.WEBHOOK
            if not attempt.wanted:
                return Withdraw()
            if _is_stale(attempt):
                # The agency never heard of it. Only the timeline can show that its webhook address is wrong.
                return GiveUp(reason, Meaning.UNEXPLAINED) if is_webhook else Withdraw()
            steps = _BACK_OFF_WEBHOOK if is_webhook else _BACK_OFF
            return SendLater(max(after_seconds, steps[min(attempt.tries, len(steps)) - 1]), reason)
        case Unknown(reason):
            return Reconcile(first_reconcile_seconds(attempt.page.purpose, attempt.reconciled), reason)
        case OperatorFault(code, message, Meaning.ACCOUNT) if attempt.wanted:
            if _is_stale(attempt):
                return Withdraw()
            # Until somebody mends the account, nothing gets through on any channel, not even an alarm: so keep trying.
            return SendLater(_BACK_OFF[-1], _why(code, message), Meaning.ACCOUNT)
        case _:
            advice = ADVICE.get(outcome.meaning)
            says = f"{advice} ({outcome.code})" if advice and outcome.code else _why(outcome.code, outcome.message)
            return GiveUp(says, outcome.meaning)


def after_reconciling(attempt: Attempt, *, clear: bool, cut_off: bool) -> ReconcileAgain | SendAgain | Withdraw:
    """What follows when reconciling did not find the page. `clear` says that the carrier answered and did not have it;
    `cut_off` is as in `rules/delivery/reconciling.py`."""
    purpose, tried_for = attempt.page.purpose, attempt.tried_for.total_seconds()
    if clear:
        step = not_found(purpose, attempt.reconciled, tried_for=tried_for, cut_off=cut_off)
    else:
        step = not_clear(purpose, attempt.reconciled, tried_for=tried_for)
    return Withdraw() if isinstance(step, SendAgain) and not attempt.wanted else step


def ask_seconds(channel: Channel, asked: int) -> float | None:
    """Seconds until the carrier is asked how a page went, after `asked` times; None when it is not asked again."""
    steps = _ASK.get(channel, ())  # of a webhook there is only the answer
    return steps[asked] if asked < len(steps) else None


def after_answer(page: Page, found: Found | None, *, asked: int) -> News | None:
    """What the carrier's answer means after `asked` times; `found` is None when the carrier could not be asked."""
    if found is not None:
        return read_report(page, found)
    return silent_to_the_end(page) if ask_seconds(page.channel, asked) is None else None


def _is_stale(attempt: Attempt) -> bool:
    if attempt.page.channel is Channel.WEBHOOK or (attempt.standalone and attempt.page.purpose in _STAYS_TRUE):
        return attempt.age > _STALE
    return attempt.standalone and attempt.age > _STALE_STANDALONE


def _why(code: str | None, message: str) -> str:
    return f"{code}: {message}" if code is not None else message
