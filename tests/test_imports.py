"""What a process has imported when it matters: ADR 18; `make check` holds the list."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_ROOMS = {"demo", "rehearsal"} | {
    f"dispatch.{place.stem}"
    for place in (ROOT / "src" / "dispatch").iterdir()
    if (place.is_dir() and place.name != "__pycache__") or (place.suffix == ".py" and not place.name.startswith("__"))
}

# What a service does first after it was killed: it opens its database, and sends with its carrier.
_READY_TO_PAGE = """
import asyncio, sys
from dispatch.app import Service
from dispatch.settings import Settings

async def main():
    carrier = {{"twilio_account_sid": "AC1", "twilio_from": "+15625550100", "twilio_api_url": "http://127.0.0.1:9"}}
    service = Service(Settings(database_url={url!r}, allowed_hosts="127.0.0.1", **carrier))
    await service.start()
    await service.caught_up(10)
    {then}
    print(*sys.modules)
    await service.stop()

asyncio.run(main())
"""


def _imported(folder: Path, then: str = "") -> set[str]:
    code = _READY_TO_PAGE.format(url=f"sqlite:///{folder / 'dispatch.db'}", then=then)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=folder, stdout=subprocess.PIPE, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.slow
def test_what_was_left_behind_waits_for_no_door(tmp_path: Path) -> None:
    """A service that has sent what was due has imported what pages need, and nothing that only doors need."""
    imported = _imported(tmp_path)
    assert {"aiohttp", "apscheduler", "sqlalchemy", "twilio"} <= imported
    doors = {"fastapi", "starlette", "uvicorn", "jinja2"}
    assert not (doors | {"argon2", "cryptography", "jwt", "pyotp", "segno"}) & imported


@pytest.mark.slow
def test_on_sqlite_nothing_of_postgresql_is_imported(tmp_path: Path) -> None:
    """Nor is the code that migrates, once the tables are up to date."""
    _imported(tmp_path)
    assert not {"asyncpg", "alembic", "sqlalchemy.ext.asyncio"} & _imported(tmp_path)


@pytest.mark.slow
def test_what_signs_people_in_comes_with_the_first_of_them(tmp_path: Path) -> None:
    """A node that nobody signs in to does without the libraries of secrets and of an identity provider."""
    assert not {"cryptography", "jwt"} & _imported(tmp_path, then="service.web")


@pytest.mark.slow
def test_the_first_unclear_text_waits_for_no_weights(tmp_path: Path) -> None:
    """They are loaded before the doors open, by no text that comes in."""
    loaded = "from dispatch.rules.reader.gist import gist_weights; print(gist_weights.cache_info(), end=' ')"
    assert "currsize=1)" in _imported(tmp_path, then=loaded)


# ---- the contracts -------------------------------------------------------------------------------------------------

_CHOOSES = "dispatch.carriers.chosen"


@pytest.mark.parametrize(
    ("contract", "listed", "left_out"),
    [
        ("serving", "forbidden_modules", {"dispatch.serving"}),
        ("twilio", "source_modules", set()),
    ],
)
def test_a_contract_names_every_room(contract: str, listed: str, left_out: set[str]) -> None:
    """A room that comes later is in the list as well: nobody would see that it is not held to the contract."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (names,) = [one[listed] for one in contracts if one["id"] == contract]
    named = {name.removesuffix(".*") for name in names}
    carriers = {f"dispatch.carriers.{file.stem}" for file in (ROOT / "src/dispatch/carriers").glob("[a-z]*.py")} - {
        _CHOOSES
    }
    if carriers <= named:  # all but the adapters
        named = named - carriers | {"dispatch.carriers"}
    assert named == _ROOMS - left_out
