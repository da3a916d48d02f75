"""Every address that the site has, shown a town in which everything that people can write is hostile.

The addresses come from the route table, so that a new one is tried without a word here; an address that shows nothing
is a fault of the town, not of the page. Answers are read as pages, as headers and as what is logged of them.
"""

from __future__ import annotations

import logging
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.support.addresses import filled
from tests.support.hostile import ATTACKS, LINKS, MARK, NAUGHTY
from tests.support.page_client import Page, PageClient
from tests.support.profile import IS_LONG
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.test_hostile import faults, takes
from webapp.domain.kinds import KINDS
from webapp.services import account, check_items, confirm, history, lists, moderate, suggest, support, synonyms, talk
from webapp.storage.models import Person

pytestmark = pytest.mark.usefixtures("unlimited")
TRIED = [*ATTACKS[:14], *LINKS[:4], *([text for text in NAUGHTY[::8] if text.strip()] if IS_LONG else [])]
TEXTS = TRIED if IS_LONG else ["\n\n".join(TRIED)[:900]]
"""In the quick profile many strings at once; each alone in the long one."""
SEARCHED = ATTACKS[:: 1 if IS_LONG else 5]
NO_PAGES = ("text/plain", "application/json", "application/xml", "application/atom+xml")
NOT_SHOWN = {"browse.static", "health.healthz", "health.readyz", "health.security_txt"}


def takes_all(name: str, text: str) -> str:
    """The text where a service takes it in that field, or as much of it as it takes."""
    line = " ".join(text.split())[:150] if name == "name" else text
    return line if takes(KINDS["service"], {"name": "x", name: line}) else f"zq {MARK}"


class HostileTown:
    """A record with a past, a suggestion with all that is said about it, people, reports: all of them hostile."""

    def __init__(self, world: World, text: str) -> None:
        self.world, storage, now = world, world.storage, world.now
        self.mo, self.ann = world.person("mo", "administrator"), world.person("ann")
        for person in (self.mo, self.ann):
            named = update(Person).where(Person.id == person).values(display_name=text[:80], about=text[:500])
            storage.transact(lambda uow, named=named: uow.run(named), now)  # type: ignore[misc]  # bound at once
        values = {name: takes_all(name, text) for name in ("name", "description", "alert", "alternate_name")}
        record = world.record(**values)
        self.slug = world.row(record).slug
        how = suggest.HowKnown("other", text[:500])
        for said in ("Soup", "Bread"):
            document = {**world.document(record), "description": f"{said} {values['description']}"[:1500]}
            number = world.row(record).newest_number
            command = suggest.SuggestChange(self.ann, record, number, document, text, how)
            done = suggest.suggest_change(storage, command, now)
            (self.change, *_), self.suggestion = done.change_ids, done.suggestion_id
            if said == "Soup":
                for reviewer in ("rita", "rob", "ruth"):
                    if world.change(self.change).state == "open":
                        world.approve(self.change, reviewer)
        talk.post_comment(storage, talk.PostComment(self.suggestion, self.mo, text[:900]), now)
        support.support_change(storage, support.SupportChange(self.change, world.person("bea"), how), now)
        confirm.report_problem(storage, confirm.ReportProblem(record, "urgent", text, None, text[:254]), now)
        note = moderate.ProtectRecord(record, self.mo, "trusted", now + timedelta(days=30), text[:500])
        moderate.protect_record(storage, note, now)
        if world.row(record).newest_number > 1:
            undo = history.RevertRevision(record, 2, self.mo, world.row(record).newest_number, text[:300])
            history.revert_revision(storage, undo, now)
        phrase = " ".join(text.replace(",", " ").split())[:50]
        words = synonyms.AddSynonyms(self.mo, f"{phrase} {MARK}, soup {MARK}", text[:500])
        self.group = synonyms.add_synonyms(storage, words, now)
        made_up = ("description", "Made up", "reject", text[:500], f"zq {text}"[:500])
        check = check_items.PlantCheck(self.mo, record, world.row(record).newest_number, *made_up)
        check_items.plant_check(storage, check, now)
        account.sign_in(storage, self.mo, text[:80], now)
        mine = lists.Maker(self.mo)
        self.code = lists.make_list(storage, mine, text[:120], record, now).code
        lists.word_list(storage, self.code, mine, text[:120], text[:500], now)
        lists.note_entry(storage, self.code, mine, record, text[:500], now)
        self.record = record

    def address(self, rule: str) -> str:
        """A rule's address in this town."""
        values = {"change_id": self.change, "suggestion_id": self.suggestion, "path": "services", "slug": self.slug,
                  "number": "2", "record_id": self.record, "handle": "ann", "token": "x" * 43, "kind": "service",
                  "name": "x", "report_id": self.record, "group_id": self.group, "code": self.code}  # fmt: skip
        return filled(rule, values, self.record)


