"""What follows from an attempt to send a page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules.delivery.attempts import (
    Attempt,
    GiveUp,
    Reconcile,
    SendLater,
    Sent,
    Withdraw,
    after_accepted,
    after_answer,
    after_reconciling,
    after_send,
    ask_seconds,
)
from dispatch.rules.delivery.page_life import News
from dispatch.rules.delivery.reconciling import ReconcileAgain, SendAgain
from dispatch.rules.delivery.sending import Found, Meaning, OperatorFault, Progress, Refused, TryAgain, Unknown
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from tests.rules.situations import NIGHT, page

SMS, VOICE, WEBHOOK = Channel.SMS, Channel.VOICE, Channel.WEBHOOK
BUSY = TryAgain("too many requests", 1.0)


def tried(
    channel: Channel = SMS,
    *,
    tries: int = 1,
    reconciled: int = 0,
    age: timedelta = timedelta(0),
    tried_for: timedelta = timedelta(0),
    standalone: bool = False,
    wanted: bool = True,
    purpose: Purpose = Purpose.PAGE,
) -> Attempt:
    return Attempt(page("ana", channel=channel, purpose=purpose), tries, reconciled, age, tried_for, standalone, wanted)


LASTING = (Purpose.ALARM, Purpose.ALL_CLEAR, Purpose.SCHEDULE, Purpose.TONIGHT)

# ---- the carrier took it -------------------------------------------------------------------------------------------


def test_whoever_took_a_page_is_asked_how_it_went() -> None:
    """A carrier may fall silent about a text or a call. The answer to a webhook is all there ever is."""
    assert after_accepted(page("ana", PageState.SENDING, channel=SMS)) == Sent(PageState.SENT, 60)
    assert after_accepted(page("ana", PageState.SENDING, channel=VOICE)) == Sent(PageState.SENT, 120)
    assert after_accepted(page("ana", PageState.SENDING, channel=WEBHOOK)) == Sent(PageState.DONE, None)


def test_news_that_overtook_the_answer_stands() -> None:
    """A page on which the carrier has reported is not set back to sent."""
    for state in PageState:
        settled = state not in {PageState.WAITING, PageState.SENDING, PageState.UNKNOWN}
        assert (after_accepted(page("ana", state)) is None) == settled


# ---- after a send --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "tries", "seconds"),
    [
        *[(SMS, number + 1, seconds) for number, seconds in enumerate((1, 2, 5, 10, 15, 15, 15))],
        (VOICE, 3, 5),
        *[(WEBHOOK, number + 1, seconds) for number, seconds in enumerate((5, 30, 120, 600, 1800, 3600, 3600))],
    ],
)
def test_what_was_not_sent_is_sent_ever_later(channel: Channel, tries: int, seconds: float) -> None:
    """The next try to a phone comes within seconds, the next to an agency's endpoint within an hour."""
    assert after_send(tried(channel, tries=tries), BUSY) == SendLater(seconds, "too many requests")


def test_the_carriers_wait_is_kept() -> None:
    """A carrier that asks for more time than we would give it gets it."""
    assert after_send(tried(), TryAgain("slow down", 12.0)) == SendLater(12.0, "slow down")
    assert after_send(tried(tries=4), TryAgain("slow down", 2.0)) == SendLater(10, "slow down")


@pytest.mark.parametrize(
    ("attempt", "given_up"),
    [
        (tried(wanted=False), True),
        (tried(age=timedelta(hours=30)), False),  # a call-out's page is never too old
        (tried(standalone=True, age=timedelta(minutes=15)), False),
        (tried(standalone=True, age=timedelta(minutes=15, seconds=1)), True),
        *((tried(standalone=True, age=timedelta(hours=24), purpose=one), False) for one in LASTING),
        *((tried(standalone=True, age=timedelta(hours=24, seconds=1), purpose=one), True) for one in LASTING),
        (tried(WEBHOOK, wanted=False), True),
    ],
)
def test_what_nobody_needs_any_more_is_not_sent_again(attempt: Attempt, given_up: bool) -> None:
    """A page that is no longer wanted, or an answer minutes late, is given up. What changed about somebody's shifts at
    night is told in the morning, hours after it was written, and an alarm rings once our way out is open again."""
    assert isinstance(after_send(attempt, BUSY), Withdraw) is given_up


