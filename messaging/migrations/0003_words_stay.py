"""What was said, by whom and to whom stays as it was sent; only reading and archiving change."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER messages_words_stay BEFORE UPDATE ON messages FOR EACH ROW
    WHEN ((OLD.sender_id, OLD.receiver_id, OLD.subject, OLD.content, OLD.created_at, OLD.thread_id, OLD.sending)
        IS DISTINCT FROM
        (NEW.sender_id, NEW.receiver_id, NEW.subject, NEW.content, NEW.created_at, NEW.thread_id, NEW.sending))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER messages_no_delete BEFORE DELETE ON messages FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER messages_no_truncate BEFORE TRUNCATE ON messages FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER messages_words_stay ON messages;
DROP TRIGGER messages_no_delete ON messages;
DROP TRIGGER messages_no_truncate ON messages;
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_first_read"), ("core", "0001_database")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
