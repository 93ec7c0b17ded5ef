"""The start page: the people of the demonstration, and signing in as one of them with one press."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mila.accounts.models import Account
from mila.accounts.ways import PRESS
from mila.partners.models import Brand
from mila.partners.rules import DEMONSTRATION_SECRET
from mila.quality import queries as quality
from mila.sites.demo.guard import demonstration_only


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be: whom the demonstration knows by the address, and the door behind which they begin."""

    key: str
    name: Promise
    role: Promise
    does: Promise
    button: Promise
    email: str
    door: str
    icon: str


PEOPLE: Sequence[Person] = (
    Person(
        "anna",
        _("Anna, a customer"),
        _("needs help at home"),
        _("Books a visit, follows it, signs off and rates. She needs no account."),
        _("Book as Anna"),
        "",
        "customer:book",
        "home",
    ),
    Person(
        "luca",
        _("Luca, a Friend"),
        _("helps people nearby, as a private person"),
        _("Gets offers on the phone, accepts, calls, travels, works, is paid."),
        _("Sign in as Luca"),
        "luca@friends.example",
        "provider:home",
        "user",
    ),
    Person(
        "sara",
        _("Sara, a Pro"),
        _("runs her own business"),
        _("The same app; she also takes what only professionals may do."),
        _("Sign in as Sara"),
        "sara@pros.example",
        "provider:home",
        "tools",
    ),
    Person(
        "desk",
        _("The desk"),
        _("looks after every call"),
        _("Sees all calls with their clocks, why somebody was asked, and steps in."),
        _("Sign in at the desk"),
        "desk@mila.example",
        "desk:home",
        "list",
    ),
    Person(
        "counter",
        _("The counter at Interdiscount"),
        _("hands parcels to helpers, in Zurich"),
        _("Hands out what is fetched, by number, ID card and code, and confirms sales of recommended products."),
        _("Sign in at the counter"),
        "counter@interdiscount.example",
        "branch:home",
        "door",
    ),
)


@require_safe
@demonstration_only
def start(request: HttpRequest) -> HttpResponse:
    """Introduce Mila, its people and its brands."""
    known = {account.email: account for account in _accounts()}
    people = [
        {"person": one, "stars": _stars(known.get(one.email)), "is_there": _is_there(one, known)} for one in PEOPLE
    ]
    brands = [_front(brand) for brand in Brand.objects.filter(is_open=True).order_by("-is_own", "name")[:20]]
    page = {"people": people, "brands": brands, "api_key": DEMONSTRATION_SECRET}
    return render(request, "demo/start.html", page)


@require_POST
@demonstration_only
def be(request: HttpRequest, person: str) -> HttpResponse:
    """Sign in as one of the people; the customer needs no account, so whoever is signed in goes out."""
    chosen = next((one for one in PEOPLE if one.key == person), None)
    if chosen is None:
        raise Http404
    if not chosen.email:
        logout(request)
        return redirect(chosen.door)
    account = Account.objects.filter(email__iexact=chosen.email, is_active=True).first()
    if account is None:
        raise Http404
    login(request, account, backend=PRESS)
    return redirect(chosen.door)


def _front(brand: Brand) -> dict[str, str | Promise]:
    if brand.is_own:
        return {"name": brand.name, "url": reverse("customer:book"), "hint": _("The operator’s own site")}
    return {"name": brand.name, "url": f"/b/{brand.slug}/", "hint": _("The brand in front, Mila behind")}


def _accounts() -> list[Account]:
    """Return the people's accounts with their helpers, in one question."""
    emails = [one.email for one in PEOPLE if one.email]
    return list(Account.objects.filter(email__in=emails).select_related("helper"))


def _is_there(person: Person, known: dict[str, Account]) -> bool:
    return not person.email or person.email in known


def _stars(account: Account | None) -> quality.Stars | None:
    helper = getattr(account, "helper", None)
    return quality.stars(helper.pk) if helper else None
