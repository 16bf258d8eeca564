"""What an officer's text brings: people read it, and it moves nothing."""

from dataclasses import replace

import pytest

from dispatch.rules import deadlines
from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.callout import telling
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
    TextOfficer,
)
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import IsThere, Purpose, Question, SentText
from dispatch.rules.facts.people import Channel
from dispatch.rules.reader.officer_words import in_their_language, is_courtesy
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Consent
from dispatch.rules.replies import officers
from dispatch.rules.replies.answering import officer_in_danger
from dispatch.rules.replies.conversation import SAME_WORDS_AGAIN, Involvement
from dispatch.rules.replies.officers import MOST_ANSWERS, MOST_ANSWERS_UNREAD, MOST_OF_UNLISTED, MOST_READ
from dispatch.rules.wording import agency_texts, alarms, spoken, texts
from tests.each import each
from tests.rules.situations import (
    ANA,
    NIGHT,
    OFFICER,
    ROSTER,
    alarm,
    assigned,
    callout,
    minutes,
    only,
    roster,
    situation,
    taken,
)

CONTACT = "+15625550110"
WORDS = "the girl at 400 Broadway is scared"
"""Nobody knows all of these words: they may say anything."""
UNDERSTOOD = "use the back door, the girl is in room 4"


def hear(about: CallOut, said: str = WORDS, *, off: bool = False, heard: int = 0) -> list[Decision]:
    here = replace(situation(about), contact_phone=CONTACT)
    return officers.hear(here, OFFICER, read(said), off=off, heard=heard, now=NIGHT)


def test_coordinators_read_it_and_the_officer_is_answered() -> None:
    """By call-out and number, so that they can ring back; nothing else is decided while nobody goes."""
    assert hear(callout()) == [
        Note(NoteKind.OFFICER_WROTE, "the officer wrote"),
        AlarmCoordinators(f'K7Q: the officer, {OFFICER}, wrote: "{WORDS}".'),
        TextOfficer(agency_texts.officer_heard("K7Q", agency_texts.NOBODY_YET, CONTACT)),
    ]


def test_whoever_goes_hears_only_that_something_was_written() -> None:
    """The words may name a child or a place: they stand behind the link."""
    about = taken(assigned("ben", AssignmentRole.PARTNER), assigned("cleo", AssignmentRole.OFFERED))
    told = only(SendPage, hear(about, UNDERSTOOD))
    assert [(one.person, one.purpose, one.text, one.with_link) for one in told] == [
        ("ana", Purpose.CONFIRMATION, texts.officer_wrote("K7Q"), True),
        ("ben", Purpose.CONFIRMATION, texts.officer_wrote("K7Q"), True),
    ]
    assert not any(word in one.text for one in told for word in ("girl", "room", "back door"))


def test_whoever_takes_no_texts_is_rung() -> None:
    """In the menu of that call a key puts them through to the officer."""
    rung = replace(situation(taken(), roster(replace(ANA, opted_out=True))), contact_phone=CONTACT)
    [told] = only(SendPage, officers.hear(rung, OFFICER, read(UNDERSTOOD), off=False, heard=0, now=NIGHT))
    assert (told.channel, told.text, told.with_link) == (Channel.VOICE, spoken.officer_wrote("K7Q"), False)
    [told] = only(SendPage, officers.hear(rung, OFFICER, read(WORDS), off=False, heard=0, now=NIGHT))
    assert (told.channel, told.text, told.with_link) == (Channel.VOICE, spoken.speak_first("K7Q"), False)


