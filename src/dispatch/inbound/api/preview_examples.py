"""What two commands would lead to, for the document's examples."""

from typing import Any

from dispatch.inbound.api.example_night import CALLED_WITHOUT_REFERENCE, DIGEST


def _letter(name: str, purpose: str, channel: str, words: str, after_seconds: int, **more: Any) -> dict[str, Any]:
    """An example of `LetterSeen`."""
    told = {"name": name, "person": None, "purpose": purpose, "channel": channel, "language": "en", "words": words}
    return {**told, "after_seconds": after_seconds, "with_link": False, **more}


def _plan(name: str, person: str, code: str) -> list[dict[str, Any]]:
    """Two texts and two calls, as for everybody without a contact plan of their own."""
    how = "Reply 1 to take it (1 25 = there in 25 min) or 2 if you cannot."
    said = f"This is a call-out from Long Beach Police Department, code {', '.join(code)}. Press 1 to take it. "
    said += "Press 2 if you cannot. Press 9 to hear this again."
    plan = (
        ("sms", f"LBPD call-out {code}. {how}", 0),
        ("voice", said, 60),
        ("sms", f"Again: LBPD call-out {code}, nobody has it yet. {how}", 150),
        ("voice", said, 240),
    )
    return [_letter(name, "page", channel, words, after, person=person) for channel, words, after in plan]


_CODE = CALLED_WITHOUT_REFERENCE["code"]
_AT_ONCE = {"silent": [], "beware": [], "taken_back": 0}
WOULD_PAGE_BEN = {
    "kind": "page_person",
    "sentence": f"Page Ben now for {_CODE}: 2 texts and 2 calls.",
    "letters": _plan("Ben Okafor", "ben", _CODE),
    **_AT_ONCE,
    "tells_agency": False,
    "digest": DIGEST,
}
_NOTICE = "On-call specialists: we page for your request K0DE (West Division). Call it off: NOT NEEDED. Who comes:"
WOULD_OPEN = {
    "kind": "open_by_hand",
    "sentence": "Open a call-out for Long Beach Police Department: 4 texts and 2 calls.",
    "letters": [
        *_plan("Ana Reyes", "ana", "K0DE"),
        _letter("the officer", "officer", "sms", _NOTICE, 2, with_link=True),
        _letter(
            "Children and Family Services",
            "partner",
            "sms",
            "LBPD call-out K0DE is open, a specialist is being paged. For your notice only.",
            0,
        ),
    ],
    **_AT_ONCE,
    "tells_agency": True,
    "digest": DIGEST,
}
