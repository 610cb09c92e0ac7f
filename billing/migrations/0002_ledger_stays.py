"""The ledger is only ever added to, a charge keeps what it charged, and an issued invoice what it said.

A bill's appointment is one of the same client.
"""

from django.db import migrations

from mentalspace.core.immutable import append_only

CHARGE_STAYS = """
    CREATE TRIGGER billing_no_change BEFORE UPDATE ON billing
        FOR EACH ROW WHEN (
            OLD.status = 'void'
            OR (OLD.client_id, OLD.appointment_id, OLD.amount, OLD.code, OLD.units, OLD.kind, OLD.service_date)
                IS DISTINCT FROM
                (NEW.client_id, NEW.appointment_id, NEW.amount, NEW.code, NEW.units, NEW.kind, NEW.service_date)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER billing_no_delete BEFORE DELETE ON billing
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER billing_no_truncate BEFORE TRUNCATE ON billing
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER invoices_no_change BEFORE UPDATE ON invoices
        FOR EACH ROW WHEN (
            OLD.status = 'void'
            OR (OLD.client_id, OLD.sequence, OLD.number, OLD.invoice_date, OLD.due_date, OLD.snapshot)
                IS DISTINCT FROM
                (NEW.client_id, NEW.sequence, NEW.number, NEW.invoice_date, NEW.due_date, NEW.snapshot)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER invoices_no_delete BEFORE DELETE ON invoices
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER invoices_no_truncate BEFORE TRUNCATE ON invoices
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
CHARGE_STAYS_NO_MORE = """
    DROP TRIGGER billing_no_change ON billing;
    DROP TRIGGER billing_no_delete ON billing;
    DROP TRIGGER billing_no_truncate ON billing;
    DROP TRIGGER invoices_no_change ON invoices;
    DROP TRIGGER invoices_no_delete ON invoices;
    DROP TRIGGER invoices_no_truncate ON invoices;
"""
OF_THE_SAME = """
    ALTER TABLE billing ADD CONSTRAINT billing_appointment_of_same_client
        FOREIGN KEY (appointment_id, client_id) REFERENCES appointments (id, client_id) DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE payments ADD CONSTRAINT payments_appointment_of_same_client
        FOREIGN KEY (appointment_id, client_id) REFERENCES appointments (id, client_id) DEFERRABLE INITIALLY DEFERRED;
"""
OF_THE_SAME_NO_MORE = """
    ALTER TABLE billing DROP CONSTRAINT billing_appointment_of_same_client;
    ALTER TABLE payments DROP CONSTRAINT payments_appointment_of_same_client;
"""
LEDGER = ("payments", "payment_allocations", "adjustments", "transfers", "refunds")


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("core", "0001_database")]

    operations = [
        migrations.RunSQL(CHARGE_STAYS, CHARGE_STAYS_NO_MORE),
        migrations.RunSQL(OF_THE_SAME, OF_THE_SAME_NO_MORE),
        *(migrations.RunSQL(*append_only(table)) for table in LEDGER),
    ]
