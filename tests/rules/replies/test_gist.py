"""What a text most likely means, where no table knows: it is said back, and acts only with a phrase of the tables."""

import pytest

from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    MarkDeclined,
    SendPage,
    SetDeadline,
    Stamp,
    TextOfficer,
    WriteEta,
)
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import Confirm, Guessed, Purpose, SentText
from dispatch.rules.reader.gist import Gist, gist_weights, likeliest, make_ready, shares_of
from dispatch.rules.reader.plain_questions import asking_of
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.replies import alarm_replies, conversation, guesses, officers
from dispatch.rules.replies.alarm_replies import AlarmWord
from dispatch.rules.replies.answering import answer
from dispatch.rules.replies.matrix import ASKS_BACK, Position, meaning
from dispatch.rules.wording import asking, texts
from tests.each import each
from tests.rules.replies.natural import acts_of
from tests.rules.replies.natural.fresh import NOW, STANDS, Became, FreshLine
from tests.rules.replies.natural.fresh.judging import became
from tests.rules.situations import ANA, CORA, NIGHT, ROSTER, alarm, assigned, callout, minutes, only, situation
from tools import train_guesses

_UNSEEN = 0.9
"""What is understood, or asked back with the right guess, of texts that no guess was trained on."""
_OF_SPECIALISTS = {
    "paged": Position.PAGED,
    "has_it": Position.HAS_IT,
    "under_way": Position.UNDER_WAY,
    "there": Position.THERE,
    "left": Position.LEFT,
    "passed_over": Position.PASSED_OVER,
}


def unseen() -> list[FreshLine]:
    found = []
    for position in train_guesses.POSITIONS:
        file = train_guesses.TEXTS / "unseen" / f"{position}.tsv"
        pairs = (line.split("\t", 1) for line in file.read_text("utf-8").splitlines())
        found += [FreshLine(position, meant, text) for meant, text in pairs]
    return found


def test_no_unclear_text_waits_for_the_weights() -> None:
    """They are read as the service starts. A quarter of a second later nothing else could be written meanwhile."""
    gist_weights.cache_clear()
    make_ready()
    assert gist_weights.cache_info().currsize == 1


def test_no_text_that_judges_is_learned_from() -> None:
    """Otherwise they would say nothing of what a new text meets."""
    learned = {one.text for one in train_guesses.examples()}
    judging = {line.text for line in unseen()}
    assert len(judging - learned) >= 0.95 * len(judging), sorted(judging & learned)


def test_texts_that_nobody_trained_on_are_understood() -> None:
    """As meant, or asked back with the right guess; and nothing happens that was not meant."""
    found = [(became(line), line.position, line.meant, line.text) for line in unseen()]
    assert not [one for one in found if one[0] is Became.NEVER]
    missed = [one for one in found if not one[0].is_right]
    assert len(missed) <= (1 - _UNSEEN) * len(found), missed


def test_the_weights_alone_never_act() -> None:
    """Where no phrase of the tables and no time stands in a text, it changes nothing, however sure they are. It may
    ring."""
    for line in unseen():
        if line.position not in STANDS:
            continue
        about, now = STANDS[line.position][0], NOW[line.position]
        reply = read(line.text)
        mine = about.assignment_of("ana")
        meant = meaning(reply, _OF_SPECIALISTS[line.position], now, arrived_at=mine.arrived_at if mine else None)
        nothing = not reply.mentions and reply.number is None and not asking_of(reply).times
        if meant.effect in ASKS_BACK and nothing:
            assert acts_of(answer(situation(about), ANA, reply, now)) <= {"danger"}, line.text


@each(
    said=[
        ("paged", "I got it, coming from Pomona so like 40 min", "take"),
        ("paged", "cant. kiddo has 103 temp and im solo tonite", "no"),
        ("paged", "2 im so sorry i have been throwing up since ten", "no"),
        ("paged", "I'll take it if nobody else does", None),
        ("paged", "i can do it but should i bring clothes?", None),
        ("paged", "Si en 10 min nadie lo agarra pues ya voy yo", None),
        ("has_it", "ok heading out the door now", "omw"),
        ("has_it", "como en 20 minutitos llego", "eta"),
        ("has_it", "putting shoes on, out the door in 5", None),
        ("has_it", "waiting on my mom to get here for the kids, leaving in 10", None),
        ("under_way", "been here since 0228. forgot to tell you", "here"),
        ("under_way", "405 is closed at Wilmington gonna be 15 more", None),
        ("under_way", "me tocó el tren otra vez, gimme 8 min extra", None),
        ("there", "ya terminamos, ya me voy pa la casa", "done"),
        ("there", "like 10 more min then done", None),
        ("left", "Been home, forgot to text. My bad!", "home"),
        ("left", "almost home, in my neighborhood", None),
        ("left", "the child is at home", None),
        ("left", "todos en casa", None),
        ("paged", "no estoy en camino", None),
    ]
)
def test_what_two_witnesses_say_acts_at_once(said: tuple[str, str, str | None]) -> None:
    """A phrase of the tables, and nearly all who ever wrote like it. What sets a condition, or is of later, is said
    back; people read the words in any case."""
    position, text, act = said
    decisions = answer(situation(STANDS[position][0]), ANA, read(text), NOW[position])
    found = {one.partition(" ")[0] for one in acts_of(decisions)}
    assert (act in found) if act else not found
    assert any(one.but == "ana" for one in only(AlarmCoordinators, decisions))


