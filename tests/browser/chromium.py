"""The browser of these tests: Debian's Chromium without its own network requests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import ConsoleMessage, Page, async_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
WIDE, NARROW = (1440, 860), (390, 780)


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
async def opened(
    address: str, size: tuple[int, int] = WIDE, *, dark: bool = False, guide: bool = True, **context: Any
) -> AsyncIterator[Page]:
    """Open the page in its own browser; an error in a script fails the test."""
    path = find_chromium()
    faults: list[str] = []
    async with async_playwright() as playwright:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            browser = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=path,
                args=list(FLAGS),
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light",
                locale="id-ID",
                **context,
            )
            page = browser.pages[0] if browser.pages else await browser.new_page()
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
            if not guide:
                await page.add_init_script("localStorage.setItem('aduan.tools', '0')")
            await page.goto(address)
            try:
                yield page
            finally:
                await browser.close()
    assert not faults, faults
