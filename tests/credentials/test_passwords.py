"""Passwords: what is kept of one, and that nothing else is taken for it."""

from dispatch.credentials.passwords import Passwords
from dispatch.rules.access.sign_in import LONGEST_PASSWORD


async def test_only_the_same_password_is_right() -> None:
    """However its letters are composed. What is kept says nothing of it, and has the cost that OWASP asks for."""
    passwords = Passwords()
    kept = await passwords.hash("café with a horse")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "horse" not in kept
    assert await passwords.is_right("cafe\N{COMBINING ACUTE ACCENT} with a horse", kept)
    assert not await passwords.is_right("cafe with a horse", kept)


async def test_two_with_one_password_cannot_be_told_by_what_is_kept() -> None:
    passwords = Passwords()
    assert await passwords.hash("correct horse battery") != await passwords.hash("correct horse battery")


async def test_without_a_hash_nothing_is_right() -> None:
    """Not even the password that is worked on in its place; nor against what is no hash of ours."""
    passwords = Passwords()
    assert not await passwords.is_right("nobody's", None)
    assert not await passwords.is_right("nobody's", "nobody's")


async def test_more_than_a_password_may_have_is_not_it() -> None:
    """What is too long is cut off before it costs anything, and is then still too long to be right."""
    passwords, longest = Passwords(), "x" * LONGEST_PASSWORD
    kept = await passwords.hash(longest)
    assert await passwords.is_right(longest, kept)
    assert not await passwords.is_right(longest + "x" * 100_000, kept)
