"""At each parameter of an address and each field of a query, in turn: nonsense is no mistake of ours, and what was
typed enters no audit. All else is as it should be, so that a door gets as far as that one thing.

Which doors and fields there are is read from the application: a new one is tried without anybody thinking of it.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dispatch.rules.access.permissions import SIGNING_IN
from dispatch.store import tables as t
from tests.inbound.house import PUBLIC_URL, House
from tests.inbound.sign_in.room import COOKIE, OUR_FORM, Ui
from tests.inbound.throwing import Target, aimed, place, targets
from tests.inbound.web import past_weeks

# As each stands in an address. No byte of a text is left out: `%ED%A0%80` is half a character.
_NONSENSE = (
    *("", "%00", "%ED%A0%80", "%FF", "%zz", "a%2Fb", "%0D%0Ax%3A%20y", "%2e%2e%2f", "--", "-1", "0", "1e999", "NaN"),
    *("9" * 11, "9" * 30, "9" * 5_000, "x" * 3_000, quote("é" * 100), quote("２０２６-١٢"), f"2026-{'9' * 30}"),
    *("0000-00", "9999", "9999-12", "9999-Q4", "2026-Q0", "0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01"),
    *("2026-11-01T01:30:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00%2B23:59"),
)


@dataclass
class Asking:
    """Whoever asks at a door, by what they show: Cora in every role, Omar in one, a screen, programs. A mistake of ours
    is an answer to them, and no error of the test."""

    house: House
    real: Mapping[str, str]
    shown: Mapping[str, Mapping[str, str]]

    def let_in(self, target: Target) -> list[str]:
        """Who gets furthest at a door."""
        return ["agency", "program"] if target.path.startswith("/v1/") else ["cora"]

    async def ask(self, target: Target, typed: str, who: str) -> httpx.Response:
        path = aimed(target, typed, self.real)
        if target.path.startswith("/twilio/"):
            return await self.house.carrier(path, {"CallSid": "CA1", "MessageSid": "SM1", "From": "+15625550199"})
        return await self.house.web.request(target.method, path, headers={**OUR_FORM, **self.shown[who]})


@pytest.fixture
async def asking(house: House) -> AsyncIterator[Asking]:
    """A night with an open call-out, behind it some weeks."""
    await house.service.database.write(lambda tx: past_weeks.write(tx, house.clock(), 21))
    house.service.web.state.live.close()  # a stream that is let in ends at once
    real, ui = await place(house), Ui(house)
    await ui.give_roles("cora", *SIGNING_IN)
    tokens = {who: (await ui.session(who)).token for who in ("cora", "omar")}
    tokens["wall"] = (await ui.session("cora", "wall")).token
    shown = {who: {"Cookie": f"{COOKIE}={token}", "Accept": "text/html"} for who, token in tokens.items()}
    for who, key in (("agency", house.lbpd), ("program", house.coordinator)):
        shown[who] = {"Authorization": f"Bearer {key.key}"}
    transport = httpx.ASGITransport(app=house.service.web, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as web:
        yield Asking(replace(house, web=web), real, {**shown, "nobody": {}})


@pytest.mark.slow(45)
@pytest.mark.timeout(600)  # thousands of requests; a busy machine takes its time
async def test_no_nonsense_in_an_address_is_our_mistake(asking: Asking) -> None:
    """All of it by whoever gets furthest at the door, and some of it by everybody and in every role.

    `/response-times/public/9999` was a traceback: no period comes after the last one of the calendar. So were a year of
    eleven digits, and the last day of the calendar as the last one of the response times."""
    doors, failed = list(targets(asking.house)), []

    async def tries(target: Target, typed: str, who: str, role: str = "") -> None:
        answer = await asking.ask(target, typed, who)
        if answer.status_code >= 500:
            failed.append(f"{target}: {typed[:60]} by {who} {role} was answered {answer.status_code}")

    for target in doors:
        let_in = asking.let_in(target)
        for number, typed in enumerate(_NONSENSE):
            await tries(target, typed, let_in[number % len(let_in)])
    ways = [("omar", role) for role in sorted(SIGNING_IN)] + [(who, None) for who in sorted(asking.shown)]
    for turn, (who, role) in enumerate(ways):
        if role is not None:
            await Ui(asking.house).give_roles(who, role)
        for number, target in enumerate(one for one in doors if not one.beside):
            await tries(target, _NONSENSE[(turn + number) % len(_NONSENSE)], who, role or "")
    assert not failed, "\n".join(failed)
    assert len(doors) > 60


# ---- the audit -----------------------------------------------------------------------------------------------------

_NAMES = st.one_of(
    st.sampled_from(("Maria Lopez, 14", "MIA", "12 Ocean Blvd")),
    st.text(st.characters(categories=("L", "Zs")), min_size=5, max_size=60),
)
"""What somebody may type who looks for a child. None of it is anything that exists."""


async def _audited(asking: Asking, target: Target, typed: str) -> list[tuple[object, ...]]:
    """What the audit says of it."""
    read = asking.house.service.database.read
    before = await read(lambda tx: tx.execute(sa.select(sa.func.max(t.audit.c.id))).scalar_one())
    for who in asking.let_in(target):
        await asking.ask(target, quote(typed, safe=""), who)
    line = t.audit.c
    new = sa.select(line.who, line.did, line.callout, line.detail, line.source).where(line.id > before)
    return [tuple(row) for row in await read(lambda tx: tx.execute(new).all())]


@settings(
    max_examples=3,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(one=_NAMES, other=_NAMES)
@pytest.mark.slow
async def test_the_audit_says_the_same_whatever_name_was_typed(asking: Asking, one: str, other: str) -> None:
    """Nothing ever leaves the audit. `/response-times?agency=` wrote into it whatever somebody had typed: a child's
    name, for ever. It names only what exists; of two names that do not, nobody can tell from it which was typed."""
    told, asked = 0, [target for target in targets(asking.house) if not target.beside]
    for target in asked:
        if target.path == "/callouts/{callout_id}/events":  # a look that is noted is not noted again within the hour
            await _audited(asking, target, one)
    for target in asked:
        lines = await _audited(asking, target, one)
        assert await _audited(asking, target, other) == lines, str(target)
        told += len(lines)
    assert told > 10, "some of it was looked at, and stands there"
