"""What the simulator's README shows is what it does."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.routing import Route

import twilio_simulator
from tests.twilio_simulator.application import Scene
from twilio_simulator.playing import EFFECTS
from twilio_simulator.rest import ACCOUNT, RestApi

README = Path(twilio_simulator.__file__).with_name("README.md").read_text("utf-8")


def test_the_example_of_a_test_runs() -> None:
    """It is whole: pasted into a file, it passes."""
    (program,) = [block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "asyncio.run" in block]
    exec(program, {"__name__": "example"})


async def test_every_path_is_named(scene: Scene) -> None:
    """Twilio's, and ours beside them."""
    routes = [route.path for route in RestApi(scene.carrier).app.routes if isinstance(route, Route)]
    named = {path.removeprefix(ACCOUNT).replace("{act}", "text") for path in routes if not path.startswith("/hosted")}
    assert not [path for path in sorted(named) if not re.search(re.escape(path) + r"(?![\w/.{])", README)]


def test_every_fault_is_in_a_table() -> None:
    """With what it does to a request or a callback."""
    assert not [name for name in EFFECTS if not re.search(rf"`{name}\b", README)]
