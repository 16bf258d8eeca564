"""A night in the sample town in which every operation of the API is asked for, by those who may and by those who may
not. What they are answered are the examples of the OpenAPI document, `python -m tools.record_examples`.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from dispatch.actions.roster.edit_roster import new_key
from dispatch.inbound.api.callout_request import CallOutRequest
from dispatch.inbound.api.command_bodies import EXAMPLE_DIGEST
from dispatch.inbound.api.schedule_changes import ChangeToPreview
from dispatch.inbound.http.examples import Example
from dispatch.rules.access.permissions import Scope
from dispatch.rules.facts.actors import OPERATOR, Source
from tests.stories.story import ROSTER, Story, tell
from tests.twilio_simulator.application import Application
from tests.twilio_simulator.application import serving as receiving

DIGEST = EXAMPLE_DIGEST
KEY = "5f0c6a0e-8d0b-4f0e-9a55-0d5f4c2f7a11"
NOWHERE = "01a20e43-aae0-7000-99ea-000000000000"
"""An id that nothing has."""
_CALL: dict[str, Any] = CallOutRequest.model_json_schema()["examples"][-1]
OTHER: dict[str, Any] = {"officer": {"callback_phone": "+15625550178"}}
_PLACE = {"meeting_place": {"address": "Memorial Medical Center, ambulance entrance"}}
_PAGE_BEN = {"command": {"do": "page_person", "person": "ben"}}
_ANY_KEY = {"Idempotency-Key": "any"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A `body` or a `query` that an operation refuses, a `right` body, and a query that leads `nowhere`."""

    body: Any = None
    query: Any = None
    right: Any = None
    nowhere: Any = None


_NO_NUMBER: dict[str, Any] = {"officer": {}}
_CANNOT_BE_RUNG = {"officer": {"callback_phone": "West Division"}}
_NO_OVERRIDE = {"change": {"do": "end_override", "key": "staff"}}
_NO_CHANGE = {"change": {"do": "undo", "version": 999}}
_NO_COVER = {"do": "give", "number": 999, "person": "cleo"}
_NEXT = {"command": {"do": "next_step"}}
REFUSALS: dict[str, tuple[str, Wrong]] = {
    "post /v1/callouts": ("LBPD", Wrong(_NO_NUMBER, right=OTHER)),
    "get /v1/callouts": ("LBPD", Wrong(query={"limit": 500}, nowhere={"before": NOWHERE})),
    "get /v1/callouts/{callout_id}": ("LBPD", Wrong()),
    "patch /v1/callouts/{callout_id}": ("LBPD", Wrong(_CANNOT_BE_RUNG, right=_PLACE)),
    "post /v1/callouts/{callout_id}/cancel": ("LBPD", Wrong('"the family has come"', right={})),
    "post /v1/callouts/{callout_id}/close": ("cora", Wrong()),
    "post /v1/callouts/{callout_id}/commands/preview": ("cora", Wrong({"command": {"do": "page_person"}}, right=_NEXT)),
    "post /v1/callouts/{callout_id}/commands": ("cora", Wrong(_NEXT, right=_NEXT | {"digest": DIGEST})),
    "get /v1/alarms": ("cora", Wrong()),
    "post /v1/alarms/{alarm_id}/own": ("cora", Wrong()),
    "get /v1/on-call": ("schedule", Wrong(query={"at": "2026-11-01T00:00:00"})),
    "get /v1/schedule": ("schedule", Wrong(query={"from": "2026-11-01T00:00:00"})),
    "post /v1/schedule/changes/preview": ("changes", Wrong({"change": {"do": "end_override"}}, right=_NO_OVERRIDE)),
    "post /v1/schedule/changes": (
        "changes",
        Wrong({**_NO_OVERRIDE, "digest": DIGEST}, right={**_NO_OVERRIDE, "version": 2, "digest": DIGEST}),
    ),
    "get /v1/covers": ("schedule", Wrong()),
    "post /v1/covers/preview": (
        "changes",
        Wrong({"cover": {"do": "give", "person": "cleo"}}, right={"cover": _NO_COVER}),
    ),
    "post /v1/covers": (
        "changes",
        Wrong(
            {"cover": {**_NO_COVER, "digest": DIGEST}}, right={"cover": {**_NO_COVER, "version": 2, "digest": DIGEST}}
        ),
    ),
    "get /v1/away": ("schedule", Wrong()),
    "post /v1/away": ("changes", Wrong({"away": {"do": "back"}}, right={"away": {"do": "back", "person": "zoe"}})),
    "get /metrics": ("nobody", Wrong()),
    "get /healthz": ("nobody", Wrong(query={"nonce": "Long Beach"})),
}