def test_a_danger_word_rings_whatever_the_gist() -> None:
    """The tables hear it first, and no guess is asked before."""
    for text in ("SOS but all is fine, I'm home, thanks", "not safe. leaving now, done here, going home"):
        for about in (callout(), *STANDS["there"], *STANDS["left"]):
            kinds = {one.kind for one in only(AlarmCoordinators, answer(situation(about), ANA, read(text), NIGHT))}
            assert AlarmKind.DANGER in kinds


def test_a_cry_in_words_that_no_table_has_rings() -> None:
    """It is not understood, and looks like a cry."""
    text = "two men are surrounding my car"
    assert read(text).word is Word.UNCLEAR
    kinds = {one.kind for one in only(AlarmCoordinators, answer(situation(callout()), ANA, read(text), NIGHT))}
    assert AlarmKind.DANGER in kinds


@each(
    text=[
        *("he can't", "if Ben cant", "she won't", "no entendí", "no te entiendo", "who can't?", "don't understand"),
        *("they said no beds at the shelter", "dice que no puede", "ellos no contestan"),
    ]
)
def test_a_refusal_has_its_writer_as_subject(text: str) -> None:
    """Each had declined, for somebody who asked what it was about or spoke of another."""
    decisions = answer(situation(callout()), ANA, read(text), NIGHT)
    assert not only(MarkDeclined, decisions)
    assert not any(isinstance(page.asks, Confirm) for page in only(SendPage, decisions)), "nor is it said back"


@each(text=["still with her. he put his hands on me", "all good! she's turning blue", "with her\nhe grabbed me"])
def test_calm_words_outweigh_no_sentence_that_is_none(text: str) -> None:
    """What came before it had kept anybody from being rung."""
    assert not guesses.is_all_well(read(text), Position.THERE)
    assert guesses.is_all_well(read("still with her, waiting on DCFS"), Position.THERE)


@each(text=["around 4ish", "yes around 4ish", "4ish", "about 4", "como 4"])
def test_about_an_hour_that_is_near_is_said_back(text: str) -> None:
    """At 2:14 it may be four o'clock; the officer read 2:18."""
    hers = situation(callout(Status.ACKNOWLEDGED, assigned("ana")))
    decisions = answer(hers, ANA, read(text), NIGHT)
    assert not only(TextOfficer, decisions)
    assert any(isinstance(page.asks, Confirm) for page in only(SendPage, decisions))
    assert only(TextOfficer, answer(hers, ANA, read("about 9"), NIGHT)), "in nine minutes"


@each(text=["Do not disturb is on", "Sorry, I can't talk right now.", "Can't say no to a kid. Going."])
def test_a_not_that_refuses_nothing_is_asked_back(text: str) -> None:
    """It had been a refusal, and the next was paged."""
    decisions = answer(situation(callout()), ANA, read(text), NIGHT)
    assert not only(MarkDeclined, decisions)
    assert only(SendPage, decisions)


@each(
    text=[
        "Can someone phone me please I don't do well with texting",
        "not asleep anyway lol. mine",
        "stop texting me at this hour, I am no longer with this organization",
        "I'd be ashamed to say no to a child",
        "can my trainee come along or is that a no",
    ]
)
def test_a_no_among_other_words_that_refuses_nothing(text: str) -> None:
    """Each had been a refusal while its writer was paged, and the next was paged."""
    assert not only(MarkDeclined, answer(situation(callout()), ANA, read(text), NIGHT))


