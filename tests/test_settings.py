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
    secrets = ("twilio_auth_token", "secret_keys", "metrics_token", "oidc_client_secret")
    urls = ("twilio_api_url", "hotline_fallback_url", "ping_url", "oidc_issuer")
    secret, empty = dict.fromkeys(secrets, ""), dict.fromkeys(urls, "")
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
    said = str(raised.value).splitlines()
    assert said[0] == "DISPATCH_PINGURL: there is no such setting; did you mean DISPATCH_PING_URL?"
    assert said[1] == "DISPATCH_TWILLIO_FROM: there is no such setting; did you mean DISPATCH_TWILIO_FROM?"
    assert {words.partition(":")[0] for words in said[2:]} == {"DISPATCH_PORT", "DISPATCH_WARN_MINUTES", "databse_url"}
    assert any("did you mean database_url?" in words for words in said)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "many", "must be a whole number"),
        ("PORT", "", "must be a whole number"),
        ("PORT", "70000", "must be 65535 or less"),
        ("LINK_HOURS", "0", "must be 1 or more"),
        ("PUBLIC_URL", "dispatch.example.org", "must be a web address, such as https://dispatch.example.org"),
        ("PUBLIC_URL", "htps://x.example", "must be a web address, such as https://dispatch.example.org"),
        ("PUBLIC_URL", "https://me:pw@x.example", "must hold no user name or password: the address goes into texts"),
        ("CONTACT_PHONE", "555-0110", "must be a number with + and the country's code: +1 and ten digits"),
        ("DIAL_REGIONS", "", "must be regions in two letters with commas between, such as US,PR"),
        ("DIAL_REGIONS", "US,001", "must be regions in two letters with commas between, such as US,PR"),
        ("DIAL_REGIONS", "+1", "must be regions in two letters with commas between, such as US,PR"),
        ("CONFIG", "/nowhere/dispatch.toml", "there is no file '/nowhere/dispatch.toml'"),
    ],
)
def test_a_mistake_says_what_to_write(monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str) -> None:
    """In words for whoever sets up a deployment, and without a digit that the command line would mask."""
    monkeypatch.setenv(f"DISPATCH_{name}", value)
    with pytest.raises(BadSettings) as raised:
        load_settings()
    assert str(raised.value) == f"DISPATCH_{name}: {words}"


def test_settings_that_contradict_each_other_are_named_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them at once, though each can only be seen when the settings are read as a whole."""
    for name, value in {"WARN_MINUTES": "90", "OIDC_ISSUER": "https://login.example.org", "PORT": "x"}.items():
        monkeypatch.setenv(f"DISPATCH_{name}", value)
    with pytest.raises(BadSettings) as raised:
        load_settings()
    assert str(raised.value).splitlines() == [
        "DISPATCH_PORT: must be a whole number",
        "DISPATCH_WARN_MINUTES: must be less than DISPATCH_TARGET_MINUTES",
        "DISPATCH_OIDC_ISSUER: needs DISPATCH_OIDC_CLIENT_ID and DISPATCH_OIDC_CLIENT_SECRET",
    ]


@pytest.mark.parametrize("name", ["DISPATH_PUBLIC_URL", "DISPTACH_PORT", "dispatch_public_ulr", "DISPATCHPUBLIC_URL"])
def test_a_slip_before_the_name_is_found_too(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The default would be in force, in silence; other programs' variables are none of ours."""
    monkeypatch.setenv(name, "x")
    monkeypatch.setenv("PATH_INFO", "x")
    monkeypatch.setenv("DATABASE_URL", "x")
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(BadSettings, match=rf"^{name}: there is no such setting; did you mean DISPATCH_\w+\?$"):
        load_settings()


def test_blanks_around_a_setting_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of an `.env` file often ends in one, and every link would have it in the middle."""
    monkeypatch.setenv("DISPATCH_PUBLIC_URL", " https://dispatch.example.org/ ")
    monkeypatch.setenv("DISPATCH_TWILIO_ACCOUNT_SID", "AC1 ")
    settings = load_settings()
    assert (settings.public_url, settings.twilio_account_sid) == ("https://dispatch.example.org", "AC1")
