"""`make run` under Ctrl-C: whatever the moment, no process is left and the port is free again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.profile import scaled

ROOT = Path(__file__).parents[2]
ROUNDS = scaled(2, 10)
PATIENCE = 40.0  # seconds: a loaded machine is slow, not broken

TOY_SITE = """
import time
def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"toy"]
"""
TOY_WORKER = """
import signal, time
seen = []
signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
while not seen:
    time.sleep(0.05)
"""
DEAF_WORKER = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
TOY_SUPERVISOR = """
import json, os, sys
from webapp import serve
serve.GRACE = float(os.environ["TOY_GRACE"])
setup, children, port = json.loads(sys.argv[1])
supervisor = serve.Supervisor(dict(os.environ))
sys.exit(serve.supervise(supervisor, setup, children, ("127.0.0.1", port), "toy is up"))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], instance: Path, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """The supervisor in a session of its own, as in a terminal; killed at the end if the test failed."""
    supervisor = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "WELLKEPT_INSTANCE": str(instance), "TOY_GRACE": "12", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield supervisor
    finally:
        for process in of_instance(instance):
            process.kill()
        supervisor.communicate()


def of_instance(instance: Path) -> list[psutil.Process]:
    """Every living process that was started for this instance folder."""
    found = []
    for process in psutil.process_iter():
        try:
            is_ours = process.environ().get("WELLKEPT_INSTANCE") == str(instance)
            if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue  # it has ended, or is not ours to look at
    return found


def wait_for_port(port: int, supervisor: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert supervisor.poll() is None, f"ended: {supervisor.communicate()[0]}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers on port {port}")


def press_ctrl_c(supervisor: subprocess.Popen[str]) -> str:
    """SIGINT to the whole group, as a terminal sends it; gives what was printed."""
    os.killpg(supervisor.pid, signal.SIGINT)
    return supervisor.communicate(timeout=PATIENCE)[0]


def wait_for_child(supervisor: subprocess.Popen[str]) -> None:
    """Until the supervisor has started something, or has ended."""
    deadline = time.monotonic() + PATIENCE
    children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children")
    while supervisor.poll() is None and not children.read_text() and time.monotonic() < deadline:
        time.sleep(0.005)


def assert_nothing_is_left(instance: Path, port: int) -> None:
    assert of_instance(instance) == []
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def toy(folder: Path, port: int, worker: str = TOY_WORKER, setup: str = "pass") -> list[str]:
    (folder / "toysite.py").write_text(TOY_SITE)
    web = [sys.executable, "-m", "gunicorn", "toysite:app", "--chdir", str(folder), "--no-control-socket"]
    web += [
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
    ]
    children = {"web": web, "worker": [sys.executable, "-c", worker]}
    plan = json.dumps([[[sys.executable, "-c", setup]], children, port])
    return [sys.executable, "-c", TOY_SUPERVISOR, plan]


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_a_supervised_pair_stops_at_any_moment(tmp_path: Path, round_number: int) -> None:
    port = free_port()
    with started(toy(tmp_path, port), tmp_path) as supervisor:
        if round_number % 3 == 0:
            wait_for_child(supervisor)  # a Ctrl-C before that meets Python itself, which ends by it
            time.sleep(round_number / 30)  # in the first moments, before anything answers
        else:
            wait_for_port(port, supervisor)
        press_ctrl_c(supervisor)
        assert_nothing_is_left(tmp_path, port)


def test_a_request_under_way_is_answered_before_the_end(tmp_path: Path) -> None:
    port = free_port()
    with started(toy(tmp_path, port), tmp_path) as supervisor:
        wait_for_port(port, supervisor)
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as reader:
            reader.sendall(b"GET /slow HTTP/1.0\r\n\r\n")
            time.sleep(0.3)
            press_ctrl_c(supervisor)
            assert reader.makefile("rb").read().endswith(b"toy")
        assert supervisor.returncode == 0


def test_a_child_that_will_not_end_is_killed(tmp_path: Path) -> None:
    port = free_port()
    with started(toy(tmp_path, port, worker=DEAF_WORKER), tmp_path, TOY_GRACE="1") as supervisor:
        wait_for_port(port, supervisor)
        press_ctrl_c(supervisor)
        assert_nothing_is_left(tmp_path, port)


def test_when_one_child_ends_by_itself_all_end_and_it_is_said(tmp_path: Path) -> None:
    port = free_port()
    with started(toy(tmp_path, port, worker="raise SystemExit(3)"), tmp_path) as supervisor:
        said = supervisor.communicate(timeout=PATIENCE)[0]
        assert supervisor.returncode == 1
        assert "worker ended by itself with code 3" in said
        assert_nothing_is_left(tmp_path, port)


def test_a_failed_step_starts_nothing(tmp_path: Path) -> None:
    port = free_port()
    with started(toy(tmp_path, port, setup="raise SystemExit('no')"), tmp_path) as supervisor:
        assert "toy is up" not in supervisor.communicate(timeout=PATIENCE)[0]
        assert supervisor.returncode == 1


def test_ctrl_c_during_a_step_stops_it(tmp_path: Path) -> None:
    port = free_port()
    with started(toy(tmp_path, port, setup="import time; time.sleep(60)"), tmp_path) as supervisor:
        time.sleep(0.7)
        press_ctrl_c(supervisor)
        assert supervisor.returncode == 0
        assert_nothing_is_left(tmp_path, port)


def serve(port: int) -> list[str]:
    return [sys.executable, "-m", "webapp.serve", "--port", str(port)]


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = int(holder.getsockname()[1])
        with started(serve(port), tmp_path) as supervisor:
            said = supervisor.communicate(timeout=PATIENCE)[0]
    assert said == f"Port {port} is taken. Try another: make run PORT={port + 1}\n"
    assert supervisor.returncode == 1


def test_a_wrong_setting_is_said_in_one_line(tmp_path: Path) -> None:
    with started(serve(free_port()), tmp_path, WELLKEPT_DEMO="perhaps") as supervisor:
        said = supervisor.communicate(timeout=PATIENCE)[0]
    assert said == "Wellkept can't start. WELLKEPT_DEMO is 'perhaps'; it can be 1 or 0\n"
    assert supervisor.returncode == 2


def test_wellkept_starts_and_stops_again_and_again(tmp_path: Path) -> None:
    port = free_port()
    for number in range(ROUNDS):
        instance = tmp_path / str(number)
        with started(serve(port), instance, WELLKEPT_DEMO="0") as supervisor:
            wait_for_port(port, supervisor)
            said = press_ctrl_c(supervisor)
            assert supervisor.returncode == 0, said
            assert_nothing_is_left(instance, port)
