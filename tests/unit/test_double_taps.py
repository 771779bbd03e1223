"""A second tap on a key, or the same button word typed twice at once, changes nothing and is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.filed import Desk
from tests.unit.walker import FILED, asked, citizen, draft_of, walk


@pytest.mark.parametrize("typed", ["Lanjut", "selesai", "SUDAH"])
@pytest.mark.parametrize("pause", [0, 1, 60])
def test_lanjut_twice_is_one_lanjut(typed: str, pause: int) -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Bantuan saya belum cair.")
    siti.says(typed)
    siti.chat_log.now += timedelta(seconds=pause - 1)
    assert siti.says(typed) == ["intake.ask_occurred"]
    assert draft_of(siti).answers.keys() == {"service"}
    assert len(draft_of(siti).story) == 1


def test_kembali_twice_at_once_goes_back_one_question() -> None:
    siti = citizen()
    walk(siti, until="occurred_place")
    siti.says("kembali")
    assert siti.says("kembali") == ["intake.ask_occurred"]
    siti.chat_log.now += timedelta(seconds=5)
    siti.says("kembali")
    assert asked(siti) == "story"


@pytest.mark.parametrize("pause", [1, 30])
def test_batalkan_twice_asks_again_and_deletes_nothing(pause: int) -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Batalkan")
    siti.chat_log.now += timedelta(seconds=pause)
    assert siti.says("Batalkan") == ["intake.confirm_cancel"]
    assert draft_of(siti).story == ()
    siti.presses("cancel_no")
    assert siti.keyboard == ["next", "back", "cancel"]


@pytest.mark.parametrize(("question", "typed"), [("loss_kind", "Tidak ada"), ("occurred", "lewati")])
def test_a_typed_word_twice_is_no_answer_to_the_next_question(question: str, typed: str) -> None:
    siti = citizen()
    walk(siti, until=question)
    siti.says(typed)
    following, answers = asked(siti), draft_of(siti).answers
    assert siti.says(typed) == [f"intake.ask_{following}"]
    assert draft_of(siti).answers == answers


def test_kirim_twice_files_one_complaint() -> None:
    siti = citizen()
    walk(siti, until="sending")
    assert siti.says("Kirim") == FILED
    assert siti.says("Kirim") == ["system.same_again"]
    assert len(siti.chat_log.cases) == 1
    assert siti.chat_log.conversation(siti.chat).held == ()


def test_kirim_twice_sends_an_addition_once() -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    world.citizen.says("Saya tambahkan keterangan.")
    assert world.citizen.says("kirim") == ["followup.sent"]
    assert world.citizen.says("kirim") == ["system.same_again"]
    assert len(world.now(case).thread) == 1


def test_the_same_word_is_written_twice_in_an_addition() -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    for _ in range(2):
        assert world.citizen.says("sudah") == ["followup.tally"]
