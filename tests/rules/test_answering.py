"""What an answer does to its call-out: each effect of the matrix, what is asked back, and cries for help."""

from dataclasses import replace

import pytest

from dispatch.rules import deadlines
from dispatch.rules.decisions import (
    UNCLEAR,
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    Decision,
    DropDeadlines,
    MarkDeclined,
    MoveTo,
    Note,
    NoteKind,
    ReleaseSpecialist,
    SendPage,
    SetDeadline,
    Stamp,
    StampKind,
    TextOfficer,
    WriteEta,
)
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Confirm, Guessed, LetGo, Purpose, SentText, Subject, Take, WhichCallOut
from dispatch.rules.facts.people import Channel, Language
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies import answering
from dispatch.rules.replies.answering import answer
from dispatch.rules.replies.matrix import ASKS_BACK, MATRIX, Position, meaning, position_of
from dispatch.rules.wording import agency_texts, alarms, asking, texts
from dispatch.rules.wording.texts import Going
from tests.each import each
from tests.rules.situations import (
    ANA,
    BEN,
    CORA,
    NIGHT,
    OFFICER,
    alarm,
    assigned,
    callout,
    has_moved,
    minutes,
    moves,
    only,
    page,
    roster,
    situation,
    taken,
)

NOW = NIGHT + minutes(10)
HAS_IT = callout(Status.ACKNOWLEDGED, assigned("ana"))
UNDER_WAY = callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT))
THERE = callout(Status.ON_SCENE, assigned("ana", en_route_at=NIGHT, arrived_at=NIGHT))
LEFT = callout(Status.CLEARED, assigned("ana", en_route_at=NIGHT, arrived_at=NIGHT, cleared_at=NIGHT))
BENS = callout(Status.EN_ROUTE, assigned("ben", en_route_at=NIGHT))
OFFERED = callout(Status.EN_ROUTE, assigned("ben", en_route_at=NIGHT), assigned("ana", AssignmentRole.OFFERED))
PASSED_OVER = callout(passed_over=frozenset({"ana"}))
PASSED_TO_BEN = callout(Status.EN_ROUTE, assigned("ben", en_route_at=NIGHT), passed_over=frozenset({"ana"}))
DECLINED = callout(declined=frozenset({"ana"}))
ASKED_ALONG = replace(BENS, nearer=(page("ana", purpose=Purpose.ASK_ALONG),))
EVERYWHERE = [callout(), DECLINED, BENS, OFFERED, ASKED_ALONG, PASSED_OVER, HAS_IT, UNDER_WAY, THERE, LEFT]


def said(text: str, about: CallOut) -> list[Decision]:
    return answer(situation(about), ANA, read(text), NOW)


def told(decisions: list[Decision]) -> list[str]:
    """What the sender is answered."""
    return [page.text for page in only(SendPage, decisions) if page.person == "ana"]


@each(
    about=EVERYWHERE,
    text=[
        *("1", "1 25", "l", "l 40", "ok 2", "omw", "20", "22", "2", "2-3 min", "no", "no, 25 min"),
        *("here", "i'm here", "done", "all clear", "home", "call", "help", "sos", "hmm", "omw in 10", "10-97"),
    ],
)
def test_every_answer_is_answered(text: str, about: CallOut) -> None:
    """Whatever somebody says, from wherever: one text back that names the call-out, and none that is doubtful acts."""
    decisions = said(text, about)
    assert told(decisions)
    effect = meaning(read(text), position_of(about, "ana"), NOW).effect
    if effect in ASKS_BACK:
        assert only(AlarmCoordinators, decisions)
        assert (
            not only(Stamp, decisions)
            + only(MoveTo, decisions)
            + only(AssignSpecialist, decisions)
            + only(ReleaseSpecialist, decisions)
        )
        assert not only(TextOfficer, decisions) + only(MarkDeclined, decisions)


def test_there_is_a_situation_for_every_position() -> None:
    """The list above leaves none out."""
    assert {position_of(about, "ana") for about in EVERYWHERE} == set(Position)
    assert all(set(row) == set(Position) for row in MATRIX.values())


# ---- what takes it, and what is there ------------------------------------------------------------------------------


