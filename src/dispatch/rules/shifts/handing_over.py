"""What whoever comes on reads of what runs: nothing that anybody typed, and nothing at all where nothing runs.

The law: **codes and names of ours only.** Whoever comes on as a specialist reads which call-outs are open; coordinators
read who has which alarm, and how many reviews are owed, as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.on_call import shifts
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import listed


@dataclass(frozen=True, slots=True)
class Running:
    """What goes on: the codes of open call-outs, the alarms that somebody has, and how many reviews are owed."""

    codes: tuple[str, ...]
    owned: tuple[Alarm, ...] = ()
    reviews: int = 0


def who_comes_on(roster: Roster, since: datetime, now: datetime) -> list[tuple[Person, bool]]:
    """Everybody whose shift began in (since, now], and whether they come on as a coordinator. Raises `NaiveMoment`."""
    found: dict[tuple[str, bool], Person] = {}
    for rotation in roster.rotations:
        if rotation.name not in roster.paged_rotations and not rotation.takes_alarms:
            continue
        # From before, so that whoever goes on being on call is not seen to begin at the edge.
        for shift in shifts(roster, rotation, since, now + (now - since)):
            person = roster.person(shift.person)
            if person is not None and since < shift.starts_at <= now:
                found[person.id, rotation.takes_alarms] = person
    return [(person, alarms) for (_, alarms), person in found.items()]


def hand_off(running: Running, roster: Roster, *, coordinator: bool) -> Words | None:
    """In one text; None where nothing runs that concerns them."""
    said = [f"open: {listed(running.codes)}"] if running.codes else []
    dicho = [f"abiertos: {listed(running.codes)}"] if running.codes else []
    if coordinator:
        if running.owned:
            had = listed([_had(alarm, roster) for alarm in running.owned[:_MOST_ALARMS]])
            said.append(f"alarms: {had}")
            dicho.append(f"alarmas: {had}")
        if running.reviews:
            said.append(f"reviews owed: {running.reviews}")
            dicho.append(f"revisiones pendientes: {running.reviews}")
    if not said:
        return None
    return text(f"You are on call now. {_sentence(said)}", f"Su turno empieza. {_sentence(dicho)}")


_MOST_ALARMS = 3  # a segment holds no more


def _had(alarm: Alarm, roster: Roster) -> str:
    about = alarm.code or "service"
    return f"{about} ({roster.first_name_of(alarm.owner)})" if alarm.owner is not None else about


def _sentence(parts: Sequence[str]) -> str:
    joined = "; ".join(parts)
    return f"{joined[0].upper()}{joined[1:]}."
