"""The link to somebody's own shifts, texted on NIGHTS.

The law: it shows what is its person's own, and what they could cover. It changes something only by a POST, since
programs open links to preview them; it ends after two weeks, with a newer one, and when its person has left.
"""

from datetime import timedelta

from dispatch.rules.wording.languages import Words

PATH = "/me/{token}"
ENDS_AFTER = timedelta(days=14)


def behind(words: Words, address: str) -> Words:
    return Words(f"{words} {address}", f"{words.spanish} {address}")