@pytest.mark.parametrize("text", ["I see it", "Received", "👀"])
def test_whoever_has_only_read_the_page_hears_how_to_take_it(text: str) -> None:
    """They have not said yes, and nothing is guessed of them."""
    pages = only(SendPage, answer(situation(callout()), ANA, read(text), NIGHT))
    assert [page.text for page in pages if page.person == "ana"] == [asking.how_to_take_it("K7Q")]


@pytest.mark.parametrize(
    ("position", "text", "said"),
    [
        ("has_it", "10-97", "are you there? Reply Y"),
        ("under_way", "10-97", "are you there? Reply Y"),
        ("has_it", "10-8 en route", "on your way? Reply Y"),
        ("there", "10-7 at residence", "home"),
    ],
)
def test_radio_talk_is_said_back(position: str, text: str, said: str) -> None:
    """10-97 is "arrived", 10-8 "in service", 10-7 at home the end of it."""
    for about in STANDS[position]:
        pages = only(SendPage, answer(situation(about), ANA, read(text), NOW[position]))
        assert any(said in page.text for page in pages), [page.text for page in pages]


def test_a_child_who_was_picked_up_by_others_is_moved() -> None:
    """It sounds like the end of it; coordinators are rung with the words, and whoever drives hears of it."""
    text = "The girl got picked up by LAPD, they have her over at 77th now"
    assert not officers.calls_off(read(text))
    about = STANDS["under_way"][0]
    decisions = officers.hear(situation(about), "+15625550177", read(text), off=False, heard=0, now=NIGHT)
    assert [one.kind for one in only(AlarmCoordinators, decisions)] == [AlarmKind.OFFICER_CALLS]
    assert only(SendPage, decisions)
    assert officers.calls_off(read("cancel, mom picked her up"))


@pytest.mark.parametrize("text", ["recibido", "recibido, gracias", "received"])
def test_a_coordinator_who_has_read_an_alarm_does_not_have_it(text: str) -> None:
    """The same word takes a call-out from whoever is paged."""
    raised = alarm(AlarmKind.CHAIN_ENDED, opened_at=NIGHT)
    told = {raised.id: NIGHT}
    heard = alarm_replies.read(read(text), "cora", [raised], ROSTER, NIGHT, told=told, asked=False)
    assert not isinstance(heard, AlarmWord)


def test_how_long_somebody_has_been_there_is_no_eta() -> None:
    """It was believed beside what sounds like a cry."""
    about = STANDS["under_way"][0]
    text = "Sorry it took so long, he grabbed me as I walked in, I have been with the young lady about ten minutes"
    assert not only(WriteEta, answer(situation(about), ANA, read(text), NOW["under_way"]))


def test_an_officer_who_asks_is_not_told_that_it_is_off() -> None:
    """A question that looks like the end of it is a question."""
    assert not officers.calls_off(read("can parents be present"))


def test_all_that_may_be_meant_adds_up() -> None:
    """Shares are of what somebody in this position may mean, and of nothing else."""
    for position in train_guesses.POSITIONS:
        shares = shares_of(read(""), position)
        assert sum(shares.values()) == pytest.approx(1)
        assert likeliest(read(""), position)[0] in shares
    assert Gist.CANCEL not in shares_of(read("cancel"), "paged")
    assert set(gist_weights().said_by) == set(train_guesses.POSITIONS)


@pytest.mark.parametrize(
    ("position", "text", "not_asked"),
    [
        ("has_it", "no en camino", "on your way?"),
        ("has_it", "never on my way", "on your way?"),
        ("has_it", "not omw", "on your way?"),
        ("under_way", "no en camino", "on your way?"),
        ("under_way", "haven't arrived", "are you there?"),
        ("under_way", "no he llegado", "are you there?"),
        ("there", "never got home", "safe at home?"),
        ("there", "didn't leave", "have you left"),
    ],
)
def test_the_opposite_of_what_is_said_is_not_asked(position: str, text: str, not_asked: str) -> None:
    """A Y to it would be as wrong as the question."""
    for about in STANDS[position]:
        pages = only(SendPage, answer(situation(about), ANA, read(text), NOW[position]))
        assert not any(not_asked in page.text for page in pages), [page.text for page in pages]


def test_a_no_before_what_is_so_denies_nothing() -> None:
    """It answers something else."""
    about = STANDS["has_it"][0]
    for text in ("No, on my way", "no im on my way"):
        pages = only(SendPage, answer(situation(about), ANA, read(text), NOW["has_it"]))
        assert any("on your way? Reply Y" in page.text for page in pages), text


