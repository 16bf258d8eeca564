"""What people ask of us."""

from dispatch.rules.replies.reader.vocabulary import Sense, Word, sense

ASKING_US: dict[Word, tuple[Sense, ...]] = {
    Word.CALL: (
        sense(
            "CALL, CALL OFFICER, CALL THE OFFICER, CONNECT ME, CALL THEM",
            "LLAMAR, LLAMADA, LLAMAR AL OFICIAL, LLAMAR A LA OFICIAL, LLAMA AL OFICIAL, CONECTAR",
        ),
    ),
    # The link shows the meeting place and the officer's number, so it answers all of these.
    Word.WHERE: (
        sense(
            "WHERE, WHERE TO, WHERE IS IT, WHERE DO I GO, WHERE AM I GOING, ADDRESS, WHAT'S THE ADDRESS",
            "DÓNDE, DÓNDE ES, A DÓNDE, A DÓNDE VOY, DIRECCIÓN, CUÁL ES LA DIRECCIÓN",
        ),
        sense(
            "LINK DOESN'T WORK, THE LINK DOESN'T WORK, LINK, SEND LINK, WHAT'S THE OFFICER'S NUMBER",
            "EL ENLACE NO FUNCIONA, NO FUNCIONA EL ENLACE, ENLACE, CUÁL ES EL NÚMERO DEL OFICIAL",
        ),
    ),
    Word.HELP: (sense("HELP, INFO, OPTIONS, COMMANDS", "INFORMACIÓN, OPCIONES, COMANDOS, INSTRUCCIONES"),),
}