def test_what_nobody_understands_is_told_at_once_while_somebody_drives() -> None:
    """Coordinators are rung with the words; whoever is not there yet is texted and rung, without them. Of somebody who
    is there, or of nobody, all is as with any other text."""
    about = taken(assigned("ben", AssignmentRole.PARTNER, arrived_at=NIGHT))
    decisions = hear(about)
    assert [one.kind for one in only(Note, decisions)] == [NoteKind.OFFICER_UNREADABLE, NoteKind.CAUTIONED]
    alarm = AlarmCoordinators(
        alarms.officer_unreadable("K7Q", OFFICER, WORDS),
        kind=AlarmKind.OFFICER_CALLS,
        said_at=NIGHT,
        call_back=OFFICER,
    )
    assert only(AlarmCoordinators, decisions) == [alarm]
    assert [(one.person, one.channel, one.text, one.breaks_in) for one in only(SendPage, decisions)] == [
        ("ana", Channel.SMS, texts.speak_first("K7Q"), None),
        ("ana", Channel.VOICE, spoken.speak_first("K7Q"), None),
        ("ben", Channel.SMS, texts.officer_wrote("K7Q"), None),
    ]
    for nobody_drives in (callout(), taken(arrived_at=NIGHT, status=Status.ON_SCENE)):
        assert [one.kind for one in only(AlarmCoordinators, hear(nobody_drives))] == [AlarmKind.NEWS]


def test_what_nobody_understands_rings_once_and_is_read_each_time() -> None:
    """Coordinators not again within ten minutes; each driver once, so that a second one hears it too."""
    about = taken(assigned("ben", AssignmentRole.PARTNER))
    more = officers.hear(
        situation(about), OFFICER, read(WORDS), off=False, heard=1, now=NIGHT, rang=True, cautioned=["ana"]
    )
    assert [one.kind for one in only(AlarmCoordinators, more)] == [AlarmKind.NEWS]
    assert [(one.person, one.text) for one in only(SendPage, more)] == [
        ("ben", texts.speak_first("K7Q")),
        ("ben", spoken.speak_first("K7Q")),
        ("ana", texts.officer_wrote("K7Q")),
    ]


def test_whoever_drives_to_an_unverified_caller_hears_it_too() -> None:
    """Not the words of any other text, which may lead into a trap: no words stand in this."""
    about = replace(taken(), trust=Trust.UNLISTED)
    assert not only(SendPage, hear(about, UNDERSTOOD))
    assert [one.text for one in only(SendPage, hear(about))] == [texts.speak_first("K7Q"), spoken.speak_first("K7Q")]


@pytest.mark.parametrize(
    "about",
    [
        callout(),
        taken(cleared_at=NIGHT, arrived_at=NIGHT, status=Status.CLEARED),
        callout(Status.ACKNOWLEDGED, assigned("gone")),
    ],
    ids=["nobody has it", "they have left", "they are not in the roster"],
)
def test_nobody_else_is_woken(about: CallOut) -> None:
    """Only whoever is on it, until they have left the scene."""
    assert not only(SendPage, hear(about))


def test_that_it_is_off_rings_and_cancels_nothing() -> None:
    """Coordinators are rung with the officer's own words, the officer hears so, and the call-out stays as it is."""
    decisions = hear(taken(), "no longer needed", off=True)
    promise = agency_texts.officer_calls_off_heard("K7Q", CONTACT)
    alarm = AlarmCoordinators(
        alarms.officer_calls_off("K7Q", OFFICER, "no longer needed"),
        kind=AlarmKind.OFFICER_CALLS_OFF,
        call_back=OFFICER,
        promise=promise,
    )
    assert only(AlarmCoordinators, decisions) == [alarm]
    assert only(TextOfficer, decisions) == [TextOfficer(promise.kept_by(alarm))]
    said = [texts.speak_first("K7Q"), spoken.speak_first("K7Q")]  # "don't come" may be a danger as well
    assert [one.text for one in only(SendPage, decisions)] == said
    assert {type(one) for one in decisions} == {Note, AlarmCoordinators, TextOfficer, SendPage}


