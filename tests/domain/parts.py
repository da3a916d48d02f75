"""Parts of a service for tests: as people type them or as they are stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

A, B = str(UUID(int=1)), str(UUID(int=2))


def service(**values: Any) -> dict[str, Any]:
    return {"name": "Lunch club", **values}


def phone(number: str = "0131 496 0123", **values: Any) -> dict[str, Any]:
    return {"id": A, "order": 0, "number": number, **values}


def schedule(**values: Any) -> dict[str, Any]:
    return service(schedules=[{"id": A, "order": 0, **values}])
