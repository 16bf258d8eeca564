"""The life of one page: what it is claimed for, and what the carrier's word does to it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.delivery.page_life import (
    CLAIMED_AS,
    FAILURES,
    RANK,
    Advance,
    End,
    Fail,
    Move,
    News,
    NewsHeard,
    Rest,
    SendTask,
    after_news,
    claim,
    ends_ringing,
    hear,
    in_short,
    is_forward,
    read_news,
    read_report,
    silent_to_the_end,
    tells_of_failure,
    words_now,
)
from dispatch.rules.delivery.sending import CarrierReport, Found, Meaning, Progress
from dispatch.rules.facts.pages import FINAL_PAGE_STATES, PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import Timings
from tests.rules.situations import NIGHT, page

SMS, VOICE = Channel.SMS, Channel.VOICE
TIMINGS = Timings(ask_after=90)
LATER = NIGHT + timedelta(seconds=90)


# ---- a page comes due ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "send_task"),
    [
        (PageState.WAITING, SendTask.SEND),
        (PageState.SENDING, SendTask.RECONCILE),
        (PageState.UNKNOWN, SendTask.RECONCILE),
        (PageState.SENT, SendTask.ASK),
        (PageState.DELIVERED, SendTask.ASK),
        (PageState.WITHDRAWN, SendTask.HANG_UP),
    ],
)
def test_what_a_page_is_claimed_for(state: PageState, send_task: SendTask) -> None:
    """Only what certainly was not sent is sent; what may have been is looked for."""
    assert claim(page("ana", state), None, reconciled=0, others_open=False)[0] is send_task


def test_a_claim_that_outlives_its_process_is_never_a_second_send() -> None:
    """Whatever a page is claimed for, the next to claim it looks first: a claim never leaves it waiting."""
    for send_task, state in CLAIMED_AS.items():
        assert claim(page("ana", state), None, reconciled=0, others_open=False)[0] is SendTask.RECONCILE, send_task


def test_only_what_leaves_now_changes_its_words() -> None:
    """With others open a page asks for the code, but a page that may be on its way keeps the words it is found by."""
    for state in PageState:
        due = replace(page("ana", state), text="without")
        said = claim(due, "with the code", reconciled=0, others_open=True)[1]
        assert said == ("with the code" if state is PageState.WAITING else "without")
        assert claim(due, "with the code", reconciled=1, others_open=True)[1] == "without"
        assert claim(due, "with the code", reconciled=0, others_open=False)[1] == "without"


@pytest.mark.parametrize(
    ("if_others", "in_doubt", "others_open", "said"),
    [
        ("with the code", False, True, "with the code"),
        ("with the code", False, False, "without"),
        ("with the code", True, True, "without"),  # the carrier may have it, and is asked for these words
        (None, False, True, "without"),
    ],
)
def test_what_is_said_now(if_others: str | None, in_doubt: bool, others_open: bool, said: str) -> None:
    """The hour decides, but never about words that may be on their way."""
    assert words_now("without", if_others, in_doubt=in_doubt, others_open=others_open) == said


# ---- the carrier's word --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("progress", "news"),
    [
        (Progress.TAKEN, News(PageState.SENT)),
        (Progress.ARRIVED, News(PageState.DELIVERED)),
        (Progress.UNDELIVERED, News(PageState.FAILED, "undelivered")),
        (Progress.FAILED, News(PageState.FAILED, "failed")),
        (Progress.CANCELED, News(PageState.FAILED, "canceled")),
        (Progress.BUSY, News(PageState.SENT)),  # a text is never busy
    ],
)
def test_what_a_text_comes_to(progress: Progress, news: News) -> None:
    """A text that arrived is delivered, one that did not has failed; any other word proves that the carrier has it."""
    assert read_news(page("ana"), progress) == news


@pytest.mark.parametrize(
    ("progress", "news"),
    [
        (Progress.TAKEN, News(PageState.SENT)),
        (Progress.ANSWERED, News(PageState.DELIVERED)),
        (Progress.BUSY, News(PageState.FAILED, "busy")),
        (Progress.NO_ANSWER, News(PageState.FAILED, "no answer")),
        (Progress.FAILED, News(PageState.FAILED, "failed")),
        (Progress.CANCELED, News(PageState.FAILED, "canceled")),
        (Progress.ENDED, News(PageState.FAILED, "no key pressed")),
        (Progress.ARRIVED, News(PageState.SENT)),  # a call never arrives
    ],
)
def test_what_a_call_comes_to(progress: Progress, news: News) -> None:
    """A call that ends without a key has failed: only a key press acknowledges."""
    assert read_news(page("ana", channel=VOICE), progress) == news


def test_a_machine_is_nobody() -> None:
    """Voicemail has picked up, and nobody has heard it."""
    call, machine = page("ana", channel=VOICE), CarrierReport("CA1", Progress.VOICEMAIL, "completed")
    assert read_report(call, machine) == News(PageState.FAILED, "voicemail")


def test_whoever_is_joined_may_sound_like_a_machine() -> None:
    """They say much before they press a key: only the end of the call says that nobody did."""
    call, machine = page("ana", channel=VOICE, purpose=Purpose.JOIN), CarrierReport("CA1", Progress.VOICEMAIL, "human?")
    assert read_report(call, machine) == read_news(call, Progress.ANSWERED)
    assert read_report(call, replace(machine, over=True)) == read_news(call, Progress.ENDED)
    assert read_report(call, Found("CA1", Progress.VOICEMAIL, "?", None, NIGHT)) == read_news(call, Progress.ANSWERED)


@pytest.mark.parametrize(
    ("move", "ends"),
    [
        (Advance(PageState.DELIVERED), True),
        (Advance(PageState.SENT), False),
        (End(PageState.DONE), True),
        (Fail("busy (486)", Meaning.UNEXPLAINED), True),
        (Fail("failed", Meaning.BAD_NUMBER), False),  # the carrier could not put it through
        (None, False),
    ],
)
def test_what_ends_ringing(move: Move | None, ends: bool) -> None:
    """The call has told of those that waited for it, if a phone rang. Of one that was picked up before, we know."""
    assert ends_ringing(page("ana", PageState.SENT, channel=VOICE), move) is ends
    for other in (page("ana", PageState.DELIVERED, channel=VOICE), page("ana", PageState.SENT, channel=SMS)):
        assert not ends_ringing(other, move)


def test_a_failure_says_the_carriers_code() -> None:
    """A failure has our word for it, the carrier's code for people, and its meaning; good news needs neither."""
    failed = CarrierReport("SM1", Progress.UNDELIVERED, "undelivered", "30034", Meaning.OPERATOR)
    assert read_report(page("ana"), failed) == News(PageState.FAILED, "undelivered (30034)", Meaning.OPERATOR)
    assert read_report(page("ana"), replace(failed, code=None)) == News(PageState.FAILED, "undelivered")
    assert read_report(page("ana"), replace(failed, progress=Progress.ARRIVED)) == News(PageState.DELIVERED)
    asked = Found("SM1", Progress.UNDELIVERED, "undelivered", "30034", NIGHT, Meaning.OPERATOR)
    assert read_report(page("ana"), asked) == read_report(page("ana"), failed)


