"""Converts phone numbers as people write them to E.164, and says in which region each is."""

import re
from collections.abc import Iterable
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

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


# Kinds of numbers at which a person answers, and which cost what an ordinary call costs.
_ORDINARY = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.TOLL_FREE,
}
# The tables call these ordinary: 976 charges whoever calls, in any area, and 211 to 911 are for short codes.
_SPECIAL_EXCHANGE = re.compile(r"\+1[0-9]{3}(?:976|[2-9]11)[0-9]{4}")


@lru_cache(4096)
def region_of(number: str) -> str | None:
    """The region of a number in E.164, as `phonenumbers` names it: `US`, `PR`, `JM`. None for what is no ordinary
    number: premium lines, short codes, and area codes that its tables do not have (yet). `001`, which nobody can set,
    is for satellite phones and others that belong to no country.

    +1 is no region: Jamaica's 876 and the Dominican Republic's 809 share it, and cost what a call abroad costs.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    if _SPECIAL_EXCHANGE.fullmatch(number) or phonenumbers.number_type(parsed) not in _ORDINARY:
        return None
    region: str | None = phonenumbers.region_code_for_number(parsed)
    return region


def unknown_regions(codes: Iterable[str]) -> list[str]:
    """Those that are no region."""
    return [code for code in codes if code not in phonenumbers.SUPPORTED_REGIONS]
