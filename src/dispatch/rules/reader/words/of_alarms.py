"""What coordinators write about an alarm: that they have it, that they go, that they cannot."""

from collections.abc import Mapping
from enum import StrEnum

from dispatch.rules.reader.vocabulary import Sense, sense

HAS_IT: tuple[Sense, ...] = (
    sense(
        "I HAVE IT, HAVE IT, I'VE GOT IT, I GOT IT, I HAVE THIS, GOT THIS",
        "LO TENGO, YA LO TENGO, YO LO TENGO, TENGO ESTO",
    ),
    sense("I GOT THIS, I'VE GOT THIS, I'VE GOT THIS ONE, IT'S MINE, MINE", "ES MÍO, YO LO VEO, YO ME OCUPO, ME OCUPO"),
    sense(
        "TAKING THIS ONE, I'LL TAKE IT, I TAKE IT, LEAVE IT WITH ME, LEAVE IT TO ME",
        "DÉJENMELO, DÉJAMELO, LO ATIENDO YO",
    ),
    sense("WORKING ON IT, ON IT, I'M ON IT, ON THIS, I'M ON THIS", "TRABAJANDO EN ESO, ESTOY EN ESO, YA ESTOY EN ESO"),
    sense(
        "WILL HANDLE, WILL HANDLE IT, WILL SORT IT OUT, I'LL SORT IT OUT, I'LL DEAL WITH IT",
        "YO LO ARREGLO, LO RESUELVO",
    ),
    sense(
        "I'LL MAKE SOME CALLS, MAKING CALLS, I'LL FIND SOMEONE, I'LL FIND SOMEBODY",
        "YO BUSCO A ALGUIEN, BUSCO A ALGUIEN",
    ),
    sense(
        "CALLING HER, CALLING HIM, CALLING THEM, CALLING NOW, I'LL CALL HER, I'LL CALL HIM, I'LL CALL THEM, "
        "I'M CALLING HER, "
        "I'M CALLING HIM, I'M CALLING THEM, CALLING HER NOW, CALLING HIM NOW, CALLING THEM NOW",
        "LA LLAMO, LO LLAMO, LES LLAMO, YA LA LLAMO, YA LO LLAMO, YA LES LLAMO, LA ESTOY LLAMANDO, LO ESTOY LLAMANDO, "
        "LES ESTOY LLAMANDO, LE LLAMO, LE ESTOY LLAMANDO",
    ),
    sense(
        "CALLING THE OFFICER, I'M CALLING THE OFFICER, CALLING, I'M CALLING, I'LL CALL",
        "LLAMANDO AL OFICIAL, ESTOY LLAMANDO AL OFICIAL, LLAMANDO, ESTOY LLAMANDO, YO LLAMO",
    ),
)
"""Beside the words of `consenting`: OK, and HANDLING IT."""

CALLS: tuple[Sense, ...] = (sense("CALLING, I'M CALLING, I'LL CALL", "LLAMANDO A, ESTOY LLAMANDO A, YO LLAMO A"),)
"""Before the name of one of our people."""

GOES: tuple[Sense, ...] = (
    sense(
        "I'LL GO, I WILL GO, I'M GOING, I CAN GO, I GO, I'LL GO MYSELF, GOING MYSELF",
        "YO VOY, VOY YO, YA VOY, VOY, IRÉ YO",
    ),
    sense("OMW, ON MY WAY", "EN CAMINO, LO TOMO"),
)
"""From a coordinator who is not paged: they have the alarm, and want to go themselves."""

CALLS_911: tuple[Sense, ...] = (
    sense("CALLING 911, I'M CALLING 911, I CALLED 911", "LLAMANDO AL 911, YA LLAMÉ AL 911"),
)
"""From a coordinator, who is nowhere near: they have the alarm, and are in no danger themselves."""


SAFE: Sense = sense(
    "SAFE, IS SAFE, ARE SAFE, 'S SAFE, 'RE SAFE, IS OK, IS OKAY, 'S OK, 'S OKAY, IS FINE, 'S FINE, IS WELL",
    "A SALVO, ESTÁ A SALVO, ESTÁ BIEN, YA ESTÁ BIEN",
)
"""Behind the name of whoever cried for help, or behind one of these words."""
SHE: Sense = sense("SHE, HE, THEY", "ELLA, ÉL")
THE_OFFICER: Sense = sense("OFFICER, THE OFFICER", "OFICIAL, EL OFICIAL, LA OFICIAL")


