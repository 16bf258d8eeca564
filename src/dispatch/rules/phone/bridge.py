"""Who is joined with whom on the phone, and when.

The law: a conference is made only when two people have each pressed a key, so no voicemail is ever joined, and the
first who presses it is joined. Nobody is left alone: whoever waits hears us every few seconds, and whoever stays behind
is led back to us and hears why. All of it is read from rows, so the same request gets the same answer on any node.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.facts.phone_calls import Bridge, Leg, LegState, Party

PATIENCE = timedelta(seconds=60)
"""How long somebody waits for the officer's key before they are told that there is no answer."""
CHECKED_AFTER = timedelta(seconds=20)
"""After this long the carrier is asked whether somebody is still on the phone, and then every few seconds."""
GIVEN_UP_AFTER = timedelta(minutes=10)
"""After this long a call whose carrier id we never learnt counts as over."""
_SEEN = timedelta(seconds=20)  # for a phone that waits, the carrier asks every few seconds what to say
_ALONE = timedelta(seconds=15)  # in a conference that has not begun: the other phone should come within seconds


# ---- what becomes of a phone ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wait:
    """The phone waits for the officer from now on."""

    party: Party


@dataclass(frozen=True, slots=True)
class WaitOn:
    """The phone still waits."""


@dataclass(frozen=True, slots=True)
class GoIn:
    """The phone goes into this conference, where the officer is: from now on they speak."""

    conference: str


@dataclass(frozen=True, slots=True)
class Join:
    """The phone is joined in this conference, and so are the `others` that waited for it."""

    party: Party
    conference: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """The phone is in no bridge any more."""


LegStep = Wait | WaitOn | GoIn | Join | Leave


# ---- somebody wants to be joined with the officer ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else of the same party is joined already, or was first to ask: `person`."""

    person: str | None


@dataclass(frozen=True, slots=True)
class NoNumber:
    """The officer is not on the line, and gave no number."""


@dataclass(frozen=True, slots=True)
class LegAsks:
    """The officer is asked for their key. `by_phone`: they are rung first."""

    by_phone: bool


@dataclass(frozen=True, slots=True)
class OnAnotherCall:
    """The officer's phone is on the hotline, and not about this: to ring it would find the line busy."""


JoinAnswer = Busy | NoNumber | OnAnotherCall | LegAsks | Join


def ask(
    bridge: Bridge,
    id_: str,
    party: Party,
    now: datetime,
    *,
    can_be_rung: bool,
    on_another_call: bool = False,
    person: str | None = None,
) -> JoinAnswer:
    """The phone `id_`, which is `person`'s, asks for the officer. `can_be_rung` says that they gave a number, and
    that we dial it; `on_another_call`, that it is on the hotline about something else.

    Another phone of the same person is in nobody's way: it is over once this one asks.
    """
    live = [leg for leg in _live(bridge, now) if leg.id != id_]
    other = next((leg for leg in live if leg.party is party and (person is None or leg.person != person)), None)
    if other is not None:
        return Busy(other.person)
    officers = [leg for leg in live if leg.party is Party.OFFICER]
    joined = next((leg.conference for leg in officers if leg.is_joined and leg.conference is not None), None)
    if joined is not None:
        return Join(party, joined)  # they have pressed a key already
    if officers or bridge.holding:
        return LegAsks(by_phone=False)
    if not can_be_rung:
        return NoNumber()
    return OnAnotherCall() if on_another_call else LegAsks(by_phone=True)


def waiting(bridge: Bridge, now: datetime) -> list[Leg]:
    """The phones that wait for the officer, the first of each party."""
    found: dict[Party, Leg] = {}
    for leg in _live(bridge, now):
        if leg.state is LegState.WAITS:
            found.setdefault(leg.party, leg)
    return list(found.values())


def rung_in_vain(bridge: Bridge, now: datetime) -> list[str]:
    """The phones of officers that we ring though nobody waits for them any more."""
    if waiting(bridge, now):
        return []
    return [leg.id for leg in bridge.legs if leg.state is LegState.RINGS]


def accept(bridge: Bridge, id_: str, now: datetime) -> Join | None:
    """The officer on the phone `id_` has pressed the key. None if nobody waits for them, or another officer was
    faster."""
    others = waiting(bridge, now)
    if not others or any(leg.party is Party.OFFICER and leg.is_joined and leg.id != id_ for leg in bridge.legs):
        return None
    return Join(Party.OFFICER, id_, tuple(leg.id for leg in others))


def _live(bridge: Bridge, now: datetime) -> list[Leg]:
    """The phones that are on the line, as far as we can know: a carrier may never say that a call is over."""

    def lives(leg: Leg) -> bool:
        match leg.state:
            case LegState.WAITS:
                return now - leg.seen_at <= _SEEN
            case LegState.RINGS:
                return now - leg.since <= PATIENCE
            case _:
                return leg.is_joined

    return [leg for leg in bridge.legs if lives(leg)]


# ---- the next exchange of somebody who waits -----------------------------------------------------------------------


def step(bridge: Bridge, id_: str, now: datetime) -> Join | WaitOn | Leave:
    """What becomes of the phone `id_`, which was waiting. It leaves when the officer has gone, cannot be reached, or
    has pressed no key in time."""
    mine = bridge.leg(id_)
    if mine is None:
        return Leave()
    officers = [leg for leg in _live(bridge, now) if leg.party is Party.OFFICER]
    if mine.is_joined and mine.conference is not None:
        there = any(leg.conference == mine.conference for leg in officers)
        return Join(mine.party, mine.conference) if there else Leave()
    there = bool(officers) or bridge.holding
    return WaitOn() if there and now - mine.since <= PATIENCE else Leave()


# ---- in the conference ---------------------------------------------------------------------------------------------


def is_left_alone(bridge: Bridge, id_: str, now: datetime) -> bool:
    """Whether the phone `id_` waits in vain in a conference that has not begun. Once another phone has gone in, the
    conference has begun, and the request that asks came late."""
    mine = bridge.leg(id_)
    if mine is None:
        return True
    others = [leg for leg in bridge.in_conference(mine.conference) if leg.id != id_]
    if not others:
        return True
    return now - mine.since > _ALONE and not any(leg.has_gone_in for leg in others)


def stays_alone(bridge: Bridge, id_: str, now: datetime) -> bool:
    """Whether the phone `id_` is alone in its conference, long after the other one should have come. When the carrier
    cannot ask us what a waiting phone hears, it falls silent and does not ask again."""
    mine = bridge.leg(id_)
    if mine is None or not mine.is_joined or now - mine.since <= _ALONE:
        return False
    return len(bridge.in_conference(mine.conference)) < 2


def after_conference(bridge: Bridge, id_: str, were: int) -> Join | Leave:
    """What becomes of the phone `id_` when its conference is over for it. `were` counts the phones that have ever been
    in it.

    A conference ends when anybody leaves it, so nobody is ever left in silence. If there were more than two, and the
    officer and somebody else are left, these go on.
    """
    mine = bridge.leg(id_)
    if mine is None or mine.conference is None or were < 3:
        return Leave()
    left = bridge.in_conference(mine.conference)
    go_on = len(left) > 1 and any(leg.party is Party.OFFICER for leg in left)
    return Join(mine.party, mine.conference) if go_on else Leave()
