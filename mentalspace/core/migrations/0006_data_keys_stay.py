"""A data key is never removed and never becomes another's: what it sealed would be lost. Only its wrapping changes."""

from django.db import migrations

STAY = """
    CREATE TRIGGER data_keys_no_delete BEFORE DELETE ON data_keys
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER data_keys_no_change BEFORE UPDATE ON data_keys
        FOR EACH ROW WHEN (
            (OLD.id, OLD.kind, OLD.scope, OLD.created_at) IS DISTINCT FROM (NEW.id, NEW.kind, NEW.scope, NEW.created_at)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER data_keys_no_truncate BEFORE TRUNCATE ON data_keys
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
STAY_NO_MORE = """
    DROP TRIGGER data_keys_no_delete ON data_keys;
    DROP TRIGGER data_keys_no_change ON data_keys;
    DROP TRIGGER data_keys_no_truncate ON data_keys;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_chained_audit")]

    operations = [migrations.RunSQL(STAY, STAY_NO_MORE)]
