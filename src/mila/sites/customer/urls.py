"""Where the customer's pages are."""

from django.urls import path

from mila.sites.customer.pages import (
    address,
    again,
    answers,
    cancelling,
    check,
    choices,
    choosing,
    contact,
    moving,
    paying,
    ranking,
    status,
    time,
    withdrawing,
)

app_name = "customer"

urlpatterns = [
    path("", choosing.home, name="home"),
    path("book/", choosing.book, name="book"),
    path("ranking/", ranking.ranking, name="ranking"),
    path("book/country/", choosing.country, name="country"),
    path("book/service/<slug:package>/", choosing.service, name="service"),
    path("book/<slug:family>/", choosing.family, name="family"),
    path("booking/address/", address.address, name="address"),
    path("booking/places/", address.places, name="places"),
    path("booking/time/", time.time, name="time"),
    path("booking/contact/", contact.contact, name="contact"),
    path("booking/check/", check.check, name="check"),
    path("s/<slug:key>/", status.status, name="status"),
    path("s/<slug:key>/live/", status.live, name="live"),
    path("s/<slug:key>/receipt/", status.receipt, name="receipt"),
    path("s/<slug:key>/means/", paying.means, name="means"),
    path("s/<slug:key>/pay/", paying.pay, name="pay"),
    path("s/<slug:key>/code/", answers.code, name="code"),
    path("s/<slug:key>/sign-off/", answers.sign_off, name="sign_off"),
    path("s/<slug:key>/door/", answers.door, name="door"),
    path("s/<slug:key>/object/", answers.objection, name="object"),
    path("s/<slug:key>/rate/", answers.rate, name="rate"),
    path("s/<slug:key>/other-time/", choices.other_time, name="other_time"),
    path("s/<slug:key>/other-help/", choices.other_help, name="other_help"),
    path("s/<slug:key>/other-help/code/", choices.help_code, name="help_code"),
    path("s/<slug:key>/other-help/keep/", choices.keep_help, name="keep_help"),
    path("s/<slug:key>/not-again/", answers.not_again, name="not_again"),
    path("s/<slug:key>/again/", answers.again, name="again"),
    path("s/<slug:key>/book-again/", again.book_again, name="book_again"),
    path("s/<slug:key>/withdraw/", withdrawing.withdraw, name="withdraw"),
    path("s/<slug:key>/time/", moving.another_time, name="another_time"),
    path("s/<slug:key>/time/approve/", moving.approve, name="approve_time"),
    path("s/<slug:key>/time/<slug:word>/", moving.answer, name="answer_time"),
    path("s/<slug:key>/cancel/", cancelling.cancel, name="cancel"),
    path("s/<slug:key>/cancel/code/", cancelling.code, name="cancel_code"),
]