def test_silence_to_the_end() -> None:
    """A call on which the carrier never reported again has reached nobody; a text may be on the phone all the same."""
    assert silent_to_the_end(page("ana", channel=VOICE)) == News(
        PageState.FAILED, "the carrier never said how it ended"
    )
    assert silent_to_the_end(page("ana")) is None


def test_what_asks_for_no_key_is_done_when_it_was_heard() -> None:
    """An alarm that somebody listened to has done what it was for."""
    assert read_news(page("ana", channel=VOICE, purpose=Purpose.ALARM), Progress.ENDED) == News(PageState.DONE)


# ---- only forward --------------------------------------------------------------------------------------------------


def test_what_is_final_is_never_left() -> None:
    """No state is forward from a final state, and no state is forward from itself."""
    for current in PageState:
        assert not is_forward(current, current)
        if current in FINAL_PAGE_STATES:
            assert not any(is_forward(current, new) for new in PageState)


@given(st.sampled_from(PageState), st.sampled_from(PageState), st.sampled_from(PageState))
def test_forward_is_an_order(first: PageState, second: PageState, third: PageState) -> None:
    """Two steps forward make a step forward, and no step is forward in both directions."""
    if is_forward(first, second) and is_forward(second, third):
        assert is_forward(first, third)
    assert not (is_forward(first, second) and is_forward(second, first))


