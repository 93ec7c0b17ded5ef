"""Seconds from a fresh clone to the first page and to the first completed call; bytes of the booking page's first load.

Clones the checkout it stands in, runs that clone's `./run`, and walks one call through it in a real browser.
"""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from tests.walks import test_first_call as walk
from tests.walks.conftest import FLAGS, House, Phones

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure once and print."""
    folder = Path(tempfile.mkdtemp(prefix="mila-fresh-"))
    folder.chmod(0o755)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "mila")], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    began = time.monotonic()
    process = started(folder / "mila", url)
    try:
        wait_for(f"{url}/book/", process)
        print(f"fresh clone to first page:           {time.monotonic() - began:6.1f} s")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("MILA_CHROMIUM") or "/usr/bin/chromium", args=FLAGS
            )
            _first_load(browser, url)
            phones = Phones(browser, [], House(url))
            anna, luca = phones.of("Anna"), phones.of("Luca")
            walked = time.monotonic()
            walk.sign_in_as_luca(luca, House(url), _no_picture)
            status = walk.book_as_anna(anna, House(url), _no_picture)
            walk.accept_as_luca(luca, _no_picture)
            walk.visit_as_luca(luca, anna, _no_picture)
            walk.sign_off_as_anna(anna, House(url), status, _no_picture)
            print(f"first page to first completed call:  {time.monotonic() - walked:6.1f} s")
            print(f"fresh clone to first completed call: {time.monotonic() - began:6.1f} s")
            browser.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _first_load(browser: Browser, url: str) -> None:
    page = browser.new_context().new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    asked: list[str] = []
    session.on("Network.loadingFinished", lambda said: sizes.append(int(said["encodedDataLength"])))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/book/", wait_until="networkidle")
    elsewhere = [one for one in asked if not one.startswith((url, "data:"))]
    size = sum(sizes) / 1000
    print(f"booking page, first load: {size:.1f} kB in {len(asked)} requests, {len(elsewhere)} of them elsewhere")


def started(clone: Path, url: str, *, state: Path | None = None) -> subprocess.Popen[bytes]:
    """Start the clone's `./run` at the address, with its own or another folder of state."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MILA_", "DATABASE_", "DJANGO_"))}
    environment = kept | {"MILA_PORT": url.rsplit(":", 1)[1]} | ({"MILA_STATE": str(state)} if state else {})
    return subprocess.Popen(["./run"], cwd=clone, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the page answers. Raises `SystemExit` where the process has ended before."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the clone did not start")


def _no_picture(_page: object, _name: str) -> None:
    return None


if __name__ == "__main__":
    main()
