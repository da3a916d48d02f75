"""Starts and stops an installation: migrations, demo, then web server and worker together under one Ctrl-C.

Run as `python -m webapp.serve`. Its law: when it ends, nothing that it started is left, and the port is free.
Each child lives in a session of its own, so that a terminal's Ctrl-C reaches only the supervisor, which ends
the children in order; servers that got the signal from both sides were seen to hang.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from webapp.config import Settings, SettingsError

ROOT = Path(__file__).resolve().parents[1]
GRACE = 12.0  # seconds that children have to finish what they are doing
POLL = 0.05  # seconds between two looks at the children
THREADS = 8  # a worker process's; slow readers hold a thread, not the directory
MAX_WORKERS = 4  # SQLite has one writer: more processes only wait for it

Command = Sequence[str]


class Supervisor:
    """Runs commands one after the other, or together; a signal or the end of one ends them all."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ
        self.signals: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda seen, _frame: self.signals.append(seen))

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked for the end."""
        return bool(self.signals)

    def run_step(self, command: Command) -> bool:
        """Run one command to its end; True when it went well and nobody asked for the end."""
        child = self._start(command)
        while child.poll() is None and not self.is_stopping:
            time.sleep(POLL)
        self._end([child])
        return child.returncode == 0 and not self.is_stopping

    def run_together(self, commands: dict[str, Command], address: tuple[str, int], words: str) -> int:
        """Run all until a signal, or until one ends; print `words` once `address` answers.

        Gives the exit code: 0 when somebody asked for the end, 1 when a child ended by itself.
        """
        children = {name: self._start(command) for name, command in commands.items()}
        is_announced = False
        while not self.is_stopping and all(child.poll() is None for child in children.values()):
            if not is_announced and _answers(address):
                print(words, flush=True)
                is_announced = True
            time.sleep(POLL)
        ended = [name for name, child in children.items() if child.poll() is not None]
        self._end(list(children.values()))
        if self.is_stopping:
            return 0
        codes = ", ".join(f"{name} ended by itself with code {children[name].returncode}" for name in ended)
        print(f"Stopped: {codes}.", file=sys.stderr)
        return 1

    def _start(self, command: Command) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=ROOT, env=self.environ, start_new_session=True)

    def _end(self, children: list[subprocess.Popen[bytes]]) -> None:
        """SIGTERM to each child alone; after GRACE, or a second Ctrl-C, SIGKILL to its whole group."""
        for child in children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE
        while any(child.poll() is None for child in children):
            if time.monotonic() > deadline or len(self.signals) > 1:
                break
            time.sleep(POLL)
        for child in children:
            with contextlib.suppress(ProcessLookupError):  # as it should be: the group has ended
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Start everything and stay until the end; gives the exit code."""
    options = _options(arguments)
    environ = {**os.environ, "PORT": str(options.port), "PYTHONUNBUFFERED": "1"}
    try:
        settings = Settings.from_environ(environ, ROOT)
    except SettingsError as error:
        print(f"Wellkept can't start. {error}", file=sys.stderr)
        return 2
    address = (str(options.host), int(options.port))
    if not _is_free(address):
        print(f"Port {options.port} is taken. Try another: make run PORT={options.port + 1}", file=sys.stderr)
        return 1
    return supervise(
        Supervisor(environ), _setup(settings), _children(address), address, _words(settings, address)
    )


def supervise(
    supervisor: Supervisor,
    setup: Sequence[Command],
    children: dict[str, Command],
    address: tuple[str, int],
    words: str,
) -> int:
    """Run the commands of `setup` in turn, then `children` together; gives the exit code."""
    for command in setup:
        if not supervisor.run_step(command):
            return 0 if supervisor.is_stopping else 1
    return supervisor.run_together(children, address, words)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m webapp.serve", description="Start Wellkept.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000", help="default: 8000")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; expected 1 to 65535")
    return int(text)


def _setup(settings: Settings) -> list[Command]:
    flask = (sys.executable, "-m", "flask")
    steps: list[Command] = [(*flask, "db", "upgrade")]
    if settings.demo:
        steps.append((*flask, "demo", "--if-empty"))
    return steps


def _children(address: tuple[str, int]) -> dict[str, Command]:
    host, port = address
    web = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{host}:{port}"]
    web += ["--worker-class", "gthread", "--threads", str(THREADS)]
    web += ["--workers", str(min(os.cpu_count() or 1, MAX_WORKERS))]
    web += ["--graceful-timeout", str(int(GRACE) - 2), "--log-level", "warning", "--no-control-socket"]
    web += ["--forwarder-headers", ""]  # no header says where our addresses begin
    return {"web server": web, "worker": [sys.executable, "-m", "flask", "worker"]}


def _words(settings: Settings, address: tuple[str, int]) -> str:
    lines = ["", f"Wellkept is at {settings.public_url}"]
    if not settings.demo:
        lines.append("To make the first account: .venv/bin/flask user create EMAIL --role administrator")
    if settings.public_url != f"http://{address[0]}:{address[1]}":
        lines.append(f"It listens on http://{address[0]}:{address[1]}")
    return "\n".join([*lines, "Ctrl-C stops it.", ""])


def _is_free(address: tuple[str, int]) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what just ended does not count
        try:
            probe.bind(address)
        except OSError:
            return False
    return True


def _answers(address: tuple[str, int]) -> bool:
    host = "127.0.0.1" if address[0] == "0.0.0.0" else address[0]  # noqa: S104 - read, not listened on
    try:
        with socket.create_connection((host, address[1]), timeout=0.2):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
