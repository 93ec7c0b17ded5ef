"""The helper's own photo: given with consent, taken back at any time."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from mila.crowd import actions as crowd
from mila.crowd import queries as people
from mila.kernel.pictures import MOST_BYTES, PictureUnreadable, portrait
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.photos import in_the_page
from mila.sites.provider.shell import show


class FaceForm(forms.Form):
    """A photo, and the consent that clients see it."""

    photo = forms.FileField(
        label=gettext_lazy("Photo of your face"),
        help_text=gettext_lazy("JPEG, PNG or WebP of at most 12 MB. Only the middle of it is kept, small."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp", "capture": "user"}),
        error_messages={"required": gettext_lazy("Please choose a photo.")},
    )
    agrees = forms.BooleanField(
        label=gettext_lazy("I agree: clients whose visit I have accepted, and the Mila team, see this photo."),
        error_messages={"required": gettext_lazy("Without your consent the photo is not kept.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def face(request: HelperRequest) -> HttpResponse:
    """Show the photo that clients see, and keep another one."""
    if request.method != "POST":
        return _page(request, FaceForm())
    form = FaceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    sent = form.cleaned_data["photo"]
    try:
        if sent.size > MOST_BYTES:
            raise PictureUnreadable
        crowd.give_face(helper=request.helper, picture=portrait(sent.read()), now=by_helper(request))
    except Refusal as refusal:
        form.add_error("photo", str(refusal))
        return _page(request, form, refusal.status)
    messages.success(request, _("Your photo is kept. Clients see it from your yes to the end of the visit."))
    return redirect("provider:face")


@require_POST
@helper_only
def remove(request: HelperRequest) -> HttpResponse:
    """Erase the photo."""
    crowd.take_face_back(helper=request.helper)
    messages.success(request, _("Your photo is erased."))
    return redirect("provider:face")


def _page(request: HelperRequest, form: FaceForm, status: int = 200) -> HttpResponse:
    kept = people.own_face(request.helper.pk)
    context = {"form": form, "face": kept, "photo": in_the_page(kept), "helper": request.helper}
    page = show(request, "provider/face.html", context, tab="me")
    page.status_code = status
    return page
