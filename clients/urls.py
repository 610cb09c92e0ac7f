from django.urls import path

from clients.views import care_team, chart, choices, clients, emergencies, marks, profile

app_name = "clients"
urlpatterns = [
    path("clients/", clients.client_list, name="client_list"),
    path("clients/new/", clients.client_create, name="client_create"),
    path("clients/new/duplicates/", clients.client_duplicates, name="client_duplicates"),
    path("clients/choices/", choices.client_choices, name="client_choices"),
    path("clients/tags/", marks.tag_list, name="tag_list"),
    path("clients/tags/new/", marks.tag_create, name="tag_create"),
    path("clients/tags/<uuid:pk>/edit/", marks.tag_edit, name="tag_edit"),
    path("clients/tags/<uuid:pk>/delete/", marks.tag_delete, name="tag_delete"),
    path("emergency-access/", emergencies.emergency_list, name="emergency_list"),
    path("emergency-access/new/", emergencies.emergency_create, name="emergency_create"),
    path("emergency-access/<uuid:pk>/", emergencies.emergency_detail, name="emergency_detail"),
    path("emergency-access/<uuid:pk>/end/", emergencies.emergency_end, name="emergency_end"),
    path("emergency-access/<uuid:pk>/review/", emergencies.emergency_review, name="emergency_review"),
    path("clients/<uuid:pk>/", chart.client_detail, name="client_detail"),
    path("clients/<uuid:pk>/edit/", clients.client_edit, name="client_edit"),
    path("clients/<uuid:pk>/status/", clients.client_status, name="client_status"),
    path("clients/<uuid:pk>/insurance/new/", profile.coverage_create, name="coverage_create"),
    path("clients/<uuid:pk>/insurance/<int:index>/edit/", profile.coverage_edit, name="coverage_edit"),
    path("clients/<uuid:pk>/insurance/<int:index>/remove/", profile.coverage_remove, name="coverage_remove"),
    path("clients/<uuid:pk>/contacts/edit/", profile.contacts_edit, name="contacts_edit"),
    path(
        "clients/<uuid:pk>/medical-history/edit/", profile.medical_history_edit, name="medical_history_edit"
    ),
    path("clients/<uuid:pk>/intake/edit/", profile.intake_edit, name="intake_edit"),
    path("clients/<uuid:pk>/custom-fields/edit/", profile.custom_fields_edit, name="custom_fields_edit"),
    path("clients/<uuid:pk>/care-team/assign/", care_team.clinician_assign, name="clinician_assign"),
    path("clients/<uuid:pk>/care-team/hand-over/", care_team.primary_hand_over, name="primary_hand_over"),
    path(
        "clients/<uuid:pk>/care-team/<uuid:member_pk>/end/", care_team.assignment_end, name="assignment_end"
    ),
    path("clients/<uuid:pk>/flags/raise/", marks.flag_raise, name="flag_raise"),
    path("clients/<uuid:pk>/flags/<uuid:flag_pk>/resolve/", marks.flag_resolve, name="flag_resolve"),
    path("clients/<uuid:pk>/tags/add/", marks.tag_add, name="tag_add"),
    path("clients/<uuid:pk>/tags/<uuid:tag_pk>/remove/", marks.tag_remove, name="tag_remove"),
    # Last, since every other word after a client's id is a page of its own.
    path("clients/<uuid:pk>/<slug:slug>/", chart.client_tab, name="client_tab"),
]
