"""The browser of these tests: Debian's Chromium without its own network requests."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    # Fewer processes and threads: a page with three chats needs no more, and tests share the processors.
    "--in-process-gpu",
    "--num-raster-threads=1",
    "--renderer-process-limit=1",
)
WIDE, NARROW = (1440, 860), (390, 780)
# Milliseconds, far more than a loaded machine needs.
SECONDS = 60_000
expect.set_options(timeout=SECONDS)
# The browser of this process, if it has one.
_shared: list[Browser] = []


def find_chromium() -> str:
    """Return the browser's path; without one the test is skipped, in CI it fails."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("no Chromium: .ci/run installs it")
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


def _is_fault(line: ConsoleMessage) -> bool:
    """Tell whether a console line is an error of the page, not of a connection that the test cut."""
    return line.type == "error" and "ERR_INTERNET_DISCONNECTED" not in line.text


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Start a browser, and end it."""
    path = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def shared() -> AsyncIterator[None]:
    """Let `opened` use one browser within this block: a start costs more than most tests."""
    async with launched() as browser:
        _shared.append(browser)
        try:
            yield
        finally:
            _shared.remove(browser)


@asynccontextmanager
async def opened(
    address: str, size: tuple[int, int] = WIDE, *, dark: bool = False, guide: bool = True, **context: Any
) -> AsyncIterator[Page]:
    """Open the page with an empty profile; an error in a script fails the test."""
    faults: list[str] = []
    async with AsyncExitStack() as stack:
        browser = _shared[0] if _shared else await stack.enter_async_context(launched())
        profile = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            locale="id-ID",
            **context,
        )
        stack.push_async_callback(profile.close)
        profile.set_default_timeout(SECONDS)
        page = await profile.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
        if not guide:
            await page.add_init_script("localStorage.setItem('aduan.tools', '0')")
        await page.goto(address)
        yield page
    assert not faults, faults
