"""What `/docs` shows of an OpenAPI document: each operation's fields in rows, nested ones under dotted names."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 4
_LONGEST_EXAMPLE = 4_000
_BOOLEAN = "true or false"

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body. `kind` says in words what it may hold."""

    name: str
    kind: str
    about: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """JSON as text. `about` tells it from the others; it is empty for one that stands alone."""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    about: str
    kinds: str
    fields: list[Field]
    examples: list[Example]


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    title: str
    about: str
    way_in: str
    parameters: list[Field] = field(default_factory=list)
    body: list[Field] = field(default_factory=list)
    example: str = ""
    answers: list[Answer] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", f"{self.method} {self.path}".lower()).strip("-")


def sections(document: Schema) -> dict[str, list[Operation]]:
    """The operations of `document` under their tags, both in the order of the document."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, operations in (document["paths"] | document.get("webhooks", {})).items():
        for method in _METHODS:
            if method in operations:
                (tag,) = operations[method]["tags"]
                found[tag].append(_operation(document, method, path, operations[method]))
    return found


def _operation(document: Schema, method: str, path: str, said: Schema) -> Operation:
    content = said.get("requestBody", {}).get("content", {})
    schema = _first_schema(content)
    return Operation(
        method=method.upper(),
        path=path,
        title=said.get("summary", ""),
        about=said.get("description", ""),
        way_in=" or ".join(_way_in(name, roles) for way in said.get("security", ()) for name, roles in way.items()),
        parameters=[
            Field(
                f"{parameter['name']} ({parameter['in']})",
                _kinds(document, parameter.get("schema", {})),
                parameter.get("description", parameter.get("schema", {}).get("description", "")),
                parameter.get("required", False),
            )
            for parameter in said.get("parameters", ())
        ],
        body=list(_fields(document, schema)),
        example=_example_of_body(document, content),
        answers=[_answer(document, status, answer) for status, answer in said.get("responses", {}).items()],
    )


def _way_in(name: str, roles: list[str]) -> str:
    """Such as "an agency's key", or "a signature" where it has no role."""
    owner = f"{roles[0]}'s {name}" if roles else name
    return f"{'an' if owner[0] in 'aeiou' else 'a'} {owner.lower()}"


def _answer(document: Schema, status: str, said: Schema) -> Answer:
    content = said.get("content", {})
    json_kinds = {name: media for name, media in content.items() if name.endswith("json")}
    schema = _first_schema(json_kinds)
    is_problem = schema.get("$ref", "").endswith("/Problem")
    return Answer(
        "otherwise" if status == "default" else status,
        said.get("description", ""),
        ", ".join(content),
        [] if is_problem else list(_fields(document, schema)),
        [example for media in json_kinds.values() for example in _examples(media)],
    )


def _examples(media: Schema) -> list[Example]:
    named = {about: one["value"] for about, one in media.get("examples", {}).items()}
    alone = {"": media["example"]} if "example" in media else {}
    return [Example(about, _as_text(one)) for about, one in (alone | named).items()]


def _example_of_body(document: Schema, content: Schema) -> str:
    """The example of this very operation, otherwise the last that its schema has: it says the most."""
    own = [example.text for media in content.values() for example in _examples(media)]
    of_schema = [one for option in _options(document, _first_schema(content)) for one in option.get("examples", ())]
    return own[0] if own else _as_text(of_schema[-1]) if of_schema else ""


def _as_text(example: object) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)[:_LONGEST_EXAMPLE]


def _first_schema(content: Schema) -> Schema:
    schema: Schema = next((media["schema"] for media in content.values() if "schema" in media), {})
    return schema


def _fields(document: Schema, schema: Schema, before: str = "", depth: int = 0) -> Iterator[Field]:
    """The fields of an object, or of the objects of a list, each followed by its own; of several objects that it may
    be, those of each."""
    options = _options(document, schema)
    if len(options) > 1:
        several = [list(_fields(document, option, before, depth)) for option in options]
        yield from _one_by_one(options, several) if _named_by(options) else _merged(options, several)
        return
    (schema,) = options or [{}]
    if schema.get("type") == "array":
        yield from _fields(document, schema.get("items", {}), f"{before.removesuffix('.')}[].", depth)
        return
    required = set(schema.get("required", ()))
    for name, member in schema.get("properties", {}).items():
        about = member.get("description") or _about(document, member)
        yield Field(f"{before}{name}", kind(document, member), about, name in required)
        if depth < _DEEPEST:
            yield from _fields(document, member, f"{before}{name}.", depth + 1)


def _named_by(options: list[Schema]) -> str | None:
    """The field that says which of these objects one is: in each it has a value of its own."""
    names = [{name for name, one in option.get("properties", {}).items() if "const" in one} for option in options]
    return min(set.intersection(*names), default=None)


def _one_by_one(options: list[Schema], several: list[list[Field]]) -> Iterator[Field]:
    """The fields of one object after those of the other, each beginning with the field that says which it is."""
    name = _named_by(options)
    for option, fields in zip(options, several, strict=True):
        first = next(one for one in fields if one.name.rpartition(".")[2] == name)
        yield replace(first, about=option.get("description", ""))
        yield from (one for one in fields if one is not first)


def _merged(options: list[Schema], several: list[list[Field]]) -> Iterator[Field]:
    """Each field once; one that not all of these objects have says which do."""
    known = {one.name: one for fields in reversed(several) for one in fields}
    named = [{one.name for one in fields} for fields in several]
    for name in dict.fromkeys(one.name for fields in several for one in fields):
        has = [option for option, names in zip(options, named, strict=True) if name in names]
        outer = name.rpartition(".")[0].removesuffix("[]")
        is_said = outer in known and any(outer not in names for names in named)
        only = f"Only in: {', '.join(one.get('title', '') for one in has)}."
        told = only if len(has) < len(options) and not is_said else ""
        yield replace(known[name], about=" ".join(filter(None, (known[name].about, told))))


def kind(document: Schema, schema: Schema) -> str:
    """In words what a value of `schema` is: "text, at most 120 characters", "list of whole numbers, or null"."""
    may_be_null = any(option.get("type") == "null" for option in _choices(schema))
    kinds = _kinds(document, schema)
    if not may_be_null:
        return kinds
    return "true, false or null" if kinds == _BOOLEAN else f"{kinds} or null"


def _kinds(document: Schema, schema: Schema) -> str:
    """The same without null, which nobody can send in an address or a header: they leave it out."""
    if options := _choices(schema):
        return " or ".join(dict.fromkeys(kind(document, one) for one in options if one.get("type") != "null"))
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
            return _BOOLEAN
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


def _choices(schema: Schema) -> list[Schema]:
    """What else than one thing a value may be. Beside a type they only say what else must hold of it."""
    return [] if "type" in schema else schema.get("anyOf") or schema.get("oneOf") or []


def _resolved(document: Schema, schema: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _options(document: Schema, schema: Schema) -> list[Schema]:
    """What a value of `schema` may be, null aside."""
    schema = _resolved(document, schema)
    options = _choices(schema)
    if not options:
        return [schema]
    return [one for option in options if option.get("type") != "null" for one in _options(document, option)]


def _about(document: Schema, schema: Schema) -> str:
    """What the only thing that a value may be says of itself."""
    options = _options(document, schema)
    return str(options[0].get("description", "")) if len(options) == 1 else ""
