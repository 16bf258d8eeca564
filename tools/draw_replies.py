"""Draw what a specialist can reply into the README and docs/specialists.md, from the matrix.

`draw_words` draws the words that each reply has beside these examples.
"""

import sys
from collections.abc import Iterable

from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.replies.matrix import MATRIX, Effect, Position
from tools.drawing import DOCS, Drawing, main, table

# What the matrix shows of each word.
EXAMPLES: dict[Word, tuple[str, ...]] = {
    Word.TAKE: ("1", "Y", "YES", "SÍ", "I'LL TAKE IT", "K7Q OK", "1 25", "sí, media hora"),
    Word.OK: ("OK", "ACK", "SURE", "K", "👍", "VALE"),
    Word.TAKE_AND_TWO: ("ok 2", "1 2"),
    Word.ON_MY_WAY: ("OMW", "ON MY WAY", "OTW", "VOY", "EN CAMINO", "OMW 25"),
    Word.SET_OUT: ("JUST LEFT", "HEADING OUT", "ALMOST THERE", "SALIENDO", "YA MERO", "lista, ya salgo"),
    Word.GOING_IN: ("omw in 10", "leaving in 10", "salgo en 10"),
    Word.ETA: ("20", "ETA 20", "20-30 min", "at 2:45", "llego en 20"),
    Word.LIMITED: ("L", "L 40", "ONLY IF NOBODY ELSE", "SOLO SI NO HAY NADIE"),
    Word.DOUBLED: ("11", "22"),
    Word.RUN_TOGETHER: ("125", "145"),
    Word.TWO: ("2",),
    Word.TWO_AND_MORE: ("2-3 min", "2:45", "2, 3"),
    Word.NO: ("N", "NO", "CAN'T", "NAH", "NO PUEDO", "👎", "can't tonight", "sorry no"),
    Word.NO_SOON: ("no, just now", "no, ahorita"),
    Word.NO_AND_WHY: ("no my kid is sick", "no, trabajo mañana"),
    Word.NEGATED: ("I'm not on call", "no tengo carro"),
    Word.NO_AND_MORE: ("no, 25 min", "no doubt", "can't wait"),
    Word.TEN_CODE: ("10-23", "10-97"),
    Word.HERE: ("HERE", "ARRIVED", "ON SCENE", "LLEGUÉ"),
    Word.PRESENT: ("I'M HERE", "AQUÍ ESTOY"),
    Word.STILL_HERE: ("STILL HERE", "AQUÍ SIGO", "AQUÍ"),
    Word.NOT_THERE: ("WRONG ADDRESS", "NOBODY HERE", "NOT YET", "NADIE AQUÍ"),
    Word.TROUBLE: ("FLAT TIRE", "OUT OF GAS", "LLANTA PONCHADA"),
    Word.BACK_OUT: ("SEND SOMEONE ELSE", "TURNING AROUND", "CAR BROKE DOWN", "ME REGRESO"),
    Word.HOMEWARD: ("HEADING HOME", "GOING HOME", "ME VOY A CASA"),
    Word.WITH_THEM: ("WITH HER", "PARKED OUTSIDE", "AT THE HOSPITAL", "CON ELLA"),
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
_SHOWN = 5  # examples of a word in the matrix; `draw_words` has more
_IN_WORDS = {Word.UNCLEAR: "anything else"}
# What stands in most cells, so that the others are seen.
_SHORT = {Effect.ASK: "?", Effect.NOTHING: "–"}

# A night in a few replies, for the README: each from where its sender stands when it is meant.
ONE_NIGHT: dict[Word, tuple[Position, tuple[str, ...]]] = {
    Word.TAKE: (Position.PAGED, ("1", "YES", "SÍ", "1 25")),
    Word.NO: (Position.PAGED, ("NO", "NO PUEDO")),
    Word.LIMITED: (Position.PAGED, ("L", "L 40")),
    Word.ON_MY_WAY: (Position.HAS_IT, ("OMW", "VOY")),
    Word.ETA: (Position.UNDER_WAY, ("20", "ETA 20")),
    Word.WHERE: (Position.UNDER_WAY, ("WHERE", "¿DÓNDE ES?")),
    Word.CALL: (Position.UNDER_WAY, ("CALL", "LLAMAR")),
    Word.HERE: (Position.UNDER_WAY, ("HERE", "LLEGUÉ")),
    Word.LEFT: (Position.THERE, ("DONE", "LISTO")),
    Word.HOME: (Position.LEFT, ("HOME", "EN CASA")),
    Word.DANGER: (Position.THERE, ("SOS", "911", "NOT SAFE", "AYUDA")),
}


def one_night() -> str:
    """What a specialist replies during one night: the README's table."""
    rows = [[examples(replies), MATRIX[word][position]] for word, (position, replies) in ONE_NIGHT.items()]
    return table([["reply", "what it does"], *rows])


def matrix() -> str:
    """What each word does from each position, with a few examples of the word; first what it does from all of them."""
    everywhere: dict[Effect, list[str]] = {}
    rows = []
    for word, row in MATRIX.items():
        effects = [*row.values()]
        if len({*effects}) == 1:
            everywhere.setdefault(effects[0], []).append(_replies(word))
        else:
            rows.append([_replies(word), *(_SHORT.get(effect, effect) for effect in effects)])
    alike = [[" ".join(replies), effect] for effect, replies in everywhere.items()]
    return "\n\n".join(
        (table([["reply, from every position", "what it does"], *alike]), table([["reply", *Position], *rows]))
    )


def examples(replies: Iterable[str]) -> str:
    return " ".join(f"`{reply}`" for reply in replies)


def _replies(word: Word) -> str:
    return _IN_WORDS.get(word) or examples(EXAMPLES[word][:_SHOWN])


DRAWINGS = (
    Drawing(DOCS.parent / "README.md", "replies", one_night),
    Drawing(DOCS / "specialists.md", "replies", matrix),
)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
