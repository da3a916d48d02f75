"""Passwords: which are refused, and that the rest is taken whatever it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.services.passwords import common, hash_password, is_common, is_password, password_fault

COMMON = [
    "password", "Password123!", "P@ssw0rd2026", "p a s s w o r d 1", "1234567890", "0987654321", "12345678901234",
    "qwertyuiop", "QWERTYUIOP[]", "poiuytrewq", "abcdefghij", "aaaaaaaaaaaa", "abababababab", "abcabcabcabc",
    "letmein!!!!", "iloveyou2026", "CelticFC1888", "Liverpool1892", "ｐａｓｓｗｏｒｄ１２",
    "correct horse battery staple", "...........", "Wellkept2026!", "administrator1",
]  # fmt: skip
FINE = [
    "seven-otters-hum-softly", "tractor kettle umbrella", "Xk9#mQ2$vL7p", "почтальон и слон", "my password is a heron",
    "🐟🐠🐡🦈🐙🦑🦐🦞🦀🐚", "footpath by the weir",
]  # fmt: skip


@pytest.mark.parametrize("password", COMMON)
def test_what_anybody_would_try_first_is_common(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize("password", FINE)
def test_what_only_one_person_would_think_of_will_do(password: str) -> None:
    assert password_fault(password, "Ailsa Reid", "ailsa@people.example") == ""


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "too_short"),
        ("ninechars", "too_short"),
        ("x7" * 101, "too_long"),
        ("password123", "too_common"),
        ("Catriona MacAskill", "too_personal"),
        ("catrionamacaskill1", "too_personal"),
        ("catriona.m@people.example", "too_personal"),
        ("strathlinnet!", "too_personal"),
    ],
)
def test_a_bad_password_is_told_why(password: str, fault: str) -> None:
    assert password_fault(password, "Catriona MacAskill", "catriona.m@people.example", "Strathlinnet") == fault


def test_the_list_is_in_the_form_that_it_is_compared_in() -> None:
    assert len(common()) > 200
    assert [word for word in common() if word != word.casefold().strip() or " " in word] == []


@given(st.text(min_size=10, max_size=200))
def test_any_text_is_judged_and_none_breaks_the_judge(password: str) -> None:
    assert password_fault(password) in ("", "too_common")


@pytest.mark.parametrize("password", ["caf\u00e9 on the corner", " leading and trailing ", "x" * 200, "🐟" * 40])
def test_a_password_is_known_again_however_it_was_typed(password: str) -> None:
    import unicodedata

    kept = hash_password(password)
    assert is_password(kept, unicodedata.normalize("NFD", password))
    assert not is_password(kept, password + " ")


def test_nothing_is_no_password() -> None:
    assert not is_password(None, "nobody has this password")
    assert not is_password("not a hash", "anything at all")
