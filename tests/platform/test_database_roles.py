"""The role that serves people reads and writes rows, and can take away none of what protects them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from mentalspace.core.database import acting_as, as_owner, grants, role_of, roles
from mentalspace.dev import databases
from mentalspace.dev.postgres import THROW_AWAY, Cluster
from mentalspace.dev.pytest_postgres import needs_application_role, owner_connection

pytestmark = [pytest.mark.django_db, needs_application_role]

PROJECT = Path(__file__).resolve().parents[2]
# Rows that are added and read, and nothing else. Written down here as well, so that a trigger cannot go unnoticed.
ADDED_ONLY = {
    "adjustments",
    "appointment_events",
    "audit_events",
    "client_status_changes",
    "crm_lead_activities",
    "crm_lead_status_changes",
    "document_addenda",
    "document_reviews",
    "document_seals",
    "document_signatures",
    "payment_allocations",
    "payments",
    "refunds",
    "transfers",
}
NEVER_DELETED = {"appointments", "billing", "clients", "document_seal_keys", "invoices", "messages", "users"}
READ_ONLY = {"audit_chain", "audit_turn", "audit_unlinked", "django_migrations"}
GUARDED = sorted(ADDED_ONLY | {"audit_chain", "documents", "billing", "invoices"})

needs_two_logins = pytest.mark.skipif(
    "assume_role" in settings.DATABASES["default"]["OPTIONS"],
    reason="one login serves for both roles on this server",
)


def refused(statement: str) -> str:
    """What the database says to the application's role; the statement must fail."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refusal.value).splitlines()[0]


# What is granted


def test_tests_run_as_the_role_that_serves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone() == (settings.DATABASE_ROLE,)
    assert settings.DATABASE_ROLE == roles.APPLICATION


def test_every_table_is_granted_what_is_declared() -> None:
    assert grants.granted(connection, settings.DATABASE_ROLE) == grants.wanted(connection)


def test_what_must_be_held_back_is() -> None:
    """More may be; what stands here is not given by taking a trigger away."""
    granted = grants.granted(connection, settings.DATABASE_ROLE)
    held_back = {
        table: grants.EVERYTHING - granted[table] for table in ADDED_ONLY | NEVER_DELETED | READ_ONLY
    }
    assert {table: held_back[table] for table in ADDED_ONLY} == {
        table: {"UPDATE", "DELETE"} for table in ADDED_ONLY
    }
    assert {table: held_back[table] for table in NEVER_DELETED} == {
        table: {"DELETE"} for table in NEVER_DELETED
    }
    assert {table: held_back[table] for table in READ_ONLY} == {
        table: {"INSERT", "UPDATE", "DELETE"} for table in READ_ONLY
    }


def test_nothing_beyond_rows_is_granted_but_the_locks_of_payments() -> None:
    beyond = {
        table: extra
        for table, privileges in grants.granted(connection, settings.DATABASE_ROLE).items()
        if (extra := privileges - grants.EVERYTHING)
    }
    assert beyond == {"payments": {"UPDATE (id)"}}


def test_a_new_table_is_granted_by_the_next_migrate() -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE newcomer (id integer); CREATE TABLE newcomer_added (id integer)")
        try:
            cursor.execute(
                "CREATE TRIGGER newcomer_no_change BEFORE UPDATE OR DELETE ON newcomer_added"
                " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            cursor.execute(
                sql.SQL("GRANT ALL ON newcomer_added TO {}").format(sql.Identifier(roles.APPLICATION))
            )
            statements = grants.statements(owner, settings.DATABASE_ROLE)
            cursor.execute("; ".join(statements))
            found = grants.granted(owner, settings.DATABASE_ROLE)
            assert found["newcomer"] == grants.EVERYTHING
            assert found["newcomer_added"] == {"SELECT", "INSERT"}
            assert [
                each for each in grants.statements(owner, settings.DATABASE_ROLE) if "newcomer" in each
            ] == []
        finally:
            cursor.execute("DROP TABLE newcomer, newcomer_added")


