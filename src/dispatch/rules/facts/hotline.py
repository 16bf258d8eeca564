"""A call that came in on the hotline, and what a rule decides on while its caller is on the line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.people import Language
from dispatch.rules.facts.phone_calls import Bridge
from dispatch.rules.facts.roster import UNLISTED, Agency, Roster
from dispatch.rules.facts.situation import Situation


@dataclass(frozen=True, slots=True)
class HotlineCall:
    """One call. `phone` is E.164, and None where the caller withheld it.

    `agency` is the code of the agency that it is taken to come from. `callout` is the call-out that it opened, or, with
    `again`, the open one that it is about. A call without one opens one by itself at `due_at`, unless a coordinator has
    dismissed the call; without `due_at` it is a missed call, and people decide. `tries` counts wrong PINs and codes.
    `pressed`: its caller has pressed a key that says something. `calls_back`: they show the number of one of our people
    and have not said that it is for an officer; whoever has that number is rung back, and the call opens nothing
    (`rules/hotline/ringing_back.py`).
    """

    id: str
    phone: str | None
    trust: Trust
    agency: str
    called_at: datetime
    language: Language = Language.ENGLISH
    callout: str | None = None
    again: bool = False
    due_at: datetime | None = None
    held_since: datetime | None = None
    ended_at: datetime | None = None
    dismissed_at: datetime | None = None
    dismissed_by: str | None = None
    tries: int = 0
    pressed: bool = False
    calls_back: bool = False

    @property
    def is_undecided(self) -> bool:
        """Whether nothing has come of it yet: no call-out, and no coordinator's word that it is none. A call of one of
        our people, who is rung back, has come to its end."""
        return self.callout is None and self.dismissed_at is None and not self.calls_back

    @property
    def is_left_to_people(self) -> bool:
        """Whether it came in while nobody was here to answer, and no coordinator has decided yet what it was."""
        return self.is_undecided and self.due_at is None

    @property
    def has_opened(self) -> bool:
        """Whether it has opened a call-out. A call about an earlier call-out may still open its own."""
        return self.callout is not None and not self.again


class RingsBack(StrEnum):
    """Whether one of our people, whose number a caller shows, is rung back."""

    NOW = "now"
    SOON = "soon"  # they were just now, for another call
    NOT = "not"  # they were for this call, or have nothing open


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """Somebody is on the line. `situation` is that of the call's call-out, if it has one.

    `earlier` are the codes of the open call-outs that came from this number, the newest last, and `awaited` those to
    which nobody has come yet. `rings_back` is set while the call is taken for one of our people's own. `bridge` is
    whoever is on the phone about the same call-out or call. `dials` says which numbers we ring and text. `bound` says
    that too many such calls have come for this one to open a call-out by itself. `wrong_codes` counts the wrong PINs
    and codes of this caller within the hour; all who withhold their number count as one.
    """

    call: HotlineCall
    roster: Roster
    situation: Situation | None
    earlier: tuple[str, ...]
    bridge: Bridge
    dials: Callable[[str], bool]
    bound: bool
    wrong_codes: int
    awaited: tuple[str, ...] = ()
    rings_back: RingsBack | None = None

    @property
    def agency(self) -> Agency:
        return self.roster.caller(self.call.agency) or UNLISTED

    @property
    def at_a_desk(self) -> bool:
        """Whether it is a station's own line: many officers call from it, and no text reaches it."""
        return self.call.phone is not None and self.agency.has_desk_at(self.call.phone)

    @property
    def may_be_another_officer(self) -> bool:
        """Whether a call about an open call-out may come from somebody else than its officer: an agency also lists the
        main number of its exchange, which every phone behind it shows. At a desk the code has said which one."""
        phone = self.call.phone
        return self.call.again and phone is not None and self.agency.has_listed(phone) and not self.at_a_desk
