"""What the owner of a phone can do with it in the view."""

from collections.abc import Mapping

from demo.phones_view.phone_owners import Owner
from demo.phones_view.phone_shown import BEHAVIOURS
from twilio_simulator import Behaviour, Phone

LONGEST_TEXT = 480


async def act(owner: Owner, phone: Phone, what: str, form: Mapping[str, str], our_number: str) -> str:
    """Do it, and say in a sentence what was done.

    Raises LookupError when the phone cannot do that now, ValueError when it never can.
    """
    match what:
        case "text":
            body = form.get("body", "").strip()
            if not 0 < len(body) <= LONGEST_TEXT:
                raise ValueError(f"a text has 1 to {LONGEST_TEXT} characters")
            await phone.reply(body, to=our_number)
            return f"{owner.name} texted “{body}”."
        case "call":
            await phone.call(our_number)
            return f"{owner.name} calls the service."
        case "answer":
            await phone.answer()
            return f"{owner.name} answered."
        case "press":
            await phone.press(form.get("keys", ""))
            return f"{owner.name} pressed {form.get('keys', '')}."
        case "hang-up":
            await phone.hang_up()
            return f"{owner.name} hung up."
        case "reject":
            await phone.reject()
            return f"{owner.name} declined the call."
        case "behave":
            behaviour = _behaviour(form.get("behaviour", ""))
            phone.behave(behaviour)
            return f"{owner.name}'s phone: {behaviour.value}."
        case _:
            raise ValueError(f"a phone cannot {what}")


def _behaviour(name: str) -> Behaviour:
    chosen = next((behaviour for behaviour in BEHAVIOURS if behaviour.name.lower() == name), None)
    if chosen is None:
        raise ValueError(f"a phone cannot be {name!r}")
    return chosen
