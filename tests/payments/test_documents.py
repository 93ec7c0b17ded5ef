from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.payments.builders import AGENCY, BRAND_PAYS, PRINCIPAL, VISIT, Terms, a_call, a_provider, assigned, at

from mila.booking.models import ServiceCall
from mila.crowd.models import TaxStatus
from mila.payments import actions, queries
from mila.payments.models import Document

pytestmark = pytest.mark.django_db
PAID = VISIT + timedelta(hours=2)


def documented(terms: Terms = AGENCY, status: TaxStatus = TaxStatus.NONE) -> ServiceCall:
    call = a_call(terms)
    assigned(call, a_provider(status))
    actions.book_sign_off(call, at(PAID))
    actions.write_documents(call, at(PAID))
    return call


def shown(call: ServiceCall) -> list[tuple[str, str, str, int]]:
    return [
        (document.kind, document.supplier["name"], document.recipient["name"], document.total)
        for document in queries.documents_of(call)
    ]


def test_the_receipt_for_a_friend_s_work_is_in_the_friend_s_name() -> None:
    assert shown(documented()) == [
        ("receipt", "Leo Frei", "Anna Keller", 11900),
        ("receipt", "Mila AG", "Anna Keller", 490),
        ("commission", "Mila AG", "Leo Frei", 2380),
    ]


def test_the_receipt_for_a_pro_s_work_is_the_operator_s() -> None:
    assert shown(documented(PRINCIPAL)) == [("receipt", "Mila AG", "Anna Keller", 12390)]


def test_where_the_brand_pays_its_monthly_invoice_is_the_document() -> None:
    assert shown(documented(BRAND_PAYS)) == []


def test_a_friend_without_tax_number_shows_no_tax() -> None:
    friend, fee, commission = queries.documents_of(documented())
    assert friend.taxes == [{"rate": 0, "net": 11900, "tax": 0, "gross": 11900}]
    assert fee.taxes == [{"rate": 810, "net": 453, "tax": 37, "gross": 490}]
    assert commission.taxes == [{"rate": 810, "net": 2202, "tax": 178, "gross": 2380}]


def test_a_registered_provider_shows_its_tax() -> None:
    receipt = queries.documents_of(documented(AGENCY, TaxStatus.REGISTERED))[0]
    assert receipt.taxes == [{"rate": 810, "net": 11008, "tax": 892, "gross": 11900}]


def test_documents_are_written_once() -> None:
    call = documented()
    actions.write_documents(call, at(PAID))
    assert len(shown(call)) == 3


def test_numbers_of_an_issuer_follow_each_other() -> None:
    calls = [documented(PRINCIPAL) for _ in range(3)]
    assert [queries.documents_of(call)[0].number for call in calls] == [1, 2, 3]


def test_the_commission_note_speaks_every_language() -> None:
    note = queries.documents_of(documented())[2]
    assert set(note.lines[0]["text"]) == {"de", "fr", "it", "en"}


def test_a_document_is_never_changed() -> None:
    call = documented(PRINCIPAL)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Document.objects.filter(call=call).update(total=1)
    assert shown(call)[0][3] == 12390
