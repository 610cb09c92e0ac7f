from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"
    verbose_name = "Schedule"

    def ready(self) -> None:
        from scheduling import defaults  # noqa: F401 - declares the settings
