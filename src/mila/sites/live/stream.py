"""A stream of server-sent events: the word *changed*, and a heartbeat while nothing happens."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from mila.sites.live.hub import Full, Hub, Listener
from mila.sites.now import unpushed
from mila.sites.streams import PASS_LASTS_SECONDS, Pass, read

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEARTBEAT_SECONDS = 20.0
BREATH_SECONDS = 0.25  # between two words: what happens in a breath is one change
CHANGED = b"event: changed\ndata: \n\n"
HEARTBEAT = b":\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def stream(hub: Hub, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request for a stream: 403 without a valid pass, 503 where nothing is heard or too many listen."""
    shown = _pass(scope)
    if scope["method"] != "GET" or shown is None:
        await _refuse(send, 403)
    elif hub.hears_since is None:
        await _refuse(send, 503)
    else:
        try:
            with hub.listening(shown.topics) as listener:
                _catch_up(hub, listener, shown)
                await _tell(listener, receive, send)
        except Full:
            await _refuse(send, 503)


def _catch_up(hub: Hub, listener: Listener, shown: Pass) -> None:
    # What happened between the page and its stream, or while it was away, is one change more.
    if hub.may_have_missed(shown.topics, since=shown.made_at, at=unpushed().timestamp()):
        listener.stir()


async def _tell(listener: Listener, receive: Receive, send: Send) -> None:
    gone = asyncio.ensure_future(_until_gone(listener, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        with suppress(TimeoutError):
            async with asyncio.timeout(PASS_LASTS_SECONDS):
                await _speak(listener, send)
        await send({"type": "http.response.body", "body": b""})
    except (ConnectionError, RuntimeError):
        # The server's way of saying that the reader went away while we spoke.
        return
    finally:
        gone.cancel()


async def _speak(listener: Listener, send: Send) -> None:
    while not listener.is_over:
        word = await _next_word(listener)
        await send({"type": "http.response.body", "body": word, "more_body": True})
        await asyncio.sleep(BREATH_SECONDS)


async def _next_word(listener: Listener) -> bytes:
    try:
        await asyncio.wait_for(listener.stirred.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return HEARTBEAT
    listener.stirred.clear()
    return CHANGED


async def _until_gone(listener: Listener, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _pass(scope: Scope) -> Pass | None:
    query: bytes = scope["query_string"]
    return read(parse_qs(query.decode("latin-1")).get("for", [""])[0][:1000])
