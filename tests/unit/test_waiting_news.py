"""A response that waits for the citizen's next message: the card says so, and "Baca" leads to it."""

from __future__ import annotations

import pytest

from bot.channels.whatsapp.choices import LONGEST_ID
from bot.channels.whatsapp.templates import template
from bot.channels.written_forms import button_data
from conversations import cards
from conversations.events import Delivery, MessageReported
from conversations.messages import Button, OutgoingMessage
from tests.unit.filed import GROUP, Desk, wording
from tests.unit.on_whatsapp import ON_WHATSAPP, BothChats, Citizen
from tests.unit.walker import walk

READ = Button("read_news", "read_news")


def desk() -> tuple[Desk, Citizen]:
    """A desk, and the citizen on WhatsApp whose cases it handles."""
    chat = BothChats()
    return Desk(chat), chat.citizen()


def waiting(world: Desk, key: str, how: Delivery = Delivery.WAITING) -> list[OutgoingMessage]:
    """What the group reads when it is reported how the delivery of this message went."""
    world.chat.feed(MessageReported(world.chat.now, world.chat.case().id, key, how))
    return world.chat.sent(GROUP)


def answered() -> tuple[Desk, Citizen, str]:
    """A case of a citizen on WhatsApp with a response; the response's key."""
    world, citizen = desk()
    case = world.file(filed_by=ON_WHATSAPP, messenger="WhatsApp")
    world.answered(world.budi, case)
    return world, citizen, f"response:{case.id}:1"


def test_the_card_says_what_became_of_a_response_on_whatsapp() -> None:
    world, _, key = answered()
    (card,) = [shown for shown in world.chat.sent(GROUP) if shown.template == "desk.card"]
    assert "Pengadu memakai: WhatsApp" in wording(card)
    assert "dikirim lewat WhatsApp, belum ada kabar" in wording(card)
    posted, card = waiting(world, key)
    assert "Pesan ini menunggu: terkirim begitu pengadu menulis lagi di WhatsApp." in wording(posted)
    assert "<b>menunggu</b>. Terkirim begitu pengadu menulis lagi di WhatsApp." in wording(card)
    posted, card = waiting(world, key, Delivery.DELIVERED)
    assert "Sudah sampai di WhatsApp pengadu" in wording(posted)
    assert "<b>Terkirim</b>" in wording(card)
    assert waiting(world, key) == [], "a late report of waiting changes nothing"


def test_the_card_of_a_citizen_on_telegram_names_no_messenger() -> None:
    world = Desk(BothChats())
    case = world.file()
    world.answered(world.budi, case)
    assert "WhatsApp" not in "".join(map(wording, world.chat.sent(GROUP)))
    (card,) = [shown for shown in world.chat.sent(GROUP) if shown.template == "desk.card"]
    assert "Tanggapan: sedang dikirim" in wording(card)
    assert "Pengadu memakai" not in wording(card)


def test_a_question_that_waits_is_no_task_and_is_noted_until_it_is_delivered() -> None:
    world, _ = desk()
    case = world.file(filed_by=ON_WHATSAPP, messenger="WhatsApp")
    world.asked(world.budi, case)
    key = f"question:{case.id}:1"
    assert [shown.template for shown in waiting(world, key)] == ["desk.posted"]
    assert world.now(case).waiting == (key,)
    waiting(world, key, Delivery.DELIVERED)
    assert world.now(case).waiting == ()


@pytest.mark.parametrize("text", ["", "Baca", "baca.", "ya", "Nggih"])
def test_what_waits_is_the_answer_and_afterwards_the_complaint_is_shown(text: str) -> None:
    world, citizen, key = answered()
    waiting(world, key)
    assert (citizen.says(text) if text else citizen.presses_button(READ)) == []
    waiting(world, key, Delivery.DELIVERED)
    assert citizen.presses_button(READ) == ["followup.case"]
    assert citizen.says("Baca") == ["followup.case"]


def test_a_recalled_response_waits_no_more() -> None:
    world, citizen, key = answered()
    waiting(world, key)
    world.press(world.budi, world.chat.case(), "recall")
    world.budi.presses("recall_yes")
    # A report that was on its way then.
    waiting(world, key)
    assert citizen.presses_button(READ) == ["followup.case"]
    assert citizen.says("ya") != []


