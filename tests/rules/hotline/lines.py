"""Lines to try the hotline's rules on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.hotline import HotlineCall, OnTheLine
from dispatch.rules.facts.phone_calls import NOBODY_ON_THE_PHONE
from dispatch.rules.facts.roster import UNLISTED, Agency, Roster, Station
from dispatch.rules.hotline.menu import press
from dispatch.rules.hotline.stages import Stage
from dispatch.rules.hotline.steps import MenuResult
from dispatch.rules.phone.calls import SpokenReply
from tests.rules.situations import NIGHT, ROSTER, callout, dials, situation

LISTED = "+15625550150"
DESK = "+15625550151"
STRANGER = "+15625550199"
PIN = "482915"
LBPD = Agency(
    "LBPD",
    "Long Beach Police Department",
    listed_numbers=(LISTED,),
    stations=(
        Station("West Division", "1835 Santa Fe Avenue", DESK),
        Station("North Division", "4891 Atlantic Avenue"),
    ),
    pin=PIN,
)
HOUSE: Roster = replace(ROSTER, agencies=(LBPD, Agency("LAPD", "Los Angeles Police Department")))


def call(trust: Trust = Trust.LISTED, **facts: Any) -> HotlineCall:
    """A call that has just come in; from the agency's own phone where that is known."""
    known = trust in {Trust.LISTED, Trust.LIKELY, Trust.VERIFIED}
    phone = None if trust is Trust.WITHHELD else LISTED if known else STRANGER
    usual: dict[str, Any] = {"phone": phone, "agency": "LBPD" if known else UNLISTED.code}
    return HotlineCall("h1", trust=trust, called_at=NIGHT, **(usual | facts))


def line(trust: Trust = Trust.LISTED, about: CallOut | None = None, **facts: Any) -> OnTheLine:
    """Somebody of this kind on the line; `about` is the call-out of their call. `alarms` are its open ones; what is no
    fact of the line is one of the call. Whatever came `earlier` is still waited for, unless `awaited` is given."""
    earlier, bridge = facts.pop("earlier", ()), facts.pop("bridge", NOBODY_ON_THE_PHONE)
    awaited, rings_back = facts.pop("awaited", earlier), facts.pop("rings_back", None)
    bound, wrong_codes = facts.pop("bound", False), facts.pop("wrong_codes", 0)
    stands = situation(about, HOUSE, facts.pop("alarms", ())) if about is not None else None
    known = call(trust, callout=about.id if about is not None else None, **facts)
    on = OnTheLine(known, HOUSE, stands, earlier, bridge, dials, bound, wrong_codes)
    return replace(on, awaited=awaited, rings_back=rings_back)


def opened(trust: Trust = Trust.LISTED, **facts: Any) -> CallOut:
    """A call-out that such a caller has opened."""
    return callout(trust=trust, officer_phone=facts.pop("officer_phone", LISTED), **facts)


def after(led: MenuResult, on: OnTheLine, seconds: float = 1) -> SpokenReply:
    """What is heard once the steps are done, on the line as it then is."""
    return led.then(on, NIGHT + timedelta(seconds=seconds))


def pressed(on: OnTheLine, stage: Stage, keys: str, seconds: float = 1) -> MenuResult:
    return press(on, stage, keys, NIGHT + timedelta(seconds=seconds))
