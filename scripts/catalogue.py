"""The catalogue of every text of the interface, and those of the languages it is translated into.

`make catalogue` gathers the texts into `translations/messages.pot`, brings each language's `messages.po` up to date
and compiles it into the `messages.mo` that the site reads. `make catalogue LANGUAGE=cy` begins a language.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from scripts.catalogue_faults import set_aside
from scripts.catalogue_marks import marked

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("webapp/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true"}, "templates/**.txt": {"trimmed": "true"}}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLURALS = {
    # Babel's own rules for these two are wrong: it gives Gaelic two forms and Welsh five. These are CLDR's.
    "cy": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);",
    "gd": "nplurals=4; plural=(n==1 || n==11 ? 0 : n==2 || n==12 ? 1 : n>2 && n<20 ? 2 : 3);",
}


def gathered(root: Path = ROOT) -> Catalog:
    """Every text of the interface, with where it stands."""
    catalogue = Catalog(project="Wellkept", charset="utf-8")
    found = extract_from_dir(root, METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True)
    for name, line, message, comments, context in found:
        catalogue.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    for path in sorted((root / "webapp").rglob("*.py")):
        where = path.relative_to(root).with_suffix("")
        for line, text, comments in marked(path, ".".join(where.parts).removesuffix(".__init__")):
            catalogue.add(text, locations=[(path.relative_to(root).as_posix(), line)], auto_comments=comments)
    for text, comment in filter(lambda one: one[0], declared()):
        catalogue.add(text, locations=[("webapp/domain/kinds", 1)], auto_comments=[comment])
    return catalogue


def declared() -> Iterator[tuple[str, str]]:
    """The texts of the declared kinds: (text, what it is)."""
    from webapp.domain.kinds import KINDS

    for kind in KINDS.values():
        yield kind.label, "a kind of record"
        yield kind.plural, "a kind of record"
        yield from _of_groups(kind.groups)


def _of_groups(groups: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    for group in groups:
        yield group.label, "a group of fields"
        yield group.hint, "a hint for a group of fields"
        for field in group.fields:
            yield field.label, "a field"
            yield field.hint, "a hint for a field"
            yield from ((words, f"a choice of the field {field.label}") for _stored, words in field.choices)
            if field.element:
                yield field.element.label, "an entry of a list"
                yield from _of_groups(field.element.groups)


def begun(tag: str, template: Catalog) -> Catalog:
    """A catalogue for a new language, with nothing translated yet. ValueError for a language that Babel lacks."""
    catalogue = Catalog(locale=tag, project="Wellkept", charset="utf-8")
    if tag in PLURALS:
        out = io.BytesIO()
        write_po(out, catalogue)
        header = re.sub(r"nplurals=[^\\]*", lambda _: PLURALS[tag], out.getvalue().decode())
        catalogue = read_po(io.StringIO(header), locale=tag)
    catalogue.update(template)
    return catalogue


def write(catalogue: Catalog, folder: Path) -> None:
    """Write a language's catalogue under `folder`, for people (.po) and for the site (.mo)."""
    place = folder / str(catalogue.locale) / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "messages.po").open("wb") as file:
        write_po(file, catalogue, width=100, include_previous=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)


def main(language: str = "") -> None:
    """Bring everything under `translations/` up to date; begin `language` where one is named."""
    folder = ROOT / "translations"
    template = gathered()
    folder.mkdir(exist_ok=True)
    with (folder / "messages.pot").open("wb") as file:
        write_po(file, template, width=100, sort_by_file=True)
    print(f"{len(template)} texts in translations/messages.pot")
    if language and not (folder / language).exists():
        write(begun(language, template), folder)
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name)
        catalogue.update(template)
        for fault in set_aside(catalogue):
            print(f"{catalogue.locale}: {fault}")
        write(catalogue, folder)
        done = sum(1 for message in catalogue if message.id and message.string and not message.fuzzy)
        print(f"{catalogue.locale}: {done} of {len(template)} translated")


if __name__ == "__main__":
    main(*sys.argv[1:])
