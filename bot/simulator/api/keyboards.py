"""Keyboards: the check of reply_markup, button by button, with Telegram's sentences.

This server also refuses two actions on one button, a button without a label, and two kinds of keyboard at
once: Telegram silently ignores a part of them.
"""

from typing import Any

from bot.simulator.api.errors import ApiError, bad_request
from bot.simulator.api.html import utf16_length
from bot.simulator.api.links import LinkError, checked_link
from bot.simulator.api.schema import find_problem
from bot.simulator.state.chats import Markup, MarkupKind

KINDS: dict[str, tuple[MarkupKind, str]] = {
    "inline_keyboard": ("inline", "InlineKeyboardMarkup"),
    "keyboard": ("keyboard", "ReplyKeyboardMarkup"),
    "remove_keyboard": ("remove", "ReplyKeyboardRemove"),
    "force_reply": ("force", "ForceReply"),
}
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
REQUESTS = {
    "request_contact": "Phone number can be requested in private chats only",
    "request_location": "Location can be requested in private chats only",
    "request_poll": "Poll can be requested in private chats only",
    "request_users": "Users can be requested in private chats only",
    "request_chat": "Chats can be requested in private chats only",
    "request_managed_bot": "Bots can be requested in private chats only",
    "web_app": "Web App buttons can be used in private chats only",
}
STYLES = {"primary", "success", "danger"}
MOST_DATA_BYTES = 64
LONGEST_COPY = 256
LONGEST_PLACEHOLDER = 64
MOST_IN_ROW = 8
MOST_INLINE = 100
MOST_KEYS = 300


def read_markup(value: Any, *, private: bool) -> Markup | None:
    """Return the keyboard, None when it is empty; raise ApiError when Telegram would refuse it."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("Object expected as reply markup")
    present = [key for key in KINDS if value.get(key) is not None]
    if not present:
        return None
    if len(present) > 1:
        raise bad_request(f"reply markup has both {present[0]} and {present[1]}")
    kind, type_name = KINDS[present[0]]
    _check_rows(value, present[0])
    _check_type(value, type_name)
    if kind == "inline":
        return _inline(value)
    if len(value.get("input_field_placeholder", "")) > LONGEST_PLACEHOLDER:
        raise bad_request("input field placeholder is too long")
    if kind == "keyboard":
        return _keyboard(value, private=private)
    return Markup(kind, value) if value[present[0]] else None


def read_inline(value: Any, *, private: bool) -> Markup | None:
    """Return the keyboard of an edit; only an inline one is allowed."""
    markup = read_markup(value, private=private)
    if markup and markup.kind != "inline":
        raise bad_request("inline keyboard expected")
    return markup


def _check_rows(value: dict[str, Any], key: str) -> None:
    rows = value[key]
    if isinstance(rows, list):
        for row in rows:
            if not isinstance(row, list):
                where = " of the InlineKeyboardMarkup" if key == "inline_keyboard" else ""
                raise bad_request(f'field "{key}"{where} must be an Array of Arrays')
            for button in row:
                _check_button(button, key)


def _check_button(button: Any, key: str) -> None:
    inline = key == "inline_keyboard"
    if isinstance(button, str) and not inline:
        return
    found = find_problem(button, ("InlineKeyboardButton" if inline else "KeyboardButton",))
    if found:
        raise _button_fault(found.sentence, inline=inline)
    if not button["text"]:
        raise _button_fault("Button text must be non-empty", inline=inline)
    if button.get("style", "primary") not in STYLES:
        raise _button_fault("Invalid button style specified", inline=inline)


def _button_fault(sentence: str, *, inline: bool) -> ApiError:
    return bad_request(f"can't parse {'inline ' if inline else ''}keyboard button: {sentence}")


def _check_type(value: dict[str, Any], type_name: str) -> None:
    # Rows are already checked button by button: a plain string is a key, too.
    rest = {key: [] if isinstance(item, list) else item for key, item in value.items()}
    found = find_problem(rest, (type_name,))
    if found:
        raise bad_request(found.sentence)


def _inline(value: dict[str, Any]) -> Markup | None:
    rows = [row for row in value["inline_keyboard"] if row]
    if not rows:
        return None
    if sum(map(len, rows)) > MOST_INLINE or max(map(len, rows)) > MOST_IN_ROW:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_action(button)
    return Markup("inline", {"inline_keyboard": rows})


def _check_action(button: dict[str, Any]) -> None:
    actions = [name for name in ACTIONS if button.get(name) or (name in button and "inline" in name)]
    if not actions:
        raise _button_fault("Text buttons are unallowed in the inline keyboard", inline=True)
    if len(actions) > 1:
        raise _button_fault(f"Both {actions[0]} and {actions[1]} are specified", inline=True)
    action = actions[0]
    if action == "callback_data" and len(button[action].encode()) > MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "copy_text" and not 0 < utf16_length(button[action]["text"]) <= LONGEST_COPY:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if action in {"pay", "callback_game"}:
        raise bad_request("BUTTON_TYPE_INVALID")
    if action == "login_url":
        raise bad_request("BOT_DOMAIN_INVALID")
    if action == "url":
        _check_link(button["url"])
    if action == "web_app" and not button["web_app"]["url"].startswith("https://"):
        where = f"inline keyboard button Web App URL '{button['web_app']['url']}'"
        raise bad_request(f"{where} is invalid: Only HTTPS links are allowed")


def _check_link(link: str) -> None:
    try:
        checked_link(link)
    except LinkError as reason:
        raise bad_request(f"inline keyboard button URL '{link}' is invalid: {reason}") from None


def _keyboard(value: dict[str, Any], *, private: bool) -> Markup | None:
    rows = [
        [{"text": key} if isinstance(key, str) else key for key in row] for row in value["keyboard"] if row
    ]
    if not rows:
        return None
    if sum(map(len, rows)) > MOST_KEYS:
        raise bad_request("reply markup is too long")
    for row in rows:
        for key in row:
            requests = [name for name in REQUESTS if key.get(name)]
            if len(requests) > 1:
                raise _button_fault(f"Both {requests[0]} and {requests[1]} are specified", inline=False)
            if requests and not private:
                raise bad_request(REQUESTS[requests[0]])
    return Markup("keyboard", {**value, "keyboard": rows})
