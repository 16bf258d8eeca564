"""One line to partner agencies."""

from dispatch.rules.wording.alphabet import one_segment
from dispatch.rules.wording.names import agency_name, or_call, shown_name


def partner_opened(agency: str, code: str) -> str:
    return one_segment(
        f"{agency_name(agency)} call-out {code} is open, a specialist is being paged. For your notice only."
    )


def partner_taken(code: str, first_name: str | None = None) -> str:
    who = "a specialist" if first_name is None else shown_name(first_name, "a specialist")
    return one_segment(f"{code}: {who} has taken it. For your notice only.")


def partner_heard(contact: str | None = None) -> str:
    return one_segment(f"Thank you. Our coordinators have your text.{or_call(contact, 'if it is urgent, ')}")


def partner_cancelled(code: str) -> str:
    return one_segment(f"{code} is cancelled, nobody will go. For your notice only.")
