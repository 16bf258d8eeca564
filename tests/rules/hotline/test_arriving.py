"""For whom a call is taken, and what comes of it before a key is pressed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules.access.trust import RIGHTS, Pages, rights
from dispatch.rules.facts.actors import Source, Trust
from dispatch.rules.facts.roster import UNLISTED, Agency
from dispatch.rules.hotline.arriving import (
    Arrives,
    Caller,
    alarm_missed,
    alarm_undecided,
    arrives,
    caller,
    can_still_open,
    is_bound,
    may_be_one_of_many,
    rings_of_flood_are_enough,
    shown,
    shows_number_of,
    wanted_news,
)
from tests.rules.hotline.lines import DESK, HOUSE, LBPD, LISTED, STRANGER, call
from tests.rules.situations import ANA, NIGHT


@pytest.mark.parametrize(
    ("phone", "vouched", "trust", "agency"),
    [
        (LISTED, True, Trust.LIKELY, LBPD),
        (LISTED, False, Trust.LISTED, LBPD),
        (DESK, False, Trust.LISTED, LBPD),
        (STRANGER, True, Trust.UNLISTED, UNLISTED),
        ("+1562555015", True, Trust.UNLISTED, UNLISTED),  # a digit less than a listed one
        (None, False, Trust.WITHHELD, UNLISTED),
    ],
)
def test_for_whom_a_call_is_taken(phone: str | None, vouched: bool, trust: Trust, agency: Agency) -> None:
    """By exactly the numbers that an agency has listed; the network's word alone makes nobody police."""
    assert caller(HOUSE, phone, vouched=vouched) == Caller(trust, agency)


def test_whoever_shows_our_number_shows_none() -> None:
    """It is nobody's who calls us: a coordinator who rang it back would reach the hotline."""
    assert shown(DESK, {DESK}) is None
    assert shown(None, {DESK}) is None
    assert shown(LISTED, {DESK, ""}) == LISTED


def test_whose_number_a_call_shows() -> None:
    """One of our people's, who is rung back; a number that an agency has listed as well is an officer's."""
    assert shows_number_of(HOUSE, ANA.phone) == ANA
    both = replace(HOUSE, people=(*HOUSE.people, replace(ANA, id="desk", phone=DESK)))
    assert [shows_number_of(both, phone) for phone in (DESK, STRANGER, None)] == [None] * 3


@pytest.mark.parametrize("trust", Trust)
def test_what_a_call_brings(trust: Trust) -> None:
    """As the table has it, and nothing before it is known which call-out it is about."""
    at_once = rights(trust).pages is Pages.AT_ONCE
    assert arrives(call(trust), ()) is (Arrives.OPENS if at_once else Arrives.WAITS)
    assert arrives(call(trust), ("K7Q",)) is Arrives.ASKS


def test_whoever_hangs_up_wanted_news() -> None:
    """Of the newest that is open; unless they were asked which one it is about, said that it is new, and hold."""
    before, meanwhile = NIGHT - timedelta(minutes=5), NIGHT + timedelta(seconds=20)
    held = call(Trust.UNLISTED, held_since=NIGHT + timedelta(seconds=10))
    assert wanted_news(call(Trust.UNLISTED), {}) is None
    assert wanted_news(call(Trust.UNLISTED), {"F3T": before, "K7Q": meanwhile}) == "K7Q"
    assert wanted_news(held, {"K7Q": meanwhile}) == "K7Q"
    assert wanted_news(held, {"F3T": before, "K7Q": meanwhile}) is None


@pytest.mark.parametrize(
    ("trust", "from_number", "of_all", "bound"),
    [
        (Trust.LISTED, 500, 500, False),
        (Trust.LIKELY, 500, 500, False),
        (Trust.VERIFIED, 500, 500, False),
        (Trust.UNLISTED, 2, 9, False),
        (Trust.UNLISTED, 3, 3, True),
        (Trust.UNLISTED, 0, 10, True),
        (Trust.WITHHELD, 9, 9, False),
        (Trust.WITHHELD, 0, 10, True),
    ],
)
def test_floods(trust: Trust, from_number: int, of_all: int, bound: bool) -> None:
    """A listed number is never held up, and withheld ones are never one number."""
    assert is_bound(trust, from_number=from_number, of_all_unlisted=of_all) is bound


def test_an_undecided_call_says_how_long_it_waits() -> None:
    """With the number, so that a coordinator can ring back; a withheld one has none, and a dismissed one no time."""
    waits = call(Trust.UNLISTED, due_at=NIGHT + timedelta(seconds=60))
    assert "pages in 50 s" in alarm_undecided(waits, NIGHT + timedelta(seconds=10)).text
    assert STRANGER in alarm_undecided(waits, NIGHT).text
    assert "without a number" in alarm_undecided(call(Trust.WITHHELD), NIGHT).text


def test_a_dismissal_can_be_undone_for_an_hour() -> None:
    """Afterwards the officer has long called again."""
    dismissed = call(Trust.UNLISTED, dismissed_at=NIGHT)
    assert can_still_open(call(Trust.UNLISTED), NIGHT)
    assert can_still_open(dismissed, NIGHT + timedelta(hours=1))
    assert not can_still_open(dismissed, NIGHT + timedelta(hours=1, seconds=1))


def test_is_undecided() -> None:
    """Until it has a call-out, or a coordinator's word."""
    assert call(Trust.UNLISTED).is_undecided
    assert not call(Trust.UNLISTED, callout="c1").is_undecided
    assert not call(Trust.UNLISTED, dismissed_at=NIGHT).is_undecided


def test_every_kind_of_caller_has_its_rights() -> None:
    """The table is whole, and only whoever may hear names is not called unverified."""
    assert set(RIGHTS) == set(Trust)
    assert all(rights(trust).hears_names is not trust.is_unverified for trust in Trust)


@pytest.mark.parametrize(
    ("told", "enough"),
    [((), False), ((0, 1, 2, 3), False), ((0, 1, 2, 3, 580), True), ((0, 1, 2, 3, 500), False)],
)
def test_a_flood_rings_once_a_minute(told: tuple[int, ...], enough: bool) -> None:
    """After five of them: whose phone never stops ringing stops answering it."""
    times = [NIGHT + timedelta(seconds=second) for second in told]
    assert rings_of_flood_are_enough(times, NIGHT + timedelta(seconds=599)) is enough
    assert may_be_one_of_many(alarm_undecided(call(), NIGHT))
    assert not may_be_one_of_many(alarm_missed(call()))


@pytest.mark.parametrize("trust", Trust)
def test_whose_word_moves_a_call_out(trust: Trust) -> None:
    """Only a webhook with its credential cancels or moves one at once. Nobody does by key, by text or on a page, not
    even where a coordinator has verified the caller: somebody else may hold that phone."""
    at_once = {source for source in Source if rights(trust).moves_it(source)}
    assert at_once == ({Source.API} if trust is Trust.VERIFIED else set())