@pytest.mark.parametrize("off", [False, True])
def test_what_comes_after_the_end_is_read_and_answered(off: bool) -> None:
    """The officer is still who they were. Whatever they write but thanks rings, since nobody else waits for them."""
    decisions = hear(callout(Status.CLOSED, assigned("ana")), off=off)
    assert decisions == [
        Note(NoteKind.OFFICER_WROTE, "the officer wrote after the end"),
        AlarmCoordinators(alarms.needed_again("K7Q", OFFICER, WORDS), kind=AlarmKind.NEEDED_AGAIN),
        TextOfficer(agency_texts.officer_heard_after_the_end("K7Q", CONTACT)),
    ]
    assert not only(AlarmCoordinators, hear(callout(Status.CLOSED, assigned("ana")), "thank you", off=off))


@each(said=["advocate?", "we need the advocates", "advocat needed", "where is my ADVOCATE", "la defensora"])
def test_an_advocate_in_any_form_rings(said: str) -> None:
    """Police call our people so: somebody asks for one, or writes of one who is there."""
    (alarm,) = only(AlarmCoordinators, hear(callout(), said))
    assert rings(alarm)


@pytest.mark.parametrize(
    ("said", "spanish"),
    [
        *((text, True) for text in ("¿dónde está?", "cuanto falta", "estamos en la entrada", "necesitamos a alguien")),
        *((text, False) for text in ("where is she", "no eta?", "we are at the gate", "still waiting")),
    ],
)
def test_an_officer_who_writes_spanish_is_answered_in_it(said: str, spanish: bool) -> None:
    (answer,) = only(TextOfficer, hear(callout(), said))
    heard = agency_texts.officer_heard("K7Q", agency_texts.NOBODY_YET, CONTACT)
    assert answer.text == (heard.spanish if spanish else str(heard))


@pytest.mark.parametrize(
    ("said", "heard"),
    [("tiene una pistola, manden ayuda", texts.DANGER_HEARD.spanish), ("he has a gun", texts.DANGER_HEARD)],
)
def test_an_officer_in_danger_is_answered_in_their_language(said: str, heard: str) -> None:
    told = only(SendPage, officer_in_danger(situation(taken()), NIGHT, read(said)))
    assert [page.text for page in told if page.to == OFFICER] == [heard]


def test_a_phone_that_answers_by_itself_is_not_answered_without_end() -> None:
    """Coordinators hear of every text all the same."""
    assert only(TextOfficer, hear(callout(), heard=MOST_ANSWERS - 1))
    assert not only(TextOfficer, hear(callout(), heard=MOST_ANSWERS))
    assert only(AlarmCoordinators, hear(callout(), heard=MOST_ANSWERS))


def theirs(code: str, status: Status = Status.PAGING, same_as: str | None = None) -> Involvement:
    return Involvement(code, code, status, assigned=False, ended_at=None, same_as=same_as)


def test_which_of_their_call_outs_they_mean() -> None:
    """The one that they name, otherwise the newest."""
    first, second = theirs("K7Q"), theirs("M2R")
    assert officers.about([first, second], "K7Q") == first
    assert officers.about([first, second], None) == officers.about([first, second], "X9X") == second


@pytest.mark.parametrize("status", [Status.ACKNOWLEDGED, Status.EN_ROUTE, Status.ON_SCENE])
def test_of_two_that_are_probably_one_they_mean_where_somebody_goes(status: Status) -> None:
    """Whoever goes must hear that the officer wrote. Once somebody has the newest it is that one."""
    first, second = theirs("K7Q", status), theirs("M2R", same_as="K7Q")
    assert officers.about([first, second], None) == first
    assert officers.about([first, second], "M2R") == second
    assert officers.about([first, theirs("M2R")], None) == theirs("M2R")
    has_it = theirs("M2R", Status.ACKNOWLEDGED, same_as="K7Q")
    assert officers.about([first, has_it], None) == has_it
    assert officers.about([replace(first, status=Status.CLEARED), second], None) == second


