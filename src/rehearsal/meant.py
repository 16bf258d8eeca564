"""Texts as people write them at night, together with what they mean by them.

Nothing here asks the rules what a text says: the meaning is drawn first, and the words after it. So a rehearsal can
compare what the service believes with what was meant.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Meant(StrEnum):
    """What somebody means, whatever they write."""

    GO = "they go"
    LEAVE = "they are on the way"
    LATER = "they come at another time"
    CANNOT = "they cannot go"
    SHORT = "they go only if nobody else does"
    ARRIVED = "they are there"
    DONE = "they have left the scene"
    HOME = "they are safe at home"
    NOTHING = "nothing that changes anything"


class Stands(StrEnum):
    """The sender's position on the call-out, as far as they know."""

    PAGED = "is asked"
    HAS_IT = "has it"
    PASSED_OVER = "had it, and lost it by silence"
    UNDER_WAY = "is on the way"
    THERE = "is there"
    LEFT = "has left the scene, and is not home yet"


@dataclass(frozen=True, slots=True)
class MeantText:
    """`plain`: nobody could take it for anything else, so the service must act on it."""

    text: str
    meant: Meant
    plain: bool

    @property
    def says_yes(self) -> bool:
        """Whether it agrees to whatever was asked last."""
        return self.text in _GO


_GO = (
    "1", "1", "yes", "y", "ok", "okay", "sure", "k", "got it", "yes i can", "on it", "i'll go", "yep", "of course",
    "sí", "si", "claro", "sí puedo", "vale", "entendido", "por supuesto", "👍", "👍🏽", "ACK", "10-4", "yo voy",
)  # fmt: skip
_LEAVE = (
    "omw", "OMW", "on my way", "I'm on my way", "otw", "on the way", "en route", "leaving now", "ok omw",
    "voy", "ya voy", "en camino", "voy en camino", "estoy en camino", "sí, ya voy", "ok, en camino",
)  # fmt: skip
_CANNOT = (
    "no", "n", "nope", "nah", "can't", "i can't", "cannot", "can't make it", "can't tonight", "sorry no", "no thanks",
    "sorry, can't", "not tonight", "i cant right now", "no puedo", "no puedo esta noche", "lo siento, no", "no gracias",
    "no voy", "ya no puedo", "hoy no", "no puedo ir", "sorry, i'm sick, can't", "no puedo, estoy enferma", "👎",
)  # fmt: skip
# With "now" behind it each of these may say "not yet".
_NOT_NOW = frozenset({"no", "n", "nope", "nah", "sorry no", "no thanks", "lo siento, no", "no gracias", "👎"})
_ARRIVED = (
    "here", "HERE", "Here!", "arrived", "on scene", "just arrived", "got here",
    "llegué", "ya llegue", "acabo de llegar", "en el lugar", "he llegado",
)  # fmt: skip
# From somebody who drives these say the same; from anybody else they may say "I'm awake".
_PRESENT = (
    "i'm here", "im here", "I am here", "I'm here now", "here I am", "i'm there",
    "aquí estoy", "ya estoy aquí", "estoy aquí", "acá", "ya estoy allí", "aquí ando",
)  # fmt: skip
# From anybody these may say "I have not left".
_STILL_HERE = ("still here", "i'm still here", "aquí sigo", "sigo aquí", "aqui")
# Said on leaving home; at the scene the same words are about leaving the scene.
_SETS_OUT = (
    "just left", "left", "I left", "just left home", "heading out", "in the car", "almost there", "ya mero",
    "ya salí", "saliendo", "listo voy", "lista, ya salgo",
)  # fmt: skip
# Minutes beyond 99 have a unit: "125" is "1 25" in a hurry.
_WITH_UNIT = 100
# From somebody who is asked, these take the call-out; nobody is on the way yet.
_LEAVING_IN = (
    "omw in {}", "leaving in {}", "I'm leaving in {} min", "on my way in {}", "leaving now in {}", "in {} omw",
    "voy en {}", "salgo en {}", "voy saliendo en {}", "ya voy en {}", "voy a salir en {} minutos", "salgo ya en {}",
)  # fmt: skip
_DONE = (
    "done",
    "DONE",
    "all done",
    "clear",
    "i'm done",
    "left the scene",
    "listo",
    "lista",
    "ya terminé",
)
# These may mean safe, ready or gone.
_READY = (
    "all clear", "All clear!", "I'm ready", "ready", "all set", "all good", "ready to go", "I'm safe",
    "todo listo", "lista para salir", "estoy lista", "estoy listo", "ya listo", "todo bien", "listo ya",
)  # fmt: skip
_TEN_CODES = ("10-23", "10-97", "10-8", "10-7", "10-98", "10-6", "10-76", "10-22", "10 97", "10-8!")
# The time of night, as somebody says it who was woken.
_COMPLAINTS = (
    "3am?!", "it's 3am", "3am!!", "3 am...", "at 3 in the morning?", "3 in the morning", "why at 3am",
    "a las 3 de la mañana", "¿a las 3 de la mañana?", "son las 3", "3 de la madrugada", "a las 3 de la madrugada!",
)  # fmt: skip
_HOME = ("home", "im home", "I'm home", "home safe", "safe at home", "done, home", "en casa", "ya estoy en casa")

