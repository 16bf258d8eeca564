"""The words that Twilio itself acts on when a text holds nothing else, whatever we do with it.

After one of the first it refuses every text of ours to that number (error 21610) until one of the second arrives. It
also takes YES for an opt-in and answers HELP and INFO; to us YES takes a call-out, and we answer HELP as well.
"""

from dispatch.rules.reply import Consent, one_word

_WORDS = {
    Consent.OPT_OUT: ("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"),
    Consent.OPT_IN: ("START", "UNSTOP"),
}
CONSENTS = {word: consent for consent, words in _WORDS.items() for word in words}


def consent_in(body: str) -> Consent | None:
    """What a text says to Twilio about taking our texts; the word stands alone, as careless as it may be typed."""
    return CONSENTS.get(one_word(body))
