"""Taking people in: all the rows that an active, vetted helper has, a table at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q

from mila.accounts.models import Account
from mila.countries.models import Country
from mila.crowd.actions import go_available
from mila.crowd.models import (
    BackgroundCheck,
    HeldSkill,
    Helper,
    HelperState,
    Provider,
    SignedContract,
    WeeklyHours,
)
from mila.messaging.actions.devices import add_stand_in_devices
from mila.partners.models import ContractText
from mila.simulation.copying import copy
from mila.simulation.people import LUCA, SARA, Person

JOINED = timedelta(days=200)
CHECK_HOLDS = timedelta(days=3 * 365)
AVAILABLE = timedelta(hours=12)
ONE_IN = 8  # of the crowd is available now


def enrol(people: Sequence[Person], *, country: Country, vetted_by: Account, at: datetime) -> None:
    """Write those people who are not there yet, as taken in by the desk 200 days before `at`."""
    known = set(Account.objects.values_list("email", flat=True))
    new = [person for person in people if person.email not in known]
    joined = at - JOINED
    helpers = [_helper(person, country, vetted_by, joined) for person in new]
    copy(Account, (helper.account for helper in helpers))
    copy(Provider, (helper.provider for helper in helpers))
    copy(Helper, helpers)
    both = list(zip(helpers, new, strict=True))
    copy(
        HeldSkill,
        (
            HeldSkill(helper=helper, skill_id=skill, level=level)
            for helper, person in both
            for skill, level in person.skills.items()
        ),
    )
    copy(
        WeeklyHours,
        (
            WeeklyHours(helper=helper, weekday=weekday, starts=starts, ends=ends)
            for helper, person in both
            for weekday, starts, ends in person.hours
        ),
    )
    _sign(both, joined)
    copy(BackgroundCheck, (_check(helper, vetted_by, joined) for helper in helpers))


def make_some_available(*, at: datetime) -> None:
    """Switch *available now* on at home until 12 hours for the named people and one in eight of the crowd."""
    helpers = Helper.objects.filter(state=HelperState.ACTIVE, account__email__endswith=".example")
    named = helpers.filter(account__email__in=[LUCA.email, SARA.email])
    for helper in [*named, *helpers.exclude(pk__in=named).order_by("account__email")[::ONE_IN]]:
        go_available(helper=helper, until=at + AVAILABLE, position=helper.home)


def keep_some_available(*, at: datetime) -> int:
    """Switch *available now* on again for those of them whose time is over and whom nobody has signed in as."""
    over = Helper.objects.filter(state=HelperState.ACTIVE, account__email__endswith=".example")
    over = over.filter(Q(available_until=None) | Q(available_until__lte=at + timedelta(hours=1)))
    nobodys = over.filter(Q(account__last_login=None) | Q(seat__signed_in_at=F("account__last_login")))
    named = nobodys.filter(account__email__in=[LUCA.email, SARA.email])
    for helper in [*named, *nobodys.exclude(pk__in=named).order_by("account__email")[::ONE_IN]]:
        go_available(helper=helper, until=at + AVAILABLE, position=helper.home)
    return 0


def give_phones(*, at: datetime) -> None:
    """Give everybody of the crowd but the named people a phone that rings in the mailbox, where they have none."""
    crowd = Account.objects.filter(helper__state=HelperState.ACTIVE, email__endswith=".example", devices=None)
    add_stand_in_devices(accounts=crowd.exclude(email__in=[LUCA.email, SARA.email]), at=at)


def _helper(person: Person, country: Country, vetted_by: Account, joined: datetime) -> Helper:
    account = Account(email=person.email, language=person.languages[0], created_at=joined)
    account.set_unusable_password()
    return Helper(
        provider=_provider(person, country),
        account=account,
        state=HelperState.ACTIVE,
        vetted_at=joined,
        vetted_by=vetted_by,
        first_name=person.first_name,
        last_name=person.last_name,
        phone=person.phone,
        about=person.about,
        languages=list(person.languages),
        transport=person.transport,
        latitude=person.home.latitude,
        longitude=person.home.longitude,
        radius_km=person.radius_km,
        second_radius_km=person.second_radius_km,
        daily_cap=person.daily_cap,
        zone=country.zone,
    )


def _provider(person: Person, country: Country) -> Provider:
    return Provider(
        tier=person.tier,
        legal_status=person.legal_status,
        tax_status=person.tax_status,
        name=f"{person.first_name} {person.last_name}",
        country=country,
        street=person.street,
        house_number=person.house_number,
        postcode=person.postcode,
        town=person.town,
        tax_number=person.tax_number,
        payout_account=f"acct_{person.email.split('@')[0]}",
    )


def _sign(both: list[tuple[Helper, Person]], at: datetime) -> None:
    texts = {text.brand.slug: text for text in ContractText.objects.filter(version=1).select_related("brand")}
    evidence = {"kind": "ticked", "language": "de"}
    copy(
        SignedContract,
        (
            SignedContract(provider=helper.provider, contract=texts[slug], signed_at=at, evidence=evidence)
            for helper, person in both
            for slug in person.contracts
        ),
    )


def _check(helper: Helper, seen_by: Account, at: datetime) -> BackgroundCheck:
    return BackgroundCheck(
        helper=helper,
        kind="criminal_record_extract",
        seen_on=at.date(),
        seen_by=seen_by,
        accepted=True,
        expires_on=(at + CHECK_HOLDS).date(),
    )
