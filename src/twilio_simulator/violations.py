"""Checks a document against a dialect, and says in sentences what the carrier would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

from twilio_simulator.dialects import NUMBER, SEVERAL, TWILIO, URL, Dialect
from twilio_simulator.documents import TwimlError, parse


def violations(twiml: str, dialect: Dialect = TWILIO, *, waiting: bool = False) -> list[str]:
    """What is wrong with a document for a call; empty when nothing is. `waiting`: it is the document of a waitUrl."""
    try:
        document = parse(twiml, "")
    except TwimlError as error:
        return [str(error)]
    return violations_in(document.root, dialect, waiting=waiting)


def violations_in(root: Element, dialect: Dialect = TWILIO, *, waiting: bool = False) -> list[str]:
    """`violations`, of a document that has been parsed."""
    found = list(_inside(root, dialect))
    if waiting:
        found += [
            f"<{verb.tag}> cannot stand in the document of a waitUrl"
            for verb in root
            if verb.tag not in dialect.while_waiting
        ]
    found += [
        "answerOnBridge needs its <Dial> to be the first verb"
        for verb in root[1:]
        if verb.tag == "Dial" and verb.get("answerOnBridge") == "true"
    ]
    return found


def _inside(element: Element, dialect: Dialect) -> Iterator[str]:
    """What is wrong with an element that may stand where it stands, and with all that stands in it."""
    known = dialect.elements[element.tag]
    if known.unchecked:
        return
    for attribute, value in element.attrib.items():
        if attribute not in known.attributes:
            yield f"<{element.tag}> has no attribute {attribute}"
        else:
            yield from _value(element.tag, attribute, value, dialect)
    if not known.text and any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        yield f"no text can stand in <{element.tag}>"
    if element.tag == "Redirect":
        yield from _url("<Redirect>", (element.text or "").strip())
    for child in element:
        if child.tag not in known.children:
            yield f"<{child.tag}> cannot stand in <{element.tag}>"
        else:
            yield from _inside(child, dialect)
    if element.tag == "Dial" and len(element) > 1 and element.find("Conference") is not None:
        yield "<Conference> stands alone in its <Dial>"
    if element.tag == "Gather" and "speechModel" in element.attrib and not _is_whole(element.get("speechTimeout", "")):
        yield "<Gather> with a speechModel needs a speechTimeout in seconds"


def _value(tag: str, attribute: str, value: str, dialect: Dialect) -> Iterator[str]:
    allowed = dialect.allowed(tag, attribute)
    where = f"{attribute} of <{tag}>"
    if not allowed:
        return
    if allowed == NUMBER:
        if not _is_whole(value):
            yield f"{where} must be a whole number, not {value!r}"
    elif allowed == URL:
        yield from _url(where, value)
    elif not value or not set(value.split() if attribute in SEVERAL else [value]) <= set(allowed.split()):
        yield f"{where} must be of: {allowed}; not {value!r}"


def _url(where: str, url: str) -> Iterator[str]:
    names = [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    if names != sorted(names):
        # Twilio signs the URL as it is written, and asks for it with its parameters sorted (twilio-php #790).
        yield f"the parameters of {where} are not in alphabetical order, so its signature would not hold"


def _is_whole(value: str) -> bool:
    return value.isascii() and value.isdigit()
