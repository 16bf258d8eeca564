"""The real service on a real database, and what tests of its doors do with it."""

import base64
import hashlib
import hmac
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest
import sqlalchemy as sa
from twilio.request_validator import RequestValidator

from dispatch.actions.roster.edit_roster import NewKey
from dispatch.app import Service
from dispatch.carriers.twilio.addresses import RETRY_POLICY
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction
from tests.postgres import PostgresServer

PUBLIC_URL = "https://dispatch.example"
TOKEN = "carrier-token"
SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
# Wednesday, 02:14 in Los Angeles: Ana is on call, and Dev is the backup.
NOW = datetime(2026, 1, 7, 10, 14, tzinfo=UTC)
ANA, BEN, CLEO = "+15625550101", "+15625550102", "+15625550103"
DEV, CORA = "+15625550104", "+15625550106"
OFFICER = "+15625550177"
CALL: dict[str, Any] = {"officer": {"callback_phone": OFFICER}}
_COUNTED = frozenset({"audit", "call_exchange"})
STRICT = {"Prefer": "handling=strict"}


@dataclass
class Clock:
    """Stands still until a test moves it."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_minutes(self, minutes: float) -> None:
        self.moment += timedelta(minutes=minutes)


def signature_headers(
    secret: str, body: bytes, *, at: datetime, webhook_id: str = "msg_1", signed_id: str | None = None
) -> dict[str, str]:
    """The headers of Standard Webhooks, implemented a second time from the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    seconds = str(int(at.timestamp()))
    signed = f"{signed_id or webhook_id}.{seconds}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": webhook_id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{digest}"}


