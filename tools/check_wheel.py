"""Fail when the wheel lacks one of our files or cannot find its migrations: `python -m tools.check_wheel`."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
# Where each folder of the checkout is in the wheel.
_SHIPPED = {
    "src/demo": "demo",
    "src/dispatch": "dispatch",
    "src/rehearsal": "rehearsal",
    "src/twilio_simulator": "twilio_simulator",
    "migrations": "dispatch/migrations",
}
_FIND_MIGRATIONS = """
import dispatch, dispatch.store.schema as schema
print(dispatch.__file__, schema.newest_version())
"""


def _expected() -> set[str]:
    return {
        f"{inside}/{file.relative_to(_ROOT / folder).as_posix()}"
        for folder, inside in _SHIPPED.items()
        for file in (_ROOT / folder).rglob("*")
        if file.is_file() and not {"__pycache__", ".mypy_cache"} & set(file.parts)
    }


def _build(place: Path) -> Path:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(place)]
    built = subprocess.run(build, cwd=_ROOT, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        sys.exit(f"the wheel does not build:\n{built.stdout}{built.stderr}")
    [wheel] = place.glob("*.whl")
    return wheel


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        wheel = _build(place)
        with zipfile.ZipFile(wheel) as archive:
            held = set(archive.namelist())
            archive.extractall(place / "installed")
        lacking = sorted(_expected() - held)
        for name in lacking:
            print(f"{wheel.name} lacks {name}")
        if not any(name.endswith("licenses/LICENSE") for name in held):
            lacking.append("LICENSE")
            print(f"{wheel.name} lacks the licence")
        found = subprocess.run(
            [sys.executable, "-c", _FIND_MIGRATIONS],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(place / "installed")},
            capture_output=True,
            text=True,
            check=False,
        )
        came_from, _, version = found.stdout.strip().partition(" ")
        if found.returncode != 0 or not came_from.startswith(folder) or version in {"", "None"}:
            print(f"{wheel.name} does not find its migrations: {found.stdout}{found.stderr}")
            return 1
        if lacking:
            return 1
        print(f"{wheel.name} holds its {len(held)} files and finds its migrations")
        return 0


if __name__ == "__main__":
    sys.exit(main())
