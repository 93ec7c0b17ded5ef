"""The page of a visit carries many forms at once: every field has a name of its own, and every label its field."""

import re

import pytest
from tests.factories import IN_THREE_DAYS, a_branch, a_brand, a_brought_call, a_counter, a_helper, by_helper
from tests.guide.test_deliveries import take_it_along
from tests.sites.provider.conftest import a_phone

from mila.journey import actions as journey

pytestmark = pytest.mark.django_db


def test_no_id_stands_twice_where_a_parcel_is_given_and_the_work_is_done() -> None:
    luca, branch = a_helper("Luca"), a_branch(brand=a_brand("interdiscount", is_own=False))
    call = a_brought_call(luca, branch=branch)
    take_it_along(a_counter(branch), call, luca)
    journey.begin_work(call_id=call.id, now=by_helper(luca, IN_THREE_DAYS))
    a_brand()
    page = a_phone(luca).get(f"/app/visits/{call.id}/").content.decode()
    shown = re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)
    ids = re.findall(r'\sid="([^"]+)"', shown)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    assert {"note-words", "fault-words"} <= set(ids)
    assert set(re.findall(r'\sfor="([^"]+)"', shown)) <= set(ids)
