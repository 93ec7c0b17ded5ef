"""The addresses of the demonstration."""

from django.urls import URLPattern, path

from mila.sites.demo.guard import OwnFront
from mila.sites.demo.pages import clock, look, mailbox, start

app_name = "demo"
urlpatterns = [
    URLPattern(OwnFront("", is_endpoint=True), start.start, name="start"),
    path("be/<slug:person>/", start.be, name="be"),
    path("mail/", mailbox.mailbox, name="mailbox"),
    path("mail/letters/", mailbox.letters, name="letters"),
    path("mail/<uuid:message_id>/", mailbox.letter, name="letter"),
    path("mail/<uuid:message_id>/paper/", mailbox.paper, name="paper"),
    path("clock/", clock.clock, name="clock"),
    path("look/", look.look, name="look"),
]
