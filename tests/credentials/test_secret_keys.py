"""What is secret at rest: under which key it is kept, and which opens it."""

import pytest

from dispatch.credentials.secret_keys import NoSecretKeys, NotDecryptable, SecretKeys, new_key

OLD, NEW = "A" * 43 + "=", "B" * 42 + "A="


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    hidden = SecretKeys([OLD]).encrypt("a seed")
    assert "seed" not in hidden
    both = SecretKeys([NEW, OLD])
    assert both.decrypt(hidden) == "a seed"
    assert SecretKeys([NEW]).decrypt(both.encrypt("a seed")) == "a seed"


def test_what_an_old_key_encrypted_is_kept_under_the_first_from_then_on() -> None:
    """And what the first one did stays as it is, so that nothing is written each time it is read."""
    both = SecretKeys([NEW, OLD])
    renewed = both.renewed(SecretKeys([OLD]).encrypt("a seed"))
    assert renewed is not None
    assert SecretKeys([NEW]).decrypt(renewed) == "a seed"
    assert both.renewed(renewed) is None


def test_another_key_opens_nothing() -> None:
    with pytest.raises(NotDecryptable):
        SecretKeys([NEW]).decrypt(SecretKeys([OLD]).encrypt("a seed"))


def test_without_keys_nothing_is_kept() -> None:
    """A deployment may have none; whoever needs one hears what to set."""
    none = SecretKeys([])
    assert not none
    with pytest.raises(NoSecretKeys, match="DISPATCH_SECRET_KEYS"):
        none.encrypt("a seed")
    with pytest.raises(NoSecretKeys, match="DISPATCH_SECRET_KEYS"):
        none.decrypt("anything")


def test_a_new_key_is_one() -> None:
    keys = SecretKeys([new_key()])
    assert keys.decrypt(keys.encrypt("a seed")) == "a seed"
    assert new_key() != new_key()
