"""What an agency may say of a call-out: the JSON of `POST` and `PATCH /v1/callouts`. Never a child's name."""

from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from dispatch.inbound.phone_numbers import e164
from dispatch.store.callouts import Details


def _printable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text


_Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(_printable)
]
_Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(_printable)
]
_Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_printable)
]
_Phone = Annotated[str, StringConstraints(min_length=3, max_length=40), AfterValidator(e164)]
_STRICT = ConfigDict(extra="forbid")


class Officer(BaseModel):
    model_config = _STRICT

    callback_phone: Annotated[_Phone, Field(examples=["+15625550177"])]
    name: _Name | None = None
    badge: _Word | None = None


class OfficerChange(BaseModel):
    model_config = _STRICT

    callback_phone: _Phone | None = None
    name: _Name | None = None
    badge: _Word | None = None


class MeetingPlace(BaseModel):
    model_config = _STRICT

    address: _Line | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    note: _Line | None = None


class _Detail(BaseModel):
    model_config = _STRICT

    unit: _Name | None = None
    meeting_place: MeetingPlace | None = None
    children: Annotated[int, Field(ge=1, le=200, strict=True)] | None = None
    age_band: _Word | None = None
    languages: Annotated[list[_Word], Field(max_length=10)] | None = None
    medical_need: bool | None = None
    scene_safe: bool | None = None
    officer_leaves_at: AwareDatetime | None = None
    recovered_at: AwareDatetime | None = None
    hotline_called_at: AwareDatetime | None = None
    reference: _Name | None = None


class CallOutRequest(_Detail):
    """Only the officer's callback phone is needed; everything else can come later. Times carry their UTC offset."""

    officer: Officer

    def details(self) -> Details:
        return Details(**_flat(self))


class CallOutChange(_Detail):
    """What is known by now. A field that is left out stays as it is; null clears it."""

    officer: OfficerChange | None = None

    def changes(self) -> dict[str, Any]:
        """The fields of `Details` that this names."""
        return _flat(self)


class Cancellation(BaseModel):
    model_config = _STRICT

    reason: _Name | None = None


_NESTED = {
    "officer": {"name": "officer_name", "badge": "officer_badge", "callback_phone": "officer_phone"},
    "meeting_place": {"address": "place_address", "lat": "place_lat", "lon": "place_lon", "note": "place_note"},
}


def _flat(said: BaseModel) -> dict[str, Any]:
    """The fields that were given, under their names in `Details`."""
    flat: dict[str, Any] = {}
    for name in said.model_fields_set:
        value = getattr(said, name)
        if name not in _NESTED:
            flat[name] = tuple(value) if isinstance(value, list) else value
        elif value is None:
            if name == "officer":
                continue  # an officer cannot be unsaid: somebody has to be called back
            flat.update(dict.fromkeys(_NESTED[name].values()))
        else:
            flat.update({_NESTED[name][inner]: getattr(value, inner) for inner in value.model_fields_set})
    if flat.get("officer_phone", "") is None:
        del flat["officer_phone"]
    return flat
