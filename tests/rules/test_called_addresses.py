"""Which web addresses we call, by how they are written and by what their names lead to."""

import pytest

from dispatch.rules.delivery.called_addresses import NotCalled, check_address, check_leads, is_public, not_called
from dispatch.rules.facts.roster import Agency, Roster

_NO_ADDRESSES = """
ftp://a.example/|//a.example/|https:a.example|https://|https://[dcfs|https://a..example/|https://a.example:99999/
https://a.example:x/|https://a .example/|https://a.example/b\tc|https://a.example\\@127.0.0.1/|https://%31.0.0.1/
https://①②⑦.⓪.⓪.①/|https://2130706433/|https://0x7f000001/|https://0x7f.1/|https://0177.0.0.1/|https://127.1/|https://0/
"""
_NOT_PUBLIC = """
127.0.0.1|127.0.0.1.|0.0.0.0|10.0.0.1|172.16.0.1|192.168.1.1|169.254.169.254|168.63.129.16|192.0.0.192|100.64.0.1|224.0.0.1|239.1.1.1|240.0.0.1
255.255.255.255|192.0.2.1|198.18.0.1|localhost|LOCALHOST.|a.localhost|[::]|[::1]|[::ffff:127.0.0.1]|[::ffff:7f00:1]
[::127.0.0.1]|[64:ff9b::127.0.0.1]|[64:ff9b:1::1]|[2002:7f00:1::]|[2001:0:7f00:1::]|[fe80::1]|[fe80::1%25eth0]
[fd00::1]|[fec0::1]|[ff02::1]|[ff0e::1]|[2001:db8::1]|[100::1]
"""


def _refused(url: str, *allowed: str) -> str:
    with pytest.raises(NotCalled) as raised:
        check_address(url, allowed)
    return str(raised.value)


@pytest.mark.parametrize("url", _NO_ADDRESSES.strip().replace("\n", "|").split("|"))
def test_what_two_readers_may_read_differently_is_no_address(url: str) -> None:
    assert "is not a web address" in _refused(url)


@pytest.mark.parametrize("host", _NOT_PUBLIC.strip().replace("\n", "|").split("|"))
def test_a_host_is_public_or_allowed(host: str) -> None:
    plain = host.strip("[].").lower()
    assert _refused(f"https://{host}/hook") == (
        f"{plain} is not public, so nothing is sent there; if it is right, name it in DISPATCH_ALLOWED_HOSTS"
    )
    check_address(f"https://{host}:8443/hook", {plain})
    check_address(f"http://{host}/hook", {plain})


@pytest.mark.parametrize("host", ["hooks.example", "hooks.example.", "8.8.8.8", "[2606:2800:220:1::1]", "_x.example"])
def test_a_public_host_is_called_over_https(host: str) -> None:
    """A name that only begins like this machine's address is a name like any other."""
    check_address(f"HTTPS://{host}:8443/a?b=ü#c", ())
    assert "must begin with https" in _refused(f"http://{host}/")
    assert "must begin with https" in _refused("http://127.0.0.1.evil.example/")
    assert "no user name" in _refused(f"https://127.0.0.1:x@{host}/", "127.0.0.1")


def test_every_address_that_a_name_leads_to_is_public() -> None:
    check_leads("a.example", ["8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808", "2002:808:808::1"], ())
    for leads in (["8.8.8.8", "10.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"], ["no address"]):
        with pytest.raises(NotCalled, match=r"a\.example is not public"):
            check_leads("A.example.", leads, ())
        check_leads("A.example.", leads, {"a.example"})
    assert not is_public("2130706433")


def test_a_roster_names_no_address_that_is_never_called() -> None:
    hooks = {"LBPD": "https://10.0.0.1/hook", "LAPD": "https://lapd.example/hook", "DCFS": None}
    roster = Roster(agencies=tuple(Agency(code, code, webhook_url=hook) for code, hook in hooks.items()))
    (line,) = not_called(roster, ())
    assert line.startswith("agencies.LBPD.webhook_url: 10.0.0.1 is not public")
    assert list(not_called(roster, {"10.0.0.1"})) == []
