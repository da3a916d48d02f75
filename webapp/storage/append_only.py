"""The triggers that keep history append-only: their SQL for both databases, and what `doctor` expects to find.

Migrations that re-create one of these tables on SQLite must create its triggers again: `statements()`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

NEVER = ("revision", "event", "policy", "mode", "redacted_content")
"""Tables whose rows are never changed and never deleted."""
KEPT = ("revision_content", "redaction", "redacted_row", "vote", "operation", "confirmation", "moderation_log")
"""Tables whose rows are never deleted; what may change in them, services decide."""
CONTENT_RULE = (
    "NEW.redaction_seq IS NULL OR NEW.redaction_seq IS OLD.redaction_seq OR NOT EXISTS"
    " (SELECT 1 FROM redacted_content r"
    " WHERE r.revision_id = NEW.revision_id AND r.redaction_seq = NEW.redaction_seq)"
)
"""A document changes only with a redaction row that names its revision, once for each."""
PERMITTED = {
    "decision": (
        "NEW.id",
        "note",
        (
            *("id", "change_id", "content_version", "outcome", "reasons", "policy_version", "mode", "protection"),
            *("counted", "actor_id", "created_at"),
        ),
    ),
    "change_version": (
        "NEW.change_id || ':' || NEW.content_version",
        "payload",
        ("change_id", "content_version", "base_number", "act", "actor_id", "created_at"),
    ),
}
"""Append-only tables with one column that people wrote: it changes only in a row that an open permit
(`redacted_row`) names. By table: the row's key, that column, and every other, which never changes."""
PERMIT_FIELDS = ("redaction_seq", "place", "row_key")


def names() -> set[str]:
    """The names of all triggers."""
    return (
        {f"{t}_no_update" for t in NEVER}
        | {f"{t}_no_delete" for t in (*NEVER, *KEPT, *PERMITTED)}
        | {f"{t}_redaction" for t in PERMITTED}
        | {"revision_content_redaction", "redacted_row_closes"}
    )


def _permit_rule(table: str, differs: str) -> str:
    key, _, fixed = PERMITTED[table]
    moved = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in fixed)
    return (
        f"{moved} OR NOT EXISTS (SELECT 1 FROM redacted_row p"  # noqa: S608 - constants only
        f" WHERE p.place = '{table}' AND p.row_key = {key} AND p.is_open = 1)"
    )


def _closing_rule(differs: str) -> str:
    return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in PERMIT_FIELDS) + " OR NEW.is_open <> 0"


def statements(dialect: str) -> Iterator[str]:
    """The SQL that creates every trigger."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _sqlite() -> Iterator[str]:
    for table in NEVER:
        yield _sqlite_trigger(f"{table}_no_update", "UPDATE", table)
    for table in (*NEVER, *KEPT, *PERMITTED):
        yield _sqlite_trigger(f"{table}_no_delete", "DELETE", table)
    yield (
        "CREATE TRIGGER revision_content_redaction BEFORE UPDATE ON revision_content"
        f" WHEN {CONTENT_RULE} BEGIN SELECT RAISE(ABORT, 'revision_content changes only with a redaction'); END"
    )
    for table in PERMITTED:
        yield (
            f"CREATE TRIGGER {table}_redaction BEFORE UPDATE ON {table} WHEN {_permit_rule(table, 'IS NOT')}"
            f" BEGIN SELECT RAISE(ABORT, '{table} changes only with a redaction'); END"
        )
    yield (
        f"CREATE TRIGGER redacted_row_closes BEFORE UPDATE ON redacted_row WHEN {_closing_rule('IS NOT')}"
        " BEGIN SELECT RAISE(ABORT, 'redacted_row only closes'); END"
    )


def _sqlite_trigger(name: str, act: str, table: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"


def _postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in NEVER:
        yield f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    for table in (*NEVER, *KEPT, *PERMITTED):
        yield f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    rule = CONTENT_RULE.replace(
        "NEW.redaction_seq IS OLD.redaction_seq", "NEW.redaction_seq IS NOT DISTINCT FROM OLD.redaction_seq"
    )
    yield (
        "CREATE FUNCTION refuse_content() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF {rule} THEN RAISE EXCEPTION 'revision_content changes only with a redaction';"
        " END IF; RETURN NEW; END $$"
    )
    yield (
        "CREATE TRIGGER revision_content_redaction BEFORE UPDATE ON revision_content"
        " FOR EACH ROW EXECUTE FUNCTION refuse_content()"
    )
    for table in PERMITTED:
        rule = _permit_rule(table, "IS DISTINCT FROM")
        yield from _postgresql_guard(f"{table}_redaction", table, rule, f"{table} changes only with a redaction")
    closing = _closing_rule("IS DISTINCT FROM")
    yield from _postgresql_guard("redacted_row_closes", "redacted_row", closing, "redacted_row only closes")


def _postgresql_guard(name: str, table: str, rule: str, words: str) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF {rule} THEN RAISE EXCEPTION '{words}'; END IF; RETURN NEW; END $$"
    )
    yield f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION guard_{name}()"


def missing(connection: Connection) -> set[str]:
    """The triggers that should be there and are not."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    else:
        found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
    return names() - set(found.scalars())
