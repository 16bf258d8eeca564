"""What can go wrong with an identity provider. These errors have a file of their own: views import no library."""


class ProviderTrouble(RuntimeError):
    """the identity provider does not answer, or not as it should; the message says what, without any secret"""


class NotProven(ValueError):
    """the identity provider does not prove who this is"""
