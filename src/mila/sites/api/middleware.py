"""What happens to every request of a program on its way in and out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from mila.sites.api import limits, problems

PATH = "/api/v1/"
LARGEST_BODY = 64 * 1024

Answer = Callable[[HttpRequest], HttpResponse]


def answers_for_programs(get_response: Answer) -> Answer:
    """Answer everything under the API's path as JSON, whatever goes wrong; bound the body."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PATH):
            return get_response(request)
        response = problems.answer(problems.BodyTooLarge()) if _is_large(request) else get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != problems.MEDIA_TYPE:
            response = _as_problem(response)
        limits.tell(request, response)
        return response

    return answer


def _is_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdigit() or int(length) > LARGEST_BODY


def _as_problem(response: HttpResponse) -> HttpResponse:
    """Return a page or bare text of the web framework as problem details, with its other headers."""
    said = problems.answer(problems.of_status(response.status_code))
    if "Allow" in response.headers:
        said.headers["Allow"] = response.headers["Allow"]
    return said
