"""Revisions in words: what is kept in English is said in the language spoken, and names stay names."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from scripts.catalogue import declared
from tests.support.pseudo import all_texts
from webapp.web.revision_words import DONE, DONE_TO, how_words, what_words
from webapp.web.units import AT_A_PLACE


def revision(cause: str, **values: Any) -> Any:
    return SimpleNamespace(cause=cause, **{"display_name": "Ann", "decider": None, **values})


def vote(choice: str, name: str) -> Any:
    return SimpleNamespace(choice=choice, display_name=name)


@pytest.mark.parametrize(
    ("cause", "summary", "said"),
    [
        ("suggestion", "Places and opening times: Opening times", "Opening times changed"),
        ("suggestion", "Took in a duplicate", "Took in a duplicate"),
        ("suggestion", "", "Changed"),
        ("revert", "Reverted revision 5", "Reverted revision 5"),
        ("roll_back", "Rolled back to revision 12", "Rolled back to revision 12"),
        ("roll_back", "Rolled back", "Rolled back"),
        ("import", "From 100% of the council’s list", "From 100% of the council’s list"),
        ("redaction", "Redaction lifted", "Redaction lifted"),
        ("demo", "Something of long ago", "Something of long ago"),
    ],
)
def test_a_summary_that_was_kept_is_said_as_it_was(cause: str, summary: str, said: str) -> None:
    assert what_words(cause, summary) == said


def test_every_summary_is_known_to_the_catalogue() -> None:
    known = {message.id for message in all_texts()}
    assert {*DONE, *(words for _pattern, words in DONE_TO)} <= known


@pytest.mark.parametrize(
    ("row", "votes", "said"),
    [
        (revision("suggestion"), [], "Ann suggested it; no votes."),
        (
            revision("suggestion"),
            [vote("reject", "Rob"), vote("approve", "Rita"), vote("approve", "Mo")],
            "Ann suggested it; 2 approvals, by Rita and Mo; 1 rejection, by Rob.",
        ),
        (revision("moderator", decider="Mo"), [], "Ann suggested it; Mo applied it as a moderator."),
        (
            revision("moderator"),
            [vote("reject", "Rita")],
            "Ann suggested it; a moderator applied it as a moderator; 1 rejection, by Rita.",
        ),
        (revision("import", display_name=None), [], "Brought in from another source."),
        (revision("import"), [], "Ann brought it in from another source."),
        (revision("demo", display_name=None), [], "Written for this demonstration."),
        (revision("redaction"), [], "Ann took out something private."),
        (revision("revert"), [], "Ann"),
        (revision("suggestion", display_name=None), [], "Somebody suggested it; no votes."),
    ],
)
def test_how_a_revision_came_to_be_is_one_sentence(row: Any, votes: list[Any], said: str) -> None:
    assert how_words(row, votes).striptags() == said


def test_a_name_is_marked_and_is_never_markup_or_a_place_for_another() -> None:
    row = revision("moderator", display_name="<b>%(votes)s</b>", decider="%(who)s & Co")
    assert how_words(row, [vote("approve", "<i>")]) == (
        '<span class="who">&lt;b&gt;%(votes)s&lt;/b&gt;</span> suggested it; %(who)s &amp; Co applied it as a'
        " moderator; 1 approval, by &lt;i&gt;."
    )


def test_whatever_is_here_at_a_place_can_be_said_of_a_place_by_its_name() -> None:
    here = {text for text, what in declared() if what == "a field" and text.endswith(" here")}
    assert here == AT_A_PLACE.keys()
