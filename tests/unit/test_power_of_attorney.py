"""A power of attorney (surat kuasa) that comes after filing is kept with the identity, not in the group."""

from __future__ import annotations

import pytest

from conversations import casefile
from conversations.complaints.case import Case
from conversations.effects import Edit, RecordHistory, Send
from conversations.events import FileLost
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, Desk, complaint, render_all, wording
from tests.unit.transcript import STAFF, Actor
from tests.unit.walker import citizen, labels, last, walk


def filed_for_another() -> Actor:
    siti = citizen()
    walk(siti, until="name")
    siti.presses("for_another")
    walk(siti, until="filed")
    return siti


def represented(world: Desk, *, confidential: bool = False) -> Case:
    signed = complaint(represents=True, represented_name="Sumiati", confidential=confidential)
    return world.file(complaint=signed)


def to_group(siti: Actor) -> list[str]:
    """All that the staff group was sent, files and texts."""
    shown = [effect.message for effect in siti.chat_log.effects if isinstance(effect, Send | Edit)]
    where = [effect.chat for effect in siti.chat_log.effects if isinstance(effect, Send | Edit)]
    group = [message for message, chat in zip(shown, where, strict=True) if chat == STAFF["dpmd"]]
    return [*(file for message in group for file in message.files), *(wording(message) for message in group)]


def test_summary_receipt_and_card_say_that_it_is_still_to_come() -> None:
    siti = citizen()
    walk(siti, until="name")
    siti.presses("for_another")
    walk(siti, until="summary")
    assert "Surat kuasa:</b> dikirim nanti" in wording(last(siti))
    walk(siti, until="filed")
    receipt = siti.chat_log.sent(siti.chat)[0]
    assert "Surat kuasa: dikirim nanti" in wording(receipt)
    assert "Mewakili: Sumiati" in wording(receipt)
    assert "send_attorney" in labels(receipt)
    assert any("Surat kuasa: dikirim nanti" in text for text in to_group(siti))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receipt_says_rahasia(language: str) -> None:
    siti = citizen()
    walk(siti, until="summary")
    siti.presses("add_optional")
    siti.presses("add_confidential")
    siti.presses("back")
    walk(siti, until="filed")
    receipt = siti.chat_log.sent(siti.chat)[0]
    assert ("Rahasia: ya" if language == "id" else "Confidential: yes") in wording(receipt, language)
    assert "Mewakili" not in wording(receipt)
    assert "send_attorney" not in labels(receipt)


@pytest.mark.parametrize("kind", ["photo", "document"])
def test_its_pages_are_kept_in_the_case_and_not_shown_in_the_group(kind: str) -> None:
    siti = filed_for_another()
    assert siti.presses("send_attorney") == ["followup.collect"]
    siti.sends(kind, caption="Surat kuasa Bu Sumiati")  # type: ignore[arg-type]
    siti.sends(kind)  # type: ignore[arg-type]
    assert siti.presses("send") == ["followup.attorney_kept"]
    case = siti.chat_log.case()
    files = tuple(page.file for page in case.power_of_attorney)
    assert len(files) == 2
    assert set(files) <= set(casefile.personal_files(case))
    assert casefile.evidence(case) == ()
    assert case.thread == ()
    group = to_group(siti)
    assert not set(files) & set(group)
    assert not any("Bu Sumiati" in text for text in group)
    assert any("Surat kuasa: sudah ada" in text for text in group)
    assert any("Lihat Identitas" in text for text in group)
    assert [effect.what for effect in siti.chat_log.fresh if isinstance(effect, RecordHistory)] == [
        "attorney"
    ]
    render_all(siti.chat_log.effects)


@pytest.mark.parametrize("what", ["text", "voice", "location"])
def test_other_messages_are_answered_with_what_is_needed(what: str) -> None:
    siti = filed_for_another()
    siti.presses("send_attorney")
    act = {
        "text": lambda: siti.says("Suratnya menyusul"),
        "voice": lambda: siti.sends("voice"),
        "location": siti.locates,
    }[what]
    assert act() == ["followup.attorney_please"]
    siti.sends("photo")
    assert siti.presses("send") == ["followup.attorney_kept"]


def test_the_button_is_on_the_page_of_the_complaint_too_while_it_is_missing() -> None:
    siti = filed_for_another()
    siti.commands("status")
    siti.presses("case")
    assert "send_attorney" in labels(last(siti))
    button = siti.button("send_attorney")
    siti.presses("send_attorney")
    siti.sends("photo")
    siti.presses("send")
    siti.presses("case")
    assert "send_attorney" not in labels(last(siti))
    assert siti.presses_button(button) == ["followup.attorney_kept"]


def test_a_photo_sent_without_the_button_is_offered_as_one() -> None:
    siti = filed_for_another()
    siti.says("Ini suratnya, Pak.")
    siti.sends("photo")
    assert siti.presses("attorney_of") == ["followup.tally"]
    assert siti.presses("send")[0] == "followup.attorney_kept"
    assert len(siti.chat_log.case().power_of_attorney) == 1
    assert [part.text for part in siti.chat_log.conversation(siti.chat).held] == ["Ini suratnya, Pak."]


def test_a_text_alone_is_not_offered_as_one() -> None:
    siti = filed_for_another()
    siti.says("Terlampir keterangan dari kepala dusun.")
    assert "attorney_of" not in labels(last(siti))


def test_an_addition_says_where_it_belongs() -> None:
    siti = filed_for_another()
    siti.presses("add_information")
    assert "Surat kuasa jangan dikirim lewat sini" in wording(last(siti))


def test_a_draft_continues_afterwards() -> None:
    siti = filed_for_another()
    button = siti.button("send_attorney")
    walk(siti, until="loss_kind")
    siti.presses_button(button)
    siti.sends("photo")
    assert siti.presses("send") == ["followup.attorney_kept", "intake.ask_loss_kind"]


def test_of_a_confidential_case_the_group_is_not_told_what_came() -> None:
    world = Desk()
    case = represented(world, confidential=True)
    world.press(world.citizen, case, "send_attorney")
    world.citizen.sends("photo")
    world.citizen.presses("send")
    for message in world.messages(GROUP):
        assert "kuasa" not in wording(message).lower()


def test_a_stranger_cannot_press_it() -> None:
    world = Desk()
    case = represented(world)
    stranger = world.chat.person(9009)
    assert world.press(stranger, case, "send_attorney") == []
    assert world.chat.conversation(9009).collecting is None


def test_a_page_that_was_lost_is_asked_for_again() -> None:
    world = Desk()
    case = represented(world)
    world.press(world.citizen, case, "send_attorney")
    world.citizen.sends("photo")
    world.citizen.presses("send")
    file = world.now(case).power_of_attorney[0].file
    world.chat.feed(FileLost(world.chat.now, case.id, file, CITIZEN, "too_large"))
    assert casefile.lacks_attorney(world.now(case))
    assert "Kirim Surat Kuasa" in wording(world.chat.sent(CITIZEN)[0])
