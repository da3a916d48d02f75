"""Keep records, people and review: every table, the search index, and the triggers that keep history."""

# ruff: noqa: E501 - each trigger is one line, equal to what storage/append_only.py gives

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SQLITE_SEARCH = (
    """CREATE TABLE search_entry (
    position INTEGER PRIMARY KEY,
    record_id VARCHAR(36) NOT NULL UNIQUE,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    tokens TEXT NOT NULL
)""",
    """CREATE VIRTUAL TABLE search_words USING fts5(
    tokens, content='search_entry', content_rowid='position',
    tokenize="ascii tokenchars '_'", prefix='2 3', detail=none
)""",
)

POSTGRESQL_SEARCH = (
    "CREATE SEQUENCE search_position",
    """CREATE TABLE search_entry (
    position BIGINT PRIMARY KEY,
    record_id VARCHAR(36) NOT NULL UNIQUE,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    tokens TSVECTOR NOT NULL
)""",
    "CREATE INDEX search_entry_tokens ON search_entry USING gin (tokens)",
)

SQLITE_TRIGGERS = (
    "CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision BEGIN SELECT RAISE(ABORT, 'revision is append-only'); END",
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END",
    "CREATE TRIGGER policy_no_update BEFORE UPDATE ON policy BEGIN SELECT RAISE(ABORT, 'policy is append-only'); END",
    "CREATE TRIGGER mode_no_update BEFORE UPDATE ON mode BEGIN SELECT RAISE(ABORT, 'mode is append-only'); END",
    "CREATE TRIGGER redacted_content_no_update BEFORE UPDATE ON redacted_content BEGIN SELECT RAISE(ABORT, 'redacted_content is append-only'); END",
    "CREATE TRIGGER revision_no_delete BEFORE DELETE ON revision BEGIN SELECT RAISE(ABORT, 'revision is append-only'); END",
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END",
    "CREATE TRIGGER policy_no_delete BEFORE DELETE ON policy BEGIN SELECT RAISE(ABORT, 'policy is append-only'); END",
    "CREATE TRIGGER mode_no_delete BEFORE DELETE ON mode BEGIN SELECT RAISE(ABORT, 'mode is append-only'); END",
    "CREATE TRIGGER redacted_content_no_delete BEFORE DELETE ON redacted_content BEGIN SELECT RAISE(ABORT, 'redacted_content is append-only'); END",
    "CREATE TRIGGER revision_content_no_delete BEFORE DELETE ON revision_content BEGIN SELECT RAISE(ABORT, 'revision_content is append-only'); END",
    "CREATE TRIGGER redaction_no_delete BEFORE DELETE ON redaction BEGIN SELECT RAISE(ABORT, 'redaction is append-only'); END",
    "CREATE TRIGGER redacted_row_no_delete BEFORE DELETE ON redacted_row BEGIN SELECT RAISE(ABORT, 'redacted_row is append-only'); END",
    "CREATE TRIGGER vote_no_delete BEFORE DELETE ON vote BEGIN SELECT RAISE(ABORT, 'vote is append-only'); END",
    "CREATE TRIGGER operation_no_delete BEFORE DELETE ON operation BEGIN SELECT RAISE(ABORT, 'operation is append-only'); END",
    "CREATE TRIGGER confirmation_no_delete BEFORE DELETE ON confirmation BEGIN SELECT RAISE(ABORT, 'confirmation is append-only'); END",
    "CREATE TRIGGER moderation_log_no_delete BEFORE DELETE ON moderation_log BEGIN SELECT RAISE(ABORT, 'moderation_log is append-only'); END",
    "CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END",
    "CREATE TRIGGER change_version_no_delete BEFORE DELETE ON change_version BEGIN SELECT RAISE(ABORT, 'change_version is append-only'); END",
    "CREATE TRIGGER revision_content_redaction BEFORE UPDATE ON revision_content WHEN NEW.redaction_seq IS NULL OR NEW.redaction_seq IS OLD.redaction_seq OR NOT EXISTS (SELECT 1 FROM redacted_content r WHERE r.revision_id = NEW.revision_id AND r.redaction_seq = NEW.redaction_seq) BEGIN SELECT RAISE(ABORT, 'revision_content changes only with a redaction'); END",
    "CREATE TRIGGER decision_redaction BEFORE UPDATE ON decision WHEN NEW.id IS NOT OLD.id OR NEW.change_id IS NOT OLD.change_id OR NEW.content_version IS NOT OLD.content_version OR NEW.outcome IS NOT OLD.outcome OR NEW.reasons IS NOT OLD.reasons OR NEW.policy_version IS NOT OLD.policy_version OR NEW.mode IS NOT OLD.mode OR NEW.protection IS NOT OLD.protection OR NEW.counted IS NOT OLD.counted OR NEW.actor_id IS NOT OLD.actor_id OR NEW.created_at IS NOT OLD.created_at OR NOT EXISTS (SELECT 1 FROM redacted_row p WHERE p.place = 'decision' AND p.row_key = NEW.id AND p.is_open = 1) BEGIN SELECT RAISE(ABORT, 'decision changes only with a redaction'); END",
    "CREATE TRIGGER change_version_redaction BEFORE UPDATE ON change_version WHEN NEW.change_id IS NOT OLD.change_id OR NEW.content_version IS NOT OLD.content_version OR NEW.base_number IS NOT OLD.base_number OR NEW.act IS NOT OLD.act OR NEW.actor_id IS NOT OLD.actor_id OR NEW.created_at IS NOT OLD.created_at OR NOT EXISTS (SELECT 1 FROM redacted_row p WHERE p.place = 'change_version' AND p.row_key = NEW.change_id || ':' || NEW.content_version AND p.is_open = 1) BEGIN SELECT RAISE(ABORT, 'change_version changes only with a redaction'); END",
    "CREATE TRIGGER redacted_row_closes BEFORE UPDATE ON redacted_row WHEN NEW.redaction_seq IS NOT OLD.redaction_seq OR NEW.place IS NOT OLD.place OR NEW.row_key IS NOT OLD.row_key OR NEW.is_open <> 0 BEGIN SELECT RAISE(ABORT, 'redacted_row only closes'); END",
)

POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER policy_no_update BEFORE UPDATE ON policy FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER mode_no_update BEFORE UPDATE ON mode FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER redacted_content_no_update BEFORE UPDATE ON redacted_content FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER revision_no_delete BEFORE DELETE ON revision FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER policy_no_delete BEFORE DELETE ON policy FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER mode_no_delete BEFORE DELETE ON mode FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER redacted_content_no_delete BEFORE DELETE ON redacted_content FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER revision_content_no_delete BEFORE DELETE ON revision_content FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER redaction_no_delete BEFORE DELETE ON redaction FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER redacted_row_no_delete BEFORE DELETE ON redacted_row FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER vote_no_delete BEFORE DELETE ON vote FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER operation_no_delete BEFORE DELETE ON operation FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER confirmation_no_delete BEFORE DELETE ON confirmation FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER moderation_log_no_delete BEFORE DELETE ON moderation_log FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER change_version_no_delete BEFORE DELETE ON change_version FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE FUNCTION refuse_content() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.redaction_seq IS NULL OR NEW.redaction_seq IS NOT DISTINCT FROM OLD.redaction_seq OR NOT EXISTS (SELECT 1 FROM redacted_content r WHERE r.revision_id = NEW.revision_id AND r.redaction_seq = NEW.redaction_seq) THEN RAISE EXCEPTION 'revision_content changes only with a redaction'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER revision_content_redaction BEFORE UPDATE ON revision_content FOR EACH ROW EXECUTE FUNCTION refuse_content()",
    "CREATE FUNCTION guard_decision_redaction() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id IS DISTINCT FROM OLD.id OR NEW.change_id IS DISTINCT FROM OLD.change_id OR NEW.content_version IS DISTINCT FROM OLD.content_version OR NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.reasons IS DISTINCT FROM OLD.reasons OR NEW.policy_version IS DISTINCT FROM OLD.policy_version OR NEW.mode IS DISTINCT FROM OLD.mode OR NEW.protection IS DISTINCT FROM OLD.protection OR NEW.counted IS DISTINCT FROM OLD.counted OR NEW.actor_id IS DISTINCT FROM OLD.actor_id OR NEW.created_at IS DISTINCT FROM OLD.created_at OR NOT EXISTS (SELECT 1 FROM redacted_row p WHERE p.place = 'decision' AND p.row_key = NEW.id AND p.is_open = 1) THEN RAISE EXCEPTION 'decision changes only with a redaction'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER decision_redaction BEFORE UPDATE ON decision FOR EACH ROW EXECUTE FUNCTION guard_decision_redaction()",
    "CREATE FUNCTION guard_change_version_redaction() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.change_id IS DISTINCT FROM OLD.change_id OR NEW.content_version IS DISTINCT FROM OLD.content_version OR NEW.base_number IS DISTINCT FROM OLD.base_number OR NEW.act IS DISTINCT FROM OLD.act OR NEW.actor_id IS DISTINCT FROM OLD.actor_id OR NEW.created_at IS DISTINCT FROM OLD.created_at OR NOT EXISTS (SELECT 1 FROM redacted_row p WHERE p.place = 'change_version' AND p.row_key = NEW.change_id || ':' || NEW.content_version AND p.is_open = 1) THEN RAISE EXCEPTION 'change_version changes only with a redaction'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER change_version_redaction BEFORE UPDATE ON change_version FOR EACH ROW EXECUTE FUNCTION guard_change_version_redaction()",
    "CREATE FUNCTION guard_redacted_row_closes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.redaction_seq IS DISTINCT FROM OLD.redaction_seq OR NEW.place IS DISTINCT FROM OLD.place OR NEW.row_key IS DISTINCT FROM OLD.row_key OR NEW.is_open <> 0 THEN RAISE EXCEPTION 'redacted_row only closes'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER redacted_row_closes BEFORE UPDATE ON redacted_row FOR EACH ROW EXECUTE FUNCTION guard_redacted_row_closes()",
)


