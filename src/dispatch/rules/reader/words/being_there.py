"""At the scene, gone from it, and home."""

from dispatch.rules.reader.vocabulary import Sense, Word, sense

BEING_THERE: dict[Word, tuple[Sense, ...]] = {
    Word.HERE: (
        sense(
            "JUST GOT HERE, I JUST GOT HERE, MADE IT, I MADE IT, I'M HERE ALREADY, HERE WITH THE OFFICER",
            "ACABO DE LLEGAR AQUÍ, YA LLEGUÉ AL LUGAR, LLEGUÉ AL LUGAR, AQUÍ CON EL OFICIAL",
        ),
        sense("HERE, GOT HERE, I GOT HERE", "LLEGUÉ AQUÍ, YA LLEGUÉ AQUÍ"),
        sense(
            "ARRIVED, I ARRIVED, I'VE ARRIVED, I HAVE ARRIVED, HAVE ARRIVED, JUST ARRIVED",
            "LLEGUÉ, YA LLEGUÉ, HE LLEGADO, YA HE LLEGADO, ACABO DE LLEGAR",
        ),
        sense(
            "ON SCENE, I'M ON SCENE, AT THE SCENE, ON SITE, I'M ON SITE",
            "EN LA ESCENA, EN EL LUGAR, ESTOY EN EL LUGAR, EN EL SITIO, ESTOY EN EL SITIO",
        ),
    ),
    # Whoever has just been woken says this too. HERE alone is what we ask for.
    Word.PRESENT: (
        sense(
            "I'M HERE, I AM HERE, HERE I AM, I'M RIGHT HERE, RIGHT HERE",
            "AQUÍ ESTOY, ESTOY AQUÍ, YA ESTOY AQUÍ, YA AQUÍ, AQUÍ MERO",
        ),
        sense("PRESENT", "ACÁ, ESTOY ACÁ, ACÁ ESTOY, YA ESTOY ACÁ, AQUÍ ANDO, PRESENTE"),
        sense(
            "I'M WITH HER, I'M WITH HIM, I'M WITH THE CHILD, I'M WITH THE KID, I'M WITH THE GIRL",
            "ESTOY CON ELLA, ESTOY CON LA NIÑA, ESTOY CON EL NIÑO, ESTOY CON LA MENOR, ESTOY CON EL MENOR",
        ),
        sense(
            "I'M THERE, I AM THERE",
            "YA ESTOY ALLÍ, ESTOY ALLÍ, YA ESTOY AHÍ, ESTOY AHÍ, YA ESTOY ALLÁ, ESTOY ALLÁ",
        ),
    ),
    # Whoever has not left home yet says this as well.
    Word.STILL_HERE: (
        sense(
            "STILL HERE, I'M STILL HERE, I AM STILL HERE, STILL THERE, I'M STILL THERE, I AM STILL THERE",
            "AQUÍ SIGO, SIGO AQUÍ, AQUÍ, TODAVÍA AQUÍ, SIGO ALLÍ, SIGO AHÍ, AHÍ SIGO",
        ),
    ),
    # Of somebody at the scene; to anybody else it says nothing that we ask for.
    Word.WITH_THEM: (
        sense(
            "WITH HER, STILL WITH HER, STILL WITH HIM, STILL WITH THE GIRL, HERE WITH HER, FINE STILL HERE",
            "CON ELLA, CON LA NIÑA, SIGO CON ELLA, SIGO CON LA NIÑA, AQUÍ CON ELLA",
        ),
        sense(
            "AT THE HOSPITAL, STILL AT THE HOSPITAL, AT THE HOSPITAL NOW, STILL AT THE STATION, AT THE STATION",
            "EN EL HOSPITAL, SIGO EN EL HOSPITAL, EN LA ESTACIÓN, SIGO EN LA ESTACIÓN, YA ESTOY EN LA ESTACIÓN",
        ),
        sense(
            "AT THE STATION NOW, I'M AT THE STATION, I'M AT THE HOSPITAL, WITH THE OFFICER, WITH HER NOW",
            "ESTOY EN LA ESTACIÓN, ESTOY EN EL HOSPITAL, CON EL OFICIAL, YA CON ELLA",
        ),
        sense(
            "PARKED, I'M PARKED, PARKED OUTSIDE, I'M PARKED OUTSIDE, PULLED UP, JUST PULLED UP, PULLING UP",
            "ESTACIONADA, ESTACIONADO, ME ESTOY ESTACIONANDO, ESTOY AFUERA, YA ESTOY AFUERA",
        ),
        sense(
            "WAITING FOR DCFS, WAITING ON DCFS, WAITING FOR THE SOCIAL WORKER, WAITING FOR CPS",
            "ESPERANDO A DCFS, ESPERANDO A LA TRABAJADORA SOCIAL, ESPERAMOS A DCFS",
        ),
        sense(
            "I'M OK, I'M FINE, I'M GOOD, I'M WELL, WE'RE OK, WE'RE FINE, ALL GOOD HERE, YES I'M FINE",
            "ESTOY BIEN, ESTAMOS BIEN, TODO BIEN AQUÍ, SÍ ESTOY BIEN",
        ),
        sense(
            "WE'RE EATING, SHE'S SLEEPING, SHE IS SLEEPING, SHE'S ASLEEP, DOING THE INTERVIEW NOW",
            "ESTAMOS COMIENDO, ESTÁ DORMIDA, ESTÁ DURMIENDO, EN LA ENTREVISTA",
        ),
    ),
    # What takes a "here" back.
    Word.NOT_THERE: (
        sense(
            "NOT YET, NOT THERE YET, NOT HERE YET, NOT THERE, STILL HOME, STILL AT HOME, I'M STILL HOME",
            "TODAVÍA NO, AÚN NO, SIGO EN CASA, TODAVÍA EN CASA",
        ),
        sense(
            "NOBODY HERE, NOBODY IS HERE, NOBODY'S HERE, NO ONE HERE, NO ONE IS HERE, NO ONE'S HERE",
            "NADIE AQUÍ, NO HAY NADIE, AQUÍ NO HAY NADIE, NO HAY NADIE AQUÍ",
        ),
        sense("WRONG ADDRESS, WRONG PLACE", "DIRECCIÓN EQUIVOCADA, LUGAR EQUIVOCADO"),
        sense("OOPS, WRONG, MY MISTAKE", "ME EQUIVOQUÉ, EQUIVOCADO, EQUIVOCADA"),
    ),
    Word.LEFT: (
        sense(
            "DONE, I'M DONE, ALL DONE, FINISHED, I'M FINISHED",
            "LISTO, LISTA, TERMINÉ, YA TERMINÉ, HE TERMINADO, ACABÉ, YA ACABÉ",
        ),
        sense(
            "DONE HERE, I'M DONE HERE, WE'RE DONE, WRAPPED UP, CLEAR OF SCENE, CLEAR OF THE SCENE",
            "TERMINÉ AQUÍ, YA TERMINÉ AQUÍ, YA TERMINAMOS, TERMINAMOS",
        ),
        sense(
            "CLEAR, CLEARED, I'M CLEAR, I LEFT THE SCENE, LEFT THE SCENE",
            "LIBRE, YA LIBRE, ESTOY LIBRE, SALÍ DEL LUGAR, YA SALÍ DEL LUGAR",
        ),
    ),
    # These also say that all is well, or that somebody is ready, so they do not say that somebody has left.
    Word.READY: (
        sense(
            "ALL CLEAR, ALL GOOD, WE'RE GOOD, WE'RE CLEAR, ALL SAFE, I'M SAFE, WE'RE SAFE",
            "TODO LISTO, TODO BIEN, TODO EN ORDEN, TODO TRANQUILO, TODO DESPEJADO, ESTOY A SALVO",
        ),
        sense(
            "READY, I'M READY, READY TO GO, ALL SET, I'M ALL SET, READY TO LEAVE",
            "ESTOY LISTO, ESTOY LISTA, YA LISTO, YA LISTA, YA ESTOY LISTO, YA ESTOY LISTA, LISTO YA, LISTA YA, "
            "LISTO PARA SALIR, LISTA PARA SALIR, LISTO PARA IR, LISTA PARA IR",
        ),
    ),
    Word.HOME: (
        sense(
            "HOME, I'M HOME, I AM HOME, AT HOME, I'M AT HOME, BACK HOME, I'M BACK HOME, GOT HOME",
            "EN CASA, YA EN CASA, ESTOY EN CASA, YA ESTOY EN CASA, LLEGUÉ A CASA, YA LLEGUÉ A CASA",
            "🏠, 🏡",
        ),
        sense("JUST GOT HOME, I JUST GOT HOME, I GOT HOME", "ACABO DE LLEGAR A CASA, RECIÉN LLEGUÉ A CASA"),
        sense(
            "MADE IT HOME, I MADE IT HOME, HOME NOW, I'M HOME NOW",
            "EN MI CASA, YA EN MI CASA, EN CASITA, YA EN CASITA, YA LLEGUÉ A MI CASA, LLEGUÉ A MI CASA",
        ),
        sense(
            "SAFE AT HOME, HOME SAFE, HOME SAFELY, I'M HOME SAFE, SAFELY HOME, HOME AND SAFE",
            "A SALVO EN CASA, EN CASA A SALVO, SEGURA EN CASA, SEGURO EN CASA, BIEN EN CASA, EN CASA BIEN",
        ),
    ),
}
