"""Mentions in a comment's safe HTML become links to profiles. Its law: tags, and what stands in links, stay."""

from __future__ import annotations

from collections.abc import Collection
from html.parser import HTMLParser

from markupsafe import Markup

from webapp.domain.mentions import MENTION

ALONE = frozenset(("a", "code"))
"""What stands in these is left alone: a link has no link in it, and code is quoted."""


def with_mentions(html: str, handles: Collection[str]) -> Markup:
    """HTML that `richtext` made and cleaned, with "@handle" linked for those of `handles`, which are people's."""
    if "@" not in html or not handles:
        return Markup(html)  # noqa: S704 - richtext cleaned it when it was kept
    linker = _Linker(handles)
    linker.feed(html)
    linker.close()
    return Markup("".join(linker.parts))  # noqa: S704 - the same tags, and links to handles that exist


class _Linker(HTMLParser):
    """Writes what it reads, letter by letter, but for mentions in its text."""

    def __init__(self, handles: Collection[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.handles, self.parts, self.inside = handles, list[str](), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag in ALONE
        self.parts.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag in ALONE
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(data if self.inside else MENTION.sub(lambda found: self._linked(found[0], found[1]), data))

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def _linked(self, said: str, handle: str) -> str:
        known = handle.casefold()
        return f'<a href="/people/{known}">{said}</a>' if known in self.handles else said
