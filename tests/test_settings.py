"""The settings, and the sample that shows them all."""

import re
import tomllib
from pathlib import Path

import pytest

from dispatch.settings import BadSettings, Settings, load_settings

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


def test_every_mistake_is_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever sets up a deployment mends all of them in one go; a slip in a name is answered with the right one."""
    file = tmp_path / "dispatch.toml"
    file.write_text('databse_url = "sqlite:///x.db"\nwarn_minutes = 0\n')
    for name, value in {"CONFIG": str(file), "PORT": "many", "TWILLIO_FROM": "+15625550100", "PINGURL": "x"}.items():
        monkeypatch.setenv(f"DISPATCH_{name}", value)
    with pytest.raises(BadSettings) as raised:
        load_settings()
    said = str(raised.value).split(" | ")
    assert said[0] == "DISPATCH_PINGURL: there is no such setting; did you mean DISPATCH_PING_URL?"
    assert said[1] == "DISPATCH_TWILLIO_FROM: there is no such setting; did you mean DISPATCH_TWILIO_FROM?"
    assert {words.partition(":")[0] for words in said[2:]} == {"DISPATCH_PORT", "DISPATCH_WARN_MINUTES", "databse_url"}
    assert any("did you mean database_url?" in words for words in said)
