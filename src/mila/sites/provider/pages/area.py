"""Where the helper works, how they travel, and how much they take on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mila.countries.gazetteer.drawing import Sheet, nearest_place, sheet_around
from mila.countries.gazetteer.queries import suggest
from mila.countries.models import Locality
from mila.crowd import actions as crowd
from mila.crowd.models import Vehicle
from mila.kernel.place import Point, Transport
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, helper_only
from mila.sites.maps import carried, drawn, is_look, kept_sheet, looked
from mila.sites.provider.forms import AreaForm, LimitsForm
from mila.sites.provider.shell import Context, show

WIDTH, HEIGHT = 343, 260
PIN_WIDTH, PIN_HEIGHT = 288, 240
PLACES = 6
HOME_REACHES_M = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def area(request: HelperRequest) -> HttpResponse:
    """Show the areas on a map, and ask how far they reach."""
    helper = request.helper
    said = {"radius_km": helper.radius_km, "second_radius_km": helper.second_radius_km}
    form = AreaForm(request.POST) if request.method == "POST" else AreaForm(initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            crowd.set_area(helper=helper, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Your area is saved."))
            return redirect("provider:area")
    around = sheet_around(
        helper.provider.country_id,
        helper.home,
        radius_m=1000 * (helper.second_radius_km or helper.radius_km),
        width=WIDTH,
        height=HEIGHT,
    )
    circles = [(helper.home, 1000.0 * helper.radius_km, "area")]
    if helper.second_radius_km:
        circles.append((helper.home, 1000.0 * helper.second_radius_km, "second"))
    page: Context = {
        "form": form,
        "map": drawn(around, circles=circles, marks=[(helper.home, _("Home"), "pin")]),
        "home": nearest_place(helper.provider.country_id, helper.home),
        "back": reverse("provider:me"),
    }
    return _shown(request, "provider/area.html", page, form)


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def home(request: HelperRequest) -> HttpResponse:
    """Ask where the area has its middle: by a place's name, or by a pin on the map."""
    posted = request.POST.dict() if request.method == "POST" else {}
    country = request.helper.provider.country_id
    sheet = kept_sheet(posted, country=country, width=PIN_WIDTH, height=PIN_HEIGHT) or _sheet(
        request, request.helper.home
    )
    if is_look(posted):
        return _home(request, looked(sheet, posted))
    found = _named(posted.get("place", ""), country)
    if found is not None:
        return _moved(request, Point(found.latitude, found.longitude))
    words = posted.get("words", "")[:60].replace("\0", "").strip()
    if words:
        places = suggest(country=country, text=words, limit=PLACES)
        problem = "" if places else _("We know no such place.")
        return _home(request, sheet, words=words, places=places, problem=problem)
    if "here" in posted:
        if nearest_place(country, sheet.centre) is None:
            return _home(request, sheet, problem=_("This point is not in the country where you work."))
        return _moved(request, sheet.centre)
    return _home(request, sheet)


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def limits(request: HelperRequest) -> HttpResponse:
    """Ask how the helper travels, what is spoken, how many visits a day, and when nobody is to be woken."""
    helper = request.helper
    form = LimitsForm(request.POST) if request.method == "POST" else LimitsForm(initial=LimitsForm.of(helper))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        vehicles = [Vehicle(one) for one in said["vehicles"]]
        crowd.set_means(
            helper=helper, transport=Transport(said["transport"]), vehicles=vehicles, languages=said["languages"]
        )
        quiet = (said["quiet_from"], said["quiet_until"]) if said["quiet_from"] is not None else None
        crowd.set_limits(helper=helper, daily_cap=said["daily_cap"], quiet=quiet)
        messages.success(request, _("It is saved."))
        return redirect("provider:me")
    return _shown(request, "provider/limits.html", {"form": form, "back": reverse("provider:me")}, form)


def _moved(request: HelperRequest, to: Point) -> HttpResponse:
    crowd.move_home(helper=request.helper, to=to)
    messages.success(request, _("The middle of your area is saved."))
    return redirect("provider:area")


def _named(given: str, country: str) -> Locality | None:
    postcode, _bar, name = given[:120].replace("\0", "").partition("|")
    return Locality.objects.filter(country=country, postcode=postcode, name=name).first() if name else None


def _sheet(request: HelperRequest, centre: Point) -> Sheet:
    return sheet_around(
        request.helper.provider.country_id, centre, radius_m=HOME_REACHES_M, width=PIN_WIDTH, height=PIN_HEIGHT
    )


def _home(
    request: HelperRequest,
    sheet: Sheet,
    *,
    words: str = "",
    places: list[Locality] | None = None,
    problem: str = "",
) -> HttpResponse:
    page: Context = {
        "map": drawn(sheet, marks=[(sheet.centre, _("The pin"), "pin")]),
        "carried": carried(sheet),
        "words": words,
        "places": places,
        "problem": problem,
        "back": reverse("provider:area"),
    }
    answer = show(request, "provider/home_place.html", page, tab="me")
    answer.status_code = 422 if problem else 200
    return answer


def _shown(request: HelperRequest, template: str, page: Context, form: AreaForm | LimitsForm) -> HttpResponse:
    answer = show(request, template, page, tab="me")
    answer.status_code = 422 if form.errors else 200
    return answer
