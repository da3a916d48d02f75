"""Servers as they are run, and a client that costs little: one request after the other over connections kept open."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from webapp.serve import ROOT, THREADS

WAIT = 30.0  # seconds for a server to come up


@dataclass(frozen=True, slots=True)
class Reply:
    """The head and the body of an answer."""

    status: int
    head: bytes
    body: bytes


@contextmanager
def server(app: str, file: Path, **environ: str) -> Iterator[int]:
    """One process of the default server with `bench.apps:APP()`; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", f"bench.apps:{app}()", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["--worker-class", "gthread", "--threads", str(THREADS), "--log-level", "warning", "--no-control-socket"]
    known = {**os.environ, "BENCH_FILE": str(file), **environ}
    process = subprocess.Popen(command, cwd=ROOT, env=known, start_new_session=True)
    try:
        _await(port, process)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=WAIT)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended by itself"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.5):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the server did not come up")


def get(path: str, **headers: str) -> bytes:
    """A GET request as bytes."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, form: str, **headers: str) -> bytes:
    """A POST request of an encoded form as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items())]
    lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + form).encode()


class Client:
    """A connection that is kept open, to one port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = self._connect()
        self._rest = b""

    def _connect(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self, request: bytes) -> Reply:
        """Send a request and wait for its answer; a connection that the server has closed is opened anew."""
        try:
            self.socket.sendall(request)
            return self.take()
        except (ConnectionError, BrokenPipeError):
            self.socket = self._connect()
            self.socket.sendall(request)
            return self.take()

    def take(self) -> Reply:
        """Read one answer."""
        data = self.socket.recv(65536)
        while b"\r\n\r\n" not in data:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        lower, status = head.lower(), int(head[9:12])
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 and status != 304 else 0
        while len(body) < length:
            body += self.socket.recv(65536)
        if b"connection: close" in lower:
            self.socket.close()
            self.socket = self._connect()
        return Reply(status, head, body)


def together(port: int, request: bytes, count: int, status: int, width: int = 4) -> float:
    """Seconds for one answer when `width` connections ask at once; each answer must have the status."""
    clients = [Client(port) for _ in range(width)]
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
        start, sent, done = time.perf_counter(), 0, 0
        for client in clients:
            client.socket.sendall(request)
            sent += 1
        while done < sent:
            for key, _ in selector.select():
                reply = key.data.take()
                assert reply.status == status, reply.head
                done += 1
                if sent < count:
                    key.data.socket.sendall(request)
                    sent += 1
        took = time.perf_counter() - start
    for client in clients:
        client.socket.close()
    return took / done


def one_by_one(port: int, requests: Sequence[bytes], status: int) -> float:
    """Seconds for one answer when each request waits for the one before it."""
    client = Client(port)
    start = time.perf_counter()
    for request in requests:
        reply = client.ask(request)
        assert reply.status == status, (reply.head, reply.body[:2000])
    took = time.perf_counter() - start
    client.socket.close()
    return took / len(requests)