def test_a_sequence_of_its_own_can_be_drawn_from() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('client_number') > 0")
        assert cursor.fetchone() == (True,)
    assert "permission denied" in refused("SELECT setval('client_number', 1)")


# What is refused


@pytest.mark.parametrize("table", sorted(ADDED_ONLY))
def test_rows_that_are_only_added_cannot_be_touched(table: str) -> None:
    columns = {
        column.name for column in connection.introspection.get_table_description(connection.cursor(), table)
    }
    column = next(iter(columns - {"id"}))
    assert refused(f'UPDATE {table} SET "{column}" = "{column}"') == f"permission denied for table {table}"
    assert refused(f"DELETE FROM {table}") == f"permission denied for table {table}"
    if table != "payments":
        assert refused(f"SELECT 1 FROM {table} FOR UPDATE") == f"permission denied for table {table}"


@pytest.mark.parametrize("table", GUARDED)
def test_no_table_is_emptied_and_no_trigger_taken_away(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
        )
        triggers = [name for (name,) in cursor.fetchall()]
    assert triggers
    assert refused(f"TRUNCATE {table}") == f"permission denied for table {table}"
    owned = {f"must be owner of table {table}", f"must be owner of relation {table}"}
    for statement in (
        f"ALTER TABLE {table} DISABLE TRIGGER USER",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} DISABLE RULE x",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} OWNER TO CURRENT_USER",
        f"DROP TABLE {table}",
        *(f"DROP TRIGGER {name} ON {table}" for name in triggers),
    ):
        assert refused(statement) in owned, statement
    assert refused(
        f"CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ) == (f"permission denied for table {table}")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "SET session_replication_role = replica",
            'permission denied to set parameter "session_replication_role"',
        ),
        (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "permission denied for schema public",
        ),
        ("ALTER FUNCTION refuse_change() RENAME TO allow_change", "must be owner of function refuse_change"),
        ("DROP FUNCTION refuse_change() CASCADE", "must be owner of function refuse_change"),
        ("CREATE TABLE mine (id integer)", "permission denied for schema public"),
        ("CREATE TEMPORARY TABLE audit_events (id integer)", "permission denied to create temporary tables"),
        ("CREATE ROLE mine", "permission denied to create role"),
        ("DROP EXTENSION unaccent", "must be owner of extension unaccent"),
        ("DELETE FROM django_migrations", "permission denied for table django_migrations"),
    ],
)
def test_nothing_is_made_and_nothing_replaced(statement: str, words: str) -> None:
    assert refused(statement).startswith(words)


@needs_two_logins
@pytest.mark.parametrize("role", [roles.OWNER, "pg_write_all_data", "pg_execute_server_program"])
def test_no_other_role_can_be_taken_on(role: str) -> None:
    assert refused(f"SET ROLE {role}") == f'permission denied to set role "{role}"'
    assert (
        refused(f"SET SESSION AUTHORIZATION {role}")
        == f'permission denied to set session authorization "{role}"'
    )


@needs_two_logins
def test_the_serving_role_has_no_excess_and_the_owner_has() -> None:
    with connection.cursor() as cursor:
        assert roles.excess(cursor) == []
    with owner_connection() as owner, owner.cursor() as cursor:
        assert roles.excess(cursor) == ["owns tables", "may change the audit log", "may create tables"]


# Whose connection it is


@pytest.mark.django_db(transaction=True)
def test_the_owner_comes_for_a_while_and_goes() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone() == (role_of(settings.DATABASE_OWNER),)
        with as_owner():
            cursor.execute("SELECT 1")
    test_tests_run_as_the_role_that_serves()


def test_the_owner_does_not_come_into_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"), as_owner():
        pass


def acting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.user_id', true)")
        return cursor.fetchone()[0] or ""


