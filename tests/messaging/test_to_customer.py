from collections.abc import Callable

import pytest
from tests.messaging.rows import (
    NOON,
    NOW,
    a_brand,
    a_call,
    a_helper,
    a_party,
    an_assignment,
    by_helper,
    later,
    release,
    the_message,
    told,
)

from mila.booking.models import DiaryEntry, ServiceCall, Stage
from mila.kernel.occasion import Occasion
from mila.messaging import actions
from mila.messaging.models import Channel, Message

pytestmark = pytest.mark.django_db

ANNA, PAUL, ROSA, LUCA = "anna.canary@example.org", "paul.canary@example.org", "+41790000001", "luca@helpers.example"
Effect = Callable[[ServiceCall, Occasion], None]

TO_WHO_BOOKED = (actions.confirm_booking, actions.regret, actions.send_receipt, actions.announce_silent_sign_off)
TO_WHO_WAITS = (
    actions.remind_customer,
    actions.alert_customer_of_delay,
    actions.tell_customer_of_new_search,
    actions.share_arrival_time,
    actions.tell_customer_of_lateness,
)
TO_WHO_MAY_SIGN = (actions.ask_to_sign_off, actions.remind_to_sign_off, actions.remind_again_to_sign_off)
TO_WHO_PAYS = (actions.ask_to_pay, actions.dun)


def name(effect: Effect) -> str:
    return effect.__name__


@pytest.mark.parametrize("effect", TO_WHO_BOOKED, ids=name)
def test_who_booked_and_who_pays_hear_of_the_booking(effect: Effect) -> None:
    effect(a_call(), NOW)
    assert told() == {ANNA: [name(effect)], PAUL: [name(effect)]}


@pytest.mark.parametrize("effect", TO_WHO_WAITS, ids=name)
def test_who_waits_and_who_booked_hear_of_the_visit(effect: Effect) -> None:
    call = a_call()
    an_assignment(call, a_helper())
    effect(call, NOW)
    assert told() == {ROSA: [name(effect)], ANNA: [name(effect)]}


@pytest.mark.parametrize("effect", TO_WHO_MAY_SIGN, ids=name)
def test_payer_and_site_contact_are_asked_to_sign_off(effect: Effect) -> None:
    call = a_call()
    an_assignment(call, a_helper())
    effect(call, NOW)
    assert told() == {PAUL: [name(effect)], ROSA: [name(effect)]}


@pytest.mark.parametrize("effect", TO_WHO_PAYS, ids=name)
def test_only_the_payer_hears_of_open_money(effect: Effect) -> None:
    effect(a_call(), NOW)
    assert told() == {PAUL: [name(effect)]}


@pytest.mark.parametrize("effect", [*TO_WHO_BOOKED, *TO_WHO_WAITS, *TO_WHO_MAY_SIGN, *TO_WHO_PAYS], ids=name)
def test_an_occasion_played_again_tells_nobody_twice(effect: Effect) -> None:
    call = a_call()
    effect(call, NOW)
    before = Message.objects.count()
    effect(call, NOW)
    assert Message.objects.count() == before > 0


def test_one_person_in_three_roles_hears_once() -> None:
    call = a_call()
    call.payer = call.site_contact = call.booker
    actions.confirm_booking(call, NOW)
    actions.ask_to_sign_off(call, NOW)
    assert told() == {ANNA: ["confirm_booking", "ask_to_sign_off"]}


def test_the_same_address_written_in_two_ways_hears_once() -> None:
    call = a_call()
    call.payer = a_party(call.brand, "Anna", email=ANNA.upper())
    actions.confirm_booking(call, NOW)
    assert told() == {ANNA: ["confirm_booking"]}


def test_everybody_reads_their_own_language_and_the_local_time() -> None:
    actions.confirm_booking(a_call(), NOW)
    anna, paul = the_message(ANNA), the_message(PAUL)
    assert (anna.language, paul.language) == ("de", "en")
    assert "Dienstag, 24. November 2026" in anna.text
    assert "Tuesday 24 November 2026" in paul.text.replace(",", "")
    assert "14:00" in anna.text
    assert "15:00" in paul.text


def test_a_confirmation_holds_what_a_person_needs() -> None:
    call = a_call()
    actions.confirm_booking(call, NOW)
    text = the_message(PAUL).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Set up Wi-Fi" in text
    assert "Canarygasse 7, 8004 Zürich" in text
    assert "CHF 118.90" in text
    assert "CHF 4.90" in text
    assert "CHF 0.37" in text
    assert call.order_number in text
    assert f"/s/{call.status_key}/" in text
    assert "+41 43 508 01 92" in text


def test_the_html_has_the_brands_colour_and_a_button_and_escapes_what_people_wrote() -> None:
    call = a_call()
    call.address.street = "<b>Gasse"
    actions.confirm_booking(call, NOW)
    html = the_message(PAUL).html
    assert "#0e5a5e" in html
    assert f'href="http://127.0.0.1:8000/s/{call.status_key}/"' in html
    assert "&lt;b&gt;Gasse" in html
    assert "<b>Gasse" in the_message(PAUL).text


