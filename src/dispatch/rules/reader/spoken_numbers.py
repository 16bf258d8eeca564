"""Numbers that are spelled out, as digits: "twenty five past three", "veintidós", "two dozen"."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

_UNITS: Mapping[int, str] = {
    1: "ONE UNO UN UNA",
    2: "TWO DOS",
    3: "THREE TRES",
    4: "FOUR CUATRO",
    5: "FIVE CINCO",
    6: "SIX SEIS",
    7: "SEVEN SIETE",
    8: "EIGHT OCHO",
    9: "NINE NUEVE",
}
_TEENS: Mapping[int, str] = {
    10: "TEN DIEZ",
    11: "ELEVEN ONCE",
    12: "TWELVE DOCE",
    13: "THIRTEEN TRECE",
    14: "FOURTEEN FORTEEN CATORCE",
    15: "FIFTEEN FIFTEN FITEEN FIVTEEN QUINCE",
    16: "SIXTEEN DIECISEIS",
    17: "SEVENTEEN DIECISIETE",
    18: "EIGHTEEN EIGTEEN DIECIOCHO",
    19: "NINETEEN DIECINUEVE",
}
_TENS: Mapping[int, str] = {
    20: "TWENTY TWENNY TWENY TWENTIE VEINTE",
    30: "THIRTY THIRY TREINTA",
    40: "FORTY FOURTY CUARENTA",
    50: "FIFTY CINCUENTA",
    60: "SIXTY SESENTA",
}
_TO_TWENTY = {word: number for table in (_UNITS, _TEENS) for number, words in table.items() for word in words.split()}
_VEINTI = {f"VEINTI{word}": 20 + number for number, words in _UNITS.items() for word in words.split()[1:]}
_BY_TENS = {word: number for number, words in _TENS.items() for word in words.split()}
_ALL = _TO_TWENTY | _VEINTI
# They are articles as often as numbers.
_ARTICLES = frozenset({"ONE", "UNO", "UN", "UNA"})
_AND = frozenset({"AND", "N", "Y"})
_NINE = 9
# As they are said over the radio: "ETA four zero", "zero three hundred".
_DIGITS = {"ZERO": "0", "OH": "0", "CERO": "0", "NINER": "9"} | {
    words.split()[0]: str(number) for number, words in _UNITS.items()
}
_OF_A_CLOCK = 4


def in_digits(pieces: Sequence[str]) -> str:
    """The pieces with a space between them, and digits for each number."""
    found: list[str] = []
    position = 0
    while position < len(pieces):
        number, end = _number_at(pieces, position)
        found.append(str(number) if number is not None else pieces[position])
        position = end
    return " ".join(found)


def _by_radio(pieces: Sequence[str], start: int) -> tuple[str | None, int]:
    """Minutes of two digits, or a time on the wall of four."""
    digits = "".join(_DIGITS[piece] for piece in takewhile(_DIGITS.__contains__, pieces[start : start + _OF_A_CLOCK]))
    end = start + len(digits)
    if len(digits) == _OF_A_CLOCK:
        return digits, end
    if "HUNDRED" in pieces[start + 2 : start + 3]:
        return f"{digits}00", end + 1
    return (digits, end) if len(digits) == _OF_A_CLOCK // 2 and digits[0] != "0" else (None, start + 1)


def _number_at(pieces: Sequence[str], start: int) -> tuple[int | str | None, int]:
    piece, second, third = (pieces[at] if at < len(pieces) else "" for at in (start, start + 1, start + 2))
    if piece in _DIGITS and second in _DIGITS:
        return _by_radio(pieces, start)
    if second in {"DOZEN", "DOCENA", "DOCENAS"} and (piece in {"A", "UNA"} or piece == "2" or piece in _TO_TWENTY):
        return 12 * (_TO_TWENTY.get(piece, 2 if piece == "2" else 1)), start + 2
    if piece in _BY_TENS:
        joined = third if second == "Y" else second
        unit = _TO_TWENTY.get(joined, 0)
        if 1 <= unit <= _NINE:
            return _BY_TENS[piece] + unit, start + (3 if second == "Y" else 2)
        return _BY_TENS[piece], start + 1
    if piece in _ALL and second in _AND and _TO_TWENTY.get(piece, 10) <= _NINE and third in _BY_TENS and second != "Y":
        return _BY_TENS[third] + _ALL[piece], start + 3  # "five and twenty"
    if piece in _ALL and piece not in _ARTICLES:
        return _ALL[piece], start + 1
    clock = pieces[start - 1] if start else ""
    if piece in _ARTICLES and (clock in {"LA", "PAST", "AFTER", "TO", "TILL", "AT", "BY"} or second == "OCLOCK"):
        return 1, start + 1
    return None, start + 1
