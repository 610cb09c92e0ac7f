from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "mentalspace.core"
    verbose_name = "Practice and audit"

    def ready(self) -> None:
        from mentalspace.core import receivers  # noqa: F401 - registered by being imported
