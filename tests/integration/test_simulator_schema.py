"""The table of methods and types: it equals the published one, and every sent object fits it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.api.dispatch import TABLES, Dispatcher
from bot.simulator.api.schema import find_problem, methods, table, types
from bot.simulator.state.world import World
from tests.integration.simulator_client import Client, messenger

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "bot-api-10.1.json"


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published table is not available")
def test_the_table_equals_the_published_one() -> None:
    published = json.loads(PUBLISHED.read_text("utf-8"))

    def fields(source: dict[str, Any]) -> dict[str, str]:
        return {
            name: "|".join(field["types"]) + ("!" if field["required"] else "")
            for name, field in source.get("fields", {}).items()
        }

    for name, (returns, parameters) in table()["methods"].items():
        assert (returns, parameters) == (
            "|".join(published["methods"][name]["returns"]),
            fields(published["methods"][name]),
        )
    for name, ours in table()["types"].items():
        assert ours == published["types"][name].get("subtypes", fields(published["types"][name]))
    assert {*table()["methods"], *table()["other_methods"]} == set(published["methods"])


def test_exactly_the_methods_of_the_table_are_performed() -> None:
    dispatcher = Dispatcher(World("1:T", "AduanBot"), None)
    assert set(methods()) == set(dispatcher.performers)
    tables = (*TABLES, dispatcher.receiver.methods())
    assert sum(map(len, tables)) == len(dispatcher.performers)


@pytest.mark.parametrize(
    ("value", "kind", "path"),
    [
        ({"id": 1, "is_bot": False}, "User", ""),
        ({"id": "1", "is_bot": False, "first_name": "x"}, "User", ".id"),
        ({"id": True, "is_bot": False, "first_name": "x"}, "User", ".id"),
        ({"id": 1, "is_bot": False, "first_name": "x", "nick": "y"}, "User", ""),
        ({"status": "boss", "user": {}}, "ChatMember", ".status"),
        ([1, "2"], "Array of Integer", "[1]"),
    ],
)
def test_an_error_in_an_object_is_found_with_its_path(value: Any, kind: str, path: str) -> None:
    problem = find_problem(value, (kind,))
    assert problem is not None
    assert problem.path == path


async def a_busy_day(client: Client) -> None:
    simulator = client.simulator
    await client.updates(allowed_updates=list(types()["Update"])[1:])
    siti = simulator.person(5001, "Siti", username="siti", last_name="Aminah")
    budi = simulator.person(6001, "Budi")
    group = simulator.group(-500, "Petugas", members=[budi], kind="group")
    forum = simulator.group(-1002, "Bidang", members=[budi], is_forum=True)
    opening = await siti.say("/start dpmd 😀 https://example.com")
    await siti.edit(opening, "/start bakesbangpol")
    photo = await siti.send_photo(caption="@siti #bukti")
    voice = await siti.send_voice()
    await siti.send_document()
    await siti.send_audio()
    await siti.send_video()
    await siti.send_video_note()
    await siti.send_sticker()
    await siti.send_poll()
    await siti.send_album([("photo", b"\xff\xd8\xff"), ("document", b"x")], caption="album")
    await siti.move(await siti.send_location(-7, 113, live_period=60), -7.5, 113)
    await siti.send_venue(-7, 113)
    await siti.send_contact()
    await what_the_bot_does(client, photo["photo"][-1]["file_id"], voice["voice"]["file_id"])
    await siti.press("Ya", wait=False)
    await siti.press("Ya", wait=False, forgotten=True)
    await siti.block()
    group.set_anonymous(budi, True)
    await budi.say("/daftar", in_chat=group)
    await group.add(siti)
    await group.remove(siti)
    await group.promote(budi)
    await group.set_bot_status("restricted")
    await group.remove_bot()
    await group.add_bot(status="administrator")
    await group.migrate(-1003)
    thread = await forum.open_topic("Aset")
    await budi.say("dalam topik", in_chat=forum, thread=thread)
    await client.result("getChatMember", chat_id=-1003, user_id=6001)
    await client.result("getChat", chat_id=-1003)
    await client.result("createForumTopic", chat_id=-1002, name="Desa")
    await client.result("leaveChat", chat_id=-1002)


async def what_the_bot_does(client: Client, photo: str, voice: str) -> None:
    to_siti = {"chat_id": 5001}
    buttons = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y", "style": "primary"}]]}
    sent = await client.result(
        "sendMessage",
        **to_siti,
        text="<b>Halo</b> <a href='tg://user?id=5001'>Siti</a>",
        parse_mode="HTML",
        reply_markup=buttons,
        reply_parameters={"message_id": 1, "quote": "start"},
        protect_content=True,
        link_preview_options={"is_disabled": True},
    )
    where = {**to_siti, "message_id": sent["message_id"]}
    await client.result("getChat", **to_siti)
    await client.result("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👍"}])
    first = await client.result("sendPhoto", **to_siti, photo=photo, caption="x", has_spoiler=True)
    await client.result(
        "editMessageReplyMarkup", **to_siti, message_id=first["message_id"], reply_markup=buttons
    )
    await client.result("sendVoice", **to_siti, voice=voice)
    await client.upload(
        "sendMediaGroup",
        {"a": b"x", "b": b"y"},
        **to_siti,
        media=[{"type": "document", "media": "attach://a"}, {"type": "document", "media": "attach://b"}],
    )
    for method, name in (("sendVideo", "video"), ("sendAudio", "audio"), ("sendVideoNote", "video_note")):
        await client.upload(method, {name: b"x"}, **to_siti)
    await client.result("getFile", file_id=photo)
    for method in ("getMe", "getWebhookInfo", "getMyDescription", "getMyShortDescription"):
        await client.result(method)
    await client.result("getChatMenuButton")


async def test_every_sent_object_fits_the_table() -> None:
    async with messenger() as client:
        await a_busy_day(client)
        seen = {"message", "edited_message", "callback_query", "my_chat_member", "chat_member"}
        updates = await client.updates()
        assert {list(update)[1] for update in updates} == seen
        problems = [find_problem(update, ("Update",)) for update in updates]
        for call in client.simulator.calls:
            assert call.outcome == "ok", call
            returns = methods()[call.method.lower()].returns
            problems.append(find_problem(call.result, tuple(returns.split("|"))))
        assert [problem for problem in problems if problem] == []
