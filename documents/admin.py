"""The clinical record for administrators: to look at, never to change.

What is signed cannot change at all, and drafts change only through their authors' verbs, so nothing here is written.
"""

from django.contrib import admin

from documents.models import (
    ClientFile,
    Consent,
    ConsentSignature,
    Disclosure,
    Document,
    DocumentAddendum,
    DocumentComment,
    DocumentError,
    DocumentReading,
    DocumentReview,
    DocumentSeal,
    DocumentSignature,
    DocumentVersion,
    FileVersion,
    FormVersion,
    Icd10Release,
    Measure,
    MeasureLink,
    NoteReminder,
    OwnInstrument,
    Packet,
    PacketForm,
    PacketRequest,
    PacketSigner,
    PlanInterval,
    RiskResponse,
    SealKey,
    Snippet,
    UnlockRequest,
)
from mentalspace.core.read_only_admin import ReadOnlyAdmin, ReadOnlyRows


class SignatureRows(ReadOnlyRows):
    model = DocumentSignature
    fields = ("printed_name", "credential", "license", "role", "signed_at", "digest")
    readonly_fields = fields


class AddendumRows(ReadOnlyRows):
    model = DocumentAddendum
    fields = ("printed_name", "created_at", "content", "digest")
    readonly_fields = fields


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("title", "client", "staff", "type", "service_date", "status", "due_on", "signed_at")
    list_filter = ("status", "type", "service_date")
    list_select_related = ("client", "staff")
    search_fields = (
        "title",
        "client__last_name__plain__contains",
        "client__first_name__plain__contains",
        "staff__last_name__plain__contains",
    )
    date_hierarchy = "service_date"
    inlines = (SignatureRows, AddendumRows)


@admin.register(DocumentSignature)
class DocumentSignatureAdmin(ReadOnlyAdmin):
    list_display = ("printed_name", "credential", "role", "document", "signed_at")
    list_filter = ("role", "signed_at")
    list_select_related = ("document",)
    search_fields = ("printed_name", "document__title", "digest")


