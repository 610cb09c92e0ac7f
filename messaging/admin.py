"""Who wrote to whom and when, for administrators. What was said is for those who take part alone."""

from django.contrib import admin

from mentalspace.core.read_only_admin import ReadOnlyAdmin
from messaging.models import Message, Thread


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin):
    """Conversations without their subject."""

    list_display = ("__str__", "category", "urgency", "about_client", "created_at", "last_message_at")
    list_filter = ("category", "urgency", "last_message_at")
    search_fields = ("id__exact", "messages__sender__email", "messages__receiver__email")
    search_help_text = "The e-mail address of somebody who takes part"
    ordering = ("-last_message_at",)
    fields = ("id", "category", "urgency", "about_client", "created_at", "last_message_at")

    @admin.display(boolean=True, description="about a client")
    def about_client(self, thread: Thread) -> bool:
        return thread.client_id is not None


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Each message as each person received it, without its words."""

    list_display = ("__str__", "sender", "receiver", "created_at", "is_read", "read_at")
    list_filter = ("is_read", "created_at")
    list_select_related = ("sender", "receiver")
    search_fields = ("sender__email", "receiver__email")
    search_help_text = "The e-mail address of the sender or the receiver"
    ordering = ("-created_at",)
    fields = (
        "id", "sender", "receiver", "thread", "sending", "created_at", "is_read", "first_read_at", "read_at",
        "receiver_archived_at", "sender_archived_at",
    )  # fmt: skip
