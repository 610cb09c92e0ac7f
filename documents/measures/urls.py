"""Addresses of measures, under the names of documents."""

from django.urls import path

from documents.measures.views import answering, entering, reading

urlpatterns = [
    path("measures/new/<uuid:client_id>/<slug:instrument>/", entering.measure_create, name="measure_create"),
    path("measures/risks/", reading.risk_list, name="risk_list"),
    path("measures/<uuid:pk>/", reading.measure_detail, name="measure_detail"),
    path("measures/<uuid:pk>/respond/", reading.risk_respond, name="risk_respond"),
    path("measures/<uuid:pk>/void/", reading.measure_void, name="measure_void"),
    path("measures/send/<uuid:client_id>/", entering.measure_link_create, name="measure_link_create"),
    path("measure-links/<uuid:pk>/revoke/", entering.measure_link_revoke, name="measure_link_revoke"),
    # What a client gets to see: short, and nothing in it tells what it is about.
    path("q/<slug:token>/", answering.questionnaire, name="questionnaire"),
]
