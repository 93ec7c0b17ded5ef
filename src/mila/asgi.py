"""The web: streams by hand, all else the pages, in threads behind the same ASGI door."""

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from importlib import import_module
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")

_pages = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=8)

import_module(settings.ROOT_URLCONF)  # every page, before the first visitor comes

# Only after the settings are there.
from mila.kernel.kept import SECONDS, keep_for  # noqa: E402
from mila.kernel.lasting import settle  # noqa: E402
from mila.partners.models import Brand  # noqa: E402
from mila.sites import ahead  # noqa: E402
from mila.sites.live.ear import listen  # noqa: E402
from mila.sites.live.hub import Hub  # noqa: E402
from mila.sites.live.stream import stream  # noqa: E402
from mila.sites.streams import PATH  # noqa: E402

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LOOK_EVERY_SECONDS = 0.2
hub = Hub()
keep_for(SECONDS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer requests; from the server's start to its stop, listen to what changes."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == PATH:
        await stream(hub, scope, receive, send)
    else:
        await _pages(scope, _coroutine(receive), send)  # type: ignore[arg-type]


def _coroutine(receive: Receive) -> Receive:
    # The server hands an awaitable of its own; the threads behind wait for coroutines only.
    async def received() -> MutableMapping[str, Any]:
        return await receive()

    return received


async def _furnished() -> None:
    """Wait for a demonstration to be filled: who comes before it is, waits at the door and meets no empty house."""
    while settings.DEMONSTRATION and not await sync_to_async(Brand.objects.exists)():  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await _furnished()
    settle()
    ahead.begin()
    ear = asyncio.create_task(listen(hub))
    await send({"type": "lifespan.startup.complete"})
    while (await receive())["type"] != "lifespan.shutdown":
        pass
    ear.cancel()
    with suppress(asyncio.CancelledError):
        await ear
    hub.fall_silent()
    await send({"type": "lifespan.shutdown.complete"})
