"""Whatever somebody writes into any field of any kind is text on every page: never markup, never code."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from tests.support.hostile import ATTACKS, LINKS, MAILS, MARK, NAUGHTY, PHONES, texts
from tests.support.page_checks import ADDRESSES
from tests.support.page_client import Page, PageClient
from tests.support.profile import IS_LONG, scaled
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.domain.checks import check_value
from webapp.domain.fields import Field, FieldType, Kind
from webapp.domain.kinds import KINDS
from webapp.domain.normalise import normalise
from webapp.domain.validate import validate
from webapp.richtext import TAGS
from webapp.services import spam

pytestmark = pytest.mark.usefixtures("unlimited")
BY_TYPE = {FieldType.URL: LINKS, FieldType.EMAIL: MAILS, FieldType.PHONE: PHONES}
WRITTEN = (FieldType.LINE, FieldType.TEXT, *BY_TYPE)
GOOD = {
    FieldType.INTEGER: 7,
    FieldType.DECIMAL: "12.50",
    FieldType.COORDINATE: "55.953251",
    FieldType.DATE: "2026-03-04",
    FieldType.TIME: "09:30",
    FieldType.POSTCODE: "EH6 5NA",
    FieldType.FLAG: True,
    FieldType.PHONE: "0131 496 0000",
    FieldType.EMAIL: "a@zq.example",
    FieldType.URL: "https://zq.example",
}


# -- hostile documents, made from the declarations ---------------------------------------------------------


def takes(kind: Kind, document: dict[str, Any]) -> bool:
    """Whether such a document may be stored."""
    return not validate(kind, normalise(kind, document)).refusals


def plain_value(field: Field, links: dict[str, str]) -> Any:
    """Something harmless for a field that has to be there."""
    if field.type is FieldType.CHOICE:
        return field.choices[0][0]
    if field.type is FieldType.LINK:
        return links.get(field.link_kind or "")
    return GOOD.get(field.type, "Plain")


def plain_of(fields: Iterable[Field], links: dict[str, str]) -> dict[str, Any]:
    """What has to be there."""
    return {field.name: plain_value(field, links) for field in fields if field.required}


def row(fields: Iterable[Field], links: dict[str, str], order: int, **values: Any) -> dict[str, Any]:
    """An element with what has to be there."""
    return {"id": str(uuid.UUID(int=order + 1, version=4)), "order": order, **plain_of(fields, links), **values}


def let_in(field: Field) -> list[str]:
    """Everything tried that the field takes."""
    tried = [*BY_TYPE.get(field.type, []), *texts()]
    return [text for text in tried if text.strip() and all(found.doubt for found in check_value(field, text))]


class Hostile:
    """Documents of a kind that hold, between them, everything tried in every field that lets it in."""

    def __init__(self, kind: Kind, links: dict[str, str]) -> None:
        self.kind, self.links, self.order = kind, links, 0
        self.plain = {"name": "Plain", **plain_of(kind.fields(), links)}
        self.values = {f.name: let_in(f) for f in kind.fields() if f.type in WRITTEN}

    def documents(self) -> Iterator[dict[str, Any]]:
        """First one with every list, then one for each string."""
        lists = {f.name: self.rows(f) for f in self.kind.fields() if f.type is FieldType.LIST}
        for number in range(max(map(len, self.values.values()))):
            document = {
                **self.plain,
                **{name: those[number % len(those)] for name, those in self.values.items() if those},
            }
            document |= lists if number == 0 else {}
            report = validate(self.kind, normalise(self.kind, document))
            for problem in report.refusals:  # rules between fields: leave out what breaks them
                document.pop(problem.address.partition("/")[0], None)
            if takes(self.kind, {**self.plain, **document}):
                yield normalise(self.kind, {**self.plain, **document})

    def rows(self, field: Field) -> list[dict[str, Any]]:
        """Rows of a list, each with one string in every field that takes it; lists within the first."""
        assert field.element is not None
        inner = list(field.element.fields())
        values = {f.name: let_in(f) for f in inner if f.type in WRITTEN}
        made = []
        for number in range(scaled(5, 200) if values else 1):
            self.order += 1
            chosen: dict[str, Any] = {
                name: those[number % len(those)][:2000] for name, those in values.items() if those
            }
            chosen |= {f.name: self.rows(f) for f in inner if f.type is FieldType.LIST and number == 0}
            made.append(row(inner, self.links, self.order, **chosen))
        return [one for one in made if self.fits(field, one)]

    def fits(self, field: Field, one: dict[str, Any]) -> bool:
        """Whether a row may stand in a record; rows within rows are looked at with the whole."""
        names = {f.name for f in self.kind.fields()}
        return field.name not in names or takes(self.kind, {**self.plain, field.name: [one]})


@pytest.fixture
def links(world: World) -> dict[str, str]:
    """A record of each kind that others may name."""
    made = {"taxonomy": world.record("taxonomy", name="List")}
    made["taxonomy_term"] = world.record("taxonomy_term", name="Term")
    made["organization"] = world.record("organization", name="Trust")
    made["location"] = world.record("location", name="Hall", location_type="physical")
    made["service"] = world.record("service", name="Lunch")
    return made


# -- what must be true of every page -------------------------------------------------------------------------


def faults(page: Page) -> list[str]:
    """What acts though somebody wrote it; the page's own check has looked for scripts, on… and javascript: already."""
    found = [f"{tag.name} is no element of ours" for tag in page.soup.find_all(True) if MARK in tag.name]
    for tag in page.soup.find_all(True):
        found += [f"attribute {name} on {tag.name}" for name in tag.attrs if MARK in name or name.startswith("on")]
        found += [
            f"{name}={value!r}" for name, value in tag.attrs.items() if name.startswith("hx-") and MARK in str(value)
        ]
        found += [
            f"{tag.name} {name}={tag[name]!r}" for name in ADDRESSES if tag.has_attr(name) and is_bad(str(tag[name]))
        ]
    for prose in page.soup.select(".prose"):
        found += [f"<{tag.name}> in prose" for tag in prose.find_all(True) if tag.name not in TAGS]
    found += [
        f"{name} is there" for name in ("iframe", "object", "embed", "base", "foreignobject") if page.soup.select(name)
    ]
    is_worked_out = "{{7*7}}" not in page.body and re.search(r">\s*49\s*<", page.body)  # a hash may begin with 49, too
    return found + (["7*7 was worked out"] if is_worked_out else [])


