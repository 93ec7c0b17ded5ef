"""The visitors of a busy hour: requests that set out at their time, whether the ones before have been answered or not.

A small client of our own on asyncio's streams: a request costs it a tenth of a millisecond of the two cores that it
shares with what it measures, where the usual clients cost one or two; and every arrival is drawn ahead (open loop), so
that a slow answer cannot keep the next visitor from coming. Each answer counts from the moment its request was due.
"""

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

CSRF = "a" * 32
FORM = "application/x-www-form-urlencoded"
PATIENCE_SECONDS = 30


@dataclass
class Answer:
    """An answer: its status, its headers by name in small letters, its body."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Tally:
    """The milliseconds of all answers by kind, and how many were not as they should be."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def note(self, kind: str, due: float, status: int) -> None:
        """Take in one answer, from when its request was due until now."""
        self.times[kind].append((time.perf_counter() - due) * 1000)
        if status >= 400:
            self.wrong[f"{kind} {status}"] += 1


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Lines:
    """Connections to the web server that are kept open between requests."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Line] = []

    async def ask(self, head: str, body: bytes) -> Answer:
        """Send a request over a free line, and return the answer."""
        while self._idle:
            line = self._idle.pop()
            if not line[0].at_eof():  # the server may have hung up meanwhile
                return await self._asked(line, head, body)
        return await self._asked(await asyncio.open_connection("127.0.0.1", self._port), head, body)

    async def _asked(self, line: Line, head: str, body: bytes) -> Answer:
        reader, writer = line
        writer.write(head.encode() + body)
        answer = await asyncio.wait_for(_read(reader), PATIENCE_SECONDS)
        self._idle.append(line)
        return answer


async def _read(reader: asyncio.StreamReader) -> Answer:
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for line in filter(None, rest):
        name, value = line.split(":", 1)
        name = name.lower()
        headers[name] = f"{headers[name]}\n{value.strip()}" if name in headers else value.strip()
    return Answer(int(first.split()[1]), headers, (await _body(reader, headers)).decode("utf-8", "replace"))


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


class Visitor:
    """Somebody with a browser: cookies are kept, forms carry their token."""

    def __init__(self, lines: Lines, tally: Tally, cookies: dict[str, str] | None = None) -> None:
        self._lines, self._tally = lines, tally
        self._cookies = {"csrftoken": CSRF} | (cookies or {})

    async def get(self, kind: str, path: str, *, due: float | None = None) -> Answer:
        """Ask for a page."""
        return await self._ask(kind, f"GET {path}", b"", {}, due)

    async def post(self, kind: str, path: str, form: dict[str, str], *, due: float | None = None) -> Answer:
        """Send a form."""
        headers = {"Content-Type": FORM, "X-CSRFToken": CSRF}
        return await self._ask(kind, f"POST {path}", urlencode(form).encode(), headers, due)

    async def send(self, kind: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send what a program sends."""
        return await self._ask(kind, f"POST {path}", body, {"Content-Type": "application/json", **headers}, None)

    async def _ask(self, kind: str, what: str, body: bytes, headers: dict[str, str], due: float | None) -> Answer:
        due = due or time.perf_counter()
        kept = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        said = {"Host": "127.0.0.1", "Cookie": kept, "Content-Length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        answer = await self._lines.ask(f"{what} HTTP/1.1\r\n{lines}\r\n", body)
        for cookie in filter(None, answer.headers.get("set-cookie", "").split("\n")):
            name, value = cookie.split(";")[0].split("=", 1)
            self._cookies[name] = value
        self._tally.note(kind, due, answer.status)
        return answer


def found(pattern: str, answer: Answer) -> str:
    """Return what the page says at the pattern, empty where it does not."""
    match = re.search(pattern, answer.body)
    return match[1] if match else ""


Act = Callable[[float], Awaitable[None]]


async def come(acts: dict[Act, float], *, seconds: float, rng: random.Random) -> list[BaseException]:
    """Let each act begin so many times a second, at random moments; return why some did not come to their end."""
    began, tasks = time.perf_counter() + 0.5, []
    moments = [(began + at, act) for act, a_second in acts.items() for at in _moments(a_second, seconds, rng)]
    for due, act in sorted(moments, key=lambda pair: pair[0]):
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.ensure_future(act(due)))
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    return [one for one in ended if isinstance(one, BaseException)]


def _moments(a_second: float, seconds: float, rng: random.Random) -> list[float]:
    found, at = [], rng.expovariate(a_second)
    while at < seconds:
        found.append(at)
        at += rng.expovariate(a_second)
    return found
