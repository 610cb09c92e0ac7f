from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "mentalspace.workspace"
    verbose_name = "Workspace"