@dataclass(slots=True)
class Night:
    story: Story
    receiver: Application
    schedule_key: str
    changes_key: str
    answers: list[Example] = field(default_factory=list)

    async def ask(
        self,
        operation: str,
        who: str = "LBPD",
        body: Any = None,
        *,
        headers: Any = None,
        query: Any = None,
        about: str | None = None,
        **names: str,
    ) -> Any:
        """Ask for an operation, as `who` (an agency, "cora", "schedule", "changes", nobody); keep what it answers.
        Of several answers with one status the first is shown, or each that says what it is `about`."""
        method, _, path = operation.partition(" ")
        town = self.story.town
        keys = {**town.agency_keys, "cora": town.coordinator_key, "schedule": self.schedule_key}
        keys["changes"] = self.changes_key
        key = (keys | {"nobody": "agency_unknown"})[who]
        typed = {"Content-Type": "application/json"} if body is not None else {}
        content = body if isinstance(body, str | None) else json.dumps(body)
        sent = {"Authorization": f"Bearer {key}", **typed, **(headers or {})}
        async with httpx.AsyncClient(base_url=town.url, timeout=30) as client:
            address = path.format(**names)
            answer = await client.request(method, address, content=content, headers=sent, params=query)
        kind = answer.headers.get("content-type", "")
        said = answer.json() if "json" in kind else answer.text
        self.answers.append(Example(operation, answer.status_code, about, said))
        await town.settle()
        return said

    def webhooks(self) -> list[dict[str, Any]]:
        return [json.loads(hook.body) for hook in [*self.receiver.at("/lbpd"), *self.receiver.at("/dcfs")]]


@asynccontextmanager
async def played(database_url: str) -> AsyncIterator[Night]:
    """The whole night, and what was answered in it."""
    receiver = Application()
    async with receiving(receiver):
        lbpd = replace(ROSTER.agencies[0], webhook_url=f"{receiver.url}/lbpd")
        dcfs = replace(ROSTER.agencies[2], notice_phone=None, webhook_url=f"{receiver.url}/dcfs")
        roster = replace(ROSTER, agencies=(lbpd, ROSTER.agencies[1], dcfs))
        async with tell(database_url, roster, metrics_token="only for Prometheus") as story:
            await story.town.service.runner.act(new_key, OPERATOR, Source.CLI, agency="DCFS")
            made = [
                await story.town.service.runner.act(new_key, OPERATOR, Source.CLI, coordinator="cora", scope=scope)
                for scope in (Scope.SCHEDULE, Scope.SCHEDULE_CHANGES)
            ]
            night = Night(story, receiver, made[0].key, made[1].key)
            yield night
            story.forget(*(phone.number for phone in story.town.carrier.phones))


async def play(night: Night) -> None:
    """All of it. Each part leaves the town as quiet as it was."""
    ended = await _is_answered(night)
    alarm = await _is_coordinated(night)
    await _is_watched(night)
    await _is_changed(night)
    await _is_covered(night)
    await _is_refused(night, callout_id=ended, alarm_id=alarm)
    await _is_ready(night)


async def _is_answered(night: Night) -> str:
    """Ana sleeps, Ben takes it after six minutes, and all goes as it should. The next one Ben lets go, and it is
    cancelled."""
    story, key = night.story, {"Idempotency-Key": KEY}
    opened = await night.ask("post /v1/callouts", body=_CALL, headers=key)
    await night.ask("post /v1/callouts", body=_CALL, headers=key)
    await night.ask("post /v1/callouts", body=OTHER, headers=key, about="another body")
    this = {"callout_id": opened["id"]}
    await story.passes(minutes=6)
    await story.replies("ben", "1 25")
    await night.ask("get /v1/callouts/{callout_id}", about="to an agency", **this)
    await night.ask("get /v1/callouts", about="to an agency")
    await night.ask("get /v1/callouts", "cora", about="to a coordinator")
    await night.ask("patch /v1/callouts/{callout_id}", body=_PLACE, **this)
    await story.passes(minutes=2)
    await story.says("ben", "20", minutes=2)
    await story.says("ben", "OMW", minutes=19)
    await story.replies("ben", "HERE")
    await night.ask("post /v1/callouts/{callout_id}/cancel", body={}, **this)
    await story.passes(minutes=5)
    await story.passes(minutes=82)
    await story.says("ben", "DONE", minutes=30)
    await story.replies("ben", "HOME")
    await night.ask("patch /v1/callouts/{callout_id}", body=_PLACE, **this)
    await night.ask("post /v1/callouts", body=_CALL, headers=key, about="the call-out has ended")
    for operation, body in (
        ("close", None),
        ("commands/preview", _PAGE_BEN),
        ("commands", _PAGE_BEN | {"digest": DIGEST}),
    ):
        await night.ask(f"post /v1/callouts/{{callout_id}}/{operation}", "cora", body, **this)
    again = {"callout_id": (await night.ask("post /v1/callouts", body=_CALL))["id"]}
    await story.passes(minutes=1)
    await story.replies("ana", "1 25")
    await night.ask("get /v1/callouts/{callout_id}", "cora", about="to a coordinator", **again)
    await story.passes(minutes=1)
    await story.replies("ana", "N")
    await night.ask("post /v1/callouts/{callout_id}/cancel", body={"reason": "the family has come"}, **again)
    return str(opened["id"])


