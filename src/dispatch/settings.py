"""Everything that can be configured: `DISPATCH_*` in the environment, then a TOML file, then defaults that work."""

import base64
import binascii
import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, HttpUrl, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from dispatch.phone_numbers import region_of, unknown_regions
from dispatch.rules.access.sign_in import MAKE_KEY
from dispatch.rules.delivery.called_addresses import NotCalled, check_address, plain_host
from dispatch.rules.delivery.sending import is_e164
from dispatch.rules.facts.situation import Timings

DEFAULT_CONFIG = "config/dispatch.toml"
CALLED_SETTINGS = ("twilio_api_url", "ping_url", "oidc_issuer")
"""The settings that are addresses which we call. At `hotline_fallback_url` the carrier does; `dispatch check` asks for
proof at `public_url`."""


class BadSettings(ValueError):
    """settings are wrong; the message has a line for each, which says which one it is and why"""


class Settings(BaseSettings):
    """What a deployment may set. Names carry their unit, such as minutes or hours."""

    model_config = SettingsConfigDict(env_prefix="DISPATCH_", extra="forbid", str_strip_whitespace=True)

    allowed_hosts: str = ""
    database_url: str = "sqlite:///dispatch.db"
    public_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_from: str = ""
    twilio_api_url: str | None = None
    contact_phone: str = ""
    dial_regions: str = "US"
    target_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 60
    warn_minutes: Annotated[int, Field(ge=1, le=24 * 60, validate_default=True)] = 20
    officer_waiting_minutes: Annotated[int, Field(ge=1, le=120)] = 8
    en_route_reminder_minutes: Annotated[int, Field(ge=1, le=120)] = 10
    rest_hours: Annotated[int, Field(ge=0, le=24)] = 10
    link_hours: Annotated[int, Field(ge=1, le=72)] = 12
    keep_details_days: Annotated[int, Field(ge=1, le=3650)] = 90
    keep_backups_days: Annotated[int, Field(ge=1, le=3650)] = 30
    hotline_fallback_url: str | None = None
    hotline_unlisted_seconds: Annotated[int, Field(ge=10, le=600)] = 60
    secret_keys: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_issuer: str | None = None
    ping_url: str | None = None
    log_level: str = "INFO"

    @field_validator("allowed_hosts")
    @classmethod
    def _are_hosts(cls, hosts: str) -> str:
        try:
            return ",".join(map(plain_host, _parts(hosts)))
        except ValueError:
            raise ValueError(
                "must be names or IP addresses with commas between, without https:// or a port, such as hooks.internal"
            ) from None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+asyncpg://", "postgres://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url

    @field_validator("twilio_from", "contact_phone")
    @classmethod
    def _is_a_number(cls, number: str) -> str:
        if number and not is_e164(number):
            # No example: the command line would mask its digits.
            raise ValueError("must be a number with + and the country's code: +1 and ten digits")
        return number

    @field_validator("dial_regions")
    @classmethod
    def _are_regions(cls, regions: str) -> str:
        if regions == cls.model_fields["dial_regions"].default:
            return regions
        named = _parts(regions.upper())
        if not named or unknown_regions(named):
            raise ValueError("must be regions in two letters with commas between, such as US,PR")
        return ",".join(named)

    @field_validator("secret_keys")
    @classmethod
    def _are_keys(cls, keys: SecretStr) -> SecretStr:
        for key in _parts(keys.get_secret_value()):
            try:
                long_enough = len(base64.urlsafe_b64decode(key)) == 32
            except (binascii.Error, ValueError):
                long_enough = False
            if not long_enough:
                raise ValueError(f"must be keys as `{MAKE_KEY}` prints them, with commas between")
        return keys

    @field_validator("public_url", "twilio_api_url", "hotline_fallback_url", "ping_url", "oidc_issuer")
    @classmethod
    def _is_web_address(cls, url: str | None, field: ValidationInfo) -> str | None:
        if not url and field.field_name == "public_url":
            raise ValueError("must not be empty")
        if not url:
            return None
        try:
            parts = HttpUrl(url)
        except ValidationError:
            raise ValueError("must be a web address, such as https://dispatch.example.org") from None
        if field.field_name == "public_url" and (parts.username or parts.password):
            raise ValueError("must hold no user name or password: the address goes into texts")
        return url.rstrip("/")

    @field_validator(*CALLED_SETTINGS)
    @classmethod
    def _is_called(cls, url: str | None, read: ValidationInfo) -> str | None:
        """What its name leads to is looked at when it is called: no start waits for a name server."""
        if url and "allowed_hosts" in read.data:
            try:
                check_address(url, _parts(read.data["allowed_hosts"]))
            except NotCalled as error:
                raise ValueError(str(error)) from None
        return url

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        if level.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return level.upper()

    # What two settings say together is checked at the one that is read last: a validator of the whole model does not
    # run while any setting is wrong, and each mistake has to be named the first time.

    @field_validator("oidc_issuer")
    @classmethod
    def _provider_whole(cls, issuer: str | None, read: ValidationInfo) -> str | None:
        secret: SecretStr | None = read.data.get("oidc_client_secret")
        if issuer and not (read.data.get("oidc_client_id") and secret and secret.get_secret_value()):
            raise ValueError("needs DISPATCH_OIDC_CLIENT_ID and DISPATCH_OIDC_CLIENT_SECRET")
        return issuer

    @field_validator("warn_minutes")
    @classmethod
    def _warning_before_target(cls, minutes: int, read: ValidationInfo) -> int:
        if minutes >= read.data.get("target_minutes", minutes + 1):
            raise ValueError("must be less than DISPATCH_TARGET_MINUTES")
        return minutes

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = Path(os.environ.get("DISPATCH_CONFIG", DEFAULT_CONFIG))
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file))

    @property
    def timings(self) -> Timings:
        return Timings(
            target=self.target_minutes * 60,
            warn_before_target=self.warn_minutes * 60,
            officer_waiting=self.officer_waiting_minutes * 60,
            en_route_reminder=self.en_route_reminder_minutes * 60,
            rest=self.rest_hours * 3600,
            link_lifetime=self.link_hours * 3600,
            keep_details=self.keep_details_days * 24 * 3600,
            hotline_unlisted=self.hotline_unlisted_seconds,
        )

    @property
    def our_numbers(self) -> frozenset[str]:
        """The numbers that we call and text from (E.164)."""
        return frozenset(filter(None, (self.twilio_from,)))

    def dials(self, number: str) -> bool:
        """Whether we ring and text this number (E.164): it is an ordinary one of `dial_regions`."""
        return region_of(number) in self.dial_regions.split(",")

    def listed_allowed_hosts(self) -> frozenset[str]:
        """The hosts that we may call though they are not public."""
        return frozenset(_parts(self.allowed_hosts))

    def called_addresses(self) -> dict[str, str]:
        """The addresses that these settings have us call, by the name of the setting."""
        named = {name: getattr(self, name) for name in CALLED_SETTINGS}
        return {f"DISPATCH_{name.upper()}": url for name, url in named.items() if url}

    def listed_secret_keys(self) -> list[str]:
        """The keys of `secret_keys`; the first encrypts, all decrypt."""
        return _parts(self.secret_keys.get_secret_value())

    def missing_for_carrier(self) -> list[str]:
        """The settings that sending needs and that are empty."""
        needed = ("twilio_account_sid", "twilio_auth_token", "twilio_from")
        values = {"twilio_auth_token": self.twilio_auth_token.get_secret_value()}
        return [f"DISPATCH_{name.upper()}" for name in needed if not values.get(name, getattr(self, name))]


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]


