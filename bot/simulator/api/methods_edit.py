"""Editing and deleting messages, and answering presses."""

from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.html import utf16_length
from bot.simulator.api.keyboards import read_inline
from bot.simulator.api.links import start_payload
from bot.simulator.api.methods import (
    Performer,
    Request,
    count,
    find_chat,
    find_message,
    read_text,
)
from bot.simulator.state.chats import Chat, Markup, Stored

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_INVALID = "query is too old and response timeout expired or query ID is invalid"
LONGEST_ANSWER = 200
DELETABLE_SECONDS = 48 * 3600
TEXT_FIELDS = ("text", "entities", "link_preview_options")


def edit_text(request: Request) -> dict[str, Any]:
    """Replace the text and buttons of a message of the bot."""
    content = read_text(request, too_long="MESSAGE_TOO_LONG")
    chat, stored, markup = _editable(request)
    if "text" not in stored.message:
        raise bad_request("there is no text in the message to edit")
    return _edit(request, chat, stored, markup, (content, TEXT_FIELDS))


def edit_markup(request: Request) -> dict[str, Any]:
    """Replace or remove the buttons of a message of the bot."""
    chat, stored, markup = _editable(request)
    return _edit(request, chat, stored, markup, ({}, ()))


def _editable(request: Request) -> tuple[Chat, Stored, Markup | None]:
    params = request.params
    if params.get("business_connection_id"):
        raise bad_request("business connection not found")
    if "chat_id" not in params:
        raise bad_request(
            "chat_id is empty" if "message_id" in params else "message identifier is not specified"
        )
    chat = find_chat(request, params["chat_id"])
    markup = read_inline(params.get("reply_markup"), private=chat.private)
    stored = find_message(request, chat, "message to edit")
    with_other_keyboard = stored.markup is not None and stored.markup.kind != "inline"
    if not stored.by_bot or with_other_keyboard:
        raise bad_request("message can't be edited")
    return chat, stored, markup


def _edit(
    request: Request,
    chat: Chat,
    stored: Stored,
    markup: Markup | None,
    change: tuple[dict[str, Any], tuple[str, ...]],
) -> dict[str, Any]:
    content, replaced = change
    old = {key: stored.message[key] for key in replaced if key in stored.message}
    old_markup = stored.message.get("reply_markup")
    if old == content and old_markup == (markup.value if markup else None):
        raise bad_request(NOT_MODIFIED)
    count(request, chat)
    kept = {key: value for key, value in stored.message.items() if key not in replaced}
    return request.world.edit(
        chat, Stored(kept, stored.by_bot, stored.markup, stored.version), content, markup
    )


def delete_message(request: Request) -> bool:
    """Delete a message: the bot's own, any in a private chat, others' where it is an administrator.

    An administrator deletes messages of any age, others those of the last 48 hours.
    """
    chat = find_chat(request, request.params["chat_id"])
    stored = find_message(request, chat, "message to delete")
    if not (stored.by_bot or chat.private or chat.bot_status == "administrator"):
        raise bad_request("message can't be deleted")
    if chat.bot_status != "administrator" and _is_old(request, stored):
        raise bad_request("message can't be deleted for everyone")
    request.world.delete(chat, stored.message["message_id"])
    return True


def _is_old(request: Request, stored: Stored) -> bool:
    return bool(request.world.now() - stored.message["date"] >= DELETABLE_SECONDS)


def answer_callback(request: Request) -> bool:
    """Answer the press of a button, once and in time."""
    params, world = request.params, request.world
    callback = world.callbacks.get(params["callback_query_id"])
    if callback is None or callback.answer is not None:
        raise bad_request(QUERY_INVALID)
    if world.monotonic() - callback.pressed_at > world.callback_lifetime:
        raise bad_request(QUERY_INVALID)
    if utf16_length(params.get("text", "")) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    url = params.get("url")
    if url and start_payload(url, world.bot["username"]) is None:
        raise bad_request("URL_INVALID")
    callback.answer = {
        "text": params.get("text"),
        "show_alert": params.get("show_alert", False),
        "url": url,
    }
    world.notify_chat(callback.chat)
    return True


METHODS: dict[str, Performer] = {
    "editMessageText": edit_text,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback,
}
