from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        # Settings and receivers register themselves.
        from documents import defaults, receivers  # noqa: F401
