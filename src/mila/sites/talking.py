"""The talk between helper and client as both doors show it."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment
from mila.kernel.occasion import Occasion, Who
from mila.visit import actions as visit
from mila.visit import queries as visits
from mila.visit.actions.talk import LONGEST
from mila.visit.phrases import OF_CLIENT, OF_HELPER


class LineForm(forms.Form):
    """A message in one's own words."""

    text = forms.CharField(
        label=_("Your message"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 3})
    )


@dataclass(frozen=True, slots=True)
class LineSeen:
    """A line as it is read: a phrase in the reader's language, or words in the writer's."""

    text: str | Promise
    language: str
    is_own: bool
    by: str
    at: datetime
    read_at: datetime | None


def seen(held: Assignment, reader: Occasion) -> dict[str, object]:
    """Return the talk for one of its sides, or the desk: the lines, the phrases to choose from, whether it is open."""
    known = {Who.PROVIDER: OF_HELPER, Who.CUSTOMER: OF_CLIENT}
    lines = [
        LineSeen(
            text=known[Who(line.by)].get(line.phrase, line.text),
            language="" if line.phrase else line.language,
            is_own=line.by == reader.by,
            by=line.by,
            at=line.at,
            read_at=line.read_at,
        )
        for line in visits.talk(held)
    ]
    phrases = list(known.get(reader.by, {}).items())
    return {"lines": lines, "phrases": phrases, "is_open": visit.is_open(held, reader), "held": held}
