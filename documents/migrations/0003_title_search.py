"""The global search looks into titles anywhere, in any case."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_signed_stays")]

    operations = [
        migrations.AddIndex(
            "document", GinIndex(OpClass(Lower("title"), name="gin_trgm_ops"), name="documents_title_trigram")
        ),
    ]
