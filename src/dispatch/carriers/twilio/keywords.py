"""The words that Twilio itself acts on when a text holds nothing else, whatever we do with the text.

After an opt-out it refuses every text from us to that number (error 21610) until an opt-in arrives. It also takes YES
for an opt-in, and answers HELP and INFO. For us, YES takes a call-out, and we answer HELP as well.
"""

from dispatch.rules.reader.letters import one_word
from dispatch.rules.reader.vocabulary import Consent

_WORDS = {
    Consent.OPT_OUT: ("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"),
    Consent.OPT_IN: ("START", "UNSTOP"),
}
CONSENTS = {word: consent for consent, words in _WORDS.items() for word in words}


def consent_in(body: str) -> Consent | None:
    """What a text tells Twilio about accepting our texts. The word must stand alone, however carelessly it is typed."""
    return CONSENTS.get(one_word(body))
