"""The documents that a citizen gets without asking, and those of the button "Dokumen"."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.complaints.case import Case, Recall
from conversations.complaints.entry import NO_ACCOUNT
from conversations.documents.pages import AVAILABLE
from conversations.effects import Send
from conversations.followup.case_documents import OFFERED
from conversations.messages import DocumentKind
from tests.unit.entering import entered, nothing_to_nobody
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, RENDERER, Desk, render_all, wording
from tests.unit.following import STRANGER, responded
from tests.unit.incomplete import ADDRESS, completing, sign_and_send
from tests.unit.walker import citizen, walk


def documents(world: Desk, chat: int = CITIZEN) -> list[DocumentKind]:
    """The documents that the last event sent to that chat."""
    return [message.document.kind for message in world.chat.sent(chat) if message.document]


def all_documents(world: Desk) -> list[tuple[int, DocumentKind]]:
    """Chat and kind of every document so far."""
    sends = (effect for effect in world.chat.effects if isinstance(effect, Send))
    return [(send.chat, send.message.document.kind) for send in sends if send.message.document]


def test_a_filed_complaint_gives_letter_and_receipt() -> None:
    siti = citizen()
    walk(siti, until="filed")
    sent = [message.document for message in siti.chat_log.sent(siti.chat) if message.document]
    assert [document.kind for document in sent] == [DocumentKind.COMPLAINT, DocumentKind.RECEIPT]


def test_the_verification_sends_the_receipt_again_with_the_officers_name() -> None:
    world = Desk()
    case = world.file()
    world.press(world.rina, case, "verify")
    if not documents(world):
        _answer_verification(world)
    assert documents(world) == [DocumentKind.RECEIPT]
    caption = next(message for message in world.chat.sent(CITIZEN) if message.document)
    assert "Rina Wati" in wording(caption)
    render_all(world.chat.effects)


def _answer_verification(world: Desk) -> None:
    """The class and the level, where they are asked."""
    while (shown := world.chat.sent(GROUP)) and shown[-1].template in {"desk.ask_class", "desk.ask_level"}:
        world.rina.presses_button(shown[-1].buttons[0][0])


def test_an_answer_that_verifies_the_case_sends_no_second_receipt() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    assert world.now(case).verified_by
    assert DocumentKind.RECEIPT not in [kind for _, kind in all_documents(world)]


def test_what_completes_a_complaint_gives_the_letter_again() -> None:
    world = Desk()
    completing(world, "address")
    world.citizen.says(ADDRESS)
    sign_and_send(world)
    assert documents(world) == [DocumentKind.COMPLAINT]
    caption = next(message for message in world.chat.sent(CITIZEN) if message.document)
    assert "kelengkapannya" in wording(caption)


def test_an_officer_gets_the_receipt_of_an_entry_in_private_and_the_group_none() -> None:
    world = Desk()
    case = entered(world)
    assert documents(world, world.rina.identity.id) == [DocumentKind.RECEIPT]
    caption = next(message for message in world.chat.sent(world.rina.identity.id) if message.document)
    assert "dicetak" in wording(caption)
    world.press(world.budi, case, "verify", version=case.version)
    _answer_verification(world)
    assert {chat for chat, _ in all_documents(world)} == {world.rina.identity.id}
    assert world.now(case).filed_by == NO_ACCOUNT
    tasks = [message.params.get("template") for message in world.messages(GROUP)]
    assert "captions.receipt" not in tasks
    nothing_to_nobody(world)


def opened(world: Desk, case: Case) -> list[str]:
    """The buttons below "Dokumen"."""
    world.citizen.commands("status", case.reference)
    assert world.citizen.presses("papers") == ["followup.documents"]
    (message,) = world.chat.sent(CITIZEN)
    return [button.label for row in message.buttons for button in row]


def test_the_owner_chooses_a_document_and_gets_it_each_time() -> None:
    world = Desk()
    case = world.file()
    assert opened(world, case)[:2] == ["paper_complaint", "paper_receipt"]
    for label, kind in (("paper_complaint", "complaint"), ("paper_receipt", "receipt")) * 2:
        world.citizen.presses(label)
        assert documents(world) == [DocumentKind(kind)]
    render_all(world.chat.effects)


def test_another_account_gets_no_document_even_with_the_access_code() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER, "Anak Siti")
    assert stranger.commands("status", f"{case.reference} ABCD2345") == ["followup.case"]
    assert not [row for message in world.chat.sent(STRANGER) for row in message.buttons]
    for action, value in (("documents", ""), ("document", "complaint"), ("document", "receipt")):
        world.press(stranger, case, action, value)
        assert world.chat.alert.template == "system.press_outdated"
    assert all_documents(world) == []


@pytest.mark.parametrize("value", ["closing", "slip", "register", "report", "", "x" * 20])
def test_a_made_up_button_opens_no_other_document(value: str) -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "document", value)
    assert world.chat.alert.template == "system.press_outdated"
    assert all_documents(world) == []


def test_what_is_not_there_is_not_offered() -> None:
    world = Desk()
    case = world.file()
    assert "paper_response" not in opened(world, case)
    world.press(world.citizen, case, "document", "response")
    assert world.chat.alert.template == "system.press_outdated"
    assert {each.kind for each in OFFERED if each.is_there(case)} <= AVAILABLE


def test_the_newest_response_that_was_not_recalled_is_the_one_of_the_letter() -> None:
    world = Desk()
    case = world.now(responded(world))
    offered = next(each for each in OFFERED if each.kind is DocumentKind.RESPONSE)
    assert (offered.exists(case), offered.detail(case)) == (True, "1")
    recall = Recall(by="Rina", at=case.received_at)
    recalled = case.responses[0].model_copy(update={"recall": recall})
    assert not offered.exists(case.model_copy(update={"thread": (recalled,)}))
    both = case.model_copy(update={"thread": (recalled, case.responses[0])})
    assert offered.detail(both) == "2"


def test_a_typed_label_sends_the_document_of_the_only_complaint() -> None:
    world = Desk()
    world.file()
    for text, kind in (("Tanda Terima", "receipt"), ("surat pengaduan.", "complaint")):
        world.citizen.says(text)
        assert documents(world) == [DocumentKind(kind)]
    assert world.citizen.says("DOKUMEN") == ["followup.documents"]
    assert world.chat.conversation(CITIZEN).held == ()


def test_with_several_complaints_a_typed_label_asks_of_which_one() -> None:
    world = Desk()
    world.file()
    second = world.file(received_at=world.chat.now + timedelta(days=1))
    assert world.citizen.says("tanda terima") == ["followup.documents_which"]
    (message,) = world.chat.sent(CITIZEN)
    pressed = next(b for row in message.buttons for b in row if b.subject == second.id)
    world.citizen.presses_button(pressed)
    assert documents(world) == [DocumentKind.RECEIPT]
    assert world.citizen.says("dokumen") == ["followup.documents_which"]


def test_a_label_without_complaints_is_a_message_like_any_other() -> None:
    world = Desk()
    world.citizen.commands("bantuan")
    assert world.citizen.says("surat pengaduan") == world.citizen.says("surat kepada bupati")
    assert all_documents(world) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_document_that_is_offered_has_a_short_label(language: str) -> None:
    for label in ("papers", *(offered.label for offered in OFFERED)):
        assert 0 < len(RENDERER.label(label, {}, language)) <= 20
