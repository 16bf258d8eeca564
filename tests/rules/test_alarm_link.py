"""What stays of an alarm's words beside the link, and whom it opens for."""

from datetime import timedelta

import pytest

from dispatch.rules.access import alarm_link
from dispatch.rules.access.alarm_link import PATH, beside_link, opens, with_link
from dispatch.rules.wording import alarms
from dispatch.rules.wording.alphabet import segments
from tests.rules.situations import ANA, CORA, NIGHT, ROSTER
from tests.rules.test_wording import every_text

LINK = "https://dispatch.example" + PATH.format(token="a" * 23)
PHONE = "+15625550101"


@pytest.mark.parametrize("name", ["Ben", "Maria-Guadalupe Concepcion", ""])
@pytest.mark.parametrize("words", ["short", "a long reason that says a good deal more than anybody needs " * 4])
def test_every_alarm_fits_one_segment_with_its_link(name: str, words: str) -> None:
    """Whatever is cut: the code and the whole link stand, and no number is cut in the middle."""
    for texts in (forms for kind, forms in every_text("K7QM", name, "LBPD", words).items() if "alarm" in kind):
        for text in (one for one in texts if one.startswith(("ALARM", "DANGER"))):  # others are news
            linked = with_link(beside_link(text), LINK)
            assert segments(linked) == 1, linked
            assert f" {LINK}" in linked
            assert linked.startswith(text[:12])
            for number in (one.rstrip(".,;:") for one in linked.split() if one.startswith("+")):
                assert number in text
                assert f"{number}..." not in linked


def test_a_number_outlives_an_explanation() -> None:
    """Without data on the phone the number is all there is."""
    text = beside_link(alarms.gave_up("K7Q", "Valentina", PHONE))
    assert text == f"ALARM K7Q: Valentina took it, did not leave and does not answer. Please call Valentina, {PHONE}."
    assert beside_link(alarms.chain_ended("K7Q", 1234, PHONE)) == alarms.chain_ended("K7Q", 1234, PHONE)
    assert beside_link(alarms.not_moving("K7Q", "Ben", PHONE)) == alarms.not_moving("K7Q", "Ben", PHONE)


def test_what_is_quoted_stands_behind_the_link() -> None:
    """And is cut there; what is left of it too short to say anything is left out."""
    text = with_link(beside_link(alarms.officer_calls_off("K7Q", PHONE, "we do not need anybody any more")), LINK)
    before, _, behind = text.partition(LINK)
    assert PHONE in before
    assert behind.startswith(' "we do not')
    assert beside_link(f'{"x" * 97} "not needed".') == "x" * 97


def test_it_opens_for_one_coordinator_while_the_alarm_goes_on() -> None:
    """Not for a coordinator who is none any more, nor for somebody who has left."""
    later = NIGHT + timedelta(hours=2)
    assert opens(later, CORA, NIGHT, goes_on=True)
    assert not opens(later, CORA, NIGHT, goes_on=False)
    assert not opens(later, CORA, later, goes_on=True)
    assert not opens(later, ANA, NIGHT, goes_on=True)
    assert not opens(later, None, NIGHT, goes_on=True)


def test_whom_the_page_offers() -> None:
    """Specialists who are not on it already, and every coordinator but whoever looks."""
    assert [person.id for person in alarm_link.can_be_paged(ROSTER, {"ana"})] == [
        person.id for person in ROSTER.people if person.is_specialist and person.id != "ana"
    ]
    coordinators = [person for person in ROSTER.people if person.is_coordinator]
    assert alarm_link.other_coordinators(ROSTER, coordinators[0]) == tuple(coordinators[1:])
