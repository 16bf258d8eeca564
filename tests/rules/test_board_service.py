"""What the board says of the service itself and of its people."""

from datetime import timedelta

import pytest

from dispatch.rules.board.ladder import Ladder, Rung
from dispatch.rules.board.rank import Sentence, sentence
from dispatch.rules.board.service import Demand, NodeHealth, by_hand, demand_on, paging
from dispatch.rules.board.standing import Level
from dispatch.rules.facts.situation import Paging
from tests.rules.situations import ANA, BEN, CLEO, NIGHT, ROSTER, callout, minutes, taken

WELL = NodeHealth(None, None)
SILENT = "the carrier cannot be asked: no route to host"
ACT, SOON = Level.ACT, Level.SOON


def lost(after: float, why: str = SILENT) -> NodeHealth:
    return NodeHealth(why, NIGHT + minutes(after))


def gone(after: float) -> NodeHealth:
    return NodeHealth(None, None, NIGHT + minutes(after))


@pytest.mark.parametrize(
    ("nodes", "found"),
    [
        ((), Paging()),
        ((WELL, WELL), Paging()),
        ((lost(1),), Paging(nobody=True, why="the carrier has not answered for", since=NIGHT + minutes(1))),
        (
            (lost(1), lost(3)),
            Paging(nobody=True, why="the carrier has not answered for", since=NIGHT + minutes(3)),
        ),
        (
            (lost(1, "our account at the carrier is suspended"),),
            Paging(nobody=True, why="our account at the carrier is suspended, for", since=NIGHT + minutes(1)),
        ),
        (
            (lost(1), WELL),
            Paging(why="1 of 2 nodes cannot reach the carrier, and the others page: for", since=NIGHT + minutes(1)),
        ),
        ((gone(2), WELL), Paging()),
        ((gone(2), lost(1)), Paging(nobody=True, why="the carrier has not answered for", since=NIGHT + minutes(1))),
        (
            (gone(2), gone(4)),
            Paging(
                nobody=True,
                why="no node of the service has been at work for",
                since=NIGHT + minutes(4),
                silent=True,
            ),
        ),
    ],
    ids=[
        *("no node known", "all well", "the only node", "the last of two", "refused", "one of two"),
        *("one is gone", "one is gone and one without the carrier", "none beats"),
    ],
)
def test_whether_anybody_can_be_paged(nodes: tuple[NodeHealth, ...], found: Paging) -> None:
    """As long as one node can page, somebody can be paged: it counts from when the last one lost the carrier."""
    assert paging(nodes) == found


def test_the_band_is_never_calm_while_nobody_can_be_paged() -> None:
    """Whatever else there is to say."""
    nobody = paging([lost(1)])
    for open_ in ((), (Level.NEUTRAL,), (ACT, SOON)):
        assert sentence(open_, (ACT,), callers=(ACT,), paging=nobody) == Sentence(ACT, "Nobody can be paged")
    assert sentence((), paging=paging([gone(1)])) == Sentence(ACT, "Nobody can be paged")
    assert sentence((), paging=paging([lost(1), WELL])) == Sentence(SOON, "The service may need you")


@pytest.mark.parametrize(
    ("open_", "calls", "level", "words"),
    [
        ((ACT,), (ACT,), ACT, "A caller and 1 call-out need you"),
        ((ACT, ACT), (ACT, SOON, ACT, ACT), ACT, "Callers and 2 call-outs need you"),
        ((), (ACT, SOON), ACT, "A caller needs you"),
        ((SOON,), (ACT, ACT), ACT, "Callers need you"),
        ((ACT,), (SOON,), ACT, "1 call-out needs you"),
        ((), (SOON,), SOON, "A caller may need you"),
        ((), (SOON, SOON), SOON, "Callers may need you"),
    ],
)
def test_a_caller_is_in_the_sentence(
    open_: tuple[Level, ...], calls: tuple[Level, ...], level: Level, words: str
) -> None:
    assert sentence(open_, callers=calls) == Sentence(level, words)


def test_demand_against_people() -> None:
    """Amber as soon as more wait than are free; red says more."""
    many = [callout() for _ in range(30)]
    short = demand_on(ROSTER, many, 30, frozenset({"ana"}))
    assert short == Demand(open=30, wait=30, specialists=3, free=2)
    assert short.is_short
    assert sentence([Level.NEUTRAL] * 30, demand=short) == Sentence(SOON, "30 open, 3 specialists, 2 free")
    assert sentence([ACT], demand=short) == Sentence(ACT, "1 call-out needs you")
    enough = demand_on(ROSTER, [callout(), taken()], 2, frozenset({"ana"}))
    assert not enough.is_short
    assert sentence([Level.NEUTRAL], demand=enough) == Sentence(Level.NEUTRAL, "Nothing needs you")
    assert Demand(2, 2, 1, 1).words == "2 open, 1 specialist, 1 free"


def test_whom_to_ring_by_hand() -> None:
    """Each once, in the order of paging."""
    rungs = (
        Rung(timedelta(0), (BEN,)),
        Rung(minutes(5), (ANA,)),
        Rung(minutes(9), (ANA, BEN, CLEO), everyone=True),
    )
    assert by_hand([Ladder(("LBPD",), rungs), Ladder(("LAPD",), rungs[1:])]) == [BEN, ANA, CLEO]
