"""The OpenAPI document is complete and valid. Every test in this folder shows that it is true: see `conftest`."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi.openapi.models import OpenAPI

from dispatch.actions.access.agency_view import CallOutStatus
from dispatch.app import Service
from dispatch.inbound.api.callout_request import (
    CallOutChange,
    CallOutRequest,
    Cancellation,
    MeetingPlace,
    Officer,
    OfficerChange,
)
from dispatch.inbound.api.webhooks import AgencyWebhook, PartnerNotice
from dispatch.rules.decisions import AgencyEvent
from dispatch.rules.facts.callout import Details
from dispatch.settings import Settings
from tests.inbound.api.test_examples import examples_of, stand
from tests.inbound.house import CALL, PUBLIC_URL, House

pytestmark = pytest.mark.one_database  # the document is the same on both

PACKAGE = Path(__file__).parents[3] / "src" / "dispatch"
ERRORS = {
    ("post", "/v1/callouts"): {"401", "403", "408", "409", "413", "415", "422"},
    ("get", "/v1/callouts/{callout_id}"): {"401", "403", "404"},
    ("patch", "/v1/callouts/{callout_id}"): {"401", "403", "404", "408", "409", "413", "415", "422"},
    ("post", "/v1/callouts/{callout_id}/cancel"): {"401", "403", "404", "408", "409", "413", "415", "422"},
    ("post", "/v1/callouts/{callout_id}/close"): {"401", "403", "404", "409"},
    ("get", "/v1/alarms"): {"401", "403"},
    ("post", "/v1/alarms/{alarm_id}/own"): {"401", "403", "404", "409"},
    ("post", "/v1/callouts/{callout_id}/commands"): {"401", "403", "404", "408", "409", "413", "415", "422"},
    ("post", "/v1/callouts/{callout_id}/commands/preview"): {"401", "403", "404", "408", "409", "413", "415", "422"},
    ("get", "/v1/on-call"): {"401", "403", "422"},
    ("get", "/v1/schedule"): {"401", "403", "422"},
    ("get", "/v1/covers"): {"401", "403"},
    ("post", "/v1/covers/preview"): {"401", "403", "404", "408", "409", "413", "415", "422"},
    ("post", "/v1/covers"): {"401", "403", "404", "408", "409", "413", "415", "422"},
    ("get", "/v1/away"): {"401", "403"},
    ("post", "/v1/away"): {"401", "403", "404", "408", "409", "413", "415", "422"},
    ("post", "/v1/schedule/changes"): {"401", "403", "404", "408", "409", "413", "415", "422"},
    ("post", "/v1/schedule/changes/preview"): {"401", "403", "404", "408", "409", "413", "415", "422"},
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """What every node serves at `/openapi.json`, as `test_bounds_at_every_door.py` shows."""
    carrier: Any = {"twilio_account_sid": "AC1", "twilio_from": "+15625550100"}
    service = Service(Settings(database_url="sqlite:///:memory:", public_url=PUBLIC_URL, **carrier))
    read: dict[str, Any] = json.loads(json.dumps(service.web.openapi()))
    return read


def everything_in(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for inner in node if isinstance(node, list) else []:
        yield from everything_in(inner)


async def test_the_document_is_valid(document: dict[str, Any]) -> None:
    """It has the shape of OpenAPI 3.1, and every reference leads somewhere."""
    OpenAPI.model_validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": PUBLIC_URL}]
    references = {node["$ref"] for node in everything_in(document) if isinstance(node.get("$ref"), str)}
    schemas = document["components"]["schemas"]
    assert references <= {f"#/components/schemas/{name}" for name in schemas}
    assert set(schemas) == {reference.rpartition("/")[2] for reference in references}


async def test_the_next_node_of_a_process_says_the_same(house: House) -> None:
    """Nodes share their doors: one that was told something more by each node would say it once more for each."""
    documents = [Service(house.service.settings, database=house.service.database).web.openapi() for _ in range(3)]
    assert documents[1] == documents[0]
    assert documents[2] == documents[0]
    for operations in documents[0]["paths"].values():
        for operation in operations.values():
            for said in (operation.get("security", []), operation.get("parameters", [])):
                assert all(said.count(one) == 1 for one in said)


async def test_only_doors_for_programs_are_in_it(document: dict[str, Any]) -> None:
    """The doors for the carrier and for browsers are nobody's API."""
    paths = {path for path in document["paths"] if path.startswith("/v1")}
    assert paths == {path for _, path in ERRORS}
    assert not any(path.startswith(("/twilio", "/r/", "/a/", "/o/")) for path in document["paths"])


