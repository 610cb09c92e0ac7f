"""The names by which allauth leads people on, each a page of `accounts.urls`. Nothing else of it has an address."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/second-step/", views.second_step, name="mfa_authenticate"),
    path("sign-in/passkey/", views.passkey_sign_in, name="mfa_login_webauthn"),
    path("account/", views.account, name="mfa_index"),
    path("account/", views.account, name="mfa_deactivate_totp"),
    path("account/confirm/password/", views.confirm_by_password, name="account_reauthenticate"),
    path("account/confirm/code/", views.confirm_by_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", views.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
]
