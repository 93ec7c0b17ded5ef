"""The status page at every stage of a call."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from tests.factories import (
    NOON,
    a_confirmed_call,
    a_done_call,
    a_drafted_call,
    a_helper,
    a_requested_call,
    an_accepted_call,
    an_offer,
    by,
    by_helper,
)
from tests.sites.customer.conftest import in_three_days

from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Who
from mila.messaging.models import Message
from mila.payments.models import Means, MeansState
from mila.quality.models import Rating
from mila.sites.now import now
from mila.visit.models import SignOff

pytestmark = pytest.mark.django_db


def page_of(client: Client, call: ServiceCall) -> str:
    answer = client.get(f"/s/{call.status_key}/")
    assert answer.status_code == 200
    return answer.content.decode()


def sent_code() -> str:
    text = Message.objects.filter(template="send_code").latest("made_at").text
    return next(word for word in text.replace(".", " ").split() if word.isdigit() and len(word) == 6)


def put(call: ServiceCall, stage: Stage) -> ServiceCall:
    """Put a call into a stage of the page's interest without living through its life."""
    ServiceCall.objects.filter(pk=call.pk).update(stage=stage, due_at=None, due_step="")
    call.refresh_from_db()
    return call


def test_an_unknown_key_finds_nothing(anna: Client) -> None:
    for path in ("", "live/", "receipt/", "cancel/"):
        assert anna.get(f"/s/not-a-key/{path}").status_code == 404
    assert anna.get("/s/%00/").status_code == 404


def test_the_page_stays_out_of_search_engines_and_caches(anna: Client) -> None:
    answer = anna.get(f"/s/{a_drafted_call(now()).status_key}/")
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert b'name="robots" content="noindex' in answer.content


def test_while_the_payment_is_missing_the_page_leads_to_the_bank(anna: Client) -> None:
    call = a_drafted_call(now())
    assert "how you pay" in page_of(anna, call)
    assert "/bank/pay/" in anna.post(f"/s/{call.status_key}/means/").headers["Location"]


def test_after_a_decline_there_is_another_try(anna: Client) -> None:
    call = a_drafted_call(now())
    Means.objects.create(call=call, state=MeansState.DECLINED, asked_at=now())
    page = page_of(anna, call)
    assert "did not accept" in page
    assert "Try again" in page


def test_searching_says_how_many_were_asked(anna: Client, luca: Helper) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    assert "The first helper is being asked" in page_of(anna, call)
    an_offer(call, now())
    assert "1 helper asked so far" in page_of(anna, call)


def test_when_nobody_is_left_the_page_says_so(anna: Client) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    journey.move_search(call_id=call.id, now=by(Who.CLOCK, now()))
    assert "everybody nearby has been asked" in page_of(anna, call)


def test_who_comes_is_shown_and_how_to_reach_them(anna: Client, luca: Helper) -> None:
    page = page_of(anna, an_accepted_call(luca, now(), starts_at=in_three_days()))
    assert "Luca is coming" in page
    assert "Friend: a private person" in page
    assert "German, English" in page
    assert "tel:+41791112233" in page
    assert "Muster" not in page


def test_the_arrival_is_expected_at_a_time(anna: Client, luca: Helper) -> None:
    call = a_confirmed_call(luca, NOON, starts_at=NOON + timedelta(hours=2))
    journey.set_out(call_id=call.id, now=by_helper(luca, NOON))
    page = page_of(anna, call)
    assert "Luca is on the way" in page
    assert "Expected at" in page


def test_the_checklist_shows_its_progress(anna: Client, luca: Helper) -> None:
    call = a_confirmed_call(luca, NOON, starts_at=NOON + timedelta(hours=2))
    for verb in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        verb(call_id=call.id, now=by_helper(luca, NOON))
    journey.tick(call_id=call.id, code="introduce", now=by_helper(luca, NOON))
    assert "1 of 3 steps done" in page_of(anna, call)


