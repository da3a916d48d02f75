"""Tests of rich text see what a judge of harmlessness saw."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.richtext.harmless")
