"""Every message of a call-out has a word in its view."""

from dispatch.inbound.web.callout.shaped import SENT_FOR
from dispatch.rules.facts.pages import Purpose


def test_each_purpose_has_a_word() -> None:
    """But for those that ask somebody to take it, which are listed by step. One without a word would fail the view."""
    assert {one for one in Purpose if not one.asks} == set(SENT_FOR)
