"""Titles of the OpenAPI document, in words: what a reader sees is a call-out's request, and not `CallOutRequest`.

FastAPI makes titles of the names in our code. Names of fields become words by rule, since they are the field's own.
Operations and schemas are named here one by one; a test fails for one that has no title.
"""

import re
from typing import Any

from fastapi import FastAPI

from dispatch.rules.commands.commands import COMMANDS

SUMMARIES = {
    "post /v1/callouts": "Call for a specialist",
    "get /v1/callouts": "List call-outs",
    "get /v1/callouts/{callout_id}": "Ask how a call-out stands",
    "patch /v1/callouts/{callout_id}": "Say more about a call-out",
    "post /v1/callouts/{callout_id}/cancel": "Cancel a call-out",
    "post /v1/callouts/{callout_id}/close": "Close a call-out",
    "patch /v1/callouts/{callout_id}/stamps": "Correct the stamps of a call-out",
    "post /v1/callouts/{callout_id}/commands/preview": "See what a command would lead to",
    "post /v1/callouts/{callout_id}/commands": "Do what was previewed",
    "post /v1/callouts/by-hand/preview": "See whom a call-out by hand would page",
    "post /v1/callouts/by-hand/open": "Open a call-out by hand",
    "get /v1/alarms": "List open alarms",
    "post /v1/alarms/{alarm_id}/own": "Take an alarm",
    "get /v1/hotline/calls": "List calls to the hotline",
    "post /v1/hotline/calls/{call_id}/page": "Page for a call to the hotline",
    "post /v1/hotline/calls/{call_id}/dismiss": "Say that a call is no call-out",
    "get /v1/response-times": "Report response times",
    "get /healthz": "Does the process live?",
    "get /readyz": "Can the node work?",
    "get /metrics": "Metrics for Prometheus",
}
SCHEMAS = {
    "AgencyEvent": "Event that an agency is told",
    "AgencyWebhook": "What an agency is told",
    "AlarmKind": "Kind of alarm",
    "CallOutChange": "Change of a call-out",
    "CallOutChanged": "Call-out after a change",
    "CallOutList": "List of call-outs",
    "CallOutRequest": "Request for a specialist",
    "CallOutStatus": "How a call-out stands",
    "CallSeen": "Call to the hotline",
    "Calls": "List of calls to the hotline",
    "Cancellation": "Why a call-out is cancelled",
    "Channel": "Channel of a page",
    "CommandKind": "Kind of command",
    "CoordinatorsCallOut": "Call-out as coordinators see it",
    "CoordinatorsStatus": "How a call-out stands, for coordinators",
    "Created": "Call-out that was opened",
    "DoneSeen": "Command that was done",
    "Language": "Language of a text",
    "LeftOut": "Field that was left out",
    "LetterSeen": "Message that would be sent",
    "Line": "Line of the report",
    "Lives": "Process that lives",
    "MeetingPlace": "Meeting place",
    "NotReady": "Node that cannot work",
    "Notice": "Notice to a partner",
    "Officer": "Officer",
    "OfficerChange": "Change of the officer",
    "OfficerSeen": "Officer, as coordinators see them",
    "OpenAlarm": "Open alarm",
    "OpenAlarms": "List of open alarms",
    "OutcomeNoted": "Outcome of a call-out",
    "PageState": "State of a page",
    "Paged": "Somebody who was paged",
    "PartnerNotice": "What a partner is told",
    "Period": "Period of a report",
    "PlaceSeen": "Meeting place, as coordinators see it",
    "PreviewSeen": "What a command would lead to",
    "Problem": "Problem",
    "Purpose": "Purpose of a page",
    "Ready": "Node that can work",
    "ResponseTimes": "Response times",
    "SilenceSeen": "Somebody who would hear nothing",
    "StampCorrection": "Correction of stamps",
    "StampKind": "Kind of stamp",
    "Status": "Status of a call-out",
    "ToDo": "Command to be done",
    "ToOpen": "Call-out to be opened by hand",
    "ToOpenPreview": "Call-out by hand, to be previewed",
    "ToPreview": "Command to be previewed",
    "Trust": "What is known of the caller",
    **{one.__name__: f"Command: {one.about.label}" for one in COMMANDS},
}
_FRAMEWORKS = "Successful Response"
_WORDS = {"callout": "call-out", "callouts": "call-outs", "id": "ID", "url": "URL", "eta": "ETA", "dcfs": "DCFS"}
_NAMES = {
    "lat": "Latitude",
    "lon": "Longitude",
    "n": "Number of call-outs",
    "p90_minutes": "90th percentile, in minutes",
    "do": "What to do",
    "why": "Reason",
    "eta_at": "ETA",
    "by": "By whom, or by what",
    "callback_phone": "Callback number",
}


def in_words(name: str) -> str:
    """The title of a field or a parameter, such as `received_at`: "Received at"."""
    if name in _NAMES:
        return _NAMES[name]
    words = " ".join(_WORDS.get(word, word) for word in re.split(r"[_.-]", name))
    return words[:1].upper() + words[1:]


def describe(app: FastAPI) -> None:
    """Give everything in `app`'s OpenAPI document a title in words. To be called after whatever else extends it."""
    without = app.openapi

    def with_titles() -> dict[str, Any]:
        document = without()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                operation["summary"] = SUMMARIES.get(f"{method} {path}", operation["summary"])
                _title_operation(operation)
                _describe_success(operation)
        for event, operations in document.get("webhooks", {}).items():
            for operation in operations.values():
                operation["summary"] = "Notice to a partner" if event == "notice" else in_words(event)
                _title_operation(operation)
        for name, schema in document["components"]["schemas"].items():
            schema["title"] = SCHEMAS.get(name, name)
            _title_properties(schema)
        return document

    app.openapi = with_titles  # type: ignore[method-assign]  # FastAPI's own way to extend the document


def _title_operation(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        parameter["schema"]["title"] = in_words(parameter["name"])
    for media in operation.get("requestBody", {}).get("content", {}).values():
        _title_inline(media, "Body")
    for answer in operation["responses"].values():
        for media in answer.get("content", {}).values():
            _title_inline(media, "Answer")


def _describe_success(operation: dict[str, Any]) -> None:
    """Say what an answer is, by the titles of what it may hold, where its door does not: the framework says only that
    all went well."""
    for answer in operation["responses"].values():
        if answer["description"] == _FRAMEWORKS:
            held = [schema for media in answer.get("content", {}).values() for schema in _options(media["schema"])]
            titles = [SCHEMAS[one["$ref"].rpartition("/")[2]] for one in held if "$ref" in one]
            answer["description"] = ", or ".join(titles) or operation["summary"]


def _options(schema: dict[str, Any]) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = schema.get("anyOf", [schema])
    return options


def _title_inline(media: dict[str, Any], title: str) -> None:
    if "$ref" not in media.get("schema", {"$ref": None}):
        media["schema"]["title"] = title


def _title_properties(schema: dict[str, Any]) -> None:
    for name, member in schema.get("properties", {}).items():
        member["title"] = in_words(name)
        for part in (member, member.get("items", {})):
            _title_properties(part)
