"""TwiML as it arrives: text, read into a document or refused with Twilio's code."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree

BYTES_AT_MOST = 64 * 1024
_TWIML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


class TwimlError(Exception):
    """The document cannot be executed; `code` is Twilio's error code."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Document:
    """A parsed `<Response>`, and the URL it came from (empty for TwiML given with the call)."""

    url: str
    root: ElementTree.Element

    def resolve(self, url: str) -> str:
        """A URL in this document, made absolute."""
        return self.resolved(self.url, url)

    @staticmethod
    def resolved(base: str, url: str) -> str:
        """`url` as seen from `base`. Like Twilio, this does not carry the connection overrides of `base` over."""
        return urljoin(base, url) if url else base


def parse(text: str, url: str) -> Document:
    """Read a document. Raises TwimlError 12100 (not XML) or 12102 (not a `<Response>`)."""
    try:
        root = ElementTree.fromstring(text.strip())  # noqa: S314  # it comes from the application under test
    except ElementTree.ParseError as error:
        raise TwimlError(12100, f"document parse failure: {error}") from error
    if root.tag != "Response":
        raise TwimlError(12102, f"the first element must be <Response>, not <{root.tag}>")
    return Document(url, root)


def read(body: str, content_type: str, url: str) -> Document:
    """Read what a webhook about a call answered: TwiML, a recording to play, or plain text to say.

    Raises TwimlError: as `parse` does, and 12300 for a content type that nobody can hear, 11750 for too large a body.
    """
    if not body.strip():
        raise TwimlError(12100, "the document is empty")
    if len(body.encode()) > BYTES_AT_MOST:
        raise TwimlError(11750, f"the document has more than {BYTES_AT_MOST} bytes")
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return _only("Play", url, url)
    if kind == "text/plain":
        return _only("Say", body, url)
    if kind not in _TWIML_TYPES:
        raise TwimlError(12300, f"{kind or 'no content type'} is not TwiML")
    return parse(body, url)


def _only(verb: str, text: str, url: str) -> Document:
    root = ElementTree.Element("Response")
    ElementTree.SubElement(root, verb).text = text
    return Document(url, root)
