"""What looks beyond a call-out is looked up for those deadlines alone whose rules ask for it."""

from dataclasses import replace

from dispatch.rules import deadlines
from dispatch.rules.alarms import promises
from dispatch.rules.board.next_moves import next_moves
from dispatch.rules.decisions import DeadlineKind, SetDeadline
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import UnlistedPromises
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.situation import UNKNOWN
from tests.each import each
from tests.rules.situations import NIGHT, assigned, bare, callout, minutes, taken

NOW = NIGHT + minutes(60)


@each(
    kind=DeadlineKind,
    attempt=[1, 2, 3, 4],
    about=[
        callout(),
        callout(step=3),
        taken(),
        taken(assigned("ben", AssignmentRole.PARTNER)),
        taken(status=Status.EN_ROUTE, en_route_at=NIGHT),
        taken(status=Status.ON_SCENE, arrived_at=NIGHT),
        taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT),
        callout(Status.CLOSED),
        callout(trust=Trust.UNLISTED, place_unconfirmed=True),
        replace(taken(), trust=Trust.WITHHELD, place_unconfirmed=True),
    ],
)
def test_deadlines_read_no_more_than_is_loaded_for_them(kind: DeadlineKind, attempt: int, about: CallOut) -> None:
    """`ABOUT_PLACES` names every kind whose rule asks who is near: one left out would be put off for ever."""
    stands = bare(about)
    if kind in deadlines.ABOUT_PLACES:
        stands = replace(stands, nearby=UNKNOWN)
    if kind is DeadlineKind.RING_BACK and promises.shares_ring(about.trust):
        stands = replace(stands, unlisted_promises=UnlistedPromises(1, None))
    deadlines.meet(stands, kind, "ana", attempt, NOW)
    # A board says beforehand what it will do, and looks up no more than this.
    next_moves(bare(about), [SetDeadline(kind, NOW, "ana", attempt)])
