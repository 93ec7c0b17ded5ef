"""A helper's photo: given with consent, seen by the client who waits and by nobody else, taken down or erased."""

from base64 import b64decode
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from tests.factories import a_brand, a_helper, an_account, by, by_helper
from tests.factories import a_confirmed_call as confirmed
from tests.sites.provider.conftest import a_phone, in_three_days
from tests.sites.provider.test_at_work import a_jpeg

from mila.accounts.models import DeskSeat
from mila.booking.models import ServiceCall
from mila.crowd.models import Face, Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.messaging.models import Message
from mila.sites.now import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def luca() -> Helper:
    return a_helper("Luca")


@pytest.fixture
def phone(luca: Helper) -> Client:
    a_brand()
    return a_phone(luca)


@pytest.fixture
def call(luca: Helper) -> ServiceCall:
    return confirmed(luca, now(), starts_at=in_three_days())


def gives(phone: Client, **more: object) -> int:
    return phone.post("/app/me/photo/", {"photo": a_jpeg(), "agrees": "on", **more}).status_code


def seen_on(call: ServiceCall) -> str:
    """Return the address of the photo on the client's page, empty where there is none."""
    page = Client().get(f"/s/{call.status_key}/").content.decode()
    return page.split('<img class="avatar" src="')[1].split('"')[0] if '<img class="avatar"' in page else ""


def test_a_photo_is_kept_small_upright_and_bare(phone: Client) -> None:
    assert gives(phone) == 302
    with Image.open(BytesIO(bytes(Face.objects.get().jpeg))) as kept:
        assert (kept.size, dict(kept.getexif())) == ((256, 304), {})


def test_without_consent_or_a_picture_nothing_is_kept(phone: Client) -> None:
    assert phone.post("/app/me/photo/", {"photo": a_jpeg()}).status_code == 422
    assert phone.post("/app/me/photo/", {"agrees": "on"}).status_code == 422
    assert gives(phone, photo=BytesIO(b"no picture")) == 422
    assert not Face.objects.exists()


def test_who_waits_for_the_helper_sees_the_photo_and_nobody_later(
    phone: Client, luca: Helper, call: ServiceCall, client: Client
) -> None:
    assert seen_on(call) == ""
    gives(phone)
    address = seen_on(call)
    assert client.get(address).headers["Content-Type"] == "image/jpeg"
    other = confirmed(a_helper("Mia"), now(), starts_at=in_three_days(), email="bea@customers.example")
    face = Face.objects.get()
    assert client.get(f"/s/{other.status_key}/helper/{face.pk}/").status_code == 404
    journey.cancel_by_desk(call_id=call.id, reason="x", now=by(Who.DESK, now()))
    assert client.get(address).status_code == 404


def test_another_photo_has_another_address_and_erasing_leaves_none(
    phone: Client, call: ServiceCall, client: Client
) -> None:
    gives(phone)
    before = seen_on(call)
    gives(phone)
    assert seen_on(call) != before
    assert client.get(before).status_code == 404
    phone.post("/app/me/photo/remove/")
    assert seen_on(call) == ""
    assert not Face.objects.exists()


def test_a_community_manager_takes_it_down_and_the_helper_reads_why(
    phone: Client, luca: Helper, call: ServiceCall, client: Client
) -> None:
    gives(phone)
    account = an_account("dana@mila.example")
    seat = DeskSeat.objects.create(account=account, name="Dana", role="agent")
    client.force_login(account)
    address = f"/desk/faces/{Face.objects.get().pk}/take-down/"
    assert client.post(address, {"reason": "Not a face"}).status_code == 403
    seat.role = "community"
    seat.save()
    asked = client.post(address, {"reason": ""})
    assert asked.status_code == 422
    assert "The helper reads this." in asked.content.decode()
    assert client.post(address, {"reason": "Not a face"}).status_code == 302
    assert seen_on(call) == ""
    assert "Not a face" in phone.get("/app/me/photo/").content.decode()
    assert "Not a face" in client.get(f"/desk/proofs/{luca.pk}/").content.decode()
    client.post(address, {"reason": "Once more"})
    assert "Not a face" in Message.objects.get(template="tell_of_face_taken_down", account=luca.account).text
    gives(phone)
    assert seen_on(call), "another photo may be given"


def test_a_new_photo_waits_until_a_community_manager_has_looked_at_it(phone: Client, client: Client) -> None:
    account = an_account("dana@mila.example")
    seat = DeskSeat.objects.create(account=account, name="Dana", role="agent")
    client.force_login(account)
    gives(phone)
    address = f"/desk/faces/{Face.objects.get().pk}/leave/"

    def waits() -> bool:
        return "Luca" in client.get("/desk/faces/").content.decode()

    client.post(address)
    assert waits(), "an agent does not judge photos"
    seat.role = "community"
    seat.save()
    client.post(address)
    assert not waits()
    gives(phone)
    assert waits(), "another photo is looked at anew"


def test_the_badge_is_in_the_page_of_the_visit_itself(phone: Client, luca: Helper, call: ServiceCall) -> None:
    ServiceCall.objects.filter(pk=call.pk).update(visit_starts_at=now())
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    assert "identity card" in page
    gives(phone)
    journey.set_out(call_id=call.id, now=by_helper(luca, now()))
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    jpeg = b64decode(page.split("data:image/jpeg;base64,")[1].split('"')[0])
    assert jpeg == bytes(Face.objects.get().jpeg)
