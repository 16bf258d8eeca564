"""No, what may be a no, and what only sounds like one."""

from dispatch.rules.reader.vocabulary import Sense, Word, sense

REFUSING: dict[Word, tuple[Sense, ...]] = {
    Word.NO: (
        sense("NO, NOPE, NAH, NEGATIVE", "NO, NEGATIVO, PARA NADA", "N, 👎, ❌"),
        sense(
            "CAN'T, I CAN'T, CANNOT, I CANNOT, NO I CAN'T, WON'T, I WON'T",
            "NO PUEDO, NO PODRÉ, NO VOY A PODER, YO NO PUEDO, YA NO PUEDO, HOY NO PUEDO, AHORITA NO PUEDO",
        ),
        sense(
            "NO CAN DO, NO WAY, NOT POSSIBLE, I'LL PASS, PASS, HAVE TO PASS, NOT ME TONIGHT, SKIP ME",
            "NI MODO, DE NINGUNA MANERA, NO ES POSIBLE, ESTA LA PASO, YO NO",
        ),
        sense(
            "NOT ABLE, I AM NOT ABLE, NOT ABLE TO GO, NOT GOING TO MAKE IT",
            "NO SOY CAPAZ, NO ALCANZO, NO ALCANZO A LLEGAR, YA NO PUEDO IR, YA NO VOY",
        ),
        sense(
            "WON'T BE ABLE TO, I WON'T BE ABLE TO, WON'T BE ABLE TO GO, WON'T BE ABLE TO MAKE IT, I WON'T MAKE IT",
            "NO VOY A PODER LLEGAR, NO PODRÉ LLEGAR, NO VOY A ALCANZAR",
        ),
        sense(
            "CAN'T MAKE IT AFTER ALL, I CAN'T MAKE IT AFTER ALL, CAN'T GO ANYMORE, I CAN'T GO ANYMORE",
            "SIEMPRE NO PUEDO, SIEMPRE NO, YA SIEMPRE NO",
        ),
        sense(
            "CAN'T MAKE IT, I CAN'T MAKE IT, CANNOT MAKE IT, I CANNOT MAKE IT, WON'T MAKE IT",
            "NO PUEDO LLEGAR, NO VOY A LLEGAR, NO LLEGARÉ",
        ),
        sense(
            "CAN'T GO, I CAN'T GO, CAN'T COME, I CAN'T COME, CAN'T DO IT, I CAN'T DO IT, CAN'T TAKE IT",
            "NO PUEDO IR, NO PODRÉ IR, NO VOY A PODER IR, NO PUEDO TOMARLO, NO PUEDO TOMARLA",
        ),
        sense("NOT COMING, I'M NOT COMING, NOT GOING, I'M NOT GOING", "NO VOY, YO NO VOY, NO IRÉ"),
        sense(
            "NOT AVAILABLE, I'M NOT AVAILABLE, UNAVAILABLE, I'M UNAVAILABLE, UNABLE, I'M NOT ABLE",
            "NO DISPONIBLE, NO ESTOY DISPONIBLE, IMPOSIBLE, ME ES IMPOSIBLE",
        ),
        sense("NOT TONIGHT, NOT TODAY, NOT THIS TIME", "ESTA NOCHE NO, HOY NO, ESTA VEZ NO"),
    ),
    Word.TROUBLE: (
        sense(
            "FLAT TIRE, FLAT TYRE, GOT A FLAT, I GOT A FLAT TIRE, I HAVE A FLAT TIRE",
            "LLANTA PONCHADA, SE ME PONCHÓ LA LLANTA, SE PONCHÓ LA LLANTA, SE ME PONCHÓ UNA LLANTA",
        ),
        sense(
            "FALLING ASLEEP, CAR DIED, MY CAR DIED, OUT OF GAS, I RAN OUT OF GAS",
            "ME ESTOY DURMIENDO, SE MURIÓ EL CARRO, EL CARRO SE MURIÓ, ME QUEDÉ SIN GASOLINA, SIN GASOLINA",
        ),
    ),
    # They may not go. It names no NO, so it lets nothing go by itself.
    Word.BACK_OUT: (
        sense(
            "CAR BROKE DOWN, MY CAR BROKE DOWN, BROKE DOWN, CAR WON'T START, MY CAR WON'T START",
            "SE DESCOMPUSO EL CARRO, SE ME DESCOMPUSO EL CARRO, EL CARRO NO ARRANCA, NO ARRANCA EL CARRO",
        ),
        sense(
            "TURNING AROUND, TURNING BACK, I'M TURNING AROUND, TURNED AROUND",
            "ME REGRESO, ME DEVUELVO, VOY DE REGRESO",
        ),
        sense(
            "TURN AROUND, TURN BACK, HAVE TO GO BACK",
            "TENGO QUE REGRESAR, TENGO QUE REGRESARME, TENGO QUE VOLVER",
        ),
        sense(
            "LET IT GO, DROP ME, RELEASE ME, NEED TO BACK OUT, BACKING OUT, HAVE TO CANCEL, NEED TO CANCEL, "
            "ABORT, ABORTING",
            "LO DEJO, SUÉLTENME, TENGO QUE CANCELAR, MANDE A OTRA PERSONA, ME TENGO QUE REGRESAR",
        ),
        sense(
            "HAVE TO TURN AROUND, I'M GOING BACK, SEND SOMEBODY ELSE PLEASE, GIVE IT TO",
            "ME TENGO QUE DEVOLVER, VOY PARA ATRÁS, DENLE EL CASO A",
        ),
        sense(
            "SEND SOMEONE ELSE, SEND SOMEBODY ELSE, FIND SOMEONE ELSE, FIND SOMEBODY ELSE",
            "MANDEN A OTRA PERSONA, MANDA A OTRA PERSONA, MANDEN A ALGUIEN MÁS, BUSQUEN A OTRA PERSONA",
        ),
    ),
    # Not coming, or done.
    Word.HOMEWARD: (
        sense(
            "GOING HOME, I'M GOING HOME, GOING HOME NOW, GOING BACK HOME, HAVE TO GO HOME, I HAVE TO GO HOME",
            "ME VOY A CASA, VOY A CASA, REGRESANDO A CASA, YA ME VOY A CASA, TENGO QUE IRME A CASA",
        ),
        sense(
            "HEADING HOME, HEADING HOME NOW, DRIVING HOME, I'M HEADING HOME",
            "VOY PARA MI CASA, VOY PARA LA CASA, CAMINO A CASA, MANEJANDO A CASA",
        ),
        sense(
            "LEAVING THE SCENE, LEAVING HERE, I'M LEAVING HERE",
            "SALIENDO DE AQUÍ, YA ME VOY, YA ME FUI, ME VOY DE AQUÍ",
        ),
    ),
}

