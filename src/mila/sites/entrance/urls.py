"""The addresses of the entrance."""

from django.urls import path

from mila.sites.entrance.pages import enrol, passkeys, password, security, sign_in

app_name = "entrance"
urlpatterns = [
    path("sign-in/", sign_in.ask, name="sign_in"),
    path("sign-in/sent/", sign_in.sent, name="sent"),
    path("sign-in/password/", password.password, name="password"),
    path("sign-in/code/", password.code, name="code"),
    path("sign-in/passkey/", passkeys.use, name="passkey"),
    path("sign-in/passkey/ask/", passkeys.ask_to_use, name="passkey_ask"),
    path("sign-in/begin/", enrol.begin, name="begin"),
    path("sign-in/<str:key>/", sign_in.enter, name="enter"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("security/", security.security, name="security"),
    path("security/app/", enrol.app, name="app"),
    path("security/app/remove/", security.app_remove, name="app_remove"),
    path("security/password/", enrol.new_password, name="new_password"),
    path("security/recovery/", security.recovery, name="recovery"),
    path("security/passkeys/", passkeys.add, name="passkey_add"),
    path("security/passkeys/ask/", passkeys.ask_to_add, name="passkey_add_ask"),
    path("security/passkeys/<uuid:passkey_id>/rename/", passkeys.rename, name="passkey_rename"),
    path("security/passkeys/<uuid:passkey_id>/remove/", passkeys.remove, name="passkey_remove"),
    path("security/sessions/<uuid:number>/end/", security.session_end, name="session_end"),
    path("security/sessions/end-others/", security.sessions_end, name="sessions_end"),
]
