from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/passkey/", views.passkey_sign_in, name="passkey_sign_in"),
    path("sign-in/second-step/", views.second_step, name="second_step"),
    path("sign-in/second-factor/", views.second_factor, name="second_factor"),
    path("account/sessions/<str:key>/end/", views.session_end, name="session_end"),
    path("account/sessions/end-others/", views.sessions_end_others, name="sessions_end_others"),
    path("account/session/", views.session_state, name="session_state"),
    path("account/session/stay/", views.session_stay, name="session_stay"),
    path("account/typed/", views.kept_form, name="kept_form"),
    path("account/confirm/password/", views.confirm_by_password, name="confirm_by_password"),
    path("account/confirm/code/", views.confirm_by_code, name="confirm_by_code"),
    path("account/confirm/passkey/", views.confirm_by_passkey, name="confirm_by_passkey"),
    path("account/authenticator-app/", views.totp_add, name="totp_add"),
    path("account/passkeys/new/", views.passkey_add, name="passkey_add"),
    path("account/second-factors/<int:pk>/remove/", views.second_factor_remove, name="second_factor_remove"),
    path("account/recovery-codes/", views.recovery_codes, name="recovery_codes"),
    path("account/recovery-codes/new/", views.recovery_codes_make, name="recovery_codes_make"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/", views.account, name="account"),
    path("account/password/", views.password_change, name="password_change"),
    path("reset/", views.password_reset, name="password_reset"),
    path("reset/<str:token>/", views.password_reset_confirm, name="password_reset_confirm"),
    path("users/", views.user_list, name="user_list"),
    path("users/<uuid:pk>/", views.user_detail, name="user_detail"),
    path("users/<uuid:pk>/edit/", views.user_edit, name="user_edit"),
    path("users/<uuid:pk>/disable/", views.user_disable, name="user_disable"),
    path("users/<uuid:pk>/enable/", views.user_enable, name="user_enable"),
    path("users/<uuid:pk>/send-link/", views.user_send_link, name="user_send_link"),
    path("users/<uuid:pk>/revoke-invitation/", views.user_revoke_invitation, name="user_revoke_invitation"),
    path(
        "users/<uuid:pk>/reset-second-factors/",
        views.user_reset_second_factors,
        name="user_reset_second_factors",
    ),
    # Before Django's own: its admin uses the one door, and passwords change in one place.
    path("admin/login/", views.admin_sign_in, name="admin_sign_in"),
    path("admin/logout/", views.sign_out, name="admin_sign_out"),
    path("admin/password_change/", views.password_change, name="admin_password_change"),
]
