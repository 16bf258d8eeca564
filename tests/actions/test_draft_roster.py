"""A draft is filled in a process of its own."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import dispatch

_CODE = Path(dispatch.__file__).parent


def test_nothing_in_the_service_fills_a_draft() -> None:
    """It takes up to seconds of a processor, and whoever waits for a page would wait for it."""
    fills = {
        str(file.relative_to(_CODE))
        for file in _CODE.rglob("*.py")
        if "dispatch.rules.drafting.filling" in (text := file.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module == "dispatch.rules.drafting.filling"
        if "fill" in {one.name for one in node.names}
    }
    assert fills == {"actions/drafting/__main__.py"}


def test_the_process_knows_neither_database_nor_web() -> None:
    """It begins within the time of a bare Python, and has nothing to lose but its nights."""
    said = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", "-m", "dispatch.actions.drafting"],
        input=json.dumps([{"day": 1, "weekend": False, "holiday": False, "could": {"ana": 0}}]),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(said.stdout) == ["ana"]
    loaded = {line.rsplit("|", 1)[-1].strip() for line in said.stderr.splitlines()}
    assert "dispatch.rules.drafting.filling" in loaded
    assert not loaded & {"sqlalchemy", "fastapi", "pydantic", "dispatch.store", "dispatch.inbound", "dispatch.settings"}