async def test_errors_are_problem_documents(document: dict[str, Any], subtests: pytest.Subtests) -> None:
    """Each error of an operation is declared with its example; FastAPI's own shape of a 422 is nowhere. Whoever needs
    the database may be told to come again, and so may whoever has too much under way, unless they open call-outs."""
    for method, path in ERRORS:
        with subtests.test(str((method, path))):
            answers = document["paths"][path][method]["responses"]
            again = {"503"} if (method, path) == ("post", "/v1/callouts") else {"429", "503"}
            errors = ERRORS[method, path] | again
            assert {status for status in answers if status.startswith("4")} == errors - {"503"}
            assert {*(header for status in again for header in answers[status]["headers"])} == {"Retry-After"}
            for status in (*errors, "default"):
                content = answers[status]["content"]
                assert set(content) == {"application/problem+json"}
                assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
                if status != "default":
                    shown = examples_of(content["application/problem+json"])
                    assert shown
                    assert {example["status"] for example in shown} == {int(status)}
            assert not {"HTTPValidationError", "ValidationError"} & set(document["components"]["schemas"])


async def test_the_ways_in_are_declared(document: dict[str, Any]) -> None:
    """A bearer key; at the door that opens call-outs a signature does as well."""
    schemes = document["components"]["securitySchemes"]
    assert (schemes["Key"]["type"], schemes["Key"]["scheme"]) == ("http", "bearer")
    assert (schemes["Signature"]["in"], schemes["Signature"]["name"]) == ("header", "webhook-signature")
    for method, path in ERRORS:
        ways = document["paths"][path][method]["security"]
        opens = (method, path) == ("post", "/v1/callouts")
        assert {name for way in ways for name in way} == ({"Key", "Signature"} if opens else {"Key"})
        assert all(len(way) == 1 for way in ways), "either is enough"


async def test_whose_key_an_operation_takes_is_declared(house: House, document: dict[str, Any]) -> None:
    """Each key alone opens the doors that name its owner's role, or its scope, and no other; what only coordinators
    may stands under their tag."""
    assert [tag["name"] for tag in document["tags"]] == ["agencies", "coordinators", "monitoring", "webhooks"]
    keys = {"agency": house.lbpd, "coordinator": house.coordinator, "schedule": house.schedule}
    for method, path in ERRORS:
        operation = document["paths"][path][method]
        owners = {owner for way in operation["security"] for owner in way.get("Key", ())}
        for owner, key in keys.items():
            answer = await house.ask(method.upper(), re.sub("{.*?}", "F7W", path), {}, key=key)
            needs_another = answer.status_code == 403 and "key" in answer.json()["detail"]
            asked = "" if method == "get" else answer.text
            assert needs_another == (owner not in owners), (method, path, owner, answer.status_code, asked)
        assert operation["tags"] == ["agencies" if "agency" in owners else "coordinators"]


