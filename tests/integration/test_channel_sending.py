"""What arrives at Telegram: long texts, keyboards, albums, files sent again, answers to presses."""

from __future__ import annotations

import pytest

from bot.channels.base import DeliveryError, Failure, Posting
from bot.channels.lengths import cut, units
from bot.channels.telegram.text import parts
from bot.database.files_table import insert_files
from bot.simulator.api.html import Parser, utf16_length
from conversations.effects import AnswerPress, KeepFile
from conversations.events import ButtonPressed, FileReceived
from conversations.messages import AskReply, Button, Key, Keyboard
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import STAFF, OutboxSetup, eventually, outbox_setup, says, send


@pytest.mark.parametrize(
    "words",
    [
        "a" * 4097,
        "😀" * 5000,
        "<b>" + "kata " * 3000 + "</b>",
        "&amp;" * 9000,
        '<blockquote><a href="https://x.id/?a=1&amp;b=2">' + ("tautan 😀 &lt; " * 900) + "</a></blockquote>",
        "\n\n".join("<i>Paragraf</i> " + "kata " * 300 for _ in range(12)),
    ],
)
def test_every_part_of_a_long_text_is_valid_and_short_enough_and_nothing_is_lost(words: str) -> None:
    whole, _ = Parser(words).parse()
    made = [Parser(part).parse()[0] for part in parts(words)]
    assert len(made) > 1
    assert all(0 < utf16_length(part) <= 4096 for part in made)
    assert "".join("".join(made).split()) == "".join(whole.split())


def test_a_long_text_is_cut_between_its_paragraphs() -> None:
    paragraphs = ["kata " * 400 + "akhir." for _ in range(5)]
    assert all(part.endswith("akhir.") for part in parts("\n\n".join(paragraphs)))


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert parts("<b>" + "a" * 4096 + "</b>") == ["<b>" + "a" * 4096 + "</b>"]
    assert parts("😀" * 2048) == ["😀" * 2048]


@pytest.mark.parametrize(("text", "shown"), [("a" * 200, "a" * 200), ("a" * 201, "a" * 199 + "…")])
def test_a_plain_text_is_cut_by_utf_16_units(text: str, shown: str) -> None:
    assert cut(text, 200) == shown
    assert units(cut("😀" * 150, 200)) <= 200


