"""Texts of every schema version ever stored, word for word, are read as documents of today."""

from __future__ import annotations

import pytest

from webapp.domain.document import SCHEMA_VERSION, canonical
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read, upcast
from webapp.domain.validate import validate

ID = "00000000-0000-4000-8000-00000000000"

# Never edited: when SCHEMA_VERSION moves, texts of the new version are added below those that stand here.
STORED: dict[int, dict[str, str]] = {
    1: {
        "service": (
            '{"description":"Soup and company","maximum_age":90,"minimum_age":60,"name":"Lunch club",'
            f'"phones":[{{"id":"{ID}1","number":"0131 496 0123","order":0}}],'
            f'"places":[{{"id":"{ID}2","location_id":"{ID}3","order":0,"schedules":[{{"byday":"MO",'
            f'"closes_at":"14:00","freq":"WEEKLY","id":"{ID}4","opens_at":"12:00","order":0}}]}}]}}'
        ),
        "organization": '{"email":"hello@example.org","name":"Leith Neighbours","year_incorporated":1987}',
        "location": (
            '{"address_1":"5 Example Street","city":"Edinburgh","country":"GB","latitude":"55.950000",'
            '"location_type":"physical","longitude":"-3.180000","postal_code":"EH6 5NA"}'
        ),
        "guide": '{"body":"Ask your neighbours.","name":"Where can I eat?"}',
        "taxonomy": '{"name":"Topics","version":"1"}',
        "taxonomy_term": f'{{"code":"food","name":"Food","taxonomy_id":"{ID}5"}}',
    },
}


def test_there_are_texts_of_every_version_and_kind() -> None:
    assert set(STORED) == set(range(1, SCHEMA_VERSION + 1))
    assert all(set(texts) == set(KINDS) for texts in STORED.values())


@pytest.mark.parametrize(("version", "kind"), [(version, kind) for version in STORED for kind in STORED[version]])
def test_a_stored_text_is_a_valid_document_of_today(version: int, kind: str) -> None:
    document = read(kind, STORED[version][kind], version)
    assert validate(KINDS[kind], document).refusals == ()
    if version == SCHEMA_VERSION:
        assert canonical(document) == STORED[version][kind]


@pytest.mark.parametrize(("version", "kind"), [(version, kind) for version in STORED for kind in STORED[version]])
def test_a_document_of_today_under_an_old_version_is_left_alone(version: int, kind: str) -> None:
    document = read(kind, STORED[version][kind], version)  # as a redaction leaves it in the old revision
    assert upcast(kind, document, version) == document
