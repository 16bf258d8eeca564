"""`dispatch check` beside a running service: whether the public address leads to it."""

import http.server
import json
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dispatch.cli import app
from tests.faults.deployment import free_port
from tests.serving.served import serving


def _said_of_the_address(database_url: str, url: str) -> list[tuple[str, str]]:
    settings = {"DISPATCH_DATABASE_URL": database_url, "DISPATCH_PUBLIC_URL": url}
    result = CliRunner().invoke(
        app,
        ["check", "--json"],
        env=settings | {"DISPATCH_TWILIO_API_URL": "http://127.0.0.1:9", "DISPATCH_ALLOWED_HOSTS": "127.0.0.1"},
    )
    checks = json.loads(result.stdout)["checks"]
    assert any("1 node alive" in check["text"] for check in checks), checks
    return [(check["verdict"], check["text"]) for check in checks if check["part"] == "public URL"]


class _Another(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ok", "proof": "00"}')

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.timeout(120)  # it starts the service; a busy machine takes its time
@pytest.mark.slow
def test_the_public_address_leads_to_this_service(sqlite_url: str, tmp_path: Path) -> None:
    """A nonce comes back with a proof that only a node on this database can give."""
    with serving(tmp_path, sqlite_url) as server:
        here = f"http://127.0.0.1:{server.port}"
        assert _said_of_the_address(sqlite_url, here) == [("ok", here), ("ok", "leads to this service")]
        other = http.server.HTTPServer(("127.0.0.1", 0), _Another)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        elsewhere = _said_of_the_address(sqlite_url, f"http://127.0.0.1:{other.server_port}")[1]
        assert elsewhere[0] == "fail"
        assert "leads to something else than this service (HTTP 200)" in elsewhere[1]
        other.shutdown()
        other.server_close()
        nowhere = _said_of_the_address(sqlite_url, f"http://127.0.0.1:{free_port()}")[1]
        assert nowhere[0] == "warning"
        assert "cannot be reached from here" in nowhere[1]
