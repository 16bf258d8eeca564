"""The words that we teach, as a thumb slips on them; and numbers that are no time."""

from collections.abc import Mapping

from dispatch.rules.replies.reader.hinting.hint import Hint

# They ask us to tell somebody something, so they tell us.
TELLS = (
    *("CAN YOU TELL", "COULD YOU TELL", "PLEASE TELL", "CAN U TELL", "PUEDE DECIRLE", "LET THEM KNOW"),
    *("DÍGALE", "DILE"),
)

# What a number is not a time behind, or before.
NO_TIME_BEFORE = frozenset(
    {
        *("THE", "SINCE", "DESDE", "FOR", "ITS", "NOT", "NO", "ROOM", "FLOOR", "EXIT", "NUMBER"),
        *("UNIT", "LA", "EL", "COURT", "UP", "CASE", "HAS", "HAVE", "SHES", "HES", "DOOR"),
    }
)
NO_TIME_BEHIND = frozenset(
    {
        *("KIDS", "CHILDREN", "YEARS", "YEAR", "BLOCKS", "EXITS", "BAGS", "PEOPLE", "TIMES", "MILES", "AGO", "LIGHTS"),
        *("FREEWAY", "MONTHS", "DAYS", "WEEKS", "CARS", "NIÑOS", "NINOS", "AÑOS", "ANOS", "CUADRAS", "MILLAS"),
        *("SEC", "SECS", "SECONDS"),
    }
)

# The words that we teach, as a thumb slips on them.
SLIPS: Mapping[str, Hint] = {
    "HERE": Hint.ARRIVES,
    "LLEGUE": Hint.ARRIVES,
    "DONE": Hint.ENDS,
    "LISTO": Hint.ENDS,
    "HOME": Hint.HOME,
    "OMW": Hint.MOVES,
    "YES": Hint.YES,
    "SURE": Hint.YES,
    "YEAH": Hint.YES,
    "OKAY": Hint.YES,
    "CLARO": Hint.YES,
    "PUEDO": Hint.YES,
    "CANT": Hint.REFUSES,
    "CANNOT": Hint.REFUSES,
    "UNABLE": Hint.REFUSES,
    "NOPE": Hint.REFUSES,
    "PASS": Hint.REFUSES,
    "OTW": Hint.MOVES,
    "LEAVING": Hint.MOVES,
    "COMING": Hint.MOVES,
    "DRIVING": Hint.MOVES,
    "ROLLING": Hint.MOVES,
    "HEADING": Hint.MOVES,
    "CAMINO": Hint.MOVES,
    "SALIENDO": Hint.MOVES,
    "ARRIVED": Hint.ARRIVES,
    "OUTSIDE": Hint.ARRIVES,
    "PARKED": Hint.ARRIVES,
    "LOBBY": Hint.ARRIVES,
    "AFUERA": Hint.ARRIVES,
    "FINISHED": Hint.ENDS,
    "CLEAR": Hint.ENDS,
    "TERMINE": Hint.ENDS,
    "CASA": Hint.HOME,
    "SAFE": Hint.HOME,
    "STILL": Hint.STAYS,
    "SIGO": Hint.STAYS,
}
# Words of their own.
NO_SLIPS = frozenset(
    {
        *("THERE", "WHERE", "WERE", "HER", "HERS", "HERO", "COME", "SOME", "ONE", "NONE", "GONE", "TONE", "CANE"),
        *("HOPE", "HOLE", "ROME", "DOVE", "DOPE", "DOG", "HAVE", "CASE", "CAUSE", "SAVE", "SAME", "CARS", "CARD"),
        *("PAST", "CLEAN", "LEARN", "DRIVE", "HOW", "NOW", "OWN", "MOM", "POPE", "ROPE", "YEAR", "HEAD", "CANS"),
        *("WANT", "CAN", "DON", "DOES", "DOE", "COST", "CAST", "CENT", "HE", "EYES", "YE", "PURE", "CURE"),
        *("CUTE"),
    }
)

# Alone, or nearly so: keys that somebody spelled out, and what a phone makes of HERE.
SPELLED: Mapping[str, Hint] = {
    "ONE": Hint.YES,
    "UNO": Hint.YES,
    "TWO": Hint.REFUSES,
    "DOS": Hint.REFUSES,
    "HER": Hint.ARRIVES,
}
