"""Addresses of disclosures, under the names of documents."""

from django.urls import path

from documents.disclosures.views import changing, reading

urlpatterns = [
    path("disclosures/", reading.disclosure_list, name="disclosure_list"),
    path("disclosures/of/<uuid:client_id>/", reading.disclosure_account, name="disclosure_account"),
    path(
        "disclosures/of/<uuid:client_id>/pdf/",
        reading.disclosure_account_pdf,
        name="disclosure_account_pdf",
    ),
    path("disclosures/of/<uuid:client_id>/new/", changing.disclosure_create, name="disclosure_create"),
    path("disclosures/<uuid:pk>/", reading.disclosure_detail, name="disclosure_detail"),
    path("disclosures/<uuid:pk>/void/", changing.disclosure_void, name="disclosure_void"),
]
