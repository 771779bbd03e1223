"""The guide marks the right place to press or to write, and a phone follows a sample to the other side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.practice import staging
from bot.practice.acting import Stage
from bot.simulator.people.groups import Group
from bot.simulator.people.person import Person
from bot.simulator.server import Simulator
from tests.browser.chromium import NARROW, SECONDS, opened
from tests.browser.screen import Screen
from tests.browser.test_messages import call

STORY_SECONDS = 180_000
DPMD = "Dinas Pemberdayaan Masyarakat dan Desa"
# Whether the ring is inside of its element, where neither a list nor the next button hides it.
INSIDE = """(node) => {
  const style = getComputedStyle(node);
  const [width, offset] = [style.outlineWidth, style.outlineOffset].map(parseFloat);
  return width > 0 && width + offset <= 0;
}"""
# The lines on which the bracket before a command, the command, and the bracket after it are.
LINES = """(link) => {
  const line = (node, at) => {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return Math.round(range.getBoundingClientRect().top);
  };
  const [before, after] = [link.previousSibling, link.nextSibling];
  return [line(before, before.length - 1), line(link.firstChild, 0), line(after, 0)];
}"""


# Notes what is marked, and which side is open, each time that it changes: a sample goes on meanwhile.
WATCH = f"""() => {{
  const inside = {INSIDE};
  const named = (node) => node.matches("textarea") ? `writing in ${{node.closest("#citizen, #staff").id}}`
    : node.textContent.trim() + (inside(node) ? "" : " with a ring outside");
  const asks = (node) => node.textContent.includes("mohon balas pesan ini") && node.checkVisibility();
  window.noted = [];
  const note = () => {{
    const marked = [...document.querySelectorAll(".hint")].map(named).join("|");
    const officers = document.querySelector(".switch [data-side=staff]");
    const dot = officers.classList.contains("unread") ? "unread" : "read";
    const prompt = [...document.querySelectorAll("#staff .unit")].some(asks) ? "prompt" : "";
    const now = [document.body.dataset.side, dot, prompt, marked];
    if (String(now) !== String(window.noted.at(-1))) window.noted.push(now);
  }};
  const options = {{ subtree: true, childList: true, attributes: true, characterData: true }};
  new MutationObserver(note).observe(document.documentElement, options);
  note();
}}"""
# Whether all this was noted, one after another; null fits all.
NOTED = """(wanted) => {
  let next = 0;
  for (const now of window.noted)
    if (next < wanted.length && wanted[next].every((each, at) => each === null || each === now[at])) next++;
  return next === wanted.length;
}"""

# Side, unread, prompt, what is marked; None fits all.
State = tuple[str | None, ...]
# What an officer writes, in place of a button's label.
WRITES = "an officer writes"


def go_with(page: Page, monkeypatch: pytest.MonkeyPatch, waits: Mapping[str, Sequence[State]]) -> None:
    """Let the people of a sample not pause, but wait for these states before they press such a button."""
    press, say = Stage.press, Stage.say

    async def pressed(stage: Stage, person: Person, label: str, *where: Any) -> None:
        await noted(page, *waits.get(label, ()))
        await press(stage, person, label, *where)

    async def said(
        stage: Stage, person: Person, text: str, group: Group | None = None, **options: Any
    ) -> None:
        await noted(page, *waits[WRITES] if group else ())
        await say(stage, person, text, group, **options)

    monkeypatch.setattr(Stage, "press", pressed)
    monkeypatch.setattr(Stage, "say", said)
    monkeypatch.setattr(staging, "play_of", partial(staging.play_of, pace=0.0))


async def noted(page: Page, *wanted: State) -> None:
    """Wait until these states were seen one after another: side, unread, prompt, what is marked."""
    await page.wait_for_function(NOTED, arg=[list(each) for each in wanted], timeout=STORY_SECONDS)


async def marked(page: Page, label: str) -> None:
    """Wait until exactly this button is marked."""
    await expect(page.locator(".hint")).to_have_text(label)
    assert await page.locator(".hint").evaluate(INSIDE)


async def writing_is_marked(page: Page, side: str) -> None:
    await expect(page.locator(f"#{side} textarea")).to_have_class("hint", timeout=SECONDS)
    assert await page.locator(".hint").count() == 1


async def test_the_guide_marks_what_the_next_step_needs(
    own_demo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(own_demo) as page:
        screen = Screen(page)
        await marked(page, "Mulai")
        await page.locator("#citizen .banner").get_by_role("button", name="Mulai").click()
        await marked(page, "Buat Pengaduan")
        await screen.press("citizen", "Buat Pengaduan")
        await marked(page, DPMD)
        await screen.press("citizen", DPMD)
        await marked(page, "Mengerti, lanjut")
        await screen.press("citizen", "Mengerti, lanjut")
        await screen.press("citizen", "Pendampingan Dana Desa")
        # Nothing is written yet: the place to write comes before "Lanjut".
        await writing_is_marked(page, "citizen")
        await screen.say("citizen", "Jalan dusun kami berlubang.")
        await screen.sees("citizen", "Tercatat: 1")
        await marked(page, "Lanjut")
        await page.evaluate(WATCH)
        stars = "⭐⭐⭐⭐⭐"
        hints = [(None, None, None, hint) for hint in ("Ambil", "writing in staff", stars)]
        go_with(page, monkeypatch, {"Ambil": hints[:1], WRITES: hints[:2], stars: hints})
        await page.get_by_role("button", name="Jalan desa rusak").click()
        await noted(page, *hints)
        await expect(page.locator(".playing")).to_be_hidden(timeout=STORY_SECONDS)
        await marked(page, "Waktu")
        await page.locator("#tab-time").click()
        await marked(page, "+1 hari")


async def test_time_shows_an_effect_in_the_step_that_moves_it(own_demo: str) -> None:
    async with opened(own_demo) as page:
        screen = Screen(page)
        step = page.locator(".tour li").nth(7)
        await screen.say("citizen", "/lapor")
        await screen.press("citizen", DPMD)
        await screen.sees("citizen", "Pemberitahuan privasi")
        await page.locator("#tab-time").click()
        await page.get_by_role("button", name="+1 hari", exact=True).click()
        await screen.sees("citizen", "belum selesai")
        await expect(step).to_have_class("done", timeout=SECONDS)


async def test_a_phone_follows_a_sample_to_the_officers_and_back(
    own_demo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(own_demo, NARROW, has_touch=True) as page:
        screen = Screen(page, narrow=True)
        await screen.turn("tools")
        await page.evaluate(WATCH)
        shown: list[State] = [
            ("citizen", None, None, None),
            ("citizen", "unread", None, None),
            ("staff", "read", None, None),
            ("staff", None, "prompt", None),
            ("citizen", None, None, None),
        ]
        # The sample ends after the stars: a page that reads only then would not turn back.
        waits = {"Ambil": shown[:2], "Jawab": shown[:3], WRITES: shown[:4], "⭐⭐⭐⭐⭐": shown}
        go_with(page, monkeypatch, waits)
        await page.get_by_role("button", name="Jalan desa rusak").click()
        await noted(page, *shown)
        await screen.sees("citizen", "penilaian ⭐")


async def test_a_notice_taller_than_the_phone_is_shown_from_its_beginning(demo: str) -> None:
    async with opened(demo, (390, 640), has_touch=True) as page:
        screen = Screen(page, narrow=True)
        await screen.become("Sari")
        await screen.say("citizen", "/lapor")
        await screen.press("citizen", DPMD)
        notice = await screen.sees("citizen", "Pemberitahuan privasi")
        await expect(notice.get_by_text("Pemberitahuan privasi")).to_be_in_viewport()
        assert len(set(await notice.get_by_role("button", name="/privasi").evaluate(LINES))) == 1
        await page.get_by_role("button", name="Ke pesan terbaru").first.click()
        agree = notice.get_by_role("button", name="Mengerti, lanjut")
        await expect(agree).to_be_in_viewport()
        await page.wait_for_timeout(500)
        await expect(agree).to_be_in_viewport()
        await agree.click()
        await screen.sees("citizen", "— Layanan")


async def test_an_edit_does_not_move_a_long_card_whose_buttons_are_seen(messenger: Simulator) -> None:
    async with opened(messenger.address, (390, 640), has_touch=True) as page:
        screen = Screen(page, narrow=True)
        await screen.turn("staff")
        text = "\n".join(f"Baris {number}" for number in range(60))
        keyboard = {"inline_keyboard": [[{"text": "Ambil", "callback_data": "x"}]]}
        group = {"chat_id": -1001}
        await call(messenger, "sendMessage", **group, text=text, reply_markup=keyboard)
        card = await screen.sees("staff", "Baris 59")
        await expect(card.get_by_text("Baris 0")).to_be_in_viewport()
        button = card.get_by_role("button", name="Ambil")
        await card.hover()
        await page.mouse.wheel(0, 5000)
        await expect(button).to_be_in_viewport()
        number = int(await card.get_attribute("data-id") or 0)
        longer = f"{text}\nPetugas: Rina"
        await call(
            messenger, "editMessageText", **group, message_id=number, text=longer, reply_markup=keyboard
        )
        await screen.sees("staff", "Petugas: Rina")
        await expect(button).to_be_in_viewport()
