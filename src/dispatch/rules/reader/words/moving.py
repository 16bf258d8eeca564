"""Leaving, driving, and when somebody will be there."""

from dispatch.rules.reader.vocabulary import Sense, Word, sense

MOVING: dict[Word, tuple[Sense, ...]] = {
    Word.ON_MY_WAY: (
        sense(
            "OMW, ON MY WAY, I'M ON MY WAY, I AM ON MY WAY, OTW, ON THE WAY, I'M ON THE WAY, ON WAY",
            "VOY, YA VOY, EN CAMINO, VOY EN CAMINO, ESTOY EN CAMINO, YA VOY EN CAMINO, DE CAMINO",
        ),
        sense(
            "EN ROUTE, I'M EN ROUTE, HEADING THERE, HEADED THERE, HEADING OVER, I'M HEADING OVER",
            "VOY PARA ALLÁ, YA VOY PARA ALLÁ, EN RUTA, ESTOY EN RUTA, VOY HACIA ALLÁ, VOY DE CAMINO",
        ),
        sense("LEAVING NOW, I'M LEAVING NOW", "VOY SALIENDO, SALGO YA, YA SALGO, SALGO AHORA"),
        sense("LEAVING HOME NOW, I'M LEAVING HOME NOW", "YA VOY SALIENDO, AHÍ VOY, ALLÁ VOY"),
    ),
    # Under way, from somebody who has it. From somebody at the scene the same words may say that they are leaving it.
    Word.SET_OUT: (
        sense(
            "HEADING OUT, I'M HEADING OUT, HEADED OUT, IN THE CAR, I'M IN THE CAR, IN MY CAR",
            "SALIENDO, YA SALIENDO, SALIENDO DE CASA, EN EL CARRO, EN EL COCHE",
        ),
        # Not "I'm driving": that is what a phone answers by itself.
        sense(
            "OUT THE DOOR, WALKING OUT THE DOOR, DRIVING NOW, ON THE FREEWAY, ON THE FREEWAY NOW, STILL DRIVING",
            "YA EN EL CARRO, YA ESTOY EN EL CARRO, VOY SALIENDO DE LA CASA, VOY SALIENDO DE CASA, SIGO MANEJANDO",
        ),
        sense(
            "STILL ON MY WAY, STILL OMW, GETTING CLOSE, SO CLOSE, AROUND THE CORNER, EXITING NOW",
            "SIGO EN CAMINO, TODAVÍA EN CAMINO, YA CERCA, MUY CERCA, A LA VUELTA, A LA VUELTA DE LA ESQUINA",
        ),
        sense(
            "ALREADY DRIVING, I'M ALREADY DRIVING, DRIVING THERE, ON THE ROAD, I'M ON THE ROAD",
            "VOY MANEJANDO, YA VOY MANEJANDO, MANEJANDO PARA ALLÁ, EN LA CARRETERA",
        ),
        sense(
            "LEFT, I LEFT, I HAVE LEFT, JUST LEFT, I JUST LEFT, LEFT HOME, I LEFT HOME, JUST LEFT HOME",
            "YA SALÍ, SALÍ, ACABO DE SALIR, YA SALÍ DE CASA, SALÍ DE CASA",
        ),
        sense(
            "ALMOST THERE, I'M ALMOST THERE, NEARLY THERE",
            "YA MERO, YA CASI, CASI LLEGO, YA CASI LLEGO, YA MERO LLEGO",
        ),
    ),
    # Means nothing without a number. "Omw in 10" is one as well.
    Word.GOING_IN: (
        sense("LEAVING, I'M LEAVING, I LEAVE, I'LL LEAVE, WILL LEAVE", "SALGO, YO SALGO, SALDRÉ, VOY A SALIR"),
        sense("I'LL GO IN, WILL GO IN", "IRÉ EN, VOY A IR EN, YO VOY EN"),
    ),
    Word.ETA: (
        sense("ETA, NEW ETA, MY ETA, ETA IS", "HORA DE LLEGADA, TIEMPO DE LLEGADA"),
        sense(
            "THERE IN, BE THERE IN, I'LL BE THERE IN, WILL BE THERE IN, I CAN BE THERE IN, ARRIVING IN",
            "LLEGO EN, ALLÍ EN, ESTARÉ ALLÍ EN, LLEGARÉ EN, PUEDO LLEGAR EN, PUEDO ESTAR ALLÍ EN",
        ),
        sense("BE THERE, SHOULD BE THERE, I SHOULD BE THERE", "LLEGARÉ, DEBO LLEGAR"),
        sense(
            "I CAN BE THERE, CAN BE THERE, THERE, I CAN MAKE IT IN, CAN MAKE IT IN",
            "PUEDO ESTAR ALLÍ, ESTOY AHÍ A, ME TARDO, ME FALTAN, LLEGO COMO EN",
        ),
    ),
}
