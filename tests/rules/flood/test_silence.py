"""Calls without a word: what becomes of each, and how few pages they make."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.callout import escalation
from dispatch.rules.decisions import AlarmCoordinators, Note, SendPage, WriteSharing
from dispatch.rules.delivery.paging import SHARED_AT_MOST_EVERY
from dispatch.rules.delivery.sending import Progress
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel, Language
from dispatch.rules.facts.roster import Policy, PolicyStep
from dispatch.rules.flood import silence
from dispatch.rules.flood.silence import IsCounted, PagesAlone, SharesPage, SilentCallOut, WaitsOn
from dispatch.rules.replies.reader.vocabulary import Word
from tests.rules.situations import BACKUP, NIGHT, POLICY, PRIMARY, Night, callout, only, page, situation

ALONE = [SilentCallOut(f"c{number}", 0) for number in range(3)]
SHARED = SilentCallOut("many", 9)


def dropped(number: int = 0, **facts: object) -> HotlineCall:
    """A call of a stranger who said nothing, and whose minute is over."""
    usual = {"phone": f"+13105553{number:03}", "trust": Trust.UNLISTED, "due_at": NIGHT}
    known = {"id": f"h{number}", "agency": "UNLISTED", "called_at": NIGHT, **usual, **facts}
    return HotlineCall(**known)  # type: ignore[arg-type]  # a test names the fields that it means


# ---- what becomes of one -------------------------------------------------------------------------------------------


def test_three_page_by_themselves() -> None:
    """And so does the next, once somebody has taken one of them."""
    for untaken in (ALONE[:0], ALONE[:1], ALONE[:2]):
        assert silence.becomes(dropped(), untaken, None) == PagesAlone()


def test_further_ones_share_a_page() -> None:
    """The first of them opens it."""
    assert silence.becomes(dropped(), ALONE, None) == SharesPage(None)
    assert silence.becomes(dropped(), [*ALONE, SHARED], None) == SharesPage("many")
    assert silence.becomes(dropped(), [SHARED], None) == SharesPage("many"), "nine callers are more than three"


def test_a_number_counts_once() -> None:
    """A second call from it is counted with the first."""
    assert silence.becomes(dropped(), ALONE[:1], "c0") == IsCounted("c0")
    calls = [dropped(1), dropped(1, id="again"), dropped(2), dropped(3, phone=None), dropped(4, phone=None)]
    assert silence.callers(calls) == 4


def test_it_keeps_its_own_deadline_until_it_is_decided() -> None:
    """Whoever takes or ends the call-out that it shares decides it."""
    waits = dropped(shares="many")
    assert silence.becomes(waits, [*ALONE, SHARED], None) == WaitsOn()
    assert silence.becomes(waits, ALONE, None) == IsCounted("many")


@pytest.mark.parametrize("trust", sorted(Trust))
@pytest.mark.parametrize("pressed", [False, True])
@given(st.integers(0, 200), st.booleans(), st.booleans())
def test_who_pressed_a_key_or_is_known_never_shares(
    trust: Trust, pressed: bool, alone: int, shares: bool, same: bool
) -> None:
    """However many others there are: a listed caller, a PIN, a key."""
    others = [SilentCallOut(f"c{number}", 0) for number in range(alone)]
    call = dropped(trust=trust, pressed=pressed, shares="many" if shares else None)
    becomes = silence.becomes(call, [*others, SHARED], "c0" if same else None)
    if pressed or trust not in {Trust.UNLISTED, Trust.WITHHELD}:
        assert becomes == PagesAlone()
    else:
        assert becomes != PagesAlone()


@pytest.mark.parametrize("facts", [{"callout": "c1"}, {"dismissed_at": NIGHT}, {"due_at": None}])
def test_what_is_decided_is_silent_no_more(facts: dict[str, object]) -> None:
    """Nor is a call that came in while nobody was here: people decide about that."""
    assert not silence.is_silent(dropped(0, **facts))


# ---- the page that they share --------------------------------------------------------------------------------------


def shared(policy: Policy = POLICY) -> Night:
    about = replace(callout(step=0), sharing=1, trust=Trust.UNLISTED, policy=silence.shared_policy(policy))
    night = Night(callout=about)
    night.opens()
    return night


_DECLINES = ("ana", "ben", "cleo")
_HAPPENS = st.lists(
    st.tuples(st.integers(0, 420), st.sampled_from(("joins", "fails", "all fail", "no answer", *_DECLINES))),
    max_size=25,
)
_POLICIES = st.lists(st.integers(30, 1200), min_size=1, max_size=3)


@given(_HAPPENS, _POLICIES, st.integers(30, 1200))
def test_each_caller_is_in_somebodys_page_within_five_minutes(
    happens: list[tuple[int, str]], waits: list[int], round_wait: int
) -> None:
    """Whatever the policy, whoever declines and whichever page fails; and nobody gets more than one text and one call
    in five minutes."""
    steps = tuple(PolicyStep(((PRIMARY, BACKUP)[place % 2],), wait) for place, wait in enumerate(waits))
    night = shared(Policy("p", steps, round_wait))
    due = [night.now]
    for seconds, what in happens:
        night.passes(timedelta(seconds=seconds), pages=Progress.FAILED if what == "all fail" else None)
        if what == "joins":
            due.append(night.now)
            night.do(silence.counted(night.callout, (night.callout.sharing or 0) + 1))
        elif what == "fails":
            sent = [page for page in night.pages.values() if page.tried_at and page.purpose is Purpose.PAGE]
            if sent:
                night.hears(sent[-1].id, Progress.FAILED)
        elif what == "no answer":
            night.every_page_fails()
        elif what in _DECLINES:
            night.replies(what, Word.NO)
    night.passes(SHARED_AT_MOST_EVERY)
    left = left_at(night)
    for moment in due:
        assert any(moment <= at <= moment + SHARED_AT_MOST_EVERY for times in left.values() for at in times)
    for times in left.values():
        assert all(later - at >= SHARED_AT_MOST_EVERY for at, later in pairwise(times))


def left_at(night: Night) -> dict[tuple[str | None, Channel], list[datetime]]:
    """When each person's pages left, by channel."""
    found: dict[tuple[str | None, Channel], list[datetime]] = defaultdict(list)
    for sent in night.pages.values():
        if sent.purpose is Purpose.PAGE and sent.tried_at is not None:
            found[sent.person, sent.channel].append(sent.tried_at)
    return {who: sorted(times) for who, times in found.items()}


