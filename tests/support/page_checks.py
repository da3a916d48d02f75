"""What must be true of every HTML answer; each check gives the faults that it found, as sentences."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
EMBED = "/embed/"  # pages made to be framed: they say who may, and have no header, navigation or footer
VARY = {"hx-request", "hx-request-type", "cookie"}
REFERRER_POLICIES = {"same-origin", "strict-origin-when-cross-origin", "no-referrer", "strict-origin"}
NO_CONTROLS = {"hidden", "submit", "button", "reset"}
TOKEN = "input[type=hidden][name=csrf_token][value]:not([value=''])"
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")


def faults_of_headers(response: TestResponse, path: str, *, is_signed_in: bool, has_token: bool) -> Iterator[str]:
    """Security and caching headers that are missing or wrong."""
    headers = response.headers
    yield from _faults_of_policy(headers.get("Content-Security-Policy", ""), path)
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "X-Content-Type-Options is not nosniff"
    if headers.get("Referrer-Policy") not in REFERRER_POLICIES:
        yield f"Referrer-Policy is {headers.get('Referrer-Policy')!r}"
    vary = {word.strip().lower() for line in headers.getlist("Vary") for word in line.split(",")}
    if missing := VARY - vary:
        yield f"Vary lacks {', '.join(sorted(missing))}"
    cache = headers.get("Cache-Control", "")
    if not cache:
        yield "Cache-Control is not declared"
    if is_signed_in and "no-store" not in cache:
        yield f"the page of a signed-in person may be stored: Cache-Control is {cache!r}"
    if has_token and not any(word in cache for word in ("no-store", "no-cache", "private")):
        yield f"a page with somebody's token may be shared: Cache-Control is {cache!r}"
    if headers.get("Content-Type", "").replace(" ", "").lower() != "text/html;charset=utf-8":
        yield f"Content-Type is {headers.get('Content-Type')!r}"


def _faults_of_policy(header: str, path: str) -> Iterator[str]:
    """Every directive must stand as in POLICY; map tiles may join img-src, embeds say who may frame them."""
    parts = [part.strip().partition(" ") for part in header.split(";") if part.strip()]
    policy = {name: value.strip() for name, _, value in parts}
    if len(policy) != len(parts):
        yield "Content-Security-Policy names a directive twice"
    wanted = dict(POLICY)
    if path.startswith(EMBED):
        wanted["frame-ancestors"] = policy.get("frame-ancestors", "")
    if policy.get("img-src", "").startswith(POLICY["img-src"] + " http"):
        wanted["img-src"] = policy["img-src"]
    if policy != wanted:
        wrong = sorted(name for name in policy.keys() | wanted if policy.get(name) != wanted.get(name))
        yield f"Content-Security-Policy differs in {', '.join(wrong)}: {header!r}"


def faults_of_parsing(errors: list[tuple[tuple[int, int], str, dict[str, object]]]) -> Iterator[str]:
    """What html5lib's strict mode refuses, with the line."""
    for (line, column), code, data in errors:
        yield f"line {line}, column {column}: not valid HTML: {code} {data or ''}"