def test_a_threat_is_about_all_of_their_call_outs() -> None:
    """Unless they name one. Of what is over they mean the last."""
    first, second = theirs("K7Q", Status.EN_ROUTE), theirs("M2R")
    assert officers.threatened([first, second], None) == [first, second]
    assert officers.threatened([first, second], "K7Q") == [first]
    over = [replace(one, ended_at=NIGHT) for one in (first, second)]
    assert officers.threatened(over, None) == over[1:]


@each(
    said=[
        *(
            "NOT NEEDED",
            "K7Q not needed",
            "No longer needed, thanks!",
            "we don't need anyone",
            "Don’t need you anymore",
        ),
        *("off", "it's off", "call it off", "called off", "CANCEL", "please cancel", "cancelled", "stand down"),
        *("disregard", "never mind", "nevermind", "no need to come", "Ya no se necesita", "ya no hace falta"),
        *("specialist is not needed", "isn't needed", "cancelado"),
    ]
)
def test_words_that_may_call_it_off(said: str) -> None:
    """Ours, and those that officers use."""
    assert officers.calls_off(read(said))


@each(
    said=[
        *("do not cancel", "don't cancel please", "never cancel it", "please don't call it off", "is it cancelled?"),
        *("we need you", "hurry", "no need to hurry", "I am off at 3", "", "OK", "we need her to stand by", "25"),
    ]
)
def test_words_that_do_not(said: str) -> None:
    """What is negated or asked, and what says something else."""
    assert not officers.calls_off(read(said))


def test_the_words_that_we_teach_are_heard() -> None:
    """The first text tells them what to reply."""
    assert officers.calls_off(read(agency_texts.CALLED_OFF))
    assert ROSTER.partner_at(OFFICER) is None


@pytest.mark.parametrize(("text", "cries"), [("help me", True), ("where are you", False)])
def test_who_cries_for_help(text: str, cries: bool) -> None:
    """One word of danger is enough."""
    assert officers.cries_for_help(read(text)) is cries


def test_what_the_carrier_takes_for_an_opt_out_calls_it_off() -> None:
    """An officer who texts STOP means the call-out; whoever opts in again says nothing about it."""
    assert officers.calls_off(read("STOP"), Consent.OPT_OUT)
    assert not officers.calls_off(read("START"), Consent.OPT_IN)


def test_a_cry_for_help_is_heard_each_time() -> None:
    """The same words once more are only kept, unless somebody is in danger, and after the end as well."""
    assert not officers.may_be_said_again(read("not safe"))
    assert officers.may_be_said_again(read("where are you"))
    assert officers.tells_of_a_threat(read("he has a gun"))
    assert not officers.tells_of_a_threat(read("kid is hurt"))


def test_what_was_said_before_the_call_out_moved_on_is_no_repeat() -> None:
    """Otherwise "no one here" was dropped where it said, three minutes later, that Ana is at the wrong door."""
    now = NIGHT + minutes(9)
    assert officers.same_words_since(callout(), None, now) == now - SAME_WORDS_AGAIN
    there = taken(arrived_at=NIGHT + minutes(6), status=Status.ON_SCENE)
    assert officers.same_words_since(there, None, now) == NIGHT + minutes(6)
    assert officers.same_words_since(there, NIGHT + minutes(8), now) == NIGHT + minutes(8)
    has_it = replace(callout(), acknowledged_at=NIGHT + minutes(2))
    assert officers.same_words_since(has_it, None, now) == NIGHT + minutes(2)


@pytest.mark.parametrize("said", ["ok", "Thx!", "10-4", "ok gracias", "copy that 👍"])
def test_thanks_wake_nobody(said: str) -> None:
    """Nor are they answered; but what stands behind them is read."""
    assert hear(taken(), said) == [Note(NoteKind.OFFICER_WROTE, "the officer wrote thanks")]
    assert only(AlarmCoordinators, hear(taken(), f"{said} where is she"))


