"""Whatever somebody texts half asleep has one meaning, and nothing doubtful counts as an answer."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.rules.reply import WORDS, Consent, Reply, ReplyKind, one_word, parse
from dispatch.rules.reply import read as read_text

K = ReplyKind
TABLE = [(word, kind) for kind, words in WORDS.items() for word in words]
CONTRACT = {
    K.TAKE: ["1", "Y", "YES", "OK", "ACK", "SI", "SÍ", "👍"],
    K.ON_MY_WAY: ["OMW", "ON MY WAY", "VOY", "EN CAMINO"],
    K.DECLINE: ["2", "N", "NO", "CANT", "CAN'T", "NO PUEDO"],
    K.HERE: ["HERE", "ARRIVED", "LLEGUE"],
    K.CLEARED: ["DONE", "CLEAR", "LISTO"],
    K.HOME: ["HOME"],
}
MEANS_NOTHING_ALONE = {K.ETA}


def read(text: str) -> tuple[ReplyKind, str | None, int | None]:
    reply = parse(text)
    return reply.kind, reply.code, reply.minutes


# ---- for every text ------------------------------------------------------------------------------------------------


@given(st.text() | st.text(alphabet="12ynkoQ7.,' \u200f\x00👍🏽é️⃣hETAmw"))
@example("1" * 10_000)
@example("👍" * 10_000)
@example("\ud83d")
@example("½")
def test_any_text_has_a_meaning(text: str) -> None:
    """Reading never raises, keeps the text as it came, and yields only minutes that somebody may drive."""
    reply = parse(text)
    assert reply.text == text
    assert reply.minutes is None or 1 <= reply.minutes <= 360
    if reply.kind in (K.ETA, K.NUMBER):
        assert reply.minutes is not None
    if reply.kind not in (K.ETA, K.NUMBER, K.TAKE, K.ON_MY_WAY):
        assert reply.minutes is None


@pytest.mark.parametrize(
    "text", ["á\u0327\u0301" * 4000, "K7" * 800, "O " * 800, "\ufdfa" * 1600, "1 " * 5000, "\u0301\u0327" * 800]
)
def test_a_flood_costs_nothing(text: str) -> None:
    """The longest and strangest texts are read at once, and none of them is an answer."""
    began = time.perf_counter()
    assert parse(text).kind is K.NOT_UNDERSTOOD
    assert time.perf_counter() - began < 1


noise = st.text(alphabet=" .,!?-_\t\n\u00a0\u200b\u200f\x00…*~", max_size=4)


@given(st.sampled_from([entry for entry in TABLE if entry[1] not in MEANS_NOTHING_ALONE]), st.data())
def test_case_spaces_punctuation_and_accents_do_not_matter(entry: tuple[str, ReplyKind], data: st.DataObject) -> None:
    """Every word of the table keeps its meaning however carelessly it is typed."""
    word, kind = entry
    word = "".join(letter.lower() if data.draw(st.booleans()) else letter for letter in word)
    word = word.replace(" ", data.draw(st.sampled_from([" ", "  ", "-", "", ", "])))
    word = word.replace("'", data.draw(st.sampled_from(["'", "’", "‘", "´", "`", "", "＇"])))
    word = unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD", "NFKD"])), word)
    if data.draw(st.booleans()):
        word = "".join(letter for letter in word if not unicodedata.combining(letter))
    assert read(data.draw(noise) + word + data.draw(noise)) == (kind, None, None)


@given(
    st.sampled_from(CONTRACT[K.TAKE]), st.integers(1, 360), st.sampled_from(["", " min", "min", " minutes", "m", "."])
)
def test_a_number_behind_a_yes_is_the_eta(word: str, minutes: int, unit: str) -> None:
    """Each way to take a call-out carries an ETA from 1 to 360 minutes."""
    assert read(f"{word} {minutes}{unit}") == (K.TAKE, None, minutes)


@given(
    st.sampled_from(["K7Q", "k7q", "K7Q4M", "x9w", "K 7 Q", "k-7-q", "K7 Q", "K 7Q"]),
    st.sampled_from(TABLE),
    st.booleans(),
)
def test_a_code_may_stand_first_or_last(code: str, entry: tuple[str, ReplyKind], first: bool) -> None:
    """Every answer is understood with the code on either side; what the carrier acts on alone is left to a person."""
    word, kind = entry
    reply = parse(f"{code}, {word}" if first else f"{word} {code}")
    assert reply.code == code.upper().replace(" ", "").replace("-", "")
    if kind in (K.HELP, *MEANS_NOTHING_ALONE):
        kind = K.NOT_UNDERSTOOD
    assert reply.kind is kind


@given(st.text(alphabet="abcdefghijklmnoprstuvwxyz ", min_size=1))
def test_a_foreign_word_undoes_every_answer(words: str) -> None:
    """One word that is in no table leaves everything as it is, since it may reverse the meaning."""
    assert read(f"yes qq{words}") == (K.NOT_UNDERSTOOD, None, None)


# ---- the contract, word by word ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "kind"), [(word, kind) for kind, words in CONTRACT.items() for word in words])
def test_the_words_of_the_contract(word: str, kind: ReplyKind) -> None:
    """What is promised to specialists is understood."""
    assert read(word) == (kind, None, None)


@pytest.mark.parametrize("tone", ["", "\ufe0f", "🏻", "🏼", "🏽", "🏾", "🏿"])
def test_a_thumb_of_any_colour(tone: str) -> None:
    """A thumbs-up takes the call-out in every skin tone, with an ETA too."""
    assert read(f"👍{tone}") == (K.TAKE, None, None)
    assert read(f"👍{tone} 25") == (K.TAKE, None, 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 25", (K.TAKE, None, 25)),
        ("1.25", (K.TAKE, None, 25)),
        ("1,25", (K.TAKE, None, 25)),
        ("1 - 25", (K.TAKE, None, 25)),
        ("Y 25 min", (K.TAKE, None, 25)),
        ("y25", (K.TAKE, None, 25)),
        ("Y5M", (K.TAKE, None, 5)),
        ("yes in 25 minutes", (K.TAKE, None, 25)),
        ("sí, en 25 minutos", (K.TAKE, None, 25)),
        ("yes ETA 25", (K.TAKE, None, 25)),
        ("１　２５", (K.TAKE, None, 25)),
        ("١ ٢٥", (K.TAKE, None, 25)),
        ("1️⃣", (K.TAKE, None, None)),
        ("\u200f1\u200f", (K.TAKE, None, None)),
        ("OMW 20", (K.ON_MY_WAY, None, 20)),
        ("ok, on my way, ETA 20", (K.ON_MY_WAY, None, 20)),
        ("omw eta 20", (K.ON_MY_WAY, None, 20)),
        ("ETA 20", (K.ETA, None, 20)),
        ("ETA: 20 min.", (K.ETA, None, 20)),
        ("ETA 1", (K.ETA, None, 1)),
        ("20", (K.NUMBER, None, 20)),
        ("12", (K.NUMBER, None, 12)),
        ("2 min", (K.NUMBER, None, 2)),
        ("in 20", (K.NUMBER, None, 20)),
        ("1h", (K.NUMBER, None, 60)),
        ("1 hour", (K.NUMBER, None, 60)),
        ("1.5 h", (K.NUMBER, None, 90)),
        ("1 1h", (K.TAKE, None, 60)),
        ("yes, in an hour", (K.TAKE, None, 60)),
        ("omw media hora", (K.ON_MY_WAY, None, 30)),
        ("Done. Home.", (K.HOME, None, None)),
        ("yes yes", (K.TAKE, None, None)),
        ("no no", (K.DECLINE, None, None)),
    ],
)
def test_how_people_put_it(text: str, expected: tuple[ReplyKind, str | None, int | None]) -> None:
    """How people write a take, an ETA and a step at night."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("K7Q 1 25", (K.TAKE, "K7Q", 25)),
        ("k7q, yes", (K.TAKE, "K7Q", None)),
        ("K7Q1 25", (K.TAKE, "K7Q", 25)),
        ("1K7Q", (K.TAKE, "K7Q", None)),
        ("1 25 K7Q", (K.TAKE, "K7Q", 25)),
        ("K 7 Q 1", (K.TAKE, "K7Q", None)),
        ("K 7 Q 4 M 2", (K.DECLINE, "K7Q4M", None)),
        ("K7Q25", (K.NUMBER, "K7Q", 25)),
        ("K7Q omw", (K.ON_MY_WAY, "K7Q", None)),
        ("K7Q 1 K7Q", (K.TAKE, "K7Q", None)),
        ("K7Q", (K.NOT_UNDERSTOOD, "K7Q", None)),
        ("K7Q hmm", (K.NOT_UNDERSTOOD, "K7Q", None)),
        ("K7Q M4X 1", (K.NOT_UNDERSTOOD, None, None)),
    ],
)
def test_codes(text: str, expected: tuple[ReplyKind, str | None, int | None]) -> None:
    """A code is found run together, spelled or after the answer; of two codes in one text neither is chosen."""
    assert read(text) == expected


