"""Addresses of files, under the names of documents."""

from django.urls import path

from documents.files.views import changing, reading

urlpatterns = [
    path("files/new/<uuid:client_id>/", changing.file_create, name="file_create"),
    path("files/<uuid:pk>/", reading.file_detail, name="file_detail"),
    path("files/<uuid:pk>/edit/", changing.file_edit, name="file_edit"),
    path("files/<uuid:pk>/version/", changing.file_replace, name="file_replace"),
    path("files/<uuid:pk>/void/", changing.file_void, name="file_void"),
    path("files/<uuid:pk>/move/", changing.file_move, name="file_move"),
    path("file-versions/<uuid:pk>/page/", reading.file_page, name="file_page"),
    path("file-versions/<uuid:pk>/download/", reading.file_download, name="file_download"),
]
