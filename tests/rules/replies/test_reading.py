"""Whatever somebody texts half asleep says one thing, and nothing doubtful is taken for an answer."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.rules.callout.eta import ClockTime, Eta
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.read_text import clauses_of, read
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.reader.words import WORDS, crying
from dispatch.rules.reader.words import courtesy as around
from dispatch.rules.wording import texts
from tests.each import each
from tests.work import counted

W = Word
MEANS_NOTHING_ALONE = {W.ETA, W.GOING_IN}
TABLE = [
    (phrase, word)
    for word, senses in WORDS.items()
    for sense in senses
    for phrase in sense
    if word not in MEANS_NOTHING_ALONE
]
NOS = {phrase for phrase, word in TABLE if word is W.NO}
DANGER = [phrase for sense in crying.DANGER for phrase in sense]
CONTRACT = {
    W.TAKE: ["1", "Y", "YES", "SI", "SÍ", "I CAN", "PUEDO", "I'LL TAKE IT", "LO TOMO"],
    W.OK: ["OK", "ACK", "SURE", "K", "👍", "VALE", "CLARO", "ENTENDIDO"],
    W.ON_MY_WAY: ["OMW", "ON MY WAY", "OTW", "VOY", "EN CAMINO"],
    W.TWO: ["2"],
    W.NO: ["N", "NO", "CANT", "CAN'T", "NAH", "NO PUEDO", "can't tonight", "sorry no"],
    W.HERE: ["HERE", "ARRIVED", "LLEGUE", "LLEGUÉ"],
    W.LEFT: ["DONE", "CLEAR", "LISTO"],
    W.HOME: ["HOME", "EN CASA"],
    W.CALL: ["CALL"],
    W.HELP: ["HELP"],
    W.DANGER: ["SOS", "911", "not safe", "help me", "ayuda", "peligro"],
}

Short = tuple[Word, str | None, Eta | None]


def short(text: str) -> Short:
    reply = read(text)
    return reply.word, reply.code, reply.eta


LETTERS = ("Y", "N")  # words only where they stand first
YES = {W.TAKE, W.OK}


# ---- for every text ------------------------------------------------------------------------------------------------


@given(st.text() | st.text(alphabet="12ynkoQ7.,:-' \u200f\x00👍🏽é️⃣hETAmw\"?"))
@example("1" * 10_000)
@example("👍" * 10_000)
@example("\ud83d")
@example("½")
def test_any_text_says_something(text: str) -> None:
    """Reading never raises, keeps the text as it came, and gives only minutes that somebody may drive."""
    reply = read(text)
    assert reply.as_written == text
    assert not isinstance(reply.eta, int) or 1 <= reply.eta <= 360
    if reply.word in (W.ETA, W.DOUBLED):
        assert reply.eta is not None
    if reply.word not in (W.ETA, W.DOUBLED, W.TAKE, W.ON_MY_WAY, W.GOING_IN, W.TWO_AND_MORE):
        assert reply.eta is None
        assert not reply.eta_said


@each(
    text=[
        *("á\u0327\u0301" * 4000, "K7" * 800, "O " * 800, "\ufdfa" * 1600, "1 " * 5000, "\u0301\u0327" * 800),
        *("O," * 800, "O,," * 533, ", " * 800, "1:1-" * 400),
        *("'a " * 533, '"' * 1599, "“" * 1600, ">" * 1600, "a 3 " * 400),
    ]
)
def test_a_flood_costs_nothing(text: str) -> None:
    """The longest and strangest texts are read in as many steps as they have characters, and none of them is an
    answer. How long a pattern looks at them is counted in `tests/test_patterns.py`."""
    calls = []
    for part in (text[: len(text) // 2], text):
        with counted() as work:
            assert read(part).word is W.UNCLEAR
        calls.append(work.calls)
    assert calls[1] < 2.5 * calls[0]


noise = st.text(alphabet=" .,!-_\t\n\u00a0\u200b\u200f\x00…*~", max_size=4)


@given(st.sampled_from(TABLE), st.data())
def test_case_spaces_punctuation_and_accents_do_not_matter(entry: tuple[str, Word], data: st.DataObject) -> None:
    """Every word of the tables keeps its meaning however carelessly it is typed."""
    phrase, word = entry
    phrase = "".join(letter.lower() if data.draw(st.booleans()) else letter for letter in phrase)
    # A pause in a no may turn it round: "no, voy" means "no, I am going".
    phrase = phrase.replace(" ", data.draw(st.sampled_from([" ", "  ", "-", "", *([] if word is W.NO else [", "])])))
    phrase = phrase.replace("'", data.draw(st.sampled_from(["'", "’", "‘", "´", "`", "", "＇"])))
    phrase = unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD", "NFKD"])), phrase)
    if data.draw(st.booleans()):
        phrase = "".join(letter for letter in phrase if not unicodedata.combining(letter))
    # "Help!" may be a cry, and so may "help…" be.
    meant = {W.HELP, W.HELP_LOUD} if word is W.HELP else {word}
    assert short(data.draw(noise) + phrase + data.draw(noise)) in {(one, None, None) for one in meant}


courtesy = st.sampled_from([phrase for sense in (*around.COURTESY, *around.APOLOGY) for phrase in sense])
thanks = st.sampled_from([phrase for sense in around.COURTESY for phrase in sense])


@given(st.sampled_from([entry for entry in TABLE if entry[0] not in LETTERS]), courtesy, thanks)
def test_courtesy_around_an_answer_does_not_matter(entry: tuple[str, Word], before: str, behind: str) -> None:
    """Each answer is understood between greetings and thanks."""
    phrase, word = entry
    reply = read(f"{before}, {phrase}, {behind}")
    # "Ya, en casa" and its kin join a courtesy to the word, and mean the same.
    assert reply.word in ({word} if word is not W.HELP else {word, W.DANGER})


@given(
    st.sampled_from(CONTRACT[W.TAKE] + CONTRACT[W.OK]),
    st.integers(3, 360),
    st.sampled_from(["", " min", "min", " minutes", ".", " thx"]),
)
def test_a_number_behind_a_yes_is_the_eta(phrase: str, minutes: int, unit: str) -> None:
    """Each way to take a call-out carries an ETA from 3 to 360 minutes."""
    eta = minutes if minutes < 100 or "min" in unit else short(f"1 {minutes}")[2]
    assert short(f"{phrase} {minutes}{unit}") == (W.TAKE, None, eta)


@given(st.integers(3, 360))
def test_a_number_alone(minutes: int) -> None:
    """Up to 99 it is an ETA; one that is made of the keys alone may be a key pressed twice."""
    if minutes < 100:
        assert short(str(minutes)) == (W.DOUBLED if set(str(minutes)) <= {"1", "2"} else W.ETA, None, minutes)
    assert short(f"{minutes} min") == (W.ETA, None, minutes)
    if minutes < 200:
        assert short(f"ETA {minutes}") == (W.ETA, None, minutes)


@pytest.mark.parametrize("text", ["125", "130", "145", "150", "125 thx"])
def test_a_take_without_its_space(text: str) -> None:
    """The page says "1 25", and thumbs drop the space: it is no ETA of two hours."""
    assert short(text) == (W.RUN_TOGETHER, None, None)
    assert read(text).eta_said
    assert short(f"ok {text}") == (W.TAKE, None, None)
    assert short(f"omw {text}") == (W.ON_MY_WAY, None, None)
    assert short("eta 125") == (W.ETA, None, 125)
    assert short("125 min") == (W.ETA, None, 125)


@pytest.mark.parametrize("text", ["250", "1 250", "ok 250", "eta 250", "omw 250"])
def test_three_digits_are_a_time_of_the_clock(text: str) -> None:
    """Nobody writes four hours as 250."""
    assert short(text)[2] == ClockTime(2, 50)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *((text, W.SET_OUT) for text in ("just left home", "just left", "left", "I left", "heading out", "in the car")),
        *(
            (text, W.SET_OUT)
            for text in ("ya salí", "saliendo", "lista, ya salgo", "listo voy", "almost there", "ya mero")
        ),
        *((text, W.SET_OUT) for text in ("ok, heading out", "done, omw", "listo, saliendo", "ready, heading out")),
        *((text, W.ON_MY_WAY) for text in ("leaving home now", "ya voy saliendo", "ahí voy", "yes, heading out")),
        *((text, W.GOING_IN) for text in ("saliendo en 10", "heading out in 10")),
        *((text, W.STILL_HERE) for text in ("still here", "I'm still here", "aquí sigo", "sigo aquí", "aquí")),
        *((text, W.NOT_THERE) for text in ("oops not yet", "sorry wrong, still home", "wrong place, nobody here")),
        *((text, W.NOT_THERE) for text in ("nobody here", "nadie aqui", "wrong address", "todavía no")),
        *((text, W.TROUBLE) for text in ("flat tire", "se me ponchó la llanta")),
        *((text, W.BACK_OUT) for text in ("turning around", "car broke down", "send someone else", "ya me regreso")),
        *((text, W.THANKS) for text in ("thanks", "gracias", "gn", "good night", "de nada", "you're welcome", "thx!")),
        *((text, W.WHERE) for text in ("address?", "where do I go", "link doesnt work", "what's the officers number")),
        *((text, W.TAKE) for text in ("yess", "yea ok", "yeah i can do it", "yes. where do i go?", "sí, ¿dónde es?")),
        *((text, W.TAKE) for text in ("1 where?", "simón", "K7Q órale", "ok gimme 20 min", "1 ❤️", "1 25 where?")),
        *((text, W.OK) for text in ("sure thing", "va", "órale")),
        *((text, W.ON_MY_WAY) for text in ("no problem, on my way", "omw 💨", "no hay problema, ya voy")),
        *(("here 👋", W.HERE), ("home 🏠", W.HOME), ("ok where?", W.UNCLEAR), ("where is ben", W.UNCLEAR)),
        *(("1 2 where?", W.TAKE_AND_TWO), ("left?", W.UNCLEAR), ("where 20", W.UNCLEAR), ("here by 99", W.UNCLEAR)),
    ],
)
def test_words_of_the_night(text: str, word: Word) -> None:
    """What a tester wrote, and how it is understood."""
    assert read(text).word is word


@pytest.mark.parametrize(
    ("text", "eta"),
    [("here in 5", 5), ("im there in 10", 10), ("on scene in 10", 10), ("20ish", 20), ("ok gimme 20 min", 20)],
)
def test_an_eta_in_other_words(text: str, eta: int) -> None:
    """An arrival that is still to come is when somebody will be there."""
    assert read(text).eta == eta
    assert short("be there by 3") == (W.ETA, None, ClockTime(3, 0))


@given(
    st.sampled_from(["K7Q", "k7q", "K7Q4M", "x9w", "K 7 Q", "k-7-q", "K7 Q", "K 7Q"]),
    st.sampled_from(TABLE),
    st.booleans(),
)
def test_a_code_may_stand_first_or_last(code: str, entry: tuple[str, Word], first: bool) -> None:
    """Every answer is understood with the code on either side."""
    phrase, word = entry
    assert short(f"{code}, {phrase}" if first else f"{phrase} {code}") == (
        W.TAKE if word is W.OK else word,
        code.upper().replace(" ", "").replace("-", ""),
        None,
    )


@given(st.sampled_from(TABLE), st.text(alphabet="abcdefghijklmnoprstuvwxyz ", min_size=1))
def test_a_foreign_word_undoes_every_answer(entry: tuple[str, Word], words: str) -> None:
    """One word that is in no table leaves everything as it is, since it may turn the meaning round."""
    undone = read(f"{entry[0]} qq{words}").word
    assert undone in (W.UNCLEAR, W.NO_AND_MORE, W.DANGER) or (undone is W.NO_AND_WHY and entry[1] is W.NO)


@given(
    st.sampled_from(TABLE),
    st.sampled_from(["“{}”", '"{}"', "«{}»", "‘{}’", "'{}'", "Liked “{}”", "> {}", "W4M > {}", "„{}“"]),
)
def test_what_is_quoted_never_acts(entry: tuple[str, Word], quoted: str) -> None:
    """Somebody else's words are nobody's answer, and are not even mentioned."""
    reply = read(quoted.format(entry[0]))
    assert reply.word is W.UNCLEAR
    assert not reply.mentions


@each(
    text=[
        *("1 20 sent from my iPhone", "1 20\n\nSent from my iPhone."),
        *("> LBPD call-out. Reply 2\n1 20", "1 20\n> Reply 2"),
        *("1 20 - Enviado desde mi teléfono", "1 20. Sent via Android phone"),
    ]
)
def test_what_a_phone_adds_is_cut_off(text: str) -> None:
    """A signature, or the message that is answered."""
    assert (read(text).word, read(text).eta) == (W.TAKE, 20)
    assert read("sent from my phone he has a gun").word is W.DANGER


@given(st.sampled_from(TABLE))
def test_what_is_asked_never_acts(entry: tuple[str, Word]) -> None:
    """ "Here?" is not "here"; only whoever asks for help, or for the way, is answered."""
    expected = {W.HELP: W.HELP, W.WHERE: W.WHERE, W.NO: W.NO_AND_MORE}.get(entry[1], W.UNCLEAR)
    assert read(f"{entry[0]}?").word is expected


@pytest.mark.parametrize("negation", ["not {}", "not {} yet", "never {}", "I haven't {}", "todavía no {}", "aún no {}"])
@given(entry=st.sampled_from(TABLE))
def test_what_is_negated_never_acts(negation: str, entry: tuple[str, Word]) -> None:
    """A "not" in front of any word leaves everything as it is."""
    phrase, word = entry
    negated = negation.format(phrase)
    if (
        word is not W.NO and negated.upper() not in NOS
    ):  # "not coming" is a plain no; "not there" changes nothing either
        assert read(negated).word in (W.UNCLEAR, W.NO_AND_MORE, W.NEGATED, W.NOT_THERE, W.DANGER)


# ---- danger --------------------------------------------------------------------------------------------------------


@given(st.sampled_from(DANGER), st.text(alphabet="abc xyz12", max_size=20), st.text(alphabet="abc xyz12", max_size=20))
def test_one_cry_for_help_is_enough(phrase: str, before: str, behind: str) -> None:
    """Whatever stands around it, a word of danger is heard."""
    assert read(f"{before} {phrase.lower()} {behind}").word is W.DANGER


@each(
    text=[
        *("I'm not safe", "9-1-1", "s.o.s.", "no sos", "don't need help", "K7Q ayuda!", "help me?", "no estoy a salvo"),
        "9 1 1",
    ]
)
def test_danger_with_a_no_or_a_question(text: str) -> None:
    """Negation or not: a false alarm costs somebody's sleep, a missed one more."""
    assert read(text).word is W.DANGER


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *(("Liked “K7Q: if you are in danger call 911”", W.UNCLEAR), ("«si está en peligro, llame al 911»", W.UNCLEAR)),
        *(("> If you are in danger, call 911.\n> Reply HERE", W.UNCLEAR), ("can't, family emergency", W.NO)),
        *(("no puedo, emergencia familiar", W.NO), ("help", W.HELP), ("I am sure", W.UNCLEAR)),
        ("no estoy segura", W.NO_AND_MORE),
    ],
)
def test_what_is_no_danger(text: str, word: Word) -> None:
    """What is quoted, what keeps somebody at home, and what asks for the words alone."""
    assert read(text).word is word


