"""Where moderators keep the phrases that find the same: the list, and a form each for adding and changing a group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotEligible, NotFound, Problem, Refused, Stale
from webapp.domain.fields import Field, FieldType
from webapp.domain.synonyms import LONGEST_PHRASE, MOST_PHRASES, said
from webapp.language import _, mark, ngettext
from webapp.services import synonyms
from webapp.storage.queries.synonyms import SynonymGroup, all_groups
from webapp.web.access import allow
from webapp.web.context import person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.forms.controls import control_of
from webapp.web.render import page, say
from webapp.web.wording import refusal_words

blueprint = Blueprint("synonyms", __name__)
PAGE = "/moderate/synonyms"
GROUP_PAGE = f"{PAGE}/<uuid:group_id>"
Told = Sequence[dict[str, str]]
"""What is wrong, in words, each with the id of the field that it is about."""
SHOWN = 60  # characters of a phrase that are told again
PHRASES = Field(
    "phrases",
    mark("Phrases"),
    FieldType.TEXT,
    mark("One a line, or with commas between. Begin with the plainest one."),
    max_length=MOST_PHRASES * (LONGEST_PHRASE + 2),
)
NOTE = Field(
    "note",
    mark("Why, if it needs saying"),
    hint=mark("Everybody can read this in the moderation log."),
    max_length=synonyms.MOST_WORDS,
)
DROP_NOTE = replace(NOTE, label=mark("Why it should go, if it needs saying"))
PROBLEMS = mark({
    "too_few": "Give at least two phrases. Endings do not count: “chemist” and “chemists” are one.",
    "too_many": "Give at most {limit} phrases. If you need more, make two groups.",
    "too_long": "Make “{phrase}” shorter. A phrase has {limit} characters at most.",
    "no_word": "There is no word to look for in “{phrase}”. Take it out, or write it in full.",
    "in_another_group": "“{phrase}” is in another group already: {group}. Change that one instead.",
})


def problem_words(problem: Problem) -> str:
    """What is wrong with phrases or a note, and what to do."""
    if problem.where == "note":
        return ngettext(
            "Say why in at most %(num)s character.", "Say why in at most %(num)s characters.", synonyms.MOST_WORDS
        )
    values = dict(problem.values)
    phrase = str(values.get("phrase", ""))
    values["phrase"] = phrase if len(phrase) <= SHOWN else phrase[: SHOWN - 1] + "…"
    return _(PROBLEMS[problem.code]).format(**values)


def _told(error: Refused | NotEligible) -> Told:
    if isinstance(error, NotEligible):
        return [{"id": "phrases", "text": refusal_words(error)}]
    return [{"id": problem.where, "text": problem_words(problem)} for problem in error.problems]


def _control(field: Field, typed: str, problems: Told, id_: str = "") -> dict[str, Any]:
    """What `ui.control` draws of a field; its id is its name, where no other is given."""
    id_ = id_ or field.name
    wrong = next((one["text"] for one in problems if one["id"] == id_), None)
    return {**control_of(field, field.name, typed, wrong), "id": id_}


# -- the list, and adding ---------------------------------------------------------------------------------


@blueprint.get(PAGE)
@allow("keep_synonyms")
def listed() -> Response:
    """Every group, and the form for another."""
    return _list()


def _list(problems: Told = (), status: int = 200) -> Response:
    groups = sorted(all_groups(reading()), key=lambda one: said(one.phrases).casefold())
    shown = {
        "url": PAGE,
        "rows": [_names(group) for group in groups],
        "count_words": ngettext("%(num)s group", "%(num)s groups", len(groups)),
    }
    controls = [_control(field, request.form.get(field.name, ""), problems) for field in (PHRASES, NOTE)]
    return page("moderate/synonyms.html", status, page=shown, controls=controls, problems=problems)


def _names(group: SynonymGroup) -> dict[str, str]:
    return {"url": f"{PAGE}/{group.id}", "first": group.phrases[0], "others": said(group.phrases[1:])}


@blueprint.post(PAGE)
@allow("keep_synonyms")
def add() -> Response:
    """These phrases find the same."""
    command = synonyms.AddSynonyms(person_id(), request.form.get("phrases", ""), request.form.get("note", ""))
    try:
        synonyms.add_synonyms(storage(), command, clock.now())
    except (Refused, NotEligible) as error:
        return _list(_told(error), status_of(error))
    say(_("Added. From now on these find the same."))
    return redirect(PAGE, 303)


# -- one group --------------------------------------------------------------------------------------------


@blueprint.get(GROUP_PAGE)
@allow("keep_synonyms")
def change_form(group_id: object) -> Response:
    """The form for changing a group, and the one for taking it out."""
    return _group(str(group_id))


def _group(group_id: str, problems: Told = (), status: int = 200, *, drop_note: str | None = None) -> Response:
    """A group's page, with what was typed. `drop_note` is what was typed into the form for taking it out.

    Each form says what it was made from; after somebody else's change that is the group as it is now, shown above it.
    """
    group = _find(group_id)
    is_drop = drop_note is not None
    phrases = "\n".join(group.phrases) if is_drop else request.form.get("phrases", "\n".join(group.phrases))
    note = "" if is_drop else request.form.get("note", "")
    shown = {
        **_names(group),
        "said": said(group.phrases),
        "who": group.who,
        "at": group.changed_at,
        "is_stale": status == 409,
    }
    controls = [_control(PHRASES, phrases, problems), _control(NOTE, note, problems)]
    drop_control = _control(DROP_NOTE, drop_note or "", problems, "drop-note")
    return page(
        "moderate/synonym_group.html",
        status,
        page=shown,
        controls=controls,
        drop_control=drop_control,
        problems=problems,
    )


def _find(group_id: str) -> SynonymGroup:
    group = next((one for one in all_groups(reading()) if one.id == group_id), None)
    if group is None:
        raise NotFound(what="synonyms")
    return group


@blueprint.post(GROUP_PAGE)
@allow("keep_synonyms")
def change(group_id: object) -> Response:
    """A group's phrases as they should be."""
    phrases, seen, note = (request.form.get(name, "") for name in ("phrases", "seen", "note"))
    command = synonyms.ChangeSynonyms(str(group_id), person_id(), phrases, seen, note)
    return _done(
        lambda: synonyms.change_synonyms(storage(), command, clock.now()),
        _("Changed. It counts from the next search on."),
        lambda problems, status: _group(command.group_id, problems, status),
    )


@blueprint.post(GROUP_PAGE + "/drop")
@allow("keep_synonyms")
def drop(group_id: object) -> Response:
    """These find the same no longer."""
    note = request.form.get("note", "")
    command = synonyms.DropSynonyms(str(group_id), person_id(), request.form.get("seen", ""), note)
    return _done(
        lambda: synonyms.drop_synonyms(storage(), command, clock.now()),
        _("Taken out. The moderation log keeps what it was."),
        lambda problems, status: _group(
            command.group_id, [{**one, "id": "drop-note"} for one in problems], status, drop_note=note
        ),
    )


def _done(act: Callable[[], object], words: str, again: Callable[[Told, int], Response]) -> Response:
    """Act and go back to the list; or the same form again, with what is wrong or what moved."""
    try:
        act()
    except Refused as error:
        return again(_told(error), status_of(error))
    except Stale as error:
        return again((), status_of(error))
    say(words)
    return redirect(PAGE, 303)