def upgrade() -> None:
    """Create the whole schema."""
    op.create_table(
        "counter",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=True),
        sa.Column("revision_id", sa.String(36), nullable=True),
        sa.Column("actor_id", sa.String(36), nullable=True),
        sa.Column("operation_id", sa.String(36), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_record_id"), "event", ["record_id"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "mode",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("active_reviewers", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mode")),
    )
    op.create_index(op.f("ix_mode_since"), "mode", ["since"], unique=False)
    op.create_table(
        "moderation_log",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=True),
        sa.Column("change_id", sa.String(36), nullable=True),
        sa.Column("person_id", sa.String(36), nullable=True),
        sa.Column("operation_id", sa.String(36), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_self_decided", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_log")),
    )
    op.create_index(op.f("ix_moderation_log_created_at"), "moderation_log", ["created_at"], unique=False)
    op.create_index(op.f("ix_moderation_log_record_id"), "moderation_log", ["record_id"], unique=False)
    op.create_table(
        "operation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undoes_id", sa.String(36), nullable=True),
        sa.Column("change_id", sa.String(36), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("finished_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    op.create_index(op.f("ix_operation_actor_id"), "operation", ["actor_id"], unique=False)
    op.create_index(
        "ix_operation_change_id",
        "operation",
        ["change_id"],
        unique=False,
        sqlite_where=sa.text("change_id IS NOT NULL"),
        postgresql_where=sa.text("change_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_operation_created_at"), "operation", ["created_at"], unique=False)
    op.create_index(
        "ix_operation_undoes_id",
        "operation",
        ["undoes_id"],
        unique=False,
        sqlite_where=sa.text("undoes_id IS NOT NULL"),
        postgresql_where=sa.text("undoes_id IS NOT NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.String(27), nullable=True),
        sa.Column("done_at", sa.String(27), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("handle", sa.String(40), nullable=False),
        sa.Column("display_name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("email_key", sa.String(254), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("confirmed_at", sa.String(27), nullable=True),
        sa.Column("seen_at", sa.String(27), nullable=True),
        sa.Column("paused_until", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email_key", name=op.f("uq_person_email_key")),
        sa.UniqueConstraint("handle", name=op.f("uq_person_handle")),
    )
    op.create_table(
        "policy",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy")),
    )
    op.create_table(
        "rate_count",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_count")),
    )
    op.create_index(op.f("ix_rate_count_expires_at"), "rate_count", ["expires_at"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("newest_revision_id", sa.String(36), nullable=True),
        sa.Column("newest_number", sa.Integer(), nullable=False),
        sa.Column("protection", sa.String(20), nullable=True),
        sa.Column("protected_until", sa.String(27), nullable=True),
        sa.Column("merged_into", sa.String(36), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("updated_at", sa.String(27), nullable=False),
        sa.Column("checked_at", sa.String(27), nullable=True),
        sa.Column("checked_by", sa.String(36), nullable=True),
        sa.Column("checked_how", sa.String(40), nullable=True),
        sa.Column("touched_by", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_record_kind_slug")),
    )
    op.create_index("ix_record_kind_name", "record", ["kind", "name", "id"], unique=False)
    op.create_index(
        "ix_record_protected_until",
        "record",
        ["protected_until"],
        unique=False,
        sqlite_where=sa.text("protected_until IS NOT NULL"),
        postgresql_where=sa.text("protected_until IS NOT NULL"),
    )
    op.create_table(
        "rendered",
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("text_hash", name=op.f("pk_rendered")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=True),
        sa.Column("person_id", sa.String(36), nullable=True),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(254), nullable=True),
        sa.Column("is_urgent", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("closed_by", sa.String(36), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_created_at"), "report", ["created_at"], unique=False)
    op.create_index(op.f("ix_report_record_id"), "report", ["record_id"], unique=False)
    op.create_table(
        "site_property",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_property")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "affiliation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("organization_id", sa.String(36), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["record.id"], name=op.f("fk_affiliation_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_affiliation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
    )
    op.create_index(op.f("ix_affiliation_organization_id"), "affiliation", ["organization_id"], unique=False)
    op.create_index(op.f("ix_affiliation_person_id"), "affiliation", ["person_id"], unique=False)
    op.create_table(
        "confirmation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("group", sa.String(80), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("how", sa.String(40), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("voided_at", sa.String(27), nullable=True),
        sa.Column("voided_by", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_confirmation_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index("ix_confirmation_person_id_created_at", "confirmation", ["person_id", "created_at"], unique=False)
    op.create_index("ix_confirmation_record_id_created_at", "confirmation", ["record_id", "created_at"], unique=False)
    op.create_table(
        "link",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("field", sa.String(80), nullable=False),
        sa.Column("target_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_link_record_id")),
        sa.PrimaryKeyConstraint("record_id", "unit", name=op.f("pk_link")),
    )
    op.create_index("ix_link_target_id_field", "link", ["target_id", "field"], unique=False)
    op.create_table(
        "mail_token",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("used_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_token_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_mail_token")),
    )
    op.create_index(op.f("ix_mail_token_person_id"), "mail_token", ["person_id"], unique=False)
    op.create_table(
        "parked_suggestion",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_parked_suggestion_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_parked_suggestion")),
    )
    op.create_index(op.f("ix_parked_suggestion_person_id"), "parked_suggestion", ["person_id"], unique=False)
    op.create_table(
        "redaction",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("lifts", sa.Integer(), nullable=True),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("masked_by", sa.String(36), nullable=False),
        sa.Column("masked_at", sa.String(27), nullable=False),
        sa.Column("finished_by", sa.String(36), nullable=True),
        sa.Column("finished_at", sa.String(27), nullable=True),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_redaction_record_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_redaction")),
        sa.UniqueConstraint("lifts", name=op.f("uq_redaction_lifts")),
    )
    op.create_index(op.f("ix_redaction_record_id"), "redaction", ["record_id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.String(36), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=True),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("change_id", sa.String(36), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("hash_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_revision_operation_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_revision_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("record_id", "number", name=op.f("uq_revision_record_id_number")),
    )
    op.create_index(op.f("ix_revision_actor_id"), "revision", ["actor_id"], unique=False)
    op.create_index(op.f("ix_revision_change_id"), "revision", ["change_id"], unique=False)
    op.create_index(op.f("ix_revision_created_at"), "revision", ["created_at"], unique=False)
    op.create_index(op.f("ix_revision_operation_id"), "revision", ["operation_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("granted_by", sa.String(36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("ended_by", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_table(
        "sanction",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=True),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("until", sa.String(27), nullable=True),
        sa.Column("lifted_at", sa.String(27), nullable=True),
        sa.Column("lifted_by", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sanction_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction")),
    )
    op.create_index(op.f("ix_sanction_person_id"), "sanction", ["person_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("device", sa.String(80), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("revoked_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)
    op.create_table(
        "slug_history",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_slug_history_record_id")),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_slug_history")),
    )
    op.create_index(op.f("ix_slug_history_record_id"), "slug_history", ["record_id"], unique=False)
    op.create_table(
        "source_item",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("source_id", sa.String(36), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_item_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_item")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_source_item_source_id_external_id")),
    )
    op.create_index(op.f("ix_source_item_record_id"), "source_item", ["record_id"], unique=False)
    op.create_table(
        "import_waiting",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("source_id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_import_waiting_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_waiting")),
        sa.UniqueConstraint("source_id", "key", name=op.f("uq_import_waiting_source_id_key")),
    )
    op.create_table(
        "stewardship",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("is_official", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stewardship_person_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_stewardship_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stewardship")),
        sa.UniqueConstraint("person_id", "record_id", name=op.f("uq_stewardship_person_id_record_id")),
    )
    op.create_index(op.f("ix_stewardship_record_id"), "stewardship", ["record_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("rhythm", sa.String(40), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_subscription_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("person_id", "topic", "target", name=op.f("uq_subscription_person_id_topic_target")),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("door", sa.String(40), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_suggestion_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_index("ix_suggestion_author_id_created_at", "suggestion", ["author_id", "created_at"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("suggestion_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("group", sa.String(80), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("risk", sa.String(40), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("amendments", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("first_opened_at", sa.String(27), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("settle_at", sa.String(27), nullable=True),
        sa.Column("contested_at", sa.String(27), nullable=True),
        sa.Column("conflicted_at", sa.String(27), nullable=True),
        sa.Column("escalated_at", sa.String(27), nullable=True),
        sa.Column("hidden_at", sa.String(27), nullable=True),
        sa.Column("paused_until", sa.String(27), nullable=True),
        sa.Column("rejudged_at", sa.String(27), nullable=True),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("rejects", sa.Integer(), nullable=False),
        sa.Column("settle_attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_change_suggestion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index("ix_change_record_id_state", "change", ["record_id", "state"], unique=False)
    op.create_index(
        "ix_change_settle_at",
        "change",
        ["settle_at"],
        unique=False,
        sqlite_where=sa.text("settle_at IS NOT NULL"),
        postgresql_where=sa.text("settle_at IS NOT NULL"),
    )
    op.create_index(
        "ix_change_open",
        "change",
        ["first_opened_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_change_suggestion_id"), "change", ["suggestion_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("suggestion_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("hidden_at", sa.String(27), nullable=True),
        sa.Column("hidden_by", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_comment_suggestion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_suggestion_id"), "comment", ["suggestion_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("suggestion_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("how", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_evidence_suggestion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_suggestion_id"), "evidence", ["suggestion_id"], unique=False)
    op.create_table(
        "redacted_content",
        sa.Column("redaction_seq", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.String(36), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["redaction_seq"], ["redaction.seq"], name=op.f("fk_redacted_content_redaction_seq")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_redacted_content_revision_id")),
        sa.PrimaryKeyConstraint("redaction_seq", "revision_id", name=op.f("pk_redacted_content")),
    )
    op.create_index(op.f("ix_redacted_content_revision_id"), "redacted_content", ["revision_id"], unique=False)
    op.create_table(
        "redacted_row",
        sa.Column("redaction_seq", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("row_key", sa.String(200), nullable=False),
        sa.Column("is_open", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["redaction_seq"], ["redaction.seq"], name=op.f("fk_redacted_row_redaction_seq")
        ),
        sa.PrimaryKeyConstraint("redaction_seq", "place", "row_key", name=op.f("pk_redacted_row")),
    )
    op.create_table(
        "sealed",
        sa.Column("redaction_seq", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("row_key", sa.String(200), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("left_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["redaction_seq"], ["redaction.seq"], name=op.f("fk_sealed_redaction_seq")),
        sa.PrimaryKeyConstraint("redaction_seq", "place", "row_key", "field", name=op.f("pk_sealed")),
    )
    op.create_table(
        "revision_content",
        sa.Column("revision_id", sa.String(36), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("redaction_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_revision_content_revision_id")),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_revision_content")),
    )
    op.create_table(
        "change_author",
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_author_change_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_change_author_person_id")),
        sa.PrimaryKeyConstraint("change_id", "person_id", name=op.f("pk_change_author")),
    )
    op.create_index(op.f("ix_change_author_person_id"), "change_author", ["person_id"], unique=False)
    op.create_table(
        "change_record",
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_record_change_id")),
        sa.PrimaryKeyConstraint("change_id", "record_id", name=op.f("pk_change_record")),
    )
    op.create_index(op.f("ix_change_record_record_id"), "change_record", ["record_id"], unique=False)
    op.create_table(
        "change_version",
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_version_change_id")),
        sa.PrimaryKeyConstraint("change_id", "content_version", name=op.f("pk_change_version")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("protection", sa.String(20), nullable=True),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_decision_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_change_id"), "decision", ["change_id"], unique=False)
    op.create_table(
        "spam_flag",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("judged", sa.String(20), nullable=True),
        sa.Column("judged_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_spam_flag_change_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_spam_flag_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spam_flag")),
        sa.UniqueConstraint("change_id", "person_id", name=op.f("uq_spam_flag_change_id_person_id")),
    )
    op.create_index(op.f("ix_spam_flag_person_id"), "spam_flag", ["person_id"], unique=False)
    op.create_table(
        "vote",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("choice", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("is_affiliated", sa.Integer(), nullable=False),
        sa.Column("is_steward", sa.Integer(), nullable=False),
        sa.Column("is_live", sa.Integer(), nullable=False),
        sa.Column("is_voided", sa.Integer(), nullable=False),
        sa.Column("cast_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_vote_change_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_vote_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
    )
    op.create_index(op.f("ix_vote_change_id"), "vote", ["change_id"], unique=False)
    op.create_index("ix_vote_person_id_cast_at", "vote", ["person_id", "cast_at"], unique=False)
    op.create_index(
        "uq_vote_live",
        "vote",
        ["change_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("is_live = 1"),
        postgresql_where=sa.text("is_live = 1"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (
        *(SQLITE_SEARCH if is_sqlite else POSTGRESQL_SEARCH),
        *(SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS),
    ):
        op.execute(sa.text(statement.replace(":", "\\:")))
    op.bulk_insert(
        sa.table("counter", sa.column("name"), sa.column("value")),
        [{"name": "event", "value": 0}, {"name": "redaction", "value": 0}],
    )