def test_a_take_stands_when_its_eta_does_not() -> None:
    """The officer hears that somebody comes and no time; whoever takes it is asked for one."""
    decisions = said("yes 1", callout())
    assert only(AssignSpecialist, decisions)[0].eta_at is None
    assert told(decisions) == [texts.confirmation_without_eta("K7Q")]
    assert "ETA" not in only(TextOfficer, decisions)[0].text.replace("tell you the ETA", "")
    assert told(said("omw 1", HAS_IT)) == [texts.eta_asked("K7Q")]
    assert told(said("ok 1", HAS_IT)) == [texts.confirmation_without_eta("K7Q")]
    assert told(said("ok 1", UNDER_WAY)) == [texts.confirmation_without_eta("K7Q", Going.UNDER_WAY)]


@pytest.mark.parametrize("text", ["omw in 10", "salgo en 10"])
def test_whoever_says_when_they_leave_is_not_on_the_way(text: str) -> None:
    """It may be when they are there: they have it, no officer hears a time, and they are asked for theirs."""
    decisions = said(text, callout())
    assert [assign.eta_at for assign in only(AssignSpecialist, decisions)] == [None]
    assert told(decisions) == [texts.confirmation_without_eta("K7Q")]
    assert not only(Stamp, decisions)
    assert not only(Stamp, said(text, HAS_IT))
    assert told(said(text, HAS_IT)) == [texts.confirmation_without_eta("K7Q")]
    assert told(said(text, UNDER_WAY)) == [texts.confirmation_without_eta("K7Q", Going.UNDER_WAY)]
    assert told(said(text, THERE)) == [texts.arrived_noted("K7Q")]


def test_a_clock_time_is_that_of_the_wall() -> None:
    """ "At 2:45" takes it, and the officer hears 02:45."""
    decisions = said("at 2:45", callout())
    assert only(AssignSpecialist, decisions)[0].eta_at == NIGHT + minutes(31)
    assert "ETA 02:45" in only(TextOfficer, decisions)[0].text


def test_the_eta_of_an_offer_is_noted() -> None:
    """Nobody waits for them, so only they hear of it."""
    decisions = said("20", OFFERED)
    assert only(WriteEta, decisions) == [WriteEta("ana", NOW + minutes(20))]
    assert [note.kind for note in only(Note, decisions)] == [NoteKind.ETA]
    assert not only(TextOfficer, decisions)


def test_whoever_was_passed_over_may_still_come() -> None:
    """On the way or there they have it if nobody else has, and are a partner otherwise."""
    assert only(AssignSpecialist, said("omw", PASSED_OVER))[0].role is AssignmentRole.PRIMARY
    assert only(AssignSpecialist, said("omw", PASSED_TO_BEN))[0].role is AssignmentRole.PARTNER
    assert [stamp.kind for stamp in only(Stamp, said("here", PASSED_OVER))] == [StampKind.ARRIVED]
    assert only(AssignSpecialist, said("here", PASSED_TO_BEN))[0].role is AssignmentRole.PARTNER
    assert only(AssignSpecialist, said("1", PASSED_TO_BEN))[0].role is AssignmentRole.OFFERED


def test_nobody_is_told_how_to_take_what_another_has() -> None:
    """What changes nothing is answered with how it stands."""
    assert told(said("call", PASSED_OVER)) == [asking.how_to_take_it("K7Q")]
    assert told(said("call", PASSED_TO_BEN)) == [texts.stand_down("K7Q", "Ben")]


def test_here_from_somebody_paged_stops_no_clock() -> None:
    """They hear how to take it, and what runs runs on."""
    assert said("here", callout()) == [text_to(ANA, Purpose.ANSWER, asking.how_to_take_it("K7Q"), NOW, asks=Take("c1"))]
    assert not only(Stamp, said("here", BENS))


@pytest.mark.parametrize("text", ["ok", "omw", "here"])
def test_any_word_from_the_scene_says_that_all_is_well(text: str) -> None:
    """The check begins again."""
    assert only(SetDeadline, said(text, THERE))[0].kind is DeadlineKind.CHECK_ON_SCENE
    assert not only(SetDeadline, said(text, LEFT)) or text == "here"


