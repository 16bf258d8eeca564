"""What is said on the phone."""

import re

from dispatch.rules.spoken_code import spell
from dispatch.rules.wording.names import (
    minutes_text,
    said_name,
)

_LINK = re.compile(r"\s*https?://\S*$")
_NUMBER = re.compile(r"\+([0-9]{7,15})")


def page(agency: str, code: str) -> str:
    """`agency` is its name in full: a voice cannot read LBPD."""
    return (
        f"This is a call-out from {said_name(agency)}, code {spell(code)}. "
        "Press 1 to take it. Press 2 if you cannot. Press 9 to hear this again."
    )


def ask_eta() -> str:
    return "You have it. In how many minutes can you be there? Key in the minutes, then the pound key. Or just wait."


def confirmed(minutes: int | None = None) -> str:
    if minutes is None:
        return "Thank you. You have the call-out, and the officer is told."
    return f"Thank you. You have the call-out, and the officer is told: {minutes_text(minutes)}."


def menu() -> str:
    return "Press 3 to hear the meeting place. Press 4 to be connected to the officer. Press 9 to hear this again."


def aloud(text: str) -> str:
    """A text of ours as a voice can say it: without the link behind it, and a number digit by digit."""
    return _NUMBER.sub(lambda number: " ".join(number[1]), _LINK.sub("", text))


def place_not_delivered(code: str) -> str:
    """Before the menu, whose key 3 says the place."""
    return f"Our text about the meeting place of call-out {spell(code)} did not reach you."


def called_off(code: str) -> str:
    return f"Call-out {spell(code)} is off. Nobody needs to go. If you are on your way, you can turn back. Thank you."


def taken_by(first_name: str) -> str:
    return f"{said_name(first_name) or 'A colleague'} already has this call-out. Nothing to do. Thank you, and goodbye."


def closed() -> str:
    return "This call-out is closed. Nothing to do. Thank you, and goodbye."


def stands(first_name: str | None, closed: bool) -> str:
    """What has become of a call-out by the time somebody hears an alarm about it; empty while it still pages."""
    if closed:
        return "By now it is closed."
    return "" if first_name is None else f"By now {said_name(first_name) or 'a colleague'} has it."


def own_alarm() -> str:
    return "Press 1 if you have this alarm: then it rings for nobody else. Press 9 to hear it again."


def alarm_is_yours() -> str:
    return "Thank you. You have this alarm, and the others are told. Goodbye."


def alarm_has_owner(first_name: str) -> str:
    return f"{said_name(first_name) or 'A colleague'} has this alarm. Thank you, and goodbye."


def declined() -> str:
    return "All right. The next person is called now. Thank you, and goodbye."


def place(address: str | None, note: str | None = None) -> str:
    """Only for somebody who has taken the call-out."""
    if not address:
        return "The meeting place is not known yet. Press 4 to ask the officer."
    more = f" Note: {' '.join(note.split())}." if note else ""
    return f"The meeting place is {' '.join(address.split())}.{more}"


def unsafe_scene() -> str:
    return "Careful: the officer says that the scene is not safe. Speak with the officer before you go near."


def wrong_key() -> str:
    return "That key means nothing here."


def remind(code: str) -> str:
    return f"You took call-out {spell(code)}. Press 1 if you are on your way. Press 2 if you cannot go."


def test_answered() -> str:
    return "Thank you. Calls reach you. Goodbye."


def test() -> str:
    return "This is a test, no call-out. Press 1 so that we know that calls reach you. Thank you."
