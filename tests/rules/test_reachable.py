"""Who is reachable tonight: a fact about what they last answered, said with when."""

from datetime import timedelta

import pytest

from dispatch.rules.facts.people import Channel
from dispatch.rules.roster.reachable import HOLDS_FOR, LastAnswer, reachability
from tests.rules.situations import NIGHT

TEXTED, PRESSED = (LastAnswer(NIGHT - timedelta(days=4), by) for by in (Channel.SMS, Channel.VOICE))


@pytest.mark.parametrize(
    ("heard", "silent", "tonight", "known"),
    [
        (TEXTED, (), True, "reachable tonight (answered Fri 02:14 by text)"),
        (PRESSED, (5,), True, "reachable tonight (answered Fri 02:14 by call)"),  # they have answered since
        (LastAnswer(NIGHT - HOLDS_FOR, Channel.SMS), (), True, "reachable tonight (answered Mon 16 Nov 02:14 by text)"),
        (LastAnswer(NIGHT - timedelta(days=9), Channel.SMS), (), None, "last heard from Sun 15 Nov 02:14"),
        (None, (), None, "not heard from in 30 days"),
        (TEXTED, (5, 1), False, "no answer to the last test (Mon 02:14)"),
        (None, (1, 9), False, "no answer to the last 2 tests (Mon 02:14)"),
    ],
)
def test_what_was_answered_last_says_it(
    heard: LastAnswer | None, silent: tuple[int, ...], tonight: bool | None, known: str
) -> None:
    """`silent`: how many days ago tests found nobody. Without either nobody knows, and nothing is guessed."""
    found = reachability(heard, [NIGHT - timedelta(days=ago) for ago in silent], NIGHT)
    assert (found.tonight, found.known) == (tonight, known)