def test_call_rings_whoever_asks() -> None:
    """To join them with the officer; only somebody who is on it."""
    page = only(SendPage, said("call", UNDER_WAY))[0]
    assert (page.purpose, page.channel, page.to) == (Purpose.JOIN, Channel.VOICE, ANA.phone)
    assert not any(page.purpose is Purpose.JOIN for page in only(SendPage, said("call", BENS)))


# ---- what is asked back --------------------------------------------------------------------------------------------


def test_what_cannot_wait_rings_in_three_minutes() -> None:
    """Somebody waits for Ana, and it may have been a release or an arrival."""
    decisions = said("done", UNDER_WAY)
    assert only(SetDeadline, decisions) == [SetDeadline(DeadlineKind.CLEAR_UP, NOW + minutes(3), "ana")]
    assert told(decisions) == [asking.were_you_there("K7Q")]
    assert only(SetDeadline, said("flat tyre", UNDER_WAY))
    assert only(SetDeadline, said("hmm", UNDER_WAY))
    assert only(SetDeadline, said("hmm", LEFT))
    assert not only(SetDeadline, said("done", callout()))


def test_a_word_that_awaits_its_code() -> None:
    """Where it may have been a release or an arrival of somebody who is awaited, and nowhere else."""
    due_at = NOW + minutes(3)
    awaited = answering.await_clear_word(situation(UNDER_WAY), ANA, read("2"), NOW)
    assert awaited == [SetDeadline(DeadlineKind.LET_GO, NOW + minutes(1), "ana")]
    awaited = answering.await_clear_word(situation(UNDER_WAY), ANA, read("here"), NOW)
    assert awaited == [SetDeadline(DeadlineKind.CLEAR_UP, due_at, "ana")]
    assert answering.await_clear_word(situation(UNDER_WAY), ANA, read("omw"), NOW) == []


@pytest.mark.parametrize("text", ["2", "here"])
def test_whoever_names_the_call_out_that_we_asked_about_has_cleared_up_the_other(text: str) -> None:
    """Only what they were asked about, though, and as long as nothing else came from us: they wrote that they may not
    be well, or a NO, before the page of another call-out."""
    asked = SentText(Purpose.ANSWER, None, WhichCallOut(("K7Q", "M2R")), NOW - minutes(1), NOW - minutes(1))
    in_doubt = answering.await_clear_word(situation(UNDER_WAY), ANA, read(text), asked.decided_at)
    dropped = answering.meant_another(situation(UNDER_WAY, newest=asked), ANA, read("M2R 2"), NOW)

    def is_dropped(one: Decision) -> bool:
        assert isinstance(one, SetDeadline)
        drops = [drop for drop in only(DropDeadlines, dropped) if one.kind in drop.kinds]
        return any(drop.due_from is not None and drop.due_from <= one.due_at for drop in drops)

    assert [is_dropped(one) for one in in_doubt] == [True]
    before = asked.decided_at - minutes(1)
    assert [is_dropped(one) for one in answering.await_clear_word(situation(UNDER_WAY), ANA, read(text), before)] == [
        False
    ]
    for newest in (None, replace(asked, asks=None), replace(asked, callout="c1", asks=LetGo("c1", asked=True))):
        assert answering.meant_another(situation(UNDER_WAY, newest=newest), ANA, read("M2R 2"), NOW) == []
    again = answering.await_clear_word(situation(UNDER_WAY, newest=asked), ANA, read(text), NOW)
    assert not only(DropDeadlines, again), "whoever writes it again and again is rung all the same"


@pytest.mark.parametrize("text", ["omw 20", "oops not yet", "wrong place, nobody here", "eta 20", "20", "here in 5"])
def test_what_takes_a_here_back(text: str) -> None:
    """Minutes after HERE it says that they are not there: a person must ask."""
    there = taken(status=Status.ON_SCENE, en_route_at=NIGHT, arrived_at=NOW - minutes(9))
    decisions = said(text, there)
    deadline = SetDeadline(DeadlineKind.CLEAR_UP, NOW + minutes(3), "ana")
    promised = asking.if_not_there("K7Q").kept_by(deadline)
    assert told(decisions) == [promised]
    assert only(SetDeadline, decisions) == [deadline]
    long_there = taken(status=Status.ON_SCENE, en_route_at=NIGHT, arrived_at=NOW - minutes(10))
    assert told(said(text, long_there)) != [promised]


