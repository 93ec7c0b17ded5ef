"""A booking being put together: kept in the session, one for each brand and country."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.utils.translation import get_language

from mila.booking.actions import AddressGiven, BookingGiven, PersonGiven, TimeGiven
from mila.booking.given import PickUpGiven
from mila.booking.models import TimeWish
from mila.catalog.models import Package
from mila.countries import queries as countries
from mila.crowd.models import Helper
from mila.dispatch.windows import WINDOW_MINUTES
from mila.kernel.ids import new_key
from mila.partners import queries as partners
from mila.partners.models import Branch, Brand
from mila.sites.customer.shop import shop
from mila.sites.door import Request
from mila.sites.templatetags.words import clock_time

ASAP = "asap"
TO_AGREE = "to_agree"
MOST_WISHES = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """What the customer has said so far; `time` is the start of a slot in ISO form, up to three of
    them, `asap`, or `to_agree`.

    `country` is its code: somebody who chooses another country begins another draft.
    `key` makes the submit book once; `booked` is the status key of the call that the draft has become;
    `wished_for` is the helper whom the customer would like to come again. Where the package `brings` something along,
    `branch` is the code of where it is picked up, `order` the brand's own number, `item` what the order says it is.
    """

    country: str
    package: str
    key: str
    address: dict[str, Any] = field(default_factory=dict)
    notes: str = ""
    time: str = ""
    contact: dict[str, str] = field(default_factory=dict)
    booked: str = ""
    wished_for: str = ""
    wished_name: str = ""
    brings: bool = False
    branch: str = ""
    order: str = ""
    item: str = ""

    @classmethod
    def of(cls, request: Request) -> Self | None:
        """Return the draft of this visitor at the brand in front in the chosen country, if there is one."""
        kept = request.session.get(_name(request, shop(request).country.code))
        return cls(**kept) if kept else None

    def keep(self, request: Request) -> None:
        """Keep the draft for the visitor's next page."""
        request.session[_name(request, self.country)] = asdict(self)

    @property
    def starts_at(self) -> datetime | None:
        """The start of the chosen slot; None for any other wish, or while nothing is chosen."""
        return self.starts[0] if len(self.starts) == 1 else None

    @property
    def starts(self) -> tuple[datetime, ...]:
        """The starts of the chosen slots: one, or up to three that suit."""
        if self.time in ("", ASAP, TO_AGREE):
            return ()
        return tuple(datetime.fromisoformat(one) for one in self.time.split())

    @property
    def next_page(self) -> str:
        """The first page whose question is open."""
        open_pages = (
            ("pick_up", self.branch or not self.brings),
            ("address", self.address),
            ("time", self.time),
            ("contact", self.contact),
        )
        return next((page for page, said in open_pages if not said), "check")


def begin(request: Request, package: str) -> Draft:
    """Begin a draft for a package; address and contact of an earlier one stay, its time does not."""
    earlier = Draft.of(request)
    if earlier and earlier.package == package and not earlier.booked and not earlier.wished_for:
        return earlier
    brings = Package.objects.filter(code=package).exclude(pick_up_item={}).exists()
    draft = Draft(shop(request).country.code, package, new_key(), brings=brings)
    if earlier:
        draft = replace(draft, address=earlier.address, notes=earlier.notes, contact=earlier.contact)
    draft.keep(request)
    return draft


def begin_with(request: Request, package: str, helper: Helper) -> Draft:
    """Begin a draft for a package with the helper whom the customer would like to come again."""
    draft = replace(begin(request, package), wished_for=str(helper.pk), wished_name=helper.first_name, time="")
    draft.keep(request)
    return draft


def language() -> str:
    """Return the language of the page: the one in which the customer is spoken to."""
    return (get_language() or "en").split("-")[0]


def window(start: datetime) -> str:
    """Return the arrival window that begins then, in words."""
    return f"{clock_time(start)}–{clock_time(start + timedelta(minutes=WINDOW_MINUTES))}"


def as_given(draft: Draft, request: Request, early_start: str = "") -> BookingGiven:
    """Return the complete draft as the journey books it, with the version of what was declared at the order."""
    said = draft.contact
    return BookingGiven(
        submission_key=draft.key,
        brand=request.brand,
        country=countries.by_code(draft.country),
        packages=(draft.package,),
        booker=PersonGiven(said["name"], said["email"], said["phone"], language()),
        address=AddressGiven(**draft.address),
        time=_time(draft),
        payer=_other(said, "payer"),
        site_contact=_other(said, "site"),
        notes=draft.notes,
        early_start=early_start,
        preferred_helper=UUID(draft.wished_for) if draft.wished_for else None,
        partner_order_id=draft.order or None,
        pick_up=_pick_up(draft, request),
    )


def branch_of(draft: Draft, brand: Brand) -> Branch | None:
    """Return the branch at which it is picked up, None where nothing is or the branch is closed for good."""
    if not draft.branch:
        return None
    return partners.branch_of_code(brand=brand, country=draft.country, code=draft.branch)


def _pick_up(draft: Draft, request: Request) -> PickUpGiven | None:
    branch = branch_of(draft, request.brand)
    return PickUpGiven(branch, draft.item) if branch else None


def _time(draft: Draft) -> TimeGiven:
    if draft.starts:
        wish = TimeWish.SLOT if draft.starts_at else TimeWish.PREFERRED
        return TimeGiven(wish, draft.starts, WINDOW_MINUTES)
    return TimeGiven(TimeWish.TO_AGREE if draft.time == TO_AGREE else TimeWish.ASAP)


def _other(said: dict[str, str], role: str) -> PersonGiven | None:
    name = said.get(f"{role}_name", "")
    if not name:
        return None
    return PersonGiven(name, said.get(f"{role}_email", ""), said.get(f"{role}_phone", ""), language())


def _name(request: Request, country: str) -> str:
    return f"draft:{request.brand.slug}:{country}"