def test_a_webhook_is_tried_for_a_day() -> None:
    """Then it has failed, which the timeline tells: an address that is wrong would otherwise show nowhere."""
    day = timedelta(hours=24)
    for standalone in (False, True):
        assert isinstance(after_send(tried(WEBHOOK, standalone=standalone, age=day), BUSY), SendLater)
        late = after_send(tried(WEBHOOK, standalone=standalone, age=day + timedelta(seconds=1)), BUSY)
        assert late == GiveUp("too many requests", Meaning.UNEXPLAINED)


@pytest.mark.parametrize(("purpose", "seconds"), [(Purpose.PAGE, 0.0), (Purpose.OFFICER, 2.0)])
def test_what_may_have_been_sent_is_looked_for(purpose: Purpose, seconds: float) -> None:
    """It is looked for even when nobody needs it any more: a phone may be ringing."""
    for wanted in (True, False):
        attempt = tried(purpose=purpose, wanted=wanted)
        assert after_send(attempt, Unknown("no answer in time")) == Reconcile(seconds, "no answer in time")


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (
            Refused("21211", "not a number", Meaning.BAD_NUMBER),
            "a number that reaches nobody: correct it in the roster (21211)",
        ),
        (Refused(None, "HTTP 400"), "HTTP 400"),
        (OperatorFault("sender_unregistered", "no", Meaning.OPERATOR), "sender_unregistered: no"),
        (OperatorFault(None, "HTTP 404"), "HTTP 404"),
    ],
)
def test_what_will_never_be_sent_has_failed(outcome: Refused | OperatorFault, why: str) -> None:
    """The carrier's code and words are kept for people; its meaning decides what follows."""
    assert after_send(tried(), outcome) == GiveUp(why, outcome.meaning)


def test_a_locked_account_is_tried_again_and_again() -> None:
    """No other channel would get through either, and people hear of it; what nobody needs any more is given up, and an
    answer to a text of a quarter of an hour ago is needed by nobody."""
    locked = OperatorFault("20003", "no", Meaning.ACCOUNT)
    assert after_send(tried(tries=1), locked) == SendLater(15, "20003: no", Meaning.ACCOUNT)
    old = tried(standalone=True, age=timedelta(minutes=16))
    assert after_send(old, locked) == Withdraw()
    assert after_send(tried(wanted=False), locked) == GiveUp("20003: no", Meaning.ACCOUNT)


# ---- after a look --------------------------------------------------------------------------------------------------


def test_what_is_not_found_is_sent_again_if_it_is_wanted() -> None:
    """A look that found nothing ends in another look, in another send, or in nothing when nobody needs it."""
    assert after_reconciling(tried(), clear=True, cut_off=False) == ReconcileAgain(1.5, 1)
    last = tried(reconciled=1)
    assert isinstance(after_reconciling(last, clear=True, cut_off=False), SendAgain)
    assert after_reconciling(replace(last, wanted=False), clear=True, cut_off=False) == Withdraw()
    assert isinstance(
        after_reconciling(replace(last, wanted=False, reconciled=0), clear=True, cut_off=False), ReconcileAgain
    )


def test_a_look_that_proves_nothing_is_repeated() -> None:
    """The next look waits as long as the search has lasted; after a minute the page is sent again all the same."""
    assert after_reconciling(tried(tried_for=timedelta(seconds=4)), clear=False, cut_off=False) == ReconcileAgain(
        4.0, 0
    )
    assert isinstance(after_reconciling(tried(tried_for=timedelta(seconds=61)), clear=False, cut_off=False), SendAgain)


# ---- how did it go? ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "steps"),
    [(SMS, [60, 300, 1800, None, None]), (VOICE, [120, 120, 600, None]), (WEBHOOK, [None])],
)
def test_when_the_carrier_is_asked(channel: Channel, steps: list[float | None]) -> None:
    """A text three times within the hour, a call three times while it may last, a webhook never: its answer is all."""
    assert [ask_seconds(channel, asked) for asked in range(len(steps))] == steps


def test_what_the_answer_comes_to() -> None:
    """It is news if there is any; after the last silence a call has failed, and a text may have arrived."""
    called, texted = page("ana", channel=VOICE), page("ana")
    found = Found("CA1", Progress.BUSY, "busy", None, NIGHT)
    assert after_answer(called, found, asked=1) == News(PageState.FAILED, "busy")
    assert after_answer(called, None, asked=2) is None
    silent = after_answer(called, None, asked=3)
    assert silent is not None
    assert silent.state is PageState.FAILED
    assert after_answer(texted, None, asked=3) is None
