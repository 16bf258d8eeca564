"""A real OpenID Connect provider in a process of its own: `oidc-provider-mock`."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from twilio_simulator.server import listen_on_free_port

_STARTS_WITHIN = 30.0  # seconds; it takes under two on an idle machine


@contextmanager
def oidc_provider() -> Iterator[str]:
    """Its issuer, while it runs. It signs in whoever its form is given, and asks for a nonce."""
    with contextlib.closing(listen_on_free_port()) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    issuer = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(issuer, process)
            yield issuer
        finally:
            process.kill()


def _wait_for(issuer: str, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + _STARTS_WITHIN
    while True:
        assert process.poll() is None, "the provider has ended"
        assert time.monotonic() < ends, "the provider does not answer"
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=60).raise_for_status()
            return
        time.sleep(0.05)


def say_who(issuer: str, authorization_url: str, subject: str) -> str:
    """Sign in at the provider, as a person does in its form; returns where it sends the browser back to."""
    answer = httpx.post(authorization_url, data={"sub": subject}, timeout=60)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def have_user(issuer: str, subject: str, **claims: object) -> None:
    """What the provider knows about somebody."""
    httpx.put(f"{issuer}/users/{subject}", json=claims).raise_for_status()
