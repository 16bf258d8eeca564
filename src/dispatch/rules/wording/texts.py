"""What people read: specialists, officers, partner agencies."""

from collections.abc import Sequence
from datetime import datetime

from dispatch.rules.wording.alphabet import one_segment, shortened
from dispatch.rules.wording.names import (
    agency_name,
    first_up,
    minutes_text,
    shown_name,
    someone,
    specialist,
)
from dispatch.rules.wording.times import LOCAL, local_time

# ---- texts to a specialist who is asked ----------------------------------------------------------------------------


def page_text(agency: str, code: str, again: bool = False, several: bool = False) -> str:
    """`again` for every page after the first; `several` when others are open, so that a reply may need the code."""
    opening = (
        f"{'Again: ' if again else ''}{agency_name(agency)} call-out {code}{', nobody has it yet' if again else ''}."
    )
    put = f"{code} " if several else ""
    return one_segment(f"{opening} Reply {put}1 to take it ({put}1 25 = there in 25 min) or {put}2 if you cannot.")


def stand_down(code: str, first_name: str) -> str:
    return one_segment(first_up(f"{someone(first_name)} has {code}. Nothing to do, thank you."))


def closed_stand_down(code: str) -> str:
    return one_segment(f"{code} is off, nobody needs to go. Nothing to do, thank you.")


def test_page(first_name: str) -> str:
    hello = first_up(shown_name(first_name, "hello"))
    return one_segment(f"{hello}, this is a test, no call-out. Reply 1 so we know that texts reach you.")


def test_answered() -> str:
    return one_segment("Thank you. Texts reach you.")


# ---- answers to what a specialist wrote ----------------------------------------------------------------------------


def confirmation(code: str, eta_at: datetime | None = None, tz: str = LOCAL) -> str:
    """To whoever took it. The one-time link to the meeting place goes behind it: 60 characters are left free."""
    if eta_at is None:
        return one_segment(
            f"You have {code}. Reply OMW when you leave (OMW 25 = in 25 min), HERE when there. Where to go:"
        )
    return one_segment(
        f"You have {code}, ETA {local_time(eta_at, tz)}. Reply OMW when you leave, HERE when there. Where to go:"
    )


def confirmation_without_eta(code: str) -> str:
    """To whoever took it with an ETA that makes no sense. The link goes behind it, as with `confirmation`."""
    return one_segment(
        f"You have {code}. When are you there? Reply ETA 25. Then OMW when you leave, HERE when there. Where to go:"
    )


def eta_asked(code: str) -> str:
    return one_segment(f"{code}: on your way, noted. When are you there? Reply ETA 25, and HERE when you are there.")


def call_by_the_link(code: str) -> str:
    """The one-time link goes behind it, as with `confirmation`."""
    return one_segment(f"{code}: the number of the officer is on your page. Open it and call:")


def late_answer(code: str, first_name: str) -> str:
    return one_segment(
        first_up(
            f"{someone(first_name)} already has {code}, thank you. To go along as a partner reply {code} OMW. "
            "If not, nothing to do."
        )
    )


def already_closed(code: str) -> str:
    return one_segment(f"{code} is already closed. Nothing to do, thank you.")


def declined(code: str) -> str:
    return one_segment(f"All right, thank you. you are not going to {code}. If you can go after all, reply {code} 1.")


def eta_noted(code: str, eta_at: datetime, tz: str = LOCAL) -> str:
    return one_segment(f"{code}: ETA {local_time(eta_at, tz)}, noted. Thank you.")


def en_route_noted(code: str, eta_at: datetime | None = None, tz: str = LOCAL) -> str:
    arrival = "" if eta_at is None else f", ETA {local_time(eta_at, tz)}"
    return one_segment(f"{code}: on your way{arrival}, noted. Drive safely. Reply HERE when you are there.")


def arrived_noted(code: str, minutes_of_response: int | None = None) -> str:
    took = "" if minutes_of_response is None else f" after {minutes_text(minutes_of_response)}"
    return one_segment(f"{code}: on scene{took}, noted. Thank you. Reply DONE when you have left.")


