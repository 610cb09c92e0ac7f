"""The trail, the settings and the sent forms, for administrators to look at. Settings are changed on their own page."""

import django.contrib.auth.admin  # noqa: F401 - registers the groups that are taken away below
from django.contrib import admin
from django.contrib.auth.models import Group

from mentalspace.core.models import AuditAlert, AuditAlertReview, AuditEvent, FormSubmission, PracticeSetting
from mentalspace.core.read_only_admin import ReadOnlyAdmin

# Roles decide here; Django's groups would be a second answer to the same question.
admin.site.unregister(Group)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "verb", "object_type", "object_id", "client_id", "address")
    list_filter = ("at", "object_type")
    list_select_related = ("actor",)
    search_fields = (
        "=client_id",
        "=object_id",
        "verb__startswith",
        "=request_id",
        "actor__email__istartswith",
    )
    ordering = ("-id",)


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


@admin.register(FormSubmission)
class FormSubmissionAdmin(ReadOnlyAdmin):
    list_display = ("key", "user", "location", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("user",)
    search_fields = ("=key", "user__email__istartswith")
    ordering = ("-created_at",)
