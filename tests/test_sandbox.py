"""What police IT is told to paste runs as it stands: the sandbox, and every example of how to call out."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow(25)

_ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PORTS = ("8000", "4010", "9000")
_STEPS = ("callout.opened", "callout.acknowledged", "callout.cancelled")


def _blocks(page: str, heading: str = "", language: str = "sh") -> list[str]:
    """The examples of a page, or of one part of it."""
    text = (_ROOT / page).read_text("utf-8")
    part = text[text.index(f"\n{heading}\n") :] if heading else text
    return [block for kind, block in _BLOCK.findall(part) if kind == language]


def _free_ports() -> list[str]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in _PORTS]
    try:
        return [str(one.getsockname()[1]) for one in taken]
    finally:
        for one in taken:
            one.close()


@pytest.mark.timeout(120)
def test_the_sandbox_runs_as_it_stands(tmp_path: Path) -> None:
    """From nothing to a call-out that a specialist takes, its webhooks, and the same call-out signed."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "config").symlink_to(_ROOT / "config")
    shell_blocks = [block for block in _blocks("docs/police-it.md") if not block.startswith("make ")]
    (signed,) = [block for block in shell_blocks if "openssl dgst" in block]
    walk = [block for block in shell_blocks if block != signed]
    (call,) = [block for block in _blocks("README.md", "## Call out") if "Idempotency-Key: 5f0c6a0e" in block]
    (program,) = _blocks("docs/police-it.md", language="python")
    call = "\n".join(line for line in call.splitlines() if not line.startswith("export "))
    script = "\n".join(
        [
            "set -eu -o pipefail",
            *walk,
            # Whatever came while the receiver was still starting comes again after 5 seconds.
            *(f"for try in $(seq 300); do grep -q {step} webhooks && break; sleep 0.1; done" for step in _STEPS),
            "echo; echo README; " + call,
            "echo; " + signed,
            f"echo; python3 - <<'END'\n{program}END",
        ]
    )
    script = script.replace("python3 receiver.py &", "python3 receiver.py > webhooks &")
    for port, free in zip(_PORTS, _free_ports(), strict=True):
        script = script.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free}").replace(f'1", {port})', f'1", {free})')
        if port == "8000":
            script = script.replace("dispatch serve &", f"dispatch serve --port {free} &")
        if port == "4010":
            script = script.replace("twilio_simulator ", f"twilio_simulator --port {free} ")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DISPATCH_")}
    with (tmp_path / "said").open("w+") as said:
        shell = subprocess.Popen(
            ["bash", "-c", script], cwd=tmp_path, env=environment, stdout=said, stderr=said, start_new_session=True
        )
        try:
            code = shell.wait(timeout=100)
        finally:
            os.killpg(shell.pid, signal.SIGTERM)
        said.seek(0)
        output = said.read()
    assert code == 0, output
    webhooks = (tmp_path / "sandbox" / "webhooks").read_text()
    told = re.findall(r'"type": "([a-z_.]+)"', webhooks)
    assert set(_STEPS) <= set(told), output + webhooks
    assert '"specialist":"Ben"' in output
    assert re.search(r"^HTTP/1.1 503 .*^retry-after: 5\r?$", output, re.MULTILINE | re.DOTALL)
    by_key, after = output.split("README")
    assert '"warnings":[]' in by_key
    assert len(re.findall(r'"status":"paging"', after)) == 3, after
    assert re.search(r"^201 ", after, re.MULTILINE)
