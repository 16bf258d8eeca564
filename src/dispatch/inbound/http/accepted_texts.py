"""Which texts are accepted, as patterns for the OpenAPI document that every dialect of regular expressions knows."""

from typing import Annotated

from pydantic import AfterValidator

from dispatch.rules.facts.storable import is_storable, storable

Storable = Annotated[str, AfterValidator(storable)]
"""A text from an address, without the characters that the database cannot hold. No id has any of them."""

# As in `rules/facts/storable.py`. No document can hold half a character, so the patterns leave that part of the rule
# out.
_SAYABLE = r"[^\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]"
PATTERN = f"^{_SAYABLE}*$"
_SEEN = r"[^\s\u0000-\u001F\uFFFE\uFFFF]"  # a bare \S would let a control character stand for the letter
PATTERN_SAYS_SOMETHING = rf"^{_SAYABLE}*{_SEEN}{_SAYABLE}*$"


def sayable(text: str) -> str:
    """The text. Raises `ValueError` if it holds what cannot be kept or said."""
    if not is_storable(text):
        raise ValueError("holds a control character")
    return text
