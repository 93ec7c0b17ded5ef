"""Laws of money: whatever happens, the books balance, shares add up and an answer counts once."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.payments.builders import VISIT, Terms, a_call, a_provider, assigned, at, saved

from mila.booking.models import LineKind, ServiceCall
from mila.countries.queries import CancellationPolicy
from mila.crowd.models import TaxStatus
from mila.kernel.money import Money
from mila.partners.models import ContractModel, Payer
from mila.payments import actions, queries, rules, upsell
from mila.payments.adapters import ChargeAnswer, get_bank
from mila.payments.adapters.test import pages
from mila.payments.models import Account, Claim
from mila.payments.rules import CancellationFacts, Line, Standing

amounts = st.integers(min_value=1, max_value=500_000)
rates = st.sampled_from([0, 260, 550, 810, 1900, 2000])
shares = st.integers(min_value=0, max_value=10_000)
quoted = st.lists(st.builds(Line, st.sampled_from(LineKind), amounts, rates), min_size=1, max_size=6)
policies = st.builds(
    CancellationPolicy,
    free_hours=st.integers(4, 72), late_share=st.integers(0, 5000), near_hours=st.integers(0, 4),
    near_share=st.integers(5000, 9000), door_share=st.just(10_000), door_cap_minor=st.integers(0, 20_000),
    helper_share=shares, asap_grace_minutes=st.integers(0, 15),
)  # fmt: skip


@given(quoted, amounts, shares, rates, st.sampled_from(TaxStatus))
def test_every_posting_adds_up_to_zero(
    lines: list[Line], amount: int, share: int, rate: int, status: TaxStatus
) -> None:
    part = Money(amount, "CHF").share(share).minor
    postings = [
        rules.sold_for_helper(lines, Account.RECEIVABLE_CUSTOMER),
        rules.sold_by_operator(lines, Account.RECEIVABLE_PARTNER),
        rules.commission_taken(rules.commission(lines, share), rate),
        rules.self_billed(amount, rules.input_tax(amount, rate, status)),
        rules.cancelled_for_helper(amount, part, rate, Account.RECEIVABLE_CUSTOMER),
        rules.cancelled_by_operator(amount, rate, Account.RECEIVABLE_CUSTOMER),
        upsell.billed(amount, rate),
        upsell.shared(amount, rules.input_tax(amount, rate, status)),
        *(written(amount) for written in (rules.captured, rules.bank_fee, rules.paid_out, rules.written_off)),
    ]
    assert {sum(value for _, value in posting) for posting in postings} == {0}


@given(quoted, shares)
def test_commission_and_share_are_the_gross(lines: list[Line], share: int) -> None:
    taken, gross = rules.commission(lines, share), rules.commissionable(lines)
    assert 0 <= taken <= gross
    assert abs(taken * 10_000 - gross * share) * 2 <= 10_000


@given(amounts, shares, shares)
def test_of_a_sale_the_helper_gets_a_part_of_what_it_brings(total: int, points: int, part: int) -> None:
    found = upsell.brought(Money(total, "CHF"), basis_points=points, helper_share=part)
    assert 0 <= found.share <= found.commission <= total


@given(quoted)
def test_net_and_tax_are_the_gross(lines: list[Line]) -> None:
    parts = rules.taxes(lines)
    assert sum(part.net + part.tax for part in parts) == rules.total(lines)
    assert len({part.rate for part in parts}) == len(parts)


@given(policies, amounts, st.integers(-60, 6000), st.integers(0, 3000))
def test_waiting_never_makes_a_cancellation_cheaper(
    policy: CancellationPolicy, price: int, minutes: int, waited: int
) -> None:
    def cost(standing: Standing, left: int) -> int:
        settled = rules.cancellation_cost(policy, CancellationFacts(Money(price, "CHF"), standing, left))
        assert 0 <= settled.helper_share.minor <= settled.cost.minor <= policy.door_cap_minor
        return settled.cost.minor

    early, late = cost(Standing.ASSIGNED, minutes), cost(Standing.ASSIGNED, minutes - waited)
    assert early <= late <= cost(Standing.AT_THE_DOOR, minutes - waited)


agreed = st.builds(
    Terms,
    model=st.sampled_from(ContractModel),
    package=amounts,
    fee=st.integers(0, 990),
    commission=shares,
    pay=amounts,
).map(lambda terms: terms if terms.model != ContractModel.PARTNER_PRINCIPAL else _by_brand(terms))
endings = st.sampled_from(["paid", "declined", "written_off", "cancelled"])
some_histories = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _by_brand(terms: Terms) -> Terms:
    return Terms(terms.model, Payer.BRAND, terms.package, 0, terms.commission, terms.pay)


@pytest.mark.django_db
@some_histories
@given(agreed, st.sampled_from(TaxStatus), endings)
def test_whatever_happens_the_books_balance_and_agree_with_the_bank(
    terms: Terms, status: TaxStatus, ending: str
) -> None:
    call = a_call(terms)
    saved(call, "4242" if ending in {"paid", "cancelled"} else "9995")
    assigned(call, a_provider(status, account=f"acct_{call.id}"))
    live(call, ending)
    assert sum(queries.trial_balance().values()) == 0
    assert queries.difference_to_bank("CHF") == Money(0, "CHF")
    expected = 0 if ending != "declined" or terms.payer == Payer.BRAND else terms.package + terms.fee
    assert queries.balance(Account.RECEIVABLE_CUSTOMER, "CHF", [call]).minor == expected
    assert queries.balance(Account.PAYABLE_PROVIDER, "CHF", [call]).minor == -owed(call)


def owed(call: ServiceCall) -> int:
    return sum(claim.amount for claim in Claim.objects.filter(call=call).exclude(state="paid"))


def live(call: ServiceCall, ending: str) -> None:
    done = VISIT + timedelta(hours=1)
    if ending == "cancelled":
        actions.settle_cancellation(call, at(VISIT - timedelta(hours=1)))
    else:
        actions.book_sign_off(call, at(done))
        actions.ask_bank_to_charge(call, at(done))
    while (answer := actions.ask_bank_next(at=done)) is not None:
        if isinstance(answer, ChargeAnswer):
            actions.note_charge(call, answer, at(done))
            actions.book_capture(call, at(done))
    if ending == "written_off":
        actions.write_off(call, at(done))
    if ending in {"paid", "written_off"}:
        actions.release_claim(call, at(done))
    actions.run_payouts(run_on=done.date(), at=done)
    while actions.pay_out_next(at=done):
        pass


@pytest.mark.django_db
@some_histories
@given(st.data())
def test_answers_in_any_order_and_number_give_the_same_books(data: st.DataObject) -> None:
    call = a_call()
    saved(call, "9995")
    assigned(call)
    actions.book_sign_off(call, at(VISIT))
    actions.ask_bank_to_charge(call, at(VISIT))
    refused = actions.ask_for_charge(at=VISIT)
    assert refused is not None
    actions.note_charge(call, refused, at(VISIT))
    paid = by_link(call)
    heard = data.draw(st.permutations([paid, refused] * data.draw(st.integers(1, 3))))
    steps = [take(call, answer) for answer in heard]
    assert steps.count("charge") == 1
    assert steps.count("decline") == 0
    assert queries.balance(Account.RECEIVABLE_CUSTOMER, "CHF", [call]).minor == 0
    assert queries.difference_to_bank("CHF") == Money(0, "CHF")


def by_link(call: ServiceCall) -> ChargeAnswer:
    charge = call.charges.get()
    url = actions.open_payment_session(charge=charge, return_url="/", now=at(VISIT))
    pages.choose(url.rstrip("/").rsplit("/", 1)[-1], digits="4242", at=VISIT)
    found = [notice.answer for notice in get_bank().notices(at=VISIT)]
    return next(a for a in found if isinstance(a, ChargeAnswer) and a.charge_id == charge.id)


def take(call: ServiceCall, answer: ChargeAnswer) -> str:
    step = actions.note_charge(call, answer, at(VISIT))
    if step == "charge":
        actions.book_capture(call, at(VISIT))
    return step
