"""Addresses of consents, under the names of documents."""

from django.urls import path

from documents.consents.views import asking, lists, packets, reading, signing

urlpatterns = [
    path("consents/", lists.consent_list, name="consent_list"),
    path("consents/ask/<uuid:client_id>/", asking.packet_ask, name="packet_ask"),
    path("consents/<uuid:pk>/", reading.consent_detail, name="consent_detail"),
    path("consents/<uuid:pk>/pdf/", reading.consent_pdf, name="consent_pdf"),
    path("consents/<uuid:pk>/withdraw/", reading.consent_withdraw, name="consent_withdraw"),
    path("packet-requests/<uuid:pk>/revoke/", asking.packet_revoke, name="packet_revoke"),
    path("packet-signers/<uuid:pk>/send/", asking.packet_send_again, name="packet_send_again"),
    path("packet-signers/<uuid:pk>/hand-over/", asking.packet_hand_over, name="packet_hand_over"),
    path("packets/", packets.packet_list, name="packet_list"),
    path("packets/new/", packets.packet_create, name="packet_create"),
    path("packets/<uuid:pk>/edit/", packets.packet_edit, name="packet_edit"),
    path("packets/<uuid:pk>/retire/", packets.packet_retire, name="packet_retire"),
    path("packets/<uuid:pk>/restore/", packets.packet_restore, name="packet_restore"),
    # What a signer gets to see: short, and nothing in it tells what it is about.
    path("p/<slug:token>/", signing.packet_open, name="packet_open"),
    path("p/<slug:token>/<uuid:pk>/", signing.packet_form, name="packet_form"),
    path("p/<slug:token>/<uuid:pk>/save/", signing.packet_form_save, name="packet_form_save"),
    path("p/<slug:token>/<uuid:pk>/decline/", signing.packet_form_decline, name="packet_form_decline"),
    path("p/<slug:token>/<uuid:pk>/copy/", signing.packet_form_copy, name="packet_form_copy"),
]
