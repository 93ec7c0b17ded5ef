from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.payments.builders import (
    AGENCY,
    BRAND_PAYS,
    PRINCIPAL,
    VISIT,
    Terms,
    a_call,
    a_provider,
    a_quote,
    assigned,
    at,
)

from mila.crowd.models import TaxStatus
from mila.payments import actions, queries
from mila.payments.models import Account, Claim, Entry, Posting

pytestmark = pytest.mark.django_db
SIGNED = VISIT + timedelta(hours=1)


def signed_off(terms: Terms, status: TaxStatus = TaxStatus.NONE) -> Claim:
    call = a_call(terms)
    assigned(call, a_provider(status))
    actions.book_sign_off(call, at(SIGNED))
    return Claim.objects.get(call=call)


def balances() -> dict[str, int]:
    return {account: amount for (account, _), amount in queries.trial_balance().items()}


def test_twenty_percent_come_off_the_helper_s_gross() -> None:
    claim = signed_off(AGENCY)
    assert (claim.gross, claim.commission, claim.amount) == (11900, 2380, 9520)
    assert balances() == {
        "receivable:customer": 12390,
        "payable:provider": -9520,
        "revenue:guarantee_fee": -453,
        "revenue:commission": -2202,
        "vat:output": -215,
    }


def test_a_registered_pro_is_owed_its_pay_with_tax() -> None:
    claim = signed_off(PRINCIPAL, TaxStatus.REGISTERED)
    assert (claim.gross, claim.commission, claim.amount) == (7567, 0, 7567)
    assert balances()["vat:input"] == 567


def test_a_friend_who_works_for_a_brand_is_owed_the_fixed_pay() -> None:
    assert signed_off(BRAND_PAYS).amount == 7000
    assert balances()["receivable:partner"] == 9401


def test_what_is_charged_is_the_quote_approved_last() -> None:
    call = a_call()
    a_quote(call, Terms(package=14900))
    assigned(call)
    actions.book_sign_off(call, at(SIGNED))
    assert balances()["receivable:customer"] == 15390


def test_without_a_helper_there_is_nothing_to_sign_off() -> None:
    with pytest.raises(LookupError):
        actions.book_sign_off(a_call(), at(SIGNED))


def check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def write(*entries: tuple[Account, int, str]) -> None:
    call = a_call()
    with transaction.atomic():
        posting = Posting.objects.create(event="x", source=call.id, call=call, posted_at=SIGNED)
        for account, amount, currency in entries:
            Entry.objects.create(posting=posting, account=account, amount=amount, currency=currency)
        check_now()


def test_the_database_refuses_a_posting_that_does_not_balance() -> None:
    with pytest.raises(IntegrityError, match="does not balance"):
        write((Account.PSP_CLEARING, 100, "CHF"), (Account.RECEIVABLE_CUSTOMER, -99, "CHF"))


def test_the_database_refuses_francs_against_euros() -> None:
    with pytest.raises(IntegrityError, match="does not balance"):
        write((Account.PSP_CLEARING, 100, "CHF"), (Account.RECEIVABLE_CUSTOMER, -100, "EUR"))


def test_the_database_refuses_a_posting_without_entries() -> None:
    with pytest.raises(IntegrityError, match="moves nothing"):
        write()


def test_nobody_posts_the_same_event_twice() -> None:
    call = signed_off(AGENCY).call
    with pytest.raises(IntegrityError, match="posted_once"), transaction.atomic():
        Posting.objects.create(event="sign_off", source=call.id, call=call, posted_at=SIGNED)


@pytest.mark.parametrize("table", ["payments_posting", "payments_entry"])
@pytest.mark.parametrize("change", ["update {} set id = id", "delete from {}", "truncate {} cascade"])
def test_what_is_written_in_the_books_stays(table: str, change: str) -> None:
    signed_off(AGENCY)
    check_now()
    with (
        pytest.raises(IntegrityError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))
    assert queries.trial_balance()
