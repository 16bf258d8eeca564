"""Numbers, and what stands around one."""

from collections.abc import Mapping

from dispatch.rules.reader.vocabulary import Around, Sense, sense


def _slipped(word: str) -> set[str]:
    """With two letters swapped, one left out, or one doubled."""
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    left_out = {word[:i] + word[i + 1 :] for i in range(1, len(word) - 1)}
    doubled = {word[:i] + word[i] + word[i:] for i in range(len(word))}
    return (swapped | left_out | doubled) - {word}


MINUTES_SLIPPED = {slip for word in ("MINUTES", "MINUTE", "MINUTOS") for slip in _slipped(word)} | {
    "MINITES",
    "MINUITES",
}

SAID_BEFORE: Mapping[Around, Sense] = {
    Around.ABOUT: sense(
        "ABOUT, APPROX, APPROXIMATELY, MAYBE, ROUGHLY, GIMME, GIVE ME, I'M, I'M ABOUT",
        "UNOS, COMO, APROX, APROXIMADAMENTE, MÁS O MENOS, QUIZÁS, TAL VEZ, COMO UNOS, DAME, DEME, ESTOY A, "
        "ESTOY COMO A",
    ),
    # "Around 5", "like 3" is a time on the wall as often as minutes.
    Around.AROUND: sense("AROUND, LIKE", "A ESO DE"),
    Around.WITHIN: sense("IN, IN ABOUT, IN AROUND, IN LIKE", "EN, EN UNOS, EN COMO, COMO EN, DENTRO DE, LLEGO COMO EN"),
    Around.AT: sense("AT, BY, AROUND AT", "A LAS, A LA, SOBRE LAS, PARA LAS"),
    Around.BETWEEN: sense("BETWEEN", "ENTRE"),
}
SAID_BETWEEN: Mapping[Around, Sense] = {
    Around.TO: sense("TO, OR", "A, O"),
    Around.AND: sense("AND", "Y"),
}
SAID_BEHIND: Mapping[Around, Sense] = {
    Around.MINUTES: sense(
        f"{', '.join(sorted(MINUTES_SLIPPED))}, "
        "MIKES, MIKE, M, MIN, MINS, MINUTE, MINUTES, MORE, MORE MIN, MORE MINS, MORE MINUTES, MIN MORE",
        "MINUTO, MINUTOS, MINUTITOS, MINUTOS MÁS, MÁS, MIN MÁS, MINS MÁS",
    ),
    Around.HOURS: sense("H, HR, HRS, HOUR, HOURS", "HORA, HORAS"),
    Around.AND_A_HALF: sense("AND A HALF", "Y MEDIA"),
    Around.BEFORE_NOON: sense("AM", "A. M."),
    # Nobody gives an ETA like this: "a las 3 de la mañana" is a complaint about being woken.
    Around.IN_THE_MORNING: sense("IN THE MORNING, AM IN THE MORNING", "DE LA MAÑANA, DE LA MADRUGADA"),
    Around.AFTER_NOON: sense("PM", "DE LA TARDE, DE LA NOCHE"),
    Around.O_CLOCK: sense("O'CLOCK", "EN PUNTO"),
    Around.AWAY: sense("AWAY, OUT, FROM THERE, FROM NOW, ISH", "DE DISTANCIA, Y PICO, DE ALLÍ, DE AHÍ"),
}

