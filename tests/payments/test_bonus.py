"""A bonus, to the cent: who is owed it, who bears it, and that the customer pays what was agreed."""

from zoneinfo import ZoneInfo

import pytest
from tests.payments.builders import (
    AGENCY,
    BRAND_PAYS,
    PRINCIPAL,
    VISIT,
    Terms,
    a_call,
    a_provider,
    assigned,
    at,
)
from tests.payments.test_books import SIGNED, balances

from mila.booking import queries as booking
from mila.booking.models import Offer, OfferState, Search, ServiceCall
from mila.crowd.models import TaxStatus
from mila.payments import actions, queries
from mila.payments.models import Claim, Posting

pytestmark = pytest.mark.django_db
ZURICH = ZoneInfo("Europe/Zurich")
FRIEND, REGISTERED = TaxStatus.NONE, TaxStatus.REGISTERED


def signed_off(terms: Terms, status: TaxStatus = FRIEND, *, bonus: int = 0, brand_pays: bool = False) -> Claim:
    call = a_call(terms)
    held = assigned(call, a_provider(status))
    search = Search.objects.create(call=call, opened_at=held.accepted_at, bonus=bonus)
    held.offer = Offer.objects.create(
        search=search,
        call=call,
        helper=held.helper,
        state=OfferState.ACCEPTED,
        made_at=held.accepted_at,
        rank=1,
        pay=terms.pay + bonus,
        bonus=bonus,
        brand_pays_bonus=brand_pays,
        currency="CHF",
        travel_minutes=10,
        distance_km=5,
    )
    held.save()
    actions.book_sign_off(call, at(SIGNED))
    return Claim.objects.get(call=call)


@pytest.mark.parametrize(
    ("terms", "status", "bonus", "brand_pays", "owed", "moved"),
    [
        (AGENCY, FRIEND, 1000, False, 10520, {"expense:bonus": 1000}),
        (AGENCY, REGISTERED, 333, False, 9880, {"expense:bonus": 333, "vat:input": 27}),
        (AGENCY, FRIEND, 1000, True, 10520, {"receivable:partner": 1081, "vat:output": -81}),
        (PRINCIPAL, FRIEND, 1000, False, 8000, {"expense:bonus": 1000}),
        (PRINCIPAL, REGISTERED, 1000, False, 8648, {"expense:bonus": 1000, "vat:input": 81}),
        (PRINCIPAL, REGISTERED, 333, True, 7927, {"receivable:partner": 360, "vat:input": 27, "vat:output": -27}),
        (BRAND_PAYS, FRIEND, 500, True, 7500, {"receivable:partner": 541, "vat:output": -41}),
        (BRAND_PAYS, REGISTERED, 500, False, 8108, {"expense:bonus": 500, "vat:input": 41}),
    ],
)
def test_a_bonus_moves_these_accounts_and_no_others(
    terms: Terms, status: TaxStatus, bonus: int, *, brand_pays: bool, owed: int, moved: dict[str, int]
) -> None:
    plain = signed_off(terms, status)
    before = balances()
    claim = signed_off(terms, status, bonus=bonus, brand_pays=brand_pays)
    added = {name: amount - 2 * before.get(name, 0) for name, amount in balances().items()}
    assert claim.amount == owed
    assert claim.commission == plain.commission  # nothing is taken off a bonus
    assert {name: amount for name, amount in added.items() if amount} == {
        **moved,
        "payable:provider": plain.amount - owed,
    }


def test_the_customer_pays_what_was_agreed() -> None:
    plain, with_bonus = (signed_off(AGENCY, bonus=bonus).call for bonus in (0, 1000))
    assert owed_by_customer(plain) == owed_by_customer(with_bonus) == booking.current_quote(with_bonus).total


def owed_by_customer(call: ServiceCall) -> int:
    posting = Posting.objects.get(call=call, event="sign_off")
    return sum(entry.amount for entry in posting.entries.filter(account="receivable:customer"))


def test_a_bonus_is_booked_once() -> None:
    claim = signed_off(AGENCY, bonus=1000, brand_pays=True)
    actions.book_sign_off(claim.call, at(SIGNED))
    assert list(claim.call.postings.filter(event__startswith="bonus").values_list("event", flat=True)) == [
        "bonus",
        "bonus_billed",
    ]


def test_the_statement_shows_the_bonus_beside_its_job() -> None:
    claim = signed_off(AGENCY, bonus=1000)
    (row,) = queries.claims_of_month(claim.provider, VISIT.date().replace(day=1), ZURICH)
    assert (row.gross, vars(row)["bonus"]) == (12900, 1000)
