from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = "Clients"

    def ready(self) -> None:
        """Declare the practice's settings about clients, and the chart's own tabs and cards."""
        from clients import defaults, staff_panels, tabs  # noqa: F401
        from clients.panels import chart
        from staff.panels import person

        chart.add(*tabs.OWN_TABS, *tabs.OWN_CARDS)
        person.add(staff_panels.CASELOAD)
