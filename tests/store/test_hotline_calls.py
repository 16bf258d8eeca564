"""What is asked of earlier calls before a rule decides about one."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.hotline import hotline_calls
from dispatch.store.transaction import Transaction
from tests.store.open_callout import RECEIVED, open_callout

PHONE = "+15625550177"  # the officer's number of what `open_callout` opens


def _called(tx: Transaction, id_: str, minutes: int, callout: str | None = None) -> HotlineCall:
    at = RECEIVED + timedelta(minutes=minutes)
    call = HotlineCall(id_, PHONE, Trust.UNLISTED, "UNLISTED", called_at=at, callout=callout, again=callout is not None)
    hotline_calls.insert(tx, call, f"CA-{id_}")
    return call


def _callout(id_: str) -> sa.Update:
    return sa.update(t.callout).where(t.callout.c.id == id_)


async def test_calls_that_came_later_hold_nobody_up(database: Database) -> None:
    """A flood that begins while an officer listens is no reason to make them wait."""

    def ask(tx: Transaction) -> list[hotline_calls.Crowd]:
        calls = [_called(tx, f"h{minutes}", minutes) for minutes in range(4)]
        return [hotline_calls.crowd(tx, call, RECEIVED - timedelta(minutes=10)) for call in calls]

    assert await database.write(ask) == [hotline_calls.Crowd(before, before) for before in range(4)]


@pytest.mark.parametrize("by_call_alone", ["K7Q", "F3T"])
async def test_the_open_call_outs_of_a_number_stand_the_newest_last(database: Database, by_call_alone: str) -> None:
    """Whether the number is the officer's or only an earlier call was about it: the newest is what silence means."""

    def ask(tx: Transaction) -> list[str]:
        for code, minutes in {"K7Q": 1, "F3T": 2}.items():
            open_callout(tx, code)
            tx.execute(_callout(code).values(received_at=RECEIVED + timedelta(minutes=minutes)))
        tx.execute(_callout(by_call_alone).values(officer_phone="+15625550188"))
        _called(tx, "earlier", 3, by_call_alone)
        return [*hotline_calls.open_callouts_from(tx, _called(tx, "now", 4))]

    assert await database.write(ask) == ["K7Q", "F3T"]


@pytest.mark.parametrize(("sharing", "known"), [(None, ["K7Q"]), (0, ["K7Q"]), (4, [])])
async def test_a_page_for_many_is_no_callers_own(database: Database, sharing: int | None, known: list[str]) -> None:
    """Whoever took it has a list of numbers: one of its callers who phones again has no news to hear, and coordinators
    hear of the call."""

    def ask(tx: Transaction) -> list[str]:
        open_callout(tx, "K7Q")
        tx.execute(_callout("K7Q").values(officer_phone="", sharing=sharing))
        _called(tx, "earlier", 1, "K7Q")
        return [*hotline_calls.open_callouts_from(tx, _called(tx, "now", 2))]

    assert await database.write(ask) == known


@pytest.mark.parametrize("trust", Trust)
async def test_wrong_codes_count_whoever_calls(database: Database, trust: Trust) -> None:
    """Whoever guesses may show a listed number: coordinators hear of it all the same."""

    def ask(tx: Transaction) -> int:
        guesser = HotlineCall("h1", PHONE, trust, "LBPD", called_at=RECEIVED, tries=3)
        hotline_calls.insert(tx, guesser, "CA-h1")
        hotline_calls.went_wrong(tx, "h1", 3, RECEIVED)
        return hotline_calls.wrong_codes_of_all(tx, RECEIVED - timedelta(hours=1))

    assert await database.write(ask) == 3
