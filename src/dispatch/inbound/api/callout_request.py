"""What an agency may say about a call-out: the JSON of `POST` and `PATCH /v1/callouts`. Never a child's name.

The agencies' doors read it leniently: what does not fit is left out (`http/lenient.py`). A coordinator's doors are
strict, since what is done there is what was shown.
"""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from dispatch.inbound.http import spoken_languages
from dispatch.inbound.http.accepted_texts import PATTERN, sayable
from dispatch.inbound.http.lenient import LenientBody
from dispatch.inbound.http.moments import WrittenMoment, near
from dispatch.phone_numbers import e164
from dispatch.rules.facts import ages
from dispatch.rules.facts.callout import Details


def _blank_is_unsaid(value: object) -> object:
    """Take a blank as nothing said: a form that sends "" for an empty field must not keep anybody from being paged."""
    return None if isinstance(value, str) and not value.strip() else value


def _whole(value: object) -> object:
    """JSON has one kind of number, and some libraries write all of them with a decimal point: 2.0 children are two."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _each_once(codes: list[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _text(longest: int) -> Any:
    return StringConstraints(strip_whitespace=True, max_length=longest)


_LONGEST_NUMBER = 40


def _callback(value: object) -> str:
    """The one detail that refuses a call-out. The value is not said back: people write names into any field."""
    try:
        if isinstance(value, str) and len(value) <= _LONGEST_NUMBER:
            return e164(value)
    except ValueError:
        pass
    raise ValueError('is not a phone number; write it like "+15625550177", without an extension')


_SAYABLE = Field(json_schema_extra={"pattern": PATTERN})

_Word = Annotated[str, _text(40), AfterValidator(sayable), _SAYABLE]
_Name = Annotated[str, _text(120), AfterValidator(sayable), _SAYABLE]
_Line = Annotated[str, _text(300), AfterValidator(sayable), _SAYABLE]
_MaybeWord = Annotated[_Word | None, BeforeValidator(_blank_is_unsaid)]
_MaybeName = Annotated[_Name | None, BeforeValidator(_blank_is_unsaid)]
_MaybeLine = Annotated[_Line | None, BeforeValidator(_blank_is_unsaid)]
_Ages = Annotated[
    str,
    StringConstraints(max_length=ages.LONGEST),
    AfterValidator(ages.age_band),
    Field(
        description="Ages, never a name: years, a span of years, or a word such as teen, child or toddler.",
        examples=["13-15", "13", "teen"],
        json_schema_extra={"format": "age-band"},
    ),
]
_MaybeAges = Annotated[_Ages | None, BeforeValidator(_blank_is_unsaid)]
_Language = Annotated[
    str,
    StringConstraints(min_length=1, max_length=spoken_languages.LONGEST),
    AfterValidator(spoken_languages.language_code),
    Field(
        description="A language, by its code (ISO 639) or by its name in English. The code is kept.",
        examples=["es", "Spanish"],
        json_schema_extra={"format": "language"},
    ),
]
_Phone = Annotated[
    str,
    StringConstraints(min_length=3, max_length=_LONGEST_NUMBER),
    BeforeValidator(_callback),
    Field(
        description="Where we call and text the officer back: E.164, or as numbers are written in the United States. "
        "It must be a possible number, without an extension.",
        examples=["+15625550177", "(562) 555-0177"],
        json_schema_extra={"format": "phone"},
    ),
]
# A call-out that was written down on paper comes days later; police clocks are minutes off, or an hour in autumn.
_Happened = Annotated[WrittenMoment, near(back=timedelta(days=7), ahead=timedelta(hours=1))]
_LeavesAt = Annotated[WrittenMoment, near(back=timedelta(days=1), ahead=timedelta(days=7))]
_YesOrNo = Annotated[bool, Field(strict=True)]


class Officer(LenientBody):
    callback_phone: _Phone
    name: _MaybeName = None
    badge: _MaybeWord = None


class OfficerChange(LenientBody):
    """The callback phone may be changed but never cleared: there must be somebody to call back."""

    callback_phone: Annotated[_Phone, Field(default_factory=str)]
    name: _MaybeName = None
    badge: _MaybeWord = None


class MeetingPlace(LenientBody):
    """Where the specialist meets the officer. Coordinates are WGS 84 degrees; give both or neither."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["lat", "lon"], "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}}},
                {"properties": {"lat": {"type": "null"}, "lon": {"type": "null"}}},
            ]
        }
    )

    address: _MaybeLine = None
    lat: Annotated[float, Field(ge=-90, le=90, strict=True, allow_inf_nan=False)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180, strict=True, allow_inf_nan=False)] | None = None
    note: _MaybeLine = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> "MeetingPlace":
        given = [name for name in ("lat", "lon") if getattr(self, name) is not None]
        if len(given) == 1:
            wrong = "lat and lon go together: give both, or neither"
            raise PydanticCustomError("half_a_position", wrong, {"fields": given})
        return self


