"""The life of one page: what it is claimed for, and what the carrier's word does to it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import Timings
from dispatch.rules.page_life import (
    CLAIMED_AS,
    Advance,
    Chore,
    End,
    Fail,
    Heard,
    Move,
    Rest,
    after_news,
    claim,
    hear,
    tells_of_failure,
)
from dispatch.rules.paging import News
from dispatch.rules.place_link import without_link
from dispatch.rules.sending import Meaning, Progress, Report
from tests.rules.situations import NIGHT, page

SMS, VOICE = Channel.SMS, Channel.VOICE
TIMINGS = Timings(ask_after=90)
LATER = NIGHT + timedelta(seconds=90)


# ---- a page comes due ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "chore"),
    [
        (PageState.WAITING, Chore.SEND),
        (PageState.SENDING, Chore.LOOK),
        (PageState.UNKNOWN, Chore.LOOK),
        (PageState.SENT, Chore.ASK),
        (PageState.DELIVERED, Chore.ASK),
        (PageState.WITHDRAWN, Chore.HANG_UP),
    ],
)
def test_what_a_page_is_claimed_for(state: PageState, chore: Chore) -> None:
    """Only what certainly was not sent is sent; what may have been is looked for."""
    assert claim(page("ana", state), None, looks=0, others_open=False)[0] is chore


def test_a_claim_that_outlives_its_process_is_never_a_second_send() -> None:
    """Whatever a page is claimed for, the next to claim it looks first: a claim never leaves it waiting."""
    for chore, state in CLAIMED_AS.items():
        assert claim(page("ana", state), None, looks=0, others_open=False)[0] is Chore.LOOK, chore


def test_only_what_leaves_now_changes_its_words() -> None:
    """With others open a page asks for the code, but a page that may be on its way keeps the words it is found by."""
    for state in PageState:
        due = replace(page("ana", state), text="without")
        said = claim(due, "with the code", looks=0, others_open=True)[1]
        assert said == ("with the code" if state is PageState.WAITING else "without")
        assert claim(due, "with the code", looks=1, others_open=True)[1] == "without"
        assert claim(due, "with the code", looks=0, others_open=False)[1] == "without"


# ---- the carrier says something about it ---------------------------------------------------------------------------


@pytest.mark.parametrize("carrier_id", [None, "SM1"])
def test_the_first_report_proves_that_it_left(carrier_id: str | None) -> None:
    """A report on a page whose send was never answered proves that the carrier took it."""
    heard = hear(page("ana", PageState.SENT), carrier_id, Report("SM1", Progress.ARRIVED, "delivered"), NIGHT, TIMINGS)
    assert heard == Heard(carrier_id is None, Rest())


def test_news_of_another_life_changes_nothing() -> None:
    """A page that was sent twice is followed under one id; its other copy may arrive or fail unheard."""
    for state in PageState:
        for progress in Progress:
            assert hear(page("ana", state), "SM1", Report("SM2", progress, "a word"), NIGHT, TIMINGS) is None


def test_a_report_of_a_failure_says_why() -> None:
    """The code is for people, the meaning for what follows."""
    report = Report("SM1", Progress.UNDELIVERED, "undelivered", "30034", Meaning.OPERATOR)
    assert tells_of_failure(page("ana"), report)
    heard = hear(page("ana", PageState.SENT), "SM1", report, NIGHT, TIMINGS)
    assert heard == Heard(False, Fail("undelivered (30034)", Meaning.OPERATOR))


def test_what_goes_well_needs_no_call_out() -> None:
    """An answered call may still fail later; while it goes on, nothing has."""
    assert not tells_of_failure(page("ana", channel=VOICE), Report("CA1", Progress.ANSWERED, "in-progress"))


@pytest.mark.parametrize(
    ("state", "channel", "news", "move"),
    [
        (PageState.SENDING, SMS, News(PageState.SENT), Advance(PageState.SENT, LATER)),
        (PageState.UNKNOWN, VOICE, News(PageState.DELIVERED), Advance(PageState.DELIVERED, LATER)),
        (PageState.WAITING, VOICE, News(PageState.SENT), Advance(PageState.SENT, LATER)),
        (PageState.SENT, VOICE, News(PageState.DELIVERED), Advance(PageState.DELIVERED)),
        (PageState.SENDING, SMS, News(PageState.DELIVERED), Rest()),
        (PageState.SENT, SMS, News(PageState.DELIVERED), Rest()),
        (PageState.DELIVERED, VOICE, News(PageState.DONE), End(PageState.DONE)),
        (PageState.SENT, VOICE, News(PageState.FAILED, "busy"), Fail("busy", Meaning.UNEXPLAINED)),
        (PageState.SENT, VOICE, News(PageState.FAILED), Fail("the word", Meaning.UNEXPLAINED)),
        (PageState.DELIVERED, SMS, News(PageState.SENT), None),
        (PageState.SENT, SMS, News(PageState.SENT), None),
    ],
)
def test_what_news_does_to_a_page(state: PageState, channel: Channel, news: News, move: Move | None) -> None:
    """The first word about a page sets when to ask; a text that arrived is never asked about; nothing goes back."""
    assert after_news(page("ana", state, channel=channel), news, "the word", NIGHT, TIMINGS) == move


def test_nothing_moves_what_is_final() -> None:
    """Late news of a page that has failed, was answered or is not needed any more does nothing."""
    for state in (PageState.FAILED, PageState.DONE, PageState.WITHDRAWN):
        for progress in Progress:
            report = Report("CA1", progress, "a word")
            heard = hear(page("ana", state, channel=VOICE, purpose=Purpose.ALARM), "CA1", report, NIGHT, TIMINGS)
            assert heard == Heard(False, None)


def test_no_link_is_kept() -> None:
    """What stays of a page that left us does not lead to the place."""
    assert without_link("Confirmed. Place: https://example.org/r/abc") == "Confirmed. Place: https://example.org"
    assert without_link("LBPD needs you. Reply 1") == "LBPD needs you. Reply 1"
