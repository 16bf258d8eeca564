"""The texts that alarm coordinators. The operator's table in docs/operations.md says what to do about each."""

from datetime import datetime

from dispatch.rules.wording.alphabet import one_segment, shortened
from dispatch.rules.wording.names import (
    agency_name,
    first_up,
    minutes_text,
    quoted,
    shown_name,
    specialist,
)
from dispatch.rules.wording.times import LOCAL, local_day_and_time


def chain_ended(code: str, round_number: int) -> str:
    """`round_number` counts from 1 how often everybody has been paged."""
    return one_segment(
        f"ALARM {code}: nobody has answered. Now paging everyone, round {round_number}. Please call people."
    )


def target_warning(code: str, minutes_left: int, reason: str) -> str:
    """`reason` is half a sentence, such as "nobody has taken it"."""
    return one_segment(f"ALARM {code}: {minutes_text(minutes_left)} left to the target, and {shortened(reason, 80)}.")


def target_missed(code: str, minutes: int) -> str:
    """`minutes` since the call-out was received."""
    return one_segment(f"ALARM {code}: target missed. After {minutes_text(minutes)} no specialist is on scene.")


def nobody_on_shift(code: str, step: int) -> str:
    return one_segment(f"ALARM {code}: there is nobody to page in step {step}. Paging went on to the next.")


def probable_duplicate(code: str, other: str, why: str) -> str:
    """`why` is half a sentence, such as "same callback number"."""
    return one_segment(
        f"{code}: probably the same as {other} ({shortened(why, 40)}). Both are paged. Please ask the officer."
    )


def not_moving(code: str, first_name: str) -> str:
    who = specialist(first_name)
    return one_segment(f"ALARM {code}: {who} took it and has not said OMW. Please call {who}.")


def late_arrival(code: str, first_name: str, minutes_late: int | None = None) -> str:
    who = specialist(first_name)
    late = "" if minutes_late is None else f" by {minutes_text(minutes_late)}"
    return one_segment(f"ALARM {code}: the ETA of {who} has passed{late}, and no word of arrival. Please call {who}.")


def released(code: str, first_name: str) -> str:
    return one_segment(f"ALARM {code}: {specialist(first_name)} can no longer go. Paging again.")


def gave_up(code: str, first_name: str) -> str:
    who = specialist(first_name)
    return one_segment(
        f"ALARM {code}: {who} took it, did not leave and does not answer. Paging the next. Please call {who}."
    )


def handed_over(code: str, first_name: str, heir: str) -> str:
    return one_segment(
        f"ALARM {code}: {specialist(first_name)} can no longer go. {first_up(specialist(heir))} has it now."
    )


def officer_not_reached(code: str) -> str:
    return one_segment(f"ALARM {code}: our message did not reach the officer. Please call the officer.")


def place_not_told(code: str, first_name: str) -> str:
    who = specialist(first_name)
    return one_segment(f"ALARM {code}: we could not tell {who} where to go, by text or by call. Please call {who}.")


def end_not_told(code: str, first_name: str) -> str:
    who = specialist(first_name)
    return one_segment(f"ALARM {code}: we could not tell {who} that it is off, by text or by call. Please call {who}.")


def on_scene_check(code: str, first_name: str) -> str:
    who = specialist(first_name)
    return one_segment(f"ALARM {code}: {who} has been on scene for hours without a word. Please call {who}.")


def home_check(code: str, first_name: str) -> str:
    who = specialist(first_name)
    return one_segment(f"ALARM {code}: {who} left the scene and has not said HOME. Please call {who}.")


def partner_offer(code: str, first_name: str, taken_by: str) -> str:
    return one_segment(
        f"{code}: {shown_name(first_name, 'another specialist')} could come too. "
        f"{first_up(specialist(taken_by))} has it."
    )


def opted_out(first_name: str) -> str:
    who = specialist(first_name)
    return one_segment(f"ALARM: {who} has opted out of our texts and is paged by phone only. Please call {who}.")


def unclear_text(first_name: str, text: str) -> str:
    return one_segment(f"{first_up(specialist(first_name))} wrote: {quoted(text, 90)}. Nothing was changed.")


def officer_wrote(code: str, phone: str, text: str) -> str:
    return one_segment(f"{code}: the officer, {phone}, wrote: {quoted(text, 90)}.")


def officer_calls_off(code: str, phone: str, text: str) -> str:
    """With their words: the officer may have meant something else."""
    return one_segment(
        f"ALARM {code}: the officer writes {quoted(text, 40)}. Nothing is cancelled. Please call {phone} and ask."
    )


def partner_wrote(agency: str, phone: str, text: str) -> str:
    return one_segment(f"{agency_name(agency)}, {phone}, wrote: {quoted(text, 80)}.")


def still_unclear(code: str, first_name: str) -> str:
    who = specialist(first_name)
    return one_segment(
        f"ALARM {code}: what {who} wrote may mean that they cannot go, are there, or need help. No clear word since. "
        f"Please call {who}."
    )


def danger(code: str, who: str, phone: str) -> str:
    """`code` is empty when it is about no call-out. Their own words stay out: they may name a place."""
    if not code:
        return one_segment(f"DANGER: {who} may be in danger. Call {who} now: {phone}.")
    return one_segment(
        f"DANGER {code}: {who} may be in danger. Call {who} now: {phone}. When you have it reply {code} OK."
    )


def unknown_sender(last_four: str, text: str) -> str:
    return one_segment(f"An unknown number ending in {shortened(last_four, 4)} wrote: {quoted(text, 90)}.")


def carrier(reason: str) -> str:
    return one_segment(f"ALARM: texts or calls may not go out. {first_up(shortened(reason, 90))}.")


def work_is_late(seconds: int) -> str:
    return one_segment(f"ALARM: the service is {seconds} seconds behind with pages. Check the call-outs by hand now.")


def clock_set_back(minutes: int) -> str:
    return one_segment(
        f"ALARM: the service's clock was set back by {minutes_text(minutes)}. Paging goes on, but check its times."
    )


def rescued(code: str) -> str:
    return one_segment(
        f"ALARM {shortened(code, 12)}: a fault had stopped this call-out. It goes on now. Please look after it."
    )


def coverage_gap(rotation: str, starts_at: datetime, tz: str = LOCAL) -> str:
    return one_segment(
        f"Nobody is on call for {shortened(rotation, 30)} from {local_day_and_time(starts_at, tz)}. "
        "Please fill the gap."
    )