# ---- the contract, word by word ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("phrase", "word"), [(phrase, word) for word, all_ in CONTRACT.items() for phrase in all_])
def test_the_words_of_the_contract(phrase: str, word: Word) -> None:
    """What is promised to specialists is understood."""
    assert short(phrase) == (word, None, None)


@pytest.mark.parametrize("tone", ["", "\ufe0f", "🏻", "🏼", "🏽", "🏾", "🏿"])
def test_a_thumb_of_any_colour(tone: str) -> None:
    """A thumbs-up takes the call-out in every skin tone, with an ETA too."""
    assert short(f"👍{tone}") == (W.OK, None, None)
    assert short(f"👍{tone} 25") == (W.TAKE, None, 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, (W.TAKE, None, 25)) for text in ("1 25", "1.25", "1,25", "1 - 25", "Y 25 min", "y25", "1 25 thx")),
        *((text, (W.TAKE, None, 25)) for text in ("yes in 25 minutes", "sí, en 25 minutos", "yes ETA 25", "１　２５")),
        *((text, (W.TAKE, None, 25)) for text in ("١ ٢٥", "yes 1 25", "yes I can be there in 25", "25 yes", "1, 25")),
        ("okay, in about 25 min", (W.TAKE, None, 25)),
        ("Y5M", (W.TAKE, None, 5)),
        ("lo siento, no puedo", (W.NO, None, None)),
        ("Here!", (W.HERE, None, None)),
        ("en casa 🏠", (W.HOME, None, None)),
        ("K7Q help me", (W.DANGER, "K7Q", None)),
        *(
            (text, (W.TAKE, None, None))
            for text in ("1️⃣", "\u200f1\u200f", "yes yes", "1 1", "ok, 1", "ok yes", "yes please", "sí, claro")
        ),
        *((text, (W.ON_MY_WAY, None, 20)) for text in ("OMW 20", "ok, on my way, ETA 20", "omw eta 20", "20 omw")),
        ("on the way", (W.ON_MY_WAY, None, None)),
        ("sí, voy en camino, llego en 20", (W.ON_MY_WAY, None, 20)),
        *(
            (text, (W.ETA, None, 20))
            for text in ("ETA 20", "ETA: 20 min.", "20", "in 20", "20 min away", "veinte minutos")
        ),
        ("ETA 1", (W.ETA, None, 1)),
        ("ETA 2", (W.ETA, None, 2)),
        ("ETA 22", (W.ETA, None, 22)),
        ("22 min", (W.ETA, None, 22)),
        *((text, (W.ETA, None, 30)) for text in ("20-30", "20 to 30 min", "20 or 30", "between 20 and 30", "20 a 30")),
        *(
            (text, (W.ETA, None, 30))
            for text in ("entre 20 y 30", "media hora", "half an hour away", "25, 30", "25 30")
        ),
        *((text, (W.ETA, None, 60)) for text in ("1h", "1 hour", "an hour")),
        *((text, (W.ETA, None, 90)) for text in ("1.5 h", "1h30", "1 h 30 min", "1 hour and 30", "hour and a half")),
        ("1 hour and a half", (W.ETA, None, 90)),
        ("1 1h", (W.TAKE, None, 60)),
        ("yes, in an hour", (W.TAKE, None, 60)),
        ("omw media hora", (W.ON_MY_WAY, None, 30)),
        *((text, (W.HOME, None, None)) for text in ("Done. Home.", "im home", "ya estoy en casa")),
        *((text, (W.NO, None, None)) for text in ("no no", "no puedo esta noche", "I can't, I'm sick", "2, can't")),
        *((text, (W.TWO, None, None)) for text in ("2.", "2 sorry", "2 tonight", "2 gracias")),
    ],
)
def test_how_people_put_it(text: str, expected: Short) -> None:
    """The ways in which an answer, an ETA and a step are written in the night."""
    assert short(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, ClockTime(2, 45)) for text in ("at 2:45", "ETA 02:45", "02:45", "0245", "a las 2:45")),
        *(
            (text, ClockTime(2, 45, exact=True))
            for text in ("2:45 am", "2.45am", "245am", "2:45 a.m.", "2:45 de la mañana")
        ),
        *((text, ClockTime(14, 45, exact=True)) for text in ("2:45 pm", "at 2:45pm")),
        *((text, ClockTime(3, 0)) for text in ("a las 3", "at 3", "by 3")),
        *((text, ClockTime(3, 0, exact=True)) for text in ("3am", "3 am")),
        ("12 am", ClockTime(0, 0, exact=True)),
        ("12 pm", ClockTime(12, 0, exact=True)),
        ("14:30h", ClockTime(14, 30)),
        ("1:45 am", ClockTime(1, 45, exact=True)),
        ("3:15", ClockTime(3, 15)),
        ("11:22", ClockTime(11, 22)),
    ],
)
def test_a_time_of_day(text: str, expected: ClockTime) -> None:
    """A clock time is kept as it was said; when that is, a rule that knows the hour decides."""
    assert short(text) == (W.ETA, None, expected)


