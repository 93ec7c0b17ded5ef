"""What helpers type about when, where and how they work; every message stands beside its field."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mila.crowd.adapters.calendar import CalendarFault, address_of
from mila.crowd.models import ExceptionKind, Helper, Vehicle
from mila.crowd.rules import Span, overlapping
from mila.kernel.periods import Period
from mila.kernel.place import Transport
from mila.kernel.refusal import Sentence
from mila.sites.provider.warning import WarnsOfPasswords

SPANS_A_DAY = 4
TRANSPORTS = [
    (Transport.CAR, gettext_lazy("Car")),
    (Transport.PUBLIC, gettext_lazy("Bus and train")),
    (Transport.BICYCLE, gettext_lazy("Bicycle")),
    (Transport.FOOT, gettext_lazy("On foot")),
]
VEHICLES = [
    (Vehicle.CARGO_BIKE, gettext_lazy("Cargo bike")),
    (Vehicle.CAR, gettext_lazy("Car")),
    (Vehicle.ESTATE, gettext_lazy("Estate car")),
    (Vehicle.VAN, gettext_lazy("Van")),
]
KINDS = [
    (ExceptionKind.BUSY, gettext_lazy("I cannot work then")),
    (ExceptionKind.FREE, gettext_lazy("I can work then as well")),
]
TIME = {"type": "time", "step": "300"}
DAY = {"type": "date"}


def time_field(label: Sentence, *, required: bool = False) -> forms.TimeField:
    """Return a field for a time of the day, in the way that every browser writes it."""
    widget = forms.TimeInput(TIME, format="%H:%M")
    return forms.TimeField(
        label=cast("str", label), required=required, widget=widget, input_formats=["%H:%M", "%H:%M:%S"]
    )


def day_field(label: Sentence) -> forms.DateField:
    """Return a field for a day, in the way that every browser writes it."""
    return forms.DateField(
        label=cast("str", label), widget=forms.DateInput(DAY, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"]
    )


def _day_choices() -> list[tuple[str, object]]:
    return [(str(number), name) for number, name in WEEKDAYS.items()]


def _languages() -> list[tuple[str, str]]:
    spoken = Locale((get_language() or "en").split("-")[0])
    return [(code, (spoken.languages.get(code) or code).capitalize()) for code, _name in settings.LANGUAGES]


class HoursForm(forms.Form):
    """The hours of a week: up to four stretches a day, and a day to copy onto others."""

    copy_from = forms.ChoiceField(label=gettext_lazy("Copy the hours of"), choices=_day_choices, required=False)
    copy_onto = forms.MultipleChoiceField(
        label=gettext_lazy("onto"), choices=_day_choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, hours: Mapping[int, list[Span]] | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        for day in WEEKDAYS:
            known = (hours or {}).get(day, [])
            for number in range(SPANS_A_DAY):
                for end, name in enumerate((f"from_{day}_{number}", f"to_{day}_{number}")):
                    self.fields[name] = time_field(_("from") if end == 0 else _("to"))
                    if number < len(known):
                        self.initial[name] = known[number][end]

    def days(self) -> list[dict[str, Any]]:
        """Return the days with their pairs of fields, as the page draws them."""
        return [
            {
                "name": name,
                "number": day,
                "pairs": [(self[f"from_{day}_{number}"], self[f"to_{day}_{number}"]) for number in range(SPANS_A_DAY)],
                "errors": [error for field in self._names(day) for error in self[field].errors],
            }
            for day, name in WEEKDAYS.items()
        ]

    def hours(self) -> dict[int, list[Span]]:
        """Return the hours that were typed; an end at midnight is one at 23:59."""
        said = self.cleaned_data
        return {
            day: [
                (said[f"from_{day}_{number}"], _end(said[f"to_{day}_{number}"]))
                for number in range(SPANS_A_DAY)
                if said.get(f"from_{day}_{number}") is not None and said.get(f"to_{day}_{number}") is not None
            ]
            for day in WEEKDAYS
        }

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of a stretch, for ends after starts, and for stretches that do not overlap."""
        said = super().clean() or {}
        for day in WEEKDAYS:
            for number in range(SPANS_A_DAY):
                self._check(said, f"from_{day}_{number}", f"to_{day}_{number}")
            spans = self.hours()[day]
            if overlapping(spans) and not any(name in self.errors for name in self._names(day)):
                self.add_error(f"from_{day}_0", _("These times overlap with others of the same day."))
        return said

    def _check(self, said: dict[str, Any], starts: str, ends: str) -> None:
        start, end = said.get(starts), said.get(ends)
        if {starts, ends} & self.errors.keys():
            return
        if (start is None) != (end is None):
            self.add_error(ends if end is None else starts, _("Give both times, or leave both empty."))
        elif start is not None and end is not None and _end(end) <= start:
            self.add_error(ends, _("The end has to be after the start."))

    def _names(self, day: int) -> list[str]:
        return [f"{end}_{day}_{number}" for number in range(SPANS_A_DAY) for end in ("from", "to")]