# A no that names nothing may answer whatever its sender believes they were asked.
PLAIN_NO = REFUSING[Word.NO][:1]

# A "no" in each, and none of them refuses: nobody declines, or lets go, with one of these.
NO_REFUSAL: tuple[Sense, ...] = (
    sense("NO DOUBT, WITHOUT A DOUBT", "SIN DUDA, NO HAY DUDA"),
    sense("CAN'T WAIT, CANNOT WAIT", "CÓMO NO, POR QUÉ NO"),
    sense(
        "WON'T BE LONG, I WON'T BE LONG, WON'T TAKE LONG, NOT LONG, NOT LONG NOW, NOT FAR",
        "NO ME TARDO, NO TARDO, NO ME TARDARÉ, NO FALTA MUCHO, NO ESTOY LEJOS",
    ),
    sense("NO PROB, NO PROBS, NO SWEAT, NO BIGGIE, NO STRESS", "NO HAY TOS, NO HAY DE QUÉ, NO PASA NADA"),
    sense("NO RUSH, DON'T WORRY, NO NEED TO WORRY, DON'T MIND", "NO HAY PRISA, NO SE PREOCUPE, NO TE PREOCUPES"),
    sense(
        "NO TRAFFIC, NO PARKING, NO GAS, NO LIGHTS",
        "NO HAY TRÁFICO, NO HAY ESTACIONAMIENTO, SIN GAS, NO TENGO GASOLINA",
    ),
    sense(
        "NO SIGNAL, NO SERVICE, NO RECEPTION, NO INTERNET, NO WIFI, NO BATTERY",
        "NO TENGO SEÑAL, NO HAY SEÑAL, NO TENGO INTERNET, NO TENGO PILA",
    ),
    sense("NO IDEA, NO CLUE, DON'T KNOW, NOT SURE", "NI IDEA, NO SÉ, NO ESTOY SEGURA, NO ESTOY SEGURO"),
    sense(
        "CAN'T FIND, CAN'T SEE, CAN'T HEAR, (|I |SORRY I )CAN'T TALK, CAN'T TEXT, CAN'T REPLY, CAN'T OPEN, CAN'T TELL",
        "NO ENCUENTRO, NO VEO, NO OIGO, NO PUEDO HABLAR, NO PUEDO ABRIR, NO ME ABRE, NO ENTIENDO",
    ),
    sense(
        "NO INTERPRETER, NOT NEED AN INTERPRETER, DON'T NEED AN INTERPRETER, NO ADDRESS, NO LINK, NO NAME",
        "NO NECESITO INTÉRPRETE, SIN INTÉRPRETE, NO TENGO LA DIRECCIÓN, NO TENGO SU NOMBRE, NO TENGO EL ENLACE",
    ),
    sense("NO WAIT, WHY NOT, NO HURRY, NO KIDDING", "NO ESPERA, NO ESPEREN, NO BROMEES"),
    sense("NOT LEFT YET, HAVEN'T LEFT, HAVEN'T LEFT YET", "NO HE SALIDO, TODAVÍA NO SALGO, AÚN NO SALGO"),
    # Of somebody else, or of the child: it ends nothing.
    sense(
        "OFFICER LEFT, OFFICERS LEFT, COP LEFT, COPS LEFT, SHE IS GOING HOME, SHE'S GOING HOME, SHE LEFT",
        "EL OFICIAL SE FUE, LOS OFICIALES SE FUERON, ELLA SE VA A CASA, SE VA A SU CASA",
    ),
    sense(
        "TO THE HOSPITAL, TO THE STATION, TO PLACEMENT, TO THE SHELTER, TO DCFS",
        "AL HOSPITAL, A LA ESTACIÓN, AL ALBERGUE, A DCFS",
    ),
)