@pytest.mark.parametrize("text", ["yes 2:45", "1 2:45", "ok, at 2:45", "sí a las 2:45"])
def test_a_take_with_a_time_of_day(text: str) -> None:
    """A yes may carry a clock time as its ETA."""
    assert short(text) == (W.TAKE, None, ClockTime(2, 45))


@pytest.mark.parametrize(
    ("text", "eta"),
    [
        *(
            ("2-3 min", 3),
            ("2 to 3 minutes", 3),
            ("2, 3", 3),
            ("2 3", 3),
            ("2-25 min", 25),
            ("2 min", 2),
            ("1-2 min", 2),
        ),
        *(
            ("1 2 min", 2),
            ("1 to 2 min", 2),
            ("1 min", 1),
            ("in 2", 2),
            ("2 h", 120),
            ("1:30 h", None),
            ("2:45", ClockTime(2, 45)),
        ),
        *(("2222", ClockTime(22, 22)), ("2 or 3", 3)),
        *(
            ("2 25", None),
            ("2-25", None),
            ("2.45", None),
            ("2 2", None),
            ("2 maybe", None),
            ("2?", None),
            ("2 omw", None),
        ),
        *(("2 1", None), ("2 60 90", None), ("2 here", None), ("2:99", None)),
    ],
)
def test_two_and_more(text: str, eta: Eta | None) -> None:
    """A 2 with something behind it may be an ETA or a no; the later end counts where it reads as a time at all."""
    assert short(text) == (W.TWO_AND_MORE, None, eta)


