"""Names that could be taken for a moderator's are found, however they are dressed up; others are nobody's concern."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.names import folded, passes_for

TAKEN = ["Mo Drummond", "mo-d", "Zoë Ross", "李 小龍"]
ALIKE = ["Mo Drummond", "MO  DRUMMOND", "mo.drummond", "\uff2do Drummond", "Mó Drümmond", "MoD", "mo_d", "Zoe Ross"]
OURS = ["Moderator", "the moderator", "ADMIN", "Mo (Administrator)", "\uff2doderator", "móderator", "Mod-erator",
        "w e l l k e p t", "Wellkept Team", "site-admin", "M\u200bo\u200bd\u200berator", "Mo.Moderator", "site/admin",
        "Mo,moderator", "Mo\uff0emo\u0301derator", "the mod-erators' admin", "the m\u00b4oderator"]  # fmt: skip
OTHERS = ["Mo", "Drummond", "Mo Drummond-Hay", "Zoë", "Moderata", "Adam Inverness", "小龍", "", "!!", "🙂", "-"]


@pytest.mark.parametrize("name", [*ALIKE, *OURS])
def test_what_could_pass_for_a_moderator_is_found(name: str) -> None:
    assert passes_for(name, TAKEN)


@pytest.mark.parametrize("name", OTHERS)
def test_other_names_are_free(name: str) -> None:
    assert not passes_for(name, [*TAKEN, "", "🙂"])


@given(st.text(max_size=40))
def test_a_name_folds_once_and_passes_for_itself(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert passes_for(name, [name]) == bool(folded(name))
    assert folded(f" {name}!") == folded(name)
