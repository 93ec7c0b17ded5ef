"""Who is available now and where, for calls as soon as possible."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mila.countries.models import Country
from mila.sites.desk.available import available_in
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, desk_only
from mila.sites.now import now


@require_safe
@desk_only
def page(request: DeskRequest) -> HttpResponse:
    """Show the available helpers of a country by area, as a list and on a map."""
    countries = list(Country.objects.order_by("code"))
    asked = request.GET.get("country", "")
    chosen = next((one for one in countries if one.code == asked), countries[0])
    context = {**frame("available"), "countries": countries, "chosen": chosen}
    return render(request, "desk/available.html", context | {"found": available_in(chosen.code, now())})