_BEFORE = ("", "", "", "hi, ", "hello ", "hola, ", "sorry, ", "please ", "perdón, ", "good morning, ")
_BEHIND = (
    "",
    "",
    "",
    "",
    " thx",
    " thanks",
    " please",
    " thank you!",
    " gracias",
    " por favor",
    ".",
    "!",
    " now",
    "...",
)

_MINUTES = (
    *("{} min", "{}", "{} mins", "{} minutes", "in {}", "in {} min", "about {} min", "{}m", "eta {}", "ETA: {} min"),
    *("en {} minutos", "unos {} min", "llego en {}", "be there in {}", "{} min away", "eta {} min."),
)
_RANGES = ("{}-{} min", "{} to {} min", "{} or {} minutes", "{} a {} minutos", "{}–{} mins", "entre {} y {} minutos")

# Our own words, sent back.
_QUOTED = ("Liked “LBPD call-out K7Q. Reply 1 to take it”", "“1”", '"yes"', "> Reply 1 to take it", "«sí»",
    "Le gustó “Reply 1 to take it”", "👍 to “LBPD call-out”",
)  # fmt: skip
_IN_TWELVE = tuple(form.format(12) for form in _LEAVING_IN)

# Texts on whose words alone the service may not act, whatever their sender means. They are listed by position, since a
# word means another thing to somebody who has just woken up, and by kind, so that a kind with few words is drawn as
# often as the others.
_DOUBTFUL: dict[tuple[Stands, Meant], tuple[tuple[str, ...], ...]] = {
    (Stands.PAGED, Meant.GO): (
        *(_SETS_OUT, _PRESENT, _READY, _IN_TWELVE),
        (
            *("ok 2", "1 2", "yes 2", "here!", "here", "i'm here", "aquí estoy", "listo", "estoy listo", "home"),
            *("im home", "en casa", "done", "no problem", "no worries, yes", "no hay problema", "11", "1?"),
            *("yes but give me a minute", "125", "130", "no problem, yes", "yes. where do i go?", "órale", "ok 125"),
            *("1 245", "2-3 min", "2 min", "in 2 min", "no, i can", "no, voy", "why not, yes", "cómo no", "2, yes"),
            *("12", "111"),
        ),
    ),
    (Stands.PAGED, Meant.ARRIVED): (_TEN_CODES,),
    (Stands.PAGED, Meant.LATER): (
        ("2:45", "2-3 min", "2 25", "22", "No, 25 min", "no 10 min away", "20 more minutes"),
    ),
    (Stands.PAGED, Meant.CANNOT): (
        (
            *("22", "ok 2", "1 2", "2 2", "222", "2222", "no, 2", "2 25", "1 2 3", "yes 2, 3", "21", "2-2", "2?"),
            *("22 thanks",),
        ),
        (
            *("ok no", "yes no", "2 not 1", "ok, can't", "2no", "i can't say yes", "no puedo decir que sí", "nO oK"),
            *("not on my way", "no en camino", "no estoy en camino", "I'd say omw but I'm sick", "no here"),
            *("not coming, sorry, ana goes",),
        ),
    ),
    (Stands.PAGED, Meant.NOTHING): (
        *(_PRESENT, _READY, _COMPLAINTS, _TEN_CODES, _STILL_HERE, _QUOTED),
        ("here", "Here!", "HERE", "home", "HOME", "listo", "done", "clear", "not omw", "ana said 'omw'"),
        ("thanks", "gracias", "gn", "good night", "de nada", "where is it?", "who is this?", "yes?", "ok?", "¿sí?"),
        (
            *("nobody here", "🚫", "1 🚫", "not yet", "todavía no", "call me", "what?", "25?", "maybe", "quizás"),
            *("I am driving right now, I will get back to you later.", "1?", "l8r", "ok l8r", "ok sorry", "call"),
            *("bueno, perdón", "ok lo siento", "never on my way", "no sure", "not sure", "on my way home"),
            *("voy a dormir", "voy a casa", "the 11"),
        ),
    ),
    (Stands.PASSED_OVER, Meant.NOTHING): (
        *(_PRESENT, _READY, _COMPLAINTS, _TEN_CODES),
        ("what?", "was asleep", "me dormí", "sorry, fell asleep", "not here", "no estoy aquí", "home", "en casa"),
    ),
    (Stands.PASSED_OVER, Meant.ARRIVED): (_PRESENT, _TEN_CODES),
    (Stands.PASSED_OVER, Meant.GO): (_PRESENT, _READY, ("no, I'm going", "no, voy", "no problem")),
    (Stands.HAS_IT, Meant.ARRIVED): (_PRESENT, _TEN_CODES),
    (Stands.HAS_IT, Meant.LEAVE): (_SETS_OUT,),
    (Stands.HAS_IT, Meant.NOTHING): (
        *(_PRESENT, _READY, _COMPLAINTS, _TEN_CODES, _STILL_HERE),
        (
            *("clear", "done", "DONE", "home", "en casa", "still home", "listo", "estoy listo", "ready"),
            *("done packing", "almost here", "aún no llego a casa"),
        ),
        (
            *("not here yet", "not there yet", "not on my way yet", "no estoy en camino", "todavía no"),
            *("haven't left", "not omw", "no omw", "no, here", "is ben omw", "omw?", "here?", "llegué?", "“omw”"),
            *("Loved “You have K7Q. Reply OMW when you leave, HERE when there.”",),
        ),
        (
            *("stuck in traffic on 405", "wrong address", "thanks", "gracias", "where is it?", "where is it"),
            *("good night",),
        ),
    ),
    (Stands.HAS_IT, Meant.LATER): (
        (
            *("2-3 min", "2:45", "2, 3", "2 min", "125", "145", "250", "here in 10", "im there in 10"),
            *("2 more minutes", "No, 25 min", "no 10 min away, crashed", "22", "11"),
        ),
    ),
    (Stands.HAS_IT, Meant.CANNOT): (
        (
            *("flat tire", "car broke down", "turning around", "se ponchó la llanta", "me regreso", "no, crashed"),
            *("22 no", "can't find my keys, can't go", "2 25", "no no no, 2", "2!?"),
        ),
    ),
    (Stands.HAS_IT, Meant.DONE): (("done", "listo"),),
    (Stands.HAS_IT, Meant.GO): (
        _IN_TWELVE,
        ("2 yes", "no problem", "no, i'm going", "no, voy", "can't wait", "1 2"),
    ),
    (Stands.UNDER_WAY, Meant.LATER): (
        ("2", "2.", "two", "ok 2", "22", "2, 3"),
        (
            *("2 min", "2-3 min", "2:45", "2 more minutes", "125", "145", "2 more", "1-2 min", "1 min"),
            *("No, 25 min", "no 10 min away, crashed", "no parking, 5 min"),
            *("here in 5", "on scene in 10", "not yet, 10 min", "can't find it, 5 min"),
        ),
    ),
    (Stands.UNDER_WAY, Meant.ARRIVED): (_TEN_CODES,),
    (Stands.UNDER_WAY, Meant.NOTHING): (
        *(_READY, _COMPLAINTS, _TEN_CODES, _STILL_HERE),
        (
            *("not here yet", "not there yet", "almost there", "aún no llego", "todavía no llego", "no he llegado"),
            *("no llegué", "not arrived", "haven't arrived", "here?", "who is here", "no here", "> HERE", "“HERE”"),
            *("Liked “K7Q: your ETA has passed. Reply HERE if you are there”",),
        ),
        ("done driving soon", "listo", "home", "HOME", "en casa", "done", "clear road"),
        (
            *("flat tire", "wrong address", "nobody here", "no parking here", "can't find the door", "no entry"),
            *("can't hear you", "no sé"),
        ),
    ),
    (Stands.UNDER_WAY, Meant.CANNOT): (("2", "2 sorry", "no, crash", "crashed, can't come", "22", "turned back, no"),),
    (Stands.UNDER_WAY, Meant.DONE): (("done", "clear", "listo"),),
    (Stands.UNDER_WAY, Meant.HOME): (("home", "im home", "en casa"),),
    (Stands.THERE, Meant.NOTHING): (
        *(_READY, _COMPLAINTS, _TEN_CODES, _PRESENT, _STILL_HERE, _SETS_OUT),
        (
            *("all home", "todos en casa", "everyone home", "home in 20", "not home", "no en casa", "no home"),
            *("on my way home", "the child is at home"),
        ),
        (
            *("not done", "not done yet", "done in 10", "no he terminado", "no listo", "done?", "clear?"),
            *("Liked “K7Q: on scene, noted. Reply DONE when you have left.”", "“done”", "> done"),
        ),
        ("no", "2", "can't", "ok", "yes", "here", "20", "nobody here", "wrong address", "oops not yet"),
    ),
    (Stands.THERE, Meant.DONE): (_READY, _TEN_CODES),
    (Stands.THERE, Meant.LATER): (("20", "eta 20", "omw 20", "done in 20"),),
    (Stands.THERE, Meant.LEAVE): (("omw", "on my way", "leaving now"),),
    (Stands.LEFT, Meant.NOTHING): (
        *(_READY, _COMPLAINTS, _TEN_CODES, _PRESENT, _STILL_HERE, _SETS_OUT),
        (
            *("home in 20", "not home", "not home yet", "almost home", "on my way home", "voy a casa", "no en casa"),
            *("aún no llego a casa", "all home", "todos en casa", "the child is at home", "home?", "no home"),
        ),
        ("no", "2", "ok", "yes", "20", "done", "clear", "omw", "here", "thanks", "good night", "“home”", "> home"),
    ),
    (Stands.LEFT, Meant.HOME): (_READY, ("here", "llegué", "just arrived", "got here", "10-7")),
}  # fmt: skip