def _misspelt(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with names in the environment: a slip would otherwise leave a default in force, in silence."""
    known = {f"DISPATCH_{name.upper()}" for name in Settings.model_fields} | {"DISPATCH_CONFIG"}
    # The tests have variables of their own, which are not settings of the service.
    ours = ("DISPATCH_TEST_", "DISPATCH_REQUIRE_")
    return [
        _no_such_setting(name, known)
        for name in sorted(environment)
        if (upper := name.upper()) not in known
        and not upper.startswith(ours)
        and (upper.startswith("DISPATCH_") or _is_a_slip(upper, known))
    ]


def _is_a_slip(name: str, known: Iterable[str]) -> bool:
    """Whether DISPATH_PORT or the like was meant for us; DISPATCHER_PORT is another program's."""
    return not name.startswith("DISPATCHER_") and bool(difflib.get_close_matches(name, known, 1, cutoff=0.9))


def _no_such_setting(name: str, known: Iterable[str]) -> str:
    ours = {setting.upper(): setting for setting in sorted(known)}
    close = [ours[found] for found in difflib.get_close_matches(name.upper(), ours, 1)]
    return f"{name}: there is no such setting" + (f"; did you mean {close[0]}?" if close else "")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings. Raises `BadSettings`, which names every setting that is wrong."""
    config = os.environ.get("DISPATCH_CONFIG")
    wrong = _misspelt(os.environ)
    if config is not None and not Path(config).is_file():
        wrong.append(f"DISPATCH_CONFIG: there is no file {config!r}")
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        wrong += map(_in_words, error.errors())
    except ValueError as error:  # TOML that does not parse
        wrong.append(f"{config or DEFAULT_CONFIG}: {error}")
    if wrong:
        raise BadSettings("\n".join(wrong))
    return settings


def _in_words(mistake: ErrorDetails) -> str:
    name = "_".join(str(part) for part in mistake["loc"])
    if mistake["type"] == "extra_forbidden":  # only a file can hold one: the environment's names were looked at above
        return _no_such_setting(name, Settings.model_fields)
    message = _MESSAGES.get(mistake["type"])
    said = message.format_map(mistake.get("ctx", {})) if message else mistake["msg"].removeprefix("Value error, ")
    return f"DISPATCH_{name.upper()}: {said}"


# For mistakes that pydantic names in words for programmers. `{…}` is filled from its context.
_MESSAGES = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "must be a whole number"),
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_type": "must be a text in quotes",
}