@each(text=["still with her, dcfs eta 20 min, waiting for the", "all good here, waiting on dcfs eta 20 but"])
def test_nobody_is_promised_a_call_who_is_well(text: str) -> None:
    """A partner's ETA takes no HERE back from somebody who certainly is there, so nothing would ring."""
    there = taken(status=Status.ON_SCENE, en_route_at=NIGHT, arrived_at=NOW - minutes(5))
    decisions = said(text, there)
    assert "coordinator" not in told(decisions)[0]
    assert not only(SetDeadline, decisions)


@pytest.mark.parametrize("text", ["omw", "ok", "1", "here", "done"])
def test_what_goes_with_a_here(text: str) -> None:
    """A text that was late, or an "ok", says nothing against it."""
    there = taken(status=Status.ON_SCENE, en_route_at=NIGHT, arrived_at=NOW - minutes(1))
    assert not only(AlarmCoordinators, said(text, there))


def test_home_minutes_after_here_closes_nothing() -> None:
    """Nobody is home so soon."""
    there = taken(status=Status.ON_SCENE, en_route_at=NIGHT, arrived_at=NOW - minutes(9))
    decisions = said("home", there)
    assert not moves(decisions)
    assert "DONE when you have left, HOME when safe at home" in told(decisions)[0]
    assert only(AlarmCoordinators, decisions)
    assert not only(SetDeadline, decisions)


def test_the_way_once_more() -> None:
    """Whoever asks where to go gets the link again."""
    (page,) = only(SendPage, said("where do I go?", UNDER_WAY))
    assert (page.with_link, page.text) == (True, texts.the_way_once_more("K7Q"))


def test_thanks_are_not_answered() -> None:
    """From nowhere."""
    assert said("thanks", callout()) == said("gracias", UNDER_WAY) == []


@pytest.mark.parametrize("text", ["here", "i'm here", "eta 20", "omw", "K7Q no", "ok 20"])
def test_a_clear_word_clears_it_up(text: str) -> None:
    """Whatever Ana says next that says how it stands with her, nobody is rung."""
    drops = only(DropDeadlines, said(text, UNDER_WAY))
    assert any(DeadlineKind.CLEAR_UP in drop.kinds and drop.person == "ana" for drop in drops)


@pytest.mark.parametrize("about", [HAS_IT, UNDER_WAY, THERE, LEFT], ids=["has it", "under way", "there", "left"])
@pytest.mark.parametrize("text", ["ok", "yes", "vale", "call", "help", "hmm"])
def test_a_yes_clears_up_nothing(text: str, about: CallOut) -> None:
    """Behind "HERE if you are there" an "ok" says neither that they are nor that they are not."""
    assert not any(DeadlineKind.CLEAR_UP in drop.kinds for drop in only(DropDeadlines, said(text, about)))


_BEN_LEFT = callout(Status.CLEARED, assigned("ben", en_route_at=NIGHT, arrived_at=NIGHT, cleared_at=NIGHT))
_ALL_LEFT = {
    "stood down": _BEN_LEFT,
    "offered": replace(_BEN_LEFT, assignments=(*_BEN_LEFT.assignments, assigned("ana", AssignmentRole.OFFERED))),
    "passed over": replace(_BEN_LEFT, passed_over=frozenset({"ana"})),
}


@pytest.mark.parametrize("about", _ALL_LEFT.values(), ids=_ALL_LEFT)
@pytest.mark.parametrize("text", ["1", "1 25", "ok", "omw", "omw 20", "eta 20", "L 40"])
def test_nobody_is_sent_where_everybody_has_left(text: str, about: CallOut) -> None:
    """Ben's DONE came before it; his HOME has yet to come."""
    decisions = said(text, about)
    assert told(decisions) == [texts.everybody_has_left("K7Q")]
    assert len(decisions) == 1


@pytest.mark.parametrize("about", _ALL_LEFT.values(), ids=_ALL_LEFT)
@pytest.mark.parametrize("text", ["here", "i'm here", "still here"])
def test_whoever_says_here_where_everybody_has_left_may_be_there(text: str, about: CallOut) -> None:
    """Coordinators read it, and nobody is asked to drive there first."""
    decisions = said(text, about)
    (answered,) = told(decisions)
    assert "Everybody has left the scene of K7Q" in answered
    assert "OMW" not in answered
    assert only(AlarmCoordinators, decisions)
    assert not only(Stamp, decisions) + only(AssignSpecialist, decisions)


