"""How a story is told: open, let time pass, expect a text, reply. A text or call that nobody expected fails it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx
import sqlalchemy as sa

from demo.town import OUR_NUMBER, Town, town
from dispatch.rules.access.texted_secrets import blanked
from dispatch.rules.facts.pages import Confirm, GoAlong, LetGo, PageState, Purpose, Subject, Take, TakeCover
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.roster import Agency, AgencyKind, Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Rotation, RotationUnit
from dispatch.store import tables as t
from dispatch.store.callout import callouts, timeline
from dispatch.store.purge import GONE
from rehearsal.law import WHO_HEARD_AN_ALARM_HEARS_ITS_END
from twilio_simulator import Behaviour, DeliveredText, Phone, PhoneCall

NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)  # 02:14 in Los Angeles
OFFICER = "+15625550177"
OTHER = "+15625550178"
OTHER_OFFICER = {"callback_phone": OTHER}  # of a call-out that is no duplicate of the one before
DCFS = "+12135550191"
NO_TLS = httpx.create_ssl_context(verify=False)
"""Clients need one all the same. Made for each with every certificate of the machine, it took longer than a request."""

ROSTER = Roster(
    people=(
        Person("ana", "Ana Reyes", "+15625550101"),
        Person("ben", "Ben Okafor", "+15625550102"),
        Person("cleo", "Cleo Martin", "+15625550103"),
        Person("cora", "Cora Lind", "+15625550110", frozenset({Role.COORDINATOR})),
    ),
    rotations=(
        Rotation("primary", ("ana",), RotationUnit.WEEKS, 1, time(9), date(2026, 1, 5), weekday=0),
        Rotation("backup", ("ben",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5)),
    ),
    policies=(
        Policy(
            "default",
            (
                PolicyStep((Target(TargetKind.ROTATION, "primary"),), 300),
                PolicyStep((Target(TargetKind.ROTATION, "backup"),), 300),
            ),
            300,
        ),
    ),
    agencies=(
        Agency("LBPD", "Long Beach Police Department"),
        Agency("LAPD", "Los Angeles Police Department"),
        Agency("DCFS", "Children and Family Services", AgencyKind.PARTNER, notice_phone=DCFS),
    ),
)


@dataclass(slots=True)
class Story:
    """The town, and which of its texts and calls the story has already mentioned."""

    town: Town
    told_texts: dict[str, int] = field(default_factory=dict)
    told_calls: dict[str, int] = field(default_factory=dict)

    # ---- what happens ----

    async def call_out(self, agency: str = "LBPD", *, key: str | None = None, **detail: Any) -> dict[str, Any]:
        """An agency calls; returns what it was answered."""
        body = {"officer": {"callback_phone": OFFICER}, **detail}
        headers = {"Idempotency-Key": key} if key else {}
        answer = await self.request("POST", "/v1/callouts", agency, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        await self.town.settle()
        opened: dict[str, Any] = answer.json()
        return opened

    async def request(self, method: str, path: str, agency: str = "LBPD", **more: Any) -> httpx.Response:
        """Send a request as an agency's program."""
        headers = {"Authorization": f"Bearer {self.town.agency_keys[agency]}", **more.pop("headers", {})}
        async with httpx.AsyncClient(base_url=self.town.url, timeout=30, verify=NO_TLS) as client:
            return await client.request(method, path, headers=headers, **more)

    async def status(self, callout: dict[str, Any]) -> dict[str, Any]:
        """How the call-out stands, as its agency sees it."""
        answer = await self.request("GET", f"/v1/callouts/{callout['id']}", callout.get("agency", "LBPD"))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def passes(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Time passes."""
        await self.town.pass_time(timedelta(minutes=minutes, seconds=seconds))

    async def replies(self, who: str, text: str) -> None:
        """Somebody texts us."""
        await self.phone(who).reply(text, to=OUR_NUMBER)
        await self.town.settle()

    # ---- what happens, and what follows in two seconds, or in the time that is named ----

    async def paging(
        self, agency: str = "LBPD", *, minutes: float = 0, seconds: float = 2, **more: Any
    ) -> dict[str, Any]:
        """An agency calls, and the first texts go out; returns what it was answered."""
        callout = await self.call_out(agency, **more)
        await self.passes(minutes=minutes, seconds=seconds)
        return callout

    async def says(self, who: str, text: str, **later: float) -> None:
        """Somebody texts us, and whatever follows goes out."""
        await self.replies(who, text)
        await self.passes(**later or {"seconds": 2})

    async def answers(self, who: str, **later: float) -> PhoneCall:
        """Somebody picks up, and hears us for so long."""
        call = await self.phone(who).answer()
        await self.passes(**later or {"seconds": 2})
        return call

    async def presses(self, who: str, keys: str, **later: float) -> None:
        """Somebody presses keys on the phone, and hears us for so long."""
        await self.phone(who).press(keys)
        await self.passes(**later or {"seconds": 2})

    async def hangs_up(self, who: str, **later: float) -> None:
        await self.phone(who).hang_up()
        await self.passes(**later or {"seconds": 2})

    def phone(self, who: str) -> Phone:
        """The phone of a person, or of a number."""
        return self.town.carrier.phone(who) if who.startswith("+") else self.town.phone_of(who)

    def behave(self, who: str, behaviour: Behaviour, **more: Any) -> None:
        self.phone(who).behave(behaviour, **more)

    # ---- what is expected ----

    def expect_text(self, who: str, *parts: str) -> str:
        """The next text on this phone that the story has not mentioned holds all `parts`; returns it whole."""
        number = self.phone(who).number
        unread = _news(self.phone(who))[self.told_texts.get(number, 0) :]
        assert unread, f"{who} got no text with {parts}; {self._everything()}"
        body = unread[0].body
        missing = [part for part in parts if part not in body]
        assert not missing, f"{who} got {body!r}, without {missing}"
        self.told_texts[number] = self.told_texts.get(number, 0) + 1
        return body

    def introductions(self, number: str = OFFICER) -> list[str]:
        """What an officer is told first of each call-out. Most stories are about something else."""
        return [text.body for text in self.phone(number).texts if _introduces(text)]

    def all_clears(self, who: str) -> list[str]:
        """What this phone was told of alarms that are over. Every story checks who hears that (`check_the_law`); most
        are about something else."""
        return [text.body for text in self.phone(who).texts if says_over(text)]

    def expect_call(self, who: str) -> PhoneCall:
        """The next call to this phone that the story has not mentioned."""
        number = self.phone(who).number
        unheard = self.phone(who).calls[self.told_calls.get(number, 0) :]
        assert unheard, f"{who} got no call; {self._everything()}"
        self.told_calls[number] = self.told_calls.get(number, 0) + 1
        return unheard[0]

    def expect_silence(self) -> None:
        """Nothing more has been sent to anybody."""
        unexpected = self._untold()
        assert not unexpected, "nobody expected: " + "; ".join(unexpected)

    def forget(self, *who: str) -> None:
        """Ignore what these phones have got so far: the story is not about it."""
        for name in who:
            phone = self.phone(name)
            self.told_texts[phone.number] = len(_news(phone))
            self.told_calls[phone.number] = len(phone.calls)

    async def timeline(self, callout: dict[str, Any]) -> list[str]:
        """The kinds of the timeline's entries, in order."""
        entries = await self.town.service.database.read(lambda tx: timeline.entries(tx, callout["id"]))
        return [entry.kind for entry in entries]

    async def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        found = await self.town.service.database.read(lambda tx: tx.execute(sa.select(table)).mappings().all())
        return [dict(row) for row in found]

    async def check_the_law(self) -> None:
        """An open call-out has a next move, and whoever heard an alarm hears that it is over, whatever happened."""
        database = self.town.service.database
        stuck = await database.read(callouts.without_next_move)
        assert not stuck, f"open call-outs without a next move: {stuck}"
        unheard = sa.text(f"SELECT c.code FROM callout c WHERE {WHO_HEARD_AN_ALARM_HEARS_ITS_END}")
        left_awake = await database.read(lambda tx: list(tx.execute(unheard).scalars()))
        assert not left_awake, f"somebody who heard an alarm does not hear that it is over: {left_awake}"
        sent = await self.rows(t.page)
        other = [(row["text"], row["asks"]) for row in sent if not _asks_what_it_says(row)]
        assert not other, f"what a text asks in words, and what a bare answer does, are two things: {other}"
        other = [(row["text"], row["subject"]) for row in sent if not _tells_what_it_says(row)]
        assert not other, f"what a text or call tells whoever goes, and what its row says, are two things: {other}"
        over = [row["text"] for row in sent if row["state"] not in _MAY_STILL_LEAVE]
        secrets = [text for text in over if blanked(text) != text]
        assert not secrets, f"whoever reads the database finds a way in: {secrets}"

    # ---- for messages ----

    def _untold(self) -> list[str]:
        unexpected = []
        for phone in self.town.carrier.phones:
            name = self._name(phone.number)
            texts = _news(phone)[self.told_texts.get(phone.number, 0) :]
            calls = phone.calls[self.told_calls.get(phone.number, 0) :]
            unexpected += [f"{name} got {text.body!r}" for text in texts]
            unexpected += [f"{name} was rung at {call.created_at:%H:%M:%S}" for call in calls]
        return unexpected

    def _everything(self) -> str:
        return "untold: " + ("; ".join(self._untold()) or "nothing")

    def _name(self, number: str) -> str:
        names = {person.phone: person.id for person in self.town.roster.people}
        return {OFFICER: "the officer", OTHER: "the other officer", DCFS: "DCFS", **names}.get(number, number)


_MAY_STILL_LEAVE = {PageState.WAITING, PageState.SENDING, PageState.UNKNOWN}


_TO_WHOEVER_GOES = {Purpose.CONFIRMATION, Purpose.REMINDER, Purpose.QUESTION, Purpose.TURN_BACK}
_TAKES = re.compile(
    r"\b(?:reply|responda) (?:[A-Z][0-9][A-Z] )?1\b(?! take)|\b2 (?:if you cannot|si no puede)|going reply|a ir resp",
    re.IGNORECASE,
)
_OF_SHIFTS = {Purpose.TEST, Purpose.TONIGHT, Purpose.SCHEDULE}
_COVERS = re.compile(r"\b(?:COVER|CUBRO) [0-9]+\b")


def _asks_what_it_says(row: dict[str, Any]) -> bool:
    """The rules never read our words, so nobody but this notices a text that offers what its row does not."""
    text, asks = row["text"], row["asks"]
    if row["channel"] != Channel.SMS or text == GONE or row["purpose"] == Purpose.ALARM:  # which quotes people
        return True
    offers_one = row["purpose"] not in _OF_SHIFTS and _TAKES.search(text) is not None
    offers_no = row["purpose"] in _TO_WHOEVER_GOES and re.search(r"\bNO\b", text) is not None
    says_yes = re.search(r"Reply Y\.|Responda S[ÍI]\.", text) is not None
    return (offers_one and not says_yes, offers_no and not says_yes, says_yes, _COVERS.search(text) is not None) == (
        isinstance(asks, Take | GoAlong),
        isinstance(asks, LetGo),
        isinstance(asks, Confirm),
        isinstance(asks, TakeCover),
    )


_TELLS = {
    Subject.STAY_AWAY: "Stay away until|No se acerque",
    Subject.MAY_HAVE_MOVED: "place may have changed|lugar pudo cambiar",
    Subject.OFFICER_WROTE: "has written to us|oficial nos escribi",
    Subject.SPEAK_FIRST: "before you go in|antes de entrar",
    Subject.COORDINATOR_WROTE: "has written to you|something to tell you|le escribi|que decirle",
    Subject.LOOK_AGAIN: "caller told us has changed|nos dijo quien",
    Subject.CALL_BY_LINK: "is on your page|en su p.gina",
}


def _tells_what_it_says(row: dict[str, Any]) -> bool:
    if row["purpose"] != Purpose.CONFIRMATION or row["subject"] == Subject.RUNG_BACK or row["text"] == GONE:
        return True
    told = {subject for subject, words in _TELLS.items() if re.search(words, row["text"])}
    return told == ({row["subject"]} if row["subject"] is not None else set())


def _introduces(text: DeliveredText) -> bool:
    return text.body.startswith("On-call specialists:")


def says_over(text: DeliveredText) -> bool:
    """Whether it says to a coordinator that an alarm is over."""
    return text.body.endswith(("; alarm over.", "Another alarm about it goes on.", "fin de la alarma."))


def _news(phone: Phone) -> list[DeliveredText]:
    return [text for text in phone.texts if not _introduces(text) and not says_over(text)]


@asynccontextmanager
async def tell(
    database_url: str, roster: Roster = ROSTER, start: datetime = NIGHT, **more: Any
) -> AsyncIterator[Story]:
    """A story; when it ends nothing may have been sent that it did not mention, and the law holds."""
    async with town(database_url, roster, start=start, **more) as place:
        story = Story(place)
        yield story
        await place.settle()
        story.expect_silence()
        await story.check_the_law()
        assert not place.carrier.errors, place.carrier.errors


__all__ = [
    "DCFS",
    "NIGHT",
    "NO_TLS",
    "OFFICER",
    "OTHER",
    "OTHER_OFFICER",
    "ROSTER",
    "Behaviour",
    "Story",
    "says_over",
    "t",
    "tell",
]
