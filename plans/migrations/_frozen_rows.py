"""Triggers that refuse to change or delete what was submitted, decided and published.

Django rebuilds a table on SQLite when a field of it changes, and its triggers are gone then: a
migration that touches one of TABLES ends with `RunPython(protect, unprotect)`.
"""

from __future__ import annotations

from typing import Any

TABLES = {
    "plans_version": "a version never changes",
    "plans_decision": "a decision never changes",
    "plans_edition": "an edition never changes",
    "plans_editionfile": "a published file never changes",
}
EVENTS = ("update", "delete")
FUNCTION = """
CREATE OR REPLACE FUNCTION plans_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END
$$"""


def protect(apps: Any, schema_editor: Any) -> None:
    """Put the triggers on every table that there is, whether they are there already or not."""
    unprotect(apps, schema_editor)
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)
    for table in _present(schema_editor):
        sentence = TABLES[table]
        for event in EVENTS:
            schema_editor.execute(_create(vendor, table, event, sentence), params=None)


def unprotect(apps: Any, schema_editor: Any) -> None:
    """Take the triggers off, where they are."""
    place = " ON {}" if schema_editor.connection.vendor == "postgresql" else ""
    for table in _present(schema_editor):
        for event in EVENTS:
            name = trigger_name(table, event)
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{place.format(table)}")


def _present(schema_editor: Any) -> list[str]:
    """Return the tables that this migration, or an earlier one, has made."""
    present = set(schema_editor.connection.introspection.table_names())
    return [table for table in TABLES if table in present]


def trigger_name(table: str, event: str) -> str:
    return f"{table}_refuses_{event}"


def _create(vendor: str, table: str, event: str, sentence: str) -> str:
    head = f"CREATE TRIGGER {trigger_name(table, event)} BEFORE {event.upper()} ON {table}"
    if vendor == "postgresql":
        return f"{head} FOR EACH ROW EXECUTE FUNCTION plans_refuse_change('{sentence}')"
    return f"{head} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
