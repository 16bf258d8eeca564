"""Whether a link still shows the meeting place."""

from datetime import timedelta

import pytest

from dispatch.rules.access.place_link import Ended, shows_callers, why_ended
from dispatch.rules.facts.callout import Status
from tests.rules.situations import ANA, NIGHT, minutes

LATER = NIGHT + minutes(5)


@pytest.mark.parametrize("status", Status)
def test_it_opens_while_the_call_out_does(status: Status) -> None:
    """Whoever is on an open call-out sees the place; whoever drives to one that is over reads that it is."""
    expected = None if status.is_open else Ended.OVER
    assert why_ended(LATER, status, ANA, NIGHT, on_it=True) is expected


def test_it_opens_for_whoever_is_on_it() -> None:
    """Whoever has let it go, or has left the roster, sees no place any more."""
    assert why_ended(LATER, Status.EN_ROUTE, ANA, NIGHT, on_it=False) is Ended.NOT_THEIRS
    assert why_ended(LATER, Status.EN_ROUTE, None, NIGHT, on_it=False) is Ended.OVER


@pytest.mark.parametrize("status", [*Status, None])
def test_callers_who_said_nothing_are_shown_while_nobody_has_them(status: Status | None) -> None:
    """To whoever was paged for them, while they are in the roster and the link is young."""
    assert shows_callers(LATER, status, ANA, NIGHT) is (status is Status.PAGING)
    assert not shows_callers(LATER, status, None, NIGHT)
    assert not shows_callers(NIGHT, status, ANA, NIGHT)


def test_guessing_teaches_nothing() -> None:
    """A link that is too old reads the same whatever is behind it; at its last moment it is too old."""
    for expires_at in (NIGHT, NIGHT - timedelta(days=1)):
        assert why_ended(expires_at, Status.CLOSED, ANA, NIGHT, on_it=False) is Ended.EXPIRED
    assert why_ended(LATER, None, ANA, NIGHT, on_it=False) is Ended.OVER
