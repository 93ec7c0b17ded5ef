"""Ways by road are measured before a search looks around, and reckoned where nobody answers."""

from collections.abc import Iterator
from threading import Thread

import pytest
from django.conf import LazySettings
from tests.factories import NOON, a_helper, a_requested_call
from tests.story import clock_runs

from mila.crowd.models import Helper
from mila.dispatch import roads
from mila.dispatch.adapters.osrm import stand_in
from mila.dispatch.kept import lines
from mila.dispatch.models import Decision, Road
from mila.dispatch.record import Line
from mila.kernel.place import Transport

pytestmark = pytest.mark.django_db
KOENIZ = (46.9244, 7.4146)


@pytest.fixture
def routing(settings: LazySettings) -> Iterator[None]:
    with stand_in.server() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.MILA_OSRM = f"http://127.0.0.1:{server.server_port}"
        yield
        server.shutdown()


def line_of(helper: Helper) -> Line:
    return next(line for line in lines(Decision.objects.latest("at")) if line.helper_id == helper.id)


@pytest.mark.usefixtures("routing")
def test_the_way_by_road_counts_for_who_comes_by_car_and_the_log_keeps_that() -> None:
    by_car, by_bike = a_helper("Luca", at=KOENIZ), a_helper("Mia", at=KOENIZ)
    Helper.objects.filter(pk=by_bike.pk).update(transport=Transport.BICYCLE)
    call = a_requested_call()
    clock_runs(NOON)
    road = Road.objects.get(call=call)
    measured, reckoned = line_of(by_car).facts, line_of(by_bike).facts
    assert measured is not None
    assert reckoned is not None
    assert (road.helper_id, measured.minutes, measured.measured) == (by_car.id, road.minutes, True)
    assert not reckoned.measured
    assert measured.minutes < reckoned.minutes


@pytest.mark.usefixtures("routing")
def test_who_comes_by_bicycle_or_on_foot_is_asked_of_their_own_servers(settings: LazySettings) -> None:
    settings.MILA_OSRM_BICYCLE = settings.MILA_OSRM_FOOT = settings.MILA_OSRM
    settings.MILA_OSRM = ""
    by_car, by_bike, on_foot = (a_helper(name, at=KOENIZ) for name in ("Luca", "Mia", "Nora"))
    Helper.objects.filter(pk=by_bike.pk).update(transport=Transport.BICYCLE)
    Helper.objects.filter(pk=on_foot.pk).update(transport=Transport.FOOT)
    call = a_requested_call()
    clock_runs(NOON)
    measured = {road.helper_id: road.minutes for road in Road.objects.filter(call=call)}
    assert measured.keys() == {by_bike.id, on_foot.id}
    assert measured[by_bike.id] < measured[on_foot.id]
    facts = line_of(by_bike).facts
    assert facts is not None
    assert (facts.minutes, facts.measured) == (measured[by_bike.id], True)
    assert not (line_of(by_car).facts or facts).measured


@pytest.mark.usefixtures("routing")
def test_who_has_moved_home_is_reckoned_again() -> None:
    luca = a_helper("Luca", at=KOENIZ)
    call = a_requested_call()
    assert roads.measure(call.pk, NOON) == 1
    assert roads.measure(call.pk, NOON) == 0
    Helper.objects.filter(pk=luca.pk).update(latitude=46.93)
    clock_runs(NOON)
    facts = line_of(luca).facts
    assert facts is not None
    assert not facts.measured


def test_a_server_that_is_away_is_left_alone_and_the_straight_line_counts(settings: LazySettings) -> None:
    settings.MILA_OSRM = "http://127.0.0.1:9"
    luca = a_helper("Luca", at=KOENIZ)
    call = a_requested_call()
    clock_runs(NOON)
    facts = line_of(luca).facts
    assert facts is not None
    assert not facts.measured
    assert roads.RESTS_UNTIL.pop(settings.MILA_OSRM) > 0
    assert not Road.objects.filter(call=call).exists()
