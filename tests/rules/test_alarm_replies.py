"""What a coordinator's text says about the open alarms, and what they are answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from dispatch.rules.alarms.owners import take
from dispatch.rules.decisions import AlarmCoordinators, EndTest, SendPage, SetDeadline
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Purpose, Take
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.reader.alarm_words import CALLS_911, GOES, HAVE_IT
from dispatch.rules.reader.read_text import read as read_reply
from dispatch.rules.replies import alarm_replies, conversation
from dispatch.rules.replies.alarm_replies import AlarmWord
from dispatch.rules.replies.conversation import Involvement, Reaction
from dispatch.rules.wording import alarm_answers, alarms, texts
from tests.each import each
from tests.rules.situations import ANA, CORA, NIGHT, alarm, minutes, only, roster, standalone

DAN = Person("dan", "Dan Moss", "+15625550111", frozenset({Role.COORDINATOR}))
TOWN = roster(ANA, CORA, DAN)
NOW = NIGHT + minutes(10)
SMS = Channel.SMS
PHONE = "+12135550100"


def read(text: str, *open_alarms: Alarm, asked: bool = False) -> AlarmWord | str | None:
    known = open_alarms or (alarm(),)
    told = {one.id: one.opened_at for one in known}
    return alarm_replies.read(read_reply(text), "cora", known, TOWN, NOW, told=told, asked=asked)


MINE = AlarmWord("c1", "chain_ended-1")


@each(
    text=[
        *HAVE_IT,
        *("ok.", "Ok!", "K7Q OK", "ok k7q", "k 7 q ok", "OK thanks", "ok gracias", "👍🏽", "I’ve got it", "¡Lo tengo!"),
        *("calling Ana", "ok, calling ana now", "I'm calling Dan", "llamando a Ana", "estoy llamando a Ana ya"),
        *("ok calling her", "ok I have it", "ok got it", "ok ok", "vale, lo tengo", "ya la llamo"),
    ],
    asked=[False, True],
)
def test_these_words_have_it(text: str, asked: bool) -> None:
    """Also from somebody who is paged: OK is about the alarm."""
    assert read(text, asked=asked) == MINE


@pytest.mark.parametrize("text", ["1", "yes", "Sí", "K7Q 1", "yo me encargo", *CALLS_911])
def test_a_yes_has_it_where_it_can_mean_nothing_else(text: str) -> None:
    """From somebody who is paged, or is on a call-out, it is about that."""
    assert read(text) == MINE
    assert read(text, asked=True) is None


@pytest.mark.parametrize("text", [*GOES, "I'll go!", "¡Yo voy!"])
def test_who_goes_has_it_and_hears_how_to_go(text: str) -> None:
    """From somebody who is paged, or is on a call-out, it is about that; of the service itself nobody goes anywhere."""
    assert read(text) == replace(MINE, goes=True)
    assert read(text, asked=True) is None
    assert read(text, standalone()) == AlarmWord(None, "work_is_late-1")
    told = alarm_replies.tell_answer(CORA, "Yours.", NOW, paged=None, goes=True)
    assert told.text == 'Yours. To go, press "I go" on its page, or have it assigned.'


@each(
    text=["", "1 25", "2", "not ok", "ok?? who is near", "OK ❤", "calling in sick", "ana", "M4X ok", "ok " * 500, "K7Q"]
)
def test_anything_else_is_about_something_else(text: str) -> None:
    assert read(text) is None


def test_several_call_outs_need_the_code() -> None:
    other = alarm(id="other", callout="c2", code="M4X")
    assert read("OK", alarm(), other) == alarm_answers.alarm_which(["K7Q", "M4X"])
    assert read("M4X OK", alarm(), other) == AlarmWord("c2", "other")


def test_what_nobody_has_comes_first() -> None:
    """Then their own, to say that they are still at it; then anybody's, to hear who has it."""
    other = alarm(id="other", callout="c2", code="M4X", owner="dan")
    assert read("OK", alarm(), other) == MINE
    assert read("OK", alarm(owner="cora"), other) == MINE
    assert read("OK", other) == AlarmWord("c2", "other")


def test_an_alarm_about_no_call_out_is_had_without_a_code() -> None:
    assert read("OK", standalone()) == AlarmWord(None, "work_is_late-1")
    assert read("OK", standalone(), alarm()) == MINE


def test_what_they_hear() -> None:
    mine, dans = [alarm(owner="cora")], [alarm(owner="dan")]
    assert alarm_replies.answer(mine, "cora", TOWN, taken=True) == alarm_answers.alarm_is_yours("K7Q", asked=True)
    assert alarm_replies.answer(dans, "cora", TOWN, taken=False) == alarm_answers.alarm_has_owner("K7Q", "Dan")
    assert alarm_replies.answer([], "cora", TOWN, taken=False) == alarm_answers.ALARM_IS_OVER


