"""Guide: the Mila Happiness Guarantee's fee."""

import pytest
from django.test import Client
from tests.factories import IN_THREE_DAYS, a_brand, a_helper, a_package, a_price
from tests.sites.customer.conftest import anna, to_the_check
from tests.story import a_signed_off_call

from mila.booking import queries as booking
from mila.booking.models import LineKind
from mila.payments import queries
from mila.payments.models import Account, Claim

pytestmark = pytest.mark.django_db

__all__ = ["anna"]


def test_the_fee_is_charged_once_per_call() -> None:
    a_price(a_brand(), a_package("tv-setup"), amount=5000)
    call = a_signed_off_call(a_helper(), packages=("wifi-setup", "tv-setup"))
    assert call.visit_starts_at == IN_THREE_DAYS
    lines = booking.current_quote(call).lines
    assert [line.amount for line in lines.filter(kind=LineKind.GUARANTEE_FEE)] == [490]
    assert booking.current_quote(call).total == 8900 + 5000 + 490
    claim = Claim.objects.get(call=call)
    assert (claim.gross, claim.commission) == (13_900, 2_780)
    fee = -queries.balance(Account.REVENUE_GUARANTEE_FEE, "CHF").minor
    assert fee == 453  # 4.90 without 8.1 % tax


def test_a_fixed_price_call_carries_no_fee() -> None:
    a_price(model="principal", tiers=("pro",), amount=11_900, provider_pay=7_000)
    call = a_signed_off_call(a_helper("Mia", tier="pro"))
    (line,) = booking.current_quote(call).lines.all()
    assert line.kind == LineKind.PACKAGE
    assert booking.current_quote(call).total == line.amount == 11_900


def test_the_fee_is_part_of_the_price_shown(anna: Client) -> None:
    a_helper()
    to_the_check(anna)
    pages = [
        anna.get(path, headers={"accept-language": "en"}).content.decode().replace("\xa0", " ")
        for path in ("/book/", "/book/internet/", "/book/service/wifi-setup/", "/booking/check/")
    ]
    assert all("CHF 93.90" in page for page in pages)
    for page in pages[:2]:
        assert "in total" in page
        assert "CHF 89.00" not in page
    for page in pages[2:]:
        for text in ("CHF 89.00", "Happiness Guarantee", "CHF 4.90"):
            assert text in page
