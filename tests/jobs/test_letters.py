"""Letters about accounts, and the words of all letters: each is whole, short and has its one link."""

from __future__ import annotations

import ast
import itertools
import re

import pytest
from jinja2 import Environment
from sqlalchemy import select

from tests.jobs.office import ROOT, Office, text_of
from tests.support.world import World
from webapp.domain.decide import Outcome
from webapp.domain.roles import SOMEBODY_WORDS
from webapp.jobs.mail import words
from webapp.services import account, notify
from webapp.storage.models import Outbox


def test_a_new_account_is_confirmed_by_the_link_of_its_mail(world: World, office: Office) -> None:
    command = account.SignUp("new@people.example", "a long password", "Buy at evil.example")
    account.sign_up(world.storage, command, world.now)
    office.works()
    (mail,) = office.mails()
    text = text_of(mail)
    assert "evil.example" not in mail.as_string()
    found = re.search(r"^https://directory\.example/account/confirm/(\S+)$", text, re.MULTILINE)
    assert found
    account.confirm_address(world.storage, found[1], world.now)
    assert world.one(select(Outbox.payload)).payload == '{"what":"confirm"}'


def test_a_known_address_and_a_reset_get_their_mails(world: World, office: Office) -> None:
    world.person("ann")
    account.sign_up(world.storage, account.SignUp("Ann@people.example", "a long password", "Ann"), world.now)
    account.ask_reset(world.storage, "ann@people.example", world.now)
    office.works()
    assert sorted(office.told("ann")) == ["Choose a new password", "You already have an account"]
    assert all(mail["List-Unsubscribe"] is None for mail in office.mails())


def test_a_link_that_died_in_the_queue_is_not_sent(world: World, office: Office) -> None:
    world.person("ann")
    account.ask_reset(world.storage, "ann@people.example", world.now)
    world.passes(minutes=31)
    office.works()
    assert office.mails() == []
    row = world.one(select(Outbox.payload, Outbox.error))
    assert tuple(row) == ('{"what":"reset"}', "not sent: the link no longer works")


# -- words for everything ---------------------------------------------------------------------------------


COMPUTED = {
    "decision.outcome.value": [Outcome.REJECT.value, Outcome.ESCALATE.value, Outcome.EXPIRE.value],
    "found": ["warning", "pause"],
    "purpose": list(account.TOKEN_LASTS),
    "what": ["comment", "question", "mention"],  # of a comment; and the parameter of `tell`, whose calls are read
}
"""What stands where a service computes the name of a notice; a new such place must be named here."""


def named_in_services() -> set[str]:
    """Every `what` that the services put into the outbox, read from their source."""
    found: set[str] = set()
    for file in sorted((ROOT / "webapp" / "services").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for name in names_in(node):
                found |= {name.value} if isinstance(name, ast.Constant) else set(COMPUTED[ast.unparse(name)])
    return found


def names_in(node: ast.AST) -> list[ast.expr]:
    """The names of notices in one piece of source: in a payload, or told by the helper."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "tell":
        return [node.args[2]]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "what"]
    return []


def test_everything_that_services_promise_has_words() -> None:
    found = {notify.NAMES.get(what, what) for what in named_in_services()}
    assert {
        "applied",
        "rejected",
        "renewed",
        "confirm",
        "undone",
        "pause",
        "comment",
    } <= found  # the walk sees something
    assert found <= notify.NOTICES | notify.ACCOUNT | notify.LISTS


def test_every_letter_has_a_template_and_no_template_is_left_over() -> None:
    there = {file.stem for file in (ROOT / "templates" / "mail").glob("[!_]*.txt")}
    assert there == notify.NOTICES | notify.ACCOUNT | notify.LISTS


PARTS = ("author", "coauthor", "supporter", "voter", "moderator", "self")


@pytest.mark.parametrize("what", sorted(notify.NOTICES | notify.ACCOUNT))
def test_a_letter_is_short_has_one_link_and_no_leftovers(what: str, letters: Environment) -> None:
    template = letters.get_template(f"mail/{what}.txt")
    for part, type_, role in itertools.product(PARTS, ("edit", "create", "close"), SOMEBODY_WORDS):
        context = {
            "site": "Wellkept",
            "name": "Ann & Bob",
            "part": part,
            "at": "AT",
            "until": None if what in ("pause", "first_reject") else "UNTIL",
            "link": "https://d.example/x",
            "record": "Soup <b>&",
            "change_type": type_,
            "thing": "the change",
            "thing_first": "The change",
            "role": role,
            "by": "Rita",
            "role_words": SOMEBODY_WORDS[role],
            "is_up": role != "volunteer",
            **{"own": int(part == "author") * 3, "others": 2, "names": "Soup", "why": "Lies", "notes": ["Lies"]},
        }
        subject, text = words(template.render(context))
        assert subject
        assert text.count("https://") == 1
        assert len(text.split()) < 150
        assert not re.search(r"[{}]|&amp;|None|  ", text)
        assert text.startswith("Hello")