def answers(client: PageClient, paths: list[str]) -> Iterator[tuple[str, Page]]:
    """What each address answers, at the end of its redirects."""
    for path in paths:
        response = client.browser.get(path, follow_redirects=True)
        yield path, Page(client, path, response, is_fragment=False)


def wrong_with(page: Page) -> list[str]:
    """What is wrong with one answer, whatever it is made of."""
    found = [
        f"header {name}: {value!r}"
        for name, value in page.headers.items()
        if not (value.isascii() and value.isprintable())
    ]
    found += [  # a signed cookie is random letters, and nobody's words
        f"header {name}: {value!r}"
        for name, value in page.headers.items()
        if MARK in value and name != "Location" and not value.startswith("session=")
    ]
    if page.status >= 500:
        return [*found, f"status {page.status}"]
    if not page.is_html:
        return [
            *found,
            *([] if page.response.mimetype in NO_PAGES else [page.response.mimetype or "?"]),
            *(["no well-formed XML"] if "xml" in page.response.mimetype and not _is_xml(page) else []),
        ]
    try:
        page.check()
    except AssertionError as error:
        found.append(str(error)[:500])
    own = page.path == "/rules"  # its prose is ours, and has headings
    return found + [fault for fault in faults(page) if not (own and fault.endswith("in prose"))]


def _is_xml(page: Page) -> bool:
    try:
        ET.fromstring(page.response.get_data())  # noqa: S314 - what we wrote ourselves
    except ET.ParseError:
        return False
    return True


@pytest.mark.parametrize("text", TEXTS, ids=map(str, range(len(TEXTS))))
def test_no_address_acts_on_what_was_written(
    text: str, app: Flask, world: World, client: PageClient, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    town = HostileTown(world, text)
    rules = [
        rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_SHOWN
    ]
    paths = [town.address(rule.rule) for rule in rules]
    assert len(paths) > 40
    wrong, shown = [], 0
    with caplog.at_level(logging.INFO):
        for visitor in (sign_in(town.mo), client)[: 2 if IS_LONG else 1]:
            for path, page in answers(visitor, paths):
                wrong += [f"{path}: {fault}" for fault in wrong_with(page) if f"/{town.slug}/" not in fault]
                shown += MARK in page.body
    assert not wrong, "\n".join(wrong)
    assert shown > 15 or IS_LONG  # the town is hostile wherever one looks
    assert MARK not in caplog.text


def test_no_word_that_is_looked_for_acts_or_is_logged(
    app: Flask, world: World, client: PageClient, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    slug = world.row(world.record(name="zq Lunch")).slug
    mo = sign_in(world.person("mo", "moderator"))
    wrong = []
    with caplog.at_level(logging.INFO):
        for text in SEARCHED:
            everywhere = dict.fromkeys(("show", "record", "after"), text)
            asked = [
                client.browser.get("/search", query_string={"q": text, "from": text}),
                client.browser.get("/account/sign-in", query_string={"next": text}),
                client.browser.get("/review", query_string=everywhere),
                client.browser.get(f"/nothing/{text[:200]}"),
                mo.browser.post(f"/services/{slug}/merge", data={"into.find": text, "find": "x"}),
                mo.browser.post(f"/services/{slug}/suggest", data={"organization_id.find": text, "find": "x"}),
            ]
            for response in asked:
                page = Page(
                    client if response.request.method == "GET" else mo,
                    response.request.path,
                    response,
                    is_fragment=False,
                )
                wrong += [f"{page.path}: {fault}" for fault in wrong_with(page)]
    assert wrong == []
    assert MARK not in caplog.text
