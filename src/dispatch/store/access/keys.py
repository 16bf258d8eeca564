"""API keys of agencies and coordinators. A key is shown once; only its hash is kept."""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.access.hashes import given, is_given
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Either `agency` or `coordinator` is set: whose key it is. A coordinator's may have a `scope`."""

    id: str
    agency: str | None
    coordinator: str | None
    created_at: datetime
    revoked_at: datetime | None = None
    scope: str | None = None

    def __str__(self) -> str:
        """As the audit tells of it."""
        whose = f"agency {self.agency}" if self.agency else f"coordinator {self.coordinator}"
        return f"{self.id} for {whose}{f', for the {self.scope} alone' if self.scope else ''}"


def key_hash(key: str) -> str:
    """Keys have 256 random bits, so a plain hash cannot be reversed; argon2 would only cost 110 ms a call."""
    return hashlib.sha256(key.encode()).hexdigest()


def insert(tx: Transaction, key: ApiKey, secret: str, webhook_secret: str | None) -> None:
    hidden = {"key_hash": key_hash(secret), "webhook_secret": webhook_secret}
    tx.execute(sa.insert(t.api_key), asdict(key) | hidden)


_MOST_REVOKED = 10
_KEY = t.api_key.c
_COLUMNS = (_KEY.id, _KEY.agency, _KEY.coordinator, _KEY.created_at, _KEY.revoked_at, _KEY.scope)
_WORKING = sa.select(_KEY.key_hash, *_COLUMNS).where(_KEY.revoked_at.is_(None))
_BY_HASH = _WORKING.where(is_given(_KEY.key_hash))


def find(tx: Transaction, hashes: Collection[str]) -> dict[str, ApiKey]:
    """Whose keys these are, by their hashes, without those that are unknown or revoked."""
    return _by_hash(tx.execute(_BY_HASH, given(hashes)))


def _by_hash(found: sa.Result[Any]) -> dict[str, ApiKey]:
    return {row["key_hash"]: ApiKey(**{column.name: row[column] for column in _COLUMNS}) for row in found.mappings()}


def by_heart(tx: Transaction) -> tuple[dict[str, ApiKey], dict[str, list[tuple[str, bool]]]]:
    """Every key that works, by its hash, and the secrets of every agency that has one, as they are found one by one."""
    working = _by_hash(tx.execute(_WORKING))
    return working, webhook_secrets_of(tx, {key.agency for key in working.values() if key.agency is not None})


_REVOKED = sa.select(*_COLUMNS).where(
    t.api_key.c.key_hash == sa.bindparam("key_hash"), t.api_key.c.revoked_at.is_not(None)
)


def find_revoked(tx: Transaction, secret: str) -> ApiKey | None:
    """Whose key this was, if it was revoked."""
    row = tx.execute(_REVOKED, {"key_hash": key_hash(secret)}).mappings().first()
    return ApiKey(**row) if row else None


def webhook_secrets_of(tx: Transaction, agencies: Collection[str]) -> dict[str, list[tuple[str, bool]]]:
    """The secrets of each agency, one for each key, each with whether it may sign with it. The ten that were revoked
    last are among them: they tell who still signs with an old one."""
    return {agency: _webhook_secrets(tx, agency) for agency in agencies}


def _webhook_secrets(tx: Transaction, agency: str) -> list[tuple[str, bool]]:
    query = (
        sa.select(t.api_key.c.webhook_secret, t.api_key.c.revoked_at)
        .where(t.api_key.c.agency == agency, t.api_key.c.webhook_secret.is_not(None))
        .order_by(t.api_key.c.revoked_at.desc())
    )
    found = [(secret, revoked_at is None) for secret, revoked_at in tx.execute(query) if secret]
    revoked = [one for one in found if not one[1]]
    return [*(one for one in found if one[1]), *revoked[:_MOST_REVOKED]]


def webhook_now(tx: Transaction, to: str, agency: str | None) -> tuple[str | None, list[str]]:
    """Where a webhook that was decided for the URL `to` goes now, and what signs it: the agency's URL may be another by
    then, or none."""
    now = sa.select(t.agency.c.webhook_url).where(t.agency.c.code == agency)
    url = to if agency is None else tx.execute(now).scalar_one_or_none()
    return url, signing_secrets(tx, url, agency) if url is not None else []


def signing_secrets(tx: Transaction, webhook_url: str, agency: str | None) -> list[str]:
    """What our webhooks to this agency at this URL are signed with: the secret of every key of it that is not revoked.

    With two keys a post carries two signatures, so that a receiver can change its secret without missing one. Agencies
    may share a URL, and none may learn from a signature whether another's secret would fit. Nothing is signed for an
    agency whose URL has changed since. Without `agency` the only agency with this URL is
    meant; nothing is signed if there are several.
    """
    at_this_url = sa.select(t.agency.c.code).where(t.agency.c.webhook_url == webhook_url)
    codes = [code for code in tx.execute(at_this_url).scalars() if agency in (None, code)]
    if len(codes) != 1:
        return []
    query = (
        sa.select(t.api_key.c.webhook_secret)
        .where(t.api_key.c.agency == codes[0], t.api_key.c.revoked_at.is_(None))
        .order_by(t.api_key.c.created_at.desc())
    )
    return [secret for secret in tx.execute(query).scalars() if secret]


def all_keys(tx: Transaction) -> list[ApiKey]:
    return [ApiKey(*row) for row in tx.execute(sa.select(*_COLUMNS).order_by(t.api_key.c.created_at, t.api_key.c.id))]


def of_coordinators(tx: Transaction) -> list[ApiKey]:
    """Those that work."""
    works = sa.and_(t.api_key.c.coordinator.is_not(None), t.api_key.c.revoked_at.is_(None))
    return [ApiKey(*row) for row in tx.execute(sa.select(*_COLUMNS).where(works).order_by(t.api_key.c.id))]


def working(tx: Transaction, key_id: str) -> ApiKey | None:
    """The key of this id, unless it is unknown or revoked."""
    works = sa.and_(t.api_key.c.id == key_id, t.api_key.c.revoked_at.is_(None))
    row = tx.execute(sa.select(*_COLUMNS).where(works)).one_or_none()
    return ApiKey(*row) if row else None


def revoke(tx: Transaction, key_id: str, at: datetime) -> bool:
    """Revoke a key; False when no key that still works has this id."""
    works = sa.and_(t.api_key.c.id == key_id, t.api_key.c.revoked_at.is_(None))
    return bool(tx.execute(sa.update(t.api_key).where(works).values(revoked_at=at)).rowcount)


def keep_for(tx: Transaction, key_id: str, coordinator: str) -> None:
    """It goes on speaking for the coordinator of this id, whatever they, or others, are called by now."""
    tx.execute(sa.update(t.api_key).where(t.api_key.c.id == key_id).values(coordinator=coordinator))
