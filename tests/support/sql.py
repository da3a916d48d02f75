"""Statements as databases keep them."""

from __future__ import annotations


def bare(statement: str) -> str:
    """A statement without quotes, line breaks and the space that SQLite puts where a column was added."""
    return " ".join(statement.replace('"', "").split()).replace(" ,", ",").replace(" )", ")")
