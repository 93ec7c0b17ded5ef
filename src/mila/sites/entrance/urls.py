"""The addresses of the entrance."""

from django.urls import path

from mila.sites.entrance.pages import sign_in

app_name = "entrance"
urlpatterns = [
    path("sign-in/", sign_in.ask, name="sign_in"),
    path("sign-in/sent/", sign_in.sent, name="sent"),
    path("sign-in/<str:key>/", sign_in.enter, name="enter"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
]