@pytest.mark.parametrize("text", ["I left the", "just drove to my", "estoy en el"])
def test_of_a_text_that_is_cut_off_nothing_is_guessed(text: str) -> None:
    """Nobody knows what it would have said."""
    for position in ("has_it", "under_way", "there"):
        about = STANDS[position][0]
        pages = only(SendPage, answer(situation(about), ANA, read(text), NOW[position]))
        assert not any("Reply Y" in page.text for page in pages), [page.text for page in pages]


def test_a_bare_97_is_no_time() -> None:
    """Police say it once they are there. It had been told to the officer as an ETA in 97 minutes."""
    about, now = STANDS["under_way"][0], NOW["under_way"]
    for text in ("97", "K7Q 97"):
        decisions = answer(situation(about), ANA, read(text), now)
        assert not only(WriteEta, decisions)
        assert any("are you there? Reply Y" in page.text for page in only(SendPage, decisions))
    for text in ("97 min", "ETA 97"):
        assert only(WriteEta, answer(situation(about), ANA, read(text), now)), text


_RINGS_BACK = {"danger", "not_ok", "call_me", "let_go", "not_there", "arrived", "home", "eta"}


@pytest.mark.costs(8)
def test_nobody_is_rung_where_all_is_well_and_no_cry_falls_silent() -> None:
    """Of all texts that we have, from somebody who is awaited or there, none that may be a cry, a release or an arrival
    is taken for word that all is well."""
    calm = {"HAS_IT": 0, "UNDER_WAY": 0, "THERE": 0}
    for folder in ("training", "fresh", "unseen"):
        for name in ("has_it", "under_way", "there"):
            position = _OF_SPECIALISTS[name]
            for line in (train_guesses.TEXTS / folder / f"{name}.tsv").read_text("utf-8").splitlines():
                meant, _, text = line.partition("\t")
                what = meant.partition("+")[0].partition(":")[0]
                if what in _RINGS_BACK:
                    assert not guesses.is_all_well(read(text), position), text
                elif what in {"ack", "still_here"}:
                    calm[position.name] += guesses.is_all_well(read(text), position)
    assert all(count >= _CALM for count in calm.values()), calm


_CALM = 30


@pytest.mark.parametrize(
    ("position", "text"),
    [
        ("there", "Still with her, she's not talking yet"),
        ("there", "Sigo aquí con ella"),
        ("there", "All fine honey, I am sitting with her and we are watching cartoons on my phone so I may not answer"),
    ],
)
def test_word_that_all_is_well_rings_nobody(position: str, text: str) -> None:
    """Coordinators read it, and it is asked back; each had rung them three minutes later."""
    about = STANDS[position][0]
    decisions = answer(situation(about), ANA, read(text), NOW[position])
    assert only(AlarmCoordinators, decisions)
    assert DeadlineKind.CLEAR_UP not in {one.kind for one in only(SetDeadline, decisions)}
    unknown = answer(situation(about), ANA, read(f"{text}, zorblax"), NOW[position])
    assert DeadlineKind.CLEAR_UP in {one.kind for one in only(SetDeadline, unknown)}, "whatever the weights say"


def test_nothing_is_calm_that_says_but() -> None:
    """ "Still here" outweighed what stood behind it, and nobody was rung."""
    text = "Still here but I don't feel good, my sugar is low and I'm shaking a bit"
    decisions = answer(situation(STANDS["there"][0]), ANA, read(text), NOW["there"])
    assert DeadlineKind.CLEAR_UP in {one.kind for one in only(SetDeadline, decisions)}


def test_like_3_may_be_a_time_on_the_wall() -> None:
    """It had been told to the officer as an ETA in three minutes."""
    about, now = STANDS["under_way"][0], NOW["under_way"]
    decisions = answer(situation(about), ANA, read("like 3"), now)
    assert not only(WriteEta, decisions)
    assert any("is your ETA 03:00? Reply Y" in page.text for page in only(SendPage, decisions))
    assert only(WriteEta, answer(situation(about), ANA, read("like 25"), now))
    assert guesses.moment(read("around 11"), NIGHT) == NIGHT + minutes(11)  # at 02:14 nobody means eleven o'clock


def test_a_text_about_shifts_alone_rings_nobody_about_the_call_out() -> None:
    assert guesses.is_all_well(read("cover 4"), Position.HAS_IT)
    assert not guesses.is_all_well(read("cover the girl"), Position.HAS_IT)


def test_an_ok_ends_nothing() -> None:
    """To "you have left the scene? Reply Y" it says no more than that they have read it."""
    asked = SentText(Purpose.ANSWER, "c1", Confirm("c1", Guessed.LEFT), NIGHT, NIGHT)
    there, now = STANDS["there"][0], NOW["there"]
    before, after = situation(there), situation(there, newest=asked)
    assert answer(after, ANA, read("ok"), now) == answer(before, ANA, read("ok"), now)
    assert only(Stamp, answer(after, ANA, read("Y"), now))


