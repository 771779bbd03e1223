"""Groups of the embedded messenger: which messages the bot sees, members, move to a supergroup, topics."""

from typing import Any

import pytest

from tests.integration.simulator_client import messenger

EVERYTHING = ["message", "my_chat_member", "chat_member", "callback_query"]


def kinds(updates: list[dict[str, Any]]) -> list[str]:
    return [list(update)[1] for update in updates]


async def test_an_administrator_bot_sees_all_messages_and_a_plain_one_those_for_it() -> None:
    async with messenger() as client:
        simulator = client.simulator
        budi = simulator.person(6001, "Budi")
        group = simulator.group(-1001, "Petugas", members=[budi], bot_status="member")
        prompt = await client.result("sendMessage", chat_id=group.id, text="Apa jawabannya?")
        for text in ("halo", "/daftar", "/daftar@OtherBot", "/tiket@AduanBot 7", "@AduanBot tolong"):
            await budi.say(text, in_chat=group)
        await budi.say("selesai", in_chat=group, reply_to=prompt)
        seen = [update["message"]["text"] for update in await client.updates()]
        assert seen == ["/daftar", "/tiket@AduanBot 7", "@AduanBot tolong", "selesai"]
        await group.set_bot_status("administrator")
        await budi.say("halo", in_chat=group)
        assert (await client.updates(offset=-1))[0]["message"]["text"] == "halo"


async def test_the_bot_is_notified_when_it_is_added_or_removed() -> None:
    async with messenger() as client:
        budi = client.simulator.person(6001, "Budi")
        group = client.simulator.group(-1001, "Petugas", members=[budi], bot_status="left")
        assert (
            await client.refusal("sendMessage", chat_id=group.id, text="x")
            == "Forbidden: bot is not a member of the supergroup chat"
        )
        await group.add_bot(by=budi)
        added, service = await client.updates()
        change = added["my_chat_member"]
        assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == (
            "left",
            "member",
        )
        assert change["from"]["id"] == budi.id
        assert service["message"]["new_chat_members"][0]["username"] == "AduanBot"
        await group.remove_bot()
        assert (await client.updates(offset=-1))[0]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
        for method in ("sendMessage", "getChat"):
            params = {"text": "x"} if method == "sendMessage" else {}
            refusal = await client.refusal(method, chat_id=group.id, **params)
            assert refusal == "Forbidden: bot was kicked from the supergroup chat"


async def test_a_bot_that_left_cannot_write() -> None:
    async with messenger() as client:
        group = client.simulator.group(-1001, "Petugas", kind="group")
        assert await client.result("leaveChat", chat_id=group.id) is True
        assert (await client.updates())[0]["my_chat_member"]["new_chat_member"]["status"] == "left"
        assert (
            await client.refusal("sendMessage", chat_id=group.id, text="x")
            == "Forbidden: bot is not a member of the group chat"
        )


async def test_blocking_makes_the_bot_kicked_and_unblocking_a_member() -> None:
    async with messenger() as client:
        siti = client.simulator.person(5001, "Siti")
        await siti.say("/start")
        await siti.block()
        with pytest.raises(AssertionError, match="has blocked the bot"):
            await siti.say("halo")
        await siti.unblock()
        changes = [update["my_chat_member"] for update in (await client.updates())[1:]]
        assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]
        assert changes[0]["chat"]["type"] == "private"


async def test_a_moved_group_names_its_new_id_in_both_chats_and_every_refusal() -> None:
    async with messenger() as client:
        budi = client.simulator.person(6001, "Budi")
        group = client.simulator.group(-500, "Petugas", members=[budi], kind="group")
        card = await client.result("sendMessage", chat_id=-500, text="Kartu")
        await group.migrate(-1009)
        leaving, arriving = [update["message"] for update in await client.updates()]
        assert (leaving["chat"]["id"], leaving["migrate_to_chat_id"]) == (-500, -1009)
        assert (arriving["chat"]["id"], arriving["migrate_from_chat_id"]) == (-1009, -500)
        for method, params in (
            ("sendMessage", {"text": "x"}),
            ("editMessageText", {"message_id": card["message_id"], "text": "x"}),
            ("getChatMember", {"user_id": 6001}),
        ):
            body = await client.call(method, chat_id=-500, **params)
            assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
            assert body["parameters"] == {"migrate_to_chat_id": -1009}
        assert (await client.result("getChat", chat_id=-500))["type"] == "group"
        refusal = await client.refusal(
            "editMessageText", chat_id=-1009, message_id=card["message_id"] + 1, text="x"
        )
        assert refusal == "Bad Request: message to edit not found"
        await client.result("sendMessage", chat_id=-1009, text="Kartu baru")
        assert (await group.wait_for("Kartu baru"))["chat"]["type"] == "supergroup"
        await budi.say("halo", in_chat=group)
        assert (await client.updates(offset=-1))[0]["message"]["chat"]["id"] == -1009


