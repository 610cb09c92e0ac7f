"""Addresses of the practice's own instruments, under the names of documents."""

from django.urls import path

from documents.measures.own import views

urlpatterns = [
    path("instruments/", views.instrument_list, name="instrument_list"),
    path("instruments/new/", views.instrument_create, name="instrument_create"),
    path("instruments/<uuid:pk>/", views.instrument_detail, name="instrument_detail"),
    path("instruments/<uuid:pk>/edit/", views.instrument_edit, name="instrument_edit"),
    path("instruments/<uuid:pk>/begin/", views.instrument_begin, name="instrument_begin"),
    path("instruments/<uuid:pk>/publish/", views.instrument_publish, name="instrument_publish"),
    path("instruments/<uuid:pk>/retire/", views.instrument_retire, name="instrument_retire"),
    path("instruments/<uuid:pk>/use/", views.instrument_use, name="instrument_use"),
    path("instruments/<uuid:pk>/discard/", views.instrument_discard, name="instrument_discard"),
]