class Tags:
    """All tags of a page, in their order and by name: one look through it, where each selector would look anew."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.all: list[Tag] = soup.find_all(True)
        self._named: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.all:
            self._named[tag.name].append(tag)

    def named(self, *names: str) -> list[Tag]:
        """Those of these names, one name after the other."""
        return [tag for name in names for tag in self._named.get(name, ())]


def faults_of_page(tags: Tags, path: str) -> Iterator[str]:
    """What a whole page must have: title, heading, language, landmarks, skip link."""
    titles = [title for title in tags.named("title") if title.parent and title.parent.name == "head"]
    if len(titles) != 1 or not titles[0].get_text(strip=True):
        yield f"expected one title with words, found {len(titles)}"
    headings = tags.named("h1")
    if len(headings) != 1 or not headings[0].get_text(strip=True):
        yield f"expected one h1 with words, found {len(headings)}"
    if not any("lang" in html.attrs for html in tags.named("html")):
        yield "html has no lang"
    if not any(meta.get("name") == "viewport" for meta in tags.named("meta")):
        yield "no viewport: phones would show the page tiny"
    if [main.get("id") for main in tags.named("main")] != ["main"]:
        yield "expected one main, with id main"
    if not path.startswith(EMBED):
        yield from _faults_of_landmarks(tags)


def _faults_of_landmarks(tags: Tags) -> Iterator[str]:
    if not any("body" in (above.name for above in islice(header.parents, 2)) for header in tags.named("header")):
        yield "no header"
    yield from (f"no {name}" for name in ("nav", "footer") if not tags.named(name))
    if next((tag.get("href") for tag in tags.all if _takes_focus(tag)), None) != "#main":
        yield "the first thing to focus is not the skip link to #main"
    navs = tags.named("nav")
    if len(navs) > 1 and any(not nav.get("aria-label") and not nav.get("aria-labelledby") for nav in navs):
        yield "several navs, and one has no aria-label"


def _takes_focus(tag: Tag) -> bool:
    return tag.name in {"button", "input"} or (tag.name == "a" and "href" in tag.attrs)


def faults_of_markup(tags: Tags) -> Iterator[str]:
    """What holds for whole pages and fragments: ids, labels, tokens, nothing inline, images with words."""
    ids = Counter(str(tag["id"]) for tag in tags.all if "id" in tag.attrs)
    yield from (f"id {name!r} is there {count} times" for name, count in ids.items() if count > 1)
    yield from _faults_of_labels(tags)
    for button in tags.named("button", "a"):
        if (button.name == "button" or "href" in button.attrs) and not _has_name(button):
            yield f"no words in {_opening(button)}"
    for image in tags.named("img"):
        if "alt" not in image.attrs:
            yield f"no alt on {_opening(image)}"
    for form in tags.named("form"):
        if str(form.get("method", "")).lower() == "post" and not form.select(TOKEN):
            yield f"no csrf_token in {_opening(form)}"
    yield from _faults_of_inline(tags)


def _faults_of_inline(tags: Tags) -> Iterator[str]:
    for script in tags.named("script", "style"):
        is_data = script.name == "script" and ("src" in script.attrs or str(script.get("type", "")).endswith("json"))
        if not is_data:
            yield f"inline {script.name}: the policy would block it"
    for tag in tags.all:
        for name, value in tag.attrs.items():
            if _is_code(name, str(value)):
                yield f"attribute {name} on {_opening(tag)}"
            if name in ADDRESSES and _runs_code(tag, str(value)):
                yield f"{name} is {value!r} on {_opening(tag)}"


def _is_code(name: str, value: str) -> bool:
    """Whether the policy would block it: on…, style, and htmx's attributes that are evaluated."""
    if name in {"hx-vals", "hx-headers"}:  # data, unless they begin so
        return value.strip().lower().startswith(("js:", "javascript:"))
    return name == "style" or re.match(r"on[a-z]|hx-on", name) is not None


def _runs_code(tag: Tag, address: str) -> bool:
    """Whether following the address would run a script; a picture may be data, a page may not."""
    scheme = urlsplit(address.strip()).scheme.lower()
    return scheme in {"javascript", "vbscript"} or (scheme == "data" and tag.name not in {"img", "link"})


def _faults_of_labels(tags: Tags) -> Iterator[str]:
    by_id = {str(tag["id"]): tag for tag in reversed(tags.all) if "id" in tag.attrs}
    labels: dict[str, list[Tag]] = defaultdict(list)
    for label in tags.named("label"):
        labels[str(label.get("for", ""))].append(label)
    for control in tags.named("input", "select", "textarea"):
        is_seen = control.name != "input" or control.get("type") not in NO_CONTROLS
        if is_seen and not _is_labelled(control, by_id, labels):
            yield f"no label for {_opening(control)}"


def _is_labelled(control: Tag, by_id: Mapping[str, Tag], labels: Mapping[str, list[Tag]]) -> bool:
    if control.get("aria-label") or control.get("title"):
        return True
    named = [by_id.get(name) for name in str(control.get("aria-labelledby", "")).split()]
    own = labels.get(str(control.get("id", "")), []) if control.get("id") else []
    return any(
        label is not None and label.get_text(strip=True) for label in [*named, *own, control.find_parent("label")]
    )


def _has_name(tag: Tag) -> bool:
    words = tag.get_text(strip=True) or tag.get("aria-label") or tag.get("aria-labelledby") or tag.get("title")
    return bool(words) or any(image.get("alt") for image in tag.find_all("img"))


def _opening(tag: Tag) -> str:
    """The tag's opening, as short as a person needs to find it."""
    attributes = "".join(f' {name}="{value}"' for name, value in list(tag.attrs.items())[:4])
    return f"<{tag.name}{attributes}>"
