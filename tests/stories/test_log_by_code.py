"""Whoever has only the log follows a call-out by its code, and learns nothing private from it."""

import io
import json
from collections import Counter
from typing import Any

import pytest

from dispatch import logs
from dispatch.rules.decisions import NoteKind, StampKind
from dispatch.rules.facts.pages import PageState
from tests.stories.story import DCFS, OFFICER, OTHER, Story, t, tell
from twilio_simulator import Behaviour

pytestmark = pytest.mark.usefixtures("own_logging")

WORD = "xyzzy"
"""Stands in whatever anybody writes or says, in every field that takes words."""
PLACE = {"address": f"1600 {WORD} Way", "note": f"{WORD} door", "lat": 33.7701, "lon": -118.1937}
TOLD: dict[str, Any] = {
    "unit": f"{WORD} 12",
    "officer": {"callback_phone": OFFICER, "name": f"Jo {WORD}", "badge": f"{WORD}-41"},
    "meeting_place": PLACE,
    "children": 2,
    "age_band": "13-15",
    "languages": ["es"],
    "reference": f"{WORD}-2026",
    "favourite_colour": WORD,  # the log names the field, and never what stood in it
}


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def _night(story: Story) -> dict[str, Any]:
    """Nobody answers, everything is said that can be said, Ben lets it go again, and at last it is over."""
    story.behave("ana", Behaviour.VOICEMAIL)
    opened = await story.call_out(**TOLD)
    at = f"/v1/callouts/{opened['id']}"
    await story.passes(minutes=12)  # Ana, Ben, the first round, and its alarm
    await story.replies("ana", f"{WORD} what is this?")
    await story.replies("cora", f"{opened['code']} OK")
    await story.replies("ben", "1 25")
    await story.replies("cleo", "1")
    await story.replies(OFFICER, f"{WORD} we moved to {OTHER}")
    await story.replies(OFFICER, f"she is hurt {WORD}")
    await story.request("PATCH", at, json={"meeting_place": {"address": f"2 {WORD} Pier"}, "unit": WORD})
    await story.says("ben", "NO", minutes=1)
    await story.replies("ben", "1 15")
    await story.replies("ben", "OMW")
    await story.replies("ben", f"SOS {WORD}")
    await story.replies("cora", f"{opened['code']} OK")
    await story.says("ben", "HERE", minutes=2)
    await story.replies("ben", "DONE")
    await story.replies("ben", "HOME")
    await story.request("POST", f"{at}/cancel", json={"reason": f"{WORD} reason"})
    await story.passes(minutes=5)
    second = await story.call_out("LAPD", **{**TOLD, "officer": {"callback_phone": OTHER, "name": WORD}})
    await story.request("POST", f"/v1/callouts/{second['id']}/cancel", "LAPD", json={"reason": WORD})
    await story.passes(minutes=2)
    story.forget("ana", "ben", "cleo", "cora", OFFICER, OTHER, DCFS)
    return opened


@pytest.mark.slow
async def test_every_step_of_a_night_has_its_line(database_url: str) -> None:
    """Each row that moved a call-out is told under its code: notes, pages, alarms, who is on it, stamps, deadlines."""
    logs.configure(stream=(stream := io.StringIO()))
    async with tell(database_url) as story:
        await _night(story)
        rows = {table.name: await story.rows(table) for table in (t.callout, t.timeline, t.page, t.alarm, t.assignment)}
    codes = {row["id"]: row["code"] for row in rows["callout"]} | {None: None}
    lines = [line for line in _lines(stream) if line["logger"] == "dispatch.steps"]
    said = Counter((line.get("code"), line["event"], line.get("person")) for line in lines)
    told = Counter((codes[row["callout"]], row["kind"], row["person"]) for row in rows["timeline"])
    assert {line: count for line, count in said.items() if line[1] in set(NoteKind)} == told
    for row in rows["callout"]:
        assert said[row["code"], "opened", None] == 1
        statuses = [line["status"] for line in lines if line.get("code") == row["code"] and "status" in line]
        assert statuses[-1] == row["status"]
    for row in rows["page"]:
        state = PageState(row["state"])
        own = [line for line in lines if line.get("page") == row["id"]]
        assert own or state is PageState.WAITING, f"nothing is said of {row['purpose']} {row['channel']} {state}"
        assert all(line.get("code") == codes[row["callout"]] for line in own)
        assert not own or own[-1]["event"] == state
        assert all((line["channel"], line.get("person")) == (row["channel"], row["person"]) for line in own)
    promised = [words.split()[2] for line in lines for words in line.get("pages", ())]
    assert Counter(promised) == Counter(row["purpose"] for row in rows["page"])
    for row in rows["alarm"]:
        heard = [line["event"] for line in lines if line.get("alarm") == row["id"]]
        assert heard[0] == "alarm raised"
        assert "alarm owned" in heard or "alarm ended" in heard or row["owner"] is None
        assert ("alarm ended" in heard) == (row["ended_at"] is not None)
    for row in rows["assignment"]:
        on_it = {"code": codes[row["callout"]], "person": row["person"]}
        stamps = {line["stamp"]: line["at"] for line in lines if "stamp" in line and on_it.items() <= line.items()}
        kept = {kind.removesuffix("_at"): row[kind].isoformat() for kind in StampKind if row[kind] is not None}
        assert kept.items() <= stamps.items()
        assert any(line["event"] == "assignment" and on_it.items() <= line.items() for line in lines)
    kinds = {line["kind"] for line in lines if line["event"] == "deadline came"}
    assert {"escalate", "officer_waiting"} <= kinds
    moves = [words.split()[1] for line in lines if line["event"] == "next moves" for words in line["moves"]]
    assert {"escalate", "target_missed", "remind_en_route"} <= set(moves)


@pytest.mark.parametrize("for_people", [False, True], ids=["for programs", "for people"])
@pytest.mark.slow
async def test_no_line_holds_a_number_a_place_a_caller_s_name_or_a_word(database_url: str, for_people: bool) -> None:
    """A word is thrown into every field and every text of two call-outs; the log of the night does not know it."""
    stream = _Terminal() if for_people else io.StringIO()
    logs.configure("DEBUG", stream)
    async with tell(database_url) as story:
        opened = await _night(story)
        tables = (t.callout, t.timeline, t.inbound_text, t.page)
        kept = json.dumps([await story.rows(table) for table in tables], default=str)
        numbers = [OFFICER, OTHER, DCFS, *(person.phone for person in story.town.roster.people)]
        names = [person.name.split()[0] for person in story.town.roster.people]
    said = stream.getvalue()
    assert WORD in kept, "the night is about this word"
    assert opened["code"] in said
    assert WORD not in said
    assert "118.1937" not in said  # no moment looks like it
    assert [number for number in numbers if number[2:] in said or number[-7:] in said] == []
    assert [name for name in names if name in said] == []


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
