"""What the officer is told about who comes: as much as the table in `rules/access/trust.py` lets this caller hear.

The law: somebody who has faked a number and reads our texts learns that a specialist comes, but neither who nor when.
"""

from datetime import datetime

from dispatch.rules.access.trust import rights
from dispatch.rules.decisions import TextOfficer
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.wording import agency_texts
from dispatch.rules.wording.languages import Words


def taken(callout: CallOut, first_name: str, eta_at: datetime | None, *, there: bool = False) -> TextOfficer:
    """Somebody has it. `there` says that they took it by saying that they are with the officer."""
    if not rights(callout.trust).hears_names:
        return TextOfficer(agency_texts.officer_taken_by_somebody(callout.code))
    if there:
        return TextOfficer(agency_texts.officer_with_you(callout.code, first_name))
    return TextOfficer(agency_texts.officer_taken(callout.code, first_name, eta_at))


def eta(callout: CallOut, first_name: str, eta_at: datetime, *, new: bool) -> list[TextOfficer]:
    """When they come; `new` if the officer was told another time before."""
    if not rights(callout.trust).hears_names:
        return []
    return [TextOfficer(agency_texts.officer_eta(callout.code, first_name, eta_at, new=new))]


def who_comes(callout: CallOut, first_name: str, eta_at: datetime | None, *, there: bool) -> Words:
    """A sentence for an officer who asks."""
    if not rights(callout.trust).hears_names:
        return agency_texts.SOMEBODY_HAS_IT
    return agency_texts.who_comes(first_name, eta_at, there=there)
