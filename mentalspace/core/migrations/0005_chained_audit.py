"""Audit events say who, with which roles, under which right and with which outcome, and hang together in a chain.

Each event has a number, and a hash over itself and the hash before it. Linking happens when the event's transaction
ends, and nobody waits for it: only one transaction at a time can append to a chain, and one that finds another at it
leaves its event in `audit_unlinked`, for the next one that links. The rows of the chain are written by these functions,
which run with their owner's rights; the application's role can neither write there nor hold the turn.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from mentalspace.core.immutable import append_only

# What is hashed of an event: all its columns that are not empty, as JSON whose keys PostgreSQL keeps in one order, so a
# column that is added later and empty changes nothing. mentalspace/core/audit/chain.py says the same, to verify
# without trusting these functions.
CHAIN = """
    -- Whoever has locked its one row may append. The application's role cannot: that takes the right to update.
    CREATE TABLE audit_turn (held boolean PRIMARY KEY CHECK (held));
    INSERT INTO audit_turn VALUES (true);

    -- Instants are written in the zone of the session: to be asked in UTC.
    CREATE FUNCTION audit_hash(event audit_events, seq bigint, previous bytea) RETURNS bytea
    LANGUAGE sql STABLE
    RETURN sha256(convert_to(concat_ws('|', encode(previous, 'hex'), seq, (
        SELECT jsonb_object_agg(key, value)::text FROM jsonb_each(to_jsonb(event))
        WHERE value <> 'null' AND value <> '""'
    )), 'UTF8'));

    -- Link events that wait, and `own` after them. How many were linked, NULL if another transaction is at it.
    CREATE FUNCTION audit_link(own bigint, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    DECLARE
        event audit_events;
        seq bigint;
        previous bytea;
        hash bytea;
        done bigint[] := '{}';
    BEGIN
        PERFORM FROM audit_turn FOR UPDATE SKIP LOCKED;
        -- In a stricter isolation the end of the chain could be seen as it was before the turn came.
        IF NOT FOUND OR current_setting('transaction_isolation') <> 'read committed' THEN
            RETURN NULL;
        END IF;
        SELECT c.seq, c.hash INTO seq, previous FROM audit_chain c ORDER BY c.seq DESC LIMIT 1;
        IF NOT FOUND THEN
            seq := 0;
            previous := decode(repeat('00', 32), 'hex');
        END IF;
        FOR event IN
            (SELECT e.* FROM audit_unlinked u JOIN audit_events e ON e.id = u.event_id ORDER BY u.event_id LIMIT most)
            UNION ALL SELECT e.* FROM audit_events e WHERE e.id = own
        LOOP
            seq := seq + 1;
            hash := audit_hash(event, seq, previous);
            INSERT INTO audit_chain (seq, event_id, previous, hash) VALUES (seq, event.id, previous, hash);
            previous := hash;
            done := done || event.id;
        END LOOP;
        DELETE FROM audit_unlinked WHERE event_id = ANY (done);
        RETURN cardinality(done);
    END $$;

    CREATE FUNCTION audit_link_waiting() RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    RETURN audit_link(NULL, 1000);

    CREATE FUNCTION audit_link_at_commit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF audit_link(NEW.id, 200) IS NULL THEN
            INSERT INTO audit_unlinked VALUES (NEW.id);
        END IF;
        RETURN NULL;
    END $$;

    -- Nobody but the owner calls them by name: as a trigger on a table of one's own they would link what one likes.
    REVOKE EXECUTE ON FUNCTION audit_hash, audit_link, audit_link_at_commit FROM PUBLIC;

    CREATE CONSTRAINT TRIGGER audit_events_linked AFTER INSERT ON audit_events DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_link_at_commit();

    -- What was recorded before there was a chain.
    INSERT INTO audit_unlinked SELECT id FROM audit_events;
    DO $$ BEGIN WHILE audit_link(NULL, 10000) > 0 LOOP END LOOP; END $$;
"""
CHAIN_NO_MORE = """
    DROP TRIGGER audit_events_linked ON audit_events;
    DROP FUNCTION audit_link_at_commit(), audit_link_waiting(), audit_link(bigint, integer),
        audit_hash(audit_events, bigint, bytea);
    DROP TABLE audit_turn;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_data_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "audit_chain",
            },
        ),
        migrations.CreateModel(
            name="AuditUnlinked",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="core.auditevent",
                    ),
                ),
            ],
            options={
                "db_table": "audit_unlinked",
            },
        ),
        migrations.AddField(
            model_name="auditevent",
            name="actor_name",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="actor_roles",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="basis",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="outcome",
            field=models.CharField(
                choices=[("done", "Done"), ("refused", "Refused")], default="done", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="session",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddConstraint(
            model_name="auditevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["done", "refused"])), name="audit_events_outcome_known"
            ),
        ),
        migrations.AddField(
            model_name="auditlink",
            name="event",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="link",
                to="core.auditevent",
            ),
        ),
        migrations.RunSQL(*append_only("audit_chain")),
        migrations.RunSQL(CHAIN, CHAIN_NO_MORE),
    ]
