"""Writers of one file take turns: nobody passes one who waits, and nothing is left held."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from webapp.domain.errors import Busy
from webapp.storage.writer_lock import WriterLock


@contextmanager
def another(path: Path, wait: float = 5.0) -> Iterator[WriterLock]:
    """The lock as another process has it: with descriptors of its own."""
    lock = WriterLock(str(path), wait)
    yield lock
    lock.close()


def test_a_writer_that_never_rests_lets_one_who_waits_in_before_its_second_next_turn(tmp_path: Path) -> None:
    turns, is_over = [0], threading.Event()

    def greedy() -> None:
        with another(tmp_path / "db") as lock:
            while not is_over.is_set():
                with lock.turn():
                    turns[0] += 1
                    time.sleep(0.05)

    thread = threading.Thread(target=greedy)
    thread.start()
    with another(tmp_path / "db") as lock:
        passed = []
        for _ in range(5):
            while not turns[0]:
                time.sleep(0.001)
            before = turns[0]
            with lock.turn():
                passed.append(turns[0] - before)
    is_over.set()
    thread.join()
    assert max(passed) <= 2  # the one under way, and one that began before the waiter was next in line


def test_everybody_of_several_who_wait_gets_the_turn(tmp_path: Path) -> None:
    at_once, most, done = [0], [0], []

    def write(name: int) -> None:
        with another(tmp_path / "db") as lock:
            for _ in range(10):
                with lock.turn():
                    at_once[0] += 1
                    most[0] = max(most[0], at_once[0])
                    time.sleep(0.0005)
                    at_once[0] -= 1
            done.append(name)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(done), most[0]) == ([0, 1, 2, 3, 4, 5], 1)


def test_who_waits_too_long_is_told_and_leaves_the_line_open_for_the_next(tmp_path: Path) -> None:
    with another(tmp_path / "db") as holder, another(tmp_path / "db", 0.05) as hasty, another(tmp_path / "db") as next_:
        with holder.turn():
            with pytest.raises(Busy), hasty.turn():
                pass
            with pytest.raises(Busy), hasty.turn():
                pass
        with next_.turn():
            pass


def test_a_turn_that_fails_is_given_back(tmp_path: Path) -> None:
    with another(tmp_path / "db") as one, another(tmp_path / "db") as other:
        with pytest.raises(ZeroDivisionError), one.turn():
            raise ZeroDivisionError
        with other.turn(), pytest.raises(Busy), another(tmp_path / "db", 0.01) as third, third.turn():
            pass
