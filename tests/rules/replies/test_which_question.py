"""A bare answer answers what its sender read last; news that asked nothing is answered by nothing but courtesy."""

from datetime import timedelta

from dispatch.rules.decisions import (
    AssignSpecialist,
    Decision,
    MarkDeclined,
    ReleaseSpecialist,
    SendPage,
    Stamp,
)
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import (
    Confirm,
    GoAlong,
    Guessed,
    Page,
    PageState,
    Purpose,
    Question,
    SentText,
    Take,
    TakeCover,
    WhichCallOut,
)
from dispatch.rules.facts.people import Channel
from dispatch.rules.reader.hints import is_bare
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.answering import answer
from dispatch.rules.replies.which_question import confirmed, last_read
from tests.each import each
from tests.rules.situations import ANA, NIGHT, assigned, callout, minutes, only, page, situation
from tools.draw_answers import CASES, decided

NOW = NIGHT + minutes(10)
PAGES_HER = callout(pages=(page("ana", asks=Take("c1")),))
PASSED_HER_OVER = callout(passed_over=frozenset({"ana"}))
ASKS_HER_ALONG = callout(
    Status.EN_ROUTE,
    assigned("ben", en_route_at=NIGHT),
    nearer=(page("ana", purpose=Purpose.ASK_ALONG, asks=GoAlong("c1")),),
)
YES = ["1", "yes", "Y", "ok", "sí", "👍", "got it", "ok thanks"]
NO = ["2", "no", "nope", "No.", "👎"]


def text(
    asks: Question | None,
    seconds: int = 60,
    *,
    about: str | None = "c2",
    purpose: Purpose = Purpose.ANSWER,
    came: bool = False,
    rang: bool = False,
) -> SentText:
    """Ours, which the carrier took so many seconds ago."""
    at = NOW - timedelta(seconds=seconds)
    return SentText(purpose, about, asks, at, at, came, rang)


NEWS = text(None)
ASKED_BY_THIS_ONE = [Take("c1"), GoAlong("c1"), Confirm("c1", Guessed.TAKES), WhichCallOut(("K7Q", "M2R"))]
ASKED_BY_ANOTHER = [
    None,
    Take("c2"),
    GoAlong("c2"),
    TakeCover((3,)),
    Confirm("c2", Guessed.THERE),
    WhichCallOut(("M2R",)),
]


def said(words: str, about: CallOut, *texts: SentText) -> list[Decision]:
    return answer(situation(about, newest=texts), ANA, read(words), NOW)


def asks_whether(decisions: list[Decision]) -> Guessed | None:
    """What is said back, if nothing else follows."""
    alone = decisions[0] if len(decisions) == 1 else None
    asks = alone.asks if isinstance(alone, SendPage) else None
    return asks.guessed if isinstance(asks, Confirm) else None


@each(about=[PAGES_HER, PASSED_HER_OVER, ASKS_HER_ALONG], words=YES, asks=ASKED_BY_ANOTHER)
def test_a_yes_to_anything_else_takes_nothing(about: CallOut, words: str, asks: Question | None) -> None:
    assert asks_whether(said(words, about, text(asks))) is Guessed.TAKES


@each(about=[PAGES_HER, PASSED_HER_OVER, ASKS_HER_ALONG], words=NO, asks=ASKED_BY_ANOTHER)
def test_a_no_to_anything_else_declines_nothing(about: CallOut, words: str, asks: Question | None) -> None:
    assert asks_whether(said(words, about, text(asks))) is Guessed.CANNOT


@each(words=[*YES, *NO], asks=ASKED_BY_THIS_ONE)
def test_what_this_call_out_asked_is_answered(words: str, asks: Question) -> None:
    assert asks_whether(said(words, PAGES_HER, text(asks, about="c1"))) is None


@each(words=["yes", "Y", "1"])
def test_a_yes_to_what_is_said_back_takes_it(words: str) -> None:
    """The second word is no courtesy any more."""
    (back,) = only(SendPage, said(words, PAGES_HER, NEWS))
    assert only(AssignSpecialist, said(words, PAGES_HER, text(back.asks, 3, about="c1"), NEWS))


@each(words=["Y", "yes", "sí", "yes, thanks", "si gracias", "yep sorry", "ok", "👍"])
def test_a_yes_said_twice_takes_nothing_that_the_first_declined(words: str) -> None:
    """ "Not going? Reply Y", and the thumb writes it once more; the same where Y says "only if nobody else". What is
    answered then changes nothing of this."""
    read_last = text(Take("c1", after_no=True), 3, about="c1")
    decisions = said(words, callout(declined=frozenset({"ana"})), read_last)
    (told,) = decisions
    assert isinstance(told, SendPage)
    assert told.asks == Take("c1", after_no=True)


@each(words=["1", "K7Q yes", "yes 25", "25", "yes I can go", "sí voy"])
def test_more_than_a_yes_takes_it_after_a_no(words: str) -> None:
    about = callout(declined=frozenset({"ana"}))
    assert only(AssignSpecialist, said(words, about, text(Take("c1", after_no=True), about="c1")))


