"""Tests that commit can clean up after themselves although some tables refuse TRUNCATE."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from mentalspace.dev.pytest_postgres import owner_connection

pytestmark = pytest.mark.django_db(transaction=True)

GUARD = """
CREATE TABLE guarded (id integer);
INSERT INTO guarded VALUES (1);
CREATE FUNCTION guarded_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'it stays'; END $$;
CREATE TRIGGER guarded_no_truncate BEFORE TRUNCATE ON guarded EXECUTE FUNCTION guarded_stays();
"""


def test_a_flush_passes_the_guards_and_leaves_them_standing() -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(GUARD)
        try:
            connection.ops.execute_sql_flush(['TRUNCATE "guarded"'])
            cursor.execute("SELECT count(*) FROM guarded")
            assert cursor.fetchone() == (0,)
            with pytest.raises(DatabaseError, match="it stays"):
                cursor.execute("TRUNCATE guarded")
        finally:
            cursor.execute("DROP TABLE guarded; DROP FUNCTION guarded_stays()")


def test_the_whole_schema_can_be_flushed() -> None:
    call_command("flush", interactive=False, verbosity=0)