def is_bad(address: str) -> bool:
    """Anything but a page of ours or a link to a safe scheme."""
    lowered = "".join(address.lower().split())
    is_ours = lowered.startswith(("/", "#", "?")) and not lowered.startswith(("//", "/account/zq", "/zq"))
    return not (is_ours or lowered.startswith(("http://", "https://", "mailto:", "tel:")) or lowered == "")


def look(client: PageClient, paths: Iterable[str]) -> list[str]:
    """Everything wrong on some pages; each is parsed strictly."""
    wrong = []
    for path in paths:
        response = client.browser.get(path, follow_redirects=True)
        page = Page(client, path, response, is_fragment=False)
        if page.status >= 500:
            wrong.append(f"{path}: {page.status}")
            continue
        try:
            page.check()
        except AssertionError as error:
            wrong.append(str(error)[:600])
        wrong += [f"{path}: {fault}" for fault in faults(page)]
    return wrong


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_no_field_of_a_record_acts_on_any_page(
    kind: Kind, world: World, client: PageClient, links: dict[str, str], sign_in: SignIn
) -> None:
    hostile = Hostile(kind, links)
    documents = list(hostile.documents())
    assert len(documents) > 10
    assert all(len(hostile.values[f.name]) > 10 for f in kind.fields() if f.type is FieldType.TEXT)
    lists = {f.name for f in kind.fields() if f.type is FieldType.LIST}
    assert lists <= documents[0].keys()
    ada, wrong = sign_in(world.person("ada", "administrator")), []
    for number, document in enumerate(documents if IS_LONG else documents[:20]):
        record = world.row(world.record(kind.name, **document))
        base = f"/{kind.path}/{record.slug}"
        # the revision says the same, in other rows
        told = [base, f"{base}/history/1"] if IS_LONG or number % 10 == 0 else [base]
        wrong += look(client, told)
        if document is documents[0]:
            wrong += look(
                ada,
                [base, *(f"{base}/{page}" for page in ("history", "report", "suggest", "close", "merge", "protect"))],
            )
    assert wrong == []


