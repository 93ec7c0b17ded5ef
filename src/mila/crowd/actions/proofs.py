"""Recording that somebody saw a helper's proof, and taking that back."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from mila.countries import queries as countries
from mila.crowd.models import HeldQualification, Helper, Qualification
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal


class ProofAhead(Refusal):
    """The proof would be of a day to come."""

    code = "proof_ahead"
    status = 422
    sentence = _("A proof cannot be of a day to come.")
    field = "proven_on"


class ProofEndsFirst(Refusal):
    """The proof would end before it begins."""

    code = "proof_ends_first"
    status = 422
    sentence = _("It has to be valid until the day of the proof at least.")
    field = "valid_until"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was seen: of which day, valid until the end of which day (None: for ever), and what it was."""

    qualification: Qualification
    proven_on: date
    valid_until: date | None
    note: str


def record_proof(*, helper: Helper, proof: Proof, now: Occasion) -> HeldQualification:
    """Record that the acting person saw the helper's proof, valid until the end of a day or for ever.

    Recording the same proof again changes nothing. Refuses a day to come, and an end before the beginning.
    """
    if proof.proven_on > countries.day_in(helper.provider.country, now.at):
        raise ProofAhead
    if proof.valid_until is not None and proof.valid_until < proof.proven_on:
        raise ProofEndsFirst
    evidence = {"note": proof.note[:200]} if proof.note else {}
    said = {"valid_until": proof.valid_until, "seen_by_id": now.actor, "evidence": evidence}
    held, _made = HeldQualification.objects.get_or_create(
        helper=helper,
        qualification=proof.qualification,
        proven_on=proof.proven_on,
        withdrawn_at=None,
        defaults=said,
    )
    return held


def withdraw_proof(*, held: HeldQualification, because: str, now: Occasion) -> None:
    """Withdraw a proof, with a reason: it does not count any more. Withdrawing again changes nothing."""
    rows = HeldQualification.objects.filter(pk=held.pk, withdrawn_at=None)
    rows.update(withdrawn_at=now.at, withdrawn_by=now.actor, withdrawn_because=because[:200])