def test_a_cry_that_may_be_an_idiom_beside_an_answer() -> None:
    """Where the answer acts, its sender reads how to cry, and coordinators the words; else they are rung."""
    done = answer(situation(callout()), ANA, read("omw 20, this traffic is killing me"), NIGHT)
    confirmed, told = only(SendPage, done)
    assert (confirmed.purpose, told.purpose, told.text) == (Purpose.CONFIRMATION, Purpose.ANSWER, texts.IN_DANGER)
    assert [one.kind for one in only(AlarmCoordinators, done)] == [AlarmKind.NEWS]
    cry = answer(situation(STANDS["there"][0]), ANA, read("atrapada 20 min"), NOW["there"])
    assert [one.kind for one in only(AlarmCoordinators, cry)] == [AlarmKind.DANGER]


@pytest.mark.parametrize("text", ["hang on, waking up", "Copy, stand by"])
def test_whoever_only_puts_us_off_hears_how_to_take_it(text: str) -> None:
    """They have read the page, and have said neither yes nor no."""
    pages = only(SendPage, answer(situation(callout()), ANA, read(text), NIGHT))
    assert [page.text for page in pages if page.person == "ana"] == [asking.how_to_take_it("K7Q")]


def test_whoever_leaves_and_says_when_they_come_is_asked_both() -> None:
    """And not only whether that is their ETA."""
    about, now = STANDS["has_it"][0], NOW["has_it"]
    text = "I'm off! From Santa Clarita it's an hour so please be patient with me"
    pages = only(SendPage, answer(situation(about), ANA, read(text), now))
    assert any("on your way, there 03:40? Reply Y" in page.text for page in pages), [page.text for page in pages]
    pages = only(SendPage, answer(situation(callout()), ANA, read("Almost there, 8 min"), NIGHT))
    assert [page.text.partition("?")[0] for page in pages] == ["K7Q: on your way, there 02:22"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Done and home. Goodnight", "safe at home?"),
        ("manejando pa la casa ya, everything went fine", "have you left the scene?"),
    ],
)
def test_home_is_where_they_live(text: str, asked: str) -> None:
    """Nobody who drives there, or has brought a child to one, is asked whether they are safe at home."""
    pages = only(SendPage, answer(situation(STANDS["there"][0]), ANA, read(text), NOW["there"]))
    assert any(asked in page.text for page in pages), [page.text for page in pages]


@pytest.mark.parametrize("text", ["quién no contestó?", "what's the officer's number", "no the blue one"])
def test_what_a_coordinator_writes_is_read_by_another(text: str) -> None:
    """Whatever word stands in it: a question with a "no" had been answered, and read by nobody."""
    (told, answered) = conversation.react(CORA, read(text), [], NIGHT).steps
    assert isinstance(told, AlarmCoordinators)
    assert told.but == "cora"
    assert isinstance(answered, SendPage)
    assert conversation.react(CORA, read(text), [], NIGHT, said_before=True).steps == ()


def test_a_coordinator_who_asks_first_and_then_says_it_is_understood() -> None:
    """ "Nobody?" is no question to us."""
    assert alarm_replies.likely(read("Nobody? Then I'm driving over there")) is Gist.GO_MYSELF
    assert alarm_replies.likely(read("should I drive over there?")) is None


@each(
    text=[
        *("come quick", "dont call me he can hear", "no puedo hablar ven ya", "me quitó el teléfono", "11-99"),
        *("shes overdosing", "shes saying she wants to die", "dice que se va a matar"),
    ]
)
def test_a_plea_rings_from_whoever_is_out_and_keeps_nobody_away_from_an_officer(text: str) -> None:
    """Some were answered "have you left the scene?", one by a call that was not to be made."""
    for about in STANDS["there"]:
        kinds = {one.kind for one in only(AlarmCoordinators, answer(situation(about), ANA, read(text), NIGHT))}
        assert AlarmKind.DANGER in kinds
    assert read("please come quickly").word is not Word.DANGER


@each(text=["15 min late", "10 mins behind", "15 tarde"])
def test_minutes_late_are_said_back(text: str) -> None:
    """Late after which time? The officer had read that she comes in 15 minutes."""
    hers = situation(callout(Status.ACKNOWLEDGED, assigned("ana")))
    assert not only(TextOfficer, answer(hers, ANA, read(text), NIGHT))
