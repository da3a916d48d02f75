"""The catalogue of every text: all of it is there, in whole texts, fit to be translated and easy to read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from scripts.catalogue import ROOT, begun, write
from scripts.catalogue_faults import faults, set_aside
from scripts.catalogue_marks import marked
from tests.support import pseudo
from tests.support.reading import IS_SENTENCE, WORD, age, measured, plain, spoken

OLDEST = 11  # years
UNNAMED = re.compile(r"%[sdrif]|%\(\w+\)[^s]")
SPOKEN = {"_": slice(0, 1), "ngettext": slice(0, 2), "pgettext": slice(1, 2)}
GLUE = re.compile(r"^\s|\s$|^[,;.:)]")


@pytest.fixture(scope="module")
def template() -> Catalog:
    """Every text of the interface."""
    return pseudo.all_texts()


def texts(catalogue: Catalog) -> Iterator[str]:
    """Each text once; of a text with a plural, both."""
    for message in catalogue:
        if message.id:
            yield from message.id if isinstance(message.id, tuple) else (message.id,)


@pytest.mark.parametrize(
    "text",
    [
        "Your account",  # a template
        "%(num)s minute ago",  # a module, and the first of a plural
        "You have said that already.",  # a table of words
        "That can’t be done.",  # marked within another call
        "Opening times",  # a declared kind
        "Please confirm your address",  # a letter
    ],
)
def test_texts_are_gathered_from_wherever_they_are_written(text: str, template: Catalog) -> None:
    assert text in set(texts(template))


def test_no_text_in_the_code_is_overlooked(template: Catalog) -> None:
    """Babel reads the code by its tokens, and sees no call within an f-string, for one."""
    gathered = set(texts(template))
    written = [text for path in (ROOT / "webapp").rglob("*.py") for text in spoken_in(path)]
    assert len(written) > 500
    assert [text for text in written if text not in gathered] == []


def spoken_in(path: Path) -> Iterator[str]:
    """Each text that stands in a call of `_`, `ngettext` or `pgettext`, whichever it is of several."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPOKEN:
            for said in node.args[SPOKEN[node.func.id]]:
                yield from (one.value for one in either(said) if isinstance(one, ast.Constant) and one.value)


def either(part: ast.expr) -> list[ast.expr]:
    """A text, or both of `one if … else other`."""
    return [*either(part.body), *either(part.orelse)] if isinstance(part, ast.IfExp) else [part]


def test_of_a_marked_table_all_but_its_codes_is_gathered(template: Catalog) -> None:
    gathered = set(texts(template))
    assert {"A place", "Where things happen: a hall, a library, a church.", "31st", "Boxing Day"} <= gathered
    assert not {"location", "taxonomy_term", "not_open"} & gathered


def test_a_comment_for_translators_goes_along(template: Catalog) -> None:
    assert {text: template[text].auto_comments for text in ("Yours", "; ")} == {
        "Yours": ["which suggestions are listed"],
        "; ": ["stands between the clauses of a sentence"],
    }


def test_a_table_is_marked_only_where_it_has_a_name(tmp_path: Path) -> None:
    (source := tmp_path / "made.py").write_text(
        "from webapp.language import mark\n\ndef said():\n    return mark({1: 'One'})\n"
    )
    with pytest.raises(ValueError, match=r"made, line 4: mark a table"):
        list(marked(source, "made"))


def test_the_catalogue_is_not_small(template: Catalog) -> None:
    assert len(template) > 700


def test_no_text_is_a_piece_that_is_glued_to_another(template: Catalog) -> None:
    """A translator can turn round whole texts only. What is without words, such as "; ", may stand between texts."""
    assert [text for text in texts(template) if WORD.search(text) and GLUE.search(text)] == []


def test_whatever_is_put_into_a_text_has_a_name(template: Catalog) -> None:
    assert [text for text in texts(template) if UNNAMED.search(text.replace("%%", ""))] == []


