"""The trail, the settings and the sent forms, for administrators to look at. Settings are changed on their own page."""

from collections.abc import Iterator
from typing import Any

import django.contrib.auth.admin  # noqa: F401 - registers the groups that are taken away below
from django.contrib import admin
from django.contrib.auth.models import Group
from procrastinate.contrib.django import admin as jobs_admin  # noqa: F401 - registers what is taken away below
from procrastinate.contrib.django.models import ProcrastinateJob

from mentalspace.core.models import (
    AuditAlert,
    AuditAlertReview,
    AuditEvent,
    AuditLink,
    AuditUnlinked,
    DataKey,
    FormSubmission,
    PracticeSetting,
)
from mentalspace.core.read_only_admin import ReadOnlyAdmin

# Roles decide here; Django's groups would be a second answer to the same question.
admin.site.unregister(Group)
# What gave up is told by `doctor` and, for reminders, on their own page; jobs are not begun again by hand.
admin.site.unregister(ProcrastinateJob)


class NamedValues(admin.AllValuesFieldListFilter):
    """A link for every value, also for the rows that have none: those are about no one thing."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "None"}


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "verb", "object_type", "object_id", "client_id", "address")
    list_filter = ("at", ("object_type", NamedValues))
    list_select_related = ("actor",)
    search_fields = (
        "=client_id",
        "=object_id",
        "verb__startswith",
        "=request_id",
        "actor__email__istartswith",
    )
    ordering = ("-id",)


@admin.register(AuditLink)
class AuditLinkAdmin(ReadOnlyAdmin):
    list_display = ("seq", "event_id", "hash_in_hex")
    fields = ("seq", "event_id", "previous_in_hex", "hash_in_hex")
    readonly_fields = fields
    search_fields = ("=seq",)
    ordering = ("-seq",)

    @admin.display(description="event")
    def event_id(self, link: AuditLink) -> int:
        """By its number: the row itself may be gone, which is what the chain is to show."""
        return link.event_id

    @admin.display(description="SHA-256")
    def hash_in_hex(self, link: AuditLink) -> str:
        return bytes(link.hash).hex()

    @admin.display(description="SHA-256 before it")
    def previous_in_hex(self, link: AuditLink) -> str:
        return bytes(link.previous).hex()


@admin.register(AuditUnlinked)
class AuditUnlinkedAdmin(ReadOnlyAdmin):
    list_display = ("event_id",)
    fields = ("event_id",)
    readonly_fields = fields
    search_fields = ("=event__id",)
    ordering = ("event_id",)


@admin.register(AuditAlert)
class AuditAlertAdmin(ReadOnlyAdmin):
    list_display = ("raised_at", "kind", "actor", "since", "count")
    list_select_related = ("actor",)
    search_fields = ("kind__startswith", "actor__email__istartswith", "=client_id")
    ordering = ("-raised_at",)


@admin.register(AuditAlertReview)
class AuditAlertReviewAdmin(ReadOnlyAdmin):
    list_display = ("at", "alert", "by")
    list_select_related = ("alert", "by")
    search_fields = ("by__email__istartswith",)
    ordering = ("-at",)


@admin.register(PracticeSetting)
class PracticeSettingAdmin(ReadOnlyAdmin):
    list_display = ("section", "changed_at", "changed_by")
    list_select_related = ("changed_by",)
    search_fields = ("section",)


@admin.register(DataKey)
class DataKeyAdmin(ReadOnlyAdmin):
    """Whose data a key seals and which master key wraps it; the wrapped key itself is nothing to look at."""

    list_display = ("kind", "scope", "master_key", "created_at", "rotated_at")
    list_filter = ("kind", "master_key")
    fields = list_display
    search_fields = ("=scope", "kind__startswith", "=master_key")
    ordering = ("kind", "scope")


@admin.register(FormSubmission)
class FormSubmissionAdmin(ReadOnlyAdmin):
    list_display = ("key", "user", "location", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("user",)
    search_fields = ("=key", "user__email__istartswith")
    ordering = ("-created_at",)