@each(text=["ok 2", "1 2", "1-2", "yes 2", "1, 2", "2 yes", "yes, 2 25", "👍 2", "1 2 3", "yes 2, 3"])
def test_a_take_with_a_two_behind_it(text: str) -> None:
    """2 means no, so whoever says both is asked."""
    assert short(text) == (W.TAKE_AND_TWO, None, None)


@each(
    text=[
        *("no 25", "n25", "No, 25 min", "no 10 min away, crashed", "no?", "no, voy", "No. Voy en camino", "no 2"),
        *("yes no", "1 no", "no omw", "👍👎", "no here", "can't find it", "yes i cant", "ok no", "no, puedo"),
        *("no ETA 20", "can't?", "no not yet", "no en camino"),
    ]
)
def test_a_no_and_more(text: str) -> None:
    """With a number, a question or another verb a no may be anything."""
    assert short(text) == (W.NO_AND_MORE, None, None)


@each(
    text=[
        *("no my kid is sick", "no, I worked a double", "can't, no sitter", "cant tonight kids are sick", "no car rn"),
        *("hoy no llego a casa", "turning around, can't go"),
    ]
)
def test_a_no_and_why(text: str) -> None:
    """A no, and words that no table has: a refusal from whoever is asked, and from nobody else."""
    assert short(text) == (W.NO_AND_WHY, None, None)


@each(
    text=[
        *("I'm not on call", "not feeling well", "I dont have childcare"),
        *("no tengo carro", "no tengo con quién dejarlos"),
    ]
)
def test_a_refusal_without_a_no(text: str) -> None:
    """A negation, and nothing else that is known."""
    assert read(text).word in {W.NEGATED, W.NO_AND_WHY}


@each(
    text=[
        *("no doubt", "cant wait", "i wont be long", "no signal in here call me", "no traffic", "no idea where it is"),
        *("no but I can in an hour", "not sure", "no sé", "no me tardo", "por qué no", "no wait"),
    ]
)
def test_a_no_that_refuses_nothing(text: str) -> None:
    """Idioms, and what turns a no round."""
    assert read(text).word in {W.NO_AND_MORE, W.UNCLEAR}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("K7Q 1 25", (W.TAKE, "K7Q", 25)),
        ("k7q, yes", (W.TAKE, "K7Q", None)),
        ("K7Q1 25", (W.TAKE, "K7Q", 25)),
        ("1K7Q", (W.TAKE, "K7Q", None)),
        ("1 25 K7Q", (W.TAKE, "K7Q", 25)),
        ("K 7 Q 1", (W.TAKE, "K7Q", None)),
        ("K, 7, Q: 1", (W.TAKE, "K7Q", None)),
        ("K 7 Q 4 M 2", (W.TWO, "K7Q4M", None)),
        ("K7Q25", (W.ETA, "K7Q", 25)),
        ("K7Q omw", (W.ON_MY_WAY, "K7Q", None)),
        ("K7Q 1 K7Q", (W.TAKE, "K7Q", None)),
        ("K7Q help", (W.HELP, "K7Q", None)),
        ("K7Q", (W.UNCLEAR, "K7Q", None)),
        ("K7Q hmm", (W.UNCLEAR, "K7Q", None)),
        ("K7Q M4X 1", (W.UNCLEAR, None, None)),
    ],
)
def test_codes(text: str, expected: Short) -> None:
    """A code is found glued, spelled or behind the answer; two codes in one text are nobody's to choose from."""
    assert short(text) == expected