# What turns a no round, or puts it off.
HEDGES: tuple[Sense, ...] = (
    sense(
        "BUT, YET, THOUGH, UNLESS, UNTIL, HOLD ON, WAIT, ONE SEC, LET ME, GIVE ME, MAYBE, ALMOST DONE",
        "PERO, AÚN, AUNQUE, A MENOS QUE, HASTA, ESPERA, ESPÉRAME, ESPERE, DÉJAME, TAL VEZ, YA CASI TERMINO",
    ),
)

# Directly before what they deny, and no refusal by themselves: "no en camino", "haven't arrived".
DENIALS: tuple[Sense, ...] = (
    sense(
        "NO, NEVER, NEVER WAS, WASN'T, WAS NOT, ISN'T, AIN'T, HAVEN'T, HAVE NOT, HAVEN'T EVEN, HASN'T, DIDN'T, DID NOT",
        "NO, NUNCA, NO HE, NO HA, NO VOY, AÚN NO, TODAVÍA NO, AÚN NO HE, TODAVÍA NO HE, AÚN NO ESTOY",
    ),
)

# Beside words that no table has they say no, if the sender was asked to come.
NEGATIONS: tuple[Sense, ...] = (
    sense("NOT, I'M NOT, I AM NOT, IT'S NOT, NOT ON CALL, I'M NOT ON CALL", "NO ESTOY, NO SOY, TAMPOCO"),
    sense("DON'T, I DON'T, DO NOT, I DO NOT, DON'T HAVE", "NO TENGO, NO HAY, NO ME"),
)
