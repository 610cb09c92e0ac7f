from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        # Settings and receivers register themselves; these modules need the models, which are ready only here.
        from clients import panels as client_panels
        from documents import chart, defaults, receivers  # noqa: F401
        from documents.measures import chart as measures
        from scheduling import panels as scheduling_panels

        client_panels.chart.add(*chart.TABS, *chart.CARDS, *chart.FACTS, *chart.ACTIONS, chart.SUBJECT)
        client_panels.chart.add(measures.TAB, measures.CARD, measures.SEND)
        scheduling_panels.appointment.add(chart.NOTE_ACTION)
