from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "Messages"

    def ready(self) -> None:
        """Put conversations about a client on the client's chart; tell administrators of emergency access."""
        from clients.panels import chart
        from messaging import receivers  # noqa: F401
        from messaging.client_panels import MESSAGES_TAB, NEW_MESSAGE

        chart.add(MESSAGES_TAB, NEW_MESSAGE)
