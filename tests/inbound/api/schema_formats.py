"""Read by schemathesis: the formats in the document that it does not know."""

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
moments = st.builds(
    "20{:02d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}{}{}".format,
    st.integers(0, 99),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.sampled_from(("", ".5", ".123456")),
    st.sampled_from(("Z", "+00:00", "-08:00", "+14:00", "-12:00")),
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