def cleared_noted(code: str) -> str:
    return one_segment(f"{code}: you are clear, noted. Thank you. Reply HOME once you are safe at home.")


def home_noted(code: str) -> str:
    return one_segment(f"{code}: good that you are home. Thank you, and rest well.")


_COUNTED = {2: "Two", 3: "Three", 4: "Four"}


def which_callout(codes: Sequence[str], said: str = "1") -> str:
    """To somebody whose answer fits several call-outs, with what they `said`; at least one code is given."""
    if len(codes) == 1:
        return one_segment(f"{codes[0]} is open. Put the code first, such as {codes[0]} {said}.")
    if len(codes) > 4:
        shown = f"{len(codes)} are open: {', '.join(codes[:4])} and others."
    else:
        shown = f"{_COUNTED[len(codes)]} are open: {', '.join(codes[:-1])} and {codes[-1]}."
    return one_segment(f"{shown} Put the code first, such as {codes[0]} {said}.")


def no_such_callout(code: str) -> str:
    return one_segment(
        f"No call-out {shortened(code, 12)} is open for you. Check the code, or leave it out if you have one only."
    )


def nothing_open() -> str:
    return one_segment("No call-out is open for you. Nothing to do, thank you.")


def not_understood() -> str:
    return one_segment(
        "Not understood; a coordinator will read it. "
        "Reply 1 take it, 2 cannot, ETA 20, OMW on my way, HERE on scene, DONE left, HOME safe at home."
    )


# ---- what is asked back, and what changes nothing -------------------------------------------------------------------

# What can be said from each position; it stands behind what we do not understand, and answers HELP.


def say_when_paged(code: str) -> str:
    return one_segment(f"Reply {code} 1 to take it ({code} 1 25 = there in 25 min) or {code} 2 if you cannot.")


def say_when_another_has_it(code: str, first_name: str) -> str:
    return one_segment(
        f"{first_up(someone(first_name))} has it. To go along as a partner reply {code} OMW. If not, nothing to do."
    )


def say_when_passed_over(code: str) -> str:
    return one_segment(f"Reply {code} OMW if you are going, {code} HERE if you are there, {code} 2 if you cannot.")


def say_when_it_is_yours(code: str) -> str:
    return one_segment(f"Reply {code} OMW when you leave, ETA 20 for a new time, HERE when there, NO if you cannot go.")


def say_under_way(code: str) -> str:
    return one_segment(f"Reply {code} ETA 20 for a new time, HERE when you are there, NO if you cannot go.")


def say_when_there(code: str) -> str:
    return one_segment(f"Reply {code} HERE if you are still there, DONE when you have left, HOME when safe at home.")


def say_when_left(code: str) -> str:
    return one_segment(f"Reply {code} HOME once you are safe at home.")


def asked_back(say: str) -> str:
    return one_segment(f"Not sure what you mean. {say}")


def no_or_eta(code: str) -> str:
    return one_segment(f"{code}: if you cannot go, reply NO. If you are there in 2 minutes, reply ETA 2.")


def were_you_there(code: str) -> str:
    return one_segment(
        f"{code}: were you there? Then reply HERE first. Reply NO if you cannot go, ETA 20 if you are still driving."
    )


def how_to_take_it(code: str) -> str:
    return one_segment(f"You do not have {code}. To take it reply {code} 1 ({code} 1 25 = there in 25 min).")


def danger_heard() -> str:
    return one_segment("Coordinators are being called for you right now. If you are in danger, call 911.")


def opted_in() -> str:
    return one_segment("Thank you, our texts reach you again.")


def you_are_unknown() -> str:
    return one_segment(
        "We do not know this number. A coordinator will read your text. If it is urgent, please call us."
    )


# ---- reminders to the specialist who has it ------------------------------------------------------------------------


