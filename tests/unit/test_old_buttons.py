"""The buttons of an answered question disappear, whichever way it was answered; each screen's only once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conversations import keys
from conversations.effects import Edit, Send, StripButtons
from tests.unit.transcript import Actor
from tests.unit.walker import NAME, SITI, STORY, citizen, walk


def screen(siti: Actor) -> str:
    """The key of the message that shows the present question."""
    return keys.screen(SITI, siti.chat_log.conversation(SITI).screen)


def strips(siti: Actor) -> list[StripButtons]:
    return [effect for effect in siti.chat_log.fresh if isinstance(effect, StripButtons)]


@pytest.mark.parametrize(
    ("until", "text"),
    [
        ("service", "Penyaluran BLT Desa"),
        ("service", "surat pengantar"),
        ("occurred", "12 Maret 2026"),
        ("occurred", "lewati"),
        ("loss_kind", "tidak ada"),
        ("resolution", "Bantuan cair bulan ini"),
        ("name", NAME),
        ("name", "Mewakili orang lain"),
        ("address", "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil"),
        ("summary", "lanjut"),
        ("notice", "Mengerti, lanjut"),
        ("notice", "batal"),
        ("sending", "kirim"),
    ],
)
def test_a_typed_answer_removes_the_buttons_of_its_question(until: str, text: str) -> None:
    siti = citizen()
    walk(siti, until)
    asked = screen(siti)
    siti.says(text)
    assert strips(siti) == [StripButtons(SITI, key=asked)]


@pytest.mark.parametrize("label", ["understood", "cancel"])
def test_a_pressed_notice_loses_its_buttons(label: str) -> None:
    siti = citizen()
    walk(siti, "notice")
    asked = screen(siti)
    siti.presses(label)
    assert strips(siti) == [StripButtons(SITI, key=asked)]


def test_a_press_that_changes_its_message_needs_no_removal() -> None:
    siti = citizen()
    walk(siti, "loss_kind")
    asked = screen(siti)
    siti.presses("loss_none")
    assert strips(siti) == []
    assert [each.key for each in siti.chat_log.fresh if isinstance(each, Edit)] == [asked]


@pytest.mark.parametrize(
    "act",
    [
        lambda siti: siti.says(STORY),
        lambda siti: siti.sends("photo"),
        lambda siti: siti.says("?"),
        lambda siti: siti.says("batal"),
    ],
)
def test_a_question_with_a_reply_keyboard_has_no_buttons_to_remove(act: Callable[[Actor], object]) -> None:
    siti = citizen()
    walk(siti, "story")
    act(siti)
    assert strips(siti) == []


def test_a_refused_answer_keeps_the_buttons() -> None:
    siti = citizen()
    walk(siti, "resolution")
    siti.says("x" * 3000)
    assert strips(siti) == []


def test_a_question_that_is_asked_again_keeps_one_set_of_buttons() -> None:
    siti = citizen()
    walk(siti, "loss_kind")
    first = screen(siti)
    siti.says("?")
    assert strips(siti) == [StripButtons(SITI, key=first)]
    second = screen(siti)
    siti.commands("lapor")
    assert strips(siti) == [StripButtons(SITI, key=second)]


def test_a_menu_that_is_sent_under_the_key_of_its_question_needs_no_removal() -> None:
    siti = citizen()
    walk(siti, "summary")
    asked = screen(siti)
    siti.says("ubah")
    assert strips(siti) == []
    assert [each.key for each in siti.chat_log.fresh if isinstance(each, Send)] == [asked]


def test_a_second_tap_removes_nothing_twice() -> None:
    siti = citizen()
    walk(siti, "notice")
    understood = siti.button("understood")
    siti.presses_button(understood)
    siti.presses_button(understood)
    assert strips(siti) == []


def test_no_screen_of_a_whole_complaint_is_stripped_twice() -> None:
    siti = citizen()
    walk(siti, "filed")
    stripped = [effect for effect in siti.chat_log.effects if isinstance(effect, StripButtons)]
    assert len(stripped) == len(set(stripped)) > 0
