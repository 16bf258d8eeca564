"""`make` in a checkout where nothing is installed yet."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[1]
_OF_AN_OUTER_MAKE = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}  # it would make ours say which folder it is in
_PROXIES = {name + end for name in ("http", "https", "all", "HTTP", "HTTPS", "ALL") for end in ("_proxy", "_PROXY")}


@pytest.mark.timeout(180)  # a virtual environment is made first
def test_without_a_network_make_says_so_in_one_line(tmp_path: Path) -> None:
    """The index refuses every connection, as where there is no network; pip's own seven lines name none of that."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(_ROOT / name, tmp_path)
    shutil.copytree(_ROOT / "requirements", tmp_path / "requirements")
    ours = {name: value for name, value in os.environ.items() if name not in _PROXIES | _OF_AN_OUTER_MAKE}
    with socket.socket() as taken:  # bound and never listening: whoever connects is refused
        taken.bind(("127.0.0.1", 0))
        alone = {
            "PIP_INDEX_URL": f"http://127.0.0.1:{taken.getsockname()[1]}/simple",
            "PIP_RETRIES": "1",  # each is a warning that names the cause; by default there are five, with pauses
            "PIP_NO_CACHE_DIR": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_EXTRA_INDEX_URL": "",
            "PIP_FIND_LINKS": "",
        }
        command = ["make", "demo", f"PYTHON={sys.executable}"]
        made = subprocess.run(  # our own Makefile
            command, cwd=tmp_path, env=ours | alone, capture_output=True, text=True, check=False
        )
    assert made.returncode == 2, made.stderr
    said = [line for line in made.stderr.splitlines() if not line.startswith("make")]
    assert said == [
        "no package index answers: a checkout needs a network once, to install; connect and run make again"
    ], made.stderr
    assert made.stdout.splitlines() == ["installing what the service needs (half a minute, once)…"]
    assert not (tmp_path / ".venv" / "run.stamp").exists(), "the next `make` tries again"
