"""Which text may come in: what the database can keep and a voice can say."""

import re

# What XML 1.0 (section 2.2) cannot carry ends a phone call halfway; of these PostgreSQL cannot hold NUL, and nothing
# can hold half a character.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# The same for the OpenAPI document, in the words that every dialect of patterns has. No document can hold half a
# character, so that half of the rule needs no words.
_SAYABLE = r"[^\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]"
PATTERN = f"^{_SAYABLE}*$"
PATTERN_SAYS_SOMETHING = rf"^{_SAYABLE}*\S{_SAYABLE}*$"


def is_storable(text: str) -> bool:
    return _UNSAYABLE.search(text) is None


def storable(text: str) -> str:
    """The text without the characters that cannot be kept or said."""
    return _UNSAYABLE.sub("", text)
