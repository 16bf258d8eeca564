"""Converts phone numbers as people write them to E.164."""

import phonenumbers

HOME_REGION = "US"


def e164(text: str) -> str:
    """Convert `(562) 555-0101` and the like to `+15625550101`. Raises `ValueError`, which says how to write a number.

    The number has to be possible, not in use: 555-01xx rings nowhere, and a new area code is in no table yet.
    """
    complaint = f"{text[:40]!r} is not a phone number; write it like +15625550101"
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise ValueError(complaint) from None
    if (
        phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE
        or number.extension
    ):
        raise ValueError(complaint)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
