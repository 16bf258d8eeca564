"""What must be secret at rest is encrypted under `DISPATCH_SECRET_KEYS`: the first key encrypts, all decrypt."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

NO_KEYS = (
    "DISPATCH_SECRET_KEYS is not set, so codes cannot be kept safely. Whoever runs the service sets it and restarts; "
    "docs/operations.md says how."
)


class NoSecretKeys(RuntimeError):
    """nothing can be kept secret: `DISPATCH_SECRET_KEYS` is not set"""


class NotDecryptable(RuntimeError):
    """none of `DISPATCH_SECRET_KEYS` is the key that this was encrypted under"""


class SecretKeys:
    """Encrypts and decrypts with Fernet keys (32 bytes in base64 that is safe in URLs). No keys is allowed."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def encrypt(self, text: str) -> str:
        """Raises `NoSecretKeys`."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, hidden: str) -> str:
        """Raises `NoSecretKeys`, and `NotDecryptable` when the key it was encrypted under is not among ours."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(hidden.encode()).decode()
        except InvalidToken as error:
            raise NotDecryptable(str(NotDecryptable.__doc__)) from error

    def renewed(self, hidden: str) -> str | None:
        """The same, encrypted under the first key; None when it already is. Raises as `decrypt` does."""
        from cryptography.fernet import Fernet, InvalidToken

        text = self.decrypt(hidden)
        try:
            Fernet(self._keys[0]).decrypt(hidden.encode())
        except InvalidToken:
            return self.encrypt(text)
        return None

    @cached_property
    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        if not self._keys:
            raise NoSecretKeys(NO_KEYS)
        return MultiFernet([Fernet(key) for key in self._keys])


def new_key() -> str:
    """A new key, at random."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()