@given(st.sampled_from((SMS, VOICE)), st.data())
def test_the_order_of_news_does_not_matter(channel: Channel, data: st.DataObject) -> None:
    """In whatever order, and however often, the carrier's words come, a page only moves forward, to the same end."""
    words = data.draw(st.lists(st.sampled_from(Progress), min_size=1, max_size=6))
    ends = set()
    for order in (words, data.draw(st.permutations(words)), [*words, *data.draw(st.permutations(words))]):
        known = page("ana", PageState.SENDING, channel=channel)
        for word in order:
            news = read_news(known, word)
            if is_forward(known.state, news.state):
                assert RANK[news.state] > RANK[known.state]
                known = replace(known, state=news.state)
        ends.add(known.state)
    assert len(ends) == 1


# ---- the carrier says something about it ---------------------------------------------------------------------------


@pytest.mark.parametrize("carrier_id", [None, "SM1"])
def test_the_first_report_proves_that_it_left(carrier_id: str | None) -> None:
    """A report on a page whose send was never answered proves that the carrier took it."""
    heard = hear(
        page("ana", PageState.SENT), carrier_id, CarrierReport("SM1", Progress.ARRIVED, "delivered"), NIGHT, TIMINGS
    )
    assert heard == NewsHeard(carrier_id is None, Rest())


def test_news_of_another_life_changes_nothing() -> None:
    """A page that was sent twice is followed under one id; its other copy may arrive or fail unheard."""
    for state in PageState:
        for progress in Progress:
            assert hear(page("ana", state), "SM1", CarrierReport("SM2", progress, "a word"), NIGHT, TIMINGS) is None


def test_a_report_of_a_failure_says_why() -> None:
    """The code is for people, the meaning for what follows."""
    report = CarrierReport("SM1", Progress.UNDELIVERED, "undelivered", "30034", Meaning.OPERATOR)
    assert tells_of_failure(page("ana"), report)
    heard = hear(page("ana", PageState.SENT), "SM1", report, NIGHT, TIMINGS)
    assert heard == NewsHeard(False, Fail("undelivered (30034)", Meaning.OPERATOR))


def test_what_goes_well_needs_no_call_out() -> None:
    """An answered call may still fail later; while it goes on, nothing has."""
    assert not tells_of_failure(page("ana", channel=VOICE), CarrierReport("CA1", Progress.ANSWERED, "in-progress"))


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
            report = CarrierReport("CA1", progress, "a word")
            heard = hear(page("ana", state, channel=VOICE, purpose=Purpose.ALARM), "CA1", report, NIGHT, TIMINGS)
            assert heard == NewsHeard(False, None)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("voicemail", "voicemail"),
        ("undelivered (30007)", "undelivered (30007)"),
        ("no key pressed", "no key pressed"),
        ("21211: The number 1600 Harbor Way is not valid", "21211"),
        ("HTTP 503", "HTTP 503"),
        ("Jo Doe does not answer", None),
        ("failed (Jo)", "failed"),
    ],
)
def test_the_log_hears_a_reason_in_short(why: str, said: str | None) -> None:
    """A word of ours, or a code: never a carrier's sentence."""
    assert in_short(why) == said


@given(st.text())
def test_no_word_of_others_is_in_a_short_reason(why: str) -> None:
    """Whatever a carrier answers, what is logged of it is one of our own words, and digits."""
    said = in_short(f"{why}: xyzzy") or ""
    assert "xyzzy" not in said
    assert re.sub(r" ?\(?\d+\)?", "", said) in {"", "HTTP", *FAILURES}
