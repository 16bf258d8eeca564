"""The address of a specialist's link: what is texted, the door that it leads to, and how a text is kept without it."""

PATH = "/r/{token}"


def link_address(public_url: str, token: str) -> str:
    return public_url + PATH.format(token=token)


def without_link(text: str) -> str:
    """The text of a page that has left us, without its link: a reader of the database must not see the place."""
    return text.partition(PATH.partition("{")[0])[0]
