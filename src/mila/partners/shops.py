"""A brand's shop: the secret that it signs with, its messages, and what its sales carry."""

from datetime import date, datetime
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from mila.accounts.sealing import seal, unseal
from mila.countries.models import Country
from mila.kernel.ids import new_key
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners.adapters.shops import NotSigned, ShopAdapter, Told, Way
from mila.partners.models import Brand, Product, SalesCommission, Shop

PLAIN = "link"  # how a shop is led to that has no row of its own
STAND_IN = "test"
ADAPTERS = (PLAIN, STAND_IN)  # folders of adapters/shops


class RateStands(Refusal):
    """There is a rate that begins on the same day."""

    code = "rate_stands"
    sentence = _("A rate begins on this day already. Choose another day.")


def adapter_of(brand: Brand) -> ShopAdapter:
    """Return the adapter of the brand's shop; a brand without one of its own is led to by its products' addresses."""
    shop: Shop | None = getattr(brand, "shop", None)
    found: ShopAdapter = import_string(f"mila.partners.adapters.shops.{shop.adapter if shop else PLAIN}.SHOP")
    return found


def way_into(product: Product, *, recommendation: UUID, back: str) -> str:
    """Return where the client orders a product that was recommended; `back` is the page on which they read it."""
    front = "" if product.brand.is_own else f"/b/{product.brand.slug}"
    return adapter_of(product.brand).address(Way(product.pk, product.shop_url, front, recommendation, back))


@transaction.atomic
def open_shop(*, brand: Brand, adapter: str, now: Occasion) -> str:
    """Write how the brand's shop is spoken with, and return the new secret that it signs with: shown once.

    The secret before it still fits, until the next one is made.
    """
    secret = f"mila_shop_{new_key()}"
    row = Shop.objects.select_for_update().filter(brand=brand).first()
    Shop.objects.update_or_create(
        brand=brand,
        defaults={
            "adapter": adapter,
            "secret": seal(secret.encode()),
            "former": row.secret if row else "",
            "made_at": now.at,
        },
    )
    return secret


def has_shop(brand: Brand) -> bool:
    """Tell whether it is written down how the brand's shop is spoken with."""
    return Shop.objects.filter(brand=brand).exists()


def is_stand_in(brand: Brand) -> bool:
    """Tell whether the brand's shop is the demonstration's."""
    return Shop.objects.filter(brand=brand, adapter=STAND_IN).exists()


def secret_of(brand: Brand) -> str:
    """Return the secret with which the brand's shop signs now."""
    return secrets_of(Shop.objects.get(brand=brand))[0]


def secrets_of(shop: Shop) -> list[str]:
    """Return the secrets that fit, the newest first."""
    return [plain for sealed in (shop.secret, shop.former) if sealed and (plain := _unsealed(sealed))]


def hear(*, brand: Brand, body: bytes, signature: str, at: datetime) -> Told:
    """Return what the brand's shop says. Refuses what the shop did not sign, and what cannot be read."""
    shop = Shop.objects.filter(brand=brand).first()
    if shop is None:
        raise NotSigned
    return adapter_of(brand).read(body=body, signature=signature, secrets=secrets_of(shop), at=at)


def _unsealed(sealed: str) -> str:
    try:
        return unseal(sealed).decode()
    except InvalidToken:  # the house seals with another secret now: the shop needs a new one
        return ""


@transaction.atomic
def set_sales_commission(
    *, brand: Brand, country: Country, product: Product | None, points: tuple[int, int], holds_from: date
) -> SalesCommission:
    """Write what sales carry from a day on: the commission, and the helper's share of it, in basis points.

    The rate before ends there; one that begins later stays. Refuses a second one from the same day.
    """
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    rows = SalesCommission.objects.filter(brand=brand, country=country, product=product)
    if rows.filter(holds__startswith=holds_from).exists():
        raise RateStands
    later = rows.filter(holds__startswith__gt=holds_from).order_by("holds").first()
    for row in rows.filter(holds__contains=holds_from):
        row.holds = (row.holds.lower, holds_from)
        row.save(update_fields=["holds"])
    return SalesCommission.objects.create(
        brand=brand,
        country=country,
        product=product,
        basis_points=points[0],
        helper_share=points[1],
        holds=(holds_from, later.holds.lower if later else None),
    )