class _Detail(LenientBody):
    unit: _MaybeName = None
    meeting_place: MeetingPlace | None = None
    children: Annotated[int, Field(ge=1, le=200, strict=True), BeforeValidator(_whole)] | None = None
    age_band: _MaybeAges = None
    languages: Annotated[list[_Language], Field(max_length=10), AfterValidator(_each_once)] | None = None
    medical_need: _YesOrNo | None = None
    scene_safe: _YesOrNo | None = None
    officer_leaves_at: _LeavesAt | None = None
    recovered_at: _Happened | None = None
    hotline_called_at: _Happened | None = None
    reference: Annotated[_MaybeName, Field(description="The agency's own number for this.")] = None


class CallOutRequest(_Detail):
    """Only the officer's callback phone is required; everything else can come later. Times carry their UTC offset."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"officer": {"callback_phone": "+15625550177"}},
                {
                    "unit": "West Division",
                    "officer": {"name": "R. Alvarez", "badge": "4471", "callback_phone": "+15625550177"},
                    "meeting_place": {
                        "address": "400 W Broadway, Long Beach",
                        "lat": 33.7701,
                        "lon": -118.1937,
                        "note": "lobby",
                    },
                    "children": 1,
                    "age_band": "13-15",
                    "languages": ["es"],
                    "medical_need": False,
                    "scene_safe": True,
                    "reference": "26-000123",
                },
            ]
        }
    )

    must_fit = frozenset({("officer",), ("officer", "callback_phone")})

    officer: Officer

    def details(self) -> Details:
        return Details(**_flat(self))


class CallOutChange(_Detail):
    """What has become known. A field that is left out stays as it is; null clears it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"meeting_place": {"address": "Memorial Medical Center, ambulance entrance"}}]}
    )

    must_fit = frozenset({("officer", "callback_phone")})

    officer: Annotated[OfficerChange, Field(default_factory=OfficerChange.model_construct)]

    def changes(self) -> dict[str, Any]:
        """The fields of `Details` that this request names."""
        return _flat(self)


class Cancellation(LenientBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "the family has come"}]})

    reason: _MaybeName = None


_BEFORE = {"officer": "officer_", "meeting_place": "place_"}


def _flat(said: BaseModel) -> dict[str, Any]:
    """The fields that were given, under their names in `Details`."""
    flat: dict[str, Any] = {}
    for name in said.model_fields_set:
        value = getattr(said, name)
        if name not in _BEFORE:
            flat[name] = tuple(value) if isinstance(value, list) else value
        elif value is None:
            flat.update(dict.fromkeys(_named(name, inner) for inner in MeetingPlace.model_fields))
        else:
            flat.update({_named(name, inner): getattr(value, inner) for inner in value.model_fields_set})
    return flat


def _named(outer: str, inner: str) -> str:
    """What `Details` calls a field of the officer or of the meeting place."""
    return _BEFORE[outer] + inner.removeprefix("callback_")