@each(words=["K7Q 1", "1 25", "25", "I'll take it", "voy yo", "K7Q ok", "on my way"])
def test_whoever_says_more_is_taken_at_their_word(words: str) -> None:
    assert only(AssignSpecialist, said(words, PAGES_HER, NEWS))


@each(words=["can't make it", "no puedo ir", "K7Q 2", "not tonight"])
def test_a_plain_refusal_needs_no_question(words: str) -> None:
    assert asks_whether(said(words, PAGES_HER, NEWS)) is None
    assert not is_bare(read(words))


def test_a_call_since_then_asks_as_well() -> None:
    """Their phone rang for it after the news: a bare word is about that."""
    rang = page("ana", PageState.FAILED, channel=Channel.VOICE, asks=Take("c1"), tried_at=NOW - minutes(1 / 2))
    assert only(AssignSpecialist, said("1", callout(pages=(rang,)), NEWS))
    before = page("ana", channel=Channel.VOICE, asks=Take("c1"), tried_at=NOW - minutes(2))
    assert asks_whether(said("1", callout(pages=(before,)), NEWS)) is Guessed.TAKES


def test_whoever_has_read_nothing_answers_the_page() -> None:
    """It rang, or came by a phone that nobody reports of; and an alarm of a coordinator's is answered by OK alone."""
    waits: list[Page] = [page("ana", PageState.WAITING, asks=Take("c1"))]
    assert only(AssignSpecialist, said("1", callout(pages=tuple(waits))))
    assert only(AssignSpecialist, said("1", PAGES_HER, text(None, purpose=Purpose.ALARM), text(Take("c1"), about="c1")))


def test_what_is_read_last() -> None:
    """News counts once it has come or fifteen seconds have passed, a question at a glance; what came long after a newer
    text was read after it."""
    old, late = text(Take("c1"), 120), text(Take("c1"), 30, came=True)
    assert last_read([], NOW) is None
    assert last_read([text(None, 14), old], NOW) is old
    assert last_read([text(None, 15), old], NOW) != old
    assert last_read([text(None, 2, came=True), old], NOW) != old
    assert last_read([text(Take("c2"), 1), old], NOW) is old
    assert last_read([text(Take("c2"), 2), old], NOW) != old
    assert last_read([text(None, 45), late], NOW) is late
    assert last_read([newer := text(None, 44), late], NOW) is newer


def test_who_is_out_says_what_they_like() -> None:
    """A word from whoever has it is a sign of life, whatever was read last."""
    mine = callout(Status.EN_ROUTE, assigned("ana", AssignmentRole.PRIMARY, en_route_at=NIGHT))
    assert asks_whether(said("ok", mine, NEWS)) is None


def test_an_alarm_does_not_come_between_a_question_and_its_yes() -> None:
    """Ana coordinates as well. Her Y to "not going?" took the call-out."""
    alarm = text(None, 30, purpose=Purpose.ALARM, came=True)
    not_going = text(Confirm("c1", Guessed.CANNOT), 60, about="c1", came=True)
    assert only(MarkDeclined, said("Y", PAGES_HER, alarm, not_going))


def test_a_yes_to_two_texts_that_crossed_is_asked_about_what_came_last() -> None:
    """The page was sent after "not going? Reply Y", and came before it."""
    asked_again, not_going = text(Take("c1"), 50, about="c1"), text(Confirm("c1", Guessed.CANNOT), 20, came=True)
    assert asks_whether(said("Y", PAGES_HER, asked_again, not_going)) is Guessed.CANNOT


@each(words=["ok", "no"])
def test_what_is_written_as_the_page_leaves_answers_what_came_before(words: str) -> None:
    """Nobody reads a page in a second: the word was courtesy to the news."""
    at = NOW - timedelta(seconds=1)
    leaves = callout(pages=(page("ana", asks=Take("c1"), tried_at=at, sent_at=at),))
    assert asks_whether(said(words, leaves, text(Take("c1"), 1, about="c1"), NEWS)) is not None


@each(words=YES + NO, asks=[Confirm("c1", Guessed.TAKES), Take("c1"), None])
def test_a_bare_yes_to_what_we_understood_confirms_it(words: str, asks: Question | None) -> None:
    is_confirmed = words in YES and isinstance(asks, Confirm)
    assert confirmed(read(words), [text(asks)], NOW) == ("c1" if is_confirmed else None)


@each(case=CASES, said=["1", "Y", "OK", "👍", "NO", "2", "20", "thanks", "?"])
def test_no_bare_answer_does_what_its_sender_cannot_mean(
    case: tuple[str, CallOut, str, Question | None], said: str
) -> None:
    """A no sets nobody off, a yes lets nobody go whom we did not ask just that, minutes decline nothing, and courtesy
    changes nothing."""
    _, about, _, asks = case
    done = {type(one) for one in decided(about, asks, said)} & {
        AssignSpecialist,
        MarkDeclined,
        ReleaseSpecialist,
        Stamp,
    }
    says_no = said in {"NO", "2"} or (said == "Y" and isinstance(asks, Confirm) and asks.guessed is Guessed.CANNOT)
    allowed = (
        set()
        if said in {"thanks", "?"}
        else {MarkDeclined, ReleaseSpecialist}
        if says_no
        else {AssignSpecialist, Stamp}
    )
    assert done <= allowed