def test_one_text_and_one_call() -> None:
    """The text has the code and how many they are, and a link goes behind it; the call leaves no other call out."""
    about = replace(callout(step=1), sharing=9, trust=Trust.WITHHELD)
    (text, call) = only(SendPage, escalation.begin_step(situation(about), 1, NIGHT))
    assert "K7Q: 9 callers said nothing. Reply K7Q 1" in text.text
    assert len(text.text) <= 100
    assert (text.with_link, text.breaks_in, text.due_at) == (True, None, NIGHT)
    assert (call.channel, call.breaks_in, call.due_at) == (Channel.VOICE, False, NIGHT + timedelta(seconds=60))


def test_a_clock_that_was_set_back_makes_them_wait_no_longer() -> None:
    """Ana was paged an hour ahead, as the old clock had it."""
    known = page("ana", PageState.DELIVERED, tried_at=NIGHT + timedelta(hours=1))
    about = replace(callout(step=1), sharing=9, pages=(known,))
    due = {one.channel: one.due_at for one in only(SendPage, escalation.begin_step(situation(about), 1, NIGHT))}
    assert due[Channel.SMS] == NIGHT + SHARED_AT_MOST_EVERY


def test_it_is_said_in_spanish_too() -> None:
    """As everything that a specialist reads."""
    people = situation().roster
    spanish = replace(people, people=tuple(replace(one, texts_in=Language.SPANISH) for one in people.people))
    about = replace(callout(step=1), sharing=1)
    text = only(SendPage, escalation.begin_step(situation(about, spanish), 1, NIGHT))[0]
    assert text.text.startswith("K7Q: 1 llamada sin decir nada. Responda K7Q 1")


def test_a_round_rings_no_coordinator() -> None:
    """They are rung about these callers every two minutes as it is."""
    about = replace(callout(step=2), sharing=4)
    assert not only(AlarmCoordinators, escalation.begin_step(situation(about), 3, NIGHT))
    assert only(AlarmCoordinators, escalation.begin_step(situation(replace(about, sharing=0)), 3, NIGHT))


def test_the_timeline_tells_how_many_they_are() -> None:
    """Once for each new number."""
    about = replace(callout(), sharing=4)
    assert silence.counted(about, 4) == []
    write, note = silence.counted(about, 5)
    assert write == WriteSharing(5)
    assert isinstance(note, Note)
    assert note.text == "5 callers said nothing"


# ---- what coordinators hear ----------------------------------------------------------------------------------------


def test_coordinators_get_one_digest() -> None:
    """From the fourth on, which rings every two minutes until one has it."""
    assert not silence.is_flood(1, 1)
    assert silence.is_flood(0, 3)
    told = silence.digest(9)
    assert told.kind is AlarmKind.SILENT_CALLS
    assert rings(told)
    assert "9 callers said nothing" in told.text
    assert silence.rings_again(None, NIGHT, is_had=False)
    assert not silence.rings_again(NIGHT, NIGHT + timedelta(seconds=119), is_had=False)
    assert silence.rings_again(NIGHT, NIGHT + timedelta(minutes=2), is_had=False)
    assert not silence.rings_again(None, NIGHT, is_had=True)


def test_the_board_shows_one_line() -> None:
    """Once they share a page, or will."""
    assert not silence.stand_together([dropped(number) for number in range(3)])
    assert silence.stand_together([dropped(number) for number in range(4)])
    assert silence.stand_together([dropped(shares="many")])
