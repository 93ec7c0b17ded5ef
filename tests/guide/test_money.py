"""Guide: what the client pays, what is deducted, and when the helper has the money."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_brand,
    a_drafted_call,
    a_helper,
    a_package,
    a_price,
    a_product,
    a_requested_call,
    a_sales_rate,
    by,
)
from tests.sales import AFTER, a_recommendation, the_shop_says
from tests.sales import told as told_by_shop
from tests.sites.customer.conftest import anna, in_three_days, the_order, to_the_check
from tests.sites.provider.conftest import a_phone
from tests.story import (
    a_secured_call,
    a_signed_off_call,
    accepted_by,
    bank_runs,
    books_balance,
    clock_runs,
    clock_runs_until,
    done_by,
    pay_out_runs,
    signed_off,
    stage,
    told,
)

from mila.booking import queries as booking
from mila.booking.models import LineKind, ServiceCall, Stage
from mila.journey import actions as journey
from mila.journey.conditions import MeansMissing
from mila.journey.lifecycle import LIFE
from mila.journey.machine import take
from mila.kernel.occasion import Who
from mila.partners.models import CommissionRule, Price
from mila.payments import actions as payments
from mila.payments import queries
from mila.payments.models import (
    Account,
    Charge,
    ChargeState,
    Claim,
    ClaimState,
    DocumentKind,
    Hold,
    HoldState,
    Payout,
    PayoutState,
    Posting,
)

pytestmark = pytest.mark.django_db

__all__ = ["anna"]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOOKED = NOON - DAY


def balance(account: Account) -> int:
    return queries.balance(account, "CHF").minor


def a_pro_s_price(amount: int = 11900, pay: int = 7000) -> Price:
    return a_price(model="principal", tiers=("pro",), amount=amount, provider_pay=pay)


def test_a_friend_s_contract_is_with_the_client() -> None:
    luca = a_helper()
    call = a_signed_off_call(luca)
    bank_runs(call.since)
    receipt = call.documents.get(kind=DocumentKind.RECEIPT, issuer=luca.provider.id)
    assert receipt.supplier["name"] == "Luca Muster"
    assert receipt.recipient["name"] == "Anna Canary"
    assert receipt.total == 8900


def test_the_contract_model_is_fixed_on_the_quote() -> None:
    call = a_requested_call()
    before = booking.current_quote(call)
    Price.objects.update(contract_model="principal", provider_pay=5000, tiers=["pro"], amount=9900)
    CommissionRule.objects.update(basis_points=3000, holds=("2020-01-01", "2020-01-02"))
    a_rule = CommissionRule.objects.get()
    CommissionRule.objects.create(
        brand=a_rule.brand, country=a_rule.country, version=2, basis_points=5000, holds=("2026-01-01", None)
    )
    quote = booking.current_quote(call)
    assert quote == before
    assert (quote.contract_model, quote.payer_kind, quote.total) == ("agency", "customer", 9390)
    assert quote.commission_rule is not None
    assert quote.commission_rule.version == 1
    assert quote.issuing_entity.name == "Mila Test AG"
    assert [line.vat_code for line in quote.lines.order_by("position")] == ["none", "standard"]


def test_a_pro_is_the_operator_s_subcontractor() -> None:
    a_pro_s_price()
    mia = a_helper("Mia", tier="pro")
    call = a_signed_off_call(mia)
    bank_runs(call.since)
    (receipt,) = call.documents.all()
    assert receipt.supplier["name"] == "Mila Test AG"
    claim = Claim.objects.get(call=call)
    assert (claim.provider, claim.gross, claim.commission, claim.amount) == (mia.provider, 7000, 0, 7000)
    assert balance(Account.REVENUE_COMMISSION) == 0
    assert balance(Account.PAYABLE_PROVIDER) == -7000


def test_sign_off_charges_the_client_once() -> None:
    call = a_signed_off_call(a_helper())
    journey.sign_off(call_id=call.id, code="whatever", evidence={}, now=by(Who.CUSTOMER, call.since))
    answer = payments.ask_bank_next(at=call.since)
    assert answer is not None
    for _ in range(2):
        journey.bank_answered(answer=answer, now=by(Who.BANK, call.since))
    bank_runs(call.since + HOUR)
    assert Charge.objects.get(call=call).state == ChargeState.CAPTURED
    events = sorted(Posting.objects.filter(call=call).values_list("event", flat=True))
    assert events == ["bank_fee", "capture", "commission", "sign_off"]


def test_the_amount_is_held_72_hours_before_the_visit() -> None:
    call = a_secured_call(BOOKED)
    bank_runs(IN_THREE_DAYS - 73 * HOUR)
    assert Hold.objects.get(call=call).state == HoldState.PLANNED
    bank_runs(IN_THREE_DAYS - 72 * HOUR)
    hold = Hold.objects.get(call=call)
    assert (hold.state, hold.amount) == (HoldState.HELD, 9390)
    assert not Charge.objects.exists()
    assert books_balance()
    assert balance(Account.PSP_CLEARING) == 0


def test_a_failed_hold_sends_a_link_to_pay() -> None:
    call = a_secured_call(BOOKED, card="9995")
    bank_runs(IN_THREE_DAYS - 72 * HOUR)
    assert Hold.objects.get(call=call).state == HoldState.FAILED
    assert queries.is_unsecured(call)
    (letter,) = told(call, "tell_unsecured")
    assert letter.recipient == call.payer.email
    assert call.status_key in letter.text


def test_a_declined_payment_keeps_the_helper_s_claim() -> None:
    luca = a_helper()
    call = signed_off(done_by(luca, a_secured_call(card="0341"), NOON), IN_THREE_DAYS + 2 * HOUR)
    bank_runs(call.since)
    assert stage(call) == Stage.UNPAID
    assert len(told(call, "ask_to_pay")) == 1
    claim = Claim.objects.get(call=call)
    assert (claim.state, claim.amount) == (ClaimState.EARNED, 7120)
    assert balance(Account.PAYABLE_PROVIDER) == -7120
    clock_runs(call.since + DAY)
    assert len(told(call, "dun")) == 1
    journey.write_off(call_id=call.id, reason="gone", now=by(Who.DESK, call.since + 20 * DAY))
    claim.refresh_from_db()
    assert claim.state == ClaimState.RELEASED
    assert books_balance()


def test_the_helper_is_paid_three_days_after_the_charge() -> None:
    luca = a_helper()
    call = a_signed_off_call(luca)
    charged = call.since
    bank_runs(charged)
    clock_runs(charged + 2 * DAY + 23 * HOUR)
    assert pay_out_runs(charged + 2 * DAY + 23 * HOUR) == 0
    clock_runs(charged + 3 * DAY)
    assert stage(call) == Stage.CLOSED
    assert pay_out_runs(charged + 3 * DAY) == 1
    payout = Payout.objects.get()
    assert (payout.state, payout.amount, payout.provider) == (PayoutState.PAID, 7120, luca.provider)
    assert pay_out_runs(charged + 3 * DAY + HOUR) == pay_out_runs(charged + 4 * DAY) == 0
    assert Claim.objects.get(call=call).state == ClaimState.PAID


def test_the_books_balance_after_the_pay_out() -> None:
    call = a_signed_off_call(a_helper())
    bank_runs(call.since)
    clock_runs(call.since + 3 * DAY)
    pay_out_runs(call.since + 3 * DAY)
    assert books_balance()
    assert sum(queries.trial_balance().values()) == 0
    assert queries.difference_to_bank("CHF").minor == 0
    assert balance(Account.RECEIVABLE_CUSTOMER) == balance(Account.PAYABLE_PROVIDER) == 0


def test_a_price_once_quoted_stays() -> None:
    luca = a_helper()
    call = a_requested_call()
    Price.objects.update(amount=20_000)
    call = signed_off(done_by(luca, call, NOON), IN_THREE_DAYS + 2 * HOUR)
    bank_runs(call.since)
    assert booking.current_quote(call).total == Charge.objects.get(call=call).amount == 8900 + 490
    other = a_requested_call(starts_at=IN_THREE_DAYS + DAY)
    assert booking.current_quote(other).total == 20_000 + 490


def test_twenty_percent_are_deducted() -> None:
    a_price(amount=10_000)
    call = a_signed_off_call(a_helper())
    claim = Claim.objects.get(call=call)
    assert (claim.gross, claim.commission, claim.amount) == (10_000, 2_000, 8_000)
    fee = booking.current_quote(call).lines.get(kind=LineKind.GUARANTEE_FEE)
    assert fee.amount == 490
    assert balance(Account.PAYABLE_PROVIDER) == -8_000


@pytest.mark.parametrize(("amount", "commission"), [(9_999, 2_000), (9_997, 1_999), (1, 0), (3, 1), (8_902, 1_780)])
def test_the_rounding_is_the_helper_s_gain(amount: int, commission: int) -> None:
    a_price(amount=amount)
    claim = Claim.objects.get(call=a_signed_off_call(a_helper()))
    assert (claim.gross, claim.commission) == (amount, commission)
    assert claim.commission + claim.amount == amount


def test_no_commission_without_a_completed_call() -> None:
    luca = a_helper()
    call = a_secured_call(BOOKED)
    accepted_by(luca, call, BOOKED)
    bank_runs(IN_THREE_DAYS - 72 * HOUR)
    at = IN_THREE_DAYS - 71 * HOUR
    journey.cancel_by_desk(call_id=call.id, reason="flood", now=by(Who.DESK, at))
    bank_runs(at)
    assert Hold.objects.get(call=call).state == HoldState.FREED
    assert not Posting.objects.exists()
    assert not Claim.objects.exists()


def test_nothing_but_the_commission_is_deducted() -> None:
    call = a_signed_off_call(a_helper())
    bank_runs(call.since)
    fee = Charge.objects.get(call=call).fee
    assert fee > 0
    assert balance(Account.EXPENSE_BANK_FEE) == fee
    claim = Claim.objects.get(call=call)
    assert claim.amount == claim.gross - claim.commission == 8900 - 1780
    clock_runs(call.since + 3 * DAY)
    pay_out_runs(call.since + 3 * DAY)
    assert Payout.objects.get().amount == 8900 - 1780


def test_closing_the_job_charges_by_itself() -> None:
    call = a_signed_off_call(a_helper())
    bank_runs(call.since)
    assert stage(call) == Stage.CHARGED
    assert Charge.objects.get(call=call).state == ChargeState.CAPTURED
    assert not call.diary.filter(by=Who.DESK).exists()


def test_a_pro_s_price_is_fixed() -> None:
    a_pro_s_price(amount=15_000, pay=9_000)
    mia = a_helper("Mia", tier="pro")
    call = a_signed_off_call(mia)
    quote = booking.current_quote(call)
    assert (quote.total, quote.provider_pay) == (15_000, 9_000)
    assert call.quotes.count() == 1
    assert call.offers.get().pay == 9_000
    assert Claim.objects.get(call=call).amount == 9_000
    assert a_brand().prices.get(package=a_package()).amount == 15_000


def test_a_friend_sees_what_each_job_earned() -> None:
    luca, visit = a_helper(), in_three_days() - 4 * DAY
    call = a_signed_off_call(luca, visit - 3 * DAY, starts_at=visit)
    path = f"/app/earnings/?month={visit:%Y-%m}"
    page = a_phone(luca).get(path, headers={"accept-language": "en"}).content.decode().replace("\xa0", " ")
    month, job = page.split("<table")
    for shown in (month, job):
        for amount in ("CHF 89.00", "CHF 17.80", "CHF 71.20"):
            assert amount in shown
    assert call.order_number in job
    assert call.order_number not in a_phone(a_helper("Mia")).get(path).content.decode()


def test_prices_are_known_in_advance(anna: Client) -> None:
    a_helper()
    to_the_check(anna)
    for path in ("/book/service/wifi-setup/", "/booking/check/"):
        page = anna.get(path, headers={"accept-language": "en"}).content.decode().replace("\xa0", " ")
        for text in ("CHF 89.00", "CHF 4.90", "CHF 93.90", "incl. CHF 0.37 VAT"):
            assert text in page, path
    anna.post("/booking/check/", the_order(anna))
    assert booking.current_quote(ServiceCall.objects.get()).total == 9390


def test_no_cash(anna: Client) -> None:
    luca = a_helper()
    with pytest.raises(MeansMissing):
        take("secure", call=a_drafted_call(), now=by(Who.BANK))
    assert not [step.name for step in LIFE.steps if "cash" in step.name]
    charging = {who for step in LIFE.steps if step.to == Stage.CHARGED for who in step.by}
    assert charging == {Who.BANK, Who.CLOCK}
    service = anna.get("/book/service/wifi-setup/", headers={"accept-language": "en"}).content.decode()
    assert "never in cash" in service
    call = done_by(luca, a_requested_call(), NOON)
    assert "nie bar" in told(call, "ask_to_sign_off")[0].text
    page = a_phone(luca).get(f"/app/visits/{call.id}/", headers={"accept-language": "en"}).content.decode()
    assert "No cash" in page


def test_a_recommendation_earns_when_the_sale_stands() -> None:
    luca = a_helper()
    row = a_recommendation(luca)
    call = row.assignment.call
    the_shop_says(row, "ordered", AFTER)
    assert not call.claims.filter(purpose="sale").exists()
    the_shop_says(row, "confirmed", AFTER + DAY)
    assert "CHF 2.99" in told(call, "tell_helper_of_sale")[0].text.replace("\xa0", " ")
    page = a_phone(luca).get("/app/earnings/?month=2026-11").content.decode().replace("\xa0", " ")
    assert "Recommended product" in page
    assert "Pending" in page
    stands_at = AFTER + 22 * DAY
    clock_runs_until(stands_at - HOUR)
    assert call.claims.get(purpose="sale").state == ClaimState.EARNED
    clock_runs_until(stands_at)
    assert pay_out_runs(stands_at) == 1
    assert Payout.objects.get().amount == 7120 + 299
    the_shop_says(row, "returned", stands_at + DAY)
    assert balance(Account.PAYABLE_PROVIDER) == 299
    assert told(call, "tell_helper_of_return")
    page = a_phone(luca).get("/app/earnings/?month=2026-11").content.decode().replace("\xa0", " ")
    assert "CHF 2.99 is deducted from your next pay-out" in page
    assert books_balance()


def test_no_commission_for_another_brand_s_product() -> None:
    luca, swisscom = a_helper(), a_brand("swisscom", is_own=False)
    a_sales_rate(swisscom)
    row = a_recommendation(luca, product=a_product(brand=swisscom))
    conrad = a_brand("conrad", is_own=False)
    with pytest.raises(journey.NoRecommendation):
        journey.tell_of_order(brand=conrad, told=told_by_shop(row, "confirmed"), now=by(Who.BRAND, AFTER))
    assert not row.assignment.call.claims.filter(purpose="sale").exists()
