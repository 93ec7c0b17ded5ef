"""The addresses of the helper's app."""

from django.urls import path

from mila.sites.provider.pages import checklist, device, earnings, home, me, offers, visits

app_name = "provider"
urlpatterns = [
    path("", home.home, name="home"),
    path("live/", home.live, name="live"),
    path("available/", home.available, name="available"),
    path("unavailable/", home.unavailable, name="unavailable"),
    path("offers/", offers.offers, name="offers"),
    path("offers/<slug:key>/", offers.offer, name="offer"),
    path("offers/<slug:key>/live/", offers.live, name="offer_live"),
    path("offers/<slug:key>/seen/", offers.seen, name="seen"),
    path("offers/<slug:key>/received/", offers.received, name="received"),
    path("offers/<slug:key>/accept/", offers.accept, name="accept"),
    path("offers/<slug:key>/decline/", offers.decline, name="decline"),
    path("offers/<slug:key>/withdraw/", offers.withdraw, name="withdraw"),
    path("visits/<uuid:call_id>/", visits.visit, name="visit"),
    path("visits/<uuid:call_id>/live/", visits.live, name="visit_live"),
    path("visits/<uuid:call_id>/qr.svg", visits.qr, name="qr"),
    path("visits/<uuid:call_id>/contact/", visits.contact, name="contact"),
    path("visits/<uuid:call_id>/drop-out/", visits.drop_out, name="drop_out"),
    path("visits/<uuid:call_id>/tick/", checklist.tick, name="tick"),
    path("visits/<uuid:call_id>/step/<slug:step>/", visits.take, name="take"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("me/", me.me, name="me"),
    path("me/devices/", device.ring, name="ring"),
    path("me/devices/<uuid:device_id>/remove/", device.ring_no_more, name="ring_no_more"),
    path("manifest.webmanifest", device.manifest, name="manifest"),
    path("worker.js", device.worker, name="worker"),
    path("offline/", device.offline, name="offline"),
]
