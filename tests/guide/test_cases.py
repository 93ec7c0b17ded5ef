"""Guide: guaranteed worry-free; the Help Center takes care of everything."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.factories import a_brand, a_helper, a_package, a_price, by, by_helper
from tests.journey.bad_days import ANNA, LUCA, PAY, PRICE, VISIT, a_confirmed_visit, at_bank, balances, finished, heard
from tests.sites.customer.conftest import in_three_days
from tests.sites.desk.conftest import desk
from tests.story import bank_runs, clock_runs, clock_runs_until, fresh, pay_out_runs, stage, steps, told, who_is_asked

from mila.accounts.models import Account
from mila.booking import queries as booking
from mila.booking.models import ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion, Who
from mila.payments.actions import NotPaidYet, TooMuch
from mila.payments.models import Claim, Document, Payout, Refund, Retention
from mila.quality.cases import AnsweredAlready, DecidedAlready, Decision, NoCase, WordsMissing
from mila.quality.models import Bearer, CasePhoto, GuaranteeCase, Outcome
from mila.sites.now import now

pytestmark = pytest.mark.django_db

__all__ = ["desk"]

DAY = timedelta(days=1)
DONE = VISIT + timedelta(hours=1)


def a_paid_visit(helper: Helper, **given: object) -> ServiceCall:
    call = finished(helper, a_confirmed_visit(helper, **given))  # type: ignore[arg-type]
    bank_runs(DONE)
    return call


def a_case(call: ServiceCall, days: int = 1, *packages: str) -> GuaranteeCase:
    then = by(Who.CUSTOMER, DONE + days * DAY)
    return journey.open_case(call_id=call.id, words="Wi-Fi is gone", packages=packages, photos=[], now=then)


def decided(case: GuaranteeCase, outcome: Outcome, bearer: Bearer, amount: int = 0, days: int = 2) -> GuaranteeCase:
    then = Occasion(by=Who.DESK, at=DONE + days * DAY, actor=Account.objects.get(email="desk@mila.example").id)
    return journey.decide_case(case_id=case.id, decision=Decision(outcome, amount, bearer, "seen the photos"), now=then)


def a_photo(size: int = 40) -> SimpleUploadedFile:
    written, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "Canary"  # who made the camera
    Image.new("RGB", (size, size)).save(written, "JPEG", exif=exif)
    return SimpleUploadedFile("wall.jpg", written.getvalue(), "image/jpeg")


def test_a_case_can_be_opened_for_fourteen_days() -> None:
    call = a_paid_visit(a_helper())
    with pytest.raises(NoCase):
        a_case(call, 15)
    with pytest.raises(WordsMissing):
        journey.open_case(call_id=call.id, words=" ", packages=(), photos=[], now=by(Who.CUSTOMER, DONE))
    case = a_case(call, 14)
    with pytest.raises(NoCase):
        a_case(call, 14)
    assert (case.state, case.hear_by - case.opened_at, case.decide_by - case.opened_at) == ("open", 2 * DAY, 5 * DAY)
    assert "confirm_case" in heard(call, ANNA)
    assert "ask_helper_about_case" in heard(call, LUCA)


def test_no_case_before_the_work_is_signed_off() -> None:
    with pytest.raises(NoCase):
        a_case(a_confirmed_visit(a_helper()), 0)


def test_a_case_holds_only_the_disputed_part() -> None:
    a_price(a_brand(), a_package("tv-setup"), amount=5000)
    luca = a_helper()
    call = a_paid_visit(luca, packages=("wifi-setup", "tv-setup"))
    case = a_case(call, 1, "tv-setup")
    assert case.disputed == 5000
    assert Retention.objects.get().amount == 4000
    clock_runs_until(DONE + 4 * DAY)
    assert pay_out_runs(DONE + 4 * DAY) == 1
    assert Payout.objects.get().amount == 13_900 - 2_780 - 4_000
    assert (balances()["payable:provider"], at_bank()) == (-4_000, 0)
    decided(case, Outcome.NONE, Bearer.OPERATOR, days=5)
    assert pay_out_runs(DONE + 6 * DAY) == 1
    assert Payout.objects.latest("run_on").amount == 4_000
    assert (balances().get("payable:provider", 0), at_bank()) == (0, 0)


def test_both_sides_are_heard(desk: Client) -> None:
    luca, mia = a_helper("Luca", level=5), a_helper("Mia", level=2)
    call = a_paid_visit(luca)
    case = a_case(call)
    side = {"words": "It worked when I left", "photos": [], "now": by_helper(luca, DONE + DAY)}
    with pytest.raises(NotYourVisit):
        journey.answer_case(call_id=call.id, **{**side, "now": by_helper(mia, DONE + DAY)})  # type: ignore[arg-type]
    journey.answer_case(call_id=call.id, **side)  # type: ignore[arg-type]
    with pytest.raises(AnsweredAlready):
        journey.answer_case(call_id=call.id, **side)  # type: ignore[arg-type]
    page = desk.get(f"/desk/cases/{case.id}/", headers={"accept-language": "en"}).content.decode()
    for words in (
        "Wi-Fi is gone",
        "It worked when I left",
        "Work began",
        "Step done: Tidy up",
        "Signed off: with a code",
    ):
        assert words in page
    assert desk.post(f"/desk/cases/{case.id}/", {"outcome": "none", "bearer": "operator"}).status_code == 422
    said = {"outcome": "part", "bearer": "helper", "amount": "20.00", "reason": "half of it works"}
    assert desk.post(f"/desk/cases/{case.id}/", said).status_code == 302
    assert "half of it works" in told(call, "tell_of_decision")[0].text
    assert "half of it works" in told(call, "tell_helper_of_decision")[0].text
    with pytest.raises(DecidedAlready):
        decided(case, Outcome.NONE, Bearer.OPERATOR)
    assert GuaranteeCase.objects.get().refunded == 2000


def test_a_silent_helper_does_not_stop_a_case() -> None:
    luca = a_helper()
    call = a_paid_visit(luca)
    case = a_case(call)
    clock_runs_until(DONE + 4 * DAY)
    case.refresh_from_db()
    assert case.silent_at == case.hear_by
    assert "case_silent" in steps(call)
    assert "tell_helper_case_goes_on" in heard(call, LUCA)
    then = by_helper(luca, DONE + 4 * DAY)
    assert journey.answer_case(call_id=call.id, words="I was ill", photos=[], now=then).answered_at == then.at


@pytest.mark.parametrize(("bearer", "helper_keeps", "house_pays"), [("helper", 0, 0), ("operator", PAY, PAY)])
def test_a_refund_gives_the_commission_back_pro_rata(bearer: str, helper_keeps: int, house_pays: int) -> None:
    call = a_paid_visit(a_helper())
    assert -balances()["revenue:commission"] == 1647  # 17.80 without 8.1 % tax
    decided(a_case(call), Outcome.FULL, Bearer(bearer))
    bank_runs(DONE + 2 * DAY)
    left = balances()
    assert (Refund.objects.get().amount, Refund.objects.get().state) == (PRICE, "refunded")
    assert [left.get(name, 0) for name in ("revenue:commission", "revenue:guarantee_fee", "vat:output")] == [0, 0, 0]
    assert (left.get("receivable:customer", 0), left.get("expense:guarantee", 0), at_bank()) == (0, house_pays, 0)
    clock_runs_until(DONE + 4 * DAY)
    pay_out_runs(DONE + 4 * DAY)
    assert sum(Payout.objects.values_list("amount", flat=True)) == helper_keeps
    credit = Document.objects.filter(kind="credit_note")
    assert sum(credit.values_list("total", flat=True)) == -PRICE
    assert Document.objects.filter(kind="commission", total=-1780).count() == 1
    assert "tell_refunded" in heard(call, ANNA)


def test_parts_add_up_and_never_beyond_the_price() -> None:
    call = a_paid_visit(a_helper())
    with pytest.raises(TooMuch):
        decided(a_case(call), Outcome.PART, Bearer.HELPER, PRICE)
    decided(GuaranteeCase.objects.get(), Outcome.PART, Bearer.HELPER, 1)
    decided(a_case(call, 3), Outcome.PART, Bearer.HELPER, 3333, days=4)
    decided(a_case(call, 5), Outcome.FULL, Bearer.HELPER, days=6)
    bank_runs(DONE + 6 * DAY)
    assert sum(Refund.objects.values_list("amount", flat=True)) == PRICE
    left = balances()
    assert [left.get(name, 0) for name in ("revenue:commission", "receivable:customer", "payable:provider")] == [
        0,
        0,
        0,
    ]


def test_what_was_paid_out_already_is_deducted_later() -> None:
    luca = a_helper()
    call = a_paid_visit(luca)
    clock_runs_until(DONE + 4 * DAY)
    assert pay_out_runs(DONE + 4 * DAY) == 1
    case = a_case(call, 5)
    assert Retention.objects.get().amount == 0
    decided(case, Outcome.PART, Bearer.HELPER, 1000, days=6)
    assert pay_out_runs(DONE + 6 * DAY) == 0
    again = a_confirmed_visit(luca, at=DONE + 6 * DAY, starts_at=VISIT + 7 * DAY)
    finished(luca, again, VISIT + 7 * DAY)
    bank_runs(DONE + 7 * DAY)
    clock_runs_until(DONE + 11 * DAY)
    assert pay_out_runs(DONE + 11 * DAY) == 1
    assert Payout.objects.latest("run_on").amount == PAY - 800
    assert (balances().get("payable:provider", 0), at_bank()) == (0, 0)


def test_a_redo_is_done_by_somebody_else() -> None:
    luca, mia = a_helper("Luca", level=5), a_helper("Mia", level=3)
    call = a_paid_visit(luca)
    case = decided(a_case(call), Outcome.REDO, Bearer.HELPER)
    redo = case.redo
    assert redo is not None
    assert booking.current_quote(redo).total == 0
    assert who_is_asked(redo, DONE + 2 * DAY) == mia
    assert fresh(redo).stage == Stage.REQUESTED
    assert balances()["expense:guarantee"] == -PAY
    clock_runs(DONE + 4 * DAY)
    assert pay_out_runs(DONE + 4 * DAY) == 0
    assert Claim.objects.get(call=call).payout is None
    assert at_bank() == 0


def test_nothing_goes_back_of_what_was_not_paid() -> None:
    luca = a_helper()
    call = finished(luca, a_confirmed_visit(luca, card="0341"))
    bank_runs(DONE)
    assert stage(call) == Stage.UNPAID
    case = a_case(call)
    with pytest.raises(NotPaidYet):
        decided(case, Outcome.FULL, Bearer.OPERATOR)
    assert decided(case, Outcome.NONE, Bearer.OPERATOR).state == "decided"


def test_a_refund_that_the_bank_refuses_waits_at_the_desk(desk: Client) -> None:
    call = a_paid_visit(a_helper(), card="5126")
    decided(a_case(call), Outcome.FULL, Bearer.HELPER)
    bank_runs(DONE + 2 * DAY)
    refund = Refund.objects.get()
    assert (refund.state, balances()["receivable:customer"]) == ("refused", -PRICE)
    assert call.order_number in desk.get("/desk/cases/").content.decode()
    desk.post(f"/desk/refunds/{refund.id}/again/")
    refund.refresh_from_db()
    assert (refund.state, refund.attempt) == ("asked", 2)
    assert desk.post(f"/desk/refunds/{refund.id}/again/").status_code == 404


def test_a_case_is_opened_with_photos_and_followed_on_the_status_page(client: Client) -> None:
    luca, visit = a_helper(), in_three_days()  # the doors read the clock
    call = finished(luca, a_confirmed_visit(luca, at=now(), starts_at=visit), visit)
    page, english = f"/s/{call.status_key}/case/", {"accept-language": "en"}
    assert client.post(page, {"words": ""}, headers=english).status_code == 422
    assert client.post(page, {"words": "x", "photos": [a_photo() for _ in range(6)]}).status_code == 422
    hostile = SimpleUploadedFile("x.jpg", b"<script>", "image/jpeg")
    assert client.post(page, {"words": "x", "photos": [hostile]}).status_code == 422
    said = {"words": "Cable hangs loose", "photos": [a_photo(), a_photo(4000)]}
    assert client.post(page, said, headers=english).status_code == 302
    assert CasePhoto.objects.count() == 2
    assert b"Canary" not in bytes(CasePhoto.objects.all()[0].jpeg)
    assert "Cable hangs loose" in client.get(page, headers=english).content.decode()
    assert page in client.get(f"/s/{call.status_key}/").content.decode()