@dataclass
class House:
    """One node, its clock, the keys of two agencies and of a coordinator, keys for the schedule alone and for
    changes of it, and a client at its doors.

    `last_line_before` is the last line of the audit that is none of the test's own: none can be removed.
    """

    service: Service
    clock: Clock
    web: httpx.AsyncClient
    lbpd: NewKey
    lapd: NewKey
    coordinator: NewKey
    schedule: NewKey
    schedule_changes: NewKey
    last_line_before: int = 0
    _sids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    # ---- an agency -------------------------------------------------------------------------------------------------

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: NewKey | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """A request with a key (LBPD's unless another is given) and a JSON body, if any."""
        bearer = {"Authorization": f"Bearer {(key or self.lbpd).key}"}
        content = None if body is None else json.dumps(body).encode()
        typed = {"Content-Type": "application/json"} if content is not None else {}
        return await self.web.request(method, path, content=content, headers={**bearer, **typed, **(headers or {})})

    async def call(self, body: Any = None, **more: Any) -> httpx.Response:
        return await self.ask("POST", "/v1/callouts", CALL if body is None else body, **more)

    async def opened(self, **details: Any) -> dict[str, Any]:
        """A call-out that LBPD has opened."""
        answer = await self.call({**CALL, **details})
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    async def raw(self, body: bytes, **headers: str) -> httpx.Response:
        """Post a body as it is to the door that opens call-outs."""
        known = {"Authorization": f"Bearer {self.lbpd.key}", "Content-Type": "application/json"}
        return await self.web.post("/v1/callouts", content=body, headers={**known, **headers})

    # ---- the carrier -----------------------------------------------------------------------------------------------

    async def carrier(
        self,
        path: str,
        form: Mapping[str, str] | list[tuple[str, str]] | None = None,
        *,
        token: str = TOKEN,
        signature: str | None = None,
    ) -> httpx.Response:
        """Post a form that the carrier signed; `signature` replaces the right signature, "" leaves it out."""
        pairs = list(form.items()) if isinstance(form, Mapping) else list(form or [])
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        right = RequestValidator(token).compute_signature(PUBLIC_URL + path, _MultiDict(values))
        signed = {"X-Twilio-Signature": right if signature is None else signature} if signature != "" else {}
        body = urlencode(pairs).encode()
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.web.post(path, content=body, headers={**form_type, **signed})

    async def text(self, body: str, *, sender: str = ANA, sid: str | None = None) -> httpx.Response:
        form = {"MessageSid": sid or f"SM{next(self._sids):032x}", "From": sender, "To": "+15625550100", "Body": body}
        return await self.carrier("/twilio/sms", form)

    async def pick_up(self, page: str, query: str = "") -> ET.Element:
        return twiml(await self.carrier(f"/twilio/voice/page/{page}{query}", {"CallSid": "CA1"}))

    async def press(self, page: str, stage: str, digits: str) -> ET.Element:
        answer = await self.carrier(
            f"/twilio/voice/page/{page}/keys?stage={stage}", {"CallSid": "CA1", "Digits": digits}
        )
        return twiml(answer)

    async def taken(self, callout: Mapping[str, Any], minutes: str = "") -> None:
        """Ana takes a call-out on the phone."""
        page = await self.page(callout["id"], person="ana", channel="voice", purpose="page")
        await self.press(page["id"], "page", "1")
        if minutes:
            await self.press(page["id"], "eta", minutes)

    async def link(self, callout_id: str, purpose: str = "confirmation") -> str:
        """The path of the newest one-time link that was texted to Ana."""
        pages = await self.rows(t.page, callout=callout_id, person="ana", purpose=purpose)
        text: str = next(page["text"] for page in reversed(pages) if PUBLIC_URL in page["text"])
        return text[text.index(PUBLIC_URL) + len(PUBLIC_URL) :]

    # ---- the database ----------------------------------------------------------------------------------------------

    async def rows(self, table: sa.Table, **equal: Any) -> list[dict[str, Any]]:
        """The rows of a table in which these columns have these values, in the order of their keys; of the audit those
        of the test."""
        return await self.service.database.read(lambda tx: self._rows(tx, table, equal))

    def _rows(self, tx: Transaction, table: sa.Table, equal: Mapping[str, Any]) -> list[dict[str, Any]]:
        query = sa.select(table).order_by(*table.primary_key.columns)
        if table is t.audit:
            query = query.where(t.audit.c.id > self.last_line_before)
        for name, value in equal.items():
            query = query.where(table.c[name] == value)
        return [dict(row) for row in tx.execute(query).mappings()]

    async def row(self, table: sa.Table, **equal: Any) -> dict[str, Any]:
        (row,) = await self.rows(table, **equal)
        return row

    async def page(self, callout_id: str | None, **equal: Any) -> dict[str, Any]:
        """The page of this kind that is due first."""
        pages = await self.rows(t.page, callout=callout_id, **equal)
        return min(pages, key=lambda page: (page["due_at"] or page["created_at"], page["id"]))

    async def put(self, table: sa.Table, **values: Any) -> None:
        await self.run(sa.insert(table).values(**values))

    async def change(self, table: sa.Table, row_id: object, **values: Any) -> None:
        await self.run(sa.update(table).where(table.c.id == row_id).values(**values))

    async def run(self, statement: sa.Executable) -> None:
        """Write past the service, as only a test may."""
        await self.service.database.write(lambda tx: tx.execute(statement).close())

    async def went_out(self, callout_id: str) -> None:
        """Mark the first text of a call-out as sent."""
        page = await self.page(callout_id, purpose="page", channel="sms")
        await self.change(t.page, page["id"], tried_at=self.clock(), state="sent", sid="SM-first", due_at=None)

    async def loses_its_database(self, request: pytest.FixtureRequest) -> None:
        """It answers no more."""
        if self.service.database.is_sqlite:
            await self.service.database.close()
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            server.drop_database(str(self.service.database.url.database))

    async def everything(self, *, but: frozenset[str] = _COUNTED) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, the audit trail and the count of the turns of calls aside."""
        tables = [table for table in t.metadata.sorted_tables if table.name not in but]
        # In one transaction: in one for each of sixty tables, most of the time went into beginning and ending them.
        return await self.service.database.read(lambda tx: {one.name: self._rows(tx, one, {}) for one in tables})


class _MultiDict(dict[str, list[str]]):
    """What the carrier's SDK reads repeated fields from."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def twiml(answer: httpx.Response) -> ET.Element:
    """What a caller hears, once it is proven to be XML."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/xml")
    return ET.fromstring(answer.text)


def words(heard: ET.Element) -> str:
    return " ".join(sentence.text or "" for sentence in heard.iter("Say"))


def asked_at(heard: ET.Element) -> str | None:
    """Where the next key goes, as a path; None when the call asks for none."""
    gather = heard.find("Gather")
    return None if gather is None else _asked_for(gather.attrib["action"])


def goes_on_at(heard: ET.Element) -> str | None:
    """Where a call goes on without a key, as a path; None when it ends."""
    redirect = heard.find("Redirect")
    return None if redirect is None or redirect.text is None else _asked_for(redirect.text)


def _asked_for(url: str) -> str:
    """The path that the carrier asks for, once it is proven that it asks again when the answer does not come."""
    path, _, policy = url.removeprefix(PUBLIC_URL).partition("#")
    assert policy == RETRY_POLICY
    return path


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document, once it is proven to be one of this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["detail"]
    return document


def fields(answer: httpx.Response) -> set[str]:
    """The fields that a 422 names."""
    return {error["field"] for error in problem(answer, 422)["errors"]}


def unbroken(html: str) -> str:
    """A view's words without what keeps "call-out" on one line."""
    return re.sub(r'<span class="nb">(call-outs?)</span>', r"\1", html, flags=re.IGNORECASE)