def test_coordinators_are_rung_about_whoever_may_be_there_alone() -> None:
    """Ana had lost it by silence, and arrives when Ben has left: by text nobody could ask her whether all is well."""
    kinds = [one.kind for one in only(SetDeadline, said("here", _ALL_LEFT["passed over"]))]
    assert kinds == [DeadlineKind.CLEAR_UP]


@pytest.mark.parametrize("about", _ALL_LEFT.values(), ids=_ALL_LEFT)
@pytest.mark.parametrize("text", ["help", "hmm", "thanks!!", "maybe i can take it"])
def test_nobody_is_invited_where_everybody_has_left(text: str, about: CallOut) -> None:
    assert not [answered for answered in told(said(text, about)) if "OMW" in answered or "?" in answered]


@pytest.mark.parametrize("text", ["I'm here", "aquí estoy"])
def test_im_here_may_be_im_awake(text: str) -> None:
    """Only from somebody under way it is an arrival; whoever has it is asked, and it cannot wait."""
    decisions = said(text, HAS_IT)
    assert told(decisions) == [asking.here_if_there("K7Q")]
    assert only(SetDeadline, decisions) == [SetDeadline(DeadlineKind.CLEAR_UP, NOW + minutes(3), "ana")]
    assert only(AlarmCoordinators, decisions)
    assert told(said(text, PASSED_OVER)) == [asking.asked_back(asking.say_when_passed_over("K7Q"))]
    for about in (BENS, OFFERED):
        assert told(said(text, about)) == [asking.here_if_there_too("K7Q", "Ben")]
    for about in (HAS_IT, PASSED_OVER, PASSED_TO_BEN, BENS, OFFERED, callout()):
        assert not only(Stamp, said(text, about))
        assert not only(AssignSpecialist, said(text, about))
    assert [stamp.kind for stamp in only(Stamp, said(text, UNDER_WAY))] == [StampKind.ARRIVED]


@pytest.mark.parametrize("text", ["all clear", "todo listo", "I'm ready", "lista para salir", "ready"])
def test_all_clear_at_the_scene_is_not_done(text: str) -> None:
    """Safe, ready or gone: nobody has left, and DONE says so."""
    decisions = said(text, THERE)
    assert told(decisions) == [asking.asked_back(asking.say_when_there("K7Q"))]
    assert "DONE when you have left" in told(decisions)[0]
    assert not only(Stamp, decisions)


@pytest.mark.parametrize("text", ["10-97", "10-23", "10-8"])
@pytest.mark.parametrize("about", EVERYWHERE, ids=lambda about: position_of(about, "ana"))
def test_the_codes_of_the_police_are_asked_back(text: str, about: CallOut) -> None:
    """They are no ETA, and mean one thing here and another there."""
    decisions = said(text, about)
    assert not only(AssignSpecialist, decisions) + only(Stamp, decisions) + only(WriteEta, decisions)
    assert only(AlarmCoordinators, decisions)
    rung = any(deadline.kind is DeadlineKind.CLEAR_UP for deadline in only(SetDeadline, decisions))
    assert rung == (about in (HAS_IT, UNDER_WAY, THERE, LEFT))


@each(
    about=EVERYWHERE,
    text=["ok but he has a gun", "1 not safe here", "no, shots fired", "aquí, está armado", "listo, me siguen"],
)
def test_beside_a_cry_nothing_else_is_done(text: str, about: CallOut) -> None:
    """It rings, and nothing is taken, let go, reached or left by what stands beside it."""
    decisions = said(text, about)
    assert [alarm.kind for alarm in only(AlarmCoordinators, decisions)] == [AlarmKind.DANGER]
    assert not [
        one
        for one in decisions
        if isinstance(one, AssignSpecialist | ReleaseSpecialist | MarkDeclined | Stamp | MoveTo | WriteEta)
    ]


