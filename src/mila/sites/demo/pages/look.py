"""The style page: every part of the visual system with sample data."""

from datetime import datetime, timedelta
from pathlib import Path
from re import findall

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mila.sites.demo.guard import demonstration_only
from mila.sites.now import now

ICONS = Path(settings.SOURCE) / "sites" / "static" / "mila" / "icons.svg"


class SampleForm(forms.Form):
    """One field of each kind. Sample words are not translated on purpose."""

    name = forms.CharField(label="Your name")
    email = forms.EmailField(label="E-mail", help_text="For the confirmation. No advertising.")
    floor = forms.CharField(label="Floor, lift, door", required=False)
    country = forms.ChoiceField(label="Country", choices=[("CH", "Switzerland"), ("DE", "Germany")])
    notes = forms.CharField(label="What should the helper know?", required=False, widget=forms.Textarea)
    pay = forms.ChoiceField(
        label="How would you like to pay?", choices=[("card", "Card"), ("twint", "TWINT")], widget=forms.RadioSelect
    )
    terms = forms.BooleanField(label="I accept the terms")


class CodeForm(forms.Form):
    """A one-time code."""

    code = forms.CharField(
        label="Code from the message",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}),
    )


@require_safe
@demonstration_only
def look(request: HttpRequest) -> HttpResponse:
    """Show every part with sample data."""
    at = now()
    return render(request, "look.html", {**_parts(at), **_lists(at)})


def _parts(at: datetime) -> dict[str, object]:
    return {
        "icons": findall(r'symbol id="([^"]+)"', ICONS.read_text()),
        "form": SampleForm({"name": "Anna", "email": "anna@"}),
        "code": CodeForm()["code"],
        "steps": ["what", "where", "when", "who", "pay", "check"],
        "current": 3,
        "days": [_day(at, number) for number in range(14)],
        "lines": [
            {"name": "Wi-Fi in every room", "note": "about 60 minutes", "amount": "CHF 89.90"},
            {"name": "Happiness Guarantee", "amount": "CHF 4.90"},
        ],
        "total": "CHF 94.80",
        "vat": "incl. 8.1 % VAT",
        "badges": ["Vetted", "Best Friend"],
        "ends_at": at + timedelta(seconds=93),
        "now": at,
        "tasks": ["Router placed and cabled", "Wi-Fi measured in every room", "Tutorial given"],
    }


def _lists(at: datetime) -> dict[str, object]:
    return {
        "timeline": [
            {"name": "Searching", "state": "done", "at": at - timedelta(minutes=60)},
            {"name": "Confirmed", "state": "done", "at": at - timedelta(minutes=30)},
            {"name": "Leo is on the way", "state": "now", "icon": "car", "note": "Arrives at about 14:05."},
            {"name": "At work", "state": "todo", "icon": "tools"},
            {"name": "Sign", "state": "todo", "icon": "sign"},
        ],
        "tabs": [
            {"url": "#", "icon": "bell", "name": "Offers", "current": True, "count": 1},
            {"url": "#", "icon": "calendar", "name": "Visits"},
            {"url": "#", "icon": "wallet", "name": "Earnings"},
        ],
        "calls": [
            _call(("7K2P", "Wi-Fi in every room", "Anna Keller · 8004 Zürich", "Searching", "warn"), at, -12),
            _call(("8MQ1", "Television set-up", "Beat Zürcher · 3011 Bern", "Accepted", ""), at, 40),
            _call(("9ZZ4", "Printer", "C. Rossi · 6900 Lugano", "Confirmed", "good"), at, 1500),
        ],
        "diary": [
            {"at": at - timedelta(minutes=60), "text": "Booked", "by": "by Anna"},
            {"at": at - timedelta(minutes=59), "text": "Offer to Leo M.", "by": "by the clock"},
        ],
    }


def _day(at: datetime, number: int) -> dict[str, object]:
    hours = [] if number in (0, 5) else range(8, 20, 2)
    slots = [{"value": f"{number}-{hour}", "label": f"{hour:02}:00–{hour + 2:02}:00"} for hour in hours]
    return {"date": (at + timedelta(days=number)).date(), "open": number == 1, "slots": slots}


def _call(words: tuple[str, str, str, str, str], at: datetime, minutes: int) -> dict[str, object]:
    no, what, who, state, kind = words
    due = at + timedelta(minutes=minutes)
    clock = "late" if minutes < 0 else "soon" if minutes < 60 else ""
    return {"no": no, "what": what, "who": who, "state": state, "kind": kind, "due": due, "clock": clock}
