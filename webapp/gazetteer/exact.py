"""Where full postcodes are, for sites that have loaded them; its law: without a file, or with a bad one, nobody knows.

`webapp/gazetteer/loading.py` makes the file and never changes one that is there: it puts another in its place. So it is
read without locks, over one connection a process.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from webapp.domain.geo import Point
from webapp.domain.hours.holidays import Nation
from webapp.domain.postcodes import Postcode
from webapp.gazetteer.official import area_of, nation_of_code

LOG = logging.getLogger("wellkept.gazetteer")
VERSION = 1  # of the file's tables
MICRO = 1_000_000  # degrees are kept in millionths, a tenth of a metre
QUESTION = (
    "SELECT latitude, longitude, council.code, council.name FROM postcode"
    " LEFT JOIN council ON council.id = postcode.council WHERE postcode.code = ?"
)


@dataclass(frozen=True, slots=True)
class Exact:
    """A full postcode: where it is, and the nation and council area that it is known to lie in, if it is known."""

    point: Point
    nation: Nation | None
    council: str | None


class _File:
    """The file at a path, opened by each process for itself, and anew after another was put in its place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._opened: tuple[int, ...] = ()
        self._connection: sqlite3.Connection | None = None

    def ask(self, key: str) -> tuple[int, int, str | None, str | None] | None:
        """The row of a postcode. Raises sqlite3's errors, and OSError where there is no file."""
        present = (os.getpid(), *self.signs())
        with self._lock:
            if present != self._opened:
                self.close()
                self._opened = present  # what can't be read is left alone until another file is in its place
                self._connection = _connect(self._path)
            return self._answer(key)

    def _answer(self, key: str) -> tuple[int, int, str | None, str | None] | None:
        if self._connection is None:
            return None
        try:
            return self._connection.execute(QUESTION, (key,)).fetchone()  # type: ignore[no-any-return]  # it is a row
        except sqlite3.Error:
            self._connection.close()
            self._connection = None
            raise

    def signs(self) -> tuple[int, ...]:
        """What tells the file that is there from any other. Raises OSError where there is none."""
        found = os.stat(self._path)
        return found.st_dev, found.st_ino, found.st_mtime_ns

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._opened = None, ()


def _connect(path: Path) -> sqlite3.Connection | None:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    if version == VERSION:
        return connection
    connection.close()
    LOG.warning("%s is not of this version; load the postcodes again", path.name)
    return None


_file: _File | None = None


def use(path: Path | None) -> None:
    """From now on this file is asked, as soon as it is there; None: no file."""
    global _file
    if _file is not None:
        _file.close()
    _file = _File(path.absolute()) if path else None


def exactly(postcode: Postcode) -> Exact | None:
    """What is known of a full postcode; None where nobody has loaded it."""
    if _file is None or not postcode.is_full:
        return None
    try:
        row = _file.ask(key_of(postcode))
    except FileNotFoundError:
        return None
    except (OSError, sqlite3.Error) as error:
        LOG.warning("the file of full postcodes can't be read: %s", error)
        return None
    if row is None:
        return None
    latitude, longitude, code, name = row
    return Exact(
        Point(latitude / MICRO, longitude / MICRO),
        nation_of_code(code) if code else None,
        area_of(code, name or "") if code else None,
    )


def present() -> tuple[int, ...] | None:
    """What tells whether other postcodes may be known than before: another file, or none any more."""
    try:
        return _file.signs() if _file is not None else None
    except OSError:
        return None


def key_of(postcode: Postcode) -> str:
    """A postcode as it is kept: "EH66AA"."""
    return f"{postcode.outcode}{postcode.digit}{postcode.unit}"


