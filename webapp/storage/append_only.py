"""The triggers that keep history append-only: their SQL for both databases, and what `doctor` expects to find.

Migrations that re-create one of these tables on SQLite must create its triggers again: `statements()`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

NEVER = ("revision", "event", "decision", "policy", "mode", "redacted_content", "change_version")
"""Tables whose rows are never changed and never deleted."""
KEPT = ("revision_content", "redaction", "vote", "operation", "confirmation", "moderation_log")
"""Tables whose rows are never deleted; what may change in them, services decide."""
CONTENT_RULE = (
    "NEW.redaction_seq IS NULL OR NEW.redaction_seq IS OLD.redaction_seq OR NOT EXISTS"
    " (SELECT 1 FROM redacted_content r"
    " WHERE r.revision_id = NEW.revision_id AND r.redaction_seq = NEW.redaction_seq)"
)
"""A document changes only with a redaction row that names its revision, once for each."""


def names() -> set[str]:
    """The names of all triggers."""
    return (
        {f"{t}_no_update" for t in NEVER} | {f"{t}_no_delete" for t in (*NEVER, *KEPT)} | {"revision_content_redaction"}
    )


def statements(dialect: str) -> Iterator[str]:
    """The SQL that creates every trigger."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _sqlite() -> Iterator[str]:
    for table in NEVER:
        yield _sqlite_trigger(f"{table}_no_update", "UPDATE", table)
    for table in (*NEVER, *KEPT):
        yield _sqlite_trigger(f"{table}_no_delete", "DELETE", table)
    yield (
        "CREATE TRIGGER revision_content_redaction BEFORE UPDATE ON revision_content"
        f" WHEN {CONTENT_RULE} BEGIN SELECT RAISE(ABORT, 'revision_content changes only with a redaction'); END"
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
    for table in (*NEVER, *KEPT):
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


def missing(connection: Connection) -> set[str]:
    """The triggers that should be there and are not."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    else:
        found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
    return names() - set(found.scalars())
