"""Web servers for links to lead to: real ones on this machine, on ports of their own, that answer well or badly."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from webapp.jobs.outside import Address, Outside

TLS = ssl.create_default_context()  # takes a tenth of a second to make
HERE = ip_address("127.0.0.1")
Behaviour = Callable[[socket.socket, "Site"], None]


def says(status: str, *headers: str, body: str = "") -> Behaviour:
    """Answers with a head and a body."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *headers, ""))
    return lambda line, _site: line.sendall((head + body).encode())


def sends_on(to: str, status: str = "302 Found") -> Behaviour:
    """Redirects; `PORT` in the address is the server's own."""
    return lambda line, site: says(status, f"Location: {to.replace('PORT', str(site.port))}")(line, site)


def silent(line: socket.socket, site: Site) -> None:
    """Takes the line and says nothing until it is over."""
    site.is_over.wait(10)


def hangs_up(_line: socket.socket, _site: Site) -> None:
    """Closes without a word."""


def drips(line: socket.socket, site: Site) -> None:
    """A header that never ends, one sign after the other."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not site.is_over.wait(0.02):
        line.sendall(b"a")


def pours(start: str) -> Behaviour:
    """Sends without end, as fast as it is taken; counts what it got rid of."""

    def pour(line: socket.socket, site: Site) -> None:
        line.sendall(start.encode())
        while not site.is_over.is_set():
            site.poured += line.send(b"X-More: and more\r\n" * 500)

    return pour


class Site:
    """One server: what it does by path, and every question that it was asked."""

    def __init__(self, pages: dict[str, Behaviour], tls: ssl.SSLContext | None = None) -> None:
        self.pages, self.tls = pages, tls
        self.asked: list[str] = []
        self.poured = 0
        self.is_over = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)
        self.answering: list[threading.Thread] = []

    def url(self, path: str, host: str = "site.example", scheme: str = "http") -> str:
        """An address of this server, by whatever name."""
        return f"{scheme}://{host}:{self.port}{path}"

    def _serve(self) -> None:
        while not self.is_over.is_set():
            with suppress(OSError):
                line, _from = self.listening.accept()
                answering = threading.Thread(target=self._answer, args=[line])
                self.answering.append(answering)
                answering.start()

    def _answer(self, line: socket.socket) -> None:
        with suppress(OSError), line:  # whoever asked may have gone
            taken = self.tls.wrap_socket(line, server_side=True) if self.tls else line
            with taken:
                question = taken.recv(65536).decode()
                self.asked.append(question)
                path = question.split(" ")[1].partition("?")[0] if question else ""
                self.pages.get(path, says("404 Not Found"))(taken, self)


@contextmanager
def serving(pages: dict[str, Behaviour], tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A server while the test lasts."""
    site = Site(pages, tls)
    site.thread.start()
    try:
        yield site
    finally:
        site.is_over.set()
        with suppress(OSError):
            site.listening.shutdown(socket.SHUT_RDWR)
        site.listening.close()
        for thread in (site.thread, *site.answering):
            thread.join()


class Names:
    """Which numbers each name has: a list of them, or one list for each time that it is asked. Counts the questions."""

    def __init__(self, **numbers: list[Any]) -> None:
        self.numbers = {name.replace("_", "."): list(said) for name, said in numbers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int, _seconds: float) -> list[str]:
        self.asked.append(host)
        with suppress(ValueError):
            return [str(ip_address(host))]
        if host not in self.numbers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        said = self.numbers[host]
        return said.pop(0) if said and isinstance(said[0], list) else said


def outside(names: Names | None = None, **given: Any) -> Outside:
    """An `Outside` that may reach this machine, which stands for all that is public, and nothing else."""
    known = names or Names(site_example=["127.0.0.1"])
    given = {"seconds": 2.0, "tls": TLS, **given}
    return Outside("https://directory.example", may_reach=_is_here, resolve=known, ports=range(1, 65536), **given)


def _is_here(number: Address) -> bool:
    return number == HERE


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that its own key signed, and the key."""
    made, key = folder / "certificate.pem", folder / "key.pem"
    asked = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", "2"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command = ["openssl", "req", "-x509", *curve, *asked, "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


def took(began: float) -> float:
    """Seconds since a moment of `time.monotonic`."""
    return time.monotonic() - began
