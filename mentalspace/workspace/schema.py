"""The live database's schema as a page of the documentation.

Reads PostgreSQL's catalogue, not the models: what stands in docs/schema.md is what the database has.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from mentalspace.core.database import grants

DOCUMENTED = Path(settings.BASE_DIR) / "docs" / "documented_schema.csv"
PAGE = Path(settings.BASE_DIR) / "docs" / "schema.md"
# Tables of Django itself, which its own documentation describes.
FRAMEWORK = ("auth_", "django_")

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r' ORDER BY c.relname, a.attnum
"""
CONSTRAINTS = """
    SELECT c.relname, k.contype::text, k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') ORDER BY c.relname, k.contype, k.conname
"""
INDEXES = """
    SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY tablename, indexname
"""
TRIGGERS = """
    SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid)
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE NOT t.tgisinternal ORDER BY c.relname, t.tgname
"""
POLICIES = """
    SELECT c.relname, p.polname,
           CASE WHEN c.relrowsecurity AND c.relforcerowsecurity THEN 'for everybody, the owner included'
                WHEN c.relrowsecurity THEN 'for everybody but the owner' ELSE 'switched off' END
           || ', rows where ' || pg_get_expr(p.polqual, p.polrelid)
           || ', writes where ' || COALESCE(pg_get_expr(p.polwithcheck, p.polrelid), 'the same')
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    ORDER BY c.relname, p.polname
"""


@dataclass(frozen=True, slots=True)
class Documented:
    """A column as the practice's schema documents it."""

    table: str
    documented_column: str
    column: str
    type: str
    meaning: str


def documented() -> list[Documented]:
    """The 106 documented columns of the nine tables."""
    with DOCUMENTED.open(newline="", encoding="utf-8") as file:
        return [Documented(**row) for row in csv.DictReader(file)]


def page() -> str:
    """The whole page as Markdown."""
    known = {(each.table, each.column): each for each in documented()}
    columns, constraints = _grouped(COLUMNS), _grouped(CONSTRAINTS)
    indexes, triggers, policies = _grouped(INDEXES), _grouped(TRIGGERS), _grouped(POLICIES)
    granted = grants.wanted(connection)
    first = list(dict.fromkeys(each.table for each in known.values()))
    further = sorted(table for table in columns if table not in first and not table.startswith(FRAMEWORK))
    lines = [
        "# Schema",
        "",
        "Made from the live database by `manage.py schema_page --write`; a test compares the two. The nine documented",
        "tables come first; a column that carries its documented name is a documented one, the others were added.",
        "",
    ]
    for table in [*first, *further]:
        lines += [f"## {table}", "", "| column | type | may be null | documented as |", "|---|---|---|---|"]
        # The documented ones in their documented order, the further ones after them.
        place = {column: index for index, (owner, column) in enumerate(known) if owner == table}
        for name, kind, nullable in sorted(
            columns[table], key=lambda column: place.get(column[0], len(known))
        ):
            origin = known.get((table, name))
            told = f"{origin.documented_column}: {origin.meaning}" if origin else ""
            lines.append(f"| {name} | {kind} | {'yes' if nullable else ''} | {told} |")
        lines += [
            "",
            f"The application's role may {', '.join(sorted(granted[table]))}.",
            "",
            *_listed("Constraints", constraints.get(table, [])),
            *_index_lines(indexes.get(table, [])),
        ]
        lines += _listed("Triggers", [("", name, text) for name, text in triggers.get(table, [])])
        lines += _listed("Row-level security", [("", name, text) for name, text in policies.get(table, [])])
    return "\n".join(lines).rstrip() + "\n"


def _grouped(query: str) -> dict[str, list[tuple]]:
    found: dict[str, list[tuple]] = {}
    with connection.cursor() as cursor:
        cursor.execute(query)
        for table, *rest in cursor.fetchall():
            found.setdefault(table, []).append(tuple(rest))
    return found


def _listed(title: str, rows: Iterable[tuple[str, str, str]]) -> list[str]:
    lines = [f"- `{name}`: `{_one_line(text)}`" for _kind, name, text in rows]
    return [f"{title}:", "", *lines, ""] if lines else []


def _index_lines(rows: Iterable[tuple[str, str]]) -> list[str]:
    return _listed("Indexes", [("", name, text.split(" USING ", 1)[1]) for name, text in rows])


def _one_line(text: str) -> str:
    return " ".join(text.split())
