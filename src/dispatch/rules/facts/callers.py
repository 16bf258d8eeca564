"""Who a caller is to us."""

from enum import StrEnum


class Trust(StrEnum):
    """What we know of whoever calls: whether they are police."""

    # What each may is one table: `rules/access/trust.py`.
    VERIFIED = "verified"  # a webhook with its credential, or a coordinator rang the agency's listed number
    LIKELY = "likely"  # a listed number that the network vouches for, or the agency's PIN
    LISTED = "listed"  # a listed number, and nothing that says who holds the phone
    UNLISTED = "unlisted"
    WITHHELD = "withheld"  # shows no number

    @property
    def is_unverified(self) -> bool:
        """Whether nothing but a number, or not even that, says that police are calling: the page says so."""
        return self not in {Trust.VERIFIED, Trust.LIKELY}

    @property
    def can_be_verified(self) -> bool:
        """Whether a coordinator who rings the agency would learn something."""
        return self is not Trust.VERIFIED
