"""Which text may come in, for the OpenAPI document, in the words that every dialect of patterns has."""

# As `rules/storable.py`. No document can hold half a character, so that half of the rule needs no words.
_SAYABLE = r"[^\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]"
PATTERN = f"^{_SAYABLE}*$"
PATTERN_SAYS_SOMETHING = rf"^{_SAYABLE}*\S{_SAYABLE}*$"
