"""Posting to addresses that researchers name: signed, to public addresses only, without redirects.

An address is resolved once. If anything that its name leads to is private, nothing is sent; else
the connection goes to what was looked at, so that a name cannot lead elsewhere meanwhile. The
certificate is checked against the name.
"""

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from annotation.enums import NotTaken

CONNECT_SECONDS = 5.0
# A server that answers a byte at a time is not waited for.
WHOLE_SECONDS = 15.0
LONGEST_ADDRESS = 500
PORTS = {"http": 80, "https": 443}
# Addresses that carry another inside, which may be a private one.
CARRIERS = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "2002::/16", "2001::/32")]

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotDelivered(Exception):
    """Nothing was taken at the other end, for a reason that the log keeps."""

    def __init__(self, reason: NotTaken) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Answered:
    """What the other end said, and how long that took."""

    status: int
    milliseconds: int

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


def address_problem(url: str) -> str:
    """What is wrong with an address as one to post to, or "". Its name is not looked up yet."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _("This is no address.")
    schemes = ("https", "http") if settings.WEBHOOKS_MAY_BE_PRIVATE else ("https",)
    if parts.scheme not in schemes:
        return _("Must begin with https://.")
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return _("Must name a host, and neither a user nor a password.")
    if len(url) > LONGEST_ADDRESS or not url.isascii() or any(one <= " " for one in url):
        return _("Use at most 500 characters of ASCII, without spaces.")
    if port == 0 or parts.fragment:
        return _("This is no address that can be posted to.")
    with suppress(ValueError):
        if not may_be_reached(ipaddress.ip_address(parts.hostname)):
            return _("Addresses of private networks are refused.")
    return ""


def may_be_reached(address: IpAddress) -> bool:
    """Whether an address is public, and carries no other; all are where the settings allow."""
    if settings.WEBHOOKS_MAY_BE_PRIVATE:
        return True
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return may_be_reached(mapped)
    if any(address.version == net.version and address in net for net in CARRIERS):
        return False
    return address.is_global and not address.is_multicast


def resolved(host: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
    """(family, socket address) for everything that a name leads to; raises `NotDelivered`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotDelivered(NotTaken.NO_SUCH_HOST) from error
    for *_others, where in found:
        if not may_be_reached(ipaddress.ip_address(str(where[0]).partition("%")[0])):
            raise NotDelivered(NotTaken.PRIVATE_ADDRESS)
    return [(int(family), tuple(where)) for family, _type, _proto, _name, where in found]


class Pinned(http.client.HTTPConnection):
    """A connection to addresses that were looked at, whatever the name leads to by now."""

    def __init__(self, parts: SplitResult) -> None:
        self.name = parts.hostname or ""
        super().__init__(self.name, parts.port or PORTS[parts.scheme], timeout=CONNECT_SECONDS)
        self.places = resolved(self.name, self.port)
        self.is_secure = parts.scheme == "https"

    def connect(self) -> None:
        self.sock = self.connected()
        if self.is_secure:
            context = ssl.create_default_context()
            # The handshake only once the socket is here, where `abort` finds it.
            secure = context.wrap_socket(
                self.sock, server_hostname=self.name, do_handshake_on_connect=False
            )
            self.sock = secure
            secure.do_handshake()

    def connected(self) -> socket.socket:
        """A socket to the first address that answers."""
        last: OSError | None = None
        for family, where in self.places:
            plain = socket.socket(family, socket.SOCK_STREAM)
            plain.settimeout(CONNECT_SECONDS)
            try:
                plain.connect(where)
            except OSError as error:
                plain.close()
                last = error
            else:
                plain.settimeout(WHOLE_SECONDS)
                return plain
        raise last or OSError("no address")

    def abort(self) -> None:
        """End whatever is under way, from another thread."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
    """Post once and say what was answered; a redirect is an answer, and is not followed.

    Raises `NotDelivered` where nothing was answered in time.
    """
    if address_problem(url):
        raise NotDelivered(NotTaken.ADDRESS_REFUSED)
    parts = urlsplit(url)
    connection = Pinned(parts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    begun = time.monotonic()
    watchdog = threading.Timer(WHOLE_SECONDS, connection.abort)
    watchdog.start()
    try:
        connection.request("POST", target, body, dict(headers))
        status = connection.getresponse().status
    except ssl.SSLError as error:
        raise NotDelivered(NotTaken.NO_SECURE_CONNECTION) from error
    except TimeoutError as error:
        raise NotDelivered(NotTaken.TIMED_OUT) from error
    except (OSError, http.client.HTTPException) as error:
        late = time.monotonic() - begun >= WHOLE_SECONDS
        raise NotDelivered(NotTaken.TIMED_OUT if late else NotTaken.NO_CONNECTION) from error
    finally:
        watchdog.cancel()
        connection.close()
    return Answered(status, round(1000 * (time.monotonic() - begun)))


def canonical_body(body: Mapping[str, Any]) -> bytes:
    """The bytes that are signed and sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def secret_of(token: str, version: int) -> str:
    """The secret that an address's posts are signed with: derived, and stored nowhere."""
    name = f"variorum.webhook:{token}:{version}"
    digest = hmac.new(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()
    return f"whsec_{digest}"


def signature(secret: str, body: bytes, at: int) -> str:
    """`t=<seconds since 1970>,v1=<HMAC-SHA256 in hexadecimal>` over the time, a dot, the body."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
