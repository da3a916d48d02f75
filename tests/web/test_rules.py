"""The page about the rules says what they do: every number of the policy, every field's class, every role's acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support import pseudo
from tests.support.page_client import PageClient
from tests.support.world import START, World
from tests.web.conftest import ON_BOTH
from webapp.domain.decide import ChangeFacts, Outcome, decide
from webapp.domain.diff import Edit, risk_of
from webapp.domain.document import locate
from webapp.domain.fields import Field, Group, Kind, Risk
from webapp.domain.kinds import KINDS, LIFECYCLE_FIELDS
from webapp.domain.permissions import PERMISSIONS
from webapp.domain.policy import DEFAULT, Mode, Policy, to_data
from webapp.domain.roles import Role
from webapp.domain.standing import open_cap
from webapp.domain.tally import Tally
from webapp.services.policy import EditPolicy, edit_policy
from webapp.storage.models import Mode as ModeRow
from webapp.storage.unit_of_work import new_id
from webapp.web.rules import class_words, kind_words
from webapp.web.rules_people import ACTS
from webapp.web.rules_words import sections
from webapp.web.wording import span_words


def said(policy: Policy) -> str:
    """All that the page says from a policy."""
    classes = [" ".join(class_words(policy, risk).values()) for risk in Risk]
    return " ".join([*classes, *(point for part in sections(policy) for point in part.points)])


def paths(part: Any, where: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every number of a policy by its path."""
    for spec in fields(part):
        value, path = getattr(part, spec.name), (*where, spec.name)
        yield from paths(value, path) if is_dataclass(value) else [path]


def moved(part: Any, path: tuple[str, ...]) -> tuple[Any, str]:
    """The policy with one number at a value that the defaults have nowhere, and the words for that value."""
    name, *rest = path
    value = getattr(part, name)
    if rest:
        inner, words = moved(value, tuple(rest))
        return replace(part, **{name: inner}), words
    if isinstance(value, bool):
        return replace(part, **{name: not value}), ""
    if isinstance(value, timedelta):
        return replace(part, **{name: timedelta(days=19)}), "19 days"
    spec = next(spec for spec in fields(part) if spec.name == name)
    odd = -17 if value < 0 else 43 if spec.metadata["high"] >= 43 else 17
    return replace(part, **{name: odd}), str(abs(odd))


@pytest.mark.parametrize("path", [path for path in paths(DEFAULT) if path != ("version",)], ids=".".join)
def test_every_number_of_the_policy_is_on_the_page(path: tuple[str, ...]) -> None:
    policy, words = moved(DEFAULT, path)
    before, after = said(DEFAULT), said(policy)
    assert before != after
    assert not words or len(re.findall(rf"\b{words}\b", after)) > len(re.findall(rf"\b{words}\b", before))


@ON_BOTH
def test_a_changed_policy_changes_the_page(world: World, client: PageClient) -> None:
    before = client.get("/rules").one("main").text
    rules = to_data(DEFAULT)
    rules["rules"]["high"]["threshold"] = 4
    rules["rules"]["destructive"]["threshold"] = 4
    rules["caps"]["confirms_a_day"] = 31
    edit_policy(world.storage, EditPolicy(world.person("ada", "administrator"), 1, rules, "we grew"), world.now)
    after = client.get("/rules").one("main").text
    assert "four more approvals than rejections" in after
    assert "four more approvals than rejections" not in before
    assert "of 31 records a day" in after
    assert "version 2 of the rules" in after


@pytest.mark.parametrize("mode", ["full", "reduced"])
@pytest.mark.parametrize("risk", Risk)
def test_what_a_class_needs_by_the_page_is_what_the_judgement_asks_for(risk: Risk, mode: Mode, world: World) -> None:
    opened = world.now
    change = ChangeFacts(risk, "edit", "open", opened, opened, frozenset({"a"}))
    judged = decide(change, Tally(), DEFAULT, mode, opened)
    words = class_words(DEFAULT, risk)
    needs = words["needs" if mode == "full" else "needs_few"]
    names = {1: "one approval", 2: "two more approvals", 3: "three more approvals"}
    assert needs.startswith(names[judged.needed])
    asked = {"trusted": "a trusted reviewer", "moderator": "a moderator", "reason": "a reason"}
    assert {name for name, said in asked.items() if said in needs} == set(judged.needs)
    assert words["earliest"].startswith(span_words(judged.earliest_at - opened))


def test_the_note_of_few_people_stands_while_they_are_few(world: World, client: PageClient) -> None:
    assert not client.get("/rules").all("main .note")
    world.storage.transact(
        lambda uow: uow.add(ModeRow, id=new_id(), mode="reduced", active_reviewers=4, since=uow.now),
        world.now + timedelta(minutes=1),
    )
    assert "That ends when ten reviewers are active again" in client.get("/rules").one("main .note").text


# -- which class a change has -----------------------------------------------------------------------------


def units(groups: tuple[Group, ...], label: str = "", at: str = "") -> Iterator[tuple[str, str]]:
    """Every address of a value that people change and the label that the page has for it, or for what holds it."""
    for group in groups:
        parts = [field for field in group.fields if field.name not in LIFECYCLE_FIELDS]
        alone = group.label if group.atomic or len(parts) == 1 else ""
        if group.atomic:
            yield f"{at}@{group.name}", label + group.label
            continue
        for field in parts:
            yield from _units_of(field, label + (alone or field.label), label, at)


