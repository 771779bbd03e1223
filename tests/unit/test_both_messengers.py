"""One complaint from both messengers, and what each citizen reads about the own one."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.catalogue import MESSAGES
from conversations.complaints.case import Case
from conversations.complaints.cells import Word
from conversations.complaints.entry import NO_ACCOUNT
from conversations.complaints.figures import BOT
from conversations.documents.letter import deep_link, letter, receipt
from conversations.documents.register import Sight, columns, row
from conversations.documents.sources import Sources
from conversations.events import FileLost, UnreadableReceived
from conversations.messages import OutgoingMessage
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, Desk, wording
from tests.unit.on_whatsapp import ON_WHATSAPP, BothChats
from tests.unit.template_samples import samples
from tests.unit.test_figures import figures
from tests.unit.transcript import RULES, START
from tests.unit.walker import FILED, walk

ON_TELEGRAM = 777
NUMBER = "6281234567890"
WITH_NUMBER = RULES.model_copy(update={"bot_username": "aduan_bot", "whatsapp_number": NUMBER})
# The messages that name the messenger to a citizen.
NAMING = sorted(
    name
    for name, params in MESSAGES.items()
    if "messenger" in params and name.partition(".")[0] not in {"desk", "letters", "system"}
)


@pytest.mark.parametrize(
    ("owner", "other", "messenger"),
    [(ON_WHATSAPP, ON_TELEGRAM, "WhatsApp"), (ON_TELEGRAM, ON_WHATSAPP, "Telegram")],
)
def test_a_complaint_is_followed_from_the_other_messenger(owner: int, other: int, messenger: str) -> None:
    chat = BothChats()
    world = Desk(chat)
    first = chat.citizen(owner) if owner == ON_WHATSAPP else chat.person(owner)
    assert walk(first, "filed") == FILED
    case = chat.case()
    assert case.messenger == messenger
    world.answered(world.budi, case, "Sudah kami salurkan.")
    second = chat.citizen(other) if other == ON_WHATSAPP else chat.person(other)
    assert second.says(case.reference) == ["followup.ask_code"]
    assert second.says("abcd 2345") == ["followup.case"]
    shown = wording(chat.sent(other)[0])
    assert "Sudah kami salurkan." in shown
    assert "Siti Aminah" not in shown
    assert second.says("WRONG234") != ["followup.case"]
    # What the owner does next is seen there as well, and only the owner judges.
    first.presses("satisfied")
    assert second.says(f"{case.reference} kode ABCD2345") == ["followup.case"]
    assert chat.sent(other)[0].params["status"] == "closed"
    assert chat.sent(other)[0].buttons == ()
    assert [effect for effect in chat.effects if getattr(effect, "report", "")]
    assert {getattr(effect, "chat", owner) for effect in chat.effects} <= {owner, other, GROUP}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMING)
def test_a_citizen_reads_the_name_of_the_own_messenger_only(name: str, language: str) -> None:
    rich, bare = samples(name, MESSAGES[name])
    for params in (rich, bare):
        for messenger, another in (("WhatsApp", "Telegram"), ("Telegram", "WhatsApp")):
            said = wording(OutgoingMessage(name, {**params, "messenger": messenger}), language)
            assert another not in said, said


def test_the_notice_says_who_keeps_the_chat_and_where_answers_come() -> None:
    chat = BothChats()
    siti = chat.citizen()
    siti.commands("start", "dpmd")
    (notice,) = siti.reads()
    assert notice.template == "intake.notice"
    text = wording(notice)
    assert "server Meta, pemilik WhatsApp, di luar negeri" in text
    assert "dikirim lewat WhatsApp ke percakapan ini" in text
    other = chat.person(ON_TELEGRAM)
    other.commands("start", "dpmd")
    text = wording(chat.sent(ON_TELEGRAM)[0])
    assert "tersimpan di server Telegram di luar negeri dan dapat dibaca oleh Telegram." in text
    assert "Meta" not in text


def test_help_names_telephone_and_counter_and_what_edits_do() -> None:
    chat = BothChats()
    for person, edited in (
        (chat.citizen(), "diubah</b> atau <b>dihapus</b> di WhatsApp"),
        (chat.person(9), "ikut"),
    ):
        assert person.commands("bantuan") == ["followup.help"]
        text = wording(chat.sent(person.chat)[0])
        for agency in RULES.agencies:
            assert agency.contact.address in text
            assert all(phone in text for phone in agency.contact.phones)
        assert edited in text


def test_an_edit_that_is_not_told_is_answered() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "resolution")
    chat.feed(UnreadableReceived(siti.origin(), "edited"))
    assert "pakai <b>Ubah</b> pada ringkasan" in wording(siti.reads()[0])
    walk(siti, "filed")
    chat.feed(UnreadableReceived(siti.origin(), "edited"))
    assert "ketik kembali seluruh isinya sebagai pesan baru" in wording(siti.reads()[0])


def test_a_lost_file_is_said_to_be_lost_at_its_messenger() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "story")
    siti.sends("photo")
    (file,) = [part.file for part in chat.conversation(ON_WHATSAPP).draft.story]  # type: ignore[union-attr]
    chat.feed(FileLost(chat.now, "draft", file, ON_WHATSAPP, "unreachable"))
    assert "tidak dapat diambil dari WhatsApp" in wording(siti.reads()[0])


def on(messenger: str, **changes: Any) -> Case:
    """A case that was filed on this messenger."""
    person = ON_WHATSAPP if messenger == "WhatsApp" else CITIZEN
    return Desk().file(**{"messenger": messenger, "filed_by": person, **changes})


@pytest.mark.parametrize(("messenger", "channel"), [("WhatsApp", "WhatsApp"), ("Telegram", BOT)])
def test_letter_register_and_report_name_the_messenger(messenger: str, channel: str) -> None:
    case = on(messenger)
    sources = Sources(case, WITH_NUMBER, (), {})
    for language in LANGUAGES:
        signed = wording(OutgoingMessage("letters.complaint", letter(sources)), language)
        assert messenger in signed
        assert str(case.filed_by) in signed
    assert figures([case]).by["channel"] == {channel: 1}
    cells = row(case, Sight(), WITH_NUMBER, START.date(), lambda day: day.weekday() < 5)
    named = {column.heading: cell for column, cell in zip(columns(Sight()), cells, strict=True)}
    assert named["field_channel"] == (Word("channel_bot") if channel == BOT else "WhatsApp")


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ({"messenger": "WhatsApp"}, f"https://wa.me/{NUMBER}?text=DPMD-2026-0001"),
        ({"messenger": "Telegram"}, "https://t.me/aduan_bot?start=DPMD-2026-0001"),
        ({"messenger": "Telegram", "filed_by": NO_ACCOUNT}, f"https://wa.me/{NUMBER}?text=DPMD-2026-0001"),
    ],
)
def test_the_link_opens_the_messenger_of_the_citizen(changes: dict[str, Any], link: str) -> None:
    case = on(**changes)
    assert deep_link(Sources(case, WITH_NUMBER, (), {})) == link
    params = receipt(Sources(case, WITH_NUMBER, (), {}))
    printed = wording(OutgoingMessage("letters.receipt", params))
    assert link in printed
    assert ("ponsel yang memiliki WhatsApp" in printed) is (case.filed_by == NO_ACCOUNT)


def test_without_a_number_or_a_name_the_link_is_that_of_the_other_or_none() -> None:
    without = RULES.model_copy(update={"bot_username": "aduan_bot"})
    assert deep_link(Sources(on("Telegram", filed_by=NO_ACCOUNT), without, (), {})).startswith(
        "https://t.me/"
    )
    nameless = RULES.model_copy(update={"bot_username": ""})
    assert deep_link(Sources(on("Telegram"), nameless, (), {})) == ""
    assert deep_link(Sources(on("WhatsApp"), nameless, (), {})) == ""


def test_the_text_of_the_link_shows_the_status_to_its_owner() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "filed")
    sources = Sources(chat.case(), WITH_NUMBER, (), {})
    assert siti.says(deep_link(sources).partition("?text=")[2]) == ["followup.case"]


def test_a_receipt_for_a_person_at_the_counter_names_both_ways() -> None:
    for number, named in ((NUMBER, True), ("", False)):
        rich, _ = samples("intake.receipt_on_behalf", MESSAGES["intake.receipt_on_behalf"])
        said = wording(OutgoingMessage("intake.receipt_on_behalf", {**rich, "whatsapp": number}))
        assert (f"nomor WhatsApp +{NUMBER}" in said) is named
        assert "WhatsApp" in said if named else "WhatsApp" not in said