@pytest.mark.parametrize(
    ("about", "stands"),
    [
        (callout(), agency_texts.NOBODY_YET),
        (taken(), "Ana is coming."),
        (taken(arrived_at=NIGHT, status=Status.ON_SCENE), "Ana is on scene."),
        (callout(Status.ACKNOWLEDGED, assigned("gone")), "The specialist is coming."),
    ],
)
def test_the_officer_hears_how_it_stands(about: CallOut, stands: str) -> None:
    assert telling.how_it_stands(situation(about), NIGHT) == stands


@each(said=["nobody came", "she's not here", "no one is here yet", "no ha llegado nadie", "aún no llega", "nadie vino"])
def test_an_officer_who_sees_nobody_contradicts_an_arrival(said: str) -> None:
    """Before it there is nothing to contradict."""
    there = taken(arrived_at=NIGHT, status=Status.ON_SCENE)
    assert officers.contradicts_arrival(there, read(said))
    assert not officers.contradicts_arrival(taken(), read(said))
    assert not officers.contradicts_arrival(there, read("she is here"))
    alarm = AlarmCoordinators(alarms.nobody_came("K7Q", OFFICER, said), kind=AlarmKind.NOBODY_CAME)
    assert only(AlarmCoordinators, hear(there, said)) == [alarm]


@pytest.mark.parametrize("said", ["don't see her", "she left", "haven't seen anyone", "no la veo", "ya se fue"])
def test_an_officer_who_looks_for_ours_in_vain(said: str) -> None:
    assert officers.contradicts_arrival(taken(arrived_at=NIGHT, status=Status.ON_SCENE), read(said))


@each(
    said=[
        *("need someone again", "necesitamos a alguien otra vez", "thanks, we need another one", "one more kid here"),
        *("gracias, tenemos otra", "pueden regresar?", "didn't mean to cancel", "no quise cancelar"),
    ]
)
def test_an_officer_who_needs_somebody_again(said: str) -> None:
    """Coordinators are rung, one of them can have it, and the officer hears how to call out again."""
    decisions = hear(callout(Status.CLOSED), said)
    alarm = AlarmCoordinators(alarms.needed_again("K7Q", OFFICER, said), kind=AlarmKind.NEEDED_AGAIN)
    assert only(AlarmCoordinators, decisions) == [alarm]
    answer = in_their_language(agency_texts.officer_asks_again_heard("K7Q", CONTACT), read(said))
    assert only(TextOfficer, decisions) == [TextOfficer(answer)]


@pytest.mark.parametrize(
    ("said", "cries"),
    [
        ("send someone back please, crowd surrounding us", True),
        ("need somebody again", False),
        ("necesitamos a alguien otra vez", False),
    ],
)
def test_who_needs_somebody_again_may_cry_for_help(said: str, cries: bool) -> None:
    """In words that no table has, while it most certainly is a cry."""
    assert officers.cries_for_help(read(said)) is cries


@each(
    said=[
        *("thank you again", "thanks so much again", "gracias de nuevo", "we do not need anybody again"),
        *("case number is 26-1", "no need to come back", "gracias, ya no la necesitamos"),
    ]
)
def test_thanks_after_the_end_ask_for_nobody(said: str) -> None:
    assert not officers.asks_again(read(said))


def test_somebody_who_is_hurt_rings_and_keeps_nobody_away() -> None:
    """The officer hears 911; Ana reads what was written behind her link."""
    decisions = officers.hear(
        situation(taken()), OFFICER, read("kid is hurt"), off=False, heard=0, now=NIGHT, hurt=True
    )
    words = alarms.somebody_hurt("K7Q", OFFICER, "kid is hurt")
    hurt = AlarmCoordinators(words, kind=AlarmKind.SOMEBODY_HURT, said_at=NIGHT)
    assert only(AlarmCoordinators, decisions) == [hurt]
    assert only(TextOfficer, decisions) == [TextOfficer(texts.DANGER_HEARD)]
    assert [page.text for page in only(SendPage, decisions)] == [texts.officer_wrote("K7Q")]
    again = SetDeadline(DeadlineKind.DANGER, NIGHT + minutes(2), attempt=2)
    assert only(SetDeadline, decisions) == [again], "they are rung until somebody has it"


