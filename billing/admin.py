"""Administrators' screens of money. What was charged, paid, posted or issued is read here and changed nowhere; service
codes are edited through their service. Nothing is deleted.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from billing import services
from billing.models import (
    Adjustment,
    Allocation,
    Bill,
    FeeProposal,
    Invoice,
    LeftCopay,
    Payment,
    Refund,
    ServiceCode,
    Transfer,
)
from mentalspace.core.read_only_admin import ReadOnlyAdmin, ReadOnlyRows

CLIENT = ("client__last_name__plain__startswith", "client__first_name__plain__startswith", "=client__number")


class _LedgerInline(ReadOnlyRows):
    readonly_fields = ("created_at",)
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        shown = {str(name) for name in self.fields or ()}
        related = shown & {"created_by", "reverses", "payment", "bill"}
        return super().get_queryset(request).select_related(*related).order_by("created_at")


class AllocationOfBill(_LedgerInline):
    model = Allocation
    fields = ("created_at", "payment", "amount", "note", "created_by", "reverses")


class AllocationOfPayment(_LedgerInline):
    model = Allocation
    fields = ("created_at", "bill", "amount", "note", "created_by", "reverses")


class AdjustmentInline(_LedgerInline):
    model = Adjustment
    fields = ("created_at", "kind", "taken_from", "amount", "note", "created_by", "reverses")


class TransferInline(_LedgerInline):
    model = Transfer
    fields = ("created_at", "direction", "amount", "note", "created_by", "reverses")


class RefundInline(_LedgerInline):
    model = Refund
    fields = ("created_at", "refunded_on", "method", "reference", "amount", "note", "created_by", "reverses")


@admin.register(ServiceCode)
class ServiceCodeAdmin(admin.ModelAdmin):
    """Codes and fees; retired rather than deleted, since bills name them."""

    list_display = ("code", "label", "fee", "min_minutes", "max_minutes", "unit_rule", "is_active")
    list_filter = ("is_active", "unit_rule")
    search_fields = ("code__istartswith", "label")
    ordering = ("code",)
    readonly_fields = ("version", "created_at", "updated_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: ServiceCode, form: Any, change: bool) -> None:
        """Through the services, so that the audit trail knows."""
        values = {name: form.cleaned_data[name] for name in form.cleaned_data}
        if change:
            version = ServiceCode.objects.values_list("version", flat=True).get(pk=obj.pk)
            services.update_code(actor=request.user, code_id=obj.pk, version=version, **values)
        else:
            made = services.create_code(actor=request.user, **values)
            obj.pk = made.pk


@admin.register(Bill)
class BillAdmin(ReadOnlyAdmin):
    list_display = (
        "service_date",
        "client",
        "code",
        "kind",
        "status",
        "amount",
        "insurance_amount",
        "insurance_paid",
        "client_amount",
        "client_paid",
        "adjusted_amount",
        "invoice_number",
    )
    list_filter = ("status", "kind", "service_date", "code")
    search_fields = (*CLIENT, "=code", "invoice_number__istartswith")
    list_select_related = ("client",)
    ordering = ("-service_date", "-created_at")
    inlines = (AllocationOfBill, AdjustmentInline, TransferInline)


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ("number", "client", "invoice_date", "due_date", "status", "total_due", "created_by")
    list_filter = ("status", "invoice_date", "due_date")
    search_fields = (*CLIENT, "number__istartswith")
    list_select_related = ("client", "created_by")
    ordering = ("-sequence",)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = (
        "received_on",
        "client",
        "source",
        "payer",
        "method",
        "reference",
        "amount",
        "reverses",
        "created_by",
    )
    list_filter = ("source", "method", "received_on")
    search_fields = (*CLIENT, "reference__istartswith", "payer__istartswith")
    list_select_related = ("client", "reverses", "created_by")
    ordering = ("-received_on", "-created_at")
    inlines = (AllocationOfPayment, RefundInline)


class _BillRowAdmin(ReadOnlyAdmin):
    """Rows that hang on a bill."""

    list_select_related = ("bill__client", "created_by")
    search_fields = tuple(
        f"{lookup[0] if lookup[0] == '=' else ''}bill__{lookup.lstrip('=')}" for lookup in CLIENT
    )
    ordering = ("-created_at",)

    @admin.display(description="client", ordering="bill__client__last_name")
    def client(self, row: Any) -> Model:
        found: Model = row.bill.client
        return found


@admin.register(Allocation)
class AllocationAdmin(_BillRowAdmin):
    list_display = ("created_at", "client", "bill", "amount", "note", "created_by")
    list_filter = ("created_at", "payment__source")


@admin.register(Adjustment)
class AdjustmentAdmin(_BillRowAdmin):
    list_display = ("created_at", "client", "bill", "kind", "taken_from", "amount", "note", "created_by")
    list_filter = ("kind", "taken_from", "created_at")


@admin.register(Transfer)
class TransferAdmin(_BillRowAdmin):
    list_display = ("created_at", "client", "bill", "direction", "amount", "note", "created_by")
    list_filter = ("direction", "created_at")


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ("refunded_on", "client", "method", "reference", "amount", "note", "created_by")
    list_filter = ("method", "refunded_on")
    search_fields = (
        "payment__client__last_name__plain__startswith",
        "=payment__client__number",
        "reference__istartswith",
    )
    list_select_related = ("payment__client", "created_by")
    ordering = ("-refunded_on", "-created_at")

    @admin.display(description="client", ordering="payment__client__last_name")
    def client(self, row: Refund) -> Model:
        return row.payment.client


@admin.register(FeeProposal)
class FeeProposalAdmin(ReadOnlyAdmin):
    """Decided on the missed-visit fees page."""

    list_display = (
        "created_at",
        "client",
        "kind",
        "amount",
        "state",
        "waive_reason",
        "decided_by",
        "decided_at",
    )
    list_filter = ("state", "kind", "created_at")
    search_fields = CLIENT
    list_select_related = ("client", "decided_by")
    ordering = ("-created_at",)


@admin.register(LeftCopay)
class LeftCopayAdmin(ReadOnlyAdmin):
    """Left at the desk, on the page that asks for the copay."""

    list_display = ("left_at", "client", "amount", "reason", "note", "left_by")
    list_filter = ("reason", "left_at")
    search_fields = CLIENT
    list_select_related = ("client", "left_by")
    ordering = ("-left_at",)