def _end(said: time) -> time:
    return time(23, 59) if said == time() else said


class ExceptionForm(forms.Form):
    """A stretch of one day that differs from the weekly hours."""

    kind = forms.ChoiceField(label=gettext_lazy("What is different?"), choices=KINDS, widget=forms.RadioSelect)
    day = day_field(gettext_lazy("Day"))
    starts = time_field(gettext_lazy("from"), required=True)
    ends = time_field(gettext_lazy("to"), required=True)

    def clean(self) -> dict[str, Any]:
        """Ask for an end after the start."""
        said = super().clean() or {}
        if said.get("starts") and said.get("ends") is not None and _end(said["ends"]) <= said["starts"]:
            self.add_error("ends", _("The end has to be after the start."))
        return said

    def period(self, zone: ZoneInfo) -> Period:
        """Return the stretch in local time."""
        said = self.cleaned_data
        return Period(
            datetime.combine(said["day"], said["starts"], zone), datetime.combine(said["day"], _end(said["ends"]), zone)
        )


class VacationForm(forms.Form):
    """A vacation, from its first to its last day."""

    first = day_field(gettext_lazy("First day"))
    last = day_field(gettext_lazy("Last day"))

    def clean_last(self) -> date:
        """Refuse a vacation that ends before it begins."""
        last: date = self.cleaned_data["last"]
        first = self.cleaned_data.get("first")
        if first and last < first:
            raise forms.ValidationError(_("The last day cannot be before the first."))
        return last


class AreaForm(forms.Form):
    """How far the areas reach, in kilometres."""

    radius_km = forms.IntegerField(label=gettext_lazy("My area reaches (km)"), min_value=1, max_value=100)
    second_radius_km = forms.IntegerField(
        label=gettext_lazy("Second, larger area (km)"),
        help_text=gettext_lazy("Leave it empty if you do not want to be asked from farther away when nobody else is."),
        min_value=2,
        max_value=200,
        required=False,
    )


class LimitsForm(forms.Form):
    """How a helper travels, what is spoken, and how much is taken on."""

    transport = forms.ChoiceField(
        label=gettext_lazy("How do you travel?"), choices=TRANSPORTS, widget=forms.RadioSelect
    )
    vehicles = forms.MultipleChoiceField(
        label=gettext_lazy("What can you bring things in?"),
        help_text=gettext_lazy("Visits with a delivery are offered to those who can bring it."),
        choices=VEHICLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=_languages, widget=forms.CheckboxSelectMultiple
    )
    daily_cap = forms.IntegerField(label=gettext_lazy("Visits a day at most"), min_value=1, max_value=20)
    quiet_from = time_field(gettext_lazy("Quiet from"))
    quiet_until = time_field(gettext_lazy("Quiet until"))

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of the quiet hours, or none."""
        said = super().clean() or {}
        start, end = said.get("quiet_from"), said.get("quiet_until")
        if (start is None) != (end is None) and not {"quiet_from", "quiet_until"} & self.errors.keys():
            self.add_error("quiet_until" if end is None else "quiet_from", _("Give both times, or leave both empty."))
        elif start is not None and start == end:
            self.add_error("quiet_until", _("Quiet hours cannot last the whole day."))
        return said

    @staticmethod
    def of(helper: Helper) -> dict[str, Any]:
        """Return what the helper has said so far."""
        return {name: getattr(helper, name) for name in LimitsForm.base_fields}


class CalendarForm(forms.Form):
    """The address of a calendar elsewhere."""

    address = forms.CharField(
        label=gettext_lazy("Address of the calendar"),
        help_text=gettext_lazy(
            "The secret address in iCal format, as your calendar shows it under “share” or “publish”."
        ),
        max_length=1000,
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(label=gettext_lazy("Your name for it"), max_length=60, required=False)

    def clean_address(self) -> str:
        """Refuse an address that could not be asked."""
        try:
            return address_of(self.cleaned_data["address"])
        except CalendarFault as fault:
            raise forms.ValidationError(
                _("This is not the address of a calendar: it begins with https:// or webcal://.")
            ) from fault


class ReasonForm(WarnsOfPasswords):
    """Why a helper would rather not go there again."""

    FREE_TEXTS = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Only our community manager reads this, never the client."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CaseAnswerForm(WarnsOfPasswords):
    """The helper's side of a guarantee case."""

    words = forms.CharField(
        label=gettext_lazy("Your side"),
        help_text=gettext_lazy(
            "What did you do, and what did you agree on? Our team reads it, and keeps it with the case."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
