"""Methods about the bot itself: its account, commands, descriptions and menu button."""

import re
from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.methods import Performer, Request, find_chat
from bot.simulator.state.profile import scope_key

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MOST_COMMANDS = 100
LONGEST_COMMAND_TEXT = 256
LANGUAGE = re.compile(r"[a-z]{2}")
# Kind of text -> (longest text, sentence when it is longer).
TEXTS = {
    "description": (512, "description is too long"),
    "short_description": (120, "short description is too long"),
}


def get_me(request: Request) -> dict[str, Any]:
    """Return the bot's account and whether its privacy mode is off."""
    return {
        **request.world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not request.world.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _language(request: Request) -> str:
    language = str(request.params.get("language_code", ""))
    if language and not LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _scope(request: Request) -> str:
    scope = request.params.get("scope")
    if scope and "chat_id" in scope:
        find_chat(request, scope["chat_id"], "read")
    return scope_key(scope)


def set_commands(request: Request) -> bool:
    """Set the commands of one scope and language."""
    commands = request.params["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 0 < len(command["description"]) <= LONGEST_COMMAND_TEXT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    request.profile.commands[_scope(request), _language(request)] = commands
    return True


def get_commands(request: Request) -> list[dict[str, str]]:
    """Return the commands of exactly this scope and language."""
    return request.profile.commands(_scope(request), _language(request))


def _set_text(request: Request, kind: str) -> bool:
    longest, sentence = TEXTS[kind]
    text = request.params.get(kind, "")
    if len(text) > longest:
        raise bad_request(sentence)
    texts = request.profile.texts[kind]
    language = _language(request)
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)
    return True


def _get_text(request: Request, kind: str) -> dict[str, str]:
    texts = request.profile.texts[kind]
    return {kind: texts.get(_language(request), texts.get("", ""))}


def set_description(request: Request) -> bool:
    """Set the text that an empty chat shows."""
    return _set_text(request, "description")


def get_description(request: Request) -> dict[str, str]:
    """Return the text that an empty chat shows."""
    return _get_text(request, "description")


def set_short_description(request: Request) -> bool:
    """Set the text that the bot's profile shows."""
    return _set_text(request, "short_description")


def get_short_description(request: Request) -> dict[str, str]:
    """Return the text that the bot's profile shows."""
    return _get_text(request, "short_description")


def set_menu_button(request: Request) -> bool:
    """Set the button next to the text box, of one private chat or of all."""
    chat_id = request.params.get("chat_id")
    if chat_id is not None and not find_chat(request, chat_id, "read").private:
        raise bad_request("chat not found")
    request.profile.menu_buttons[chat_id] = request.params.get("menu_button", {"type": "default"})
    return True


def get_menu_button(request: Request) -> dict[str, Any]:
    """Return the button next to the text box."""
    return request.profile.menu_button(request.params.get("chat_id"))


METHODS: dict[str, Performer] = {
    "getMe": get_me,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "setMyDescription": set_description,
    "getMyDescription": get_description,
    "setMyShortDescription": set_short_description,
    "getMyShortDescription": get_short_description,
    "setChatMenuButton": set_menu_button,
    "getChatMenuButton": get_menu_button,
}