def test_the_database_is_told_for_whom_it_works_and_forgets() -> None:
    with acting_as("one"):
        assert acting() == "one"
        with acting_as("two"):
            assert acting() == "two"
        assert acting() == "one"
        with (
            pytest.raises(DatabaseError, match="division by zero"),
            transaction.atomic(),
            acting_as("three"),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT 1/0")
        assert acting() == "one"
    assert acting() == ""


@pytest.mark.django_db(transaction=True)
def test_nobody_is_named_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="open one first"), acting_as("one"):
        pass
    with transaction.atomic(), acting_as("one"):
        pass
    assert acting() == ""


# How the roles come about


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    home = tmp_path_factory.mktemp("roles")
    for place in (home, *home.parents[:2]):
        if place.owner() != "root" or os.geteuid() == 0:
            place.chmod(place.stat().st_mode | 0o011)
    with Cluster(home, settings=THROW_AWAY) as cluster:
        cluster.create_database("practice")
        yield cluster


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=kept | {"SECRET_KEY": "x" * 50, "DJANGO_SETTINGS_MODULE": "mentalspace.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_an_installation_with_one_role_is_taken_apart(server: Cluster) -> None:
    """As an upgrade does: tables of a superuser become the owner's, and the application keeps what it needs."""
    superuser = server.url("practice")
    with server.connected("practice") as admin:
        admin.execute("CREATE TABLE kept AS SELECT 7 AS number; CREATE SEQUENCE counted")
        admin.execute("CREATE FUNCTION seven() RETURNS integer LANGUAGE sql AS 'SELECT 7'")
        admin.execute("CREATE EXTENSION pg_trgm")
    addresses = {
        "DATABASE_ADMIN_URL": superuser,
        "DATABASE_OWNER_URL": superuser.replace("mentalspace@", "the_owner:secret1@"),
        "DATABASE_URL": superuser.replace("mentalspace@", "the-app:secret2@"),
    }
    made = manage("database_roles", **addresses)
    assert (made.returncode, made.stderr) == (0, "")
    assert "The role the_owner was made." in made.stdout
    with server.connected("practice") as admin:
        assert admin.execute(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
            " UNION SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE proname = 'seven'"
            " UNION SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'practice'"
        ).fetchall() == [("the_owner",)]
        told = admin.execute(
            "SELECT rolname, rolpassword LIKE 'SCRAM-SHA-256$%',"
            " rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb"
            " FROM pg_authid WHERE rolname LIKE 'the%' ORDER BY rolname"
        ).fetchall()
        assert sorted(told) == [("the-app", True, False), ("the_owner", True, False)]
    again = manage("database_roles", **addresses)
    assert again.stdout.splitlines() == ["the_owner owns, the-app serves. Now run 'manage.py migrate'."]


def test_migrating_as_the_application_says_what_to_do(server: Cluster) -> None:
    databases.of_cluster(server, "practice")
    said = manage("migrate", DATABASE_URL=server.url("practice", roles.APPLICATION))
    assert said.returncode == 1
    assert "set DATABASE_OWNER_URL" in said.stderr.splitlines()[-1]


def test_one_address_of_a_superuser_serves_as_the_application(server: Cluster) -> None:
    addresses = databases.separated(server.url("practice"))
    assert addresses.serving == f"{server.url('practice')}?assume_role={roles.APPLICATION}"
    assert addresses.owner == server.url("practice")


def test_one_address_of_somebody_without_powers_serves_alone(server: Cluster) -> None:
    with server.connected() as admin:
        admin.execute("CREATE ROLE plain LOGIN")
    address = server.url("practice", "plain")
    assert databases.separated(address) == databases.Addresses(address, "")


def test_an_address_where_nothing_answers_is_left_as_it_is() -> None:
    address = "postgres://nobody@127.0.0.1:1/none"
    assert databases.separated(address) == databases.Addresses(address, "")


def test_a_superuser_is_no_serving_role(server: Cluster) -> None:
    with (
        server.connected() as admin,
        pytest.raises(roles.RoleTooPowerful, match="mentalspace is a superuser"),
    ):
        list(roles.make(admin, roles.Login("mentalspace")))
