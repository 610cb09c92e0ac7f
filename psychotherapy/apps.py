from django.apps import AppConfig


class PsychotherapyConfig(AppConfig):
    name = "psychotherapy"
    verbose_name = "Psychotherapy notes"

    def ready(self) -> None:
        # These modules need the models, which are ready only here.
        from clients import panels as client_panels
        from psychotherapy import chart
        from scheduling import panels as scheduling_panels

        client_panels.chart.add(chart.NEW, chart.CARD)
        scheduling_panels.appointment.add(chart.OF_SESSION)
