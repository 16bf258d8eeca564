"""Officers' words of danger, as hurried officers type them: what keeps our people away, what only rings, what neither
does, and what nobody understands. A reader who had not seen the tables wrote the lists that end in `FRESH`."""

import pytest

from dispatch.rules.reader.read_text import read
from dispatch.rules.replies import officers
from tests.each import each

KEEPS_AWAY = [
    *("11-99", "1199!!", "11 99 at the station", "10-33", "10-33 lobby", "998"),
    *("998 send everybody", "999", "417 at scene", "not code 4", "were NOT code 4"),
    *("still not code four", "negative code 4, hold ur person", "no estamos en código 4"),
    *("lockdown", "stn on lokdown", "we r locked down rn", "shelter in place", "suspect inside", "susp still inside"),
    *("supsect is in the bldg", "perp outside w a bat", "scene is hot", "scenes still hot", "scene not secure yet"),
    *("tell her not to come in yet", "dont come in yet", "do not let her approach", "have her wait in her car"),
    *("stage at the shell on 7th", "need backup", "officer needs assistance", "shots heard in the lot", "OIS"),
    *("fight in progress in lobby", "code 6 charles inside", "swat enroute", "evacuating the bldg", "bomb squad here"),
    *("hay un sospechoso adentro", "el padrote está afuera", "la escena está caliente", "que no entre todavía"),
    *("no entren", "balazos", "manden refuerzos", "dile que espere en el carro, que no venga todavia"),
    *("10-33 w 2 suspects", "code 998 lobby", "don't come in the front, suspect inside"),
    *("gracias por su ayuda pero hay balazos", "998 at Main St"),
]
NOT_UNDER_CONTROL_FRESH = [
    *("dont send her in yet", "code 4 pending", "code 4 soon", "wait till its code 4", "no longer code 4", "not c4"),
    *("code 4 no longer", "code 4 not", "code 4 was wrong", "cancel code 4", "stop dont come here"),
    *("have her hold off", "will advise when code 4", "no vayan todavía", "tell ur advocate not to come"),
]
KEEPS_AWAY_FRESH = [
    *("perp came back", "exploiter is here", "ambushed", "we are pinned down", "drive by just happened", "suspect ran"),
    *("tear gas deployed", "susp GOA", "not clear yet", "hot zone", "place is hot", "he has something in his hand"),
    *("gang members outside", "her pimp called he is coming", "being tailed by a white bmw", "get out"),
    *("hay hombres afuera", "ya viene el padrote", "dígale que se espere", "he is outside", "415 in the lobby"),
    *("the pimp just rolled up", "hes got a blade", "el sospechoso esta adentro"),
]
BESIDE_WHAT_IS_HARMLESS = [
    *("don't come in the lobby, suspect inside", "don't come in yet, park on the street", "get out now", "998 here"),
    *("have her wait outside, i'll come out when its clear", "we are at 998 send units", "don't come in the lobby"),
    *("no, lockdown", "dont come in the lot, take cover in the street", "cant get out"),
    *("dont come in, they came thru the lobby", "dont come in the lot", "dont come in guys want to enter the lobby"),
    *("no gun seen but he says he has one", "shots fired, gun recovered", "is there a gun? no gun yet"),
    *("we're trying to get out", "code 4 not going well", "at 998 now"),
]
RINGS_ONLY = [
    *("help", "HELP!!", "pls help", "ayuda", "auxilio", "911 hangup at the motel", "we're at the emergency room"),
    *("she is bleeding", "kid took off running", "emergency", "gracias por venir, ayuda por favor", "mayday"),
]
NEITHER = [
    *("don't come in the front, use the back door", "dont come in thru the lobby door, go around back"),
    *("no entren por enfrente, usen la puerta de atrás", "do not enter main gate, use side entrance"),
    *("thanks for your help", "thank u guys so much for all the help tonight", "gracias por la ayuda", "big help ty"),
    *("998 Main St", "10-33 Elm Ave", "10-33 is the room", "rm 998", "we moved to 998 W Anaheim", "be there 10-33 pm"),
    *("1033 hrs", "417 E 6th St", "1199 Long Beach Blvd", "badge 999", "code 4", "code 4 on the 998", "no, code 4"),
    *("lockdown lifted", "suspect in custody", "its hot in here, ac is out", "she is in the lobby", "where is she"),
    *("we are at 998 Main St, ask for Sgt Ruiz",),
    *("false alarm, no gun", "gun secured, scene safe", "no weapons here", "not armed", "falsa alarma, no hay arma"),
    *("can you help her with clothes", "bath bomb", "when do you get out", "get out here asap"),
]
NEITHER_FRESH = [
    *("park around the corner", "park around the back", "have her wait outside, i'll come out", "no entre, yo salgo"),
    *("wait in her car, i will walk out to get her", "do not come up, ill come down", "no lockdown", "417?"),
    *("dont come in, text me and ill come out", "dont come in thru the lobby, come thru the sally port"),
    *("don't come in the lobby, use the sally port", "do not pull in the lot, park on the street", "999 Avalon"),
    *("dont enter on 3rd st, enter on 4th", "park at 417 Olive", "1199 fairfax", "officer at 417 cedar", "ETA 998"),
    *("417 minutes", "stay clear of the 405 traffic bad", "need backup interpreter", "violent crimes unit has her"),
]
UNDERSTOOD = [
    *("eta?", "where is she", "how long", "how far out is she", "cuanto falta", "she's hungry", "use the back door"),
    *("she speaks spanish", "what's her name", "ok thank you", "nobody here yet", "help"),
]
NOBODY_UNDERSTANDS = [
    *("hes inside w us n wont leave", "some dude keeps asking for the girl", "gjfkd"),
    *("10-71 lobby", "code 37 out front", "he has her", "things went sideways"),
    *("we got rushed", "no one move", "415 outside the motel", "🔫", "aver espérate"),
    *("dont trust the clerk", "ese vato ya nos vio", "they made us", "its going down", "kid ate somethin she foaming"),
    *("tell ana careful w the pit bull", "hes got gasolina"),
]


