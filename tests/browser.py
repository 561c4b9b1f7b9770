"""A Chromium for the tests: one of this machine's, else one that the tests bring themselves.

Order: $BROWSER; a Chromium, Chrome or Edge on the path; the packed Chromium of npm's @sparticuz/chromium,
checked against its published digest (64-bit Linux, no administrator needed); Playwright's own download.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Locator, Page
from waitress import create_server

from tests.lasting import IS_LONG

HERE = Path(__file__).resolve().parent.parent / ".browser"
ON_PATH = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome", "chrome", "msedge")
PACKED = "@sparticuz/chromium@153.0.0"
PACKED_SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>{packed}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where the program is and what it needs in its environment."""

    program: str | None  # None: Playwright knows
    environment: dict[str, str] = field(default_factory=dict)


def find_browser() -> Browser | None:
    """A browser to test with; None when there is none and none can be brought."""
    named = os.environ.get("BROWSER")
    if named and shutil.which(named):
        return Browser(shutil.which(named))
    for name in ON_PATH:
        if found := shutil.which(name):
            return Browser(found)
    return _packed() or _playwright_own()


def _packed() -> Browser | None:
    program = HERE / "chromium"
    if not program.exists() and not _unpack():
        return None
    libraries = f"{HERE / 'al2023' / 'lib'}:{os.environ.get('LD_LIBRARY_PATH', '')}"
    return Browser(str(program), {"LD_LIBRARY_PATH": libraries, "FONTCONFIG_FILE": str(_fonts())})


def _fonts() -> Path:
    """Names the fonts of this machine and the packed one: without any font at all Chromium falls over."""
    configuration = HERE / "fonts.conf"
    configuration.write_text(FONTS.format(packed=HERE / "fonts", cache=HERE / "font-cache"))
    return configuration


def _unpack() -> bool:
    npm = shutil.which("npm")
    if not npm or not sys.platform.startswith("linux"):
        return False
    HERE.mkdir(exist_ok=True)
    brought = subprocess.run(
        [npm, "pack", "--silent", "--pack-destination", str(HERE), PACKED],
        capture_output=True,
        text=True,
        check=False,
    )
    if brought.returncode != 0:
        return False
    package = HERE / brought.stdout.strip().splitlines()[-1]
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if digest != PACKED_SHA512:
        raise RuntimeError(f"{PACKED} is not the file that was published: its digest differs. Nothing was run.")
    with tarfile.open(package) as archive:
        packed = {Path(m.name).name: archive.extractfile(m) for m in archive if m.name.endswith(".br")}
        for name, content in packed.items():
            assert content is not None, name
            _write(name.removesuffix(".br"), brotli.decompress(content.read()))
    package.unlink()
    return True


def _write(name: str, content: bytes) -> None:
    if name.endswith(".tar"):
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(HERE / name.removesuffix(".tar"), filter="data")
        return
    (HERE / name).write_bytes(content)
    (HERE / name).chmod(0o755)


def _playwright_own() -> Browser | None:
    done = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium-headless-shell"],
        capture_output=True,
        check=False,
    )
    return Browser(None) if done.returncode == 0 else None


def press(what: Locator) -> None:
    """Click on what leads to another page, and wait for that: a click alone may return while the old page is there."""
    with what.page.expect_navigation():
        what.click()


AXE = Axe()
NARROW, WIDE = 360, 1280
# Every day each language and each width is looked at; a fault that needs two of them at once, on `make test-long`.
LOOKED_AT = [("zh", NARROW), ("en", WIDE), *([("en", NARROW), ("zh", WIDE)] if IS_LONG else [])]


def check(page: Page) -> None:
    """No page breaks a rule that axe knows."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
        page.context.add_init_script(AXE.axe_script)  # later pages have it when they are made, which is cheaper
    found = AxeResults(
        page.evaluate("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => ({ violations }))")
    )
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """An installation, served to browsers; its address."""
    server = create_server(app, host="127.0.0.1", port=0)

    def run() -> None:
        # Closing takes the socket away from the loop that waits for it.
        with suppress(OSError):
            server.run()

    threading.Thread(target=run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
