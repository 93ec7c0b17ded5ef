"""At work: numbers, photos and notes of the checklist, and where the helper is."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.factories import BUNDESPLATZ, a_confirmed_call, a_helper, a_requested_call, by_helper
from tests.sites.provider.conftest import a_phone, in_three_days
from tests.story import fresh

from mila.booking.models import ServiceCall, Stage
from mila.catalog.models import Package
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.place import Point
from mila.kernel.refusal import Refusal
from mila.simulation.catalogue import fill_catalogue
from mila.sites.now import now
from mila.visit import actions as visits
from mila.visit.models import Photo, Position, StepDone, VisitNote
from mila.visit.queries import checklist
from mila.visit.rules import asked, looks_like_password, number_of

pytestmark = pytest.mark.django_db
HERE = Point(46.9480, 7.4474)
MEASURED = {"code": "measure", "text": {"en": "Measure"}, "asks": {"kind": "number", "unit": "Mbit/s", "high": 1000}}
PICTURED = {"code": "outlet", "text": {"en": "Power outlets"}, "asks": {"kind": "photo"}}


def at_work(luca: Helper) -> ServiceCall:
    """Return a call at whose door Luca has arrived and begun; its checklist asks for a number and a photo."""
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    package = Package.objects.get(code="wifi-setup")
    package.steps = [*package.steps[:1], PICTURED, MEASURED, *package.steps[1:]]
    package.save()
    ServiceCall.objects.filter(pk=call.pk).update(visit_starts_at=now() + timedelta(minutes=50))
    for step in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        step(call_id=call.id, now=by_helper(luca, now()))
    return fresh(call)


def a_jpeg(size: tuple[int, int] = (2400, 1200)) -> SimpleUploadedFile:
    """Return a photo with the place where it was taken in its notes."""
    written, notes = BytesIO(), Image.Exif()
    notes[0x010F] = "Camera of Luca"
    notes.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", size, "red").save(written, "JPEG", exif=notes)
    return SimpleUploadedFile("outlet.jpg", written.getvalue(), "image/jpeg")


def test_a_step_asks_for_a_number_within_its_bounds(phone: Client, luca: Helper) -> None:
    call = at_work(luca)
    url = f"/app/visits/{call.id}/"
    assert "Mbit/s" in phone.get(url).content.decode()
    for number, said in (("", "asks for a number"), ("fast", "asks for a number"), ("1001", "cannot be")):
        answer = phone.post(url + "tick/", {"code": "measure", "done": "1", "number": number}, follow=True)
        assert said in answer.content.decode()
    phone.post(url + "tick/", {"code": "measure", "done": "1", "number": "87,5"})
    shown = Client().get(f"/s/{call.status_key}/", headers={"accept-language": "en"}).content.decode()
    assert "87.5 Mbit/s" in shown
    assert StepDone.objects.get(call=call).number == number_of("87.5")


def test_a_photo_is_kept_small_and_without_the_camera_s_notes(phone: Client, luca: Helper) -> None:
    call = at_work(luca)
    url = f"/app/visits/{call.id}/photos/"
    phone.post(url, {"code": "outlet", "photo": a_jpeg()})
    kept = Photo.objects.get(call=call)
    assert (kept.width, kept.height) == (1600, 800)
    opened = Image.open(BytesIO(bytes(kept.jpeg)))
    assert not opened.getexif()
    assert b"Camera of Luca" not in bytes(kept.jpeg)
    assert phone.get(f"{url}{kept.pk}/").headers["Content-Type"] == "image/jpeg"


def test_a_photo_is_for_both_sides_and_the_desk_alone(phone: Client, luca: Helper) -> None:
    call = at_work(luca)
    phone.post(f"/app/visits/{call.id}/photos/", {"code": "outlet", "photo": a_jpeg((90, 60))})
    key = Photo.objects.get(call=call).pk
    status = f"/s/{call.status_key}/"
    assert f"{status}photos/{key}/" in Client().get(status).content.decode()
    assert Client().get(f"{status}photos/{key}/").status_code == 200
    other = a_requested_call(now(), starts_at=in_three_days() + timedelta(days=1))
    assert Client().get(f"/s/{other.status_key}/photos/{key}/").status_code == 404
    assert a_phone(a_helper("Mia")).get(f"/app/visits/{call.id}/photos/{key}/").status_code == 404
    assert Client().get(f"/desk/calls/{call.id}/photos/{key}/").status_code == 302


@pytest.mark.parametrize("sent", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"\xff\xd8\xff\xe0" + b"x" * 200])
def test_what_is_no_picture_is_refused_in_words(phone: Client, luca: Helper, sent: bytes) -> None:
    call = at_work(luca)
    data = {"code": "outlet", "photo": SimpleUploadedFile("photo.jpg", sent)}
    answer = phone.post(f"/app/visits/{call.id}/photos/", data, follow=True).content.decode()
    assert "cannot be read" in answer
    assert not Photo.objects.exists()


def test_a_visit_has_thirty_photos_at_most(phone: Client, luca: Helper) -> None:
    call = at_work(luca)
    row = {"call": call, "helper": luca, "code": "outlet", "jpeg": b"j", "width": 1, "height": 1, "at": now()}
    Photo.objects.bulk_create([Photo(**row) for _ in range(visits.kept.MOST_PHOTOS)])
    data = {"code": "outlet", "photo": a_jpeg((9, 9))}
    answer = phone.post(f"/app/visits/{call.id}/photos/", data, follow=True).content.decode()
    assert "as many photos" in answer
    assert Photo.objects.count() == visits.kept.MOST_PHOTOS


def test_a_note_that_looks_like_a_password_is_asked_about_first(phone: Client, luca: Helper) -> None:
    call = at_work(luca)
    url, words = f"/app/visits/{call.id}/note/", "WLAN-Passwort: Sonnenschein7"
    asked_first = phone.post(url, {"words": words})
    assert asked_first.status_code == 422
    assert "looks like a password" in asked_first.content.decode()
    assert words in asked_first.content.decode(), "nothing typed is lost"
    assert not VisitNote.objects.exists()
    phone.post(url, {"words": words, "is_no_password": "on"})
    phone.post(url, {"words": "Router stands in the hall."})
    assert VisitNote.objects.count() == 2
    assert "Router stands in the hall." in Client().get(f"/s/{call.status_key}/").content.decode()


@pytest.mark.parametrize(
    ("words", "looks"),
    [
        ("Password: Sommer2024", True),
        ("das Kennwort lautet geheim99", True),
        ("Mot de passe = abcdef", True),
        ("Key 1234 5678 9012 3456 7890", True),
        ("typed Xk9d-Pq7w-Zz2m", True),
        ("PIN 4711", True),
        ("Der Kunde hat das Passwort selbst eingegeben.", False),
        ("Router FritzBox7590 steht im Flur, 3. Stock", False),
        ("Manual: https://example.org/Router/AX12b3", False),
        ("Speed 87.5 Mbit/s before, 240 Mbit/s after", False),
    ],
)
def test_what_looks_like_a_password(words: str, looks: object) -> None:
    assert looks_like_password(words) is looks


def test_every_package_asks_in_bounds_that_make_sense() -> None:
    fill_catalogue()
    found = [asked(step) for package in Package.objects.all() for step in package.steps]
    kinds = {one.kind for one in found if one}
    assert kinds == {"photo", "number"}
    assert all(one.unit and one.low < one.high for one in found if one and one.kind == "number")
    coverage = [step["code"] for step in Package.objects.get(code="wifi-coverage").steps if asked(step)]
    assert coverage == ["power_outlets", "measure_coverage", "measure_again"], "before and after the work"


def test_a_ticked_step_says_when(phone: Client, luca: Helper) -> None:
    call = at_work(luca)
    phone.post(f"/app/visits/{call.id}/tick/", {"code": "introduce", "done": "1"})
    ticked = checklist(fresh(call))[0].ticked
    assert ticked
    assert f'datetime="{ticked.at:%Y-%m-%dT%H:%M}' in Client().get(f"/s/{call.status_key}/").content.decode()


def test_a_position_in_any_other_stage_is_refused_and_leaves_no_row(phone: Client, luca: Helper) -> None:
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    here = {"latitude": HERE.latitude, "longitude": HERE.longitude}
    for stage in Stage:
        ServiceCall.objects.filter(pk=call.pk).update(stage=stage)
        answer = phone.post(f"/app/visits/{call.id}/position/", here)
        wanted = stage in (Stage.ON_THE_WAY, Stage.ARRIVED, Stage.WORKING)
        assert (answer.status_code, Position.objects.count()) == ((204, 1) if wanted else (409, 0)), stage
        Position.objects.all().delete()


def test_positions_come_every_thirty_seconds_and_go_after_thirty_days(luca: Helper) -> None:
    call = at_work(luca)
    at = now()
    for seconds in (0, 29, 30, 45):
        journey.report_position(call_id=call.id, place=HERE, now=by_helper(luca, at + timedelta(seconds=seconds)))
    assert Position.objects.count() == 2
    assert visits.forget_positions(at=at + timedelta(days=29)) == 0
    assert visits.forget_positions(at=at + timedelta(days=31)) == 2


def test_the_client_sees_the_arrival_move_and_no_track(phone: Client, luca: Helper) -> None:
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    ServiceCall.objects.filter(pk=call.pk).update(visit_starts_at=now() + timedelta(minutes=50))
    journey.set_out(call_id=call.id, now=by_helper(luca, now()))
    far = {"latitude": "47.3769", "longitude": "8.5417"}  # Zürich, for a visit in Bern
    assert phone.post(f"/app/visits/{call.id}/position/", far).status_code == 204
    late = fresh(call).expected_at
    assert late
    assert late > now() + timedelta(minutes=90)
    Position.objects.update(at=now() - timedelta(minutes=1))
    near = {"latitude": str(BUNDESPLATZ[0]), "longitude": str(BUNDESPLATZ[1])}
    phone.post(f"/app/visits/{call.id}/position/", near)
    soon = fresh(call).expected_at
    assert soon
    assert soon < now() + timedelta(minutes=40)
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    assert "47.37" not in page
    assert "46.94" not in page


def test_a_stranger_s_position_is_not_taken(luca: Helper) -> None:
    call = at_work(luca)
    answer = a_phone(a_helper("Sara")).post(f"/app/visits/{call.id}/position/", {"latitude": "46", "longitude": "7"})
    assert answer.status_code == 404
    with pytest.raises(Refusal):
        journey.report_position(call_id=call.id, place=HERE, now=by_helper(a_helper("Mia"), now()))
    assert not Position.objects.exists()
