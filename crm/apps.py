from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = "Leads"

    def ready(self) -> None:
        """Declare settings about leads, hear of booking requests, and say on a chart where the client came from."""
        from clients.panels import chart
        from crm import defaults, receivers  # noqa: F401
        from crm.client_panels import LEAD_CARD

        chart.add(LEAD_CARD)
