"""Whatever JSON stands in a field, a call-out with a good number fits; nothing of what was left out is in it."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.inbound.api.callout_request import CallOutChange, CallOutRequest, MeetingPlace, Officer
from dispatch.inbound.http.lenient import LeftOut, bounded, fit, for_the_log

_PHONE = "+15625550177"
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_NAMES = st.sampled_from([*CallOutRequest.model_fields, *MeetingPlace.model_fields]) | st.text(max_size=8)
_OFFICERS = st.dictionaries(st.sampled_from([*Officer.model_fields]) | st.text(max_size=8), _JSON).map(
    lambda said: {**said, "callback_phone": _PHONE}
)
_PLACES = st.dictionaries(st.sampled_from([*MeetingPlace.model_fields]) | st.text(max_size=8), _JSON)


@given(st.dictionaries(_NAMES, _JSON), _OFFICERS, _PLACES | _JSON)
@settings(max_examples=50)
def test_a_good_number_is_enough(said: dict[str, Any], officer: dict[str, Any], place: Any) -> None:
    """No other mistake, or pair of mistakes, refuses it; what was sent is not changed, for its hash is kept."""
    said = {**said, "officer": officer, "meeting_place": place}
    before = copy.deepcopy(said)
    body, left_out = fit(CallOutRequest, said)
    assert isinstance(body, CallOutRequest)
    assert body.officer.callback_phone == _PHONE
    assert repr(said) == repr(before)
    for name, value in said.items():
        if name not in CallOutRequest.model_fields:
            assert LeftOut.from_mistake({"type": "extra_forbidden", "loc": (name,)}) in left_out, (name, value)
    again, nothing_more = fit(CallOutRequest, body.model_dump(mode="json", exclude_unset=True))
    assert (again, nothing_more) == (body, []), "what fits once fits again"


@given(st.dictionaries(_NAMES, _JSON))
def test_a_change_fits_or_lacks_its_number(said: dict[str, Any]) -> None:
    """A change is refused for a wrong callback number, and for nothing else."""
    body, _ = fit(CallOutChange, said)
    if not isinstance(body, CallOutChange):
        assert isinstance(said["officer"], dict)
        assert set(body) <= {"officer", *CallOutChange.model_fields}  # type: ignore[call-overload]


def test_a_list_from_which_everything_has_gone_was_not_sent() -> None:
    """Three languages that are none must not clear the one that is known."""
    body, left_out = fit(CallOutChange, {"languages": ["Maria", "Lopez", "14"]})
    assert isinstance(body, CallOutChange)
    assert body.changes() == {}
    assert [one.field for one in left_out] == ["languages.0", "languages.1", "languages.2"]


def test_half_a_position_leaves_the_address() -> None:
    """A mistake in one coordinate takes both, and no more of the place."""
    body, left_out = fit(
        CallOutRequest, {"officer": {"callback_phone": _PHONE}, "meeting_place": {"address": "A", "lat": 95, "lon": 1}}
    )
    assert isinstance(body, CallOutRequest)
    assert body.meeting_place == MeetingPlace(address="A")
    assert [one.field for one in left_out] == ["meeting_place.lat", "meeting_place.lon"]


def test_what_is_refused_is_named_at_most_fifty_times_an_object() -> None:
    """Whoever names the mistakes of a strict request finds few unknown fields, and every known one."""
    many = {f"x{number}": 1 for number in range(6000)}
    body = bounded(CallOutRequest, {**many, "officer": {"callback_phone": _PHONE, **many}, "age_band": "Maria"})
    assert isinstance(body, dict)
    assert len(body) == 52
    assert len(body["officer"]) == 51
    assert body["age_band"] == "Maria"
    assert bounded(CallOutRequest, [1]) == [1]


def test_the_log_has_names_of_fields_only() -> None:
    """A name that a caller made up may be a child's."""
    names = ["age_band", "officer.rank", "languages.3", "childName", "Maria", "maria lopez", "x" * 41, "body"]
    said = for_the_log(LeftOut(field=name, message="") for name in names)
    hidden = "(no name)"
    assert said == ["age_band", "officer.rank", "languages.3", "childName", hidden, hidden, hidden, "body"]