def test_signing_off_needs_the_code_from_the_own_mailbox(anna: Client, luca: Helper) -> None:
    call = a_done_call(luca)
    at = f"/s/{call.status_key}"
    assert "Send me the code" in page_of(anna, call)
    assert anna.post(f"{at}/code/").headers["Location"] == f"{at}/#sign-off"
    page = page_of(anna, call)
    assert 'autocomplete="one-time-code"' in page
    assert "anna@customers.example" not in page
    wrong = anna.post(f"{at}/sign-off/", {"code": "000000" if sent_code() != "000000" else "111111"})
    assert wrong.status_code == 422
    assert b'id="id_code_error"' in wrong.content
    assert anna.post(f"{at}/sign-off/", {"code": sent_code()}).status_code == 302
    assert SignOff.objects.get().call_id == call.id
    assert "You have signed off" in page_of(anna, call)


@pytest.mark.parametrize("code", ["", "x" * 500, "<script>", "\x00"])
def test_a_code_that_is_none_gets_its_word(anna: Client, luca: Helper, code: str) -> None:
    call = a_done_call(luca)
    anna.post(f"/s/{call.status_key}/code/")
    answer = anna.post(f"/s/{call.status_key}/sign-off/", {"code": code})
    assert answer.status_code == 422
    assert b'id="id_code_error"' in answer.content


def test_signing_off_without_a_code_says_so(anna: Client, luca: Helper) -> None:
    call = a_done_call(luca)
    answer = anna.post(f"/s/{call.status_key}/sign-off/", {"code": "123456"})
    assert answer.status_code == 422
    assert b"This code is not right" in answer.content


def test_too_many_codes_are_refused_in_words(anna: Client, luca: Helper) -> None:
    call = a_done_call(luca)
    for _code in range(6):
        assert anna.post(f"/s/{call.status_key}/code/").status_code == 302
    answer = anna.post(f"/s/{call.status_key}/code/")
    assert answer.status_code == 429
    assert b"Too many codes" in answer.content


def test_the_visit_is_rated_once(anna: Client, luca: Helper) -> None:
    call = put(a_done_call(luca), Stage.CHARGED)
    at = f"/s/{call.status_key}"
    assert anna.post(f"{at}/rate/", {"stars": "6"}).status_code == 422
    assert anna.post(f"{at}/rate/", {"stars": "5", "on_time": "4", "text": "Prima"}).status_code == 302
    assert (Rating.objects.get().stars, Rating.objects.get().axes) == (5, {"on_time": 4})
    assert "You gave 5 stars" in page_of(anna, call)
    assert anna.post(f"{at}/rate/", {"stars": "1"}).status_code == 409
    assert Rating.objects.get().stars == 5


def test_cancelling_free_of_charge_takes_one_press(anna: Client, luca: Helper) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    at = f"/s/{call.status_key}/cancel/"
    assert "Cancelling now is free" in anna.get(at).content.decode()
    assert anna.post(at, {"shown_cost": "0"}).status_code == 302
    call.refresh_from_db()
    assert call.stage == Stage.CANCELLED
    assert "This booking is cancelled" in page_of(anna, call)
    assert anna.get(at).status_code == 302


def test_cancelling_at_a_cost_shows_it_and_needs_a_code(anna: Client, luca: Helper) -> None:
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    ServiceCall.objects.filter(pk=call.pk).update(visit_starts_at=now() + timedelta(hours=8))  # at whatever hour it is
    at = f"/s/{call.status_key}/cancel/"
    page = anna.get(at).content.decode()
    assert "CHF 23.48" in page.replace("\xa0", " ")
    assert "Send me the code" in page
    assert anna.post(at, {"shown_cost": "0"}).status_code == 409
    assert anna.post(at, {"shown_cost": "2348", "code": "000000"}).status_code == 422
    anna.post(f"{at}code/")
    assert "Cancel and pay" in anna.get(at).content.decode()
    assert anna.post(at, {"shown_cost": "2348", "code": sent_code()}).status_code == 302
    call.refresh_from_db()
    assert call.stage == Stage.CANCELLED
    assert "The cancellation costs" in page_of(anna, call)


@pytest.mark.parametrize("cost", ["", "-1", "many", "9" * 40])
def test_a_cost_that_is_none_is_refused(anna: Client, cost: str) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    assert anna.post(f"/s/{call.status_key}/cancel/", {"shown_cost": cost}).status_code == 422
    call.refresh_from_db()
    assert call.stage == Stage.REQUESTED


@pytest.mark.parametrize("stage", Stage.values)
def test_every_stage_has_its_own_honest_words(anna: Client, luca: Helper, stage: str) -> None:
    call = put(a_done_call(luca), Stage(stage))
    page = page_of(anna, call)
    assert "<h1></h1>" not in page
    assert call.order_number in page
    assert anna.get(f"/s/{call.status_key}/live/").status_code == 200


