"""Draw what a specialist can reply into the README and docs/architecture.md, from the matrix and the vocabulary."""

import sys
from collections.abc import Iterable, Sequence

from dispatch.rules.replies import vocabulary
from dispatch.rules.replies.matrix import MATRIX, Position
from dispatch.rules.replies.vocabulary import Word
from tools.drawing import DOCS, Drawing, main

# What the README shows of each word; the other table has them all.
EXAMPLES: dict[Word, tuple[str, ...]] = {
    Word.TAKE: ("1", "Y", "YES", "SÍ", "I'LL TAKE IT", "K7Q OK", "1 25", "sí, media hora"),
    Word.OK: ("OK", "ACK", "SURE", "K", "👍", "VALE"),
    Word.TAKE_AND_TWO: ("ok 2", "1 2"),
    Word.ON_MY_WAY: ("OMW", "ON MY WAY", "OTW", "VOY", "EN CAMINO", "OMW 25"),
    Word.SET_OUT: ("JUST LEFT", "HEADING OUT", "ALMOST THERE", "SALIENDO", "YA MERO", "lista, ya salgo"),
    Word.GOING_IN: ("omw in 10", "leaving in 10", "salgo en 10"),
    Word.ETA: ("20", "ETA 20", "20-30 min", "at 2:45", "llego en 20"),
    Word.DOUBLED: ("11", "22"),
    Word.RUN_TOGETHER: ("125", "145"),
    Word.TWO: ("2",),
    Word.TWO_AND_MORE: ("2-3 min", "2:45", "2, 3"),
    Word.NO: ("N", "NO", "CAN'T", "NAH", "NO PUEDO", "👎", "can't tonight", "sorry no"),
    Word.NO_SOON: ("no, just now", "no, ahorita"),
    Word.NO_AND_MORE: ("no, 25 min", "no 10 min away, crashed"),
    Word.TEN_CODE: ("10-23", "10-97"),
    Word.HERE: ("HERE", "ARRIVED", "ON SCENE", "LLEGUÉ"),
    Word.PRESENT: ("I'M HERE", "AQUÍ ESTOY"),
    Word.STILL_HERE: ("STILL HERE", "AQUÍ SIGO", "AQUÍ"),
    Word.NOT_THERE: ("WRONG ADDRESS", "NOBODY HERE", "NOT YET", "NADIE AQUÍ"),
    Word.TROUBLE: ("FLAT TIRE", "CAR BROKE DOWN", "TURNING AROUND", "LLANTA PONCHADA"),
    Word.LEFT: ("DONE", "CLEAR", "LISTO"),
    Word.READY: ("ALL CLEAR", "I'M READY", "TODO LISTO"),
    Word.HOME: ("HOME", "HOME SAFE", "EN CASA"),
    Word.CALL: ("CALL", "LLAMAR"),
    Word.WHERE: ("WHERE", "ADDRESS", "WHERE DO I GO?", "¿DÓNDE ES?"),
    Word.THANKS: ("THANKS", "GOOD NIGHT", "GRACIAS", "DE NADA"),
    Word.HELP: ("HELP", "INFO", "OPCIONES"),
    Word.HELP_LOUD: ("HELP!", "INFO!", "OPCIONES!"),
    Word.DANGER: ("SOS", "911", "NOT SAFE", "HELP ME", "AYUDA", "PELIGRO"),
}
_IN_WORDS = {Word.UNCLEAR: "anything else"}


def short() -> str:
    """What a word does from each position: the README's table."""
    columns = [position for position in Position if position not in (Position.STOOD_DOWN, Position.LEFT)]
    return _table(columns, every=False)


def whole() -> str:
    """The same with every position and every word."""
    return _table([*Position], every=True)


def _table(columns: Sequence[Position], *, every: bool) -> str:
    head = ["reply", *columns]
    rows = [[_replies(word, every=every), *(row[column] for column in columns)] for word, row in MATRIX.items()]
    return "\n".join(_line(row) for row in [head, ["---"] * len(head), *rows])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _replies(word: Word, *, every: bool) -> str:
    if word in _IN_WORDS:
        return _IN_WORDS[word]
    senses = (*vocabulary.DANGER, *vocabulary.HURT) if word is Word.DANGER else vocabulary.WORDS.get(word, ())
    phrases = [phrase for sense in senses for phrase in sense] if every else []
    return " ".join(f"`{phrase}`" for phrase in dict.fromkeys([*EXAMPLES[word], *phrases]))


DRAWINGS = (
    Drawing(DOCS.parent / "README.md", "replies", short),
    Drawing(DOCS / "architecture.md", "replies", whole),
)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