@pytest.mark.parametrize("theirs", [standalone("cora"), alarm(AlarmKind.DANGER, "cora", outlives=True)])
def test_nobody_is_told_that_we_ring_when_nothing_does(theirs: Alarm) -> None:
    """Nothing asks the owner of an alarm without a call-out, or of a cry that outlives its call-out."""
    said = alarm_replies.answer([theirs], "cora", TOWN, taken=True)
    assert "or we ring you" not in said
    assert not any(isinstance(one, SetDeadline) for one in take([theirs], "cora", TOWN, NIGHT))


@pytest.mark.parametrize(
    ("known", "asked", "paged"),
    [
        (Involvement("c1", "K7Q", Status.PAGING, assigned=False, ended_at=None), True, True),
        (Involvement("c1", "K7Q", Status.ACKNOWLEDGED, assigned=True, ended_at=None), True, False),
        (Involvement("c1", "K7Q", Status.ACKNOWLEDGED, assigned=False, ended_at=None), False, False),
        (Involvement("c1", "K7Q", Status.ACKNOWLEDGED, assigned=False, ended_at=None, asked=True), True, False),
        (Involvement("c1", "K7Q", Status.CLOSED, assigned=True, ended_at=NIGHT), False, False),
    ],
)
def test_who_is_asked_to_go(known: Involvement, asked: bool, paged: bool) -> None:
    assert (alarm_replies.is_asked([known]), alarm_replies.paged_for([known])) == (asked, "c1" if paged else None)


_OVER = Involvement("c2", "M4P", Status.CLOSED, assigned=True, ended_at=NIGHT)


def brushed(
    reaction: Reaction, *open_alarms: Alarm, text: str = "hm", involved: Sequence[Involvement] = ()
) -> Reaction:
    return alarm_replies.not_brushed_off(
        reaction, CORA, read_reply(text), involved, open_alarms, TOWN, NOW, contact=PHONE
    )


NOTHING_OPEN = SendPage(Purpose.ANSWER, SMS, CORA.phone, texts.NOTHING_OPEN, NOW, person="cora")


def test_nobody_is_brushed_off() -> None:
    """What a coordinator writes that is about no call-out of theirs is answered with the open alarms."""
    answered = brushed(Reaction((NOTHING_OPEN,)), alarm(), standalone())
    assert answered.steps == (replace(NOTHING_OPEN, text=alarm_answers.alarm_hint({"K7Q": None})),)
    unread = AlarmCoordinators("Cora wrote")
    assert brushed(Reaction((unread,)), alarm()).steps == (unread,)
    cry = AlarmCoordinators("Cora is in danger", kind=AlarmKind.DANGER)
    for untouched in (Reaction((EndTest("p1"), NOTHING_OPEN)), Reaction(()), Reaction((cry, NOTHING_OPEN))):
        assert brushed(untouched, alarm()) == untouched
    assert brushed(Reaction((NOTHING_OPEN,))) == Reaction((NOTHING_OPEN,))


def test_who_has_it() -> None:
    """Of each call-out the worst alarm says it; whose time has run out has it no more."""
    cases = {
        "Open alarms: K7Q (nobody has it). If you have one reply K7Q OK.": [alarm()],
        "Open alarms: K7Q (Dan has it) and M4X (nobody has it). If you have one reply M4X OK.": [
            alarm(),
            alarm(AlarmKind.DANGER, owner="dan", acted_at=NOW),
            alarm(id="other", code="M4X", callout="c2"),
        ],
        "An alarm is open: Cora has it. If you have it reply OK.": [standalone(owner="cora", acted_at=NOW)],
        "An alarm is open: nobody has it.": [standalone(owner="cora", acted_at=NOW - minutes(11))],
    }
    for said, known in cases.items():
        (step,) = brushed(Reaction((NOTHING_OPEN,)), *known, text="who has it?").steps
        assert isinstance(step, SendPage)
        assert step.text.startswith(said), step.text


_PAGED = [Involvement(f"id of {code}", code, Status.PAGING, assigned=False, ended_at=None) for code in ("K7Q", "M4P")]


@pytest.mark.parametrize(
    ("text", "involved"),
    [("1 20", _PAGED), ("HELP", _PAGED), ("omw", _PAGED), ("K7O 1", _PAGED[:1]), ("M4P 1", [_PAGED[0], _OVER])],
)
def test_whoever_is_paged_as_well_is_asked_for_the_code(text: str, involved: list[Involvement]) -> None:
    """And hears of their code what there is to hear: the open alarms would not say how to take a call-out."""
    reaction = conversation.react(DAN, read_reply(text), involved, NOW)
    assert brushed(reaction, alarm(), text=text, involved=involved) == reaction


