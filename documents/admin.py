"""The clinical record for administrators: to look at, never to change.

What is signed cannot change at all, and drafts change only through their authors' verbs, so nothing here is written.
"""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from documents.models import Document, DocumentAddendum, DocumentReview, DocumentSignature, UnlockRequest


class ReadOnly(admin.ModelAdmin):
    """No adding, changing or deleting."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class _Rows(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class SignatureRows(_Rows):
    model = DocumentSignature
    fields = ("printed_name", "credential", "license", "role", "signed_at", "digest")
    readonly_fields = fields


class AddendumRows(_Rows):
    model = DocumentAddendum
    fields = ("printed_name", "created_at", "content", "digest")
    readonly_fields = fields


@admin.register(Document)
class DocumentAdmin(ReadOnly):
    list_display = ("title", "client", "staff", "type", "service_date", "status", "due_on", "signed_at")
    list_filter = ("status", "type", "service_date")
    list_select_related = ("client", "staff")
    search_fields = ("title", "client__last_name", "client__first_name", "staff__last_name")
    date_hierarchy = "service_date"
    inlines = (SignatureRows, AddendumRows)


@admin.register(DocumentSignature)
class DocumentSignatureAdmin(ReadOnly):
    list_display = ("printed_name", "credential", "role", "document", "signed_at")
    list_filter = ("role", "signed_at")
    list_select_related = ("document",)
    search_fields = ("printed_name", "document__title", "digest")


@admin.register(DocumentAddendum)
class DocumentAddendumAdmin(ReadOnly):
    list_display = ("document", "printed_name", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("document",)
    search_fields = ("printed_name", "document__title")


@admin.register(DocumentReview)
class DocumentReviewAdmin(ReadOnly):
    list_display = ("document", "reviewer", "returned_at")
    list_filter = ("returned_at",)
    list_select_related = ("document", "reviewer")
    search_fields = ("reviewer__last_name", "document__title")


@admin.register(UnlockRequest)
class UnlockRequestAdmin(ReadOnly):
    list_display = ("document", "requested_by", "requested_at", "state", "decided_by", "decided_at")
    list_filter = ("state", "requested_at")
    list_select_related = ("document", "requested_by", "decided_by")
    search_fields = ("requested_by__last_name", "document__title")
