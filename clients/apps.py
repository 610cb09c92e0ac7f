from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = "Clients"

    def ready(self) -> None:
        """Declare the practice's settings about clients, the chart's own tabs and cards, and what its banner asks."""
        from accounts.panels import OwnColumn, people
        from clients import defaults, rules, staff_panels, tabs  # noqa: F401
        from clients.panels import chart
        from clients.queries import emergencies
        from mentalspace.core import audit
        from staff.panels import person

        audit.policy.rights, audit.policy.client_of = rules.rights_to, rules.client_of_address
        chart.add(*tabs.OWN_TABS, *tabs.OWN_CARDS)
        person.add(staff_panels.CASELOAD)
        people.add(OwnColumn(emergencies.ON_USER, emergencies.lasting_column))
