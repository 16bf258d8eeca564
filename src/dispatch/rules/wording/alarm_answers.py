"""Answers to a coordinator who writes about an alarm."""

from collections.abc import Sequence

from dispatch.rules.wording.alphabet import one_segment
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import first_up, listed, someone


def alarm_and_to_go(answer: str) -> str:
    """To a coordinator who is paged as well: what they said was about an alarm, and takes no call-out."""
    return one_segment(f"{answer} To go yourself reply 1.")


def alarm_and_how_to_go(answer: str) -> str:
    """To a coordinator who writes that they go, and whom the call-out does not page."""
    return one_segment(f'{answer} To go, press "I go" on its page, or have it assigned.')


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


def alarm_over(code: str, why: Words, *, goes_on: bool = False) -> Words:
    """To whoever heard an alarm. `code` is empty for an alarm about a call on the hotline; `goes_on`: another alarm
    that they heard goes on."""
    about = code or "hotline"
    if goes_on:
        return text(
            first_up(f"{about}: {why}. Another alarm about it goes on."),
            first_up(f"{about}: {why.spanish}. Otra alarma sigue."),
        )
    return text(first_up(f"{about}: {why}; alarm over."), first_up(f"{about}: {why.spanish}; fin de la alarma."))


def alarm_is_over() -> str:
    return one_segment("This alarm is over. Thank you.")


def alarm_none() -> str:
    """To a coordinator who says yes to what was only news."""
    return one_segment("Thank you. No alarm is open now.")


def alarm_which(codes: Sequence[str]) -> str:
    """To a coordinator whose "OK" fits the alarms of several call-outs."""
    return one_segment(f"Alarms are open for {listed(codes)}. Put the code first, such as {codes[0]} OK.")


_MOST_NAMED = 3  # a segment holds no more


def alarm_owners_now(owners: Sequence[tuple[str | None, str | None]]) -> str:
    """To a coordinator who asks who has it: each code, None for an alarm about no call-out, with its owner's name."""
    said = [
        f"{code or 'the service'}: {f'{someone(name)} has it' if name is not None else 'nobody has it yet'}"
        for code, name in owners[:_MOST_NAMED]
    ]
    if len(owners) > _MOST_NAMED:
        said.append(f"{len(owners) - _MOST_NAMED} more")
    free = next((f"{code} OK" if code else "OK" for code, name in owners if name is None), None)
    return one_segment(first_up("; ".join(said)) + "." + (f" If you have it reply {free}." if free else ""))


def alarm_hint(codes: Sequence[str]) -> str:
    """To a coordinator who writes anything else while alarms are open. `codes` are their call-outs; none for an alarm
    about the service."""
    if not codes:
        return one_segment("Not understood, and an alarm is open. If you have it reply OK.")
    return one_segment(
        f"Not understood. Open alarms: {listed(codes)}. If you have one reply {codes[0]} OK. Nothing was changed."
    )
