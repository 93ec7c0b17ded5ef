"""When: the slots that somebody could keep, or as soon as possible where somebody is available now."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mila.booking.actions import PriceOffer
from mila.countries import queries as countries
from mila.countries.models import Country
from mila.dispatch import queries as dispatch
from mila.dispatch import supply, wishes
from mila.dispatch.supply import AtOnce, Wanted
from mila.dispatch.windows import WINDOW_MINUTES, possible_starts
from mila.kernel.place import Point
from mila.sites.customer import draft as drafts
from mila.sites.customer.draft import ASAP, MOST_WISHES, TO_AGREE, Draft, window
from mila.sites.customer.page import after, not_sold, step, with_draft
from mila.sites.customer.pages.choosing import price_of
from mila.sites.door import Request
from mila.sites.now import now

ROUND_MINUTES = 5
SLACK_MINUTES = 20  # between the quickest case and what usually happens: somebody has to say yes first


@dataclass(frozen=True)
class Supply:
    """What can be had for a draft, asked for once per page."""

    draft: Draft
    offer: PriceOffer
    request: Request
    at: datetime

    @cached_property
    def country(self) -> Country:
        """The country of the visit."""
        return countries.by_code(self.draft.country)

    @cached_property
    def wanted(self) -> Wanted:
        """The draft in the words of the dispatch."""
        said, typed = self.draft.contact, self.draft.address
        needs = dispatch.needs_of(
            brand=self.request.brand,
            packages=(self.draft.package,),
            tiers=self.offer.tiers,
            language=drafts.language(),
            on=countries.day_in(self.country, self.at),
        )
        place = Point(typed["latitude"], typed["longitude"])
        branch = drafts.branch_of(self.draft, self.request.brand)
        via = dispatch.via_of(branch, self.at) if branch else None
        needs = replace(needs, point=place, accuracy_m=typed["accuracy_m"], via=via)
        email, phone = said.get("email", ""), said.get("site_phone") or said.get("phone", "")
        return Wanted(needs, self.country.code, email=email, phone=phone)

    @cached_property
    def possible(self) -> list[datetime]:
        """The starts of all arrival windows that a door may offer."""
        return possible_starts(countries.zone(self.country), self.at)

    @cached_property
    def shown(self) -> tuple[list[datetime], AtOnce | None]:
        """The starts of the arrival windows that somebody could keep, and who could come now."""
        return supply.open_slots_and_at_once(
            self.wanted, starts=self.possible, window_minutes=WINDOW_MINUTES, at=self.at
        )

    @property
    def slots(self) -> list[datetime]:
        """The starts of the arrival windows that somebody could keep."""
        return self.shown[0]

    @cached_property
    def theirs(self) -> set[datetime]:
        """Those of the slots at which the helper whom the customer wishes for is free."""
        if not self.draft.wished_for:
            return set()
        wished = UUID(self.draft.wished_for)
        return wishes.starts_of(
            helper=wished, wanted=self.wanted, starts=self.slots, window_minutes=WINDOW_MINUTES, at=self.at
        )

    @cached_property
    def at_once(self) -> AtOnce | None:
        """Who could come now."""
        return supply.at_once(self.wanted, at=self.at)

    def has(self, choice: str) -> bool:
        """Tell whether a choice, starts in ISO form, `asap` or `to_agree`, can be had; a wish can always be left."""
        if choice == ASAP:
            return self.at_once is not None
        if choice == TO_AGREE:
            return True
        chosen = [start for start in self.possible if start.isoformat() in choice.split()]
        return len(chosen) == len(choice.split()) and self._open(chosen) == chosen

    def _open(self, starts: list[datetime]) -> list[datetime]:
        return supply.open_slots(self.wanted, starts=starts, window_minutes=WINDOW_MINUTES, at=self.at)


@dataclass(frozen=True, slots=True)
class Slot:
    """A chip of the picker."""

    value: str
    label: str
    checked: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the picker; `open` where its times are shown first."""

    date: date
    slots: list[Slot]
    open: bool


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def time(request: Request, draft: Draft) -> HttpResponse:
    """Ask when; a slot that was taken meanwhile is said so, and the others are offered."""
    if draft.next_page in ("pick_up", "address"):
        return redirect(f"customer:{draft.next_page}")
    found = supply_of(request, draft)
    if found is None:
        return not_sold(request)
    if request.method != "POST":
        return _asked(request, found, "")
    chosen = [said for said in dict.fromkeys(request.POST.getlist("slot")) if said]
    if error := _wrong(chosen, found):
        return _asked(request, found, error)
    timed = replace(draft, time=" ".join(chosen))
    timed.keep(request)
    return after(timed, "time")


def supply_of(request: Request, draft: Draft) -> Supply | None:
    """Return what can be had for a draft with its address, or None where its package is not sold any more."""
    offer = price_of(request, draft.package)
    return Supply(draft, offer, request, now()) if offer else None


def _wrong(chosen: list[str], found: Supply) -> str:
    if not chosen:
        return _("Choose a time, or as soon as possible.")
    if len(chosen) > MOST_WISHES:
        return _("Choose three times at most.")
    if not found.has(" ".join(chosen)):
        return _("This time has just been taken. Please choose another one.")
    return ""


def _asked(request: Request, found: Supply, error: str) -> HttpResponse:
    page = {
        **step(2),
        "days": _days(found),
        "none_at_all": not found.slots,
        "soon": _soon(found.shown[1]),
        "asap_checked": found.draft.time == ASAP,
        "to_agree_checked": found.draft.time == TO_AGREE,
        "several": "several" in request.GET or "several" in request.POST or len(found.draft.starts) > 1,
        "error": error,
        "wished_name": found.draft.wished_name,
        "is_free_sometime": bool(found.theirs),
        "back": reverse("customer:address"),
    }
    return render(request, "customer/time.html", page, status=422 if error else 200)


def _soon(found: AtOnce | None) -> tuple[int, int] | None:
    """Return from and to how many minutes from now the helper would be there, in round numbers."""
    if found is None:
        return None
    quickest = -(-found.minutes // ROUND_MINUTES) * ROUND_MINUTES
    return quickest, quickest + SLACK_MINUTES


def _days(found: Supply) -> list[Day]:
    zone = countries.zone(found.country)
    by_day: dict[date, list[Slot]] = {}
    for start in found.possible:
        by_day.setdefault(start.astimezone(zone).date(), [])
    for start in found.slots:
        value = start.isoformat()
        note = found.draft.wished_name if start in found.theirs else ""
        chip = Slot(value, window(start), value in found.draft.time.split(), note)
        by_day[start.astimezone(zone).date()].append(chip)
    shown = _open_day(by_day)
    return [Day(day, slots, day == shown) for day, slots in by_day.items()]


def _open_day(by_day: dict[date, list[Slot]]) -> date | None:
    chosen = (day for day, slots in by_day.items() if any(slot.checked for slot in slots))
    free = (day for day, slots in by_day.items() if slots)
    return next(chosen, None) or next(free, None)