@each(
    text=[
        *("1 9999", "1 0", "1 361", "1 400", "yes 1", "sí 1"),
        *("yes in 99 hours", "1 " + "9" * 1500, "1:45", "1 5-90", "1 40 25"),
    ]
)
def test_a_senseless_eta_does_not_lose_the_acknowledgement(text: str) -> None:
    """Whoever says yes has it, even when what stands behind it is no ETA; that something was said is known."""
    reply = read(text)
    assert (reply.word, reply.eta, reply.eta_said) == (W.TAKE, None, True)


@each(
    text=[
        *("", " ", "\x00", "?", "…", "🙏", "🏽", "да 1", "½", "да", "yes да", "sorry"),
        *("1 🚫", "omw 🤷", "no problem", "270", "0", "9999", "361", "20 30", "20 15"),
        *("5-20", "ETA", "ETA 9999", "min", "in", "yes in", "at 25", "13 pm", "25:10"),
        *("ok here", "yes, home", "ok listo", "here home", "omw home", "ok, estoy listo", "1 25 50 75", "leaving in"),
        *("home in 20", "done 5", "20 tonight", "home tonight", "3.30"),
        *("who is this", "who?", "call me", "yes but late", "1st", "yes?", "25?", "¿sí?", "help 1", "yes I can t"),
        *("stop", "K7Q cancel", "yes\ud83d", "1" * 2000),
    ]
)
def test_doubtful_texts_change_nothing(text: str) -> None:
    """What says nothing, or two things, is left to a person."""
    assert read(text).word is W.UNCLEAR


@each(
    text=[
        "Liked “LBPD call-out K7Q. Reply 1 to take it (1 25 = there in 25 min) or 2 if you cannot.”",
        *("Loved “Ben has K7Q. Nothing to do, thank you.”", "Liked “1”", "Reacted 👍 to “LBPD call-out K7Q”"),
        *("👍 to “LBPD call-out K7Q”", "Le gustó “LBPD call-out K7Q”"),
    ]
)
def test_a_tapback_is_no_answer(text: str) -> None:
    """A reaction quotes our own words and may be an accident, so it takes nothing."""
    assert read(text).word is W.UNCLEAR


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("not here yet", {W.NOT_THERE}),
        ("no, 25 min", {W.NO}),
        ("2-3 min", {W.TWO}),
        ("omw home", {W.ON_MY_WAY, W.HOME}),
        ("got a flat tyre", {W.TROUBLE}),
    ],
)
def test_what_is_mentioned(text: str, mentions: set[Word]) -> None:
    """The words that stand in a text are known even where they do not act."""
    assert read(text).mentions == mentions


def test_a_reply_is_all_there_is() -> None:
    """A text is read into its word, its code, its ETA and itself."""
    found = read("K7Q 1 25")
    assert found == Intent(W.TAKE, "K7Q", 25, True, "K7Q 1 25", found.apart, frozenset({W.TAKE}), number=25)


# ---- a yes that may be mere politeness ------------------------------------------------------------------------------


@each(
    text=[
        *("ok", "ok thanks", "k", "👍", "👌", "✅", "got it", "sorry, ok", "vale gracias", "bueno", "ok, entendido"),
        "claro",
    ]
)
def test_what_may_be_politeness(text: str) -> None:
    """An "ok" answers whatever was said last; it is told from a yes."""
    assert short(text) == (W.OK, None, None)


@each(text=["ok yes", "ok, 1", "vale, lo tomo", "K7Q ok", "👍 K7Q", "ok 25", "vale, en 25 minutos"])
def test_a_yes_with_a_code_or_an_eta_is_more_than_that(text: str) -> None:
    """Whoever names the call-out or a time means it."""
    assert read(text).word is W.TAKE


@each(text=["ok sorry", "k sorry", "ok lo siento", "bueno, perdón", "ok thanks sorry", "K7Q ok sorry"])
def test_an_ok_and_an_apology_is_asked_back(text: str) -> None:
    """They were asleep, or they do not come."""
    assert read(text).word is W.UNCLEAR


@pytest.mark.parametrize("text", ["yes sorry", "1 sorry", "sí, perdón", "ok 25 sorry"])
def test_a_yes_and_an_apology_is_a_yes(text: str) -> None:
    """Whatever it is for."""
    assert read(text).word is W.TAKE


@pytest.mark.parametrize("text", ["ok good night", "k, good night", "bueno, buenas noches", "👍 buenas noches"])
def test_an_ok_and_a_good_night_is_asked_back(text: str) -> None:
    """They go back to sleep, or they do not."""
    assert read(text).word is W.UNCLEAR


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("buenas noches, ok", W.OK),
        ("1 buenas noches", W.TAKE),
        ("Voy, buenas noches", W.ON_MY_WAY),
        ("good night", W.THANKS),
    ],
)
def test_a_good_night_elsewhere_is_a_courtesy(text: str, word: Word) -> None:
    """In front it greets, and behind a plain answer it changes nothing."""
    assert read(text).word is word


@each(
    text=[
        *("gracias y perdón", "y ahora", "y ya", "y now", "hola y gracias"),
        *("gracias y buenas noches", "lo siento y gracias"),
        *("thanks n sorry", "sorry n thanks", "hi y", "y voy", "y good night", "y buenas noches"),
    ]
)
def test_a_letter_that_joins_two_words_is_no_answer(text: str) -> None:
    """Y is "and" in Spanish and N in English."""
    assert read(text).word is W.UNCLEAR


@pytest.mark.parametrize("text", ["sorry n", "perdón, n"])
def test_an_n_at_the_end_may_be_a_no(text: str) -> None:
    """It is asked back, and from somebody who is awaited it cannot wait."""
    reply = read(text)
    assert (reply.word, reply.mentions) == (W.NO_AND_MORE, frozenset({W.NO}))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *(
            ("y", W.TAKE),
            ("Y thanks", W.TAKE),
            ("y, gracias", W.TAKE),
            ("K7Q y", W.TAKE),
            ("y 25", W.TAKE),
            ("y eta 25", W.TAKE),
        ),
        *(("n", W.NO), ("N sorry", W.NO), ("n gracias", W.NO), ("K7Q n", W.NO)),
    ],
)
def test_a_letter_that_stands_first_is_one(text: str, word: Word) -> None:
    """With a code in front, and a number or a courtesy behind."""
    assert read(text).word is word


