"""What each reply does from each position, as it was agreed: a table typed in by hand that knows nothing of the code.

A row is a way to reply, in both languages. A column is how Ana stands to the call-out when she sends it. A cell says
what changes, who hears of it, and what she reads in answer.
"""

from dataclasses import dataclass, replace

COLUMNS = (
    "paged",
    "declined",
    "offered",
    "asked along",
    "stood down",
    "passed over",
    "passed over, and another has it",
    "has it",
    "under way",
    "under way, as a partner",
    "there",
    "left",
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a reply of Ana's does. What is not mentioned stays as it was; whoever is not mentioned hears nothing.

    `hears` are keys of `HEARS`, one for each text that she gets. `eta`: the moment that she said is her ETA from now
    on. `stamps` are added to hers. `gone`: she is on the call-out no more. `rung`: coordinators' phones ring;
    `rings_later`: they will, unless a clear word follows; `rings_her`: her own does. Ben, on call after her, gets a
    "page", or a "stand down" if he had been paged, or reads that she "goes along" with him, or that he "may turn back",
    or that she "is there"; `partners` are told who has it.
    """

    hears: tuple[str, ...]
    status: str | None = None
    has_it: str | None = None
    role: str | None = None
    stamps: frozenset[str] = frozenset()
    eta: bool = False
    gone: bool = False
    declined: bool = False
    officer: str = ""
    coordinators: str = ""
    rung: bool = False
    rings_her: bool = False
    rings_later: bool = False
    ben: str = ""
    partners: str = ""


def _says(*keys: str) -> Effect:
    return Effect(keys)


def _with_eta(effect: Effect) -> Effect:
    return replace(effect, eta=True, officer=effect.officer and f"{effect.officer}, ETA")


# ---- what a cell can be --------------------------------------------------------------------------------------------

TAKES = Effect(("has it",), "acknowledged", "ana", "primary", officer="Ana is coming", ben="stand down", partners="Ana")
TAKES_BY = _with_eta(TAKES)
TAKES_WHEN = replace(TAKES, hears=("has it; when?",))
LEAVES = Effect(("under way",), "en_route", stamps=frozenset({"en_route"}))
TAKES_AND_LEAVES = replace(TAKES, hears=("has it, under way",), status="en_route", stamps=LEAVES.stamps)
JOINS = replace(LEAVES, hears=("goes along",), status=None, role="partner", ben="goes along")
SOONER = Effect(("goes along; when?",), role="partner", ben="goes along")
SOONER_BY = replace(SOONER, hears=("goes along, ETA",), eta=True, officer="Ana is coming, ETA")
NOT_ALONG = _says("need not go")
OFFERS = replace(_says("could go along"), role="offered", coordinators="Ana could come too")
OFFER_STANDS = _says("could go along")
NEW_ETA = Effect(("new ETA",), eta=True, officer="ETA of Ana")
DECLINES = replace(_says("does not go"), declined=True)
DECLINES_FIRST = replace(DECLINES, ben="page")  # nobody else is paged so far
WITHDRAWS = replace(DECLINES, gone=True)
KEPT = Effect(("kept",), declined=True)
LETS_GO = Effect(
    ("does not go",),
    "paging",
    has_it="nobody",
    gone=True,
    declined=True,
    officer="can no longer come",
    coordinators="Ana can no longer go",
    rung=True,
    ben="page",
)
ASKED = replace(_says("asked back", "what can be said"), coordinators="Ana wrote")
ASKED_SOON = replace(ASKED, rings_later=True)
# No table has it: whether it is asked back with a guess is a matter of weights, and of no agreement.
WITH_A_GUESS_OR_NOT = replace(ASKED, hears=("reply",))
OR_NOT_SOON = replace(WITH_A_GUESS_OR_NOT, rings_later=True)
ARRIVES = Effect(("on scene",), "on_scene", stamps=frozenset({"arrived"}))
CLEARS = Effect(("has left",), "cleared", stamps=frozenset({"cleared"}))
NOT_ANSWERED = Effect(())
THE_WAY = Effect(("the way",))
COMES_HOME = Effect(("is home",), "closed", stamps=frozenset({"cleared", "home"}))
HOW_TO = _says("how to take it")
BEN_HAS_IT = _says("Ben has it")
RUNG_TO_JOIN = Effect((), rings_her=True)
ON_SCENE = _says("on scene")
LEFT = _says("has left")
CAN_BE_SAID = _says("what can be said")
DANGER = replace(_says("danger"), coordinators="DANGER", rung=True)
HELPED_AND_RUNG = replace(DANGER, hears=("in danger", "what can be said"))
WERE_YOU_THERE = replace(ASKED_SOON, hears=("were you there?",))

# Whoever has left the scene: HERE is said of where they were, and "ya llegué" of where they drove.
STILL_THERE_OR_HOME = replace(ASKED, hears=("still there, or home?",))
STILL_THERE = replace(ASKED, hears=("still there?",))
STAYS_THERE = replace(ASKED, hears=("still there",))  # asked nothing: coordinators read it

ALONG_AND_HERE = replace(ASKED, hears=("along, and here",))

# What ends with a full stop is a whole text.
HEARS = {
    "in danger": ("In danger: reply SOS", "En peligro: responda SOS"),
    "has it": ("You have {code}", "{code} es suyo"),
    "has it; when?": ("You have {code}. Reply ETA 25", "{code} es suyo. Responda ETA 25"),
    "has it, under way; when?": (
        "You have {code}. Reply ETA 25 if you are there in 25, and HERE",
        "{code} es suyo. Responda ETA 25 si llega en 25, y LLEGUE",
    ),
    "has it, under way": ("You have {code}. Reply HERE", "{code} es suyo. Responda LLEGUE"),
    "has it, under way, ETA": (
        "You have {code}, ETA {eta}. Reply HERE",
        "{code} es suyo, llegada {eta}. Responda LLEG",
    ),
    "has it, on scene": ("You have {code}. Reply DONE", "{code} es suyo. Responda LISTO"),
    "under way": ("{code}: on your way, noted", "{code}: en camino, anotado"),
    "under way, ETA": ("{code}: on your way, ETA {eta}, noted", "{code}: en camino, llegada {eta}, anotado"),
    "under way; when?": ("{code}: on your way, noted. Reply ETA 25", "{code}: en camino, anotado. Responda ETA 25"),
    "goes along": (
        "{code}: you go along, Ben leads. Reply HERE",
        "{code}: usted acompaña, Ben dirige. Responda LLEGUE",
    ),
    "goes along, on scene": ("{code}: you go along, Ben leads. Reply DONE", "acompaña, Ben dirige. Responda LISTO"),
    "goes along; when?": ("{code}: you go along. Reply ETA 25", "{code}: usted acompaña. Responda ETA 25"),
    "goes along, ETA": (
        "{code}: you go along, ETA {eta}. Reply OMW",
        "{code}: usted acompaña, llegada {eta}. Responda",
    ),
    "need not go": ("All right, you need not go to {code}", "De acuerdo, no tiene que ir a {code}"),
    "could go along": ("Ben already has {code}", "Ben ya tiene {code}"),
    "Ben has it": ("Ben has {code}. Nothing to do", "Ben tiene {code}. No hay nada que hacer"),
    "kept": ("{code}: noted, only if nobody else goes", "{code}: anotado, solo si no va nadie"),
    "new ETA": ("{code}: ETA {eta}, noted", "{code}: llegada {eta}, anotado"),
    "does not go": ("All right, you are not going to {code}", "De acuerdo, usted no va a {code}"),
    "how to take it": (
        "You do not have {code}. To take it reply {code} 1",
        "no tiene {code}. Para ir responda {code} 1",
    ),
    "on scene": ("{code}: on scene, noted", "{code}: en el lugar, anotado"),
    "has left": ("{code}: you are clear, noted", "{code}: su salida, anotada"),
    "is home": ("{code}: good that you are home", "{code}: qué bueno que ya esta en casa"),
    "asked back": ("Not sure what you mean", "No le entendimos bien"),
    "reply": ("eply", "esponda"),
    "no or ETA?": ("{code}: if you cannot go, reply NO", "{code}: si no puede ir, responda NO"),
    "left?": ("{code}: have you left the scene? Reply Y", "{code}: ¿ya se fue del lugar? Responda SI"),
    "there?": ("{code}: are you there? Reply Y", "{code}: ¿ya esta ahi? Responda SI"),
    "not going?": ("{code}: not going? Reply Y", "{code}: ¿no va? Responda SI"),
    "sure?": ("{code} NO lets it go, OMW keeps it", "{code} NO lo deja, VOY lo mantiene"),
    "still there?": ("{code}: still there, and all well? Reply Y", "{code}: ¿sigue ahi, y todo bien? Responda SI"),
    "still there, or home?": (
        "{code}: still there, and all well? Reply Y",
        "{code}: ¿ya esta a salvo en casa? Responda SI",
    ),
    "still there": ("{code}: still there, noted, and coordinators know", "{code}: sigue ahi, anotado, y los coordi"),
    "were you there?": ("{code}: if you have been there reply HERE", "{code}: si ya estuvo ahi responda LLEGUE"),
    "here if there": ("Reply {code} HERE if you are there, OMW when", "Responda {code} LLEGUE si ya esta ahi, VOY al"),
    "along, and here": (
        "Ben has it. To go along as a partner reply {code} OMW, then HERE",
        "Ben lo tiene. Para acompañar responda {code} VOY, y LLEGUE",
    ),
    "the way": ("{code}: where to go, and the number", "{code}: dónde ir, y el número"),
    "danger": ("Coordinators are being called for you right now", "Ya estamos llamando a los coordinadores"),
}
_ANOTHER = ("Ben has it. To go along as a partner reply {code} OMW", "Ben lo tiene. Para acompañar responda {code} VOY")
_PASSED_OVER = ("Reply {code} OMW if you are going, {code} HERE", "Responda {code} VOY si va a ir, {code} LLEGUE")
_ASKED_TO_GO = ("Reply {code} 1 to take it", "Responda {code} 1 para ir")
_UNDER_WAY = ("Reply {code} ETA 20 for a new time, HERE", "Responda {code} ETA 20 para otra hora, LLEGUE")
WHAT_CAN_BE_SAID = {
    "paged": _ASKED_TO_GO,
    "declined": _ASKED_TO_GO,
    "offered": _ANOTHER,
    "asked along": (
        "Reply {code} 1 and your minutes if you can be there sooner",
        "Responda {code} 1 y sus minutos si llega antes",
    ),
    "stood down": _ANOTHER,
    "passed over": _PASSED_OVER,
    "passed over, and another has it": _PASSED_OVER,
    "has it": ("Reply {code} OMW when you leave, ETA 20", "Responda {code} VOY al salir, ETA 20"),
    "under way": _UNDER_WAY,
    "under way, as a partner": _UNDER_WAY,
    "there": ("Reply {code} HERE if you are still there, DONE", "Responda {code} LLEGUE si sigue ahi, LISTO"),
    "left": ("Reply {code} HOME once", "Responda {code} EN CASA cuando"),
}


# ---- the table -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A way to reply, in English and in Spanish, with the minutes until the ETA that it says; and its cell for each of
    `COLUMNS`. `{clock}` in a text is the time on the wall then, `{code}` the call-out's code."""

    english: str
    spanish: str
    minutes: tuple[int, int]
    cells: tuple[Effect, ...]


def _row(english: str, spanish: str, *cells: Effect, minutes: tuple[int, int] = (0, 0)) -> Row:
    """On the way home whatever is asked back rings later: nobody asks again before they should be home."""
    *before, left = cells
    is_asked_back = left.coordinators == ASKED.coordinators and left != STAYS_THERE
    left = replace(left, rings_later=True) if is_asked_back else left
    return Row(english, spanish, minutes, (*before, left))


_AS_ETA = (35, 35)
_KEPT_TOO = replace(KEPT, hears=("Ben has it",))

_HAS_IT = _says("has it")
_STILL_HAS_IT = _says("has it, under way, ETA")
_STILL_GOES_ALONG = _says("goes along")
_NOTED = replace(NEW_ETA, officer="")  # the officer hears the ETA of whoever comes first: Ben's is sooner than 35
_COMES_FIRST = replace(NEW_ETA, officer="Ana is coming, ETA {eta}")
_SURE = replace(ASKED_SOON, hears=("sure?",))
_NO_OR_ETA = replace(ASKED_SOON, hears=("no or ETA?",))
_TAKES_AND_LEAVES_BY = replace(_with_eta(TAKES_AND_LEAVES), hears=("has it, under way, ETA",))
_LEAVES_BY = replace(LEAVES, hears=("under way, ETA",), eta=True, officer="ETA of Ana")
_LEAVES_SOONER = replace(_with_eta(JOINS), officer="Ana is coming, ETA", ben="may turn back")
_ON_THE_WAY_BY = replace(_LEAVES_BY, status=None, stamps=frozenset())

TABLE = (
    _row(
        *("1", "sí"),
        *(TAKES, TAKES, OFFER_STANDS, SOONER, OFFERS, TAKES, OFFERS),
        *(_HAS_IT, _STILL_HAS_IT, _STILL_GOES_ALONG, ON_SCENE, LEFT),
    ),
    _row(
        *("1 35 thx", "sí, en 35 minutos"),
        *(TAKES_BY, TAKES_BY, OFFER_STANDS, SOONER_BY, _with_eta(OFFERS), TAKES_BY, _with_eta(OFFERS)),
        *(NEW_ETA, NEW_ETA, _NOTED, ON_SCENE, LEFT),
        minutes=_AS_ETA,
    ),
    _row(
        *("yes 1", "sí 1"),  # no officer hears of one minute
        *(TAKES_WHEN, TAKES_WHEN, OFFER_STANDS, SOONER, OFFERS, TAKES_WHEN, OFFERS),
        *(_says("has it; when?"), _says("has it, under way; when?"), _STILL_GOES_ALONG, ON_SCENE, LEFT),
    ),
    _row(
        *("omw in 10", "salgo en 10"),  # on the way in ten minutes, or there: nobody knows
        *(TAKES_WHEN, TAKES_WHEN, OFFER_STANDS, SOONER, OFFERS, TAKES_WHEN, OFFERS),
        *(_says("has it; when?"), _says("has it, under way; when?"), _STILL_GOES_ALONG, ON_SCENE, LEFT),
    ),
    _row(
        *("ok", "vale"),
        *(TAKES, HOW_TO, OFFER_STANDS, SOONER, BEN_HAS_IT, TAKES, BEN_HAS_IT),  # an ok to "Ben has it" is no offer
        *(_HAS_IT, _STILL_HAS_IT, _STILL_GOES_ALONG, ON_SCENE, LEFT),
    ),
    _row(
        *("ok 2", "sí, 2"),
        *(ASKED, ASKED, ASKED, ASKED, ASKED, ASKED, ASKED),
        *(ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED),
    ),
    _row(
        *("omw", "voy en camino"),
        *(TAKES_AND_LEAVES, TAKES_AND_LEAVES, JOINS, JOINS, OFFERS, TAKES_AND_LEAVES, JOINS),
        *(LEAVES, _says("under way"), _says("under way"), ON_SCENE, LEFT),
    ),
    _row(
        *("omw 35", "voy, 35"),
        *(_TAKES_AND_LEAVES_BY, _TAKES_AND_LEAVES_BY, _with_eta(JOINS), _LEAVES_SOONER, _with_eta(OFFERS)),
        *(_TAKES_AND_LEAVES_BY, _with_eta(JOINS)),
        *(_LEAVES_BY, _ON_THE_WAY_BY, replace(_ON_THE_WAY_BY, officer=""), ON_SCENE, LEFT),
        minutes=_AS_ETA,
    ),
    _row(
        *("just left home", "lista, ya salgo"),  # for the scene, or from it
        *(*(ASKED,) * 5, *(WITH_A_GUESS_OR_NOT,) * 2),
        *(LEAVES, _says("under way"), _says("under way"), replace(ASKED_SOON, hears=("left?",)), LEFT),
    ),
    _row(
        *("125", "125 gracias"),  # two hours, or "1 25" in a hurry
        *(TAKES_WHEN, TAKES_WHEN, OFFER_STANDS, SOONER, OFFERS, TAKES_WHEN, OFFERS),
        *(ASKED_SOON,) * 4,
        ASKED,
    ),
    _row(
        *("35", "35 minutos"),
        *(TAKES_BY, TAKES_BY, _with_eta(OFFER_STANDS), SOONER_BY, _with_eta(OFFERS), TAKES_BY, _with_eta(OFFERS)),
        *(NEW_ETA, NEW_ETA, _NOTED, ASKED_SOON, ASKED),
        minutes=_AS_ETA,
    ),
    _row(
        *("eta 35", "llego en 35"),
        *(TAKES_BY, TAKES_BY, _with_eta(OFFER_STANDS), SOONER_BY, _with_eta(OFFERS), TAKES_BY, _with_eta(OFFERS)),
        *(NEW_ETA, NEW_ETA, _NOTED, ASKED_SOON, ASKED),
        minutes=_AS_ETA,
    ),
    _row(
        *("at {clock}", "a las {clock}"),
        *(TAKES_BY, TAKES_BY, _with_eta(OFFER_STANDS), SOONER_BY, _with_eta(OFFERS), TAKES_BY, _with_eta(OFFERS)),
        *(NEW_ETA, NEW_ETA, _NOTED, ASKED_SOON, ASKED),
        minutes=_AS_ETA,
    ),
    _row(
        *("22", "11"),  # a doubled key
        *(ASKED, ASKED, _with_eta(OFFER_STANDS), ASKED, ASKED, ASKED, ASKED),
        *(NEW_ETA, NEW_ETA, _COMES_FIRST, ASKED_SOON, ASKED),
        minutes=(22, 11),
    ),
    _row(
        *("2", "2 gracias"),
        *(DECLINES_FIRST, DECLINES, WITHDRAWS, NOT_ALONG, BEN_HAS_IT, DECLINES, DECLINES),
        *(LETS_GO, _NO_OR_ETA, _NO_OR_ETA, ASKED_SOON, ASKED),
    ),
    _row(
        *("L 45", "solo si no hay nadie, 45 min"),
        replace(KEPT, ben="page"),
        *(KEPT, OFFER_STANDS, ASKED, _KEPT_TOO, KEPT, _KEPT_TOO),
        *(ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED),
        minutes=(45, 45),
    ),
    _row(
        *("2-3 min", "2 o 3 minutos"),
        *(ASKED, ASKED, ASKED, ASKED, ASKED, ASKED, ASKED),
        *(NEW_ETA, NEW_ETA, _COMES_FIRST, ASKED_SOON, ASKED),
        minutes=(3, 3),
    ),
    _row(
        *("2:00", "2, 25"),  # no moment ahead, and no range
        *(ASKED, ASKED, ASKED, ASKED, ASKED, ASKED, ASKED),
        *(ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED),
    ),
    _row(
        *("can't tonight", "no puedo"),  # our newest text offered it, except to whoever has just said OMW
        *(DECLINES_FIRST, DECLINES, WITHDRAWS, NOT_ALONG, BEN_HAS_IT, DECLINES, DECLINES),
        *(LETS_GO, _SURE, WITHDRAWS, ASKED_SOON, ASKED_SOON),
    ),
    _row(
        *("{code} no", "{code} no puedo"),
        *(DECLINES_FIRST, DECLINES, WITHDRAWS, NOT_ALONG, BEN_HAS_IT, DECLINES, DECLINES),
        *(LETS_GO, LETS_GO, WITHDRAWS, ASKED_SOON, ASKED_SOON),
    ),
    _row(
        *("no, just now", "no, ahorita"),
        *(DECLINES_FIRST, DECLINES, WITHDRAWS, NOT_ALONG, BEN_HAS_IT, DECLINES, DECLINES),
        *(ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED_SOON),
    ),
    _row(
        *("no, 25 min", "no, voy"),
        *(ASKED, ASKED, ASKED, ASKED, ASKED, ASKED, ASKED),
        *(ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED_SOON),
    ),
    _row(
        *("10-23", "10-36"),  # codes of the police; one that everybody knows is asked back with a guess
        *(ASKED, ASKED, ASKED, ASKED, ASKED, ASKED, ASKED),
        *(ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED),
    ),
    _row(
        *("I'm here", "aquí estoy"),  # there, or only awake
        *(HOW_TO, HOW_TO, ALONG_AND_HERE, ASKED, ALONG_AND_HERE, ASKED, ASKED),
        *(replace(ASKED_SOON, hears=("here if there",)), ARRIVES, ARRIVES, ON_SCENE, ASKED),
    ),
    _row(
        *("still here", "aquí sigo"),  # at the scene, or still at home
        *(HOW_TO, HOW_TO, ALONG_AND_HERE, ASKED, ALONG_AND_HERE, ASKED, ASKED),
        *(replace(ASKED_SOON, hears=("here if there",)), ASKED_SOON, ASKED_SOON, ON_SCENE, STILL_THERE),
    ),
    _row(
        *("wrong address, nobody here", "nadie aquí"),
        *(ASKED,) * 7,
        *(ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED_SOON, ASKED),
    ),
    _row(
        *("flat tire", "llanta ponchada"),
        *(ASKED,) * 7,
        *(ASKED_SOON,) * 5,  # on the way home as well: she may be stranded
    ),
    _row(
        *("where do I go?", "¿dónde es?"),
        *(ASKED,) * 7,
        *(THE_WAY,) * 5,
    ),
    _row(*("thanks", "buenas noches"), *(NOT_ANSWERED,) * 12),
    _row(
        *("Here!", "ya llegué"),
        *(HOW_TO, HOW_TO, ASKED, ASKED, ASKED),
        replace(
            TAKES,
            officer="Ana reports being with you",
            hears=("has it, on scene",),
            status="on_scene",
            stamps=frozenset({"arrived"}),
        ),
        replace(ARRIVES, hears=("goes along, on scene",), role="partner", ben="is there"),
        *(ARRIVES, ARRIVES, ARRIVES, ON_SCENE, STILL_THERE_OR_HOME),
    ),
    _row(
        *("done", "listo"),
        *(HOW_TO, HOW_TO, BEN_HAS_IT, CAN_BE_SAID, BEN_HAS_IT, ASKED, ASKED),
        *(ASKED_SOON, WERE_YOU_THERE, WERE_YOU_THERE, CLEARS, LEFT),
    ),
    _row(
        *("all clear", "todo listo"),  # gone, or safe, or ready
        *(HOW_TO, HOW_TO, ASKED, ASKED, ASKED, ASKED, ASKED),
        *(ASKED_SOON, WERE_YOU_THERE, WERE_YOU_THERE, ASKED_SOON, LEFT),
    ),
    _row(
        *("im home", "en casa"),
        *(HOW_TO, HOW_TO, BEN_HAS_IT, CAN_BE_SAID, BEN_HAS_IT, ASKED, ASKED),
        *(ASKED_SOON, WERE_YOU_THERE, WERE_YOU_THERE, COMES_HOME, COMES_HOME),
    ),
    _row(
        *("call", "llamar"),
        *(HOW_TO, HOW_TO, BEN_HAS_IT, CAN_BE_SAID, BEN_HAS_IT, HOW_TO, BEN_HAS_IT),
        *(RUNG_TO_JOIN,) * 5,
    ),
    _row(
        *("HELP", "opciones"),
        *(CAN_BE_SAID,) * 7,
        *(HELPED_AND_RUNG,) * 5,  # whoever is alone at night may mean it as a cry
    ),
    _row(
        *("HELP!", "¡opciones!"), *(CAN_BE_SAID,) * 7, HELPED_AND_RUNG, *(DANGER,) * 4
    ),  # whoever is out there may cry
    _row(*("I'm not safe", "ayuda"), *(DANGER,) * 12),
    _row(
        *("stuck in traffic", "atorada en el tráfico"), *(WITH_A_GUESS_OR_NOT,) * 7, *(OR_NOT_SOON,) * 5
    ),  # or stranded, on the way home
    _row(
        *("lots of traffic", "hay mucho tráfico"), *(WITH_A_GUESS_OR_NOT,) * 7, *(OR_NOT_SOON,) * 4, WITH_A_GUESS_OR_NOT
    ),
    _row(
        *("no my kid is sick", "no, mi hijo se enfermó"),  # a refusal, if she was asked
        *(DECLINES_FIRST, DECLINES, WITHDRAWS, NOT_ALONG, BEN_HAS_IT, DECLINES, DECLINES),
        *(_SURE, _SURE, _SURE, ASKED_SOON, ASKED_SOON),
    ),
    _row(
        *("I'm not on call", "no soy yo"),
        *(DECLINES_FIRST, DECLINES, ASKED, NOT_ALONG, ASKED, *(replace(ASKED, hears=("not going?",)),) * 2),
        *(ASKED_SOON,) * 4,
        ASKED,
    ),
    _row(
        *("send someone else", "manden a otra persona"),
        *(
            replace(ASKED, hears=("not going?",)),
            replace(ASKED, hears=("not going?",)),
            ASKED,
            replace(ASKED, hears=("not going?",)),
            ASKED,
        ),
        *(replace(ASKED, hears=("not going?",)), replace(ASKED, hears=("not going?",))),
        *(_SURE, _SURE, _SURE, ASKED_SOON, ASKED_SOON),
    ),
    _row(
        *("heading home", "voy para mi casa"),
        *(ASKED,) * 7,
        *(_SURE, _SURE, _SURE, replace(ASKED_SOON, hears=("left?",)), LEFT),
    ),
    _row(
        *("parked outside", "estoy afuera"),
        *(ASKED,) * 5,
        *(replace(ASKED, hears=("there?",)),) * 2,
        *(replace(ASKED_SOON, hears=("there?",)),) * 3,
        *(ON_SCENE, STAYS_THERE),
    ),
)
