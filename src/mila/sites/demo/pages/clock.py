"""Pushing the demonstration's clock ahead, so that nobody has to wait for the day of the visit."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from mila.sites.demo.guard import demonstration_only
from mila.sites.demo.stage import coming_to_all, seconds_until
from mila.sites.now import now, push, pushed_by

PUSHES = {
    "15": (timedelta(minutes=15), _("15 minutes")),
    "60": (timedelta(hours=1), _("1 hour")),
    "360": (timedelta(hours=6), _("6 hours")),
    "1440": (timedelta(days=1), _("1 day")),
    "4320": (timedelta(days=3), _("3 days")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@demonstration_only
def clock(request: HttpRequest) -> HttpResponse:
    """Show the demonstration's time, and push it ahead by what was chosen."""
    if request.method == "POST":
        _push(request.POST.get("by", ""))
        return redirect("demo:clock")
    context = {"pushes": PUSHES, "pushed_by": pushed_by(), "coming": coming_to_all(), "time": now()}
    return render(request, "demo/clock.html", context)


def _push(chosen: str) -> None:
    if chosen in PUSHES:
        push(PUSHES[chosen][0])
    elif chosen == "next":
        at = now()
        later = [one for one in coming_to_all() if one.at > at]
        if ahead := seconds_until(later, at):
            push(ahead)
