"""Makes the file of full postcodes; its law: what is there stays whole until another, whole one takes its place.

What is read goes into a draft beside it, a batch a transaction, with how far it got. So whoever was interrupted goes on
from there with the same files, and a second run with them changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

from webapp.gazetteer.directories import Found, Named, NotReadable, Placed, Sheet, sheets
from webapp.gazetteer.exact import VERSION
from webapp.gazetteer.loaded import Loaded, NotLoaded, Tally
from webapp.gazetteer.official import area_of

BATCH = 20_000  # rows of a transaction
TABLES = """
CREATE TABLE postcode (
    code TEXT PRIMARY KEY, latitude INTEGER NOT NULL, longitude INTEGER NOT NULL, council INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE council (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
"""
WORK = "CREATE TABLE work (files TEXT NOT NULL, read INTEGER NOT NULL, tally TEXT NOT NULL)"
# A directory without council areas takes none away that another one gave.
PUT = """
INSERT INTO postcode VALUES (?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET
    latitude = excluded.latitude, longitude = excluded.longitude,
    council = CASE WHEN excluded.council = 0 THEN council ELSE excluded.council END
WHERE latitude != excluded.latitude OR longitude != excluded.longitude OR excluded.council NOT IN (0, council)
"""
PUT_COUNCIL = "INSERT INTO council (code, name) VALUES (?, '') ON CONFLICT (code) DO NOTHING"
PUT_NAME = "INSERT INTO council (code, name) VALUES (?, ?) ON CONFLICT (code) DO UPDATE SET name = excluded.name"
MOVED = """
SELECT count(*) FROM postcode AS new JOIN before.postcode AS old USING (code)
WHERE new.latitude != old.latitude OR new.longitude != old.longitude OR new.council != old.council
"""
RENAMED = """
SELECT count(*) FROM (SELECT code, name FROM council WHERE name != '' EXCEPT SELECT code, name FROM before.council)
"""
USED = "SELECT code, name FROM council WHERE id IN (SELECT DISTINCT council FROM postcode)"


def load(files: Sequence[Path], target: Path, move: Callable[[int], None]) -> Loaded:
    """Add what the files tell to the file of full postcodes, which is made where it is missing.

    `move` is told how many rows were read. Raises NotLoaded; whatever is raised, `target` is as it was.
    """
    try:
        tables = [sheet for file in files for sheet in sheets(file)]
        with closing(_draft(target, _fingerprint(files, target))) as draft:
            gone_on_from = _read_all(draft, tables, move)
            return _finish(draft, target, gone_on_from)
    except NotReadable as error:
        raise NotLoaded(str(error)) from error
    except (OSError, EOFError, zlib.error, BadZipFile, RuntimeError, NotImplementedError) as error:  # zipfile's own
        raise NotLoaded(f"A file can't be read: {error}.") from error
    except sqlite3.Error as error:
        raise NotLoaded(_words(error, target)) from error


def _words(error: sqlite3.Error, target: Path) -> str:
    if "locked" in str(error):
        return "Somebody else is loading postcodes just now."
    return f"{target.name} or its draft can't be used: {error}."


# -- the draft --------------------------------------------------------------------------------------------


def draft_of(target: Path) -> Path:
    """Where a file is made."""
    return target.with_name(target.name + ".draft")


def _fingerprint(files: Sequence[Path], target: Path) -> str:
    """Tells whether a draft was made of the same: of these files, beside this one."""
    told = hashlib.sha256()
    for file in (*files, target):
        about = file.stat() if file.exists() else None
        told.update(repr((file.name, about and (about.st_size, about.st_mtime_ns))).encode())
    return told.hexdigest()


def _draft(target: Path, files: str) -> sqlite3.Connection:
    """The draft, held by nobody else: the one that an interrupted run left of the same files, or a new one."""
    path = draft_of(target)
    draft = _held(path)
    try:
        found = _work_in(draft)
        if found is not None and found[0] == files:
            return draft
        draft.close()
        _remove(path)
        if target.exists():
            _check_version(target)
            shutil.copyfile(target, path)
        draft = _held(path)
        draft.executescript(WORK if target.exists() else TABLES + WORK)
        draft.execute("INSERT INTO work VALUES (?, 0, ?)", (files, Tally().text()))
        draft.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        draft.close()
        raise
    return draft


def _check_version(target: Path) -> None:
    with closing(sqlite3.connect(f"{target.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as present:
        if present.execute("PRAGMA user_version").fetchone() != (VERSION,):
            raise NotLoaded(f"{target.name} is not of this version; remove it, and load everything again.")


def _held(path: Path) -> sqlite3.Connection:
    """A connection that nobody else can have beside it. Raises sqlite3.OperationalError where somebody has one."""
    draft = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        draft.execute("PRAGMA locking_mode = EXCLUSIVE")
        draft.execute("BEGIN EXCLUSIVE")
        draft.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        draft.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        _remove(path)  # what an interrupted machine left is no database
        return _held(path)
    return draft


def _work_in(draft: sqlite3.Connection) -> tuple[str, int, str] | None:
    """Of which files a draft is, how many rows of them it has, and what they were."""
    try:
        return draft.execute("SELECT files, read, tally FROM work").fetchone()  # type: ignore[no-any-return]  # a row or None
    except sqlite3.DatabaseError:
        return None


# -- reading ----------------------------------------------------------------------------------------------


def _read_all(draft: sqlite3.Connection, tables: list[Sheet], move: Callable[[int], None]) -> int:
    """Put every row that was not read yet into the draft; gives how many were read before."""
    _, done, text = _work_in(draft) or ("", 0, Tally().text())
    tally = Tally.of(text)
    councils = {code: id_ for id_, code in draft.execute("SELECT id, code FROM council")}
    rows = islice(_rows(tables), done, None)
    while batch := list(islice(rows, BATCH)):
        tally.read += len(batch)
        draft.execute("BEGIN")
        try:
            _put(draft, batch, tally, councils)
            draft.execute("UPDATE work SET read = ?, tally = ?", (tally.read, tally.text()))
            draft.execute("COMMIT")
        except BaseException:
            if draft.in_transaction:
                draft.execute("ROLLBACK")
            raise
        move(tally.read)
    return done


def _rows(tables: list[Sheet]) -> Iterator[tuple[str, int, Found]]:
    return ((table.name, line, found) for table in tables for line, found in table.rows())


def _put(
    draft: sqlite3.Connection, batch: list[tuple[str, int, Found]], tally: Tally, councils: dict[str, int]
) -> None:
    placed: list[Placed] = []
    for sheet, line, found in batch:
        if isinstance(found, Placed):
            placed.append(found)
        elif isinstance(found, Named):
            draft.execute(PUT_NAME, (found.code, found.name))
        else:
            tally.note(sheet, line, found)
    new = {one.council for one in placed} - councils.keys() - {""}
    draft.executemany(PUT_COUNCIL, [(code,) for code in sorted(new)])
    if new:
        councils.update((code, id_) for id_, code in draft.execute("SELECT id, code FROM council"))
    draft.executemany(
        PUT, [(one.key, one.latitude, one.longitude, councils.get(one.council, 0)) for one in placed]
    )


# -- the end ----------------------------------------------------------------------------------------------


def _finish(draft: sqlite3.Connection, target: Path, gone_on_from: int) -> Loaded:
    """Put the draft in the place of the file, unless it says the same."""
    _, _, text = _work_in(draft) or ("", 0, Tally().text())
    tally, total = Tally.of(text), _count(draft, "SELECT count(*) FROM postcode")
    if not (tally.read and total):
        _drop(draft, target)
        raise NotLoaded(" ".join(["There is no postcode in a table that is known.", *tally.examples[:1]]))
    added, moved, renamed = total, 0, 0
    if target.exists():
        draft.execute("ATTACH ? AS before", (str(target),))
        added -= _count(draft, "SELECT count(*) FROM before.postcode")
        moved, renamed = _count(draft, MOVED), _count(draft, RENAMED)
        draft.execute("DETACH before")
    areas = [area_of(code, name) for code, name in draft.execute(USED)]
    if added or moved or renamed:
        _publish(draft, target)
    _drop(draft, target)
    size = target.stat().st_size
    return Loaded(
        tally, added, moved, renamed, total, len(areas), areas.count(None), size, gone_on_from
    )


def _count(draft: sqlite3.Connection, question: str) -> int:
    return int(draft.execute(question).fetchone()[0])


def _publish(draft: sqlite3.Connection, target: Path) -> None:
    """Write it packed into a file of its own, which then takes the place of the other at once."""
    packed = target.with_name(target.name + ".packed")
    packed.unlink(missing_ok=True)
    draft.execute("DROP TABLE work")
    draft.execute("VACUUM INTO ?", (str(packed),))
    with packed.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(packed, target)


def _drop(draft: sqlite3.Connection, target: Path) -> None:
    draft.close()
    _remove(draft_of(target))


def _remove(path: Path) -> None:
    for one in (path, path.with_name(path.name + "-journal")):
        one.unlink(missing_ok=True)