def test_no_suggestion_acts_on_any_page(
    world: World, client: PageClient, links: dict[str, str], sign_in: SignIn
) -> None:
    kind, ada, wrong = KINDS["service"], sign_in(world.person("ada", "administrator")), []
    fields = [f.name for f in kind.fields() if f.type is FieldType.TEXT] + [
        "name",
        "alternate_name",
        "fees",
        "wait_time",
    ]
    for number, text in enumerate(ATTACKS if IS_LONG else ATTACKS[:12]):
        if not takes(kind, {"name": text}):
            continue
        record = world.record(name=f"Lunch {number}", description="Soup " + text[:1000])
        base = f"/services/{world.row(record).slug}"
        values = {f: text for f in fields if takes(kind, {"name": "x", f: text})}
        changes = world.suggest(world.person(f"author{number}"), record, text[:200], **values)
        suggestion = f"/suggestions/{world.change(changes[0]).suggestion_id}"
        wrong += look(
            ada,
            [suggestion, *(f"{suggestion}/changes/{c}/{page}" for c in changes[:1] for page in ("amend", "rebase"))],
        )
        wrong += look(client, [suggestion])
        for change in changes:
            for reviewer in ("rita", "rob", "ruth"):
                if world.change(change).state == "open":
                    world.approve(change, reviewer)
        world.passes(hours=48)
        world.sweep()
        wrong += look(client, [base, f"{base}/history", f"{base}/compare", f"{base}/history/2"])
        wrong += look(ada, [f"{base}/history/2/revert", f"{base}/history/1/roll-back"])
    wrong += look(client, ["/", "/review?show=all", "/changes", "/moderation-log", "/search?q=zq"])
    wrong += look(ada, ["/review?show=all", "/moderate"])
    assert wrong == []


def test_no_words_of_people_act_on_any_page(app: Flask, world: World, sign_in: SignIn, client: PageClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    record = world.record()
    (change,) = world.suggest(world.person("author"), record, description="Soup")
    suggestion, base = f"/suggestions/{world.change(change).suggestion_id}", f"/services/{world.row(record).slug}"
    mo, wrong = sign_in(world.person("mo", "moderator")), []
    for text in [*ATTACKS, *NAUGHTY[:: 1 if IS_LONG else 24]]:
        mo.browser.post("/account/settings", data={"profile-display_name": text[:80], "profile-about": text[:500]})
        mo.browser.post(f"{suggestion}/comments", data={"text": text[:2000]})
        mo.browser.post(f"{base}/protect", data={"level": "trusted", "days": "7", "note": text[:500] or "x"})
        said = client.browser.post(f"{base}/report", data={"what": "wrong", "text": text, "contact": text})
        wrong += [f"report: {said.status_code}"] if said.status_code >= 500 else []
    wrong += look(
        mo, [suggestion, base, "/moderate", "/account", "/account/settings", "/people/mo", "/review?show=all"]
    )
    wrong += look(client, [suggestion, base, "/moderation-log", "/people/mo", f"{base}/history"])
    assert wrong == []


def test_what_was_typed_comes_back_as_text(app: Flask, world: World, client: PageClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    base = f"/services/{world.row(world.record()).slug}"
    forms = {
        f"{base}/report": ("text", "contact", "what"),
        "/account/sign-up": ("display_name", "email"),
        "/account/sign-in": ("email", "next"),
        f"{base}/suggest": ("name", "description", "reason"),
    }
    wrong = []
    for text in ATTACKS:
        asked = [client.browser.post(path, data=dict.fromkeys(names, text[:3000])) for path, names in forms.items()]
        asked += [client.browser.get(path + quote(text[:50])) for path in ("/search?q=", "/nothing/", "/services/")]
        for response in asked:
            page = Page(client, response.request.path, response, is_fragment=False)
            page.check()
            wrong += [f"{page.path}: {fault}" for fault in faults(page)]
    assert wrong == []


def test_what_is_hidden_as_spam_is_hidden_with_its_words(world: World, client: PageClient, sign_in: SignIn) -> None:
    record = world.record()
    (change,) = world.suggest(world.person("spammer"), record, "zq casino reason", description="zq casino text")
    suggestion = f"/suggestions/{world.change(change).suggestion_id}"
    assert "zq casino" in client.get(suggestion).body
    for reviewer in ("rita", "rob"):
        flag = spam.FlagSpam(change, world.person(reviewer, "reviewer"))
        assert spam.flag_spam(world.storage, flag, world.now) is (reviewer == "rob")
    for path in (suggestion, "/review?show=all", "/", f"/review?record={record}"):
        assert "zq casino" not in client.get(path).body
    assert "zq casino" in sign_in(world.person("mo", "moderator")).get(suggestion).body