OF_WRITER: Sense = sense(
    "I, I'M, I'VE, I'LL, ME, MY, US, WE, WE'RE, OUR, HELP, SOS, MAYDAY",
    "YO, ME, MI, NOS, ESTOY, ESTAMOS, NECESITO, TENGO, PUEDO, AYUDA, AYÚDENME, AYÚDAME, AUXILIO",
)
"""In a cry for help: it is their own, but for "I called 911"."""
CALLED: Sense = sense(
    "(I|I'VE|I'M|I'LL|DO I|SHOULD I|SHALL I) (CALL|CALLED|CALLING|RANG) (911|THE POLICE|THE COPS|LBPD|THEM|HER|HIM)",
    "YO (LLAMÉ|LLAMO|LLAMABA) AL 911, ESTOY (LLAMANDO|MARCANDO) AL 911",
)
ANOTHER_GOES: Sense = sense(
    "HAS IT, GOT IT FOR, (SHE|HE) (IS GOING|GOES|WILL GO|WILL DO IT|HAS THIS|GOT THIS|GOT IT|CAN GO), "
    "(SHE'S|HE'S) (GOING|GOT IT|ON IT|COMING), SAYS YES, SAID YES, "
    "(SOMEBODY|SOMEONE) (IS |)(GOING|COMING), UNDER (HIM|HER)",
    "LO TIENE, LA TIENE, DICE QUE (SÍ|ELLA VA|ÉL VA|VA), (ELLA|ÉL) VA, ALGUIEN VA",
)
"""Of somebody else than its writer, who puts them on the call-out where that is done."""
ONLY_READ: Sense = sense("RECEIVED, I SEE IT, SEEN", "RECIBIDO, LO VEO, VISTO")
"""A specialist who is paged takes by the Spanish one; a coordinator has read the alarm, and no more."""


class Ownership(StrEnum):
    """What a coordinator's text hints at, for a guess that is said back."""

    OWNS = "owns"
    GOES = "goes"
    NOT_I = "not i"  # a no, or somebody else has it
    READ = "read"  # thanks, and what says no more than that they have read it