@pytest.mark.parametrize("text", ["1 9999", "1 0", "1 361", "1 20-30", "1 2:45", "yes in 99 hours", "1 " + "9" * 1500])
def test_a_senseless_eta_does_not_lose_the_acknowledgement(text: str) -> None:
    """Whoever says yes has it, even when the number after it is no ETA."""
    assert read(text) == (K.TAKE, None, None)


@pytest.mark.parametrize("text", ["2 25", "no 25", "n25"])
def test_a_no_with_a_number_stays_a_no(text: str) -> None:
    """A slip of the finger pages the next person at once, which is put right more easily than a lost step."""
    assert read(text) == (K.DECLINE, None, None)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\x00", "?", "…", "🙏", "🏽", "❤️ 1", "½", "да", "yes да"),
        *("0", "9999", "361", "20 30", "20-30", "ETA", "ETA 9999", "ETA 02:45", "1h5m", "min", "in", "yes in"),
        *("yes no", "1 no", "2 yes", "no omw", "👍👎", "here home", "no ETA 20", "yes I can t", "yes i cant"),
        *("ok here", "yes, home", "ok listo", "at home", "en casa"),
        *("here in 10", "home in 20", "done 5"),
        *("not yet", "who is this", "who?", "call me", "yes but late", "1st"),
        *("K7Q cancel", "stop 1", "stop stop", "help 1"),
        *("yes\ud83d", "1" * 2000),
    ],
)
def test_doubtful_texts_change_nothing(text: str) -> None:
    """A text with no meaning, or with two, is left to a person."""
    assert parse(text).kind is K.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    "text",
    [
        "Liked “LBPD call-out K7Q. Reply 1 to take it (1 25 = there in 25 min) or 2 if you cannot.”",
        "Loved “Ben has K7Q. Nothing to do, thank you.”",
        "Liked “1”",
        "Reacted 👍 to “LBPD call-out K7Q”",
        "👍 to “LBPD call-out K7Q”",
        "Le gustó “LBPD call-out K7Q”",
    ],
)
def test_a_tapback_is_no_answer(text: str) -> None:
    """A reaction quotes our own words and may be an accident, so it takes nothing."""
    assert parse(text).kind is K.NOT_UNDERSTOOD


@pytest.mark.parametrize(("text", "kind"), [("HELP", K.HELP), ("info", K.HELP), ("YES", K.TAKE)])
def test_words_that_the_carrier_answers_too(text: str, kind: ReplyKind) -> None:
    """Where the carrier has an answer of its own, ours stays what it is: a yes still takes the call-out."""
    assert parse(text) == Reply(kind, None, None, text)


@pytest.mark.parametrize(("consent", "kind"), [(Consent.OPT_OUT, K.OPT_OUT), (Consent.OPT_IN, K.OPT_IN)])
def test_what_the_carrier_acted_on_is_not_read_again(consent: Consent, kind: ReplyKind) -> None:
    """A text is an opt-out because the carrier says so, whatever its words; without that we read the words."""
    assert read_text("yes", consent) == Reply(kind, None, None, "yes")
    assert read_text("yes", None) == parse("yes")


def test_one_word_is_as_the_tables_have_it() -> None:
    """A single word is read as the tables have it, however it was typed; a flood is not a word."""
    assert one_word(" Opt-out. ") == "OPTOUT"
    assert one_word("x" * 1601) == ""