@pytest.mark.parametrize("text", ["si puedo, voy", "voy si puedo", "sí puedo, ok", "vale, si puedo"])
def test_if_i_can_is_asked_back(text: str) -> None:
    """Without its accent "sí puedo" (yes, I can) is "if I can"."""
    assert read(text).word is W.UNCLEAR


@each(text=["si puedo", "sí puedo, gracias", "1 sí puedo", "sí puedo, llego en 25", "si puedo 25"])
def test_yes_i_can(text: str) -> None:
    """Alone, with the key or with an ETA it is a yes."""
    assert read(text).word is W.TAKE


# ---- a no that may be "not yet" -------------------------------------------------------------------------------------


@each(
    text=[
        *("no, ahorita", "no, just now", "ahora no", "no, ya", "no sorry, now", "no at the moment", "por ahora no"),
        "n, now",
    ]
)
def test_a_no_with_soon(text: str) -> None:
    """It is told from a no: to "are you on your way?" it says "not yet"."""
    assert short(text) == (W.NO_SOON, None, None)


@each(text=["can't right now", "no puedo ahorita", "i cant at the moment", "ahora no puedo", "no gracias"])
def test_a_no_that_says_what_it_is_about(text: str) -> None:
    """Whoever cannot right now cannot."""
    assert short(text) == (W.NO, None, None)


# ---- numbers that are no ETA ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("1/2 hour", 30), ("1/2 hr", 30), ("1/2 hora", 30), ("½ hour", 30), ("1/2 an hour", 30), ("in 1/2 hour", 30)),
        *(("3/4 hour", 45), ("3/4 de hora", 45), ("1/4 hour", 15), ("1 1/2 hours", 90), ("2 1/2 horas", 150)),
    ],
)
def test_a_fraction_of_an_hour(text: str, minutes: int) -> None:
    """A half is a half, and not from one to two."""
    assert short(text) == (W.ETA, None, minutes)


@pytest.mark.parametrize("text", ["ok 1/2 hour", "yes, 1/2 hour", "sí, 1/2 hora"])
def test_a_take_with_a_fraction(text: str) -> None:
    """The same behind a yes."""
    assert short(text) == (W.TAKE, None, 30)


@pytest.mark.parametrize("text", ["20%", "battery 20%", "$20", "ok $20", "batería 20 %", "€ 20", "100%"])
def test_what_is_no_time(text: str) -> None:
    """A battery, a fare; and a hundred percent of nothing said."""
    assert short(text) == (W.UNCLEAR, None, None)


@pytest.mark.parametrize(
    ("text", "word"), [("yes 100%", W.TAKE), ("sí, 100 %", W.TAKE), ("sure 100%", W.OK), ("no 100%", W.NO)]
)
def test_a_hundred_percent(text: str, word: Word) -> None:
    """It strengthens what was said, and is no ETA."""
    assert short(text) == (word, None, None)


# ---- cries that were not heard --------------------------------------------------------------------------------------


@each(
    text=[
        *("it doesn't feel safe here", "it isnt very safe"),
        *("isn't really safe", "not at all safe", "he has guns", "gunshots"),
        *("shooting", "hes armed", "machete", "someone is following me", "I'm being followed", "he hit me", "I'm hurt"),
        *("im bleeding", "trapped", "he won't let me leave"),
        *("need backup", "send backup", "send cops", "need the police"),
        *("officer down", "officer needs help", "nine one one", "🚨"),
        *("no está seguro aquí", "esto no es nada seguro"),
        *("no me siento muy segura", "balazos", "tiros", "hubo tiroteo"),
        *("están disparando", "trae navaja", "está armado", "me siguen", "me están siguiendo", "me pegó", "me golpeó"),
        *("me atacaron", "estoy herida", "estoy herido", "sangrando", "atrapada", "necesito apoyo", "manden policía"),
        *("no me deja salir", "oficial herido", "nueve uno uno"),
    ]
)
def test_cries_in_both_languages(text: str) -> None:
    """What somebody in danger writes, in either."""
    assert read(text).word is W.DANGER


@each(
    text=[
        *('he has a 6" knife and a 4" blade', "'cause he has a gun n he's runnin' around", ">_< not safe here"),
        *(">:( he has a gun", "he said 'get out' with a gun", 'he said "I have a gun"'),
        *('"help me', "'cause he has a gun n runnin'", '"ayuda" me dijo', "she said 'ayuda'"),
        *('tiene un cuchillo de 6" y otro de 4"', "“not safe", "'not safe", "«ayuda"),
    ]
)
def test_a_straight_quote_or_a_face_hides_no_cry(text: str) -> None:
    """Inches, a missing letter and a face are no quotation; and whoever is told of a gun may stand before it."""
    assert read(text).word is W.DANGER


@each(
    quoted=["Liked “{}”", "Le gustó “{}”", "„{}“", "«{}»", "> {}", ">{}", "👍 to “ {} ”"],
    language=["english", "spanish"],
)
def test_our_own_words_of_danger_do_not_come_back(quoted: str, language: str) -> None:
    """A phone that quotes what we answered to a cry would cry again, and be answered, without end."""
    said = texts.DANGER_HEARD
    assert read(quoted.format(said if language == "english" else said.spanish)).word is not W.DANGER


@each(
    quoted=['"{}"', "'{}'", ' "{}" ', 'Liked "{}"', 'Emphasized "{}"', "Reacted 👍 to '{}'", '👍 to "{}"'],
    text=["not safe", "help me", "ayuda", "no es seguro", texts.DANGER_HEARD],
)
def test_a_quoted_cry_does_not_ring_again(quoted: str, text: str) -> None:
    """A text that is nothing but a quotation, or a reaction to one, is an older text: it has rung already."""
    assert read(quoted.format(text)).word is W.UNCLEAR


