"""Who books, and how to reach them."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from mila.sites.customer.draft import Draft
from mila.sites.customer.forms import ContactForm
from mila.sites.customer.page import step, with_draft
from mila.sites.door import Request


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def contact(request: Request, draft: Draft) -> HttpResponse:
    """Ask for a name and one way to reach the customer; nobody needs an account."""
    if draft.next_page in ("pick_up", "address", "time"):
        return redirect(f"customer:{draft.next_page}")
    form = (
        ContactForm(request.POST, country=draft.country)
        if request.method == "POST"
        else ContactForm(initial=draft.contact, country=draft.country)
    )
    if form.is_bound and form.is_valid():
        replace(draft, contact=form.cleaned_data).keep(request)
        return redirect("customer:check")
    page = {**step(3), "form": form, "back": reverse("customer:time")}
    return render(request, "customer/contact.html", page, status=422 if form.is_bound else 200)
