"""The whole of API v1: every address with who may use it and what it answers."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from pydantic import BaseModel

from mila.kernel.refusal import Refusal
from mila.sites.api import problems, shapes
from mila.sites.api.faults import problem_of
from mila.sites.api.guard import CATALOGUE, READ, READ_SALES, WRITE, WRITE_SALES, BrandKey
from mila.sites.api.pages import calls, catalogue, sales, times

DESCRIPTION = """Book visits of Mila's helpers, follow and cancel them: what the booking site does, for programs.

Every key belongs to one brand and sees that brand's calls alone. Times are UTC (RFC 3339), money counts minor units.
What goes wrong is answered as problem details (RFC 9457): `code` never changes, texts follow Accept-Language."""
OF_EVERY_QUESTION = (400, 401, 403, 429)
WITH_BODY = (413, 415, 422)


class JsonOnly(Parser):
    """Reads JSON bodies as JSON has it: no other media type, no numbers beyond it."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body. Refuses what is not JSON."""
        if request.content_type != "application/json":
            raise problems.MediaTypeUnknown
        try:
            found = json.loads(request.body, parse_constant=_no_number)
        except (ValueError, RecursionError) as fault:
            raise problems.BodyUnreadable from fault
        body: dict[str, Any] = found
        return body


class Interface(NinjaAPI):
    """The interface, whose description says that refusals are problem details."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description, in OpenAPI 3.1."""
        found = super().get_openapi_schema(path_prefix="/api/v1", path_params=path_params)
        for path in found["paths"].values():
            for operation in path.values():
                _tell_of_problems(operation)
        return found


interface = Interface(
    title="Mila API",
    version="1.0.0",
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
    parser=JsonOnly(),
    servers=[{"url": settings.PUBLIC_URL}],
)


def _add(  # noqa: PLR0913, PLR0917 - a row of the table below
    method: str,
    path: str,
    page: Callable[..., HttpResponse],
    auth: BrandKey,
    answers: tuple[int, type[BaseModel]],
    refusals: tuple[int, ...],
    tag: str,
) -> None:
    status, shape = answers
    responses: Mapping[int, type[BaseModel]] = {
        status: shape,
        **dict.fromkeys(sorted({*OF_EVERY_QUESTION, *refusals}), shapes.ProblemDetails),
    }
    name = page.__name__
    interface.api_operation(
        [method],
        path,
        auth=auth,
        response=dict(responses),
        operation_id=name,
        url_name=name,
        summary=name.replace("_", " ").capitalize(),
        tags=[tag],
    )(page)


# fmt: off
_add("GET", "/catalogue", catalogue.catalogue, CATALOGUE, (200, shapes.Catalogue), (422,), "Catalogue")
_add("GET", "/branches", catalogue.branches, CATALOGUE, (200, shapes.Branches), (422,), "Catalogue")
_add("POST", "/quote", catalogue.quote, CATALOGUE, (200, shapes.QuoteGiven), WITH_BODY, "Catalogue")
_add("POST", "/slots", catalogue.slots, CATALOGUE, (200, shapes.Supply), WITH_BODY, "Catalogue")
_add("POST", "/calls", calls.book, WRITE, (201, shapes.Call), (*WITH_BODY, 409), "Service calls")
_add("GET", "/calls", calls.calls, READ, (200, shapes.Calls), (), "Service calls")
_add("GET", "/calls/{call_id}", calls.call, READ, (200, shapes.Call), (404,), "Service calls")
_add("GET", "/calls/{call_id}/events", calls.events, READ, (200, shapes.Events), (404,), "Service calls")
_add("GET", "/calls/{call_id}/times", times.times_to_move_to, READ, (200, shapes.TimesAsked), (404,), "Another time")
_add("POST", "/calls/{call_id}/reschedule", times.reschedule, WRITE, (200, shapes.Call), (*WITH_BODY, 404, 409),
     "Another time")
_add("POST", "/calls/{call_id}/reschedule/answer", times.answer_time, WRITE, (200, shapes.Call),
     (*WITH_BODY, 404, 409), "Another time")
_add("GET", "/calls/{call_id}/cancellation", calls.cancellation, READ, (200, shapes.Cost), (404,), "Cancelling")
_add("POST", "/calls/{call_id}/cancellation/code", calls.send_code, WRITE, (201, shapes.CodeSent),
     (404, 409, 415, 413, 422), "Cancelling")
_add("POST", "/calls/{call_id}/cancellation", calls.cancel, WRITE, (200, shapes.Call), (*WITH_BODY, 404, 409),
     "Cancelling")
_add("POST", "/sales", sales.tell_sale, WRITE_SALES, (200, shapes.Sale), (*WITH_BODY, 404, 409), "Recommended products")
_add("GET", "/sales", sales.sales, READ_SALES, (200, shapes.Sales), (), "Recommended products")
_add("GET", "/sales/{sale_id}", sales.sale, READ_SALES, (200, shapes.Sale), (404,), "Recommended products")
# fmt: on


@interface.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal."""
    return problems.answer(refusal)


@interface.exception_handler(AuthenticationError)
def keyless(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    """Answer a request without a key."""
    return problems.answer(problems.KeyMissing())


@interface.exception_handler(ValidationError)
def invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Answer a request that is not as the description says."""
    return problems.answer(problem_of(fault.errors))


@interface.exception_handler(HttpError)
def unreadable(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """Answer a body that could not be read, for the reason that the reader gave."""
    cause = fault.__cause__
    return problems.answer(cause if isinstance(cause, Refusal) else problems.of_status(fault.status_code))


def _no_number(name: str) -> float:
    raise ValueError(name)


def _tell_of_problems(operation: dict[str, Any]) -> None:
    """Name the media type of problems; examples of parameters stay inside their schemas, where lists are allowed."""
    for parameter in operation["parameters"]:
        parameter.pop("examples", None)
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            response["content"] = {problems.MEDIA_TYPE: response["content"].popitem()[1]}
