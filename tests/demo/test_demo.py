"""`dispatch demo` as a program of its own: what it prints works, and it ends when it is told to."""

import json
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.demo.conftest import STOPS_WITHIN, boards, command, running_demo
from tests.inbound.house import unbroken

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
        with httpx.Client(base_url=demo.url, timeout=60) as client:
            assert client.get("/healthz").status_code == 200
            assert client.get("/docs").status_code == 200
            assert f"LBPD call-out {opened['code']}" in _wait_for_page(client, opened["code"])
            assert client.post("/phones/ana/text", data={"body": "1 25"}).status_code == 200
        demo.wait_for("Ana is coming, ETA")
        assert _run(demo.curl("/v1/alarms"))["alarms"] is not None
        said = demo.said()
        assert "“1 25”" in said
        assert "Ana Reyes took it" in said
        assert '"level"' not in said, "the log drowns what is shown"
        assert demo.stop() == 0
    assert list((tmp_path / "temporary").iterdir()) == []


def _wait_for_page(client: httpx.Client, code: str) -> str:
    """The page, once it shows the text to Ana."""
    ends = time.monotonic() + 60
    while f"LBPD call-out {code}." not in (html := unbroken(client.get("/phones").text)):
        assert time.monotonic() < ends, "the text never came to Ana's phone"
        time.sleep(0.02)
    return html


def test_it_ends_although_somebody_watches(tmp_path: Path) -> None:
    """A browser that watches the phones does not keep the demo from ending."""
    with running_demo(tmp_path) as demo, httpx.stream("GET", f"{demo.url}/phones/events", timeout=60) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "event: clock"
        assert demo.stop() == 0


def test_ctrl_c_ends_it_although_boards_are_open(tmp_path: Path) -> None:
    """The service ends each board's stream itself, and does not wait until it may drop it."""
    with running_demo(tmp_path) as demo, boards(demo, 3) as streams:
        demo.process.send_signal(signal.SIGINT)
        for lines in streams:
            for _ in lines:  # ends without an error: the stream was ended, not cut off
                pass
        assert demo.process.wait(STOPS_WITHIN) == 0
        assert "The demo has ended, and its files are removed." in demo.said()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_second_ctrl_c_waits_for_nothing(tmp_path: Path) -> None:
    """Somebody's request is still being answered; the system ends the process."""
    with running_demo(tmp_path) as demo, boards(demo, 1) as (lines,), socket.create_connection(demo.address) as slow:
        slow.sendall(b"POST /v1/callouts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{")
        demo.process.send_signal(signal.SIGINT)
        for _ in lines:  # has ended once the first one is heard
            pass
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(STOPS_WITHIN) == -signal.SIGINT


def test_a_newcomer_is_signed_in_by_one_press(tmp_path: Path) -> None:
    """The first link that it prints leads to the board; the second walks through the real sign-in."""
    with running_demo(tmp_path) as demo, httpx.Client(follow_redirects=True, timeout=20) as client:
        board = client.get(demo.link("/demo/sign-in/"))
        assert (board.status_code, board.url.path) == (200, "/")
        assert "data-live-from" in board.text
        assert "password" in client.get(demo.link("/welcome/")).text


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
