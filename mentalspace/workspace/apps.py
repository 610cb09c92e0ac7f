from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "mentalspace.workspace"
    verbose_name = "Workspace"

    def ready(self) -> None:
        """Declare which pages are no events of the audit log, and how it reads."""
        from mentalspace.core import audit
        from mentalspace.workspace.audit_pages import DISCREET, UNRECORDED
        from mentalspace.workspace.audit_words import WATCHING, readers_url, sentence

        audit.policy.readers_url = readers_url
        audit.policy.sentence, audit.policy.watching = sentence, WATCHING
        audit.policy.unrecorded |= UNRECORDED
        audit.policy.discreet |= DISCREET