def test_the_link_lies_under_the_brands_own_host() -> None:
    call = a_call()
    call.brand.host = "friends.example.org"
    actions.confirm_booking(call, NOW)
    assert f"https://friends.example.org/s/{call.status_key}/" in the_message(ANNA).text


def test_the_link_of_a_brand_without_a_host_opens_in_the_brands_look() -> None:
    call = a_call()
    call.brand.is_own, call.brand.slug = False, "friends"
    actions.confirm_booking(call, NOW)
    assert f"http://127.0.0.1:8000/b/friends/s/{call.status_key}/" in the_message(ANNA).text


def test_who_has_no_mail_gets_a_short_message_on_the_phone() -> None:
    call = a_call()
    an_assignment(call, a_helper())
    actions.remind_customer(call, NOW)
    rosa = the_message(ROSA)
    assert rosa.channel == Channel.SMS
    assert (rosa.subject, rosa.html) == ("", "")
    assert "Luca" in rosa.text
    assert "\n" not in rosa.text


def test_accepting_introduces_the_helper_to_who_waits_and_the_visit_to_the_helper() -> None:
    call, helper = a_call(), a_helper()
    an_assignment(call, helper)
    actions.introduce_helper(call, by_helper(helper))
    assert told() == {ROSA: ["introduce_helper"], ANNA: ["introduce_helper"], LUCA: ["give_visit"]}
    assert "Luca" in the_message(ANNA).text


def test_a_replacement_is_introduced_and_the_one_before_is_told() -> None:
    call, luca, sara = a_call(), a_helper(), a_helper("Sara")
    first = an_assignment(call, luca)
    actions.introduce_helper(call, by_helper(luca))
    now = by_helper(sara, later(hours=5).at)
    release(first, now)
    an_assignment(call, sara)
    call.refresh_from_db()
    actions.introduce_helper(call, now)
    assert told()[LUCA] == ["give_visit", "tell_released_helper"]
    assert told()["sara@helpers.example"] == ["give_visit"]
    assert told()[ANNA] == ["introduce_helper", "introduce_helper"]


def test_who_drops_out_is_not_told_what_they_did() -> None:
    call, helper = a_call(), a_helper()
    now = by_helper(helper)
    release(an_assignment(call, helper), now)
    actions.tell_customer_of_new_search(call, now)
    assert LUCA not in told()


def test_a_helper_from_whom_the_visit_is_taken_is_told() -> None:
    call, helper = a_call(), a_helper()
    release(an_assignment(call, helper), NOW)
    actions.tell_customer_of_new_search(call, NOW)
    assert told()[LUCA] == ["tell_released_helper"]


def test_a_cancellation_reaches_everybody_who_knew_of_the_visit() -> None:
    call, helper = a_call(), a_helper()
    release(an_assignment(call, helper), NOW)
    actions.announce_cancellation(call, NOW)
    heard = ["announce_cancellation"]
    assert told() == {ANNA: heard, ROSA: heard, PAUL: heard, LUCA: ["tell_helper_of_cancellation"]}


def test_a_cancellation_before_anybody_was_found_stays_with_who_booked() -> None:
    actions.announce_cancellation(a_call(), NOW)
    assert set(told()) == {ANNA, PAUL}


@pytest.mark.parametrize(("stage", "heard"), [(Stage.CONFIRMED, 2), (Stage.CONTACTED, 0)])
def test_the_contact_reminds_where_it_confirms_a_visit_that_is_near(stage: Stage, heard: int) -> None:
    call = a_call()
    an_assignment(call, a_helper())
    DiaryEntry.objects.create(call=call, number=1, at=NOON, by="provider", step="contact", stage=stage)
    actions.remind_customer_where_near(call, NOW)
    assert Message.objects.filter(template="remind_customer").count() == heard


def test_the_expected_arrival_is_told_in_local_time() -> None:
    call = a_call()
    an_assignment(call, a_helper())
    call.expected_at = later(days=2, hours=2, minutes=5).at
    actions.share_arrival_time(call, NOW)
    assert "14:05" in the_message(ANNA).text
    assert "14:05" in the_message(ROSA).text


def test_a_clock_that_stood_still_does_not_dun_in_heaps() -> None:
    call = a_call()
    actions.dun(call, later(days=8))
    actions.dun(call, later(days=8, minutes=1))
    assert told() == {PAUL: ["dun"]}
    actions.dun(call, later(days=14))
    assert told() == {PAUL: ["dun", "dun"]}


def test_each_failed_hold_tells_the_payer_once() -> None:
    call = a_call()
    for moment in (NOW, NOW, later(hours=2)):
        actions.ask_to_secure(call, moment)
    assert told() == {PAUL: ["tell_unsecured", "tell_unsecured"]}


def test_a_brand_of_somebody_else_is_in_front_powered_by_mila() -> None:
    brand = a_brand()
    brand.name, brand.is_own = "Blue Friends", False
    actions.confirm_booking(a_call(brand), NOW)
    html = the_message(PAUL).html
    assert "Blue Friends" in html
    assert "powered by Mila" in html
