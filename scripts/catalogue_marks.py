"""The texts that `mark` stands around: a single text wherever it is, or a whole table at the top of its module.

A comment for translators stands in the line above.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

COMMENT = "# Translators: "

Found = Iterator[tuple[int, str, list[str]]]


def marked(path: Path, module: str) -> Found:
    """Each text that a module marks: (line, text, comments). ValueError for a table elsewhere than at its top."""
    source = path.read_text(encoding="utf-8")
    tree, lines = ast.parse(source), ["", *source.splitlines()]
    if not any(_brings_mark(node) for node in tree.body):
        return
    tables = {id(table): name for node in tree.body for name, table in _assigned(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mark":
            above = lines[node.lineno - 1].strip()
            comments = [above.removeprefix(COMMENT)] if above.startswith(COMMENT) else []
            yield from ((node.lineno, text, comments) for text in _texts_of(node, tables.get(id(node)), module))


def _brings_mark(node: ast.stmt) -> bool:
    is_import = isinstance(node, ast.ImportFrom) and node.module == "webapp.language"
    return is_import and any(name.name == "mark" for name in node.names)


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    for target in targets:
        if isinstance(target, ast.Name) and node.value is not None:
            yield target.id, node.value


def _texts_of(call: ast.Call, name: str | None, module: str) -> Iterator[str]:
    (said,) = call.args
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        yield said.value
    elif name:
        yield from _texts(getattr(import_module(module), name))
    else:
        raise ValueError(f"{module}, line {call.lineno}: mark a table at the top of its module, under a name")


def _texts(table: Any) -> Iterator[str]:
    """The texts of a table: values of a mapping, what follows the code in each (code, text), texts as they are."""
    for value in table.values() if isinstance(table, Mapping) else table:
        if isinstance(value, str):
            yield value
        else:
            yield from (value if isinstance(table, Mapping) else value[1:])