def test_without_a_complaint_or_with_several_it_is_the_status() -> None:
    world, citizen = desk()
    assert citizen.presses_button(READ) == ["followup.ask_reference"]
    for _ in range(2):
        world.file(filed_by=ON_WHATSAPP, messenger="WhatsApp")
    assert citizen.presses_button(READ) == ["followup.cases"]


def test_the_announcement_names_the_number_inside_its_text() -> None:
    for language in ("id", "en"):
        text = wording(OutgoingMessage("system.knock", {"reference": "DPMD-2026-0042"}), language)
        assert "DPMD-2026-0042" in text
        assert not text.startswith("DPMD")
        assert not text.endswith("0042")
        assert "<" not in text


def test_reading_news_leaves_a_complaint_that_is_being_filed_as_it_is() -> None:
    world, citizen, key = answered()
    walk(citizen, "resolution")
    before = world.chat.conversation(ON_WHATSAPP).draft
    waiting(world, key)
    assert citizen.presses_button(READ) == []
    waiting(world, key, Delivery.DELIVERED)
    assert citizen.presses_button(READ) == ["followup.case"]
    assert world.chat.conversation(ON_WHATSAPP).draft == before
    assert citizen.says("Penjelasan tertulis saja") == ["intake.ask_name"]


def test_the_button_of_the_announcement_is_that_action() -> None:
    sent = template("aduan_kabar", OutgoingMessage("system.knock", {"reference": "DPMD-2026-0042"}), "id")
    payload = sent["template"]["components"][1]["parameters"][0]["payload"]
    assert button_data(payload, LONGEST_ID) == (READ.action, READ.subject, READ.version, READ.value)


def switched_off() -> tuple[Desk, Citizen, str]:
    """The same case after WhatsApp was switched off."""
    world, citizen, key = answered()
    off = frozenset({"WhatsApp"})
    world.chat.rules = world.chat.rules.model_copy(update={"switched_off": off})
    return world, citizen, key


# What is known of the delivery -> what the card says while the messenger is on, and while it is off.
STATES: dict[Delivery | None, tuple[str, str]] = {
    None: (
        "dikirim lewat WhatsApp, belum ada kabar bahwa sudah sampai. Bila besok masih begitu, mohon",
        "<b>menunggu, karena WhatsApp sedang dimatikan</b>. Mohon sampaikan lewat telepon atau surat.",
    ),
    Delivery.WAITING: (
        "<b>menunggu</b>. Terkirim begitu pengadu menulis lagi di WhatsApp. Bila mendesak, mohon",
        "<b>menunggu, karena WhatsApp sedang dimatikan</b>. Mohon sampaikan lewat telepon atau surat.",
    ),
    Delivery.UNREACHABLE: (
        "<b>belum sampai, pengadu tidak dapat dihubungi lewat bot</b>. Mohon sampaikan lewat telepon",
        "<b>belum sampai, pengadu tidak dapat dihubungi lewat bot</b>. Mohon sampaikan lewat telepon",
    ),
    Delivery.DELIVERED: ("<b>Terkirim</b>, Selasa", "<b>Terkirim</b>, Selasa"),
}


@pytest.mark.parametrize("off", [False, True])
@pytest.mark.parametrize("how", STATES)
def test_each_state_of_a_delivery_says_what_is_so_and_what_to_do(how: Delivery | None, *, off: bool) -> None:
    world, _, key = switched_off() if off else answered()
    if how:
        waiting(world, key, how)
    card = wording(cards.card(world.chat.case(), world.chat.world(), ()))
    assert STATES[how][off] in card
    assert ("Pengadu memakai: WhatsApp (<b>sedang dimatikan</b>" in card) is off


def test_the_officer_reads_before_and_after_sending_that_whatsapp_is_off() -> None:
    world, _, _ = switched_off()
    case = world.file(filed_by=ON_WHATSAPP, messenger="WhatsApp")
    world.budi.says("Di mana?", reply_to=world.card(case))
    world.budi.presses("question")
    (preview,) = world.chat.sent(GROUP)
    assert "⚠️ WhatsApp sedang dimatikan. Pesan ini menunggu sampai dinyalakan lagi" in wording(preview)
    world.budi.presses("send")
    shown = "".join(map(wording, world.chat.sent(GROUP)))
    assert "WhatsApp sedang dimatikan: pesan ini menunggu. Mohon sampaikan lewat telepon" in shown
    assert "Pesan ini berubah bila sudah sampai" not in shown
