from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.messaging.rows import (
    NOW,
    a_brand,
    a_call,
    a_helper,
    an_account,
    an_assignment,
    an_offer,
    by_helper,
    release,
    the_message,
    told,
)

from mila.booking.models import ServiceCall
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.messaging import actions
from mila.messaging.models import Channel, Message

pytestmark = pytest.mark.django_db

LUCA = "luca@helpers.example"
Effect = Callable[[ServiceCall, Occasion], None]

TO_THE_HOLDER = (
    actions.remind_to_contact,
    actions.remind_to_confirm,
    actions.remind_again_to_confirm,
    actions.tell_holder_of_desks_search,
    actions.tell_holder_of_replacement,
    actions.ask_helper_to_set_out,
    actions.ask_helper_to_finish,
)
TO_CUSTOMERS = (
    actions.confirm_booking,
    actions.regret,
    actions.remind_customer,
    actions.alert_customer_of_delay,
    actions.tell_customer_of_new_search,
    actions.share_arrival_time,
    actions.tell_customer_of_lateness,
    actions.ask_to_sign_off,
    actions.remind_to_sign_off,
    actions.remind_again_to_sign_off,
    actions.announce_silent_sign_off,
    actions.send_receipt,
    actions.ask_to_pay,
    actions.dun,
    actions.announce_cancellation,
)


def name(effect: Effect) -> str:
    return effect.__name__


@pytest.mark.parametrize("effect", TO_THE_HOLDER, ids=name)
def test_the_holder_alone_is_told_once_with_a_link_to_the_visit(effect: Effect) -> None:
    call = a_call()
    an_assignment(call, a_helper())
    effect(call, NOW)
    effect(call, NOW)
    assert told() == {LUCA: [name(effect)]}
    assert f"/app/visits/{call.id}/" in the_message(LUCA).text


@pytest.mark.parametrize("effect", TO_THE_HOLDER, ids=name)
def test_nobody_is_told_where_nobody_holds_the_visit(effect: Effect) -> None:
    effect(a_call(), NOW)
    assert told() == {}


def test_who_lost_the_visit_gets_no_link_to_it() -> None:
    call = a_call()
    release(an_assignment(call, a_helper()), NOW)
    actions.announce_cancellation(call, NOW)
    text = the_message(LUCA).text
    assert "/app/" in text
    assert f"{call.id}" not in text


def test_a_helper_reads_their_own_language() -> None:
    call = a_call()
    an_assignment(call, a_helper(language="en"))
    actions.remind_to_confirm(call, NOW)
    assert the_message(LUCA).subject == "Please confirm your visit"


def test_an_unreached_offer_rings_the_phone_once() -> None:
    offer = an_offer(a_call(), a_helper())
    actions.ring_by_sms(offer=offer, now=NOW)
    actions.ring_by_sms(offer=offer, now=NOW)
    message = the_message("+41790000009")
    assert message.channel == Channel.SMS
    assert f"/o/{offer.link_key}/" in message.text


def every_message_of_a_life() -> None:
    """Say all that can be said about one call, from the ring of the phone to the last reminder."""
    call, luca, sara = a_call(), a_helper(), a_helper("Sara")
    actions.ring_by_sms(offer=an_offer(call, luca), now=NOW)
    first = an_assignment(call, luca)
    actions.introduce_helper(call, by_helper(luca))
    for effect in (*TO_THE_HOLDER, *TO_CUSTOMERS):
        effect(call, NOW)
    release(first, NOW)
    an_assignment(call, sara)
    actions.introduce_helper(call, NOW)
    actions.announce_cancellation(call, NOW)
    actions.send_code(call=call, code="482913", purpose="sign_off", now=NOW)
    actions.ask_to_secure(call, NOW)


def test_no_word_about_the_customer_is_in_any_message_to_a_helper() -> None:
    every_message_of_a_life()
    to_helpers = list(Message.objects.exclude(account=None))
    assert {message.template for message in to_helpers} >= {"ring_by_sms", "give_visit", "tell_released_helper"}
    call = ServiceCall.objects.get()
    for message in to_helpers:
        said = f"{message.subject} {message.text} {message.html}".lower()
        for canary in ("canary", "8004", "+4179000000 1".replace(" ", ""), call.status_key.lower()):
            assert canary not in said, message.template


def test_no_subject_holds_anything_personal() -> None:
    every_message_of_a_life()
    subjects = set(Message.objects.filter(channel=Channel.MAIL).values_list("subject", flat=True))
    assert len(subjects) > 20
    personal = ("canary", "anna", "paul", "rosa", "luca", "sara", "zürich", "8004", "118", "482913", "m-")
    assert [subject for subject in subjects if any(word in subject.lower() for word in personal)] == []


def test_earnings_are_announced_once_a_day_and_currency() -> None:
    a_brand()
    account = an_account("sara@helpers.example", "en")
    for _ in range(2):
        actions.tell_paid_out(
            account=account, money=Money(9120, "CHF"), run_on=date(2026, 11, 28), country="CH", now=NOW
        )
    text = the_message("sara@helpers.example").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "CHF 91.20" in text
    assert "28 November 2026" in text


def test_a_later_stay_in_a_stage_is_a_new_occasion() -> None:
    call = a_call()
    an_assignment(call, a_helper())
    actions.remind_to_contact(call, NOW)
    call.since += timedelta(hours=3)
    actions.remind_to_contact(call, NOW)
    assert told() == {LUCA: ["remind_to_contact", "remind_to_contact"]}
