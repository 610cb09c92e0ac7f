"""Addresses of group notes, under the names of documents. A session is named by the appointment of any member."""

from django.urls import path

from documents.groups import views

urlpatterns = [
    path("notes/<uuid:pk>/group/", views.group_note, name="group_note"),
    path("notes/<uuid:pk>/group/start/", views.group_note_start, name="group_note_start"),
    path("notes/<uuid:pk>/group/autosave/", views.group_note_autosave, name="group_note_autosave"),
    path("notes/<uuid:pk>/group/resolve/", views.group_note_resolve, name="group_note_resolve"),
    path("notes/<uuid:pk>/group/sign/", views.group_note_sign, name="group_note_sign"),
]
