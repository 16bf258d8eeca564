"""Codes of an app, against the numbers that RFC 6238 prints, and recovery codes."""

import random
from datetime import UTC, datetime

import pytest

from dispatch.credentials import one_time_codes

# RFC 6238, appendix B: the key is "12345678901234567890", here in base32, and a code's last six digits are an app's.
_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code", "step"),
    [(59, "287082", 1), (1_111_111_109, "081804", 37_037_036), (2_000_000_000, "279037", 66_666_666)],
)
def test_a_code_is_the_one_of_its_step(seconds: int, code: str, step: int) -> None:
    """Also typed with a space, as apps show it. Once it was taken it is none."""
    now = datetime.fromtimestamp(seconds, UTC)
    assert one_time_codes.matching_step(_SEED, code, now, None) == step
    assert one_time_codes.matching_step(_SEED, f"{code[:3]} {code[3:]}", now, None) == step
    assert one_time_codes.matching_step(_SEED, code, now, step) is None
    assert one_time_codes.matching_step(_SEED, "000000", now, None) is None
    assert one_time_codes.matching_step(_SEED, "dígito", now, None) is None


def test_a_seed_has_160_bits_and_an_app_can_take_it() -> None:
    seed = one_time_codes.new_seed(random.Random(1))
    assert len(seed) == 32
    assert one_time_codes.spaced(seed).replace(" ", "") == seed
    uri = one_time_codes.enrolment_uri(seed, "Cora Lind")
    assert uri.startswith("otpauth://totp/dispatch:Cora%20Lind?")
    assert {f"secret={seed}", "issuer=dispatch"} <= set(uri.partition("?")[2].split("&"))


def test_a_qr_code_goes_under_the_policy_of_a_page() -> None:
    """Its colours come by class, since a page allows neither style nor script."""
    drawn = one_time_codes.qr_svg("otpauth://totp/dispatch:cora?secret=ABC")
    assert drawn.startswith("<svg")
    assert 'class="qr"' in drawn
    assert "style" not in drawn
    assert "script" not in drawn
    assert "width=" not in drawn


def test_a_recovery_code_is_its_owners_however_it_is_typed() -> None:
    codes = one_time_codes.new_recovery_codes(random.Random(1))
    assert len(set(codes)) == 10
    kept = one_time_codes.recovery_hash("cora", codes[0])
    assert one_time_codes.recovery_hash("cora", codes[0].lower().replace("-", " ")) == kept
    assert one_time_codes.recovery_hash("omar", codes[0]) != kept
    assert one_time_codes.recovery_hash("cora", codes[1]) != kept