@pytest.mark.parametrize("quoted", ['Le gustó "{}"', 'Ha reaccionado con 👍 a "{}"', 'Le encantó "{}"'])
def test_a_cry_quoted_in_spanish_does_not_ring_again(quoted: str) -> None:
    """A phone that speaks Spanish reacts as well."""
    assert read(quoted.format("no es seguro")).word is W.UNCLEAR


@each(
    text=[
        *("ok but he has a gun", "1 not safe here", "no, shots fired", "yes armed man outside", "omw not safe"),
        *("HERE, he has a knife", "done but they're following me", "home but someone is following me", "25, gunshots"),
        *("sí pero tiene pistola", "llegué, está armado"),
        *("listo pero me siguen", "no, hay disparos", "ya voy, peligro"),
        *("he is going to kill me", "me va a matar", "tengo miedo", "im scared", "no nos deja salir", "been shot"),
    ]
)
def test_a_cry_beside_an_answer(text: str) -> None:
    """It is heard, whatever else the text says."""
    assert short(text) == (W.DANGER, None, None)


@each(text=["quién sos", "¿quien sos?", "vos sos quien", "eta 9-11", "9-11 min", "in 9-11", "en 9-11 minutos"])
def test_what_only_sounds_like_a_cry(text: str) -> None:
    """ "Sos" is "you are" in Central America, and nine to eleven minutes are a range."""
    assert read(text).word is not W.DANGER


@pytest.mark.parametrize(
    ("text", "word", "eta"),
    [
        *((text, W.ETA, 5) for text in ("I'm 5 min away", "im 5 away", "estoy a 5 minutos", "estoy como a 5 min")),
        *((text, W.ETA, 10) for text in ("10 more min", "10 min más")),
        *((text, W.TAKE, 20) for text in ("yes give me 20 min", "sí, deme 20 min")),
        *((text, W.TAKE, None) for text in ("yes I'll do it", "sí, yo lo hago")),
        *((text, W.SET_OUT, None) for text in ("I'm already driving!", "ya voy manejando", "on the road")),
        *((text, W.HOME, None) for text in ("made it home", "ya en casita", "en mi casa")),
        *((text, W.TROUBLE, None) for text in ("my car died", "se murió el carro")),
        *((text, W.HOMEWARD, None) for text in ("going home", "me voy a casa", "heading home")),
        *((text, W.PRESENT, None) for text in ("I'm with the child", "estoy con la niña")),
    ],
)
def test_what_people_write_at_night(text: str, word: W, eta: int | None) -> None:
    assert (read(text).word, read(text).eta) == (word, eta)


@each(
    text=[
        *("I have to turn around my kid is sick", "can you send someone else", "falling asleep at the wheel"),
        *("tengo que regresarme", "manden a otra persona por favor", "me estoy durmiendo al volante"),
    ]
)
def test_what_may_be_a_release_is_mentioned(text: str) -> None:
    """So that whoever drives is rung when no clear word follows."""
    assert {W.TROUBLE, W.BACK_OUT} & {read(text).word, *read(text).mentions}


# ---- there, or awake ------------------------------------------------------------------------------------------------


@each(
    text=[
        *("I'm here", "im here", "I am here", "Here I am!", "hi, I'm here", "I'm here now", "I'm there"),
        *("aquí estoy", "estoy aquí", "ya estoy aquí", "acá", "ya estoy allí", "presente", "hola, aquí estoy"),
    ]
)
def test_im_here_is_told_from_here(text: str) -> None:
    """It also says "I'm awake"."""
    assert short(text) == (W.PRESENT, None, None)


@each(text=["HERE", "arrived", "on scene", "llegué", "ya llegué", "I'm here, arrived", "got here"])
def test_here_is_unmistakable(text: str) -> None:
    """What we ask for, and what nobody says in bed; with "I'm here" beside it, too."""
    assert read(text).word is W.HERE


@each(
    text=[
        *("all clear", "all clear thx", "I'm ready", "ready", "all set", "all good", "I'm safe", "done, all clear"),
        *("todo listo", "lista para salir", "estoy lista", "ya listo", "listo ya", "todo bien", "listo, todo listo"),
    ]
)
def test_ready_is_told_from_done(text: str) -> None:
    """What also says "safe" or "ready" is no word for having left."""
    assert short(text) == (W.READY, None, None)


@pytest.mark.parametrize("text", ["all home", "everyone home", "todos en casa", "everyone here", "all done here"])
def test_what_is_said_of_everybody(text: str) -> None:
    """ "All home" is about the children."""
    assert read(text).word is W.UNCLEAR


# ---- when somebody leaves -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "eta"),
    [
        *(
            (text, 10)
            for text in ("omw in 10", "leaving in 10", "I'm leaving in 10 min", "on my way in 10", "in 10 omw")
        ),
        *((text, 10) for text in ("voy en 10", "salgo en 10", "ya voy en 10", "voy saliendo en 10", "sí, salgo en 10")),
        *((text, 30) for text in ("omw in half an hour", "salgo en media hora", "yes leaving in 30")),
        ("omw in 5, eta 25", None),
        ("salgo 10", 10),
        ("leaving at 3", ClockTime(3, 0)),
        ("voy a las 3", ClockTime(3, 0)),
    ],
)
def test_when_they_leave_or_when_they_are_there(text: str, eta: Eta | None) -> None:
    """Behind "on my way" a number with "in" or "at" may be either."""
    assert short(text) == (W.GOING_IN, None, eta)
    assert read(text).eta_said


@each(text=["omw, 10 min", "omw 10", "omw there in 10", "omw eta 10", "omw ETA in 10", "leaving now, there in 10"])
def test_on_the_way_and_there_in(text: str) -> None:
    """Without "in", or behind a word for the arrival, it is the arrival."""
    assert short(text) == (W.ON_MY_WAY, None, 10)


@pytest.mark.parametrize("text", ["leaving, eta 10", "salgo, llego en 10", "I'm leaving, be there in 10"])
def test_leaving_and_there_in(text: str) -> None:
    """A take with the ETA that it names; whether they have left is not said."""
    assert short(text) == (W.TAKE, None, 10)


@pytest.mark.parametrize("text", ["leaving", "salgo", "ok, I'm leaving"])
def test_leaving_alone_is_asked_back(text: str) -> None:
    """For the scene, or from it."""
    assert read(text).word is W.UNCLEAR


