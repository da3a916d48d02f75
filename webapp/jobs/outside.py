"""Going out to the web, to see whether an address answers; its law: never to a place that is not public.

Addresses come from strangers. Only http and https, only their usual ports; a name is looked up once, each number it
gives is judged, and the connection goes to a number that was judged, so that no second look-up can say another. Each
redirect is an address of a stranger again. Nothing is sent but the question, nothing is read but the head of the
answer, and all of it has to be over in a few seconds, however slowly somebody drips.
"""

from __future__ import annotations

import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Container
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urljoin, urlsplit

from webapp.domain.links import LinkState

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int, float], list[str]]
"""The numbers of a host's name, for a port, in at most so many seconds. Raises OSError."""

PORTS = {"http": 80, "https": 443}
SECONDS = 8.0  # for one link, with all its redirects
PATIENCE = 3.0  # seconds for one number to take the line, so that the next one has its turn
MOST_REDIRECTS = 5
MOST_NUMBERS = 3  # of one name that are tried
MOST_BYTES = 32_768  # of an answer's head
LONGEST = 2000  # characters of an address
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
KEPT = "!$%&'()*+,;=:@/?~[]"  # what stays as it is in a path, beside letters and digits

UNICAST = ip_network("2000::/3")
"""The only IPv6 numbers that are given out for the public; the numbers that stand for IPv4 ones lie outside."""
NOT_PUBLIC = tuple(
    ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
"""What `is_global` says of these differs with Python's version, or they lead on to another number (6to4, Teredo)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a link answered; `leads_to`: where its redirects led, if it had any."""

    state: LinkState
    leads_to: str | None = None


class NotReached(Exception):
    """An address could not be asked, or gave no answer."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(state)
        self.state = state


def is_public(address: Address) -> bool:
    """Whether a number belongs to the public internet, and to one place on it."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in UNICAST:
            return False
    if any(address in network for network in NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """As the system says it. Its own look-up knows no time-out: a thread waits for it, and is left where it takes long.

    Raises OSError.
    """
    found: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([str(row[4][0]) for row in rows])
        except UnicodeError:
            found.put(socket.gaierror(socket.EAI_NONAME, "no name"))
        except OSError as error:
            found.put(error)

    threading.Thread(target=ask, daemon=True, name="look-up").start()
    try:
        said = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("the look-up takes too long") from None
    if isinstance(said, OSError):
        raise said
    return said


class Outside:
    """Asks addresses. `may_reach`, `resolve`, `ports` and `tls` are for tests, which have nothing public to ask."""

    def __init__(
        self,
        site: str,
        *,
        may_reach: Callable[[Address], bool] = is_public,
        resolve: Resolve = resolve,
        ports: Container[int] = frozenset(PORTS.values()),
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """`site` is the address of our own, which the others read in their logs."""
        self._agent = f"Wellkept link check (+{quote(site, safe=KEPT)})"
        self._may_reach, self._resolve, self._ports = may_reach, resolve, ports
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds

    def look(self, url: str) -> Answer:
        """How an address answers, its redirects followed. Raises nothing."""
        ends = time.monotonic() + self._seconds
        at, leads_to = url, None
        for hop in range(MOST_REDIRECTS + 1):
            leads_to = quote(at, safe=KEPT + "#") if hop else None
            try:
                target = _Target.of(at, self._ports)
                leads_to = target.address if hop else None
                state, onward = self._ask(target, ends)
                if onward is None:
                    return Answer(state, leads_to)
                at = urljoin(target.address, onward)
            except NotReached as reason:
                return Answer(reason.state, leads_to)
            except ssl.SSLCertVerificationError:
                return Answer(LinkState.UNTRUSTED, leads_to)
            except (OSError, HTTPException, ValueError):  # ValueError: an answer that no website would give
                return Answer(LinkState.SILENT, leads_to)
            if len(at) > LONGEST:
                break
        return Answer(LinkState.LOST, leads_to)

    def _ask(self, target: _Target, ends: float) -> tuple[LinkState, str | None]:
        """What one address says, and where it sends on to. Raises NotReached, OSError, HTTPException, ValueError."""
        with closing(self._connected(target, ends)) as line:
            line.settimeout(_left(ends))
            line.sendall(target.question(self._agent))
            response = _head(line, ends)
        onward = response.getheader("Location")
        if response.status in REDIRECTS and onward:
            return LinkState.LOST, onward.encode("latin-1").decode("utf-8", "replace")
        return _state(response.status), None

    def _connected(self, target: _Target, ends: float) -> socket.socket:
        """A line to the first public number of the target that takes it. Raises NotReached, OSError."""
        problem: OSError | None = None
        for number in self._numbers(target, ends)[:MOST_NUMBERS]:
            line = socket.socket(socket.AF_INET6 if number.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
            try:
                line.settimeout(min(_left(ends), PATIENCE))
                line.connect((str(number), target.port))
                if target.scheme == "https":
                    line.settimeout(_left(ends))
                    return self._tls.wrap_socket(line, server_hostname=target.host)
                return line
            except OSError as error:
                line.close()
                problem = error
        raise problem or NotReached(LinkState.UNKNOWN)

    def _numbers(self, target: _Target, ends: float) -> list[Address]:
        """The public numbers of a target, each once. One that has others only is as unknown as one that has none."""
        try:
            said = self._resolve(target.host, target.port, _left(ends))
        except socket.gaierror as error:
            raise NotReached(LinkState.UNKNOWN if error.errno in NO_SUCH_NAME else LinkState.SILENT) from error
        return [number for number in dict.fromkeys(map(ip_address, said)) if self._may_reach(number)]


@dataclass(frozen=True, slots=True)
class _Target:
    """An address taken apart, everything in it in plain ASCII and without line breaks."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str, ports: Container[int]) -> _Target:
        """Raises NotReached where it is not the sort of address that is looked at."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii")
            port = PORTS.get(parts.scheme) if parts.port is None else parts.port
        except ValueError as error:  # a port that is no number, a name that can't be one
            raise NotReached(LinkState.UNTRIED) from error
        if parts.scheme not in PORTS or port is None or port not in ports or "@" in parts.netloc:
            raise NotReached(LinkState.UNTRIED)
        if not host or not all("!" <= sign <= "~" for sign in host):
            raise NotReached(LinkState.UNTRIED)
        path = quote(parts.path or "/", safe=KEPT) + (f"?{quote(parts.query, safe=KEPT)}" if parts.query else "")
        return cls(parts.scheme, host, port, path)

    @property
    def _authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def address(self) -> str:
        """The whole of it again, without a fragment."""
        return f"{self.scheme}://{self._authority}{self.path}"

    def question(self, agent: str) -> bytes:
        """What is sent: no cookie, nobody's name, and the wish that it be over after this."""
        lines = (
            f"GET {self.path} HTTP/1.1",
            f"Host: {self._authority}",
            f"User-Agent: {agent}",
            "Accept: text/html, */*;q=0.5",
            "Accept-Encoding: identity",
            "Connection: close",
        )
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


def _left(ends: float) -> float:
    """Seconds until everything has to be over. Raises TimeoutError."""
    seconds = ends - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("it takes too long")
    return seconds


class _Heard:
    """Bytes that were read already, as the library wants to read them."""

    def __init__(self, heard: bytes) -> None:
        self._heard = heard

    def makefile(self, *_how: object) -> io.BytesIO:
        """A file of them."""
        return io.BytesIO(self._heard)


def _head(line: socket.socket, ends: float) -> HTTPResponse:
    """Status and headers of an answer, whose body stays unread. Raises OSError, HTTPException, ValueError."""
    heard = b""
    while b"\r\n\r\n" not in heard and b"\n\n" not in heard and len(heard) < MOST_BYTES:
        line.settimeout(_left(ends))
        more = line.recv(4096)
        if not more:
            break
        heard += more
    response = HTTPResponse(_Heard(heard), method="GET")  # type: ignore[arg-type]  # it asks for nothing but makefile
    response.begin()
    return response


def _state(status: int) -> LinkState:
    if 200 <= status < 300:
        return LinkState.ANSWERS
    if status in (404, 410):
        return LinkState.GONE
    return LinkState.BROKEN if status >= 500 else LinkState.SHUT
