"""What an officer's words of danger are: police codes, named threats, and what only sounds like one.

The law: only what unmistakably tells of somebody or something dangerous at the scene keeps our people away. Codes are
those of LAPD, LASD, LBPD and CHP; one that means different things in different departments is not here, and nobody
understands it (`rules/replies/officers.py`).
"""

from collections.abc import Mapping

from dispatch.rules.replies.reader.vocabulary import Sense, sense
from dispatch.rules.replies.reader.words.of_officers import OfficerReport

_SUSPECT = "(SUSPECT|SUSPECTS|SUSP|SUSPCT|SUPSECT|PERP|GUNMAN|PIMP|TRAFFICKER|BOYFRIEND|BF|BAD GUY)"
_SOSPECHOSO = "(SOSPECHOSO|SOSPECHOSOS|TIPO|PADROTE|TRATANTE|NOVIO)"

DANGERS: Mapping[OfficerReport, tuple[Sense, ...]] = {
    OfficerReport.OFF: (sense("CODE 4, CODE FOUR", "CÓDIGO 4, CÓDIGO CUATRO"),),  # of a code beside it
    OfficerReport.KEEP_AWAY: (
        # Officer needs help, emergency, officer-involved shooting, a man with a gun. As digits they may be a house
        # number, a room or a time.
        sense("11-99, 10-33, 998, 999, 417", "ONCE NOVENTA Y NUEVE, DIEZ TREINTA Y TRES"),
        sense("ELEVEN NINETY NINE, TEN THIRTY THREE, NINE NINETY EIGHT", "NUEVE NOVENTA Y OCHO"),
        sense(  # LAPD: the suspect is at large; dangerous. CHP: the radio is kept free for an emergency
            "CODE 4 ADAM, CODE FOUR ADAM, CODE 6 CHARLES, CODE 6 CHARLIE, CODE 33, CODE THIRTY THREE, CODE SILVER, "
            "OIS, OFFICER INVOLVED, OFFICER INVOLVED SHOOTING",
            "CÓDIGO 33, CÓDIGO TREINTA Y TRES, CÓDIGO PLATA",
        ),
        sense(
            "(NOT|NOT A|NOT YET|NOT AT|NO|NEVER|ISN'T|AIN'T|AREN'T|NEGATIVE|NEG|NEG ON|NOT QUITE|UNABLE) "
            "(|THE )(CODE 4|CODE FOUR)",
            "NO (|ES |ESTÁ |ESTAMOS |HAY |SOMOS )(|EN )(CÓDIGO 4|CÓDIGO CUATRO|CODE 4)",
        ),
        sense(
            "(245|246|187|211|207|ADW|FIGHT|ROBBERY|ASSAULT|STABBING|SHOOTING|HOME INVASION) (|IS )(IN PROGRESS|IN "
            "PROG|JUST OCCURRED|JUST OCC)",
            "(PELEA|ROBO|ASALTO) EN (PROGRESO|CURSO)",
        ),
        sense(
            "OFFICER NEEDS (HELP|ASSISTANCE|BACKUP), OFFICERS NEED (HELP|ASSISTANCE|BACKUP), "
            "(NEED|SEND|ROLL|REQUESTING|REQUEST|REQ|CALLING FOR) (|ME |MORE |ADDITIONAL |ADDL )(UNITS|BACKUP|BACK UP), "
            "NEED (|A )(BACKUP|BACK UP)",
            "(MANDEN|NECESITAMOS|NECESITO|PEDIMOS|OCUPAMOS) (|MÁS )(UNIDADES|REFUERZOS|PATRULLAS|APOYO)",
        ),
        sense(
            "LOCKDOWN, LOCK DOWN, LOCKED DOWN, LOCKDWN, LOKDOWN, LOCKDOWM, LOCKING DOWN, SHELTER IN PLACE, SHELTERING "
            "IN PLACE",
            "CIERRE DE EMERGENCIA, CONFINAMIENTO, CERRADO POR SEGURIDAD, (EN|ESTÁ EN) LOCKDOWN",
        ),
        sense(
            "EVACUATE, EVACUATING, EVAC, BOMB, SWAT, SUSPICIOUS PACKAGE, HAZMAT, EXPLOSION, AMBUSH, FOOT PURSUIT, "
            "IN PURSUIT, (SET|SETTING|SETTING UP|SET UP|HAVE|GOT) A PERIMETER, PERIMETER (|IS )UP, STANDOFF",
            "EVACUAR, EVACUANDO, BOMBA, PAQUETE SOSPECHOSO, EXPLOSIÓN, EMBOSCADA, PERSECUCIÓN, PERÍMETRO",
        ),
        sense(
            "(SCENE|SCENE'S|IT'S|IT IS|PLACE|PLACE IS|AREA|LOBBY) (|IS |STILL |IS STILL )(NOT SECURE|NOT SECURED|"
            "NOT CLEAR|NOT STABLE|UNSECURE|UNSECURED|UNSTABLE), SCENE (|IS |STILL |IS STILL )(HOT|ACTIVE), "
            "SCENE'S (|STILL )(HOT|ACTIVE), HOT SCENE, STILL HOT, ACTIVE SCENE, NOT SECURE YET, WE'RE NOT SECURE, "
            "ACTIVE (SHOOTER|ASSAILANT|ATTACKER|THREAT)",
            "(LA ESCENA|LA COSA|EL LUGAR|ESTO) (ESTÁ|SIGUE) (CALIENTE|ACTIVA|ACTIVO), ESTÁ CALIENTE (LA ESCENA|LA COSA|"
            "EL LUGAR), ESCENA (|NO )(ACTIVA|CALIENTE|SEGURA|ASEGURADA), NO (ESTÁ|ES|HEMOS) (ASEGURADA|ASEGURADO)",
        ),
        sense(
            f"{_SUSPECT} (|IS |ARE |STILL |IS STILL |JUST CAME )(INSIDE|OUTSIDE|IN THE|IN HERE|HERE|ON SCENE|OUT FRONT|"
            "UPSTAIRS|LOOSE|AT LARGE|OUTSTANDING|NOT IN CUSTODY|BACK|FLED), (WITH|W) A (BAT|BLADE|CROWBAR), "
            "RIFLE, SHOTGUN",
            f"{_SOSPECHOSO} (|ESTÁ |SIGUE |ANDA )(ADENTRO|DENTRO|AFUERA|AQUÍ|SUELTO|EN EL|EN LA), "
            f"{_SOSPECHOSO} (VOLVIÓ|REGRESÓ|LLEGÓ), RIFLE, ESCOPETA, CON UN BATE",
        ),
        sense(
            "(RIOT|FIGHT|SHOOTING|STABBING) (AT|IN|OUTSIDE|HERE), SHOTS (IN|AT|OUTSIDE|HEARD), SHOOTING, GUNFIRE, "
            "RIOT, FIGHT BROKE OUT, BIG FIGHT, (NO ONE|NOBODY) MOVE",
            "BALAZOS, TIROS, PELEA (EN|AFUERA|AQUÍ|GRANDE), NADIE SE MUEVA",
        ),
        sense(  # there is a place of safety to wait at
            "(WAIT|HOLD|STAY|PARK) (DOWN THE|AROUND THE|A BLOCK|TWO BLOCKS|2 BLOCKS|IN HER CAR|IN THE CAR|IN YOUR CAR|"
            "SHORT), "
            "HER (WAIT|STAY) OUTSIDE, STAY CLEAR, KEEP CLEAR, KEEP (HER|HIM|THEM) (CLEAR|OFF), "
            "STAGE (AT|A|ON|DOWN|TWO|2|ONE|1|THERE|HERE), STAGING, (UNTIL|TILL|TIL) (WE|I) (CLEAR|CLR|SECURE|GIVE), "
            "(STILL|WE'RE|ARE) (CLEARING|SWEEPING|SECURING)",
            "QUE (|SE )(ESPERE|QUEDE) (AFUERA|LEJOS|EN EL CARRO|EN SU CARRO|EN EL COCHE|A UNA CUADRA), "
            "(MANTÉNGALA|MANTENLA|MANTENGAN) (LEJOS|ALEJADA), HASTA QUE (ASEGUREMOS|DESPEJEMOS)",
        ),
    ),
    OfficerReport.KEEP_OUT: (
        sense(
            "(DON'T|DO NOT|NOT TO|SHOULDN'T|SHOULD NOT|CAN'T|TO NOT) (COME IN|COME INSIDE|COME UP|COME CLOSE|COME NEAR|"
            "COME YET|COME HERE YET|COME OVER YET|ENTER|APPROACH|GO IN|GO UP|WALK IN|WALK UP|PULL IN|PULL UP), "
            "NO ENTRY",
            "(NO|QUE NO|DE NO) (ENTRE|ENTREN|PASE|PASEN|ENTRAR|PASAR), "
            "(NO|QUE NO) (VENGA|VENGAN|SE BAJE|LLEGUE|LLEGUEN) (TODAVÍA|AÚN|AHORITA)",
        ),
    ),
    OfficerReport.IN_NEED: (sense("HELP, NEEDS HELP", "AYUDA"),),
    OfficerReport.NOTHING: (
        sense(
            "HELP DESK, HELP LINE, HELP CENTER, (BIG|GREAT|HUGE|GOOD|REAL|MUCH|ANY) HELP, NO HELP, "
            "(CAN|TO|WILL|COULD|WE'LL|I'LL|HAPPY TO|GLAD TO) HELP, HELP (HER|HIM|THEM) (WITH|TO|GET), "
            "HELP (WAS|HAS BEEN|IS HERE|ARRIVED)",
            "(GRAN|MUCHA|BUENA) AYUDA, SIN AYUDA",
        ),
        sense(
            "LOCKDOWN (|IS |WAS |HAS BEEN )(OVER|LIFTED|DONE|ENDED|CANCELED), (NO LONGER|NOT) (IN|ON|UNDER) LOCKDOWN, "
            "OFF LOCKDOWN, SCENE (|IS )(NO LONGER|NOT) HOT, NO SUSPECT, NO SUSPECTS, "
            f"{_SUSPECT} (|IS )(|HERE |INSIDE |OUTSIDE )IN (CUSTODY|CUFFS), BATH BOMB",
            "YA NO (HAY|ESTÁ EN|ESTAMOS EN) LOCKDOWN, YA NO HAY (PELIGRO|SOSPECHOSO|SOSPECHOSOS)",
        ),
    ),
}
