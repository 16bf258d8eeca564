"""The words that Twilio itself acts on."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.carriers.twilio.keywords import CONSENTS, consent_in
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Consent, Word
from dispatch.rules.reader.words import WORDS
from tests.each import each
from tests.rules.replies.test_reading import noise
from tests.rules.test_wording import ORDINARY, flat


@pytest.mark.parametrize(
    ("text", "consent"),
    [
        *[
            (word, Consent.OPT_OUT)
            for word in ("STOP", "stop.", "Unsubscribe", "END", "quit", "STOPALL", "REVOKE", "CANCEL")
        ],
        *[(word, Consent.OPT_OUT) for word in ("OPTOUT", "opt out", "stop all")],
        *[(word, Consent.OPT_IN) for word in ("START", "Unstop")],
        *[
            (word, None)
            for word in ("HELP", "info", "YES", "", "stop stop", "stop 1", "K7Q cancel", "stop" + " " * 1600)
        ],
    ],
)
def test_words_that_the_carrier_acts_on(text: str, consent: Consent | None) -> None:
    """We know what the carrier does with a lone keyword; a keyword with other words is for a person to read."""
    assert consent_in(text) is consent


@given(st.sampled_from([*CONSENTS.items()]), st.data())
def test_case_spaces_punctuation_and_accents_do_not_matter(entry: tuple[str, Consent], data: st.DataObject) -> None:
    """Every keyword keeps its meaning however carelessly it is typed."""
    word, consent = entry
    word = "".join(letter.lower() if data.draw(st.booleans()) else letter for letter in word)
    word = unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD", "NFKD"])), word)
    assert consent_in(data.draw(noise) + word + data.draw(noise)) is consent


@given(st.sampled_from([*CONSENTS]), st.sampled_from(["K7Q", "k7q", "K7Q4M", "K 7 Q"]), st.booleans())
def test_a_keyword_beside_a_code_is_none(word: str, code: str, first: bool) -> None:
    """The carrier acts only on a lone keyword, and to us the text is no answer about a call-out."""
    text = f"{code}, {word}" if first else f"{word} {code}"
    assert consent_in(text) is None
    assert read(text).word is Word.UNCLEAR


@pytest.mark.parametrize("word", CONSENTS)
def test_no_answer_of_ours_is_a_keyword(word: str) -> None:
    """What the carrier acts on means nothing else to us."""
    assert read(word).word is Word.UNCLEAR


@each(text=flat(ORDINARY))
def test_no_text_holds_a_word_that_the_carrier_acts_on(text: str) -> None:
    """No text leads anybody to reply with a keyword that the carrier would keep to itself."""
    keywords = {*CONSENTS, *(word for sense in WORDS[Word.HELP] for word in sense), "YES"}
    assert not keywords & set(re.findall(r"\w+", text.upper()))
