from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        """Declare settings about money and what is locked, hear the schedule, and put billing on others' pages."""
        from billing import defaults, receivers  # noqa: F401
        from billing.panels import APPOINTMENT, CHART, DOCUMENT
        from clients.panels import chart
        from documents.panels import document
        from mentalspace.core.database import grants
        from scheduling.panels import appointment

        # Whoever spends a payment locks it first, though it never changes.
        grants.locked("payments")
        chart.add(*CHART)
        document.add(*DOCUMENT)
        appointment.add(*APPOINTMENT)
