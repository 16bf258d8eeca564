"""Every column that can hold text, in every table: what stays in it after the purge, or that it goes (ADR 40).

What stays is of a closed set: an id or a hash of ours, a word of an enumeration, or whatever the roster names. So no
name and no sentence can be in it, whoever writes it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from dispatch.rules.access.permissions import Scope
from dispatch.rules.access.sign_in import SessionKind
from dispatch.rules.commands.commands import BY_NAME
from dispatch.rules.decisions import DeadlineKind, NoteKind, StampKind
from dispatch.rules.facts.actors import ActorKind, AuditEvent, Source, Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.rules.facts.pages import PageState, Purpose, Subject
from dispatch.rules.facts.people import Channel, DayPart, Language
from dispatch.rules.facts.phone_calls import LegState, Party
from dispatch.rules.people.new_number import NumberEnd
from dispatch.rules.reports.exclusions import Cause, ExclusionCode, Help
from dispatch.rules.shifts.cover import CoverState
from dispatch.store import tables as t
from dispatch.store.access.links import Link

Everything = Mapping[str, list[dict[str, Any]]]
"""The rows of each table."""


@dataclass(frozen=True)
class Kept:
    """What may stand in a column that stays. `word` looks at one text; a list or an object holds several."""

    word: Callable[[str, Everything], bool]

    def allows(self, value: object, everything: Everything) -> bool:
        return all(self.word(text, everything) for text in _texts(value))


def _like(pattern: str) -> Kept:
    return Kept(lambda text, _: re.fullmatch(pattern, text) is not None)


def _among(*words: type[StrEnum] | str) -> Kept:
    known = {text for one in words for text in ([one] if isinstance(one, str) else one)}
    return Kept(lambda text, _: text in known)


def _of(*tables: str) -> Kept:
    """Whatever the roster says of this: the first column of a table names its rows."""
    return Kept(lambda text, everything: any(text in _names(everything[table]) for table in tables))


def _names(rows: list[dict[str, Any]]) -> set[str]:
    return {str(next(iter(row.values()))) for row in rows}


_ID = _like("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|past-[0-9]+")
_CODE = _like("[A-Z][0-9][A-Z]|K0DE")
_HASH = _like("[0-9a-f]{32,128}")
_PERSON = _of("person")
_CALLER = Kept(lambda text, everything: text == "UNLISTED" or text in _names(everything["agency"]))
_KEYHOLDER = Kept(lambda text, all_: text in {row["coordinator"] for row in all_["api_key"]})
_ACTOR = Kept(lambda text, all_: any(one.word(text, all_) for one in (_PERSON, _CALLER, _KEYHOLDER)))
_POLICY = Kept(
    lambda text, all_: text in {word for row in all_["policy"] for word in _texts([row, list(row["definition"])])}
)
_WHO = Kept(
    lambda text, all_: (
        text.partition(" ")[0] in set(ActorKind) and (" " not in text or _ACTOR.word(text.partition(" ")[2], all_))
    )
)

ABOUT_CALLOUTS: Mapping[str, Mapping[str, Kept]] = {
    "callout": {"id": _ID, "code": _CODE, "agency": _CALLER, "status": _among(Status), "policy": _POLICY}
    | {"trust": _among(Trust)},
    "assignment": {"callout": _ID, "person": _PERSON, "role": _among(AssignmentRole)}
    | {"sources": _among(Source, *t.assignment.c.keys())},  # of each stamp
    "decline": {"callout": _ID, "person": _PERSON},
    "deadline": {"callout": _ID, "kind": _among(DeadlineKind), "person": _PERSON},
    "page": {"id": _ID, "callout": _ID, "person": _PERSON, "purpose": _among(Purpose), "channel": _among(Channel)}
    | {"state": _among(PageState), "claim": _ID, "claimed_by": _of("node"), "alarm": _ID, "agency": _CALLER}
    | {"subject": _among(Subject)},
    "alarm": {"id": _ID, "callout": _ID, "kind": _among(AlarmKind), "person": _PERSON, "owner": _PERSON, "call": _ID},
    "timeline": {"callout": _ID, "kind": _among(NoteKind), "person": _PERSON, "source": _among(Source)}
    | {"actor_kind": _among(ActorKind), "actor_id": _ACTOR},
    "outcome": {"callout": _ID, "actor_kind": _among(ActorKind), "actor_id": _ACTOR},
    "stamp_change": {"callout": _ID, "person": _PERSON, "stamp": _among(StampKind)}
    | {"actor_kind": _among(ActorKind), "actor_id": _ACTOR},
    "exclusion": {"callout": _ID, "code": _among(ExclusionCode), "coded_by": _PERSON, "approved_by": _PERSON}
    | {"refused_by": _PERSON},
    "miss_review": {"callout": _ID, "cause": _among(Cause), "help": _among(Help), "written_by": _PERSON},
    "new_number": {"id": _ID, "person": _PERSON, "asked_by": _ACTOR, "code_hash": _HASH, "ending": _among(NumberEnd)},
    "hotline_call": {"id": _ID, "trust": _among(Trust), "agency": _CALLER, "language": _among(Language)}
    | {"callout": _ID, "dismissed_by": _ACTOR},
    # These are deleted whole; only what ties them to the rest is listed.
    "idempotency": {"callout": _ID},
    "command": {"callout": _ID, "kind": _among(*BY_NAME), "actor_kind": _among(ActorKind), "actor_id": _ACTOR},
    "coordinator_words": {"callout": _ID, "person": _PERSON, "actor_kind": _among(ActorKind), "actor_id": _ACTOR},
    "receipt": {},
    "inbound_text": {"person": _PERSON, "callout": _ID, "understood_as": _like("[a-z_]+")},
    "phone_call": {"callout": _ID, "call": _ID, "party": _among(Party), "person": _PERSON, "state": _among(LegState)},
    "call_exchange": {},
}
"""Of each table about call-outs the columns that stay. Every other column of text goes."""

_SENTENCE = Kept(lambda *_: True)
"""A sentence of ours, put together from a closed set: only what was thrown is looked for in it."""

NOT_PURGED: Mapping[str, Mapping[str, Kept]] = {
    "audit": {
        "who": _WHO,
        "did": _among(AuditEvent),
        "callout": _ID,
        "actor_kind": _among(ActorKind),
        "actor_id": _ACTOR,
    }
    | {"detail": _SENTENCE, "source": _among(Source)},
    "account": {"person": _PERSON, "password_hash": _like(r"\$argon2id\$[\w$=,+/]+"), "seed": _like(r"[\w.=-]+")},
    "recovery_code": {"code_hash": _HASH, "person": _PERSON},
    "figures_release": {"period": _like("[0-9]{4}-(0[1-9]|1[0-2]|Q[1-4])|[0-9]{4}"), "file": _SENTENCE}
    | {"released_by": _PERSON},
    "session": {"id": _ID, "token_hash": _HASH, "person": _PERSON, "kind": _among(SessionKind)}
    | {"agent": _SENTENCE},  # what the browser of one of our people calls itself
    "link": {"token_hash": _HASH, "kind": _among(*(kind.kind for kind in Link.__subclasses__()))}
    | {"callout": _ID, "person": _PERSON, "alarm": _ID, "rotation": _of("rotation")}
    | {"password_hash": _like(r"\$argon2id\$[\w$=,+/]+"), "seed": _like(r"[\w.=-]+")},
    "sign_in_delay": {"whose": _SENTENCE},
    "calendar": {"job": _like("[a-z ]+")},
    "starts_from": {"person": _PERSON, "area": _of("area")},  # goes in the night after it has ended
    "rest_overruled": {"person": _PERSON},  # likewise
    "api_key": {"id": _like("key_[0-9a-f]{10}"), "key_hash": _HASH, "agency": _CALLER, "coordinator": _KEYHOLDER}
    | {"scope": _among(Scope), "webhook_secret": _like(r"whsec_[\w+/=]+")},
    "absence": {"id": _ID, "person": _PERSON, "said_by": _ACTOR},  # goes with the details of call-outs
    "cover": {"rotation": _of("rotation"), "holder": _PERSON, "absence": _ID, "only": _PERSON, "taker": _PERSON}
    | {"state": _among(CoverState)},
    "cover_asked": {"person": _PERSON},
    "measured_drive": {"from_area": _of("area"), "to_area": _of("area"), "part": _among(DayPart)},
}
"""What is never purged (ADR 35), what signing in needs, which goes by the rules of signing in, and links, each kind of
which has its time: whatever stands in one is of a closed set."""

NO_DOOR = frozenset(
    {
        # the command line, and what a coordinator does of their own roster
        *("agency", "person", "rotation", "override", "policy", "roster_version", "roster_change"),
        *("area", "drive"),
        *("node", "shift_test"),  # the service itself
    }
)
"""Tables into which nothing that comes through a door is written."""


def strangers_in(everything: Everything) -> Iterator[str]:
    """Each column with a value in it that its closed set does not hold, and the value."""
    for table, columns in {**ABOUT_CALLOUTS, **NOT_PURGED}.items():
        for row in everything[table]:
            for column, kept in columns.items():
                if not kept.allows(row[column], everything):
                    yield f"{table}.{column}: {row[column]!r}"


def can_hold_text(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.Text | sa.JSON | sa.LargeBinary)


def everything(tx: sa.Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that there is."""
    return {
        table.name: [dict(row) for row in tx.execute(sa.select(table)).mappings()] for table in t.metadata.sorted_tables
    }


def dump(rows: object) -> str:
    return json.dumps(rows, default=str, ensure_ascii=False)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (name, *_texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
