"""What a test of a shift says to whoever was silent."""

from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import shown_name


def silent(backup: str) -> Words:
    """To whoever did not answer. Nobody was taken off call."""
    beside, junto = shown_name(backup, "a colleague"), shown_name(backup, "un colega")
    return text(
        f"You did not answer our test, so {beside} is on call beside you until you do. Reply 1.",
        f"No contestó nuestra prueba, así que {junto} está de guardia con usted hasta que lo haga. Responda 1.",
    )
