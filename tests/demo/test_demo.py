"""`dispatch demo` as a program of its own: what it prints works, and it ends when it is told to."""

import json
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.demo.conftest import command, running_demo

pytestmark = pytest.mark.slow


def _run(line: str) -> Any:
    """Run a command that the demo printed; returns the answer it gets."""
    ran = subprocess.run(["bash", "-c", line], capture_output=True, encoding="utf-8", timeout=20, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_what_it_prints_works(tmp_path: Path) -> None:
    """The printed call-out is taken, pages Ana, and is acknowledged from her phone; nothing is left behind."""
    with running_demo(tmp_path, "--speed", "60") as demo:
        opened = _run(demo.curl("/v1/callouts"))
        code = opened["code"]
        demo.wait_for(f"LBPD call-out {code}. Reply {code} 1")  # Eva's is open as well
        with httpx.Client(base_url=demo.url, timeout=10) as client:
            assert client.get("/healthz").status_code == 200
            assert client.get("/docs").status_code == 200
            assert f"LBPD call-out {opened['code']}" in _wait_for_page(client, opened["code"])
            assert client.post("/phones/ana/text", data={"body": "1 25"}).status_code == 200
        demo.wait_for("Ana is coming, ETA")
        report = _run(demo.curl("/v1/response-times"))
        assert report["target_minutes"] == 60
        said = demo.said()
        assert "“1 25”" in said
        assert "Ana Reyes took it" in said
        assert '"level"' not in said, "the log drowns what is shown"
        assert demo.stop() == 0
    assert list((tmp_path / "temporary").iterdir()) == []


def _wait_for_page(client: httpx.Client, code: str) -> str:
    """The page, once it shows the text to Ana."""
    ends = time.monotonic() + 10
    while f"LBPD call-out {code}." not in (html := client.get("/phones").text):
        assert time.monotonic() < ends, "the text never came to Ana's phone"
        time.sleep(0.02)
    return html


def test_it_ends_although_somebody_watches(tmp_path: Path) -> None:
    """A browser that watches the phones does not keep the demo from ending."""
    with running_demo(tmp_path) as demo, httpx.stream("GET", f"{demo.url}/phones/events", timeout=10) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "event: clock"
        assert demo.stop() == 0


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    """The line names the port and what to do; there is no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ran = subprocess.run(
            command("--port", port), capture_output=True, encoding="utf-8", timeout=20, check=False, cwd=tmp_path
        )
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert port in ran.stderr
    assert "--port 0" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
