"""Markdown to safe HTML: the one place that knows Markdown and bleach; nothing it lets through can act."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any
from unicodedata import category
from xml.etree.ElementTree import Element

from bleach.sanitizer import Cleaner
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from webapp.language import _, ngettext, number_words

_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,6})(?![0-9a-fA-F])|0*([0-9]{1,7})(?![0-9])|[xX]?[0-9a-fA-F]+)")
RENDERER_VERSION = 4  # stored beside the HTML; a new number has it rendered again

TAGS = frozenset(["p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "h3", "h4", "h5", "h6", "hr", "a"])
SCHEMES = frozenset(("http", "https", "mailto", "tel"))
REL = "nofollow noopener ugc"

MAX_LENGTH = 8000
# Python-Markdown looks for each mark's partner through the rest of the text: quadratic, and worse for runs.
MAX_MARKS = {"[": 100, "`": 200, "*": 600, "_": 600, "<": 400, "\\": 400, "!": 400}
MAX_RUN = 40
MAX_NESTING = 8
_RUN = re.compile(rf"([\[\]()<>`*_\\])\1{{{MAX_RUN}}}")
_NESTED = re.compile(rf"^(?:[ \t]{{0,400}}(?:>|[-*+][ \t]|\d{{1,9}}[.)][ \t])){{{MAX_NESTING + 1}}}", re.MULTILINE)

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FIRST, _LAST = 3, 6  # the levels that the headings of a text are given
_LINK = re.compile(
    r"(?:https?://[^/\\?#@\s]+(?:[/?#][^\\\s]*)?|mailto:[^\s@:/\\]+@[^\s@:/\\]+|tel:\+?[0-9][0-9().\-]*)\Z",
    re.IGNORECASE,
)


class TextTooHard(ValueError):
    """A text that would keep the renderer busy for too long; its message is for the person who wrote it."""


def check(markdown: str) -> None:
    """Raise TextTooHard, in words for people, when a text is too long or too hard to render."""
    if len(markdown) > MAX_LENGTH:
        words = ngettext(
            "The text is too long: %(num)s character, %(most)s at most.",
            "The text is too long: %(num)s characters, %(most)s at most.",
            len(markdown),
            most=number_words(MAX_LENGTH),
        )
        raise TextTooHard(words)
    for mark, most in MAX_MARKS.items():
        if markdown.count(mark) > most:
            words = ngettext(
                "The text uses the character %(mark)s more than %(num)s time. Take some of them out.",
                "The text uses the character %(mark)s more than %(num)s times. Take some of them out.",
                most,
                mark=mark,
            )
            raise TextTooHard(words)
    run = _RUN.search(markdown)
    if run:
        raise TextTooHard(_("The text has too many %(mark)s in a row. Take some of them out.", mark=run[1]))
    if _NESTED.search(markdown):
        raise TextTooHard(_("A list or a quotation lies too many levels deep. Use fewer levels."))


def render(markdown: str) -> str:
    """Safe HTML of a Markdown text: headings from h3 down without a gap, raw HTML shown as it was typed.

    Raises TextTooHard, as `check` does: forms ask `check` first, so that people hear of it beside the field.
    """
    check(markdown)
    parser = Markdown(extensions=[SaneListExtension(), Nl2BrExtension(), _HouseStyle()], output_format="html")
    return _cleaned(parser.convert(markdown))  # well nested, so once is enough


def render_anyway(markdown: str) -> str:
    """As `render`; a text that is too hard, as other sources may bring it, is shown as it was typed. Never raises."""
    try:
        return render(markdown)
    except TextTooHard:
        parts = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", markdown))
        return "\n".join(f"<p>{escape(part, quote=False)}</p>" for part in parts if part.strip())


def clean(html: str) -> str:
    """HTML with only the allowed tags and links left; what is not allowed is shown as text. Idempotent."""
    cleaned = _cleaned(html)
    # Misnested tags (a heading in a heading) are written so that a parser reads another tree: settle that here.
    for _level in range(MAX_NESTING):
        html, cleaned = cleaned, _cleaned(cleaned)
        if cleaned == html:
            break
    return cleaned


def plain(markdown: str) -> str:
    """The words of a Markdown text, a line a paragraph, without marks and addresses. Raises TextTooHard."""
    reader = _TextReader()
    reader.feed(render(markdown))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def is_safe_link(address: str) -> bool:
    """Whether an address may be a link: absolute http(s), mailto or tel, no invisible character in it."""
    if any(category(letter) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp") for letter in address):
        return False
    return _LINK.match(address) is not None


# -- Markdown -------------------------------------------------------------------------------------------


class _ShiftHeadings(Treeprocessor):
    """A record's page has one h1 and names its parts by h2: texts start below, and leave no level out, whichever marks
    they begin with: who reads by headings would look for what is missing."""

    def run(self, root: Element) -> None:
        above: list[int] = []  # the headings that the present one stands under, and itself
        for element in root.iter():
            if element.tag in _HEADINGS:
                level = int(element.tag[1])
                above = [*(one for one in above if one < level), level]
                element.tag = f"h{min(_FIRST - 1 + len(above), _LAST)}"


class _MailLink(InlineProcessor):
    """<name@host> becomes a plain mailto link; the library's own writes it in character references."""

    def handleMatch(  # type: ignore[override]  # the library has inline processors differ from their base
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        link = Element("a", {"href": f"mailto:{m[1]}"})
        link.text = AtomicString(m[1])
        return link, m.start(0), m.end(0)


class _HouseStyle(Extension):
    """No raw HTML, images, references or code blocks: what people don't need and attackers do."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        for name in (
            "html",
            "entity",
            "reference",
            "short_reference",
            "image_link",
            "image_reference",
            "short_image_ref",
        ):
            md.inlinePatterns.deregister(name)
        for name in ("code", "reference"):
            md.parser.blockprocessors.deregister(name)
        md.inlinePatterns.register(_MailLink(r"<([^<>@\s]{1,64}@[^<>@\s]{1,255})>", md), "automail", 110)
        md.treeprocessors.register(_ShiftHeadings(md), "house-headings", 15)


# -- bleach ---------------------------------------------------------------------------------------------


def _cleaned(html: str) -> str:
    return _REFERENCE.sub(_as_typed, _cleaner().clean(html))


def _as_typed(reference: re.Match[str]) -> str:
    """A reference to a control or to no letter at all is shown as it was typed: HTML has no such thing."""
    number = int(reference[1], 16) if reference[1] else int(reference[2]) if reference[2] else sys.maxunicode + 1
    is_letter = number in (9, 10) or (number <= sys.maxunicode and category(chr(number)) not in ("Cc", "Cs", "Cn"))
    return reference[0] if is_letter else f"&amp;{reference[0][1:]}"


def _may_stay(tag: str, name: str, value: str) -> bool:
    # bleach hands attribute values over with their character references in place; browsers resolve them.
    return tag == "a" and name == "href" and is_safe_link(unescape(value))


class _Links:
    """A stream filter: links say what they are, and an `a` whose address was refused leaves only its words."""

    def __init__(self, source: Iterable[dict[str, Any]]) -> None:
        self.source = source

    def __iter__(self) -> Iterator[dict[str, Any]]:
        kept: list[bool] = []  # for each open `a`, whether it has an address
        for token in self.source:
            if token.get("name") == "a" and token["type"] == "StartTag":
                kept.append((None, "href") in token["data"])
                if not kept[-1]:
                    continue
                token["data"][(None, "rel")] = REL
            elif token.get("name") == "a" and token["type"] == "EndTag" and not (kept and kept.pop()):
                continue
            yield token


_FILTERS: list[Any] = [_Links]  # bleach's types want its own vendored base class


def _cleaner() -> Cleaner:
    # One each call: a Cleaner carries a parser with state, and threads render at the same time.
    return Cleaner(tags=TAGS, attributes=_may_stay, protocols=SCHEMES, strip_comments=True, filters=_FILTERS)


class _TextReader(HTMLParser):
    """Collects the text of our own safe HTML; every block and every br ends a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("strong", "em", "code", "a"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
