"""Names are found without their accents: the indexes of names are built on `plain_name` instead of `lower`."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models.functions import Coalesce, Collate, Concat

# Decomposed first, so that a letter and its mark are alike however they were typed. The dictionary of unaccent hardly
# ever changes, so the function may call itself immutable, which an index asks for; whoever changes that dictionary runs
# REINDEX TABLE clients. Every name in the body is resolved once, here: neither a search path nor a restored dump can
# make it mean something else, and the extension cannot go away underneath it.
PLAIN_NAME = """
CREATE FUNCTION plain_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.lower(public.unaccent('public.unaccent'::regdictionary, pg_catalog.normalize(name, 'NFKD')));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_us_spelling"),
        ("core", "0001_database"),
    ]

    operations = [
        migrations.RunSQL(PLAIN_NAME, "DROP FUNCTION plain_name(text)"),
        migrations.RemoveIndex(
            model_name="client",
            name="clients_name_prefix",
        ),
        migrations.RemoveIndex(
            model_name="client",
            name="clients_first_name_prefix",
        ),
        migrations.RemoveIndex(
            model_name="client",
            name="clients_preferred_name_prefix",
        ),
        migrations.RemoveIndex(
            model_name="client",
            name="clients_name_trigram",
        ),
        migrations.RemoveIndex(
            model_name="client",
            name="clients_names_trigram",
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                Collate(
                    models.Func("last_name", function="plain_name", output_field=models.TextField()), "C"
                ),
                Collate(
                    models.Func("first_name", function="plain_name", output_field=models.TextField()), "C"
                ),
                models.F("id"),
                name="clients_name_prefix",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                Collate(
                    models.Func("first_name", function="plain_name", output_field=models.TextField()), "C"
                ),
                models.F("id"),
                name="clients_first_name_prefix",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                Collate(
                    models.Func("preferred_name", function="plain_name", output_field=models.TextField()), "C"
                ),
                models.F("id"),
                name="clients_preferred_name_prefix",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=GinIndex(
                OpClass(
                    models.Func(
                        Concat(
                            Coalesce(models.F("first_name"), models.Value("")),
                            models.Value(" "),
                            Coalesce(models.F("last_name"), models.Value("")),
                            models.Value(" "),
                            Coalesce(models.F("preferred_name"), models.Value("")),
                        ),
                        function="plain_name",
                        output_field=models.TextField(),
                    ),
                    name="gin_trgm_ops",
                ),
                name="clients_name_trigram",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=GinIndex(
                OpClass(
                    models.Func("last_name", function="plain_name", output_field=models.TextField()),
                    name="gin_trgm_ops",
                ),
                OpClass(
                    models.Func("first_name", function="plain_name", output_field=models.TextField()),
                    name="gin_trgm_ops",
                ),
                OpClass(
                    models.Func("preferred_name", function="plain_name", output_field=models.TextField()),
                    name="gin_trgm_ops",
                ),
                name="clients_names_trigram",
            ),
        ),
        # Fresh indexes on expressions have no statistics until somebody counts.
        migrations.RunSQL("ANALYZE clients", migrations.RunSQL.noop),
    ]
