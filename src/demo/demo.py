"""`dispatch demo`: the whole service in one process, with a simulated carrier and phones that anybody can pick up.

Everything except the carrier and the people is real: requests, signatures, webhooks and calls go over HTTP, and the
service's own heartbeat meets its deadlines. `--speed` makes the clock of both sides run faster than the wall clock.
"""

import asyncio
import contextlib
import gc
import json
import shlex
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from demo import history, one_night, one_week, phones_view, sample
from demo.sign_in_link import SignInLink
from demo.told_happenings import HappeningsWatch, Notes
from demo.town import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, furnish, serving, set_up_number, town_settings
from dispatch.actions.access import keep_accounts
from dispatch.app import Service, wall_clock
from dispatch.credentials import secret_keys
from dispatch.inbound.web import nav
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.wording import times
from dispatch.terminal.happenings import in_order
from dispatch.terminal.lines import say, tell
from twilio_simulator import SimulatedCarrier
from twilio_simulator.server import listen_on_free_port

DEFAULT_PORT = 8000
_TRIED_AFTER_IT = 20
_FASTEST = 600.0  # beyond ten minutes a second, calls and webhooks over HTTP cannot keep up with the clock
# Seconds to wait after a change, so that everything one cause changes is shown together and in order.
_SETTLES_IN = 0.03
_STOPPING = (signal.SIGINT, signal.SIGTERM)
_WEEK = "week"
_COORDINATOR = "cora"  # signs in to try the coordinators' UI


class CannotStart(RuntimeError):
    """the demo cannot start; the message says why, in one line"""


def run(port: int | None, speed: float, once: str | None) -> int:
    """Run the demo until Ctrl-C or SIGTERM, or play `once` the night of that name, or a week; returns the exit code.

    `port` None takes 8000, or the next free one; 0 takes any. Raises `CannotStart` when `port` is taken, and
    `BadSettings`.
    """
    if once is not None:
        if once == _WEEK:
            return asyncio.run(one_week.play())
        if once not in one_night.STORIES:
            raise CannotStart(f"--once plays {', '.join(one_night.STORIES)} or {_WEEK}, not {once!r}")
        return asyncio.run(one_night.play(one_night.STORIES[once]))
    if not 0 < speed <= _FASTEST:
        raise CannotStart(f"--speed must be above 0 and at most {_FASTEST:g}")
    with _listen(port) as listener, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(listener, port, speed))
    gc.freeze()  # to take thirteen weeks of objects apart at the end takes seconds, and everything is closed already
    return 0


def _listen(port: int | None) -> socket.socket:
    if port is not None:
        try:
            return listen_on_free_port(port=port)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise CannotStart(f"cannot listen on 127.0.0.1:{port}: {reason} (--port 0 takes any free one)") from error
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _TRIED_AFTER_IT):
        with contextlib.suppress(OSError):
            return listen_on_free_port(port=candidate)
    return listen_on_free_port()


