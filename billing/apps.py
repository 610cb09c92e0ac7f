from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        """Declare the practice's settings about money, hear the schedule, and put billing on others' pages."""
        from billing import defaults, receivers  # noqa: F401
        from billing.panels import APPOINTMENT, CHART, DOCUMENT
        from clients.panels import chart
        from documents.panels import document
        from scheduling.panels import appointment

        chart.add(*CHART)
        document.add(*DOCUMENT)
        appointment.add(*APPOINTMENT)
