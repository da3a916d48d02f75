"""Templates are compiled once a test process, though every test has an application of its own."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledOnce(BytecodeCache):
    """What Jinja made of each template, in memory. Jinja itself compiles anew what was written anew."""

    def __init__(self) -> None:
        self._made: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket what was made before, if its source is still the same."""
        if bucket.key in self._made:
            bucket.bytecode_from_string(self._made[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was made."""
        self._made[bucket.key] = bucket.bytecode_to_string()