def remind_en_route(code: str) -> str:
    return one_segment(f"{code}: are you on your way? Reply OMW (OMW 25 = there in 25 min), or 2 if you cannot go.")


def passed_on(code: str) -> str:
    return one_segment(f"{code}: we have not heard from you, so others are paged now. Are you going? Reply {code} OMW.")


def remind_arrival(code: str) -> str:
    return one_segment(
        f"{code}: your ETA has passed. Reply HERE if you are there, or ETA 15 if you need 15 more minutes."
    )


def remind_on_scene(code: str) -> str:
    return one_segment(f"{code}: is all well? Reply HERE if you are still on scene, or DONE if you have left.")


def remind_home(code: str) -> str:
    return one_segment(f"{code}: are you safe at home? Reply HOME.")


def place_changed(code: str) -> str:
    """The one-time link goes behind it, as with `confirmation`."""
    return one_segment(f"{code}: the meeting place has changed. Please look before you drive on. Where to go now:")


# ---- texts to the officer ------------------------------------------------------------------------------------------


def officer_taken(code: str, first_name: str, eta_at: datetime | None = None, tz: str = LOCAL) -> str:
    who = specialist(first_name)
    if eta_at is None:
        return one_segment(f"{code}: {who} is coming. We will text you the ETA.")
    return one_segment(f"{code}: {who} is coming, ETA {local_time(eta_at, tz)}.")


def officer_waiting(code: str, minutes: int) -> str:
    return one_segment(
        f"{code}: after {minutes_text(minutes)} nobody has answered yet. "
        "We keep paging and will text you as soon as someone does."
    )


def officer_new_eta(code: str, first_name: str, eta_at: datetime, tz: str = LOCAL) -> str:
    return one_segment(f"{code}: new ETA of {specialist(first_name)} {local_time(eta_at, tz)}.")


def officer_released(code: str) -> str:
    return one_segment(f"{code}: the specialist can no longer come. We are paging again and will text you who comes.")


def officer_gave_up(code: str) -> str:
    return one_segment(
        f"{code}: we cannot reach the specialist any more. We are paging others and will text you who comes."
    )


def officer_cancelled(code: str) -> str:
    return one_segment(f"{code} is cancelled, nobody will come. If that is wrong, please call us.")


def officer_closed(code: str) -> str:
    return one_segment(f"{code} was closed by our coordinator, nobody will come. If that is wrong, please call us.")


# ---- answers to a coordinator who writes about an alarm -------------------------------------------------------------


def to_go_yourself(answer: str) -> str:
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


def which_alarm(codes: Sequence[str]) -> str:
    """To a coordinator whose "OK" fits the alarms of several call-outs."""
    return one_segment(f"Alarms are open for {_listed(codes)}. Put the code first, such as {codes[0]} OK.")


def alarm_hint(codes: Sequence[str]) -> str:
    """To a coordinator who writes anything else while alarms are open, of these call-outs or of none."""
    if not codes:
        return one_segment("Not understood, and an alarm is open. If you have it reply OK.")
    return one_segment(
        f"Not understood. Open alarms: {_listed(codes)}. If you have one reply {codes[0]} OK. Nothing was changed."
    )


def _listed(codes: Sequence[str]) -> str:
    if len(codes) > 4:
        return f"{', '.join(codes[:4])} and others"
    return " and ".join([", ".join(codes[:-1]), codes[-1]] if len(codes) > 1 else codes)


# ---- one line to partner agencies ----------------------------------------------------------------------------------


def partner_opened(agency: str, code: str) -> str:
    return one_segment(
        f"{agency_name(agency)} call-out {code} is open, a specialist is being paged. For your notice only."
    )


def partner_taken(code: str, first_name: str | None = None) -> str:
    who = "a specialist" if first_name is None else shown_name(first_name, "a specialist")
    return one_segment(f"{code}: {who} has taken it. For your notice only.")


def partner_cancelled(code: str) -> str:
    return one_segment(f"{code} is cancelled, nobody will go. For your notice only.")