# What a yes means to whoever has read one of these. Without their accents, which a text loses on its way.
_ASKED = {
    "on your way": Meant.LEAVE,
    "va en camino": Meant.LEAVE,
    "are you there": Meant.ARRIVED,
    "ya esta ahi": Meant.ARRIVED,
    "have you left the scene": Meant.DONE,
    "ya se fue del lugar": Meant.DONE,
    "are you safe at home": Meant.HOME,
    "ya esta a salvo en casa": Meant.HOME,
    "not going?": Meant.CANNOT,
    "no va?": Meant.CANNOT,
}
_WANTS_A_YES = ("Reply Y", "Responda SI")
_LEAVES_LATER = 0.15

_PLAIN: dict[Stands, tuple[Meant, ...]] = {
    Stands.PAGED: (Meant.GO, Meant.LEAVE, Meant.LATER, Meant.CANNOT),
    Stands.PASSED_OVER: (Meant.GO, Meant.LEAVE, Meant.LATER, Meant.CANNOT, Meant.ARRIVED),
    Stands.HAS_IT: (Meant.LEAVE, Meant.LATER, Meant.CANNOT, Meant.ARRIVED),
    Stands.UNDER_WAY: (Meant.LATER, Meant.CANNOT, Meant.ARRIVED),
    Stands.THERE: (Meant.DONE, Meant.HOME),
    Stands.LEFT: (Meant.HOME,),
}


