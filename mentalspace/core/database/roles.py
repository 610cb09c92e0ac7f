"""The two roles of a database: made, given the tables, and looked at whether they are kept apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString
from urllib.parse import unquote

import environ
import psycopg
from psycopg import sql

OWNER = "mentalspace_owner"
APPLICATION = "mentalspace_app"


@dataclass(frozen=True, slots=True)
class Login:
    """A role that may connect. Without a password the server must let it in another way."""

    role: str
    password: str = ""


# Whatever of ours stands in the schema and belongs to somebody else, and the statement that hands it over. Indexes,
# identity sequences and types of rows go with their table; what an extension brought stays its maker's.
FOREIGN: LiteralString = """
    SELECT format('ALTER %%s %%s OWNER TO %%I', kind, name, %(owner)s::text)
    FROM (
        SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                    ELSE 'TABLE' END AS kind,
               c.oid::regclass::text AS name, c.relowner AS held_by, 'pg_class'::regclass AS catalogue, c.oid
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND NOT EXISTS (
              SELECT 1 FROM pg_depend d
              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('i', 'a')
                AND d.refclassid = 'pg_class'::regclass
          )
        UNION ALL
        SELECT 'ROUTINE', p.oid::regprocedure::text, p.proowner, 'pg_proc'::regclass, p.oid
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    ) ours
    WHERE held_by <> (SELECT oid FROM pg_roles WHERE rolname = %(owner)s) AND NOT EXISTS (
        SELECT 1 FROM pg_depend d
        WHERE d.classid = ours.catalogue AND d.objid = ours.oid AND d.deptype = 'e'
    )
"""
# What about the connection that serves people is more than it should be. Asked of the login as well, to which
# whoever only assumed a role can go back.
EXCESS: LiteralString = """
    SELECT
        (SELECT bool_or(rolsuper) FROM pg_roles WHERE rolname IN (current_user, session_user)),
        (SELECT bool_or(rolbypassrls) FROM pg_roles WHERE rolname IN (current_user, session_user)),
        EXISTS (
            SELECT 1 FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
              AND (pg_has_role(current_user, c.relowner, 'MEMBER') OR pg_has_role(session_user, c.relowner, 'MEMBER'))
        ),
        COALESCE(
            has_table_privilege(to_regclass('public.audit_events'), 'UPDATE, DELETE, TRUNCATE, TRIGGER'), false
        ),
        has_schema_privilege('public', 'CREATE')
"""
TOLD = (
    "is a superuser",
    "passes row-level security",
    "owns tables",
    "may change the audit log",
    "may create tables",
)
REMEDY = (
    "serve with a role of its own: run 'manage.py database_roles', set DATABASE_URL to the application's role and"
    " DATABASE_OWNER_URL, for migrate alone, to the owner's (docs/operations.md)"
)


def excess(cursor: object) -> list[str]:
    """What the connection's role may beyond serving, in words; empty when it is as it should be."""
    cursor.execute(EXCESS)  # type: ignore[attr-defined]
    found = cursor.fetchone()  # type: ignore[attr-defined]
    return [words for words, is_so in zip(TOLD, found, strict=True) if is_so]


def connect(address: str, database: str = "") -> psycopg.Connection:
    """Connect by an address as settings write them, each statement its own transaction. Raises psycopg.Error."""
    login = environ.Env.db_url_config(address, "django.db.backends.postgresql")
    return psycopg.connect(
        host=unquote(login["HOST"] or "") or None,
        port=login["PORT"] or None,
        user=login["USER"] or None,
        password=login["PASSWORD"] or None,
        dbname=database or login["NAME"],
        connect_timeout=5,
        autocommit=True,
    )


def make(admin: psycopg.Connection, login: Login, *, makes_databases: bool = False) -> Iterator[str]:
    """Let a role connect with this password, and make it if need be; what was done, in a sentence.

    `admin` may create roles. `makes_databases` lets the role create databases, as tests need. Raises RoleTooPowerful.
    """
    role = sql.Identifier(login.role)
    if not _exists(admin, login.role):
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        yield f"The role {login.role} was made."
    elif admin.execute(
        "SELECT 1 FROM pg_roles WHERE rolname = %s AND (rolsuper OR rolbypassrls)", [login.role]
    ).fetchone():
        raise RoleTooPowerful(
            f"The role {login.role} is a superuser or passes row-level security: name another one."
        )
    admin.execute(sql.SQL("ALTER ROLE {} LOGIN").format(role))
    if makes_databases:
        admin.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(role))
    if login.password:
        # Sent as its SCRAM verifier, so that no log of statements holds it.
        secret = admin.pgconn.encrypt_password(
            login.password.encode(), login.role.encode(), b"scram-sha-256"
        ).decode()
        admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(secret)))


def hand_over(admin: psycopg.Connection, owner: str) -> Iterator[str]:
    """Give the database that `admin` is connected to, and the tables in it, to `owner`; what was done, in sentences.

    For what is another role's, `admin` has to be a superuser or a member of that role.
    """
    database = admin.info.dbname
    held_by = admin.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    if held_by != (owner,):
        _become_member(admin, owner)
        admin.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), sql.Identifier(owner))
        )
        yield f"The database {database} belongs to {owner}."
    foreign = admin.execute(FOREIGN, {"owner": owner}).fetchall()
    if foreign:
        _become_member(admin, owner)
        with admin.transaction():
            for (statement,) in foreign:
                admin.execute(statement)
        yield f"{len(foreign)} tables, sequences and functions belong to {owner}."


def assumable(admin: psycopg.Connection, role: str) -> bool:
    """Whether `admin` may act as `role`, which is made if it can be. For one address that serves for both roles."""
    try:
        if not _exists(admin, role):
            admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        _become_member(admin, role)
        admin.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        admin.execute("RESET ROLE")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def _exists(admin: psycopg.Connection, role: str) -> bool:
    return admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def _become_member(admin: psycopg.Connection, role: str) -> None:
    """Let who asks hand things to `role` and act as it; a superuser may anyway."""
    is_member = admin.execute(
        "SELECT rolsuper OR pg_has_role(%s, 'MEMBER') FROM pg_roles WHERE rolname = current_user", [role]
    ).fetchone()
    if is_member != (True,):
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))


class RoleTooPowerful(Exception):
    """A role that exists already and may more than serve; one sentence."""
