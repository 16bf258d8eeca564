"""What people meant, recorded as they say it, and compared with what the service believes.

The law: nobody is thought on the way, there, gone or home who did not mean it, and no one who meant to go is lost.

A belief is checked when it is new, against what had been meant by then: a "here" that comes ten minutes after the
service thought somebody there does not make the belief right.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rehearsal.law import Violated
from rehearsal.meant import Meant

# How long a text may be on its way: the carrier delivers some ten minutes late, and the clock may jump meanwhile.
_HEARD_WITHIN = timedelta(minutes=30)
_SET_BACK = timedelta(minutes=1)  # more than a story ever sets its clock back
# "Home" minutes after "here" is a slip. Delivered so late that it might be true, it cannot be told from a true one.
_NOBODY_IS_HOME_WITHIN = timedelta(minutes=10)

_GOING = frozenset({Meant.GO, Meant.LEAVE, Meant.LATER, Meant.ARRIVED})
_WENT = frozenset({Meant.GO, Meant.LEAVE, Meant.LATER})
_NOT_NOW = frozenset({Meant.CANNOT, Meant.SHORT})
_ARRIVED, _DONE = frozenset({Meant.ARRIVED}), frozenset({Meant.DONE})

ASSIGNMENTS = (
    "SELECT a.id, a.callout, a.person, a.acknowledged_at, a.en_route_at, a.arrived_at, a.cleared_at, a.home_at"
    " FROM assignment a"
    # Somebody whom a coordinator has asked to go along has said nothing yet.
    " WHERE (a.role <> 'offered' OR NOT EXISTS (SELECT 1 FROM timeline n"
    " WHERE n.callout = a.callout AND n.person = a.person AND n.kind = 'assigned'))"
)
DECLINES = "SELECT d.callout, d.person, d.at FROM decline d WHERE 1 = 1"

# The stamps of an assignment, in the order of `ASSIGNMENTS`: what must have been meant, and what is violated otherwise.
_STAMPS = (
    (_GOING, "nobody has a call-out who did not mean to go"),
    (frozenset({Meant.LEAVE}), "nobody is thought on the way who did not mean it"),
    (_ARRIVED, "nobody is thought there who did not mean it"),
    (frozenset({Meant.DONE, Meant.HOME}), "nobody is thought gone who did not mean it"),
    (frozenset({Meant.HOME}), "nobody is thought home who did not mean it"),
)


@dataclass(frozen=True, slots=True)
class _Said:
    """Something that was meant, and between which moments the service may hear it."""

    meant: Meant
    since: datetime
    until: datetime


@dataclass(slots=True)
class Meanings:
    _said: defaultdict[tuple[str, str | None], list[_Said]] = field(default_factory=lambda: defaultdict(list))
    """By person and call-out. What names no call-out may be taken to be about any."""
    _believed: dict[object, Sequence[object]] = field(default_factory=dict)
    """What has been checked already: the stamps of each assignment, and when each decline was."""

    def say(self, person: str, callout: str | None, meant: Meant, now: datetime) -> None:
        """Somebody says something, about this call-out or about whichever they think of.

        It counts only if their own night has come so far: nobody can be there without having set out, or done or home
        without having been there.
        """
        since = now
        if meant is Meant.ARRIVED and not self._before(person, callout, _WENT):
            return
        if meant in (Meant.DONE, Meant.HOME):
            arrived = self._before(person, callout, _ARRIVED)
            if not arrived:
                return
            if meant is Meant.HOME and not self._before(person, callout, _DONE):
                since = max(now, min(said.since for said in arrived) + _NOBODY_IS_HOME_WITHIN)
        self._said[person, callout].append(_Said(meant, since, since + _HEARD_WITHIN))

    def vouch(self, person: str, callout: str, meant: Meant, now: datetime, since: datetime) -> None:
        """A coordinator has spoken to them, and now says for them what they have meant `since` then."""
        self._said[person, callout].append(_Said(meant, since, now + _HEARD_WITHIN))

    def press(self, person: str, keys: Iterable[str], now: datetime, span: timedelta) -> None:
        """They will press these keys on whatever rings within `span`: 1 means going or on the way, 2 means cannot."""
        pressed = {Meant.GO, Meant.LEAVE} if "1" in keys else set()
        for meant in sorted(pressed | ({Meant.CANNOT} if "2" in keys else set())):
            self._said[person, None].append(_Said(meant, now, now + span + _HEARD_WITHIN))

    def _before(self, person: str, callout: str | None, any_of: frozenset[Meant]) -> list[_Said]:
        """What they have said that means one of these, about this call-out or about none in particular."""
        about = (
            [key for key in self._said if key[0] == person] if callout is None else [(person, callout), (person, None)]
        )
        return [said for key in about for said in self._said.get(key, ()) if said.meant in any_of]

    def check(
        self,
        assignments: Iterable[tuple[object, str, str, tuple[object, ...]]],
        declines: Iterable[tuple[str, str, object]],
        now: datetime,
    ) -> None:
        """Raise `Violated` if the service has come to believe, since the last check, what nobody meant.

        An assignment is its id, its call-out, its person and its stamps.
        """
        for assignment, callout, person, stamps in assignments:
            believed = self._believed.get(assignment, (None,) * len(_STAMPS))
            for at, before, (any_of, invariant) in zip(stamps, believed, _STAMPS, strict=True):
                if at is not None and at != before:
                    self._hold(callout, person, any_of, invariant, now)
            self._believed[assignment] = stamps
        for callout, person, at in declines:
            if self._believed.get((callout, person)) != (at,):
                self._hold(callout, person, _NOT_NOW, "no one who meant to go is lost", now)
            self._believed[callout, person] = (at,)

    def _hold(self, callout: str, person: str, any_of: frozenset[Meant], invariant: str, now: datetime) -> None:
        if not any(
            said.since - _SET_BACK <= now <= said.until + _SET_BACK for said in self._before(person, callout, any_of)
        ):
            raise Violated(invariant, callout, f"{person} at {now:%H:%M:%S}")
