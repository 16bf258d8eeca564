"""Read by schemathesis: the formats in the document that it does not know."""

from datetime import UTC, datetime, timedelta, timezone

import schemathesis
from hypothesis import strategies as st

_AREAS = ("562", "310", "213", "714")
_SHAPES = ("+1{}{}{}", "({}) {}-{}", "{}-{}-{}", "1 {} {} {}", "{}.{}.{}", "+1 ({}) {} {}")

phones = st.builds(
    lambda shape, area, last: shape.format(area, "555", f"{last:04d}"),
    st.sampled_from(_SHAPES),
    st.sampled_from(_AREAS),
    st.integers(0, 9999),
)
# Moments of a call-out must lie near the night that it is about; where any moment will do, these will.
_now = datetime.now(UTC)
moments = st.builds(
    lambda minutes, seconds, hours: (
        (_now + timedelta(minutes=minutes, seconds=seconds)).astimezone(timezone(timedelta(hours=hours))).isoformat()
    ),
    st.integers(-23 * 60, 50),
    st.sampled_from((0, 0.5, 0.123456)),
    st.sampled_from((0, -8, 14, -12)),
)
ages = st.one_of(
    st.integers(0, 25).map(str),
    st.builds("{}-{}".format, st.integers(0, 25), st.integers(0, 25)),
    st.sampled_from(("teen", "toddler", "under 13", "16+")),
)
languages = st.sampled_from(("es", "en", "Spanish", "Tagalog", "zh-Hans", "K'iche'"))

schemathesis.openapi.format("phone", phones)
schemathesis.openapi.format("age-band", ages)
schemathesis.openapi.format("language", languages)
schemathesis.openapi.format("date-time", moments)
