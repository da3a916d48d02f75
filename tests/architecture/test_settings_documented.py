"""The table of settings in the documentation and the settings in the code are the same."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from webapp.config import NAMES, Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    rows = re.findall(
        r"^\| `(WELLKEPT_\w+)` \| (\S.*?) \| (\S.*?) \|$", (ROOT / "docs/settings.md").read_text(), re.M
    )
    assert [name for name, _, _ in rows] == list(NAMES)


def test_every_name_is_a_field_of_the_settings() -> None:
    fields = {field.name for field in dataclasses.fields(Settings)}
    assert {
        name.removeprefix("WELLKEPT_").lower().replace("env", "environment") for name in NAMES
    } >= fields - {"environment"}
    assert len(fields) == len(NAMES)


def test_no_other_document_speaks_of_settings_that_are_not_there() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    spoken = {name for file in documents for name in re.findall(r"\bWELLKEPT_[A-Z_]+\b", file.read_text())}
    assert spoken <= set(NAMES)