@pytest.mark.parametrize("about", EVERYWHERE, ids=lambda about: position_of(about, "ana"))
def test_help_names_whom_to_ring(about: CallOut) -> None:
    """Where there is a number to ring, in both languages."""
    with_number = replace(situation(about), contact_phone="+12135550100")
    (answered,) = only(SendPage, answer(with_number, ANA, read("help"), NOW))
    assert answered.text.endswith("Or call +12135550100.")
    spanish = replace(ANA, texts_in=Language.SPANISH)
    (answered,) = only(SendPage, answer(with_number, spanish, read("opciones"), NOW))
    assert answered.text.endswith("O llame al +12135550100.")
    assert "call" not in told(said("help", about))[0]


@pytest.mark.parametrize("about", [THERE, LEFT], ids=["there", "left"])
def test_a_no_from_the_scene_rings_in_three_minutes(about: CallOut) -> None:
    """They were asked whether all is well, or whether they are safe at home. A clear word is in time."""
    decisions = said("no", about)
    assert only(SetDeadline, decisions) == [SetDeadline(DeadlineKind.CLEAR_UP, NOW + minutes(3), "ana")]
    text = alarms.still_unclear("K7Q", "Ana", ANA.phone)
    alarm = AlarmCoordinators(text, kind=AlarmKind.STILL_UNCLEAR, person="ana", said_at=NOW - minutes(3))
    assert only(AlarmCoordinators, deadlines.meet(situation(about), DeadlineKind.CLEAR_UP, "ana", 1, NOW)) == [alarm]
    assert DropDeadlines(UNCLEAR, "ana") in said("home", about)


@pytest.mark.parametrize("text", ["ok thanks", "👍", "gracias, vale"])
def test_politeness_after_a_no_takes_nothing_back(text: str) -> None:
    """They hear how to take it after all, and paging goes on."""
    assert said(text, DECLINED) == [text_to(ANA, Purpose.ANSWER, asking.how_to_take_it("K7Q"), NOW, asks=Take("c1"))]
    assert said(text, BENS) == [text_to(ANA, Purpose.ANSWER, texts.stand_down("K7Q", "Ben"), NOW)]
    assert only(AssignSpecialist, said("K7Q 1", DECLINED))


@pytest.mark.parametrize("text", ["help", "call", "hmm"])
def test_what_says_nothing_clears_nothing_up(text: str) -> None:
    """Whoever asks, or says nothing that we understand, is still awaited."""
    assert not only(DropDeadlines, said(text, UNDER_WAY))


def test_coordinators_are_rung_when_no_clear_word_follows() -> None:
    """Once; and not any more when Ana has arrived meanwhile, or is off it."""
    rung = deadlines.meet(situation(UNDER_WAY), DeadlineKind.CLEAR_UP, "ana", 1, NOW)
    text = alarms.still_unclear("K7Q", "Ana", ANA.phone)
    alarm = AlarmCoordinators(text, kind=AlarmKind.STILL_UNCLEAR, person="ana", said_at=NOW - minutes(3))
    assert only(AlarmCoordinators, rung) == [alarm]
    assert any(DeadlineKind.CLEAR_UP in drop.kinds for drop in only(DropDeadlines, said("here", UNDER_WAY)))
    assert deadlines.meet(situation(BENS), DeadlineKind.CLEAR_UP, "ana", 1, NOW) == []


def test_the_same_words_again_reach_coordinators_once() -> None:
    """A phone that answers by itself is answered once; somebody who says 2 again is asked again."""
    assert answer(situation(UNDER_WAY), ANA, read("I am driving"), NOW, said_before=True) == []
    question = SentText(Purpose.QUESTION, "c1", LetGo("c1", asked=True), NOW, NOW)
    asked = answer(situation(UNDER_WAY, newest=question), ANA, read("2"), NOW, said_before=True)
    assert [page.text for page in only(SendPage, asked)] == [asking.no_or_eta("K7Q")]
    assert not only(AlarmCoordinators, asked)


