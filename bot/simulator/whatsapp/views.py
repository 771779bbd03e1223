"""A WhatsApp chat as JSON, for the practice page: its messages, and whether the bot is typing."""

from typing import Any

from bot.simulator.whatsapp.people import CloudPerson
from bot.simulator.whatsapp.phone import Shown

MEDIA = ("image", "video", "audio", "document", "sticker")
SHOWN_MESSAGES = 1000


def chat_view(person: CloudPerson) -> list[dict[str, Any]]:
    """Return the visible messages of a person's chat, oldest first.

    Each has: id, direction ("business" or "person"), kind, text, header, footer, buttons (titles), list (the
    label of its button and its sections of rows, or None), link, media (or None), location, contacts,
    reply_to, reaction, edited, time (Unix seconds) and status.
    """
    return [_message(person, shown) for shown in person.phone.visible[-SHOWN_MESSAGES:]]


def person_view(person: CloudPerson) -> dict[str, Any]:
    """Return the person, whether the bot is blocked or typing, and until when the window is open."""
    return {
        "number": person.number,
        "user_id": person.user_id,
        "name": person.name,
        "username_only": person.username_only,
        "blocked": person.blocked,
        "typing": person.typing,
        "window_until": person.window_until,
    }


def _message(person: CloudPerson, shown: Shown) -> dict[str, Any]:
    content, kind = shown.content, shown.content["type"]
    interactive = content.get("interactive", {}) if shown.direction == "business" else {}
    action = interactive.get("action", {})
    listed = interactive.get("type") == "list"
    return {
        "id": shown.wamid,
        "direction": shown.direction,
        "kind": interactive.get("type", kind),
        "text": shown.text,
        "header": interactive.get("header", {}).get("text", ""),
        "footer": interactive.get("footer", {}).get("text", ""),
        "buttons": [] if listed else [choice.title for choice in shown.choices],
        "list": {"button": action["button"], "sections": action["sections"]} if listed else None,
        "link": action.get("parameters"),
        "media": _media(person, content, interactive),
        "location": content.get("location"),
        "contacts": content.get("contacts"),
        "reply_to": shown.reply_to,
        "reaction": shown.reaction,
        "edited": shown.edited,
        "time": shown.at,
        "status": shown.status,
    }


def _media(
    person: CloudPerson, content: dict[str, Any], interactive: dict[str, Any]
) -> dict[str, Any] | None:
    holder = content if content["type"] in MEDIA else interactive.get("header", {})
    kind = str(holder.get("type", ""))
    if kind not in MEDIA:
        return None
    reference = holder[kind]
    stored = person.account.media.get(str(reference.get("id", "")))
    return {
        "kind": kind,
        "id": reference.get("id", ""),
        "mime": stored.mime if stored else reference.get("mime_type", ""),
        "size": stored.size if stored else 0,
        "name": reference.get("filename", ""),
        "voice": bool(reference.get("voice")),
    }
