"""A browser for the walks: the distribution's Chromium, else the one Playwright brings, else a clear no."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from mila.ops.installation import python

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = "Install one (apt install chromium) or name one in MILA_CHROMIUM."
APT = {"DEBIAN_FRONTEND": "noninteractive"}


@dataclass(frozen=True)
class Browser:
    """The browser of the walks: `path` of its program (empty: Playwright's own), or why there is none."""

    path: str = ""
    why_not: str = ""

    @property
    def possible(self) -> bool:
        return not self.why_not

    def environment(self) -> dict[str, str]:
        return {"MILA_CHROMIUM": self.path, "MILA_WALKS": str(int(self.possible)), "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}


def find_or_install() -> Browser:
    """The browser of this machine, installed first where that is allowed."""
    if os.environ.get("MILA_WALKS") == "0":
        return Browser(why_not="MILA_WALKS=0 asked for it.")
    if found := installed():
        return Browser(path=found)
    if may_install():
        print("Installing Chromium for the walks …", flush=True)
        apt("update")
        apt("install", "-y", "--no-install-recommends", "chromium")
        if found := installed():
            return Browser(path=found)
    if has_bundled() or install_bundled():
        return Browser()
    return Browser(why_not=HOW)


def installed() -> str:
    """The path of a Chromium of this machine, or nothing."""
    named = os.environ.get("MILA_CHROMIUM")
    return next((found for name in filter(None, (named, *NAMES)) if (found := shutil.which(name))), "")


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt(*arguments: str) -> None:
    subprocess.run(["apt-get", "-q", *arguments], env=os.environ | APT, check=False)


def has_bundled() -> bool:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def install_bundled() -> bool:
    try:
        done = subprocess.run(python("playwright", "install", "chromium"), check=False, timeout=300)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and has_bundled()
