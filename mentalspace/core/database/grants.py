"""What the application's role may do to each table.

There is one declaration, the triggers: a table whose every update or delete the trigger `refuse_change` refuses (see
`core.immutable`) is not granted it either. What no trigger can say stands here and in the `ready()` of an app. The
grants follow after every `migrate`, so a new table has them without anybody thinking of it.
"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from mentalspace.core.database import role_of

EVERYTHING = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
Grants = dict[str, frozenset[str]]

# Of each table: whether a trigger refuses every update, and every delete. Bits of tgtype: 1 row, 8 delete, 16 update.
# A trigger with a condition or on some columns refuses only part.
TABLES = """
    SELECT c.relname,
           bool_or(COALESCE(t.refuses AND t.tgtype & 16 <> 0, false)),
           bool_or(COALESCE(t.refuses AND t.tgtype & 8 <> 0, false))
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    LEFT JOIN LATERAL (
        SELECT t.tgtype, p.proname = 'refuse_change' AND t.tgtype & 1 <> 0 AND t.tgqual IS NULL
            AND t.tgattr = ''::int2vector AS refuses
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
    ) t ON true
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT EXISTS (
        SELECT 1 FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
    GROUP BY c.relname
"""
GRANTED = """
    SELECT c.relname, a.privilege_type
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    CROSS JOIN LATERAL aclexplode(c.relacl) a
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND a.grantee = (SELECT oid FROM pg_roles WHERE rolname = %(role)s)
    UNION ALL
    SELECT c.relname, format('%%s (%%s)', a.privilege_type, quote_ident(k.attname))
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum > 0 AND NOT k.attisdropped
    CROSS JOIN LATERAL aclexplode(k.attacl) a
    WHERE a.grantee = (SELECT oid FROM pg_roles WHERE rolname = %(role)s)
"""


@dataclass
class Declared:
    """What triggers do not say. `read_only`: only the owner writes. `locked`: a key by which rows are locked."""

    read_only: set[str] = field(default_factory=set)
    locked: dict[str, str] = field(default_factory=dict)


declared = Declared(
    read_only={
        "django_migrations",
        # Written by functions that run with the owner's rights (migration 0005).
        "audit_chain",
        "audit_turn",
        "audit_unlinked",
    }
)


def locked(table: str, key: str = "id") -> None:
    """Rows of this table never change, yet a verb locks them; for a lock PostgreSQL asks to be allowed an update.

    Granted on the key alone, and the trigger refuses it all the same.
    """
    declared.locked[table] = key


def wanted(connection: BaseDatabaseWrapper) -> Grants:
    """What the application's role is to be granted, by table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        rows = cursor.fetchall()
    return {
        table: _wanted(table, never_updated, never_deleted) for table, never_updated, never_deleted in rows
    }


def _wanted(table: str, never_updated: bool, never_deleted: bool) -> frozenset[str]:
    if table in declared.read_only:
        return frozenset({"SELECT"})
    refused = {name for name, never in (("UPDATE", never_updated), ("DELETE", never_deleted)) if never}
    lock = {f"UPDATE ({declared.locked[table]})"} if never_updated and table in declared.locked else set()
    return (EVERYTHING - refused) | lock


def granted(connection: BaseDatabaseWrapper, role: str) -> Grants:
    """What `role` is granted by name, by table."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(GRANTED, {"role": role})
        for table, privilege in cursor.fetchall():
            found.setdefault(table, set()).add(privilege)
    return {table: frozenset(privileges) for table, privileges in found.items()}


def statements(connection: BaseDatabaseWrapper, role: str) -> list[str]:
    """What the owner has to say so that `role` is granted exactly what is declared."""
    name = connection.ops.quote_name
    present = granted(connection, role)
    needed = [*_closed_database(connection), f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name(role)}"]
    for table, privileges in sorted(wanted(connection).items()):
        if present.get(table, frozenset()) != privileges:
            needed += [
                f"REVOKE ALL ON {name(table)} FROM {name(role)}",
                f"GRANT {', '.join(sorted(privileges))} ON {name(table)} TO {name(role)}",
            ]
    return needed


def after_migrate(using: str, **_: Any) -> None:
    """Receiver of `post_migrate`. Does nothing where the owner serves, and where it is not the owner who migrates."""
    connection, owner = connections[using], role_of(settings.DATABASE_OWNER)
    if owner and owner != settings.DATABASE_ROLE and owner == role_of(connection.settings_dict):
        with connection.cursor() as cursor:
            cursor.execute("; ".join(statements(connection, settings.DATABASE_ROLE)))


def _closed_database(connection: BaseDatabaseWrapper) -> list[str]:
    """Statements after which nobody but the owner makes tables here, not even temporary ones in others' place.

    None where the database is somebody else's, who alone may say so.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname, pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
        )
        database, is_ours = cursor.fetchone()
    if not is_ours:
        return []
    return [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE TEMPORARY ON DATABASE {connection.ops.quote_name(database)} FROM PUBLIC",
    ]
