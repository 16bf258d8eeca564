"""What words hint at in a text that is not understood: for a guess that is said back, and for nothing else."""

from enum import StrEnum


class Hint(StrEnum):
    """What a phrase hints at, whoever writes it."""

    YES = "yes"
    SOON = "soon"  # they go, and have not left
    MOVES = "moves"
    NO = "no"  # a bare no, perhaps to something else
    REFUSES = "refuses"
    BACKS_OUT = "backs out"
    ARRIVES = "arrives"
    NOT_THERE = "not there"
    STAYS = "stays"
    BUSY_THERE = "busy there"  # as people do who stay; whoever leaves tells of it too
    ENDS = "ends"
    HOME = "home"
    UNWELL = "unwell"
    CALL_ME = "call me"
    OFFERS = "offers"
    THANKS = "thanks"
    ASKS = "asks"  # if it begins with this
    OPEN = "open"  # neither yes nor no
    ASIDE = "aside"  # a "no" or a "can't" that refuses nothing
    WHEN = "when"  # a time follows, or an excuse for one
    OTHERS = "others"  # it is about somebody else
