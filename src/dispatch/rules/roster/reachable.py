"""Whether somebody is reachable tonight, by what they last answered.

The law: it is a fact about the past, said with when and how it is known, and never a guess. Nothing that pages asks for
it, and it is for coordinators alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.facts.people import Channel
from dispatch.rules.wording.names import counted_text
from dispatch.rules.wording.times import local_day_and_time, local_weekday_and_time

HOLDS_FOR = timedelta(days=8)
"""For how long an answer counts: whoever is on call once a week is not unknown between two shifts."""
LOOKED_BACK = timedelta(days=30)
_WEEKDAY_SAYS_IT = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The newest answer of somebody to anything that we sent: a text to us, or a key on a call of ours."""

    at: datetime
    by: Channel


@dataclass(frozen=True, slots=True)
class Reachability:
    """`tonight`: they answered lately, and no test since then went unanswered; False where one did, None where nobody
    knows. `missed` are the moments of the tests that they left unanswered since, the oldest first. `known` says it."""

    tonight: bool | None
    heard: LastAnswer | None
    missed: tuple[datetime, ...]
    known: str


def reachability(heard: LastAnswer | None, silent: Iterable[datetime], now: datetime) -> Reachability:
    """`silent` are the moments of the tests that found nobody, answered later or not. Raises `NaiveMoment`."""
    missed = tuple(sorted(at for at in silent if heard is None or at > heard.at))
    if missed:
        tests = "test" if len(missed) == 1 else counted_text(len(missed), "test")
        return Reachability(False, heard, missed, f"no answer to the last {tests} ({_when(missed[-1], now)})")
    if heard is None:
        return Reachability(None, None, (), f"not heard from in {LOOKED_BACK.days} days")
    if now - heard.at > HOLDS_FOR:
        return Reachability(None, heard, (), f"last heard from {_when(heard.at, now)}")
    return Reachability(True, heard, (), f"reachable tonight (answered {_when(heard.at, now)} by {_BY[heard.by]})")


_BY = {Channel.SMS: "text", Channel.VOICE: "call"}


def _when(at: datetime, now: datetime) -> str:
    return local_weekday_and_time(at) if now - at < _WEEKDAY_SAYS_IT else local_day_and_time(at)
