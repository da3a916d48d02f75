"""Wellkept as people run it: gunicorn in a process of its own, on a database of its own."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds: a loaded machine is slow, not broken


@dataclass(frozen=True)
class Site:
    """A running server: its address, and the instance folder with its database and outbox."""

    url: str
    instance: Path


def environ_of(instance: Path, **more: str) -> dict[str, str]:
    """The environment of a process of that instance."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("WELLKEPT_")}
    return {**ours, "WELLKEPT_INSTANCE": str(instance), **more}


def flask(instance: Path, *arguments: str) -> str:
    """Run `flask …` for the instance; gives what it printed, fails where it failed."""
    command = [sys.executable, "-m", "flask", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environ_of(instance), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"flask {' '.join(arguments)} gave {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def demo_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance with the demo community that all test processes copy."""
    base = tmp_path_factory.getbasetemp()
    return filled_instance((base.parent if base.name.startswith("popen-") else base) / "demo")


def filled_instance(folder: Path) -> Path:
    """An instance with the demo community in `folder`, made by whichever test process comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    is_made = folder / "made"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_made.exists():
            flask(folder / "instance", "db", "upgrade")
            flask(folder / "instance", "demo")
            is_made.touch()
    return folder / "instance"


@contextmanager
def served(instance: Path, **environ: str) -> Iterator[Site]:
    """A server for the instance, stopped at the end of the block; fails when it does not come up."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--threads", "8", "--log-level", "warning", "--no-control-socket"]
    log = instance / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ_of(instance, PORT=str(port), **environ),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_for(port, server, log)
        yield Site(f"http://127.0.0.1:{port}", instance)
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def copied(instance: Path, folder: Path) -> Path:
    """A copy of an instance that nobody has open, so that a test may change it."""
    return Path(shutil.copytree(instance, folder / "instance"))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the server did not come up:\n{log.read_text()}")