@each(said=[*KEEPS_AWAY, *KEEPS_AWAY_FRESH, *BESIDE_WHAT_IS_HARMLESS, *NOT_UNDER_CONTROL_FRESH])
def test_a_named_threat_or_a_code_keeps_away(said: str) -> None:
    reply = read(said)
    assert officers.tells_of_a_threat(reply)
    assert officers.cries_for_help(reply)


@pytest.mark.parametrize("said", RINGS_ONLY)
def test_a_cry_that_names_no_threat_only_rings(said: str) -> None:
    reply = read(said)
    assert officers.cries_for_help(reply)
    assert not officers.tells_of_a_threat(reply)


@each(said=[*NEITHER, *NEITHER_FRESH])
def test_what_only_sounds_like_danger(said: str) -> None:
    """A house number, a room, a time, another door, an officer who comes out to her, or thanks."""
    assert not officers.tells_of_a_threat(read(said))
    assert not officers.cries_for_help(read(said))


@pytest.mark.parametrize("said", [*NOT_UNDER_CONTROL_FRESH, "not code 4", "do not come up, ill come down"])
def test_who_is_only_to_wait_is_needed(said: str) -> None:
    """To say that it is off is another matter: "cancel code 4" is no "cancel, code 4"."""
    assert not officers.calls_off(read(said))


@each(said=["code 4", "no, code 4", "cancel, code 4", "code 4 no longer needed", "code 4 not a minor", "no, cancelen"])
def test_under_control_is_off(said: str) -> None:
    assert officers.calls_off(read(said))
    assert not officers.tells_of_a_threat(read(said))


@pytest.mark.parametrize("said", UNDERSTOOD)
def test_what_is_understood_wakes_nobody(said: str) -> None:
    assert officers.is_understood(read(said))


@pytest.mark.parametrize("said", NOBODY_UNDERSTANDS)
def test_what_no_rule_reads_is_not_believed(said: str) -> None:
    """It rings while somebody drives there: a danger in words that no table has."""
    assert not officers.is_understood(read(said)) or officers.tells_of_a_threat(read(said))
