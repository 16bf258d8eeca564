"""Names, callers and other people's words, made fit for our own sentences."""

import re
from collections.abc import Sequence

from dispatch.rules.facts.actors import Trust
from dispatch.rules.wording.alphabet import gsm7, shortened


def shown_name(first_name: str, otherwise: str) -> str:
    """A name that can be shown in a text; `otherwise` for one in letters that GSM-7 cannot write."""
    plain = gsm7(first_name)
    return otherwise if "?" in plain or not any(map(str.isalpha, plain)) else " ".join(plain.split())[:20].rstrip()


def someone(first_name: str) -> str:
    return shown_name(first_name, "a colleague")


def un_colega(first_name: str) -> str:
    return shown_name(first_name, "un colega")


def specialist(first_name: str) -> str:
    return shown_name(first_name, "the specialist")


def first_up(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def first_down(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def agency_name(agency: str) -> str:
    return shortened(agency, 30)


def quoted(text: str, most: int) -> str:
    # Links are broken apart, so that nobody can send a coordinator a working link in our name.
    plain = re.sub(r"\.(?=\S)", ". ", gsm7(text[:300]).replace("://", " "))
    return '"' + shortened(plain.replace('"', "'"), most) + '"'


def please_call(who: str, phone: str) -> str:
    """With the number to ring, if there is one: somebody who has left the roster has none."""
    return f"Please call {who}{f', {phone}' if phone else ''}."


def minutes_text(minutes: int) -> str:
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def minutos(minutes: int) -> str:
    return "1 minuto" if minutes == 1 else f"{minutes} minutos"


def counted_text(number: int, one: str, many: str | None = None) -> str:
    """`number` with its noun: 1 policy, 2 policies."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def said_name(name: str) -> str:
    return " ".join(name.split())[:60]


def or_call(contact: str | None, when: str = "") -> str:
    """The sentence that names the number to ring; nothing where there is none."""
    return f" {first_up(f'{when}call {contact}.')}" if contact else ""


def o_llame(contact: str | None) -> str:
    """The Spanish twin of `or_call`."""
    return f" O llame al {contact}." if contact else ""


def listed(codes: Sequence[str], and_: str = "and", others: str = "others") -> str:
    if len(codes) > 4:
        return f"{', '.join(codes[:4])} {and_} {others}"
    return f" {and_} ".join([", ".join(codes[:-1]), codes[-1]] if len(codes) > 1 else codes)


_DOUBT = {
    Trust.LISTED: "unverified caller",
    Trust.UNLISTED: "unlisted caller, unverified",
    Trust.WITHHELD: "caller without a number, unverified",
}

SAID_BY_THE_CALLER = "said by the caller, not confirmed"
"""Stands beside a meeting place that no coordinator has confirmed."""


def doubt(trust: Trust) -> str:
    """What we know of a caller, such as "unverified caller"; empty for a caller who is known."""
    return _DOUBT.get(trust, "")
