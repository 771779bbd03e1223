"""The check of a body that is sent to /messages: a message with its recipient, or the mark of a read one."""

from typing import Any

from bot.simulator.whatsapp.errors import CloudError, invalid
from bot.simulator.whatsapp.fields import Need, Rule, Shape, array, choice, flag, number, record, text
from bot.simulator.whatsapp.interactive import interactive

TEXT, CAPTION, CALLBACK_DATA = 4096, 1024, 512
FILE_NAME = 240
# Digits of a telephone number.
SHORTEST, LONGEST = 7, 15
ID = text(256)
MEDIA_ID = Need(text(128))
PARAMETER = record(
    {
        "type": Need(choice("text", "payload", "image", "document", "video")),
        "text": text(1024),
        "payload": text(128),
    }
)
COMPONENT = record(
    {
        "type": Need(choice("body", "button", "header")),
        "sub_type": choice("quick_reply", "url"),
        "index": number(0, 9),
        "parameters": array(PARAMETER, 100, least=0, what="parameters"),
    }
)
TEMPLATE = record(
    {
        "name": Need(text(512)),
        "language": Need(record({"code": Need(text(16)), "policy": choice("deterministic")})),
        "components": array(COMPONENT, 20, least=0, what="components"),
    }
)
NAME = record({"formatted_name": Need(text(256)), "first_name": text(256), "last_name": text(256)})
PHONE = record({"phone": text(64), "type": text(32), "wa_id": text(32)})
CONTACT = record({"name": Need(NAME), "phones": array(PHONE, 20)})
# Type -> the rule of the object of the same name.
TYPES: dict[str, Rule] = {
    "text": record({"body": Need(text(TEXT)), "preview_url": flag}),
    "image": record({"id": MEDIA_ID, "caption": text(CAPTION, least=0)}),
    "video": record({"id": MEDIA_ID, "caption": text(CAPTION, least=0)}),
    "document": record({"id": MEDIA_ID, "caption": text(CAPTION, least=0), "filename": text(FILE_NAME)}),
    "audio": record({"id": MEDIA_ID, "voice": flag}),
    "sticker": record({"id": MEDIA_ID}),
    "location": record(
        {
            "latitude": Need(number(-90, 90)),
            "longitude": Need(number(-180, 180)),
            "name": text(1000),
            "address": text(1000),
        }
    ),
    "contacts": array(CONTACT, 257),
    "interactive": interactive,
    "template": TEMPLATE,
}
ENVELOPE: Shape = {
    "messaging_product": Need(choice("whatsapp")),
    "recipient_type": choice("individual"),
    "to": text(32),
    "recipient": text(160),
    "type": choice(*TYPES),
    "context": record({"message_id": Need(ID)}),
    "biz_opaque_callback_data": text(CALLBACK_DATA),
}
READ = record(
    {
        "messaging_product": Need(choice("whatsapp")),
        "status": Need(choice("read")),
        "message_id": Need(ID),
        "typing_indicator": record({"type": Need(choice("text"))}),
    }
)


def check_message(body: dict[str, Any]) -> str:
    """Return the type of a message whose parameters are all allowed; raise CloudError."""
    kind = body.get("type", "text")
    choice(*TYPES)("type", kind)
    record({**ENVELOPE, kind: Need(TYPES[kind])})("", body)
    if "to" not in body and "recipient" not in body:
        raise invalid("The parameter to is required")
    return str(kind)


def check_read(body: dict[str, Any]) -> None:
    """Take the mark of a read message, with or without a typing indicator; raise CloudError."""
    READ("", body)


def media_of(body: dict[str, Any], kind: str) -> tuple[str, str] | None:
    """Return the kind and id of the file in a message or in its header, or None."""
    holder, inner = (body["interactive"].get("header", {}), "") if kind == "interactive" else (body, kind)
    inner = inner or str(holder.get("type", ""))
    if inner not in ("image", "video", "document", "audio", "sticker"):
        return None
    return inner, str(holder[inner]["id"])


def number_of(value: str) -> str:
    """Return the digits of a telephone number; raise CloudError 131009."""
    digits = value.removeprefix("+").replace(" ", "").replace("-", "")
    if not digits.isascii() or not digits.isdecimal() or not SHORTEST <= len(digits) <= LONGEST:
        raise CloudError(131009, "The phone number is malformed: Please use the format: +1234567890.")
    return digits
