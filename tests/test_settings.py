"""The settings, and the sample that shows them all."""

import re
import tomllib
from pathlib import Path

import pytest

from dispatch.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]


def test_the_sample_settings_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read by default, so it must be harmless; and it shows every setting there is, at its default."""
    monkeypatch.setenv("DISPATCH_CONFIG", str(ROOT / "config" / "dispatch.toml"))
    assert load_settings() == Settings()
    examples = re.findall(r"^# (\w+ = .*)$", (ROOT / "config" / "dispatch.toml").read_text(), re.MULTILINE)
    shown = tomllib.loads("\n".join(examples))
    secret = dict.fromkeys(("twilio_auth_token", "secret_keys", "metrics_token", "oidc_client_secret"), "")
    empty = dict.fromkeys(("twilio_api_url", "hotline_fallback_url", "ping_url", "oidc_issuer"), "")
    defaults = Settings().model_dump() | secret | empty
    assert shown == defaults