LIKELY_OF_ALARMS: Mapping[Ownership, tuple[Sense, ...]] = {
    Ownership.OWNS: (
        sense(
            "(I'M|IM|I AM) GOING TO (GO DOWN|CALL|START|WORK|MAKE|TRY|FIND|HANDLE|LOOK|PHONE), TAKING CARE OF, "
            "WILL TAKE CARE, ON MY LIST, NOBODY ELSE NEEDS TO",
            "VOY A (LLAMAR|BUSCAR|VER|EMPEZAR), NADIE MÁS TIENE QUE",
        ),
        sense(
            "OKAY, OK, OKA, OKK, OKEY, KK, OKIE, ON IT, GOT IT, I GOT, I'VE GOT, I GOY, GOT THIS, YES, YEP, YEAH, "
            "YUP, SURE, MINE, "
            "(I'LL|I WILL|WILL|LET ME|I CAN|GOING TO|GONNA|I'M) (HANDLE|HANDLING|DEAL|FIND|FINDING|GET|SORT|SORTING|"
            "CALL|CALLING|MAKE|MAKING|WORK|WORKING|LOOK|LOOKING|CHECK|CHECKING|TAKE|TAKING|SEE|REACH|TRY|TRYING|START|"
            "PHONE|DIAL|RING|TEXT|FOLLOW|COVER|OWN|MANAGE|RUN|TRACK|GO DOWN THE LIST), "
            "(TAKING|TAKE|CLAIMING|OWNING|HANDLING|WORKING|CALLING|DIALING|PHONING|TEXTING|TRYING|CHECKING|"
            "LOOKING) (IT|THIS|ON|NOW|EVERYONE|AROUND|PEOPLE|HER|HIM|THEM|THE|INTO|ANA|DOWN), CALLING, WORKING, "
            "LEAVE IT, I SPOKE, SPOKE WITH, TALKED TO, JUST TALKED, ON THE PHONE, IT'S ME, ME, ON THE COMPUTER, "
            "AT MY DESK, LOGGING IN, GO BACK TO (SLEEP|BED), NOBODY ELSE, COORDINATING, ON THE CASE, I OWN, UP AND, "
            "ON TOP OF",
            "YO (ME |LO |LA |)(ENCARGO|VEO|TENGO|ATIENDO|LLAMO|BUSCO|OCUPO|HAGO|MANEJO|CUBRO|RESUELVO), ME ENCARGO, "
            "LO TENGO, LA TENGO, LLAMANDO, ESTOY LLAMANDO, YA ESTOY, DAME UN MINUTO, DEME UN MINUTO, SÍ, DÉJENMELO, "
            "BUSCANDO, ESTOY EN, MÍO, ES MÍA, VA, SALE, ME TOCA, AHORITA LO VEO, LO VEO, ME HAGO CARGO, HABLÉ CON, "
            "YA HABLÉ",
            "🙋, 👍, 👌, ✅, 💪",
        ),
    ),
    Ownership.GOES: (
        sense("I'M COMING, COMING, TELL THE OFFICER I'M, TELL THEM I'M", "YA VOY PARA, DÍGANLE QUE VOY"),
        sense(
            "(I'LL|I WILL|I CAN|I'M|I AM|LET ME|GONNA|GOING TO|I'D) (GO|GOING|DRIVE|DRIVING|HEAD|HEADING|RESPOND|"
            "RESPONDING|COVER IT|SIT WITH|COME|BE THERE|DRIVE OVER|HEADED), GO MYSELF, "
            "GOING (MYSELF|DOWN|OVER|THERE|IN), IM GOING, DRIVING (THERE|MYSELF|OVER|DOWN|NOW), "
            "HEADING (THERE|OVER|OUT|DOWN|IN|TO), OMW, OTW, ON MY WAY, EN ROUTE, LEAVING (MY|NOW|THE|HOME), "
            "PUTTING SHOES, SHOES ON, GETTING (DRESSED|IN), IN (MY|THE) CAR, MYSELF, I'LL COVER, COVER IT, "
            "COVER THIS ONE, IN PERSON, I LIVE, CAN BE THERE, BE THERE IN, OUT THE DOOR, GRABBING MY KEYS, FINE ME, "
            "I'M (5|10|15|20) MIN, MINUTES AWAY, WILL RESPOND, RESPONDING",
            "VOY, YO VOY, VOY YO, YA VOY, MEJOR VOY, IRÉ, EN CAMINO, EN PERSONA, SALGO, SALIENDO, VOY PARA ALLÁ, "
            "ME LANZO, YO MISMA, YO MISMO, ESTOY A, VOY A IR, ALLÁ VOY, ME VISTO, YO LA CUBRO, YO LO CUBRO",
        ),
    ),
    Ownership.NOT_I: (
        sense(
            "CAN'T, CANNOT, UNABLE, UNAVAILABLE, NO, NOPE, NAH, NOT (ME|ON|TONIGHT|AVAILABLE|MINE|I|IT), WON'T, "
            "SOMEONE ELSE, SOMEBODY ELSE, ANYONE ELSE, (CAN|COULD) (SOMEONE|SOMEBODY|ANYONE|CARLA|ANOTHER|YOU), "
            "HAND IT BACK, GIVE IT BACK, TRY (CARLA|SOMEONE), PASS, SICK, OUT OF (STATE|TOWN), IN LABOR, "
            "DRIVING FOCUS, AT WORK, ON VACATION, (CARLA|SHE|HE|ANA|THEY) (HAS|HAVE|GOT|IS ON|TOOK) (IT|THIS), "
            "HAS IT, FOR TAKING, WRONG NUMBER, NEW PHONE, BACK TO BED BABE, WHO IS THIS, IF I REPLY",
            "NO PUEDO, NO, ENFERMA, ENFERMO, OTRA, OTRO, ALGUIEN MÁS, QUE LO VEA, NO ESTOY, ELLA LO TIENE, "
            "CARLA LO TIENE, YA LO TIENE",
        ),
    ),
    Ownership.READ: (
        sense(
            "THANKS, THANK YOU, THX, TY, NOTED, RECEIVED, SEEN, READ, APPRECIATE, OH NO, HEADS UP, POOR, PRAYING, "
            "LIKED, EMPHASIZED, REACTED, LOL, MEETING, REMEMBER, FYI, BTW",
            "GRACIAS, ENTERADA, ENTERADO, ANOTADO, VISTO, LEÍDO, AY NO, QUÉ PENA, POBRE",
        ),
    ),
}
