"""What the ledger never does, whoever writes it: spend a payment twice, or reverse a row by another amount.

A payment's allocations and refunds never exceed it, and it pays bills of its own client only. The payment is locked
while this is checked, so two people at once cannot both be right.
"""

from django.db import migrations

NOT_OVERDRAWN = """
    CREATE FUNCTION payment_not_overdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        paid record;
        rest numeric;
        payment uuid;
    BEGIN
        IF TG_TABLE_NAME = 'payments' THEN
            payment := NEW.reverses_id;
        ELSE
            payment := NEW.payment_id;
        END IF;
        -- A reversal of an allocation or refund only frees money.
        IF payment IS NULL OR (TG_TABLE_NAME <> 'payments' AND NEW.amount < 0) THEN
            RETURN NEW;
        END IF;
        SELECT amount, client_id INTO paid FROM payments WHERE id = payment FOR NO KEY UPDATE;
        rest := paid.amount
            + COALESCE((SELECT sum(amount) FROM payments WHERE reverses_id = payment), 0)
            - COALESCE((SELECT sum(amount) FROM payment_allocations WHERE payment_id = payment), 0)
            - COALESCE((SELECT sum(amount) FROM refunds WHERE payment_id = payment), 0);
        IF rest < 0 THEN
            RAISE EXCEPTION 'payment % would be overdrawn by %', payment, -rest USING ERRCODE = 'check_violation';
        END IF;
        IF TG_TABLE_NAME = 'payment_allocations' THEN
            IF paid.client_id <> (SELECT client_id FROM billing WHERE id = NEW.billing_id) THEN
                RAISE EXCEPTION 'payment % is of another client', payment USING ERRCODE = 'check_violation';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER payments_not_overdrawn AFTER INSERT ON payments
        FOR EACH ROW EXECUTE FUNCTION payment_not_overdrawn();
    CREATE TRIGGER payment_allocations_not_overdrawn AFTER INSERT ON payment_allocations
        FOR EACH ROW EXECUTE FUNCTION payment_not_overdrawn();
    CREATE TRIGGER refunds_not_overdrawn AFTER INSERT ON refunds
        FOR EACH ROW EXECUTE FUNCTION payment_not_overdrawn();
"""
NOT_OVERDRAWN_NO_MORE = """
    DROP TRIGGER payments_not_overdrawn ON payments;
    DROP TRIGGER payment_allocations_not_overdrawn ON payment_allocations;
    DROP TRIGGER refunds_not_overdrawn ON refunds;
    DROP FUNCTION payment_not_overdrawn();
"""
LEDGER = {
    "payments": "client_id",
    "payment_allocations": "payment_id",
    "adjustments": "billing_id",
    "transfers": "billing_id",
    "refunds": "payment_id",
}
MIRRORS = """
    CREATE FUNCTION reversal_mirrors() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        same boolean;
    BEGIN
        EXECUTE format('SELECT amount = -($1).amount AND %1$I = ($1).%1$I FROM %2$I WHERE id = ($1).reverses_id',
                       TG_ARGV[0], TG_TABLE_NAME) INTO same USING NEW;
        IF NOT COALESCE(same, false) THEN
            RAISE EXCEPTION 'a reversal mirrors the row it reverses' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
"""  # noqa: S608
MIRRORS += "".join(
    f"""
    CREATE TRIGGER {table}_reversal_mirrors AFTER INSERT ON {table}
        FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION reversal_mirrors('{owner}');
    """
    for table, owner in LEDGER.items()
)
MIRRORS_NO_MORE = (
    "".join(f"DROP TRIGGER {table}_reversal_mirrors ON {table};" for table in LEDGER)
    + "DROP FUNCTION reversal_mirrors();"
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_ledger_columns")]

    operations = [
        migrations.RunSQL(
            "UPDATE billing SET insurance_share = insurance_amount WHERE status <> 'void'",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(NOT_OVERDRAWN, NOT_OVERDRAWN_NO_MORE),
        migrations.RunSQL(MIRRORS, MIRRORS_NO_MORE),
    ]
