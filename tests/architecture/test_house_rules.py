"""House rules that no linter knows: they hold for every module of Wellkept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from pathlib import Path

ROOT = Path(__file__).parents[2]
WEBAPP = ("webapp",)
EVERYTHING = ("webapp", "tests", "bench", "migrations")
READS_THE_ENVIRONMENT = {"webapp/serve.py", "webapp/__init__.py"}
KNOWS_THE_TIME = {"webapp/clock.py"}
NOQA = re.compile(r"# noqa(?P<which>: [A-Z]+\d+(?:, ?[A-Z]+\d+)*)?(?P<reason>.*)")
IGNORE = re.compile(r"# type: ignore(?P<which>\[[\w, -]+\])?(?P<reason>.*)")


def sources(folders: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Name and text of every module under `folders`, but this one: it speaks of what it forbids."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if file != Path(__file__):
                yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")


def lines_like(pattern: str, folders: tuple[str, ...], but: Set[str] = frozenset()) -> list[str]:
    """Where the pattern stands, as `file:line`, in files that are not among `but`."""
    return [
        f"{name}:{number}"
        for name, text in sources(folders)
        if name not in but
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(pattern, line)
    ]


def test_a_module_opens_with_its_job() -> None:
    trees = ((name, ast.parse(text)) for name, text in sources(WEBAPP))
    assert [name for name, tree in trees if tree.body and not ast.get_docstring(tree)] == []


def test_only_the_clock_knows_the_time() -> None:
    """`clock.now()` can be moved; any other way of asking makes a test that fails at midnight."""
    asks = r"\b(datetime|date)\.(now|today|utcnow)\(|\btime\.time\("
    assert lines_like(asks, WEBAPP, but=KNOWS_THE_TIME) == []


def test_only_the_settings_read_the_environment() -> None:
    assert lines_like(r"\bos\.(environ|getenv)\b", WEBAPP, but=READS_THE_ENVIRONMENT) == []


def test_every_exception_from_a_rule_is_narrow_and_has_its_reason() -> None:
    bare = [
        f"{name}:{number}"
        for name, text in sources(EVERYTHING)
        for number, line in enumerate(text.splitlines(), start=1)
        for found in (NOQA.search(line), IGNORE.search(line))
        if found and not (found["which"] and len(found["reason"].strip(" #-")) > 5)
    ]
    assert bare == []


def test_nothing_is_left_for_later() -> None:
    assert lines_like(r"\b(TODO|FIXME|XXX)\b", EVERYTHING) == []


NOT_SHOWN = {"password_hash", "seen_at", "paused_until"}


def test_whoever_writes_what_pages_show_of_people_says_so() -> None:
    """Pages for everybody are kept until an event or `shows_anew` tells that they read otherwise."""
    silent = [
        f"{name}:{function.lineno}"
        for name, text in sources(("webapp/services",))
        for function in ast.parse(text).body
        if isinstance(function, ast.FunctionDef) and "update(Person)" in (said := ast.unparse(function))
        if not re.search(r"\b(uow\.shows_anew|log|add_person)\(", said) and _values(function) - NOT_SHOWN
    ]
    assert silent == []


def _values(function: ast.FunctionDef) -> set[str | None]:
    """The columns that statements of a function write; None for those that it does not name there."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    wanted = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "values"]
    return {named.arg for call in wanted for named in call.keywords} | {None for call in wanted if call.args}
