"""Addresses of finding, under the names of documents. What is looked for is posted, never part of an address."""

from django.urls import path

from documents.finding.views import document_find

urlpatterns = [path("documents/find/<uuid:client_id>/", document_find, name="document_find")]
