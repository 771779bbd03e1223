"""Topics of a forum, as Telegram reports them."""

from __future__ import annotations

from typing import Any

from tests.unit.raw_updates import ANONYMOUS, BOT, GROUP, SENT, SITI, message, press, read, said

FORUM = {**GROUP, "is_forum": True}
IN_TOPIC: dict[str, Any] = {"message_thread_id": 77, "is_topic_message": True}
# Every message of a topic that replies to none holds the service message that opened it.
OPENED = {
    "message_id": 77,
    "date": SENT,
    "chat": FORUM,
    "from": BOT,
    "forum_topic_created": {"name": "Bidang Aset", "icon_color": 7322096},
}


def test_a_message_has_its_topic() -> None:
    origin = said(FORUM, text="halo", **IN_TOPIC).origin
    assert (origin.topic, origin.reply_to) == (77, 0)


def test_a_message_of_the_general_topic_has_none() -> None:
    assert said(FORUM, text="halo").origin.topic == 0


def test_the_service_message_that_opened_the_topic_is_not_replied_to() -> None:
    """The bot itself may have opened the topic: else all talk there would be replies to it."""
    origin = said(FORUM, text="Rapat pukul 9.", reply_to_message=OPENED, **IN_TOPIC).origin
    assert (origin.topic, origin.reply_to, origin.replied_text) == (77, 0, "")


def test_a_reply_in_a_topic_keeps_both() -> None:
    ours = {"message_id": 80, "date": SENT, "chat": FORUM, "from": BOT, "text": "Kartu", **IN_TOPIC}
    origin = said(FORUM, text="siap", reply_to_message=ours, **IN_TOPIC).origin
    assert (origin.topic, origin.reply_to) == (77, 80)


def test_a_thread_of_replies_in_a_group_without_topics_is_no_topic() -> None:
    theirs = {"message_id": 3, "date": SENT, "chat": GROUP, "from": SITI, "text": "x"}
    assert said(GROUP, text="halo", message_thread_id=3, reply_to_message=theirs).origin.topic == 0


def test_an_edit_and_a_press_have_their_topic() -> None:
    edited = read("edited_message", **message(FORUM, text="x", edit_date=SENT + 60, **IN_TOPIC))
    assert edited.origin.topic == 77
    under = {"message_id": 80, "date": SENT, "chat": FORUM, "from": BOT, "text": "?", **IN_TOPIC}
    assert press("take:abc:1:", message=under).origin.topic == 77


def test_a_press_on_a_message_that_telegram_no_longer_shows_has_none() -> None:
    gone = {"message_id": 80, "date": 0, "chat": FORUM}
    assert press("take:abc:1:", message=gone).origin.topic == 0


def test_an_anonymous_administrator_is_answered_in_the_topic() -> None:
    anonymous = {"from": ANONYMOUS, "sender_chat": FORUM}
    assert said(FORUM, text="/daftar", **anonymous, **IN_TOPIC).topic == 77
    under = {"message_id": 80, "date": SENT, "chat": FORUM, "from": BOT, "text": "?", **IN_TOPIC}
    assert press("take:abc:1:", message=under, **{"from": ANONYMOUS}).topic == 77
