"""The live database has what is documented, and the page in docs says what the live database has."""

import re

import pytest
from django.db import connection

from mentalspace.workspace import schema

pytestmark = pytest.mark.django_db

TYPES = {
    "UUID": "uuid",
    "TEXT": "text",
    "JSONB": "jsonb",
    "DATE": "date",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp with time zone",
    "DECIMAL": "numeric(12,2)",
}
# Table: columns with an index of their own; a star marks a unique one.
INDEXED = {
    "users": ["email*"],
    "staff": ["user_id*"],
    "clients": ["email*"],
    "appointments": ["staff_id", "client_id", "start_time", "end_time"],
    "documents": ["client_id", "staff_id"],
    "billing": ["client_id", "appointment_id"],
    "messages": ["sender_id", "receiver_id", "is_read"],
    "crm_leads": ["email", "status", "assigned_to"],
}
REFERENCES = {
    ("staff", "user_id"): "users",
    ("client_profiles", "client_id"): "clients",
    ("client_profiles", "intake_staff_id"): "staff",
    ("clients", "created_by"): "staff",
    ("clients", "updated_by"): "staff",
    ("appointments", "staff_id"): "staff",
    ("appointments", "client_id"): "clients",
    ("appointments", "created_by"): "staff",
    ("documents", "client_id"): "clients",
    ("documents", "staff_id"): "staff",
    ("documents", "signed_by"): "staff",
    ("billing", "client_id"): "clients",
    ("billing", "appointment_id"): "appointments",
    ("billing", "created_by"): "staff",
    ("messages", "sender_id"): "users",
    ("messages", "receiver_id"): "users",
    ("crm_leads", "assigned_to"): "staff",
    ("crm_leads", "converted_client_id"): "clients",
}


def rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def expected_type(documented: str) -> str:
    if match := re.fullmatch(r"VARCHAR\((\d+)\)", documented):
        return f"character varying({match[1]})"
    return TYPES[documented]


def test_every_documented_column_is_there_with_its_type() -> None:
    live = {(table, column): kind for table, column, kind, _nullable in rows(schema.COLUMNS)}
    documented = {(each.table, each.column): expected_type(each.type) for each in schema.documented()}
    assert len(documented) == 106
    assert {key: live.get(key) for key in documented} == documented


def test_every_documented_table_has_its_primary_key() -> None:
    live = {table: text for table, kind, _name, text in rows(schema.CONSTRAINTS) if kind == "p"}
    tables = {each.table for each in schema.documented()}
    assert {table: live[table] for table in tables} == dict.fromkeys(tables, "PRIMARY KEY (id)")


def test_every_documented_index_is_there() -> None:
    live = {
        (table, column, bool(unique))
        for table, unique, column in rows(
            """SELECT c.relname, i.indisunique, a.attname
               FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
               WHERE i.indnkeyatts = 1 AND i.indpred IS NULL"""
        )
    }
    wanted = {
        (table, column.rstrip("*"), column.endswith("*"))
        for table, columns in INDEXED.items()
        for column in columns
    }
    assert wanted <= live


def test_every_reference_is_a_foreign_key_that_protects() -> None:
    live = {
        (table, column): (target, action)
        for table, column, target, action in rows(
            """SELECT c.relname, a.attname, t.relname, k.confdeltype::text
               FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
               WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 1"""
        )
    }
    assert {key: live.get(key) for key in REFERENCES} == {key: (to, "a") for key, to in REFERENCES.items()}


def test_a_client_has_at_most_one_profile() -> None:
    unique = [
        text
        for table, kind, _name, text in rows(schema.CONSTRAINTS)
        if (table, kind) == ("client_profiles", "u")
    ]
    assert "UNIQUE (client_id)" in unique


def test_the_page_in_docs_is_the_live_database() -> None:
    assert schema.PAGE.read_text(encoding="utf-8") == schema.page()
