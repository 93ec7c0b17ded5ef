"""What people type at the entrance."""

from django import forms
from django.utils.translation import gettext_lazy as _

ADDRESS = {
    "required": _("Please enter your e-mail address."),
    "invalid": _("This is not an e-mail address. It looks like name@example.com."),
}


class SignInForm(forms.Form):
    """An e-mail address, and where its person was going."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages=ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class PasswordForm(forms.Form):
    """An e-mail address and its password."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages=ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "inputmode": "email", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Please enter your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        error_messages={"required": _("Please enter the code.")},
        help_text=_("Six digits from your app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class AppForm(forms.Form):
    """The first code of an app."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=10,
        error_messages={"required": _("Please enter the code.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}),
    )


class NewPasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Please enter a password.")},
        help_text=_("At least 12 characters. A few words that only you would put together are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
