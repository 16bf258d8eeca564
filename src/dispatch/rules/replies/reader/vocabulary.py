"""The words that people answer with, in English and in Spanish.

The law: what can be said in one language can be said in the other. Each sense has its English words and their Spanish
twins, so nobody is understood less well because of the language in which they woke up.

Capitals, accents, apostrophes, spaces and hyphens make no difference: "I'M HERE" stands for "im here" and "i m here".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """What somebody says, whatever their position: a row of the matrix."""

    TAKE = "take"
    OK = "ok"  # a yes, or what people say to anything they are told
    TAKE_AND_TWO = "take_and_two"  # "ok 2": 2 means no
    ON_MY_WAY = "on_my_way"
    SET_OUT = "set_out"  # "just left": for the scene, or from it
    GOING_IN = "going_in"  # "omw in 10": when they leave, or when they are there
    ETA = "eta"
    DOUBLED = "doubled"  # "11", "22": an ETA, or a key that was pressed twice
    RUN_TOGETHER = "run_together"  # "125": two hours, or "1 25" without its space
    TWO = "two"
    TWO_AND_MORE = "two_and_more"  # "2-3 min", "2:45": an ETA, or a no and something more
    NO = "no"
    NO_SOON = "no_soon"  # "no, ahorita": not yet, or not now
    NO_AND_WHY = "no_and_why"  # "no, my kid is sick": a no, and words that no table has
    NEGATED = "negated"  # "I'm not on call": no no, but a refusal from whoever is asked
    NO_AND_MORE = "no_and_more"  # "no, 25 min"
    TEN_CODE = "ten_code"  # "10-23": what the police say over the radio, or a range of minutes
    HERE = "here"
    PRESENT = "present"  # "I'm here": there, or awake
    WITH_THEM = "with_them"  # "with her", "parked": at the scene, or just before it
    STILL_HERE = "still_here"  # "still here": at the scene, or still at home
    NOT_THERE = "not_there"  # "wrong address", "not yet"
    TROUBLE = "trouble"  # "flat tire": they may not come at all
    BACK_OUT = "back_out"  # "send someone else": perhaps a no
    HOMEWARD = "homeward"  # "going home": not coming, or done
    LEFT = "left"  # the scene, not their bed: "done"
    READY = "ready"  # "all clear": safe, ready to go, or gone
    HOME = "home"
    CALL = "call"
    WHERE = "where"  # where do I go?
    FROM = "from"  # "from LBH": where they start from, if that is an area
    THANKS = "thanks"  # and nothing else
    HELP = "help"  # what can I say?
    HELP_LOUD = "help_loud"  # "help!": the same, or a cry from whoever is out there
    DANGER = "danger"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Sense:
    """Words that mean the same. `signs` belong to no language."""

    english: tuple[str, ...]
    spanish: tuple[str, ...]
    signs: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        yield from (*self.signs, *self.english, *self.spanish)


# ---- where they start from -----------------------------------------------------------------------------------------

# Not among the words that act: what stands behind it must be an area of the roster, which a reader does not know.
STARTS_WITH = Sense(("FROM",), ("DESDE",))
ASIDE_FROM: tuple[Sense, ...] = (
    Sense(("TONIGHT", "TODAY"), ("ESTA NOCHE", "HOY")),
    Sense(("PLEASE", "PLS", "THANKS", "THX", "HI"), ("POR FAVOR", "GRACIAS", "HOLA")),
)

# ---- words that act ------------------------------------------------------------------------------------------------

# Of a specialist who takes a call-out, and of a coordinator who has an alarm.
HANDLES_IT: tuple[Sense, ...] = (
    Sense(
        ("HANDLING IT", "I'M HANDLING IT", "I'LL HANDLE IT", "TAKING IT", "I'M TAKING IT", "I GOT THIS ONE"),
        ("ME HAGO CARGO", "YO ME HAGO CARGO", "LO ATIENDO", "YO LO ATIENDO"),
    ),
)

# 1 and 2 are keys as well as numbers, so `reading` handles them.
WORDS: dict[Word, tuple[Sense, ...]] = {
    Word.TAKE: (
        Sense(
            ("YES", "YEP", "YEAH", "YUP", "YES I CAN", "YES I WILL", "I CAN", "I CAN GO", "I CAN TAKE IT"),
            ("SÍ", "SIP", "SÍ PUEDO", "PUEDO", "YO PUEDO", "PUEDO IR", "SÍ SEÑOR", "SÍ SEÑORA", "CLARO QUE SÍ"),
            ("Y",),
        ),
        Sense(("AFFIRMATIVE",), ("AFIRMATIVO",)),
        Sense(
            (
                "AVAILABLE",
                "I'LL RESPOND",
                "I WILL RESPOND",
                "I CAN RESPOND",
                "RESPONDING",
                "I'M AVAILABLE",
                "COUNT ME IN",
            ),
            ("DISPONIBLE", "YO RESPONDO", "VOY YO", "SÍ VOY YO", "ESTOY DISPONIBLE", "CUENTEN CONMIGO"),
        ),
        *HANDLES_IT,
        Sense(
            (
                "I WILL",
                "STILL ON IT",
                "I WILL GO",
                "I WILL TAKE IT",
                "YES I'LL GO",
                "STILL GOING",
                "STILL COMING",
                "I'M STILL COMING",
                "I'M GOING",
            ),
            ("SÍ IRÉ", "SÍ LO TOMO", "SIGO EN PIE", "TODAVÍA VOY A IR", "SÍ VOY A IR"),
        ),
        Sense(
            ("YESS", "YEA", "I CAN DO IT", "I'LL DO IT", "I CAN TAKE THIS ONE"),
            ("SIMÓN", "SÍ LO HAGO", "YO LO HAGO", "YO PUEDO IR"),
        ),
        Sense(
            ("ON IT", "I'M ON IT", "I'LL TAKE IT", "I TAKE IT", "I'LL GO", "I GOT IT", "I'VE GOT IT", "I GOT THIS"),
            ("LO TOMO", "LA TOMO", "YO LO TOMO", "YO LA TOMO", "ME ENCARGO", "YO ME ENCARGO", "YO IRÉ", "IRÉ"),
        ),
        Sense(("COMING", "I'M COMING", "I'LL COME", "I'LL BE THERE"), ("ALLÍ ESTARÉ", "AHÍ ESTARÉ", "ESTARÉ ALLÍ")),
        # "Ahorita" means later as often as now.
        Sense(("I'LL GO SOON",), ("AHORITA VOY", "VOY AHORITA", "AL RATO VOY", "YO VOY", "YO VOY A IR")),
    ),
    # With a code or an ETA each of these is a TAKE.
    Word.OK: (
        Sense(
            ("OK", "OKAY", "OKEY", "OKIE", "ALRIGHT", "ALL RIGHT"),
            ("VALE", "BUENO", "DE ACUERDO"),
            ("K", "KK", "👍", "👌", "✅"),
        ),
        Sense(("SURE THING",), ("VA", "ÓRALE")),
        Sense(("SURE", "OF COURSE", "ABSOLUTELY", "DEFINITELY"), ("CLARO", "POR SUPUESTO", "DESDE LUEGO", "SEGURO")),
        Sense(("UNDERSTOOD", "WILL DO", "NOTED"), ("COMPRENDIDO", "ASÍ LO HARÉ", "ANOTADO")),
        Sense(("ACK", "ROGER", "GOT IT"), ("RECIBIDO", "ENTENDIDO", "ENTERADO", "ENTERADA")),
        Sense(("COPY", "COPY THAT", "ROGER THAT", "TEN FOUR"), ("COPIADO", "DIEZ CUATRO")),  # and "10-4"
    ),
    Word.ON_MY_WAY: (
        Sense(
            ("OMW", "ON MY WAY", "I'M ON MY WAY", "I AM ON MY WAY", "OTW", "ON THE WAY", "I'M ON THE WAY", "ON WAY"),
            ("VOY", "YA VOY", "EN CAMINO", "VOY EN CAMINO", "ESTOY EN CAMINO", "YA VOY EN CAMINO", "DE CAMINO"),
        ),
        Sense(
            ("EN ROUTE", "I'M EN ROUTE", "HEADING THERE", "HEADED THERE", "HEADING OVER", "I'M HEADING OVER"),
            ("VOY PARA ALLÁ", "YA VOY PARA ALLÁ", "EN RUTA", "ESTOY EN RUTA", "VOY HACIA ALLÁ", "VOY DE CAMINO"),
        ),
        Sense(("LEAVING NOW", "I'M LEAVING NOW"), ("VOY SALIENDO", "SALGO YA", "YA SALGO", "SALGO AHORA")),
        Sense(("LEAVING HOME NOW", "I'M LEAVING HOME NOW"), ("YA VOY SALIENDO", "AHÍ VOY", "ALLÁ VOY")),
    ),
    # Under way, from somebody who has it. From somebody at the scene the same words may say that they are leaving it.
    Word.SET_OUT: (
        Sense(
            ("HEADING OUT", "I'M HEADING OUT", "HEADED OUT", "IN THE CAR", "I'M IN THE CAR", "IN MY CAR"),
            ("SALIENDO", "YA SALIENDO", "SALIENDO DE CASA", "EN EL CARRO", "EN EL COCHE"),
        ),
        # Not "I'm driving": that is what a phone answers by itself.
        Sense(
            (
                "OUT THE DOOR",
                "WALKING OUT THE DOOR",
                "DRIVING NOW",
                "ON THE FREEWAY",
                "ON THE FREEWAY NOW",
                "STILL DRIVING",
            ),
            (
                "YA EN EL CARRO",
                "YA ESTOY EN EL CARRO",
                "VOY SALIENDO DE LA CASA",
                "VOY SALIENDO DE CASA",
                "SIGO MANEJANDO",
            ),
        ),
        Sense(
            ("STILL ON MY WAY", "STILL OMW", "GETTING CLOSE", "SO CLOSE", "AROUND THE CORNER", "EXITING NOW"),
            (
                "SIGO EN CAMINO",
                "TODAVÍA EN CAMINO",
                "YA CERCA",
                "MUY CERCA",
                "A LA VUELTA",
                "A LA VUELTA DE LA ESQUINA",
            ),
        ),
        Sense(
            ("ALREADY DRIVING", "I'M ALREADY DRIVING", "DRIVING THERE", "ON THE ROAD", "I'M ON THE ROAD"),
            ("VOY MANEJANDO", "YA VOY MANEJANDO", "MANEJANDO PARA ALLÁ", "EN LA CARRETERA"),
        ),
        Sense(
            ("LEFT", "I LEFT", "JUST LEFT", "I JUST LEFT", "LEFT HOME", "I LEFT HOME", "JUST LEFT HOME"),
            ("YA SALÍ", "SALÍ", "ACABO DE SALIR", "YA SALÍ DE CASA", "SALÍ DE CASA"),
        ),
        Sense(
            ("ALMOST THERE", "I'M ALMOST THERE", "NEARLY THERE"),
            ("YA MERO", "YA CASI", "CASI LLEGO", "YA CASI LLEGO", "YA MERO LLEGO"),
        ),
    ),
    # Means nothing without a number. "Omw in 10" is one as well.
    Word.GOING_IN: (
        Sense(
            ("LEAVING", "I'M LEAVING", "I LEAVE", "I'LL LEAVE", "WILL LEAVE"),
            ("SALGO", "YO SALGO", "SALDRÉ", "VOY A SALIR"),
        ),
        Sense(("I'LL GO IN", "WILL GO IN"), ("IRÉ EN", "VOY A IR EN", "YO VOY EN")),
    ),
    Word.ETA: (
        Sense(("ETA", "NEW ETA", "MY ETA", "ETA IS"), ("HORA DE LLEGADA", "TIEMPO DE LLEGADA")),
        Sense(
            ("THERE IN", "BE THERE IN", "I'LL BE THERE IN", "WILL BE THERE IN", "I CAN BE THERE IN", "ARRIVING IN"),
            ("LLEGO EN", "ALLÍ EN", "ESTARÉ ALLÍ EN", "LLEGARÉ EN", "PUEDO LLEGAR EN", "PUEDO ESTAR ALLÍ EN"),
        ),
        Sense(("BE THERE", "SHOULD BE THERE", "I SHOULD BE THERE"), ("LLEGARÉ", "DEBO LLEGAR")),
        Sense(
            ("I CAN BE THERE", "CAN BE THERE", "THERE", "I CAN MAKE IT IN", "CAN MAKE IT IN"),
            ("PUEDO ESTAR ALLÍ", "ESTOY AHÍ A", "ME TARDO", "ME FALTAN", "LLEGO COMO EN"),
        ),
    ),
    Word.NO: (
        Sense(("NO", "NOPE", "NAH", "NEGATIVE"), ("NO", "NEGATIVO", "PARA NADA"), ("N", "👎", "❌")),
        Sense(
            ("CAN'T", "I CAN'T", "CANNOT", "I CANNOT", "NO I CAN'T", "WON'T", "I WON'T"),
            (
                "NO PUEDO",
                "NO PODRÉ",
                "NO VOY A PODER",
                "YO NO PUEDO",
                "YA NO PUEDO",
                "HOY NO PUEDO",
                "AHORITA NO PUEDO",
            ),
        ),
        Sense(
            ("NO CAN DO", "NO WAY", "NOT POSSIBLE", "I'LL PASS", "PASS", "HAVE TO PASS", "NOT ME TONIGHT", "SKIP ME"),
            ("NI MODO", "DE NINGUNA MANERA", "NO ES POSIBLE", "ESTA LA PASO", "YO NO"),
        ),
        Sense(
            (
                "NOT ABLE",
                "I AM NOT ABLE",
                "NOT ABLE TO GO",
                "NOT GOING TO MAKE IT",
            ),
            ("NO SOY CAPAZ", "NO ALCANZO", "NO ALCANZO A LLEGAR", "YA NO PUEDO IR", "YA NO VOY"),
        ),
        Sense(
            (
                "WON'T BE ABLE TO",
                "I WON'T BE ABLE TO",
                "WON'T BE ABLE TO GO",
                "WON'T BE ABLE TO MAKE IT",
                "I WON'T MAKE IT",
            ),
            ("NO VOY A PODER LLEGAR", "NO PODRÉ LLEGAR", "NO VOY A ALCANZAR"),
        ),
        Sense(
            ("CAN'T MAKE IT AFTER ALL", "I CAN'T MAKE IT AFTER ALL", "CAN'T GO ANYMORE", "I CAN'T GO ANYMORE"),
            ("SIEMPRE NO PUEDO", "SIEMPRE NO", "YA SIEMPRE NO"),
        ),
        Sense(
            ("CAN'T MAKE IT", "I CAN'T MAKE IT", "CANNOT MAKE IT", "I CANNOT MAKE IT", "WON'T MAKE IT"),
            ("NO PUEDO LLEGAR", "NO VOY A LLEGAR", "NO LLEGARÉ"),
        ),
        Sense(
            ("CAN'T GO", "I CAN'T GO", "CAN'T COME", "I CAN'T COME", "CAN'T DO IT", "I CAN'T DO IT", "CAN'T TAKE IT"),
            ("NO PUEDO IR", "NO PODRÉ IR", "NO VOY A PODER IR", "NO PUEDO TOMARLO", "NO PUEDO TOMARLA"),
        ),
        Sense(("NOT COMING", "I'M NOT COMING", "NOT GOING", "I'M NOT GOING"), ("NO VOY", "YO NO VOY", "NO IRÉ")),
        Sense(
            ("NOT AVAILABLE", "I'M NOT AVAILABLE", "UNAVAILABLE", "I'M UNAVAILABLE", "UNABLE", "I'M NOT ABLE"),
            ("NO DISPONIBLE", "NO ESTOY DISPONIBLE", "IMPOSIBLE", "ME ES IMPOSIBLE"),
        ),
        Sense(("NOT TONIGHT", "NOT TODAY", "NOT THIS TIME"), ("ESTA NOCHE NO", "HOY NO", "ESTA VEZ NO")),
    ),
    Word.HERE: (
        Sense(
            ("JUST GOT HERE", "I JUST GOT HERE", "MADE IT", "I MADE IT", "I'M HERE ALREADY", "HERE WITH THE OFFICER"),
            ("ACABO DE LLEGAR AQUÍ", "YA LLEGUÉ AL LUGAR", "LLEGUÉ AL LUGAR", "AQUÍ CON EL OFICIAL"),
        ),
        Sense(("HERE", "GOT HERE", "I GOT HERE"), ("LLEGUÉ AQUÍ", "YA LLEGUÉ AQUÍ")),
        Sense(
            ("ARRIVED", "I ARRIVED", "I'VE ARRIVED", "I HAVE ARRIVED", "HAVE ARRIVED", "JUST ARRIVED"),
            ("LLEGUÉ", "YA LLEGUÉ", "HE LLEGADO", "YA HE LLEGADO", "ACABO DE LLEGAR"),
        ),
        Sense(
            ("ON SCENE", "I'M ON SCENE", "AT THE SCENE", "ON SITE", "I'M ON SITE"),
            ("EN LA ESCENA", "EN EL LUGAR", "ESTOY EN EL LUGAR", "EN EL SITIO", "ESTOY EN EL SITIO"),
        ),
    ),
    # Whoever has just been woken says this too. HERE alone is what we ask for.
    Word.PRESENT: (
        Sense(
            ("I'M HERE", "I AM HERE", "HERE I AM", "I'M RIGHT HERE", "RIGHT HERE"),
            ("AQUÍ ESTOY", "ESTOY AQUÍ", "YA ESTOY AQUÍ", "YA AQUÍ", "AQUÍ MERO"),
        ),
        Sense(("PRESENT",), ("ACÁ", "ESTOY ACÁ", "ACÁ ESTOY", "YA ESTOY ACÁ", "AQUÍ ANDO", "PRESENTE")),
        Sense(
            ("I'M WITH HER", "I'M WITH HIM", "I'M WITH THE CHILD", "I'M WITH THE KID", "I'M WITH THE GIRL"),
            ("ESTOY CON ELLA", "ESTOY CON LA NIÑA", "ESTOY CON EL NIÑO", "ESTOY CON LA MENOR", "ESTOY CON EL MENOR"),
        ),
        Sense(
            ("I'M THERE", "I AM THERE"),
            ("YA ESTOY ALLÍ", "ESTOY ALLÍ", "YA ESTOY AHÍ", "ESTOY AHÍ", "YA ESTOY ALLÁ", "ESTOY ALLÁ"),
        ),
    ),
    # Whoever has not left home yet says this as well.
    Word.STILL_HERE: (
        Sense(
            ("STILL HERE", "I'M STILL HERE", "I AM STILL HERE", "STILL THERE", "I'M STILL THERE", "I AM STILL THERE"),
            ("AQUÍ SIGO", "SIGO AQUÍ", "AQUÍ", "TODAVÍA AQUÍ", "SIGO ALLÍ", "SIGO AHÍ", "AHÍ SIGO"),
        ),
    ),
    # Of somebody at the scene; to anybody else it says nothing that we ask for.
    Word.WITH_THEM: (
        Sense(
            ("WITH HER", "STILL WITH HER", "STILL WITH HIM", "STILL WITH THE GIRL", "HERE WITH HER", "FINE STILL HERE"),
            ("CON ELLA", "CON LA NIÑA", "SIGO CON ELLA", "SIGO CON LA NIÑA", "AQUÍ CON ELLA"),
        ),
        Sense(
            (
                "AT THE HOSPITAL",
                "STILL AT THE HOSPITAL",
                "AT THE HOSPITAL NOW",
                "STILL AT THE STATION",
                "AT THE STATION",
            ),
            (
                "EN EL HOSPITAL",
                "SIGO EN EL HOSPITAL",
                "EN LA ESTACIÓN",
                "SIGO EN LA ESTACIÓN",
                "YA ESTOY EN LA ESTACIÓN",
            ),
        ),
        Sense(
            ("AT THE STATION NOW", "I'M AT THE STATION", "I'M AT THE HOSPITAL", "WITH THE OFFICER", "WITH HER NOW"),
            ("ESTOY EN LA ESTACIÓN", "ESTOY EN EL HOSPITAL", "CON EL OFICIAL", "YA CON ELLA"),
        ),
        Sense(
            (
                "PARKED",
                "I'M PARKED",
                "PARKED OUTSIDE",
                "I'M PARKED OUTSIDE",
                "PULLED UP",
                "JUST PULLED UP",
                "PULLING UP",
            ),
            ("ESTACIONADA", "ESTACIONADO", "ME ESTOY ESTACIONANDO", "ESTOY AFUERA", "YA ESTOY AFUERA"),
        ),
        Sense(
            ("WAITING FOR DCFS", "WAITING ON DCFS", "WAITING FOR THE SOCIAL WORKER", "WAITING FOR CPS"),
            ("ESPERANDO A DCFS", "ESPERANDO A LA TRABAJADORA SOCIAL", "ESPERAMOS A DCFS"),
        ),
        Sense(
            ("I'M OK", "I'M FINE", "I'M GOOD", "I'M WELL", "WE'RE OK", "WE'RE FINE", "ALL GOOD HERE", "YES I'M FINE"),
            ("ESTOY BIEN", "ESTAMOS BIEN", "TODO BIEN AQUÍ", "SÍ ESTOY BIEN"),
        ),
        Sense(
            ("WE'RE EATING", "SHE'S SLEEPING", "SHE IS SLEEPING", "SHE'S ASLEEP", "DOING THE INTERVIEW NOW"),
            ("ESTAMOS COMIENDO", "ESTÁ DORMIDA", "ESTÁ DURMIENDO", "EN LA ENTREVISTA"),
        ),
    ),
    # What takes a "here" back.
    Word.NOT_THERE: (
        Sense(
            ("NOT YET", "NOT THERE YET", "NOT HERE YET", "NOT THERE", "STILL HOME", "STILL AT HOME", "I'M STILL HOME"),
            ("TODAVÍA NO", "AÚN NO", "SIGO EN CASA", "TODAVÍA EN CASA"),
        ),
        Sense(
            ("NOBODY HERE", "NOBODY IS HERE", "NOBODY'S HERE", "NO ONE HERE", "NO ONE IS HERE", "NO ONE'S HERE"),
            ("NADIE AQUÍ", "NO HAY NADIE", "AQUÍ NO HAY NADIE", "NO HAY NADIE AQUÍ"),
        ),
        Sense(("WRONG ADDRESS", "WRONG PLACE"), ("DIRECCIÓN EQUIVOCADA", "LUGAR EQUIVOCADO")),
        Sense(("OOPS", "WRONG", "MY MISTAKE"), ("ME EQUIVOQUÉ", "EQUIVOCADO", "EQUIVOCADA")),
    ),
    Word.TROUBLE: (
        Sense(
            ("FLAT TIRE", "FLAT TYRE", "GOT A FLAT", "I GOT A FLAT TIRE", "I HAVE A FLAT TIRE"),
            ("LLANTA PONCHADA", "SE ME PONCHÓ LA LLANTA", "SE PONCHÓ LA LLANTA", "SE ME PONCHÓ UNA LLANTA"),
        ),
        Sense(
            ("FALLING ASLEEP", "CAR DIED", "MY CAR DIED", "OUT OF GAS", "I RAN OUT OF GAS"),
            ("ME ESTOY DURMIENDO", "SE MURIÓ EL CARRO", "EL CARRO SE MURIÓ", "ME QUEDÉ SIN GASOLINA", "SIN GASOLINA"),
        ),
    ),
    # They may not go. It names no NO, so it lets nothing go by itself.
    Word.BACK_OUT: (
        Sense(
            ("CAR BROKE DOWN", "MY CAR BROKE DOWN", "BROKE DOWN", "CAR WON'T START", "MY CAR WON'T START"),
            ("SE DESCOMPUSO EL CARRO", "SE ME DESCOMPUSO EL CARRO", "EL CARRO NO ARRANCA", "NO ARRANCA EL CARRO"),
        ),
        Sense(
            ("TURNING AROUND", "TURNING BACK", "I'M TURNING AROUND", "TURNED AROUND"),
            ("ME REGRESO", "ME DEVUELVO", "VOY DE REGRESO"),
        ),
        Sense(
            ("TURN AROUND", "TURN BACK", "HAVE TO GO BACK"),
            ("TENGO QUE REGRESAR", "TENGO QUE REGRESARME", "TENGO QUE VOLVER"),
        ),
        Sense(
            (
                "LET IT GO",
                "DROP ME",
                "RELEASE ME",
                "NEED TO BACK OUT",
                "BACKING OUT",
                "HAVE TO CANCEL",
                "NEED TO CANCEL",
            ),
            ("LO DEJO", "SUÉLTENME", "TENGO QUE CANCELAR", "MANDE A OTRA PERSONA", "ME TENGO QUE REGRESAR"),
        ),
        Sense(
            ("HAVE TO TURN AROUND", "I'M GOING BACK", "SEND SOMEBODY ELSE PLEASE", "GIVE IT TO"),
            ("ME TENGO QUE DEVOLVER", "VOY PARA ATRÁS", "DENLE EL CASO A"),
        ),
        Sense(
            ("SEND SOMEONE ELSE", "SEND SOMEBODY ELSE", "FIND SOMEONE ELSE", "FIND SOMEBODY ELSE"),
            ("MANDEN A OTRA PERSONA", "MANDA A OTRA PERSONA", "MANDEN A ALGUIEN MÁS", "BUSQUEN A OTRA PERSONA"),
        ),
    ),
    # Not coming, or done.
    Word.HOMEWARD: (
        Sense(
            (
                "GOING HOME",
                "I'M GOING HOME",
                "GOING HOME NOW",
                "GOING BACK HOME",
                "HAVE TO GO HOME",
                "I HAVE TO GO HOME",
            ),
            ("ME VOY A CASA", "VOY A CASA", "REGRESANDO A CASA", "YA ME VOY A CASA", "TENGO QUE IRME A CASA"),
        ),
        Sense(
            ("HEADING HOME", "HEADING HOME NOW", "DRIVING HOME", "I'M HEADING HOME"),
            ("VOY PARA MI CASA", "VOY PARA LA CASA", "CAMINO A CASA", "MANEJANDO A CASA"),
        ),
        Sense(
            ("LEAVING THE SCENE", "LEAVING HERE", "I'M LEAVING HERE", "I HAVE LEFT"),
            ("SALIENDO DE AQUÍ", "YA ME VOY", "YA ME FUI", "ME VOY DE AQUÍ"),
        ),
    ),
    Word.LEFT: (
        Sense(
            ("DONE", "I'M DONE", "ALL DONE", "FINISHED", "I'M FINISHED"),
            ("LISTO", "LISTA", "TERMINÉ", "YA TERMINÉ", "HE TERMINADO", "ACABÉ", "YA ACABÉ"),
        ),
        Sense(
            (
                "DONE HERE",
                "I'M DONE HERE",
                "WE'RE DONE",
                "WRAPPED UP",
                "CLEAR OF SCENE",
                "CLEAR OF THE SCENE",
            ),
            ("TERMINÉ AQUÍ", "YA TERMINÉ AQUÍ", "YA TERMINAMOS", "TERMINAMOS"),
        ),
        Sense(
            ("CLEAR", "CLEARED", "I'M CLEAR", "I LEFT THE SCENE", "LEFT THE SCENE"),
            ("LIBRE", "YA LIBRE", "ESTOY LIBRE", "SALÍ DEL LUGAR", "YA SALÍ DEL LUGAR"),
        ),
    ),
    # These also say that all is well, or that somebody is ready, so they do not say that somebody has left.
    Word.READY: (
        Sense(
            ("ALL CLEAR", "ALL GOOD", "WE'RE GOOD", "WE'RE CLEAR", "ALL SAFE", "I'M SAFE", "WE'RE SAFE"),
            ("TODO LISTO", "TODO BIEN", "TODO EN ORDEN", "TODO TRANQUILO", "TODO DESPEJADO", "ESTOY A SALVO"),
        ),
        Sense(
            ("READY", "I'M READY", "READY TO GO", "ALL SET", "I'M ALL SET", "READY TO LEAVE"),
            (
                *("ESTOY LISTO", "ESTOY LISTA", "YA LISTO", "YA LISTA", "YA ESTOY LISTO", "YA ESTOY LISTA", "LISTO YA"),
                *("LISTA YA", "LISTO PARA SALIR", "LISTA PARA SALIR", "LISTO PARA IR", "LISTA PARA IR"),
            ),
        ),
    ),
    Word.HOME: (
        Sense(
            ("HOME", "I'M HOME", "I AM HOME", "AT HOME", "I'M AT HOME", "BACK HOME", "I'M BACK HOME", "GOT HOME"),
            ("EN CASA", "YA EN CASA", "ESTOY EN CASA", "YA ESTOY EN CASA", "LLEGUÉ A CASA", "YA LLEGUÉ A CASA"),
        ),
        Sense(("JUST GOT HOME", "I JUST GOT HOME", "I GOT HOME"), ("ACABO DE LLEGAR A CASA", "RECIÉN LLEGUÉ A CASA")),
        Sense(
            ("MADE IT HOME", "I MADE IT HOME", "HOME NOW", "I'M HOME NOW"),
            ("EN MI CASA", "YA EN MI CASA", "EN CASITA", "YA EN CASITA", "YA LLEGUÉ A MI CASA", "LLEGUÉ A MI CASA"),
        ),
        Sense(
            ("SAFE AT HOME", "HOME SAFE", "HOME SAFELY", "I'M HOME SAFE", "SAFELY HOME", "HOME AND SAFE"),
            ("A SALVO EN CASA", "EN CASA A SALVO", "SEGURA EN CASA", "SEGURO EN CASA", "BIEN EN CASA", "EN CASA BIEN"),
        ),
    ),
    Word.CALL: (
        Sense(
            ("CALL", "CALL OFFICER", "CALL THE OFFICER", "CONNECT ME", "CALL THEM"),
            ("LLAMAR", "LLAMADA", "LLAMAR AL OFICIAL", "LLAMAR A LA OFICIAL", "LLAMA AL OFICIAL", "CONECTAR"),
        ),
    ),
    # The link shows the meeting place and the officer's number, so it answers all of these.
    Word.WHERE: (
        Sense(
            ("WHERE", "WHERE TO", "WHERE IS IT", "WHERE DO I GO", "WHERE AM I GOING", "ADDRESS", "WHAT'S THE ADDRESS"),
            ("DÓNDE", "DÓNDE ES", "A DÓNDE", "A DÓNDE VOY", "DIRECCIÓN", "CUÁL ES LA DIRECCIÓN"),
        ),
        Sense(
            ("LINK DOESN'T WORK", "THE LINK DOESN'T WORK", "LINK", "SEND LINK", "WHAT'S THE OFFICER'S NUMBER"),
            ("EL ENLACE NO FUNCIONA", "NO FUNCIONA EL ENLACE", "ENLACE", "CUÁL ES EL NÚMERO DEL OFICIAL"),
        ),
    ),
    Word.HELP: (
        Sense(("HELP", "INFO", "OPTIONS", "COMMANDS"), ("INFORMACIÓN", "OPCIONES", "COMANDOS", "INSTRUCCIONES")),
    ),
}

# A no that names nothing may answer whatever its sender believes they were asked.
PLAIN_NO = WORDS[Word.NO][:1]

_DRAWN_OUT = tuple(f"H{'E' * drawn}LP" for drawn in range(2, 8))  # "heeelp"

# One of these anywhere is enough, with or without "not": a false alarm costs somebody's sleep, a missed one more.
DANGER: tuple[Sense, ...] = (
    Sense(("MAYDAY",), ("AUXILIO", "SOCORRO"), ("SOS", "911", "🆘", "🚨")),
    Sense(("NINE ONE ONE",), ("NUEVE UNO UNO", "NUEVE ONCE")),
    Sense(
        ("NOT SAFE", "UNSAFE", "ISN'T SAFE", "AIN'T SAFE", "NOT FEELING SAFE", "DON'T FEEL SAFE", "DO NOT FEEL SAFE"),
        ("NO ES SEGURO", "INSEGURO", "INSEGURA", "NO ESTOY A SALVO", "NO ME SIENTO SEGURA", "NO ME SIENTO SEGURO"),
    ),
    Sense(("NOT VERY SAFE", "NOT SO SAFE", "NOT REALLY SAFE"), ("NO ES MUY SEGURO", "NO MUY SEGURO", "POCO SEGURO")),
    Sense(
        ("DOESN'T FEEL SAFE", "DOES NOT FEEL SAFE", "DON'T REALLY FEEL SAFE", "DON'T FEEL VERY SAFE"),
        ("NO ME SIENTO MUY SEGURA", "NO ME SIENTO MUY SEGURO", "NO ME SIENTO A SALVO", "NO ME SIENTO NADA SEGURA"),
    ),
    Sense(
        ("ISN'T VERY SAFE", "ISN'T REALLY SAFE", "NOT AT ALL SAFE", "NOT SAFE AT ALL", "NOT A SAFE PLACE"),
        ("NO ESTÁ SEGURO", "NADA SEGURO", "NO ES SEGURA", "NADA SEGURA"),
    ),
    Sense(
        (
            *("HELP ME", "NEED HELP", "SEND HELP", "PLEASE HELP", "HELP PLEASE", "HELP NOW", "HELP HELP", "HELP US"),
            *("HELP PLS", "PLS HELP", "HELP PLZ", "PLZ HELP"),
        ),
        ("AYUDA", "AYÚDAME", "AYÚDENME", "AYÚDEME", "AYÚDANOS", "AYÚDENNOS"),
    ),
    Sense(
        ("SEND POLICE", "SEND THE POLICE", "CALL POLICE", "CALL THE POLICE", "CALL THE COPS", "NEED POLICE"),
        ("MANDA A LA POLICÍA", "MANDEN A LA POLICÍA", "LLAMA A LA POLICÍA", "LLAMEN A LA POLICÍA"),
    ),
    Sense(
        ("NEED THE POLICE", "SEND COPS", "SEND THE COPS", "SEND OFFICERS", "NEED COPS"),
        ("MANDEN POLICÍA", "MANDA POLICÍA", "NECESITO A LA POLICÍA", "NECESITO POLICÍA", "MANDEN OFICIALES"),
    ),
    Sense(("NEED BACKUP", "SEND BACKUP"), ("NECESITO APOYO", "MANDEN APOYO", "NECESITO REFUERZOS")),
    Sense(("OFFICER DOWN", "OFFICER NEEDS HELP"), ("OFICIAL HERIDO", "OFICIAL HERIDA")),
    Sense(("NEED SOME HELP",), ("NECESITO UN POCO DE AYUDA",)),
    Sense(
        ("SCARED", "I'M SCARED", "I AM SCARED", "I'M AFRAID OF HIM"),
        ("ASUSTADA", "ASUSTADO", "TENGO MIEDO", "TENGO MUCHO MIEDO", "ME DA MIEDO"),
    ),
    Sense(
        ("SOMEONE IS OUTSIDE", "SOMEONE'S OUTSIDE", "SOMEBODY IS OUTSIDE", "SOMEBODY'S OUTSIDE", "MAN IS OUTSIDE"),
        ("HAY ALGUIEN AFUERA", "ALGUIEN ESTÁ AFUERA", "HAY ALGUIEN FUERA DE MI CASA", "HAY UN HOMBRE AFUERA"),
    ),
    Sense(
        ("PIMP SHOWED UP", "PIMP IS HERE", "PIMP IS BACK", "PIMP CAME BACK", "PIMP JUST SHOWED UP", "PIMP IS OUTSIDE"),
        ("LLEGÓ EL PADROTE", "VOLVIÓ EL PADROTE", "EL PADROTE LLEGÓ", "EL PADROTE VOLVIÓ", "EL PADROTE ESTÁ AQUÍ"),
    ),
    Sense(
        ("SUSPECT IS BACK", "SUSPECT CAME BACK", "SUSPECT RETURNED", "SUSPECT SHOWED UP", "SUSPECT IS HERE"),
        ("VOLVIÓ EL SOSPECHOSO", "REGRESÓ EL SOSPECHOSO", "EL SOSPECHOSO VOLVIÓ", "EL SOSPECHOSO REGRESÓ"),
    ),
    # What a child calls the pimp.
    Sense(
        (
            *("BOYFRIEND SHOWED UP", "BOYFRIEND IS HERE", "BOYFRIEND IS BACK", "BOYFRIEND CAME BACK"),
            *("BOYFRIEND IS OUTSIDE", "BOYFRIEND JUST SHOWED UP"),
        ),
        (
            *("LLEGÓ EL NOVIO", "VOLVIÓ EL NOVIO", "REGRESÓ EL NOVIO", "EL NOVIO LLEGÓ", "EL NOVIO VOLVIÓ"),
            *("EL NOVIO ESTÁ AQUÍ", "EL NOVIO ESTÁ AFUERA", "LLEGÓ SU NOVIO", "VOLVIÓ SU NOVIO", "SU NOVIO ESTÁ AQUÍ"),
        ),
    ),
    Sense(
        (
            *("TRAFFICKER SHOWED UP", "TRAFFICKER IS HERE", "TRAFFICKER IS BACK", "TRAFFICKER CAME BACK"),
            *("TRAFFICKER IS OUTSIDE", "TRAFFICKER JUST SHOWED UP"),
        ),
        ("LLEGÓ EL TRATANTE", "VOLVIÓ EL TRATANTE", "EL TRATANTE ESTÁ AQUÍ", "EL TRATANTE ESTÁ AFUERA"),
    ),
    Sense(("BOMB THREAT", "THERE'S A BOMB", "THERE IS A BOMB"), ("AMENAZA DE BOMBA", "HAY UNA BOMBA")),
    Sense(("GAS LEAK",), ("FUGA DE GAS",)),
    Sense(
        ("BUILDING ON FIRE", "BUILDING IS ON FIRE", "HOUSE ON FIRE", "HOUSE IS ON FIRE"),
        ("EDIFICIO EN LLAMAS", "CASA EN LLAMAS", "SE ESTÁ QUEMANDO EL EDIFICIO", "SE ESTÁ QUEMANDO LA CASA"),
    ),
    Sense(("MUGGED", "ROBBED"), ("ME ROBARON", "ME ASALTARON", "ASALTADA", "ASALTADO")),
    # As shaking hands type it.
    Sense(
        ("HLEP ME", "HEPL ME", "HLEP", "HEPL", "EMERGNCY", "EMERGANCY", "EMERGECY", "HELPP", "HELPPP", *_DRAWN_OUT),
        ("AYDUA", "AUYDA", "AYUDAA", "AYUDAAA", "AYUDAAAA", "EMERGENIA", "AUXILO"),
        ("NINE 11",),
    ),
    Sense(("DANGER", "DANGEROUS"), ("PELIGRO", "PELIGROSO", "PELIGROSA")),
    Sense(("KILL US", "HURT ME", "GOING TO KILL"), ("MATARME", "ME QUIERE MATAR", "TE VOY A MATAR", "LASTIMARME")),
    Sense(("BREAKING IN", "BROKE IN"), ("SE METIERON", "SE ESTÁN METIENDO")),
    Sense(("ATTACKED", "ATTACKING", "UNDER ATTACK"), ("ME ATACAN", "ATACADA", "ATACADO", "ATACANDO", "BAJO ATAQUE")),
    Sense(("GRABBED ME", "GRABBED US"), ("ME AGARRÓ", "ME AGARRARON", "NOS AGARRARON")),
    Sense(("BEAT ME", "ATTACKED ME", "HE HIT ME", "THEY HIT ME"), ("ME PEGÓ", "ME GOLPEÓ", "ME ATACÓ", "ME ATACARON")),
    Sense(
        ("FOLLOWING ME", "BEING FOLLOWED", "FOLLOWED ME"),
        (
            *("ME SIGUEN", "ME ESTÁN SIGUIENDO", "ME ESTÁ SIGUIENDO", "SIGUIÉNDOME"),
            *("ME SIGUE", "ME SIGUIÓ", "ME SIGUIERON"),
        ),
    ),
    Sense(
        ("I'M HURT", "I AM HURT", "I'M INJURED"),
        ("ESTOY HERIDA", "ESTOY HERIDO", "ESTOY LASTIMADA", "ESTOY LASTIMADO"),
    ),
    Sense(
        ("WON'T LET ME LEAVE", "WON'T LET ME GO", "WON'T LET ME OUT"),
        ("NO ME DEJA SALIR", "NO ME DEJAN SALIR", "NO ME DEJA IR"),
    ),
    Sense(("WON'T LET US LEAVE", "WON'T LET US GO"), ("NO NOS DEJA SALIR", "NO NOS DEJAN SALIR")),
    Sense(("THREATENED", "THREATENING"), ("AMENAZADA", "AMENAZADO", "AMENAZANDO", "ME AMENAZA", "ME AMENAZAN")),
    Sense(("GUN", "GUNS", "WEAPON", "WEAPONS", "ARMED"), ("PISTOLA", "PISTOLAS", "ARMA", "ARMAS", "ARMADO", "ARMADA")),
    Sense(("KNIFE", "KNIVES", "MACHETE"), ("CUCHILLO", "CUCHILLOS", "NAVAJA", "MACHETE")),
    Sense(("STABBED", "STABBING"), ("APUÑALADO", "APUÑALADA", "APUÑALARON", "APUÑALÓ")),
    Sense(
        ("GOT SHOT", "SHOT SOMEONE", "SHOT SOMEBODY", "SHOT HER", "SHOT HIM", "SHOT AT US", "SHOT AT ME"),
        ("DISPARARON", "BALEARON", "BALEADO", "BALEADA", "LE DIERON UN TIRO", "LE DISPARÓ", "NOS DISPARARON"),
    ),
    Sense(
        ("SHOTS FIRED", "GUNSHOT", "GUNSHOTS", "SHOOTER", "BEEN SHOT", "SHOT ME", "UNDER FIRE"),
        ("DISPAROS", "BALAZO", "BALAZOS", "BALACERA", "TIROTEO", "TIRADOR", "ME DISPARARON"),
    ),
    Sense(("TAKING FIRE", "SHOOTING AT US"), ("NOS DISPARAN", "NOS ESTÁN DISPARANDO")),
)

DANGER += (
    Sense(
        ("BANGING ON THE DOOR", "TRYING TO GET IN", "BANGING ON THE WINDOW", "YELLING AT US", "YELLING AT ME"),
        ("GOLPEANDO LA PUERTA", "QUIERE ENTRAR", "QUIEREN ENTRAR", "NOS ESTÁ GRITANDO", "ME ESTÁ GRITANDO"),
    ),
    Sense(
        ("HE'S BACK", "HE IS BACK", "HE CAME BACK", "MAN OUTSIDE MY", "IS FOLLOWING US", "FOLLOWING US"),
        ("ÉL VOLVIÓ", "YA VOLVIÓ ÉL", "REGRESÓ ÉL", "NOS SIGUEN", "NOS ESTÁN SIGUIENDO", "NOS SIGUE"),
    ),
    Sense(("CHASED", "CHASING ME", "CHASING US", "BEING CHASED"), ("ME PERSIGUEN", "PERSIGUIENDO", "NOS PERSIGUEN")),
    Sense(("PIMP OUTSIDE", "THEY ARE FIGHTING", "THEY'RE FIGHTING"), ("PADROTE AFUERA", "ESTÁN PELEANDO")),
    Sense(("THREATENED ME", "THREATENING US"), ("ME AMENAZÓ", "NOS AMENAZÓ", "NOS AMENAZAN")),
)

# Somebody needs a doctor, or the child is gone: a cry for help as well, but no reason for others to stay away.
HURT: tuple[Sense, ...] = (
    Sense(
        ("NEED AN AMBULANCE", "NEED AMBULANCE", "CALL AN AMBULANCE", "SEND AN AMBULANCE", "NEED MEDICS"),
        ("AMBULANCIA", "LLAMEN AMBULANCIA", "NECESITAMOS PARAMÉDICOS", "NECESITO PARAMÉDICOS", "PARAMÉDICOS YA"),
    ),
    Sense(("BLEEDING",), ("SANGRANDO",)),
    Sense(
        ("SEIZURE", "HAVING A SEIZURE", "IN LABOR", "GOING INTO LABOR"),
        ("CONVULSIÓN", "CONVULSIONES", "CONVULSIONANDO", "LABOR DE PARTO", "TRABAJO DE PARTO"),
    ),
    Sense(
        ("KID IS HURT", "CHILD IS HURT", "GIRL IS HURT", "BOY IS HURT", "SHE IS HURT", "SHE'S HURT", "HE'S HURT"),
        ("ESTÁ HERIDA", "ESTÁ HERIDO", "ESTÁ LASTIMADA", "ESTÁ LASTIMADO"),
    ),
    Sense(
        ("SUICIDAL", "KILL HERSELF", "KILL HIMSELF", "KILL MYSELF", "HURT HERSELF", "HURT HIMSELF", "CUT HERSELF"),
        ("SUICIDA", "SUICIDARSE", "MATARSE", "SE QUIERE MATAR", "LASTIMARSE", "HACERSE DAÑO", "SE CORTÓ"),
    ),
    Sense(
        ("NOT BREATHING", "ISN'T BREATHING", "UNCONSCIOUS", "SHE PASSED OUT", "HE PASSED OUT", "OVERDOSE", "OVERDOSED"),
        ("NO RESPIRA", "INCONSCIENTE", "SE DESMAYÓ", "SOBREDOSIS"),
    ),
    Sense(
        ("SHE RAN AWAY", "HE RAN AWAY", "SHE RAN OFF", "HE RAN OFF", "KID RAN AWAY", "GIRL RAN AWAY", "CHILD RAN AWAY"),
        ("SE ESCAPÓ", "SE NOS ESCAPÓ", "SE FUE CORRIENDO", "SALIÓ CORRIENDO"),
    ),
    Sense(
        ("KID TOOK OFF", "GIRL TOOK OFF", "BOY TOOK OFF", "CHILD TOOK OFF", "SHE JUST TOOK OFF", "TOOK OFF RUNNING"),
        ("SE ECHÓ A CORRER", "SE NOS FUE CORRIENDO"),
    ),
    Sense(
        ("SHE RAN", "SHE BOLTED", "HE BOLTED", "SHE TOOK OFF", "SHE'S GONE", "SHE IS GONE", "SHE LEFT WITH A"),
        ("SE NOS FUE", "SE FUE CON UN"),
    ),
    Sense(("SHE COLLAPSED", "HE COLLAPSED", "COLLAPSED"), ("SE DESPLOMÓ", "NO ESTÁ RESPIRANDO", "SE COLAPSÓ")),
    Sense(("JUST RAN OFF", "SHE IS RUNNING", "SHE'S RUNNING"), ("SE ESTÁ ESCAPANDO",)),
    Sense(("HIT MY CAR", "HIT BY A CAR"), ("CHOCÓ MI CARRO", "ME PEGÓ UN CARRO")),
    Sense(("TOOK PILLS", "SWALLOWED PILLS"), ("SE TOMÓ PASTILLAS", "TOMÓ PASTILLAS")),
    Sense(
        ("REAR ENDED", "GOT HIT", "JUST GOT HIT", "GOT T BONED", "I WAS HIT"),
        ("ME PEGARON POR DETRÁS", "ME DIERON POR DETRÁS", "ME ATROPELLARON"),
    ),
    Sense(
        ("KID IS GONE", "CHILD IS GONE", "GIRL IS GONE", "SHE IS MISSING", "SHE'S MISSING", "WE LOST HER"),
        ("DESAPARECIÓ", "ESTÁ DESAPARECIDA", "ESTÁ DESAPARECIDO", "LA PERDIMOS", "LO PERDIMOS", "SE NOS PERDIÓ"),
    ),
    Sense(
        ("HAD AN ACCIDENT", "IN AN ACCIDENT", "IN A WRECK", "IN A CAR CRASH", "IN A CAR ACCIDENT", "CRASHED MY CAR"),
        ("CHOQUÉ", "ME CHOCARON", "TUVE UN ACCIDENTE", "EN UN ACCIDENTE"),
    ),
)

# Cries that people also say of traffic, of work and of sleep. A clear answer beside one says which; without one it
# rings.
IDIOMS: tuple[Sense, ...] = (
    Sense(("TRAPPED",), ("ATRAPADA", "ATRAPADO")),
    Sense(("I CRASHED",), ("CAÍ MUERTA", "CAÍ MUERTO")),
    Sense(
        ("KILL", "KILL ME", "KILL YOU", "KILLING ME", "KILLS ME"),
        ("ME MATA", "ME MATAN", "ME VA A MATAR", "ME VAN A MATAR"),
    ),
    Sense(("MURDER",), ("ASESINATO",)),
    Sense(("DYING", "I'M DYING"), ("ME MUERO", "MURIENDO", "ME ESTOY MURIENDO")),
    Sense(("PASSED OUT",), ("ME DESMAYÉ",)),
    Sense(("CAR ACCIDENT", "CAR CRASH"), ("ACCIDENTE DE CARRO", "ACCIDENTE DE COCHE", "ACCIDENTE DE AUTO")),
    Sense(("EMERGENCY",), ("EMERGENCIA",)),
    Sense(("HIT ME",), ("ME PEGÓ EL SUEÑO",)),
    Sense(("SHOOTING", "SHOTS"), ("TIROS", "DISPARANDO")),
)

# A reason to stay at home is not a cry for help.
NO_DANGER: tuple[Sense, ...] = (
    Sense(
        ("FAMILY EMERGENCY", "EMERGENCY AT HOME", "EMERGENCY WITH MY"),
        ("EMERGENCIA FAMILIAR", "EMERGENCIA EN CASA", "EMERGENCIA CON MI"),
    ),
)

# "Sos" means "you are" in half of Central America, and "9-11 min" is a range.
SOUNDS_LIKE_DANGER: tuple[Sense, ...] = (
    Sense(("WHO ARE YOU",), ("QUIÉN SOS", "VOS SOS", "SOS VOS")),
    # Mostly said of the child; and of whoever is not scared any more.
    Sense(
        (
            *("IS SCARED", "ARE SCARED", "WAS SCARED", "SHE'S SCARED", "HE'S SCARED", "THEY'RE SCARED", "IS SO SCARED"),
            *("IS VERY SCARED", "IS REALLY SCARED", "NOT SCARED", "NO LONGER SCARED", "LESS SCARED"),
        ),
        (
            *("ESTÁ ASUSTADA", "ESTÁ ASUSTADO", "ESTÁ MUY ASUSTADA", "ESTÁ MUY ASUSTADO", "MENOS ASUSTADA"),
            *("NO ESTOY ASUSTADA", "NO ESTOY ASUSTADO", "MENOS ASUSTADO"),
        ),
    ),
    Sense(("FLU SHOTS",), ("VACUNAS",)),
    Sense(
        ("PHONE IS DYING", "PHONE DYING", "BATTERY IS DYING", "BATTERY DYING"),
        ("SE MUERE EL CELULAR", "SE ME MUERE LA PILA"),
    ),
    Sense(("SHOOTING FOR", "GUN IT", "UNDER THE GUN", "GUNNING IT"), ("LE PISO", "A TODO GAS")),
    Sense(("IT JUST HIT ME", "IT HIT ME"), ("ME CAYÓ EL VEINTE",)),
    Sense(("NO EMERGENCY", "NOT AN EMERGENCY", "IS IT AN EMERGENCY"), ("NO ES EMERGENCIA", "ES EMERGENCIA")),
    Sense(
        ("SHOTS OF ESPRESSO", "SHOTS OF COFFEE", "ESPRESSO SHOTS"),
        ("SHOTS DE ESPRESSO", "SHOTS DE EXPRESO", "SHOTS DE CAFÉ"),
    ),
    Sense(
        ("IS NOT HURT", "ISN'T HURT", "NOBODY IS HURT", "NO ONE IS HURT"),
        ("NO ESTÁ HERIDA", "NO ESTÁ HERIDO", "NO ESTÁ LASTIMADA", "NO ESTÁ LASTIMADO", "NADIE ESTÁ HERIDO"),
    ),
    Sense(("NOT BLEEDING", "NO LONGER BLEEDING"), ("NO ESTÁ SANGRANDO", "YA NO ESTÁ SANGRANDO", "NO SANGRANDO")),
    Sense(
        ("DOES HE NEED HELP", "DOES SHE NEED HELP", "DO YOU NEED HELP", "DO THEY NEED HELP"),
        ("NECESITAS AYUDA", "NECESITAN AYUDA"),
    ),
    Sense(
        ("9-11 MIN", "9-11 MINS", "9-11 MINUTES", "9-11 M", "ETA 9-11", "IN 9-11", "THERE IN 9-11"),
        ("9-11 MINUTOS", "EN 9-11", "LLEGO EN 9-11"),
    ),
)

# ---- words around an answer ----------------------------------------------------------------------------------------

COURTESY: tuple[Sense, ...] = (
    Sense(("PLEASE", "PLS", "PLZ"), ("POR FAVOR", "PORFA", "PORFAVOR")),
    Sense(("HI", "HELLO", "HEY"), ("HOLA", "BUENAS")),
    Sense(("GOOD MORNING", "GOOD EVENING"), ("BUENOS DÍAS", "BUENAS TARDES")),
    Sense(("SIR", "MA'AM"), ("SEÑOR", "SEÑORA")),
    # Never alone: "all home" and "todos en casa" are about the children.
    Sense(
        ("HI ALL", "HI EVERYONE", "HELLO ALL", "HELLO EVERYONE", "HEY ALL", "HEY EVERYONE"),
        ("HOLA A TODOS", "HOLA TODOS", "BUENAS A TODOS", "BUENOS DÍAS A TODOS", "PERDÓN A TODOS"),
    ),
    Sense(("HUNDRED PERCENT",), ("CIEN POR CIENTO",)),
    # Not a no, though they begin with one.
    Sense(("NO PROBLEM", "NO WORRIES"), ("NO HAY PROBLEMA", "SIN PROBLEMA")),
)

# Courtesies as well. Alone they want no answer.
THANKS: tuple[Sense, ...] = (
    Sense(("THANKS", "THANK YOU", "THX", "TY", "TKS", "MANY THANKS"), ("GRACIAS", "MUCHAS GRACIAS", "MIL GRACIAS")),
    Sense(("THANKS EVERYONE",), ("GRACIAS A TODOS",)),
    Sense(("YOU'RE WELCOME", "YOU ARE WELCOME", "YW"), ("DE NADA",)),
)

# Before an answer it apologises for being late. After an "ok" it may apologise for not coming.
APOLOGY: tuple[Sense, ...] = (
    Sense(
        ("SORRY", "I'M SORRY", "SO SORRY", "APOLOGIES", "MY APOLOGIES"),
        ("PERDÓN", "LO SIENTO", "DISCULPA", "DISCULPE", "DISCULPEN", "LO LAMENTO"),
    ),
)

# A greeting before an answer; after an "ok" it is said by somebody who goes back to sleep.
GOOD_NIGHT: tuple[Sense, ...] = (Sense(("GOOD NIGHT", "GN"), ("BUENAS NOCHES",)),)

# Courtesies as well, except with a plain no: "no, ahorita" means "not yet" from somebody who is asked whether they are
# there.
SOON: tuple[Sense, ...] = (
    Sense(("NOW", "RIGHT NOW", "RIGHT AWAY"), ("AHORA", "AHORITA", "AHORA MISMO", "YA MISMO", "ENSEGUIDA")),
    Sense(("ALREADY", "JUST NOW"), ("YA", "RECIÉN")),
)
# The same, and a reason as well.
AT_THE_MOMENT: tuple[Sense, ...] = (
    Sense(("AT THE MOMENT", "AT THIS TIME"), ("EN ESTE MOMENTO", "POR EL MOMENTO", "POR AHORA")),
)

# Why somebody cannot, or when. They go with a no and with nothing else: "home tonight" is not home from the scene.
REASONS: tuple[Sense, ...] = (
    Sense(("TONIGHT", "TODAY", "THIS TIME"), ("ESTA NOCHE", "HOY", "ESTA VEZ")),
    *AT_THE_MOMENT,
    Sense(
        ("SICK", "I'M SICK", "I AM SICK", "I'M ILL"),
        ("ENFERMO", "ENFERMA", "ESTOY ENFERMO", "ESTOY ENFERMA"),
    ),
    Sense(
        ("BUSY", "I'M BUSY", "TOO BUSY", "AT WORK", "I'M AT WORK", "WORKING", "I'M WORKING"),
        ("OCUPADO", "OCUPADA", "ESTOY OCUPADO", "ESTOY OCUPADA", "EN EL TRABAJO", "TRABAJANDO", "ESTOY TRABAJANDO"),
    ),
    Sense(("OUT OF TOWN", "I'M OUT OF TOWN", "AWAY"), ("FUERA", "ESTOY FUERA", "FUERA DE LA CIUDAD", "DE VIAJE")),
    *NO_DANGER,
)

# What says why, or from where, beside an ETA. Without a number it is an answer to nothing.
ASIDES: tuple[Sense, ...] = (
    Sense(
        ("TRAFFIC", "IN TRAFFIC", "STUCK IN TRAFFIC", "TRAPPED IN TRAFFIC", "BAD TRAFFIC", "HEAVY TRAFFIC"),
        ("TRÁFICO", "HAY TRÁFICO", "HAY MUCHO TRÁFICO", "EN EL TRÁFICO", "ATRAPADA EN EL TRÁFICO"),
    ),
    Sense(
        ("GPS SAYS", "WAZE SAYS", "MAPS SAYS", "GOOGLE SAYS", "GPS SAYS ABOUT"),
        ("EL GPS DICE", "WAZE DICE", "SEGÚN EL GPS", "SEGÚN WAZE"),
    ),
    Sense(("RUNNING LATE", "DELAYED", "LATE", "LEFT LATE"), ("VOY TARDE", "RETRASADA", "RETRASADO", "SALÍ TARDE")),
    Sense(
        (
            "MORE LIKE",
            "MAKE IT",
            "GONNA BE",
            "IT'S GONNA BE",
            "IT WILL BE",
            "WILL BE",
            "STILL",
            "CRASH",
            "ACCIDENT AHEAD",
            "LOST",
            "MISSED THE EXIT",
        ),
        (
            "MEJOR",
            "VA A SER",
            "VAN A SER",
            "UN POCO MÁS",
            "TODAVÍA",
            "CHOQUE ADELANTE",
            "ME PERDÍ",
            "ME PASÉ LA SALIDA",
        ),
    ),
)

# A "no" in each, and none of them refuses: nobody declines, or lets go, with one of these.
NO_REFUSAL: tuple[Sense, ...] = (
    Sense(("NO DOUBT", "WITHOUT A DOUBT"), ("SIN DUDA", "NO HAY DUDA")),
    Sense(("CAN'T WAIT", "CANNOT WAIT"), ("CÓMO NO", "POR QUÉ NO")),
    Sense(
        ("WON'T BE LONG", "I WON'T BE LONG", "WON'T TAKE LONG", "NOT LONG", "NOT LONG NOW", "NOT FAR"),
        ("NO ME TARDO", "NO TARDO", "NO ME TARDARÉ", "NO FALTA MUCHO", "NO ESTOY LEJOS"),
    ),
    Sense(
        ("NO PROB", "NO PROBS", "NO SWEAT", "NO BIGGIE", "NO STRESS"), ("NO HAY TOS", "NO HAY DE QUÉ", "NO PASA NADA")
    ),
    Sense(
        ("NO RUSH", "DON'T WORRY", "NO NEED TO WORRY", "DON'T MIND"),
        ("NO HAY PRISA", "NO SE PREOCUPE", "NO TE PREOCUPES"),
    ),
    Sense(
        ("NO TRAFFIC", "NO PARKING", "NO GAS", "NO LIGHTS"),
        ("NO HAY TRÁFICO", "NO HAY ESTACIONAMIENTO", "SIN GAS", "NO TENGO GASOLINA"),
    ),
    Sense(
        ("NO SIGNAL", "NO SERVICE", "NO RECEPTION", "NO INTERNET", "NO WIFI", "NO BATTERY"),
        ("NO TENGO SEÑAL", "NO HAY SEÑAL", "NO TENGO INTERNET", "NO TENGO PILA"),
    ),
    Sense(("NO IDEA", "NO CLUE", "DON'T KNOW", "NOT SURE"), ("NI IDEA", "NO SÉ", "NO ESTOY SEGURA", "NO ESTOY SEGURO")),
    Sense(
        (
            "CAN'T FIND",
            "CAN'T SEE",
            "CAN'T HEAR",
            "CAN'T TALK",
            "CAN'T TEXT",
            "CAN'T REPLY",
            "CAN'T OPEN",
            "CAN'T TELL",
        ),
        ("NO ENCUENTRO", "NO VEO", "NO OIGO", "NO PUEDO HABLAR", "NO PUEDO ABRIR", "NO ME ABRE", "NO ENTIENDO"),
    ),
    Sense(
        ("NO INTERPRETER", "NOT NEED AN INTERPRETER", "DON'T NEED AN INTERPRETER", "NO ADDRESS", "NO LINK", "NO NAME"),
        (
            "NO NECESITO INTÉRPRETE",
            "SIN INTÉRPRETE",
            "NO TENGO LA DIRECCIÓN",
            "NO TENGO SU NOMBRE",
            "NO TENGO EL ENLACE",
        ),
    ),
    Sense(("NO WAIT", "WHY NOT", "NO HURRY", "NO KIDDING"), ("NO ESPERA", "NO ESPEREN", "NO BROMEES")),
    Sense(("NOT LEFT YET", "HAVEN'T LEFT", "HAVEN'T LEFT YET"), ("NO HE SALIDO", "TODAVÍA NO SALGO", "AÚN NO SALGO")),
    # Of somebody else, or of the child: it ends nothing.
    Sense(
        ("OFFICER LEFT", "OFFICERS LEFT", "COP LEFT", "COPS LEFT", "SHE IS GOING HOME", "SHE'S GOING HOME", "SHE LEFT"),
        ("EL OFICIAL SE FUE", "LOS OFICIALES SE FUERON", "ELLA SE VA A CASA", "SE VA A SU CASA"),
    ),
    Sense(
        ("TO THE HOSPITAL", "TO THE STATION", "TO PLACEMENT", "TO THE SHELTER", "TO DCFS"),
        ("AL HOSPITAL", "A LA ESTACIÓN", "AL ALBERGUE", "A DCFS"),
    ),
)

# What turns a no round, or puts it off.
HEDGES: tuple[Sense, ...] = (
    Sense(
        (
            "BUT",
            "YET",
            "THOUGH",
            "UNLESS",
            "UNTIL",
            "HOLD ON",
            "WAIT",
            "ONE SEC",
            "LET ME",
            "GIVE ME",
            "CALL ME",
            "MAYBE",
            "ALMOST DONE",
        ),
        (
            "PERO",
            "AÚN",
            "AUNQUE",
            "A MENOS QUE",
            "HASTA",
            "ESPERA",
            "ESPÉRAME",
            "ESPERE",
            "DÉJAME",
            "LLÁMAME",
            "TAL VEZ",
            "YA CASI TERMINO",
        ),
    ),
)

# Beside words that no table has they say no, if the sender was asked to come.
NEGATIONS: tuple[Sense, ...] = (
    Sense(
        ("NOT", "I'M NOT", "I AM NOT", "IT'S NOT", "NOT ON CALL", "I'M NOT ON CALL"), ("NO ESTOY", "NO SOY", "TAMPOCO")
    ),
    Sense(("DON'T", "I DON'T", "DO NOT", "I DO NOT", "DON'T HAVE"), ("NO TENGO", "NO HAY", "NO ME")),
)


class Hint(StrEnum):
    """What a single word hints at in a text that is not understood: for a guess that is said back, and for nothing
    else."""

    LEAVES = "leaves"
    COMES = "comes"
    ARRIVES = "arrives"
    BACKS_OUT = "backs out"
    ENDS = "ends"
    HOME = "home"
    STAYS = "stays"
    OTHERS = "others"  # it is about somebody else
    NOTHING = "nothing"  # it denies, or asks


HINTS: dict[Hint, Sense] = {
    Hint.LEAVES: Sense(
        ("LEAVING", "DRIVING", "DRIVEWAY", "ROAD", "FREEWAY", "HEADING", "HEADED", "ROLLING", "ROUTE", "WAY", "DOOR"),
        ("SALIENDO", "SALGO", "CAMINO", "MANEJANDO", "SUBÍ", "ARRANCO", "ARRANCANDO"),
    ),
    Hint.COMES: Sense(
        ("COMING", "CLOSE", "CLOSER", "ALMOST", "NEARLY", "EXIT", "EXITS", "EXITING", "FREEWAY", "WAY", "OMW", "OFF"),
        ("VOY", "LLEGANDO", "CERCA", "CASI", "MANEJANDO", "CAMINO", "MERITO"),
    ),
    Hint.ARRIVES: Sense(
        ("OUTSIDE", "INSIDE", "PARKING", "PARKED", "LOBBY", "LOCATION", "SCENE", "STATION", "HERE", "ARRIVED", "PD"),
        ("AFUERA", "ADENTRO", "AQUÍ", "LLEGUÉ", "ESTACIONANDO", "ENTRANDO", "LUGAR", "ESTOY"),
    ),
    Hint.BACKS_OUT: Sense(
        ("CANCEL", "CANCELLING", "INSTEAD", "ELSE", "REPLACED", "REPLACEMENT", "RELIEVED", "ANYMORE"),
        ("CANCELAR", "OTRA", "OTRO", "REEMPLAZO", "REGRESAR", "REGRESARME"),
    ),
    Hint.ENDS: Sense(
        ("LEAVING", "LEFT", "DONE", "FINISHED", "FINISHING", "CLEAR", "CLEARED", "OUT", "OFF", "WRAPPED", "WRAPPING"),
        ("RETIRO", "TERMINÉ", "TERMINAMOS", "ACABÉ", "ACABAMOS", "SALIENDO", "VOY", "SALÍ"),
    ),
    Hint.HOME: Sense(("HOME",), ("CASA",)),
    Hint.STAYS: Sense(
        (
            *("STILL", "OK", "OKAY", "WELL", "GOOD", "FINE", "WITH", "WAITING", "TALKING", "INTERVIEW", "SITTING"),
            *("SLEEPING", "EATING", "PROGRESS", "STAYING"),
        ),
        ("SEGUIMOS", "SIGO", "BIEN", "TRANQUILO", "TRANQUILA", "ESPERANDO", "CON", "ENTREVISTA"),
    ),
    Hint.OTHERS: Sense(
        ("SHE", "HE", "HIM", "HER", "THEY", "THEM", "SHE'S", "HE'S", "OFFICER", "COP", "GIRL", "KID"),
        ("ELLA", "ÉL", "ELLOS", "OFICIAL", "NIÑA", "NIÑO", "SU"),
    ),
    Hint.NOTHING: Sense(
        (
            *("NOBODY", "NO", "NOT"),
            *("DON'T", "DOESN'T", "ISN'T", "CAN'T", "CAN", "WHEN", "WHO", "WHAT", "WHERE", "WHICH", "HOW", "IS", "ARE"),
            *("DO", "DOES", "TELL", "NEED", "NEEDS", "WANT", "WANTS", "GAS", "COFFEE", "SAYS", "IF", "UNTIL", "BEFORE"),
        ),
        (
            *("NADIE", "CUÁNDO", "QUIÉN", "QUÉ", "DÓNDE", "CÓMO", "CUÁL", "NECESITO"),
            *("QUIERE", "GASOLINA", "DILE", "DÍGALE", "CUANDO", "FALTA"),
        ),
    ),
}

# ---- words around a number -----------------------------------------------------------------------------------------

ABOUT = Sense(
    ("ABOUT", "APPROX", "APPROXIMATELY", "MAYBE", "LIKE", "ROUGHLY", "GIMME", "GIVE ME", "I'M", "I'M ABOUT"),
    (
        *("UNOS", "COMO", "APROX", "APROXIMADAMENTE", "MÁS O MENOS", "QUIZÁS", "TAL VEZ", "COMO UNOS", "DAME", "DEME"),
        *("ESTOY A", "ESTOY COMO A"),
    ),
)
# "Around 5" is a time on the wall as often as minutes.
AROUND = Sense(("AROUND",), ("A ESO DE",))
WITHIN = Sense(
    ("IN", "IN ABOUT", "IN AROUND", "IN LIKE"),
    ("EN", "EN UNOS", "EN COMO", "COMO EN", "DENTRO DE", "LLEGO COMO EN"),
)
AT = Sense(("AT", "BY", "AROUND AT"), ("A LAS", "A LA", "SOBRE LAS", "PARA LAS"))
MINUTES = Sense(
    ("M", "MIN", "MINS", "MINUTE", "MINUTES", "MORE", "MORE MIN", "MORE MINS", "MORE MINUTES", "MIN MORE"),
    ("MINUTO", "MINUTOS", "MINUTITOS", "MINUTOS MÁS", "MÁS", "MIN MÁS", "MINS MÁS"),
)
HOURS = Sense(("H", "HR", "HRS", "HOUR", "HOURS"), ("HORA", "HORAS"))
TO = Sense(("TO", "OR"), ("A", "O"))
BETWEEN = Sense(("BETWEEN",), ("ENTRE",))
AND = Sense(("AND",), ("Y",))
AND_A_HALF = Sense(("AND A HALF",), ("Y MEDIA",))
AWAY = Sense(("AWAY", "OUT", "FROM THERE", "ISH"), ("DE DISTANCIA", "Y PICO", "DE ALLÍ", "DE AHÍ"))
BEFORE_NOON = Sense(("AM",), ("A. M.",))
# Nobody gives an ETA like this: "a las 3 de la mañana" is a complaint about being woken.
IN_THE_MORNING = Sense(("IN THE MORNING", "AM IN THE MORNING"), ("DE LA MAÑANA", "DE LA MADRUGADA"))
AFTER_NOON = Sense(("PM",), ("DE LA TARDE", "DE LA NOCHE"))

# In minutes, from three on: "one" and "two" alone may be keys that somebody spelled out.
AMOUNTS: dict[int, Sense] = {
    3: Sense(("THREE",), ("TRES",)),
    4: Sense(("FOUR",), ("CUATRO",)),
    5: Sense(("FIVE",), ("CINCO",)),
    6: Sense(("SIX",), ("SEIS",)),
    7: Sense(("SEVEN",), ("SIETE",)),
    8: Sense(("EIGHT",), ("OCHO",)),
    9: Sense(("NINE",), ("NUEVE",)),
    10: Sense(("TEN",), ("DIEZ",)),
    12: Sense(("TWELVE",), ("DOCE",)),
    15: Sense(("FIFTEEN",), ("QUINCE",)),
    20: Sense(("TWENTY",), ("VEINTE",)),
    25: Sense(("TWENTY FIVE",), ("VEINTICINCO",)),
    30: Sense(("THIRTY",), ("TREINTA",)),
    35: Sense(("THIRTY FIVE",), ("TREINTA Y CINCO",)),
    40: Sense(("FORTY", "FOURTY"), ("CUARENTA",)),
    45: Sense(("FORTY FIVE", "FOURTY FIVE"), ("CUARENTA Y CINCO",)),
    50: Sense(("FIFTY",), ("CINCUENTA",)),
    60: Sense(("SIXTY",), ("SESENTA",)),
}
SPANS: dict[int, Sense] = {  # no unit follows them
    15: Sense(
        ("A QUARTER HOUR", "QUARTER OF AN HOUR", "A QUARTER OF AN HOUR"), ("CUARTO DE HORA", "UN CUARTO DE HORA")
    ),
    30: Sense(("HALF AN HOUR", "HALF HOUR", "A HALF HOUR"), ("MEDIA HORA", "UNA MEDIA HORA")),
    60: Sense(("AN HOUR", "ONE HOUR"), ("UNA HORA",)),
    90: Sense(("AN HOUR AND A HALF", "HOUR AND A HALF"), ("UNA HORA Y MEDIA", "HORA Y MEDIA")),
    120: Sense(("TWO HOURS",), ("DOS HORAS",)),
}
