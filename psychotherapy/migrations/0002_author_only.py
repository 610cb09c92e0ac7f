"""Nobody but the author: not the application on another's behalf, not the owner of the table, not a command.

The policy compares as text, so that a setting that is no id is answered with no row instead of an error. Checks of
foreign keys pass it by, as they must: a client, a visit or a person with such a note could not be deleted, and the
refusal would tell. So none of them is ever deleted by the application's role, whether or not there is a note.
"""

from django.db import migrations

AUTHOR_ONLY = """
    ALTER TABLE psychotherapy_notes ENABLE ROW LEVEL SECURITY;
    ALTER TABLE psychotherapy_notes FORCE ROW LEVEL SECURITY;
    CREATE POLICY psychotherapy_notes_author_only ON psychotherapy_notes
        USING (author_id::text = current_setting('app.user_id', true))
        WITH CHECK (author_id::text = current_setting('app.user_id', true));
    CREATE TRIGGER psychotherapy_notes_no_truncate BEFORE TRUNCATE ON psychotherapy_notes
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
NOT_ONLY = """
    DROP TRIGGER psychotherapy_notes_no_truncate ON psychotherapy_notes;
    DROP POLICY psychotherapy_notes_author_only ON psychotherapy_notes;
    ALTER TABLE psychotherapy_notes NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE psychotherapy_notes DISABLE ROW LEVEL SECURITY;
"""
REFERRED_TO = ("appointments", "clients", "users")


class Migration(migrations.Migration):
    dependencies = [("psychotherapy", "0001_initial"), ("core", "0001_database")]

    operations = [
        migrations.RunSQL(AUTHOR_ONLY, NOT_ONLY),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
                f"DROP TRIGGER {table}_no_delete ON {table}",
            )
            for table in REFERRED_TO
        ),
    ]
