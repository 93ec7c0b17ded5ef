"""What a visit's page shows of a thing to be fetched at a branch: where, until when, with which code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ServiceCall
from mila.journey.actions import AT_THE_CLIENTS, MAY_FETCH
from mila.kernel.periods import Period
from mila.partners import queries as partners
from mila.partners.models import Branch
from mila.sites.provider.shell import Context
from mila.sites.provider.warning import WarnsOfPasswords
from mila.visit import queries as visits
from mila.visit.rules import FAULT_WORDS, Fault

SHOWN = timedelta(days=8)


class FaultForm(WarnsOfPasswords):
    """What is wrong with the thing, said by the helper."""

    fault = forms.ChoiceField(
        label=_("What is wrong?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose what is wrong."),
            "invalid_choice": _("Please choose what is wrong."),
        },
    )
    words = forms.CharField(
        label=_("In a few words"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )

    def offer(self, faults: list[Fault]) -> "FaultForm":
        """Let these be chosen."""
        field = self.fields["fault"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(fault.value, FAULT_WORDS[fault]) for fault in faults]
        return self


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch in which the branch is open."""

    opens_at: datetime
    closes_at: datetime


def at_branch(said: QueryDict | None = None) -> FaultForm:
    """Return the form of a fault that shows at the branch."""
    return FaultForm(said, auto_id="fault-%s").offer(list(Fault))


def at_door(said: QueryDict | None = None) -> FaultForm:
    """Return the form of a fault that shows at the client's."""
    return FaultForm(said, auto_id="fault-%s").offer([Fault.DAMAGED, Fault.WRONG_ITEM])


def errand_of(held: Assignment, call: ServiceCall, at: datetime) -> Context:
    """Return what the visit's page shows of it; nothing where nothing is fetched."""
    row = visits.pick_up(held)
    if row is None:
        return {}
    return {
        "pick_up": row,
        "delivery": row.delivery,
        "branch": row.delivery.branch,
        "openings": openings(row.delivery.branch, call, at),
        "may_fetch": call.stage in MAY_FETCH,
        "is_at_client": call.stage in AT_THE_CLIENTS,
        "fault_form": at_branch(),
        "door_fault_form": at_door(),
    }


def openings(branch: Branch, call: ServiceCall, at: datetime) -> list[Opening]:
    """Return when the branch is open from now on until the visit, the last stretches before it; a week where open."""
    until = max(call.visit_starts_at, at + timedelta(hours=1)) if call.visit_starts_at else at + SHOWN
    found = partners.branch_openings(branch, Period(at, until))
    return [Opening(one.start, one.end) for one in found[-4:]]