def asked_in(text: str) -> Meant | None:
    """What a yes says that answers this text of ours; None where it asks for none."""
    if not any(words in text for words in _WANTS_A_YES):
        return None
    return next((meant for words, meant in _ASKED.items() if words in text), None)


def doubtful(chance: Random, stands: Stands) -> MeantText:
    """A text that is easily misread."""
    kinds = [(meant, kind) for (where, meant), kinds in _DOUBTFUL.items() if where is stands for kind in kinds]
    meant, texts = chance.choice(kinds)
    return MeantText(chance.choice(texts), meant, plain=False)


def plain(chance: Random, stands: Stands, meant: Meant | None = None) -> MeantText:
    """A text that somebody in this position may well write, and that means one thing."""
    meant = chance.choice(_PLAIN[stands]) if meant is None else meant
    match meant:
        case Meant.GO if chance.random() < _LEAVES_LATER:
            text = chance.choice(_LEAVING_IN).format(chance.randint(3, 60))
        case Meant.GO:
            text = _with_eta(chance, chance.choice(_GO))
        case Meant.LEAVE:
            text = _with_eta(chance, chance.choice(_LEAVE), driving=True)
        case Meant.LATER:
            text = _time(chance)
        case Meant.CANNOT:
            text = chance.choice(("2", *_CANNOT) if stands is not Stands.UNDER_WAY else _CANNOT)
        case Meant.ARRIVED:
            text = chance.choice((*_ARRIVED, *_PRESENT) if stands is Stands.UNDER_WAY else _ARRIVED)
        case Meant.DONE:
            text = chance.choice(_DONE)
        case _:
            text = chance.choice(_HOME)
    before, behind = chance.choice(_BEFORE), chance.choice(_BEHIND)
    if text[:1] in ("y", "n") and not text[1:2].isalpha():  # after another word these read as "and"
        before = ""
    if behind == " now" and (text[:1] == "y" or text in _NOT_NOW):  # "y now" is "and now"
        behind = ""
    text = before + text + behind
    return MeantText(chance.choice((text, text, text.upper(), text.capitalize())), meant, plain=True)


def _with_eta(chance: Random, text: str, *, driving: bool = False) -> str:
    if chance.random() < 0.5:
        return text
    separator = chance.choice((" ", ", ", " - ", " "))
    return f"{text}{separator}{_time(chance, chance.randint(3, 180), driving=driving)}"


def _time(chance: Random, minutes: int | None = None, *, driving: bool = False) -> str:
    """A time in minutes, none of 1s and 2s alone, which are keys. `driving` never says "in": "omw in 10" is not yet."""
    if minutes is None:
        minutes = chance.choice([amount for amount in range(3, 180) if not set(str(amount)) <= {"1", "2"}])
    if chance.random() < 0.2 and minutes > 5:
        return chance.choice(_RANGES).format(minutes, minutes + chance.randint(1, 15))
    forms = [form for form in _MINUTES if not (driving and form.startswith(("in", "en")))]
    return chance.choice([form for form in forms if form != "{}" or minutes < _WITH_UNIT]).format(minutes)
