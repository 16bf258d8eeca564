"""What `/docs` shows of an OpenAPI document: each operation's fields in rows, nested ones under dotted names."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 4
_LONGEST_EXAMPLE = 4_000

Schema = Mapping[str, Any]
WEBHOOKS = "Webhooks"
"""The section of what we post to others."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body. `kind` says in words what it may hold."""

    name: str
    kind: str
    about: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    about: str
    kinds: str
    fields: list[Field]
    example: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    title: str
    about: str
    ways_in: list[str]
    parameters: list[Field] = field(default_factory=list)
    body: list[Field] = field(default_factory=list)
    example: str = ""
    answers: list[Answer] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", f"{self.method} {self.path}".lower()).strip("-")


def sections(document: Schema) -> dict[str, list[Operation]]:
    """The operations of `document` below the part of the address that they share, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                found.setdefault(_section(path), []).append(_operation(document, method, path, operations[method]))
    for event, operations in document.get("webhooks", {}).items():
        found.setdefault(WEBHOOKS, []).append(_operation(document, "post", event, operations["post"]))
    return found


def _section(path: str) -> str:
    first, second = [*path.split("/"), ""][1:3]
    return f"/{first}/{second}" if first == "v1" else "Monitoring"


def _operation(document: Schema, method: str, path: str, said: Schema) -> Operation:
    content = said.get("requestBody", {}).get("content", {})
    schema = _first_schema(content)
    return Operation(
        method=method.upper(),
        path=path,
        title=said.get("summary", ""),
        about=said.get("description", ""),
        ways_in=sorted({name for way in said.get("security", ()) for name in way}),
        parameters=[
            Field(
                f"{parameter['name']} ({parameter['in']})",
                kind(document, parameter.get("schema", {})),
                parameter.get("description", parameter.get("schema", {}).get("description", "")),
                parameter.get("required", False),
            )
            for parameter in said.get("parameters", ())
        ],
        body=list(_fields(document, schema)),
        example=_as_text(_without_null(document, schema).get("examples", [None])[-1]),
        answers=[_answer(document, status, answer) for status, answer in said.get("responses", {}).items()],
    )


def _answer(document: Schema, status: str, said: Schema) -> Answer:
    content = said.get("content", {})
    json_kinds = {name: media for name, media in content.items() if name.endswith("json")}
    schema = _first_schema(json_kinds)
    is_problem = schema.get("$ref", "").endswith("/Problem")
    example = next((media["example"] for media in json_kinds.values() if "example" in media), None)
    return Answer(
        "otherwise" if status == "default" else status,
        said.get("description", ""),
        ", ".join(content),
        [] if is_problem else list(_fields(document, schema)),
        _as_text(example),
    )


def _as_text(example: object) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)[:_LONGEST_EXAMPLE] if example is not None else ""


def _first_schema(content: Schema) -> Schema:
    schema: Schema = next((media["schema"] for media in content.values() if "schema" in media), {})
    return schema


def _fields(document: Schema, schema: Schema, before: str = "", depth: int = 0) -> Iterator[Field]:
    """The fields of an object, or of the objects of a list, each followed by its own."""
    schema = _without_null(document, schema)
    if schema.get("type") == "array":
        yield from _fields(document, schema.get("items", {}), f"{before.removesuffix('.')}[].", depth)
        return
    required = set(schema.get("required", ()))
    for name, member in schema.get("properties", {}).items():
        about = member.get("description") or _without_null(document, member).get("description", "")
        yield Field(f"{before}{name}", kind(document, member), about, name in required)
        if depth < _DEEPEST:
            yield from _fields(document, member, f"{before}{name}.", depth + 1)


def kind(document: Schema, schema: Schema) -> str:
    """In words what a value of `schema` is: "text, at most 120 characters", "list of whole numbers, or null"."""
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        kinds = dict.fromkeys(kind(document, option) for option in options if option.get("type") != "null")
        return " or ".join([*kinds, *(["null"] if any(option.get("type") == "null" for option in options) else [])])
    schema = _resolved(document, schema)
    if "const" in schema:
        return f"“{schema['const']}”"
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    return ", ".join([_name(document, schema), *_bounds(schema)])


def _name(document: Schema, schema: Schema) -> str:
    match schema.get("type"), schema.get("format"):
        case "string", "date-time":
            return "moment"
        case "string", "date":
            return "day"
        case "string", _:
            return "text"
        case "integer", _:
            return "whole number"
        case "number", _:
            return "number"
        case "boolean", _:
            return "true or false"
        case "array", _:
            return f"list, each {kind(document, schema.get('items', {}))}"
        case "object", _:
            return "object"
        case _:
            return "anything"


def _bounds(schema: Schema) -> Iterator[str]:
    for key, words in (
        ("minimum", "at least {}"),
        ("maximum", "at most {}"),
        ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"),
        ("maxItems", "at most {}"),
    ):
        if key in schema and not (key == "minLength" and schema[key] == 1):
            yield words.format(f"{schema[key]:g}")


def _resolved(document: Schema, schema: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _without_null(document: Schema, schema: Schema) -> Schema:
    """`schema` itself, or the first that is not null of those that it may be."""
    options = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return _resolved(document, next((option for option in options if option.get("type") != "null"), schema))
