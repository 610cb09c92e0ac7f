"""Addresses of exports, under the names of documents."""

from django.urls import path

from documents.export.views import chart_export

urlpatterns = [path("documents/export/<uuid:client_id>/", chart_export, name="chart_export")]
