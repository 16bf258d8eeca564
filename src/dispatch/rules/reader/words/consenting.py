"""Yes, and what people say to anything that they are told."""

from dispatch.rules.reader.vocabulary import Sense, Word, sense

# Of a specialist who takes a call-out, and of a coordinator who has an alarm.
HANDLES_IT: tuple[Sense, ...] = (
    sense(
        "HANDLING IT, I'M HANDLING IT, I'LL HANDLE IT, TAKING IT, I'M TAKING IT, I GOT THIS ONE",
        "ME HAGO CARGO, YO ME HAGO CARGO, LO ATIENDO, YO LO ATIENDO",
    ),
)

# From a coordinator with an alarm these say that they have read it, not that they have it.
ONLY_HEARD: tuple[Sense, ...] = (sense("NOTED, UNDERSTOOD", "ANOTADO, ENTERADO, ENTERADA, COMPRENDIDO"),)

PLAIN_YES: tuple[Sense, ...] = (sense("YES, YEP, YEAH, YUP, YESS, YEA", "SÍ, SIP, SIMÓN", "Y"),)

# 1 and 2 are keys as well as numbers, so `read_text` handles them.
CONSENTING: dict[Word, tuple[Sense, ...]] = {
    Word.TAKE: (
        *PLAIN_YES,
        sense(
            "YES I CAN, YES I WILL, YES I CAN GO, YES I CAN TAKE IT, I CAN, I CAN GO, I CAN TAKE IT",
            "SÍ PUEDO, SÍ PUEDO IR, PUEDO, YO PUEDO, PUEDO IR, SÍ SEÑOR, SÍ SEÑORA, CLARO QUE SÍ",
        ),
        sense("AFFIRMATIVE, ACCEPT, I ACCEPT, ACCEPTED", "AFIRMATIVO, ACEPTO, LO ACEPTO"),
        sense(
            "AVAILABLE, I'LL RESPOND, I WILL RESPOND, I CAN RESPOND, RESPONDING, I'M AVAILABLE, COUNT ME IN",
            "DISPONIBLE, YO RESPONDO, VOY YO, SÍ VOY YO, ESTOY DISPONIBLE, CUENTEN CONMIGO",
        ),
        *HANDLES_IT,
        sense(
            "I WILL, STILL ON IT, I WILL GO, I WILL TAKE IT, YES I'LL GO, STILL GOING, STILL COMING, "
            "I'M STILL COMING, I'M GOING",
            "SÍ IRÉ, SÍ LO TOMO, SIGO EN PIE, TODAVÍA VOY A IR, SÍ VOY A IR",
        ),
        sense(
            "I CAN DO IT, I'LL DO IT, I CAN TAKE THIS ONE",
            "SÍ LO HAGO, YO LO HAGO, YO PUEDO IR",
        ),
        sense(
            "ON IT, I'M ON IT, I'LL TAKE IT, I TAKE IT, I'LL GO, I GOT IT, I'VE GOT IT, I GOT THIS",
            "LO TOMO, LA TOMO, YO LO TOMO, YO LA TOMO, ME ENCARGO, YO ME ENCARGO, YO IRÉ, IRÉ",
        ),
        sense("COMING, I'M COMING, I'LL COME, I'LL BE THERE", "ALLÍ ESTARÉ, AHÍ ESTARÉ, ESTARÉ ALLÍ"),
        # "Ahorita" means later as often as now.
        sense("I'LL GO SOON", "AHORITA VOY, VOY AHORITA, AL RATO VOY, YO VOY, YO VOY A IR"),
    ),
    # A yes beside one of these is none: paging goes on.
    Word.LIMITED: (
        sense(
            "ONLY IF NOBODY ELSE, ONLY IF NO ONE ELSE, IF NOBODY ELSE, IF NO ONE ELSE, ONLY IF NOBODY ELSE CAN, "
            "ONLY IF NO ONE ELSE CAN, IF NOBODY ELSE CAN, IF NO ONE ELSE CAN, ONLY IF NOBODY ELSE GOES",
            "SOLO SI NO HAY NADIE, SOLO SI NO HAY NADIE MÁS, SI NO HAY NADIE, SI NO HAY NADIE MÁS, "
            "SOLO SI NADIE PUEDE, SOLO SI NADIE MÁS PUEDE, SI NADIE MÁS PUEDE, SI NADIE PUEDE, "
            "SOLO SI NADIE MÁS VA, SOLO SI NADIE VA",
            "L",
        ),
        sense(
            "ONLY IF YOU ARE SHORT, ONLY IF YOU'RE SHORT, IF YOU ARE SHORT, IF YOU'RE SHORT, ONLY IF YOU HAVE TO, "
            "AS A LAST RESORT, LAST RESORT, LIMITED",
            "SOLO SI HACE FALTA, SI HACE FALTA, SOLO SI FALTA GENTE, SI FALTA GENTE, COMO ÚLTIMO RECURSO, "
            "ÚLTIMO RECURSO, LIMITADO, LIMITADA",
        ),
    ),
    # With a code or an ETA each of these is a TAKE.
    Word.OK: (
        sense("OK, OKAY, OKEY, OKIE, ALRIGHT, ALL RIGHT", "VALE, BUENO, DE ACUERDO", "K, KK, 👍, 👌, ✅"),
        sense("SURE THING", "VA, ÓRALE"),
        sense("SURE, OF COURSE, ABSOLUTELY, DEFINITELY", "CLARO, POR SUPUESTO, DESDE LUEGO, SEGURO"),
        sense("WILL DO", "ASÍ LO HARÉ"),
        *ONLY_HEARD,
        sense("ACK, ROGER, GOT IT", "RECIBIDO, ENTENDIDO"),
        sense("COPY, COPY THAT, ROGER THAT, TEN FOUR", "COPIADO, DIEZ CUATRO"),  # and "10-4"
    ),
}