async def test_every_answer_is_described_in_our_words(document: dict[str, Any]) -> None:
    """The framework's word for all that goes well says nothing."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                assert answer["description"] not in {"Successful Response", ""}, (method, path, status)
    answers = document["paths"]["/v1/callouts/{callout_id}"]["get"]["responses"]
    assert answers["200"]["description"] == "How it stands"


async def test_bodies_have_examples_that_are_taken(document: dict[str, Any]) -> None:
    """What a reader copies works."""
    for model in (CallOutRequest, CallOutChange, Cancellation):
        examples = document["components"]["schemas"][model.__name__]["examples"]
        assert examples
        for example in examples:
            model.model_validate(example)


async def test_every_answer_in_json_has_an_example_that_fits(document: dict[str, Any]) -> None:
    """Good or bad, each shows what it looks like, and that is what its schema says. `test_examples.py` shows that it is
    true."""
    components = {"components": document["components"]}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                for kind, media in answer.get("content", {}).items():
                    if not kind.endswith("json") or status == "default":
                        continue
                    shown = examples_of(media)
                    assert shown, (method, path, status)
                    validator = jsonschema_rs.validator_for(media["schema"] | components)
                    for example in shown:
                        assert [error.message for error in validator.iter_errors(example)] == [], (method, path, status)


async def test_each_call_out_of_the_examples_has_an_id_and_a_code_of_its_own(document: dict[str, Any]) -> None:
    """Read in order they are one night: none is received twice, and none goes on that was over."""
    shown = [example for _, _, example in stand(document)]
    for operations in document["webhooks"].values():
        shown += examples_of(operations["post"]["requestBody"]["content"]["application/json"])
    codes: dict[str, set[str]] = {}
    received: dict[str, set[str]] = {}
    ends: dict[str, set[str]] = {}
    for one in everything_in(shown):
        if one.get("code") is None or (id_ := one.get("callout") or one.get("id")) is None:
            continue
        codes.setdefault(one["code"], set()).add(id_)
        if "received_at" in one:
            received.setdefault(one["code"], set()).add(one["received_at"])
            ends.setdefault(one["code"], set()).update(filter(None, [one.get("ended_at")]))
    assert {code: ids for code, ids in codes.items() if len(ids) != 1} == {}
    assert len(set.union(*codes.values())) == len(codes) > 2
    assert {code: moments for code, moments in received.items() if len(moments) != 1} == {}
    assert {code: moments for code, moments in ends.items() if len(moments) > 1} == {}


async def test_only_the_callback_phone_is_needed(document: dict[str, Any]) -> None:
    """The document asks for no more than the service does, and allows no field that it refuses."""
    schemas = document["components"]["schemas"]
    assert schemas["CallOutRequest"]["required"] == ["officer"]
    assert schemas["Officer"]["required"] == ["callback_phone"]
    for name in ("CallOutChange", "OfficerChange", "MeetingPlace", "Cancellation"):
        assert "required" not in schemas[name]
    for name in ("CallOutRequest", "CallOutChange", "Officer", "OfficerChange", "MeetingPlace", "Cancellation"):
        assert schemas[name]["additionalProperties"] is False


async def test_moments_and_statuses_are_typed(document: dict[str, Any]) -> None:
    """A generated client gets dates and an enumeration, not bare texts."""
    schemas = document["components"]["schemas"]
    for name in ("Created", "CallOutStatus", "CallOutChanged"):
        assert schemas[name]["properties"]["received_at"]["format"] == "date-time"
    assert set(schemas["Status"]["enum"]) >= {"paging", "acknowledged", "on_scene", "cancelled"}


async def test_bounds_are_in_the_words_of_json_schema(document: dict[str, Any]) -> None:
    """Whatever writes the document for us may know them by other names, which no client reads."""
    keys = {key for node in everything_in(document) for key in node}
    assert keys >= {"minimum", "maximum", "maxLength"}
    assert not keys & {"ge", "gt", "le", "lt", "min_length", "max_length", "multiple_of"}


async def test_leniency_is_documented(document: dict[str, Any]) -> None:
    """Each door that leaves out what does not fit says so, takes the preference, and lists what was left out."""
    lenient = {("post", "/v1/callouts"), ("patch", "/v1/callouts/{callout_id}")}
    lenient |= {("post", "/v1/callouts/{callout_id}/cancel")}
    for method, path in ERRORS:
        operation = document["paths"][path][method]
        preferences = [one for one in operation.get("parameters", ()) if one["name"] == "prefer"]
        assert bool(preferences) == ((method, path) in lenient)
        for one in preferences:
            assert "handling=strict" in one["description"]
            answer = operation["responses"]["201" if path == "/v1/callouts" else "200"]
            schema = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert document["components"]["schemas"][schema]["properties"]["warnings"]["items"] == {
                "$ref": "#/components/schemas/LeftOut"
            }


@pytest.mark.parametrize("request_of", [CallOutRequest, CallOutChange])
async def test_what_may_be_said_is_what_is_kept(request_of: type[CallOutRequest | CallOutChange]) -> None:
    """Each field of a request is one of `Details`, and there is a field for each of these: no list lacks one. Whether a
    place is confirmed nobody may say who calls."""
    officer = {**dict.fromkeys(Officer.model_fields), "callback_phone": "+15625550177"}
    place = dict.fromkeys(MeetingPlace.model_fields)
    body = {**dict.fromkeys(request_of.model_fields), "officer": officer, "meeting_place": place}
    said = request_of.model_validate(body)
    flat = said.changes() if isinstance(said, CallOutChange) else asdict(said.details())
    assert set(flat) - {"place_unconfirmed"} == {field.name for field in fields(Details)} - {"place_unconfirmed"}
    assert set(OfficerChange.model_fields) == set(Officer.model_fields)


async def test_webhooks_are_in_it(document: dict[str, Any]) -> None:
    """Every event that an agency is told, and a partner's notice, with an example that fits and the headers."""
    assert set(document["webhooks"]) == {*map(str, AgencyEvent), "notice"}
    for name, posted in document["webhooks"].items():
        assert posted["post"]["description"]
        assert {one["name"] for one in posted["post"]["parameters"]} == {
            *("webhook-id", "webhook-timestamp", "webhook-signature")
        }
        model = PartnerNotice if name == "notice" else AgencyWebhook
        (example,) = examples_of(posted["post"]["requestBody"]["content"]["application/json"])
        model.model_validate(example)
        assert set(example) == {"type", "timestamp", "data"}
        assert example["type"] == name, "its own event, and no other"
        if model is AgencyWebhook:
            assert list(example["data"]) == [field.name for field in fields(CallOutStatus)], "null is said as well"


