"""Addresses of kept texts, under the names of documents."""

from django.urls import path

from documents.snippets import views

urlpatterns = [
    path("snippets/", views.snippet_list, name="snippet_list"),
    path("snippets/offered/", views.snippets_offered, name="snippets_offered"),
    path("snippets/new/", views.snippet_create, name="snippet_create"),
    path("snippets/<uuid:pk>/edit/", views.snippet_edit, name="snippet_edit"),
    path("snippets/<uuid:pk>/remove/", views.snippet_remove, name="snippet_remove"),
]