def test_help_rings_until_somebody_has_it_and_keeps_nobody_away() -> None:
    """As a cry for help does, but that whoever takes the call-out meanwhile is sent on."""
    raised = alarm(AlarmKind.SOMEBODY_HURT)
    free = situation(taken(), alarms=[raised])
    told, again = deadlines.meet(free, DeadlineKind.DANGER, None, 2, NIGHT)
    assert told == AlarmCoordinators(raised.text, kind=AlarmKind.SOMEBODY_HURT, again=raised.id)
    assert again == SetDeadline(DeadlineKind.DANGER, NIGHT + minutes(2), attempt=3)
    for known in ([], [alarm(AlarmKind.SOMEBODY_HURT, owner="cora")]):
        assert deadlines.meet(situation(taken(), alarms=known), DeadlineKind.DANGER, None, 2, NIGHT) == []
    worse = situation(taken(), alarms=[raised, alarm(AlarmKind.DANGER)])
    assert (
        only(AlarmCoordinators, deadlines.meet(worse, DeadlineKind.DANGER, None, 2, NIGHT))[0].kind is AlarmKind.DANGER
    )


def test_what_only_looks_like_a_cry_is_told_to_whoever_drives() -> None:
    """No table reads it: coordinators are rung, and Ana speaks with the officer first."""
    said = "her dad is in the parking lot"
    assert officers.cries_for_help(read(said))
    decisions = officers.hear(situation(taken()), OFFICER, read(said), off=False, heard=0, now=NIGHT, hurt=True)
    assert [one.kind for one in only(AlarmCoordinators, decisions)] == [AlarmKind.SOMEBODY_HURT]
    assert texts.speak_first("K7Q") in [one.text for one in only(SendPage, decisions)]


@pytest.mark.parametrize(
    "said", ["have her call me first, dark van by the gate", "call me when she parks. odd man outside"]
)
def test_who_asks_for_a_call_may_say_more(said: str) -> None:
    """It counted as understood whatever stood beside it: whoever drove there was told nothing."""
    decisions = officers.hear(situation(taken()), OFFICER, read(said), off=False, heard=0, now=NIGHT)
    assert texts.speak_first("K7Q") in [one.text for one in only(SendPage, decisions)]
    assert rings(only(AlarmCoordinators, decisions)[0])


def test_after_the_end_any_cry_is_a_danger() -> None:
    """It rings until somebody has it, and nobody goes there who could be kept away."""
    open_, over = theirs("K7Q", Status.EN_ROUTE), replace(theirs("K7Q"), ended_at=NIGHT)
    assert not officers.is_danger(read("help me"), [open_])
    assert officers.is_danger(read("help me"), [over])
    assert officers.is_danger(read("shots fired"), [open_])
    assert not officers.is_danger(read("thanks for your help"), [over])


@each(
    said=[
        *("nvm", "no need", "found a relative no need", "dont need her anymore", "dont send anyone", "do not come"),
        *("please don't come", "hold off", "code 4", "10-22", "we got it", "we're good", "that was a test"),
        *("duplicate, sorry", "ya no", "olvídelo", "no vengan", "era una prueba"),
        *("false alarm", "falsa alarma", "mom picked her up", "cps has her", "ya se la llevó su mamá"),
    ]
)
def test_other_ways_to_say_that_it_is_off(said: str) -> None:
    assert officers.calls_off(read(said))


@each(
    said=["no need to rush", "10-23", "code 3", "room 1022", "she's 13, says she's 18", "claims he's 19 but ID says 15"]
)
def test_what_sounds_like_off(said: str) -> None:
    assert not officers.calls_off(read(said))