# ---- danger --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("about", [callout(), BENS, UNDER_WAY, THERE, LEFT])
def test_a_cry_for_help_rings_at_once_and_again(about: CallOut) -> None:
    """From whoever and wherever; the first alarm shows the words, and whoever cries hears to call 911."""
    decisions = said("help me, 400 W Broadway", about)
    text = alarms.danger("K7Q", "Ana", ANA.phone, said="help me, 400 W Broadway")
    assert text.endswith('"help me, 400 W Broadway".')
    cry = AlarmCoordinators(text, kind=AlarmKind.DANGER, person="ana", said_at=NOW)
    assert only(AlarmCoordinators, decisions) == [cry]
    assert SetDeadline(DeadlineKind.DANGER, NOW + minutes(2), "ana", 2) in decisions
    assert told(decisions) == [texts.DANGER_HEARD]
    again = deadlines.meet(situation(about), DeadlineKind.DANGER, "ana", 2, NOW)
    without_words = alarms.danger("K7Q", "Ana", ANA.phone)
    assert only(AlarmCoordinators, again) == [replace(cry, text=without_words, said_at=None)]
    assert only(SetDeadline, again) == [SetDeadline(DeadlineKind.DANGER, NOW + minutes(2), "ana", 3)]


def test_a_cry_of_somebody_who_left_the_roster_goes_on() -> None:
    """They are named as they were known."""
    gone = answering.danger_goes_on(situation(UNDER_WAY, roster(CORA)), "ana", 2, NOW)
    assert only(AlarmCoordinators, gone)[0].text.startswith("DANGER K7Q: ana may be in danger")


def test_a_cry_outlives_its_call_out_and_says_of_nobody_that_they_come() -> None:
    """Once it is over, or whoever had it has left, nobody is on the way."""
    for about in (taken(status=Status.CLOSED), taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT)):
        open_ = situation(about, alarms=[alarm(AlarmKind.DANGER)])
        (cry,) = only(AlarmCoordinators, answering.danger_goes_on(open_, None, 2, NOW))
        assert cry.text == alarms.danger("K7Q", "the officer", OFFICER)


def test_an_officer_in_danger() -> None:
    """The officer who called is heard as well, and answered."""
    decisions = answering.officer_in_danger(situation(BENS), NOW, read(""))
    comes = agency_texts.who_comes("Ben")
    text = alarms.danger("K7Q", "the officer", OFFICER, comes)
    told_them = AlarmCoordinators(text, kind=AlarmKind.DANGER, said_at=NOW)
    assert only(AlarmCoordinators, decisions) == [told_them]
    told, *to_ben = only(SendPage, decisions)
    assert (told.to, told.text) == (OFFICER, texts.DANGER_HEARD)
    assert [(page.person, page.channel) for page in to_ben] == [("ben", Channel.SMS), ("ben", Channel.VOICE)]
    again = deadlines.meet(situation(BENS, alarms=[alarm(AlarmKind.DANGER)]), DeadlineKind.DANGER, None, 2, NOW)
    assert only(AlarmCoordinators, again) == [replace(told_them, said_at=None)]
    too = answering.officer_in_danger_too(situation(BENS), NOW, read(""))
    assert too == [one for one in decisions if one is not told]


@each(
    about=[
        callout(status=Status.CLOSED),
        taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT),
    ]
)
def test_an_officer_in_danger_where_nobody_goes_any_more(about: CallOut) -> None:
    """Nobody need hear of another call-out of theirs that all have left."""
    assert answering.officer_in_danger_too(situation(about), NOW, read("")) == []


@each(
    said=["ok", "👍", "1", "omw", "leaving in 5", "eta 25", "vale", "voy", "salgo en 5", "where", "dónde"],
    about=[taken(), taken(en_route_at=NIGHT, status=Status.EN_ROUTE)],
)
def test_nobody_is_sent_on_while_the_officer_is_in_danger(said: str, about: CallOut) -> None:
    """An ok to "stay away" is not answered with the way there, nor with "drive safely"; what it does, it does."""
    before, cry = NOW - minutes(1), alarm(AlarmKind.DANGER, person=None)
    news = SentText(Purpose.CONFIRMATION, "c1", None, before, before, subject=Subject.STAY_AWAY)
    calm, cries = situation(about, newest=news), situation(about, newest=news, alarms=[cry])
    told = only(SendPage, answer(cries, ANA, read(said), NOW))
    assert [(page.text, page.with_link) for page in told] == [(texts.stay_away("K7Q", CORA.phone), True)]
    others = [one for one in answer(calm, ANA, read(said), NOW) if not isinstance(one, SendPage)]
    heard = [DropDeadlines(frozenset({DeadlineKind.STAY_AWAY}), "ana")] if said in {"ok", "👍", "vale"} else []
    crosses_it = situation(about, newest=news, alarms=[replace(cry, opened_at=NOW)])
    assert heard == [] or heard[0] not in answer(crosses_it, ANA, read(said), NOW)
    assert [one for one in answer(cries, ANA, read(said), NOW) if not isinstance(one, SendPage)] == [*others, *heard]
    hers = situation(about, alarms=[alarm(AlarmKind.DANGER, person="ana")])
    assert answer(hers, ANA, read(said), NOW) == answer(calm, ANA, read(said), NOW)


