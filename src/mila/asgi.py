"""The web: the pages in threads behind one ASGI door."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")

_pages = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=8)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer requests with pages; the server's start and stop need nothing done."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    else:
        await _pages(scope, _coroutine(receive), send)  # type: ignore[arg-type]


def _coroutine(receive: Receive) -> Receive:
    # The server hands an awaitable of its own; the threads behind wait for coroutines only.
    async def received() -> MutableMapping[str, Any]:
        return await receive()

    return received


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
