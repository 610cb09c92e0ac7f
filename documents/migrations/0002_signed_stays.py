"""What the database itself keeps true of documents, whoever asks: administrators and SQL included.

A signed document never changes. While it waits for a co-signature its text does not change. Only a draft that was never
submitted can be deleted. A session note's appointment is one of the same client and clinician.
"""

from django.db import migrations

from mentalspace.core.immutable import append_only

SIGNED_STAYS = """
    CREATE TRIGGER documents_no_change BEFORE UPDATE ON documents
        FOR EACH ROW WHEN (OLD.status = 'signed') EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER documents_waiting_no_change BEFORE UPDATE ON documents
        FOR EACH ROW WHEN (
            OLD.status = 'pending_cosign'
            AND (OLD.client_id, OLD.staff_id, OLD.appointment_id, OLD.type, OLD.title, OLD.content, OLD.answers, OLD.form_key)
                IS DISTINCT FROM
                (NEW.client_id, NEW.staff_id, NEW.appointment_id, NEW.type, NEW.title, NEW.content, NEW.answers, NEW.form_key)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents
        FOR EACH ROW WHEN (OLD.status <> 'draft' OR OLD.submitted_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER documents_no_truncate BEFORE TRUNCATE ON documents
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
SIGNED_STAYS_NO_MORE = """
    DROP TRIGGER documents_no_change ON documents;
    DROP TRIGGER documents_waiting_no_change ON documents;
    DROP TRIGGER documents_no_delete ON documents;
    DROP TRIGGER documents_no_truncate ON documents;
"""
# MATCH SIMPLE: a document without an appointment refers to nothing.
OF_THE_SAME = """
    ALTER TABLE documents ADD CONSTRAINT documents_appointment_of_same_client_and_clinician
        FOREIGN KEY (appointment_id, client_id, staff_id) REFERENCES appointments (id, client_id, staff_id)
        DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("core", "0001_database")]

    operations = [
        migrations.RunSQL(SIGNED_STAYS, SIGNED_STAYS_NO_MORE),
        migrations.RunSQL(
            OF_THE_SAME,
            "ALTER TABLE documents DROP CONSTRAINT documents_appointment_of_same_client_and_clinician",
        ),
        migrations.RunSQL(*append_only("document_signatures")),
        migrations.RunSQL(*append_only("document_addenda")),
        migrations.RunSQL(*append_only("document_reviews")),
    ]
