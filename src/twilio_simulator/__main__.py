"""Run the simulated carrier by itself: `python -m twilio_simulator --help`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from datetime import UTC, datetime

from twilio_simulator.carrier import SimulatedCarrier
from twilio_simulator.handsets import Behaviour


def options() -> argparse.Namespace:
    """The options on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m twilio_simulator",
        description="A server that speaks Twilio's API and delivers to phones that do not exist.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4010, help="0 takes any free port (default: %(default)s)")
    parser.add_argument(
        "--account-sid", required=True, help="the Basic auth user name, such as AC followed by 32 digits"
    )
    parser.add_argument("--auth-token", required=True, help="the Basic auth password; also signs the callbacks")
    parser.add_argument("--number", metavar="E164", help="one of the service's own numbers")
    parser.add_argument("--sms-url", metavar="URL", help="where texts to --number go")
    parser.add_argument("--voice-url", metavar="URL", help="where calls to --number go")
    parser.add_argument("--voice-fallback-url", metavar="URL", help="where they go when that fails")
    parser.add_argument("--voice-status-url", metavar="URL", help="what is told how they ended")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times as fast as the wall clock time passes")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same SIDs and chances")
    parser.add_argument(
        "--phone",
        action="append",
        default=[],
        metavar="E164=BEHAVIOUR",
        help="what a phone does, may be repeated: " + ", ".join(b.name.lower() for b in Behaviour),
    )
    given = parser.parse_args()
    if given.speed <= 0:
        parser.error("--speed must be above 0")
    if (given.sms_url or given.voice_url) and not given.number:
        parser.error("--sms-url and --voice-url need --number")
    for phone in given.phone:
        number, _, behaviour = phone.partition("=")
        if not number or behaviour.upper() not in Behaviour.__members__:
            parser.error(f"--phone {phone}: expected NUMBER=BEHAVIOUR")
    return given


async def run(given: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    speed: float = given.speed
    began = datetime.now(UTC)  # noqa: TID251  # a program of its own, so it reads the clock itself

    def now() -> datetime:
        passed = datetime.now(UTC) - began  # noqa: TID251  # as above
        return began + passed * speed

    carrier = SimulatedCarrier(
        given.account_sid,
        given.auth_token,
        now=now,
        speed=given.speed,
        seed=given.seed,
        host=given.host,
        port=given.port,
    )
    if given.number:
        carrier.number(
            given.number,
            sms_url=given.sms_url,
            voice_url=given.voice_url,
            voice_fallback_url=given.voice_fallback_url,
            voice_status_url=given.voice_status_url,
        )
    for phone in given.phone:
        number, _, behaviour = phone.partition("=")
        carrier.phone(number).behaviour = Behaviour[behaviour.upper()]
    await carrier.start()
    await carrier.run_in_background()
    print(f"simulated carrier on {carrier.url}", flush=True)
    print(f"the phones: curl -u {given.account_sid}:{given.auth_token} {carrier.url}/play/phones", flush=True)
    stop = asyncio.Event()
    for number_of_signal in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number_of_signal, stop.set)
    await stop.wait()
    await carrier.stop()


def main() -> None:
    """The command line."""
    given = options()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(given))


if __name__ == "__main__":
    main()
