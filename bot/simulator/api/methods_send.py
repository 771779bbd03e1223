"""Sending texts, and the steps by which every message of the bot enters a chat."""

from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.html import utf16_length
from bot.simulator.api.keyboards import read_markup
from bot.simulator.api.methods import Performer, Request, count, find_chat, read_text
from bot.simulator.state.chats import Chat, Markup

# Parameters for features that this bot does not have, and Telegram's sentences about them.
REFUSED = {
    "business_connection_id": "business connection not found",
    "message_effect_id": "EFFECT_ID_INVALID",
    "allow_paid_broadcast": "FLOODSKIP_NOT_ALLOWED",
    "direct_messages_topic_id": "direct messages topic not found",
}


def send(request: Request, content: dict[str, Any]) -> dict[str, Any]:
    """Send one message of the bot with this content and return it."""
    chat, markup, place = prepare(request)
    count(request, chat)
    return put(request, chat, content, markup, place)


def prepare(request: Request) -> tuple[Chat, Markup | None, dict[str, Any]]:
    """Return chat, keyboard and place (reply, topic) of a sending call; raise ApiError when one is wrong."""
    params = request.params
    for name, sentence in REFUSED.items():
        if params.get(name):
            raise bad_request(sentence)
    chat = find_chat(request, params["chat_id"])
    markup = read_markup(params.get("reply_markup"), private=chat.private)
    place = _place(params, chat)
    if chat.bot_status == "restricted":
        raise bad_request("not enough rights to send text messages to the chat")
    return chat, markup, place


def put(
    request: Request,
    chat: Chat,
    content: dict[str, Any],
    markup: Markup | None,
    place: dict[str, Any],
) -> dict[str, Any]:
    """Add a prepared message of the bot to its chat."""
    extra = {"has_protected_content": True} if request.params.get("protect_content") else {}
    quote = {"quote": place["quote"]} if "quote" in place else {}
    return request.world.post(
        chat,
        request.world.bot,
        {**extra, **quote, **content},
        reply_to=place.get("reply_to"),
        thread=place.get("thread"),
        markup=markup,
    )


def _place(params: dict[str, Any], chat: Chat) -> dict[str, Any]:
    place: dict[str, Any] = {}
    thread = params.get("message_thread_id")
    if thread is not None:
        if thread not in chat.topics:
            raise bad_request("message thread not found")
        place["thread"] = thread
    reply = params.get("reply_parameters")
    if reply:
        place |= _reply(reply, chat)
    check_open(chat, place.get("thread"))
    return place


def check_open(chat: Chat, thread: int | None) -> None:
    """Raise ApiError when the topic, the general one for None, is closed."""
    topic = chat.topics.get(thread or 0)
    if topic.closed if topic else (chat.general_closed and thread is None):
        raise bad_request("TOPIC_CLOSED")


def _reply(reply: dict[str, Any], chat: Chat) -> dict[str, Any]:
    if reply.get("chat_id", chat.id) != chat.id:
        raise bad_request("this server does not reply into another chat")
    replied = chat.messages.get(reply["message_id"])
    if replied is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    place: dict[str, Any] = {"reply_to": reply["message_id"]}
    if "message_thread_id" in replied.message:
        place["thread"] = replied.message["message_thread_id"]
    if reply.get("quote"):
        place["quote"] = _quote(reply, replied.message)
    return place


def _quote(reply: dict[str, Any], replied: dict[str, Any]) -> dict[str, Any]:
    text = str(replied.get("text", replied.get("caption", "")))
    begin = text.find(reply["quote"])
    if begin < 0:
        raise bad_request("QUOTE_TEXT_INVALID")
    return {"text": reply["quote"], "position": utf16_length(text[:begin]), "is_manual": True}


def send_message(request: Request) -> dict[str, Any]:
    """Send a text."""
    return send(request, read_text(request))


METHODS: dict[str, Performer] = {
    "sendMessage": send_message,
}
