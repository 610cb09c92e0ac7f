from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"
    verbose_name = "Schedule"

    def ready(self) -> None:
        from clients.panels import chart
        from scheduling import defaults, receivers  # noqa: F401 - declares the settings; hears the staff's hours
        from scheduling.chart import PANELS, STAFF_PANELS
        from scheduling.requests import defaults as request_defaults  # noqa: F401 - likewise
        from scheduling.series import defaults as series_defaults  # noqa: F401 - likewise
        from scheduling.waitlist import defaults as waitlist_defaults  # noqa: F401 - likewise
        from staff.panels import person

        chart.add(*PANELS)
        person.add(*STAFF_PANELS)