@each(
    said=[
        *("ya no la tenemos en Long Beach, la pasaron a Compton", "ya no está en la estación"),
        "se la pasaron a Compton, ya no está con nosotros",
        "we no longer have her at Long Beach, she was moved to Compton",
    ]
)
def test_a_child_who_is_somewhere_else_calls_nothing_off(said: str) -> None:
    """Somebody has to go there. "Ya no" alone is off, and so is what says why nobody is needed."""
    assert not officers.calls_off(read(said))
    assert officers.calls_off(read("ya no la tenemos en la estación, vino su mamá por ella"))


@each(
    said=[
        *(
            "a woman with a lanyard from your agency came in so all good on our end",
            "your person arrived, we're all set",
        ),
        *("someone from your agency showed up so we're good", "ana is here we're good", "she got here, all set thanks"),
        *("ya llegó una señora de su agencia, estamos bien", "vino la especialista, todo resuelto"),
    ]
)
def test_all_is_well_once_one_of_our_people_has_come(said: str) -> None:
    """It is not off: she is there. Nor did nobody come."""
    assert not officers.calls_off(read(said))
    kinds = {one.kind for one in only(AlarmCoordinators, hear(taken(arrived_at=NIGHT, status=Status.ON_SCENE), said))}
    assert kinds <= {AlarmKind.NEWS, AlarmKind.OFFICER_CALLS}


@each(
    said=[
        *("her mother is here, all good now", "mom showed up, we're good", "dcfs is here, all set"),
        *("your advocate is here but we don't need her anymore", "no one from your agency came, never mind"),
        "no need for an advocate here",
    ]
)
def test_it_is_off_once_another_has_come_or_nobody_is_needed(said: str) -> None:
    assert officers.calls_off(read(said))


@each(
    said=["thanks for coming so fast", "ok thanks see you soon", "gracias por venir tan rápido", "thanks for your help"]
)
def test_thanks_in_more_words(said: str) -> None:
    assert is_courtesy(read(said))
    assert not is_courtesy(read(f"{said}, she is not here"))


@each(
    said=[
        *("stay away", "tell her to stay back", "keep everyone back", "no se acerquen", "que no se acerque"),
        *("her boyfriend showed up", "llegó el novio", "we are taking fire", "nos están disparando", "bomb threat"),
        *("hay una bomba", "gas leak", "fuga de gas", "building on fire", "casa en llamas"),
        *("heads up, suspect vehicle circling the station", "hay un carro que da vueltas a la estación"),
    ]
)
def test_what_keeps_ours_away(said: str) -> None:
    """Said again within minutes it is heard again."""
    assert officers.tells_of_a_threat(read(said))
    assert not officers.may_be_said_again(read(said))


@each(
    said=[
        *("she is bleeding", "la niña está sangrando", "she is having a seizure", "tiene convulsiones"),
        *("she's in labor", "está en labor de parto", "the girl took off running", "se echó a correr"),
        *("she's missing", "la perdimos"),
    ]
)
def test_an_injury_keeps_nobody_away(said: str) -> None:
    """ADR 33: a child who bleeds needs somebody there."""
    assert officers.cries_for_help(read(said))
    assert not officers.tells_of_a_threat(read(said))


@each(
    said=[
        *("need two shots of espresso", "dos shots de café", "child is not hurt", "la niña no está herida"),
        *("she's not bleeding anymore", "ya no está sangrando", "do you need help?", "¿necesitan ayuda?"),
        *("no threat here", "no hay amenaza", "stay with her", "thanks for coming back"),
        *("she fell asleep on the couch", "se quedó dormida, no hay prisa"),
    ]
)
def test_what_sounds_like_a_cry(said: str) -> None:
    assert not officers.cries_for_help(read(said))
    assert not officers.tells_of_a_threat(read(said))