async def _is_coordinated(night: Night) -> str:
    """Nobody answers, so Cora is alarmed. She has Ben paged, and closes it in the end."""
    story = night.story
    opened = await night.ask("post /v1/callouts", body=OTHER)
    this = {"callout_id": opened["id"]}
    shown = await night.ask("post /v1/callouts/{callout_id}/commands/preview", "cora", _PAGE_BEN, **this)
    do = "post /v1/callouts/{callout_id}/commands"
    await night.ask(do, "cora", _PAGE_BEN | {"digest": DIGEST}, **this)
    await night.ask(do, "cora", _PAGE_BEN | {"digest": shown["digest"]}, **this)
    await story.passes(minutes=11)
    (alarm,) = [one for one in (await night.ask("get /v1/alarms", "cora"))["alarms"] if one["callout"] == opened["id"]]
    await night.ask("post /v1/alarms/{alarm_id}/own", "cora", alarm_id=alarm["id"])
    await night.ask("post /v1/callouts/{callout_id}/close", "cora", **this)
    await night.ask("post /v1/alarms/{alarm_id}/own", "cora", alarm_id=alarm["id"])
    return str(alarm["id"])


async def _is_watched(night: Night) -> None:
    """Reports and probes."""
    await night.ask("get /v1/on-call", "schedule", query={"at": "2026-11-24T10:14:00Z"})
    await night.ask(
        "get /v1/schedule", "schedule", query={"from": "2026-11-24T10:14:00Z", "to": "2026-11-24T18:00:00Z"}
    )
    await night.ask("get /healthz", about="alone")
    await night.ask("get /healthz", query={"nonce": "0123456789abcdef"}, about="with a nonce")
    await night.ask("get /readyz")


async def _is_ready(night: Night) -> None:
    """At the end: in a story the heartbeat stands still, since what beats by itself makes each night another one."""
    service = night.story.town.service
    service.heartbeat.start()
    await asyncio.gather(service.heartbeat.first_round.wait(), service.health.check_carrier())
    await night.ask("get /readyz")


async def _is_changed(night: Night) -> None:
    """Cleo instead of Ben; the same again comes too late."""
    asked = ChangeToPreview.model_json_schema()["examples"][0]
    shown = await night.ask("post /v1/schedule/changes/preview", "changes", asked)
    makes = {**asked, "version": shown["version"], "digest": shown["digest"]}
    await night.ask("post /v1/schedule/changes", "changes", makes)
    await night.ask("post /v1/schedule/changes", "changes", makes)
    await night.ask("post /v1/schedule/changes/preview", "changes", _NO_CHANGE)
    await night.ask("post /v1/schedule/changes", "changes", {**_NO_CHANGE, "version": 2, "digest": DIGEST})


async def _is_covered(night: Night) -> None:
    """Ana asks for three hours, which Ben cannot take, since he is on call then. Cleo would be given them;
    what was shown is out of date. And Ana is away for Christmas."""
    hours = {"starts_at": "2026-11-26T02:00:00Z", "ends_at": "2026-11-26T05:00:00Z"}
    await night.ask("post /v1/covers", "changes", {"cover": {"do": "ask", "person": "ana", **hours}})
    await night.ask("get /v1/covers", "schedule")
    ben, cleo = ({"do": "take", "number": 1, "person": one} for one in ("ben", "cleo"))
    await night.ask("post /v1/covers/preview", "changes", {"cover": ben})
    shown = await night.ask("post /v1/covers/preview", "changes", {"cover": {**cleo, "do": "give"}})
    await night.ask(
        "post /v1/covers",
        "changes",
        {"cover": {**ben, "version": shown["version"], "digest": DIGEST}},
        about="it cannot be",
    )
    makes = {**cleo, "do": "give", "version": shown["version"], "digest": DIGEST}
    await night.ask("post /v1/covers", "changes", {"cover": makes}, about="out of date")
    days = {"starts_at": "2026-12-24T14:00:00Z", "ends_at": "2027-01-03T14:00:00Z"}
    await night.ask("post /v1/away", "changes", {"away": {"do": "away", "person": "ana", **days}})
    await night.ask("get /v1/away", "schedule")
    too_long = days | {"ends_at": "2027-12-03T14:00:00Z"}
    await night.ask("post /v1/away", "changes", {"away": {"do": "away", "person": "ana", **too_long}})


async def _is_refused(night: Night, **names: str) -> None:
    """What each operation says to whoever may not ask for it, and about what is not there or is no request."""
    nowhere = dict.fromkeys(names, NOWHERE)
    for operation, (who, wrong) in REFUSALS.items():
        await night.ask(operation, "nobody", **names)
        await night.ask(operation, "LBPD" if who == "cora" else "cora", wrong.body or {}, headers=_ANY_KEY, **names)
        await night.ask(operation, "schedule", wrong.right, headers=_ANY_KEY, **names)
        body = wrong.right
        await night.ask(operation, who, body, headers=_ANY_KEY, query=wrong.nowhere, **nowhere)
        await night.ask(operation, who, wrong.body, query=wrong.query, **names)
        await night.ask(operation, who, "call me", headers={"Content-Type": "text/plain"}, **names)
