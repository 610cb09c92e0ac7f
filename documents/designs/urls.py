"""Addresses of forms, under the names of documents."""

from django.urls import path

from documents.designs.views import drawing, keeping

urlpatterns = [
    path("forms/", keeping.form_list, name="form_list"),
    path("forms/new/", keeping.form_create, name="form_create"),
    path("forms/<uuid:pk>/", keeping.form_detail, name="form_detail"),
    path("forms/<uuid:pk>/preview/", keeping.form_preview, name="form_preview"),
    path("forms/<uuid:pk>/compare/<int:number>/", keeping.form_compare, name="form_compare"),
    path("forms/<uuid:pk>/begin/", keeping.form_begin, name="form_begin"),
    path("forms/<uuid:pk>/publish/", keeping.form_publish, name="form_publish"),
    path("forms/<uuid:pk>/retire/", keeping.form_retire, name="form_retire"),
    path("forms/<uuid:pk>/use/", keeping.form_use, name="form_use"),
    path("forms/<uuid:pk>/discard/", keeping.form_discard, name="form_discard"),
    path("forms/<uuid:pk>/edit/", drawing.form_edit, name="form_edit"),
    path("forms/<uuid:pk>/sections/new/", drawing.form_section_create, name="form_section_create"),
    path("forms/<uuid:pk>/parts/<str:path>/add/", drawing.form_question_create, name="form_question_create"),
    path("forms/<uuid:pk>/parts/<str:path>/edit/", drawing.form_part_edit, name="form_part_edit"),
    path("forms/<uuid:pk>/parts/<str:path>/up/", drawing.form_part_move, {"up": True}, name="form_part_up"),
    path(
        "forms/<uuid:pk>/parts/<str:path>/down/", drawing.form_part_move, {"up": False}, name="form_part_down"
    ),
    path("forms/<uuid:pk>/parts/<str:path>/remove/", drawing.form_part_remove, name="form_part_remove"),
]
