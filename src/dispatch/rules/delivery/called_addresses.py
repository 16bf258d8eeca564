"""Which web addresses we call: public ones over https, and any at a host that the deployment names.

The law: whoever can write an address that we call (a coordinator's form, the roster's file, an identity provider's
answer) must not reach what only this machine or its network can. So a host is public in every address that its name
leads to, or `DISPATCH_ALLOWED_HOSTS` names it. What is written is judged where it is written; what a name leads to is
judged by `outbound/http_session.py` at each connection, since it may lead elsewhere by then.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from dispatch.rules.facts.roster import Roster

ALLOWED_SETTING = "DISPATCH_ALLOWED_HOSTS"

_HOST = re.compile(r"(?=.{1,253}$)LABEL(\.LABEL)*".replace("LABEL", "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"))
_NUMBER = re.compile(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)")
"""What a resolver may read as an IPv4 address, however it is written: 2130706433, 0x7f.1, 0177.0.0.1."""
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_WITH_IPV4 = tuple(map(IPv6Network, ("::/96", "::ffff:0:0/96", "64:ff9b::/96")))  # in their last 32 bits
_OF_CLOUDS = frozenset(map(IPv4Address, ("168.63.129.16", "192.0.0.192")))
"""What a machine in a cloud asks for its own secrets, at addresses that count as everybody's."""
_6TO4 = IPv6Network("2002::/16")


class NotCalled(ValueError):
    """an address that we do not call; the message says why, names no more of it than its host, and says what to do"""


def check_address(url: str, allowed: Collection[str]) -> None:
    """Raises `NotCalled` unless we call `url`, going by how it is written. `allowed` are plain hosts."""
    try:
        parts = urlsplit(url)
        host, _ = plain_host(parts.hostname or ""), parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or not url.isprintable() or set(url) & set(" \\"):
        raise NotCalled("is not a web address; write it like https://example.org/hook")
    if parts.username is not None:
        raise NotCalled("must hold no user name or password")
    if host in allowed:
        return
    if parts.scheme != "https":
        raise NotCalled(f"must begin with https, unless {ALLOWED_SETTING} names its host")
    if host == "localhost" or host.endswith(".localhost") or (_address(host) is not None and not is_public(host)):
        raise _not_public(host)


def check_leads(host: str, leads_to: Iterable[str], allowed: Collection[str]) -> None:
    """Raises `NotCalled` unless each address that `host` leads to is public, or `host` is allowed."""
    if plain_host(host) not in allowed and not all(map(is_public, leads_to)):
        raise _not_public(plain_host(host))


def plain_host(host: str) -> str:
    """A name or an address as it is compared. Raises ValueError when it is neither."""
    plain = host.lower().removesuffix(".")
    if _address(plain) is None and (not _HOST.fullmatch(plain) or _NUMBER.fullmatch(plain)):
        raise ValueError(f"{host!r} is not a host")
    return plain


def is_public(address: str) -> bool:
    """Whether it is an IP address that everybody can reach. Whatever an IPv6 address wraps must be public itself."""
    found = _address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if any(found in wrapping for wrapping in _WITH_IPV4):
            found = IPv4Address(int(found) & 0xFFFFFFFF)
        elif found in _6TO4:
            found = IPv4Address(int(found) >> 80 & 0xFFFFFFFF)
        elif found not in _GLOBAL_UNICAST:
            return False
    return found is not None and found.is_global and not found.is_multicast and found not in _OF_CLOUDS


def not_called(roster: Roster, allowed: Collection[str]) -> Iterator[str]:
    """A line for each address of the roster that we would never call."""
    for agency in roster.agencies:
        if agency.webhook_url is not None:
            try:
                check_address(agency.webhook_url, allowed)
            except NotCalled as error:
                yield f"agencies.{agency.code}.webhook_url: {error}"


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _not_public(host: str) -> NotCalled:
    return NotCalled(f"{host} is not public, so nothing is sent there; if it is right, name it in {ALLOWED_SETTING}")