def test_whoever_is_paged_and_names_the_code_of_an_alarm_hears_how_to_have_it() -> None:
    """Others have that call-out, so the code is the alarm's."""
    reaction = conversation.react(DAN, read_reply("P2R 1"), _PAGED, NOW)
    answered = brushed(reaction, alarm(code="P2R"), text="P2R 1", involved=_PAGED)
    (hint,) = only(SendPage, answered.steps)
    assert (hint.text, hint.asks) == (alarm_answers.alarm_hint({"P2R": None}), None), "not which of two call-outs"


@pytest.mark.parametrize("text", ["ok", "K7Q ok", "yes", "1", "👍"])
def test_a_yes_to_news_is_thanked_for(text: str) -> None:
    """Unless it may have been about a call-out."""
    answered = brushed(Reaction((NOTHING_OPEN,)), text=text)
    assert answered.steps == (replace(NOTHING_OPEN, text=alarm_answers.ALARM_NONE),)
    assert brushed(Reaction((NOTHING_OPEN,)), text=text, involved=[_OVER]) == Reaction((NOTHING_OPEN,))


@pytest.mark.parametrize("text", ["HELP", "help!", "opciones"])
def test_help_is_no_cry(text: str) -> None:
    """Whoever asks what can be said hears the open alarms and whom to ring; nobody is said to be rung who is not."""
    answered = brushed(Reaction((NOTHING_OPEN,)), alarm(), text=text)
    helped = f"Open alarms: K7Q (nobody has it). If you have one reply K7Q OK. Or call {PHONE}."
    assert answered.steps == (replace(NOTHING_OPEN, text=helped),)


def test_whoever_is_told_that_coordinators_are_called_has_them_called() -> None:
    """Where the words were handed on they ring now, and where nobody would have read them they do too."""
    text = "I crashed on the way"
    handed_on = AlarmCoordinators("Cora wrote", but="cora")
    heard = replace(NOTHING_OPEN, text=texts.DANGER_HEARD)
    rung = replace(handed_on, kind=AlarmKind.DANGER, person="cora", said_at=NOW)
    assert brushed(Reaction((handed_on, NOTHING_OPEN)), alarm(), text=text).steps == (rung, heard)
    words = alarms.danger("", "Cora", CORA.phone, said=text)
    assert brushed(Reaction((NOTHING_OPEN,)), alarm(), text=text).steps == (replace(rung, text=words), heard)
    assert brushed(Reaction(()), alarm(), text=text) == Reaction(())


@pytest.mark.parametrize("text", ["330", "104", "left the scene"])
def test_what_the_tables_know_is_no_cry(text: str) -> None:
    """Whatever it looks like: a number is answered with the open alarms."""
    steps = brushed(Reaction((NOTHING_OPEN,)), alarm(), text=text).steps
    assert steps == (replace(NOTHING_OPEN, text=alarm_answers.alarm_hint({"K7Q": None})),)


@pytest.mark.parametrize("paged", [None, "c1"])
def test_whoever_is_paged_as_well_hears_how_to_go(paged: str | None) -> None:
    """To one who is asked to go "OK" could have meant that; the answer says what it did, and a "1" to it takes it."""
    said = alarm_answers.alarm_and_to_go("You have it.") if paged else "You have it."
    answer = alarm_replies.tell_answer(CORA, "You have it.", NOW, paged=paged)
    assert (answer.person, answer.purpose, answer.text) == ("cora", Purpose.ANSWER, said)
    assert answer.asks == (Take(paged) if paged else None)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        *(("Ana is safe", "ana"), ("K7Q ana safe", "ana"), ("Ana's ok", "ana"), ("Ana está a salvo", "ana")),
        *(("the officer is safe", None), ("el oficial está bien", None)),
    ],
)
def test_a_coordinator_says_that_somebody_is_safe(text: str, person: str | None) -> None:
    """The one whom they name, if that one cried: ours until heard, the officer until somebody says so."""
    cries = [alarm(AlarmKind.DANGER, id=str(one), person=one) for one in ("ana", None)]
    assert read(text, *cries) == AlarmWord("c1", str(person), safe=True)
    others = [one for one in cries if one.person != person]
    assert read(text, *others) is None
    heard = [replace(one, heard_at=NOW) for one in cries]
    assert read(f"{text} now", *heard) == (None if person else AlarmWord("c1", "None", safe=True))


def test_she_is_whoever_cried_alone() -> None:
    """Of two nobody knows who is meant; nobody speaks of themselves so; and what is not so says nothing."""
    ana, dan = (alarm(AlarmKind.DANGER, id=one, person=one) for one in ("ana", "dan"))
    assert read("she is safe", ana) == AlarmWord("c1", "ana", safe=True)
    assert read("she is safe", ana, dan) is None
    assert read("she is safe", alarm(AlarmKind.DANGER, person="cora"), dan) == AlarmWord("c1", "dan", safe=True)
    assert read("she is not safe", ana) is None


