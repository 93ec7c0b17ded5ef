"""What seldom changes, kept for a few seconds by a process that answers many: brands, rates, what is on the shelf.

Nothing is kept until a process asks for it, so that scripts and tests always read the rows (decision 0024).
Answers are shared between threads: a question that is kept returns what nobody changes.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar, cast

from cachetools import TTLCache

Given = ParamSpec("Given")
Found = TypeVar("Found")

SECONDS = 5.0  # a brand that is closed, or a price that is mended, shows so much later at most
AT_MOST = 10_000  # answers; the least lately used go first
NOTHING = object()


class _Shelf:
    """The answers of this process; none while `seconds` is zero."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.keep_for(0)

    def keep_for(self, seconds: float) -> None:
        self.seconds = seconds
        self._answers: TTLCache[Hashable, object] = TTLCache(AT_MOST, seconds)

    def get(self, question: Hashable) -> object:
        with self._lock:
            return self._answers.get(question, NOTHING)

    def put(self, question: Hashable, answer: object) -> None:
        with self._lock:
            self._answers[question] = answer


_shelf = _Shelf()


def keep_for(seconds: float) -> None:
    """Keep answers of this process so long from now on; zero: none, and forget those there are."""
    _shelf.keep_for(seconds)


def kept(ask: Callable[Given, Found]) -> Callable[Given, Found]:
    """Let the answers to a question be kept; what it is given must be hashable."""

    @wraps(ask)
    def asked(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        if not _shelf.seconds:
            return ask(*args, **kwargs)
        question = (ask, args, tuple(sorted(kwargs.items())))
        answer = _shelf.get(question)
        if answer is NOTHING:
            answer = ask(*args, **kwargs)
            _shelf.put(question, answer)
        return cast("Found", answer)

    return asked
