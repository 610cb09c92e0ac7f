from django.apps import AppConfig


class MentalSpaceConfig(AppConfig):
    name = "mentalspace"

    def ready(self) -> None:
        # Importing registers the checks.
        from mentalspace import checks  # noqa: F401
