from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        # Settings and receivers register themselves; these modules need the models, which are ready only here.
        from clients import panels as client_panels
        from documents import chart, defaults, receivers  # noqa: F401
        from documents.consents import chart as consents
        from documents.disclosures import chart as disclosures
        from documents.files import chart as files
        from documents.groups import chart as groups
        from documents.measures import chart as measures
        from documents.plans import chart as plans
        from scheduling import panels as scheduling_panels

        client_panels.chart.add(chart.TAB, chart.CARD, chart.ACTION, chart.SUBJECT)
        client_panels.chart.add(plans.TAB, plans.CARD, plans.FACT)
        client_panels.chart.add(measures.TAB, measures.CARD, measures.SEND)
        client_panels.chart.add(files.TAB, files.ACTION)
        client_panels.chart.add(consents.TAB, consents.FACT, consents.ACTION, disclosures.ACTION)
        scheduling_panels.appointment.add(chart.NOTE_ACTION, groups.GROUP_ACTION)
