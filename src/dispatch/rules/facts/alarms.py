"""Alarms: what a coordinator must hear."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlarmKind(StrEnum):
    """What coordinators are alarmed about."""

    # `rules/alarms/alarm_kinds.py` says how bad each is, and whether it rings.
    DANGER = "danger"
    SCENE_UNSAFE = "scene_unsafe"  # the caller says so
    DANGER_UNHEARD = "danger_unheard"  # whoever goes has not heard to stay away
    CHAIN_ENDED = "chain_ended"
    TARGET_MISSED = "target_missed"
    RELEASED = "released"
    GAVE_UP = "gave_up"
    STILL_UNCLEAR = "still_unclear"
    STOPPED = "stopped"
    ASKS_FOR_A_CALL = "asks_for_a_call"
    OFFICER_CALLS_OFF = "officer_calls_off"
    SOMEBODY_HURT = "somebody_hurt"
    NOBODY_CAME = "nobody_came"
    NEEDED_AGAIN = "needed_again"
    STRANGER_CRIES = "stranger_cries"  # a number that we do not know
    WROTE_AFTER_THE_END = "wrote_after_the_end"
    WORK_IS_LATE = "work_is_late"
    TARGET_WARNING = "target_warning"
    NOBODY_ON_SHIFT = "nobody_on_shift"
    NOT_MOVING = "not_moving"
    WRITES_AND_STAYS = "writes_and_stays"
    LATE_ARRIVAL = "late_arrival"
    DRIVER_SILENT = "driver_silent"  # their time has passed, and nothing is heard from them
    HANDED_OVER = "handed_over"
    OFFICER_NOT_REACHED = "officer_not_reached"
    OFFICER_NOT_DIALLED = "officer_not_dialled"  # their number is outside the regions that we ring and text
    PLACE_NOT_TOLD = "place_not_told"
    END_NOT_TOLD = "end_not_told"
    ON_SCENE_CHECK = "on_scene_check"
    HOME_CHECK = "home_check"
    OPTED_OUT = "opted_out"
    SHIFT_SILENT = "shift_silent"  # whoever came on call answers no test
    SHIFT_REFUSED = "shift_refused"  # whoever is on call, or soon will be, writes that they cannot
    CARRIER = "carrier"
    CLOCK_SET_BACK = "clock_set_back"
    RESCUED = "rescued"
    CLOCKS_APART = "clocks_apart"
    CALLS_REFUSED = "calls_refused"  # an agency calls, and its call-outs are refused
    COVER_WANTED = "cover_wanted"  # a shift that its holder cannot have, and that nobody has taken
    CODES_GUESSED = "codes_guessed"  # somebody on the hotline tries PINs, or codes of call-outs
    OUR_MISTAKE = "our_mistake"  # a step of the service fails, and is tried again and again
    UNDECIDED_CALL = "undecided_call"  # somebody phoned, and has not said what for
    SILENT_CALLS = "silent_calls"  # many have: one alarm for all
    MISSED_CALL = "missed_call"  # somebody phoned while nobody was here to answer
    UNVERIFIED = "unverified"  # somebody goes, and nobody has verified who called
    OFFICER_CALLS = "officer_calls"  # on the hotline: a coordinator is to ring back
    PLACE_UNCONFIRMED = "place_unconfirmed"  # nobody sends anybody to the meeting place that the caller named
    NEWS = "news"  # to be read; nobody needs to own it

    @property
    def is_danger(self) -> bool:
        """Whether somebody may be in danger."""
        return self in DANGERS


DANGERS = frozenset({AlarmKind.DANGER, AlarmKind.SCENE_UNSAFE, AlarmKind.DANGER_UNHEARD})


@dataclass(frozen=True, slots=True)
class UnlistedPromises:
    """The open alarms that promise a call to callers whom nobody has listed: how many there are, and when coordinators
    were last rung about one of them."""

    count: int
    rang_at: datetime | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An open alarm: its trouble goes on.

    `code` is its call-out's. An alarm about the service itself has none, nor has one that was raised after its call-out
    ended. `outlives` says that its call-out is over and the alarm is not. `person` is whom it is about, `call` the
    hotline call. `owner` has said "I have it"; `acted_at` is when they last did anything. An owner is a person's id, or
    the name of a key where the roster has nobody of that name. `said_at` is when a person last said what it tells of,
    `heard_at` when whoever cried for help was last heard: in an understood word, or through a coordinator.
    `call_back` is the number at which an officer waits for a call.
    """

    id: str
    kind: AlarmKind
    text: str
    opened_at: datetime
    callout: str | None = None
    code: str | None = None
    person: str | None = None
    owner: str | None = None
    owned_at: datetime | None = None
    acted_at: datetime | None = None
    outlives: bool = False
    call: str | None = None
    said_at: datetime | None = None
    heard_at: datetime | None = None
    call_back: str | None = None

    @property
    def since(self) -> datetime:
        """Whatever was written to anybody before that does not tell of it as it is now."""
        return max(self.opened_at, self.said_at or self.opened_at)

    @property
    def is_unheard_cry(self) -> bool:
        """Whether somebody cried for help, and nobody knows how they are by now."""
        return self.kind is AlarmKind.DANGER and (self.heard_at is None or self.heard_at < self.since)

    @property
    def waits_for_safety(self) -> bool:
        """Whether it is a cry for help that the word of a coordinator ends: somebody is safe. The officer's keeps our
        people away until then, although the officer has been heard."""
        return self.is_unheard_cry or (self.kind is AlarmKind.DANGER and self.keeps_away)

    @property
    def keeps_away(self) -> bool:
        """Whether nobody is sent on: the officer cries for help, or the scene is not safe."""
        return self.kind in {AlarmKind.DANGER, AlarmKind.SCENE_UNSAFE} and self.person is None


@dataclass(frozen=True, slots=True)
class HeardAlarm:
    """Somebody who was told of an alarm, by text or by call, or is about to be. `alarm` is its id."""

    alarm: str
    person: str
