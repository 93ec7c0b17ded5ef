"""The addresses of the demonstration."""

from django.urls import URLPattern, path

from mila.sites.demo.guard import OwnFront
from mila.sites.demo.pages import clock, look, mailbox, start, tour

app_name = "demo"
urlpatterns = [
    URLPattern(OwnFront("", is_endpoint=True), start.start, name="start"),
    path("be/<slug:person>/", start.be, name="be"),
    path("mail/", mailbox.mailbox, name="mailbox"),
    path("mail/letters/", mailbox.letters, name="letters"),
    path("mail/<uuid:message_id>/", mailbox.letter, name="letter"),
    path("mail/<uuid:message_id>/paper/", mailbox.paper, name="paper"),
    path("clock/", clock.clock, name="clock"),
    path("tour/", tour.tour, name="tour"),
    path("tour/at-large/", tour.at_large, name="at_large"),
    path("tour/seat/", tour.seat, name="seat"),
    path("tour/<str:order_number>/", tour.story, name="story"),
    path("tour/<str:order_number>/live/", tour.live, name="story_live"),
    path("tour/<str:order_number>/on/", tour.on, name="story_on"),
    path("tour/<str:order_number>/phone/", tour.phone, name="story_phone"),
    path("look/", look.look, name="look"),
]
