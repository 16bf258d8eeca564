"""Calls without a word: what becomes of each, and how few pages they make."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.callout import escalation
from dispatch.rules.decisions import Note, SendPage, WriteCallOut
from dispatch.rules.delivery.sending import Progress
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Language
from dispatch.rules.facts.roster import Policy, PolicyStep
from dispatch.rules.hotline import silence
from dispatch.rules.hotline.silence import STEP_AT_MOST
from dispatch.rules.reader.vocabulary import Word
from tests.rules.situations import BACKUP, NIGHT, POLICY, PRIMARY, Night, callout, only, situation


def dropped(number: int = 0, **facts: object) -> HotlineCall:
    """A call of a stranger who said nothing, and whose minute is over."""
    usual = {"phone": f"+13105553{number:03}", "trust": Trust.UNLISTED, "due_at": NIGHT}
    known = {"id": f"h{number}", "agency": "UNLISTED", "called_at": NIGHT, **usual, **facts}
    return HotlineCall(**known)  # type: ignore[arg-type]  # a test names the fields that it means


# ---- what becomes of one -------------------------------------------------------------------------------------------


def test_two_page_by_themselves_after_a_minute() -> None:
    minute = timedelta(seconds=60)
    for before in (0, 1):
        assert silence.waits(dropped(), before, minute) == minute
        assert silence.joins(dropped(), before, "newest", None) is None


def test_a_third_waits_two_minutes_and_joins_the_newest() -> None:
    """Where nobody has taken that; otherwise it pages by itself. A setting may give coordinators longer."""
    assert silence.waits(dropped(), 2, timedelta(seconds=60)) == timedelta(minutes=2)
    assert silence.waits(dropped(), 2, timedelta(minutes=4)) == timedelta(minutes=4)
    assert silence.joins(dropped(), 2, "newest", None) == "newest"
    assert silence.joins(dropped(), 9, None, None) is None


def test_a_number_counts_once() -> None:
    """A second call from it is about the call-out of the first."""
    assert silence.joins(dropped(), 1, None, "c0") == "c0"
    calls = [dropped(1), dropped(1, id="again"), dropped(2), dropped(3, phone=None), dropped(4, phone=None)]
    assert silence.callers(calls) == 4


@pytest.mark.parametrize("trust", sorted(Trust))
@pytest.mark.parametrize("pressed", [False, True])
@given(st.integers(0, 200), st.booleans())
def test_who_pressed_a_key_or_is_known_never_joins(trust: Trust, pressed: bool, before: int, same: bool) -> None:
    """However many others there are: a listed caller, a PIN, a key."""
    call = dropped(trust=trust, pressed=pressed)
    joins = silence.joins(call, before, "newest", "c0" if same else None)
    if pressed or trust not in {Trust.UNLISTED, Trust.WITHHELD}:
        assert joins is None
        assert silence.waits(call, before, timedelta(seconds=60)) == timedelta(seconds=60)
    else:
        assert (joins is None) == (before < 2 and not same)


@pytest.mark.parametrize("facts", [{"callout": "c1"}, {"dismissed_at": NIGHT}, {"due_at": None}])
def test_what_is_decided_is_silent_no_more(facts: dict[str, object]) -> None:
    """Nor is a call that came in while nobody was here: people decide about that."""
    assert not silence.is_silent(dropped(0, **facts))


# ---- the page that they join ---------------------------------------------------------------------------------------


def silent(policy: Policy = POLICY) -> Night:
    about = replace(callout(step=0), sharing=0, trust=Trust.UNLISTED, policy=silence.silent_policy(policy))
    night = Night(callout=about)
    night.opens()
    return night


_DECLINES = ("ana", "ben", "cleo")
_HAPPENS = st.lists(
    st.tuples(st.integers(0, 420), st.sampled_from(("joins", "fails", "all fail", "no answer", *_DECLINES))),
    max_size=25,
)
_POLICIES = st.lists(st.integers(30, 1200), min_size=1, max_size=3)


@pytest.mark.costs(3)
@given(_HAPPENS, _POLICIES, st.integers(30, 1200))
def test_each_caller_is_in_somebodys_page_within_five_minutes(
    happens: list[tuple[int, str]], waits: list[int], round_wait: int
) -> None:
    """Whatever the policy, whoever declines and whichever page fails."""
    steps = tuple(PolicyStep(((PRIMARY, BACKUP)[place % 2],), wait) for place, wait in enumerate(waits))
    night = silent(Policy("p", steps, round_wait))
    due = [night.now]
    for seconds, what in happens:
        night.passes(timedelta(seconds=seconds), pages=Progress.FAILED if what == "all fail" else None)
        if what == "joins":
            due.append(night.now)
            night.do(silence.counted(night.callout, (night.callout.sharing or 1) + 1))
        elif what == "fails":
            sent = [page for page in night.pages.values() if page.tried_at and page.purpose is Purpose.PAGE]
            if sent:
                night.hears(sent[-1].id, Progress.FAILED)
        elif what == "no answer":
            night.every_page_fails()
        elif what in _DECLINES:
            night.replies(what, Word.NO)
    night.passes(STEP_AT_MOST)
    left = [page.tried_at for page in night.pages.values() if page.purpose is Purpose.PAGE and page.tried_at]
    for moment in due:
        assert any(moment <= at <= moment + STEP_AT_MOST for at in left)


def test_its_texts_lead_to_the_numbers_and_its_calls_leave_no_other_out() -> None:
    """As the contact plan has them; the text has the code and how many they are."""
    about = replace(callout(step=1), sharing=9, trust=Trust.WITHHELD)
    pages = only(SendPage, escalation.begin_step(situation(about), 1, NIGHT))
    assert [one.channel for one in pages] == [Channel.SMS, Channel.VOICE, Channel.SMS, Channel.VOICE]
    text, call = pages[:2]
    assert "K7Q: 9 callers said nothing. Reply K7Q 1" in text.text
    assert len(text.text) <= 100
    assert (text.with_link, text.breaks_in) == (True, None)
    assert (call.with_link, call.breaks_in) == (False, False)


def test_it_is_said_in_spanish_too() -> None:
    """As everything that a specialist reads."""
    people = situation().roster
    spanish = replace(people, people=tuple(replace(one, texts_in=Language.SPANISH) for one in people.people))
    about = replace(callout(step=1), sharing=1)
    text = only(SendPage, escalation.begin_step(situation(about, spanish), 1, NIGHT))[0]
    assert text.text.startswith("K7Q: 1 llamada sin decir nada. Responda K7Q 1")


def test_the_timeline_tells_how_many_they_are() -> None:
    """Once for each new number."""
    about = replace(callout(), sharing=4)
    assert silence.counted(about, 4) == []
    write, note = silence.counted(about, 5)
    assert write == WriteCallOut({"sharing": 5})
    assert isinstance(note, Note)
    assert note.text == "5 callers said nothing"


# ---- what coordinators hear ----------------------------------------------------------------------------------------


def test_coordinators_get_one_digest() -> None:
    """From the third on, which rings every two minutes until one has it."""
    told = silence.digest(9)
    assert told.kind is AlarmKind.SILENT_CALLS
    assert rings(told)
    assert "9 callers said nothing" in told.text
    of_all = Alarm("a1", AlarmKind.SILENT_CALLS, told.text, NIGHT)
    assert silence.tells_of_all(of_all)
    assert not silence.tells_of_all(replace(of_all, kind=AlarmKind.UNDECIDED_CALL))
    assert silence.rings_again(None, NIGHT, is_had=False)
    assert not silence.rings_again(NIGHT, NIGHT + timedelta(seconds=119), is_had=False)
    assert silence.rings_again(NIGHT, NIGHT + timedelta(minutes=2), is_had=False)
    assert not silence.rings_again(None, NIGHT, is_had=True)


def test_the_board_shows_one_line() -> None:
    """Where more wait for a decision than page by themselves."""
    assert not silence.stand_together([dropped(number) for number in range(2)])
    assert silence.stand_together([dropped(number) for number in range(3)])
