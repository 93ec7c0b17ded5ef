"""The database judges as the rules do: whoever is around, and what is read of them."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.factories import BUNDESPLATZ, IN_THREE_DAYS, NOON, a_brand, a_helper, a_signature

from mila.booking.models import Exclusion
from mila.catalog.models import Skill
from mila.crowd.models import AvailabilityException, HeldQualification, HeldSkill, Helper, Provider, Qualification
from mila.dispatch.around import Moment, around
from mila.dispatch.rules import CallFacts, HelperFacts, filters, missed_first
from mila.kernel.periods import Period
from mila.kernel.place import Point, Transport
from mila.partners.models import ContractText

TODAY = NOON.date()
MAIL, PHONE = "anna@customers.example", "+41790000001"
NEEDS_A_CLOCK = ("free", "daily_cap")
VISIT = Period(IN_THREE_DAYS, IN_THREE_DAYS + timedelta(hours=1))
proof = st.sampled_from([None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=9)])


@dataclass(frozen=True)
class Drawn:
    """A helper as drawn: proofs and levels with the day until which they hold; `levels` 0 is a skill not held."""

    state: str
    company: str
    payable: bool
    tier: str
    languages: tuple[str, ...]
    vehicles: tuple[str, ...]
    levels: tuple[int, int]
    skill_until: date | None
    signed: bool
    qualified: bool
    qualified_until: date | None
    excluded_by: str
    named_by: str
    east: float
    radius_km: int
    second: int | None
    busy: bool


drawn_helpers = st.builds(
    Drawn,
    state=st.sampled_from(["active", "active", "active", "suspended"]),
    company=st.sampled_from(["active", "active", "active", "suspended"]),
    payable=st.sampled_from([True, True, False]),
    tier=st.sampled_from(["friend", "pro"]),
    languages=st.sampled_from([("de",), ("de", "fr"), ("fr",)]),
    vehicles=st.sampled_from([(), ("cargo_bike",), ("estate", "car"), ("van",)]),
    levels=st.tuples(st.integers(0, 5), st.integers(0, 5)),
    skill_until=proof,
    signed=st.booleans(),
    qualified=st.booleans(),
    qualified_until=proof,
    excluded_by=st.sampled_from(["", "", "", "customer", "provider"]),
    named_by=st.sampled_from(["email", "phone", "other"]),
    east=st.integers(0, 60).map(lambda steps: steps / 100),
    radius_km=st.integers(5, 30),
    second=st.sampled_from([None, 40]),
    busy=st.booleans(),
)


@pytest.mark.django_db
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # rows are slow to write: a failure is shown as it was drawn
    suppress_health_check=list(HealthCheck),
)
@given(
    crowd=st.lists(drawn_helpers, min_size=1, max_size=5),
    needs=st.tuples(st.integers(0, 5), st.integers(0, 3)),
    asks=st.tuples(st.booleans(), st.booleans(), st.sampled_from([None, "car", "van"]), st.booleans()),
    rung=st.sampled_from([1, 2]),
)
def test_the_database_lets_through_whom_the_rules_let_through(
    crowd: list[Drawn], needs: tuple[int, int], asks: tuple[bool, bool, str | None, bool], rung: int
) -> None:
    with transaction.atomic():
        contract = ContractText.objects.create(brand=a_brand(), version=7, title={}, body={}, holds_from=TODAY)
        test = Qualification.objects.create(code="seen", brand=a_brand(), name={"en": "Seen"}, asked_from=TODAY)
        Skill.objects.create(code="wifi", name={"en": "Wi-Fi"})
        Skill.objects.create(code="nas", name={"en": "Storage"})
        expected = {}
        for number, one in enumerate(crowd):
            facts = _written(one, number, contract, test)
            expected[facts.id] = facts
        signs, tests, vehicle, pro_only = asks
        call = CallFacts(
            point=Point(*BUNDESPLATZ),
            accuracy_m=100,
            periods=(VISIT,),
            asap=False,
            minutes=60,
            tiers=frozenset({"pro"} if pro_only else {"friend", "pro"}),
            skills={skill: level for skill, level in zip(("wifi", "nas"), needs, strict=True) if level},
            language="de",
            contract=contract.id if signs else None,
            qualifications=frozenset({"seen"} if tests else ()),
            vehicle=vehicle,
        )
        found = around(call, Moment((VISIT,), TODAY, MAIL, PHONE), country="CH", rung=rung)
        transaction.set_rollback(True)
    judged = {one.id: filters(one, call, at=NOON, rung=rung) for one in expected.values()}
    fit = {
        key for key, said in judged.items() if all(one.met for name, one in said.items() if name not in NEEDS_A_CLOCK)
    }
    assert {one.id for one in found.helpers} == fit
    assert sum(found.missed.values()) == len(found.others) <= len(crowd) - len(fit)
    for read in (*found.helpers, *found.others):
        assert read == expected[read.id]
    for key in {one.id for one in found.others}:
        assert missed_first(judged[key])


def _written(one: Drawn, number: int, contract: ContractText, test: Qualification) -> HelperFacts:
    at = (BUNDESPLATZ[0], BUNDESPLATZ[1] + one.east)
    helper = a_helper(f"H{number}", tier=one.tier, at=at, radius_km=one.radius_km)
    account = helper.provider.payout_account if one.payable else ""
    Provider.objects.filter(pk=helper.provider_id).update(state=one.company, payout_account=account)
    Helper.objects.filter(pk=helper.pk).update(
        state=one.state, languages=one.languages, vehicles=one.vehicles, second_radius_km=one.second
    )
    HeldSkill.objects.filter(helper=helper).delete()
    held = {skill: level for skill, level in zip(("wifi", "nas"), one.levels, strict=True) if level}
    for skill, level in held.items():
        HeldSkill.objects.create(helper=helper, skill_id=skill, level=level, valid_until=one.skill_until)
    if one.signed:
        a_signature(helper, contract)
    if one.qualified:
        HeldQualification.objects.create(
            helper=helper, qualification=test, proven_on=TODAY - timedelta(days=9), valid_until=one.qualified_until
        )
    if one.excluded_by:
        names = {"email": {"email": MAIL.upper()}, "phone": {"phone": PHONE}, "other": {"email": "ben@x.example"}}
        Exclusion.objects.create(helper=helper, by=one.excluded_by, at=NOON, **names[one.named_by])
    if one.busy:
        AvailabilityException.objects.create(helper=helper, kind="busy", starts_at=VISIT.start, ends_at=VISIT.end)
    met = one.excluded_by and one.named_by != "other"
    return HelperFacts(
        id=helper.id,
        active=one.state == "active",
        payable=one.payable,
        tier=one.tier,
        contracts=frozenset({contract.id} if one.signed else ()),
        skills=held if _holds(one.skill_until) else {},
        languages=frozenset(one.languages),
        home=Point(*at),
        radius_km=one.radius_km,
        second_radius_km=one.second,
        transport=Transport.CAR,
        zone=ZoneInfo("Europe/Zurich"),
        hours={day: [(time(8), time(22))] for day in range(7)},
        free=(),
        busy=(VISIT,) if one.busy else (),
        jobs=(),
        daily_cap=4,
        available_until=None,
        available_at=None,
        company_active=one.company == "active",
        qualifications=frozenset({"seen"} if one.qualified and _holds(one.qualified_until) else ()),
        vehicles=frozenset(one.vehicles),
        excluded_by=frozenset({one.excluded_by} if met else ()),
    )


def _holds(until: date | None) -> bool:
    return until is None or until >= TODAY
