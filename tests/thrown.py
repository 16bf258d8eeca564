"""What people write into any field: names, addresses, numbers, dates, sentences; and whether a word of it is left."""

import unicodedata
from random import Random

_NAMES = ("Maria", "Ximena", "Destiny", "Nguyen Thi", "O'Neill", "José", "Ана", "小林")
_SURNAMES = ("Lopez", "Alvarez-Núñez", "Washington", "Okonkwo", "Иванова", "さくら")
_STREETS = ("Figueroa St #12", "Alondra Blvd", "Rúa Ω")
_TOWNS = ("Compton", "Torrance")
_PHONES = tuple(f"+156255501{number}" for number in range(40, 50))
_DATES = tuple(f"20{year}-03-{day}" for year, day in (("08", 14), ("11", 27), ("13", 19)))
_SENTENCES = ("{} waits at {}, ring {}", "{}\nis {} ('{}')", 'where is "{}"? {} {}', "{}\x00 born {}; {}")
PARTS = (*_NAMES, *_SURNAMES, "Figueroa", "Alondra", "Rúa", *_TOWNS, *(phone[-7:] for phone in _PHONES), *_DATES)
"""What stands in whatever is thrown, and in nothing of ours: nobody in the sample roster is called so."""


class Thrown:
    """What to throw next."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._numbers = iter(range(10_000, 99_999))

    def words(self) -> str:
        """A name, an address, a number, a date or a sentence; no two are the same."""
        chance, name = self.chance, f"{self.chance.choice(_NAMES)} {self.chance.choice(_SURNAMES)}"
        address = f"{next(self._numbers)} {chance.choice(_STREETS)}, {chance.choice(_TOWNS)}"
        parts = [name, address, self.phone(), self.date()]
        sentence = chance.choice(_SENTENCES).format(name, *chance.sample(parts[1:], 2))
        return chance.choice([f"{name} {next(self._numbers)}", address, sentence, sentence.upper()])

    def line(self) -> str:
        """Words that every field of words takes: one line of fewer than sixty letters."""
        chance = self.chance
        return f"{chance.choice(_NAMES)} {chance.choice(_SURNAMES)}, {next(self._numbers)} {chance.choice(_STREETS)}"

    def short(self) -> str:
        """Words for a field of few letters."""
        return f"{self.chance.choice(_NAMES)} {next(self._numbers)}"

    def ascii(self) -> str:
        """The same, where only ASCII goes."""
        return f"{self.chance.choice(('Maria', 'Destiny'))} Lopez {next(self._numbers)}"

    def phone(self) -> str:
        """A number that could be rung."""
        return self.chance.choice(_PHONES)

    def date(self) -> str:
        """A day on which a child may have been born."""
        return self.chance.choice(_DATES)

    def json(self) -> object:
        """A value of JSON, of the wrong kind for most fields."""
        number = int(self.phone()[1:])
        return self.chance.choice(
            [self.words(), [self.words()], {self.words(): self.words()}, number, f"{self.date()}T08:30:00Z", True]
        )


def found_in(dump: str) -> list[str]:
    """What was thrown of which a part stands in this text, in capitals or without accents as well."""
    plain = _plain(dump)
    return [part for part in PARTS if _plain(part) in plain]


def _plain(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(one))