# In minutes, from three on: "one" and "two" alone may be keys that somebody spelled out.
AMOUNTS: dict[int, Sense] = {
    3: sense("THREE", "TRES"),
    4: sense("FOUR", "CUATRO"),
    5: sense("FIVE", "CINCO"),
    6: sense("SIX", "SEIS"),
    7: sense("SEVEN", "SIETE"),
    8: sense("EIGHT", "OCHO"),
    9: sense("NINE", "NUEVE"),
    10: sense("TEN", "DIEZ"),
    12: sense("TWELVE", "DOCE"),
    15: sense("FIFTEEN", "QUINCE"),
    20: sense("TWENTY", "VEINTE"),
    25: sense("TWENTY FIVE", "VEINTICINCO"),
    30: sense("THIRTY", "TREINTA"),
    35: sense("THIRTY FIVE", "TREINTA Y CINCO"),
    40: sense("FORTY, FOURTY", "CUARENTA"),
    45: sense("FORTY FIVE, FOURTY FIVE", "CUARENTA Y CINCO"),
    50: sense("FIFTY", "CINCUENTA"),
    60: sense("SIXTY", "SESENTA"),
}
SPANS: dict[int, Sense] = {  # no unit follows them
    2: sense("TWO MINUTES, TWO MIN, TWO MINS, A COUPLE MINUTES, COUPLE MINUTES", "DOS MINUTOS, UN PAR DE MINUTOS"),
    15: sense("A QUARTER HOUR, QUARTER OF AN HOUR, A QUARTER OF AN HOUR", "CUARTO DE HORA, UN CUARTO DE HORA"),
    30: sense("HALF (AN |A |)(HOUR|HR), A HALF (HOUR|HR)", "MEDIA HORA, UNA MEDIA HORA, MEDIA HORITA"),
    60: sense("(AN|ONE) (HOUR|HR)", "UNA HORA, UNA HORITA"),
    90: sense("(AN |)(HOUR|HR) (AND|N) A HALF", "UNA HORA Y MEDIA, HORA Y MEDIA"),
    120: sense("TWO HOURS", "DOS HORAS"),
}

# The hours of a clock, and what is said of one: minutes past it (in Spanish behind "las"), and minutes to it.
CLOCK_HOURS: dict[int, Sense] = {
    1: sense("ONE, 1", "UNA, 1"),
    2: sense("TWO, 2", "DOS, 2"),
    3: sense("THREE, 3", "TRES, 3"),
    4: sense("FOUR, 4", "CUATRO, 4"),
    5: sense("FIVE, 5", "CINCO, 5"),
    6: sense("SIX, 6", "SEIS, 6"),
    7: sense("SEVEN, 7", "SIETE, 7"),
    8: sense("EIGHT, 8", "OCHO, 8"),
    9: sense("NINE, 9", "NUEVE, 9"),
    10: sense("TEN, 10", "DIEZ, 10"),
    11: sense("ELEVEN, 11", "ONCE, 11"),
    12: sense("TWELVE, 12", "DOCE, 12"),
}
PAST_THE_HOUR: dict[int, Sense] = {
    5: sense("FIVE (PAST|AFTER) {}", "{} Y CINCO"),
    10: sense("TEN (PAST|AFTER) {}, 10 (PAST|AFTER) {}", "{} Y DIEZ"),
    15: sense("(|A )QUARTER (PAST|AFTER) {}, {} FIFTEEN", "{} Y CUARTO, {} Y QUINCE"),
    20: sense("TWENTY (PAST|AFTER) {}, 20 (PAST|AFTER) {}, {} TWENTY", "{} Y VEINTE"),
    25: sense("TWENTY FIVE (PAST|AFTER) {}", "{} Y VEINTICINCO"),
    30: sense("HALF PAST {}, {} THIRTY", "{} Y MEDIA, {} Y TREINTA"),
    40: sense("{} FORTY", "{} CUARENTA"),
    45: sense("{} FORTY FIVE", "{} Y CUARENTA Y CINCO"),
}
TO_THE_HOUR: dict[int, Sense] = {
    5: sense("FIVE (TO|TILL|TIL) {}", "CINCO PARA (LAS|LA) {}"),
    10: sense("TEN (TO|TILL|TIL) {}", "DIEZ PARA (LAS|LA) {}"),
    15: sense("(|A )QUARTER (TO|TILL|TIL) {}", "(|UN )CUARTO PARA (LAS|LA) {}"),
    20: sense("TWENTY (TO|TILL|TIL) {}", "VEINTE PARA (LAS|LA) {}"),
}
