"""What the tests of the storage share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.storage.indexes import Index, create
from webapp.storage.engine import make_engine


@pytest.fixture
def index(empty_database_url: str) -> Iterator[Index]:
    engine = make_engine(empty_database_url)
    create(engine)
    with engine.execution_options(write=True).begin() as connection:
        yield Index(connection)
    engine.dispose()