@admin.register(DocumentAddendum)
class DocumentAddendumAdmin(ReadOnlyAdmin):
    list_display = ("document", "printed_name", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("document",)
    search_fields = ("printed_name", "document__title")


@admin.register(DocumentSeal)
class DocumentSealAdmin(ReadOnlyAdmin):
    list_display = ("sealed_at", "key", "signature", "addendum")
    list_filter = ("sealed_at",)
    list_select_related = ("key", "signature", "addendum")
    search_fields = ("key__id", "value")


@admin.register(SealKey)
class SealKeyAdmin(ReadOnlyAdmin):
    list_display = ("id", "valid_from", "valid_until")
    search_fields = ("id",)
    # Sealed or not, the private half is nobody's to look at.
    exclude = ("private_key",)


@admin.register(FormVersion)
class FormVersionAdmin(ReadOnlyAdmin):
    list_display = ("key", "number", "state", "shipped", "published_at", "published_by")
    list_filter = ("state",)
    list_select_related = ("published_by",)
    search_fields = ("key",)


@admin.register(Icd10Release)
class Icd10ReleaseAdmin(ReadOnlyAdmin):
    list_display = ("valid_from", "valid_until", "size", "source", "loaded_at")
    search_fields = ("source",)
    exclude = ("codes",)


@admin.register(Snippet)
class SnippetAdmin(ReadOnlyAdmin):
    list_display = ("name", "staff", "question", "updated_at")
    list_select_related = ("staff",)
    search_fields = ("name",)


@admin.register(DocumentReview)
class DocumentReviewAdmin(ReadOnlyAdmin):
    list_display = ("document", "reviewer", "returned_at")
    list_filter = ("returned_at",)
    list_select_related = ("document", "reviewer")
    search_fields = ("reviewer__last_name__plain__contains", "document__title")


@admin.register(DocumentVersion)
class DocumentVersionAdmin(ReadOnlyAdmin):
    list_display = ("document", "title", "review")
    list_select_related = ("document", "review")
    search_fields = ("document__title",)


@admin.register(DocumentComment)
class DocumentCommentAdmin(ReadOnlyAdmin):
    list_display = ("document", "section", "review", "answered_at")
    list_filter = ("answered_at",)
    list_select_related = ("document", "review")
    search_fields = ("document__title", "section")


@admin.register(DocumentError)
class DocumentErrorAdmin(ReadOnlyAdmin):
    list_display = ("document", "marked_by", "marked_at")
    list_filter = ("marked_at",)
    list_select_related = ("document", "marked_by")
    search_fields = ("marked_by__last_name__plain__contains", "document__title")


@admin.register(DocumentReading)
class DocumentReadingAdmin(ReadOnlyAdmin):
    list_display = ("document", "due_on", "read_by", "read_at")
    list_filter = ("due_on", "read_at")
    list_select_related = ("document", "read_by")
    search_fields = ("document__title",)


@admin.register(NoteReminder)
class NoteReminderAdmin(ReadOnlyAdmin):
    list_display = ("staff", "kind", "sent_on")
    list_filter = ("kind", "sent_on")
    list_select_related = ("staff",)
    search_fields = ("staff__last_name",)


@admin.register(UnlockRequest)
class UnlockRequestAdmin(ReadOnlyAdmin):
    list_display = ("document", "requested_by", "requested_at", "state", "decided_by", "decided_at")
    list_filter = ("state", "requested_at")
    list_select_related = ("document", "requested_by", "decided_by")
    search_fields = ("requested_by__last_name__plain__contains", "document__title")


@admin.register(Measure)
class MeasureAdmin(ReadOnlyAdmin):
    list_display = ("instrument", "client", "taken_on", "raises_risk", "entered_by", "voided_at")
    list_filter = ("instrument", "raises_risk", "taken_on")
    list_select_related = ("client", "entered_by")
    search_fields = ("client__last_name__plain__contains", "client__first_name__plain__contains")
    date_hierarchy = "taken_on"


@admin.register(RiskResponse)
class RiskResponseAdmin(ReadOnlyAdmin):
    list_display = ("measure", "printed_name", "license", "signed_at")
    list_filter = ("signed_at",)
    list_select_related = ("measure",)
    search_fields = ("printed_name", "digest")


@admin.register(MeasureLink)
class MeasureLinkAdmin(ReadOnlyAdmin):
    list_display = ("client", "sent_by", "created_at", "expires_at", "answered_at", "revoked_at")
    list_filter = ("created_at",)
    list_select_related = ("client", "sent_by")
    search_fields = ("client__last_name__plain__contains", "client__first_name__plain__contains")
    exclude = ("token_hash",)


@admin.register(PlanInterval)
class PlanIntervalAdmin(ReadOnlyAdmin):
    list_display = ("client", "days", "set_by", "set_at")
    list_select_related = ("client", "set_by")
    search_fields = ("client__last_name__plain__contains", "client__first_name__plain__contains")


class FileVersionRows(ReadOnlyRows):
    model = FileVersion
    fields = ("number", "content_type", "origin", "size", "pages", "digest", "added_at")
    readonly_fields = fields


@admin.register(ClientFile)
class ClientFileAdmin(ReadOnlyAdmin):
    list_display = ("client", "kind", "dated_on", "added_by", "created_at", "voided_at")
    list_filter = ("kind", "created_at")
    list_select_related = ("client", "added_by")
    search_fields = ("client__last_name__plain__contains", "client__first_name__plain__contains")
    inlines = (FileVersionRows,)


@admin.register(FileVersion)
class FileVersionAdmin(ReadOnlyAdmin):
    list_display = ("file", "number", "content_type", "origin", "size", "added_by", "added_at")
    list_filter = ("content_type", "origin")
    list_select_related = ("file", "added_by")
    search_fields = ("digest", "sent_digest")


class PacketFormRows(ReadOnlyRows):
    model = PacketForm
    fields = ("form_key", "months")
    readonly_fields = fields


@admin.register(PacketForm)
class PacketFormAdmin(ReadOnlyAdmin):
    list_display = ("packet", "form_key", "months")
    list_select_related = ("packet",)
    search_fields = ("form_key", "packet__name")


@admin.register(Packet)
class PacketAdmin(ReadOnlyAdmin):
    list_display = ("name", "audience", "required", "is_active")
    list_filter = ("audience", "required", "is_active")
    search_fields = ("name",)
    inlines = (PacketFormRows,)


@admin.register(PacketRequest)
class PacketRequestAdmin(ReadOnlyAdmin):
    list_display = ("name", "client", "asked_by", "created_at", "finished_at", "revoked_at")
    list_filter = ("created_at",)
    list_select_related = ("client", "asked_by")
    search_fields = ("client__last_name__plain__contains", "client__first_name__plain__contains")


@admin.register(PacketSigner)
class PacketSignerAdmin(ReadOnlyAdmin):
    list_display = ("request", "relation", "sent_at", "reminded", "unsent", "opened_at", "expires_at")
    list_filter = ("relation", "unsent", "sent_at")
    list_select_related = ("request",)
    search_fields = ("request__client__last_name__plain__contains",)
    exclude = ("token_hash",)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ("title", "client", "signed_at", "expires_on", "declined_at", "withdrawn_on")
    list_filter = ("form_key", "signed_at")
    list_select_related = ("client",)
    search_fields = ("client__last_name__plain__contains", "client__first_name__plain__contains", "title")


@admin.register(ConsentSignature)
class ConsentSignatureAdmin(ReadOnlyAdmin):
    list_display = ("consent", "relation", "signed_at", "address", "digest")
    list_filter = ("relation", "signed_at")
    list_select_related = ("consent",)
    search_fields = ("digest", "consent__title")


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyAdmin):
    list_display = ("client", "released_at", "kind", "ground", "disclosed_by", "voided_at")
    list_filter = ("ground", "kind", "released_at")
    list_select_related = ("client", "disclosed_by")
    search_fields = ("client__last_name__plain__contains", "client__first_name__plain__contains", "digest")
    date_hierarchy = "released_at"


@admin.register(OwnInstrument)
class OwnInstrumentAdmin(ReadOnlyAdmin):
    list_display = ("key", "number", "state", "published_at", "published_by")
    list_filter = ("state",)
    list_select_related = ("published_by",)
    search_fields = ("key",)
