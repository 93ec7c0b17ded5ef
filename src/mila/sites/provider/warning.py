"""What a helper writes is kept and read by others: what looks like a password is asked about before that."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from mila.visit.actions import LooksLikePassword
from mila.visit.rules import looks_like_password


class WarnsOfPasswords(forms.Form):
    """A form whose free texts are looked at; `asks_about_password` shows the tick by which the helper insists."""

    FREE_TEXTS: ClassVar[tuple[str, ...]] = ("words",)

    is_no_password = forms.BooleanField(label=_("It only looks like one: keep it as it is"), required=False)
    asks_about_password = False  # until one was found

    def clean(self) -> dict[str, Any]:
        """Refuse what looks like a password unless the helper has said that it is none."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("is_no_password"):
            for name in self.FREE_TEXTS:
                if looks_like_password(str(said.get(name) or "")):
                    self.asks_about_password = True
                    self.add_error(name, str(LooksLikePassword.sentence))
        return said
