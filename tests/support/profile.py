"""Which profile the tests run in: quick (`make test`) or long (`make test-long`), read from TEST_PROFILE."""

from __future__ import annotations

import os

PROFILE = os.environ.get("TEST_PROFILE", "quick")
IS_LONG = PROFILE == "long"
# CI and root may install everything, so there a missing tool is a failure, never a skip.
NOTHING_IS_SKIPPED = os.environ.get("CI", "").lower() in {"1", "true", "yes"} or os.geteuid() == 0


def scaled(quick: int, long: int) -> int:
    """How many racers, rounds or pages a test takes: `quick` of them, or `long` in the long profile."""
    return long if IS_LONG else quick
