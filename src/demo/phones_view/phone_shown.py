"""What each phone shows: its texts and calls, the call that is going on, and who its owner is at the moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from demo.hearing import as_heard
from demo.phones_view.phone_owners import Owner, owner_of_number, owners_of
from demo.phones_view.pieces import Piece, piece
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.nearer.estimate import area_of
from dispatch.rules.people.new_number import NewNumber
from dispatch.rules.roster.on_call import resolve
from dispatch.rules.wording import times
from twilio_simulator import Behaviour, Phone, PhoneCall, SimulatedCarrier

BEHAVIOURS = (
    Behaviour.LEFT_TO_RING,
    Behaviour.ANSWERS,
    Behaviour.VOICEMAIL,
    Behaviour.SWITCHED_OFF,
    Behaviour.UNREACHABLE,
    Behaviour.BUSY,
    Behaviour.OPTED_OUT,
)
_KEYS = "123456789*0#"
_MOST_BUBBLES = 60


@dataclass(frozen=True, slots=True)
class PhoneView:
    """One phone of the view, in pieces."""

    owner: Owner
    bubbles: list[Piece]
    call: Piece
    role: Piece
    behaviour: Piece

    @property
    def pieces(self) -> list[Piece]:
        return [*self.bubbles, self.call, self.role, self.behaviour]


@dataclass(frozen=True, slots=True)
class _Bubble:
    """A text or a call. Each of a text's `words` says whether it links to one of our own views."""

    id: str
    at: datetime
    kind: str  # in, out, call
    words: tuple[tuple[str, bool], ...] = ()
    call: PhoneCall | None = None
    what: str = ""


class Views:
    """Every phone as it is now. Only addresses below `our_url` become links.

    The phones are those of the roster at first, and of numbers to be verified; who is on call and where people start
    from is asked of the one as it is now.
    """

    def __init__(self, carrier: SimulatedCarrier, roster: Roster, our_url: str) -> None:
        self._carrier, self._our_url = carrier, our_url
        self.owners = {owner.id: owner for owner in owners_of(roster)}

    def meet(self, roster: Roster, waiting: Iterable[NewNumber]) -> None:
        """Numbers that are to be verified have phones as well, from the moment at which they are asked for."""
        known = {owner.number for owner in self.owners.values()}
        for owner in (owner_of_number(one, roster) for one in waiting if one.phone not in known):
            if owner is not None:
                self.owners[owner.id] = owner

    def phones(self, roster: Roster) -> list[PhoneView]:
        """In the order of the view."""
        on_call = self._on_call(roster)
        return [self._phone(owner, roster, on_call) for owner in self.owners.values()]

    def groups(self, roster: Roster) -> dict[str, list[PhoneView]]:
        """The phones below the heading that each belongs to."""
        groups: dict[str, list[PhoneView]] = {}
        for view in self.phones(roster):
            groups.setdefault(view.owner.group, []).append(view)
        return groups

    def first_on_call(self, roster: Roster) -> str:
        """The name of whoever is paged first."""
        on_call = self._on_call(roster)
        return next((owner.name for owner in self.owners.values() if owner.id in on_call), "somebody")

    def _phone(self, owner: Owner, roster: Roster, on_call: dict[str, str]) -> PhoneView:
        phone = self._carrier.phone(owner.number)
        person = roster.person(owner.id)
        area = area_of(person, roster, self._carrier.now()) if person else None
        its_call = _its_call(phone)
        return PhoneView(
            owner,
            bubbles=[
                piece(
                    f"{owner.id}-{bubble.id}",
                    "bubble",
                    bubble=bubble,
                    local_time=times.local_time,
                    heard=self._heard(bubble.call),
                )
                for bubble in self._bubbles(phone)
            ],
            call=piece(
                f"{owner.id}-call",
                "call_panel",
                owner=owner,
                its_call=its_call,
                keys=_KEYS,
                heard=self._heard(its_call),
            ),
            role=piece(
                f"{owner.id}-role", "role", owner=owner, area=area.name if area else None, on_call=on_call.get(owner.id)
            ),
            behaviour=piece(f"{owner.id}-behaviour", "behaviour", owner=owner, phone=phone, behaviours=BEHAVIOURS),
        )

    def _on_call(self, roster: Roster) -> dict[str, str]:
        """The rotation that each person is on call for now, by the person's id."""
        now = self._carrier.now()
        return {
            person.id: rotation.name
            for rotation in reversed(roster.rotations)
            for person in resolve(roster, Target(TargetKind.ROTATION, rotation.name), now)
        }

    def _bubbles(self, phone: Phone) -> list[_Bubble]:
        """The newest texts and calls of a phone, oldest first."""
        texts = [_Bubble(text.sid, text.received_at, "in", self._linked(text.body)) for text in phone.texts]
        replies = [
            _Bubble(message.sid, message.date_created, "out", ((message.body, False),))
            for message in self._carrier.messages.newest_first(from_=phone.number)
        ]
        calls = [
            _Bubble(call.sid, call.created_at, "call", call=call, what=what)
            for call in (*phone.calls, *phone.dialled)
            if (what := _what_became_of(call))
        ]
        return sorted([*texts, *reversed(replies), *calls], key=lambda bubble: bubble.at)[-_MOST_BUBBLES:]

    def _heard(self, call: PhoneCall | None) -> list[str]:
        """What the owner has heard on a call; whoever they spoke with is named."""
        lines = (as_heard(line, self._name_at) for line in (call.heard if call is not None else ()))
        return [line for line in lines if line is not None]

    def _name_at(self, number: str) -> str:
        return next((owner.name for owner in self.owners.values() if owner.number == number), number)

    def _linked(self, body: str) -> tuple[tuple[str, bool], ...]:
        return tuple((word, word.startswith(f"{self._our_url}/")) for word in body.split(" "))


_CALL_ENDED = {
    "no-answer": "Missed call",
    "busy": "Declined",
    "failed": "A call did not come through",
    "canceled": "Missed call, called off",
}


def _what_became_of(call: PhoneCall) -> str | None:
    """What a phone shows of a call, in words; None when it never rang there."""
    dialled = call.direction == "inbound"
    if call.ended:
        if call.duration:
            minutes, seconds = divmod(call.duration, 60)
            kind = "Voicemail" if call.by_machine else "You called" if dialled else "Call"
            return f"{kind}, {minutes}:{seconds:02}"
        return _CALL_ENDED.get(call.status, "Call, 0:00")
    if call.by_machine:
        return "Voicemail has taken the call"
    if call.connected:
        return "On the phone"
    return "Incoming call" if call.ringing else "Calling" if dialled else None


def _its_call(phone: Phone) -> PhoneCall | None:
    """The call that its owner can act on now."""
    dialling = next((call for call in reversed(phone.dialled) if not call.ended), None)
    return phone.connected or phone.ringing or dialling