# ---- a time that is guessed, and a Y that comes late ---------------------------------------------------------------


@each(
    kind=(AlarmKind.DANGER, AlarmKind.SCENE_UNSAFE, None),
    text=("yes around 5", "omw around 5"),
    language=Language,
)
def test_the_question_about_an_eta_takes_the_place_of_the_confirmation_only(
    kind: AlarmKind | None, text: str, language: Language
) -> None:
    """Whoever took it with "around 5" while the officer cried was rung with "is your ETA 05:00?", and any key on that
    call said that they had heard to stay away."""
    ana = replace(ANA, texts_in=language)
    alarms_ = [alarm(kind, person=None)] if kind else []
    about = situation(callout(), roster(ana, BEN), alarms=alarms_)
    about = about if kind else has_moved(about)
    plain, guessed = (only(SendPage, answer(about, ana, read(said), NOW)) for said in ("1", text))
    confirmed, *told = [one for one in guessed if one.person == "ana"]
    assert isinstance(confirmed.asks, Confirm)
    assert told
    assert told == [one for one in plain if one.person == "ana"][1:]


@each(text=("yes around 5", "omw around 5"))
def test_whoever_does_not_get_it_is_asked_nothing_about_an_eta(text: str) -> None:
    """Ana lost it by silence, and Ben has it: she had read "You have it"."""
    about = situation(callout(Status.ACKNOWLEDGED, assigned("ben"), passed_over=frozenset({"ana"})))
    (told,) = [one for one in only(SendPage, answer(about, ANA, read(text), NOW)) if one.person == "ana"]
    assert "Ben" in told.text
    assert not isinstance(told.asks, Confirm)


@each(
    about=(callout(), HAS_IT, UNDER_WAY),
    guessed=(Guessed.ETA, Guessed.TAKES, Guessed.LEAVES),
)
def test_a_y_to_a_time_that_has_passed_tells_nobody_of_it(about: CallOut, guessed: Guessed) -> None:
    """A driver answers at the next red light: the officer had read an ETA of five minutes ago."""
    asked = SentText(Purpose.ANSWER, "c1", Confirm("c1", guessed, NOW - minutes(5)), NIGHT, NIGHT)
    decisions = answer(situation(about, newest=asked), ANA, read("Y"), NOW)
    assert not only(WriteEta, decisions)
    assert [one.eta_at for one in only(AssignSpecialist, decisions) if one.eta_at] == []
    plain = read("OMW" if guessed is Guessed.LEAVES else "Y")
    assert moves(decisions) == moves(answer(situation(about), ANA, plain, NOW))


@each(
    stands=((callout(), Guessed.CANNOT), (UNDER_WAY, Guessed.THERE), (THERE, Guessed.LEFT), (LEFT, Guessed.HOME)),
    late=(False, True),
)
def test_a_y_ends_nothing_once_another_text_was_read_last(stands: tuple[CallOut, Guessed], late: bool) -> None:
    """Two texts cross: the page that says how to take it comes to the phone a minute after "not going? Reply Y"."""
    about, guessed = stands
    came = NOW - minutes(1) if late else NIGHT
    asked = SentText(Purpose.ANSWER, "c1", Confirm("c1", guessed), NIGHT, NOW - minutes(2))
    another = SentText(Purpose.PAGE, "c1", Take("c1"), NIGHT, came, came=True)
    decisions = answer(situation(about, newest=(asked, another)), ANA, read("Y"), NOW)
    acted = bool(only(MarkDeclined, decisions) or only(Stamp, decisions))
    assert acted is not late
    assert not only(AssignSpecialist, decisions)
