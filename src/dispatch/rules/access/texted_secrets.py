"""Links and codes in what we text.

The law: a stolen database or backup holds no link and no code that still opens anything. They stand in a page's text
while it may still have to be sent, or looked for at the carrier by its words; once it has left or is over they are
blanked.
"""

import re

_LINK = re.compile(r"(https?://\S{1,300}?/(?:[raon]|me|welcome|wall|let-in|calendar)/)(?:[A-Za-z0-9]+|\[link\])")
_CODE = re.compile(r"\A\d{6}\b")


def blanked(text: str) -> str:
    """What may be kept of a text that has left or is over."""
    return _CODE.sub("[code]", _LINK.sub(r"\1[link]", text))


def has_link(text: str) -> bool:
    return _LINK.search(text) is not None


def relinked(text: str, token: str) -> str:
    """The text with another link in place of its own, whether that is blanked or not."""
    return _LINK.sub(lambda link: link[1] + token, text)
