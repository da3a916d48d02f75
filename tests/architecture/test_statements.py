"""The statement counter sees what goes through a storage, and lists them."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tests.support.queries import at_most, recorded


def test_statements_are_counted_and_listed() -> None:
    engine = create_engine("sqlite://")
    with recorded(engine) as statements, engine.execution_options(write=True).connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.execute(text("SELECT  2"))
    assert len(statements) == 2
    assert str(statements) == "  1. SELECT 1\n  2. SELECT 2"
    engine.dispose()


def test_too_many_statements_fail_with_the_list() -> None:
    engine = create_engine("sqlite://")

    def ask_twice() -> None:
        with at_most(1, engine), engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            connection.execute(text("SELECT 2"))

    with pytest.raises(AssertionError, match=r"2 statements, at most 1 allowed:\s+1\. SELECT 1\s+2\. SELECT 2"):
        ask_twice()
    engine.dispose()


def test_nothing_is_counted_after_the_block() -> None:
    engine = create_engine("sqlite://")
    with recorded(engine) as statements:
        pass
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert len(statements) == 0
    engine.dispose()
