"""The tour: a story at one press, watched from the customer's phone and the helper's at once."""

from datetime import timedelta

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.accounts.ways import PRESS
from mila.booking import queries as booking
from mila.booking.models import Stage
from mila.crowd.models import Helper
from mila.partners.models import Brand
from mila.sites.demo import play, stage
from mila.sites.demo.guard import demonstration_only
from mila.sites.demo.models import Player, Plot, Scope, Story
from mila.sites.demo.prepared import HOME, begin_story
from mila.sites.demo.seats import LEFT_TO_PEOPLE, give_to_simulation, is_played
from mila.sites.demo.words import PLOTS
from mila.sites.middleware import POLICY
from mila.sites.now import now, push, pushed_by

POLICY_AROUND_PHONES = f"{POLICY}; frame-src 'self'"
STORIES_SHOWN = 6
PUSHES = {
    "1": (timedelta(minutes=1), _("1 minute")),
    "15": (timedelta(minutes=15), _("15 minutes")),
    "60": (timedelta(hours=1), _("1 hour")),
    "1440": (timedelta(days=1), _("1 day")),
}
OVER = (Stage.CLOSED, Stage.CANCELLED, Stage.UNSERVED, Stage.ABANDONED)


@require_http_methods(["GET", "HEAD", "POST"])
@demonstration_only
def tour(request: HttpRequest) -> HttpResponse:
    """Choose a brand and how the story goes; a press books it."""
    if request.method == "POST":
        story = begin_story(
            brand=get_object_or_404(Brand, slug=request.POST.get("brand", ""), is_open=True),
            plot=Plot(_one_of(request.POST.get("plot", ""), Plot.values)),
            customer=Player(_one_of(request.POST.get("customer", ""), Player.values)),
            language=(get_language() or "en")[:2],
            at=now(),
        )
        return redirect("demo:story", story.call.order_number)
    return render(request, "demo/tour.html", _choices())


@require_safe
@demonstration_only
def story(request: HttpRequest, order_number: str) -> HttpResponse:
    """Show both phones, the clock and what happens."""
    found = _story(order_number)
    shown = {**_stage(request, found), "customers_page": stage.customers_page(found.call)}
    response = render(request, "demo/story.html", shown)
    response.headers["Content-Security-Policy"] = POLICY_AROUND_PHONES
    return response


@require_safe
@demonstration_only
def live(request: HttpRequest, order_number: str) -> HttpResponse:
    """Answer with what moves, for the page that looks again every two seconds."""
    return render(request, "demo/stage.html", _stage(request, _story(order_number)) | {"is_part": True})


@require_POST
@demonstration_only
def on(request: HttpRequest, order_number: str) -> HttpResponse:
    """Push the clock: by what was chosen, else to what comes next in the story."""
    found = _story(order_number)
    chosen = request.POST.get("by", "")
    ahead = PUSHES[chosen][0] if chosen in PUSHES else stage.seconds_until(stage.coming_to(found.call), now())
    if ahead:
        push(ahead)
    if request.headers.get("HX-Request"):
        return render(request, "demo/stage.html", _stage(request, found) | {"is_part": True})
    return redirect("demo:story", order_number)


@require_POST
@demonstration_only
def phone(request: HttpRequest, order_number: str) -> HttpResponse:
    """Look at the phone of who is asked or comes: this browser is signed in as them; who plays them stays as it is."""
    found = stage.phone_of(_story(order_number))
    if found is None:
        raise Http404
    _look_as(request, found.helper)
    return redirect(found.opens)


@require_POST
@demonstration_only
def seat(request: HttpRequest) -> HttpResponse:
    """Give the part of one of the named helpers to the simulation; whoever signs in as them has it again."""
    email = _one_of(request.POST.get("email", ""), sorted(LEFT_TO_PEOPLE))
    give_to_simulation(get_object_or_404(Helper.objects.select_related("account"), account__email=email))
    return redirect("demo:tour")


@require_POST
@demonstration_only
def at_large(request: HttpRequest) -> HttpResponse:
    """Say for whom helpers are played, and how many bookings an hour arrive by themselves."""
    if "scope" in request.POST:
        play.play_for(Scope(_one_of(request.POST["scope"], Scope.values)))
    if "pace" in request.POST:
        pace = _one_of(request.POST["pace"], [str(one) for one in play.PACES])
        play.set_pace(int(pace), at=now())
    return redirect("demo:tour")


def _choices() -> dict[str, object]:
    brands = Brand.objects.filter(is_open=True, prices__country=HOME).distinct().order_by("-is_own", "name")
    stories = Story.objects.select_related("call__brand").order_by("-begun_at")[:STORIES_SHOWN]
    helpers = Helper.objects.filter(account__email__in=LEFT_TO_PEOPLE).select_related("account").order_by("first_name")
    return {
        "brands": brands,
        "plots": [(plot, *PLOTS[plot]) for plot in Plot],
        "stories": [{"story": one, "name": PLOTS[Plot(one.plot)][0]} for one in stories],
        "play": play.current(),
        "paces": play.PACES,
        "seats": [{"helper": one, "is_played": is_played(one, in_story=False)} for one in helpers],
    }


def _stage(request: HttpRequest, found: Story) -> dict[str, object]:
    call, at = found.call, now()
    coming, offer = stage.coming_to(call), booking.exclusive_offer(call)
    by_itself = request.GET.get("by_itself") == "1" and call.stage not in OVER
    return {
        "story": found,
        "call": call,
        "plot": PLOTS[Plot(found.plot)],
        "time": at,
        "pushed_by": pushed_by(),
        "pushes": PUSHES,
        "coming": coming,
        "is_due": bool(coming) and coming[0].at <= at,
        "happened": stage.happened(call),
        "letters": stage.messages_of(call),
        "phone": stage.phone_of(found),
        "offer": offer,
        "seconds_left": max(0, int((offer.due_at - at).total_seconds())) if offer and offer.due_at else 0,
        "asked": call.offers.select_related("helper").order_by("-made_at"),
        "by_itself": by_itself,
        "is_over": call.stage in OVER,
        "waits_for_you": call.stage == Stage.DONE and found.customer == Player.PERSON,
    }


def _look_as(request: HttpRequest, helper: Helper) -> None:
    played = is_played(helper, in_story=True)
    if request.user.pk == helper.account_id:
        return
    # The customer's phone beside it keeps its forms: they were written under the token that signing in would change.
    token = request.META.get("CSRF_COOKIE")
    login(request, helper.account, backend=PRESS)
    if token:
        request.META["CSRF_COOKIE"] = token
    if played:
        give_to_simulation(helper)


def _story(order_number: str) -> Story:
    stories = Story.objects.select_related("call__brand", "call__country", "call__address")
    return get_object_or_404(stories, call__order_number=order_number)


def _one_of(given: str, known: list[str]) -> str:
    if given not in known:
        raise Http404
    return given
