"""The arithmetic of the surge."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bot.simulator.api.dispatch import Call
from tests.bench.surge import limits, pacing
from tests.bench.surge_figures import Surge, first_cards, spending, surge_table

GROUP = -100


def call(method: str, text: str = "", *, at: float = 0.0, outcome: str = "ok", chat: int = GROUP) -> Call:
    result: Any = {"text": text} if text else True
    return Call(method, {"chat_id": str(chat)}, at, outcome, result=result)


def surge(carded: list[float], others: int = 0) -> Surge:
    group = Counter({"sendMessage": len(carded) + others})
    return Surge([0.0, 30.0], carded, {"/daftar": [2.0, 4.0]}, [1.0], group, Counter(), 0.5)


def test_only_accepted_messages_and_edits_spend_the_limit_of_the_group() -> None:
    calls = [
        call("sendMessage"),
        call("editMessageText"),
        call("sendDocument"),
        call("sendMessage", outcome="error"),
        call("sendMessage", chat=7),
        call("sendChatAction"),
        call("answerCallbackQuery"),
        call("getChatMember"),
    ]
    assert [each.method for each in spending(calls, GROUP)] == [
        "sendMessage",
        "editMessageText",
        "sendDocument",
    ]


def test_a_card_counts_when_it_is_first_sent() -> None:
    calls = [
        call("sendMessage", "Pengaduan DPMD-2026-0001 · A", at=1.0, outcome="error"),
        call("sendMessage", "Pengaduan DPMD-2026-0001 · A", at=2.0),
        call("sendMessage", "Pengaduan DPMD-2026-0001 · A", at=3.0),
        call("editMessageText", "Pengaduan DPMD-2026-0002 · B", at=4.0),
        call("sendMessage", "Tanggapan akhir DPMD-2026-0003", at=5.0),
    ]
    assert first_cards(calls) == {"DPMD-2026-0001": 2.0}


def test_twenty_cards_take_at_least_a_minute() -> None:
    cards = surge([3.0 * number for number in range(1, 21)], others=4)
    assert cards.minimum == 60.0
    assert cards.minimum_of_all == 72.0
    lines = surge_table(cards)
    assert "| last card / minimum | 1.000 |" in lines
    assert "| calls to the group a complaint | 1.20 (24 sendMessage) |" in lines
    assert "| officer's /daftar: median, longest s (2 times) | 2.0, 4.0 |" in lines
    assert "| 429s | 0 (none) |" in lines


@pytest.mark.parametrize("faster", [1.0, 6.0])
def test_the_bot_and_the_messenger_have_the_same_limits(faster: float) -> None:
    theirs, ours = limits(faster), pacing(faster)
    assert ours["group_messages"] / ours["group_seconds"] == theirs.group / theirs.group_window
    assert ours["private_burst"] == theirs.private
    assert ours["private_burst"] / ours["private_per_second"] == pytest.approx(theirs.private_window)
    assert ours["overall_per_second"] == theirs.overall / theirs.overall_window
