"""Whether a number takes our texts. People say so in words that the carrier itself acts on and that its adapter
knows."""

from enum import StrEnum

from dispatch.rules.reader.letters import LONGEST_READ, squeezed


class Consent(StrEnum):
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


def one_word(text: str) -> str:
    """The text as one word in capitals, as the tables have it, however it was typed. Empty if it is too long."""
    return squeezed(text).replace(",", "") if len(text) <= LONGEST_READ else ""