async def test_what_an_idempotency_key_does_is_said(house: House, document: dict[str, Any]) -> None:
    """How long it is known, and that one body is another if a byte of it is another. It may be of any length."""
    parameters = document["paths"]["/v1/callouts"]["post"]["parameters"]
    keys = [one for one in parameters if one["name"] in {"idempotency-key", "webhook-id"}]
    assert len(keys) == 2
    days = Settings.model_fields["keep_details_days"].default
    for key in keys:
        assert "byte for byte" in key["description"]
        assert f"{days} days after the end" in key["description"]
    once = {"Idempotency-Key": "k" * 500}
    bodies = (json.dumps(CALL), json.dumps(CALL), json.dumps(CALL) + " ")
    assert [(await house.raw(body.encode(), **once)).status_code for body in bodies] == [201, 200, 409]


_SNAKE = re.compile(r"[A-Za-z0-9]*_[A-Za-z0-9_]*")
_ABBREVIATIONS = {*("CSV", "DCFS", "ETA", "HTTP", "ID", "ISO", "JSON", "LBPD", "RFC", "URL", "UTC", "WGS"), "PATCH"}


async def test_no_text_speaks_of_our_code(document: dict[str, Any]) -> None:
    """A reader has the document and no checkout: texts name its own fields and values, and neither a module of ours nor
    a word of Python."""
    folders = "|".join(one.name for one in PACKAGE.rglob("*") if one.is_dir() and "__" not in one.name)
    ours = re.compile(rf"\.py\b|\b(?:{folders})/|\b(?:None|True|False|dataclass|enum|row)\b|\b[a-z]+[A-Z]")
    own = set(_names_in(document))
    found = []
    for text in _texts_in(document):
        snake = set(_SNAKE.findall(text)) - own
        loud = set(re.findall(r"\b[A-Z][A-Z_]+\b", text)) - _ABBREVIATIONS
        if snake or loud or ours.search(text):
            found.append(text)
    assert found == []


def _names_in(document: dict[str, Any]) -> Iterator[str]:
    """The names of fields and parameters, and whatever a field may hold."""
    for node in everything_in(document):
        yield from node.get("properties", {}) if isinstance(node.get("properties"), dict) else ()
        yield from node.get("enum", ())
        yield from (str(node[key]) for key in ("const", "name") if key in node)


def _texts_in(node: Any) -> Iterator[str]:
    """What people read, examples aside."""
    if isinstance(node, dict):
        yield from (node[key] for key in ("title", "summary", "description") if isinstance(node.get(key), str))
        node = [inner for name, inner in node.items() if name not in {"example", "examples"}]
    for inner in node if isinstance(node, list) else []:
        yield from _texts_in(inner)


_IDENTIFIER = re.compile(r"[a-z][A-Z]|_|\bV1\b|^Response [A-Z]|\b[A-Z][a-z]+ (?:A|At|By|Id|Url)\b|^[a-z]")


async def test_every_operation_has_a_summary_in_words(document: dict[str, Any]) -> None:
    """One of its own, and not the name of a function."""
    told = [*document["paths"].values(), *document["webhooks"].values()]
    summaries = [operation["summary"] for operations in told for operation in operations.values()]
    assert [summary for summary in summaries if _IDENTIFIER.search(summary)] == []
    assert len(set(summaries)) == len(summaries) > 24
    assert [summary for summary in summaries if summary == summary.title()] == [], "FastAPI's, of a function's name"