async def test_a_long_message_has_its_buttons_on_the_last_part(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        rows = (
            (Button("send", "send", "d1", 3, "x", style="success"),),
            (Button("help", url="https://lapor.go.id"),),
        )
        await setup.post(send(7, "kata " * 2000, buttons=rows))
        await setup.empty()
        first, *_, last = [message for message in siti.messages if message["from"]["is_bot"]]
        assert "reply_markup" not in first
        (sending,), (link,) = last["reply_markup"]["inline_keyboard"]
        assert (sending["callback_data"], sending["style"]) == ("send:d1:3:x", "success")
        assert link["url"] == "https://lapor.go.id"


async def test_a_copy_button_copies_and_previews_are_off(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await setup.post(send(7, "kode https://lapor.go.id", buttons=((Button("copy_code", copy="AB12"),),)))
        await siti.wait_for("kode")
        answer = await siti.press("copy_code")
        assert answer
        assert answer["text"] == "AB12"
        assert setup.sent()[0]["link_preview_options"] == {"is_disabled": True}


async def test_keys_ask_for_contact_and_place_in_private_only_and_are_taken_away(place: Place) -> None:
    keys = Keyboard(((Key("share_phone", "contact"), Key("help")),))
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        group = setup.simulator.group(STAFF, "Petugas", members=(siti,))
        await setup.post(send(7, "nomor?", keyboard=keys), send(STAFF, "grup", keyboard=keys))
        await siti.wait_for("nomor?")
        assert siti.keyboard == ["share_phone", "help"]
        await siti.tap("share_phone")
        await group.wait_for("grup")
        await setup.post(send(7, "selesai", keyboard=Keyboard()))
        await siti.wait_for("selesai")
        assert siti.keyboard == []


async def test_a_prompt_in_a_group_reaches_the_mentioned_officer_alone(place: Place) -> None:
    async with outbox_setup(place) as setup:
        rina, budi = setup.simulator.person(8, "Rina"), setup.simulator.person(9, "Budi")
        group = setup.simulator.group(STAFF, "Petugas", members=(rina, budi))
        words = '<a href="tg://user?id=8">Rina</a>, silakan tulis jawaban'
        await setup.post(send(STAFF, words, keyboard=AskReply(8)))
        prompt = await group.wait_for("silakan")
        assert group.chat.prompts == {8: prompt["message_id"]}


async def keep(setup: OutboxSetup, *keeps: KeepFile) -> None:
    stored = await setup.database.write(lambda c: insert_files(c, setup.codec, keeps))
    await setup.files.start(setup.channel)
    setup.files.accept(stored)
    await eventually(lambda: setup.count("SELECT count(*) FROM files WHERE state = 'pending'", 0))


async def evidence(setup: OutboxSetup) -> tuple[str, ...]:
    """Let a citizen send twelve photos, a video, two documents and a voice, and keep them all."""
    siti = setup.simulator.person(7, "Siti")
    for _ in range(12):
        await siti.send_photo()
    await siti.send_video()
    await siti.send_document()
    await siti.send_document(name="kedua.pdf")
    await siti.send_voice()
    keeps = []
    for raw in await setup.updates():
        event = setup.channel.read(raw)
        assert isinstance(event, FileReceived)
        keeps.append(KeepFile(f"7-{event.origin.message}", "case", 7, event.attachment))
    await keep(setup, *keeps)
    return tuple(each.key for each in keeps)


async def test_files_follow_the_text_in_albums_of_their_kind(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        keys = await evidence(setup)
        await setup.post(send(STAFF, "bukti", "card:abc", files=(*keys, "7-unknown")))
        await setup.empty()
        shown = [message for message in group.messages if message["from"]["is_bot"]]
        assert len(shown) == 17
        assert shown[0]["text"] == "bukti"
        albums = setup.sent("sendMediaGroup")
        assert [[item["type"] for item in call["media"]] for call in albums] == [
            ["photo"] * 10,
            ["photo"] * 2 + ["video"],
            ["document"] * 2,
        ]
        assert len(setup.sent("sendVoice")) == 1
        assert await setup.count("SELECT count(*) FROM sent_messages WHERE key = 'card:abc'", 17)


async def test_files_that_telegram_forgot_are_uploaded_from_the_store(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        keys = await evidence(setup)
        setup.simulator.world.files.by_id.clear()
        await setup.post(send(STAFF, "bukti", files=keys))
        await setup.empty()
        shown = [message for message in group.messages if message["from"]["is_bot"]]
        assert len(shown) == 17
        (name,) = {message["document"]["file_name"] for message in shown if "document" in message} - {
            "bukti.pdf"
        }
        assert name == "kedua.pdf"


async def test_an_interrupted_album_continues_without_repeating_the_text(place: Place) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.group(STAFF, "Petugas")
        keys = await evidence(setup)
        setup.simulator.fault("sendMediaGroup", kind="500")
        await setup.post(send(STAFF, "bukti", files=keys[:3]))
        await setup.empty()
        assert len(setup.sent()) == len(setup.sent("sendMediaGroup")) == 1


async def pressed(setup: OutboxSetup) -> str:
    siti = setup.simulator.person(7, "Siti")
    await siti.say("/start")
    await setup.post(send(7, "pilih", buttons=((Button("take", "take"),),)))
    await siti.wait_for("pilih")
    await siti.press("take", wait=False)
    events = [setup.channel.read(raw) for raw in await setup.updates()]
    (press,) = [event.press for event in events if isinstance(event, ButtonPressed)]
    return press


@pytest.mark.parametrize(
    ("title", "more", "shown", "url"),
    [
        ("Sudah diambil", {"alert": True}, "Sudah diambil", None),
        ("a" * 201, {}, "a" * 199 + "…", None),
        ("a" * 201, {"overflow": "identity-abc"}, None, "https://t.me/AduanBot?start=identity-abc"),
        ("pendek", {"overflow": "identity-abc", "alert": True}, "pendek", None),
        ("", {"link": "answer-abc"}, None, "https://t.me/AduanBot?start=answer-abc"),
    ],
)
async def test_a_press_is_answered_with_what_fits_or_a_link(
    place: Place, title: str, more: dict[str, object], shown: str | None, url: str | None
) -> None:
    async with outbox_setup(place) as setup:
        message = says(title)
        press = await pressed(setup)
        answer = AnswerPress(press, message.template, message.params, **more)  # type: ignore[arg-type]
        setup.outbox.answer(answer, "id")
        await setup.simulator.until(lambda: setup.sent("answerCallbackQuery"))
        (call,) = setup.sent("answerCallbackQuery")
        assert (call.get("text"), call.get("url")) == (shown, url)
        assert bool(call.get("show_alert")) is bool(more.get("alert"))


async def test_a_late_answer_to_a_press_has_no_effect(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await pressed(setup)
        setup.outbox.answer(AnswerPress("none"), "id")
        await setup.simulator.until(
            lambda: [
                call for call in setup.simulator.calls if call.method == "answerCallbackQuery" and call.error
            ]
        )
        await setup.post(send(7, "lanjut"))
        await setup.simulator.person(7, "Siti").wait_for("lanjut")


async def test_each_permanent_sentence_of_the_messenger_carries_its_decision(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await siti.block()
        group = setup.simulator.group(STAFF, "Petugas")
        await group.remove_bot()
        deleted = setup.simulator.person(8, "Budi")
        await deleted.say("/start")
        await deleted.delete_account()
        setup.simulator.person(9, "Tidak pernah menulis")
        for chat, kinds in (
            (7, {Failure.UNREACHABLE}),
            (8, {Failure.UNREACHABLE}),
            (9, {Failure.UNREACHABLE, Failure.CHAT_GONE}),
            (STAFF, {Failure.CHAT_GONE}),
        ):
            with pytest.raises(DeliveryError) as caught:
                await deliver(setup, chat)
            assert caught.value.kind in kinds


async def deliver(setup: OutboxSetup, chat: int) -> None:
    for step in await setup.channel.steps(Posting(chat, says("x"), "id")):
        await step.run()
