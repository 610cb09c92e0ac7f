from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "mentalspace.core"
    verbose_name = "Practice and audit"

    def ready(self) -> None:
        from mentalspace.core import receivers  # noqa: F401 - registered by being imported
        from mentalspace.core.database import grants

        post_migrate.connect(grants.after_migrate, sender=self, dispatch_uid="core.grants")
