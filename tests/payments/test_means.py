import pytest
from tests.payments.builders import BOOKED, a_call, at

from mila.booking.models import ServiceCall
from mila.payments import actions
from mila.payments.adapters.test import pages
from mila.payments.adapters.test.models import Page
from mila.payments.adapters.test.pages import Next
from mila.payments.models import Means, MeansState

pytestmark = pytest.mark.django_db


def a_page(call: ServiceCall) -> Page:
    means = actions.begin_means(call=call, now=at(BOOKED))
    url = actions.open_means_session(means=means, return_url="/book/thanks/", now=at(BOOKED))
    return Page.objects.get(pk=url.rstrip("/").rsplit("/", 1)[-1])


def heard(call: ServiceCall) -> str:
    notice = actions.next_notice(at=BOOKED)
    assert notice is not None
    assert isinstance(notice.answer, actions.MeansAnswer)
    actions.hear_once(notice, at=BOOKED)
    return actions.note_means(call, notice.answer, at(BOOKED))


def test_saved_means_secure_the_call_once() -> None:
    call = a_call()
    assert pages.choose(a_page(call).id, digits="4242", at=BOOKED) == Next.BACK
    assert heard(call) == "secure"
    means = Means.objects.get(call=call)
    assert (means.state, means.label) == (MeansState.SAVED, "Visa •••• 4242")


def test_the_same_message_again_changes_nothing() -> None:
    call = a_call()
    pages.choose(a_page(call).id, digits="0085", at=BOOKED)
    notice = actions.next_notice(at=BOOKED)
    assert notice is not None
    assert isinstance(notice.answer, actions.MeansAnswer)
    assert [actions.note_means(call, notice.answer, at(BOOKED)) for _ in range(2)] == ["secure", ""]


def test_three_d_secure_comes_before_saving() -> None:
    call = a_call()
    page = a_page(call)
    assert pages.choose(page.id, digits="3155", at=BOOKED) == Next.SECURE
    assert actions.next_notice(at=BOOKED) is None
    assert pages.confirm(page.id, approved=True, at=BOOKED) == Next.BACK
    assert heard(call) == "secure"


def test_who_refuses_three_d_secure_may_try_another_card() -> None:
    call = a_call()
    page = a_page(call)
    pages.choose(page.id, digits="3155", at=BOOKED)
    assert pages.confirm(page.id, approved=False, at=BOOKED) == Next.DECLINED
    assert heard(call) == ""
    assert pages.choose(page.id, digits="4242", at=BOOKED) == Next.BACK
    assert heard(call) == "secure"


def test_a_declined_card_saves_nothing() -> None:
    call = a_call()
    assert pages.choose(a_page(call).id, digits="0002", at=BOOKED) == Next.DECLINED
    assert heard(call) == ""
    assert Means.objects.get(call=call).state == MeansState.DECLINED


def test_beginning_again_is_the_same_page_until_a_no() -> None:
    call = a_call()
    assert a_page(call) == a_page(call)
    pages.choose(a_page(call).id, digits="0002", at=BOOKED)
    heard(call)
    assert a_page(call).attempt == 2


def test_a_page_that_is_done_leads_back() -> None:
    call = a_call()
    page = a_page(call)
    pages.choose(page.id, digits="4242", at=BOOKED)
    assert pages.choose(page.id, digits="0002", at=BOOKED) == Next.BACK
    assert heard(call) == "secure"