def test_a_phone_that_writes_without_end_is_told_of_once() -> None:
    """People are told to ring it, and whoever goes is left in peace; a cry for help is heard each time."""
    [note, alarm] = hear(taken(), heard=MOST_READ)
    assert isinstance(note, Note)
    assert alarm == AlarmCoordinators(alarms.officer_writes_on("K7Q", OFFICER))
    assert hear(taken(), heard=MOST_READ + 1) == hear(taken(), "thanks", heard=MOST_READ + 1) == []
    assert only(SendPage, hear(taken(), heard=MOST_READ - 1))
    hurt = officers.hear(
        situation(taken()), OFFICER, read("she bleeds"), off=False, heard=MOST_READ, now=NIGHT, hurt=True
    )
    assert [one.kind for one in only(AlarmCoordinators, hurt)] == [AlarmKind.SOMEBODY_HURT]


# ---- whom nothing but an unlisted number speaks for ----------------------------------------------------------------


@pytest.mark.parametrize("trust", Trust)
def test_who_has_more_than_an_unlisted_number_is_never_held_up(trust: Trust) -> None:
    bound = officers.is_bound(replace(callout(), trust=trust))
    assert bound == (trust in {Trust.UNLISTED, Trust.WITHHELD})


def test_unlisted_callers_are_bound_together() -> None:
    """Forty texts of all of them are told, whoever wrote them; then the first words of each, until forty have written.
    What one number writes beyond its own bound counts for nobody else."""
    one, other, third = OFFICER, "+15625550178", "+15625550133"
    assert not officers.are_too_many({}, one)
    assert not officers.are_too_many({one: 1_000, other: MOST_OF_UNLISTED - MOST_READ - 1}, other)
    full = {one: 1_000, other: MOST_OF_UNLISTED - MOST_READ}
    assert officers.are_too_many(full, one)
    assert not officers.are_too_many(full, third)
    crowd = {f"+156255501{number}": 1 for number in range(10, 10 + MOST_OF_UNLISTED)}
    assert officers.are_too_many(crowd, third)
    assert officers.sum_up(crowd) == AlarmCoordinators(alarms.many_unlisted(MOST_OF_UNLISTED))


def test_whoever_is_not_read_hears_so() -> None:
    """A few times, and with the number to ring; nobody else is told, and the story says it as often."""
    note, told = officers.unread(situation(taken()), MOST_ANSWERS_UNREAD - 1, NIGHT)
    assert isinstance(note, Note)
    assert isinstance(told, TextOfficer)
    assert "may not be read" in told.text
    assert officers.unread(situation(taken()), MOST_ANSWERS_UNREAD, NIGHT) == []


@pytest.mark.parametrize("said", ["wrong number", "Wrong number sorry", "número equivocado"])
def test_a_wrong_number_calls_nothing_off(said: str) -> None:
    """The phone may be anybody's: coordinators are rung with the words, and whoever has it is asked."""
    assert not officers.calls_off(read(said))
    decisions = hear(taken(), said, off=officers.calls_off(read(said)))
    assert [one.kind for one in only(AlarmCoordinators, decisions)] == [AlarmKind.OFFICER_CALLS]
    (told,) = only(TextOfficer, decisions)
    assert "NOT NEEDED" in told.text or "NO SE NECESITA" in told.text
    assert officers.calls_off(read("cancel, wrong number of victims"))


@pytest.mark.parametrize(
    ("asks", "said", "denies"), [(IsThere("c1"), "no", True), (IsThere("c1"), "yes", False), (None, "no", False)]
)
def test_a_bare_no_to_somebody_is_with_you_says_that_nobody_is(asks: Question | None, said: str, denies: bool) -> None:
    told = SentText(Purpose.ANSWER, "c1", asks, NIGHT, NIGHT)
    assert officers.denies_arrival(read(said), [told], NIGHT + minutes(5)) is denies


@each(said=["yes", "Yes.", "1", "sí", "y", "yep"])
def test_a_yes_and_nothing_else_warns_nobody(said: str) -> None:
    """To "Ana is coming" it is courtesy: coordinators read it, and whoever drives is not told to speak with them."""
    decisions = hear(taken(), said)
    assert not rings(only(AlarmCoordinators, decisions)[0])
    assert not [one for one in decisions if isinstance(one, SendPage) and one.channel is Channel.VOICE]
