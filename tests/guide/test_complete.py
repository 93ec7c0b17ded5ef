"""Guide: the client signs off, the platform charges, the client rates."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import IN_THREE_DAYS, NOON, a_done_call, a_helper, a_requested_call, by, by_helper
from tests.sites.desk.conftest import desk
from tests.story import (
    EVIDENCE,
    a_secured_call,
    a_signed_off_call,
    bank_runs,
    clock_runs_until,
    open_offer,
    signed_off,
    stage,
    told,
)

from mila.booking import queries as booking
from mila.booking.models import OfferMode, ServiceCall, Stage
from mila.dispatch.queries import line_of
from mila.journey import actions as journey
from mila.journey.machine import NotYours, WrongStage, take
from mila.kernel.occasion import Who
from mila.payments.models import Charge, ChargeState
from mila.quality.actions import NothingToRate, StarsWrong
from mila.quality.models import Rating
from mila.visit.actions import CodeWrong, make_code
from mila.visit.models import CodePurpose, SignOff, SignOffMethod

pytestmark = pytest.mark.django_db

__all__ = ["desk"]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def rate(call: ServiceCall, stars: int, **axes: int) -> Rating:
    now = by(Who.CUSTOMER, call.since)
    return journey.rate(call_id=call.id, stars=stars, axes=axes, text="", now=now)


def test_five_stars_raise_the_helper_s_points() -> None:
    luca = a_helper()
    call = a_signed_off_call(luca)
    first = line_of(call, luca.id)
    rate(call, 5)
    at = call.since
    again = a_requested_call(at, starts_at=IN_THREE_DAYS + timedelta(days=7))
    open_offer(again, at)
    second = line_of(again, luca.id)
    assert first is not None
    assert second is not None
    assert first.points is not None
    assert second.points is not None
    assert second.points.stars > first.points.stars
    assert second.total > first.total


def test_the_client_signs_off_with_a_code() -> None:
    call = a_done_call(a_helper())
    at = call.since + 5 * MINUTE
    customer = by(Who.CUSTOMER, at)
    old = make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=customer)
    code = make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=customer)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for guess in (wrong, old if old != code else wrong, ""):
        with pytest.raises(CodeWrong):
            journey.sign_off(call_id=call.id, code=guess, evidence=EVIDENCE, now=customer)
    late = by(Who.CUSTOMER, at + 11 * MINUTE)
    with pytest.raises(CodeWrong):
        journey.sign_off(call_id=call.id, code=code, evidence=EVIDENCE, now=late)
    assert stage(call) == Stage.DONE
    assert not Charge.objects.exists()
    journey.sign_off(call_id=call.id, code=code, evidence=EVIDENCE, now=customer)
    assert stage(call) == Stage.SIGNED_OFF
    proof = SignOff.objects.get(call=call)
    assert (proof.method, proof.evidence, proof.at) == (SignOffMethod.CODE, EVIDENCE, at)
    assert proof.quote_seal == booking.current_quote(call).seal


def test_a_helper_cannot_sign_off() -> None:
    luca = a_helper()
    call = a_done_call(luca)
    with pytest.raises(NotYours):
        take("sign_off", call=call, now=by_helper(luca, call.since))
    with pytest.raises(CodeWrong):
        journey.sign_off(call_id=call.id, code="000000", evidence=EVIDENCE, now=by_helper(luca, call.since))
    assert stage(call) == Stage.DONE
    assert not SignOff.objects.exists()


def test_the_charge_is_the_approved_total() -> None:
    call = a_signed_off_call(a_helper())
    bank_runs(call.since)
    charge = Charge.objects.get(call=call)
    quote = booking.current_quote(call)
    assert (charge.state, charge.amount, charge.currency) == (ChargeState.CAPTURED, quote.total, quote.currency)
    assert charge.quote == quote
    assert quote.total == sum(line.amount for line in quote.lines.all()) == 8900 + 490


def test_silence_for_a_day_signs_off() -> None:
    call = a_done_call(a_helper())
    clock_runs_until(call.since + 24 * HOUR - MINUTE)
    assert stage(call) == Stage.DONE
    assert len(told(call, "remind_to_sign_off")) == len(told(call, "remind_again_to_sign_off")) == 1
    clock_runs_until(call.since + 24 * HOUR)
    assert stage(call) == Stage.SIGNED_OFF
    assert SignOff.objects.get(call=call).method == SignOffMethod.SILENCE
    assert len(told(call, "announce_silent_sign_off")) == 1
    bank_runs(call.since + 24 * HOUR)
    assert stage(call) == Stage.CHARGED


def test_an_objection_stops_the_automatic_sign_off(desk: Client) -> None:
    call = a_done_call(a_helper())
    page, told_us = Client(), f"/s/{call.status_key}/object/"
    assert page.post(told_us, {"words": " "}).status_code == 422
    assert page.post(told_us, {"words": "The printer is still mute."}).status_code == 302
    assert page.post(told_us, {"words": "Still."}).status_code == 302
    assert call.diary.filter(step="object").count() == 1
    clock_runs_until(call.since + timedelta(days=30))
    assert stage(call) == Stage.DONE
    assert not Charge.objects.exists()
    assert not SignOff.objects.exists()
    assert not told(call, "remind_to_sign_off")
    assert "The printer is still mute." in page.get(f"/s/{call.status_key}/").content.decode()
    assert call.order_number in desk.get("/desk/?filter=attention").content.decode()
    assert "The printer is still mute." in desk.get(f"/desk/calls/{call.id}/").content.decode()
    call = signed_off(call, call.since + timedelta(days=30))
    assert call.stage == Stage.SIGNED_OFF
    with pytest.raises(WrongStage):
        journey.object_to(call_id=call.id, words="Too late.", now=by(Who.CUSTOMER, call.since))


def test_the_client_sees_every_line_before_signing() -> None:
    call = a_done_call(a_helper())
    page = Client().get(f"/s/{call.status_key}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    signing = page.split('id="sign-off"')[1].split("</section>")[0].replace("\xa0", " ")
    quote = booking.current_quote(call)
    for amount in (*quote.lines.values_list("amount", flat=True), quote.total):
        assert f"CHF {amount / 100:.2f}" in signing
    for words in ("Wi-Fi set-up", "Happiness Guarantee", "Total", "incl. CHF 0.37 VAT"):
        assert words in signing, words


def test_the_client_is_asked_to_rate() -> None:
    call = a_signed_off_call(a_helper())
    page = Client().get(f"/s/{call.status_key}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    asked = page.split('id="rate"')[1]
    assert "How was it with Luca?" in asked
    for name in ("stars", "knows_product", "quality", "on_time", "friendly", "text"):
        assert f'name="{name}"' in asked
    for wrong in ("0", "6", ""):
        refused = Client().post(f"/s/{call.status_key}/rate/", {"stars": wrong})
        assert refused.status_code == 422
        assert 'class="error"' in refused.content.decode()
    Client().post(f"/s/{call.status_key}/rate/", {"stars": "4", "friendly": "5"})
    rating = Rating.objects.get(call=call)
    assert (rating.stars, rating.axes) == (4, {"friendly": 5})


def test_a_call_is_rated_once() -> None:
    call = a_done_call(a_helper())
    with pytest.raises(NothingToRate):
        rate(call, 4)
    call = signed_off(call, call.since)
    for stars in (0, 6):
        with pytest.raises(StarsWrong) as refused:
            rate(call, stars)
        assert refused.value.field == "stars"
    rating = rate(call, 4, on_time=5, friendly=4)
    assert (rating.stars, rating.axes) == (4, {"on_time": 5, "friendly": 4})
    assert rate(call, 4) == rating
    with pytest.raises(NothingToRate):
        rate(call, 5)
    assert Rating.objects.get(call=call).stars == 4
    with pytest.raises(WrongStage):
        journey.cancel(call_id=call.id, shown_cost=10_000, code="", now=by(Who.CUSTOMER, call.since))


def test_book_again_asks_the_same_helper_first() -> None:
    leo = a_helper("Leo", level=2)
    call = a_signed_off_call(leo)
    assert "Book again with Leo" in Client().get(f"/s/{call.status_key}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    best = a_helper("Best", level=5)
    call = a_secured_call(starts_at=IN_THREE_DAYS + timedelta(days=7), preferred_helper=leo.id)
    first = open_offer(call, NOON)
    assert (first.helper, first.mode, first.window_seconds) == (leo, OfferMode.EXCLUSIVE, 15 * 60)
    journey.decline(offer_key=first.key, reason="no_time", now=by_helper(leo))
    assert open_offer(call, NOON).helper == best