def test_an_ok_takes_nothing_that_it_cannot_answer() -> None:
    """What has not reached its writer; from somebody who is paged it is about that then."""
    new, known = alarm(AlarmKind.DANGER, person="ana"), alarm(owner="cora")

    def said(text: str, *open_alarms: Alarm, asked: bool = False, **told: datetime) -> AlarmWord | str | None:
        return alarm_replies.read(read_reply(text), "cora", open_alarms, TOWN, NOW, told=told, asked=asked)

    assert said("ok", new) == AlarmWord("c1", new.id)
    assert said("ok", new, asked=True) is None
    assert said("K7Q ok", new, asked=True) is None
    assert said("ok", new, known, asked=True) == MINE
    other = alarm(id="other", callout="c2", code="M4X")
    assert said("ok", new, other, other=NOW) == AlarmWord("c2", "other")


def test_what_came_last_is_meant_where_it_has_no_code() -> None:
    sos, ended = alarm(AlarmKind.DANGER, callout=None, code=None, person="ana"), alarm()

    def said(**at: datetime) -> AlarmWord | str | None:
        told = {sos.id: at["sos"], ended.id: at["ended"]}
        return alarm_replies.read(read_reply("ok"), "cora", [ended, sos], TOWN, NOW, told=told, asked=False)

    assert said(sos=NOW, ended=NOW - minutes(1)) == AlarmWord(None, sos.id)
    assert said(sos=NOW - minutes(1), ended=NOW) == MINE


def test_nobody_has_their_own_cry_and_what_is_newer_is_said() -> None:
    own, newer = alarm(AlarmKind.DANGER, person="cora"), alarm(AlarmKind.DANGER, person="ana")
    assert read("ok", own) is None
    for taken, said in ((True, "you have what you had read, but not this"), (False, "your OK came before this")):
        answered = alarm_replies.answer([newer], "cora", TOWN, taken=taken, newer=newer)
        assert said in answered
        assert answered.endswith(f"{newer.text} If you have it reply K7Q OK.")


@each(
    text=[
        "911 called, LBPD rolling a unit to her",
        *("no answer x3. do i call 911??", "I called 911, a unit goes to her"),
        *("She's hurt. Send an ambulance to her. I'm on the line with her", "he has a gun to her head, she says"),
        "la venía siguiendo un carro, está adentro de la estación. está bien",
    ]
)
def test_a_coordinators_words_about_a_cry_are_no_cry_of_theirs(text: str) -> None:
    """Cora works on Ana's cry: a cry of her own would call everybody to the wrong person. Others read her words."""
    cry = alarm(AlarmKind.DANGER, person="ana")
    reaction = conversation.react(CORA, read_reply(text), [], NOW)
    told, answer_ = brushed(reaction, cry, text=text).steps
    assert told == AlarmCoordinators(alarms.unclear_text("Cora", text, CORA.phone), but="cora")
    assert isinstance(answer_, SendPage)
    assert answer_.text == alarm_answers.alarm_guessed("K7Q", goes=False)


@each(text=["SOS", "help me he has a gun", "I'm hurt, call 911 for me please", "me viene siguiendo un carro, ayuda"])
def test_a_coordinators_own_cry_rings_beside_another(text: str) -> None:
    reaction = conversation.react(CORA, read_reply(text), [], NOW)
    told = brushed(reaction, alarm(AlarmKind.DANGER, person="ana"), text=text).steps[0]
    assert isinstance(told, AlarmCoordinators)
    assert (told.kind, told.person) == (AlarmKind.DANGER, "cora")


@each(text=["Ben has it, eta 3:20", "Lupe dice que ella va, en 40 min llega", "Ben's got it, 30 min", "he's going, 35"])
def test_whoever_says_that_another_goes_is_not_asked_whether_they_go(text: str) -> None:
    (answer_,) = brushed(Reaction((NOTHING_OPEN,)), alarm(), text=text).steps
    assert answer_ == replace(NOTHING_OPEN, text=alarm_answers.alarm_another_goes("K7Q"))


@each(text=["in the ER with my dad, someone else take this", "not my week", "no es mi semana"])
def test_who_cannot_see_to_an_alarm_rings_the_others(text: str) -> None:
    """Where there is no other, they read that there is none."""
    for town, others in ((TOWN, True), (roster(ANA, CORA), False)):
        found = alarm_replies.handed_on(read_reply(text), CORA, [alarm()], town, NOW)
        assert found is not None
        handed, told, answer = found
        assert (handed.id, told is not None and told.rings is True) == (alarm().id, others)
        assert ("no other" in answer.text) is not others
    for said in ("No contesta, I'm calling LBPD dispatch", "SOS", "calling Ana"):
        assert alarm_replies.handed_on(read_reply(said), CORA, [alarm()], TOWN, NOW) is None, said
