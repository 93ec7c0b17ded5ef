"""Stars for the visit, and whether the brand is recommended; a link chooses, and only a press stores."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.quality import queries as quality
from mila.quality.models import AXES
from mila.sites.customer import story
from mila.sites.customer.forms import RateForm, RecommendForm
from mila.sites.customer.page import call_or_404, private, refused, to_status
from mila.sites.door import by_customer

both_ways = require_http_methods(["GET", "HEAD", "POST"])


@both_ways
def rate(request: HttpRequest, key: str) -> HttpResponse:
    """Show the stars, those of the link chosen; rate the visit by a press, once.

    Programs that look through mail open links: looking stores nothing.
    """
    call = call_or_404(key)
    if call.stage not in story.RATEABLE or (request.method != "POST" and quality.has_rating(call)):
        return to_status(call, "rate")
    if request.method != "POST":
        return _stars(request, call, RateForm(initial={"stars": request.GET.get("stars", "")[:1]}))
    form = RateForm(request.POST)
    if not form.is_valid():
        return _stars(request, call, form, 422)
    said = form.cleaned_data
    axes = {axis: said[axis] for axis in AXES if said[axis]}
    try:
        journey.rate(call_id=call.id, stars=said["stars"], axes=axes, text=said["text"], now=by_customer())
    except Refusal as refusal:
        return _stars(request, call, refused(form, refusal), refusal.status)
    messages.success(request, _("Thank you for your rating."))
    return to_status(call)


@both_ways
def recommend(request: HttpRequest, key: str) -> HttpResponse:
    """Ask from 0 to 10 how likely the brand is recommended: eleven equal buttons, each of which is the answer."""
    call = call_or_404(key)
    if request.method != "POST":
        chosen = RecommendForm(request.GET)
        return _scores(request, call, chosen.cleaned_data["score"] if chosen.is_valid() else None)
    form = RecommendForm(request.POST)
    if not form.is_valid():
        return _scores(request, call, None, _("Choose a number from 0 to 10."), 422)
    try:
        journey.recommend(call_id=call.id, score=form.cleaned_data["score"], now=by_customer())
    except Refusal as refusal:
        return _scores(request, call, None, str(refusal), refusal.status)
    messages.success(request, _("Thank you for your answer."))
    return to_status(call)


def _stars(request: HttpRequest, call: ServiceCall, form: RateForm, status: int = 200) -> HttpResponse:
    met = booking.last_assignment(call)
    page = {
        "call": call,
        "brand": call.brand,
        "rate_form": form,
        "name": met.helper.first_name if met else "",
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(render(request, "customer/rate.html", page, status=status))


def _scores(
    request: HttpRequest, call: ServiceCall, chosen: int | None, error: str = "", status: int = 200
) -> HttpResponse:
    page = {
        "call": call,
        "brand": call.brand,
        "question": quality.question(call),
        "chosen": chosen,
        "scores": range(11),
        "error": error,
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(render(request, "customer/recommend.html", page, status=status))
