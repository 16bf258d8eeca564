"""`python -m tools.audit` tells what is known of the locks from what nobody could ask."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tools.audit import FOUND, UNKNOWN, verdict
from twilio_simulator.server import listen_on_free_port

_ROOT = Path(__file__).parents[1]
_FLAW = {
    "id": "PYSEC-2026-1",
    "affected": [
        {
            "package": {"name": "httpx", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9"}]}],
        }
    ],
}


def _audit(folder: Path, source: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Ask OSV at this address about all locks."""
    command = [sys.executable, "-m", "tools.audit", "-s", "osv", "--osv-url", source, "--cache-dir", str(folder)]
    return subprocess.run(command, cwd=_ROOT, env=os.environ | environment, capture_output=True, text=True, check=False)


@contextmanager
def _osv(flaws: Mapping[str, list[Any]], status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """OSV's API, with these flaws by the name of the package; and the names that it was asked for."""
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            asked.append(name)
            body = json.dumps({"vulns": flaws[name]} if name in flaws else {}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query", asked
        server.shutdown()
        thread.join()


def test_a_flaw_in_any_lock_fails_it(tmp_path: Path) -> None:
    with _osv({"httpx": [_FLAW]}) as (source, asked):
        done = _audit(tmp_path, source)
    assert (done.returncode, done.stdout) == (FOUND, "")
    assert re.fullmatch(r"httpx [\d.]+: PYSEC-2026-1, fixed in 9.9\n", done.stderr)
    assert {"httpx", "hatchling", "pytest"} <= set(asked), "of the service, of its wheel, of its tests"


def test_without_its_data_nothing_was_audited(tmp_path: Path) -> None:
    """Nobody takes that for good news, nor for a flaw: one line, and an exit code of its own."""
    with listen_on_free_port() as gone:
        nowhere = f"http://127.0.0.1:{gone.getsockname()[1]}"
    with _osv({}, status=503) as (down, _):
        for source in (down, nowhere):
            done = _audit(tmp_path, source)
            assert (done.returncode, done.stdout) == (UNKNOWN, "")
            (line,) = done.stderr.splitlines()
            assert line.startswith("nothing was audited, since pip-audit cannot have its data: ")


def test_a_package_that_its_source_does_not_know_was_not_audited(capsys: pytest.CaptureFixture[str]) -> None:
    """A mirror of the index answers 404 about each: pip-audit skips it, and has found nothing."""
    known = {"name": "httpx", "version": "0.28.1", "vulns": []}
    skipped = {"name": "tomlkit", "skip_reason": "Dependency not found and could not be audited: tomlkit (0.15.2)"}
    assert verdict([known]) == 0
    assert capsys.readouterr() == ("nothing is known against 1 packages\n", "")
    assert verdict([known, skipped]) == UNKNOWN
    assert capsys.readouterr() == ("", "1 of 2 packages were not audited: pip-audit has no data on them\n")
    flawed = {**known, "vulns": [{"id": "PYSEC-2026-1", "fix_versions": []}]}
    assert verdict([flawed, skipped]) == FOUND
    assert "httpx 0.28.1: PYSEC-2026-1, fixed in no version yet\n" in capsys.readouterr().err
