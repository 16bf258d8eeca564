"""What people meant, recorded by themselves, and held against what the service believes.

The law: nobody is thought on the way, there, gone or home who did not mean it, and no one who meant to go is lost.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.simulation.rehearsal.law import Violated
from dispatch.simulation.rehearsal.meant import Meant

# What was not said about one call-out may be taken for any, for a while: a killed process hears a text late, and the
# clock jumps.
_ABOUT_ANY = timedelta(minutes=30)

_GOING = frozenset({Meant.GO, Meant.LEAVE, Meant.LATER, Meant.ARRIVED})
_WENT = frozenset({Meant.GO, Meant.LEAVE, Meant.LATER})

ASSIGNMENTS = (
    "SELECT a.callout, a.person, a.acknowledged_at, a.en_route_at, a.arrived_at, a.cleared_at, a.home_at"
    " FROM assignment a"
    # Whom a coordinator has asked to go along has said nothing yet.
    " WHERE a.role <> 'offered' OR NOT EXISTS (SELECT 1 FROM timeline n"
    " WHERE n.callout = a.callout AND n.person = a.person AND n.kind = 'assigned')"
)
DECLINES = "SELECT d.callout, d.person, d.at FROM decline d"

# The stamps of an assignment, in the order of `ASSIGNMENTS`: what must have been meant, and what is violated otherwise.
_STAMPS = (
    (_GOING, "nobody has a call-out who did not mean to go"),
    (frozenset({Meant.LEAVE}), "nobody is thought on the way who did not mean it"),
    (frozenset({Meant.ARRIVED}), "nobody is thought there who did not mean it"),
    (frozenset({Meant.DONE, Meant.HOME}), "nobody is thought gone who did not mean it"),
    (frozenset({Meant.HOME}), "nobody is thought home who did not mean it"),
)


@dataclass(slots=True)
class Meanings:
    _about: defaultdict[tuple[str, str], set[Meant]] = field(default_factory=lambda: defaultdict(set))
    _about_any: defaultdict[str, list[tuple[Meant, datetime, datetime]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def say(self, person: str, callout: str | None, meant: Meant, now: datetime) -> None:
        """Somebody says something, about this call-out or about whichever they think of.

        They mean what they say if their own night has come so far: nobody is there who has not set out, nor done or
        home who was not there.
        """
        if meant is Meant.ARRIVED and not self._has_meant(person, callout, _WENT):
            return
        if meant in (Meant.DONE, Meant.HOME) and not self._has_meant(person, callout, frozenset({Meant.ARRIVED})):
            return
        if callout is not None:
            self._about[person, callout].add(meant)
        else:
            self._about_any[person].append((meant, now - _ABOUT_ANY, now + _ABOUT_ANY))

    def vouch(self, person: str, callout: str, *meant: Meant) -> None:
        """A coordinator has spoken to them, and says so for them."""
        self._about[person, callout].update(meant)

    def press(self, person: str, keys: Iterable[str], now: datetime, span: timedelta) -> None:
        """They will press these keys on whatever rings in this time: 1 goes, or is on the way; 2 cannot."""
        pressed = {Meant.GO, Meant.LEAVE} if "1" in keys else set()
        for meant in sorted(pressed | ({Meant.CANNOT} if "2" in keys else set())):
            self._about_any[person].append((meant, now - _ABOUT_ANY, now + span + _ABOUT_ANY))

    def _has_meant(self, person: str, callout: str | None, any_of: frozenset[Meant]) -> bool:
        """Whether they meant one of these before, about this call-out or about none in particular."""
        if any(meant in any_of for meant, _, _ in self._about_any[person]):
            return True
        if callout is not None:
            return not any_of.isdisjoint(self._about[person, callout])
        return any(who == person and not any_of.isdisjoint(meanings) for (who, _), meanings in self._about.items())

    def check(
        self,
        assignments: Iterable[tuple[str, str, tuple[datetime | None, ...]]],
        declines: Iterable[tuple[str, str, datetime | None]],
    ) -> None:
        """Raise `Violated` where the service believes what nobody meant."""
        for callout, person, stamps in assignments:
            for at, (any_of, invariant) in zip(stamps, _STAMPS, strict=True):
                self._hold(callout, person, at, any_of, invariant)
        for callout, person, at in declines:
            self._hold(callout, person, at, frozenset({Meant.CANNOT}), "no one who meant to go is lost")

    def _hold(self, callout: str, person: str, at: datetime | None, any_of: frozenset[Meant], invariant: str) -> None:
        if at is None or not any_of.isdisjoint(self._about[person, callout]):
            return
        if not any(meant in any_of and since <= at <= until for meant, since, until in self._about_any[person]):
            raise Violated(invariant, callout, f"{person} at {at:%H:%M:%S}")
