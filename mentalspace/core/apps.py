from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "mentalspace.core"
    verbose_name = "Practice and audit"