def _units_of(field: Field, words: str, label: str, at: str) -> Iterator[tuple[str, str]]:
    here = f"{at}{field.name}"
    if field.element is None:
        yield here, words
        return
    element = f"{here}/00000000-0000-7000-8000-000000000001"
    if field.element.atomic:
        yield element, words
    else:
        yield from units(field.element.groups, f"{field.label}: ", f"{element}/")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_field_stands_in_the_class_by_which_a_change_to_it_is_decided(kind: Kind) -> None:
    words = kind_words(kind)
    shown = {"low": words["everyday"].split("; "), "high": words["careful"].split("; ")}
    wrong = []
    for unit, label in units(kind.groups):
        groups, _ = locate(kind, unit)
        risk = risk_of(kind, [Edit(unit, None, {} if unit.startswith("@") else "a few kind words")])
        holder = next(group.label for group in kind.groups if group is groups[0])
        names = {label} if ":" not in label or label in shown["low"] else {holder}
        if not names & set(shown[risk]) or names & set(shown["low" if risk == "high" else "high"]):
            wrong.append(f"{unit} is {risk}, and the page has not {names} there")
    assert wrong == []


@pytest.mark.parametrize(
    ("before", "after", "risk", "words"),
    [
        ("A warm lunch", "A warm lunch. Ring 0131 496 0123", Risk.HIGH, "adds a number"),
        ("A warm lunch", "A warm lunch at 12 Shore Road", Risk.HIGH, "an address"),
        ("A warm lunch", "A warm lunch, see www.example.org", Risk.HIGH, "a link"),
        ("A warm lunch", "A warm lunch for £3", Risk.HIGH, "a sum of money"),
        ("A warm lunch for everybody", "Supper", Risk.HIGH, "more than half of the words of a text"),
        ("A warm lunch for everybody", "A warm lunch for nobody", Risk.LOW, "A summary of one line is a text too"),
    ],
)
def test_what_makes_an_everyday_change_careful_is_said(before: str, after: str, risk: Risk, words: str) -> None:
    assert risk_of(KINDS["service"], [Edit("summary", before, after)]) is risk
    assert words in said(DEFAULT)


# -- who may do what --------------------------------------------------------------------------------------

NOT_ALONE = {"view_moderation", "read_reports", "redact_finish"}
"""Looking, and the second one's act, which the page tells in words of its own."""


def test_every_act_of_moderators_and_administrators_is_told() -> None:
    told = {action for acts in ACTS.values() for action in acts}
    least = {action for action, rule in PERMISSIONS.items() if rule.least in (Role.MODERATOR, Role.ADMINISTRATOR)}
    assert told == least - NOT_ALONE


@pytest.mark.parametrize("action", [action for acts in ACTS.values() for action in acts])
def test_an_act_is_told_of_the_role_that_the_table_gives_it_to_first(action: str) -> None:
    words = next(acts[action] for acts in ACTS.values() if action in acts)
    told = [point.partition("Administrators can")[::2] for part in sections(DEFAULT) for point in part.points]
    is_administrators = PERMISSIONS[action].least == Role.ADMINISTRATOR
    assert any(words in point[is_administrators] for point in told)
    assert not any(words in point[not is_administrators] for point in told)


def test_how_much_may_be_open_is_what_the_cap_allows() -> None:
    newcomer = open_cap(Role.VOLUNTEER, False, DEFAULT)
    caps = [newcomer, *(open_cap(role, True, DEFAULT) for role in (Role.VOLUNTEER, Role.REVIEWER, Role.TRUSTED))]
    point = next(point for part in sections(DEFAULT) if part.id == "limits" for point in part.points)
    assert [int(word.replace("five", "5")) for word in re.findall(r"\bfive\b|\b\d+\b", point)] == caps


def test_a_policy_without_margin_or_amends_is_told_in_words_that_hold() -> None:
    bare = replace(DEFAULT, contested_margin=0, reject_at=-1, caps=replace(DEFAULT.caps, amends=0))
    text = said(bare)
    assert "It needs no more than before" in text
    assert "With one more rejection than approvals it is rejected" in text
    assert decide(
        ChangeFacts(Risk.LOW, "edit", "open", START, START, frozenset()),
        Tally(rejects=1, net=-1, first_reject_at=START),
        bare,
        "full",
        START + bare.first_reject_pause,
    ).outcome is Outcome.REJECT


# -- the page ---------------------------------------------------------------------------------------------


def test_the_contents_lead_to_every_heading(world: World, client: PageClient) -> None:
    page = client.get("/rules")
    led = [link["href"].removeprefix("#") for link in page.all("main nav a")]
    assert led == [heading["id"] for heading in page.all("main h2")]
    assert len(set(led)) == len(led) > 10


@pytest.mark.usefixtures("in_brackets")
def test_every_word_of_the_rules_can_be_translated(client: PageClient) -> None:
    client.get(f"/language/{pseudo.TAG}", status=303)
    main = client.get("/rules").one("main")
    assert list(pseudo.unsaid(str(main.tag), "", pseudo.locale_words())) == []


def test_the_rules_are_told_in_short_sentences() -> None:
    sentences = [len(one.split()) for one in re.split(r"[.?!:] ", said(DEFAULT)) if one.split()]
    assert sum(sentences) / len(sentences) < 13
    assert max(sentences) < 45  # the list of what is careful in a service