async def test_an_anonymous_administrator_writes_in_the_name_of_the_group() -> None:
    async with messenger() as client:
        budi = client.simulator.person(6001, "Budi")
        group = client.simulator.group(-1001, "Petugas", members=[budi])
        group.set_anonymous(budi, True)
        message = await budi.say("/daftar", in_chat=group)
        assert message["from"]["id"] == 1087968824
        assert message["sender_chat"]["id"] == group.id
        group.set_anonymous(budi, False)
        assert (await budi.say("/daftar", in_chat=group))["from"]["id"] == budi.id


async def test_a_members_status_and_rights_are_returned() -> None:
    async with messenger() as client:
        budi = client.simulator.person(6001, "Budi")
        ani = client.simulator.person(6002, "Ani")
        group = client.simulator.group(-1001, "Petugas", members=[budi, ani])
        await group.promote(ani)
        me = await client.result("getChatMember", chat_id=group.id, user_id=100)
        assert (me["status"], me["can_delete_messages"]) == ("administrator", True)
        assert (await client.result("getChatMember", chat_id=group.id, user_id=6001))["status"] == "member"
        promoted = await client.result("getChatMember", chat_id=group.id, user_id=6002)
        assert promoted["status"] == "administrator"
        assert (
            await client.refusal("getChatMember", chat_id=group.id, user_id=77)
            == "Bad Request: PARTICIPANT_ID_INVALID"
        )


async def test_an_outsider_cannot_write_in_a_group() -> None:
    async with messenger() as client:
        rudi = client.simulator.person(5002, "Rudi")
        group = client.simulator.group(-1001, "Petugas")
        with pytest.raises(AssertionError, match="Rudi is no member of Petugas"):
            await rudi.say("halo", in_chat=group)


async def test_a_plain_member_may_not_delete_messages_of_others() -> None:
    async with messenger() as client:
        budi = client.simulator.person(6001, "Budi")
        group = client.simulator.group(-1001, "Petugas", members=[budi], bot_status="member")
        message = await budi.say("halo", in_chat=group)
        where = {"chat_id": group.id, "message_id": message["message_id"]}
        assert await client.refusal("deleteMessage", **where) == "Bad Request: message can't be deleted"
        await group.set_bot_status("administrator")
        assert await client.result("deleteMessage", **where) is True


async def test_a_restricted_bot_may_not_write() -> None:
    async with messenger() as client:
        group = client.simulator.group(-1001, "Petugas", bot_status="restricted")
        assert (
            await client.refusal("sendMessage", chat_id=group.id, text="x")
            == "Bad Request: not enough rights to send text messages to the chat"
        )


async def test_messages_of_a_topic_stay_in_it_until_it_is_deleted() -> None:
    async with messenger() as client:
        budi = client.simulator.person(6001, "Budi")
        group = client.simulator.group(-1001, "Petugas", members=[budi], is_forum=True)
        topic = await client.result("createForumTopic", chat_id=group.id, name="Bidang Aset")
        thread = topic["message_thread_id"]
        sent = await client.result("sendMessage", chat_id=group.id, message_thread_id=thread, text="Kartu")
        assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
        assert sent["reply_to_message"]["forum_topic_created"]["name"] == "Bidang Aset"
        answer = await budi.say("siap", in_chat=group, reply_to=sent)
        assert answer["message_thread_id"] == thread
        await group.delete_topic(thread)
        for method, more in (("sendMessage", {"text": "x"}), ("sendChatAction", {"action": "typing"})):
            assert (
                await client.refusal(method, chat_id=group.id, message_thread_id=thread, **more)
                == "Bad Request: message thread not found"
            )
        gone = await client.refusal("reopenForumTopic", chat_id=group.id, message_thread_id=thread)
        assert gone == "Bad Request: TOPIC_ID_INVALID"


async def test_a_closed_topic_refuses_until_it_is_opened_again() -> None:
    async with messenger() as client:
        group = client.simulator.group(-1001, "Petugas", is_forum=True)
        thread = await group.open_topic("Bidang Aset")
        await group.close_topic(thread)
        await group.close_general()
        here: dict[str, int]
        for here, reopen in (
            ({"message_thread_id": thread}, "reopenForumTopic"),
            ({}, "reopenGeneralForumTopic"),
        ):
            refused = await client.refusal("sendMessage", chat_id=group.id, text="x", **here)
            assert refused == "Bad Request: TOPIC_CLOSED"
            group.set_topic_right(False)
            refused = await client.refusal(reopen, chat_id=group.id, **here)
            assert refused == "Bad Request: not enough rights to manage topics"
            group.set_topic_right(True)
            assert await client.result(reopen, chat_id=group.id, **here) is True
            refused = await client.refusal(reopen, chat_id=group.id, **here)
            assert refused == "Bad Request: TOPIC_NOT_MODIFIED"
            await client.result("sendMessage", chat_id=group.id, text="x", **here)


async def test_only_a_forum_has_topics() -> None:
    async with messenger() as client:
        group = client.simulator.group(-1001, "Petugas")
        assert (
            await client.refusal("createForumTopic", chat_id=group.id, name="x")
            == "Bad Request: the chat is not a forum"
        )
