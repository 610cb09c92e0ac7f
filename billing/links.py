"""Addresses of the pages below this app that its own pages lead to."""

from typing import Any

from django.urls import reverse


def account_url(client_id: Any) -> str:
    """The client's account: the billing tab of the chart."""
    return reverse("clients:client_tab", args=[client_id, "billing"])


def profile_url(client_id: Any) -> str:
    return reverse("clients:client_tab", args=[client_id, "profile"])


def appointment_url(appointment_id: Any) -> str:
    return reverse("scheduling:appointment_detail", args=[appointment_id])


def document_url(document_id: Any) -> str:
    return reverse("documents:document_detail", args=[document_id])


def copay_url(visit: Any) -> str:
    """Where the desk takes what the client pays for a visit."""
    return f"{reverse('billing:payment_create')}?client={visit.client_id}&appointment={visit.pk}"
