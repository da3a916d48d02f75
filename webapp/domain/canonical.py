"""JSON as it is stored, hashed and signed: one text for one value."""

from __future__ import annotations

import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def dump(value: Any) -> str:
    """A JSON value as its one text: keys sorted, no spaces, letters as they are. TypeError for what is not JSON."""
    return _ENCODER.encode(value)
