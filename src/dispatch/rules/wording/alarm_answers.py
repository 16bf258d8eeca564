"""Answers to a coordinator who writes about an alarm."""

from collections.abc import Sequence

from dispatch.rules.wording.alphabet import one_segment
from dispatch.rules.wording.names import first_up, listed, someone


def alarm_and_to_go(answer: str) -> str:
    """To a coordinator who is paged as well: what they said was about an alarm, and takes no call-out."""
    return one_segment(f"{answer} To go yourself reply 1.")


def alarm_is_yours(code: str | None) -> str:
    """`code` is None for an alarm about no call-out."""
    about = f"{code}: " if code else ""
    return one_segment(first_up(f"{about}you have this alarm, and the others are told. Write again within 10 minutes."))


def alarm_has_owner(code: str | None, first_name: str) -> str:
    about = f"{code}: " if code else ""
    return one_segment(first_up(f"{about}{someone(first_name)} has this alarm already, thank you."))


def alarm_owner(code: str | None, first_name: str) -> str:
    """To the other coordinators."""
    about = f"{code}: " if code else ""
    return one_segment(first_up(f"{about}{someone(first_name)} has this alarm. We ring you if it gets worse."))


def alarm_is_over() -> str:
    return one_segment("This alarm is over. Thank you.")


def alarm_none() -> str:
    """To a coordinator who says yes to what was only news."""
    return one_segment("Thank you. No alarm is open now.")


def alarm_which(codes: Sequence[str]) -> str:
    """To a coordinator whose "OK" fits the alarms of several call-outs."""
    return one_segment(f"Alarms are open for {listed(codes)}. Put the code first, such as {codes[0]} OK.")


def alarm_hint(codes: Sequence[str]) -> str:
    """To a coordinator who writes anything else while alarms are open, of these call-outs or of none."""
    if not codes:
        return one_segment("Not understood, and an alarm is open. If you have it reply OK.")
    return one_segment(
        f"Not understood. Open alarms: {listed(codes)}. If you have one reply {codes[0]} OK. Nothing was changed."
    )