async def _serve(listener: socket.socket, asked_for: int | None, speed: float) -> None:
    stop = _stop_signal()
    say(f"Playing {history.WEEKS} weeks of sample nights…")
    sys.stdout.flush()
    async with opened(listener, speed) as demo:
        _introduce(demo, asked_for, speed)
        showing, stopping = asyncio.create_task(_show_what_happens(demo)), asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait({showing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in {showing, stopping} - done:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if showing in done:
            showing.result()  # it never ends by itself: it failed, perhaps because nobody reads the output any more
        say()
        say("The demo has ended, and its files are removed.")


def _stop_signal() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM. Whoever presses Ctrl-C once more waits for nothing: the system ends the process."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def told() -> None:
        stop.set()
        for stopping in _STOPPING:
            loop.remove_signal_handler(stopping)
            signal.signal(stopping, signal.SIG_DFL)

    for stopping in _STOPPING:
        # Windows has no such handlers; there Ctrl-C ends `asyncio.run` itself.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(stopping, told)
    return stop


# ---- what runs -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Demo:
    url: str
    service: Service
    carrier: SimulatedCarrier
    names: dict[str, str]
    agency_keys: dict[str, str]
    coordinator_key: str
    welcome: str
    sign_in: str
    call_out: Callable[[str], Awaitable[str]]


def _faster_clock(speed: float, begins: datetime) -> Callable[[], datetime]:
    """A clock that shows `begins` now, and runs `speed` times as fast as the wall clock."""
    begun = wall_clock()
    return lambda: begins + (wall_clock() - begun) * speed


@asynccontextmanager
async def opened(listener: socket.socket, speed: float, begins: datetime | None = None) -> AsyncIterator[Demo]:
    """Runs everything inside the block, from `begins` (by default now) on, after thirteen weeks of history."""
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    begins = begins or wall_clock()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dispatch-demo-"))
        database = f"sqlite:///{Path(folder) / 'dispatch.db'}"
        await history.play(database, begins)
        now = _faster_clock(speed, begins)
        carrier = SimulatedCarrier(ACCOUNT_SID, AUTH_TOKEN, now=now, speed=speed)
        set_up_number(carrier, url)
        await stack.enter_async_context(carrier)
        # A secret key of the demo's own, gone with its folder, so that whoever tries it sees every step of signing in.
        settings = town_settings(
            database, url, carrier.url, contact_phone=sample.CONTACT_PHONE, secret_keys=secret_keys.new_key()
        )
        service = await stack.enter_async_context(Service(settings, now=now, speed=speed).running())
        roster = sample.roster_at(now())
        agency_keys, coordinator_key = await furnish(service, roster)
        call_out = _caller(url, agency_keys)
        page = phones_view.PhonesView(carrier, OUR_NUMBER, service, roster, speed, call_out)
        service.web.include_router(page.router())
        link = SignInLink(service, _COORDINATOR)
        service.web.include_router(link.router())
        nav.install(service.web, [phones_view.NAV_ITEM])
        service.web.state.speed = speed
        service.web.state.samples = True
        await carrier.run_in_background()
        await stack.enter_async_context(serving(lambda: service, listener))
        # Run before the server stops: that gives every answer a second, and a stream of events never ends by itself.
        stack.callback(page.close)
        stack.callback(service.let_viewers_go)
        invited = await service.runner.act(keep_accounts.add, _COORDINATOR, OPERATOR, Source.CLI)
        welcome = f"{url}/welcome/{invited.token}"
        yield Demo(
            url, service, carrier, sample.names(roster), agency_keys, coordinator_key, welcome, link.url, call_out
        )


def _caller(url: str, keys: dict[str, str]) -> Callable[[str], Awaitable[str]]:
    """A function that calls out for an agency over HTTP, as its own program would, and returns the spoken code."""

    async def call_out(agency: str) -> str:
        headers = {"Authorization": f"Bearer {keys[agency]}"}
        async with httpx.AsyncClient(base_url=url) as client:
            answer = await client.post("/v1/callouts", json=sample.example_callout(), headers=headers)
        answer.raise_for_status()
        return str(answer.json()["code"])

    return call_out


async def _show_what_happens(demo: Demo) -> None:
    """Print a line for each text, call and note of the service, as they come."""
    watch, notes = HappeningsWatch(demo.carrier, demo.names), Notes(demo.service.database)
    await notes.look()  # skips the thirteen weeks of history
    changed = asyncio.Event()
    demo.carrier.on_change.append(changed.set)
    while True:
        await changed.wait()
        await asyncio.sleep(_SETTLES_IN)
        changed.clear()
        for happening in in_order([*watch.look(), *await notes.look()]):
            tell(happening)
        sys.stdout.flush()


# ---- what it says --------------------------------------------------------------------------------------------------


def _introduce(demo: Demo, asked_for: int | None, speed: float) -> None:
    url = demo.url
    if asked_for is None and not url.endswith(f":{DEFAULT_PORT}"):
        say(f"Port {DEFAULT_PORT} is taken; this is the next free one.", colour="yellow")
    pace = "" if speed == 1 else f" A minute passes in {60 / speed:.3g} seconds."
    say(f"The dispatch service runs at {url}, with phones that nobody is billed for.{pace}", bold=True)
    say()
    for path, what in (
        ("/phones", "everybody's phones: read, answer, reply"),
        ("/docs", "the API"),
        ("/healthz", "whether it is alive"),
    ):
        say(f"  {url + path:<30}  {what}")
    say()
    say("The coordinators' board, as Cora (this link signs you in, as only a demo does):", bold=True)
    say(f"  {demo.sign_in}")
    say(f"  Eva is on her way to somebody, and {history.WEEKS} weeks of sample nights are behind her.")
    say("  How Cora really signs in first, with a password and a code (once, within 30 minutes):")
    say(f"  {demo.welcome}")
    say()
    say("Call out as the police would:", bold=True)
    say(_call_out_command(url, demo.agency_keys["LBPD"]))
    say()
    say("Ask which alarms are open, as a coordinator:", bold=True)
    say(f"curl -sS {url}/v1/alarms -H {shlex.quote(f'Authorization: Bearer {demo.coordinator_key}')}")
    say()
    say("What next:", bold=True)
    say(f"  1. Open {url}/phones and call out there, or with the command above: Ana's phone gets a text.")
    say("  2. Reply 1 25 on it, with or without the code: there in 25 minutes. Then OMW, HERE, DONE, HOME.")
    say("  3. Officer Reed can phone as well: “Call the hotline” on her phone, then the keys.")
    say("  4. Or let Ana sleep: a call after a minute, and after five minutes Ben is paged. Ctrl-C ends the demo.")
    say()
    now = demo.service.runner.now()
    say(f"What happens, from {times.local_time(now)} in Los Angeles:", bold=True)
    sys.stdout.flush()


def _call_out_command(url: str, key: str) -> str:
    said = sample.example_callout().items()
    body = "{\n" + ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in said) + "\n  }"
    lines = (
        f"curl -sS {url}/v1/callouts",
        f"  -H {shlex.quote(f'Authorization: Bearer {key}')}",
        "  -H 'Content-Type: application/json'",
        f"  -d {shlex.quote(body)}",
    )
    return " \\\n".join(lines)