def test_titles_differ_from_stage_to_stage(anna: Client, luca: Helper) -> None:
    call = a_done_call(luca)
    titles = {page_of(anna, put(call, Stage(stage))).split("<h1>")[1].split("<")[0] for stage in Stage.values}
    assert len(titles) == len(Stage.values) - 1, "accepted and contacted share theirs"


def test_the_live_part_answers_with_nothing_while_nothing_changes(anna: Client, luca: Helper) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    live = page_of(anna, call).split('hx-get="')[1].split('"')[0]
    assert anna.get(live).status_code == 204
    an_offer(call, now())
    assert b"1 helper asked" in anna.get(live).content


def test_the_live_part_rests_when_all_is_over(anna: Client) -> None:
    call = put(a_drafted_call(now()), Stage.ABANDONED)
    assert "hx-get" not in page_of(anna, call)


def test_looking_whether_something_changed_asks_few_questions(
    anna: Client, luca: Helper, django_assert_max_num_queries: object
) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    live = page_of(anna, call).split('hx-get="')[1].split('"')[0]
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        anna.get(live)


def test_the_customer_reads_how_many_were_asked_and_nobodys_name(anna: Client, luca: Helper) -> None:
    a_helper("Nina", level=1)
    call = a_requested_call(now(), starts_at=in_three_days())
    an_offer(call, now())
    said = page_of(anna, call)
    assert "How the search goes" in said
    assert '<dt>Helpers around</dt><dd class="num">2</dd>' in said
    assert '<dt>of them right for this visit</dt><dd class="num">1</dd>' in said
    assert "Nina" not in said
    assert "Luca" not in said


def test_the_receipt_is_a_page_to_print(anna: Client, luca: Helper) -> None:
    call = a_done_call(luca)
    at = f"/s/{call.status_key}"
    assert "There is no receipt yet" in anna.get(f"{at}/receipt/").content.decode()
    anna.post(f"{at}/code/")
    anna.post(f"{at}/sign-off/", {"code": sent_code()})
    with transaction.atomic():
        locked = machine.lock(call.id)
        locked.charges.update(state="captured", captured_at=now(), due_at=None)
        machine.take("charge", call=locked, now=by(Who.BANK, now()))
    page = anna.get(f"{at}/receipt/").content.decode()
    assert "Luca Muster" in page
    assert "Mila Test AG" in page
    assert "Receipt" in page_of(anna, call)


def test_a_payment_that_failed_can_be_made_on_the_banks_page(anna: Client, luca: Helper) -> None:
    call = a_done_call(luca)
    at = f"/s/{call.status_key}"
    anna.post(f"{at}/code/")
    anna.post(f"{at}/sign-off/", {"code": sent_code()})
    with transaction.atomic():
        locked = machine.lock(call.id)
        locked.charges.update(state="declined", due_at=None, decline_code="insufficient_funds")
        machine.take("decline", call=locked, now=by(Who.BANK, now()))
    assert "The payment did not go through" in page_of(anna, call)
    assert "/bank/pay/" in anna.post(f"{at}/pay/").headers["Location"]


def test_there_is_nothing_to_pay_before_the_work(anna: Client, luca: Helper) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    assert anna.post(f"/s/{call.status_key}/pay/").headers["Location"] == f"/s/{call.status_key}/"
    assert "There is nothing to pay at the moment" in page_of(anna, call)


def test_means_that_are_saved_already_are_not_asked_for_again(anna: Client) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    assert anna.post(f"/s/{call.status_key}/means/").headers["Location"] == f"/s/{call.status_key}/"
    assert "has moved on" in page_of(anna, call)


def test_hostile_names_stay_words(anna: Client, luca: Helper) -> None:
    Helper.objects.update(first_name="<script>alert(1)</script>")
    call = an_accepted_call(luca, now(), starts_at=in_three_days())
    assert "<script>alert" not in page_of(anna, call)


@pytest.mark.parametrize("path", ["means", "pay", "code", "sign-off", "cancel/code"])
def test_reading_changes_nothing(anna: Client, path: str) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    assert anna.get(f"/s/{call.status_key}/{path}/").status_code == 405
