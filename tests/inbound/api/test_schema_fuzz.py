"""schemathesis against the running service: with every check it has, everything `/openapi.json` promises is kept.

It sends `Prefer: handling=strict`, as whoever builds an integration does: what the document does not allow is refused.
Without that it is left out, which `test_leaving_out.py` proves.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving.served import ROOT, Server, serving

pytestmark = pytest.mark.slow(30)


def explore(server: Server, key: str, examples: int, *which: str) -> None:
    """Ask every operation, or those that are meant by `which`, for everything that the document allows and does not
    allow; a finding fails the test."""
    command = [
        *(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(Path(__file__).with_name("schemathesis.toml")),
        ),
        *("run", f"http://127.0.0.1:{server.port}/openapi.json"),
        *("--url", f"http://127.0.0.1:{server.port}", "--header", f"Authorization: Bearer {key}"),
        *("--header", "Prefer: handling=strict"),
        *("--checks", "all", "--mode", "all", "--generation-deterministic"),
        *("--max-examples", str(examples), "--no-color", "--warnings", "off"),
        *which,
    ]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.inbound.api.schema_formats", "PYTHONPATH": str(ROOT)}
    found = subprocess.run(command, cwd=server.log.parent, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Traceback" not in server.log.read_text()


@pytest.mark.timeout(240)  # a thousand requests and a start of the service; a busy machine takes its time
def test_an_agency_s_program_finds_what_it_was_promised(sqlite_url: str, tmp_path: Path) -> None:
    """With an agency's key: every answer has a declared status, kind and shape, and none is a 500."""
    with serving(tmp_path, sqlite_url) as server:
        explore(server, server.key, examples=12)


@pytest.mark.timeout(240)  # a thousand requests and a start of the service; a busy machine takes its time
def test_a_coordinator_s_program_finds_what_it_was_promised(postgres_url: str, tmp_path: Path) -> None:
    """With a coordinator's key, to whom other doors are open; then with an agency's what the document allows: this
    database refuses other things, and what a door refuses never comes to it."""
    with serving(tmp_path, postgres_url) as server:
        explore(server, server.coordinator_key, examples=12)
        explore(server, server.key, 3, "--mode", "positive", "--include-tag", "agencies")