@pytest.mark.parametrize("text", ["yo voy", "ahorita voy", "voy ahorita", "I'll go soon"])
def test_whoever_goes_soon_is_not_on_the_way(text: str) -> None:
    """They take it."""
    assert short(text) == (W.TAKE, None, None)


# ---- minutes, never codes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("4m", 4), ("5m", 5), ("10m", 10), ("5 m", 5), ("1h", 60), ("1 h", 60), ("1.5h", 90), ("90m", 90)),
        *(("k 5m", 5), ("k5m", 5), ("K5M", 5), ("k, 5m", 5), ("K 5 m", 5), ("k4m", 4), ("k 4m", 4), ("K 4 M", 4)),
        *(("y 10m", 10), ("ok 20m", 20), ("k9min", 9), ("y4m", 4), ("1 4m", 4), ("ok 4m", 4), ("sí 8m", 8)),
        *(("3 o 4m", 4), ("3 a 4m", 4), ("7 a 8 m", 8)),
    ],
)
def test_minutes_are_no_code(text: str, minutes: int) -> None:
    """No code is given out that could be read so."""
    word = W.ETA if text[0] in "1345790" and text[:3] != "1 4" else W.TAKE
    assert short(text) == (word, None, minutes)


@pytest.mark.parametrize("text", ["voy a 4m", "estoy a 4m", "ya voy, a 4 m"])
def test_a_distance_is_no_code(text: str) -> None:
    """ "A 4m" is "four minutes off"."""
    assert read(text).code is None


@pytest.mark.parametrize(
    ("text", "code"), [("W4M 1", "W4M"), ("K7Q4M 1", "K7Q4M"), ("k7q 4m", "K7Q"), ("F 4 M 1", "F4M")]
)
def test_codes_of_older_versions_are_still_read(text: str, code: str) -> None:
    """They may be open while the service is renewed."""
    assert read(text).code == code


# ---- the codes of the police ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["10-4", "10-4!", "10-4 thx", "ten four", "diez cuatro", "copy that", "10 4"])
def test_ten_four_is_ok(text: str) -> None:
    """Roger."""
    assert short(text) == (W.OK, None, None)


@pytest.mark.parametrize("text", ["10-4 25", "10-4, 25 min", "K7Q 10-4"])
def test_ten_four_with_more(text: str) -> None:
    """A take, as any "ok" with a time or a code."""
    assert read(text).word is W.TAKE


@each(
    text=["10-23", "10-97", "10-8", "10-7", "10–97", "10 97", "10-12", "10-98 thx", "ok 10-23", "10-97?", "omw 10-76"]
)
def test_a_ten_code_is_no_eta(text: str) -> None:
    """Each says another thing in another town."""
    reply = read(text)
    assert reply.word in (W.TEN_CODE, W.UNCLEAR)
    assert reply.eta is None
    assert W.TEN_CODE in reply.mentions


@pytest.mark.parametrize(
    ("text", "eta"), [("10-15", 15), ("10-20 min", 20), ("10-12 min", 12), ("eta 10-12", 12), ("in 10-12", 12)]
)
def test_a_range_from_ten(text: str, eta: int) -> None:
    """By fives, with a unit, or behind a word for an ETA."""
    assert short(text) == (W.ETA, None, eta)


def test_a_yes_with_a_ten_code_stands() -> None:
    """Its ETA does not."""
    reply = read("1 10-12")
    assert (reply.word, reply.eta, reply.eta_said) == (W.TAKE, None, True)


# ---- what it is when somebody is woken ------------------------------------------------------------------------------


@each(
    text=[
        *("it's 3am", "3am?!", "3am!!", "3 am!", "3am...", "3am…", "at 3 in the morning?", "3 in the morning", "3am?"),
        *("a las 3 de la mañana", "¿a las 3 de la mañana?"),
        *("son las 3", "3 de la madrugada", "a las 3 de la madrugada!"),
    ]
)
def test_a_complaint_is_no_eta(text: str) -> None:
    """Nobody who comes at three writes it like this."""
    assert short(text) == (W.UNCLEAR, None, None)


@pytest.mark.parametrize("text", ["3am", "at 3", "3:10", "3:10am!", "a las 3", "20!", "sí, a las 3 de la mañana"])
def test_a_time_is_one(text: str) -> None:
    """Bare, with its minutes, or behind a yes."""
    assert read(text).word in (W.ETA, W.TAKE)


# ---- how long it takes ----------------------------------------------------------------------------------------------

HOSTILE = (
    *("O " * 800, "1 " * 800, "1," * 800, "a 3 " * 400, "20 " * 533, "no " * 533, "ok " * 533),
    *("a las " * 266, "\ufdfa" * 1600, "á\u0327\u0301" * 533, "½ " * 800, "1:1-" * 400, "'a " * 533),
    *('"' * 1599, "“" * 1600, ">" * 1600, ">\n" * 800, "N O " * 400, "1/2 " * 400, "100% " * 320),
    *("$" * 1600, "1" * 1600, "y " * 800, "si puedo " * 177, "m e e s t a n " * 123, "K7" * 800),
    *("ế" * 1600, "1 /" * 533, "1 " * 799 + "/2", "“a" * 800, "not at all " * 145, "en casa a " * 160),
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_little_work(text: str) -> None:
    """Counted in calls, so that a slow machine says the same: about five milliseconds at the most."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    assert calls < 32_000


@pytest.mark.parametrize("words", ["ok " * 200, "sí, " * 200, "25 " * 200])
def test_what_is_endless_is_no_answer(words: str) -> None:
    """Nobody writes a hundred words to say yes; what they mention is still known."""
    reply = read(f"{words} no")
    assert (reply.word, reply.eta) == (W.NO_AND_MORE, None)
    assert read(words).word is W.UNCLEAR
    assert read(f"{words} not safe").word is W.DANGER


def test_clear_answers_to_two_call_outs_are_read_clause_by_clause() -> None:
    """Each with a code of its own; anything else in it, and none of it acts."""
    said = [(one.code, one.word) for one in clauses_of(read("X6K 1 30, L4L 2"))]
    assert said == [("X6K", Word.TAKE), ("L4L", Word.TWO)]
    for text in ("X6K 1 30", "X6K 1, L4L perhaps", "X6K 1\nX6K 2", "L4L maybe, X6K 1"):
        assert not clauses_of(read(text)), text