@pytest.mark.parametrize(("tag", "forms"), [("cy", 6), ("gd", 4)])
def test_welsh_and_gaelic_can_be_written_and_read(tag: str, forms: int, template: Catalog, tmp_path: Path) -> None:
    catalogue = begun(tag, template)
    for message in catalogue:
        if isinstance(message.id, tuple):
            message.string = tuple(f"{form}: {message.id[1]}" for form in range(catalogue.num_plurals))
        elif message.id:
            message.string = f"0: {message.id}"
    write(catalogue, tmp_path)
    with (tmp_path / tag / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        read = GNUTranslations(file)
    assert read.gettext("Please confirm your address") == "0: Please confirm your address"
    heard = {read.ngettext("%(num)s minute ago", "%(num)s minutes ago", number)[:2] for number in range(101)}
    assert heard == {f"{form}:" for form in range(forms)}


def test_a_catalogue_that_keeps_every_place_and_tag_has_no_fault(template: Catalog) -> None:
    assert list(faults(pseudo.bracketed(template))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello %(name)s,", "Helo,"),
        ("Hello %(name)s,", "Helo %(enw)s,"),
        ("Hello %(name)s,", "Helo %(name)d,"),
        ("Hello %(name)s,", "Helo %(name,"),
        ("See <a>the rules</a>", "Gweler <a>y rheolau"),
        ("See the rules", "Gweler <script>y rheolau</script>"),
        ("See <a href=\"%(url)s\">it</a>", "Gweler <a href=\"%(url)s\" onclick=\"x\">ef</a>"),
        (("%(num)s hour", "%(num)s hours"), ("", "awr", "%(num)s awr", "%(num)s awr", "%(num)s awr", "%(nm)s awr")),
    ],
)
def test_a_lost_place_or_a_strange_tag_is_a_fault(text: str, said: str) -> None:
    catalogue = begun("cy", Catalog())
    catalogue.add(text, said)
    assert len(list(faults(catalogue))) == 1


def test_a_plural_may_leave_its_number_unsaid() -> None:
    catalogue = begun("cy", Catalog())
    said = ("dim awr", "awr", "dwy awr", "tair awr", "chwe awr", "%(num)s awr")
    catalogue.add(("%(num)s hour", "%(num)s hours"), said)
    assert list(faults(catalogue)) == []


def test_what_has_a_fault_is_named_and_stays_english(tmp_path: Path) -> None:
    catalogue = begun("cy", Catalog())
    catalogue.add("Hello %(name)s,", "Helo %(enw)s,")
    catalogue.add("Hello,", "Helo,")
    assert set_aside(catalogue) == ["not the places of the text: Helo %(enw)s,"]
    write(catalogue, tmp_path)
    with (tmp_path / "cy/LC_MESSAGES/messages.mo").open("rb") as file:
        read = GNUTranslations(file)
    assert [read.gettext(text) for text in ("Hello %(name)s,", "Hello,")] == ["Hello %(name)s,", "Helo,"]


def faulty(folder: Path) -> list[str]:
    """The languages under a folder whose catalogues have a fault."""
    found = []
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            if list(faults(read_po(file, locale=path.parent.parent.name))):
                found.append(path.parent.parent.name)
    return found


def test_every_catalogue_that_lies_here_is_without_fault(tmp_path: Path) -> None:
    """Seen first on two that the test writes, since there may be none."""
    for tag, said in (("cy", "Helo,"), ("gd", "Halò %(name)s,")):
        catalogue = begun(tag, Catalog())
        catalogue.add("Hello %(name)s,", said)
        write(catalogue, tmp_path)
    assert faulty(tmp_path) == ["cy"]
    assert faulty(ROOT / "translations") == []


def test_words_have_the_syllables_that_are_heard() -> None:
    heard = {"any": 2, "open": 2, "already": 3, "people": 2, "moved": 1, "record’s": 2, "step-free": 2, "postcode": 3}
    assert {word: spoken(word) for word in heard} == heard


def test_a_child_of_eleven_can_read_all_of_it(template: Catalog) -> None:
    """The texts together, since a short one says little about itself: one long word makes "Sign in again" a thesis.

    Sentences are measured as sentences. Labels, headings and choices, which end in no mark, are not: hundreds of
    two words each would make sentences look short that are not. But nobody gets past their words, so these count,
    as if they stood in sentences of the usual length. A plural counts once.
    """
    read = [plain(text[-1] if isinstance(text, tuple) else text) for text in (m.id for m in template) if text]
    sentences = measured(text for text in read if IS_SENTENCE.search(text))
    everything = measured(read)
    needed = age(sentences.words_a_sentence, everything.syllables_a_word)
    assert sentences.words > 2000
    assert needed <= OLDEST, f"needs {needed:.1f} years; the hardest:\n" + "\n".join(hardest(read, 20))


def hardest(read: list[str], most: int) -> list[str]:
    """The texts of several words that need the highest age by themselves."""
    found = [(measured([text]), text) for text in read if len(WORD.findall(text)) > 3]
    ages = sorted(((age(one.words_a_sentence, one.syllables_a_word), text) for one, text in found), reverse=True)
    return [f"{years:5.1f}  {text}" for years, text in ages[:most]]
