"""What stands around an answer."""

from dispatch.rules.reader.vocabulary import Sense, sense
from dispatch.rules.reader.words.being_hurt import NO_DANGER

COURTESY: tuple[Sense, ...] = (
    sense("PLEASE, PLS, PLZ", "POR FAVOR, PORFA, PORFAVOR"),
    sense("HI, HELLO, HEY", "HOLA, BUENAS"),
    sense("GOOD MORNING, GOOD EVENING", "BUENOS DÍAS, BUENAS TARDES"),
    sense("SIR, MA'AM", "SEÑOR, SEÑORA"),
    sense("BABE, HUN, HON, BOSS, BRO", "AMOR, MIJA, MIJO, JEFA, JEFE"),
    sense("SHOW ME", "PÓNGAME"),  # as police say it: "show me en route"
    # Never alone: "all home" and "todos en casa" are about the children.
    sense(
        "HI ALL, HI EVERYONE, HELLO ALL, HELLO EVERYONE, HEY ALL, HEY EVERYONE",
        "HOLA A TODOS, HOLA TODOS, BUENAS A TODOS, BUENOS DÍAS A TODOS, PERDÓN A TODOS",
    ),
    sense("HUNDRED PERCENT", "CIEN POR CIENTO"),
    # Not a no, though they begin with one.
    sense("NO PROBLEM, NO WORRIES", "NO HAY PROBLEMA, SIN PROBLEMA"),
)

# Courtesies as well. Alone they want no answer.
THANKS: tuple[Sense, ...] = (
    sense("THANKS, THANK YOU, THX, TY, TKS, MANY THANKS", "GRACIAS, MUCHAS GRACIAS, MIL GRACIAS"),
    sense("THANKS EVERYONE", "GRACIAS A TODOS"),
    sense("YOU'RE WELCOME, YOU ARE WELCOME, YW", "DE NADA"),
)

# Before an answer it apologises for being late. After an "ok" it may apologise for not coming.
APOLOGY: tuple[Sense, ...] = (
    sense(
        "SORRY, I'M SORRY, SO SORRY, APOLOGIES, MY APOLOGIES",
        "PERDÓN, LO SIENTO, DISCULPA, DISCULPE, DISCULPEN, LO LAMENTO",
    ),
)

# A greeting before an answer; after an "ok" it is said by somebody who goes back to sleep.
GOOD_NIGHT: tuple[Sense, ...] = (sense("GOOD NIGHT, GN", "BUENAS NOCHES"),)

# Courtesies as well, except with a plain no: "no, ahorita" means "not yet" from somebody who is asked whether they are
# there.
SOON: tuple[Sense, ...] = (
    sense("NOW, RIGHT NOW, RIGHT AWAY", "AHORA, AHORITA, AHORA MISMO, YA MISMO, ENSEGUIDA"),
    sense("ALREADY, JUST NOW", "YA, RECIÉN"),
)

# The same, and a reason as well.
AT_THE_MOMENT: tuple[Sense, ...] = (sense("AT THE MOMENT, AT THIS TIME", "EN ESTE MOMENTO, POR EL MOMENTO, POR AHORA"),)

# Why somebody cannot, or when. They go with a no and with nothing else: "home tonight" is not home from the scene.
REASONS: tuple[Sense, ...] = (
    sense("TONIGHT, TODAY, THIS TIME", "ESTA NOCHE, HOY, ESTA VEZ"),
    *AT_THE_MOMENT,
    sense("SICK, I'M SICK, I AM SICK, I'M ILL", "ENFERMO, ENFERMA, ESTOY ENFERMO, ESTOY ENFERMA"),
    sense(
        "BUSY, I'M BUSY, TOO BUSY, AT WORK, I'M AT WORK, WORKING, I'M WORKING",
        "OCUPADO, OCUPADA, ESTOY OCUPADO, ESTOY OCUPADA, EN EL TRABAJO, TRABAJANDO, ESTOY TRABAJANDO",
    ),
    sense("OUT OF TOWN, I'M OUT OF TOWN, AWAY", "FUERA, ESTOY FUERA, FUERA DE LA CIUDAD, DE VIAJE"),
    *NO_DANGER,
)

# What says why, or from where, beside an ETA. Without a number it is an answer to nothing.
ASIDES: tuple[Sense, ...] = (
    sense(
        "TRAFFIC, IN TRAFFIC, STUCK IN TRAFFIC, TRAPPED IN TRAFFIC, BAD TRAFFIC, HEAVY TRAFFIC",
        "TRÁFICO, HAY TRÁFICO, HAY MUCHO TRÁFICO, EN EL TRÁFICO, ATRAPADA EN EL TRÁFICO",
    ),
    sense(
        "GPS SAYS, WAZE SAYS, MAPS SAYS, GOOGLE SAYS, GPS SAYS ABOUT",
        "EL GPS DICE, WAZE DICE, SEGÚN EL GPS, SEGÚN WAZE",
    ),
    sense("RUNNING LATE, DELAYED, LATE, LEFT LATE", "VOY TARDE, RETRASADA, RETRASADO, SALÍ TARDE"),
    sense(
        "MORE LIKE, MAKE IT, GONNA BE, IT'S GONNA BE, IT WILL BE, WILL BE, STILL, CRASH, ACCIDENT AHEAD, LOST, "
        "MISSED THE EXIT",
        "MEJOR, VA A SER, VAN A SER, UN POCO MÁS, TODAVÍA, CHOQUE ADELANTE, ME PERDÍ, ME PASÉ LA SALIDA",
    ),
)
